"""The files of a format below a path: sorted, in all folders below, hidden ones left out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from dateline.errors import DataError, UsageError

__all__ = ["files_of"]


def files_of(path: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """Each file with one of these endings (lower case), by its path from `path` on.

    Raises
    ------
    DataError : a folder without any.
    UsageError : `path` is neither a folder nor such a file.
    """
    known = ", ".join(endings)
    if path.is_dir():
        found = sorted(_below(path, endings))
        if not found:
            raise DataError(str(path), f"a folder with files that end in {known}", "none")
        yield from found
    elif path.is_file() and path.name.lower().endswith(endings):
        yield path.name, path
    else:
        raise UsageError(
            str(path),
            f"a folder, or a file that ends in {known}",
            path.name if path.exists() else "nothing",
        )


def _below(folder: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for parent, below, names in os.walk(folder):
        below[:] = [name for name in below if not name.startswith(".")]
        for name in names:
            file = Path(parent) / name
            if name.lower().endswith(endings) and not name.startswith(".") and file.is_file():
                yield file.relative_to(folder).as_posix(), file
