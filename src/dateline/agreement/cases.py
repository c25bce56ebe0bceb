"""Where two passes over one article differ, as numbered cases that somebody can decide.

A *slot* is what may become one item of the answer: an item of both passes, or of one. A *case* is
one question about one slot (or about several slots that raise the same question): is it there,
which extent, which type, does it have this argument. Nominals and pronouns that only one pass
marked raise no question: by the guidelines they stand or fall with what refers to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dateline.matching import Match, Pairing, fields
from dateline.records import Attribution, Entity, Event, Item

__all__ = ["Case", "Disagreement", "Slot"]

LAYERS = ("entities", "events", "attributions", "stances")


@dataclass(frozen=True, eq=False)
class Slot:
    """What may become one item: the left pass's, the right one's, or both."""

    layer: str
    left: Item | None
    right: Item | None

    @cached_property
    def item(self) -> Item:
        """The left pass's item, or else the right one's."""
        item = self.left or self.right
        assert item is not None
        return item

    @property
    def paired(self) -> bool:
        return self.left is not None and self.right is not None

    @property
    def start(self) -> int:
        """The first code point, of the part that says what the item is about."""
        item = self.item
        if isinstance(item, Attribution):
            return (item.cue or item.content[0]).start
        return item.start

    @property
    def described(self) -> bool:
        """A nominal or pronoun: there because something points at it."""
        items = [item for item in (self.left, self.right) if item is not None]
        return all(isinstance(x, Entity) and x.mention in ("nominal", "pronoun") for x in items)


@dataclass(frozen=True)
class Case:
    """A question. `left` and `right` are what the passes answer; `slots` what it is about.

    `field` is `presence`, the name of a field of the record, `argument` (`detail` holds the role
    and the filler's slot) or `same` (do the slots, first and last, belong in one cluster?).
    """

    number: int
    field: str
    slots: tuple[Slot, ...]
    left: Any
    right: Any
    detail: tuple[str, Slot] | None = None


def _fields(item: Item | None, known: dict[str, Slot]) -> dict[str, Any] | None:
    """An item's fields with references as slots, `refs` in the order of the text."""
    if item is None:
        return None
    found = fields(item, known.get)
    if "refs" in found:
        found["refs"] = tuple(sorted(found["refs"], key=lambda slot: (slot.start, slot.item.id)))
    return found


class Disagreement:
    """The slots of two passes over one article, and the cases in which they differ."""

    def __init__(self, match: Match) -> None:
        self.match = match
        self.of_left: dict[str, Slot] = {}
        self.of_right: dict[str, Slot] = {}
        self.slots: dict[str, list[Slot]] = {}
        for layer in LAYERS:
            pairing: Pairing[Any] = getattr(match, layer)
            found = [Slot(layer, a, b) for a, b in pairing.pairs]
            found += [Slot(layer, a, None) for a in pairing.left]
            found += [Slot(layer, None, b) for b in pairing.right]
            found.sort(key=lambda slot: (slot.start, slot.left is None, slot.item.id))
            self.slots[layer] = found
            self.of_left.update({slot.left.id: slot for slot in found if slot.left is not None})
            self.of_right.update({slot.right.id: slot for slot in found if slot.right is not None})

    def fields(self, slot: Slot) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """What either pass gives for a slot, references as slots; None where it has no item."""
        return _fields(slot.left, self.of_left), _fields(slot.right, self.of_right)

    def arguments(self, slot: Slot) -> tuple[list[tuple[str, Slot]], list[tuple[str, Slot]]]:
        """(role, filler) of either pass's event, each once; a dangling reference is left out."""

        def of(item: Item | None, known: dict[str, Slot]) -> list[tuple[str, Slot]]:
            if not isinstance(item, Event):
                return []
            found = [(a.role, known[a.ref]) for a in item.arguments if a.ref in known]
            return list(dict.fromkeys(found))

        return of(slot.left, self.of_left), of(slot.right, self.of_right)

    @cached_property
    def cases(self) -> list[Case]:
        """All cases, numbered in the order of the text."""
        found = [case for layer in LAYERS for slot in self.slots[layer] for case in self._of(slot)]
        found += [case for layer in ("entities", "events") for case in self._clusters(layer)]
        order = {"presence": 0, "extent": 1, "type": 2, "same": 9}
        found = _grouped(found, self.clustered)
        found.sort(
            key=lambda c: (
                c.slots[-1].start if c.field == "same" else c.slots[0].start,
                LAYERS.index(c.slots[0].layer),
                c.slots[0].item.id,
                order.get(c.field, 5),
            )
        )
        return [
            Case(n, c.field, c.slots, c.left, c.right, c.detail) for n, c in enumerate(found, 1)
        ]

    def _of(self, slot: Slot) -> Iterator[Case]:
        if not slot.paired:
            if not slot.described:
                yield Case(0, "presence", (slot,), slot.left is not None, slot.right is not None)
            return
        left, right = self.fields(slot)
        assert left is not None
        assert right is not None
        for name in left:
            if left[name] != right[name]:
                yield Case(0, name, (slot,), left[name], right[name])
        mine, theirs = self.arguments(slot)
        for argument in [*mine, *(x for x in theirs if x not in mine)]:
            if (argument in mine) != (argument in theirs):
                yield Case(0, "argument", (slot,), argument in mine, argument in theirs, argument)

    def clustered(self, slot: Slot) -> tuple[str | None, str | None]:
        """The cluster that either pass puts a slot in."""
        left, right = slot.left, slot.right
        return (
            left.cluster if isinstance(left, Entity | Event) else None,
            right.cluster if isinstance(right, Entity | Event) else None,
        )

    def blocks(self, layer: str) -> list[list[Slot]]:
        """Slots that no pass that has them would put apart: the parts clusters are made of.

        Slots of both passes share a block when both passes put them in one cluster; a slot of one
        pass joins the block of its cluster that stands nearest before it.
        """
        found: dict[tuple[Any, ...], list[Slot]] = {}
        single = []
        for slot in self.slots[layer]:
            left, right = self.clustered(slot)
            if not slot.paired:
                single.append((slot, left or right))
            elif left is not None and right is not None:
                found.setdefault((left, right), []).append(slot)
            else:
                found[left, right, slot] = [slot]
        paired = list(found.items())
        for slot, cluster in single:
            side = 0 if slot.left is not None else 1
            near = [
                (other.start > slot.start, abs(other.start - slot.start), number)
                for number, (key, members) in enumerate(paired)
                if cluster is not None and key[side] == cluster
                for other in members
            ]
            key = paired[min(near)[2]][0] if near else (side, cluster or slot, "alone")
            found.setdefault(key, []).append(slot)
        return list(found.values())

    def _clusters(self, layer: str) -> Iterator[Case]:
        """A case for each block that one pass puts in a cluster with a larger or earlier one."""
        for side in (0, 1):
            of_cluster: dict[str, list[list[Slot]]] = {}
            for block in self.blocks(layer):
                clusters = {self.clustered(slot)[side] for slot in block if slot.paired} - {None}
                for cluster in clusters:
                    of_cluster.setdefault(str(cluster), []).append(block)
            for blocks in of_cluster.values():
                first, *others = sorted(blocks, key=lambda b: (-len(b), b[0].start))
                for block in others:
                    yield Case(0, "same", (first[0], block[0]), side == 0, side == 1)


def _grouped(cases: list[Case], clustered: Any) -> list[Case]:
    """Types and sectors of all mentions of one thing are one question."""
    groups: dict[tuple[Any, ...], list[Case]] = {}
    for number, case in enumerate(cases):
        key: tuple[Any, ...] = (number,)
        clusters = clustered(case.slots[0])
        named = case.slots[0].layer == "entities" and None not in clusters
        if named and case.field in ("type", "sector"):
            key = (case.field, case.left, case.right, *clusters)
        groups.setdefault(key, []).append(case)
    return [
        Case(0, c[0].field, tuple(s for x in c for s in x.slots), c[0].left, c[0].right)
        if len(c) > 1
        else c[0]
        for c in groups.values()
    ]
