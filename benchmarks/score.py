"""Scoring many predicted articles: time against reading them, memory, and against nervaluate."""

from __future__ import annotations

import random

import msgspec

from dateline.records import Document, Span
from dateline.scheme import Scheme

SHARD = 2_500
COPIES = 5
TIMES = 3

Choose = random.Random


def _shifted(start: int, choose: Choose) -> dict[str, int]:
    """One in ten spans loses a character, or gains one on the left."""
    if choose.random() < 0.1:
        return {"start": start - 1} if start and choose.random() < 0.5 else {"start": start + 1}
    return {}


def _edited(item: object, choose: Choose, labels: list[str]) -> object:
    more: dict[str, object] = {}
    start, end = item.start, item.end  # type: ignore[attr-defined]
    if end - start > 1:
        more |= _shifted(start, choose)
    if choose.random() < 0.1:
        more["type"] = choose.choice(labels)
    return msgspec.structs.replace(item, **more) if more else item  # type: ignore[type-var]


def perturbed(doc: Document, choose: Choose, scheme: Scheme) -> Document:
    """Labels as a fair system gives them: of each kind of item a tenth is missing, a tenth has
    another label, a tenth other borders, and a few in a hundred are made up.
    """

    def kept(items: list) -> list:
        return [item for item in items if choose.random() > 0.1]

    names = list(scheme.labels("entities"))
    entities = [_edited(x, choose, names) for x in kept(doc.entities)]
    entities = [
        msgspec.structs.replace(x, cluster=choose.choice(doc.entities).cluster)
        if choose.random() < 0.05
        else x
        for x in entities
    ]
    made = [
        msgspec.structs.replace(x, id=f"T{9000 + n}", start=x.end, end=x.end + 4)
        for n, x in enumerate(doc.entities[:-1])
        if choose.random() < 0.05
    ]
    roles = [name for name in scheme.layers["events"].links if name != "cluster"]
    events = []
    for event in kept(doc.events):
        arguments = [
            msgspec.structs.replace(a, role=choose.choice(roles)) if choose.random() < 0.1 else a
            for a in kept(event.arguments)
        ]
        changed = _edited(event, choose, scheme.labels("events"))
        events.append(msgspec.structs.replace(changed, arguments=arguments))
    attributions = []
    for item in kept(doc.attributions):
        if choose.random() < 0.3:
            content = [Span(s.start, max(s.start + 1, s.end - 5)) for s in item.content]
            item = msgspec.structs.replace(item, content=content)
        if choose.random() < 0.1:
            item = msgspec.structs.replace(item, source=None)
        attributions.append(item)
    stances = [
        msgspec.structs.replace(x, value=choose.choice(("favor", "against"))) for x in doc.stances
    ]
    return msgspec.structs.replace(
        doc,
        entities=entities + made,
        events=events,
        attributions=attributions,
        stances=kept(stances),
    )
