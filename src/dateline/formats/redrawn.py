"""The marks that a graph means: those that were written, with what was changed since.

A tool gives back nodes and links. Where they are those that the marks were drawn as, the marks hold
as they were. Else what is there now wins: a node that is gone takes its mark along, one under
another label or at other words changes it, and so with roles, relations and members of groups.
Without marks that were written all nodes and links are new: under a label of the scheme they are
read as Dateline's own, with their links as roles.
"""

from __future__ import annotations

import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from dateline.components import components
from dateline.formats.drawn import Graph, Link, Node, arcs, drawn, is_sound, places_of
from dateline.formats.native import ATTRIBUTION, CLUSTER, STANCE
from dateline.formats.standoff import (
    EVENT,
    GROUP,
    MEMBER,
    RELATION,
    SPAN,
    arguments,
    fresh_ids,
    ordered,
)
from dateline.records import Argument, Foreign, Span
from dateline.scheme import Scheme

__all__ = ["redrawn"]

HEAD, CHILD = "head", "child"


def redrawn(
    marks: Sequence[Foreign],
    found: Graph,
    length: int,
    scheme: Scheme,
    ends: tuple[str, str] = (HEAD, CHILD),
    linked: bool = True,
) -> list[Foreign]:
    """The marks of a graph, given those that it was written from, in order.

    Parameters
    ----------
    length : of the text, in code points.
    ends : the roles of the two ends of a relation that nobody here has a name for.
    linked : whether the tool has links at all; if not, those of the marks stay.
    """
    was = drawn(marks, length)
    if was.is_like(found) or (not linked and was.nodes.keys() == found.nodes.keys()):
        return ordered(marks)
    return _Redrawing(marks, was, found, length, scheme, ends, linked).marks()


