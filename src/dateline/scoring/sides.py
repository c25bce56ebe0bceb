"""The gold and the predicted labels of one text, as the units that are right or wrong."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import cached_property

import msgspec

from dateline.derived import Article
from dateline.records import AUTHOR, Attribution, Entity, Event, Item
from dateline.scoring.counts import matches
from dateline.scoring.overlap import Ranges, extent, joined

__all__ = [
    "MAIN",
    "NOWHERE",
    "PARTS",
    "Place",
    "Sides",
    "Span",
    "Unit",
    "clustered",
    "part_of",
    "whole_of",
]

PARTS = ("source", "cue", "content")
"""The parts of an attribution."""

MAIN = {
    "entities": "exact",
    "triggers": "exact",
    "arguments": "classified",
    "attributions": "exact",
    "stances": "exact",
}
"""The measure of each layer in which a unit is right or wrong as a whole."""

Span = tuple[int, int]
Place = tuple[str, int, int]
"""Layer and span of what a reference points at; an attribution stands where its content begins."""

_AUTHOR: Place = (AUTHOR, -1, -1)
NOWHERE: tuple[Place, Place] = (("nothing in gold", -1, -1), ("nothing predicted", -1, -1))
"""Where a reference to nothing points, which is never the same on the two sides."""


class Unit(msgspec.Struct, frozen=True, gc=False):
    """What is right or wrong as a whole: what has to be the same, its label, where it stands."""

    key: Hashable
    label: str
    span: Span
    item: Item


def part_of(item: Attribution, part: str) -> Ranges:
    """The stretches of a part of an attribution, in order; () for an absent one."""
    if part == "content":
        return joined([(span.start, span.end) for span in item.content])
    span = item.source if part == "source" else item.cue
    return () if span is None else ((span.start, span.end),)


def whole_of(item: Attribution) -> tuple[Ranges, ...]:
    """Source, cue and content of an attribution."""
    return part_of(item, "source"), part_of(item, "cue"), part_of(item, "content")


def clustered(items: Iterable[Entity | Event]) -> dict[Span, str]:
    """The cluster of each span that has one.

    A span that stands in several (two events on one word) is in that whose spans come first, so
    that neither the order of items nor the names of clusters matter.
    """
    found: dict[Span, str] = {}
    twice = False
    listed = [((x.start, x.end), x.cluster) for x in items if x.cluster is not None]
    for span, cluster in listed:
        twice = twice or found.setdefault(span, cluster) != cluster
    if not twice:
        return found
    spans: dict[str, set[Span]] = {}
    for span, cluster in listed:
        spans.setdefault(cluster, set()).add(span)
    found = {}
    for cluster, each in sorted(spans.items(), key=lambda pair: sorted(pair[1])):
        for span in each:
            found.setdefault(span, cluster)
    return found


class Sides:
    """Gold and predicted labels of one text, with what several measures ask of them.

    Each property is a pair, the gold side first. `predicted` is over the gold article's text.
    """

    def __init__(self, gold: Article, predicted: Article) -> None:
        self.gold = gold
        self.predicted = predicted

    @property
    def both(self) -> tuple[Article, Article]:
        """The two articles."""
        return self.gold, self.predicted

    @cached_property
    def places(self) -> tuple[dict[str, Place], dict[str, Place]]:
        """Where each id stands."""
        return _places(self.gold), _places(self.predicted)

    def place(self, side: int, ref: str) -> Place:
        """Where a reference of a side points."""
        return self.places[side].get(ref, NOWHERE[side])

    @cached_property
    def clustered(self) -> dict[str, tuple[dict[Span, str], dict[Span, str]]]:
        """The cluster of each span that has one, for `entities` and for `events`."""
        gold, predicted = self.both
        return {
            "entities": (clustered(gold.entities), clustered(predicted.entities)),
            "events": (clustered(gold.events), clustered(predicted.events)),
        }

    @cached_property
    def clusters(self) -> dict[Place, str]:
        """The gold cluster of each place that has one."""
        return {
            (layer, *span): cluster
            for layer, name in (("entity", "entities"), ("event", "events"))
            for span, cluster in self.clustered[name][0].items()
        }

    @cached_property
    def fillers(self) -> tuple[list[tuple[Event, str, Place]], list[tuple[Event, str, Place]]]:
        """Each argument of each event: the event, the role, where the filler stands."""
        first, second = (
            [(e, a.role, places.get(a.ref, nowhere)) for e in article.events for a in e.arguments]
            for article, places, nowhere in zip(self.both, self.places, NOWHERE, strict=True)
        )
        return first, second

    @cached_property
    def wholes(self) -> tuple[dict[str, tuple[Ranges, ...]], dict[str, tuple[Ranges, ...]]]:
        """Source, cue and content of each attribution by its id."""
        first, second = ({a.id: whole_of(a) for a in side.attributions} for side in self.both)
        return first, second

    @cached_property
    def units(self) -> dict[str, tuple[list[Unit], list[Unit]]]:
        """The units of each layer's main measure."""
        each = [self._units(side) for side in (0, 1)]
        return {layer: (each[0][layer], each[1][layer]) for layer in MAIN}

    @cached_property
    def right(self) -> dict[str, tuple[list[bool], list[bool]]]:
        """Whether each unit has its like on the other side."""
        found = {}
        for layer, (ours, theirs) in self.units.items():
            found[layer] = matches([unit.key for unit in ours], [unit.key for unit in theirs])
        return found

    def wrong(self, layer: str) -> tuple[list[Unit], list[Unit]]:
        """The units that are not on the other side."""
        first, second = (
            [unit for unit, right in zip(units, flags, strict=True) if not right]
            for units, flags in zip(self.units[layer], self.right[layer], strict=True)
        )
        return first, second

    def holder(self, side: int, ref: str) -> Hashable:
        """Who holds a stance: the gold cluster of the place, else the place."""
        place = self.place(side, ref)
        return self.clusters.get(place, place)

    def _units(self, side: int) -> dict[str, list[Unit]]:
        article, wholes = self.both[side], self.wholes[side]
        places, nowhere = self.places[side], NOWHERE[side]
        found: dict[str, list[Unit]] = {
            "entities": list(map(_typed, article.entities)),
            "triggers": list(map(_typed, article.events)),
            "arguments": [
                Unit((e.start, e.end, e.type, role, at), role, (e.start, e.end), e)
                for e, role, at in self.fillers[side]
            ],
            "attributions": [
                Unit(wholes[x.id], "", _extent(wholes[x.id]), x) for x in article.attributions
            ],
            "stances": [
                Unit(
                    (
                        x.start,
                        x.end,
                        places.get(x.target, nowhere),
                        self.holder(side, x.holder),
                        x.value,
                    ),
                    x.value,
                    (x.start, x.end),
                    x,
                )
                for x in article.stances
            ],
        }
        for layer in ("entities", "attributions"):
            if len({unit.key for unit in found[layer]}) < len(found[layer]):
                # Which of two copies is the right one must not hang on the order of the items.
                found[layer].sort(key=_tie)
        return found


def _typed(item: Entity | Event) -> Unit:
    span = item.start, item.end
    return Unit((*span, item.type), item.type, span, item)


def _tie(unit: Unit) -> tuple[Span, str]:
    item = unit.item
    more = item.mention if isinstance(item, Entity) else getattr(item, "quote", None)
    return unit.span, str(more)


def _extent(whole: tuple[Ranges, ...]) -> Span:
    each = [extent(ranges) for ranges in whole if ranges]
    return min(start for start, _ in each), max(end for _, end in each)


def _places(article: Article) -> dict[str, Place]:
    found: dict[str, Place] = {x.id: ("entity", x.start, x.end) for x in article.entities}
    found |= {x.id: ("event", x.start, x.end) for x in article.events}
    for item in article.attributions:
        start, end = min((span.start, span.end) for span in item.content)
        found[item.id] = ("attribution", start, end)
    found[AUTHOR] = _AUTHOR
    return found
