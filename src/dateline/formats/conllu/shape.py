"""What of a mark brackets can say, so that writing and reading agree on it."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["BRIDGE", "RESERVED", "SPLIT", "Cut", "cut_of", "written_cuts"]

BRIDGE, SPLIT = "Bridge", "SplitAnte"

RESERVED = {"id", "kind", "cut", "kb", "head", "identity", "eid", "etype", "other"}
"""Names of attributes that mean something else in a bracket."""

_CUT = re.compile(r"(-?\d{1,9})\.(-?\d{1,9})\.(\d{1,9})")


class Cut(NamedTuple):
    """How many characters an entity leaves of its words: at their start, at their end.

    `length` is that of the words, by which a cut is known to hold still.
    """

    first: int
    last: int
    length: int


def written_cuts(cuts: list[Cut]) -> str:
    """Cuts as a bracket has them, one for each part; "" where nothing is cut."""
    if not any(cut.first or cut.last for cut in cuts):
        return ""
    return ";".join(f"{cut.first}.{cut.last}.{cut.length}" for cut in cuts)


def cut_of(value: str, parts: int) -> list[Cut] | None:
    """The cuts that a bracket has; None for what is none of ours."""
    found = [_CUT.fullmatch(piece) for piece in value.split(";")]
    matches = [match for match in found if match is not None]
    if len(matches) != len(found) or len(found) != parts:
        return None
    return [Cut(int(match[1]), int(match[2]), int(match[3])) for match in matches]
