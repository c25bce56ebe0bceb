"""Which item of one document is which item of another: labels of the same text, paired.

Items pair by their spans, best pairs first and each item once; references pair by what they point
at. Every comparison of two sets of labels (agreement, adjudication) begins here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from dateline.records import (
    AUTHOR,
    Attribution,
    Document,
    Entity,
    Event,
    Item,
    Stance,
)
from dateline.text import HasSpan

__all__ = [
    "Match",
    "Pairing",
    "Spans",
    "fields",
    "jaccard",
    "overlap",
    "pair",
    "same_span",
    "spans",
]

Spans = list[tuple[int, int]]
ItemType = TypeVar("ItemType", Entity, Event, Attribution, Stance)
Score = tuple[float, ...]


def overlap(a: HasSpan, b: HasSpan) -> int:
    """The number of code points that two spans share."""
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def same_span(a: HasSpan | None, b: HasSpan | None) -> bool:
    """Whether two spans are the same (or both absent)."""
    if a is None or b is None:
        return a is b
    return (a.start, a.end) == (b.start, b.end)


def spans(found: Iterable[HasSpan | None]) -> Spans:
    """Spans as plain pairs, without the absent ones."""
    return [(span.start, span.end) for span in found if span is not None]


def jaccard(a: Spans, b: Spans) -> float:
    """Shared code points to all code points of two sets of spans that do not overlap in a set."""
    shared = sum(max(0, min(x[1], y[1]) - max(x[0], y[0])) for x in a for y in b)
    total = sum(e - s for s, e in a) + sum(e - s for s, e in b) - shared
    return shared / total if total else 0.0


def fields(item: Item, refer: Callable[[str], Any]) -> dict[str, Any]:
    """The fields that an item and its partner can differ in, references through `refer`.

    An event's type and mode are one field, since a mode belongs to its type. `refs` are in the
    order given, without those that `refer` does not know (None). Arguments and clusters are apart.
    """
    if isinstance(item, Entity):
        extent = (item.start, item.end)
        return {"extent": extent, "type": item.type, "mention": item.mention, "sector": item.sector}
    if isinstance(item, Event):
        return {
            "extent": (item.start, item.end),
            "type": (item.type, item.mode),
            "polarity": item.polarity,
            "certainty": item.certainty,
            "time": item.time,
        }
    if isinstance(item, Attribution):
        source, cue = item.source, item.cue
        refs = () if source is None else map(refer, source.refs)
        return {
            "source": None if source is None else (source.start, source.end),
            "refs": tuple(dict.fromkeys(ref for ref in refs if ref is not None)),
            "cue": None if cue is None else (cue.start, cue.end),
            "content": tuple((span.start, span.end) for span in item.content),
            "quote": item.quote,
            "source_form": item.source_form,
            "source_kind": item.source_kind,
            "polarity": item.polarity,
        }
    return {
        "extent": (item.start, item.end),
        "holder": AUTHOR if item.holder == AUTHOR else refer(item.holder),
        "target": refer(item.target),
        "value": item.value,
        "attitude": item.attitude,
        "explicit": item.explicit,
    }


@dataclass(frozen=True)
class Pairing(Generic[ItemType]):
    """The items of a layer: pairs, and what only one side has."""

    pairs: list[tuple[ItemType, ItemType]]
    left: list[ItemType]
    right: list[ItemType]


def pair(
    left: Sequence[ItemType],
    right: Sequence[ItemType],
    score: Callable[[ItemType, ItemType], Score | None],
) -> Pairing[ItemType]:
    """Pair items one to one: the highest score first, ties in the order given.

    `score` is None where two items cannot be the same one.
    """
    found = []
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            value = score(a, b)
            if value is not None:
                found.append((tuple(-part for part in value), i, j))
    found.sort()
    of_left: dict[int, int] = {}
    of_right: dict[int, int] = {}
    for _, i, j in found:
        if i not in of_left and j not in of_right:
            of_left[i] = j
            of_right[j] = i
    return Pairing(
        [(left[i], right[of_left[i]]) for i in sorted(of_left)],
        [item for i, item in enumerate(left) if i not in of_left],
        [item for j, item in enumerate(right) if j not in of_right],
    )


def _spanned(a: HasSpan, b: HasSpan) -> tuple[float, float] | None:
    """(same span, Jaccard) of two spans that touch; None where they do not."""
    if not overlap(a, b):
        return None
    return float(same_span(a, b)), jaccard(spans([a]), spans([b]))


def _entities(a: Entity, b: Entity) -> Score | None:
    """One mention: the same span, or touching ones of one type and kind (a name is no nominal)."""
    spanned = _spanned(a, b)
    alike = (a.type, a.mention) == (b.type, b.mention)
    if spanned is None or not (spanned[0] or alike):
        return None
    return (spanned[0], a.type == b.type, spanned[1])


def _attributions(a: Attribution, b: Attribution) -> Score | None:
    """One attribution: cues that touch, or contents half shared where one has no cue."""
    content = jaccard(spans(a.content), spans(b.content))
    if a.cue is not None and b.cue is not None:
        cue = jaccard(spans([a.cue]), spans([b.cue]))
        if not cue:
            return None
    else:
        cue = float(a.cue is b.cue)
        if content < 0.5:
            return None
    source = jaccard(spans([a.source]), spans([b.source]))
    return (cue + content + source,)


@dataclass(frozen=True)
class Match:
    """Two documents of one text with their items paired, layer by layer.

    Entities pair by the same span, else by touching spans of one type and kind; events by touching
    triggers, then type, mode and shared arguments (two casualties on one word are told apart by
    these); attributions by cue, content and source; stances by touching expressions, then target
    and holder. `known` pairs, left id to right id, hold before any other.
    """

    left: Document
    right: Document
    known: Mapping[str, str] = field(default_factory=dict)
    _twins: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._twins.update(self.known)

    @cached_property
    def entities(self) -> Pairing[Entity]:
        return self._paired(self.left.entities, self.right.entities, _entities)

    @cached_property
    def events(self) -> Pairing[Event]:
        self.entities  # noqa: B018  (arguments are compared through their mentions)

        def score(a: Event, b: Event) -> Score | None:
            spanned = _spanned(a, b)
            if spanned is None:
                return None
            fillers = {(x.role, self._twins.get(x.ref)) for x in a.arguments}
            shared = len(fillers & {(y.role, y.ref) for y in b.arguments})
            return (spanned[0], a.type == b.type, a.mode == b.mode, shared, spanned[1])

        return self._paired(self.left.events, self.right.events, score)

    @cached_property
    def attributions(self) -> Pairing[Attribution]:
        return self._paired(self.left.attributions, self.right.attributions, _attributions)

    @cached_property
    def stances(self) -> Pairing[Stance]:
        def score(a: Stance, b: Stance) -> Score | None:
            spanned = _spanned(a, b)
            if spanned is None:
                return None
            target, holder = self.same(a.target, b.target), self.same(a.holder, b.holder)
            return (target + holder, spanned[0], a.value == b.value, spanned[1])

        return self._paired(self.left.stances, self.right.stances, score)

    def _paired(
        self,
        left: Sequence[ItemType],
        right: Sequence[ItemType],
        score: Callable[[ItemType, ItemType], Score | None],
    ) -> Pairing[ItemType]:
        """The known pairs of a layer, then the rest by their scores; noted for later layers."""
        of_right = {item.id: item for item in right}
        known = {a.id: b for a in left if (b := of_right.get(self.known.get(a.id, ""))) is not None}
        taken = {b.id for b in known.values()}
        rest = pair(
            [a for a in left if a.id not in known], [b for b in right if b.id not in taken], score
        )
        found = {a.id: b for a, b in rest.pairs} | known
        self._twins.update({key: b.id for key, b in found.items()})
        return Pairing([(a, found[a.id]) for a in left if a.id in found], rest.left, rest.right)

    @cached_property
    def twins(self) -> dict[str, str]:
        """Ids of the left document's items to those of their partners, all layers."""
        for layer in (self.entities, self.events, self.attributions, self.stances):
            assert layer is not None
        return self._twins

    @cached_property
    def _pointed(self) -> dict[str, str]:
        """Twins of what a reference can point at."""
        for layer in (self.entities, self.events, self.attributions):
            assert layer is not None
        return self._twins

    def same(self, left: str, right: str) -> bool:
        """Whether two references point at the same item: partners, or AUTHOR twice."""
        if AUTHOR in (left, right):
            return left == right
        return self._pointed.get(left) == right

    @cached_property
    def clusters(self) -> dict[str, str]:
        """Left clusters to right ones: those that share most paired members, one to one."""
        of_right = _cluster_of(self.right)
        shared: Counter[tuple[str, str]] = Counter()
        for item, cluster in _cluster_of(self.left).items():
            other = of_right.get(self.twins.get(item, ""))
            if other is not None:
                shared[cluster, other] += 1
        found: dict[str, str] = {}
        for (a, b), _ in sorted(shared.items(), key=lambda x: (-x[1], x[0])):
            if a not in found and b not in found.values():
                found[a] = b
        return found

    def coreferent(self, left: str, right: str) -> bool:
        """Whether two references point at the same item, or at mentions of the same thing."""
        if self.same(left, right):
            return True
        of_left, of_right = _cluster_of(self.left), _cluster_of(self.right)
        cluster = self.clusters.get(of_left.get(left, ""))
        return cluster is not None and cluster == of_right.get(right)


def _cluster_of(doc: Document) -> dict[str, str]:
    members: list[Item] = [*doc.entities, *doc.events]
    return {
        item.id: item.cluster
        for item in members
        if isinstance(item, Entity | Event) and item.cluster is not None
    }
