"""Writing tasks with predictions, and the configuration of the project that they are for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from dateline.formats.labelstudio.aside import DATELINE, Aside
from dateline.formats.labelstudio.config import Configuration
from dateline.formats.labelstudio.saying import Page
from dateline.formats.labelstudio.shape import KNOWN_META, Shape
from dateline.formats.standoff import StandOff, file_stem
from dateline.records import Annotator, Status
from dateline.scheme import Scheme

__all__ = ["known_maker", "write"]

_MOST, _LARGEST = 500, 16_000_000
"""Tasks and bytes of one file: what a server takes at once."""


def write(standoffs: Iterable[StandOff], scheme: Scheme) -> Iterator[tuple[str, bytes]]:
    """`tasks-0001.json`, …, lists of tasks to import, and `labelling.xml` for their project.

    Raises
    ------
    DataError : a name that is no document id.
    """
    shape = Shape(scheme)
    configuration = Configuration(shape)
    batch: list[bytes] = []
    number, size = 1, 0
    for standoff in standoffs:
        raw = msgspec.json.encode(_task(standoff, shape, configuration))
        if batch and (len(batch) == _MOST or size + len(raw) > _LARGEST):
            yield f"tasks-{number:04}.json", _list(batch)
            number, batch, size = number + 1, [], 0
        batch.append(raw)
        size += len(raw)
    if batch:
        yield f"tasks-{number:04}.json", _list(batch)
    yield "labelling.xml", configuration.text().encode()


def known_maker(standoff: StandOff) -> tuple[Annotator | None, Status | None]:
    """Who made the labels, with their status, but for humans: no file says who is one."""
    maker = standoff.annotator
    if maker is None or maker.kind == "human":
        return None, None
    return maker, standoff.status


def _list(tasks: list[bytes]) -> bytes:
    return b"[\n" + b",\n".join(tasks) + b"\n]\n"


def _task(standoff: StandOff, shape: Shape, configuration: Configuration) -> dict[str, Any]:
    doc_id = file_stem(standoff)
    meta = standoff.meta
    page = Page(standoff, shape)
    configuration.add(page.places, page.fields, page.arrows)
    maker, status = known_maker(standoff)
    aside = msgspec.structs.replace(page.aside, annotator=maker, status=status)
    byline = " · ".join(meta[key] for key in ("outlet", "published", "genre") if meta.get(key))
    data: dict[str, Any] = {key: meta[key] for key in KNOWN_META if key in meta}
    data |= {
        "doc_id": doc_id,
        "text": standoff.text,
        "headline": meta.get("title") or doc_id,
        "byline": byline or "—",
    }
    if aside != Aside():
        data[DATELINE] = msgspec.to_builtins(aside)
    model = maker.id if maker else DATELINE
    return {"data": data, "predictions": [{"model_version": model, "result": page.results}]}
