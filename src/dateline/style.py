"""How texts are written: measures that need no labels, so that any two corpora can be compared."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable

import msgspec

from dateline.text import segment, words

__all__ = ["MEASURES", "Style", "style"]

_QUOTED = re.compile(r"“[^”]+”|\"[^\"\n]+\"|(?<!\w)'(?=[^'\n]*\s)[^\n']+(?:'\w[^\n']*)*'(?!\w)")
"""Words in quotation marks: curly, straight, or single ones around several words."""

MEASURES = {
    "articles": "texts",
    "words": "words",
    "words_an_article": "words a text",
    "sentence_mean": "words a sentence, mean",
    "sentence_median": "words a sentence, median",
    "capitals": "capitalised words inside sentences, of 100",
    "figures": "words with a digit, of 100",
    "quoted": "words in quotation marks, of 100",
    "said": '"said", of 1,000 words',
    "distinct_4grams": "distinct runs of 4 words, of all",
    "distinct_4grams_8k": "the same in the first 8,000 words",
}
"""The measures with their names in tables."""

_SAMPLE = 8_000


class Style(msgspec.Struct, kw_only=True):
    """Measures of a set of texts. Words are runs of letters and digits; runs of 4 words do not go
    from one text into the next. The share of distinct runs falls as a corpus grows: compare the one
    of the first 8,000 words.
    """

    articles: int
    words: int
    words_an_article: float
    sentence_mean: float
    sentence_median: float
    capitals: float
    figures: float
    quoted: float
    said: float
    distinct_4grams: float
    distinct_4grams_8k: float | None


def style(texts: Iterable[str]) -> Style:
    """Measure texts, one at a time; the runs of 4 words are held in memory."""
    articles = total = capitals = inside = figures = quoted = said = 0
    lengths: list[int] = []
    grams: Counter[tuple[str, ...]] = Counter()
    sample: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        articles += 1
        found = [text[a:b] for a, b in words(text)]
        lower = [word.casefold() for word in found]
        runs = [tuple(lower[i : i + 4]) for i in range(len(lower) - 3)]
        grams.update(runs)
        if total < _SAMPLE:
            sample.update(runs[: _SAMPLE - total])
        total += len(found)
        said += lower.count("said")
        figures += sum(any(c.isdigit() for c in word) for word in found)
        quoted += sum(len(words(match[0])) for match in _QUOTED.finditer(text))
        for start, end in segment(text).sentences:
            of_sentence = [text[start + a : start + b] for a, b in words(text[start:end])]
            lengths.append(len(of_sentence))
            inside += len(of_sentence[1:])
            capitals += sum(word[0].isupper() for word in of_sentence[1:])
    return Style(
        articles=articles,
        words=total,
        words_an_article=round(total / max(1, articles), 1),
        sentence_mean=round(statistics.fmean(lengths or [0]), 1),
        sentence_median=float(statistics.median(lengths or [0])),
        capitals=round(100 * capitals / max(1, inside), 1),
        figures=round(100 * figures / max(1, total), 1),
        quoted=round(100 * quoted / max(1, total), 1),
        said=round(1000 * said / max(1, total), 1),
        distinct_4grams=round(len(grams) / max(1, grams.total()), 3),
        distinct_4grams_8k=(
            round(len(sample) / max(1, sample.total()), 3) if total >= _SAMPLE else None
        ),
    )
