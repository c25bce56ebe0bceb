"""The two floors: the most frequent label, and labels drawn as often as they stand in training."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from dateline.baselines.parts import Examples, Floats
from dateline.baselines.sentences import Sentence
from dateline.errors import DataError

__all__ = ["CountTagger", "Counts", "count_examples", "count_tags", "read_counts"]


class Counts(msgspec.Struct, forbid_unknown_fields=True):
    """How often each label stands: with each key, and at all. `seed` is None for the majority.

    The key of a word is the word in lower case, that of a candidate its first feature.
    """

    overall: dict[str, int]
    by_key: dict[str, dict[str, int]]
    seed: int | None = None

    @property
    def labels(self) -> list[str]:
        return sorted(self.overall)

    def scores(self, rows: Sequence[Sequence[str]]) -> Floats:
        """Shares of each label with the candidate's key, or drawn: the highest score wins."""
        names = self.labels
        every = np.array([float(self.overall[name]) for name in names])
        if self.seed is not None:
            drawn = _generator(self.seed, (row[0] for row in rows)).gumbel(
                size=(len(rows), len(names))
            )
            return np.asarray(np.log(every / every.sum()) + drawn)
        made = np.tile(every / every.sum(), (len(rows), 1))
        for number, row in enumerate(rows):
            known = self.by_key.get(row[0])
            if known:
                total = sum(known.values())
                made[number] = [known.get(name, 0) / total for name in names]
        return made

    def write(self, path: Path) -> None:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=1))


class CountTagger:
    """Tags each word for itself, by counts."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        best = {key: _most(known) for key, known in counts.by_key.items()}
        self._best = {key: tag for key, tag in best.items() if tag != "O"}

    def tags(self, text: str, sentences: Sequence[Sentence]) -> list[list[str]]:
        """The most frequent tag of each word (none where training did not have it), or drawn."""
        if self._counts.seed is None:
            return [[self._best.get(word, "O") for word in s.lower] for s in sentences]
        names = self._counts.labels
        weights = np.array([float(self._counts.overall[name]) for name in names])
        generator = _generator(self._counts.seed, [text, *names])
        return [
            list(generator.choice(names, size=len(s.words), p=weights / weights.sum()))
            for s in sentences
        ]

    def known(self) -> Sequence[str]:
        """The tags that it can give."""
        by_key = (tag for known in self._counts.by_key.values() for tag in known)
        return sorted({*self._counts.overall, *by_key})

    def write(self, path: Path) -> None:
        self._counts.write(path)


def _most(known: dict[str, int]) -> str:
    return min(known, key=lambda name: (-known[name], name))


def _generator(seed: int, words: Iterable[str]) -> np.random.Generator:
    """Chance that a text decides together with the seed, and not what was drawn before it."""
    sum_ = hashlib.sha256("\n".join(words).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(sum_[:8], "big")])


def count_tags(
    sentences: Sequence[Sequence[Sentence]],
    tags: Sequence[Sequence[list[str]]],
    seed: int | None,
) -> CountTagger:
    """Count the tags of words in training."""
    pairs = (
        (word, tag)
        for article, rows in zip(sentences, tags, strict=True)
        for sentence, row in zip(article, rows, strict=True)
        for word, tag in zip(sentence.lower, row, strict=True)
    )
    return CountTagger(_counted(pairs, seed))


def count_examples(examples: Examples, seed: int | None) -> Counts:
    """Count the labels of candidates in training."""
    rows, labels = examples
    return _counted(((row[0], label) for row, label in zip(rows, labels, strict=True)), seed)


def _counted(pairs: Iterable[tuple[str, str]], seed: int | None) -> Counts:
    by_key: defaultdict[str, Counter[str]] = defaultdict(Counter)
    overall: Counter[str] = Counter()
    for key, label in pairs:
        overall[label] += 1
        if seed is None:
            by_key[key][label] += 1
    return Counts(dict(overall) or {"-": 1}, {k: dict(c) for k, c in by_key.items()}, seed)


def read_counts(path: Path, where: str) -> Counts:
    """Read counts.

    Raises
    ------
    DataError : not JSON of this shape, or a count below one.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Counts)
    except OSError as error:
        raise DataError(where, "counts of labels", error.strerror or str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(where, "counts of labels as JSON", str(error)) from None
    if not found.overall or any(
        count < 1 for known in (found.overall, *found.by_key.values()) for count in known.values()
    ):
        raise DataError(where, "labels counted once or more", "others")
    if any(not known for known in found.by_key.values()):
        raise DataError(where, "a label for every key", "none")
    return found
