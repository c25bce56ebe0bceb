"""Reads `schema/scheme.yaml`, the one definition of layers, labels, attributes, links and rules.

Everything that knows a label knows it from here. This module knows nothing but the file.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from dateline.decoding import from_yaml
from dateline.errors import DataError

__all__ = [
    "Attribute",
    "Label",
    "Layer",
    "Link",
    "Rule",
    "Scheme",
    "Term",
    "parse_scheme",
    "read_scheme",
    "scheme_in",
]

LAYERS = ("entities", "events", "attributions", "stances")

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_MARK = re.compile(r"\[\[.+?\]\]", re.S)
_HOTKEY = re.compile(r"((alt|shift|ctrl)\+)*[a-z0-9,./;'\[\]=-]")


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every named thing of the scheme says of itself.

    `example` is a sentence in which `[[…]]` marks the spans it is about; `maps` gives the nearest
    term elsewhere by inventory (`ontonotes`, `ace`, `plover`, `cameo`, `acled`, `parc3`, `polnear`,
    `mpqa`, `semeval`, `factbank`, `departs` for where Dateline differs).
    """

    definition: str
    example: str
    maps: dict[str, str] = {}
    colour: str | None = None
    hotkey: str | None = None


class Label(Term, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A span label: an entity or event type, or a part of an attribution or stance.

    `group` is the kind of entity (`name`, `value`) or the quad class of an event. `modes` are the
    values that `mode` may have on it. `wants` are roles whose absence is worth a warning.
    """

    group: str | None = None
    modes: dict[str, Term] = {}
    wants: list[str] = []


class Attribute(Term, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A closed set of values on the items of a layer.

    `only` names the labels that carry it (`["*"]`: all). `required`: every item that may have it,
    has it. The values of `mode` stand with the labels, so its own are empty.
    """

    required: bool
    only: list[str] = msgspec.field(default_factory=lambda: ["*"])
    default: str | None = None
    values: dict[str, Term] = {}


class Link(Term, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reference from an item to another, by layer and labels that it may point at.

    An event's roles are links. `only` names the labels that may have it; `author` allows the
    article's own voice (AUTHOR) in place of an item.
    """

    to: dict[str, list[str]]
    only: list[str] = msgspec.field(default_factory=lambda: ["*"])
    many: bool = False
    author: bool = False


class Layer(Term, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A layer of annotation; its items' ids begin with `prefix`."""

    prefix: str
    labels: dict[str, Label]
    attributes: dict[str, Attribute] = {}
    links: dict[str, Link] = {}


class Rule(Term, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ruling that annotators and checks follow. `check`: can a program see a breach?"""

    layer: Literal["text", "entities", "events", "attributions", "stances", "clusters"]
    check: Literal["error", "warning", "no"]


class TextUnits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names and versions of the splitters that derived columns depend on."""

    sentences: str
    tokens: str


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole scheme."""

    name: str
    version: str
    text: TextUnits
    quads: dict[str, Term]
    layers: dict[str, Layer]
    rules: dict[str, Rule]

    def labels(self, layer: str) -> list[str]:
        """The labels of `layer`, in the scheme's order."""
        return list(self.layers[layer].labels)

    def values(self, layer: str, attribute: str) -> list[str]:
        """The values of an attribute, in the scheme's order; for `mode`, of all labels together."""
        if attribute == "mode":
            modes = (m for label in self.layers[layer].labels.values() for m in label.modes)
            return list(dict.fromkeys(modes))
        return list(self.layers[layer].attributes[attribute].values)

    def modes(self, event_type: str) -> list[str]:
        """The modes that an event type may have."""
        return list(self.layers["events"].labels[event_type].modes)

    def roles(self) -> list[str]:
        """The roles of events, in the scheme's order: its links to fillers."""
        return [name for name in self.layers["events"].links if name != "cluster"]

    def group(self, layer: str, group: str) -> list[str]:
        """The labels of a layer that belong to `group` (`name`, `value`, or a quad class)."""
        return [n for n, label in self.layers[layer].labels.items() if label.group == group]

    def terms(self) -> Iterator[tuple[str, Term]]:
        """Every term with its dotted path, `layers.events.labels.ASSAULT.modes.aerial`."""
        for name, quad in self.quads.items():
            yield f"quads.{name}", quad
        for layer_name, layer in self.layers.items():
            at = f"layers.{layer_name}"
            yield at, layer
            for name, label in layer.labels.items():
                yield f"{at}.labels.{name}", label
                for mode, term in label.modes.items():
                    yield f"{at}.labels.{name}.modes.{mode}", term
            for name, attribute in layer.attributes.items():
                yield f"{at}.attributes.{name}", attribute
                for value, term in attribute.values.items():
                    yield f"{at}.attributes.{name}.values.{value}", term
            for name, link in layer.links.items():
                yield f"{at}.links.{name}", link
        for name, rule in self.rules.items():
            yield f"rules.{name}", rule


def parse_scheme(raw: bytes, where: str) -> Scheme:
    """Decode and check a scheme.

    Raises
    ------
    DataError : not YAML, not of this shape, or at odds with itself; `where` begins the place.
    """
    scheme: Scheme = from_yaml(raw, Scheme, where, "a scheme of the documented shape")
    for place, expected, found in _faults(scheme):
        raise DataError(f"{where} {place}", expected, found)
    return scheme


def _faults(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    """Where a scheme that has the right shape contradicts itself: (place, expected, found)."""
    if tuple(scheme.layers) != LAYERS:
        yield "layers", f"the layers {', '.join(LAYERS)}", ", ".join(scheme.layers)
        return
    for place, term in scheme.terms():
        if not term.definition.strip():
            yield place, "a definition", "none"
        if not _MARK.search(term.example):
            yield place, "an example with a [[marked]] span", term.example
        if not term.maps:
            yield place, "what it maps to elsewhere (or `departs`)", "nothing"
        if term.colour is not None and not _COLOUR.fullmatch(term.colour):
            yield place, "a colour like #0a3f6b", term.colour
        if term.hotkey is not None and not _HOTKEY.fullmatch(term.hotkey):
            yield place, "a hotkey like a, 7 or shift+k", term.hotkey
        if not isinstance(term, Rule) and (term.colour is None or term.hotkey is None):
            yield place, "a colour and a hotkey", f"colour {term.colour}, hotkey {term.hotkey}"
    yield from _hotkey_clashes(scheme)
    for layer_name, layer in scheme.layers.items():
        for name, label in layer.labels.items():
            for role in label.wants:
                if role not in layer.links:
                    yield f"layers.{layer_name}.labels.{name}", "wants: names of links", role
        for name, limited in (layer.attributes | layer.links).items():
            for only in limited.only:
                if only != "*" and only not in layer.labels:
                    yield f"layers.{layer_name}.{name}.only", "labels of this layer or '*'", only
        for name, attribute in layer.attributes.items():
            if attribute.default is not None and attribute.default not in attribute.values:
                place = f"layers.{layer_name}.attributes.{name}.default"
                yield place, f"one of {', '.join(attribute.values)}", attribute.default
        for name, link in layer.links.items():
            for target, labels in link.to.items():
                place = f"layers.{layer_name}.links.{name}.to.{target}"
                if target not in scheme.layers:
                    yield place, f"one of the layers {', '.join(LAYERS)}", target
                    continue
                for label_name in labels:
                    if label_name != "*" and label_name not in scheme.layers[target].labels:
                        yield place, "labels of that layer or '*'", label_name
    for name, label in scheme.layers["events"].labels.items():
        if label.group not in scheme.quads and name != "CASUALTY":
            yield f"layers.events.labels.{name}", "group: a quad class", str(label.group)


def _hotkey_clashes(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    """Hotkeys must differ among what an annotator can press at the same moment."""

    def clashes(places: list[tuple[str, Term]]) -> Iterator[tuple[str, str, str]]:
        seen: dict[str, str] = {}
        for place, term in places:
            if term.hotkey is not None and term.hotkey in seen:
                yield place, f"a hotkey other than that of {seen[term.hotkey]}", term.hotkey
            seen[term.hotkey or ""] = place

    layers = scheme.layers.items()
    yield from clashes([(f"{y}.{n}", t) for y, la in layers for n, t in la.labels.items()])
    yield from clashes([(f"{y}.{n}", t) for y, la in layers for n, t in la.links.items()])
    for layer_name, layer in layers:
        values = [
            (f"{layer_name}.{name}.{value}", term)
            for name, attribute in layer.attributes.items()
            for value, term in attribute.values.items()
        ]
        yield from clashes(values)
        for name, label in layer.labels.items():
            yield from clashes(values + [(f"{name}.{m}", t) for m, t in label.modes.items()])


@functools.lru_cache(maxsize=8)
def _read(path: str, modified: int) -> Scheme:  # noqa: ARG001  (a key of the cache)
    return parse_scheme(Path(path).read_bytes(), "schema/scheme.yaml")


def read_scheme(root: Path) -> Scheme:
    """The scheme of the tree at `root` (read again when the file changes)."""
    return scheme_in(root / "schema")


def scheme_in(folder: Path) -> Scheme:
    """The scheme that a folder holds, be it of a tree or what was built with it."""
    path = folder / "scheme.yaml"
    try:
        modified = path.stat().st_mtime_ns
    except OSError:
        raise DataError(str(path), "the scheme file", "no readable file") from None
    return _read(str(path), modified)
