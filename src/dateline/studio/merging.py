"""A submission as a document: beside what it labels, what it had no sight of stays as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from dateline.errors import DatelineError
from dateline.generated.places import layers_up_to
from dateline.records import Annotator, ArticleMeta, Document, Event, Provenance
from dateline.scheme import LAYERS
from dateline.studio.decoding import Decoded
from dateline.studio.projects import Purpose
from dateline.studio.wire import Carried, Fault, TaskData
from dateline.tree import Tree

__all__ = ["before", "document", "ids", "lost"]


def before(tree: Tree, purpose: Purpose, name: str, doc_id: str) -> Document | Fault | None:
    """The annotator's pass as it is, where it has layers above the project's."""
    if purpose.layer is None or purpose.kind != "pass":
        return None
    path = tree.pass_path(name, doc_id)
    if not path.is_file():
        return None
    try:
        found = tree.read_document(path, doc_id)
    except DatelineError as error:
        return Fault(error.where, error.expected, error.found)
    return found if any(getattr(found, layer) for layer in _hidden(purpose)) else None


def _hidden(purpose: Purpose) -> list[str]:
    shown = layers_up_to(purpose.layer)
    return [layer for layer in LAYERS if layer not in shown]


def ids(doc: Document) -> list[str]:
    """The ids of all items and clusters, which no new one may take."""
    return [item.id for layer in LAYERS for item in getattr(doc, layer)] + list(doc.clusters)


def lost(was: Document, now: Document, layers: Sequence[str]) -> Iterator[Fault]:
    """Labels of the pass that the submission lacks, and that layers above may build on."""
    for layer in layers:
        kept = {item.id for item in getattr(now, layer)}
        for item in getattr(was, layer):
            if item.id not in kept:
                expected = f"{item.id} of the pass, whose layers above were labelled already"
                yield Fault(layer, expected, "none: take it out in the topmost project")


def document(
    decoded: Decoded,
    carried: Carried,
    data: TaskData,
    meta: ArticleMeta,
    annotator: Annotator,
    purpose: Purpose,
    provenance: dict[str, Provenance],
    was: Document | None,
) -> Document:
    """The decoded layers with what is carried beside them, and the layers above from `was`."""
    layers = {layer: getattr(decoded, layer) for layer in LAYERS}
    clusters, provenance = dict(decoded.clusters), dict(provenance)
    if was is not None:
        hidden = {layer: getattr(was, layer) for layer in _hidden(purpose)}
        above = [item for items in hidden.values() for item in items]
        for item in above:
            cluster = getattr(item, "cluster", None)
            if cluster in was.clusters:
                clusters[cluster] = was.clusters[cluster]
            for key in (item.id, cluster):
                if key in was.provenance:
                    provenance[key] = was.provenance[key]
        layers["events"] = _with_hidden(layers["events"], was, {item.id for item in above})
        layers |= hidden
    return Document(
        doc_id=meta.doc_id,
        scheme=data.scheme,
        text_sha256=meta.text_sha256,
        annotator=annotator,
        status="silver",
        clusters=clusters,
        guidelines=data.guidelines,
        provenance=provenance,
        foreign=carried.foreign if was is None else was.foreign,
        **layers,
    )


def _with_hidden(events: Sequence[Event], was: Document, above: set[str]) -> list[Event]:
    """Events with the arguments that point at layers which their project does not show."""
    own = {event.id: event for event in was.events}
    found = []
    for event in events:
        arguments = list(event.arguments)
        for at, argument in enumerate(own[event.id].arguments if event.id in own else []):
            if argument.ref in above:
                arguments.insert(at, argument)
        found.append(msgspec.structs.replace(event, arguments=arguments))
    return found
