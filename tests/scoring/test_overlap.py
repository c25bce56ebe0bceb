"""Items that touch, paired."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dateline.scoring.overlap import extent, jaccard, joined, paired, shared_points, size
from strategies import law

Span = tuple[int, int]
SPANS = st.tuples(st.integers(0, 30), st.integers(1, 8)).map(lambda x: (x[0], x[0] + x[1]))


def pairs(left: list[Span], right: list[Span]) -> list[tuple[Span, Span]]:
    def score(a: Span, b: Span) -> tuple[float, ...]:
        return (jaccard((a,), (b,)),)

    return paired(left, right, lambda span: span, score, lambda span: span)


def test_the_closest_are_paired_first_and_each_once() -> None:
    assert pairs([(0, 4), (3, 8)], [(3, 9), (0, 2)]) == [((0, 4), (0, 2)), ((3, 8), (3, 9))]
    assert pairs([(0, 4)], [(4, 6)]) == [], "spans that only meet do not touch"
    assert len(pairs([(0, 9)], [(0, 3), (3, 9)])) == 1


@given(st.lists(SPANS, max_size=8), st.lists(SPANS, max_size=8), st.randoms())
@law(200)
def test_neither_order_nor_side_matters(left: list[Span], right: list[Span], choose) -> None:
    found = sorted(pairs(left, right))
    assert sorted((a, b) for b, a in pairs(right, left)) == found
    mixed = [choose.sample(side, len(side)) for side in (left, right)]
    assert sorted(pairs(*mixed)) == found


@given(st.lists(SPANS, max_size=6), st.lists(SPANS, max_size=6))
@law(200)
def test_pairing_is_the_plain_greedy_one(left: list[Span], right: list[Span]) -> None:
    every = sorted(
        (
            (-jaccard((a,), (b,)), *sorted((a, b)), i, j)
            for i, a in enumerate(left)
            for j, b in enumerate(right)
            if max(a[0], b[0]) < min(a[1], b[1])
        )
    )
    ours, theirs = set(), set()
    for *_, i, j in every:
        if i not in ours and j not in theirs:
            ours.add(i)
            theirs.add(j)
    assert len(pairs(left, right)) == len(ours)


@given(st.lists(SPANS, max_size=6), st.lists(SPANS, max_size=6))
@law(200)
def test_ranges_are_sets_of_points(a: list[Span], b: list[Span]) -> None:
    ours, theirs = ({i for s, e in side for i in range(s, e)} for side in (a, b))
    assert size(joined(a)) == len(ours)
    assert shared_points(joined(a), joined(b)) == len(ours & theirs)
    either = len(ours | theirs)
    assert jaccard(joined(a), joined(b)) == (len(ours & theirs) / either if either else 0)
    assert extent(joined(a)) == ((min(ours), max(ours) + 1) if ours else (0, 0))
