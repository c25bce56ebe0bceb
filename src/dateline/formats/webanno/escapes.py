"""Cells and texts of WebAnno TSV: what a backslash means, and how values stand in a cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

__all__ = [
    "NOTHING",
    "NO_VALUE",
    "escaped",
    "escaped_text",
    "is_plain",
    "parts",
    "suffixed",
    "unescaped",
    "unescaped_text",
]

NOTHING = "_"
"""A cell in which no annotation stands."""

NO_VALUE = "*"
"""An annotation's feature without a value."""

_RESERVED = re.compile(r"->|[\\\[\]|_;\t\n*]")
_LETTERS = {"\t": "t", "\n": "n"}
_ESCAPE = re.compile(r"\\(->|[\\\[\]|_;tnr*])")
_TEXT_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[\\tnrfb]|[\x00-\x07\x0e-\x1f])")
_MEANT = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}
_ATOM = {mark: re.compile(rf"(?:[^\\{mark}]|\\.|\\$)*", re.DOTALL) for mark in "|;"}
_SUFFIX = re.compile(r"(?<!\\)((?:\\\\)*)\[(\d{1,9}(?:_\d{1,9})?)\]\Z")
_CHAIN = re.compile(r"(?<!\\)((?:\\\\)*)->(\d{1,9}-\d{1,9})\Z")


def escaped(value: str) -> str:
    """A value as it stands in a cell."""
    return _RESERVED.sub(lambda match: "\\" + _LETTERS.get(match[0], match[0]), value)


def unescaped(value: str) -> str:
    """A value of a cell; a backslash before anything else stays."""
    if "\\" not in value:
        return value
    return _ESCAPE.sub(lambda match: _MEANT.get(match[1], match[1]), value)


def escaped_text(line: str) -> str:
    """A line of text after `#Text=`."""
    return line.replace("\\", "\\\\").replace("\t", "\\t")


def unescaped_text(line: str) -> str:
    """The line of text that stands after `#Text=`."""
    if "\\" not in line:
        return line

    def meant(match: re.Match[str]) -> str:
        found = match[1]
        return chr(int(found[1:], 16)) if len(found) > 1 else _MEANT.get(found, found)

    return _TEXT_ESCAPE.sub(meant, line)


def parts(cell: str, mark: str = "|") -> list[str]:
    """The pieces of a cell between marks that no backslash stands before."""
    if "\\" not in cell:
        return cell.split(mark)
    return list(_parts(cell, mark))


def _parts(cell: str, mark: str) -> Iterator[str]:
    at = 0
    while True:
        match = _ATOM[mark].match(cell, at)
        assert match is not None, "it matches nothing too"
        yield match[0]
        at = match.end() + 1
        if at > len(cell):
            return


def suffixed(value: str) -> tuple[str, str | None]:
    """A value and what stands behind it: `3` of `[3]`, `3_4` of `[3_4]`, `1-2` of `->1-2`."""
    if not value or value[-1] not in "]0123456789":
        return value, None
    match = (_SUFFIX if value[-1] == "]" else _CHAIN).search(value)
    if match is None:
        return value, None
    return value[: match.end(1)], match[2]


def is_plain(value: str) -> bool:
    """Whether a value comes through a cell unharmed, in other programs too.

    An empty one does not, nor one with control characters or a backslash at its end, behind which
    INCEpTION finds no bar.
    """
    if value.isascii() and value.isprintable():
        return bool(value) and not value.endswith("\\")
    kinds = {unicodedata.category(character) for character in value}
    return bool(value) and not kinds & {"Cc", "Cs", "Zl", "Zp"} and not value.endswith("\\")
