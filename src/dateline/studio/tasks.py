"""Articles as tasks: what an annotator sees, the predictions, and what is carried along."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from dateline.generated.places import layers_up_to
from dateline.records import ArticleMeta, Document
from dateline.scheme import LAYERS, Scheme
from dateline.studio.encoding import encode
from dateline.studio.projects import Purpose
from dateline.studio.wire import TaskData

__all__ = ["Outgoing", "below", "task_of"]


@dataclass(frozen=True)
class Outgoing:
    """A task that is ready to be sent: its JSON, and the digest that it carries in its data."""

    doc_id: str
    text_sha256: str
    digest: str
    raw: bytes


def below(doc: Document, layer: str | None) -> Document:
    """The labels that lie below a layer: what its project shows before anything is labelled."""
    if layer is None:
        return doc
    empty: dict[str, list[object]] = {name: [] for name in LAYERS[LAYERS.index(layer) :]}
    return msgspec.structs.replace(doc, **empty)


def task_of(
    meta: ArticleMeta,
    text: str,
    scheme: Scheme,
    purpose: Purpose,
    predictions: Mapping[str, Document],
    guidelines: str,
    cases: str | None = None,
) -> Outgoing:
    """An article as a task of a project.

    `predictions` are documents by the name of their source. A single one has the items' own ids as
    region ids; of several, each has its source before them, so that a region tells whose it was.
    """
    layers = layers_up_to(purpose.layer)
    several = len(predictions) > 1 or purpose.kind == "adjudication"
    carried, shown = {}, []
    for source, doc in predictions.items():
        prefix = f"{source}_" if several else ""
        results, carried[prefix] = encode(doc, text, scheme, layers, source, prefix)
        shown.append({"model_version": source, "result": results})
    data = TaskData(
        doc_id=meta.doc_id,
        text=text,
        text_sha256=meta.text_sha256,
        scheme=scheme.version,
        guidelines=guidelines,
        headline=meta.title or meta.doc_id,
        byline=" · ".join(filter(None, (meta.outlet, meta.published, meta.genre))),
        layer=purpose.layer,
        cases=(cases or "none") if purpose.kind == "adjudication" else None,
        carried=carried,
    )
    plain = {"data": msgspec.to_builtins(data), "predictions": shown}
    digest = hashlib.sha256(msgspec.json.encode(plain)).hexdigest()[:16]
    plain["data"]["digest"] = digest
    return Outgoing(meta.doc_id, meta.text_sha256, digest, msgspec.json.encode(plain))
