"""Chains as groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from dateline.formats.native import CLUSTER
from dateline.formats.standoff import GROUP, MEMBER, SPAN, arguments
from dateline.formats.xmi.drafts import Draft
from dateline.formats.xmi.joining import Joining, is_hosted
from dateline.formats.xmi.names import LINK, kb_of, to_kb
from dateline.formats.xmi.structures import Structure
from dateline.records import Foreign, Span

__all__ = ["Chain", "Chains"]

_ID = "identifier"
_TYPE, _RELATION = "referenceType", "referenceRelation"


class Chain(NamedTuple):
    """A chain and its links in order."""

    head: Structure
    links: list[Structure]


class Chains:
    """Makes groups of chains.

    `ours` says that Dateline wrote the file, so that its chains have the names that they were
    given; in others' files they have the labels of their layers.
    """

    def __init__(
        self, joining: Joining, ours: bool, span: Callable[[Structure], list[Span]]
    ) -> None:
        self.joining = joining
        self.drafts = joining.drafts
        self.ours = ours
        self.span = span
        self._members: list[list[str]] = []

    def place(self, chains: list[Chain]) -> None:
        """Find the marks that links stand on; a link on no mark becomes one."""
        at: dict[object, str] = {}
        for named in (True, False):
            for draft in self.drafts.values():
                if is_hosted(draft) and (draft.layer == "") == named:
                    at.setdefault(draft.place, draft.key)
        for chain in chains:
            keys = [self._member(link, at) for link in chain.links]
            self._members.append(list(dict.fromkeys(keys)))

    def _member(self, link: Structure, at: dict[object, str]) -> str:
        key = at.get(link.place)
        said = {k: v for k, v in link.said.items() if link.shape.features.get(k) == "text"}
        if self._own(link):
            said = {}
        if key is None:
            label, key = said.pop(_TYPE, "") or link.shape.short, link.key
            words = self.span(link)
            self.drafts[key] = Draft(key, key, SPAN, label, link.place, words, [], said)
        else:
            self.drafts[key].attributes = said | self.drafts[key].attributes
        self.joining.alias[link.key] = key
        return key

    def _own(self, link: Structure) -> bool:
        return self.ours and link.shape.name == LINK

    def groups(self, chains: list[Chain]) -> Iterator[Foreign]:
        """The groups, when all other marks have their ids."""
        clusters = {draft.id: draft for draft in self.joining.asides["Cluster"]}
        used: set[str] = set()
        linked: list[tuple[str, list[Draft]]] = []
        for chain, keys in zip(chains, self._members, strict=True):
            name, label = self._names(chain)
            cluster = clusters.get(name)
            if cluster is not None:
                used.add(name)
            keys = self._told(cluster, chain, keys)
            members = [self.drafts[key] for key in keys]
            seen = {d.attributes[_ID] for d in members if d.layer == "" and _ID in d.attributes}
            said = dict(cluster.attributes) if cluster is not None else {}
            aside = cluster.aside if cluster is not None else None
            kb = kb_of(seen, said.pop("kb", None), aside)
            attributes = said | (aside.attributes if aside is not None else {})
            if kb is not None:
                attributes["kb"] = kb
                linked.append((kb, members))
            args = arguments(MEMBER, (self.joining.ids[key] for key in keys))
            name = self.joining.unused(name, chain.head.key)
            yield Foreign(name, GROUP, label, [], args, attributes)
        for kb, members in linked:
            for draft in members:
                if draft.layer == "" and to_kb(draft.attributes.get(_ID, "")) == kb:
                    del draft.attributes[_ID]
        for name, cluster in clusters.items():
            if name not in used:
                self.joining.notice("a name of a group that is gone", cluster.key)

    def _names(self, chain: Chain) -> tuple[str, str]:
        """The id and label of a chain."""
        own = [link for link in chain.links if self._own(link)]
        if not own:
            label = chain.head.shape.short
            return chain.head.key, label.removesuffix("Chain").removesuffix("Link") or label
        found = []
        for feature, otherwise in ((_TYPE, chain.head.key), (_RELATION, CLUSTER)):
            said = Counter(link.said[feature] for link in own if link.said.get(feature))
            found.append(said.most_common(1)[0][0] if said else otherwise)
        return found[0], found[1]

    def _told(self, cluster: Draft | None, chain: Chain, keys: list[str]) -> list[str]:
        """The members as a cluster of ours names them, where its chain still has their words."""
        if cluster is None or cluster.aside is None or cluster.aside.members is None:
            return keys
        told = [self.joining.keys.get(name, "") for name in cluster.aside.members]
        drafts = [self.drafts[key] for key in told if key in self.drafts]
        same = [draft.place for draft in drafts] == [link.place for link in chain.links]
        return told if same and len(set(told)) == len(told) else keys
