"""The columns of every config, and rows to and from Arrow.

One small description of types gives the Arrow schema and the `datasets` features; label columns
(`Labels`) are ClassLabels whose names come from the scheme and travel in the Parquet metadata.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from dateline.records import GENRES, KINDS, STATUSES, TIERS
from dateline.scheme import Scheme

if TYPE_CHECKING:
    import datasets

__all__ = [
    "CONFIGS",
    "ROW_ID",
    "UNKNOWN",
    "Labels",
    "arrow_schema",
    "batch_from_rows",
    "bio",
    "columns",
    "feature_types",
    "features",
    "logical_digest",
    "row_digest",
    "row_id",
    "rows_from_batch",
    "unchecked_batch",
]

Row = dict[str, Any]

CONFIGS = ("documents", "entities", "events", "stance", "attribution", "external")
"""All configs; `documents` is the default."""

ROW_ID = {
    "documents": None,
    "entities": "sentence_id",
    "events": "event_id",
    "stance": "stance_id",
    "attribution": "attribution_id",
    "external": None,
}
"""The column that names a row within its article (None: one row an article)."""


@dataclass(frozen=True)
class Labels:
    """A ClassLabel: stored as int64, in the order of `names`."""

    names: tuple[str, ...]


Type = str | Labels | list["Type"] | dict[str, "Type"]


def bio(labels: Iterable[str]) -> Labels:
    """O, then B- and I- of each label."""
    return Labels(("O", *(f"{prefix}-{label}" for label in labels for prefix in ("B", "I"))))


def columns(scheme: Scheme) -> dict[str, dict[str, Type]]:
    """The columns of each config, in order, with their types."""

    def values(layer: str, attribute: str) -> Labels:
        return Labels(tuple(scheme.values(layer, attribute)))

    entity_type = Labels(tuple(scheme.labels("entities")))
    event_type = Labels(tuple(scheme.labels("events")))
    any_type = Labels((*entity_type.names, *event_type.names, "ATTRIBUTION"))
    roles = Labels(tuple(scheme.roles()))
    status = Labels(STATUSES)
    span: dict[str, Type] = {"start": "int32", "end": "int32"}
    worded: dict[str, Type] = {**span, "text": "string"}
    on_tokens: dict[str, Type] = {"token_start": "int32", "token_end": "int32"}
    linked: dict[str, Type] = {"cluster": "string", "kb": "string"}
    pointed: dict[str, Type] = {"ref": "string", **worded, "type": any_type, **linked}
    entity: dict[str, Type] = {
        "type": entity_type,
        "mention": values("entities", "mention"),
        "sector": values("entities", "sector"),
    }
    event: dict[str, Type] = {
        "type": event_type,
        "mode": values("events", "mode"),
        "polarity": values("events", "polarity"),
        "certainty": values("events", "certainty"),
        "time": values("events", "time"),
    }
    attribution: dict[str, Type] = {
        "quote": values("attributions", "quote"),
        "source_form": values("attributions", "source_form"),
        "source_kind": values("attributions", "source_kind"),
        "polarity": values("attributions", "polarity"),
    }
    stance: dict[str, Type] = {
        "value": values("stances", "value"),
        "attitude": values("stances", "attitude"),
        "explicit": values("stances", "explicit"),
    }
    meta: dict[str, Type] = {
        "doc_id": "string",
        "tier": Labels(TIERS),
        "title": "string",
        "outlet": "string",
        "published": "string",
        "genre": Labels(GENRES),
        "storyline": "string",
        "language": "string",
        "author": "string",
        "source": "string",
        "licence": "string",
        "text_sha256": "string",
        "scheme": "string",
        "status": status,
        "annotator": {"id": "string", "kind": Labels(KINDS)},
    }
    layers: dict[str, Type] = {
        "entities": [{"id": "string", **span, **entity, "cluster": "string"}],
        "clusters": [{"id": "string", "name": "string", "kb": "string"}],
        "events": [
            {
                "id": "string",
                **span,
                **event,
                "cluster": "string",
                "arguments": [{"role": roles, "ref": "string"}],
                "reported_in": "string",
            }
        ],
        "attributions": [
            {
                "id": "string",
                "source": {**span, "refs": ["string"]},
                "cue": span,
                "content": [span],
                **attribution,
                "nested_in": "string",
            }
        ],
        "stances": [
            {
                "id": "string",
                "holder": "string",
                "target": "string",
                **stance,
                **span,
                "grounded_in": "string",
            }
        ],
    }
    tokens: dict[str, Type] = {
        "tokens": ["string"],
        "token_starts": ["int32"],
        "token_ends": ["int32"],
    }
    return {
        "documents": {**meta, "text": "string", "sentences": [span], **layers},
        "entities": {
            "doc_id": "string",
            "sentence_id": "int32",
            "status": status,
            **worded,
            **tokens,
            "tags": [bio(entity_type.names)],
            "mentions": [
                {"id": "string", **worded, **on_tokens, **entity, **linked, "in_tags": "bool"}
            ],
        },
        "events": {
            "doc_id": "string",
            "event_id": "string",
            "status": status,
            "sentence_id": "int32",
            "sentence": worded,
            "trigger": {**worded, **on_tokens},
            **event,
            "quad": Labels(tuple(scheme.quads)),
            **linked,
            "reported_in": "string",
            "arguments": [{"role": roles, **pointed, "in_sentence": "bool"}],
        },
        "stance": {
            "doc_id": "string",
            "stance_id": "string",
            "status": status,
            "context": worded,
            "expression": worded,
            "holder": pointed,
            "target": pointed,
            **stance,
            "grounded_in": "string",
        },
        "attribution": {
            "doc_id": "string",
            "attribution_id": "string",
            "status": status,
            "first_sentence": "int32",
            "last_sentence": "int32",
            **worded,
            **tokens,
            "tags": [bio(scheme.labels("attributions"))],
            "source": {**worded, "refs": [pointed]},
            "cue": worded,
            "content": [worded],
            **attribution,
            "nested_in": "string",
            "depth": "int32",
        },
        "external": {**meta, **layers},
    }


def _arrow_type(kind: Type) -> pa.DataType:
    if isinstance(kind, Labels):
        return pa.int64()
    if isinstance(kind, list):
        return pa.list_(_arrow_type(kind[0]))
    if isinstance(kind, dict):
        return pa.struct([pa.field(name, _arrow_type(sub)) for name, sub in kind.items()])
    return pa.bool_() if kind == "bool" else pa.type_for_alias(kind)


def _feature(kind: Type) -> Any:
    """A type as `datasets` writes it into Parquet metadata (`Features.to_dict`)."""
    if isinstance(kind, Labels):
        return {"names": list(kind.names), "_type": "ClassLabel"}
    if isinstance(kind, list):
        return {"feature": _feature(kind[0]), "_type": "List"}
    if isinstance(kind, dict):
        return {name: _feature(sub) for name, sub in kind.items()}
    return {"dtype": kind, "_type": "Value"}


def arrow_schema(config: str, scheme: Scheme) -> pa.Schema:
    """The Arrow schema of a config, with the features that `datasets` reads in its metadata."""
    kinds = columns(scheme)[config]
    info = {"info": {"features": feature_types(scheme)[config]}}
    fields = [pa.field(name, _arrow_type(kind)) for name, kind in kinds.items()]
    return pa.schema(fields, metadata={"huggingface": json.dumps(info)})


def feature_types(scheme: Scheme) -> dict[str, Any]:
    """The features of every config as plain data, in the form that `datasets` reads and writes."""
    return {
        config: {name: _feature(kind) for name, kind in kinds.items()}
        for config, kinds in columns(scheme).items()
    }


def features(config: str, scheme: Scheme) -> datasets.Features:
    """The `datasets.Features` of a config."""
    import datasets

    found: datasets.Features = datasets.Features.from_dict(feature_types(scheme)[config])
    return found


Coder = Callable[[Any], Any]


def _coder(kind: Type, leaf: Callable[[Labels | str], Coder | None]) -> Coder | None:
    """A function that maps values deep in a value; None where `leaf` maps nothing in the type."""
    if isinstance(kind, Labels | str):
        return leaf(kind)
    if isinstance(kind, list):
        inner = _coder(kind[0], leaf)
        if inner is None:
            return None
        return lambda value: None if value is None else [inner(item) for item in value]
    if isinstance(kind, dict):
        coders = [(name, _coder(sub, leaf)) for name, sub in kind.items()]

        def struct(value: Row | None) -> Row | None:
            if value is None:
                return None
            return {n: value[n] if code is None else code(value[n]) for n, code in coders}

        return struct if any(code for _, code in coders) else None
    return None


def _to_number(kind: Labels | str) -> Coder | None:
    if isinstance(kind, str):
        return None
    numbers: dict[str | None, int | None] = {name: i for i, name in enumerate(kind.names)}
    numbers[None] = None
    return numbers.__getitem__


def _to_name(kind: Labels | str) -> Coder | None:
    if isinstance(kind, str):
        return None
    return lambda value: None if value is None else kind.names[value]


def batch_from_rows(rows: list[Row], config: str, scheme: Scheme) -> pa.RecordBatch:
    """Rows with labels by name as an Arrow batch with labels by number.

    Raises
    ------
    KeyError : a label that the scheme does not have, or a missing column.
    """
    return _batch(rows, columns(scheme)[config], arrow_schema(config, scheme), _to_number)


def _batch(
    rows: list[Row],
    kinds: dict[str, Type],
    schema: pa.Schema,
    leaf: Callable[[Labels | str], Coder | None],
) -> pa.RecordBatch:
    arrays = []
    for name, kind in kinds.items():
        code = _coder(kind, leaf)
        values = [row[name] if code is None else code(row[name]) for row in rows]
        arrays.append(pa.array(values, type=schema.field(name).type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


UNKNOWN = 1 << 20
"""The first number that `unchecked_batch` gives to labels that the scheme does not have."""

_LARGEST = (1 << 31) - 1


def unchecked_batch(rows: list[Row], scheme: Scheme) -> tuple[pa.RecordBatch, list[str]]:
    """Rows of `external` with a `text`, whatever their labels and offsets: for the checks.

    Returns the batch and the labels that the scheme does not have; the one at place i stands in the
    batch as `UNKNOWN` + i. Offsets beyond 32 bits are cut there: no text is that long.
    """
    unknown: dict[str, int] = {}

    def leaf(kind: Labels | str) -> Coder | None:
        if kind == "int32":
            return lambda value: max(-_LARGEST, min(_LARGEST, value))
        if isinstance(kind, str):
            return None
        numbers = {name: i for i, name in enumerate(kind.names)}

        def number(value: str | None) -> int | None:
            if value is None or value in numbers:
                return None if value is None else numbers[value]
            return UNKNOWN + unknown.setdefault(value, len(unknown))

        return number

    kinds: dict[str, Type] = {**columns(scheme)["external"], "text": "string"}
    schema = pa.schema([pa.field(name, _arrow_type(kind)) for name, kind in kinds.items()])
    batch = _batch(rows, kinds, schema, leaf)
    return batch, list(unknown)


def rows_from_batch(batch: pa.RecordBatch | pa.Table, config: str, scheme: Scheme) -> Iterator[Row]:
    """The rows of a batch with labels by name: the inverse of `batch_from_rows`."""
    coders = [(name, _coder(kind, _to_name)) for name, kind in columns(scheme)[config].items()]
    for row in batch.to_pylist():
        yield {name: row[name] if code is None else code(row[name]) for name, code in coders}


def row_id(row: Row, config: str) -> str:
    """What names a row within its config: the article's id, or that of the item in it."""
    column = ROW_ID[config]
    return "" if column is None else str(row[column])


def row_digest(row: Row) -> bytes:
    """SHA-256 (32 bytes) of a row's canonical JSON.

    Canonical: columns in schema order, absent as null, labels by name, UTF-8, no white space.
    """
    return hashlib.sha256(msgspec.json.encode(row)).digest()


def logical_digest(digests: Iterable[bytes]) -> str:
    """SHA-256, in hex, of row digests one after another, in row order."""
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(digest)
    return whole.hexdigest()
