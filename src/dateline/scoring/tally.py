"""Sums of counts over articles, with what chance makes of them.

The articles are drawn anew, with replacement, `RESAMPLES` times (the bootstrap of Efron and
Tibshirani 1993, over articles as Koehn 2004 does over sentences, since items of one article are
not independent). The draws are made as the articles pass, so that memory does not grow with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dateline.scoring.counts import Cells, Key

__all__ = ["RESAMPLES", "SEED", "Comparison", "Figure", "Tally", "draws", "f1"]

RESAMPLES = 1000
SEED = 20261123
_CHUNK = 256
_LEVEL = 95

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """A score: precision, recall and F1 with its 95 % interval, and the sums behind it.

    None is a quotient of nothing: a measure of what neither side has. A macro average has an F1
    alone.
    """

    f1: float | None
    low: float | None
    high: float | None
    precision: float | None = None
    recall: float | None = None
    cells: Cells | None = None


def draws(articles: int, seed: int = SEED, resamples: int = RESAMPLES) -> Iterator[Floats]:
    """How often each article is in each resample, for one chunk of articles after another.

    A resample is a draw from the multinomial distribution of `articles` trials over as many
    articles; here it is drawn chunk by chunk (how many fall into it, then which), which is the
    same distribution.

    Yields
    ------
    Arrays of the shape (resamples, articles in the chunk).
    """
    rng = np.random.default_rng(seed)
    left = np.full(resamples, articles)
    for start in range(0, articles, _CHUNK):
        size = min(_CHUNK, articles - start)
        here = rng.binomial(left, size / (articles - start))
        left -= here
        yield rng.multinomial(here, np.full(size, 1 / size)).astype(np.float64)


class _Sums:
    """Weighted sums of counts, one row for each set of weights; keys are found as they come."""

    def __init__(self, rows: int) -> None:
        self.keys: dict[Key, int] = {}
        self.sums: Floats = np.zeros((rows, 0))

    def row(self, counts: Mapping[Key, Cells]) -> tuple[list[int], Floats]:
        """The counts of an article: the numbers of its keys, an array of the shape (keys, 4)."""
        keys = self.keys
        numbers = [keys.setdefault(key, len(keys)) for key in counts]
        return numbers, np.array(list(counts.values()), dtype=np.float64).reshape(-1, 4)

    def matrix(self, rows: list[tuple[list[int], Floats]]) -> Floats:
        """The counts of a chunk as an array of the shape (articles, 4 x keys)."""
        found = np.zeros((len(rows), len(self.keys), 4))
        for at, (numbers, cells) in enumerate(rows):
            found[at, numbers] = cells
        return found.reshape(len(rows), -1)

    def add(self, weights: Floats, matrix: Floats) -> None:
        """Add a chunk, weighted by an array of the shape (rows, articles)."""
        missing = matrix.shape[1] - self.sums.shape[1]
        if missing > 0:
            self.sums = np.pad(self.sums, ((0, 0), (0, missing)))
        self.sums[:, : matrix.shape[1]] += weights @ matrix

    def cells(self, key: Key) -> Floats:
        """The sums of one key, of the shape (rows, 4); zeros for one that never came."""
        if key not in self.keys:
            return np.zeros((len(self.sums), 4))
        at = 4 * self.keys[key]
        return self.sums[:, at : at + 4]

    def f1(self, keys: list[Key]) -> Floats:
        """F1 of each row; of several keys the mean (a label that nobody used is in no average)."""
        return _mean(np.stack([f1(self.cells(key)) for key in keys]))


def _quotient(above: Floats, below: Floats) -> Floats:
    """Elementwise quotients; what is divided by nothing is NaN."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, above / below, np.nan)


def f1(cells: Floats) -> Floats:
    """F1 of sums of the shape (…, 4): the harmonic mean of precision and recall.

    0 where one side has items and nothing is right; NaN where neither side has any.
    """
    precision = np.nan_to_num(_quotient(cells[..., 0], cells[..., 1]))
    recall = np.nan_to_num(_quotient(cells[..., 2], cells[..., 3]))
    both = precision + recall
    found = np.where(both > 0, 2 * precision * recall / np.where(both > 0, both, 1), 0.0)
    return np.where(cells[..., 1] + cells[..., 3] > 0, found, np.nan)


def _mean(each: Floats) -> Floats:
    """The mean over the first axis of what is a number; NaN where nothing is."""
    counted = (~np.isnan(each)).sum(axis=0).astype(np.float64)
    return _quotient(np.nan_to_num(each).sum(axis=0), counted)


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _interval(resampled: Floats) -> tuple[float | None, float | None]:
    """The percentile interval; of resamples that have none of the items there is no score."""
    good = resampled[~np.isnan(resampled)]
    if not len(good):
        return None, None
    low, high = np.percentile(good, [(100 - _LEVEL) / 2, (100 + _LEVEL) / 2])
    return float(low), float(high)


