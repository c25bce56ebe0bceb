"""Items of two sides that touch, paired one to one, without looking at every pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from operator import itemgetter
from typing import TypeVar

__all__ = ["Ranges", "extent", "jaccard", "joined", "paired", "shared_points", "size"]

Ranges = tuple[tuple[int, int], ...]
"""Half-open stretches of one item, sorted and apart."""

Item = TypeVar("Item")


def joined(spans: Iterable[tuple[int, int]]) -> Ranges:
    """Spans in order, those that touch or overlap made one."""
    spans = list(spans)
    if len(spans) == 1:
        return (spans[0],)
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def extent(ranges: Ranges) -> tuple[int, int]:
    """From the first point to past the last; (0, 0) of nothing."""
    return (ranges[0][0], ranges[-1][1]) if ranges else (0, 0)


def size(ranges: Ranges) -> int:
    """The number of points in them."""
    return sum([end - start for start, end in ranges])


def shared_points(a: Ranges, b: Ranges) -> int:
    """The number of points in both."""
    return sum([max(0, min(x[1], y[1]) - max(x[0], y[0])) for x in a for y in b])


def jaccard(a: Ranges, b: Ranges) -> float:
    """Shared points to all points; 0 where nothing is shared."""
    if len(a) == len(b) == 1:  # the usual case, found out fast
        (start, end), (first, last) = a[0], b[0]
        both = min(end, last) - max(start, first)
        return both / (end - start + last - first - both) if both > 0 else 0.0
    both = shared_points(a, b)
    return both / (size(a) + size(b) - both) if both else 0.0


def paired(
    left: Sequence[Item],
    right: Sequence[Item],
    extents: Callable[[Item], tuple[int, int]],
    score: Callable[[Item, Item], tuple[float, ...] | None],
    content: Callable[[Item], Hashable],
) -> list[tuple[Item, Item]]:
    """Pairs of items whose extents touch, each item once: the highest score first.

    A score of None is no pair. Ties go by `content` (what an item says, without its id), alike in
    both directions, so that neither the order of items nor which side is the left one matters.
    Time grows with the items that touch, not with all pairs.
    """
    if not left or not right:
        return []
    ours, theirs = [extents(x) for x in left], [extents(x) for x in right]
    order = sorted(range(len(right)), key=theirs.__getitem__)
    touching: list[tuple[int, int]] = []
    active: list[int] = []
    at = 0
    for i in sorted(range(len(left)), key=ours.__getitem__):
        start, end = ours[i]
        while at < len(order) and theirs[order[at]][0] < end:
            active.append(order[at])
            at += 1
        active = [j for j in active if theirs[j][1] > start]
        touching += [(i, j) for j in active if theirs[j][0] < end]
    scored = [(value, i, j) for i, j in touching if (value := score(left[i], right[j])) is not None]
    of, beside = Counter(map(itemgetter(1), scored)), Counter(map(itemgetter(2), scored))
    free = [(i, j) for _, i, j in scored if of[i] == beside[j] == 1]  # neither has another partner
    contested = [one for one in scored if not of[one[1]] == beside[one[2]] == 1]
    if contested:
        ours_said = {i: repr(content(left[i])) for _, i, _ in contested}
        theirs_said = {j: repr(content(right[j])) for _, _, j in contested}

        def place(one: tuple[tuple[float, ...], int, int]) -> tuple[object, ...]:
            value, i, j = one
            ends = ours_said[i], theirs_said[j]
            return tuple(-x for x in value), min(ends), max(ends), i, j

        contested.sort(key=place)
    of_left = dict(free)
    taken = {j for _, j in free}
    for _, i, j in contested:
        if i not in of_left and j not in taken:
            of_left[i] = j
            taken.add(j)
    return [(left[i], right[j]) for i, j in sorted(of_left.items())]
