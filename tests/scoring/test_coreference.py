"""MUC, B-cubed and CEAF-e, against scorch and on cases known from papers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.scoring.coreference import b_cubed, ceaf_e, clusters, muc
from dateline.scoring.counts import Cells
from dateline.scoring.sides import clustered
from scored import document, mentions, over, scored
from strategies import law

Clusters = list[frozenset[int]]
MEASURES = {"muc": muc, "b_cubed": b_cubed, "ceaf_e": ceaf_e}


@st.composite
def clusterings(draw: st.DrawFn) -> Clusters:
    """Some of twelve mentions in clusters of two or more, as both scorers then see them."""
    named = draw(st.dictionaries(st.integers(0, 11), st.integers(0, 4)))
    each: dict[int, set[int]] = {}
    for mention, name in named.items():
        each.setdefault(name, set()).add(mention)
    return [frozenset(one) for one in each.values() if len(one) > 1]


def three(cells: Cells) -> tuple[float, float, float]:
    """Recall, precision, F1; 0 for quotients of nothing."""
    precision = cells.right / cells.predicted if cells.predicted else 0.0
    recall = cells.found / cells.gold if cells.gold else 0.0
    both = precision + recall
    return recall, precision, 2 * precision * recall / both if both else 0.0


@pytest.mark.parametrize("name", MEASURES)
@given(key=clusterings(), response=clusterings())
@law(200)
def test_scores_are_those_of_scorch(name: str, key: Clusters, response: Clusters) -> None:
    scorch = pytest.importorskip("scorch.scores")
    plain = [[set(one) for one in side] for side in (key, response)]
    found = three(MEASURES[name](key, response))
    if not {m for one in key for m in one} & {m for one in response for m in one}:
        assert found == (0, 0, 0)  # where scorch divides 0 by 0
    else:
        assert found == pytest.approx(getattr(scorch, name)(*plain), abs=1e-9)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@given(key=clusterings(), response=clusterings())
@law()
def test_exchanging_the_sides_exchanges_precision_and_recall(
    measure, key: Clusters, response: Clusters
) -> None:
    right, predicted, found, gold = measure(key, response)
    assert measure(response, key) == pytest.approx((found, gold, right, predicted))


def test_the_example_of_vilain_and_of_bagga_and_baldwin() -> None:
    """Twelve mentions in three clusters, of which the response joins the last two."""
    key = [frozenset(range(1, 6)), frozenset((6, 7)), frozenset(range(8, 13))]
    response = [frozenset(range(1, 6)), frozenset(range(6, 13))]
    assert three(muc(key, response))[:2] == pytest.approx((1, 9 / 10))
    precision = (5 * 1 + 2 * (2 / 7) + 5 * (5 / 7)) / 12
    assert three(b_cubed(key, response))[:2] == pytest.approx((1, precision))


def test_a_span_in_two_clusters_is_in_one_whatever_the_order_and_the_names() -> None:
    spans = [(0, 3, "ORG"), (4, 7, "ORG"), (0, 3, "ORG"), (8, 13, "ORG")]
    one = mentions(spans, ["C1", "C1", "C2", "C2"])
    two = mentions(spans, ["C9", "C9", "C5", "C5"])[::-1]
    assert set(clusters(clustered(one))) == set(clusters(clustered(two)))
    assert set(clusters(clustered(one))) == {frozenset({(0, 3), (4, 7)})}


def test_the_conll_score_is_the_mean_of_the_three() -> None:
    spans = [(0, 3, "ORG"), (4, 7, "ORG"), (8, 13, "ORG")]
    gold = over(document(entities=mentions(spans, ["C1", "C1", "C1"])))
    found = scored(gold, document(entities=mentions(spans, ["C1", "C1", None])))
    each = [found.figure("coreference", name, "entities") for name in MEASURES]
    assert found.figure("coreference", "conll", "entities") == pytest.approx(sum(each) / 3)
    assert each == pytest.approx([2 / 3, 8 / 13, 4 / 5])
