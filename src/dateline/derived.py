"""What follows from a document's spans and is therefore never stored.

Nesting of attributions, the attribution an event is reported in, the one a stance is grounded in,
and what an id refers to.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import msgspec

from dateline.records import (
    ArticleMeta,
    Attribution,
    Cluster,
    Document,
    Entity,
    Event,
    Item,
    Stance,
    item_spans,
    items,
)
from dateline.text import HasSpan, Segmentation, segment

__all__ = ["Article", "grounded_in", "nested_in", "reported_in", "storable"]

Spans = list[tuple[int, int]]


def _content(attribution: Attribution) -> Spans:
    return [(span.start, span.end) for span in attribution.content]


def _inside(inner: Spans, outer: Spans) -> bool:
    for start, end in inner:
        for a, b in outer:
            if a <= start and end <= b:
                break
        else:
            return False
    return True


def _extent(attribution: Attribution) -> Spans:
    return [(span.start, span.end) for _, span in item_spans(attribution)]


def _innermost(candidates: list[Attribution]) -> str | None:
    def size(attribution: Attribution) -> tuple[int, int, str]:
        length = sum(end - start for start, end in _content(attribution))
        return length, len(attribution.id), attribution.id

    return min(candidates, key=size).id if candidates else None


def storable(meta: ArticleMeta, clusters: dict[str, Cluster]) -> dict[str, Cluster]:
    """Clusters as label files may hold them: without names where the words are not ours to give."""
    if meta.tier != "external":
        return clusters
    return {key: msgspec.structs.replace(one, name=None) for key, one in clusters.items()}


def nested_in(doc: Document) -> dict[str, str | None]:
    """Each attribution's innermost outer one: that whose content holds all its spans.

    Two that hold each other (same content, no source or cue) are nested in neither.
    """
    known = [(item, _extent(item), _content(item)) for item in doc.attributions]
    result: dict[str, str | None] = {}
    for inner, spans, content in known:
        outer = [
            other
            for other, extent, held in known
            if _inside(spans, held) and other is not inner and not _inside(extent, content)
        ]
        result[inner.id] = _innermost(outer)
    return result


def reported_in(doc: Document) -> dict[str, str | None]:
    """Each event's innermost attribution that has the trigger in its content."""
    known = [(item, _content(item)) for item in doc.attributions]
    return {
        event.id: _innermost([a for a, held in known if _inside([(event.start, event.end)], held)])
        for event in doc.events
    }


def grounded_in(doc: Document) -> dict[str, str | None]:
    """Each stance's innermost attribution that has the expression in its content or cue."""
    known = [
        (item, _content(item), [] if item.cue is None else [(item.cue.start, item.cue.end)])
        for item in doc.attributions
    ]
    result: dict[str, str | None] = {}
    for stance in doc.stances:
        spans = [(stance.start, stance.end)]
        result[stance.id] = _innermost(
            [a for a, held, cue in known if _inside(spans, held) or _inside(spans, cue)]
        )
    return result


@dataclass(frozen=True)
class Article:
    """An article with all its layers. `text` is None where only the labels are at hand."""

    meta: ArticleMeta
    text: str | None
    labels: Document

    @property
    def doc_id(self) -> str:
        return self.meta.doc_id

    @property
    def entities(self) -> list[Entity]:
        return self.labels.entities

    @property
    def events(self) -> list[Event]:
        return self.labels.events

    @property
    def attributions(self) -> list[Attribution]:
        return self.labels.attributions

    @property
    def stances(self) -> list[Stance]:
        return self.labels.stances

    @property
    def clusters(self) -> dict[str, Cluster]:
        return self.labels.clusters

    @cached_property
    def units(self) -> Segmentation:
        """Sentences and tokens; an article without text has none."""
        return segment(self.text or "")

    @cached_property
    def by_id(self) -> dict[str, Item]:
        """The items of all layers by their ids."""
        return {item.id: item for _, _, item in items(self.labels)}

    @cached_property
    def nested_in(self) -> dict[str, str | None]:
        return nested_in(self.labels)

    @cached_property
    def reported_in(self) -> dict[str, str | None]:
        return reported_in(self.labels)

    @cached_property
    def grounded_in(self) -> dict[str, str | None]:
        return grounded_in(self.labels)

    def surface(self, span: HasSpan) -> str | None:
        """The words of a span, or None without a text."""
        return None if self.text is None else self.text[span.start : span.end]

    def head(self, ref: str) -> tuple[str, HasSpan] | None:
        """(layer, span) of what an id points at; an attribution is shown by its first fragment."""
        item = self.by_id.get(ref)
        if isinstance(item, Entity):
            return "entity", item
        if isinstance(item, Event):
            return "event", item
        if isinstance(item, Attribution):
            return "attribution", item.content[0]
        return None
