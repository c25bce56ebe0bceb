"""WebAnno TSV 3.x, which WebAnno and INCEpTION read and write: a `.tsv` for each article.

Entities and clusters are written in the layers that INCEpTION ships (named entities, coreference),
events, attributions and stances as layers of words with slots, and what has no such form as one
annotation of a last layer, so that nothing is lost; a change made in INCEpTION wins.
"""

from __future__ import annotations

from dateline.formats.registry import Format
from dateline.formats.standoff import StandOff, ordered
from dateline.formats.webanno.reading import read
from dateline.formats.webanno.writing import write
from dateline.scheme import Scheme

__all__ = ["FORMAT"]


def kept(standoff: StandOff, _: Scheme) -> StandOff:
    """All marks of a text that has a token; nothing of the article and of who labels it."""
    marks = ordered(standoff.marks) if standoff.text.strip() else []
    return StandOff(doc_id=standoff.doc_id, text=standoff.text, marks=marks)


FORMAT = Format("webanno", "WebAnno TSV 3.x (WebAnno, INCEpTION)", read, write, kept)
