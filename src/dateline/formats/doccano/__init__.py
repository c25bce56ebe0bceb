"""doccano's JSON lines for sequence labelling: `text`, `entities` and `relations` of each text.

Entities, triggers, sources, cues, contents and stances are spans; roles and the links of clusters
are relations. What doccano has no place for stands in a column `dateline`, which it keeps as
metadata and hands back. Offsets count UTF-16 units, as doccano counts them (`counting`).
"""

from __future__ import annotations

from dateline.formats.aside import kept
from dateline.formats.doccano.reading import read
from dateline.formats.doccano.writing import write
from dateline.formats.registry import Format

__all__ = ["FORMAT"]

FORMAT = Format("doccano", "doccano's JSON lines", read, write, kept)
