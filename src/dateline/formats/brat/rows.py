"""The lines of a `.ann` file by their kinds, over the stored text: what marks are made of.

A file that is as it should be is read a kind at a time (`well_formed`), since one regular
expression over all lines of a kind costs less than a call for each. Where anything does not fit,
the whole file goes the careful way (`careful`), which knows files as they come. Both give the same.
"""

from __future__ import annotations

import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

import msgspec

from dateline.formats.brat.lines import (
    Attribute,
    Comment,
    Equiv,
    Event,
    Line,
    Normalization,
    Relation,
    TextBound,
    Unreadable,
)
from dateline.formats.brat.shape import Names
from dateline.formats.standoff import Notice
from dateline.formats.texts import Fitted
from dateline.records import Span

__all__ = ["Bound", "Rows", "careful", "well_formed"]


class Bound(NamedTuple):
    """A text-bound annotation, its fragments in the stored text."""

    id: str
    label: str
    spans: list[Span]


@dataclass
class Rows:
    """The lines of a file, each id once; plain tuples may stand for the classes.

    `numbered` gives the numbers of the lines by their ids: few files need them.
    """

    numbered: Callable[[], dict[str, int]]
    bound: list[Bound] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    equivs: list[Equiv] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    links: list[Normalization] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The line numbers by ids."""
        return self.numbered()


# ── Files as they should be

_PLACE = "[0-9]{1,12} [0-9]{1,12}"
_ATTRIBUTE = r"\S+)\t(\S+) (\S+)(?: ((?:\S+ )*\S+))?(?:\t.*)?"
_FORMS = {
    "T": rf"(T\S+)\t(\S+) ({_PLACE}(?:;{_PLACE})*)\t(.*)",
    "E": r"(E\S+)\t(\S+):([^\s:]+)((?: [^\s:]+:\S+)*) ?(?:\t.*)?",
    "R": r"(R\S+)\t(\S+)((?: [^\s:]+:\S+)+) ?(?:\t.*)?",
    "*": r"\*\t(\S+)((?: \S+)+) ?(?:\t.*)?",
    "A": f"(A{_ATTRIBUTE}",
    "M": f"(M{_ATTRIBUTE}",
    "N": r"(N\S+)\t(\S+) (\S+) (\S+)(?:\t(.*))?",
    "#": r"(#\S+)\t(\S+) (\S+)(?:\t(.*))?",
}
_LINES = {kind: re.compile(rf"^{form}\n", re.MULTILINE) for kind, form in _FORMS.items()}
_KIND = operator.itemgetter(slice(0, 1))
_ID = operator.itemgetter(0)
_NUMBERS = msgspec.json.Decoder(list[int])


def well_formed(ann: str, text: str) -> Rows | None:
    """The lines of a file over the text that its offsets count, which is the stored one.

    None where a line is not of the usual form, an id stands twice, or words are not those at their
    offsets.
    """
    lines = ann.split("\n")
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for kind, run in groupby(lines, _KIND):
        kinds[kind] += run
    kinds.pop("", None)
    if not kinds.keys() <= _LINES.keys() or kinds.keys() >= {"A", "M"}:
        return None
    found: dict[str, list[Any]] = {}
    ids: set[str] = set()
    for kind, those in kinds.items():
        block = "\n".join(those) + "\n"
        rows = found[kind] = _valued(block) if kind == "A" else []
        if not rows:
            rows = found[kind] = _LINES[kind].findall(block)
        known = len(ids)
        if kind != "*":
            ids.update(map(_ID, rows))
        if len(rows) < len(those) or (kind != "*" and len(ids) - known < len(rows)):
            return None
    bound = _bound(found.get("T", []), text)
    if bound is None:
        return None
    return Rows(
        lambda: {line.partition("\t")[0]: number for number, line in enumerate(lines, 1)},
        bound,
        found.get("E", []),
        found.get("R", []),
        found.get("*", []),
        found.get("A") or found.get("M", []),
        found.get("N", []),
        found.get("#", []),
    )


def _valued(block: str) -> list[Any]:
    """The attributes of lines that have one word for a value each, as nearly all have.

    The words put together again are the lines, or the lines are others: then there are none here.
    """
    words = block.split()
    if len(words) % 4:
        return []
    again = [""] * (2 * len(words))
    again[::2] = words
    again[1::2] = ["\t", " ", " ", "\n"] * (len(words) // 4)
    if "".join(again) != block:
        return []
    return list(zip(words[::4], words[1::4], words[2::4], words[3::4], strict=True))


def _bound(rows: list[tuple[str, str, str, str]], text: str) -> list[Bound] | None:
    """The text-bound annotations of (id, label, places, words); None where words are others."""
    found: list[Any] = []
    whole = [row for row in rows if ";" not in row[2]]
    if whole:
        ids, labels, places, words = zip(*whole, strict=True)
        try:
            numbers = _NUMBERS.decode(f"[{','.join(places).replace(' ', ',')}]")
        except msgspec.DecodeError:  # such as 007, which is no number there
            return None
        starts, ends = numbers[::2], numbers[1::2]
        if max(ends) > len(text) or not all(map(operator.le, starts, ends)):
            return None
        if words != tuple([text[start:end] for start, end in zip(starts, ends, strict=True)]):
            return None
        spans = [[span] for span in map(Span, starts, ends)]
        found += zip(ids, labels, spans, strict=True)
    if len(whole) < len(rows):
        for key, label, where, said in rows:
            if ";" in where:
                fragments = [Span(*map(int, place.split(" "))) for place in where.split(";")]
                pieces = [text[span.start : span.end] for span in fragments]
                sound = all(span.start <= span.end <= len(text) for span in fragments)
                if not sound or " ".join(pieces) != said:
                    return None
                found.append((key, label, fragments))
    return found


# ── Files as they come


def careful(
    lines: Iterable[tuple[int, Line]], text: Fitted, where: str
) -> tuple[Rows, list[Notice]]:
    """Lines with their numbers as rows, and what was no row as it stood.

    Of lines with one id, those that say the same are one; another gets an id of its own.
    """
    seen: dict[str, Line] = {}
    numbers: dict[str, int] = {}
    names = Names(seen)
    notices: list[Notice] = []
    rows = Rows(lambda: numbers)
    for number, line in lines:
        if isinstance(line, Unreadable):
            rows.unreadable.append(line)
            continue
        if isinstance(line, Equiv):
            rows.equivs.append(line)
            continue
        place = f"{where} line {number}"
        if seen.get(line.id) == line:
            notices.append(Notice("the same line twice", place))
            continue
        key = names.apart(line.id)
        if key != line.id:
            notices.append(Notice("an id that stands twice, and is now another", place))
            line = line._replace(id=key)
        seen[key] = line
        numbers[key] = number
        match line:
            case TextBound():
                spans = [text.span(*fragment) for fragment in line.fragments]
                rows.bound.append(Bound(key, line.label, spans))
            case Event():
                rows.events.append(line)
            case Relation():
                rows.relations.append(line)
            case Attribute():
                rows.attributes.append(line)
            case Normalization():
                rows.links.append(line)
            case Comment():
                rows.comments.append(line)
    return rows, notices
