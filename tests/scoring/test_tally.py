"""The bootstrap and the randomisation test: distributions, known cases, seeds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dateline.scoring import tally as module
from dateline.scoring.counts import Cells, Key
from dateline.scoring.tally import Comparison, Tally, draws, f1

KEY = Key("entities", "exact")


def weights(articles: int, seed: int = 1, resamples: int = 4000) -> np.ndarray:
    return np.concatenate(list(draws(articles, seed, resamples)), axis=1)


@pytest.mark.parametrize("articles", [1, 2, 30, 256, 257, 600])
def test_each_resample_draws_as_many_articles(articles: int) -> None:
    found = weights(articles, resamples=50)
    assert found.shape == (50, articles)
    assert (found.sum(axis=1) == articles).all()


@pytest.mark.parametrize("chunk", [1, 7, 256])
def test_weights_are_multinomial_however_they_are_cut(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CHUNK", chunk)
    articles, rows = 30, 20_000
    found = weights(articles, resamples=rows)
    share = 1 / articles
    variance, covariance = 1 - share, -share
    assert np.abs(found.mean(axis=0) - 1).max() < 0.05
    cov = np.cov(found, rowvar=False)
    assert np.abs(np.diag(cov) - variance).max() < 0.06
    assert np.abs(cov - np.diag(np.diag(cov)) - (covariance - covariance * np.eye(30))).max() < 0.05


def test_an_article_alone_has_an_interval_of_no_width() -> None:
    tally = Tally(1, resamples=20)
    tally.add({KEY: Cells(1, 2, 1, 3)})
    figure = tally.figure(KEY)
    assert (figure.low, figure.f1, figure.high) == (0.4, 0.4, 0.4)
    assert (figure.precision, figure.recall) == (1 / 2, 1 / 3)


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    """Articles with one item each, half of them right: F1 is a binomial share."""
    articles = 400
    tally = Tally(articles, resamples=5000, seed=3)
    for number in range(articles):
        right = number % 2
        tally.add({KEY: Cells(right, 1, right, 1)})
    figure = tally.figure(KEY)
    half = 1.96 * (0.25 / articles) ** 0.5
    assert figure.f1 == 0.5
    assert figure.low == pytest.approx(0.5 - half, abs=0.005)
    assert figure.high == pytest.approx(0.5 + half, abs=0.005)


def test_a_mean_leaves_out_what_nobody_has() -> None:
    tally = Tally(1, resamples=5)
    one, two = Key("entities", "exact", "ORG"), Key("entities", "exact", "GPE")
    tally.add({one: Cells(1, 1, 1, 1), two: Cells(0, 1, 0, 0)})
    assert tally.macro([one, two]).f1 == 0.5
    assert tally.macro([one, Key("entities", "exact", "LAW")]).f1 == 1
    assert tally.macro([Key("entities", "exact", "LAW")]).f1 is None


def test_f1_of_nothing_is_no_number_and_of_nothing_right_0() -> None:
    cells = np.array([[0, 0, 0, 0], [0, 3, 0, 0], [0, 0, 0, 3], [1, 2, 1, 2]], dtype=float)
    found = f1(cells)
    assert np.isnan(found[0])
    assert found[1:].tolist() == [0, 0, 0.5]


# ── Two systems

EIGHT = [
    (Cells(a, 10, a, 10), Cells(b, 10, b, 10))
    for a, b in ((9, 7), (8, 8), (7, 5), (9, 9), (6, 3), (8, 9), (9, 6), (7, 7))
]


def compared(pairs: list, resamples: int = 20_000, seed: int = 5) -> Comparison:
    comparison = Comparison(len(pairs), resamples=resamples, seed=seed)
    for a, b in pairs:
        comparison.add({KEY: a}, {KEY: b})
    return comparison


def test_p_is_that_of_all_exchanges() -> None:
    def apart(kept: tuple[int, ...]) -> float:
        rights = [0.0, 0.0]
        for keep, (a, b) in zip(kept, EIGHT, strict=True):
            rights[0] += (a if keep else b).right
            rights[1] += (b if keep else a).right
        return (rights[0] - rights[1]) / 80

    every = [abs(apart(kept)) for kept in itertools.product((0, 1), repeat=8)]
    seen = apart((1,) * 8)
    exact = sum(one >= seen - 1e-12 for one in every) / len(every)
    figure, p = compared(EIGHT).difference([KEY])
    assert figure.f1 == pytest.approx(seen)
    assert p == pytest.approx(exact, abs=0.01)
    assert 0.02 < exact < 0.5, "a case that tells"


def test_a_system_against_itself_does_not_differ() -> None:
    figure, p = compared([(a, a) for a, _ in EIGHT], resamples=100).difference([KEY])
    assert (figure.f1, figure.low, figure.high, p) == (0, 0, 0, 1)


def test_exchanging_the_systems_turns_the_difference_round() -> None:
    there = compared(EIGHT, resamples=500)
    back = compared([(b, a) for a, b in EIGHT], resamples=500)
    one, two = there.difference([KEY])[0], back.difference([KEY])[0]
    assert (one.f1, one.low, one.high) == (-two.f1, -two.high, -two.low)
    assert there.difference([KEY])[1] == back.difference([KEY])[1]


def test_one_seed_one_answer() -> None:
    def all_of(seed: int) -> tuple:
        comparison = compared(EIGHT, resamples=200, seed=seed)
        figure, p = comparison.difference([KEY])
        first = comparison.first.figure(KEY)
        return first.low, first.high, figure.low, figure.high, p

    assert all_of(1) == all_of(1)
    assert all_of(1) != all_of(2)


def test_what_only_the_other_system_predicted_is_counted() -> None:
    comparison = Comparison(1, resamples=5)
    extra = Key("entities", "exact", "LAW")
    comparison.add({KEY: Cells(1, 1, 1, 1)}, {KEY: Cells(1, 1, 1, 1), extra: Cells(0, 1, 0, 0)})
    assert extra in comparison.keys
    assert comparison.second.macro([extra]).f1 == 0
