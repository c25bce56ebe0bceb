"""Writing the quoted form."""

from __future__ import annotations

from typing import Any

from dateline.quoting import placed, quote
from dateline.records import Document
from dateline.text import HasSpan, segment

__all__ = ["to_quoted"]


def to_quoted(doc: Document, text: str) -> str:
    """The quoted form of a document: what `from_quoted` reads back to the same labels.

    Provenance and foreign items have no place in it.
    """
    units = segment(text)

    def place(span: HasSpan) -> str:
        return placed(text, units, span)

    def options(item: Any, *names: str) -> str:
        pairs = ((name, getattr(item, name)) for name in names)
        return "".join(f" {name}={value}" for name, value in pairs if value is not None)

    lines = [f"doc {doc.doc_id}", f"annotator {doc.annotator.id} {doc.annotator.kind}"]
    lines.append(f"status {doc.status}")
    if doc.guidelines:
        lines.append(f"guidelines {doc.guidelines}")
    for key, cluster in doc.clusters.items():
        name = f" {quote(cluster.name)}" if cluster.name is not None else ""
        lines.append(f"cluster {key}{name}{options(cluster, 'kb')}")
    for entity in doc.entities:
        more = options(entity, "mention", "sector", "cluster")
        lines.append(f"entity {entity.id} {place(entity)} {entity.type}{more}")
    for event in doc.events:
        more = options(event, "mode", "polarity", "certainty", "time", "cluster")
        roles = "".join(f" {a.role}={a.ref}" for a in event.arguments)
        lines.append(f"event {event.id} {place(event)} {event.type}{more}{roles}")
    for item in doc.attributions:
        parts = ""
        if item.source is not None:
            refs = f" refs={','.join(item.source.refs)}" if item.source.refs else ""
            parts += f" source={place(item.source)}{refs}"
        if item.cue is not None:
            parts += f" cue={place(item.cue)}"
        content = " + ".join(place(span) for span in item.content)
        more = options(item, "quote", "source_form", "source_kind", "polarity")
        lines.append(f"attribution {item.id}{parts} content={content}{more}")
    for stance in doc.stances:
        more = options(stance, "holder", "target", "value", "attitude", "explicit")
        lines.append(f"stance {stance.id} {place(stance)}{more}")
    return "\n".join(lines) + "\n"
