"""Reading Prodigy's tasks."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dateline.formats.aside import KEY, whole
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
from dateline.formats.standoff import RELATION, Notice, StandOff
from dateline.formats.texts import Fitted, fitted
from dateline.records import Foreign
from dateline.scheme import Scheme

__all__ = ["read"]

_BOOKKEEPING = {"_input_hash", "_task_hash", "_is_binary", "_view_id", "_timestamp", "answer"}
_LABELS = ("label", "accept")
_READ = {"text", "tokens", "spans", "relations", "meta", KEY}
_OF_SPAN = {"start", "end", "label", "token_start", "token_end", "text", "type", "color"}
_OF_RELATION = {"head", "child", "head_span", "child_span", "label", "color"}
_BARE, _TOKEN = "span", "token"

WORDS = "words that are not those at the offsets"
NO_SPAN = "a span that cannot be read"
NO_RELATION = "a relation that cannot be read"


def read(path: Path, known: Known) -> Iterator[StandOff]:
    """The texts of the accepted tasks of a file, or of all files below a folder.

    Raises
    ------
    DataError : a line that is no JSON object, or a file without any text.
    UsageError : `path` is neither a folder nor a `.jsonl`, `.ndjson` or `.json` file.
    """
    return texts(path, known, _one)


def _one(row: Row, name: str, scheme: Scheme) -> StandOff | Notice:
    task, notices = row.value, list(row.notices)
    answer = task.get("answer", "accept")
    if answer != "accept":
        kinds = {"reject": "a task that was rejected", "ignore": "a task that was ignored"}
        unknown = "a task with an answer that Prodigy does not have"
        return Notice(kinds.get(answer, unknown) if isinstance(answer, str) else unknown, row.where)
    raw = task.get("text")
    if not isinstance(raw, str):
        return Notice("a task without a text", row.where)
    text = fitted(raw, row.where)
    notices += [Notice(reason, row.where) for reason in text.mended]
    reading = _Task(task, raw, text, row.where, notices)
    graph = reading.graph()
    said = task.get("meta")
    others = {k: v for k, v in task.items() if k not in _READ | _BOOKKEEPING and v is not None}
    for key in _LABELS:
        value = others.get(key)
        values = value if isinstance(value, list) else [value]
        if all(isinstance(one, str | int | float) for one in values):
            others.pop(key, None)  # read as labels of the text
    facts = said if isinstance(said, dict) else {} if said is None else {"meta": said}
    meta, rest = as_meta(facts, "task", others)
    if KEY in task:
        rest = [note for note in rest if note.attributes.keys() - {"id"}]
    loose = [*reading.loose, *categories(task, _LABELS), *rest]
    return whole(
        name,
        text.text,
        graph,
        scheme,
        beside=task.get(KEY),
        loose=loose,
        meta=meta,
        notices=notices,
        where=row.where,
    )


class _Task:
    """Makes the graph of one task; `loose` are relations that have no place in it."""

    def __init__(
        self, task: dict[str, Any], raw: str, text: Fitted, where: str, notices: list[Notice]
    ) -> None:
        self.task, self.raw, self.text = task, raw, text
        self.where, self.notices = where, notices
        self.loose: list[Foreign] = []
        tokens = task.get("tokens")
        self.tokens: list[Any] = tokens if isinstance(tokens, list) else []

    def graph(self) -> Graph:
        """The spans and relations of the task."""
        graph = Graph()
        for span in self._list("spans", NO_SPAN):
            node = self._node(span)
            if node is None:
                self.notices.append(Notice(NO_SPAN, self.where))
                continue
            words = span.get("text")
            if isinstance(words, str) and words != self.raw[max(0, node.start) : node.end]:
                self.notices.append(Notice(WORDS, self.where))
            more = {k: as_text(v) for k, v in span.items() if k not in _OF_SPAN and v is not None}
            graph.nodes.setdefault(self._moved(node), {}).update(more)
        relations = self._list("relations", NO_RELATION)
        by_place = {node[:2]: node for node in graph.nodes}
        starts = sorted(graph.nodes)
        for relation in relations:
            head = self._end(relation, "head", graph, by_place, starts)
            child = self._end(relation, "child", graph, by_place, starts)
            label = as_label(relation.get("label"), "relation")
            more = {k: v for k, v in relation.items() if k not in _OF_RELATION and v is not None}
            said = {key: as_text(value) for key, value in more.items()}
            if head is None or child is None:
                self.notices.append(Notice(NO_RELATION, self.where))
                ends = {k: as_text(relation[k]) for k in ("head", "child") if k in relation}
                self.loose.append(Foreign("", RELATION, label, [], [], said | ends))
                continue
            graph.nodes.setdefault(head, {})
            graph.nodes.setdefault(child, {})
            graph.links.setdefault(Link(head, child, label), {}).update(said)
        return graph

    def _list(self, key: str, reason: str) -> list[dict[str, Any]]:
        """The objects under a key; what is none is named."""
        found = self.task.get(key)
        every = found if isinstance(found, list) else [] if found is None else [found]
        objects = [one for one in every if isinstance(one, dict)]
        self.notices += [Notice(reason, self.where)] * (len(every) - len(objects))
        return objects

    def _moved(self, node: Node) -> Node:
        span = self.text.span(node.start, node.end)
        return Node(span.start, span.end, node.label)

    def _node(self, span: dict[str, Any]) -> Node | None:
        """A span as a node of the text as it was read, by its offsets or else its tokens."""
        start, end = as_offset(span.get("start")), as_offset(span.get("end"))
        if start is None or end is None:
            first, last = self._token(span.get("token_start")), self._token(span.get("token_end"))
            if first is None or last is None:
                return None
            start, end = first[0], last[1]
        return Node(start, end, as_label(span.get("label"), _BARE))

    def _token(self, number: object) -> tuple[int, int] | None:
        """The place of a token."""
        at = as_offset(number)
        if at is None or not 0 <= at < len(self.tokens) or not isinstance(self.tokens[at], dict):
            return None
        token = self.tokens[at]
        start, end = as_offset(token.get("start")), as_offset(token.get("end"))
        return (start, end) if start is not None and end is not None else None

    def _end(
        self,
        relation: dict[str, Any],
        name: str,
        graph: Graph,
        by_place: dict[tuple[int, int], Node],
        starts: list[Node],
    ) -> Node | None:
        """What a relation has at one end: a span, that around its token, or the token itself."""
        span = relation.get(f"{name}_span")
        found = self._node(span) if isinstance(span, dict) else None
        if found is not None:
            node = self._moved(found)
            return node if node in graph.nodes else by_place.get(node[:2], node)
        token = self._token(relation.get(name))
        if token is None:
            return None
        node = self._moved(Node(*token, _TOKEN))
        at = bisect.bisect_right(starts, (node.start, float("inf")))
        around = [other for other in starts[max(0, at - 2) : at] if other.end >= node.end]
        return min(around, key=lambda other: other.end - other.start, default=node)
