"""What the choosers look at: the features of mentions, triggers, and pairs that may be joined.

The first feature of every candidate is the one that the majority baseline counts by.
"""

from __future__ import annotations

from collections.abc import Sequence

from dateline.baselines.reading import Place, Reading, span_of
from dateline.records import Attribution, Entity, Event, Item
from dateline.text import HasSpan

__all__ = ["argument_row", "attribution_row", "event_row", "mention_row", "stance_row"]

_AUXILIARIES = frozenset(
    ["is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "will", "would"]
)


def _around(words: Sequence[str], first: int, end: int, wide: int) -> list[str]:
    """The words beside a stretch, each with its place."""
    left = [f"{first - i}-={words[i]}" for i in range(max(0, first - wide), first)]
    right = [f"{i - end + 1}+={words[i]}" for i in range(end, min(len(words), end + wide))]
    return left + right


def mention_row(reading: Reading, span: HasSpan, kind: str) -> list[str]:
    """A mention: its words, its head (the last one), its type and what is around it."""
    sentence, first, end = reading.at(span)
    low = reading.sentences[sentence].lower
    words = low[first:end]
    return [
        f"m={' '.join(words)}",
        f"t={kind}",
        f"h={words[-1]}",
        f"h={words[-1]}|{kind}",
        f"h3={words[-1][-3:]}",
        f"first={words[0]}",
        f"one={len(words) == 1}",
        *(f"in={word}" for word in words),
        *_around(low, first, end, 3),
        *(f"near={word}" for word in low[max(0, first - 6) : end + 6]),
    ]


def event_row(
    reading: Reading, span: HasSpan, kind: str, mentions: Sequence[Item], quoted: bool
) -> list[str]:
    """A trigger: its words, what is around it and in its sentence; `kind` is its type once known,
    `quoted` whether it stands in an attribution's content.
    """
    place = reading.at(span)
    sentence, first, end = place
    whole = reading.sentences[sentence]
    low = whole.lower
    trigger = " ".join(low[first:end])
    types: list[str] = []
    for order, wide in (("-", range(first - 1, -1, -1)), ("+", range(end, len(low)))):
        starts = {reading.at(span_of(m))[1]: m for m in mentions}
        near = next((starts[i] for i in wide if i in starts), None)
        if isinstance(near, Entity):
            types.append(f"{order}t={near.type}")
    before = [w for w in low[max(0, first - 5) : first] if w in _AUXILIARIES or w in _MODAL]
    return [
        f"k={kind}|{trigger}",
        f"k={kind}",
        f"e={trigger}",
        f"e3={trigger[-3:]}|{kind}",
        f"e4={trigger[:4]}|{kind}",
        f"e5={trigger[:5]}",
        f"end={low[end - 1]}",
        f"aux={' '.join(before)}",
        f"aux={' '.join(before)}|{trigger[-2:]}",
        f"quoted={quoted}",
        f"marks={whole.quoted[first]}|{whole.place}",
        *types,
        *_around(low, first, end, 3),
        # What happens is told by the word itself, how it is meant by those around it too.
        *(f"left={word}" for word in low[max(0, first - 6) : first] if kind),
        *(f"right={word}" for word in low[end : end + 6] if kind),
        *(f"cue={word}" for word in low if word in whole.reporting),
    ]


_MODAL = frozenset(
    [
        "not",
        "n't",
        "no",
        "never",
        "may",
        "might",
        "could",
        "should",
        "must",
        "can",
        "shall",
        "to",
        "if",
        "would",
        "without",
        "until",
        "before",
        "after",
        "planned",
        "plan",
        "reportedly",
        "allegedly",
    ]
)


def _kind(item: Item) -> str:
    return item.type if isinstance(item, Entity | Event) else "ATTRIBUTION"


def _far(gap: int) -> str:
    return str(gap) if gap < 4 else "4" if gap < 7 else "7" if gap < 12 else "12"


def _between(a: Place, b: Place) -> tuple[int, int]:
    """The words between two places of one sentence."""
    return (a[2], b[1]) if a[1] < b[1] else (b[2], a[1])


def argument_row(
    reading: Reading, event: Event, item: Item, others: Sequence[tuple[Place, Item]]
) -> list[str]:
    """A trigger and an item of its sentence; `others` are all items of it with their places."""
    here, there = reading.at(event), reading.at(span_of(item))
    low = reading.sentences[here[0]].lower
    side = "<" if there[1] < here[1] else ">"
    begin, end = _between(here, there)
    between = low[begin:end]
    kind = _kind(item)
    type_ = event.type
    trigger = " ".join(low[here[1] : here[2]])
    prior = low[there[1] - 1] if there[1] else "<s>"
    later = low[there[2]] if there[2] < len(low) else "</s>"
    head = low[there[2] - 1]
    mention = getattr(item, "mention", None)
    passed = [other for place, other in others if begin <= place[1] and place[2] <= end]
    mentions = sum(isinstance(other, Entity) for other in passed)
    events = sum(isinstance(other, Event) for other in passed)
    alike = sum(_kind(other) == kind for other in passed)
    passive = bool(here[1]) and low[here[1] - 1] in ("was", "were", "been", "be", "being")
    gap = _far(max(0, end - begin))
    return [
        f"{type_}|{kind}",
        f"{kind}|{side}|{gap}",
        f"{type_}|{kind}|{side}",
        f"{type_}|{kind}|{side}|{alike}",
        f"{kind}|{side}|{passive}|{trigger[-2:]}",
        f"{type_}|{side}|{passive}|{kind}|{mentions}",
        f"{trigger}|{side}|{kind}",
        f"{trigger}|{kind}|{prior}",
        f"prior={prior}|{kind}|{side}",
        f"prior={prior}|{type_}|{side}",
        f"later={later}|{kind}|{side}",
        f"after={low[here[2]] if here[2] < len(low) else '</s>'}|{kind}|{side}|{alike}",
        f"head={head}|{type_}",
        f"head={head}|{kind}",
        f"mention={mention}|{kind}|{side}|{gap}",
        f"passed={min(mentions, 4)}|{min(events, 3)}|{side}|{kind}",
        f"passed={min(events, 3)}|{side}",
        f"alike={min(alike, 3)}|{kind}|{type_}",
        f"gap={gap}|{side}",
        f"path={' '.join(between) if len(between) < 4 else '…'}|{side}|{kind}",
        f"mode={event.mode}|{kind}|{side}",
        *(f"between={word}|{side}" for word in set(between[:12])),
        f"inside={there[1] <= here[1] < there[2]}",
    ]


def attribution_row(reading: Reading, source: HasSpan | None, cue: HasSpan | None) -> list[str]:
    """An attribution by the words of its source and its cue."""
    words = reading.words(source) if source is not None else []
    said = reading.words(cue) if cue is not None else []
    return [
        f"source={words[-1] if words else ''}",
        f"source={' '.join(words)}",
        f"cue={' '.join(said)}",
        f"capital={bool(source) and _capital(reading, source)}",
        *(f"in={word}" for word in words),
        *(f"said={word}" for word in said),
    ]


def _capital(reading: Reading, span: HasSpan | None) -> bool:
    return span is not None and reading.text[span.start].isupper()


def stance_row(reading: Reading, span: HasSpan, what: str, item: Item | None) -> list[str]:
    """An expression (`what` is `cue`, `trigger` or `words`) and its target, if one is looked at."""
    here = reading.at(span)
    whole = reading.sentences[here[0]]
    low = whole.lower
    said = " ".join(low[here[1] : here[2]])
    row = [
        f"x={said}",
        f"x={low[here[1]]}|{what}",
        f"x4={said[:4]}|{what}",
        f"what={what}",
        f"marks={whole.quoted[here[1]]}",
        *(f"{what}:{word}" for word in low[here[1] : here[2]]),
        *(f"near={word}" for word in low[max(0, here[1] - 3) : here[2] + 3]),
    ]
    if item is None:
        return row
    there = reading.at(span_of(item))
    kind = _kind(item)
    side = "<" if there[1] < here[1] else ">" if there[1] > here[1] else "="
    begin, end = _between(here, there)
    gap = _far(max(0, end - begin))
    first = low[there[1]]
    return [
        f"x={said}|{kind}",
        *row,
        f"{kind}|{side}|{gap}",
        f"{kind}|{side}|{gap}|{what}",
        f"{type(item).__name__}|{side}|{what}|{said}",
        f"{type(item).__name__}|{side}|{gap}",
        f"first={first}|{side}",
        f"head={low[there[2] - 1]}",
        f"x={said[:4]}|{kind}|{side}",
        f"inside={there[1] <= here[1] < there[2]}|{isinstance(item, Attribution)}",
    ]
