"""Reading WebAnno TSV files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dateline.formats.finding import files_of
from dateline.formats.registry import Known
from dateline.formats.standoff import Notice, StandOff
from dateline.formats.texts import decoded, fitted, read_bytes
from dateline.formats.webanno.annotations import collect
from dateline.formats.webanno.laying import Laid, lay
from dateline.formats.webanno.lines import Page, parse
from dateline.formats.webanno.marking import Marking
from dateline.formats.webanno.shape import Tokens

__all__ = ["COMMENTS", "marks_of", "read", "standoff_of"]

COMMENTS = "lines of comment, which are left out"


def read(path: Path, known: Known) -> Iterator[StandOff]:
    """The texts of a folder (and of those below it), or of one file, with their annotations.

    Raises
    ------
    DataError : no such file in a folder, one that cannot be decoded, or one of another form.
    UsageError : `path` is neither a folder nor a `.tsv` file.
    """
    for name, file in files_of(path, (".tsv",)):
        raw = decoded(read_bytes(file, name), name, known.encoding)
        yield marks_of(raw, name[:-4], name)


def marks_of(raw: str, name: str, where: str) -> StandOff:
    """A text with the annotations of a file, which may be any text.

    Raises
    ------
    DataError : it is no WebAnno TSV 3.
    """
    page = parse(raw, where)
    found = standoff_of(page, lay(page, where), name, where)
    if not page.heads:
        return found
    notices = [*found.notices, Notice(COMMENTS, where)]
    return StandOff(doc_id=name, text=found.text, marks=found.marks, notices=notices)


def standoff_of(page: Page, laid: Laid, name: str, where: str) -> StandOff:
    """A page whose rows lie in a text, as a text with marks.

    Raises
    ------
    DataError : a text that has no stored form.
    """
    text = fitted(laid.text, where)
    found = collect(page, laid.places, where)
    spots = (
        text.span(*place)
        for row, place in zip(page.rows(), laid.places, strict=True)
        if not row.part
    )
    tokens = Tokens([(spot.start, spot.end) for spot in spots])
    marking = Marking(text, tokens, where)
    marks = marking.marks(found)
    notices = [Notice(reason, where) for reason in text.mended]
    notices += page.notices + laid.notices + found.notices + marking.notices
    return StandOff(doc_id=name, text=text.text, marks=marks, notices=notices)
