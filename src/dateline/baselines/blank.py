"""spaCy's named entity recogniser, trained from `spacy.blank("en")` for a fixed number of steps."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dateline.baselines.reading import Reading
from dateline.baselines.sentences import Sentence
from dateline.baselines.spans import tagged, wanted_spans
from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.scheme import Scheme

__all__ = ["STEPS", "Blank", "read_blank", "train_blank"]

STEPS = 300
"""Steps of training by default: over four times over the training split of 0.2.0."""

_BATCH = 32
_DROP = 0.2


class Blank:
    """A trained pipeline. It gets our words, one sentence a document."""

    def __init__(self, nlp: Any) -> None:
        self._nlp = nlp

    def tags(self, text: str, sentences: Sequence[Sentence]) -> list[list[str]]:
        docs = self._nlp.pipe([_doc(self._nlp.vocab, text, s) for s in sentences])
        return [
            [f"{t.ent_iob_}-{t.ent_type_}" if t.ent_iob_ in ("B", "I") else "O" for t in doc]
            for doc in docs
        ]

    def known(self) -> Sequence[str]:
        """The tags that it can give."""
        return [f"{letter}-{name}" for name in self._nlp.get_pipe("ner").labels for letter in "BI"]

    def write(self, path: Path) -> None:
        if path.exists():
            shutil.rmtree(path)
        self._nlp.to_disk(path)


def _doc(vocab: Any, text: str, sentence: Sentence, tags: list[str] | None = None) -> Any:
    from spacy.tokens import Doc

    spaces = [text[end : end + 1] == " " for _, end in sentence.spans]
    return Doc(vocab, words=list(sentence.words), spaces=spaces, ents=tags)


def train_blank(
    articles: Sequence[Article],
    readings: Sequence[Reading],
    scheme: Scheme,
    *,
    seed: int,
    steps: int | None = None,
) -> Blank:
    """Train on names and values, sentence by sentence, on the processor."""
    import random

    import spacy
    from spacy.training import Example
    from thinc.api import fix_random_seed

    fix_random_seed(seed)
    nlp = spacy.blank("en")
    recogniser: Any = nlp.add_pipe("ner")
    given = []
    for article, reading in zip(articles, readings, strict=True):
        rows = tagged(article, reading.sentences, wanted_spans(article, scheme)["entities"])
        for sentence, row in zip(reading.sentences, rows, strict=True):
            if row:
                pair = (_doc(nlp.vocab, reading.text, sentence, tags) for tags in (None, row))
                given.append(Example(*pair))
            for tag in row:
                if tag != "O":
                    recogniser.add_label(tag[2:])
    optimiser = nlp.initialize(lambda: given)
    order = random.Random(seed)
    waiting: list[Any] = []
    for _ in range(STEPS if steps is None else steps):
        if len(waiting) < _BATCH:
            fresh = list(given)
            order.shuffle(fresh)
            waiting += fresh
        batch, waiting = waiting[:_BATCH], waiting[_BATCH:]
        nlp.update(batch, sgd=optimiser, drop=_DROP)
    return Blank(nlp)


def read_blank(path: Path, where: str) -> Blank:
    """Open a pipeline that was stored; it may have a recogniser and nothing else.

    Raises
    ------
    UsageError : spaCy is not installed.
    DataError : not such a pipeline.
    """
    try:
        import spacy
    except ImportError:
        hint = "pip install 'dateline[ml]'"
        raise UsageError(where, "the package spacy", "none", hint) from None
    expected = "a spaCy pipeline with a recogniser alone"
    try:
        nlp = spacy.blank("en")
        nlp.add_pipe("ner")
        nlp.from_disk(path)
    except Exception as error:
        # What a broken file raises in spaCy is anything from KeyError to TypeError.
        raise DataError(where, expected, f"{type(error).__name__}: {error}") from None
    return Blank(nlp)
