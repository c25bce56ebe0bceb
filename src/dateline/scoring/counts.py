"""What a score is made of: numbers that add up over articles.

Nearly every measure here is a quotient of sums over articles, so that one pass over them is enough:
for the score, for its confidence interval and for the comparison of two systems.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

__all__ = ["Cells", "Counts", "Key", "matches", "shared", "units"]


class Key(NamedTuple):
    """Which score a count belongs to; `label` is "" for all labels, `part` for all articles."""

    layer: str
    measure: str
    label: str = ""
    part: str = ""


class Cells(NamedTuple):
    """The sums of precision and recall: `right` of `predicted`, `found` of `gold`.

    Where items are right or wrong, `right` and `found` are one number; measures that give credit in
    part (B-cubed) and slices have two.
    """

    right: float
    predicted: float
    found: float
    gold: float


Counts = Iterator[tuple[Key, Cells]]


def shared(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> int:
    """How many are in both; what stands twice in one counts once for each in the other."""
    ours, theirs = set(gold), set(predicted)
    if len(ours) == len(gold) or len(theirs) == len(predicted):
        return len(ours & theirs)
    return (Counter(gold) & Counter(predicted)).total()


def units(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> Cells:
    """Items that are right where the same one is on the other side, and wrong otherwise.

    A second copy of a predicted item is wrong.
    """
    both = shared(gold, predicted)
    return Cells(both, len(predicted), both, len(gold))


def matches(side: Sequence[Hashable], other: Sequence[Hashable]) -> tuple[list[bool], list[bool]]:
    """Whether each of a side is on the other, for both; of copies the first ones are."""
    ours, theirs = set(side), set(other)
    if len(ours) == len(side) and len(theirs) == len(other):  # the usual case, found out fast
        return list(map(theirs.__contains__, side)), list(map(ours.__contains__, other))
    return _first_ones(side, other), _first_ones(other, side)


def _first_ones(side: Sequence[Hashable], other: Sequence[Hashable]) -> list[bool]:
    rest = Counter(other)
    found = []
    for key in side:
        left = rest.get(key, 0)
        found.append(left > 0)
        if left:
            rest[key] = left - 1
    return found
