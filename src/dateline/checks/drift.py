"""Label shares of a release against those of the release before it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from dateline.checks.catalogue import incident
from dateline.checks.incident import Incident
from dateline.stats import TABLES, Figures

__all__ = ["check_drift"]

_LEVEL = 0.01
_POINTS = 2  # percentage points; a smaller move is of no use to know, however certain
_LEAST = 5  # expected uses and non-uses on each side, for the normal approximation (Cochran 1954)


class _Move(NamedTuple):
    """A label's uses in its table, before and after, and the p-value of the difference."""

    table: str
    label: str
    uses: tuple[int, int]
    totals: tuple[int, int]
    p: float

    @property
    def shares(self) -> tuple[float, float]:
        """In percent."""
        return 100 * self.uses[0] / self.totals[0], 100 * self.uses[1] / self.totals[1]


def check_drift(before: Figures, after: Figures, path: str) -> Iterator[Incident]:
    """DL605: labels whose share of their table moved from one version to the next.

    Each label's two shares are compared by the pooled two-proportion z-test (Fleiss, Levin and Paik
    2003, Statistical Methods for Rates and Proportions, ch. 3), two-sided, and the p-values are
    corrected for the number of labels tested, over all tables, by Holm (1979, "A simple
    sequentially rejective multiple test procedure"). Reported is a corrected p below 0.01 with a
    move of at least 2 percentage points. Labels too rare for the test are not tested. The test
    takes labels as independent, which those of one article are not: a finding is a reason to look,
    not a proof. `path` is the file or folder of the later version.
    """
    moves = [move for table in TABLES for move in _moves(before, after, table)]
    for move, p in zip(moves, holm([move.p for move in moves]), strict=True):
        old, new = move.shares
        if p < _LEVEL and abs(new - old) >= _POINTS:
            (old_uses, new_uses), (old_total, new_total) = move.uses, move.totals
            expected = f"about {old:.1f} %, as before ({old_uses} of {old_total})"
            found = f"{new:.1f} % ({new_uses} of {new_total}); two-proportion z-test, p = {p:.2g}"
            found += f" after Holm for {len(moves)} labels"
            yield incident("DL605", f"{path} {move.table}.{move.label}", expected, found)


def _moves(before: Figures, after: Figures, table: str) -> Iterator[_Move]:
    """The labels of a table that are frequent enough to be tested."""
    old: dict[str, int] = getattr(before, table)
    new: dict[str, int] = getattr(after, table)
    totals = sum(old.values()), sum(new.values())
    for label in sorted(old.keys() | new.keys()):
        uses = old.get(label, 0), new.get(label, 0)
        pooled = sum(uses) / max(sum(totals), 1)
        if min(totals) * min(pooled, 1 - pooled) >= _LEAST:
            yield _Move(table, label, uses, totals, z_test(uses, totals))


def z_test(uses: tuple[int, int], totals: tuple[int, int]) -> float:
    """The two-sided p-value of two proportions being one, by the normal approximation."""
    pooled = sum(uses) / sum(totals)
    error = math.sqrt(pooled * (1 - pooled) * (1 / totals[0] + 1 / totals[1]))
    z = (uses[1] / totals[1] - uses[0] / totals[0]) / error
    return math.erfc(abs(z) / math.sqrt(2))


def holm(values: list[float]) -> list[float]:
    """P-values corrected for their number, in the order given."""
    corrected = [0.0] * len(values)
    largest = 0.0
    for rank, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        largest = max(largest, min(1.0, (len(values) - rank) * values[index]))
        corrected[index] = largest
    return corrected
