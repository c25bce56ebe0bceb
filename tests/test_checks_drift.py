"""Drift of label shares between versions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import told
from dateline.checks.drift import check_drift, holm, z_test
from dateline.stats import Figures

PATH = "corpus/releases/0.2.0"


def figures(**tables: dict[str, int]) -> Figures:
    names = ("by_split", "by_outlet", "status", "makers", "entity_types", "mentions")
    names += ("event_types", "roles", "quotes", "source_forms", "stance_values")
    return Figures(**({name: {} for name in names} | tables))


def test_a_share_that_moved_is_told_with_test_shares_and_p() -> None:
    before = figures(quotes={"direct": 300, "indirect": 600, "mixed": 100})
    after = figures(quotes={"direct": 240, "indirect": 330, "mixed": 30})
    assert told(check_drift(before, after, PATH)) == [
        (
            f"{PATH} quotes.direct",
            "about 30.0 %, as before (300 of 1000)",
            "40.0 % (240 of 600); two-proportion z-test, p = 0.00013 after Holm for 3 labels",
        ),
        (
            f"{PATH} quotes.mixed",
            "about 10.0 %, as before (100 of 1000)",
            "5.0 % (30 of 600); two-proportion z-test, p = 0.00079 after Holm for 3 labels",
        ),
    ]


@pytest.mark.parametrize("table", ["entity_types", "mentions", "event_types", "roles", "quotes"])
def test_every_table_is_tested(table: str) -> None:
    before, after = figures(**{table: {"a": 90, "b": 10}}), figures(**{table: {"a": 10, "b": 90}})
    incidents = list(check_drift(before, after, PATH))
    assert [i.place for i in incidents] == [f"{table}.a", f"{table}.b"]
    assert {(i.code, i.level, i.severity) for i in incidents} == {("DL605", 6, "warning")}


def test_a_label_that_vanished_or_is_new_has_drifted() -> None:
    before, after = figures(roles={"actor": 90, "victim": 60}), figures(roles={"actor": 150})
    assert len(list(check_drift(before, after, PATH))) == 2
    assert len(list(check_drift(after, before, PATH))) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": 100_000, "b": 100_000}, {"a": 103_000, "b": 97_000}),  # certain, and 1.5 points
        ({"a": 50, "b": 50}, {"a": 60, "b": 40}),  # 10 points, and chance
        ({"a": 5_000, "b": 5}, {"a": 8, "b": 2}),  # too few for the test
        ({"a": 100}, {"a": 3}),
        ({"a": 100, "b": 9}, {}),
        ({}, {"a": 100, "b": 9}),
        ({}, {}),
    ],
)
def test_no_drift(before: dict[str, int], after: dict[str, int]) -> None:
    assert list(check_drift(figures(quotes=before), figures(quotes=after), PATH)) == []


def test_the_more_labels_are_tested_the_less_is_certain() -> None:
    before, after = {"x": 300, "y": 700}, {"x": 360, "y": 640}
    assert 0.004 < z_test((300, 360), (1000, 1000)) < 0.005
    alone = check_drift(figures(quotes=before), figures(quotes=after), PATH)
    steady = {"w": 50, "z": 50}
    more = figures(quotes=before, roles=steady), figures(quotes=after, roles=steady)
    assert (len(list(alone)), len(list(check_drift(*more, PATH)))) == (2, 0)


def test_the_z_test_on_a_known_case() -> None:
    """30 of 100 against 50 of 100: z = 0.2 / sqrt(0.4 * 0.6 * 0.02) = 2.887."""
    assert z_test((30, 50), (100, 100)) == pytest.approx(0.003892, abs=1e-6)
    assert z_test((30, 30), (100, 100)) == 1


def test_holm_on_a_known_case() -> None:
    """Steps of 4, 3, 2 and 1 times, never falling."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1)))
def test_holm_keeps_the_order_and_lies_between_none_and_bonferroni(values: list[float]) -> None:
    corrected = holm(values)
    for raw, mended in zip(values, corrected, strict=True):
        assert raw <= mended <= 1
        assert mended == pytest.approx(
            max(min(1, (len(values) - sum(v < w for v in values)) * w) for w in values if w <= raw)
        )


COUNTS = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 10_000))


@given(COUNTS)
def test_a_version_does_not_drift_from_itself(counts: dict[str, int]) -> None:
    assert list(check_drift(figures(roles=counts), figures(roles=counts), PATH)) == []


@given(COUNTS, COUNTS)
def test_drift_is_seen_from_both_sides(before: dict[str, int], after: dict[str, int]) -> None:
    a, b = figures(entity_types=before), figures(entity_types=after)
    there, back = list(check_drift(a, b, PATH)), list(check_drift(b, a, PATH))
    assert [i.path for i in there] == [i.path for i in back]
    assert all(math.isfinite(float(i.found.split("p = ")[1].split()[0])) for i in there)
