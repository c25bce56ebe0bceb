"""Counts of one article's entities, triggers, arguments, attributions and stances.

Each function takes the gold and the predicted labels of one text. What is paired by overlap is
paired one to one (`dateline.scoring.overlap`), so that no gold item is found twice.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from dateline.derived import Article
from dateline.records import AUTHOR, Attribution, Entity, Event, Stance
from dateline.scheme import Scheme
from dateline.scoring.counts import Cells, Counts, Key, by_label, units
from dateline.scoring.overlap import Ranges, paired, shared_points, size

__all__ = [
    "PARTS",
    "arguments",
    "attributions",
    "entities",
    "events",
    "part_of",
    "place_of",
    "stances",
]

PARTS = ("source", "cue", "content")
"""The parts of an attribution."""

Spanned = TypeVar("Spanned", Entity, Event, Stance)
Typed = TypeVar("Typed", Entity, Event)
Place = tuple[int, int] | str | None


def _ranges(item: Entity | Event | Stance) -> Ranges:
    return ((item.start, item.end),)


def _typed(items: Iterable[Entity | Event]) -> dict[str, list[Hashable]]:
    found: dict[str, list[Hashable]] = {}
    for item in items:
        found.setdefault(item.type, []).append((item.start, item.end))
    return found


def _jaccard(a: Ranges, b: Ranges) -> float:
    both = shared_points(a, b)
    return both / (size(a) + size(b) - both) if both else 0.0


def _closest(
    gold: list[Spanned], predicted: list[Spanned], same: Callable[[Spanned, Spanned], bool]
) -> list[tuple[Spanned, Spanned]]:
    """Items that touch and are the same otherwise, those with most in common first."""

    def score(a: Spanned, b: Spanned) -> float:
        return _jaccard(_ranges(a), _ranges(b)) if same(a, b) else 0.0

    return paired(gold, predicted, _ranges, score)


def _one_type(a: Typed, b: Typed) -> bool:
    return a.type == b.type


def _any(_: Typed, __: Typed) -> bool:
    return True


def _spans(layer: str, gold: list[Typed], predicted: list[Typed]) -> Counts:
    """Spans of a layer without and with their types, and touching ones."""
    where: list[list[Hashable]] = [[(x.start, x.end) for x in side] for side in (gold, predicted)]
    yield Key(layer, "span"), units(*where)
    alike = len(_closest(gold, predicted, _one_type))
    yield Key(layer, "overlap"), Cells(alike, len(predicted), alike, len(gold))
    every = _closest(gold, predicted, _any)
    exact = sum((a.start, a.end) == (b.start, b.end) for a, b in every)
    credit = exact + (len(every) - exact) / 2
    yield Key(layer, "partial"), Cells(credit, len(predicted), credit, len(gold))


def entities(gold: Article, predicted: Article, scheme: Scheme) -> Counts:
    """Mentions.

    ``exact``    span and type (Tjong Kim Sang and De Meulder 2003, CoNLL-2003); for each type too
    ``span``     the span alone
    ``overlap``  touching spans of one type (SemEval-2013 Task 9: Segura-Bedmar et al. 2013, "type")
    ``partial``  touching spans of any type, half the credit where they are not the same ("partial"
                 there)

    ``exact`` of ``names and values`` leaves nominals and pronouns out on both sides: what systems
    for named entities look for.
    """
    yield from by_label("entities", "exact", _typed(gold.entities), _typed(predicted.entities))
    yield from _spans("entities", gold.entities, predicted.entities)
    values = set(scheme.group("entities", "value"))
    named: list[list[Hashable]] = [
        [(e.start, e.end, e.type) for e in side.entities if e.mention == "name" or e.type in values]
        for side in (gold, predicted)
    ]
    yield Key("entities", "exact", part="names and values"), units(*named)


def events(gold: Article, predicted: Article, _: Scheme) -> Counts:
    """Triggers.

    ``span`` is identification, ``exact`` (with the type) classification, as Li, Ji and Huang 2013
    score ACE. ``exact and mode``, ``… polarity``, ``… certainty`` and ``… time`` ask for that value
    besides, so that none is better than ``exact``. ``overlap`` and ``partial`` as for entities.
    """
    yield from by_label("triggers", "exact", _typed(gold.events), _typed(predicted.events))
    yield from _spans("triggers", gold.events, predicted.events)
    for name in ("mode", "polarity", "certainty", "time"):
        sides: list[list[Hashable]] = [
            [(e.start, e.end, e.type, getattr(e, name)) for e in side.events]
            for side in (gold, predicted)
        ]
        yield Key("triggers", f"exact and {name}"), units(*sides)


def place_of(article: Article, ref: str) -> Place:
    """Where the filler of a reference stands; AUTHOR as it is, None for what is not there."""
    if ref == AUTHOR:
        return AUTHOR
    head = article.head(ref)
    return (head[1].start, head[1].end) if head is not None else None


def _fillers(article: Article) -> list[tuple[Event, str, Place]]:
    return [
        (event, argument.role, place_of(article, argument.ref))
        for event in article.events
        for argument in event.arguments
    ]


def arguments(gold: Article, predicted: Article, _: Scheme) -> Counts:
    """Arguments of events, by the span of their filler.

    ``identified`` and ``classified`` (with the role) ask for the event's trigger and type, which is
    stricter than ACE's custom; ``identified anywhere`` and ``classified anywhere`` ask for the
    event's type alone (Li, Ji and Huang 2013: "offsets and event subtype"). In ``classified,
    coreferent`` any mention of the filler's gold cluster will do (Li, Ji and Han 2021, WikiEvents).
    """
    ours, theirs = _fillers(gold), _fillers(predicted)
    measures: dict[str, Callable[[Event, str, Place], Hashable]] = {
        "identified": lambda e, _, at: (e.start, e.end, e.type, at),
        "identified anywhere": lambda e, _, at: (e.type, at),
        "classified anywhere": lambda e, role, at: (e.type, role, at),
    }
    for name, form in measures.items():
        sides = [[form(e, role, at) for e, role, at in side] for side in (ours, theirs)]
        yield Key("arguments", name), units(*sides)
    roles: list[dict[str, list[Hashable]]] = [{}, {}]
    for found, side in zip(roles, (ours, theirs), strict=True):
        for e, role, at in side:
            found.setdefault(role, []).append((e.start, e.end, e.type, at))
    yield from by_label("arguments", "classified", *roles)
    yield Key("arguments", "classified, coreferent"), _coreferent(gold, predicted)


def _coreferent(gold: Article, predicted: Article) -> Cells:
    """Arguments whose filler is, or is named by a mention in, the gold filler's cluster."""
    members: list[Entity | Event] = [*gold.entities, *gold.events]
    cluster: dict[Place, str] = {}
    for item in members:
        if item.cluster is not None:
            cluster.setdefault((item.start, item.end), item.cluster)
    sides: list[list[Hashable]] = [
        [(e.start, e.end, e.type, role, cluster.get(at, at)) for e, role, at in _fillers(side)]
        for side in (gold, predicted)
    ]
    # Two mentions of one thing in one role of one event are one argument.
    return units(*(list(dict.fromkeys(side)) for side in sides))


