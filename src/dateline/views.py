"""The rows of every config from an article: pure functions, labels by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

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
    Source,
    Span,
    Stance,
    item_spans,
)
from dateline.scheme import Scheme
from dateline.text import HasSpan

__all__ = ["VIEWS", "article_from_row", "flat_mentions"]

Row = dict[str, Any]


def _span(span: HasSpan | None) -> Row | None:
    return None if span is None else {"start": span.start, "end": span.end}


def _worded(article: Article, span: HasSpan | None) -> Row | None:
    if span is None:
        return None
    return {"start": span.start, "end": span.end, "text": article.surface(span)}


def _linked(article: Article, cluster: str | None) -> Row:
    found = article.clusters.get(cluster or "")
    return {"cluster": cluster, "kb": found.kb if found else None}


def _pointed(article: Article, ref: str) -> Row:
    """What an id points at: its words, type (ATTRIBUTION has no types), cluster and kb."""
    item = article.by_id.get(ref)
    head = article.head(ref)
    kind = (
        item.type if isinstance(item, Entity | Event) else None if item is None else "ATTRIBUTION"
    )
    cluster = item.cluster if isinstance(item, Entity | Event) else None
    words = _worded(article, head[1]) if head else {"start": None, "end": None, "text": None}
    return {"ref": ref, **(words or {}), "type": kind, **_linked(article, cluster)}


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
                **_event(e),
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
                **_attribution(a),
                "nested_in": article.nested_in[a.id],
            }
            for a in article.attributions
        ],
        "stances": [
            {
                "id": s.id,
                "holder": s.holder,
                "target": s.target,
                **_stance(s),
                "start": s.start,
                "end": s.end,
                "grounded_in": article.grounded_in[s.id],
            }
            for s in article.stances
        ],
    }


def _event(event: Event) -> Row:
    return {
        "type": event.type,
        "mode": event.mode,
        "polarity": event.polarity,
        "certainty": event.certainty,
        "time": event.time,
    }


def _attribution(attribution: Attribution) -> Row:
    return {
        "quote": attribution.quote,
        "source_form": attribution.source_form,
        "source_kind": attribution.source_kind,
        "polarity": attribution.polarity,
    }


def _stance(stance: Stance) -> Row:
    return {"value": stance.value, "attitude": stance.attitude, "explicit": stance.explicit}


def _tokens(article: Article, first: int, last: int) -> Row:
    spans = article.units.tokens[first:last]
    text = article.text or ""
    return {
        "tokens": [text[a:b] for a, b in spans],
        "token_starts": [a for a, _ in spans],
        "token_ends": [b for _, b in spans],
    }


def document_rows(article: Article, scheme: Scheme) -> Iterator[Row]:
    """One row: text, sentences and all layers nested."""
    sentences = [{"start": a, "end": b} for a, b in article.units.sentences]
    yield {**_meta(article), "text": article.text, "sentences": sentences, **_layers(article)}


def external_rows(article: Article, scheme: Scheme) -> Iterator[Row]:
    """One row of stand-off labels, without a word of the text."""
    yield {**_meta(article), **_layers(article)}


def flat_mentions(article: Article, scheme: Scheme) -> dict[str, int]:
    """The names and values that BIO tags can show, by id, with their first token.

    Where two share a token the longest wins, then the earlier, then the lower id.
    """
    values = set(scheme.group("entities", "value"))
    candidates = [e for e in article.entities if e.mention == "name" or e.type in values]
    candidates.sort(key=lambda e: (e.start - e.end, e.start, len(e.id), e.id))
    taken: set[int] = set()
    kept: dict[str, int] = {}
    for entity in candidates:
        first, last = article.units.tokens_of(entity.start, entity.end)
        covered = range(first, last)
        if taken.isdisjoint(covered):
            taken.update(covered)
            kept[entity.id] = first
    return kept


def entity_rows(article: Article, scheme: Scheme) -> Iterator[Row]:
    """A row a sentence: tokens, BIO tags of names and values, all mentions as spans."""
    units = article.units
    flat = flat_mentions(article, scheme)
    by_sentence: dict[int, list[Entity]] = {}
    for entity in article.entities:
        by_sentence.setdefault(units.sentence_of(entity.start), []).append(entity)
    for number, (start, end) in enumerate(units.sentences):
        low, high = units.sentence_tokens(number)
        tags = ["O"] * (high - low)
        mentions = []
        for entity in by_sentence.get(number, []):
            _, first, last = units.in_sentence(entity.start, entity.end)
            shown = entity.id in flat
            if shown:
                for token in range(first, last):
                    tags[token] = f"{'B' if token == first else 'I'}-{entity.type}"
            mentions.append(
                {
                    "id": entity.id,
                    **(_worded(article, entity) or {}),
                    "token_start": first,
                    "token_end": last,
                    "type": entity.type,
                    "mention": entity.mention,
                    "sector": entity.sector,
                    **_linked(article, entity.cluster),
                    "in_tags": shown,
                }
            )
        yield {
            "doc_id": article.doc_id,
            "sentence_id": number,
            "status": article.labels.status,
            **(_worded(article, Span(start, end)) or {}),
            **_tokens(article, low, high),
            "tags": tags,
            "mentions": mentions,
        }


def event_rows(article: Article, scheme: Scheme) -> Iterator[Row]:
    """A row an event: its sentence, trigger, attributes and arguments."""
    units = article.units
    quads = {name: label.group for name, label in scheme.layers["events"].labels.items()}
    for event in article.events:
        sentence, first, last = units.in_sentence(event.start, event.end)
        start, end = units.sentences[sentence]
        arguments = []
        for argument in event.arguments:
            pointed = _pointed(article, argument.ref)
            inside = start <= pointed["start"] < end
            arguments.append({"role": argument.role, **pointed, "in_sentence": inside})
        yield {
            "doc_id": article.doc_id,
            "event_id": event.id,
            "status": article.labels.status,
            "sentence_id": sentence,
            "sentence": _worded(article, Span(start, end)),
            "trigger": {
                **(_worded(article, event) or {}),
                "token_start": first,
                "token_end": last,
            },
            **_event(event),
            "quad": quads[event.type],
            **_linked(article, event.cluster),
            "reported_in": article.reported_in[event.id],
            "arguments": arguments,
        }


def stance_rows(article: Article, scheme: Scheme) -> Iterator[Row]:
    """A row a stance: who (AUTHOR has no words of its own) holds what to what, in its sentence."""
    units = article.units
    for stance in article.stances:
        start, _ = units.sentences[units.sentence_of(stance.start)]
        _, end = units.sentences[units.sentence_of(max(stance.start, stance.end - 1))]
        yield {
            "doc_id": article.doc_id,
            "stance_id": stance.id,
            "status": article.labels.status,
            "context": _worded(article, Span(start, end)),
            "expression": _worded(article, stance),
            "holder": _pointed(article, stance.holder),
            "target": _pointed(article, stance.target),
            **_stance(stance),
            "grounded_in": article.grounded_in[stance.id],
        }


def attribution_rows(article: Article, scheme: Scheme) -> Iterator[Row]:
    """A row an attribution: the sentences it touches with BIO tags of source, cue and content."""
    units = article.units
    for attribution in article.attributions:
        spans = [span for _, span in item_spans(attribution)]
        first = units.sentence_of(min(span.start for span in spans))
        last = units.sentence_of(max(span.end for span in spans) - 1)
        start, end = units.sentences[first][0], units.sentences[last][1]
        low, high = units.sentence_tokens(first)[0], units.sentence_tokens(last)[1]
        tags = ["O"] * (high - low)
        parts: list[tuple[str, HasSpan]] = [("CONTENT", span) for span in attribution.content]
        if attribution.source is not None:
            parts.append(("SOURCE", attribution.source))
        if attribution.cue is not None:
            parts.append(("CUE", attribution.cue))
        for label, span in parts:
            a, b = units.tokens_of(span.start, span.end)
            for token in range(a, b):
                tags[token - low] = f"{'B' if token == a else 'I'}-{label}"
        source = attribution.source
        yield {
            "doc_id": article.doc_id,
            "attribution_id": attribution.id,
            "status": article.labels.status,
            "first_sentence": first,
            "last_sentence": last,
            **(_worded(article, Span(start, end)) or {}),
            **_tokens(article, low, high),
            "tags": tags,
            "source": None
            if source is None
            else {
                **(_worded(article, source) or {}),
                "refs": [_pointed(article, ref) for ref in source.refs],
            },
            "cue": _worded(article, attribution.cue),
            "content": [_worded(article, span) for span in attribution.content],
            **_attribution(attribution),
            "nested_in": article.nested_in[attribution.id],
            "depth": _depth(article, attribution.id),
        }


def _depth(article: Article, key: str) -> int:
    depth, outer = 0, article.nested_in[key]
    while outer is not None:
        depth, outer = depth + 1, article.nested_in[outer]
    return depth


VIEWS: dict[str, Callable[[Article, Scheme], Iterator[Row]]] = {
    "documents": document_rows,
    "entities": entity_rows,
    "events": event_rows,
    "stance": stance_rows,
    "attribution": attribution_rows,
    "external": external_rows,
}


def article_from_row(row: Row) -> Article:
    """The article that a row of `documents` or `external` (labels by name) was made from.

    What is not released (provenance, foreign, guidelines) is not in it.
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
    )
    return Article(meta, row.get("text"), labels)
