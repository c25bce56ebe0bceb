"""A document as the results of a prediction, with the sidecar of what they cannot hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from dateline.generated.entries import Json, arrow, entry
from dateline.generated.places import (
    AUTHOR_CONTROL,
    CONTROLS,
    PART,
    choice_control,
    mode_control,
    text_control,
)
from dateline.records import (
    AUTHOR,
    Attribution,
    Document,
    Entity,
    Event,
    Item,
    Source,
    Span,
    Stance,
    in_order,
)
from dateline.scheme import Scheme
from dateline.studio.wire import Carried, CarriedCluster, digest_of_item

__all__ = ["anchor", "encode"]


def anchor(attribution: Attribution) -> str:
    """The region that stands for an attribution: its cue, or else its first fragment."""
    return f"{attribution.id}_cue" if attribution.cue else f"{attribution.id}_content_1"


def encode(
    doc: Document, text: str, scheme: Scheme, layers: Sequence[str], source: str, prefix: str = ""
) -> tuple[list[Json], Carried]:
    """The regions, choices, words and relations of some layers, in canonical order, and the rest.

    Region ids are the items' own behind `prefix`, so that the same document always gives the same
    prediction. What points at an item of another layer is left out.
    """
    doc = in_order(doc)
    encoder = _Encoder(doc, text, scheme, layers, prefix)
    results = [*encoder.regions(), *encoder.relations()]
    shown = {
        item.id: digest_of_item(encoder.shown(item))
        for layer in layers
        for item in getattr(doc, layer)
    }
    clusters = {
        key: CarriedCluster(cluster.name, cluster.kb, encoder.first.get(key))
        for key, cluster in doc.clusters.items()
        if key in encoder.first
    }
    kept = {key: trace for key, trace in doc.provenance.items() if key in shown or key in clusters}
    carried = Carried(
        source=source, items=shown, clusters=clusters, provenance=kept, foreign=doc.foreign
    )
    return results, carried


class _Encoder:
    def __init__(
        self, doc: Document, text: str, scheme: Scheme, layers: Sequence[str], prefix: str
    ) -> None:
        self.doc, self.text, self.scheme, self.prefix = doc, text, scheme, prefix
        self.layers = {layer: getattr(doc, layer) for layer in layers}
        self.first: dict[str, str] = {}  # cluster to its first member, whose region shows the kb
        self.of_item: dict[str, str] = {}
        for items in self.layers.values():
            for item in items:
                whole = anchor(item) if isinstance(item, Attribution) else item.id
                self.of_item[item.id] = prefix + whole
                cluster = getattr(item, "cluster", None)
                if cluster is not None:
                    self.first.setdefault(cluster, item.id)

    def shown(self, item: Item) -> Item:
        """An item as the project shows it: arguments that point above its layers are not there."""
        if not isinstance(item, Event):
            return item
        kept = [argument for argument in item.arguments if argument.ref in self.of_item]
        return msgspec.structs.replace(item, arguments=kept)

    def regions(self) -> Iterator[Json]:
        for layer, items in self.layers.items():
            for item in items:
                if isinstance(item, Attribution):
                    yield from self._attribution(item)
                else:
                    label = item.type if isinstance(item, Entity | Event) else "EXPRESSION"
                    yield self._region(layer, label, self.prefix + item.id, item)
                    yield from self._choices(layer, item, item)
                if isinstance(item, Entity | Event):
                    yield from self._cluster(layer, item)
                if isinstance(item, Stance) and item.holder == AUTHOR:
                    yield self._choice(AUTHOR_CONTROL, AUTHOR, self.prefix + item.id, item)

    def _attribution(self, item: Attribution) -> Iterator[Json]:
        parts: list[tuple[str, str, Span | Source]] = []
        if item.source is not None:
            parts.append(("SOURCE", f"{item.id}_source", item.source))
        if item.cue is not None:
            parts.append(("CUE", f"{item.id}_cue", item.cue))
        parts += [("CONTENT", f"{item.id}_content_{n}", s) for n, s in enumerate(item.content, 1)]
        for label, region, span in parts:
            yield self._region("attributions", label, self.prefix + region, span)
            if region == anchor(item):
                yield from self._choices("attributions", item, span)

    def _region(self, layer: str, label: str, region: str, span: Any) -> Json:
        words = self.text[span.start : span.end]
        value = {"start": span.start, "end": span.end, "text": words, "labels": [label]}
        return entry(CONTROLS[layer], "labels", region, value)

    def _choices(self, layer: str, item: Any, span: Any) -> Iterator[Json]:
        for name in self.scheme.layers[layer].attributes:
            value = getattr(item, name, None)
            if value is not None:
                mode = name == "mode"
                control = mode_control(item.type) if mode else choice_control(layer, name)
                yield self._choice(control, value, self.of_item[item.id], span)

    def _choice(self, control: str, value: str, region: str, span: Any) -> Json:
        shown = {"start": span.start, "end": span.end, "choices": [value]}
        return entry(control, "choices", region, shown)

    def _cluster(self, layer: str, item: Entity | Event) -> Iterator[Json]:
        if item.cluster is None:
            return
        words = {"cluster": item.cluster}
        kb = self.doc.clusters[item.cluster].kb if item.cluster in self.doc.clusters else None
        if kb is not None and self.first[item.cluster] == item.id:
            words["kb"] = kb
        for name, word in words.items():
            value = {"start": item.start, "end": item.end, "text": [word]}
            yield entry(text_control(layer, name), "textarea", self.prefix + item.id, value)

    def relations(self) -> Iterator[Json]:
        for event in self.layers.get("events", []):
            for argument in event.arguments:
                yield from self._relation(self.prefix + event.id, argument.ref, argument.role)
        for attribution in self.layers.get("attributions", []):
            whole = anchor(attribution)
            joined = [f"{attribution.id}_content_{n + 1}" for n in range(len(attribution.content))]
            if attribution.source is not None:
                joined.insert(0, f"{attribution.id}_source")
                for ref in attribution.source.refs:
                    yield from self._relation(self.prefix + joined[0], ref, "refs")
            for part in joined:
                if part != whole:
                    yield arrow(self.prefix + whole, self.prefix + part, PART)
        for stance in self.layers.get("stances", []):
            if stance.holder != AUTHOR:
                yield from self._relation(self.prefix + stance.id, stance.holder, "holder")
            yield from self._relation(self.prefix + stance.id, stance.target, "target")

    def _relation(self, region: str, ref: str, label: str) -> Iterator[Json]:
        if ref in self.of_item:
            yield arrow(region, self.of_item[ref], label)
