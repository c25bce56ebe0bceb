"""What fuzzing starts from: one small text with its entities and relations, and parts of them."""

from __future__ import annotations

import json
from typing import Any

TEXT = "Lida Hinot, envoy of Olm, blamed the Orlem guards.\nOlm’s “old” fort fell on 3 May."


def _entity(type: str, value: str, confidence: float = 1, **more: Any) -> dict[str, Any]:
    begin = TEXT.index(value)
    end = begin + len(value)
    row = {"_id": f"D1-0-{begin}-{end}-{type}", "begin": begin, "end": end, "type": type}
    return row | {"value": value, "documentId": "D1", "confidence": confidence} | more


def _relation(type: str, value: str, source: Any, target: Any, **more: Any) -> dict[str, Any]:
    row = _entity(type, value, 0.9)
    for role, end in (("source", source), ("target", target)):
        row |= {role: end["value"], f"{role}Begin": end["begin"], f"{role}End": end["end"]}
    return row | more


def _lines(rows: list[dict[str, Any]], head: str = "") -> bytes:
    return (head + "".join(f"{json.dumps(row)}\n" for row in rows)).encode()


_ENTITIES = [
    _entity("Person", "Lida Hinot"),
    _entity("Person", "envoy of Olm", 0.7),
    _entity("Organisation", "the Orlem guards"),
    _entity("Location", "Olm"),
    _entity("Nationality", "Olm", 0.4),
    _entity("Temporal", "3 May"),
    _entity("Location", "fort") | {"value": "the fort"},
]
_PERSON, _ENVOY, _GUARDS, *_ = _ENTITIES
_RELATIONS = [
    _relation("IsTheSameAs", "Lida Hinot, envoy", _PERSON, _ENVOY),
    _relation("Dislikes", "blamed", _PERSON, _GUARDS),
    _relation("FightingAgainst", "fell", _GUARDS, _ENVOY, negated=False),
]
_DOCUMENT = {"_id": "D1", "title": "The fort", "sourceName": "Olm Office", "text": TEXT}
_DOCUMENT |= {"sourceUrl": "https://example.org", "createdDate": "2026-03-04T00:00:00.000Z"}

SEEDS = [
    {
        "olm/documents.json": _lines([_DOCUMENT], "\ufeff"),
        "olm/entities.json": _lines(_ENTITIES, "\ufeff\n"),
        "olm/relations.json": _lines(_RELATIONS),
    },
    {
        "olm/documents.json": _lines([_DOCUMENT, _DOCUMENT | {"_id": "D2"}]),
        "olm/entities.json": _lines(_ENTITIES * 2),
        "olm/relations.json": b"",
    },
    {"olm/documents.json": _lines([_DOCUMENT])},
    {"documents.json": _lines([_DOCUMENT]), "entities.json": _lines(_ENTITIES)},
]
