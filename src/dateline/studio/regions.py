"""The results of an annotation as regions and relations, each entry checked before it counts.

Nothing is guessed: what is not of the documented form becomes a fault, and the annotation that has
one is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from dateline.generated.places import (
    AUTHOR_CONTROL,
    CLUSTERED,
    CONTROLS,
    NOTE_CONTROL,
    PART,
    SAME,
    TEXT,
    choice_control,
    mode_control,
    relation_names,
    text_control,
)
from dateline.records import AUTHOR
from dateline.scheme import Scheme
from dateline.studio.wire import Fault, Result, shown

__all__ = ["Region", "Regions", "Relation", "read_regions"]

_MOST = 20_000
"""Entries of one annotation that are read; a page of news has some hundreds."""
_LONGEST_NOTE = 2000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass
class Region:
    """A marked stretch of the text with its label and the fields that were set on it."""

    id: str
    layer: str
    label: str
    start: int
    end: int
    place: str
    fields: dict[str, str] = field(default_factory=dict)
    note: str | None = None


@dataclass(frozen=True)
class Relation:
    """A named arrow between two regions."""

    source: str
    target: str
    label: str
    place: str


@dataclass
class Regions:
    """What an annotation holds: regions by id and relations, in the order in which they stand.

    `left_out` says what was passed over because the region's label does not show it.
    """

    regions: dict[str, Region] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    note: str | None = None
    faults: list[Fault] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_regions(
    results: Sequence[Any], text: str, scheme: Scheme, layers: Sequence[str]
) -> Regions:
    """Regions, their fields and relations of an annotation in a project of these layers.

    Spans are sliced from `text`, which is the stored one, and trimmed of white space at the edges.
    """
    reader = _Reader(text, scheme, layers)
    if len(results) > _MOST:
        reader.fault("result", f"at most {_MOST} entries", str(len(results)))
        return reader.found
    typed: list[tuple[str, Result]] = []
    for number, raw in enumerate(results):
        place = f"result[{number}]"
        try:
            typed.append((place, msgspec.convert(raw, Result)))
        except msgspec.ValidationError as error:
            reader.fault(place, "an entry of the documented form", str(error))
    for kinds in (("labels",), ("choices", "textarea"), ("relation",)):
        for place, result in typed:
            if result.type in kinds:
                reader.read(place, result)
    for place, result in typed:
        if result.type not in ("labels", "choices", "textarea", "relation"):
            reader.fault(place, "labels, choices, textarea or relation", repr(result.type))
    return reader.found


class _Reader:
    def __init__(self, text: str, scheme: Scheme, layers: Sequence[str]) -> None:
        self.text, self.scheme = text, scheme
        self.layer_of = {CONTROLS[layer]: layer for layer in layers}
        self.fields = {
            name: part for layer in layers for name, part in _controls(scheme, layer).items()
        }
        self.names = relation_names(scheme, list(layers))
        self.found = Regions()

    def fault(self, place: str, expected: str, found: str) -> None:
        self.found.faults.append(Fault(place, expected, found[:200]))

    def read(self, place: str, result: Result) -> None:
        if result.type == "relation":
            self._relation(place, result)
            return
        place = f"{place} region {shown(result.id)[1:-1]}" if result.id else place
        if result.to_name != TEXT:
            self.fault(place, f"a mark on `{TEXT}`, the article", f"one on {shown(result.to_name)}")
        elif result.type == "labels":
            self._region(place, result)
        elif result.from_name == NOTE_CONTROL and result.type == "textarea":
            self._note(place, result)
        else:
            self._field(place, result)

    def _region(self, place: str, result: Result) -> None:
        layer = self.layer_of.get(result.from_name or "")
        if layer is None:
            known = ", ".join(self.layer_of)
            self.fault(place, f"one of the controls {known}", shown(result.from_name))
            return
        label = _only(result.value.get("labels"))
        if label is None or label not in self.scheme.layers[layer].labels:
            expected = f"one label of the layer {layer}"
            self.fault(place, expected, shown(result.value.get("labels")))
            return
        span = self._span(place, result.value)
        if span is None:
            return
        if not result.id or result.id in self.found.regions:
            other = self.found.regions.get(result.id or "")
            labels = f"{other.label} and {label}" if other else "none"
            expected = "regions with an id of their own and one label each"
            self.fault(place, expected, f"{shown(result.id)} with {labels}")
            return
        note = self._words_of_note(place, (result.meta or {}).get("text"))
        named = f"{label} {shown(self.text[span[0] : span[1]])}"  # as the editor shows it
        self.found.regions[result.id] = Region(
            result.id, layer, label, *span, place=named, note=note
        )

    def _span(self, place: str, value: dict[str, Any]) -> tuple[int, int] | None:
        start, end = value.get("start"), value.get("end")
        if type(start) is not int or type(end) is not int:
            found = f"{shown(start)}, {shown(end)}"
            self.fault(place, "start and end as whole numbers", found)
            return None
        if not 0 <= start < end <= len(self.text):
            expected = f"0 <= start < end <= {len(self.text)}"
            self.fault(place, expected, f"{shown(start)}, {shown(end)}")
            return None
        words = self.text[start:end]
        said = value.get("text")
        if isinstance(said, str) and _bare(said) != _bare(words):
            self.fault(place, f"the words {shown(words)} of the article", shown(said))
            return None
        lead = len(words) - len(words.lstrip())
        words = words.strip()
        if not words:
            self.fault(place, "a span that holds words", "white space alone")
            return None
        return start + lead, start + lead + len(words)

    def _note(self, place: str, result: Result) -> None:
        """What the annotator says about the whole article."""
        note = self._words_of_note(place, result.value.get("text"))
        if note and self.found.note:
            self.fault(place, "one note on the article", "another")
        self.found.note = self.found.note or note

    def _words_of_note(self, place: str, said: Any) -> str | None:
        """Plain words on one line; characters that a terminal would obey become blanks."""
        parts = said if isinstance(said, list) else [said]
        note = " ".join(part for part in parts if isinstance(part, str))
        if len(note) > _LONGEST_NOTE:
            self.fault(place, f"a note of {_LONGEST_NOTE} characters at most", str(len(note)))
            return None
        return " ".join(_CONTROL.sub(" ", note).split()) or None

    def _field(self, place: str, result: Result) -> None:
        """A choice, or a word, on a region."""
        name = result.from_name or ""
        owner = self.fields.get(name)
        region = self.found.regions.get(result.id or "")
        if owner is None or region is None or region.layer != owner.layer:
            expected = "a field of this project, on a region of its layer"
            self.fault(place, expected, f"{shown(name)} on {shown(result.id)}")
            return
        kind = "textarea" if owner.values is None else "choices"
        said = result.value.get("text" if kind == "textarea" else "choices")
        word = _only(said)
        if word == "":
            return  # set once, and cleared again
        if result.type != kind:
            self.fault(place, f"{name} as {kind}", result.type)
        elif owner.values is not None and word not in owner.values:
            self.fault(place, f"one of {', '.join(owner.values)}", f"{name} {shown(said)}")
        elif owner.values is None and (word is None or len(word) > 200 or "\n" in word):
            self.fault(place, f"one word, or a few on one line, as {name}", shown(said))
        elif owner.labels is not None and region.label not in owner.labels:
            # The editor hides such a field; what it still holds was meant for an earlier label.
            self.found.left_out.append(
                f"{shown(region.id)}: {name} {shown(word)}, on {region.label}"
            )
        elif name in region.fields and region.fields[name] != word:
            found = f"{shown(region.fields[name])} and {shown(word)}"
            self.fault(place, f"{name} once", found)
        elif word is not None:
            region.fields[name] = word

    def _relation(self, place: str, result: Result) -> None:
        source, target = result.from_id or "", result.to_id or ""
        ends = [self.found.regions.get(end) for end in (source, target)]
        named = [end.place if end else "nothing" for end in ends]
        place = f"{place} arrow {' -> '.join(named)}"
        for end in (source, target):
            if end not in self.found.regions:
                self.fault(place, "two regions of this annotation", f"no region {shown(end)}")
                return
        if source == target:
            self.fault(place, "an arrow from one region to another", "one to itself")
            return
        if not result.labels:
            self.fault(place, "a name: select the arrow and choose one", "none")
            return
        if result.direction not in ("right", "left", "bi", None):
            self.fault(place, "the direction right, left or bi", shown(result.direction))
            return
        if result.direction == "left":
            source, target = target, source
        for label in result.labels:
            if label not in self.names:
                self.fault(place, f"one of the names {', '.join(self.names)}", shown(label))
            elif result.direction == "bi" and label not in (PART, SAME):
                self.fault(place, f"`{label}` with one direction", "an arrow both ways")
            else:
                self.found.relations.append(Relation(source, target, label, place))


@dataclass(frozen=True)
class _Control:
    """Where a field belongs: its layer, the labels that show it (None: all), its closed values."""

    layer: str
    labels: list[str] | None = None
    values: list[str] | None = None


def _controls(scheme: Scheme, layer: str) -> dict[str, _Control]:
    found = {}
    for name, attribute in scheme.layers[layer].attributes.items():
        labels = None if "*" in attribute.only else attribute.only
        if layer == "attributions":
            labels = ["CUE", "CONTENT"]
        if attribute.values:
            found[choice_control(layer, name)] = _Control(layer, labels, list(attribute.values))
    for name, label in scheme.layers[layer].labels.items():
        if label.modes:
            found[mode_control(name)] = _Control(layer, [name], list(label.modes))
    if layer == "stances":
        found[AUTHOR_CONTROL] = _Control(layer, None, [AUTHOR])
    if layer in CLUSTERED:
        found |= {text_control(layer, name): _Control(layer) for name in ("cluster", "kb")}
    return found


def _only(said: Any) -> str | None:
    """The one word of a field: the server sends it in a list, or as it is."""
    if isinstance(said, list) and len(said) <= 1:
        said = said[0] if said else ""
    return said.strip() if isinstance(said, str) else None


def _bare(words: str) -> str:
    r"""Words without white space: the editor writes a line end as the two characters `\n`."""
    return re.sub(r"\s|\\n", "", words)
