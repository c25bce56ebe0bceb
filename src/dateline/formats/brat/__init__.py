"""brat stand-off: a `.txt` and a `.ann` for each article, and an `annotation.conf`.

Entities are text-bound annotations, events and their roles brat's events; an attribution is an
event ATTRIBUTION on its cue (or on its content), a stance an event STANCE on its words, a cluster
an Equiv line. What brat has no line for (the id `A3`, a cluster's name, a value of several lines)
stands in notes of the type `Dateline`, so that nothing is lost; a change made in brat wins over
them.
"""

from __future__ import annotations

from dateline.formats.brat.reading import read
from dateline.formats.brat.writing import write
from dateline.formats.registry import Format
from dateline.formats.standoff import StandOff, ordered
from dateline.scheme import Scheme

__all__ = ["FORMAT"]


def kept(standoff: StandOff, _: Scheme) -> StandOff:
    """All marks; brat knows nothing of the article but its text, nor of who labels it."""
    marks = ordered(standoff.marks)
    return StandOff(doc_id=standoff.doc_id, text=standoff.text, marks=marks)


FORMAT = Format("brat", "brat stand-off", read, write, kept)
