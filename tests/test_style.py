"""Measures of how texts are written."""

from __future__ import annotations

import pytest

from dateline.style import style

TEXT = (
    'Guns fall silent\nThe Dorrek mill reopened on 4 March, said Ola Prenn. "We carried them out," '
    "she said. 'It was a long night,' he added, and the Sael men's boats left."
)


def test_measures_of_a_text() -> None:
    found = style([TEXT])
    assert (found.articles, found.words) == (1, 33)
    assert found.sentence_median == 8
    assert found.said == pytest.approx(1000 * 2 / 33, abs=0.1)
    assert found.figures == pytest.approx(100 / 33, abs=0.1)
    assert found.quoted == pytest.approx(100 * (4 + 5) / 33, abs=0.1)
    # Dorrek, March, Ola, Prenn and Sael, of the words that do not begin a sentence.
    assert found.capitals == pytest.approx(100 * 5 / 29, abs=0.1)
    assert found.distinct_4grams == 1
    assert found.distinct_4grams_8k is None


def test_repeated_texts_are_not_distinct() -> None:
    assert style([TEXT, TEXT]).distinct_4grams == 0.5
    assert style([]).words == 0
    assert style(["word " * 8100]).distinct_4grams_8k == 0


def test_an_apostrophe_opens_no_quotation() -> None:
    assert style(["The men's boats and the women's nets were 'seized'."]).quoted == 0
