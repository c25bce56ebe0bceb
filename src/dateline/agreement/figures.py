"""Figures of agreement with their intervals, from the counts of many articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dateline.agreement.cases import Case, Disagreement
from dateline.agreement.coefficients import Continuum, alpha, alpha_u, f1, kappa
from dateline.agreement.counting import Count, Key, count_pair, count_together
from dateline.matching import Match
from dateline.records import Document
from dateline.scheme import Scheme
from dateline.text import segment

__all__ = ["ArticleFigure", "Confusion", "Figure", "Report", "SentenceFigure", "agreement"]

Floats = npt.NDArray[np.float64]
RESAMPLES = 1000
SEED = 20261122


class Figure(msgspec.Struct, kw_only=True):
    """One coefficient, the mean over pairs of annotators.

    `value` is None where it is not defined; `low` and `high` bound the 95 % percentile interval of
    a bootstrap over articles. `left` and `right` count what the annotators of the pairs marked
    (of a kappa: `left` and `right` both count the items that both found).
    """

    layer: str
    measure: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    left: int
    right: int


class Confusion(msgspec.Struct, kw_only=True):
    """A table of what one annotator gave (rows) and the other (columns), all pairs together."""

    layer: str
    measure: str
    values: list[str]
    table: list[list[int]]


class ArticleFigure(msgspec.Struct, kw_only=True):
    """An article and in how many cases its passes differ, for each 100 items of both."""

    doc_id: str
    annotators: list[str]
    items: int
    cases: int
    rate: float


class SentenceFigure(msgspec.Struct, kw_only=True):
    """A sentence (numbered from 1) and in how many cases passes differ in it, by layer.

    `text` is None for an external article, whose words are not ours to print.
    """

    doc_id: str
    sentence: int
    text: str | None
    cases: int
    layers: dict[str, int]


class Report(msgspec.Struct, kw_only=True):
    """Agreement between any number of annotators on any number of articles."""

    annotators: dict[str, int]
    """Annotator ids with the number of their passes that were compared."""
    articles: int
    resamples: int
    seed: int
    figures: list[Figure]
    confusions: list[Confusion]
    by_article: list[ArticleFigure]
    by_sentence: list[SentenceFigure]

    def value(self, layer: str, measure: str, label: str = "") -> float | None:
        """One figure's value."""
        key = (layer, measure, label)
        found = (f for f in self.figures if (f.layer, f.measure, f.label) == key)
        return next((figure.value for figure in found), None)


Passes = Mapping[str, Document]
Pair = tuple[str, ...]
STATISTICS: dict[str, Callable[[Floats], Floats]] = {"f1": f1, "kappa": kappa, "alpha": alpha}


