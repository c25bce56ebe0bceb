"""The lines of a `.ann` file, one class for each kind, and reading them one by one."""

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


class Event(NamedTuple):
    """`E1 TYPE:T1 role:T2 …`; the arguments as they stand."""

    id: str
    label: str
    trigger: str
    args: str


class Relation(NamedTuple):
    """`R1 TYPE Arg1:T1 Arg2:T2`; the arguments as they stand."""

    id: str
    label: str
    args: str


class Equiv(NamedTuple):
    """`* TYPE T1 T2 …`: things that are one and the same."""

    label: str
    members: str


class Attribute(NamedTuple):
    """`A1 NAME T1 value`, or `M1 NAME E1`; a bare one has the value ""."""

    id: str
    name: str
    target: str
    value: str


class Normalization(NamedTuple):
    """`N1 Reference T1 DB:ID name`."""

    id: str
    label: str
    target: str
    kb: str
    words: str


class Comment(NamedTuple):
    """`#1 AnnotatorNotes T1 text`."""

    id: str
    label: str
    target: str
    words: str


class Unreadable(NamedTuple):
    """A line of no known form, with its number."""

    words: str
    line: int


Line = TextBound | Event | Relation | Equiv | Attribute | Normalization | Comment | Unreadable

_HEAD = re.compile(r"(?:[TERAMN#][^\s:]*|\*)\t")
_PLACE = re.compile(r"(\d{1,12}) (\d{1,12}) ?")
_ATTRIBUTE = re.compile(r"(\S+) (\S+)(?: (\S.*))?")


def parse(ann: str) -> Iterator[tuple[int, Line]]:
    """The annotations of a file, in order, with their line numbers; those count from 1.

    A text-bound line that is broken inside its words goes on in the next ones.
    """
    lines = [line.removesuffix("\r") for line in ann.split("\n")]
    at = 0
    while at < len(lines):
        line, number = lines[at], at + 1
        at += 1
        if not line.strip():
            continue
        found = _one(line) or Unreadable(line, number)
        if isinstance(found, TextBound) and found.words is not None:
            missing = _length(found.fragments) - len(found.words)
            more = at
            while more < len(lines) and missing > 0 and not _HEAD.match(lines[more]):
                missing -= 1 + len(lines[more])
                more += 1
            if any(line.strip() for line in lines[at:more]):
                found, at = found._replace(words="\n".join([found.words, *lines[at:more]])), more
        yield number, found


def _length(fragments: list[tuple[int, int]]) -> int:
    return sum(end - start for start, end in fragments) + len(fragments) - 1


def _one(line: str) -> Line | None:
    """A line by what it begins with; nothing here takes more than one look at each character."""
    key, tab, rest = line.partition("\t")
    data, tail, words = rest.partition("\t")
    parse_data = _FORMS.get(key[:1])
    if not tab or parse_data is None or (len(key) < 2 and key != "*"):
        return None
    return parse_data(key, data, words if tail else None)


def _are_pairs(tokens: list[str]) -> bool:
    """Whether all tokens are of the form `role:id`."""
    parts = (token.partition(":") for token in tokens)
    return all(role and ref for role, _, ref in parts)


def _text_bound(key: str, data: str, words: str | None) -> Line | None:
    first, *more = data.split(";")
    label, *numbers = first.rstrip(" ").rsplit(" ", 2)
    places = [_PLACE.fullmatch(place) for place in (" ".join(numbers), *more)]
    if not label.strip() or not all(places):
        return None
    fragments = [(int(place[1]), int(place[2])) for place in places if place]
    return TextBound(key, label, fragments, words)


def _event(key: str, data: str, _: str | None) -> Line | None:
    first, *tokens = data.split() or [""]
    label, _, trigger = first.rpartition(":")
    good = label and trigger and _are_pairs(tokens)
    return Event(key, label, trigger, " ".join(tokens)) if good else None


def _relation(key: str, data: str, _: str | None) -> Line | None:
    label, *tokens = data.split() or [""]
    return Relation(key, label, " ".join(tokens)) if tokens and _are_pairs(tokens) else None


def _equiv(_: str, data: str, __: str | None) -> Line | None:
    label, *members = data.split() or [""]
    return Equiv(label, " ".join(members)) if members else None


def _attribute(key: str, data: str, _: str | None) -> Line | None:
    match = _ATTRIBUTE.fullmatch(data.rstrip())
    return Attribute(key, match[1], match[2], match[3] or "") if match else None


def _normalization(key: str, data: str, words: str | None) -> Line | None:
    parts = data.split()
    if len(parts) != 3:
        return None
    return Normalization(key, parts[0], parts[1], parts[2], words or "")


def _comment(key: str, data: str, words: str | None) -> Line | None:
    parts = data.split()
    return Comment(key, parts[0], parts[1], words or "") if len(parts) == 2 else None


_FORMS: dict[str, Callable[[str, str, str | None], Line | None]] = {
    "T": _text_bound,
    "E": _event,
    "R": _relation,
    "*": _equiv,
    "A": _attribute,
    "M": _attribute,
    "N": _normalization,
    "#": _comment,
}
