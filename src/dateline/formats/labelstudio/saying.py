"""Marks as the regions, fields and arrows of a prediction, with the aside of the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from dateline.formats.labelstudio.aside import Aside, Beside, Joint
from dateline.formats.labelstudio.sayable import attributions, cluster_words, remarks
from dateline.formats.labelstudio.shape import (
    ATTRIBUTED,
    OTHER,
    OTHER_EVENT,
    Place,
    Shape,
    is_role,
    plain,
)
from dateline.formats.native import CONTENT, CUE, REF
from dateline.formats.standoff import EVENT, RELATION, SPAN, StandOff, fresh_ids, ordered
from dateline.generated.entries import Json, arrow, entry
from dateline.generated.places import NOTE_CONTROL, PART, text_control
from dateline.records import Argument, Foreign, Span

__all__ = ["Page"]

_SAFE = re.compile(r"[A-Za-z0-9_-]{1,60}")


class Page:
    """The entries of one prediction, and in `aside` what they cannot hold.

    `places`, `fields` and `arrows` are the labels, the fields for words and the names of arrows
    that they need of a configuration.
    """

    def __init__(self, standoff: StandOff, shape: Shape) -> None:
        self.text, self.shape = standoff.text, shape
        self.results: list[Json] = []
        self.places: set[Place] = set()
        self.fields: set[str] = set()
        self.arrows: set[str] = set()
        self._joints: list[Json] = []
        marks = ordered(standoff.marks)
        self._words: dict[str, list[Span]] = {}  # by mark, in the order of the text
        self._pieces: dict[str, list[str]] = {}  # the regions of a mark
        fresh = fresh_ids("r", (mark.id for mark in marks))
        for mark in marks:
            if mark.kind in (SPAN, EVENT) and self._stands(mark):
                first = mark.id if _SAFE.fullmatch(mark.id) else next(fresh)
                self._pieces[mark.id] = [first, *islice(fresh, len(mark.spans) - 1)]
                self._words[mark.id] = sorted(mark.spans, key=lambda s: (s.start, s.end))
        by_id = {mark.id: mark for mark in marks}
        self._attributions = attributions(by_id, self._pieces)
        self._clusters, groups, said = cluster_words(by_id, self._pieces, shape)
        regions = {key: pieces[0] for key, pieces in self._pieces.items()}
        named = {mark.id for mark in marks if _SAFE.fullmatch(mark.id)}
        self._notes = remarks(marks, regions, named)
        names = self._notes.names
        self.aside = Aside(regions={}, arrows=[], clusters=groups, notes=names, marks=[])
        self._write(marks, said | self._notes.said)

    def _stands(self, mark: Foreign) -> bool:
        """Whether a mark has words that regions may have."""
        size = len(self.text)
        return bool(mark.spans) and all(0 <= s.start < s.end <= size for s in mark.spans)

    def _write(self, marks: Sequence[Foreign], said: set[str]) -> None:
        if (note := self._notes.whole) is not None:
            value: Json = {"text": [note.attributes["text"]]}
            self.results.append(entry(NOTE_CONTROL, "textarea", note.id, value))
        part_of = {part for parts in self._attributions.values() for part in parts.values()}
        for mark in marks:
            if mark.id in self._pieces:
                self._region(mark, mark.id in part_of)
            elif mark.id not in said and not self._relation(mark):
                self.aside.marks.append(mark)
        self.results += self._joints

    def _region(self, mark: Foreign, is_part: bool) -> None:
        """The regions of a span or event with its fields, and the arrows that begin there."""
        first, *others = pieces = self._pieces[mark.id]
        layer = self.shape.layer_of(mark.kind, mark.label)
        place = self.shape.place_of(mark.kind, mark.label)
        parts = self._attributions.get(mark.id)
        if parts is not None:
            layer, place = "attributions", Place(ATTRIBUTED, CUE if "content" in parts else CONTENT)
        elif is_part:
            place = Place(ATTRIBUTED, mark.label)
        self.places.add(place)
        for piece, span in zip(pieces, self._words[mark.id], strict=True):
            words = self.text[span.start : span.end]
            value = {"start": span.start, "end": span.end, "text": words, "labels": [place.label]}
            one = entry(place.control, "labels", piece, value)
            if piece in self._notes.words:
                one["meta"] = {"text": [self._notes.words[piece]]}
            self.results.append(one)
        more = self._fields(mark, first, layer)
        if not is_part:  # else the arrows from the cue join them
            self._join(first, others, PART)
        self._arguments(mark, first, parts)
        args = [None if self._sayable(mark, argument) else argument for argument in mark.args]
        foreign = place.control in (OTHER, OTHER_EVENT)
        beside = Beside(
            id=mark.id if first != mark.id else None,
            label=mark.label if foreign and place.label != mark.label else None,
            args=args if any(args) else None,
            spans=list(mark.spans) if mark.spans != self._words[mark.id] else None,
            parts=others if place.control != ATTRIBUTED else [],
            attributes=more,
        )
        if beside != Beside():
            self.aside.regions[first] = beside

    def _fields(self, mark: Foreign, region: str, layer: str | None) -> dict[str, str]:
        """Write the fields of a region; the attributes that can have none are given back."""
        span = self._words[mark.id][0]
        at: Json = {"start": span.start, "end": span.end}
        rest: dict[str, str] = {}
        for name, said in mark.attributes.items():
            field = self.shape.field_of(name, said, layer, mark.label)
            if field is None:
                rest[name] = said
                continue
            control, kind = field
            if kind == "textarea":
                self.fields.add(control)
            value = at | {"choices" if kind == "choices" else "text": [said]}
            self.results.append(entry(control, kind, region, value))
        for name, said in self._clusters.get(mark.id, {}).items():
            value = at | {"text": [said]}
            self.results.append(entry(text_control(layer or "", name), "textarea", region, value))
        return rest

    def _sayable(self, mark: Foreign, argument: Argument) -> bool:
        """Whether an argument is an arrow."""
        if argument.ref not in self._pieces:
            return False
        if mark.id in self._attributions:
            parts = self._attributions[mark.id]
            return argument.role in parts or (argument.role == REF and "source" in parts)
        return mark.kind == EVENT and is_role(argument.role)

    def _arguments(self, mark: Foreign, region: str, parts: dict[str, str] | None) -> None:
        """The arrows of a mark's arguments."""
        for argument in mark.args:
            if not self._sayable(mark, argument):
                continue
            pieces = self._pieces[argument.ref]
            if parts is None:
                self._join(region, pieces[:1], argument.role)
            elif argument.role in parts:
                self._join(region, pieces, PART)
            else:
                self._join(self._pieces[parts["source"]][0], pieces[:1], "refs")

    def _relation(self, mark: Foreign) -> bool:
        """The arrow of a relation of two; False where it is of another shape."""
        ends = [self._pieces.get(argument.ref, [""])[0] for argument in mark.args]
        if mark.kind != RELATION or mark.spans or len(set(ends)) != 2 or len(ends) != 2:
            return False
        if not all(ends):
            return False
        one, two = mark.args
        self._join(ends[0], ends[1:], plain(mark.label))
        self.aside.arrows.append(
            Joint(mark.id, ends[0], ends[1], mark.label, (one.role, two.role), mark.attributes)
        )
        return True

    def _join(self, source: str, targets: Sequence[str], label: str) -> None:
        self._joints += [arrow(source, target, label) for target in targets]
        if targets:
            self.arrows.add(label)
