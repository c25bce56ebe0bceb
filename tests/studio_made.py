"""What an editor makes of a prediction, and annotations drawn by hand; no server is asked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from dateline.generated.places import (
    AUTHOR_CONTROL,
    CLUSTERED,
    CONTROLS,
    TEXT,
    choice_control,
    layers_up_to,
    mode_control,
    text_control,
)
from dateline.records import Annotator, Document, canonical
from dateline.scheme import LAYERS
from dateline.studio.decoding import Decoded, decode_regions
from dateline.studio.regions import read_regions
from dateline.studio.wire import Carried, Fault
from strategies import SCHEME

Results = list[dict[str, Any]]


def submitted(results: Results, text: str, seed: int | None = None) -> Results:
    """The results of a prediction as the editor posts them when nothing was changed.

    Choices repeat the region's words, and every field says that a prediction made it. With a seed
    regions come in another order, and so do the fields of each; relations keep theirs.
    """
    posted: Results = json.loads(json.dumps(results))
    for result in posted:
        if result["type"] != "relation":
            value = result["value"]
            result["origin"] = "prediction"
            words = text[value["start"] : value["end"]].replace("\n", "\\n")
            value["text"] = value["text"] if result["type"] == "textarea" else words
    groups: dict[str, Results] = {}
    for result in posted:
        groups.setdefault(result.get("id", ""), []).append(result)
    relations = groups.pop("", [])
    if seed is not None:
        order = Random(seed)
        for group in groups.values():
            order.shuffle(group)
        shuffled = list(groups.items())
        order.shuffle(shuffled)
        groups = dict(shuffled)
    return [result for group in groups.values() for result in group] + relations


class Drawn:
    """An annotation that grows by hand: regions on the words of a text, fields, and arrows."""

    def __init__(self, text: str, results: Results | None = None) -> None:
        self.text = text
        self.results: Results = [] if results is None else submitted(results, text)

    def region(
        self, key: str, layer: str, label: str, words: str, nth: int = 1, **fields: str
    ) -> Drawn:
        """A region on the nth place where the words stand, with its choices and words."""
        at = -1
        for _ in range(nth):
            at = self.text.index(words, at + 1)
        value = {"start": at, "end": at + len(words), "text": words, "labels": [label]}
        self._add(key, CONTROLS[layer], "labels", value)
        for name, chosen in fields.items():
            self.field(key, layer, label, name, chosen)
        return self

    def field(self, key: str, layer: str, label: str, name: str, chosen: str) -> Drawn:
        """A choice, or words, on a region."""
        if name in ("cluster", "kb") and layer in CLUSTERED:
            self._add(key, text_control(layer, name), "textarea", {"text": [chosen]})
            return self
        control = choice_control(layer, name)
        if name == "mode":
            control = mode_control(label)
        if name == "holder":
            control = AUTHOR_CONTROL
        self._add(key, control, "choices", {"choices": [chosen]})
        return self

    def arrow(self, source: str, target: str, label: str, direction: str = "right") -> Drawn:
        ends = {"from_id": source, "to_id": target, "direction": direction}
        self.results.append({"type": "relation", "labels": [label], **ends})
        return self

    def without(self, *keys: str) -> Drawn:
        """Take regions out, as the editor does: with their fields and arrows."""
        ends = ("id", "from_id", "to_id")
        self.results = [r for r in self.results if not any(r.get(end) in keys for end in ends)]
        return self

    def cut(self, source: str, target: str) -> Drawn:
        """Take out the arrows between two regions."""
        pair = (source, target)
        self.results = [r for r in self.results if (r.get("from_id"), r.get("to_id")) != pair]
        return self

    def of(self, key: str, control: str) -> dict[str, Any]:
        """The value of one result, to be changed."""
        found: dict[str, Any] = next(
            r["value"] for r in self.results if (r.get("id"), r.get("from_name")) == (key, control)
        )
        return found

    def _add(self, key: str, control: str, kind: str, value: dict[str, Any]) -> None:
        self.results.append(
            {"id": key, "from_name": control, "to_name": TEXT, "type": kind, "value": value}
        )

    def decoded(self, carried: Carried | None = None, layer: str | None = None) -> Decoded:
        """What the annotation means, in a project of a layer with those below it."""
        found = read_regions(self.results, self.text, SCHEME, layers_up_to(layer))
        assert not found.faults, found.faults
        return decode_regions(found, carried or Carried(source="", items={}), SCHEME, self.text)

    def faults(self, carried: Carried | None = None) -> list[Fault]:
        """What is wrong with the annotation: its entries, or what they would be."""
        found = read_regions(self.results, self.text, SCHEME, layers_up_to(None))
        empty = Carried(source="", items={})
        return found.faults + decode_regions(found, carried or empty, SCHEME, self.text).faults


def layers_of(found: Document | Decoded, names: Sequence[str] = LAYERS) -> bytes:
    """The layer keys of a document or of what was decoded, in canonical JSON."""
    layers: dict[str, Any] = {
        name: getattr(found, name) if name in names else [] for name in LAYERS
    }
    used = {getattr(item, "cluster", None) for items in layers.values() for item in items}
    return canonical(
        Document(
            doc_id="x",
            scheme="",
            text_sha256="",
            annotator=Annotator("x", "rule"),
            status="silver",
            clusters={k: c for k, c in found.clusters.items() if k in used or names == LAYERS},
            **layers,
        )
    )
