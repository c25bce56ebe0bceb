"""Items of two sides that touch, paired one to one, without looking at every pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

__all__ = ["Ranges", "paired", "shared_points", "size"]

Ranges = Sequence[tuple[int, int]]
"""Half-open stretches of one item, sorted and apart."""

Left = TypeVar("Left")
Right = TypeVar("Right")


def size(ranges: Ranges) -> int:
    """The number of points in them."""
    return sum(end - start for start, end in ranges)


def shared_points(a: Ranges, b: Ranges) -> int:
    """The number of points in both."""
    return sum(max(0, min(x[1], y[1]) - max(x[0], y[0])) for x in a for y in b)


def paired(
    left: Sequence[Left],
    right: Sequence[Right],
    ranges: Callable[[Left | Right], Ranges],
    score: Callable[[Left, Right], float],
) -> list[tuple[Left, Right]]:
    """Pairs of items that touch, each item once: the highest score first.

    A score of 0 or less is no pair. Ties go to what comes first. Time grows with the items that
    touch, not with all pairs.
    """
    found: list[tuple[float, int, int]] = []
    extents = [
        [(r[0][0], r[-1][1]) if (r := ranges(x)) else (0, 0) for x in side]
        for side in (left, right)
    ]
    order = sorted(range(len(right)), key=lambda j: extents[1][j])
    active: list[int] = []
    at = 0
    for i in sorted(range(len(left)), key=lambda i: extents[0][i]):
        start, end = extents[0][i]
        while at < len(order) and extents[1][order[at]][0] < end:
            active.append(order[at])
            at += 1
        active = [j for j in active if extents[1][j][1] > start]
        for j in active:
            if extents[1][j][0] < end:
                value = score(left[i], right[j])
                if value > 0:
                    found.append((-value, i, j))
    found.sort()
    taken: set[int] = set()
    of_left: dict[int, int] = {}
    for _, i, j in found:
        if i not in of_left and j not in taken:
            of_left[i] = j
            taken.add(j)
    return [(left[i], right[j]) for i, j in sorted(of_left.items())]
