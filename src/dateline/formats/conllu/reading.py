"""Reading CoNLL-U files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dateline.errors import DataError
from dateline.formats.columns import files, lines, named
from dateline.formats.conllu.marking import Marking
from dateline.formats.conllu.page import Page
from dateline.formats.registry import Known
from dateline.formats.standoff import Notice, StandOff, ordered
from dateline.formats.texts import fitted

__all__ = ["ENDINGS", "read"]

ENDINGS = frozenset({".conllu", ".conllup"})
_NEW = re.compile(r"#\s*newdoc\b(?:\s+id\s*=)?\s*(.*)")
_FIELDS = re.compile(r"#\s*global\.Entity\s*=\s*(\S+)\s*")


def read(path: Path, known: Known) -> Iterator[StandOff]:
    """The articles of a file, or of the files of a folder and of those below it.

    `# newdoc` begins an article; without one, a file is one article.

    Raises
    ------
    DataError : a file that cannot be decoded, or one of mostly other lines.
    UsageError : there is nothing at `path`.
    """
    for place, name in files(path, ENDINGS):
        yield from _articles(place, name, known)


def _articles(place: Path, name: str, known: Known) -> Iterator[StandOff]:
    stem = named(name)
    found, mended = lines(place, name, known.encoding)
    page = Page(name, stem, None)
    page.notices += [Notice(reason, name) for reason in mended]
    number = 1
    for line, words in found:
        if not words or words.isspace():
            page.end_sentence()
        elif not words.startswith("#"):
            page.row(line, words)
        elif match := _NEW.fullmatch(words):
            page.end_sentence()
            if page.begun:
                yield _article(page)
                number += 1
                page = Page(name, f"{stem}-{number}", page.fields)
            page.begun = True
            page.doc_id = match[1].strip() or page.doc_id
        elif match := _FIELDS.fullmatch(words):
            page.set_fields(match[1])
        else:
            page.comment(line, words)
    yield _article(page)


def _article(page: Page) -> StandOff:
    raw = page.finish()
    try:
        text = fitted(raw)
    except DataError as error:
        raise DataError(page.file, error.expected, error.found) from None
    marks = Marking(page, text).marks()
    notices = page.notices + [Notice(reason, page.file) for reason in text.mended]
    return StandOff(
        doc_id=page.doc_id, text=text.text, marks=ordered(marks), meta=page.meta, notices=notices
    )
