"""Stances: which words take a position, towards what, and whose it is."""

from __future__ import annotations

from dateline.baselines.candidates import stance_row
from dateline.baselines.examples import expressions
from dateline.baselines.model import Model
from dateline.baselines.parts import NONE, chosen
from dateline.baselines.reading import Reading, by_sentence, span_of
from dateline.baselines.spans import Found
from dateline.records import AUTHOR, Attribution, Entity, Event, Item, Stance
from dateline.scheme import Scheme
from dateline.text import HasSpan

__all__ = ["stances_of"]


def stances_of(
    model: Model,
    reading: Reading,
    found: dict[str, list[list[Found]]],
    entities: list[Entity],
    events: list[Event],
    attributions: list[Attribution],
    scheme: Scheme,
) -> list[Stance]:
    """An expression takes at most one target: the one whose score beats that for nothing most."""
    chooser = model.choosers.get("stance")
    if chooser is None:
        return []
    there = by_sentence(reading, entities, events, attributions)
    words = [span for _, span in reading.spans(found["stances"])] if "stances" in found else []
    spans = expressions(events, attributions, words)
    pairs: list[tuple[int, Item]] = []
    rows: list[list[str]] = []
    for number, (span, what) in enumerate(spans):
        for item in there.get(reading.at(span)[0], []):
            if (span_of(item).start, span_of(item).end) != (span.start, span.end):
                pairs.append((number, item))
                rows.append(stance_row(reading, span, what, item))
    best: dict[int, tuple[float, str, Item]] = {}
    for (number, item), (value, margin) in zip(pairs, chosen(chooser, rows), strict=True):
        if value != NONE and margin > best.get(number, (0.0, "", item))[0]:
            best[number] = margin, value, item
    plain = [stance_row(reading, *spans[number], None) for number in best]
    attitudes = model.choose("attitude", plain, "sentiment")
    explicit = model.choose("explicit", plain, "yes")
    made: list[Stance] = []
    given = zip(best.items(), attitudes, explicit, strict=True)
    for (number, (_, value, item)), attitude, is_explicit in given:
        span = spans[number][0]
        holder = _holder(span, item, entities, events, attributions, scheme)
        made.append(
            Stance(
                id=f"S{len(made) + 1}",
                holder=holder,
                target=item.id,
                value=value,
                attitude=attitude,
                explicit=is_explicit,
                start=span.start,
                end=span.end,
            )
        )
    return made


def _holder(
    span: HasSpan,
    target: Item,
    entities: list[Entity],
    events: list[Event],
    attributions: list[Attribution],
    scheme: Scheme,
) -> str:
    """The source of the innermost attribution around an expression, else the actor of the event
    that it is, else the article.
    """
    may = frozenset(scheme.layers["stances"].links["holder"].to["entities"])
    kinds = {e.id: e.type for e in entities}

    def fits(ref: str) -> bool:
        return kinds.get(ref) in may and ref != target.id

    around = [
        item
        for item in attributions
        if item.source is not None
        and any(
            part.start <= span.start and span.end <= part.end
            for part in (*item.content, *([item.cue] if item.cue else []))
        )
    ]
    for item in sorted(around, key=lambda a: sum(c.end - c.start for c in a.content)):
        for ref in item.source.refs if item.source else []:
            if fits(ref):
                return ref
    for event in events:
        if event.start < span.end and span.start < event.end:
            for argument in event.arguments:
                if argument.role == "actor" and fits(argument.ref):
                    return argument.ref
    return AUTHOR
