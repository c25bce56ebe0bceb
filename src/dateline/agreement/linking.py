"""Links of clusters to the authored world: by name where that is certain, else as decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from dateline.agreement.decisions import LinkDecision, noted
from dateline.errors import DataError
from dateline.matching import same_span
from dateline.records import Cluster, Document, Entity, Event, Provenance
from dateline.world import KINDS_OF, World

__all__ = ["candidates", "linked"]


def candidates(world: World, entity_type: str, names: Iterable[str]) -> list[str]:
    """The ids of things of a fitting kind that bear the first of `names` that any of them bears.

    A name counts before an alias: "Ikotap" means the thing of that name, not one also called so.
    """
    kinds = [getattr(world, kind) for kind in KINDS_OF.get(entity_type, ())]
    things = [thing for kind in kinds for thing in kind.values()]
    for name in names:
        folded = name.casefold()
        exact = [thing.id for thing in things if thing.name.casefold() == folded]
        if exact:
            return exact
        also = [
            thing.id
            for thing in things
            if folded in (alias.casefold() for alias in getattr(thing, "aliases", ()))
        ]
        if also:
            return also
    return []


def linked(
    doc: Document, world: World, decisions: Iterable[LinkDecision], text: str, where: str
) -> tuple[Document, list[str]]:
    """The document with `kb` on its clusters, and what is still open.

    A decision links the cluster of the mention or trigger that it names; a single event gets a
    cluster of its own for it. Other named clusters are linked where exactly one thing of the world
    bears their name; where none does they are NIL, and where several do they are open.

    Raises
    ------
    DataError : a decision on a place that has no such label, or an id that the world has not.
    """
    clusters = dict(doc.clusters)
    provenance = dict(doc.provenance)
    events: list[Event] = list(doc.events)
    for decision in decisions:
        place = text[decision.span.start : decision.span.end]
        items: Sequence[Entity | Event] = doc.entities if decision.layer == "entities" else events
        members = [item for item in items if same_span(item, decision.span)]
        if decision.which is not None:
            members = members[decision.which - 1 : decision.which]
        if not members:
            raise DataError(where, f"a label of the layer {decision.layer}", repr(place))
        if decision.kb != "NIL":
            fitting = "events" if decision.layer == "events" else None
            kind = world.kind(decision.kb) if decision.kb.startswith("dl:") else None
            if kind is None or (kind == "events") != (fitting == "events"):
                what = "an event" if fitting else "a thing"
                expected = f"NIL, or dl: and the id of {what} of the world, for {place}"
                raise DataError(where, expected, decision.kb)
        keys = {member.cluster for member in members}
        ids = {member.id for member in members}
        if decision.layer == "events" and keys == {None}:
            new = f"C{1 + max((int(k[1:]) for k in clusters), default=0)}"
            clusters[new] = Cluster()
            events = [msgspec.structs.replace(e, cluster=new) if e.id in ids else e for e in events]
            keys = {new}
        for key in keys:
            if key is None:
                raise DataError(where, "a mention of a cluster", repr(place))
            clusters[key] = msgspec.structs.replace(clusters[key], kb=decision.kb)
            before = provenance.get(key, Provenance())
            provenance[key] = noted(before, f"kb: {decision.kb}", decision)
    opened = []
    for key, cluster in clusters.items():
        mentions = [e for e in doc.entities if e.cluster == key]
        if cluster.kb is not None or not any(e.mention == "name" for e in mentions):
            continue
        found = candidates(world, mentions[0].type, _names(cluster, mentions, text))
        if len(found) > 1:
            choices = ", ".join(f"dl:{thing}" for thing in found)
            opened.append(f"{cluster.name or key}: {choices}, or NIL")
            continue
        kb = f"dl:{found[0]}" if found else "NIL"
        clusters[key] = msgspec.structs.replace(cluster, kb=kb)
    done = msgspec.structs.replace(doc, clusters=clusters, events=events, provenance=provenance)
    return done, opened


def _names(cluster: Cluster, mentions: list[Entity], text: str) -> list[str]:
    """The cluster's name, then its printed names, longest first."""
    printed = {text[e.start : e.end] for e in mentions if e.mention == "name"}
    return [*([cluster.name] if cluster.name else []), *sorted(printed, key=lambda n: (-len(n), n))]
