"""The form between documents and formats: a text and marks over it.

A mark is a `records.Foreign`: an id, a kind, a label, spans, arguments and attributes. Every format
reads into marks and writes from them, and `formats.native` alone knows what a mark means here.
So what the scheme has no place for is kept as it came, and goes out again.

==========  =========================================================================
`span`      words, in one or more fragments
`event`     words (the trigger) with arguments
`relation`  arguments, without words of its own
`group`     arguments of the role `member`: things that are one and the same
`note`      a remark (attribute `text`) or a link (`kb`), on one other mark (role `on`)
`rest`      what an item (role `on`) came with beside what the scheme has: see `formats.native`
==========  =========================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from dateline.errors import DataError
from dateline.records import Annotator, Argument, Foreign, Span, Status, is_doc_id

__all__ = [
    "EVENT",
    "GROUP",
    "KINDS",
    "MEMBER",
    "NOTE",
    "ON",
    "RELATION",
    "REST",
    "SPAN",
    "Notice",
    "StandOff",
    "arguments",
    "file_stem",
    "fresh_ids",
    "ordered",
    "refs",
]

SPAN, EVENT, RELATION, GROUP, NOTE, REST = "span", "event", "relation", "group", "note", "rest"
KINDS = (SPAN, EVENT, RELATION, GROUP, NOTE, REST)
MEMBER, ON = "member", "on"
_NOWHERE = (Span(-1, -1),)
_ORDER = {kind: number for number, kind in enumerate(KINDS)}


class Notice(msgspec.Struct, frozen=True):
    """Something that reading mended or could not take: why, and where (file, line, id)."""

    reason: str
    where: str


class StandOff(msgspec.Struct, frozen=True, kw_only=True):
    """A text with marks over it, by offsets in code points.

    `doc_id` is the name that the source has for it, which need not be a document id. `meta` is what
    the source says of the article, by the names of `ArticleMeta`, and `split`. Ids of marks are
    unique; what an argument refers to need not be there.
    """

    doc_id: str
    text: str
    marks: list[Foreign] = []
    meta: dict[str, str] = {}
    annotator: Annotator | None = None
    status: Status | None = None
    notices: list[Notice] = []


def ordered(marks: Iterable[Foreign]) -> list[Foreign]:
    """Marks in the one order that formats write and read them in: kind, place, id."""

    marks, order = list(marks), _ORDER.get
    keys = [
        (order(mark.kind, len(_ORDER)), *_reach(mark.spans), len(mark.id), mark.id)
        if len(mark.spans) > 1
        else (order(mark.kind, len(_ORDER)), span.start, -span.end, len(mark.id), mark.id)
        for mark in marks
        for span in mark.spans[:1] or _NOWHERE
    ]
    return [marks[number] for number in sorted(range(len(marks)), key=keys.__getitem__)]


def _reach(spans: list[Span]) -> tuple[int, int]:
    """What several spans are ordered by."""
    return min(span.start for span in spans), -max(span.end for span in spans)


def refs(mark: Foreign, role: str) -> list[str]:
    """The ids that stand in one role of a mark."""
    return [argument.ref for argument in mark.args if argument.role == role]


def arguments(role: str, ids: Iterable[str]) -> list[Argument]:
    """Arguments of one role."""
    return [Argument(role, key) for key in ids]


def file_stem(standoff: StandOff) -> str:
    """The name of a text's files: its id, which is what an id may be and so never a path.

    Raises
    ------
    DataError : it is no document id.
    """
    if not is_doc_id(standoff.doc_id):
        raise DataError("doc_id", "[a-z0-9][a-z0-9-]{0,79}", repr(standoff.doc_id))
    return standoff.doc_id


def fresh_ids(prefix: str, taken: Iterable[str]) -> Iterator[str]:
    """Ids of a prefix and a number, from past the highest of that form that is taken."""
    known = {key.removeprefix(prefix) for key in taken if key.startswith(prefix)}
    numbers = [int(k) for k in known if k.isascii() and k.isdigit() and len(k) < 8]
    number = max(numbers, default=0)
    while True:
        number += 1
        yield f"{prefix}{number}"
