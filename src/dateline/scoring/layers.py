"""Counts of one article's entities, triggers, arguments, attributions and stances.

Each function takes the gold and the predicted labels of one text. What is paired by overlap is
paired one to one (`dateline.scoring.overlap`), so that no gold item is found twice.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from dateline.records import Attribution, Event, Stance
from dateline.scheme import Scheme
from dateline.scoring.counts import Cells, Counts, Key, matches, units
from dateline.scoring.overlap import Ranges, extent, jaccard, paired, shared_points, size
from dateline.scoring.sides import MAIN, PARTS, Place, Sides
from dateline.text import Segmentation

__all__ = ["NAMED", "arguments", "attributions", "entities", "stances", "triggers"]

NAMED = "names and values"
"""The part of the data that systems for named entities look for."""

_LABEL = attrgetter("label")
Item = TypeVar("Item")
Score = tuple[float, ...] | None
Whole = tuple[Ranges, ...]
Form = tuple[Whole, tuple[str, ...]]
"""The parts of an attribution, and its values."""
Told = tuple[Stance, Place, Hashable]
"""A stance, where its target stands, who holds it."""


def _labelled(sides: Sides, layer: str) -> Counts:
    """The main measure of a layer: for each label, and for all together."""
    sums: dict[str, list[int]] = {}
    for at, each, flags in zip((2, 0), sides.units[layer], sides.right[layer], strict=True):
        told = Counter(zip(map(_LABEL, each), flags, strict=True))
        for (label, right), count in told.items():
            cells = sums.setdefault(label, [0, 0, 0, 0])
            cells[at] += count * right
            cells[at + 1] += count
    measure = MAIN[layer]
    for label, cells in sums.items():
        if label:
            yield Key(layer, measure, label), Cells(*cells)
    totals = [sum(column) for column in zip(*sums.values(), strict=True)] or [0, 0, 0, 0]
    yield Key(layer, measure), Cells(*totals)


def _same(count: float, gold: Sequence[object], predicted: Sequence[object]) -> Cells:
    return Cells(count, len(predicted), count, len(gold))


def _extent(item: Any) -> tuple[int, int]:
    return item.start, item.end


def _ranges(item: Any) -> Ranges:
    return ((item.start, item.end),)


def _typed(item: Any) -> Hashable:
    return item.start, item.end, item.type


def _apart(
    gold: Sequence[Item], predicted: Sequence[Item], key: Callable[[Item], Hashable]
) -> tuple[list[Item], list[Item], list[Item]]:
    """The gold items that are on both sides by `key`, and the items of each side that are not.

    The same ones are each other's best partner, so that only the others have to be paired.
    """
    here, there = matches(list(map(key, gold)), list(map(key, predicted)))
    return (
        list(itertools.compress(gold, here)),
        [item for item, same in zip(gold, here, strict=True) if not same],
        [item for item, same in zip(predicted, there, strict=True) if not same],
    )


def _spans(layer: str, sides: Sides) -> Counts:
    """Spans of a layer without and with their types, and touching ones."""
    gold, predicted = ([unit.item for unit in side] for side in sides.units[layer])

    def alike(a: Any, b: Any) -> Score:
        return (jaccard(_ranges(a), _ranges(b)),) if a.type == b.type else None

    def touching(a: Any, b: Any) -> Score:
        return (jaccard(_ranges(a), _ranges(b)),)

    ours, theirs = (
        [item for item, right in zip(side, flags, strict=True) if not right]
        for side, flags in zip((gold, predicted), sides.right[layer], strict=True)
    )
    pairs = paired(ours, theirs, _extent, alike, _typed)
    found = sum(sides.right[layer][0]) + len(pairs)
    yield Key(layer, "overlap"), _same(found, gold, predicted)
    same, ours, theirs = _apart(gold, predicted, _extent)
    yield Key(layer, "span"), _same(len(same), gold, predicted)
    pairs = paired(ours, theirs, _extent, touching, _extent)
    yield Key(layer, "partial"), _same(len(same) + len(pairs) / 2, gold, predicted)


def entities(sides: Sides, _: Scheme) -> Counts:
    """Mentions.

    ``exact``    span and type (Tjong Kim Sang and De Meulder 2003, CoNLL-2003); for each type too
    ``span``     the span alone
    ``overlap``  touching spans of one type (SemEval-2013 Task 9: Segura-Bedmar et al. 2013, "type")
    ``partial``  touching spans of any type, half the credit where they are not the same ("partial"
                 there)

    Touching spans are paired one to one, those with most in common (Jaccard) first. ``exact`` of
    ``names and values`` leaves out on each side what that side calls nominal or pronoun: what
    systems for named entities look for.
    """
    yield from _labelled(sides, "entities")
    yield from _spans("entities", sides)
    named: list[list[Hashable]] = [
        [_typed(e) for e in side.entities if e.mention not in ("nominal", "pronoun")]
        for side in sides.both
    ]
    yield Key("entities", "exact", part=NAMED), units(*named)


def triggers(sides: Sides, _: Scheme) -> Counts:
    """Triggers.

    ``span`` is identification, ``exact`` (with the type) classification, as Li, Ji and Huang 2013
    score ACE. ``exact and mode``, ``… polarity``, ``… certainty`` and ``… time`` ask for that value
    besides, so that none is better than ``exact``. ``overlap`` and ``partial`` as for entities.
    """
    yield from _labelled(sides, "triggers")
    yield from _spans("triggers", sides)
    for name in ("mode", "polarity", "certainty", "time"):
        each: list[list[Hashable]] = [
            [(e.start, e.end, e.type, getattr(e, name)) for e in side.events] for side in sides.both
        ]
        yield Key("triggers", f"exact and {name}"), units(*each)


def arguments(sides: Sides, _: Scheme) -> Counts:
    """Arguments of events, by the layer and the span of their filler.

    ``identified`` and ``classified`` (with the role) ask for the event's trigger and type, which is
    stricter than ACE's custom; ``identified anywhere`` and ``classified anywhere`` ask for the
    event's type alone (Li, Ji and Huang 2013: "offsets and event subtype"). In ``classified,
    coreferent`` any mention of the filler's gold cluster will do (Li, Ji and Han 2021, WikiEvents):
    two mentions of one thing in one role of one event are one argument there.
    """
    ours, theirs = sides.fillers
    forms: dict[str, Callable[[Event, str, Place], Hashable]] = {
        "identified": lambda e, _, at: (e.start, e.end, e.type, at),
        "identified anywhere": lambda e, _, at: (e.type, at),
        "classified anywhere": lambda e, role, at: (e.type, role, at),
    }
    yield from _labelled(sides, "arguments")
    for name, form in forms.items():
        each = [[form(e, role, at) for e, role, at in side] for side in (ours, theirs)]
        yield Key("arguments", name), units(*each)
    cluster = sides.clusters
    merged: list[dict[Hashable, None]] = [
        {(e.start, e.end, e.type, role, cluster.get(at, at)): None for e, role, at in side}
        for side in (ours, theirs)
    ]
    yield Key("arguments", "classified, coreferent"), units(*map(list, merged))


def _tokens(text: Segmentation, ranges: Ranges) -> Ranges:
    """The tokens that stretches touch, as stretches of their numbers, each token once."""
    found: list[tuple[int, int]] = []
    for start, end in ranges:
        first, last = text.tokens_of(start, end)
        if found:
            first = max(first, found[-1][1])
        if first < last:
            found.append((first, last))
    return tuple(found)


def attributions(sides: Sides, _: Scheme) -> Counts:
    """Attributions, paired by what their parts share: source, cue, content and the whole.

    Two are a pair where their cues share characters, or where one has no cue their contents; the
    same ones first, then those whose parts are most alike (the sum of three Jaccards, 1 where both
    lack a part).

    ``found``   an attribution that has a partner
    ``exact``   the same characters of a part, over the attributions that have that part; without a
                label the whole attribution, absent parts included
    ``tokens``  the tokens of a part that partners share: precision over all predicted tokens of
                such parts, recall over the gold ones

    The two are as for PARC 3 (Pareti 2016) and PolNeAR (Newell, Margolin and Ruths 2018); ``found
    and quote``, ``… source_form``, ``… source_kind`` and ``… polarity`` ask for that value of the
    partner.
    """
    ours, theirs = sides.gold.attributions, sides.predicted.attributions
    values = ("quote", "source_form", "source_kind", "polarity")
    pairs = _attribution_pairs(sides, values)
    yield Key("attributions", "found"), _same(len(pairs), ours, theirs)
    text = sides.gold.units
    for number, part in enumerate(PARTS):
        mine, other = ([whole[number] for whole in side.values()] for side in sides.wholes)
        given = [(a[number], b[number]) for a, b, _ in pairs]
        exact = sum(a == b != () for a, b in given)
        sizes = sum(map(bool, other)), sum(map(bool, mine))
        yield Key("attributions", "exact", part), Cells(exact, sizes[0], exact, sizes[1])
        known = {ranges: _tokens(text, ranges) for ranges in {*mine, *other}}
        both = sum(shared_points(known[a], known[b]) for a, b in given if a and b)
        # Words without a token (white space alone) count as one: no part is free.
        whole = [sum(max(1, size(known[x])) for x in side if x) for side in (other, mine)]
        yield Key("attributions", "tokens", part), Cells(both, whole[0], both, whole[1])
    yield from _labelled(sides, "attributions")
    for number, name in enumerate(values):
        right = sum(same[number] for _, _, same in pairs)
        yield Key("attributions", f"found and {name}"), _same(right, ours, theirs)


def _attribution_pairs(
    sides: Sides, values: Sequence[str]
) -> list[tuple[Whole, Whole, tuple[bool, ...]]]:
    """The parts of each two partners, and whether their values are the same."""

    def form(item: Attribution, wholes: dict[str, Whole]) -> Form:
        return wholes[item.id], tuple(str(getattr(item, name)) for name in values)

    gold, predicted = (
        [form(item, wholes) for item in article.attributions]
        for article, wholes in zip(sides.both, sides.wholes, strict=True)
    )

    def score(a: Form, b: Form) -> Score:
        each = [1.0 if not x and not y else jaccard(x, y) for x, y in zip(a[0], b[0], strict=True)]
        if not (each[1] if a[0][1] and b[0][1] else each[2]):
            return None
        return sum(each), sum(x == y for x, y in zip(a[1], b[1], strict=True))

    same, ours, theirs = _apart(gold, predicted, lambda form: form)
    all_right = (True,) * len(values)
    found: list[tuple[Whole, Whole, tuple[bool, ...]]] = [(a[0], a[0], all_right) for a in same]
    for a, b in paired(ours, theirs, _widest, score, lambda form: form):
        found.append((a[0], b[0], tuple(x == y for x, y in zip(a[1], b[1], strict=True))))
    return found


def _widest(form: Form) -> tuple[int, int]:
    each = [extent(ranges) for ranges in form[0] if ranges]
    return min(start for start, _ in each), max(end for _, end in each)


def stances(sides: Sides, _: Scheme) -> Counts:
    """Stances: found where the expressions touch and the target is the same one.

    ``found``   a stance that has a partner: the same ones first, then those whose expressions have
                most in common, then those of one value and holder
    ``value``   asks for the partner's value, for each value too: the mean over favor and against is
                the official measure of SemEval-2016 Task 6 (Mohammad et al. 2016), over stances
                that have to be found here; on given expressions and targets it is that of the task
    ``holder``  asks for the holder, or for a mention of the gold holder's cluster
    ``exact``   the same expression, target, holder (as before) and value
    """

    def told(side: int) -> list[Told]:
        each = sides.both[side].stances
        return [(x, sides.place(side, x.target), sides.holder(side, x.holder)) for x in each]

    def content(one: Told) -> Hashable:
        stance, target, holder = one
        return stance.start, stance.end, target, holder, stance.value

    def score(a: Told, b: Told) -> Score:
        if a[1] != b[1]:
            return None
        near = jaccard(_ranges(a[0]), _ranges(b[0]))
        return near, float(a[0].value == b[0].value), float(a[2] == b[2])

    ours, theirs = told(0), told(1)
    mine, other = _apart(ours, theirs, content)[1:]
    hits = sides.right["stances"][0]
    pairs = [(one, one) for one, hit in zip(ours, hits, strict=True) if hit]
    pairs += paired(mine, other, lambda one: _extent(one[0]), score, content)
    yield Key("stances", "found"), _same(len(pairs), ours, theirs)
    yield Key("stances", "holder"), _same(sum(a[2] == b[2] for a, b in pairs), ours, theirs)
    right = [a[0].value for a, b in pairs if a[0].value == b[0].value]
    yield Key("stances", "value"), _same(len(right), ours, theirs)
    for value in dict.fromkeys(one[0].value for one in (*ours, *theirs)):
        counts = [sum(one[0].value == value for one in side) for side in (theirs, ours)]
        hit = right.count(value)
        yield Key("stances", "value", value), Cells(hit, counts[0], hit, counts[1])
    yield Key("stances", "exact"), _same(sum(hits), ours, theirs)
