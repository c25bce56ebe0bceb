"""One article while its lines are read: the text, where its words stand, what is said of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dateline.errors import DataError
from dateline.formats.conllu.asides import NAME, Aside, aside_of
from dateline.formats.conllu.brackets import Brackets
from dateline.formats.conllu.escapes import unescape_space
from dateline.formats.conllu.heads import meta_of
from dateline.formats.standoff import Notice
from dateline.formats.tags import OUTSIDE, parse_tag

__all__ = ["Page", "Tagged"]

_NUMBER = re.compile(r"(\d{1,7})(?:([-.])(\d{1,7}))?")
_TAG_KEYS = {"ner", "ne", "entity", "ent", "namedentity", "named_entity"}
_SPACE_KEYS = {"SpaceAfter", "SpacesAfter", "SpacesBefore"}
_KNOWN_COMMENTS = {"sent_id", "newpar", "newdoc", "global.Entity", "global.columns", "text"}
_NONE = ["_"] * 7

NO_ROW = "a line that is no word of CoNLL-U, left out"
FEW = "a row of other than ten columns"
SYNTAX = "lemmas, tags and trees, which are not read"
TEXT = "a sentence whose words are not those of its text"
NOT_OURS = "a comment under our name that is none of ours"
TWICE = "a key that stands twice at a word: the first counts"

Tagged = tuple[int, str, int]
"""A word's number, its tag, and the line."""


