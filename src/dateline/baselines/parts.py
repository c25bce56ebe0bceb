"""What a model is made of: taggers of words and choosers among labels, whatever they learnt by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dateline.baselines.sentences import Sentence

__all__ = ["NONE", "Chooser", "Examples", "Floats", "Tagger", "chosen"]

NONE = "-"
"""The label for nothing: no role, no mode, no stance."""

Floats = NDArray[np.float64]
Examples = tuple[list[list[str]], list[str]]
"""Features of candidates and their labels. The first feature is the one that a count goes by."""


class Tagger(Protocol):
    """Gives every word of some sentences a BIO tag."""

    def tags(self, text: str, /, sentences: Sequence[Sentence]) -> list[list[str]]: ...

    def known(self) -> Sequence[str]: ...

    def write(self, path: Path) -> None: ...


class Chooser(Protocol):
    """Scores every label of a candidate by the candidate's features."""

    @property
    def labels(self) -> Sequence[str]: ...

    def scores(self, rows: Sequence[Sequence[str]]) -> Floats: ...

    def write(self, path: Path) -> None: ...


def chosen(
    chooser: Chooser,
    rows: Sequence[Sequence[str]],
    allowed: Sequence[frozenset[str]] | None = None,
) -> list[tuple[str, float]]:
    """The best label of each candidate, and by how much it beats the label for nothing.

    `allowed` are the labels that a candidate may have; the label for nothing always is.
    """
    if not rows:
        return []
    scores = chooser.scores(rows)
    names = list(chooser.labels)
    at_none = names.index(NONE) if NONE in names else None
    if allowed is not None:
        masks = {
            one: np.array([name not in one and name != NONE for name in names])
            for one in set(allowed)
        }
        for row, one in zip(scores, allowed, strict=True):
            row[masks[one]] = -np.inf
    best = scores.argmax(axis=1)
    low = scores[:, at_none] if at_none is not None else np.full(len(rows), -np.inf)
    return [
        (names[b] if np.isfinite(row[b]) else NONE, float(row[b] - none))
        for row, b, none in zip(scores, best, low, strict=True)
    ]
