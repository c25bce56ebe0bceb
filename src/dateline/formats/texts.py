"""Texts as other tools leave them: decoded, and brought into the stored form with their offsets.

A stored text is NFC with LF alone, without BOM, NUL, control characters or trailing line ends
(`dateline.text`). What has to change for that moves offsets; `Fitted` knows where to.
"""

from __future__ import annotations

import bisect
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import regex

from dateline.errors import DataError
from dateline.records import Span

__all__ = ["LARGEST", "Fitted", "decoded", "fitted", "read_bytes", "stored"]

LARGEST = 64_000_000
"""The largest file that is read, in bytes."""

_BIDI = r"\u202a-\u202e\u2066-\u2069"
_STRANGE = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_BIDI}]")
_UNWANTED = regex.compile(rf"[\p{{Cc}}\p{{Cs}}{_BIDI}--[\t\n]]", regex.VERSION1)
_PIECE = regex.compile(
    rf"\r\n?|{_UNWANTED.pattern}|[^\p{{Cc}}\p{{Cs}}{_BIDI}]+|[\t\n]+", regex.VERSION1
)
_CHARACTER = regex.compile(r"\X")
LINE_ENDS = "line ends other than LF"
MARK = "a byte order mark"
CONTROLS = "control characters, now blanks"
COMPOSED = "characters not in normal form C"


def read_bytes(path: Path, where: str) -> bytes:
    """The bytes of a file that may be anything.

    Raises
    ------
    DataError : no readable file, or one of more than `LARGEST` bytes.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise DataError(where, "a file", "none")
        if about.st_size > LARGEST:
            raise DataError(where, f"a file of at most {LARGEST} bytes", f"{about.st_size}")
        with path.open("rb", buffering=0) as file:
            return file.read()
    except FileNotFoundError:
        raise DataError(where, "a file", "none") from None
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        raise DataError(where, "a readable file", said or "an error") from None


def decoded(raw: bytes, where: str, encoding: str = "utf-8") -> str:
    """Bytes as text; a byte order mark stays, as U+FEFF, since offsets may count it.

    Raises
    ------
    DataError : bytes that the encoding does not have, or no encoding of this name.
    """
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        found = f"byte 0x{raw[error.start]:02x}" if error.start < len(raw) else "an early end"
        hint = "Say which it is: --encoding latin-1, or cp1252, utf-16, …"
        raise DataError(f"{where} byte {error.start}", f"text in {encoding}", found, hint) from None
    except (LookupError, UnicodeError, ValueError):
        raise DataError("--encoding", "an encoding that Python knows", repr(encoding)) from None


class _Change(NamedTuple):
    """A piece of the text as read, from `start` to `end`, and where its stored form lies."""

    start: int
    end: int
    new_start: int
    new_end: int


@dataclass(frozen=True)
class Fitted:
    """A text in its stored form, and how to get there from the one that was read.

    `length` is that of the text as read, and `mended` says what was changed.
    """

    text: str
    length: int
    mended: tuple[str, ...] = ()
    _changes: tuple[_Change, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """A span of the text as read, in the stored text; one out of bounds stays so.

        An edge inside a changed piece takes the whole piece.
        """
        if not self._changes and 0 <= start <= end <= len(self.text):
            return Span(start, end)
        return Span(self._moved(start, last=False), self._moved(end, last=True))

    def _moved(self, at: int, last: bool) -> int:
        if at < 0:
            return at
        if at > self.length:  # as far beyond the end as it was
            return at - self.length + len(self.text)
        number = bisect.bisect_right(self._changes, at, key=lambda change: change.start) - 1
        if number < 0:
            return min(at, len(self.text))
        change = self._changes[number]
        if change.start < at < change.end:
            moved = change.new_end if last else change.new_start
        elif at == change.start:
            moved = change.new_start
        else:
            moved = at - change.end + change.new_end
        return min(moved, len(self.text))


def stored(raw: str) -> str | None:
    """The stored form of a text that has it but for line ends at its end; None of any other."""
    if raw.startswith("\ufeff") or _STRANGE.search(raw):
        return None
    if not unicodedata.is_normalized("NFC", raw):
        return None
    text = raw.rstrip("\n")
    return text if text.strip() else ""


def fitted(raw: str, where: str = "text") -> Fitted:
    """The stored form of a text; what no text may hold becomes a blank.

    The result is "" where nothing is left.

    Raises
    ------
    DataError : normal form C would join characters that stand apart, as no real text has them.
    """
    as_is = stored(raw)
    if as_is is not None:
        return Fitted(as_is, len(raw))
    pieces: list[str] = []
    changes: list[_Change] = []
    mended: dict[str, None] = {}
    at = 0
    for start, piece, new, why in _mended(raw):
        if why is not None:
            changes.append(_Change(start, start + len(piece), at, at + len(new)))
            mended[why] = None
        pieces.append(new)
        at += len(new)
    text = "".join(pieces).rstrip("\n")
    if not unicodedata.is_normalized("NFC", text):
        raise DataError(where, "characters that normal form C does not join", "others")
    return Fitted(text if text.strip() else "", len(raw), tuple(mended), tuple(changes))


def _mended(raw: str) -> Iterator[tuple[int, str, str, str | None]]:
    """The pieces of a text: (offset, as read, as stored, what was mended or None)."""
    begin = len(raw) - len(raw.lstrip("\ufeff"))
    if begin:
        yield 0, raw[:begin], "", MARK
    for match in _PIECE.finditer(raw, begin):
        piece, start = match.group(), match.start()
        if piece[0] == "\r":
            yield start, piece, "\n", LINE_ENDS
        elif _UNWANTED.match(piece):
            yield start, piece, " ", CONTROLS
        elif unicodedata.is_normalized("NFC", piece):
            yield start, piece, piece, None
        else:
            for one in _CHARACTER.finditer(piece):
                new = unicodedata.normalize("NFC", one.group())
                why = COMPOSED if new != one.group() else None
                yield start + one.start(), one.group(), new, why