def agreement(
    articles: Iterable[tuple[str, str, bool, Passes]],
    scheme: Scheme,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Report:
    """Compare passes, article by article: (id, text, whether it may be quoted, annotator to pass).

    Articles with fewer than two passes are passed over. Memory grows with the number of figures and
    articles, not with their texts.
    """
    counts: dict[Key, dict[Pair, dict[int, Count]]] = {}
    by_article: list[ArticleFigure] = []
    by_sentence: list[SentenceFigure] = []
    annotators: dict[str, int] = {}
    for doc_id, text, quotable, passes in articles:
        if len(passes) < 2:
            continue
        number = len(by_article)
        units = segment(text)
        names = sorted(passes)
        for name in names:
            annotators[name] = annotators.get(name, 0) + 1
        cases: list[Case] = []
        compared = 0.0
        for pair in combinations(names, 2):
            match = Match(passes[pair[0]], passes[pair[1]])
            for key, count in count_pair(match, units, scheme):
                counts.setdefault(key, {}).setdefault(pair, {})[number] = count
            cases += Disagreement(match).cases
            compared += (_size(match.left) + _size(match.right)) / 2
        for key, count in count_together([passes[name] for name in names], units, scheme):
            counts.setdefault(key, {}).setdefault((), {})[number] = count
        items = sum(_size(doc) for doc in passes.values())
        by_article.append(
            ArticleFigure(
                doc_id=doc_id,
                annotators=names,
                items=items,
                cases=len(cases),
                rate=round(100 * len(cases) / max(1, compared), 1),
            )
        )
        in_sentence: dict[int, dict[str, int]] = {}
        for case in cases:
            layers = in_sentence.setdefault(units.sentence_of(case.slots[-1].start), {})
            layer = case.slots[0].layer
            layers[layer] = layers.get(layer, 0) + 1
        for sentence, layers in in_sentence.items():
            start, end = units.sentences[sentence]
            by_sentence.append(
                SentenceFigure(
                    doc_id=doc_id,
                    sentence=sentence + 1,
                    text=text[start:end] if quotable else None,
                    cases=sum(layers.values()),
                    layers=layers,
                )
            )
    size = len(by_article)
    weights = np.ones((resamples + 1, size))
    if size and resamples:
        draws = np.random.default_rng(seed).integers(size, size=(resamples, size))
        weights[1:] = np.stack([np.bincount(draw, minlength=size) for draw in draws])
    tables = [key for key in counts if _kind(counts[key]) == "confusion"]
    return Report(
        annotators=dict(sorted(annotators.items())),
        articles=size,
        resamples=resamples,
        seed=seed,
        figures=[_figure(key, counts[key], weights) for key in counts if key not in tables],
        confusions=[_confusion(key, counts[key]) for key in tables],
        by_article=sorted(by_article, key=lambda a: (-a.rate, a.doc_id)),
        by_sentence=sorted(by_sentence, key=lambda s: (-s.cases, s.doc_id, s.sentence)),
    )


def _size(doc: Document) -> int:
    return len(doc.entities) + len(doc.events) + len(doc.attributions) + len(doc.stances)


def _kind(of_pairs: dict[Pair, dict[int, Count]]) -> str:
    return next(count.kind for found in of_pairs.values() for count in found.values())


def _stacked(found: dict[int, Count], size: int) -> Floats:
    """Counts of all articles on the first axis, zeros where an article has none."""
    first = next(iter(found.values())).data
    assert isinstance(first, np.ndarray)
    stack = np.zeros((size, *first.shape))
    for number, count in found.items():
        stack[number] = np.asarray(count.data)
    return stack


def _figure(key: Key, of_pairs: dict[Pair, dict[int, Count]], weights: Floats) -> Figure:
    kind = _kind(of_pairs)
    values, left, right = [], 0.0, 0.0
    for found in of_pairs.values():
        if kind == "alpha_u":
            numbers = sorted(found)
            texts = [found[n].data for n in numbers]
            whole = [text for text in texts if isinstance(text, Continuum)]
            values.append(alpha_u(whole, weights[:, numbers]))
            left = right = left + sum(sum(text.units.values()) for text in whole) / 2
            continue
        stack = _stacked(found, weights.shape[1])
        sums = np.tensordot(weights, stack, axes=1).astype(np.float64)
        values.append(STATISTICS[kind](sums))
        if kind == "f1":
            left, right = left + sums[0, 1], right + sums[0, 2]
        else:
            left = right = left + sums[0].sum()
    together = np.stack(values)
    defined = ~np.isnan(together)
    means = np.divide(
        np.where(defined, together, 0).sum(axis=0),
        defined.sum(axis=0),
        out=np.full(together.shape[1], np.nan),
        where=defined.any(axis=0),
    )
    value, sampled = means[0], means[1:][~np.isnan(means[1:])]
    # Of one article there is nothing to resample.
    spread = sampled.size and weights.shape[1] > 1
    low, high = np.percentile(sampled, (2.5, 97.5)) if spread else (np.nan, np.nan)
    return Figure(
        layer=key.layer,
        measure=key.measure,
        label=key.label,
        value=_plain(value),
        low=_plain(low),
        high=_plain(high),
        left=round(left),
        right=round(right),
    )


def _plain(value: Any) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)


def _confusion(key: Key, of_pairs: dict[Pair, dict[int, Count]]) -> Confusion:
    counts = [count for found in of_pairs.values() for count in found.values()]
    table = sum(np.asarray(count.data) for count in counts)
    return Confusion(
        layer=key.layer,
        measure=key.measure,
        values=list(counts[0].values),
        table=[[int(cell) for cell in row] for row in np.asarray(table)],
    )