class _Redrawing:
    def __init__(
        self,
        marks: Sequence[Foreign],
        was: Graph,
        found: Graph,
        length: int,
        scheme: Scheme,
        ends: tuple[str, str],
        linked: bool,
    ) -> None:
        self.was, self.found, self.length = was, found, length
        self.scheme, self.ends, self.linked = scheme, ends, linked
        self.old = list(marks)
        self.places = places_of(marks, length)
        self.moved = _moved(was, found)
        ids = [mark.id for mark in marks]
        self.fresh = {prefix: fresh_ids(prefix, ids) for prefix in "TERC"}
        self.made: dict[str, Foreign] = {}
        self.at: dict[Node, list[str]] = defaultdict(list)

    def marks(self) -> list[Foreign]:
        """All marks as they are now."""
        for mark in self.old:
            if mark.id not in self.places:
                self.made[mark.id] = mark
                continue
            nodes = [node for node in map(self._now, self.places[mark.id]) if node]
            labels = {node.label for node in nodes}
            if labels:  # a fragment that is under another label than the others goes its own way
                label = mark.label if mark.label in labels else nodes[0].label
                self.made[mark.id] = self._at_new_place(mark, label)
                for node in nodes:
                    if node.label == label:
                        self.at[node].append(mark.id)
        for node, attributes in self.found.nodes.items():
            if node not in self.at:
                kind = self._kind(node.label, SPAN)
                key = next(self.fresh["E" if kind == EVENT else "T"])
                span = [Span(node.start, node.end)]
                self.made[key] = Foreign(key, kind, node.label, span, [], attributes)
                self.at[node].append(key)
        if self.linked:
            self._links()
        gone = {mark.id for mark in self.old} - self.made.keys()
        if gone:
            self.made = {
                key: msgspec.structs.replace(mark, args=[a for a in mark.args if a.ref not in gone])
                for key, mark in self.made.items()
            }
        return ordered(self.made.values())

    def _now(self, node: Node) -> Node | None:
        return self.moved.get(node, node)

    def _kind(self, label: str, other: str) -> str:
        """The kind of a mark with words by its label, where the scheme has it."""
        if label in self.scheme.layers["events"].labels or label in (ATTRIBUTION, STANCE):
            return EVENT
        return SPAN if label in self.scheme.layers["entities"].labels else other

    def _at_new_place(self, mark: Foreign, label: str) -> Foreign:
        spans: list[Span] = []
        for span in mark.spans:
            node: Node | None = Node(span.start, span.end, mark.label)
            if is_sound(span, self.length):
                node = self._now(Node(span.start, span.end, mark.label))
                node = node if node is not None and node.label == label else None
            if node is not None:
                spans.append(Span(node.start, node.end))
        if label == mark.label:
            return msgspec.structs.replace(mark, spans=spans)
        kind = self._kind(label, mark.kind)
        return msgspec.structs.replace(mark, spans=spans, label=label, kind=kind)

    # ── Links

    def _there(self, link: Link) -> Link | None:
        """A link that was written, between the nodes of now, if it is still there."""
        head, child = self._now(link.head), self._now(link.child)
        if head is None or child is None:
            return None
        now = Link(head, child, link.label)
        return now if now in self.found.links else None

    def _links(self) -> None:
        known = {self._there(link) for link in self.was.links}
        for mark in self.old:
            if mark.id in self.made and mark.kind in (EVENT, RELATION):
                lost = {
                    Argument(link.label, child)
                    for _, child, link in arcs(mark, self.places)
                    if self._there(link) is None
                }
                if lost and mark.kind == RELATION:
                    del self.made[mark.id]
                elif lost:
                    now = self.made[mark.id]
                    args = [argument for argument in now.args if argument not in lost]
                    self.made[mark.id] = msgspec.structs.replace(now, args=args)
        labels = dict.fromkeys(m.label for m in self.old if m.kind == GROUP) | {CLUSTER: None}
        new: dict[str, list[tuple[str, str]]] = {label: [] for label in labels}
        more: dict[str, list[Argument]] = defaultdict(list)
        for link, attributes in self.found.links.items():
            if link in known:
                continue
            head, child = self.at[link.head][0], self.at[link.child][0]
            if link.label in new:
                new[link.label].append((head, child))
            elif self.made[head].kind == EVENT:
                more[head].append(Argument(link.label, child))
            else:
                key = next(self.fresh["R"])
                args = [Argument(self.ends[0], head), Argument(self.ends[1], child)]
                self.made[key] = Foreign(key, RELATION, link.label, [], args, attributes)
        for key, args in more.items():
            mark = self.made[key]
            self.made[key] = msgspec.structs.replace(mark, args=[*mark.args, *args])
        for label, pairs in new.items():
            self._groups(label, pairs)

    def _groups(self, label: str, new: list[tuple[str, str]]) -> None:
        """The groups of a label, whose members are linked one to the next."""
        groups = [m for m in self.old if (m.kind, m.label) == (GROUP, label)]
        links = [link for mark in groups for _, _, link in arcs(mark, self.places)]
        if not new and all(self._there(link) is not None for link in links):
            return
        pairs = [*new, *(pair for mark in groups for pair in self._still_joined(mark))]
        ends = dict.fromkeys(key for pair in pairs for key in pair)
        joined = dict(enumerate(components(ends, pairs)))
        root = {key: number for number, several in joined.items() for key in several}
        for mark in groups:
            placed = {a.ref for a in mark.args if a.ref in self.places}
            own = [a.ref for a in mark.args if a.ref in placed and a.ref in self.made]
            votes = Counter(root[key] for key in own if root.get(key) in joined)
            alone = [key for key in own if key not in root][:1]
            kept = set(joined.pop(votes.most_common(1)[0][0]) if votes else alone)
            args = [a for a in mark.args if a.ref not in placed or a.ref in kept]
            args += self._members(kept - set(own))
            if args or not mark.args:
                self.made[mark.id] = msgspec.structs.replace(mark, args=args)
            else:
                del self.made[mark.id]
        for keys in joined.values():
            if len(keys) > 1:
                name = next(self.fresh["C"])
                self.made[name] = Foreign(name, GROUP, label, [], self._members(keys))

    def _members(self, keys: Iterable[str]) -> list[Argument]:
        def start(key: str) -> tuple[int, str]:
            return self.made[key].spans[0].start, key

        return arguments(MEMBER, sorted(keys, key=start))

    def _still_joined(self, mark: Foreign) -> Iterator[tuple[str, str]]:
        """The pairs of members that are linked, across members that are gone."""
        there = {pair[:2]: self._there(pair[2]) for pair in arcs(mark, self.places)}
        last, before = None, None
        for argument in mark.args:
            key = argument.ref
            if argument.role != MEMBER or key not in self.places:
                continue
            if key in self.made:
                if last is not None and (last != before or there.get((key, last), True)):
                    yield key, last
                last = key
            before = key


def _moved(was: Graph, found: Graph) -> dict[Node, Node | None]:
    """Where each node went that is no longer there: a new one on its words, or one of its label on
    words that touch its own; else None.
    """
    gone = [node for node in was.nodes if node not in found.nodes]
    new = sorted(node for node in found.nodes if node not in was.nodes)
    there: dict[tuple[int, int], list[Node]] = defaultdict(list)
    by_label: dict[str, list[Node]] = defaultdict(list)
    for node in new:
        there[node[:2]].append(node)
        by_label[node.label].append(node)
    moved: dict[Node, Node | None] = {}
    used: set[Node] = set()
    for node in gone:
        if there[node[:2]]:
            moved[node] = other = there[node[:2]].pop()
            used.add(other)
    for node in gone:
        if node in moved:
            continue
        alike = by_label[node.label]
        at = bisect.bisect_left(alike, node)
        near = [n for n in alike[max(0, at - 2) : at + 2] if n not in used and _common(n, node) > 0]
        best = max(near, key=lambda other: _common(other, node), default=None)
        moved[node] = best
        if best is not None:
            used.add(best)
    return moved


def _common(one: Node, two: Node) -> int:
    return min(one.end, two.end) - max(one.start, two.start)
