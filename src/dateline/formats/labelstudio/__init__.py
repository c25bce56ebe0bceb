"""Label Studio: tasks with predictions or annotations, as JSON, and the labelling configuration.

What is written is a list of tasks to import, filled in with the labels as a prediction, in the
terms of Dateline's own projects there, and `labelling.xml` for the project. What is read is any
export in JSON of a project over texts: its own JSON, the one called JSON_MIN, or a task a line.
"""

from __future__ import annotations

from dateline.formats.labelstudio.reading import read
from dateline.formats.labelstudio.shape import KNOWN_META
from dateline.formats.labelstudio.writing import known_maker, write
from dateline.formats.registry import Format
from dateline.formats.standoff import StandOff, ordered
from dateline.scheme import Scheme

__all__ = ["FORMAT"]


def kept(standoff: StandOff, _: Scheme) -> StandOff:
    """All marks, what is known of the article, and who made the labels unless that is a human."""
    maker, status = known_maker(standoff)
    return StandOff(
        doc_id=standoff.doc_id,
        text=standoff.text,
        marks=ordered(standoff.marks),
        meta={key: standoff.meta[key] for key in KNOWN_META if standoff.meta.get(key)},
        annotator=maker,
        status=status,
    )


FORMAT = Format("labelstudio", "Label Studio JSON", read, write, kept)
