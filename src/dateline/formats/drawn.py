"""Marks as tools draw them that know labelled spans, and labelled links from span to span.

==========  ==============================================================================
`span`      a node for each fragment
`event`     a node for each fragment, and a link to the filler of each role, labelled by it
`relation`  of two things with words: one link
`group`     a link from each member to the one before, labelled as the group
==========  ==============================================================================

A node is its place and label, so two events of one type on the same words are one node. What a
graph cannot say (ids, attributes, which fragments belong together) goes beside: `formats.aside`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import msgspec

from dateline.formats.standoff import EVENT, GROUP, MEMBER, RELATION, SPAN
from dateline.records import Foreign, Span

__all__ = ["Graph", "Link", "Node", "arcs", "drawn", "is_sound", "places_of"]


class Node(NamedTuple):
    """Words under a label, `[start, end)` in code points."""

    start: int
    end: int
    label: str


class Link(NamedTuple):
    """A labelled link between two nodes."""

    head: Node
    child: Node
    label: str


class Graph(msgspec.Struct):
    """Nodes and links, each with what else a tool says of it."""

    nodes: dict[Node, dict[str, str]] = {}
    links: dict[Link, dict[str, str]] = {}

    def is_like(self, other: Graph) -> bool:
        """Whether the same nodes and links are there."""
        return self.nodes.keys() == other.nodes.keys() and self.links.keys() == other.links.keys()


def is_sound(span: Span, length: int) -> bool:
    """Whether a span has words in a text of so many code points."""
    return 0 <= span.start < span.end <= length


def places_of(marks: Iterable[Foreign], length: int) -> dict[str, list[Node]]:
    """The nodes of each mark that has any, by its id."""
    found: dict[str, list[Node]] = {}
    for mark in marks:
        if mark.kind in (SPAN, EVENT) and mark.label.strip():
            nodes = [Node(s.start, s.end, mark.label) for s in mark.spans if is_sound(s, length)]
            if nodes:
                found[mark.id] = nodes
    return found


def arcs(mark: Foreign, places: dict[str, list[Node]]) -> Iterator[tuple[str, str, Link]]:
    """The links that stand for a mark: (id at the head, id at the child, link)."""
    if mark.kind == EVENT and mark.id in places:
        pairs = [(mark.id, a.ref, a.role) for a in mark.args]
    elif mark.kind == RELATION and len(mark.args) == 2:
        pairs = [(mark.args[0].ref, mark.args[1].ref, mark.label)]
    elif mark.kind == GROUP:
        members = [a.ref for a in mark.args if a.role == MEMBER and a.ref in places]
        pairs = [(later, before, mark.label) for before, later in pairwise(members)]
    else:
        return
    for head, child, label in pairs:
        if head in places and child in places and label.strip():
            link = Link(places[head][0], places[child][0], label)
            if link.head != link.child:
                yield head, child, link


def drawn(marks: Iterable[Foreign], length: int) -> Graph:
    """The graph of marks over a text of so many code points, in order of place."""
    marks = list(marks)
    places = places_of(marks, length)
    nodes = sorted({node for found in places.values() for node in found}, key=_order)
    links = {link: None for mark in marks for _, _, link in arcs(mark, places)}
    return Graph({node: {} for node in nodes}, {link: {} for link in links})


def _order(node: Node) -> tuple[int, int, str]:
    return node.start, -node.end, node.label
