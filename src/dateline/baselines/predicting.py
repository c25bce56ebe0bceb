"""From plain text to a document in the scheme: find spans, name them, join them.

What a model has no part for is left out: with a tagger of names alone the other layers are empty.
Nothing is linked to a knowledge base.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from dateline.baselines.candidates import (
    argument_row,
    attribution_row,
    event_row,
    mention_row,
)
from dateline.baselines.clusters import clustered
from dateline.baselines.examples import candidates_of
from dateline.baselines.linking import PRONOUNS, Linked, linked, quote_of
from dateline.baselines.model import Model
from dateline.baselines.parts import NONE, chosen
from dateline.baselines.reading import Reading, by_sentence, span_of
from dateline.baselines.spans import Found, decoded
from dateline.baselines.stances import stances_of
from dateline.derived import storable
from dateline.records import (
    Annotator,
    Argument,
    ArticleMeta,
    Attribution,
    Document,
    Entity,
    Event,
    Source,
    Span,
    in_order,
)
from dateline.scheme import Scheme
from dateline.text import HasSpan

__all__ = ["predict"]


def predict(model: Model, meta: ArticleMeta, text: str, scheme: Scheme) -> Document:
    """The labels that a model gives to a text; silver, and sound by the checks of documents."""
    reading = Reading.of(text, model.reporting)
    found = {name: _spans(tagger.tags(text, reading.sentences)) for name, tagger in model.taggers}
    entities = _entities(model, reading, found, scheme)
    attributions = _attributions(model, reading, found, entities, scheme)
    events = _events(model, reading, found, entities, attributions, scheme)
    events = _with_arguments(model, reading, entities, events, scheme)
    entities, events, clusters = clustered(text, entities, events)
    stances = stances_of(model, reading, found, entities, events, attributions, scheme)
    return in_order(
        Document(
            doc_id=meta.doc_id,
            scheme=scheme.version,
            text_sha256=meta.text_sha256,
            annotator=Annotator(f"baseline-{model.about.name}", "model"),
            status="silver",
            entities=entities,
            clusters=storable(meta, clusters),
            events=events,
            attributions=attributions,
            stances=stances,
        )
    )


def _spans(tags: Sequence[Sequence[str]]) -> list[list[Found]]:
    return [decoded(row) for row in tags]


def _entities(
    model: Model, reading: Reading, found: dict[str, list[list[Found]]], scheme: Scheme
) -> list[Entity]:
    """Names and values as they were tagged; descriptions where they cross none of them."""
    named = list(reading.spans(found.get("entities", [[]] * len(reading.sentences))))
    taken = {(span.start, span.end) for _, span in named}
    apart: list[tuple[str, Span]] = []
    if "described" in found:
        for kind, span in reading.spans(found["described"]):
            crosses = any(
                a < span.start < b < span.end or span.start < a < span.end < b for a, b in taken
            )
            if not crosses and (span.start, span.end) not in taken:
                apart.append((kind, span))
    values = set(scheme.group("entities", "value"))
    rows = [mention_row(reading, span, kind) for kind, span in (*named, *apart)]
    kinds = [None if kind in values else "name" for kind, _ in named]
    kinds += [
        label if label != NONE else "nominal"
        for label in model.choose("mention", rows[len(named) :], "nominal")
    ]
    actors = scheme.layers["entities"].attributes["sector"].only
    sectors = model.choose("sector", rows, NONE)
    made: list[Entity] = []
    for (kind, span), mention, sector in zip((*named, *apart), kinds, sectors, strict=True):
        wanted = kind in actors and sector != NONE
        made.append(
            Entity(
                id=f"T{len(made) + 1}",
                start=span.start,
                end=span.end,
                type=kind,
                mention=mention,
                sector=sector if wanted else None,
            )
        )
    return made


def _attributions(
    model: Model,
    reading: Reading,
    found: dict[str, list[list[Found]]],
    entities: list[Entity],
    scheme: Scheme,
) -> list[Attribution]:
    if not {"cues", "contents"} <= {*found}:
        return []
    links = linked(reading, found["cues"], found["contents"])
    rows = [attribution_row(reading, one.source, one.cue) for one in links]
    kinds = model.choose("source_kind", rows, NONE)
    denied = model.choose("denial", rows, "positive")
    referred = frozenset(scheme.layers["attributions"].links["refs"].to["entities"])
    made: list[Attribution] = []
    for one, kind, polarity in zip(links, kinds, denied, strict=True):
        inside = _within(one.source, entities)
        refs = _heads([e for e in inside if e.type in referred])
        made.append(
            Attribution(
                id=f"A{len(made) + 1}",
                source=Source(one.source.start, one.source.end, refs) if one.source else None,
                cue=one.cue,
                content=_apart(one.content),
                quote=quote_of(reading.text, one.content),
                source_form=_form(reading, one, inside),
                source_kind=kind if kind != NONE and one.source else None,
                polarity=polarity,
            )
        )
    return made


def _apart(content: list[Span]) -> list[Span]:
    """Fragments in order; those that touch are one."""
    made: list[Span] = []
    for span in sorted(content, key=lambda one: one.start):
        if made and span.start <= made[-1].end:
            made[-1] = Span(made[-1].start, max(made[-1].end, span.end))
        else:
            made.append(span)
    return made


def _within(span: HasSpan | None, entities: list[Entity]) -> list[Entity]:
    if span is None:
        return []
    return [e for e in entities if span.start <= e.start and e.end <= span.end]


def _heads(inside: list[Entity]) -> list[str]:
    """The mention that heads a source: the first person, else the first longest mention."""
    people = [e for e in inside if e.type == "PERSON"]
    first = min(
        people or inside, key=lambda e: (e.mention == "pronoun", e.start, -e.end), default=None
    )
    return [first.id] if first else []


def _form(reading: Reading, one: Linked, inside: list[Entity]) -> str:
    if one.source is None:
        return "implicit"
    words = reading.text[one.source.start : one.source.end].lower()
    if words in PRONOUNS:
        return "pronoun"
    return "named" if any(e.mention == "name" for e in inside) else "unnamed"


def _events(
    model: Model,
    reading: Reading,
    found: dict[str, list[list[Found]]],
    entities: list[Entity],
    attributions: list[Attribution],
    scheme: Scheme,
) -> list[Event]:
    if "triggers" not in found:
        return []
    there = by_sentence(reading, entities)
    spans = [span for _, span in reading.spans(found["triggers"])]
    contents = [span for item in attributions for span in item.content]
    quoted = [any(c.start <= s.start and s.end <= c.end for c in contents) for s in spans]
    near = [there.get(reading.at(span)[0], []) for span in spans]
    given = list(zip(spans, near, quoted, strict=True))
    types = model.choose("type", [event_row(reading, s, "", m, q) for s, m, q in given], "")
    rows = [
        event_row(reading, s, type_, m, q) for (s, m, q), type_ in zip(given, types, strict=True)
    ]
    known = {name: frozenset(scheme.modes(name)) for name in scheme.labels("events")}
    modes = model.choose("mode", rows, NONE, [known[type_] for type_ in types])
    values = {
        name: model.choose(name, rows, str(scheme.layers["events"].attributes[name].default))
        for name in ("polarity", "certainty", "time")
    }
    return [
        Event(
            id=f"E{number + 1}",
            start=span.start,
            end=span.end,
            type=types[number],
            mode=None if modes[number] == NONE else modes[number],
            polarity=values["polarity"][number],
            certainty=values["certainty"][number],
            time=values["time"][number],
            arguments=[],
        )
        for number, span in enumerate(spans)
    ]


def _with_arguments(
    model: Model, reading: Reading, entities: list[Entity], events: list[Event], scheme: Scheme
) -> list[Event]:
    chooser = model.choosers.get("argument")
    if chooser is None:
        return events
    there = by_sentence(reading, entities, events)
    pairs: list[tuple[int, str]] = []
    rows: list[list[str]] = []
    allowed: list[frozenset[str]] = []
    for number, event in enumerate(events):
        items = there.get(reading.at(event)[0], [])
        others = [(reading.at(span_of(item)), item) for item in items]
        for item, roles in candidates_of(event, items, scheme):
            pairs.append((number, item.id))
            rows.append(argument_row(reading, event, item, others))
            allowed.append(roles)
    found: list[list[Argument]] = [[] for _ in events]
    labels = chosen(chooser, rows, allowed)
    for (number, ref), (role, _) in zip(pairs, labels, strict=True):
        if role != NONE:
            found[number].append(Argument(role, ref))
    return [
        msgspec.structs.replace(event, arguments=arguments)
        for event, arguments in zip(events, found, strict=True)
    ]
