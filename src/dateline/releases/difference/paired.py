"""Both states of an article with their labels paired, and how a change is told of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from dateline.derived import Article
from dateline.matching import Match
from dateline.records import (
    Attribution,
    Cluster,
    Entity,
    Event,
    Item,
    Provenance,
    Span,
    item_spans,
)
from dateline.releases.difference.aligning import Alignment
from dateline.releases.difference.changes import Change, Place
from dateline.releases.difference.identical import identical
from dateline.text import HasSpan

__all__ = [
    "Gone",
    "Paired",
    "anchor",
    "members_of",
    "named",
    "place_of",
    "sentence_of",
    "shown",
    "span_of",
    "type_of",
]

Gone = Mapping[tuple[str, int, int], Provenance]
"""Decisions by which labels went out: by layer, start and end in the later text."""


def shown(article: Article) -> Article:
    """The article without words that are not ours to give."""
    if article.meta.tier == "open":
        return article
    clusters = {key: Cluster(kb=cluster.kb) for key, cluster in article.clusters.items()}
    labels = msgspec.structs.replace(article.labels, clusters=clusters)
    return Article(msgspec.structs.replace(article.meta, title=None), None, labels)


def anchor(item: Item) -> HasSpan:
    """The span that says where an item is: of an attribution its cue, or else its content."""
    if isinstance(item, Attribution):
        return item.cue or (item.content[0] if item.content else Span(0, 0))
    return item


def type_of(item: Item) -> str:
    """An item's type; ATTRIBUTION or STANCE where the layer has none."""
    return item.type if isinstance(item, Entity | Event) else type(item).__name__.upper()


def span_of(article: Article, span: HasSpan | None) -> dict[str, Any] | None:
    """A span with its words, as plain data."""
    if span is None:
        return None
    return {"start": span.start, "end": span.end, "words": article.surface(span)}


def place_of(article: Article, item: Item) -> Place:
    """An item as a change names it."""
    at = anchor(item)
    words = article.surface(at)
    return Place(id=item.id, type=type_of(item), start=at.start, end=at.end, words=words)


def named(article: Article, ref: str) -> dict[str, Any]:
    """What a reference points at, by its words and id."""
    item = article.by_id.get(ref)
    return {"id": ref, "words": article.surface(anchor(item)) if item is not None else None}


def members_of(article: Article, key: str) -> list[Entity | Event]:
    """The items of a cluster, in the order of the text."""
    found: list[Entity | Event] = [*article.entities, *article.events]
    return sorted((x for x in found if x.cluster == key), key=lambda x: (x.start, -x.end))


def sentence_of(
    article: Article, spans: Sequence[HasSpan]
) -> tuple[str | None, list[tuple[int, int]]]:
    """The sentence in which the first span starts, and the spans within it."""
    if article.text is None or not spans or not article.units.sentences:
        return None, []
    low, high = article.units.sentences[article.units.sentence_of(spans[0].start)]
    marks = {
        (span.start - low, min(span.end, high) - low) for span in spans if low <= span.start < high
    }
    return article.text[low:high], sorted(marks)


class Paired:
    """Both states of an article; later labels are laid onto the earlier text, and then paired.

    `alignment` is None where the text is the same, or not at hand on a side.
    """

    def __init__(self, before: Article, after: Article, gone: Callable[[], Gone]) -> None:
        self.before = before
        self.after = after
        self._gone = gone
        self.same_text = before.meta.text_sha256 == after.meta.text_sha256
        self.alignment = None
        if before.text is not None and after.text is not None:
            self.same_text = before.text == after.text
            if not self.same_text:
                self.alignment = Alignment(before.text, after.text)
        later = after.labels
        if self.alignment is not None:
            later = self.alignment.earlier(later)
        self.match = Match(before.labels, later, known=identical(before.labels, later))

    @cached_property
    def clusters(self) -> dict[str, str]:
        """Earlier clusters to later ones: by shared members, else by the same link and name."""
        found = dict(self.match.clusters)
        free = {k: c for k, c in self.after.clusters.items() if k not in found.values()}
        for key, cluster in self.before.clusters.items():
            if key not in found and (cluster.name or cluster.kb):
                other = next((k for k, theirs in free.items() if theirs == cluster), None)
                if other is not None:
                    found[key] = other
                    del free[other]
        return found

    def change(self, layer: str, kind: str, **more: Any) -> Change:
        return Change(doc_id=self.after.doc_id, layer=layer, kind=kind, **more)

    def of_item(
        self,
        layer: str,
        kind: str,
        old: Item | None,
        new: Item | None,
        *,
        traced: str | None = None,
        **more: Any,
    ) -> Change:
        """A change of an item. `traced` is what its reason is looked up by, if not the item."""
        article, item = (self.before, old) if new is None else (self.after, new)
        assert item is not None
        parts = [span for _, span in item_spans(item)]
        of_text = self.after if self.same_text else article  # cut into sentences once
        sentence, marks = sentence_of(of_text, [anchor(item), *parts])
        return self.change(
            layer,
            kind,
            was=None if old is None else place_of(self.before, old),
            now=None if new is None else place_of(self.after, new),
            sentence=sentence,
            marks=marks,
            **more,
            **(
                self._went(layer, item)
                if new is None
                else self.reason(traced or new.id, kind, more.get("field"))
            ),
        )

    def reason(self, key: str | None, kind: str, field: str | None) -> dict[str, Any]:
        """The decision that the later side's provenance has on a change of an item or cluster.

        A decision on another field of the item is none on this one.
        """
        found = self.after.labels.provenance.get(key or "")
        about = {"mode": {"type"}, "kb": {"kb"}, "cluster": {"same"}}.get(field or "", {field})
        if kind == "added":
            about = {"presence", "same", "kb"}
        if found is None or found.decision is None:
            return {}
        subjects = {part.split(": ")[0] for part in found.decision.split("; ") if ": " in part}
        stays = kind == "added" and not subjects
        return _reason(found) if stays or subjects & about else {}

    def _went(self, layer: str, item: Item) -> dict[str, Any]:
        """The decision by which a label went out, by its place."""
        at = anchor(item)
        return _reason(self.gone.get((layer, at.start, at.end)))

    @cached_property
    def gone(self) -> Gone:
        """The decisions by which labels went out, by places in the earlier text."""
        found = self._gone()
        if self.alignment is None:
            return found
        span = self.alignment.span
        return {(layer, *span(Span(s, e))): x for (layer, s, e), x in found.items()}


def _reason(found: Provenance | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {
        "decision": found.decision,
        "reason": found.reason,
        "by": found.by,
        "by_kind": found.kind,
    }
