"""Files of columns, one token a line: what they are called, and their lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from dateline.formats.texts import LINE_ENDS, MARK, decoded, read_bytes

__all__ = ["lines", "named"]


def named(name: str) -> str:
    """What a file is called without its ending, the folders above it included."""
    stem, dot, ending = name.rpartition(".")
    return stem if dot and stem and "/" not in ending else name


def lines(path: Path, name: str, encoding: str) -> tuple[Iterator[tuple[int, str]], list[str]]:
    """The lines of a file with their numbers, from 1, and what was mended in it.

    Raises
    ------
    DataError : an unreadable file, or one that cannot be decoded.
    """
    text = decoded(read_bytes(path, name), name, encoding)
    mended = []
    if text.startswith("\ufeff"):
        text = text.lstrip("\ufeff")
        mended.append(MARK)
    if "\r" in text:
        mended.append(LINE_ENDS)
    stream = io.StringIO(text, newline=None)
    return ((number, line.rstrip("\n")) for number, line in enumerate(stream, 1)), mended
