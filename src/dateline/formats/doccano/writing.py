"""Writing doccano's JSON lines with relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from dateline.formats.aside import KEY, packed
from dateline.formats.doccano.counting import to_utf16
from dateline.formats.drawn import drawn
from dateline.formats.jsonl import Lines
from dateline.formats.parting import in_parts
from dateline.formats.standoff import StandOff
from dateline.scheme import Scheme

__all__ = ["write"]


def write(standoffs: Iterable[StandOff], _: Scheme) -> Iterator[tuple[str, bytes]]:
    """`articles.jsonl`, or files by split and part (`formats.parting`): an object a text.

    Raises
    ------
    DataError : an id that may not be one.
    """
    ids = count(1)  # doccano looks spans up by their ids over the whole file
    yield from in_parts(
        standoffs, lambda: Lines(lambda standoff: _example(standoff, ids)), ".jsonl"
    )


def _example(standoff: StandOff, ids: Iterator[int]) -> dict[str, Any]:
    graph = drawn(standoff.marks, len(standoff.text))
    keys = {node: next(ids) for node in graph.nodes}
    unit = to_utf16(standoff.text)
    return {
        "text": standoff.text,
        "entities": [
            {
                "id": key,
                "label": node.label,
                "start_offset": unit(node.start),
                "end_offset": unit(node.end),
            }
            for node, key in keys.items()
        ],
        "relations": [
            {
                "id": next(ids),
                "from_id": keys[link.head],
                "to_id": keys[link.child],
                "type": link.label,
            }
            for link in graph.links
        ],
        "Comments": [],
        "doc_id": standoff.doc_id,
        KEY: packed(standoff),
    }
