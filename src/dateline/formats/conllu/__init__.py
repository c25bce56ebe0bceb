"""CoNLL-U: a word a line in ten columns, with entities in brackets in the last, as in CorefUD.

`Entity=(e1-GPE-1-id:T1,mention:name` opens a mention of the entity `e1`, `e1)` closes it, and
`# global.Entity` names the fields. A cluster's members share its id. White space stands in
`SpaceAfter` and `SpacesAfter`, so that the text comes back as it was. What brackets cannot say
stands in comments `# dateline = {…}` before the sentence that it is about; a change made to the
brackets wins over them.
"""

from __future__ import annotations

from dateline.formats.conllu.heads import kept_meta
from dateline.formats.conllu.reading import read
from dateline.formats.conllu.writing import write
from dateline.formats.registry import Format
from dateline.formats.standoff import StandOff, ordered
from dateline.scheme import Scheme

__all__ = ["FORMAT"]


def kept(standoff: StandOff, _: Scheme) -> StandOff:
    """All marks, and what comments can say of the article; who labels it is not told."""
    return StandOff(
        doc_id=standoff.doc_id,
        text=standoff.text,
        marks=ordered(standoff.marks),
        meta=kept_meta(standoff.meta),
    )


FORMAT = Format("conllu", "CoNLL-U with entities in MISC", read, write, kept)
