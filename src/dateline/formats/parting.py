"""Many texts in one file: one a split where that is known, and parts of some hundred texts.

`train.ending` holds all texts of the split as long as they are few; else `train/0001.ending` and so
on do, so that no file is larger than memory likes. Texts of no known split are `articles`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from dateline.formats.standoff import StandOff, file_stem
from dateline.world import SPLITS

__all__ = ["Part", "in_parts"]

_SIZE = 500
_REST = "articles"


class Part(Protocol):
    """A file that is being filled."""

    def add(self, standoff: StandOff) -> None:
        """Take in a text."""

    def packed(self) -> bytes:
        """The file."""


def in_parts(
    standoffs: Iterable[StandOff], new: Callable[[], Part], ending: str, size: int = _SIZE
) -> Iterator[tuple[str, bytes]]:
    """The files of texts, each of at most `size`.

    Raises
    ------
    DataError : an id that may not be one.
    """
    parts: dict[str, Part] = {}
    counts: dict[str, int] = {}
    for standoff in standoffs:
        file_stem(standoff)
        split = standoff.meta.get("split")
        stem = split if split in SPLITS else _REST
        count = counts.get(stem, 0)
        if count and count % size == 0:
            yield f"{stem}/{count // size:04}{ending}", parts.pop(stem).packed()
        parts.setdefault(stem, new()).add(standoff)
        counts[stem] = count + 1
    for stem, part in parts.items():
        number = -(-counts[stem] // size)
        yield (f"{stem}{ending}" if number == 1 else f"{stem}/{number:04}{ending}"), part.packed()
