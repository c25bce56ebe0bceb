"""The rows of every config from an article: pure functions, labels by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from dateline.derived import Article
from dateline.documents import (
    attribution_fields,
    document_row,
    event_fields,
    external_row,
    stance_fields,
)
from dateline.records import (
    Entity,
    Event,
    Span,
    item_spans,
)
from dateline.scheme import Scheme
from dateline.tables import Row
from dateline.text import HasSpan, Segmentation

__all__ = ["VIEWS", "flat_mentions", "pointed_row", "tokens_row", "without_overlaps", "worded_row"]


def worded_row(article: Article, span: HasSpan | None) -> Row | None:
    """A span with its words; None where there is none."""
    if span is None:
        return None
    return {"start": span.start, "end": span.end, "text": article.surface(span)}


def _linked(article: Article, cluster: str | None) -> Row:
    found = article.clusters.get(cluster or "")
    return {"cluster": cluster, "kb": found.kb if found else None}


def pointed_row(article: Article, ref: str) -> Row:
    """What an id points at: its words, type (ATTRIBUTION has no types), cluster and kb."""
    item = article.by_id.get(ref)
    head = article.head(ref)
    kind = (
        item.type if isinstance(item, Entity | Event) else None if item is None else "ATTRIBUTION"
    )
    cluster = item.cluster if isinstance(item, Entity | Event) else None
    words = worded_row(article, head[1]) if head else {"start": None, "end": None, "text": None}
    return {"ref": ref, **(words or {}), "type": kind, **_linked(article, cluster)}


def tokens_row(article: Article, first: int, last: int) -> Row:
    """The tokens of a range, with their places in the article."""
    spans = article.units.tokens[first:last]
    text = article.text or ""
    return {
        "tokens": [text[a:b] for a, b in spans],
        "token_starts": [a for a, _ in spans],
        "token_ends": [b for _, b in spans],
    }


def flat_mentions(article: Article, scheme: Scheme) -> dict[str, int]:
    """The names and values that BIO tags can show, by id, with their first token."""
    values = set(scheme.group("entities", "value"))
    shown = [e for e in article.entities if e.mention == "name" or e.type in values]
    return without_overlaps({e.id: e for e in shown}, article.units, set())


def without_overlaps(
    spans: Mapping[str, HasSpan], units: Segmentation, taken: set[int]
) -> dict[str, int]:
    """The spans that share no token, by id, with their first token.

    Of two that share one the longest stands, then the earlier, then the lower id. `taken` are the
    tokens that are none of theirs; those of the spans are added.
    """
    order = sorted(spans, key=lambda k: (spans[k].start - spans[k].end, spans[k].start, len(k), k))
    kept: dict[str, int] = {}
    for key in order:
        first, last = units.tokens_of(spans[key].start, spans[key].end)
        covered = range(first, last)
        if taken.isdisjoint(covered):
            taken.update(covered)
            kept[key] = first
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
                    **(worded_row(article, entity) or {}),
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
            **(worded_row(article, Span(start, end)) or {}),
            **tokens_row(article, low, high),
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
            pointed = pointed_row(article, argument.ref)
            inside = start <= pointed["start"] < end
            arguments.append({"role": argument.role, **pointed, "in_sentence": inside})
        yield {
            "doc_id": article.doc_id,
            "event_id": event.id,
            "status": article.labels.status,
            "sentence_id": sentence,
            "sentence": worded_row(article, Span(start, end)),
            "trigger": {
                **(worded_row(article, event) or {}),
                "token_start": first,
                "token_end": last,
            },
            **event_fields(event),
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
            "context": worded_row(article, Span(start, end)),
            "expression": worded_row(article, stance),
            "holder": pointed_row(article, stance.holder),
            "target": pointed_row(article, stance.target),
            **stance_fields(stance),
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
            **(worded_row(article, Span(start, end)) or {}),
            **tokens_row(article, low, high),
            "tags": tags,
            "source": None
            if source is None
            else {
                **(worded_row(article, source) or {}),
                "refs": [pointed_row(article, ref) for ref in source.refs],
            },
            "cue": worded_row(article, attribution.cue),
            "content": [worded_row(article, span) for span in attribution.content],
            **attribution_fields(attribution),
            "nested_in": article.nested_in[attribution.id],
            "depth": _depth(article, attribution.id),
        }


def _depth(article: Article, key: str) -> int:
    depth, outer = 0, article.nested_in[key]
    while outer is not None:
        depth, outer = depth + 1, article.nested_in[outer]
    return depth


VIEWS: dict[str, Callable[[Article, Scheme], Iterator[Row]]] = {
    "documents": lambda article, _: iter([document_row(article)]),
    "entities": entity_rows,
    "events": event_rows,
    "stance": stance_rows,
    "attribution": attribution_rows,
    "external": lambda article, _: iter([external_row(article)]),
}
