"""doccano's JSON lines for sequence labelling: `text`, `entities` and `relations` of each text.

Entities, triggers, sources, cues, contents and stances are spans; roles and the links of clusters
are relations. What doccano has no place for stands in a column `dateline`, which it keeps as
metadata and hands back. Offsets count UTF-16 units, as doccano counts them (`counting`).
"""

from __future__ import annotations

from dateline.formats.doccano.reading import read
from dateline.formats.doccano.writing import write
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


FORMAT = Format("doccano", "doccano's JSON lines", read, write, kept)
