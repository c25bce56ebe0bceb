"""The marks of one document of re3d."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Any

import msgspec

from dateline.formats.nearest import nearest, plain
from dateline.formats.standoff import RELATION, SPAN, Notice
from dateline.formats.texts import Fitted
from dateline.records import Argument, Foreign, Span

if TYPE_CHECKING:
    from dateline.formats.re3d.reading import Line

__all__ = ["mark_entities", "mark_relations"]

ELSEWHERE = "offsets that are not those of the words, which stand nearby"
NOWHERE = "words that do not stand in the text as the file has them"
WRITTEN = "words that the text writes with other quotes, hyphens or white space"
EDGES = "offsets that take in white space beside the words"
TWICE = "an id that stands twice"
_KNOWN = {"_id", "begin", "end", "type", "value", "documentId"}
_ENDS = {"source", "target", "sourceBegin", "sourceEnd", "targetBegin", "targetEnd"}
_LARGEST = 1 << 53
_EDGE = 1_000  # characters by which offsets may be wider than their words

Named = dict[tuple[Any, Any], str]
"""The mark that stands for the words between two offsets of the file."""


def mark_entities(
    lines: Sequence[Line],
    document: str,
    text: Fitted,
    raw: str,
    marks: dict[str, Foreign],
    notices: list[Notice],
) -> Named:
    """Add the marks of entities to `marks`; the best trusted one for each pair of offsets."""
    looked = plain(raw)
    named: Named = {}
    winners: dict[Span, Foreign] = {}
    for line in lines:
        mark = _mark(line, SPAN, document, text, raw, looked, marks, notices)
        marks[mark.id] = mark
        place = _place(line.data, "begin", "end")
        if place is not None and (place not in named or _trust(mark) > _trust(marks[named[place]])):
            named[place] = mark.id
        for span in mark.spans:
            if span not in winners or _trust(mark) > _trust(winners[span]):
                winners[span] = mark
    for mark in list(marks.values()):
        for span in mark.spans:
            if winners[span].id != mark.id:
                said = mark.attributes | {"outranked": winners[span].label}
                marks[mark.id] = msgspec.structs.replace(mark, attributes=said)
    return named


def mark_relations(
    lines: Sequence[Line],
    document: str,
    text: Fitted,
    raw: str,
    named: Named,
    marks: dict[str, Foreign],
    notices: list[Notice],
) -> None:
    """Add the marks of relations to `marks`, with the words that tell them."""
    looked = plain(raw)
    for line in lines:
        mark = _mark(line, RELATION, document, text, raw, looked, marks, notices, _ENDS)
        args, said = [], dict(mark.attributes)
        for role in ("source", "target"):
            filler = named.get(_place(line.data, f"{role}Begin", f"{role}End") or (None, None))
            if filler is not None:
                args.append(Argument(role, filler))
            else:
                notices.append(Notice("a relation of what is no entity", line.where))
                said |= _strings(line.data, {role, f"{role}Begin", f"{role}End"})
        marks[mark.id] = msgspec.structs.replace(mark, args=args, attributes=said)


def _mark(
    line: Line,
    kind: str,
    document: str,
    text: Fitted,
    raw: str,
    looked: str,
    marks: dict[str, Foreign],
    notices: list[Notice],
    more: Set[str] = frozenset(),
) -> Foreign:
    """A line as a mark; what has no place in it otherwise are its attributes."""
    data = line.data
    said = _strings(data, data.keys() - _KNOWN - more)
    place = _place(data, "begin", "end")
    words = data.get("value")
    spans: list[Span] = []
    span = _found(looked, place, words, line.where, notices)
    if span is not None:
        if raw[span.start : span.end] != str(words).strip():
            notices.append(Notice(WRITTEN, line.where))
        spans = [text.span(span.start, span.end)]
    else:
        said |= _strings(data, {"begin", "end", "value"})
    label = data.get("type")
    return Foreign(
        _id(data.get("_id"), document, marks, line.where, notices),
        kind,
        label if isinstance(label, str) else "",
        spans,
        [],
        said,
    )


def _found(
    text: str, place: tuple[int, int] | None, words: Any, where: str, notices: list[Notice]
) -> Span | None:
    """Where the words of a line stand: at its offsets, else nearest to them, else nowhere."""
    if not isinstance(words, str) or place is None:
        notices.append(Notice("a line without words and offsets", where))
        return None
    begin, end = place
    wanted = plain(words).strip()
    near = 0 <= begin <= end <= begin + len(words) + _EDGE
    piece = text[begin:end] if near else ""
    if near and piece.strip() == wanted:
        if not wanted:
            return None  # a relation that is told without words
        start = begin + len(piece) - len(piece.lstrip())
        if piece != wanted:
            notices.append(Notice(EDGES, where))
        return Span(start, start + len(wanted))
    span = nearest(text, wanted, begin)
    notices.append(Notice(NOWHERE if span is None else ELSEWHERE, where))
    return span


def _place(data: dict[str, Any], begin: str, end: str) -> tuple[int, int] | None:
    """Two offsets, where they are such."""
    first, last = data.get(begin), data.get(end)
    for value in (first, last):
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST:
            return None
    return first, last  # type: ignore[return-value]


def _trust(mark: Foreign) -> float:
    try:
        return float(mark.attributes.get("confidence", ""))
    except ValueError:
        return -1.0


def _strings(data: dict[str, Any], names: Set[str]) -> dict[str, str]:
    """Values as attributes have them."""
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in data.items()
        if name in names
    }


def _id(
    given: Any, document: str, marks: dict[str, Foreign], where: str, notices: list[Notice]
) -> str:
    """The id of a line without the document's before it, made one of its own where it is none."""
    key = given.removeprefix(f"{document}-") if isinstance(given, str) else ""
    if key and key not in marks:
        return key
    if key:
        notices.append(Notice(TWICE, where))
    number = len(marks)
    while f"{key or 'line'}+{number}" in marks:
        number += 1
    return f"{key or 'line'}+{number}"
