"""A minimal reader of the re3d corpus, for measuring: entities, and likes as stances."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dateline.derived import Article
from dateline.formats.standoff import RELATION, SPAN, StandOff
from dateline.records import (
    Annotator,
    Argument,
    ArticleMeta,
    Document,
    Entity,
    Foreign,
    Span,
    Stance,
    in_order,
)
from dateline.scheme import Scheme
from dateline.text import digest, normalise

TYPES = {
    "Organisation": "ORG",
    "Person": "PERSON",
    "Location": "LOC",
    "Nationality": "NORP",
    "Weapon": "WEAPON",
    "MilitaryPlatform": "VEHICLE",
    "Vehicle": "VEHICLE",
    "Event": "EVENT",
    "DocumentReference": "LAW",
    "Temporal": "DATE",
    "Quantity": "CARDINAL",
    "Money": "MONEY",
    "Frequency": "DATE",
    "Coordinate": "QUANTITY",
    "CommsIdentifier": "LAW",
}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        if line.strip():
            yield json.loads(line)


def read_re3d(folder: Path, scheme: Scheme) -> list[Article]:
    """The articles of every part of re3d below `folder`, faults and all."""
    values = set(scheme.group("entities", "value"))
    articles = []
    for documents in sorted(folder.glob("*/documents.json")):
        texts = {d["_id"]: d["text"] for d in _lines(documents)}
        entities: dict[str, list[dict[str, Any]]] = {}
        for found in _lines(documents.with_name("entities.json")):
            entities.setdefault(found["documentId"], []).append(found)
        relations: dict[str, list[dict[str, Any]]] = {}
        for found in _lines(documents.with_name("relations.json")):
            if found["type"] in ("Likes", "Dislikes"):
                relations.setdefault(found["documentId"], []).append(found)
        for key, text in texts.items():
            articles.append(
                _article(key, text, entities.get(key, []), relations.get(key, []), values)
            )
    return articles


def _article(
    key: str, raw: str, found: list[dict[str, Any]], related: list[dict[str, Any]], values: set[str]
) -> Article:
    text = normalise(raw.encode(), key)
    entities, by_span = [], {}
    for number, entity in enumerate(found, 1):
        kind = TYPES[entity["type"]]
        item = Entity(
            id=f"T{number}",
            start=entity["begin"],
            end=entity["end"],
            type=kind,
            mention=None if kind in values else "name",
        )
        entities.append(item)
        by_span[(item.start, item.end)] = item.id
    stances = []
    for number, relation in enumerate(related, 1):
        ends = [
            by_span.get((relation[f"{e}Begin"], relation[f"{e}End"])) for e in ("source", "target")
        ]
        if all(ends):
            stances.append(
                Stance(
                    id=f"S{number}",
                    holder=str(ends[0]),
                    target=str(ends[1]),
                    value="favor" if relation["type"] == "Likes" else "against",
                    attitude="sentiment",
                    explicit="yes",
                    start=relation["begin"],
                    end=relation["end"],
                )
            )
    doc_id = f"re3d-{key.lower()}"
    meta = ArticleMeta(
        doc_id=doc_id,
        tier="open",
        published="2016-01-01",
        language="en",
        licence="see the corpus",
        text_sha256=digest(text),
    )
    labels = Document(
        doc_id=doc_id,
        scheme="1.0",
        text_sha256=meta.text_sha256,
        annotator=Annotator("re3d", "human"),
        status="silver",
        entities=entities,
        clusters={},
        events=[],
        attributions=[],
        stances=stances,
    )
    return Article(meta, text, in_order(labels))


def spans_and_links(folder: Path) -> list[StandOff]:
    """The texts of re3d with its entities and relations under their own names, and no more."""
    found = []
    for documents in sorted(folder.glob("*/documents.json")):
        marks: dict[str, list[Foreign]] = {d["_id"]: [] for d in _lines(documents)}
        ids: dict[tuple[str, int, int], str] = {}
        for number, one in enumerate(_lines(documents.with_name("entities.json")), 1):
            key, start, end = one["documentId"], one["begin"], one["end"]
            ids[key, start, end] = f"T{number}"
            marks[key].append(Foreign(f"T{number}", SPAN, one["type"], [Span(start, end)]))
        for number, one in enumerate(_lines(documents.with_name("relations.json")), 1):
            key = one["documentId"]
            ends = [ids.get((key, one[f"{e}Begin"], one[f"{e}End"])) for e in ("source", "target")]
            args = [Argument(f"Arg{i}", ref) for i, ref in enumerate(ends, 1) if ref]
            if len(set(args)) == 2:
                marks[key].append(Foreign(f"R{number}", RELATION, one["type"], [], args))
        for one in _lines(documents):
            text = normalise(one["text"].encode(), one["_id"])
            found.append(StandOff(doc_id=one["_id"].lower(), text=text, marks=marks[one["_id"]]))
    return found
