"""Coreference scored as in the CoNLL-2012 shared task: MUC, B-cubed, CEAF over entities.

After the reference implementation that Pradhan et al. 2014 describe: mentions are the same where
their spans are; clusters of one mention are left out on both sides; each measure's sums are added
over the articles. `conll` is the mean of the three F1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dateline.scheme import Scheme
from dateline.scoring.counts import Cells, Counts, Key
from dateline.scoring.sides import Sides, Span

__all__ = ["MEASURES", "b_cubed", "ceaf_e", "clusters", "coreference", "muc"]

Clusters = Sequence[frozenset[Any]]
MEASURES = ("muc", "b_cubed", "ceaf_e")
"""The measures whose mean F1 is the CoNLL score."""


def clusters(of: Mapping[Span, str]) -> list[frozenset[Span]]:
    """The spans of each cluster of two mentions or more, by the cluster of each span."""
    found: dict[str, list[Span]] = {}
    for span, cluster in of.items():
        found.setdefault(cluster, []).append(span)
    return [frozenset(spans) for spans in found.values() if len(spans) > 1]


class _Met:
    """Which clusters of the two sides share how many mentions."""

    def __init__(self, key: Clusters, response: Clusters) -> None:
        of_key = {mention: number for number, one in enumerate(key) for mention in one}
        of_response = {mention: number for number, one in enumerate(response) for mention in one}
        self.pairs = Counter(
            (number, of_response[mention])
            for mention, number in of_key.items()
            if mention in of_response
        )
        self.sizes = [len(one) for one in key], [len(one) for one in response]


def _links(met: _Met, side: int) -> tuple[int, int]:
    """Links of a side that the other has too, and all of the side's."""
    parts = Counter(pair[side] for pair in met.pairs)  # a mention alone is one more part
    together: Counter[int] = Counter()
    for pair, count in met.pairs.items():
        together[pair[side]] += count
    kept = sum(together[number] - parts[number] for number in parts)
    return kept, sum(met.sizes[side]) - len(met.sizes[side])


def _muc(met: _Met) -> Cells:
    return Cells(*_links(met, 1), *_links(met, 0))


def muc(key: Clusters, response: Clusters) -> Cells:
    """Vilain et al. 1995: links, the fewest that join the mentions of a cluster."""
    return _muc(_Met(key, response))


def _cubed(met: _Met, side: int) -> tuple[float, int]:
    """Over a side's mentions, the share of its cluster that the other side puts with it."""
    sizes = met.sizes[side]
    total = sum(count * count / sizes[pair[side]] for pair, count in met.pairs.items())
    return total, sum(sizes)


def _b_cubed(met: _Met) -> Cells:
    return Cells(*_cubed(met, 1), *_cubed(met, 0))


def b_cubed(key: Clusters, response: Clusters) -> Cells:
    """Bagga and Baldwin 1998, a mention the other side does not have counting 0 (B3-all)."""
    return _b_cubed(_Met(key, response))


def _ceaf_e(met: _Met) -> Cells:
    meets = [Counter(pair[side] for pair in met.pairs) for side in (0, 1)]
    best = 0.0
    rest: list[tuple[int, int, float]] = []
    for (one, other), count in met.pairs.items():
        alike = 2 * count / (met.sizes[0][one] + met.sizes[1][other])
        if meets[0][one] == meets[1][other] == 1:
            best += alike  # each has no other partner
        else:
            rest.append((one, other, alike))
    if rest:
        from scipy.optimize import linear_sum_assignment

        rows = {number: at for at, number in enumerate(dict.fromkeys(x for x, _, _ in rest))}
        columns = {number: at for at, number in enumerate(dict.fromkeys(x for _, x, _ in rest))}
        table = np.zeros((len(rows), len(columns)))
        for one, other, alike in rest:
            table[rows[one], columns[other]] = alike
        best += float(table[linear_sum_assignment(table, maximize=True)].sum())
    return Cells(best, len(met.sizes[1]), best, len(met.sizes[0]))


def ceaf_e(key: Clusters, response: Clusters) -> Cells:
    """Luo 2005, entity-based (phi 4): clusters aligned one to one for the greatest similarity,
    which is 2 |a and b| / (|a| + |b|).
    """
    return _ceaf_e(_Met(key, response))


def coreference(sides: Sides, _: Scheme) -> Counts:
    """The three measures over clusters of entities and of events."""
    for label, each in sides.clustered.items():
        met = _Met(*map(clusters, each))
        for name, measure in zip(MEASURES, (_muc, _b_cubed, _ceaf_e), strict=True):
            yield Key("coreference", name, label), measure(met)
