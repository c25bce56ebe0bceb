"""Reading doccano's JSON lines, and its older ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dateline.formats.aside import KEY, whole
from dateline.formats.doccano.counting import UTF16, counted
from dateline.formats.drawn import Graph, Link, Node
from dateline.formats.jsonl import (
    Row,
    as_label,
    as_meta,
    as_offset,
    as_text,
    categories,
    texts,
)
from dateline.formats.registry import Known
from dateline.formats.standoff import NOTE, RELATION, Notice, StandOff
from dateline.formats.texts import fitted
from dateline.records import Foreign
from dateline.scheme import Scheme

__all__ = ["read"]

_LABELS = ("cats", "label", "labels")
_SPANS = ("entities", "label", "labels", "spans")
_READ = {"id", "text", "data", "relations", "Comments", "comments", "doc_id", KEY, *_SPANS}
_OF_SPAN = {"id", "label", "start_offset", "end_offset", "start", "end"}
_OF_RELATION = {"id", "from_id", "to_id", "type"}
_BARE = "span"

NO_SPAN = "a span that cannot be read"
NO_RELATION = "a relation between spans that are not there"
TWICE = "an id of a span that stands twice, of which the last holds"


class _Span(NamedTuple):
    key: str | None
    node: Node
    more: dict[str, str]


def read(path: Path, known: Known) -> Iterator[StandOff]:
    """The texts of a file, or of all files below a folder, with their spans and relations.

    Raises
    ------
    DataError : a line that is no JSON object, or a file without any text.
    UsageError : `path` is neither a folder nor a `.jsonl`, `.ndjson` or `.json` file.
    """
    return texts(path, known, _one)


def _one(row: Row, name: str, scheme: Scheme) -> StandOff | Notice:
    value, notices = row.value, list(row.notices)
    raw = value.get("text", value.get("data"))
    if not isinstance(raw, str):
        return Notice("an object without a text", row.where)
    text = fitted(raw, row.where)
    notices += [Notice(reason, row.where) for reason in text.mended]
    spans = list(_spans(value, row.where, notices))
    beside = value.get(KEY)
    offsets = [at for span in spans for at in span.node[:2]]
    way, code_point = counted(raw, offsets if beside is None else [])
    if way != UTF16:
        notices.append(Notice(f"offsets that count {way}, as the words tell", row.where))
    graph = Graph()
    keys: dict[str, Node] = {}
    for key, node, more in spans:
        place = text.span(code_point(node.start), code_point(node.end))
        moved = Node(place.start, place.end, node.label)
        graph.nodes.setdefault(moved, {}).update(more)
        if key is not None:
            if key in keys and keys[key] != moved:
                notices.append(Notice(TWICE, row.where))
            keys[key] = moved
    loose = list(_relations(value, graph, keys, row.where, notices))
    others = {k: v for k, v in value.items() if k not in _READ and v is not None}
    if isinstance(others.get("cats"), str | int | float | list):
        del others["cats"]  # read as labels of the text
    meta, rest = as_meta(others, "row", {})
    return whole(
        name,
        text.text,
        graph,
        scheme,
        beside=beside,
        loose=[*loose, *categories(value, _LABELS), *_comments(value), *rest],
        meta=meta,
        notices=notices,
        where=row.where,
        ends=("from", "to"),
    )


def _spans(value: dict[str, Any], where: str, notices: list[Notice]) -> Iterator[_Span]:
    """The spans under each of their keys: `[start, end, label]`, or an object each."""
    for name in _SPANS:
        found = value.get(name)
        for one in found if isinstance(found, list) else [] if found is None else [found]:
            if name in _LABELS and isinstance(one, str | int | float):
                continue  # the label of a whole text
            span = _span(one)
            if span is None:
                notices.append(Notice(NO_SPAN, where))
            else:
                yield span


def _span(one: object) -> _Span | None:
    key, more = None, {}
    if isinstance(one, list) and len(one) >= 3:
        start, end, label = one[:3]
    elif isinstance(one, dict):
        start = one.get("start_offset", one.get("start"))
        end = one.get("end_offset", one.get("end"))
        label = one.get("label")
        key = as_text(one["id"]) if one.get("id") is not None else None
        more = {k: as_text(v) for k, v in one.items() if k not in _OF_SPAN and v is not None}
    else:
        return None
    first, last = as_offset(start), as_offset(end)
    if first is None or last is None:
        return None
    return _Span(key, Node(first, last, as_label(label, _BARE)), more)


def _relations(
    value: dict[str, Any], graph: Graph, keys: dict[str, Node], where: str, notices: list[Notice]
) -> Iterator[Foreign]:
    """Puts the relations into the graph; those between nothing are given back."""
    found = value.get("relations")
    for one in found if isinstance(found, list) else [] if found is None else [found]:
        relation = one if isinstance(one, dict) else {"value": one}
        label = as_label(relation.get("type"), "relation")
        ends = [keys.get(as_text(relation.get(name))) for name in ("from_id", "to_id")]
        more = {k: as_text(v) for k, v in relation.items() if k not in _OF_RELATION}
        head, child = ends
        if head is not None and child is not None:
            graph.links.setdefault(Link(head, child, label), {}).update(more)
            continue
        notices.append(Notice(NO_RELATION, where))
        more |= {k: as_text(relation[k]) for k in ("from_id", "to_id") if k in relation}
        yield Foreign("", RELATION, label, [], [], more)


def _comments(value: dict[str, Any]) -> Iterator[Foreign]:
    """Comments as notes."""
    for name in ("Comments", "comments"):
        found = value.get(name)
        for one in found if isinstance(found, list) else [] if found is None else [found]:
            if isinstance(one, dict):
                said = {k: as_text(v) for k, v in one.items()}
            else:
                said = {"text": as_text(one)}
            yield Foreign("", NOTE, "comment", [], [], said)
