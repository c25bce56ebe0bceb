"""Where each label of a submission comes from: drawn by hand, taken over, or changed."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from dateline.matching import Match
from dateline.records import (
    AUTHOR,
    Annotator,
    ArticleMeta,
    Attribution,
    Document,
    Event,
    Item,
    Provenance,
    Stance,
    items,
)
from dateline.scheme import LAYERS
from dateline.studio.decoding import Decoded
from dateline.studio.wire import Carried, digest_of_item

__all__ = ["adjudicated_traces", "traces"]


def traces(
    decoded: Decoded,
    carried: Carried,
    meta: ArticleMeta,
    seconds: float | None,
    note: str | None,
    by: str = "",
) -> dict[str, Provenance]:
    """The provenance of a pass that was submitted, by item; by the document's id for the whole.

    `origin` is `manual`, `prediction SOURCE` for a label that stands as it was pushed, with the
    trace that it had, or `edited SOURCE`. Labels that were pushed from the annotator's own pass,
    that of `by`, keep the origin that they had there. `seconds` is the time spent on the article.
    Notes that the annotator wrote are reasons; those on external texts may quote them and stay out.
    """
    quotable = meta.tier == "open"
    found: dict[str, Provenance] = {}
    for layer in LAYERS:
        for item in getattr(decoded, layer):
            trace = _trace(item, carried, by)
            if quotable and item.id in decoded.notes:
                trace = msgspec.structs.replace(trace, reason=decoded.notes[item.id])
            found[item.id] = trace
    for key, cluster in decoded.clusters.items():
        before = carried.clusters.get(key)
        same = before is not None and (before.name, before.kb) == (cluster.name, cluster.kb)
        if same and key in carried.provenance:
            found[key] = carried.provenance[key]
    found[meta.doc_id] = Provenance(
        origin="label-studio", seconds=seconds, reason=note if quotable else None
    )
    return found


def _trace(item: Item, carried: Carried, by: str) -> Provenance:
    pushed = carried.items.get(item.id)
    if pushed is None:
        return Provenance(origin="manual")
    trace = carried.provenance.get(item.id, Provenance())
    same = pushed == digest_of_item(item)
    if carried.source != by:
        origin = f"{'prediction' if same else 'edited'} {carried.source}"
    else:
        origin = trace.origin or "manual"
        if not same:
            origin = re.sub(r"^prediction ", "edited ", origin)
    return msgspec.structs.replace(trace if same else Provenance(), origin=origin)


def adjudicated_traces(
    doc: Document, passes: Mapping[str, Document], by: Annotator
) -> dict[str, Provenance]:
    """The provenance of labels that somebody adjudicated in Label Studio, seen against the passes.

    `passes` are those that have the very label; where not all of them do, `decision` says what was
    taken: that of a pass, or the adjudicator's own.
    """
    matches = {name: Match(doc, labels) for name, labels in passes.items()}
    found = dict(doc.provenance)
    for _, _, item in items(doc):
        agree = [name for name, match in matches.items() if _same(item, match)]
        before = found.get(item.id, Provenance())
        if len(agree) == len(passes):
            found[item.id] = Provenance(passes=agree, reason=before.reason, origin=before.origin)
            continue
        found[item.id] = Provenance(
            passes=agree,
            decision=f"label studio: {', '.join(agree) or 'own'}",
            reason=before.reason,
            by=by.id,
            kind=by.kind,
            origin=before.origin,
        )
    whole = found.get(doc.doc_id, Provenance())
    found[doc.doc_id] = msgspec.structs.replace(
        whole, passes=list(passes), by=by.id, kind=by.kind, decision="adjudicated in label studio"
    )
    return found


def _same(item: Item, match: Match) -> bool:
    """Whether the other document has the very same label: spans, attributes and what they mean."""
    twin = match.twins.get(item.id)
    if twin is None:
        return False
    other = next(x for _, _, x in items(match.right) if x.id == twin)
    return _plain(item, match.twins) == _plain(other, {})


def _plain(item: Item, ids: Mapping[str, str]) -> object:
    """An item without its own id and cluster, its references by the ids of the other document."""

    def of(ref: str) -> str:
        return ref if ref == AUTHOR else ids.get(ref, f"? {ref}" if ids else ref)

    fields = msgspec.structs.asdict(item) | {"id": "", "cluster": None}
    if isinstance(item, Event):
        fields["arguments"] = sorted((a.role, of(a.ref)) for a in item.arguments)
    if isinstance(item, Attribution) and item.source is not None:
        source = item.source
        fields["source"] = (source.start, source.end, sorted(of(ref) for ref in source.refs))
    if isinstance(item, Stance):
        fields |= {"holder": of(item.holder), "target": of(item.target)}
    return fields
