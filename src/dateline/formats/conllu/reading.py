"""Reading CoNLL-U files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dateline.formats.columns import lines, named
from dateline.formats.conllu.marking import Marking
from dateline.formats.conllu.page import Page
from dateline.formats.finding import files_of
from dateline.formats.registry import Known
from dateline.formats.standoff import Notice, StandOff, ordered
from dateline.formats.texts import fitted

__all__ = ["ENDINGS", "article", "pages", "read"]

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
    for name, file in files_of(path, ENDINGS, any_alone=True):
        yield from map(article, pages(file, name, known.encoding))


def pages(file: Path, name: str, encoding: str) -> Iterator[Page]:
    """The articles of a file, their lines read but not ended.

    Raises
    ------
    DataError : an unreadable file, or one that cannot be decoded.
    """
    stem = named(name)
    found, mended = lines(file, name, encoding)
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
                yield page
                number += 1
                page = Page(name, f"{stem}-{number}", page.fields)
            page.begun = True
            page.doc_id = match[1].strip() or page.doc_id
        elif match := _FIELDS.fullmatch(words):
            page.set_fields(match[1])
        else:
            page.comment(line, words)
    yield page


def article(page: Page, linked: bool = False) -> StandOff:
    """A page whose lines have been read, as a text with marks (`linked`: see `Marking`).

    Raises
    ------
    DataError : mostly other lines, or a text that has no stored form.
    """
    raw = page.finish()
    text = fitted(raw, page.file)
    marks = Marking(page, text, linked).marks()
    notices = page.notices + [Notice(reason, page.file) for reason in text.mended]
    return StandOff(
        doc_id=page.doc_id, text=text.text, marks=ordered(marks), meta=page.meta, notices=notices
    )
