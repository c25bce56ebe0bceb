"""Typed records for an article and its layers, and their canonical JSON.

Offsets are Unicode code points, half-open `[start, end)`, into the article's stored text.
What can be derived from a record (surfaces, nesting, grounding) is in `dateline.derived`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any, Literal, TypeVar, get_args

import msgspec

from dateline.errors import DataError

__all__ = [
    "AUTHOR",
    "GENRES",
    "KINDS",
    "STATUSES",
    "TIERS",
    "Annotator",
    "Argument",
    "ArticleMeta",
    "Attribution",
    "Cluster",
    "Document",
    "Entity",
    "Event",
    "Foreign",
    "Item",
    "Provenance",
    "Source",
    "Span",
    "Stance",
    "canonical",
    "decode",
    "duplicate_key",
    "in_order",
    "is_doc_id",
    "item_spans",
    "items",
]

AUTHOR = "AUTHOR"
"""The holder of a stance that is the article's own."""

Kind = Literal["human", "model", "rule"]
Status = Literal["silver", "gold"]
Tier = Literal["open", "external"]
Genre = Literal[
    "spot",
    "follow-up",
    "round-up",
    "analysis",
    "press-statement",
    "interview",
    "live-blog",
    "correction",
]
KINDS: tuple[str, ...] = get_args(Kind)
STATUSES: tuple[str, ...] = get_args(Status)
TIERS: tuple[str, ...] = get_args(Tier)
GENRES: tuple[str, ...] = get_args(Genre)

_DOC_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


def is_doc_id(text: str) -> bool:
    """Whether `text` may name a document, and so a file: `[a-z0-9][a-z0-9-]{0,79}`."""
    return _DOC_ID.fullmatch(text) is not None


