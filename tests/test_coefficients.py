"""Coefficients of agreement: published worked examples, and another implementation."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.agreement.coefficients import alpha, alpha_u, coincidences, continuum, f1, kappa
from strategies import law

ONE = np.ones(1)


def test_f1() -> None:
    assert f1(np.array([3.0, 4, 5])) == pytest.approx(6 / 9)
    assert np.isnan(f1(np.zeros(3)))


BERTHA = [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]
BILL = [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0]


def test_kappa_and_alpha_of_a_published_example() -> None:
    """Krippendorff 1995, "On the reliability of unitizing continuous data", example A."""
    table = np.zeros((2, 2))
    np.add.at(table, (BERTHA, BILL), 1)
    assert kappa(table) == pytest.approx(0.385, abs=0.001)
    assert alpha(coincidences(np.array([BERTHA, BILL]), 2)) == pytest.approx(0.329, abs=0.001)


def test_no_variation_has_no_kappa_and_no_alpha() -> None:
    assert np.isnan(kappa(np.array([[7.0, 0], [0, 0]])))
    assert np.isnan(alpha(coincidences(np.ones((2, 5), np.int64), 2)))


@given(st.data())
@law(100)
def test_alpha_is_that_of_the_krippendorff_package(data: st.DataObject) -> None:
    annotators, units = data.draw(st.integers(2, 4)), data.draw(st.integers(2, 12))
    row = st.lists(st.integers(-1, 3), min_size=units, max_size=units)
    values = np.array([data.draw(row) for _ in range(annotators)])
    mine = alpha(coincidences(values, 4))
    table = np.where(values < 0, np.nan, values.astype(float))
    try:
        theirs = krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
    except (ValueError, AssertionError):
        theirs = np.nan  # fewer than two values: it has nothing to say
    if np.isnan(mine):
        # No pair of values, or one value only, which the package calls undefined or 1.
        assert np.isnan(theirs) or theirs == 1 or len(set(values[values >= 0].tolist())) < 2
    else:
        assert mine == pytest.approx(theirs)


def test_unitised_alpha_of_krippendorff_2004() -> None:
    """ "Measuring the reliability of qualitative text analysis data": 300 units of length from 150,
    two observers; D_o .0144, D_e .0532 and alpha .7286 for c, D_e .0490 and alpha 1 for k.
    """
    c = continuum([[(75, 145), (220, 250)], [(70, 150), (205, 225), (250, 270)]], 300)
    k = continuum([[(30, 90), (150, 200)]] * 2, 300)
    assert c.apart / (2 * 300**2) == pytest.approx(0.0144, abs=0.0001)
    assert alpha_u([c], ONE) == pytest.approx(0.7286, abs=0.0001)
    assert alpha_u([k], ONE) == 1


EXAMPLES = {
    "A": ([(2, 10), (14, 20)], [(4, 8), (15, 17)], 0.553),
    "B": ([(0, 18)], [(0, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 9), (9, 10)], -0.926),
    "C": (
        [(2, 8), (10, 12), (14, 18), (20, 22)],
        [(0, 2), (4, 8), (10, 14), (16, 18), (20, 22)],
        0.679,
    ),
    "D": (
        [(0, 2), (2, 10), (10, 14), (14, 20), (20, 24)],
        [(0, 4), (4, 8), (8, 15), (15, 17), (17, 24)],
        0.066,
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_unitised_alpha_of_krippendorff_1995(name: str) -> None:
    """Its limits for a finely divided continuum. Its D_e adds where that of 2004 takes away (one
    sign in the lengths of gaps), hence the tolerance.
    """
    *annotators, expected = EXAMPLES[name]
    fine = [[(a * 500, b * 500) for a, b in units] for units in annotators]
    found = alpha_u([continuum(fine, 24 * 500)], ONE)
    assert found == pytest.approx(expected, abs=0.02)


def test_weights_stand_for_repeated_texts() -> None:
    texts = [
        continuum([[(0, 4), (9, 12)], [(1, 4)]], 30),
        continuum([[(5, 6)], [(5, 8), (20, 22)]], 40),
    ]
    weighted = alpha_u(texts, np.array([[2.0, 1.0]]))
    assert weighted[0] == pytest.approx(alpha_u([texts[0], *texts], np.ones(3)))


def test_unequal_annotators_are_refused() -> None:
    one, two = continuum([[(0, 1)], []], 5), continuum([[(0, 1)], [], []], 5)
    with pytest.raises(ValueError, match="different numbers"):
        alpha_u([one, two], np.ones(2))
