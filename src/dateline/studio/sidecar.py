"""Whether what a task carries is what a push wrote: any user of the server may change a task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dateline.generated.entries import item_of
from dateline.studio.wire import TaskData, shown
from dateline.tree import AnnotatorEntry

__all__ = ["tampered"]

_CLUSTER = re.compile(r"C[1-9][0-9]{0,6}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def tampered(
    data: TaskData, text: str, annotators: Mapping[str, AnnotatorEntry]
) -> Iterator[tuple[str, str]]:
    """What no push writes, as what was expected and what was found."""
    if not _SHA256.fullmatch(data.guidelines):
        yield "the SHA-256 of the guidelines", shown(data.guidelines)
    for prefix, carried in data.carried.items():
        if not (carried.source.isprintable() and prefix in ("", f"{carried.source}_")):
            yield "labels carried under the name of their source", shown(prefix)
        for key in carried.items:
            if item_of(key) != key:
                yield "ids of items in the sidecar", shown(key)
        for key, cluster in carried.clusters.items():
            if not _CLUSTER.fullmatch(key) or cluster.at not in carried.items:
                yield "clusters with their members in the sidecar", shown(key)
        for trace in carried.provenance.values():
            by = annotators.get(trace.by or "")
            if trace.by is not None and (by is None or trace.kind not in (None, by.kind)):
                yield "decisions by an annotator of annotations/annotators.yaml", shown(trace.by)
        for thing in carried.foreign:
            if any(not 0 <= span.start <= span.end <= len(text) for span in thing.spans):
                yield "spans in the text in the sidecar", shown(thing.id)