class Page:
    """Reads rows and comments; `finish` ends it."""

    def __init__(self, file: str, doc_id: str, fields: str | None) -> None:
        self.file = file
        self.doc_id = doc_id
        self.fields = fields
        self.begun = False
        self.notices: list[Notice] = []
        self.meta: dict[str, str] = {}
        self.pieces: list[str] = []
        self.starts: list[int] = []  # of each word in the text as read; -1: it has no words there
        self.ends: list[int] = []
        self.sentences: list[int] = []  # where each starts in the text
        self.first_words: list[int] = []
        self.asides: list[tuple[int, Aside, int]] = []  # sentence, aside, line
        self.links: list[tuple[str, str, int, int]] = []  # key, value, word, line
        self.tagged: dict[str, list[Tagged]] = {}
        self.brackets = Brackets(fields, self.tell)
        self.text_aside: str | None = None
        self._at = 0
        self._gap: str | None = None  # after the last word, where it is said
        self._words = 0
        self._strange = 0
        self._first_strange = 0, ""
        self._told: set[str] = set()
        self._in_sentence = False
        self._paragraphs = self._new_paragraph = False
        self._said: tuple[str, int] | None = None  # the sentence's text, and its line
        self._begin = 0  # the piece with which the sentence begins
        self._covered: tuple[int, int, int, str] | None = None  # last id, start, first word, form
        self._forms: list[str] = []  # of the words that it covers

    def set_fields(self, fields: str) -> None:
        """The fields of the brackets from here on, as `# global.Entity` names them."""
        if fields != self.fields:
            self.fields = fields
            self.brackets.set_fields(fields)

    def tell(self, reason: str, line: int) -> None:
        """Something that is amiss at a line."""
        self.notices.append(Notice(reason, f"{self.file} line {line}"))

    def once(self, reason: str, line: int) -> None:
        """Something that is told of one article once."""
        if reason not in self._told:
            self._told.add(reason)
            self.tell(reason, line)

    # ── Comments

    def comment(self, line: int, words: str) -> None:
        """A line that begins with `#`."""
        head, _, value = words[1:].partition("=")
        names, value = head.split(None, 2), value.strip()
        if not names:
            return
        name, second = names[0], names[1:]
        if name == "newpar":
            self._paragraphs = self._new_paragraph = True
        elif name == "text" and not second:
            self._said = value, line
        elif name == NAME and not second:
            self._aside(value, line)
        elif name.startswith("meta::") and (found := meta_of(name[6:], value)):
            self.meta.setdefault(*found)
        elif name not in _KNOWN_COMMENTS:
            self.once(f"a comment that is not read: {name[:60]}", line)

    def _aside(self, value: str, line: int) -> None:
        aside = aside_of(value)
        if aside is None:
            self.tell(NOT_OURS, line)
        elif aside.text is not None:
            self.text_aside = aside.text
        else:
            self.asides.append((len(self.sentences), aside, line))

    # ── Words

    def row(self, line: int, words: str) -> None:
        """A line that is neither empty nor a comment."""
        self.begun = True
        self._words += 1
        columns = words.split("\t")
        if len(columns) < 2:
            columns = words.split(None, 9)
        match = _NUMBER.fullmatch(columns[0])
        if match is None or len(columns) < 2 or not columns[1]:
            if not self._strange:
                self._first_strange = line, words[:80]
            self._strange += 1
            self.tell(NO_ROW, line)
            return
        if len(columns) != 10:
            self.once(FEW, line)
        if columns[2:9] != _NONE and set(columns[2:9]) - {"_"}:
            self.once(SYNTAX, line)
        keys: dict[str, str] = {}
        if len(columns) > 9 and columns[9] != "_":
            keys = self._keys(columns[9], line)
        first, mark, last = int(match[1]), match[2], int(match[3] or 0)
        form = columns[1]
        if mark == ".":
            self._word(-1, -1)
        elif mark == "-":
            self._end_covered()
            start = self._surface(form, keys)
            if first <= last:
                self._covered = last, start, len(self.starts), form
            else:
                self._word(start, self._at)
        elif self._covered is not None and first <= self._covered[0]:
            self._word(-2, len(form))  # its place is known when all words of the token are
            self._forms.append(form)
        else:
            self._end_covered()
            start = self._surface(form, keys)
            self._word(start, self._at)
        if keys:
            self._said_of(keys, mark == "-", line)

    def _keys(self, misc: str, line: int) -> dict[str, str]:
        keys: dict[str, str] = {}
        for piece in misc.split("|"):
            key, _, value = piece.strip(" ").partition("=")
            if key in keys:
                self.once(TWICE, line)
            else:
                keys[key] = value
        return keys

    def _word(self, start: int, end: int) -> None:
        self.starts.append(start)
        self.ends.append(end)

    def _surface(self, form: str, keys: dict[str, str]) -> int:
        """Add a token to the text; where it starts."""
        gap = self._gap
        before = unescape_space(keys["SpacesBefore"]) if "SpacesBefore" in keys else ""
        if not self.sentences and not self._in_sentence:
            gap = ""
        elif gap is None and self._in_sentence:
            gap = "" if before else " "
        elif gap is None:
            gap = " " if self._paragraphs and not self._new_paragraph else "\n"
        if gap or before:
            self.pieces.append(gap + before)
            self._at += len(gap) + len(before)
        start = self._at
        if not self._in_sentence:
            self._in_sentence = True
            self._new_paragraph = False
            self.sentences.append(start)
            self.first_words.append(len(self.starts))
            self._begin = len(self.pieces)
        self.pieces.append(form)
        self._at += len(form)
        self._gap = None
        if "SpacesAfter" in keys:
            self._gap = unescape_space(keys["SpacesAfter"])
        elif keys.get("SpaceAfter") == "No":
            self._gap = ""
        return start

    def _end_covered(self) -> None:
        """Places for the words of a token of several: their own where they make it up."""
        if self._covered is None:
            return
        _, start, first, form = self._covered
        at, exact = start, "".join(self._forms) == form
        self._covered = None
        self._forms.clear()
        for word in range(first, len(self.starts)):
            if self.starts[word] != -2:
                continue
            length = self.ends[word]
            self.starts[word] = at if exact else start
            self.ends[word] = at + length if exact else start + len(form)
            at += length

    def _said_of(self, keys: dict[str, str], token: bool, line: int) -> None:
        """What MISC says of the last word; a token of several words says it of the next one."""
        word = len(self.starts) - (0 if token else 1)
        for key, value in keys.items():
            if key in _SPACE_KEYS:
                continue
            if key == "Entity" and ("(" in value or ")" in value):
                self.brackets.add(value, word, line)
            elif key.lower() in _TAG_KEYS and (tag := parse_tag(value)) is not None:
                if tag != OUTSIDE:
                    self.tagged.setdefault(key, []).append((word, tag, line))
            elif key in ("Bridge", "SplitAnte"):
                self.links.append((key, value, word, line))
            else:
                self.once(f"a key of MISC that is not read: {key[:60]}", line)

    # ── Ends

    def end_sentence(self) -> None:
        """An empty line."""
        self._end_covered()
        if self._in_sentence and self._said is not None:
            words, line = self._said
            if "".join(words.split()) != "".join("".join(self.pieces[self._begin :]).split()):
                self.tell(TEXT, line)
        self._in_sentence = False
        self._said = None

    def finish(self) -> str:
        """The text as read.

        Raises
        ------
        DataError : most of the lines are no words of CoNLL-U.
        """
        self.end_sentence()
        if self._strange * 2 > self._words:
            line, words = self._first_strange
            where = f"{self.file} line {line}"
            raise DataError(where, "ten columns that begin with a number", repr(words))
        self.brackets.end()
        if self.pieces and self._gap:
            self.pieces.append(self._gap)
        return "".join(self.pieces) if self.pieces else self.text_aside or ""

    def tokens(self) -> Iterator[tuple[int, int]]:
        """The words that have a place, by number, with the sentence of each."""
        sentence = -1
        for word, start in enumerate(self.starts):
            while sentence + 1 < len(self.first_words) and self.first_words[sentence + 1] <= word:
                sentence += 1
            if start >= 0:
                yield word, sentence