def part_of(item: Attribution, part: str) -> Ranges:
    """The stretches of a part of an attribution, in order."""
    if part == "content":
        return tuple(sorted((span.start, span.end) for span in item.content))
    span = getattr(item, part)
    return () if span is None else ((span.start, span.end),)


def _tokens(article: Article, ranges: Ranges) -> set[int]:
    found: set[int] = set()
    for start, end in ranges:
        found.update(range(*article.units.tokens_of(start, end)))
    return found


def attributions(gold: Article, predicted: Article, _: Scheme) -> Counts:
    """Attributions, paired by what their parts share: source, cue, content and the whole.

    ``exact`` asks for the same characters of a part, ``tokens`` counts the tokens of the parts of
    paired attributions that are shared (precision over the predicted tokens, recall over the gold
    ones), both as for PARC 3 (Pareti 2016) and PolNeAR (Newell, Margolin and Ruths 2018). An
    attribution without a part counts for nothing there; ``exact`` without label is the whole
    attribution, absent parts included. ``found`` is an attribution that shares its cue, or where
    one side has none its content.
    """
    ours, theirs = gold.attributions, predicted.attributions

    def extent(item: Attribution) -> Ranges:
        spans = [span for part in PARTS for span in part_of(item, part)]
        return ((min(a for a, _ in spans), max(b for _, b in spans)),)

    def score(a: Attribution, b: Attribution) -> float:
        each = {part: _jaccard(part_of(a, part), part_of(b, part)) for part in PARTS}
        same = each["cue"] if a.cue is not None and b.cue is not None else each["content"]
        return sum(each.values()) if same else 0.0

    pairs = paired(ours, theirs, extent, score)
    yield Key("attributions", "found"), Cells(len(pairs), len(theirs), len(pairs), len(ours))
    for part in PARTS:
        given = [(part_of(a, part), part_of(b, part)) for a, b in pairs]
        exact = sum(bool(a) and a == b for a, b in given)
        counts = [sum(bool(part_of(item, part)) for item in side) for side in (theirs, ours)]
        yield Key("attributions", "exact", part), Cells(exact, counts[0], exact, counts[1])
        both = sum(len(_tokens(gold, a) & _tokens(gold, b)) for a, b in given if a and b)
        whole = [
            sum(len(_tokens(gold, part_of(item, part))) for item in side) for side in (theirs, ours)
        ]
        yield Key("attributions", "tokens", part), Cells(both, whole[0], both, whole[1])
    wholes: list[list[Hashable]] = [
        [tuple(part_of(item, part) for part in PARTS) for item in side] for side in (ours, theirs)
    ]
    yield Key("attributions", "exact"), units(*wholes)
    for name in ("quote", "source_form", "source_kind", "polarity"):
        right = sum(getattr(a, name) == getattr(b, name) for a, b in pairs)
        yield Key("attributions", f"found and {name}"), Cells(right, len(theirs), right, len(ours))


