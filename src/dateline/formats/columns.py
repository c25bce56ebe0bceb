"""Files of columns, one token a line: finding them, and their lines."""

from __future__ import annotations

import io
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from dateline.errors import DataError, UsageError
from dateline.formats.texts import LINE_ENDS, MARK, decoded, read_bytes

__all__ = ["files", "lines", "named"]


def files(path: Path, endings: Collection[str]) -> list[tuple[Path, str]]:
    """The files to read with their names: one file whatever its ending, or a folder's and below.

    Hidden files and folders are left out.

    Raises
    ------
    DataError : a folder without any of them.
    UsageError : there is nothing.
    """
    if path.is_file():
        return [(path, path.name)]
    if not path.is_dir():
        raise UsageError(str(path), "a file or folder", "nothing")
    found = []
    for parent, below, names in os.walk(path):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in names:
            if Path(name).suffix.lower() in endings and not name.startswith("."):
                place = Path(parent) / name
                found.append((place, place.relative_to(path).as_posix()))
    if not found:
        raise DataError(str(path), f"a folder with {', '.join(sorted(endings))} files", "none")
    return sorted(found, key=lambda pair: pair[1])


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
