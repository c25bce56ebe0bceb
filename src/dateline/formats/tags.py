"""Tags of tokens, as IOB1, IOB2, BIOES and BILOU have them, as stretches of tokens."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

__all__ = ["OUTSIDE", "Fault", "Stretch", "decode", "parse_tag"]

OUTSIDE = "O"
_TAG = re.compile(r"([BIMELSU])-(.*\S.*)", re.IGNORECASE)
_BEGINS, _GOES_ON, _ENDS, _ALONE = "B", "IM", "EL", "SU"

INSIDE = "a tag inside an entity that has not begun"
CHANGED = "a tag of another type inside an entity"
OPEN = "an entity without its last tag"


class Stretch(NamedTuple):
    """An entity over the tokens `[first, end)`."""

    label: str
    first: int
    end: int


class Fault(NamedTuple):
    """Why a tag does not go with those around it, and the token that has it."""

    reason: str
    token: int


def parse_tag(tag: str) -> str | None:
    """A tag with its letter in upper case; None for what is no tag."""
    if tag == OUTSIDE:
        return tag
    match = _TAG.fullmatch(tag)
    return f"{match[1].upper()}-{match[2]}" if match else None


def decode(tags: Sequence[str], starts: Collection[int]) -> tuple[list[Stretch], list[Fault]]:
    """The entities that tags make, and the faults that were mended: what goes on begins.

    Parameters
    ----------
    tags : as `parse_tag` gives them.
    starts : the tokens at which sentences start; no entity goes on there.
    """
    marked_ends = any(tag[0] in _ENDS + _ALONE for tag in tags)
    plain = not marked_ends and _begin_only_between(tags, starts)
    stretches: list[Stretch] = []
    faults: list[Fault] = []
    label, first = "", 0  # of the open entity; none has an empty label

    def close(at: int, whole: bool = False) -> None:
        nonlocal label
        if label:
            stretches.append(Stretch(label, first, at))
            if marked_ends and not whole:
                faults.append(Fault(OPEN, at - 1))
        label = ""

    for at, tag in enumerate(tags):
        letter, name = tag[0], tag[2:]
        if at in starts:
            close(at)
        if letter == OUTSIDE:
            close(at)
            continue
        if letter in _BEGINS + _ALONE or name != label:
            if letter in _GOES_ON + _ENDS and not plain:
                faults.append(Fault(CHANGED if label else INSIDE, at))
            close(at)
            label, first = name, at
        if letter in _ALONE + _ENDS:
            close(at + 1, whole=True)
    close(len(tags))
    return stretches, faults


def _begin_only_between(tags: Sequence[str], starts: Collection[int]) -> bool:
    """Whether B stands only between two entities of one type: IOB1, where I begins others."""
    before = OUTSIDE
    for at, tag in enumerate(tags):
        if at in starts:
            before = OUTSIDE
        if tag[0] == "B" and before[2:] != tag[2:]:
            return False
        before = tag
    return True
