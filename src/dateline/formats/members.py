"""Where the members of an archive go: below one folder, each name once, and within bounds."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from dateline.errors import DataError
from dateline.files import no_room
from dateline.formats.texts import LARGEST

__all__ = ["BOUNDS", "Bounds", "Members", "Parts", "Source", "make_folder"]

Parts = tuple[str, ...]
"""The name of a member, by folder."""

_CHUNK = 1 << 16
_DEEPEST, _LONGEST, _LONGEST_PART = 40, 1_000, 240
_NO_NAME = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]|^[A-Za-z]:")


class Source(Protocol):
    """What the bytes of a member are read from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Bounds:
    """How much an archive may hold.

    Parameters
    ----------
    members : files and folders, those of inner archives included.
    one, total : bytes of one file, and of all.
    ratio : times the archive's own size that all may come to; `free` bytes are allowed anyway.
    """

    members: int = 100_000
    one: int = LARGEST
    total: int = 2_000_000_000
    ratio: int = 200
    free: int = LARGEST


BOUNDS = Bounds()


class Members:
    """Takes the members of the archive `path` into `folder`; `allowed` is what all may come to."""

    def __init__(self, path: Path, folder: Path, bounds: Bounds) -> None:
        self.path = path
        self.folder = folder
        self.bounds = bounds
        self.allowed = min(bounds.total, max(bounds.free, bounds.ratio * path.stat().st_size))
        self._left = self.allowed
        self._known: dict[str, tuple[str, bool]] = {}  # folded: the name itself, is it a folder

    def fail(self, parts: Parts, expected: str, found: str) -> NoReturn:
        """Refuse the archive for one of its members, or for itself where `parts` is empty."""
        where = f"{self.path}: {'/'.join(parts)}" if parts else str(self.path)
        raise DataError(where, expected, found)

    def parts(self, name: str, below: Parts) -> Parts:
        """The parts of a member's name, which must lead to a place below the folder."""
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        shown = (*below, repr(name[:200]))
        if name.startswith("/") or _NO_NAME.search(name) or ".." in parts:
            self.fail(shown, "a name that stays inside, with / alone", "another")
        whole = below + parts
        longest = max((len(part.encode()) for part in parts), default=0)
        if len(whole) > _DEEPEST or longest > _LONGEST_PART or len(name.encode()) > _LONGEST:
            limits = f"{_DEEPEST} folders, {_LONGEST_PART} bytes for each and {_LONGEST} for all"
            self.fail(shown, f"a name of at most {limits}", "a longer one")
        return whole

    def claim(self, parts: Parts, folder: bool) -> None:
        """Take a name: each may be there once, however it is spelt, but for folders."""
        for length in range(1, len(parts) + 1):
            name = "/".join(parts[:length])
            is_folder = folder or length < len(parts)
            key = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
            known = self._known.setdefault(key, ("", False))
            if not known[0]:
                self._known[key] = name, is_folder
            elif known != (name, is_folder) or not is_folder:
                self.fail(parts, "each name once, small letters and capitals alike", known[0])
        if len(self._known) > self.bounds.members:
            self.fail((), f"at most {self.bounds.members} files and folders", "more")

    def take_folder(self, parts: Parts) -> None:
        """Make a folder."""
        self.claim(parts, folder=True)
        make_folder(self.folder.joinpath(*parts))

    def take_file(self, parts: Parts, source: Source) -> int:
        """Write a file; its size."""
        self.claim(parts, folder=False)
        target = self.folder.joinpath(*parts)
        make_folder(target.parent)
        return self.copy(source, target, parts)

    def copy(self, source: Source, target: Path, parts: Parts, most: int | None = None) -> int:
        """Write what a member holds to a file, and count it; `most` is all that it may be."""
        most = self.bounds.one if most is None else most
        size = 0
        try:
            out = target.open("xb")
        except OSError as error:
            raise no_room(str(target), error) from None
        with out:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                self._left -= len(chunk)
                if size > most:
                    self.fail(parts, f"a file of at most {most} bytes", "a larger one")
                if self._left < 0:
                    self.fail((), f"at most {self.allowed} bytes unpacked", "more")
                try:
                    out.write(chunk)
                except OSError as error:
                    raise no_room(str(target), error) from None
        return size


def make_folder(folder: Path) -> None:
    """Make a folder with those above it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise no_room(str(folder), error) from None
