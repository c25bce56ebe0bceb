"""GUM's CoNLL-U files: the text as printed, what is known of it, and its entities in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from dateline.errors import DataError

__all__ = ["Bracket", "Printed", "printed"]

_BRACKET = re.compile(r"\(([^()]*)(\))?|([^()]+)\)|[^()]+")
_ID = re.compile(r"\d{1,9}(-\d{1,9}|\.\d{1,9})?")
_SHOWN = 80
FIELDS = "GRP-etype-infstat-salience-centering-minspan-link-identity"


class Bracket(NamedTuple):
    """An entity from token `first` to token `last`: the number of its group, and its fields."""

    group: str
    fields: dict[str, str]
    first: int
    last: int


@dataclass
class Printed:
    """A document: its text, the words of its tokens and where they stand, and its comments.

    `meta` has the comments `meta::…` by their names, `id` the name of the document, `links` what
    MISC says of a token in `Bridge` and `SplitAnte`, by its number.
    """

    text: str = ""
    words: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    id: str = ""
    entities: list[Bracket] = field(default_factory=list)
    links: list[tuple[int, str, str]] = field(default_factory=list)
    strange: list[int] = field(default_factory=list)


def printed(raw: str, where: str) -> Printed:
    """A file's document.

    Raises
    ------
    DataError : a line that CoNLL-U does not have.
    """
    found = Printed()
    open_: dict[str, list[tuple[int, dict[str, str]]]] = {}
    names = FIELDS.split("-")
    pieces: list[str] = []
    size = 0
    for comments, rows in _sentences(raw, where):
        for name, value in comments:
            if name.startswith("meta::"):
                found.meta.setdefault(name[6:], value)
            elif name == "newdoc id":
                found.id = found.id or value
            elif name == "global.Entity":
                names = value.split("-")
        if not rows:
            continue
        said = dict(comments)
        text, places = _words(rows, said.get("text"))
        between = ("\n" if "newpar" in said else " ") if pieces else ""
        pieces += [between, text]
        size += len(between)
        words = ((number, row) for number, row in rows if row[0].isdigit())
        for (number, row), place in zip(words, places, strict=True):
            found.words.append(row[1])
            found.places.append((size + place[0], size + place[1]))
            _misc(found, row[9], names, open_, number)
        size += len(text)
    found.text = "".join(pieces)
    return found


def _sentences(
    raw: str, where: str
) -> Iterator[tuple[list[tuple[str, str]], list[tuple[int, list[str]]]]]:
    """The comments of each sentence, and its rows with the numbers of their lines."""
    comments: list[tuple[str, str]] = []
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(raw.removeprefix("\ufeff").split("\n"), 1):
        line = line.removesuffix("\r")
        if line.startswith("#"):
            name, _, value = line[1:].partition("=")
            comments.append((name.strip(), value.strip()))
        elif line.strip():
            row = line.split("\t")
            if len(row) != 10 or not _ID.fullmatch(row[0]) or not row[1]:
                raise DataError(f"{where} line {number}", "a line of CoNLL-U", repr(line[:_SHOWN]))
            rows.append((number, row))
        elif rows:
            yield comments, rows
            comments, rows = [], []
    if rows or comments:
        yield comments, rows


def _words(
    rows: list[tuple[int, list[str]]], said: str | None
) -> tuple[str, list[tuple[int, int]]]:
    """The text of a sentence, and where its words stand: in `said`, else one after the other."""
    words = [row for _, row in rows if row[0].isdigit()]
    places: list[tuple[int, int]] = []
    at = 0
    for row in words:
        while said is not None and at < len(said) and said[at].isspace():
            at += 1
        if said is None or not said.startswith(row[1], at):
            break
        places.append((at, at + len(row[1])))
        at += len(row[1])
    if said is not None and len(places) == len(words) and not said[at:].strip():
        return said, places
    pieces, places, at = [], [], 0
    for row in words:
        places.append((at, at + len(row[1])))
        gap = "" if "SpaceAfter=No" in row[9].split("|") else " "
        pieces += [row[1], gap]
        at += len(row[1]) + len(gap)
    return "".join(pieces).rstrip(), places


def _misc(
    found: Printed,
    misc: str,
    names: list[str],
    open_: dict[str, list[tuple[int, dict[str, str]]]],
    line: int,
) -> None:
    """The entities that begin and end with a token."""
    token = len(found.words) - 1
    for part in misc.split("|"):
        key, _, value = part.partition("=")
        if key in ("Bridge", "SplitAnte"):
            found.links += [(token, key, pair) for pair in value.split(",")]
        if key != "Entity":
            continue
        for match in _BRACKET.finditer(value):
            opened, at_once, closed = match.groups()
            if opened is not None:
                fields = dict(zip(names, opened.split("-", len(names) - 1), strict=False))
                group = fields.pop("GRP", "") or fields.pop("eid", "")
                if at_once:
                    found.entities.append(Bracket(group, fields, token, token))
                else:
                    open_.setdefault(group, []).append((token, fields))
            elif closed is not None and open_.get(closed):
                first, fields = open_[closed].pop()
                found.entities.append(Bracket(closed, fields, first, token))
            else:  # also words that no bracket stands at
                found.strange.append(line)
