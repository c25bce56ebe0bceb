"""Reading columns of tokens and tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dateline.errors import DataError
from dateline.formats.columns import lines, named
from dateline.formats.finding import files_of
from dateline.formats.registry import Known
from dateline.formats.standoff import SPAN, Notice, StandOff, ordered
from dateline.formats.tags import OUTSIDE, decode, parse_tag
from dateline.formats.texts import fitted
from dateline.records import Foreign

__all__ = ["DOCSTART", "ENDINGS", "read"]

DOCSTART = "-DOCSTART-"
ENDINGS = frozenset(
    f".{ending}"
    for ending in (
        *("conll", "conll2003", "conll03", "ner", "txt", "tsv"),
        *("iob", "iob1", "iob2", "bio", "bioes", "bilou"),
        *("train", "dev", "test", "testa", "testb"),
    )
)
_BLANKS = re.compile(r"[ \t]+")
_COMMENT = re.compile(r"#\s*(?:newdoc\s+)?id\b\s*[=:]?\s*(?P<id>.+)")
_NOTHING = {"", "-X-", "O", "_", "-"}

NO_TAG = "a token without a tag, taken as outside"
NO_FORM = "a tag of no known form, taken as outside"
UNSEEN = "tokens without a visible character, now U+FFFD"
MORE = "columns between token and tag, which are not read"
COMMENT = "a comment, which is not read"


def read(path: Path, known: Known) -> Iterator[StandOff]:
    """The articles of a file, or of the files of a folder and of those below it.

    A line `-DOCSTART-` begins an article; without one, a file is one article. Tokens are joined by
    blanks, sentences by line ends.

    Raises
    ------
    DataError : a file that cannot be decoded, or one of mostly other lines.
    UsageError : there is nothing at `path`.
    """
    for name, place in files_of(path, ENDINGS, any_alone=True):
        yield from _articles(place, name, known)


def _articles(place: Path, name: str, known: Known) -> Iterator[StandOff]:
    stem = named(name)
    found, mended = lines(place, name, known.encoding)
    page = _Page(name, stem, [Notice(reason, name) for reason in mended])
    number = 1
    for line, words in found:
        if words.startswith(DOCSTART):
            key = _id_of(_BLANKS.split(words.strip()))
            if page.begun:
                yield page.standoff()
                number += 1
                page = _Page(name, f"{stem}-{number}", [])
            page.begun = True
            page.doc_id = key or page.doc_id
        elif not words.strip(" \t"):
            page.end_sentence()
        else:
            page.line(line, words)
    yield page.standoff()


def _id_of(columns: list[str]) -> str:
    """The id that a line `-DOCSTART-` gives, as `(id)` or bare; "" for none."""
    rest = " ".join(columns[1:])
    if rest.startswith("(") and ")" in rest:
        return rest[1 : rest.index(")")].strip()
    return next((column for column in columns[1:] if column not in _NOTHING), "")


class _Page:
    """One article while its lines are read."""

    def __init__(self, file: str, doc_id: str, notices: list[Notice]) -> None:
        self.file = file
        self.doc_id = doc_id
        self.notices = notices
        self.begun = False
        self.pieces: list[str] = []
        self.places: list[int] = []  # where each token starts
        self.lengths: list[int] = []
        self.tags: list[str] = []
        self.numbers: list[int] = []  # the line of each token
        self.starts: set[int] = set()  # the first token of each sentence
        self._at = 0
        self._between = True
        self._strange = 0
        self._first_strange = 0, ""
        self._told: set[str] = set()

    def _notice(self, reason: str, line: int, more: str = "") -> None:
        self.notices.append(Notice(reason, f"{self.file} line {line}{more}"))

    def _once(self, reason: str, line: int) -> None:
        if reason not in self._told:
            self._told.add(reason)
            self._notice(reason, line)

    def end_sentence(self) -> None:
        """An empty line."""
        self._between = True

    def line(self, number: int, words: str) -> None:
        """A line with something in it."""
        split = words.split("\t") if "\t" in words else _BLANKS.split(words.strip(" "))
        columns = [column.strip(" ") for column in split]
        while len(columns) > 1 and not columns[-1]:
            columns.pop()
        tag = parse_tag(columns[-1]) if len(columns) > 1 else None
        if tag is None and self._between and words.startswith("#"):
            match = _COMMENT.match(words)
            if match and not self.tags:
                self.doc_id = match["id"].strip()
            else:
                self._once(COMMENT, number)
            return
        self.begun = True
        if tag is None:
            if not self._strange:
                self._first_strange = number, words[:80]
            self._strange += 1
            self._notice(NO_TAG if len(columns) == 1 else NO_FORM, number)
        elif not _NOTHING.issuperset(columns[1:-1]):
            self._once(MORE, number)
        word = columns[0]
        if not word or (not word.isprintable() and not fitted(word, self.file).text):
            word = "\N{REPLACEMENT CHARACTER}"  # a token has a place in the text, seen or not
            self._once(UNSEEN, number)
        self._token(word, tag or OUTSIDE, number)

    def _token(self, word: str, tag: str, number: int) -> None:
        if self.tags:
            self.pieces.append("\n" if self._between else " ")
            self._at += 1
        if self._between:
            self.starts.add(len(self.tags))
            self._between = False
        self.places.append(self._at)
        self.lengths.append(len(word))
        self.pieces.append(word)
        self.tags.append(tag)
        self.numbers.append(number)
        self._at += len(word)

    def standoff(self) -> StandOff:
        """The article.

        Raises
        ------
        DataError : most of its lines are no tokens with tags.
        """
        if self._strange * 2 > len(self.tags):
            number, words = self._first_strange
            where = f"{self.file} line {number}"
            raise DataError(where, "a token and its tag, such as B-PER or O", repr(words))
        text = fitted("".join(self.pieces), self.file)
        self.notices += [Notice(reason, self.file) for reason in text.mended]
        stretches, faults = decode(self.tags, self.starts)
        for fault in faults:
            self._notice(fault.reason, self.numbers[fault.token])
        marks: list[Foreign] = []
        for label, first, end in stretches:
            last = end - 1
            span = text.span(self.places[first], self.places[last] + self.lengths[last])
            marks.append(Foreign(f"T{len(marks) + 1}", SPAN, label, [span]))
        return StandOff(
            doc_id=self.doc_id, text=text.text, marks=ordered(marks), notices=self.notices
        )
