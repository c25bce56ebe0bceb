"""An article as one row with all its layers, and back: what `documents` and `external` hold."""

from __future__ import annotations

import msgspec

from dateline.derived import Article
from dateline.records import (
    Annotator,
    Argument,
    ArticleMeta,
    Attribution,
    Cluster,
    Document,
    Entity,
    Event,
    Provenance,
    Source,
    Span,
    Stance,
)
from dateline.tables import Row
from dateline.text import HasSpan

__all__ = [
    "article_from_row",
    "attribution_fields",
    "document_row",
    "event_fields",
    "external_row",
    "stance_fields",
]


def _span(span: HasSpan | None) -> Row | None:
    return None if span is None else {"start": span.start, "end": span.end}


def _meta(article: Article) -> Row:
    meta, labels = article.meta, article.labels
    return {
        "doc_id": meta.doc_id,
        "tier": meta.tier,
        "title": meta.title,
        "outlet": meta.outlet,
        "published": meta.published,
        "genre": meta.genre,
        "storyline": meta.storyline,
        "language": meta.language,
        "author": meta.author,
        "source": meta.source,
        "licence": meta.licence,
        "text_sha256": meta.text_sha256,
        "scheme": labels.scheme,
        "status": labels.status,
        "annotator": {"id": labels.annotator.id, "kind": labels.annotator.kind},
    }


def _layers(article: Article) -> Row:
    return {
        "entities": [
            {
                "id": e.id,
                "start": e.start,
                "end": e.end,
                "type": e.type,
                "mention": e.mention,
                "sector": e.sector,
                "cluster": e.cluster,
            }
            for e in article.entities
        ],
        "clusters": [{"id": k, "name": c.name, "kb": c.kb} for k, c in article.clusters.items()],
        "events": [
            {
                "id": e.id,
                "start": e.start,
                "end": e.end,
                **event_fields(e),
                "cluster": e.cluster,
                "arguments": [{"role": a.role, "ref": a.ref} for a in e.arguments],
                "reported_in": article.reported_in[e.id],
            }
            for e in article.events
        ],
        "attributions": [
            {
                "id": a.id,
                "source": None
                if a.source is None
                else {**(_span(a.source) or {}), "refs": a.source.refs},
                "cue": _span(a.cue),
                "content": [_span(span) for span in a.content],
                **attribution_fields(a),
                "nested_in": article.nested_in[a.id],
            }
            for a in article.attributions
        ],
        "stances": [
            {
                "id": s.id,
                "holder": s.holder,
                "target": s.target,
                **stance_fields(s),
                "start": s.start,
                "end": s.end,
                "grounded_in": article.grounded_in[s.id],
            }
            for s in article.stances
        ],
        "provenance": [
            {
                "id": key,
                "passes": found.passes,
                "decision": found.decision,
                "reason": found.reason,
                "by": found.by,
                "kind": found.kind,
                "origin": found.origin,
                "seconds": found.seconds,
            }
            for key, found in article.labels.provenance.items()
        ],
    }


def event_fields(event: Event) -> Row:
    """An event's type and attributes."""
    return {
        "type": event.type,
        "mode": event.mode,
        "polarity": event.polarity,
        "certainty": event.certainty,
        "time": event.time,
    }


def attribution_fields(attribution: Attribution) -> Row:
    """An attribution's attributes."""
    return {
        "quote": attribution.quote,
        "source_form": attribution.source_form,
        "source_kind": attribution.source_kind,
        "polarity": attribution.polarity,
    }


def stance_fields(stance: Stance) -> Row:
    """A stance's attributes."""
    return {"value": stance.value, "attitude": stance.attitude, "explicit": stance.explicit}


def document_row(article: Article) -> Row:
    """Text, sentences and all layers nested."""
    sentences = [{"start": a, "end": b} for a, b in article.units.sentences]
    return {**_meta(article), "text": article.text, "sentences": sentences, **_layers(article)}


def external_row(article: Article) -> Row:
    """Stand-off labels, without a word of the text."""
    return {**_meta(article), **_layers(article)}


def article_from_row(row: Row) -> Article:
    """The article that a row of `documents` or `external` (labels by name) was made from.

    What is not released (foreign, guidelines) is not in it; provenance is from 0.2.0 on.
    """
    meta = msgspec.convert(
        {name: row[name] for name in ArticleMeta.__struct_fields__}, ArticleMeta, strict=True
    )
    labels = Document(
        doc_id=row["doc_id"],
        scheme=row["scheme"],
        text_sha256=row["text_sha256"],
        annotator=Annotator(**row["annotator"]),
        status=row["status"],
        entities=[Entity(**e) for e in row["entities"]],
        clusters={c["id"]: Cluster(name=c["name"], kb=c["kb"]) for c in row["clusters"]},
        events=[
            Event(
                **{k: v for k, v in e.items() if k not in ("arguments", "reported_in")},
                arguments=[Argument(**a) for a in e["arguments"]],
            )
            for e in row["events"]
        ],
        attributions=[
            Attribution(
                id=a["id"],
                source=None if a["source"] is None else Source(**a["source"]),
                cue=None if a["cue"] is None else Span(**a["cue"]),
                content=[Span(**span) for span in a["content"]],
                quote=a["quote"],
                source_form=a["source_form"],
                source_kind=a["source_kind"],
                polarity=a["polarity"],
            )
            for a in row["attributions"]
        ],
        stances=[
            Stance(**{k: v for k, v in s.items() if k != "grounded_in"}) for s in row["stances"]
        ],
        provenance={
            p["id"]: Provenance(**{k: v for k, v in p.items() if k != "id"})
            for p in row.get("provenance", ())
        },
    )
    return Article(meta, row.get("text"), labels)
