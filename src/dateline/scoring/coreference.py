"""Coreference scored as in the CoNLL-2012 shared task: MUC, B-cubed, CEAF over entities.

After the reference implementation that Pradhan et al. 2014 describe: mentions are the same where
their spans are; clusters of one mention are left out on both sides; each measure's sums are added
over the articles. `conll` is the mean of the three F1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from dateline.derived import Article
from dateline.records import Entity, Event
from dateline.scheme import Scheme
from dateline.scoring.counts import Cells, Counts, Key

__all__ = ["MEASURES", "b_cubed", "ceaf_e", "clusters", "coreference", "muc"]

Clusters = Sequence[frozenset[Hashable]]
MEASURES = ("muc", "b_cubed", "ceaf_e")
"""The measures whose mean F1 is the CoNLL score."""


def clusters(items: Iterable[Entity | Event]) -> list[frozenset[Hashable]]:
    """The spans of each cluster of two mentions or more; a span is in one cluster alone."""
    found: dict[str, set[Hashable]] = {}
    seen: set[Hashable] = set()
    for item in items:
        span = (item.start, item.end)
        if item.cluster is not None and span not in seen:
            seen.add(span)
            found.setdefault(item.cluster, set()).add(span)
    return [frozenset(spans) for spans in found.values() if len(spans) > 1]


def _of(each: Clusters) -> dict[Hashable, int]:
    return {mention: number for number, one in enumerate(each) for mention in one}


def _links(key: Clusters, response: Clusters) -> tuple[int, int]:
    """Links of the key that the response has, and all of the key's."""
    other = _of(response)
    kept = total = 0
    for one in key:
        inside = {other[mention] for mention in one if mention in other}
        alone = sum(mention not in other for mention in one)
        kept += len(one) - len(inside) - alone
        total += len(one) - 1
    return kept, total


def muc(key: Clusters, response: Clusters) -> Cells:
    """Vilain et al. 1995: links, the fewest that join the mentions of a cluster."""
    return Cells(*_links(response, key), *_links(key, response))


def _cubed(key: Clusters, response: Clusters) -> tuple[float, int]:
    """Over the key's mentions, the share of its cluster that the response puts with it."""
    other = _of(response)
    total = 0.0
    for one in key:
        together = Counter(other[mention] for mention in one if mention in other)
        total += sum(count * count for count in together.values()) / len(one)
    return total, sum(map(len, key))


def b_cubed(key: Clusters, response: Clusters) -> Cells:
    """Bagga and Baldwin 1998, a mention the other side does not have counting 0 (B3-all)."""
    return Cells(*_cubed(response, key), *_cubed(key, response))


def ceaf_e(key: Clusters, response: Clusters) -> Cells:
    """Luo 2005, entity-based (phi 4): clusters aligned one to one for the greatest similarity,
    which is 2 |a and b| / (|a| + |b|).
    """
    from scipy.optimize import linear_sum_assignment

    alike = np.zeros((len(key), len(response)))
    other = _of(response)
    for number, one in enumerate(key):
        for found, count in Counter(other[m] for m in one if m in other).items():
            alike[number, found] = 2 * count / (len(one) + len(response[found]))
    rows, columns = linear_sum_assignment(alike, maximize=True)
    best = float(alike[rows, columns].sum())
    return Cells(best, len(response), best, len(key))


def coreference(gold: Article, predicted: Article, _: Scheme) -> Counts:
    """The three measures over clusters of entities and of events."""
    for label, sides in (
        ("entities", (gold.entities, predicted.entities)),
        ("events", (gold.events, predicted.events)),
    ):
        key, response = (clusters(side) for side in sides)
        for name, measure in zip(MEASURES, (muc, b_cubed, ceaf_e), strict=True):
            yield Key("coreference", name, label), measure(key, response)
