"""Clusters from the words on regions and the arrows between them."""

from __future__ import annotations

from collections.abc import Iterable

from dateline.components import components
from dateline.generated.entries import cluster_word
from dateline.generated.places import CLUSTERED, SAME, choice_control, text_control
from dateline.records import Cluster
from dateline.scheme import Scheme
from dateline.studio.numbering import Numbers, joined, place, pushed_as
from dateline.studio.regions import Region, Regions
from dateline.studio.wire import Carried, Fault

__all__ = ["Clusters", "cluster"]

Word = tuple[str, str]  # a layer, or "" for a key, and what was written


class Clusters:
    """The clusters by key, and the key of each region that is in one."""

    def __init__(self) -> None:
        self.found: dict[str, Cluster] = {}
        self.of: dict[str, str] = {}
        self.faults: list[Fault] = []


def cluster(
    found: Regions,
    carried: Carried,
    scheme: Scheme,
    text: str,
    *,
    prefix: str,
    numbers: Numbers,
    quotable: bool,
) -> Clusters:
    """A word is a joint like an arrow: all regions of a layer that carry it are one.

    A word that has the form of a key is the key; of several the lowest. A single member is a
    cluster where it carries a word or an id of the knowledge base.
    """
    regions = {r.id: r for r in found.regions.values() if r.layer in CLUSTERED}
    words = {key: _word(r) for key, r in regions.items() if _field(r, "cluster") is not None}
    nodes: list[str | Word] = [*regions, *words.values()]
    joints: list[tuple[str | Word, str | Word]] = [*joined(found, SAME), *words.items()]
    groups = []
    for group in components(nodes, joints):
        members = sorted((regions[node] for node in group if isinstance(node, str)), key=place)
        keys = [node[1] for node in group if isinstance(node, tuple) and node[0] == ""]
        if len(group) > 1 or _field(members[0], "kb") is not None:
            groups.append((members, sorted(keys, key=lambda key: (len(key), key))))
    for key in [*carried.clusters, *(key for _, keys in groups for key in keys)]:
        numbers.take(key)
    made = Clusters()
    for members, keys in sorted(groups, key=lambda group: place(group[0][0])):
        key = keys[0] if keys else numbers.next("C")
        made.of.update({region.id: key for region in members})
        kept = any(pushed_as(r, carried, scheme, prefix) for r in members)
        before = carried.clusters.get(key) if kept else None
        kb = _kb(members, keys if kept else [], found, carried, prefix)
        if len(kb) > 1:
            expected = "one id of the knowledge base"
            made.faults.append(Fault(f"cluster {key}", expected, ", ".join(kb)))
        name = _name(members, scheme, text) if before is None else before.name
        made.found[key] = Cluster(name if quotable else None, kb[0] if kb else None)
    return made


def _field(region: Region, name: str) -> str | None:
    return region.fields.get(text_control(region.layer, name))


def _word(region: Region) -> Word:
    """The word of a region's cluster, however it was typed."""
    return cluster_word(region.layer, _field(region, "cluster") or "")


def _kb(
    members: list[Region], keys: Iterable[str], found: Regions, carried: Carried, prefix: str
) -> list[str]:
    """The ids that the members show, and those whose regions are gone while the cluster is not."""
    ids = {kb for kb in (_field(region, "kb") for region in members) if kb is not None}
    for before in (carried.clusters.get(key) for key in keys):
        if before and before.kb and before.at and prefix + before.at not in found.regions:
            ids.add(before.kb)
    return sorted(ids)


def _name(members: list[Region], scheme: Scheme, text: str) -> str | None:
    """The longest name among the members."""
    control = choice_control("entities", "mention")
    default = scheme.layers["entities"].attributes["mention"].default
    names = [
        " ".join(text[region.start : region.end].split())
        for region in members
        if region.layer == "entities" and region.fields.get(control, default) == "name"
    ]
    return max(names, key=len, default=None)
