"""The lines of a `.ann` file, one class for each kind, and reading them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

__all__ = [
    "Attribute",
    "Comment",
    "Equiv",
    "Event",
    "Line",
    "Normalization",
    "Relation",
    "TextBound",
    "Unreadable",
    "parse",
]


class TextBound(NamedTuple):
    """`T1 TYPE 0 5;8 12 words`: `words` is None where the line has none."""

    id: str
    label: str
    fragments: list[tuple[int, int]]
    words: str | None
    line: int


class Event(NamedTuple):
    """`E1 TYPE:T1 role:T2 …`."""

    id: str
    label: str
    trigger: str
    args: list[tuple[str, str]]
    line: int


class Relation(NamedTuple):
    """`R1 TYPE Arg1:T1 Arg2:T2`."""

    id: str
    label: str
    args: list[tuple[str, str]]
    line: int


class Equiv(NamedTuple):
    """`* TYPE T1 T2 …`: things that are one and the same."""

    label: str
    members: list[str]
    line: int


class Attribute(NamedTuple):
    """`A1 NAME T1 value`, or `M1 NAME E1`; a bare one has the value None."""

    id: str
    name: str
    target: str
    value: str | None
    line: int


class Normalization(NamedTuple):
    """`N1 Reference T1 DB:ID name`."""

    id: str
    label: str
    target: str
    kb: str
    words: str
    line: int


class Comment(NamedTuple):
    """`#1 AnnotatorNotes T1 text`."""

    id: str
    label: str
    target: str
    words: str
    line: int


class Unreadable(NamedTuple):
    """A line of no known form."""

    words: str
    line: int


Line = TextBound | Event | Relation | Equiv | Attribute | Normalization | Comment | Unreadable

_HEAD = re.compile(r"(?:[TERAMN#][^\s:]*|\*)\t")
_PLACE = re.compile(r"(\d{1,12}) (\d{1,12}) ?")
_ATTRIBUTE = re.compile(r"(\S+) (\S+)(?: (\S.*))?")


def parse(ann: str) -> Iterator[Line]:
    """The annotations of a file, in order; line numbers count from 1.

    A text-bound line that is broken inside its words goes on in the next ones.
    """
    lines = [line.removesuffix("\r") for line in ann.split("\n")]
    at = 0
    while at < len(lines):
        line, number = lines[at], at + 1
        at += 1
        if not line.strip():
            continue
        found = _one(line, number)
        if isinstance(found, TextBound) and found.words is not None:
            missing = _length(found.fragments) - len(found.words)
            more = at
            while more < len(lines) and missing > 0 and not _HEAD.match(lines[more]):
                missing -= 1 + len(lines[more])
                more += 1
            if any(line.strip() for line in lines[at:more]):
                found, at = found._replace(words="\n".join([found.words, *lines[at:more]])), more
        yield found


def _length(fragments: list[tuple[int, int]]) -> int:
    return sum(end - start for start, end in fragments) + len(fragments) - 1


def _one(line: str, number: int) -> Line:
    """A line by what it begins with; nothing here takes more than one look at each character."""
    key, tab, rest = line.partition("\t")
    data, tail, words = rest.partition("\t")
    parse_data = _FORMS.get(key[:1])
    if not tab or parse_data is None or (len(key) < 2 and key != "*"):
        return Unreadable(line, number)
    found = parse_data(key, data, words if tail else None, number)
    return Unreadable(line, number) if found is None else found


def _pairs(tokens: list[str]) -> list[tuple[str, str]] | None:
    """`role:id` as pairs; None where one is not of that form."""
    pairs = [(role, ref) for role, _, ref in (token.partition(":") for token in tokens)]
    return pairs if all(role and ref for role, ref in pairs) else None


def _text_bound(key: str, data: str, words: str | None, number: int) -> Line | None:
    first, *more = data.split(";")
    label, *numbers = first.rstrip(" ").rsplit(" ", 2)
    places = [_PLACE.fullmatch(place) for place in (" ".join(numbers), *more)]
    if not label.strip() or not all(places):
        return None
    fragments = [(int(place[1]), int(place[2])) for place in places if place]
    return TextBound(key, label, fragments, words, number)


def _event(key: str, data: str, _: str | None, number: int) -> Line | None:
    first, *tokens = data.split() or [""]
    label, _, trigger = first.rpartition(":")
    args = _pairs(tokens)
    return (
        Event(key, label, trigger, args, number) if label and trigger and args is not None else None
    )


def _relation(key: str, data: str, _: str | None, number: int) -> Line | None:
    label, *tokens = data.split() or [""]
    args = _pairs(tokens)
    return Relation(key, label, args, number) if args else None


def _equiv(_: str, data: str, __: str | None, number: int) -> Line | None:
    label, *members = data.split() or [""]
    return Equiv(label, members, number) if members else None


def _attribute(key: str, data: str, _: str | None, number: int) -> Line | None:
    match = _ATTRIBUTE.fullmatch(data.rstrip())
    return Attribute(key, match[1], match[2], match[3], number) if match else None


def _normalization(key: str, data: str, words: str | None, number: int) -> Line | None:
    parts = data.split()
    if len(parts) != 3:
        return None
    return Normalization(key, parts[0], parts[1], parts[2], words or "", number)


def _comment(key: str, data: str, words: str | None, number: int) -> Line | None:
    parts = data.split()
    return Comment(key, parts[0], parts[1], words or "", number) if len(parts) == 2 else None


_FORMS: dict[str, Callable[[str, str, str | None, int], Line | None]] = {
    "T": _text_bound,
    "E": _event,
    "R": _relation,
    "*": _equiv,
    "A": _attribute,
    "M": _attribute,
    "N": _normalization,
    "#": _comment,
}
