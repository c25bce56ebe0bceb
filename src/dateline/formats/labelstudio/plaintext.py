"""The text that offsets were counted in: by code points or UTF-16, with CRLF or LF, of HTML."""

from __future__ import annotations

import bisect
import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from dateline.formats.texts import Fitted, fitted
from dateline.records import Span

__all__ = ["Counted", "Words", "counted"]

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)?[^<>]*>")
_BLOCKS = """
address article aside blockquote br dd div dl dt figure footer h1 h2 h3 h4 h5 h6 header hr li main
nav ol p pre section table td th tr ul
"""
_BLOCK = frozenset(_BLOCKS.split())
HTML = "HTML, read as the words that it shows"
UTF16 = "offsets in UTF-16, now in code points"


class Words(NamedTuple):
    """A region as offsets and the words that it is said to have, if any."""

    start: int
    end: int
    words: str | None


class Counted(NamedTuple):
    """A text whose regions were counted in some way: what it is now, and what was done."""

    text: Fitted
    form: _Form
    apart: set[int]
    notices: list[str]

    def span(self, start: int, end: int) -> Span:
        """A region's place in the stored text."""
        return self.text.span(*self.form.place(start, end))


class _Form(NamedTuple):
    """One way to read a text: `wide` is for characters that UTF-16 counts twice, `breaks` for line
    ends that the page shows and does not count.
    """

    text: str
    wide: list[int] | None = None
    breaks: list[int] | None = None

    def point(self, at: int) -> int:
        """An offset as counted, in code points of `text`."""
        return at if self.wide is None else at - bisect.bisect_left(self.wide, at)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """A region in the text with its line ends."""
        one, two = self.point(start), self.point(end)
        if self.breaks:
            one += bisect.bisect_right(self.breaks, one)
            two += bisect.bisect_left(self.breaks, two)
        return one, two

    def whole(self) -> str:
        """The text with its line ends."""
        if not self.breaks:
            return self.text
        edges = [0, *self.breaks, len(self.text)]
        return "\n".join(self.text[a:b] for a, b in pairwise(edges))


_Way = tuple[str, list[int] | None, list[str]]


def counted(raw: str, regions: Sequence[Words], hypertext: bool, where: str = "text") -> Counted:
    """A text in the way in which most of its regions have their words.

    Raises
    ------
    DataError : a text that cannot be stored.
    """
    worded = [(number, region) for number, region in enumerate(regions) if region.words]
    best: tuple[_Form, list[str], list[int]] | None = None
    for form, notices in _forms(raw, hypertext):
        apart = [number for number, region in worded if not _stands(form, region)]
        if best is None or len(apart) < len(best[2]):
            best = form, notices, apart
        if not apart:
            break
    assert best is not None
    form, notices, wrong = best
    text = fitted(form.whole(), where)
    return Counted(text, form, set(wrong), [*notices, *text.mended])


def _forms(raw: str, hypertext: bool) -> Iterator[tuple[_Form, list[str]]]:
    """The ways to read a text, the likeliest first."""
    plain: list[_Way] = [(raw, None, [])]
    if "\r" in raw:
        plain.append((raw.replace("\r\n", "\n").replace("\r", "\n"), None, []))
    shown: list[_Way] = []
    if "<" in raw and ">" in raw:
        shown = [(*_shown(raw, counts), [HTML]) for counts in (False, True)]
    ways = [*shown, *plain] if hypertext else [*plain, *shown]
    for text, breaks, notices in ways:
        yield _Form(text, None, breaks), notices
    for text, breaks, notices in ways:
        wide = _wide(text)
        if wide:
            yield _Form(text, wide, breaks), [*notices, UTF16]


def _wide(text: str) -> list[int]:
    """Where the characters that UTF-16 counts twice begin, in UTF-16."""
    if text.isascii():
        return []
    places = (i for i, character in enumerate(text) if character > "\uffff")
    return [place + number for number, place in enumerate(places)]


def _shown(raw: str, br_counts: bool) -> tuple[str, list[int]]:
    """The words that HTML shows, and where lines end in them that are not counted."""
    pieces: list[str] = []
    breaks: list[int] = []
    size = at = 0
    hidden = ""
    for match in _TAG.finditer(raw):
        closing, name = match[1], (match[2] or "").lower()
        words = "" if hidden else html.unescape(raw[at : match.start()])
        at = match.end()
        if hidden:
            hidden = "" if closing and name == hidden else hidden
        elif name in ("script", "style") and not closing:
            hidden = name
        if name == "br" and br_counts:
            words += "\n"
        pieces.append(words)
        size += len(words)
        ends = words or (pieces[-2] if len(pieces) > 1 else "")
        if name in _BLOCK and size and not ends.endswith("\n") and breaks[-1:] != [size]:
            breaks.append(size)
    if not hidden:
        pieces.append(html.unescape(raw[at:]))
    text = "".join(pieces)
    inner = [place for place in breaks if place < len(text) and text[place] != "\n"]
    return text, inner


def _stands(form: _Form, region: Words) -> bool:
    """Whether the words of a region are those at its offsets, but for white space."""
    if not 0 <= region.start <= region.end:
        return False
    found = form.text[form.point(region.start) : form.point(region.end)]
    return found == region.words or _bare(found) == _bare(region.words or "")


def _bare(words: str) -> str:
    # The editor writes a line end as a backslash and an n.
    return "".join(words.replace("\\n", "").split())
