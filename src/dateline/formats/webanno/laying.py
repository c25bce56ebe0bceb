"""The text of a WebAnno TSV file, put together from its sentences, and where its rows lie in it.

Java counts UTF-16 code units, other programs code points: the words of the tokens tell which.
Between sentences there is nothing, a line end, or a line end and blanks, as the offsets have it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from dateline.formats.standoff import Notice
from dateline.formats.webanno.lines import Page, Row, Sentence

__all__ = ["Laid", "lay", "units_of"]

APART = "words that are not those at the offsets"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_SLACK = 1000
_NEAR = 2000


class Laid(NamedTuple):
    """A text and the place of each row of the page in it, in code points."""

    text: str
    places: list[tuple[int, int]]
    notices: list[Notice]


def units_of(text: str) -> Sequence[int]:
    """For each code point the number of UTF-16 units before it, and at the end of all."""
    if not _ASTRAL.search(text):
        return range(len(text) + 1)
    found, at = [0], 0
    for character in text:
        at += 1 if character < "\U00010000" else 2
        found.append(at)
    return found


class _Counter:
    """Offsets within one sentence, as its file counts them, in code points."""

    def __init__(self, text: str, wide: bool) -> None:
        self.units = units_of(text) if wide else range(len(text) + 1)
        self.size = self.units[-1]
        self._back = (
            None
            if isinstance(self.units, range)
            else {unit: at for at, unit in enumerate(self.units)}
        )

    def at(self, units: int) -> int:
        """The code point at so many units; one inside a character is that character's start."""
        units = min(max(units, 0), self.size)
        if self._back is None:
            return units
        return self._back[units] if units in self._back else self._back[units - 1]


def lay(page: Page, where: str) -> Laid:
    """The text of a page with the places of its rows."""
    joined = ["\n".join(sentence.text) for sentence in page.sentences]
    wide = True
    if any(_ASTRAL.search(text) for text in joined):
        pairs = list(zip(page.sentences, joined, strict=True))
        wide = _agreeing(pairs, wide=True) >= _agreeing(pairs, wide=False)
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    notices: list[Notice] = []
    at = after = 0  # in code points of the text so far, and as the file counts
    room = sum(map(len, joined)) + _SLACK  # for blanks that only offsets speak of
    for sentence, text in zip(page.sentences, joined, strict=True):
        counter = _Counter(text, wide)
        begin = sentence.rows[0].begin if sentence.rows else after + bool(pieces)
        gap = begin - after
        if not 0 <= gap <= room:
            line = sentence.rows[0].line
            notices.append(Notice("offsets of a sentence that cannot be", f"{where} line {line}"))
            gap = 1 if pieces else 0
        room -= gap
        between = _lead(page.lead, gap)
        if pieces and gap:
            between = "\n" + " " * (gap - 1)
        at += len(between)
        pieces += [between, text]
        found, apart = _places(sentence, text, counter, begin)
        places += [(at + start, at + end) for start, end in found]
        notices += [Notice(APART, f"{where} line {row.line}") for row in apart]
        at += len(text)
        after = begin + counter.size
    return Laid("".join(pieces), places, notices)


def _lead(said: str, gap: int) -> str:
    """The white space before the first token, where a comment of ours knows it."""
    if not said:
        return " " * gap
    try:
        lead = msgspec.json.decode(said, type=str)
    except msgspec.MsgspecError:
        lead = ""
    return lead if lead.isspace() and len(lead) == gap else " " * gap


def _agreeing(sentences: Sequence[tuple[Sentence, str]], wide: bool) -> int:
    """How many tokens stand at their offsets, counted so."""
    count = 0
    for sentence, text in sentences:
        counter = _Counter(text, wide)
        base = sentence.rows[0].begin if sentence.rows else 0
        for row in sentence.rows:
            count += text[counter.at(row.begin - base) : counter.at(row.end - base)] == row.word
    return count


def _places(
    sentence: Sentence, text: str, counter: _Counter, base: int
) -> tuple[list[tuple[int, int]], list[Row]]:
    """Where the rows of a sentence lie in its text; and those whose words do not stand there.

    Tokens lie one after the other; a piece of a token lies in it.
    """
    found: list[tuple[int, int]] = []
    apart: list[Row] = []
    cursor = start = end = whole = 0
    for row in sentence.rows:
        if row.part:
            first = start + counter.at(row.begin - base) - counter.at(whole - base)
            last = first + counter.at(row.end - base) - counter.at(row.begin - base)
            first = min(max(first, start), end)
            found.append((first, min(max(last, first), end)))
            continue
        whole = row.begin
        start, end = counter.at(row.begin - base), counter.at(row.end - base)
        if start < cursor or text[start:end] != row.word:
            place = text.find(row.word, cursor, cursor + len(row.word) + _NEAR) if row.word else -1
            if place >= 0:
                start, end = place, place + len(row.word)
            else:
                start = max(start, cursor)
                end = max(end, start)
                apart.append(row)
        cursor = end
        found.append((start, end))
    return found, apart