class Tally:
    """The scores of one system over `articles` articles, which are added one by one."""

    def __init__(self, articles: int, *, seed: int = SEED, resamples: int = RESAMPLES) -> None:
        self._draws = draws(articles, seed, resamples)
        self._sums = _Sums(resamples + 1)  # the first row is the articles as they are
        self._waiting: list[tuple[list[int], Floats]] = []
        self._missing = articles

    def add(self, counts: Mapping[Key, Cells]) -> None:
        """Add the counts of one article."""
        self._waiting.append(self._sums.row(counts))
        self._missing -= 1
        if len(self._waiting) == _CHUNK or not self._missing:
            weights = next(self._draws)
            ones = np.ones((1, len(self._waiting)))
            matrix = self._sums.matrix(self._waiting)
            self._sums.add(np.concatenate([ones, weights]), matrix)
            self._waiting = []

    @property
    def keys(self) -> list[Key]:
        """What was counted, in the order in which it came."""
        return list(self._sums.keys)

    def gold(self, key: Key) -> float:
        """How many gold items a key counts."""
        return float(self._sums.cells(key)[0, 3])

    def resampled(self, keys: list[Key]) -> Floats:
        """F1 of the articles as they are, then of each resample; of several keys their mean."""
        assert not self._missing
        return self._sums.f1(keys)

    def figure(self, key: Key) -> Figure:
        """The score of a key."""
        cells = self._sums.cells(key)
        found = self.resampled([key])
        right, predicted, recalled, gold = (float(x) for x in cells[0])
        return Figure(
            _plain(found[0]),
            *_interval(found[1:]),
            precision=right / predicted if predicted else None,
            recall=recalled / gold if gold else None,
            cells=Cells(right, predicted, recalled, gold),
        )

    def macro(self, keys: list[Key]) -> Figure:
        """The mean F1 of several keys."""
        found = self.resampled(keys)
        return Figure(_plain(found[0]), *_interval(found[1:]))


class Comparison:
    """Two systems on the same articles: the difference of their scores, and how chance makes it.

    The interval is of the differences in the same resamples (the paired bootstrap of Koehn 2004).
    `p` is that of approximate randomisation (Noreen 1989; Yeh 2000): the share of random exchanges
    of the two systems' answers, article by article, that give a difference at least as large,
    (n + 1) / (shuffles + 1), two-sided.
    """

    def __init__(self, articles: int, *, seed: int = SEED, resamples: int = RESAMPLES) -> None:
        self.first = Tally(articles, seed=seed, resamples=resamples)
        self.second = Tally(articles, seed=seed, resamples=resamples)
        self._rng = np.random.default_rng(seed + 1)
        self._shuffled = _Sums(resamples), _Sums(resamples)
        self._shuffled[1].keys = self._shuffled[0].keys
        self._rows = resamples
        self._waiting: tuple[list[tuple[list[int], Floats]], ...] = ([], [])
        self._missing = articles

    def add(self, first: Mapping[Key, Cells], second: Mapping[Key, Cells]) -> None:
        """Add the counts of both systems for one article."""
        self.first.add(first)
        self.second.add(second)
        one, two = self._shuffled
        for waiting, counts in zip(self._waiting, (first, second), strict=True):
            waiting.append(one.row(counts))
        self._missing -= 1
        if len(self._waiting[0]) < _CHUNK and self._missing:
            return
        kept = self._rng.integers(0, 2, (self._rows, len(self._waiting[0]))).astype(np.float64)
        for waiting, share in zip(self._waiting, (kept, 1 - kept), strict=True):
            matrix = one.matrix(waiting)
            one.add(share, matrix)
            two.add(1 - share, matrix)
            waiting.clear()

    @property
    def keys(self) -> list[Key]:
        """What was counted of either system."""
        return list(dict.fromkeys((*self.first.keys, *self.second.keys)))

    def difference(self, keys: Iterable[Key]) -> tuple[Figure, float | None]:
        """F1 of the first less that of the second (of several keys their means), and p."""
        wanted = list(keys)
        found = self.first.resampled(wanted) - self.second.resampled(wanted)
        seen = _plain(found[0])
        figure = Figure(seen, *_interval(found[1:]))
        if seen is None:
            return figure, None
        apart = np.abs(self._shuffled[0].f1(wanted) - self._shuffled[1].f1(wanted))
        # What differs in the last digits alone is as large, and what cannot be told counts as it.
        smaller = apart < abs(seen) * (1 - 1e-9) - 1e-12
        larger = int((~smaller).sum())
        return figure, (larger + 1) / (self._rows + 1)
