"""Training a baseline on labelled articles."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dateline.baselines.blank import train_blank
from dateline.baselines.counts import count_examples, count_tags
from dateline.baselines.crf import train_crf
from dateline.baselines.examples import examples
from dateline.baselines.linear import train_linear
from dateline.baselines.model import NAMES, About, Model
from dateline.baselines.parts import Chooser, Examples, Tagger
from dateline.baselines.reading import Reading
from dateline.baselines.spans import TAGGED, tagged, wanted_spans
from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.scheme import Scheme

__all__ = ["LEAN", "STRENGTH", "reporting_words", "train"]

STRENGTH = {"mode": 4.0, "argument": 0.5}
"""Inverse penalties of linear models, where 1 is not best on the validation split of 0.2.0."""

LEAN = {"argument": 0.8, "stance": 2.5}
"""What linear models take off the score for nothing, as it was best there."""

_CUE_SHARE = 0.3
_PACKAGES = {
    "crf": ("python-crfsuite", "sklearn-crfsuite", "scikit-learn"),
    "spacy": ("spacy", "thinc"),
}


def train(
    name: str,
    articles: Sequence[Article],
    scheme: Scheme,
    *,
    data: str,
    split: str,
    seed: int = 0,
    steps: int | None = None,
    only: Sequence[str] | None = None,
) -> Model:
    """Train the baseline `name`.

    Parameters
    ----------
    data, split : what the articles are, as the model will say.
    seed : for `random` and `spacy`; the others have no chance in them.
    steps : of spaCy's training; None for its default.
    only : the taggers to train, of `TAGGED`, without any choosers; None for the whole system.

    Raises
    ------
    UsageError : no such baseline, or a package is missing.
    DataError : no article, or none with a text.
    """
    if name not in NAMES:
        raise UsageError("baseline", f"one of {', '.join(NAMES)}", repr(name))
    _require(name)
    known = [article for article in articles if article.text]
    if not known:
        raise DataError(data, "labelled articles with texts to train on", "none")
    words = [] if name == "spacy" else reporting_words(known)
    about = About(
        name=name,
        scheme=scheme.version,
        data=data,
        split=split,
        articles=len(known),
        seed=seed,
        packages={one: _version(one) for one in _PACKAGES.get(name, ())},
        reporting=words,
    )
    readings = [(a, Reading.of(a.text or "", frozenset(words), a.units)) for a in known]
    if name == "spacy":
        found = train_blank(known, [r for _, r in readings], scheme, seed=seed, steps=steps)
        return Model(about, {"entities": found}, {})
    sentences = [reading.sentences for _, reading in readings]
    spans = [wanted_spans(article, scheme) for article in known]
    chance = seed if name == "random" else None
    taggers: dict[str, Tagger] = {}
    with tempfile.TemporaryDirectory() as folder:
        for what in TAGGED if only is None else only:
            tags = [
                tagged(article, reading.sentences, by_name[what])
                for (article, reading), by_name in zip(readings, spans, strict=True)
            ]
            if name == "crf":
                taggers[what] = train_crf(sentences, tags, Path(folder) / what)
            else:
                taggers[what] = count_tags(sentences, tags, chance)
    choosers: dict[str, Chooser] = {}
    if only is None:
        learn: Callable[[str, Examples], Chooser] = lambda what, those: (  # noqa: E731
            train_linear(those, STRENGTH.get(what, 1.0), LEAN.get(what, 0.0))
            if name == "crf"
            else count_examples(those, chance)
        )
        each = examples(readings, scheme)
        choosers = {what: learn(what, those) for what, those in each.items() if those[1]}
    return Model(about, taggers, choosers)


def reporting_words(articles: Sequence[Article]) -> list[str]:
    """The words that stand in a cue at least twice, and in three of ten of their places."""
    inside: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for article in articles:
        text = article.text or ""
        every.update(text[a:b].lower() for a, b in article.units.tokens)
        for item in article.attributions:
            if item.cue is not None:
                first, last = article.units.tokens_of(item.cue.start, item.cue.end)
                inside.update(text[a:b].lower() for a, b in article.units.tokens[first:last])
    return sorted(w for w, n in inside.items() if n > 1 and n >= _CUE_SHARE * every[w])


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _require(name: str) -> None:
    modules = {"crf": ("sklearn_crfsuite", "sklearn"), "spacy": ("spacy",)}.get(name, ())
    for module in modules:
        try:
            __import__(module)
        except ImportError:
            hint = "pip install 'dateline[ml]'"
            raise UsageError(f"baseline {name}", f"the package {module}", "none", hint) from None
