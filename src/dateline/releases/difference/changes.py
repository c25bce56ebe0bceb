"""What a difference between two versions is made of, and how it is counted.

A change says what an item was and what it is now, in plain values that JSON can hold. `from` and
`to` are a value of the field, a span `{"start", "end", "words"}`, or what a reference points at,
`{"id", "words"}`. Words of external articles are never given.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from dateline.records import Kind
from dateline.releases.difference.schemas import SchemaChange

__all__ = [
    "KINDS",
    "LAYERS",
    "ArticleChange",
    "Change",
    "Place",
    "SideInfo",
    "Summary",
    "Tally",
]

LAYERS = ("articles", "entities", "events", "attributions", "stances", "clusters")

KINDS = {
    "added": "only the later side has it",
    "withdrawn": "an article that the later side has no more",
    "removed": "a label or cluster that the later side has no more",
    "text": "an article has other words",
    "moved": "an article is in another split; a label has another extent",
    "retyped": "an entity or event has another type",
    "changed": "another value of the field that is named",
    "linked": "a cluster has another id in the knowledge base",
    "argument-added": "an event has one more argument",
    "argument-removed": "an event has one argument less",
    "role-changed": "an argument has another role",
    "reference-changed": "refs, holder or target point at something else",
    "joined": "a mention or trigger came into a cluster",
    "left": "a mention or trigger is in no cluster any more",
    "regrouped": "a mention or trigger went from one cluster to another",
    "uncompared": "the text is another one and not at hand: only the numbers of labels are known",
}
"""All kinds of change, with what they mean."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An item on one side. `type` is ATTRIBUTION or STANCE where a layer has no types."""

    id: str
    type: str
    start: int | None = None
    end: int | None = None
    words: str | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True, rename={"before": "from", "after": "to"}):
    """One difference in one article.

    `was` and `now` are the item on either side (the event of an argument, the mention that joined).
    `sentence` is the one in which it starts, on the later side where the item is there, and `marks`
    its spans within. `decision`, `reason`, `by` and `by_kind` are those of the later side's
    provenance, where it has one on this difference.
    """

    doc_id: str
    layer: str
    kind: str
    field: str | None = None
    before: Any = None
    after: Any = None
    was: Place | None = None
    now: Place | None = None
    sentence: str | None = None
    marks: list[tuple[int, int]] = []
    decision: str | None = None
    reason: str | None = None
    by: str | None = None
    by_kind: Kind | None = None

    @property
    def counted(self) -> str:
        """What the change is counted under: the item's type; of an article its split or field."""
        place = self.now or self.was
        if place is not None:
            return place.type
        if self.kind in ("added", "withdrawn"):
            return str(self.after or self.before)
        if self.layer == "articles":
            return f"{self.before} → {self.after}" if self.kind == "moved" else str(self.field)
        return self.layer


class ArticleChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is different in one article; `kind` is added, withdrawn, changed or same.

    `had` and `has` count its labels by layer on either side. `renumbered` counts items with another
    id, `shifted` those that only went along with a changed text, `retraced` those whose provenance
    alone is another; none of these is a change. `same`: nothing but these.
    """

    doc_id: str
    kind: str
    title: str | None = None
    outlet: str | None = None
    split: str | None = None
    had: dict[str, int] = {}
    has: dict[str, int] = {}
    renumbered: int = 0
    shifted: int = 0
    retraced: int = 0
    changes: list[Change] = []


class SideInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One side: the name it was called by, what it is (tree, build, release, copy), its versions.

    `digest` is the SHA-256 of a manifest. What a copy does not say is None.
    """

    name: str
    what: str
    version: str | None = None
    digest: str | None = None
    scheme: str | None = None
    sentences: str | None = None
    tokens: str | None = None


Counts = dict[str, dict[str, dict[str, int]]]
"""Changes by layer, kind, and what they are counted under (`Change.counted`)."""


class Summary(msgspec.Struct, kw_only=True, rename={"before": "from", "after": "to"}):
    """A difference in figures: what a changelog and the rule of versions are made from.

    `articles` counts added, withdrawn, moved, text, changed (labels or metadata, without the ones
    before), same. `labels` counts by layer those that came with added articles and went with
    withdrawn ones; they are not in `counts`. `fields` counts by layer and field.
    """

    before: SideInfo
    after: SideInfo
    articles: dict[str, int]
    labels: dict[str, dict[str, int]]
    counts: Counts
    fields: dict[str, dict[str, int]]
    renumbered: int = 0
    shifted: int = 0
    retraced: int = 0
    schema: list[SchemaChange] = []
    notes: list[str] = []

    @property
    def empty(self) -> bool:
        """Whether nothing differs by meaning: no article, no label, no column."""
        return not self.counts and not self.schema

    def total(self, layer: str, *kinds: str) -> int:
        """Changes of a layer; of some kinds, or of all."""
        found = self.counts.get(layer, {})
        return sum(sum(found[kind].values()) for kind in kinds or found if kind in found)


_ARTICLE_KINDS: tuple[str, ...] = ("added", "withdrawn", "moved", "text")


class Tally:
    """Counts changes as they pass; holds nothing of the articles."""

    def __init__(self) -> None:
        self.articles: Counter[str] = Counter()
        self.labels: dict[str, Counter[str]] = {"added": Counter(), "withdrawn": Counter()}
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.fields: Counter[tuple[str, str]] = Counter()
        self.moves: Counter[str] = Counter()

    def same(self) -> None:
        """Count an article in which nothing differs."""
        self.articles["same"] += 1

    def add(self, article: ArticleChange) -> None:
        for change in article.changes:
            self.counts[change.layer, change.kind, change.counted] += 1
            if change.field is not None:
                self.fields[change.layer, change.field] += 1
        kinds = {change.kind for change in article.changes if change.layer == "articles"}
        counted = [kind for kind in _ARTICLE_KINDS if kind in kinds]
        self.articles.update(counted or [article.kind])
        if article.kind in self.labels:
            self.labels[article.kind].update(article.had)
            self.labels[article.kind].update(article.has)
        for name in ("renumbered", "shifted", "retraced"):
            self.moves[name] += getattr(article, name)

    def summary(
        self, before: SideInfo, after: SideInfo, schema: list[SchemaChange], notes: list[str]
    ) -> Summary:
        """The figures so far, in a fixed order: layers as in the scheme, kinds as in KINDS."""
        order = (list(LAYERS), list(KINDS))
        counts: Counts = {}
        for (layer, kind, counted), count in sorted(
            self.counts.items(),
            key=lambda x: (order[0].index(x[0][0]), order[1].index(x[0][1]), -x[1], x[0][2]),
        ):
            counts.setdefault(layer, {}).setdefault(kind, {})[counted] = count
        fields: dict[str, dict[str, int]] = {}
        for (layer, name), count in sorted(
            self.fields.items(), key=lambda x: (order[0].index(x[0][0]), -x[1], x[0][1])
        ):
            fields.setdefault(layer, {})[name] = count
        names = (*_ARTICLE_KINDS, "changed", "same")
        return Summary(
            before=before,
            after=after,
            articles={name: self.articles[name] for name in names},
            labels={
                kind: {layer: found[layer] for layer in LAYERS if layer in found}
                for kind, found in self.labels.items()
            },
            counts=counts,
            fields=fields,
            schema=schema,
            notes=notes,
            **{name: self.moves[name] for name in ("renumbered", "shifted", "retraced")},
        )
