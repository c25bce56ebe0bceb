"""What of a mark Label Studio can say itself, so that writing and reading agree on it.

Marks are regions: of the controls of Dateline's own projects (`dateline.generated.places`) where
the scheme has their labels, else of `other` and `other-event`. Attributes are choices where the
scheme lists their values, else words in a field of the attribute's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dateline.formats.native import CONTENT, CUE, SOURCE, STANCE
from dateline.formats.standoff import EVENT, SPAN, fresh_ids
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
    text_control,
)
from dateline.records import AUTHOR
from dateline.scheme import Attribute, Scheme

__all__ = [
    "ATTRIBUTED",
    "EXPRESSION",
    "KB",
    "KEY",
    "KNOWN_META",
    "OTHER",
    "OTHER_EVENT",
    "PARTS",
    "Ids",
    "Place",
    "Shape",
    "is_role",
    "is_words",
    "kind_of",
    "plain",
]

ATTRIBUTED, STANCES = CONTROLS["attributions"], CONTROLS["stances"]
PARTS = (SOURCE, CUE, CONTENT)
EXPRESSION = "EXPRESSION"
"""The label of a stance's words."""
OTHER, OTHER_EVENT = "other", "other-event"
"""The controls of labels that the scheme does not have."""
KEY = re.compile(r"C[1-9][0-9]{0,6}")
KB = "kb"
KNOWN_META = (
    *("tier", "title", "outlet", "published", "genre", "storyline", "language", "author"),
    *("source", "licence", "split"),
)
"""What a task's data may say of the article, under the names that it has here."""

_NOT_PLAIN = re.compile(r"[^\w ./:()&'-]+")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


class Place(NamedTuple):
    """The control and the label of a region."""

    control: str
    label: str


def plain(label: str) -> str:
    """A label as a configuration may have it."""
    return " ".join(_NOT_PLAIN.sub("_", label).split()) or "_"


def is_role(role: str) -> bool:
    """Whether a role may stand on an arrow that means an argument."""
    return role not in (PART, SAME) and plain(role) == role


def is_words(value: str) -> bool:
    """Whether a value survives in a field for words on one line."""
    return bool(value) and value == value.strip() and value.isprintable()


def kind_of(place: Place) -> tuple[str, str]:
    """The kind and label of the mark that a region is."""
    if place.control in (CONTROLS["events"], OTHER_EVENT):
        return EVENT, place.label
    return (EVENT, STANCE) if place == (STANCES, EXPRESSION) else (SPAN, place.label)


def _applies(attribute: Attribute, layer: str, label: str) -> bool:
    """Whether the field of an attribute is shown for a label."""
    return layer == "attributions" or "*" in attribute.only or label in attribute.only


class Ids:
    """Gives ids, each once: a second `T1` is `T1~2`."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """The id that is wanted, or one that is like it."""
        new = wanted
        while new in self._seen:
            self._seen[wanted] += 1
            new = f"{wanted}~{self._seen[wanted]}"
        self._seen[new] = 1
        return new

    def fresh(self, prefix: str) -> Iterator[str]:
        """Ids of a prefix and a number, past all that are taken by now."""
        return map(self.take, fresh_ids(prefix, list(self._seen)))


class Shape:
    """Where the labels and attributes of a scheme have their places."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self._entities = scheme.layers["entities"].labels.keys()
        self._events = scheme.layers["events"].labels.keys()
        self._name_of = {
            layer: {choice_control(layer, name): name for name in found.attributes}
            for layer, found in scheme.layers.items()
        }
        modes = {mode_control(label) for label in self._events}
        texts = {text_control(layer, name) for layer in CLUSTERED for name in ("cluster", KB)}
        choices = {control for names in self._name_of.values() for control in names}
        self._reserved = {*CONTROLS.values(), *modes, *texts, *choices}
        self._reserved |= {TEXT, NOTE_CONTROL, AUTHOR_CONTROL, OTHER, OTHER_EVENT, "cases"}

    def layer_of(self, kind: str, label: str) -> str | None:
        """The layer that a mark is of, but for attributions; None where it is of none."""
        if kind == SPAN and label in self._entities:
            return "entities"
        if kind == EVENT and label in self._events:
            return "events"
        return "stances" if (kind, label) == (EVENT, STANCE) else None

    def place_of(self, kind: str, label: str) -> Place:
        """The control and label of the region of a span or event, but for attributions."""
        layer = self.layer_of(kind, label)
        if layer is None:
            return Place(OTHER if kind == SPAN else OTHER_EVENT, plain(label))
        return Place(CONTROLS[layer], EXPRESSION if layer == "stances" else label)

    def field_of(
        self, name: str, value: str, layer: str | None, label: str
    ) -> tuple[str, str] | None:
        """The control and kind of the field that holds an attribute; None where none can."""
        if layer is not None:
            known = self.scheme.layers[layer].attributes.get(name)
            if name == "mode":
                if layer == "events" and value in self.scheme.modes(label):
                    return mode_control(label), "choices"
            elif known is not None and value in known.values and _applies(known, layer, label):
                return choice_control(layer, name), "choices"
            if (layer, name, value) == ("stances", AUTHOR_CONTROL, AUTHOR):
                return AUTHOR_CONTROL, "choices"
        if name not in self._reserved and _NAME.fullmatch(name) and is_words(value):
            return name, "textarea"
        return None

    def attribute_of(self, control: str, layer: str | None, label: str) -> str:
        """The attribute that a field on a region is."""
        if layer == "events" and control == mode_control(label):
            return "mode"
        return self._name_of[layer].get(control, control) if layer else control

    def is_choice(self, control: str, layer: str) -> bool:
        """Whether a field holds an attribute of a layer."""
        return control in self._name_of[layer]
