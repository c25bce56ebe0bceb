"""What follows from a document's spans and is therefore never stored.

Nesting of attributions, the attribution an event is reported in, the one a stance is grounded in,
and what an id refers to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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

__all__ = ["Article", "Spans", "grounded_in", "holding", "nested_in", "reported_in", "storable"]

Spans = list[tuple[int, int]]


def _content(attribution: Attribution) -> Spans:
    return [(span.start, span.end) for span in attribution.content]


def _content_and_cue(attribution: Attribution) -> Spans:
    cue = attribution.cue
    return _content(attribution) + ([] if cue is None else [(cue.start, cue.end)])


def _extent(attribution: Attribution) -> Spans:
    return [(span.start, span.end) for _, span in item_spans(attribution)]


def _held(
    items: Sequence[Event | Stance],
    by: Sequence[Attribution],
    spans: Callable[[Attribution], Spans],
) -> dict[str, str | None]:
    around = holding([[(item.start, item.end)] for item in items], map(spans, by))
    return {
        item.id: _innermost([by[at] for at in each])
        for item, each in zip(items, around, strict=True)
    }


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


def holding(places: Sequence[Spans], holders: Iterable[Spans]) -> list[list[int]]:
    """For each place the numbers of the holders that have each of its spans within one of theirs.

    A place without spans is held by none. Time grows with what lies around each place, not with all
    pairs.
    """
    asked = [(*span, number) for number, spans in enumerate(places) for span in spans]
    offered = [(*span, number) for number, spans in enumerate(holders) for span in spans]
    found: dict[int, set[int]] = {}
    begun: list[tuple[int, int, int]] = []
    offered.sort(reverse=True)
    for start, end, place in sorted(asked):
        while offered and offered[-1][0] <= start:
            begun.append(offered.pop())
        begun = [one for one in begun if one[1] >= start]
        around = {holder for _, last, holder in begun if end <= last}
        found[place] = found[place] & around if place in found else around
    return [sorted(found.get(number, ())) for number in range(len(places))]


def nested_in(doc: Document) -> dict[str, str | None]:
    """Each attribution's innermost outer one: that whose content holds all its spans.

    Two that hold each other (same content, no source or cue) are nested in neither.
    """
    known = doc.attributions
    extents = [_extent(item) for item in known]
    around = [set(one) for one in holding(extents, map(_content, known))]
    return {
        inner.id: _innermost([known[at] for at in outer if number not in around[at]])
        for number, (inner, outer) in enumerate(zip(known, around, strict=True))
    }


def reported_in(doc: Document) -> dict[str, str | None]:
    """Each event's innermost attribution that has the trigger in its content."""
    return _held(doc.events, doc.attributions, _content)


def grounded_in(doc: Document) -> dict[str, str | None]:
    """Each stance's innermost attribution that has the expression in its content or cue."""
    return _held(doc.stances, doc.attributions, _content_and_cue)


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
