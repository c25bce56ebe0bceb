"""Links to the authored world: to something that is there, of the right kind, and true to it."""

from __future__ import annotations

from collections.abc import Iterator

from dateline.checks.catalogue import incident
from dateline.checks.incident import Incident
from dateline.checks.labelled import field_at
from dateline.derived import Article
from dateline.records import Event
from dateline.world import KINDS_OF, World

__all__ = ["check_links"]


def check_links(world: World, article: Article, where: str) -> Iterator[Incident]:
    """DL412, DL511, DL512: ids of the world, their kinds, and events told before they happened.

    `where` is the file of the labels. An event that somebody plans, doubts or denies may lie
    ahead, and one that a false report tells of is linked to an event that did not happen.
    """
    doc_id = article.doc_id
    members: dict[str, list[tuple[str, str]]] = {}
    for entity in article.entities:
        members.setdefault(entity.cluster or "", []).append(("entity", entity.type))
    told: dict[str, list[tuple[int, Event]]] = {}
    for position, event in enumerate(article.events):
        members.setdefault(event.cluster or "", []).append(("event", event.type))
        told.setdefault(event.cluster or "", []).append((position, event))
    for key, cluster in article.labels.clusters.items():
        kb = cluster.kb or ""
        if not kb.startswith("dl:"):
            continue
        path = field_at(where, f"clusters.{key}.kb")
        kind = world.kind(kb)
        if kind is None:
            expected = "the id of something in corpus/world"
            yield incident("DL412", path, expected, repr(kb), doc_id=doc_id)
            continue
        for layer, label in dict.fromkeys(members.get(key, [])):
            fitting = ("events",) if layer == "event" else KINDS_OF.get(label, ())
            if kind not in fitting:
                expected = f"for {label} one of the world's {' or '.join(fitting) or 'nothing'}"
                yield incident("DL511", path, expected, f"{kb}, of its {kind}", doc_id=doc_id)
        happened = world.event(kb)
        if happened is None or not happened.happened:
            continue
        for position, event in told.get(key, []):
            fact = (event.polarity, event.certainty, event.time) == ("positive", "certain", "past")
            if fact and article.meta.published < happened.date:
                at = field_at(where, f"events[{position}].time")
                expected = f"no past before {happened.date}, when {kb} happened"
                found = f"past on {article.meta.published}"
                span = (event.start, event.end)
                yield incident("DL512", at, expected, found, span, doc_id)
