"""Writing Prodigy's tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dateline.formats.aside import KEY, packed
from dateline.formats.drawn import Node, drawn
from dateline.formats.jsonl import Lines
from dateline.formats.parting import in_parts
from dateline.formats.standoff import StandOff
from dateline.formats.tokens import Pieces, cut
from dateline.scheme import Scheme

__all__ = ["write"]


def write(standoffs: Iterable[StandOff], _: Scheme) -> Iterator[tuple[str, bytes]]:
    """`articles.jsonl`, or files by split and part (`formats.parting`): a task a text.

    Raises
    ------
    DataError : an id that may not be one.
    """
    yield from in_parts(standoffs, lambda: Lines(_task), ".jsonl")


def _task(standoff: StandOff) -> dict[str, Any]:
    graph = drawn(standoff.marks, len(standoff.text))
    pieces = cut(standoff.text, (node[:2] for node in graph.nodes))
    spans = {node: _span(node, pieces) for node in graph.nodes}
    return {
        "text": standoff.text,
        "tokens": [
            {
                "text": standoff.text[token.start : token.end],
                "start": token.start,
                "end": token.end,
                "id": number,
                "ws": token.blank,
            }
            for number, token in enumerate(pieces.tokens)
        ],
        "spans": list(spans.values()),
        "relations": [
            {
                "head": spans[link.head]["token_end"],
                "child": spans[link.child]["token_end"],
                "head_span": spans[link.head],
                "child_span": spans[link.child],
                "label": link.label,
            }
            for link in graph.links
        ],
        "meta": {"id": standoff.doc_id},
        KEY: packed(standoff),
    }


def _span(node: Node, pieces: Pieces) -> dict[str, Any]:
    """A node as Prodigy has it: `token_end` is its last token."""
    return {
        "start": node.start,
        "end": node.end,
        "token_start": pieces.first[node.start],
        "token_end": pieces.last[node.end],
        "label": node.label,
    }
