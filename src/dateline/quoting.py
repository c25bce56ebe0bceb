"""Places in a text by their quoted words: `"words"@3#2`, `"from"@3.."to"@5`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from dateline.errors import DataError
from dateline.records import Span
from dateline.text import HasSpan, Segmentation

__all__ = ["PLACE", "STRING", "Reader", "occurrences", "placed", "quote", "unquote"]

STRING = r'"(?:[^"\\]|\\.)*"|`[^`]*`'
_POINT = rf"(?:{STRING})(?:@\d{{1,9}})?(?:[\#~]\d{{1,9}})?"
PLACE = re.compile(rf"{_POINT}(?:\s*\.\.\s*{_POINT})?")
_PART = re.compile(rf"(?P<words>{STRING})(?:@(?P<sentence>\d{{1,9}}))?(?P<count>[#~]\d{{1,9}})?")


@dataclass
class Reader:
    """One quoted file being read: its text, where we are, and what went wrong there."""

    text: str
    units: Segmentation
    where: str
    line: int = 0

    def fail(self, expected: str, found: str, hint: str = "") -> NoReturn:
        raise DataError(f"{self.where}:{self.line}", expected, found, hint)

    def place(self, quoted: str) -> Span:
        """The span that a quoted place means."""
        parts = list(_PART.finditer(quoted))
        if not PLACE.fullmatch(quoted) or not parts:
            self.fail('a place such as "words"@3', quoted)
        spans = [self._occurrence(part) for part in parts]
        if spans[-1][1] < spans[0][1]:
            self.fail("a range whose end follows its start", quoted)
        return Span(spans[0][0], spans[-1][1])

    def places(self, quoted: str) -> list[Span]:
        """The spans of places joined by `+`."""
        found = [self.place(match.group()) for match in PLACE.finditer(quoted)]
        return found or [self.place(quoted)]

    def _occurrence(self, part: re.Match[str]) -> tuple[int, int]:
        words = unquote(part["words"])
        if not words:
            self.fail("words", "an empty quotation")
        low, high = 0, len(self.text)
        scope = "the text"
        if part["sentence"] is not None:
            number = int(part["sentence"])
            if not 1 <= number <= len(self.units.sentences):
                self.fail(f"a sentence from 1 to {len(self.units.sentences)}", f"@{number}")
            low, high = self.units.sentences[number - 1]
            scope = f"sentence {number}"
        count = part["count"]
        found = occurrences(
            self.text, words, low, high, parts=count is not None and count[0] == "~"
        )
        if not found:
            self.fail(f"words of {scope}", repr(words), self._elsewhere(words))
        if count is None:
            if len(found) > 1:
                times = f"{words!r} {len(found)} times"
                self.fail(f"words that stand once in {scope}", times, "Say which: #1, #2, …")
            return found[0]
        which = int(count[1:])
        if not 1 <= which <= len(found):
            self.fail(f"1 to {len(found)} of {words!r} in {scope}", count)
        return found[which - 1]

    def _elsewhere(self, words: str) -> str:
        spans = occurrences(self.text, words, 0, len(self.text))
        numbers = sorted({self.units.sentence_of(start) + 1 for start, _ in spans})
        return f"They stand in sentence {', '.join(map(str, numbers))}." if numbers else ""


def unquote(quoted: str) -> str:
    """The words within quotes or backticks."""
    if quoted[0] == "`":
        return quoted[1:-1]
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], quoted[1:-1])


def quote(words: str) -> str:
    """Words in quotes, with quotes, backslashes and line ends escaped."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def occurrences(
    text: str, words: str, low: int, high: int, *, parts: bool = False
) -> list[tuple[int, int]]:
    """Where `words` stand in `text[low:high]`: as whole words, else (or with `parts`) anywhere."""
    spans = []
    at = text.find(words, low, high)
    while at >= 0:
        spans.append((at, at + len(words)))
        at = text.find(words, at + 1, high)

    def whole(span: tuple[int, int]) -> bool:
        start, end = span
        before = start > 0 and text[start].isalnum() and text[start - 1].isalnum()
        after = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
        return not before and not after

    return spans if parts else [span for span in spans if whole(span)] or spans


def placed(text: str, units: Segmentation, span: HasSpan) -> str:
    """The quoted place that means `span` in `text` and nothing else."""

    def point(start: int, end: int) -> str:
        words = text[start:end]
        sentence = units.sentence_of(start)
        scope = units.sentences[sentence]
        found = occurrences(text, words, *scope)
        if (start, end) not in found:
            every = occurrences(text, words, *scope, parts=True)
            return f"{quote(words)}@{sentence + 1}~{every.index((start, end)) + 1}"
        which = f"#{found.index((start, end)) + 1}" if len(found) > 1 else ""
        return f"{quote(words)}@{sentence + 1}{which}"

    if units.sentence_of(span.start) == units.sentence_of(span.end - 1):
        return point(span.start, span.end)
    first, last = units.tokens_of(span.start, span.end)
    head = point(span.start, units.tokens[first][1])
    return f"{head}..{point(units.tokens[last - 1][0], span.end)}"
