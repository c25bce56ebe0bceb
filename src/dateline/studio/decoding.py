"""Regions and relations of an annotation, as the items of a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dateline.generated.places import (
    AUTHOR_CONTROL,
    CLUSTERED,
    PART,
    SAME,
    choice_control,
    mode_control,
)
from dateline.records import (
    AUTHOR,
    Argument,
    Attribution,
    Cluster,
    Entity,
    Event,
    Source,
    Span,
    Stance,
)
from dateline.scheme import Scheme
from dateline.studio.clustering import Clusters, cluster
from dateline.studio.numbering import Numbers, number
from dateline.studio.regions import Region, Regions, Relation
from dateline.studio.wire import Carried, Fault

__all__ = ["Decoded", "decode_regions"]


@dataclass
class Decoded:
    """The items that an annotation gives, layer by layer, with the notes that regions carry."""

    entities: list[Entity] = field(default_factory=list)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    attributions: list[Attribution] = field(default_factory=list)
    stances: list[Stance] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def decode_regions(
    found: Regions,
    carried: Carried,
    scheme: Scheme,
    text: str,
    *,
    prefix: str = "",
    taken: Iterable[str] = (),
    quotable: bool = True,
) -> Decoded:
    """Items from regions; what cannot be an item becomes a fault.

    A region that was pushed keeps its item's id; a new one takes the next free number of its layer,
    in the order of the text, past all numbers that were pushed or are `taken`. An attribute that
    was left unset takes the scheme's default. A cluster keeps its key and name while a member of
    it is left; a new one is named by its longest name where the text may be quoted.
    """
    numbers = Numbers([*carried.items, *taken])
    ids, groups = number(found, carried, scheme, prefix, numbers)
    clusters = cluster(
        found, carried, scheme, text, prefix=prefix, numbers=numbers, quotable=quotable
    )
    decoder = _Decoder(found, scheme, ids, clusters)
    decoder.joints()
    decoder.items(groups)
    return decoder.made


class _Decoder:
    def __init__(
        self, found: Regions, scheme: Scheme, ids: dict[str, str], clusters: Clusters
    ) -> None:
        self.found, self.scheme, self.ids, self.of_cluster = found, scheme, ids, clusters.of
        self.made = Decoded(clusters=clusters.found, faults=clusters.faults)
        self.arrows: dict[str, list[Relation]] = {}
        for relation in found.relations:
            if relation.label not in (PART, SAME):
                self.arrows.setdefault(relation.source, []).append(relation)

    def fault(self, place: str, expected: str, found: str) -> None:
        self.made.faults.append(Fault(place, expected, found[:200]))

    def joints(self) -> None:
        """Refuse arrows that join what cannot be one."""
        regions = self.found.regions
        for relation in self.found.relations:
            layers = {regions[relation.source].layer, regions[relation.target].layer}
            if relation.label == PART and layers != {"attributions"}:
                self.fault(relation.place, "parts of an attribution", _and(layers))
            if relation.label == SAME and not (len(layers) == 1 and layers <= set(CLUSTERED)):
                self.fault(relation.place, "two mentions, or two triggers", _and(layers))

    def items(self, groups: Sequence[list[Region]]) -> None:
        """Every region, or joined parts, as an item of its layer."""
        for region in self.found.regions.values():
            if region.note:
                note = self.made.notes.get(self.ids[region.id])
                self.made.notes[self.ids[region.id]] = (
                    f"{note}; {region.note}" if note else region.note
                )
            if region.layer == "entities":
                self.made.entities.append(self._entity(region))
            elif region.layer == "events":
                self.made.events.append(self._event(region))
            elif region.layer == "stances":
                self._stance(region)
        for group in groups:
            self._attribution(group)
        for relation in (one for arrows in self.arrows.values() for one in arrows):
            label = self.found.regions[relation.source].label
            expected = f"an arrow that may begin at {label}"
            self.fault(relation.place, expected, f"`{relation.label}`")

    def _arrows(self, region: Region, *labels: str) -> list[tuple[str, str]]:
        """The (label, item) that a region's arrows of these names point at, each taken once."""
        arrows = self.arrows.pop(region.id, [])
        rest = [relation for relation in arrows if relation.label not in labels]
        if rest:
            self.arrows[region.id] = rest
        # Nobody sees two arrows that lie on one another.
        found = ((r.label, self.ids[r.target]) for r in arrows if r.label in labels)
        return list(dict.fromkeys(found))

    def _set(self, regions: Sequence[Region], layer: str, label: str) -> dict[str, Any]:
        """The attributes of an item: as chosen, else the scheme's default."""
        chosen: dict[str, Any] = {}
        for name, attribute in self.scheme.layers[layer].attributes.items():
            applies = "*" in attribute.only or label in attribute.only or layer == "attributions"
            mode = name == "mode"
            control = mode_control(label) if mode else choice_control(layer, name)
            values = sorted({r.fields[control] for r in regions if control in r.fields})
            if len(values) > 1:
                self.fault(regions[0].place, f"one {name}", ", ".join(values))
            if values:
                chosen[name] = values[0]
            elif applies and attribute.default is not None:
                chosen[name] = attribute.default
            elif applies and attribute.required:
                self.fault(regions[0].place, f"{name} of {' | '.join(attribute.values)}", "none")
                chosen[name] = ""
        return chosen

    def _entity(self, region: Region) -> Entity:
        return Entity(
            id=self.ids[region.id],
            start=region.start,
            end=region.end,
            type=region.label,
            cluster=self.of_cluster.get(region.id),
            **self._set([region], "entities", region.label),
        )

    def _event(self, region: Region) -> Event:
        return Event(
            id=self.ids[region.id],
            start=region.start,
            end=region.end,
            type=region.label,
            cluster=self.of_cluster.get(region.id),
            arguments=[Argument(*x) for x in self._arrows(region, *self.scheme.roles())],
            **self._set([region], "events", region.label),
        )

    def _attribution(self, group: list[Region]) -> None:
        parts = {label: [r for r in group if r.label == label] for label in _PARTS}
        counts = ", ".join(f"{len(found)} {label}" for label, found in parts.items())
        place = group[0].place
        if len(parts["SOURCE"]) > 1 or len(parts["CUE"]) > 1 or not parts["CONTENT"]:
            expected = f"one SOURCE and one CUE at most, and CONTENT, joined by `{PART}`"
            self.fault(place, expected, counts)
            return
        source = None
        for region in parts["SOURCE"]:
            refs = [item for _, item in self._arrows(region, "refs")]
            source = Source(region.start, region.end, refs)
        cue = next((Span(r.start, r.end) for r in parts["CUE"]), None)
        anchors = parts["CUE"] + parts["CONTENT"]
        self.made.attributions.append(
            Attribution(
                id=self.ids[group[0].id],
                source=source,
                cue=cue,
                content=[Span(r.start, r.end) for r in parts["CONTENT"]],
                **self._set(anchors, "attributions", anchors[0].label),
            )
        )

    def _stance(self, region: Region) -> None:
        arrows = self._arrows(region, "holder", "target")
        holders = [item for label, item in arrows if label == "holder"]
        holders += [AUTHOR] if AUTHOR_CONTROL in region.fields else []
        targets = [item for label, item in arrows if label == "target"]
        if len(holders) != 1:
            expected = "one holder: a relation, or the choice AUTHOR"
            self.fault(region.place, expected, ", ".join(holders) or "none")
        if len(targets) != 1:
            self.fault(region.place, "one relation `target`", ", ".join(targets) or "none")
        if len(holders) == len(targets) == 1:
            self.made.stances.append(
                Stance(
                    id=self.ids[region.id],
                    start=region.start,
                    end=region.end,
                    holder=holders[0],
                    target=targets[0],
                    **self._set([region], "stances", region.label),
                )
            )


_PARTS = ("SOURCE", "CUE", "CONTENT")


def _and(names: Iterable[str]) -> str:
    return " and ".join(sorted(names))
