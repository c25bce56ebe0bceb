"""What a score is made of: numbers that add up over articles.

Every measure here is a quotient of sums over articles, so that one pass over them is enough: for
the score, for its confidence interval and for the comparison of two systems.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import NamedTuple

__all__ = ["Cells", "Counts", "Key", "by_label", "shared", "units"]


class Key(NamedTuple):
    """Which score a count belongs to; `label` is "" for all labels, `part` for all articles."""

    layer: str
    measure: str
    label: str = ""
    part: str = ""


class Cells(NamedTuple):
    """The sums of precision and recall: `right` of `predicted`, `found` of `gold`.

    Where items are right or wrong, `right` and `found` are one number; measures that give credit in
    part (B-cubed, token overlap) and slices have two.
    """

    right: float
    predicted: float
    found: float
    gold: float


Counts = Iterator[tuple[Key, Cells]]


def shared(gold: Iterable[Hashable], predicted: Iterable[Hashable]) -> int:
    """How many are in both; what stands twice in one counts once for each in the other."""
    ours, theirs = Counter(gold), Counter(predicted)
    if len(theirs) < len(ours):
        ours, theirs = theirs, ours
    return sum(min(count, theirs[key]) for key, count in ours.items() if key in theirs)


def units(gold: list[Hashable], predicted: list[Hashable]) -> Cells:
    """Items that are right where the same one is on the other side, and wrong otherwise.

    A second copy of a predicted item is wrong.
    """
    both = shared(gold, predicted)
    return Cells(both, len(predicted), both, len(gold))


def by_label(
    layer: str,
    measure: str,
    gold: Mapping[str, list[Hashable]],
    predicted: Mapping[str, list[Hashable]],
) -> Counts:
    """A measure for all labels together and for each, by the items under each label."""
    every = Cells(0, 0, 0, 0)
    for label in dict.fromkeys((*gold, *predicted)):
        cells = units(gold.get(label, []), predicted.get(label, []))
        every = Cells(*(a + b for a, b in zip(every, cells, strict=True)))
        yield Key(layer, measure, label), cells
    yield Key(layer, measure), every
