"""The lines of a WebAnno TSV file: its layers, its sentences, and a row for each token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from dateline.errors import DataError
from dateline.formats.standoff import Notice
from dateline.formats.webanno.escapes import NOTHING, unescaped_text

__all__ = ["LEAD", "Column", "Layer", "Page", "Row", "Sentence", "parse"]

Role = Literal["value", "role", "target", "base", "type", "link"]

LEAD = "#Dateline.lead="
"""White space before the first token, as JSON, where it is not blanks alone."""

_FORMAT = re.compile(r"#FORMAT=WebAnno TSV 3\.\d{1,3}\s*")
_UNIT = re.compile(r"\d{1,9}-\d{1,9}(?:\.\d{1,9})?")
_OFFSETS = re.compile(r"(\d{1,9})-(\d{1,9})")
_SLOT = re.compile(r"ROLE_[^:|]*:(.+)_[^_]*")
_SHOWN = 80


class Column(NamedTuple):
    """A column: the feature it gives, in which role; for `base` the layer that it refers to."""

    role: Role
    name: str


class Layer(NamedTuple):
    """A layer: `kind` is SP (spans), RL (relations) or CH (chains); `first` its first column."""

    kind: str
    name: str
    columns: tuple[Column, ...]
    first: int

    @property
    def short(self) -> str:
        """Its name without the dots."""
        return self.name.rpartition(".")[2]

    @property
    def slots(self) -> bool:
        """Whether its annotations have arguments."""
        return any(column.role == "role" for column in self.columns)


class Row(NamedTuple):
    """A token, or a piece of one (`part`); offsets as they stand in the file."""

    unit: str
    part: bool
    begin: int
    end: int
    word: str
    cells: list[str]
    line: int


class Sentence(NamedTuple):
    """The lines of a sentence's text, and its rows."""

    text: list[str]
    rows: list[Row]


@dataclass
class Page:
    """A file: `heads` are the lines after `#` that no program of ours knows, by their names."""

    layers: list[Layer]
    sentences: list[Sentence]
    lead: str = ""
    heads: list[tuple[str, str]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """All rows, in order."""
        for sentence in self.sentences:
            yield from sentence.rows


def parse(raw: str, where: str) -> Page:
    """A file's lines.

    Raises
    ------
    DataError : it does not begin as the format does, or most of its lines are none of it.
    """
    lines = [line.removesuffix("\r") for line in raw.removeprefix("\ufeff").split("\n")]
    if not raw.strip("\ufeff \t\r\n"):
        return Page([], [])
    if not _FORMAT.fullmatch(lines[0]):
        raise DataError(f"{where} line 1", "#FORMAT=WebAnno TSV 3.x", repr(lines[0][:_SHOWN]))
    layers: list[Layer] = []
    width = 0
    for line in lines[1:]:
        if line.startswith("#T_") and line[5:6] == "=":
            layers.append(_layer(line, width))
            width += len(layers[-1].columns)
        elif line.strip():
            break
    return _body(lines, layers, width, where)


def _layer(line: str, first: int) -> Layer:
    kind = line[3:5]
    name, *names = line[6:].strip().split("|")
    columns: list[Column] = []
    for column in names:
        match = _SLOT.fullmatch(column)
        if kind == "SP" and match:
            columns.append(Column("role", match[1]))
        elif kind == "SP" and columns and columns[-1].role == "role":
            columns.append(Column("target", column))
        elif kind == "RL" and column.startswith("BT_"):
            columns.append(Column("base", column[3:]))
        elif kind == "CH" and column == "referenceType":
            columns.append(Column("type", column))
        elif kind == "CH" and column == "referenceRelation":
            columns.append(Column("link", column))
        else:
            columns.append(Column("value", column))
    return Layer(kind, name, tuple(columns or [Column("value", "")]), first)


def _body(lines: list[str], layers: list[Layer], width: int, where: str) -> Page:
    page = Page(layers, [])
    strange: list[tuple[int, str]] = []
    count = 0
    sentence: Sentence | None = None
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        if line.startswith("#"):
            if line.startswith("#Text="):
                if sentence is None or sentence.rows:
                    sentence = Sentence([], [])
                    page.sentences.append(sentence)
                sentence.text.append(unescaped_text(line[6:]))
            elif line.startswith(LEAD):
                page.lead = line[len(LEAD) :]
            elif not line.startswith("#T_"):
                name, _, value = line[1:].partition("=")
                page.heads.append((name, value))
            continue
        row = _row(line, number, width)
        count += 1
        if row is None or sentence is None or (row.part and not sentence.rows):
            strange.append((number, line))
            continue
        sentence.rows.append(row)
        short = len(line.rstrip("\t").split("\t")) - 3
        if short > width:
            page.notices.append(Notice("cells that no column is for", f"{where} line {number}"))
    if len(strange) * 2 > count:
        number, line = strange[0]
        expected = "a token: 1-1, its offsets, its words, a cell for each column"
        raise DataError(f"{where} line {number}", expected, repr(line[:_SHOWN]))
    for number, _ in strange:
        page.notices.append(Notice("a line of no known form", f"{where} line {number}"))
    return page


def _row(line: str, number: int, width: int) -> Row | None:
    unit, *rest = line.split("\t")
    if len(rest) < 2 or not _UNIT.fullmatch(unit):
        return None
    offsets = _OFFSETS.fullmatch(rest[0])
    if offsets is None:
        return None
    cells = rest[2 : 2 + width]
    cells += [NOTHING] * (width - len(cells))
    return Row(unit, "." in unit, int(offsets[1]), int(offsets[2]), rest[1], cells, number)
