"""The chains of a WebAnno TSV file, each with the note of ours that is about it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dateline.formats.webanno.annotations import Annotation
from dateline.formats.webanno.lines import Layer
from dateline.formats.webanno.shape import CHAIN, CLUSTERS

__all__ = ["Chain", "chains_of"]


@dataclass
class Chain:
    """The links of a chain in order; `note` has its id and name, `members` what they stand on."""

    layer: Layer
    links: list[Annotation]
    line: int
    note: Annotation | None = None
    members: list[Any] = field(default_factory=list)


def chains_of(spans: Iterable[Annotation]) -> tuple[list[Chain], list[Annotation]]:
    """The chains of all layers, by their numbers, and notes that are about none.

    A note belongs to the chain whose first link has its words, else to one with another such link.
    """
    links: dict[tuple[str, int], list[Annotation]] = {}
    notes: dict[tuple[int, int], deque[Annotation]] = {}
    for one in spans:
        if one.link is not None:
            links.setdefault((one.layer.name, one.link[0]), []).append(one)
        elif one.layer.name == CLUSTERS:
            notes.setdefault((one.start, one.end), deque()).append(one)
    chains = []
    for _, found in sorted(links.items()):
        found.sort(key=lambda one: one.link or (0, 0))
        chains.append(Chain(found[0].layer, found, found[0].line))
    ours = [chain for chain in chains if chain.layer.name == CHAIN]
    for chain in ours:
        _claim(chain, chain.links[:1], notes)
    for chain in ours:
        if chain.note is None:
            _claim(chain, chain.links[1:], notes)
    return chains, [note for those in notes.values() for note in those]


def _claim(
    chain: Chain, links: list[Annotation], notes: dict[tuple[int, int], deque[Annotation]]
) -> None:
    for one in links:
        here = notes.get((one.start, one.end))
        if here:
            chain.note = here.popleft()
            return