class _Record(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """Keys in field order, absent optional values left out, no unknown keys.

    Records are trees, nothing in them points back: without `gc` many of them are made faster.
    """


class Span(_Record, frozen=True):
    """A stretch of text, `[start, end)` in code points."""

    start: int
    end: int


class Entity(_Record, frozen=True, kw_only=True):
    """A mention: `mention` is absent on values, `sector` on what is no actor."""

    id: str
    start: int
    end: int
    type: str
    mention: str | None = None
    sector: str | None = None
    cluster: str | None = None


class Cluster(_Record, frozen=True):
    """Mentions of one thing, or triggers of one occurrence.

    `kb` is `dl:<id>` (the authored world), `wd:<Q-number>` (Wikidata) or `NIL` (looked for, not
    there); absent means not linked. `name` is left out where the text may not be in the repository.
    """

    name: str | None = None
    kb: str | None = None


class Argument(_Record, frozen=True):
    """A role of an event and the item that fills it."""

    role: str
    ref: str


class Event(_Record, frozen=True, kw_only=True):
    """A trigger with its attributes and arguments."""

    id: str
    start: int
    end: int
    type: str
    mode: str | None = None
    polarity: str
    certainty: str
    time: str
    cluster: str | None = None
    arguments: list[Argument]


class Source(_Record, frozen=True):
    """The words that name a source, and the mentions that they stand for."""

    start: int
    end: int
    refs: list[str]


class Attribution(_Record, frozen=True, kw_only=True):
    """Who (`source`, 0..1) says or thinks (`cue`, 0..1) what (`content`, one or more fragments)."""

    id: str
    source: Source | None
    cue: Span | None
    content: list[Span]
    quote: str
    source_form: str
    source_kind: str | None = None
    polarity: str


class Stance(_Record, frozen=True, kw_only=True):
    """The position that `holder` (an entity's id or AUTHOR) takes to `target` (any item's id)."""

    id: str
    holder: str
    target: str
    value: str
    attitude: str
    explicit: str
    start: int
    end: int


Item = Entity | Event | Attribution | Stance


class Annotator(_Record, frozen=True):
    """Who or what made the labels."""

    id: str
    kind: Kind


class Provenance(_Record, frozen=True):
    """Where a label comes from: the passes that agree, or a decision with its reason."""

    passes: list[str] = []
    decision: str | None = None
    reason: str | None = None
    by: str | None = None
    kind: Kind | None = None
    origin: str | None = None
    seconds: float | None = None


class Foreign(_Record, frozen=True, gc=False):
    """What an import brought and the scheme has no place for; kept, never built."""

    id: str
    kind: str
    label: str
    spans: list[Span] = []
    args: list[Argument] = []
    attributes: dict[str, str] = {}


class Document(_Record, frozen=True, kw_only=True):
    """All labels of one article by one annotator, as stored in `annotations/`."""

    doc_id: str
    scheme: str
    text_sha256: str
    annotator: Annotator
    status: Status
    entities: list[Entity]
    clusters: dict[str, Cluster]
    events: list[Event]
    attributions: list[Attribution]
    stances: list[Stance]
    guidelines: str | None = None
    provenance: dict[str, Provenance] = {}
    foreign: list[Foreign] = []


class ArticleMeta(_Record, frozen=True, kw_only=True):
    """What is known of an article beside its words, as stored in `corpus/articles/`.

    `published` is an ISO 8601 date. `storyline` gives the split; an external article has none.
    `author` is the annotator id of who or what wrote an open text. `source` says where a copy of an
    external text comes from, or how an open one came to be.
    """

    doc_id: str
    tier: Tier
    title: str | None = None
    outlet: str | None = None
    published: str
    genre: Genre | None = None
    storyline: str | None = None
    language: str
    author: str | None = None
    source: str | None = None
    licence: str
    text_sha256: str


def items(doc: Document) -> Iterator[tuple[str, int, Item]]:
    """Every item of the four layers as (layer, position in the layer, item)."""
    for layer in ("entities", "events", "attributions", "stances"):
        for position, item in enumerate(getattr(doc, layer)):
            yield layer, position, item


def item_spans(item: Item) -> list[tuple[str, Span | Source]]:
    """The spans of an item with their JSON path below it ("" where the item is the span)."""
    if isinstance(item, Attribution):
        spans: list[tuple[str, Span | Source]] = []
        if item.source is not None:
            spans.append((".source", item.source))
        if item.cue is not None:
            spans.append((".cue", item.cue))
        return spans + [(f".content[{i}]", span) for i, span in enumerate(item.content)]
    return [("", Span(item.start, item.end))]


def _order(item: Item) -> tuple[int, int, int, str]:
    spans = [span for _, span in item_spans(item)]
    start = min((s.start for s in spans), default=0)
    end = max((s.end for s in spans), default=0)
    return (start, -end, len(item.id), item.id)


def _natural(key: str) -> tuple[int, str]:
    return (len(key), key)


def in_order(doc: Document) -> Document:
    """The same labels in canonical order: by start, longest first, then id; clusters by id."""
    return msgspec.structs.replace(
        doc,
        entities=sorted(doc.entities, key=_order),
        events=sorted(doc.events, key=_order),
        attributions=sorted(doc.attributions, key=_order),
        stances=sorted(doc.stances, key=_order),
        clusters={key: doc.clusters[key] for key in sorted(doc.clusters, key=_natural)},
        provenance={key: doc.provenance[key] for key in sorted(doc.provenance, key=_natural)},
    )


def _line(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()


def canonical(record: Document | ArticleMeta) -> bytes:
    """The one way to write a record: keys in a fixed order, one item a line, LF at the end."""
    if isinstance(record, Document):
        record = in_order(record)
    lines = []
    for name in record.__struct_encode_fields__:
        value = getattr(record, name)
        optional = name not in _required(type(record))
        if optional and (value is None or value == {} or value == []):
            continue
        if isinstance(value, list) and value:
            body = ",\n  ".join(_line(item) for item in value)
            lines.append(f' "{name}": [\n  {body}\n ]')
        elif isinstance(value, dict) and value:
            pairs = (f"{_line(key)}: {_line(item)}" for key, item in value.items())
            body = ",\n  ".join(pairs)
            lines.append(f' "{name}": {{\n  {body}\n }}')
        else:
            lines.append(f' "{name}": {_line(value)}')
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


@functools.cache
def _required(kind: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(field.name for field in msgspec.structs.fields(kind) if field.required)


RecordType = TypeVar("RecordType", Document, ArticleMeta)
_DECODERS: dict[type, msgspec.json.Decoder[Any]] = {}


def decode(raw: bytes, kind: type[RecordType], where: str) -> RecordType:
    """Read a record from JSON.

    Raises
    ------
    DataError : not JSON or not UTF-8, a key that stands twice, an unknown or missing key, a wrong
        type; with the JSON path. Labels and references are for the checks.
    """
    decoder = _DECODERS.setdefault(kind, msgspec.json.Decoder(kind))
    try:
        record: RecordType = decoder.decode(raw)
    except RecursionError:
        raise DataError(where, f"a {kind.__name__} record", "JSON nested too deeply") from None
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x}"
        raise DataError(where, "JSON in UTF-8", found) from None
    except msgspec.ValidationError as error:
        raise _mismatch(where, str(error)) from None
    except msgspec.DecodeError as error:
        raise DataError(where, "readable JSON", str(error)) from None
    if canonical(record) != raw:
        twice = duplicate_key(raw)
        if twice is not None:
            raise DataError(where, "every key once in its object", f"{twice!r} twice")
    return record


_AT = re.compile(r"(?P<what>.*?)(?: - at `(?P<at>.+)`)?", re.S)
_TYPE = re.compile(r"Expected `(?P<expected>.+)`, got `(?P<found>.+)`")


def _mismatch(where: str, message: str) -> DataError:
    """A msgspec message as expected, found and place."""
    match = _AT.fullmatch(message)
    what, at = (match["what"], match["at"]) if match else (message, None)
    place = f"{where} {at or '$'}"
    if typed := _TYPE.fullmatch(what):
        return DataError(place, typed["expected"], typed["found"])
    if what.startswith("Object contains unknown field"):
        return DataError(place, "only the documented keys", what.rpartition("field ")[2])
    if what.startswith("Object missing required field"):
        return DataError(place, f"the key {what.rpartition('field ')[2]}", "none")
    return DataError(place, "a value of the documented form", what)


def duplicate_key(raw: bytes) -> str | None:
    """The first key that stands twice in one JSON object of `raw`, or None."""
    import json

    class TwiceError(Exception):
        pass

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        seen = dict(found)
        if len(seen) != len(found):
            keys = [key for key, _ in found]
            raise TwiceError(next(key for key in keys if keys.count(key) > 1))
        return seen

    try:
        json.loads(raw, object_pairs_hook=pairs)
    except TwiceError as error:
        return str(error)
    return None
