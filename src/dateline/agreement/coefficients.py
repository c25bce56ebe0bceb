"""Coefficients of agreement, as functions of counts that add up over articles.

Every function takes an array whose last axes are the counts and answers for all leading axes at
once, so that a bootstrap over articles is one matrix product. Where a coefficient is not defined
(nothing to agree on, no variation) the answer is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Continuum", "alpha", "alpha_u", "coincidences", "continuum", "f1", "kappa"]

Floats = npt.NDArray[np.float64]
Spans = list[tuple[int, int]]


def _ratio(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)


def f1(counts: Floats) -> Floats:
    """F1 of two annotators, each the other's reference: 2·shared / (left + right).

    `counts`: (…, 3), the items shared, all of the left, all of the right. With one annotator as
    reference this is the harmonic mean of precision and recall (Hripcsak and Rothschild 2005, who
    show that kappa tends to it where the number of non-items is large).
    """
    return _ratio(2 * counts[..., 0], counts[..., 1] + counts[..., 2])


def kappa(table: Floats) -> Floats:
    """Cohen's kappa (Cohen 1960) of a table (…, k, k): rows the left's values, columns the right's.

    NaN where both give one and the same value to everything: there is no chance to correct for.
    """
    total = table.sum(axis=(-2, -1))
    observed = _ratio(np.trace(table, axis1=-2, axis2=-1), total)
    expected = _ratio((table.sum(axis=-1) * table.sum(axis=-2)).sum(axis=-1), total**2)
    return _ratio(observed - expected, 1 - expected)


def coincidences(values: npt.NDArray[np.int64], size: int) -> Floats:
    """Krippendorff's coincidence matrix (size, size) of nominal data.

    `values`: (annotators, units), the number of the value given, -1 where none was. A unit with m
    values gives each ordered pair of them 1 / (m - 1); units with fewer than two give nothing.
    """
    given = np.stack([(values == value).sum(axis=0) for value in range(size)], axis=1).astype(float)
    of_unit = given.sum(axis=1)
    given, of_unit = given[of_unit > 1], of_unit[of_unit > 1]
    weighted = given / (of_unit - 1)[:, None]
    table: Floats = weighted.T @ given - np.diag(weighted.sum(axis=0))
    return table


def alpha(table: Floats) -> Floats:
    """Krippendorff's alpha for nominal data from coincidences (…, k, k) (Krippendorff 2011)."""
    of_value = table.sum(axis=-1)
    total = of_value.sum(axis=-1)
    disagreed = total - np.trace(table, axis1=-2, axis2=-1)
    expected = total**2 - (of_value**2).sum(axis=-1)
    return 1 - _ratio((total - 1) * disagreed, expected)


@dataclass(frozen=True)
class Continuum:
    """What alpha_U needs of one text and one label; texts are laid end to end.

    `length` in units of measure (here tokens); `annotators`; `apart` is the sum of squared
    differences over ordered pairs of annotators; `units` and `gaps` hold how many sections there
    are of each length; the sections of all annotators together.
    """

    length: int
    annotators: int
    apart: float
    units: dict[int, int]
    gaps: dict[int, int]


def _sections(units: Spans, length: int) -> list[tuple[int, int, bool]]:
    """Units and the gaps between them as (begin, length, is a unit)."""
    found = []
    at = 0
    for start, end in sorted(units):
        if start > at:
            found.append((at, start - at, False))
        found.append((start, end - start, True))
        at = end
    if at < length:
        found.append((at, length - at, False))
    return found


def _apart(a: tuple[int, int, bool], b: tuple[int, int, bool]) -> float:
    (begin, size, unit), (other, other_size, other_unit) = a, b
    if unit and other_unit and -size < begin - other < other_size:
        return (begin - other) ** 2 + (begin + size - other - other_size) ** 2
    if unit and not other_unit and other_size - size >= begin - other >= 0:
        return size**2
    if other_unit and not unit and size - other_size >= other - begin >= 0:
        return other_size**2
    return 0


def continuum(annotators: list[Spans], length: int) -> Continuum:
    """The sections that each annotator cuts a text of `length` into for one label.

    The spans of one annotator must not overlap.
    """
    cut = [_sections(units, length) for units in annotators]
    apart = 0.0
    for i, left in enumerate(cut):
        for j, right in enumerate(cut):
            if i == j:
                continue
            low = 0
            for a in left:
                while low < len(right) and right[low][0] + right[low][1] <= a[0]:
                    low += 1
                for b in right[low:]:
                    if b[0] >= a[0] + a[1]:
                        break
                    apart += _apart(a, b)
    lengths: dict[bool, dict[int, int]] = {True: {}, False: {}}
    for sections in cut:
        for _, size, unit in sections:
            lengths[unit][size] = lengths[unit].get(size, 0) + 1
    return Continuum(length, len(annotators), apart, lengths[True], lengths[False])


def alpha_u(texts: list[Continuum], weights: Floats) -> Floats:
    """Krippendorff's alpha for unitising one label (Krippendorff 2004, "Measuring the reliability
    of qualitative text analysis data", Quality & Quantity 38; its D_o and D_e).

    `weights`: (…, texts), how often each text counts (ones give the figure, draws a bootstrap).
    Texts lie end to end, and neither units nor gaps run from one into the next. The expected
    disagreement compares units with gaps of any text. All texts must have as many annotators.
    """
    if not texts:
        return np.full(weights.shape[:-1], np.nan)
    m = texts[0].annotators
    if any(text.annotators != m for text in texts):
        raise ValueError("texts with different numbers of annotators")
    units = sorted({size for text in texts for size in text.units})
    gaps = sorted({size for text in texts for size in text.gaps})
    of_units = np.array([[t.units.get(s, 0) for s in units] for t in texts], float)
    of_gaps = np.array([[t.gaps.get(s, 0) for s in gaps] for t in texts], float)
    unit, gap = np.array(units, float), np.array(gaps, float)

    length = weights @ np.array([t.length for t in texts], float)
    apart = weights @ np.array([t.apart for t in texts])
    number = weights @ of_units.sum(axis=1)
    among = weights @ (of_units @ (2 * unit**3 - 3 * unit**2 + unit))
    fits = np.maximum(gap[None, :] - unit[:, None] + 1, 0) * unit[:, None] ** 2
    within = np.einsum("...i,ij,...j->...", weights @ of_units, fits, weights @ of_gaps)
    taken = weights @ (of_units @ (unit * (unit - 1)))

    observed = _ratio(apart, m * (m - 1) * length**2)
    whole = m * length * (m * length - 1) - taken
    expected = _ratio(2 * ((number - 1) / 3 * among + within), length * whole)
    return 1 - _ratio(observed, expected)