def stances(gold: Article, predicted: Article, scheme: Scheme) -> Counts:
    """Stances: found where the expressions touch and the target is the same one.

    ``value`` asks for the value besides, for each value too: the mean over favor and against is
    the official measure of SemEval-2016 Task 6 (Mohammad et al. 2016), over stances that have to be
    found here; on given expressions and targets it is that of the task. ``holder`` asks for the
    holder, or for a mention of the gold holder's cluster, ``exact`` for the expression, target,
    holder and value.
    """
    cluster = {x.id: x.cluster for x in gold.entities if x.cluster is not None}
    named: dict[Place, str] = {
        (x.start, x.end): cluster[x.id] for x in gold.entities if x.id in cluster
    }

    def same(a: Stance, b: Stance) -> bool:
        return place_of(gold, a.target) == place_of(predicted, b.target) is not None

    def holder(article: Article, stance: Stance) -> Place:
        at = place_of(article, stance.holder)
        return named.get(at, at)

    ours, theirs = gold.stances, predicted.stances
    pairs = _closest(ours, theirs, same)
    sizes = len(theirs), len(ours)

    def cells(right: int) -> Cells:
        return Cells(right, sizes[0], right, sizes[1])

    yield Key("stances", "found"), cells(len(pairs))
    held = sum(holder(gold, a) == holder(predicted, b) for a, b in pairs)
    yield Key("stances", "holder"), cells(held)
    right = [a.value for a, b in pairs if a.value == b.value]
    yield Key("stances", "value"), cells(len(right))
    for value in scheme.values("stances", "value"):
        counts = [sum(x.value == value for x in side) for side in (theirs, ours)]
        if any(counts):
            hits = right.count(value)
            yield Key("stances", "value", value), Cells(hits, counts[0], hits, counts[1])
    wholes: list[list[Hashable]] = [
        [(x.start, x.end, place_of(side, x.target), holder(side, x), x.value) for x in side.stances]
        for side in (gold, predicted)
    ]
    yield Key("stances", "exact"), units(*wholes)
