"""Regions, arrows and the aside of a task as marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from dateline.formats.labelstudio.aside import Aside, Beside
from dateline.formats.labelstudio.carried import read_carried
from dateline.formats.labelstudio.grouping import Member, clusters
from dateline.formats.labelstudio.joining import Joined, Named
from dateline.formats.labelstudio.plaintext import Counted
from dateline.formats.labelstudio.results import Results
from dateline.formats.labelstudio.shape import KB, Ids, Place, Shape, kind_of, plain
from dateline.formats.native import ATTRIBUTION, REF
from dateline.formats.standoff import EVENT, NOTE, ON, RELATION, arguments
from dateline.generated.entries import item_of
from dateline.generated.places import CLUSTERED, SAME, text_control
from dateline.records import Argument, Foreign, Span

__all__ = ["Marking"]

Fields = dict[str, list[str]]


class Marking:
    """Makes the marks of one task; `notices` says what could not be taken as it stands."""

    def __init__(
        self, results: Results, aside: Aside, text: Counted, shape: Shape, data: dict[str, Any]
    ) -> None:
        self._results, self._aside, self._shape = results, aside, shape
        self._span: dict[str, Span] = {
            key: text.span(region.words.start, region.words.end)
            for key, region in results.regions.items()
            if region.words is not None
        }
        self._joined = Joined(results, aside, self._span)
        self.notices = self._joined.notices
        self._carried = read_carried(data, list(results.regions))
        self._ids = Ids()
        self._names: dict[str, str] = {}  # the marks' ids, by region
        self._pieces: dict[str, list[str]] = {}  # the regions of each mark, by the first
        for key, whole in self._joined.whole.items():
            if key == whole:
                self._names[key] = self._ids.take(self._wanted(key))
            self._pieces.setdefault(whole, []).append(key)

    def _wanted(self, region: str) -> str:
        """The id that a region's mark should have."""
        prefix = next((p for p in self._carried.prefixes if p and region.startswith(p)), "")
        bare = region.removeprefix(prefix) or region
        if region in self._joined.attributions:  # A1_cue, as a push writes it
            bare = item_of(bare) or bare
        return self._aside.regions.get(region, Beside()).id or bare

    def marks(self) -> list[Foreign]:
        """All marks of the task, in no order."""
        said: dict[str, list[Argument]] = defaultdict(list)
        same: list[tuple[str, str]] = []
        loose = list(self._loose(said, same))
        fields = self._fields()
        own = {key: self._own(key, said[key], fields[key]) for key in self._pieces}
        found = [*own.values(), *self._further(own)]
        for joint in self._joined.relations:
            ends = zip(joint.roles, (joint.source, joint.target), strict=True)
            args = [Argument(role, self._named(end)) for role, end in ends]
            key = self._ids.take(joint.id)
            found.append(Foreign(key, RELATION, joint.label, [], args, joint.attributes))
        members = dict(self._members(own))
        groups = clusters(members, same, self._aside.clusters, self._carried.clusters, self._ids)
        found += [*groups, *self._remarks()]
        for mark in (*self._aside.marks, *self._carried.foreign):
            found.append(msgspec.structs.replace(mark, id=self._ids.take(mark.id)))
        fresh = self._ids.fresh("R")
        for arrow in loose:
            args = [Argument("Arg1", self._named(arrow.source))]
            args.append(Argument("Arg2", self._named(arrow.target)))
            both = {"direction": "both ways"} if arrow.both_ways else {}
            found.append(Foreign(next(fresh), RELATION, arrow.label, [], args, both))
        return found

    def _named(self, region: str) -> str:
        """The mark that a region is, or is a part of; its own id where there is none."""
        return self._names.get(self._joined.whole.get(region, region), region)

    def _layer(self, region: str) -> str | None:
        if region in self._joined.attributions:
            return "attributions"
        return self._shape.layer_of(*kind_of(self._joined.places[region]))

    def _loose(
        self, said: dict[str, list[Argument]], same: list[tuple[str, str]]
    ) -> Iterator[Named]:
        """Arrows that are arguments and joints of clusters are put there; the others are given."""
        joined = self._joined
        sources = {parts.source: key for key, parts in joined.attributions.items() if parts.source}
        for key, parts in joined.attributions.items():
            if parts.source is not None:
                said[key].append(Argument("source", self._named(parts.source)))
            if parts.content[0] != key:
                said[key].append(Argument("content", self._named(parts.content[0])))
        for arrow in joined.arrows:
            source, target = (joined.whole.get(end) for end in arrow[:2])
            if source is None or target is None:
                yield arrow
            elif arrow.label == SAME and self._layer(source) == self._layer(target) in CLUSTERED:
                same.append((source, target))
            elif arrow.both_ways:
                yield arrow
            elif arrow.label == "refs" and source in sources:
                said[sources[source]].append(Argument(REF, self._named(target)))
            elif kind_of(joined.places[source])[0] == EVENT:
                said[source].append(Argument(arrow.label, self._named(target)))
            else:
                yield arrow

    # ── Marks

    def _fields(self) -> dict[str, Fields]:
        """The fields of each mark; those of an attribution may stand on any of its parts."""
        anchors: dict[str, str] = {}
        for anchor, parts in self._joined.attributions.items():
            anchors |= {part: anchor for part in (parts.source, parts.content[0]) if part}
        found: dict[str, Fields] = defaultdict(dict)
        moved: list[tuple[str, str, list[str]]] = []
        for key, pieces in self._pieces.items():
            anchor = anchors.get(key, key)
            for piece in pieces:
                for control, values in self._results.regions[piece].fields.items():
                    if anchor != key and self._shape.is_choice(control, "attributions"):
                        moved.append((anchor, control, values))
                    else:
                        found[key].setdefault(control, []).extend(values)
        for anchor, control, values in moved:
            found[anchor].setdefault(control, values)
        return found

    def _own(self, region: str, said: list[Argument], fields: Fields) -> Foreign:
        """The mark that a region is, with what our aside knows of it."""
        kind, label = kind_of(self._joined.places[region])
        layer = self._layer(region)
        if layer == "attributions":
            kind, label = EVENT, ATTRIBUTION
        beside = self._aside.regions.get(region, Beside())
        if beside.label is not None and plain(beside.label) == label:
            label = beside.label
        pieces = self._pieces[region]
        spans = [self._span[piece] for piece in pieces if piece in self._span]
        spans.sort(key=_place)
        if beside.spans and sorted(beside.spans, key=_place) == spans:
            spans = beside.spans
        attributes = beside.attributes | self._attributes(fields, layer, label)
        args = _filled(beside.args, said)
        return Foreign(self._names[region], kind, label, spans, args, attributes)

    def _attributes(self, fields: Fields, layer: str | None, label: str) -> dict[str, str]:
        values: Fields = {}
        clustered = layer if layer in CLUSTERED else None
        for control, words in fields.items():
            if clustered and control in _words_of(clustered):
                continue
            values.setdefault(self._shape.attribute_of(control, layer, label), []).extend(words)
        return {name: "; ".join(dict.fromkeys(words)) for name, words in values.items()}

    def _further(self, own: dict[str, Foreign]) -> Iterator[Foreign]:
        """Marks for the second and further labels of regions."""
        for key, mark in own.items():
            places = self._results.regions[key].places
            for place in islice(places, 1, None):
                kind, label = kind_of(Place(*place))
                more = {"id": self._ids.take(mark.id), "kind": kind, "label": label, "args": []}
                yield msgspec.structs.replace(mark, **more)

    def _members(self, own: dict[str, Foreign]) -> Iterator[tuple[str, Member]]:
        """The mentions and triggers that lie somewhere, with the words that make clusters."""
        for key, mark in own.items():
            layer = self._layer(key)
            if layer in CLUSTERED and mark.spans:
                fields = self._results.regions[key].fields
                words = (fields.get(text_control(layer, n), [""])[0] for n in ("cluster", KB))
                yield key, Member(mark, layer, *words)

    def _remarks(self) -> Iterator[Foreign]:
        """Notes on regions, and answers on the whole task."""
        unnamed: list[tuple[str, list[Argument], str]] = []
        for key, region in self._results.regions.items():
            notes = list(region.notes)
            remark = self._aside.notes.get(key)
            args = arguments(ON, [self._named(key)])
            if notes and remark is not None:
                name = self._ids.take(remark.id)
                yield Foreign(name, NOTE, remark.label, [], args, {"text": notes.pop(0)})
            unnamed += [("note", args, words) for words in notes]
        for answer in self._results.answers:
            if answer.id:
                said = {"text": answer.words}
                yield Foreign(self._ids.take(answer.id), NOTE, answer.control, [], [], said)
            else:
                unnamed.append((answer.control, [], answer.words))
        fresh = self._ids.fresh("note-")
        for label, args, words in unnamed:
            yield Foreign(next(fresh), NOTE, label, [], args, {"text": words})


def _words_of(layer: str) -> tuple[str, str]:
    return text_control(layer, "cluster"), text_control(layer, KB)


def _place(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _filled(args: list[Argument | None] | None, said: list[Argument]) -> list[Argument]:
    """The arguments that arrows say, in the places that are left for them among the others."""
    if args is None:
        return said
    arrows = iter(said)
    filled = (next(arrows, None) if one is None else one for one in args)
    return [one for one in filled if one is not None] + list(arrows)
