"""The items of each layer, made of marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

import msgspec

from dateline.formats.making import NO_ROLE, NO_VALUE, NOTHING, TWICE, WRONG_KIND, Maker
from dateline.formats.native import CONTENT, CUE, REF, SOURCE
from dateline.formats.placing import CannotError, fragments, one_span
from dateline.formats.standoff import MEMBER, SPAN
from dateline.records import (
    AUTHOR,
    Argument,
    Attribution,
    Cluster,
    Entity,
    Event,
    Foreign,
    Source,
    Span,
    Stance,
)

__all__ = ["Layers", "make"]

_KB = re.compile(r"NIL|wd:Q[1-9][0-9]*|dl:[a-z0-9-]+(/[a-z0-9-]+)?")


class Layers(NamedTuple):
    """The items of a document."""

    entities: list[Entity]
    events: list[Event]
    attributions: list[Attribution]
    stances: list[Stance]
    clusters: dict[str, Cluster]


def make(maker: Maker) -> Layers:
    """The items that can be made of a text's marks; `maker` knows then what became of each."""
    maker.start()
    taken: set[Span] = set()
    entities = list(maker.each("T", lambda maker, mark: _entity(maker, mark, taken)))
    attributions = list(maker.each("A", _attribution))
    events = [_with_arguments(maker, *pair) for pair in list(maker.each("E", _event))]
    stances = list(maker.each("S", _stance))
    member_of: dict[str, str] = {}
    clusters = dict(maker.each("C", lambda maker, mark: _cluster(maker, mark, member_of)))
    return Layers(
        [msgspec.structs.replace(item, cluster=member_of.get(item.id)) for item in entities],
        [msgspec.structs.replace(item, cluster=member_of.get(item.id)) for item in events],
        attributions,
        stances,
        clusters,
    )


def _entity(maker: Maker, mark: Foreign, taken: set[Span]) -> Entity:
    span, mended = one_span(maker.text, mark)
    if span in taken:
        raise CannotError("two mentions on the same words")
    values = maker.values(mark, "entities", mark.label)
    taken.add(span)
    maker.note(mark, mended)
    item = maker.stand(mark, "entities", mark.label)
    for argument in mark.args:
        maker.keep_argument(mark, argument, NO_ROLE)
    return Entity(id=item, start=span.start, end=span.end, type=mark.label, **values)


def _event(maker: Maker, mark: Foreign) -> tuple[Foreign, Event]:
    """An event without arguments, since they may point at events that are still to come."""
    span, mended = one_span(maker.text, mark)
    values = maker.values(mark, "events", mark.label)
    maker.note(mark, mended)
    item = maker.stand(mark, "events", mark.label)
    event = Event(id=item, start=span.start, end=span.end, type=mark.label, arguments=[], **values)
    return mark, event


def _with_arguments(maker: Maker, mark: Foreign, event: Event) -> Event:
    scheme = maker.scheme
    links = {role: scheme.layers["events"].links[role] for role in scheme.roles()}
    return msgspec.structs.replace(event, arguments=maker.fillers(mark, links, event.type))


def _stance(maker: Maker, mark: Foreign) -> Stance:
    span, mended = one_span(maker.text, mark)
    links = maker.scheme.layers["stances"].links
    found = {argument.role: argument.ref for argument in maker.fillers(mark, links, mark.label)}
    if mark.attributes.get("holder") == AUTHOR and "holder" not in found:
        found["holder"] = AUTHOR
    elif "holder" in mark.attributes:
        maker.keep_attribute(mark, "holder", NO_VALUE)
    for role in ("holder", "target"):
        if role not in found:
            raise CannotError(f"no {role}")
    values = maker.values(mark, "stances", mark.label, "holder")
    maker.note(mark, mended)
    item = maker.stand(mark, "stances", mark.label)
    return Stance(id=item, start=span.start, end=span.end, **found, **values)


def _attribution(maker: Maker, mark: Foreign) -> Attribution:
    parts: dict[str, Foreign] = {}
    for role, label in (("source", SOURCE), ("cue", CUE), ("content", CONTENT)):
        for argument in mark.args:
            part = maker.marks.get(argument.ref)
            if argument.role != role or role in parts or part is None or part.id in maker.parts:
                continue
            if (part.kind, part.label) == (SPAN, label):
                parts[role] = part
    text = maker.text
    source = one_span(text, parts["source"])[0] if "source" in parts else None
    if "content" in parts:
        content, mended = fragments(text, parts["content"])
        cue = one_span(text, parts.get("cue", mark))[0] if "cue" in parts or mark.spans else None
    else:
        content, mended = fragments(text, mark)
        cue = one_span(text, parts["cue"])[0] if "cue" in parts else None
    values = maker.values(mark, "attributions", CONTENT)
    maker.note(mark, mended)
    found: dict[str, None] = {}
    for argument in mark.args:
        part_of = parts.get(argument.role)
        if part_of is None or part_of.id != argument.ref:
            found |= dict.fromkeys(_ref(maker, mark, argument, found, source is not None))
    maker.parts |= {part.id for part in parts.values()}
    return Attribution(
        id=maker.stand(mark, "attributions", CONTENT),
        source=Source(source.start, source.end, list(found)) if source is not None else None,
        cue=cue,
        content=content,
        **values,
    )


def _ref(
    maker: Maker, mark: Foreign, argument: Argument, found: Collection[str], sourced: bool
) -> list[str]:
    """The entity that an argument of an attribution points at, or nothing: then it is kept."""
    item = maker.ids.get(argument.ref)
    link = maker.scheme.layers["attributions"].links["refs"]
    if argument.role != REF or not sourced:
        reason = NO_ROLE
    elif item is None:
        reason = NOTHING
    elif not maker.fits(item, link):
        reason = WRONG_KIND
    elif item in found:
        reason = TWICE
    else:
        return [item]
    maker.keep_argument(mark, argument, reason)
    return []


def _cluster(maker: Maker, mark: Foreign, member_of: dict[str, str]) -> tuple[str, Cluster]:
    """A cluster of the members of its commonest type; others are kept beside it."""
    kinds: Counter[tuple[str, str]] = Counter()
    members: dict[str, None] = {}
    reasons: dict[Argument, str] = {}
    for argument in mark.args:
        item = maker.ids.get(argument.ref, "")
        layer, _ = kind = maker.kinds.get(item, ("", ""))
        if argument.role != MEMBER:
            reasons[argument] = NO_ROLE
        elif layer not in ("entities", "events"):
            reasons[argument] = NOTHING
        elif item in member_of:
            reasons[argument] = "a member of two clusters"
        else:
            kinds[kind] += 1
    if not kinds:
        raise CannotError("no members")
    (usual, _), *_ = kinds.most_common(1)
    for argument in mark.args:
        item = maker.ids.get(argument.ref, "")
        if argument not in reasons and maker.kinds[item] != usual:
            reasons[argument] = "a member of another type than the most"
        elif argument not in reasons and item in members:
            reasons[argument] = TWICE
        if argument in reasons:
            maker.keep_argument(mark, argument, reasons.pop(argument))
        else:
            members[item] = None
    found: dict[str, str] = {}
    for name, value in mark.attributes.items():
        if name == "name" or (name == "kb" and _KB.fullmatch(value) and maker.known(value)):
            found[name] = value
        else:
            maker.keep_attribute(mark, name, "a link that this tree cannot have")
    key = maker.stand(mark, "clusters", mark.label)
    member_of.update((item, key) for item in members)
    return key, Cluster(**found)
