"""The columns of every config, as Arrow and as `datasets` have them.

One small description of types gives the Arrow schema and the `datasets` features; label columns
(`Labels`) are ClassLabels whose names come from the scheme and travel in the Parquet metadata.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dateline.errors import DataError
from dateline.records import GENRES, KINDS, STATUSES, TIERS
from dateline.scheme import Scheme

if TYPE_CHECKING:
    import datasets

__all__ = [
    "ADDED",
    "CONFIGS",
    "ROW_ID",
    "Labels",
    "Row",
    "Type",
    "arrow_schema",
    "arrow_type",
    "bio",
    "columns",
    "feature_types",
    "features",
    "kinds_of",
    "leaves",
    "schema_of",
    "stated_kinds",
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


ADDED = {"provenance": "0.2.0"}
"""Columns that earlier versions do not have, with the first version that has them."""


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
        "provenance": [
            {
                "id": "string",
                "passes": ["string"],
                "decision": "string",
                "reason": "string",
                "by": "string",
                "kind": Labels(KINDS),
                "origin": "string",
                "seconds": "float64",
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


def arrow_type(kind: Type) -> pa.DataType:
    """The Arrow type of a column."""
    if isinstance(kind, Labels):
        return pa.int64()
    if isinstance(kind, list):
        return pa.list_(arrow_type(kind[0]))
    if isinstance(kind, dict):
        return pa.struct([pa.field(name, arrow_type(sub)) for name, sub in kind.items()])
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
    return schema_of(columns(scheme)[config])


def schema_of(kinds: Mapping[str, Type]) -> pa.Schema:
    """The Arrow schema of columns, with the features that `datasets` reads in its metadata."""
    info = {"info": {"features": {name: _feature(kind) for name, kind in kinds.items()}}}
    fields = [pa.field(name, arrow_type(kind)) for name, kind in kinds.items()]
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


def leaves(kinds: Mapping[str, Type], below: str = "") -> Iterator[tuple[str, Type]]:
    """Leaf columns by their Parquet path, with their types."""
    for name, kind in kinds.items():
        path = f"{below}{name}"
        while isinstance(kind, list):
            path, kind = f"{path}.list.element", kind[0]
        if isinstance(kind, dict):
            yield from leaves(kind, f"{path}.")
        else:
            yield path, kind


def kinds_of(schema: pa.Schema) -> dict[str, Type]:
    """The columns of a batch or file with their types, by the features in its own metadata.

    Raises
    ------
    DataError : there are no features, or not those of the columns.
    """
    kinds = stated_kinds(schema)
    if list(kinds) != schema.names:
        raise DataError("Arrow schema", f"features of {schema.names}", f"of {list(kinds)}")
    return kinds


def stated_kinds(schema: pa.Schema) -> dict[str, Type]:
    """The types that a schema's own metadata states, whatever columns there are.

    Raises
    ------
    DataError : there are none that can be read.
    """
    try:
        stated = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return {name: _kind(feature) for name, feature in stated.items()}
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError):
        expected = "the features of every column in the metadata (`huggingface`)"
        raise DataError("Arrow schema", expected, "none that can be read") from None


def _kind(feature: Any) -> Type:
    """The inverse of `_feature`, which also reads the names that lists had in earlier versions."""
    if isinstance(feature, list):
        return [_kind(feature[0])]
    match feature.get("_type"):
        case "ClassLabel":
            return Labels(tuple(map(str, feature["names"])))
        case "List" | "LargeList" | "Sequence":
            return [_kind(feature["feature"])]
        case "Value":
            return str(feature["dtype"])
    return {name: _kind(sub) for name, sub in feature.items()}
