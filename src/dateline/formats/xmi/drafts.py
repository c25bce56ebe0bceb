"""Feature structures as marks in the making: what each is, says and refers to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dateline.formats.standoff import EVENT, NOTE, RELATION, SPAN
from dateline.formats.xmi.names import LAYERS, NAMED_ENTITY, OWN, RELATIONS, Aside, decoded
from dateline.formats.xmi.structures import Structure, Structures
from dateline.formats.xmi.types import Shape
from dateline.records import Span

__all__ = ["ASIDES", "Draft", "draft", "layer_of_type"]

ASIDES = ("Mention", "Cluster", "Kept", "Article")
"""The layers of ours that are about other marks."""

_OURS = frozenset((*LAYERS, *ASIDES, *RELATIONS.values(), "Span"))
_KINDS = {"Span": SPAN, "Remark": NOTE} | dict.fromkeys(RELATIONS.values(), RELATION)
_RESERVED = ("mark", "fragment", "aside", "value")
_VALUES = (
    "value",
    "Value",
    "label",
    "Label",
    "category",
    "Category",
    "tag",
    "Tag",
    "PosValue",
    "DependencyType",
    "relation",
    "Relation",
    "entityType",
)
_ENDS = ("Governor", "Dependent")


@dataclass(slots=True)
class Draft:
    """A mark in the making; `args` refer by xmi:id, `layer` is that of ours ("" a named entity)."""

    key: str
    id: str
    kind: str
    label: str
    place: tuple[int, int] | None
    spans: list[Span]
    args: list[tuple[str, str]]
    attributes: dict[str, str]
    layer: str | None = None
    said: dict[str, str] = field(default_factory=dict)
    aside: Aside | None = None


def layer_of_type(shape: Shape) -> str | None:
    """The layer of ours that a type is; "" for a named entity, None for others."""
    if shape.name == NAMED_ENTITY:
        return ""
    layer = shape.name.removeprefix(OWN)
    return layer if shape.name.startswith(OWN) and layer in _OURS else None


def draft(structures: Structures, one: Structure, spans: list[Span], used: set[str]) -> Draft:
    """What a structure says, by itself; `used` takes the links that it has."""
    shape = one.shape
    layer = layer_of_type(shape)
    texts = structures.texts(one)
    made = Draft(one.key, one.key, SPAN, shape.short, one.place, spans, [], texts, layer, texts)
    made.args = list(_arguments(structures, one, used, made))
    if layer:
        made.id = texts.get("mark") or one.key
        made.label = texts.get("value") or shape.short
        made.attributes = {k: v for k, v in texts.items() if k not in _RESERVED}
        made.kind = _KINDS.get(layer, EVENT)
        made.aside = decoded(texts.get("aside"))
        return made
    if shape.relation:
        made.kind = RELATION
        made.args.sort(key=lambda pair: pair[0] == _ENDS[1])
    elif not shape.annotation:
        made.kind = NOTE
    elif shape.refers:
        made.kind = EVENT
    for name in _VALUES:
        if texts.get(name):
            made.label = texts[name]
            made.attributes = {k: v for k, v in texts.items() if k != name}
            if layer is None:
                made.attributes.setdefault("layer", shape.short)
            break
    return made


def _arguments(
    structures: Structures, one: Structure, used: set[str], made: Draft
) -> Iterator[tuple[str, str]]:
    """The roles of a structure and the ids that fill them."""
    for feature in one.shape.refs:
        for key in structures.referred(one, feature):
            link = structures.all.get(key)
            if link is None or link.shape.target is None:
                yield feature, key
                continue
            used.add(key)
            target = link.shape.target
            said = structures.texts(link)
            name = next((n for n in ("role", "label", "type") if n in said), None)
            role = (said.pop(name) if name else "") or feature
            made.attributes |= {f"{role}.{k}": v for k, v in said.items()}
            for filler in structures.referred(link, target):
                yield role, filler
