"""Rows against the digests that were kept for them: exactly what differs is named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dateline.checks.keyed import Keyed, compare_rows

KEPT = st.lists(
    st.builds(
        Keyed, st.sampled_from("abc"), st.sampled_from("12345"), st.binary(max_size=1), st.just("")
    ),
    min_size=1,
    unique_by=lambda row: row[:2],
)


def said(found: list[Keyed], kept: list[Keyed]) -> list[tuple[str, str, str]]:
    return [(i.path, i.expected, i.found) for i in compare_rows("f", found, kept)]


@given(KEPT)
def test_the_same_rows_are_no_finding(kept: list[Keyed]) -> None:
    assert said(kept, kept) == []


@given(KEPT, st.data())
def test_one_row_that_changed_is_the_only_one_named(kept: list[Keyed], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(kept) - 1))
    row = kept[at]
    other = row._replace(digest=row.digest + b"x")
    found = said([*kept[:at], other, *kept[at + 1 :]], kept)
    assert found == [(f"f row {at}", "the row that was released", f"another {row.name}")]


@given(KEPT, st.data())
def test_one_row_that_is_gone_or_added_is_the_only_one_named(
    kept: list[Keyed], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(kept) - 1))
    gone = [*kept[:at], *kept[at + 1 :]]
    name = kept[at].name
    assert said(gone, kept) == [("f", f"the row {name}", "none")]
    assert said(kept, gone) == [(f"f row {at}", "no such row", name)]


@given(KEPT, st.data())
def test_a_row_under_the_key_of_another_is_the_copy_wherever_it_stands(
    kept: list[Keyed], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(kept) - 1))
    to = data.draw(st.integers(0, len(kept)))
    copy = kept[at]._replace(digest=kept[at].digest + b"x")
    found = said([*kept[:to], copy, *kept[to:]], kept)
    assert found == [(f"f row {to}", "each row once", f"another {copy.name}")]


@given(KEPT, st.data())
def test_another_order_is_one_finding(kept: list[Keyed], data: st.DataObject) -> None:
    order = data.draw(st.permutations(kept))
    found = said(order, kept)
    assert [expected for _, expected, _ in found] == ["rows in the order of the release"] * (
        order != kept
    )
