"""What a tool's own form cannot say, as one text of JSON beside: the marks as they were written.

A tool that keeps what it does not know hands it back with its spans and links, and reading takes
from it what still fits them (`formats.redrawn`), so that a change made in the tool wins.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from dateline.formats.drawn import Graph
from dateline.formats.redrawn import redrawn
from dateline.formats.standoff import KINDS, NOTE, RELATION, Notice, StandOff, fresh_ids, ordered
from dateline.records import Annotator, Foreign, Status, is_doc_id
from dateline.scheme import Scheme
from dateline.text import digest

__all__ = ["FURTHEST", "KEY", "Aside", "kept", "packed", "unpacked", "whole"]

KEY = "dateline"
"""The name under which it stands."""

FURTHEST = 10**12
"""Offsets from here on are no offsets."""

CHANGED = "a text that was changed since it was written: what stood beside it is not used"
UNREADABLE = "what stood beside the labels cannot be read"


class Aside(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A text with marks but for its text, of which it has the digest."""

    id: str
    text: str
    marks: list[Foreign] = []
    meta: dict[str, str] = {}
    annotator: Annotator | None = None
    status: Status | None = None


_DECODER = msgspec.json.Decoder(Aside)


def packed(standoff: StandOff) -> str:
    """What stands beside a text with marks."""
    said = Aside(
        id=standoff.doc_id,
        text=digest(standoff.text),
        marks=standoff.marks,
        meta=standoff.meta,
        annotator=standoff.annotator,
        status=standoff.status,
    )
    return msgspec.json.encode(said).decode()


def kept(standoff: StandOff, _: Scheme) -> StandOff:
    """What a format with an aside keeps of a text with marks: everything."""
    return msgspec.structs.replace(standoff, marks=ordered(standoff.marks), notices=[])


def unpacked(raw: object) -> Aside | None:
    """The content of an aside, which may be anything; None where it is none of ours."""
    try:
        if not isinstance(raw, str):
            raw = msgspec.json.encode(raw)
        said = _DECODER.decode(raw)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError, OverflowError):
        return None
    places = (at for mark in said.marks for span in mark.spans for at in (span.start, span.end))
    if len({mark.id for mark in said.marks}) < len(said.marks):
        return None
    if any(mark.kind not in KINDS for mark in said.marks):
        return None
    if any(abs(at) >= FURTHEST for at in places):
        return None
    if said.annotator is not None and not is_doc_id(said.annotator.id):
        return None
    return said


def whole(
    name: str,
    text: str,
    found: Graph,
    scheme: Scheme,
    *,
    beside: object = None,
    loose: Iterable[Foreign] = (),
    meta: dict[str, str] | None = None,
    notices: Iterable[Notice] = (),
    where: str = "",
    ends: tuple[str, str] = ("head", "child"),
    linked: bool = True,
) -> StandOff:
    """A text with the marks that a tool's graph and what stood beside it mean.

    Parameters
    ----------
    name : the text's, where what stood beside has none.
    beside : what stood under `KEY`, or an `Aside` that was read from it.
    loose : marks (notes and relations) that are in no graph; they get ids of their own.
    meta : what the tool says of the article.
    ends, linked : see `redrawn`.
    """
    said = beside if isinstance(beside, Aside) else unpacked(beside) if beside is not None else None
    told = list(notices)
    marks: list[Foreign] = []
    if beside is not None and said is None:
        told.append(Notice(UNREADABLE, where))
    elif said is not None and said.text != digest(text):
        told.append(Notice(CHANGED, where))
    elif said is not None:
        marks = said.marks
    marks = redrawn(marks, found, len(text), scheme, ends, linked)
    ids = {mark.id for mark in marks}
    fresh = {kind: fresh_ids(p, ids) for kind, p in ((NOTE, "#"), (RELATION, "R"))}
    added = [msgspec.structs.replace(mark, id=next(fresh[mark.kind])) for mark in loose]
    return StandOff(
        doc_id=said.id if said is not None and said.id else name,
        text=text,
        marks=ordered([*marks, *added]) if added else marks,
        meta=(meta or {}) | (said.meta if said is not None else {}),
        annotator=said.annotator if said is not None else None,
        status=said.status if said is not None else None,
        notices=told,
    )
