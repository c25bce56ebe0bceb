"""`document.schema.json`: JSON Schema of the stored documents, with the scheme's labels in it."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from dateline.records import Document
from dateline.scheme import Scheme

__all__ = ["document_schema"]


def document_schema(scheme: Scheme) -> str:
    """The schema (draft 2020-12) as JSON text.

    It knows labels, attribute values and which go with which type; that references resolve and
    spans lie in the text is beyond JSON Schema, and for `dateline validate`.
    """
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Dateline document, scheme {scheme.version}",
        **msgspec.json.schema(Document),
    }
    defs = schema["$defs"]
    for record in defs.values():
        record["description"] = " ".join(record.get("description", "").split())
    defs["Document"]["properties"]["scheme"] = {"const": scheme.version}
    defs["Document"]["properties"]["text_sha256"]["pattern"] = "^[0-9a-f]{64}$"
    defs["Document"]["properties"]["doc_id"]["pattern"] = "^[a-z0-9][a-z0-9-]{0,79}$"
    defs["Document"]["properties"]["clusters"]["propertyNames"] = {"pattern": "^C[1-9][0-9]*$"}
    roles = scheme.roles()
    defs["Argument"]["properties"]["role"]["enum"] = roles
    for span in ("Span", "Source", "Entity", "Event", "Stance"):
        for edge in ("start", "end"):
            defs[span]["properties"][edge]["minimum"] = 0
    kinds = {
        "entities": "Entity",
        "events": "Event",
        "attributions": "Attribution",
        "stances": "Stance",
    }
    for layer, kind in kinds.items():
        found = scheme.layers[layer]
        properties = defs[kind]["properties"]
        properties["id"]["pattern"] = f"^{found.prefix}[1-9][0-9]{{0,6}}$"
        if "type" in properties:
            properties["type"]["enum"] = scheme.labels(layer)
        for name, attribute in found.attributes.items():
            properties[name] = {
                "description": " ".join(attribute.definition.split()),
                "enum": scheme.values(layer, name),
            }
        conditions = list(_conditions(scheme, layer))
        if conditions:
            defs[kind]["allOf"] = conditions
    defs["Attribution"]["properties"]["content"]["minItems"] = 1
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _conditions(scheme: Scheme, layer: str) -> list[dict[str, Any]]:
    """What a type requires or forbids: its modes, and the attributes that only some types have."""
    found = []
    for name, attribute in scheme.layers[layer].attributes.items():
        if "*" not in attribute.only:
            where = {"properties": {"type": {"enum": attribute.only}}}
            branch: dict[str, Any] = {"if": where, "else": {"not": {"required": [name]}}}
            if attribute.required:
                branch["then"] = {"required": [name]}
            found.append(branch)
    for kind, label in scheme.layers[layer].labels.items():
        if label.modes:
            found.append(
                {
                    "if": {"properties": {"type": {"const": kind}}},
                    "then": {"properties": {"mode": {"enum": list(label.modes)}}},
                }
            )
    return found
