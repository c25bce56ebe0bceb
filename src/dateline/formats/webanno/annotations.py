"""The annotations of a WebAnno TSV file, put together from the cells of its rows.

A number in brackets says which cells belong to one annotation; without one a cell belongs to its
row and to its place among the stacked values there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dateline.formats.standoff import Notice
from dateline.formats.webanno.escapes import NO_VALUE, NOTHING, parts, suffixed, unescaped
from dateline.formats.webanno.lines import Layer, Page, Row

__all__ = ["Annotation", "Annotations", "Link", "Target", "collect"]

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
Target = tuple[str, int]
"""The row that a reference names, and the number of the annotation, 0 where it has none."""


@dataclass(slots=True)
class Annotation:
    """Words of a layer from `start` to `end` (code points), with features and slots.

    `number` is that in brackets, or 0; `unit` its first row. `link` is, for a link of a chain,
    the chain's number and its own.
    """

    layer: Layer
    unit: str
    number: int
    start: int
    end: int
    line: int
    features: dict[str, str] = field(default_factory=dict)
    slots: list[tuple[str, Target]] = field(default_factory=list)
    link: tuple[int, int] | None = None


@dataclass(slots=True)
class Link:
    """A relation: from `source` to `target`, both of the layer `base`."""

    layer: Layer
    base: str
    source: Target
    target: Target
    line: int
    features: dict[str, str] = field(default_factory=dict)


@dataclass
class Annotations:
    """All annotations of a page, each in the order of their first rows."""

    spans: list[Annotation] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    _numbered: dict[int, list[Annotation]] = field(default_factory=dict)
    _at: dict[str, list[Annotation]] = field(default_factory=dict)

    def add(self, one: Annotation) -> None:
        """Take a new annotation."""
        self.spans.append(one)
        if one.number:
            self._numbered.setdefault(one.number, []).append(one)
        self._at.setdefault(one.unit, []).append(one)

    def find(self, target: Target, layer: str) -> Annotation | None:
        """What a reference means: one of the layer if there is, else the first there."""
        unit, number = target
        found = self._numbered.get(number, []) if number else self._at.get(unit, [])
        same = (one for one in found if one.layer.name == layer)
        anything = found[0] if found and (number or layer.startswith("uima.")) else None
        return next(same, anything)


def collect(page: Page, places: Sequence[tuple[int, int]], where: str) -> Annotations:
    """The annotations of a page whose rows lie at `places`."""
    found = Annotations()
    known: dict[tuple[str, object, int], Annotation] = {}
    layers = [
        (layer, slice(layer.first, layer.first + len(layer.columns))) for layer in page.layers
    ]
    for row, place in zip(page.rows(), places, strict=True):
        if row.cells.count(NOTHING) == len(row.cells):
            continue
        for layer, columns in layers:
            cells = row.cells[columns]
            if cells.count(NOTHING) == len(cells):
                continue
            if layer.kind == "RL":
                _relations(found, layer, row, cells, where)
            elif layer.kind == "CH" or not _go_on(known, layer, place, cells):
                _spans(found, known, layer, row, place, cells, where)
    return found


def _go_on(
    known: dict[tuple[str, object, int], Annotation],
    layer: Layer,
    place: tuple[int, int],
    cells: Sequence[str],
) -> bool:
    """Whether a row only repeats annotations that began in earlier ones; then they reach here."""
    cell = cells[0]
    if "\\" in cell or any(other.count("|") > cell.count("|") for other in cells[1:]):
        return False
    here = []
    for value in cell.split("|"):
        number = value[value.rfind("[") + 1 : -1]
        one = known.get((layer.name, None, int(number))) if _NUMBER.fullmatch(number) else None
        if one is None or value[-1] != "]":
            return False
        here.append(one)
    for one in here:
        one.start, one.end = min(one.start, place[0]), max(one.end, place[1])
    return True


def _spans(
    found: Annotations,
    known: dict[tuple[str, object, int], Annotation],
    layer: Layer,
    row: Row,
    place: tuple[int, int],
    cells: Sequence[str],
    where: str,
) -> None:
    """The annotations of a layer of spans or chains that stand in a row."""
    stacks = [
        [
            (value, None) if column.role == "target" else suffixed(value)
            for value in (parts(cell) if cell != NOTHING else [])
        ]
        for column, cell in zip(layer.columns, cells, strict=True)
    ]
    marks: list[str | None] = max(
        ([mark for _, mark in stack] for stack in stacks),
        key=lambda marks: (sum(mark is not None for mark in marks), len(marks)),
    )
    for column, stack in zip(layer.columns, stacks, strict=True):
        if column.role == "link":
            marks = [mark for _, mark in stack]
    for column, stack in zip(layer.columns, stacks, strict=True):
        for index, (value, mark) in enumerate(stack):
            said = marks[index] if index < len(marks) else None
            said = said if layer.kind == "CH" and said else mark or said
            one = _annotation(found, known, layer, row, place, index, said)
            _feature(found, one, column.role, column.name, value, row, where)


def _annotation(
    found: Annotations,
    known: dict[tuple[str, object, int], Annotation],
    layer: Layer,
    row: Row,
    place: tuple[int, int],
    index: int,
    mark: str | None,
) -> Annotation:
    """The annotation of a cell, which may have begun in an earlier row."""
    link: tuple[int, int] | None = None
    number = 0
    if layer.kind == "CH" and mark is not None and "_" not in mark:
        chain, _, place_in = mark.partition("-")
        link = int(chain), int(place_in or row.line)
    elif mark is not None and mark.isdecimal():
        number = int(mark)
    key: tuple[str, object, int] = (layer.name, row.unit, -1 - index)
    if link is not None:
        key = layer.name, link, 0
    elif number:
        key = layer.name, None, number
    one = known.get(key)
    if one is None:
        one = known[key] = Annotation(layer, row.unit, number, *place, row.line, link=link)
        found.add(one)
    else:
        one.start, one.end = min(one.start, place[0]), max(one.end, place[1])
    return one


def _feature(
    found: Annotations,
    one: Annotation,
    role: str,
    name: str,
    value: str,
    row: Row,
    where: str,
) -> None:
    """Take one value of an annotation; rows that follow its first repeat it."""
    if role == "role":
        if row.line == one.line and value != NOTHING:
            roles = [unescaped(role) if role != NO_VALUE else "" for role in parts(value, ";")]
            one.slots += [(role, ("", 0)) for role in roles]
    elif role == "target":
        if row.line != one.line:
            return
        targets = [t for t in parts(value, ";") if t not in (NO_VALUE, NOTHING)]
        free = [n for n, (_, target) in enumerate(one.slots) if target == ("", 0)]
        for at, target in zip(free, targets, strict=False):
            one.slots[at] = one.slots[at][0], _target(target)
        if len(free) != len(targets):
            found.notices.append(
                Notice("roles without targets, or more", f"{where} line {row.line}")
            )
    elif value not in (NO_VALUE, NOTHING, ""):
        one.features.setdefault(name, unescaped(value))


def _target(value: str) -> Target:
    unit, mark = suffixed(value)
    return unit, _count(mark or "")


def _count(number: str) -> int:
    """A number, and 0 for what is none."""
    return int(number) if number.isdecimal() else 0


def _relations(
    found: Annotations, layer: Layer, row: Row, cells: Sequence[str], where: str
) -> None:
    """The relations that end in a row."""
    stacks = [parts(cell) if cell != NOTHING else [] for cell in cells]
    bases = [n for n, column in enumerate(layer.columns) if column.role == "base"]
    if not bases:
        found.notices.append(Notice("a relation without an end", f"{where} line {row.line}"))
        return
    base = layer.columns[bases[0]].name
    for index, value in enumerate(stacks[bases[0]]):
        unit, mark = suffixed(value)
        source, _, target = (mark or "").partition("_")
        link = Link(
            layer,
            base,
            (unit, _count(source)),
            (row.unit, _count(target)),
            row.line,
        )
        for column, stack in zip(layer.columns, stacks, strict=True):
            if column.role == "value" and index < len(stack):
                plain, _ = suffixed(stack[index])
                if plain not in (NO_VALUE, NOTHING, ""):
                    link.features[column.name] = unescaped(plain)
        found.links.append(link)
