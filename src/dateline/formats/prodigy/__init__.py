"""Prodigy's tasks: a JSON object a line, with `text`, `tokens`, `spans` and `relations`.

Entities, triggers, sources, cues, contents and stances are spans; roles and the links of clusters
are relations. What Prodigy has no place for stands under `dateline`, which it hands back as it
came.
"""

from __future__ import annotations

from dateline.formats.prodigy.reading import read
from dateline.formats.prodigy.writing import write
from dateline.formats.registry import Format
from dateline.formats.standoff import StandOff, ordered
from dateline.scheme import Scheme

__all__ = ["FORMAT"]


def kept(standoff: StandOff, _: Scheme) -> StandOff:
    """Everything."""
    return StandOff(
        doc_id=standoff.doc_id,
        text=standoff.text,
        marks=ordered(standoff.marks),
        meta=standoff.meta,
        annotator=standoff.annotator,
        status=standoff.status,
    )


FORMAT = Format("prodigy", "Prodigy's JSON lines", read, write, kept)
