"""Clusters of regions: those that carry one word, or that arrows named `same` join."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dateline.components import components
from dateline.formats.labelstudio.aside import Group
from dateline.formats.labelstudio.sayable import usual
from dateline.formats.labelstudio.shape import KB, Ids
from dateline.formats.native import CLUSTER
from dateline.formats.standoff import GROUP, MEMBER, arguments
from dateline.generated.entries import cluster_word
from dateline.records import Cluster, Foreign

__all__ = ["Member", "clusters"]

Word = tuple[str, str]


class Member(NamedTuple):
    """A mention or trigger with the words on its region."""

    mark: Foreign
    layer: str
    cluster: str
    kb: str


def clusters(
    members: Mapping[str, Member],
    same: Iterable[tuple[str, str]],
    beside: Mapping[str, Group],
    carried: Mapping[str, Cluster],
    ids: Ids,
) -> Iterator[Foreign]:
    """The groups of members, which are by region.

    Parameters
    ----------
    same : the regions that arrows join.
    beside, carried : what is known of clusters by their keys, from an export and from a push.
    """
    words = {k: cluster_word(m.layer, m.cluster) for k, m in members.items() if m.cluster}
    nodes: list[str | Word] = [*members, *words.values()]
    joints: list[tuple[str | Word, str | Word]] = [*same, *words.items()]
    found: list[tuple[list[Foreign], str, str]] = []
    for group in components(nodes, joints):
        inside = [members[node] for node in group if isinstance(node, str)]
        inside.sort(key=lambda member: usual(member.mark))
        keys = [node[1] for node in group if isinstance(node, tuple) and not node[0]]
        kb = next((member.kb for member in inside if member.kb), "")
        if len(group) > 1 or kb:
            key = min(keys, key=lambda key: (len(key), key), default="")
            found.append(([member.mark for member in inside], key, kb))
    named = [one for one in found if one[1]]
    for marks, key, kb in named:
        more = beside.get(key, Group())
        before = carried.get(key, Cluster())
        said = {"name": before.name} if before.name is not None else {}
        if before.kb:
            said[KB] = before.kb
        said |= more.attributes
        yield _group(ids.take(more.id or key), marks, said | ({KB: kb} if kb else {}), more)
    fresh = ids.fresh("C")
    for marks, key, kb in found:
        if not key:
            yield _group(next(fresh), marks, {KB: kb} if kb else {}, Group())


def _group(key: str, marks: list[Foreign], said: dict[str, str], more: Group) -> Foreign:
    members = [mark.id for mark in marks]
    if more.members is not None and sorted(more.members) == sorted(members):
        members = more.members
    return Foreign(key, GROUP, CLUSTER, [], arguments(MEMBER, members), said)
