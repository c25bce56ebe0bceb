"""The files of a format below a path: sorted, in all folders below.

Hidden files and folders are left out, and links to folders are not followed. A link to a file that
lies outside is refused: a folder that somebody hands over reaches nothing but itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from dateline.errors import DataError, UsageError

__all__ = ["below", "ends_in", "files_of", "neither"]


def below(folder: Path, wanted: Callable[[str], bool]) -> list[str]:
    """The files whose own names are wanted, by their paths from `folder` on, sorted.

    Names alone, since a folder may have a hundred thousand: `folder / name` is the file.

    Raises
    ------
    DataError : a link that leads to no file in the folder, or a folder that cannot be read.
    """
    found: list[str] = []
    waiting = [""]
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(folder / place) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(f"{place}{entry.name}/")
                    elif wanted(entry.name) and _is_file(entry, f"{place}{entry.name}", folder):
                        found.append(f"{place}{entry.name}")
        except OSError as error:
            where = str(folder / place)
            raise DataError(where, "a readable folder", error.strerror or "an error") from None
    return sorted(found)


def _is_file(entry: os.DirEntry[str], where: str, folder: Path) -> bool:
    """Whether it is a file of the folder; folders that links lead to are none."""
    if not entry.is_symlink():
        return entry.is_file()
    target = Path(os.path.realpath(entry.path))  # which bears links that lead round in a circle
    if target.is_dir():
        return False
    if not target.is_file() or not target.is_relative_to(folder.resolve()):
        hint = "Put the file itself where the link is."
        raise DataError(where, "a file of the folder", "a link that leads elsewhere", hint)
    return True


def ends_in(endings: Collection[str]) -> Callable[[str], bool]:
    """Whether a name ends in one of these, given in small letters, whatever its own."""
    several = tuple(endings)
    return lambda name: name.lower().endswith(several)


def files_of(
    path: Path, endings: Collection[str], *, any_alone: bool = False
) -> Iterator[tuple[str, Path]]:
    """Each file with one of these endings (in small letters), by its path from `path` on.

    Parameters
    ----------
    any_alone : whether `path` may be a file of another ending too.

    Raises
    ------
    DataError : a folder without any.
    UsageError : `path` is neither a folder nor such a file.
    """
    wanted = ends_in(endings)
    known = ", ".join(sorted(endings))
    if path.is_dir():
        names = below(path, wanted)
        if not names:
            raise DataError(str(path), f"a folder with files that end in {known}", "none")
        yield from ((name, path / name) for name in names)
    elif path.is_file() and (any_alone or wanted(path.name)):
        yield path.name, path
    else:
        form = "a file" if any_alone else f"a file that ends in {known}"
        raise neither(path, f"a folder, or {form}")


def neither(path: Path, expected: str) -> UsageError:
    """What to say of a path that is neither a folder nor a file of the format."""
    return UsageError(str(path), expected, path.name if path.exists() else "nothing")
