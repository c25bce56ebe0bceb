"""Which regions are one mark: fragments, and the parts of an attribution; and what arrows mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from dateline.components import components
from dateline.formats.labelstudio.aside import Aside, Beside, Joint
from dateline.formats.labelstudio.results import Results
from dateline.formats.labelstudio.shape import ATTRIBUTED, PARTS, Place, plain
from dateline.formats.native import CONTENT, CUE, SOURCE
from dateline.generated.places import PART
from dateline.records import Span

__all__ = ["Joined", "Named", "Parts"]


class Named(NamedTuple):
    """An arrow of one name."""

    source: str
    target: str
    label: str
    both_ways: bool = False


class Parts(NamedTuple):
    """The regions of an attribution: `anchor` is its cue, or else its first content."""

    anchor: str
    source: str | None
    content: list[str]


class Joined:
    """The regions of a result told apart and joined.

    Parameters
    ----------
    spans : where the regions lie, as far as that is known.

    Attributes
    ----------
    places : the control and first label of each region.
    whole : the region that stands for the mark that each is, or is a fragment of.
    attributions : by their anchors.
    relations, arrows : the arrows that are relations of our own, and those that join nothing.
    """

    def __init__(self, results: Results, aside: Aside, spans: Mapping[str, Span]) -> None:
        self.notices: list[tuple[str, str]] = []
        self.places: dict[str, Place] = {
            key: next(iter(region.places)) for key, region in results.regions.items()
        }
        self.whole = {key: key for key in results.regions}
        self.attributions: dict[str, Parts] = {}
        self._results, self._aside, self._spans = results, aside, spans
        self.relations, self.arrows = self._told_apart()
        self._fragments()
        self._attribute()

    def _told_apart(self) -> tuple[list[Joint], list[Named]]:
        known: dict[tuple[str, str, str], list[Joint]] = defaultdict(list)
        for joint in reversed(self._aside.arrows):
            known[joint.source, joint.target, plain(joint.label)].append(joint)
        relations, others = [], []
        for one in self._results.arrows:
            for label in one.labels or ["unnamed"]:
                joints = known.get((one.source, one.target, label))
                if joints and not one.both_ways:
                    relations.append(joints.pop())
                else:
                    others.append(Named(one.source, one.target, label, one.both_ways))
        return relations, others

    def _fragments(self) -> None:
        """Fragments of one mark, which our aside names, become it."""
        beside = self._aside.regions
        wanted = {(key, part) for key, one in beside.items() for part in one.parts}
        rest = []
        for arrow in self.arrows:
            source, target, label, _ = arrow
            alike = self.places.get(source) == self.places.get(target, "")
            alone = self.whole.get(target) == target and not beside.get(target, Beside()).parts
            if label == PART and alike and alone and (source, target) in wanted:
                self.whole[target] = source
            else:
                rest.append(arrow)
        self.arrows = rest

    def _attribute(self) -> None:
        """Parts that arrows join become attributions."""
        nodes = [
            key
            for key, place in self.places.items()
            if place.control == ATTRIBUTED and place.label in PARTS
        ]
        joints = [(one.source, one.target) for one in self.arrows if one.label == PART]
        group_of: dict[str, int] = {}
        for number, group in enumerate(components(nodes, joints), 1):
            parts = self._parts(group)
            if parts is not None:
                group_of |= dict.fromkeys(group, number)
                self.attributions[parts.anchor] = parts
                self.whole |= dict.fromkeys(parts.content, parts.content[0])
            elif len(group) > 1:
                where = self._results.regions[group[0]].where
                self.notices.append(("parts that make no attribution", where))

        def joins(one: Named) -> bool:
            number = group_of.get(one.source)
            return one.label == PART and number is not None and number == group_of.get(one.target)

        self.arrows = [one for one in self.arrows if not joins(one)]

    def _parts(self, group: list[str]) -> Parts | None:
        """The parts of an attribution in the order of the text; None where they make none."""
        by: dict[str, list[str]] = {label: [] for label in PARTS}
        for key in sorted(group, key=self._at):
            by[self.places[key].label].append(key)
        content = by[CONTENT]
        if not content or len(by[CUE]) > 1 or len(by[SOURCE]) > 1:
            return None
        return Parts((by[CUE] or content)[0], next(iter(by[SOURCE]), None), content)

    def _at(self, region: str) -> tuple[int, int]:
        span = self._spans.get(region, Span(-1, -1))
        return span.start, span.end
