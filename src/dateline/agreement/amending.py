"""Amendments: what a second look changes in labels on which both passes agreed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from dateline.agreement.decisions import Amendment, noted
from dateline.errors import DataError
from dateline.matching import same_span
from dateline.records import Attribution, Document, Entity, Event, Item, Provenance, items

__all__ = ["amended"]

_FIELDS = {
    "entities": ("type", "mention", "sector"),
    "events": ("type", "polarity", "certainty", "time"),
    "attributions": ("quote", "source_form", "source_kind", "polarity"),
    "stances": ("value", "attitude", "explicit"),
}


def amended(doc: Document, amendments: Iterable[Amendment], text: str, where: str) -> Document:
    """The document with each amendment made, and noted in the item's provenance.

    Raises
    ------
    DataError : no label, or more than one, at the place; a field that the layer has not; an item
        to be dropped that something points at.
    """
    for amendment in amendments:
        found = [x for x in getattr(doc, amendment.layer) if _at(x, amendment)]
        if amendment.which is not None:
            found = found[amendment.which - 1 : amendment.which]
        place = repr(text[amendment.span.start : amendment.span.end])
        if len(found) != 1:
            raise DataError(where, f"one label of {amendment.layer} at {place}", str(len(found)))
        doc = _made(doc, found[0], amendment, where)
    return doc


def _at(item: Item, amendment: Amendment) -> bool:
    span = (item.cue or item.content[0]) if isinstance(item, Attribution) else item
    return same_span(span, amendment.span)


def _made(doc: Document, item: Item, amendment: Amendment, where: str) -> Document:
    rest = [other for other in getattr(doc, amendment.layer) if other is not item]
    provenance = dict(doc.provenance)
    before = provenance.pop(item.id, Provenance())
    if amendment.field is None:
        pointing = [other.id for _, _, other in items(doc) if item.id in _pointed(other)]
        if pointing:
            raise DataError(where, f"nothing that points at {item.id}", ", ".join(pointing))
        members: list[Entity | Event] = [*doc.entities, *doc.events]
        used = {other.cluster for other in members if other is not item}
        clusters = {key: cluster for key, cluster in doc.clusters.items() if key in used}
        provenance = {k: v for k, v in provenance.items() if k[0] != "C" or k in clusters}
        return msgspec.structs.replace(
            doc, **{amendment.layer: rest}, clusters=clusters, provenance=provenance
        )
    if amendment.field not in _FIELDS[amendment.layer]:
        known = ", ".join(_FIELDS[amendment.layer])
        raise DataError(where, f"a field of {amendment.layer} ({known})", amendment.field)
    value = None if amendment.value == "none" else amendment.value
    changes: dict[str, Any] = {amendment.field: value}
    if amendment.layer == "events" and amendment.field == "type":
        kind, _, mode = (value or "").partition("/")
        changes = {"type": kind, "mode": mode if mode not in ("", "none") else None}
    note = f"{amendment.field}: {amendment.value}"
    provenance[item.id] = noted(before, note, amendment)
    made = [*rest, msgspec.structs.replace(item, **changes)]
    return msgspec.structs.replace(doc, **{amendment.layer: made}, provenance=provenance)


def _pointed(item: Item) -> list[str]:
    """The ids that an item points at."""
    if isinstance(item, Attribution):
        return item.source.refs if item.source is not None else []
    named = [getattr(item, name, "") for name in ("holder", "target")]
    return named + [argument.ref for argument in getattr(item, "arguments", [])]
