"""What the choosers learn from: the candidates of gold articles, with their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from dateline.baselines.candidates import (
    argument_row,
    attribution_row,
    event_row,
    mention_row,
    stance_row,
)
from dateline.baselines.parts import NONE, Examples
from dateline.baselines.reading import Reading, by_sentence, span_of
from dateline.derived import Article
from dateline.records import Attribution, Entity, Event, Item
from dateline.scheme import Scheme
from dateline.text import HasSpan

__all__ = ["CHOSEN", "candidates_of", "examples", "expressions"]

CHOSEN = (
    "mention",
    "sector",
    "type",
    "mode",
    "polarity",
    "certainty",
    "time",
    "argument",
    "source_kind",
    "denial",
    "stance",
    "attitude",
    "explicit",
)
"""What is chosen: attributes of mentions, events, attributions and stances; the role of an item in
an event; the value of an expression towards an item."""

One = tuple[str, list[str], str]


def examples(readings: Iterable[tuple[Article, Reading]], scheme: Scheme) -> dict[str, Examples]:
    """The examples of each chooser over gold articles."""
    found: dict[str, Examples] = {name: ([], []) for name in CHOSEN}
    for article, reading in readings:
        for name, row, label in chain(
            _mentions(article, reading, scheme),
            _events(article, reading),
            _arguments(article, reading, scheme),
            _attributions(article, reading),
            _stances(article, reading),
        ):
            found[name][0].append(row)
            found[name][1].append(label)
    return found


def _mentions(article: Article, reading: Reading, scheme: Scheme) -> Iterator[One]:
    actors = scheme.layers["entities"].attributes["sector"].only
    for entity in article.entities:
        row = mention_row(reading, entity, entity.type)
        if entity.mention in ("nominal", "pronoun"):
            yield "mention", row, entity.mention
        if entity.type in actors:
            yield "sector", row, entity.sector or NONE


def _events(article: Article, reading: Reading) -> Iterator[One]:
    there = by_sentence(reading, article.entities)
    for event in article.events:
        mentions = there.get(reading.at(event)[0], [])
        quoted = article.reported_in[event.id] is not None
        yield "type", event_row(reading, event, "", mentions, quoted), event.type
        row = event_row(reading, event, event.type, mentions, quoted)
        yield "mode", row, event.mode or NONE
        yield "polarity", row, event.polarity
        yield "certainty", row, event.certainty
        yield "time", row, event.time


def candidates_of(
    event: Event, items: list[Item], scheme: Scheme
) -> Iterator[tuple[Item, frozenset[str]]]:
    """The items of a sentence that may fill a role of an event, with the roles they may fill."""
    links = scheme.layers["events"].links
    for item in items:
        if item is event:
            continue
        layer, kind = {
            Entity: ("entities", getattr(item, "type", "")),
            Event: ("events", getattr(item, "type", "")),
            Attribution: ("attributions", "*"),
        }[type(item)]
        roles = frozenset(
            name
            for name in scheme.roles()
            if ({"*", event.type} & {*links[name].only})
            and ({"*", kind} & {*links[name].to.get(layer, [])})
        )
        if roles:
            yield item, roles


def _arguments(article: Article, reading: Reading, scheme: Scheme) -> Iterator[One]:
    there = by_sentence(reading, article.entities, article.events)
    for event in article.events:
        items = there.get(reading.at(event)[0], [])
        others = [(reading.at(span_of(item)), item) for item in items]
        roles = {argument.ref: argument.role for argument in event.arguments}
        for item, _ in candidates_of(event, items, scheme):
            yield "argument", argument_row(reading, event, item, others), roles.get(item.id, NONE)


def _attributions(article: Article, reading: Reading) -> Iterator[One]:
    for item in article.attributions:
        row = attribution_row(reading, item.source, item.cue)
        yield "source_kind", row, item.source_kind or NONE
        yield "denial", row, item.polarity


def expressions(
    events: list[Event], attributions: list[Attribution], others: Iterable[HasSpan] = ()
) -> list[tuple[HasSpan, str]]:
    """The spans that may express a stance: cues, triggers, and what a tagger found; each once."""
    spans: dict[tuple[int, int], tuple[HasSpan, str]] = {}
    cues = (item.cue for item in attributions if item.cue is not None)
    for what, each in (("cue", cues), ("trigger", events), ("words", others)):
        for span in each:
            spans.setdefault((span.start, span.end), (span, what))
    return list(spans.values())


def _stances(article: Article, reading: Reading) -> Iterator[One]:
    there = by_sentence(reading, article.entities, article.events, article.attributions)
    for span, what in expressions(article.events, article.attributions, article.stances):
        sentence, _, _ = reading.at(span)
        meant = {
            stance.target: stance
            for stance in article.stances
            if stance.start < span.end and span.start < stance.end
        }
        for item in there.get(sentence, []):
            own = (span_of(item).start, span_of(item).end) == (span.start, span.end)
            if own and item.id not in meant:
                continue
            value = meant[item.id].value if item.id in meant else NONE
            yield "stance", stance_row(reading, span, what, item), value
        for stance in meant.values():
            row = stance_row(reading, span, what, None)
            yield "attitude", row, stance.attitude
            yield "explicit", row, stance.explicit
