"""What a task's data carry beside regions and arrows: what of our marks those cannot hold.

It stands under the key `dateline`, by the ids of regions, and holds only as far as it still fits
them, so that a change made in Label Studio wins.
"""

from __future__ import annotations

from typing import Any

import msgspec

from dateline.formats.standoff import KINDS
from dateline.records import Annotator, Argument, Foreign, Span, Status

__all__ = [
    "DATELINE",
    "LARGEST_OFFSET",
    "Aside",
    "Beside",
    "Group",
    "Joint",
    "Remark",
    "is_sound",
    "read_aside",
]

DATELINE = "dateline"
"""The key of a task's data under which the aside stands."""
LARGEST_OFFSET = 2**53


class Beside(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a mark has and its region cannot say.

    `args` has None for each argument that is an arrow, `parts` the regions of further fragments.
    """

    id: str | None = None
    label: str | None = None
    args: list[Argument | None] | None = None
    spans: list[Span] | None = None
    parts: list[str] = []
    attributes: dict[str, str] = {}


class Joint(msgspec.Struct, frozen=True, omit_defaults=True):
    """A relation of its own, which its arrow alone (`source`, `target`, `label`) cannot tell."""

    id: str
    source: str
    target: str
    label: str
    roles: tuple[str, str] = ("Arg1", "Arg2")
    attributes: dict[str, str] = {}


class Group(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a cluster's word does not say; `members` are in an unusual order."""

    id: str | None = None
    members: list[str] | None = None
    attributes: dict[str, str] = {}


class Remark(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the note of a region was called."""

    id: str
    label: str


class Aside(msgspec.Struct, frozen=True, omit_defaults=True):
    """What regions and arrows of a task cannot hold: by region, by word of a cluster, and whole."""

    regions: dict[str, Beside] = {}
    arrows: list[Joint] = []
    clusters: dict[str, Group] = {}
    notes: dict[str, Remark] = {}
    marks: list[Foreign] = []
    annotator: Annotator | None = None
    status: Status | None = None


def read_aside(data: dict[str, Any]) -> Aside | None:
    """The aside of a task; None where what stands in its place is none of ours."""
    try:
        aside = msgspec.convert(data.get(DATELINE, {}), Aside)
    except (msgspec.ValidationError, RecursionError):
        return None
    return aside if all(map(is_sound, aside.marks)) else None


def is_sound(mark: Foreign) -> bool:
    """Whether a whole mark may be one of ours."""
    small = all(abs(span.start) < LARGEST_OFFSET > abs(span.end) for span in mark.spans)
    return bool(mark.id) and mark.kind in KINDS and small
