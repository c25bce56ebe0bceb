"""The marks of one PLOVER record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from dateline.formats.nearest import nearest, plain
from dateline.formats.plover.markup import Piece, pieces
from dateline.formats.standoff import EVENT, NOTE, ON, SPAN, Notice
from dateline.formats.texts import Fitted
from dateline.records import Argument, Foreign, Span

__all__ = ["marks_of"]

NO_ACTOR = "words of an actor that do not stand in the text"
NO_PLACE = "words of a place that do not stand in the text"
NO_EVENT = "words of an event that do not stand in the text"
UNCLOSED = "markup with a bracket that has no other half"
OTHER_TYPE = "a type that is not the one in the record's id"
UNREAD = "a source, target or place of another form"

_REPORTING = ("said", "says", "saying", "announced", "quoted", "reiterated", "confirmed", "claims")
_MOST = 100  # pieces of one record's markup that are looked at
_TAKEN = {"id", "event", "eventText", "text", "textInfo", "source", "target", "eventLoc", "comment"}
_IN_META = {"date", "language", "publication", "license", "copyright"}
_GAP = re.compile(r"\s*\.{2,}\s*")  # between the parts of an actor: `U.S. ... negotiators`
_BLANKS = re.compile(r"\s+")


class _Record:
    """A record with its text made ready to be searched."""

    def __init__(self, record: dict[str, Any], raw: str, text: Fitted, where: str) -> None:
        self.record = record
        self.text = text
        self.where = where
        self.looked = plain(raw)
        info = record.get("textInfo")
        markup = info.get("markup") if isinstance(info, dict) else info
        found, self.whole = pieces(markup if isinstance(markup, str) else "")
        self.pieces = found[:_MOST]

    def find(self, words: str, at: int) -> Span | None:
        """Where words stand nearest to a place, as offsets into the text as it is stored."""
        bare = words.strip()
        span = nearest(self.looked, plain(bare), at)
        if span is None:
            bare = _BLANKS.sub(" ", bare)
            span = nearest(self.looked, plain(bare), at)
        return None if span is None else self.text.span(span.start, span.end)

    def tagged(self, *tags: str) -> list[Piece]:
        """The pieces of the markup under any of some tags."""
        return [piece for piece in self.pieces if piece.tag in tags and piece.words.strip()]

    def place(self, words: str, *tags: str) -> int:
        """Where the markup has words, under a tag; 0 where it has them nowhere."""
        wanted = words.strip()
        places = [piece.at for piece in self.tagged(*tags) if wanted in piece.words]
        return places[0] if places else 0


def marks_of(
    record: dict[str, Any], raw: str, text: Fitted, where: str, notices: list[Notice]
) -> list[Foreign]:
    """The event of a record, its actors and its place; `notices` says what could not be found."""
    known = _Record(record, raw, text, where)
    if not known.whole:
        notices.append(Notice(UNCLOSED, where))
    label = record.get("event")
    label = label if isinstance(label, str) else ""
    given = record.get("id")
    if isinstance(given, str) and label and label not in given.split("-"):
        notices.append(Notice(OTHER_TYPE, where))
    marks: dict[Span | str, Foreign] = {}
    args = [
        *_actors(known, "source", ("SRC",), marks, notices),
        *_actors(known, "target", ("TAR",), marks, notices),
        *_location(known, marks, notices),
    ]
    trigger, others = _triggers(known, notices)
    spans = [Foreign(f"text{n}", SPAN, "eventText", [s]) for n, s in enumerate(others, 1)]
    args += [Argument("eventText", mark.id) for mark in spans]
    said = {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in record.items()
        if name not in _TAKEN | _IN_META and value not in ("", None)
    }
    if trigger is None:
        said |= {"eventText": _string(record.get("eventText"))}
    event = Foreign("event1", EVENT, label, [] if trigger is None else [trigger], args, said)
    found = [event, *spans, *marks.values()]
    comment = _string(record.get("comment")).strip()
    if comment:
        found.append(
            Foreign("note1", NOTE, "comment", [], [Argument(ON, event.id)], {"text": comment})
        )
    return found


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()


def _triggers(known: _Record, notices: list[Notice]) -> tuple[Span | None, list[Span]]:
    """The trigger of the event, and the other words that tell it.

    Of several pieces it is the first that does more than report, and their first else.
    """
    found: list[tuple[Span, str]] = []
    for piece in known.tagged("EVT"):
        span = known.find(piece.words, piece.at)
        if span is not None and span not in [taken for taken, _ in found]:
            found.append((span, piece.words))
        elif span is None:
            notices.append(Notice(NO_EVENT, known.where))
    if not found:
        span = known.find(_string(known.record.get("eventText")), 0)
        if span is None:
            notices.append(Notice(NO_EVENT, known.where))
        return span, []
    telling = [n for n, (_, words) in enumerate(found) if not _only_reports(words)]
    chosen = telling[0] if telling else 0
    return found[chosen][0], [span for n, (span, _) in enumerate(found) if n != chosen]


def _only_reports(words: str) -> bool:
    return words.strip().casefold() in _REPORTING


def _actors(
    known: _Record,
    role: str,
    tags: tuple[str, ...],
    marks: dict[Span | str, Foreign],
    notices: list[Notice],
) -> Iterator[Argument]:
    """The actors of one role, as marks on their words and arguments that name them."""
    given = known.record.get(role)
    if given is None or given == "":
        return
    if not isinstance(given, list):
        notices.append(Notice(UNREAD, known.where))
        given = [{"actorText": _string(given)}]
    for number, actor in enumerate(given, 1):
        if not isinstance(actor, dict):
            notices.append(Notice(UNREAD, known.where))
            actor = {"actorText": _string(actor)}
        words = _string(actor.get("actorText"))
        spans = _parts(known, words, tags)
        if not spans:
            notices.append(Notice(NO_ACTOR, known.where))
        said = {name: _string(v) for name, v in actor.items() if name != "actorText" and v}
        yield _argument(role, f"{role}{number}", "actor", spans, words, said, marks)


def _location(
    known: _Record, marks: dict[Span | str, Foreign], notices: list[Notice]
) -> Iterator[Argument]:
    given = known.record.get("eventLoc")
    if given is None or given == "":
        return
    if not isinstance(given, dict):
        notices.append(Notice(UNREAD, known.where))
        given = {"name": _string(given)}
    words = _string(given.get("name"))
    spans = _parts(known, words, ("LOC",))
    if not spans:
        notices.append(Notice(NO_PLACE, known.where))
    said = {name: _string(v) for name, v in given.items() if name != "name" and v}
    yield _argument("location", "location1", "location", spans, words, said, marks)


def _parts(known: _Record, words: str, tags: tuple[str, ...]) -> list[Span]:
    """The words of an actor, in fragments where the record leaves others out between; or none."""
    at = known.place(words, *tags)
    spans: list[Span] = []
    for part in _GAP.split(words):
        span = known.find(part, known.place(part, *tags) or at)
        if span is None:
            return []
        spans.append(span)
    return spans


def _argument(
    role: str,
    key: str,
    label: str,
    spans: list[Span],
    words: str,
    said: dict[str, str],
    marks: dict[Span | str, Foreign],
) -> Argument:
    """An argument; its filler is the mark that has the same words already, else a new one."""
    place: Span | str = spans[0] if len(spans) == 1 else key
    there = marks.get(place)
    if there is not None and (not said or said == there.attributes):
        return Argument(role, there.id)
    if there is not None:
        place = key
    if not spans:
        said = said | {"text": words}
    marks[place] = Foreign(key, SPAN, label, spans, [], said)
    return Argument(role, key)
