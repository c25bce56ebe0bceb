"""The lines of a report: every score with its sums, in the order in which one reads them."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from dateline.scoring.coreference import MEASURES
from dateline.scoring.counts import Key
from dateline.scoring.layers import NAMED
from dateline.scoring.links import Across
from dateline.scoring.sides import MAIN
from dateline.scoring.tally import Comparison, Tally

__all__ = ["FAVOR_AGAINST", "LABELLED", "MACRO", "Line", "across_line", "lines_of"]

LABELLED = {
    "entities": "exact",
    "triggers": "exact",
    "arguments": "classified",
    "stances": "value",
}
"""The measure of each layer that is told for each label, and whose mean over them is the macro."""

MACRO = "macro"
FAVOR_AGAINST = "macro of favor and against"
_KINDS = ("outlet", "genre", "sentence", "quote", "nesting", "name")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One score: F1 with its 95 % interval, precision, recall, and the sums behind them.

    `right` of `predicted` is precision, `found` of `gold` recall. None is a quotient of nothing; a
    macro average has an F1 alone. Beside another system: its F1 (`other`), the difference with its
    interval, and p.
    """

    layer: str
    measure: str
    label: str
    part: str
    f1: float | None
    low: float | None
    high: float | None
    precision: float | None
    recall: float | None
    right: float | None
    predicted: float | None
    found: float | None
    gold: float | None
    other: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    p: float | None = None


class _Group(NamedTuple):
    """A score to tell: its name, and the keys whose F1 it is the mean of."""

    key: Key
    keys: list[Key]


def lines_of(layers: list[str], tally: Tally, comparison: Comparison | None) -> list[Line]:
    """All scores of the layers: of each measure the whole first, then means, labels and parts."""
    keys = tally.keys if comparison is None else comparison.keys
    gold = {key: tally.gold(key) for key in keys}
    groups: list[_Group] = []
    for layer in layers:
        mine = [key for key in keys if key.layer == layer]
        if layer == "coreference":
            groups += _coreference(mine)
            continue
        main = MAIN.get(layer)
        for measure in sorted(dict.fromkeys(key.measure for key in mine), key=lambda m: m != main):
            groups += _measure(layer, [key for key in mine if key.measure == measure], gold)
        parts = [key for key in mine if key.part and key.part != NAMED]
        parts.sort(key=lambda key: (_KINDS.index(key.part.split(":")[0]), -gold[key], key.part))
        groups += [_Group(key, [key]) for key in parts]
    return [_line(group, tally, comparison) for group in groups]


def _measure(layer: str, keys: list[Key], gold: dict[Key, float]) -> list[_Group]:
    """The whole, names and values, the macro averages, and the labels by how frequent they are."""
    labels = [key for key in keys if key.label]
    found = [_Group(key, [key]) for key in keys if not key.label and key.part in ("", NAMED)]
    found.sort(key=lambda group: group.key.part)
    if labels and LABELLED.get(layer) == labels[0].measure:
        labels.sort(key=lambda key: (-gold[key], key.label))
        found.append(_Group(Key(layer, labels[0].measure, MACRO), labels))
        if layer == "stances":
            main = [Key(layer, "value", label) for label in ("favor", "against")]
            found.append(_Group(Key(layer, "value", FAVOR_AGAINST), main))
    return found + [_Group(key, [key]) for key in labels]


def _coreference(keys: list[Key]) -> list[_Group]:
    found = []
    for label in dict.fromkeys(key.label for key in keys):
        every = [Key("coreference", name, label) for name in MEASURES]
        found.append(_Group(Key("coreference", "conll", label), every))
        found += [_Group(key, [key]) for key in every]
    return found


def _line(group: _Group, tally: Tally, comparison: Comparison | None) -> Line:
    key, keys = group
    figure = tally.figure(key) if keys == [key] else tally.macro(keys)
    cells = figure.cells or (None, None, None, None)
    line = Line(
        layer=key.layer,
        measure=key.measure,
        label=key.label,
        part=key.part,
        f1=figure.f1,
        low=figure.low,
        high=figure.high,
        precision=figure.precision,
        recall=figure.recall,
        right=cells[0],
        predicted=cells[1],
        found=cells[2],
        gold=cells[3],
    )
    if comparison is None:
        return line
    other = comparison.second.macro(keys)
    apart, p = comparison.difference(keys)
    return msgspec.structs.replace(
        line,
        other=other.f1,
        difference=apart.f1,
        difference_low=apart.low,
        difference_high=apart.high,
        p=p,
    )


def across_line(label: str, across: Across, other: Across | None) -> Line:
    """The score of links across articles, which is no sum over them and so has no interval."""
    cells = across.cells()
    figure = across.f1()
    second = other.f1() if other is not None else None
    apart = None if figure is None or second is None else figure - second
    return Line(
        layer="links",
        measure="across articles, b_cubed",
        label=label,
        part="",
        f1=figure,
        low=None,
        high=None,
        precision=cells.right / cells.predicted if cells.predicted else None,
        recall=cells.found / cells.gold if cells.gold else None,
        right=cells.right,
        predicted=cells.predicted,
        found=cells.found,
        gold=cells.gold,
        other=second,
        difference=apart,
    )
