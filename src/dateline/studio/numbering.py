"""Which item each region is: what was pushed keeps its id, what is new takes the next one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dateline.components import components
from dateline.generated.entries import item_of
from dateline.generated.places import PART
from dateline.scheme import Scheme
from dateline.studio.regions import Region, Regions
from dateline.studio.wire import Carried

__all__ = ["Numbers", "joined", "number", "place", "pushed_as"]

_ID = re.compile(r"(?P<prefix>[A-Z])(?P<number>[0-9]{1,7})")


class Numbers:
    """The next free id of each kind, past all that were ever given."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.highest: dict[str, int] = {}
        for key in taken:
            self.take(key)

    def take(self, key: str) -> None:
        if match := _ID.fullmatch(key):
            before = self.highest.get(match["prefix"], 0)
            self.highest[match["prefix"]] = max(before, int(match["number"]))

    def next(self, prefix: str) -> str:
        self.highest[prefix] = self.highest.get(prefix, 0) + 1
        return f"{prefix}{self.highest[prefix]}"


def number(
    found: Regions, carried: Carried, scheme: Scheme, prefix: str, numbers: Numbers
) -> tuple[dict[str, str], list[list[Region]]]:
    """The item of each region, and the regions that are one attribution.

    Of an attribution that was split, the part with the cue keeps the id, or else the first in the
    text; of two that were joined, the one whose cue is left gives it.
    """
    regions = list(found.regions.values())
    parts = [r.id for r in regions if r.layer == "attributions"]
    groups = [
        sorted((found.regions[key] for key in group), key=place)
        for group in components(parts, joined(found, PART))
    ]
    units = [[r] for r in regions if r.layer != "attributions"] + groups
    units.sort(key=lambda unit: place(unit[0]))
    ids: dict[str, str] = {}
    given: set[str] = set()
    fresh: list[list[Region]] = []
    for unit in sorted(units, key=lambda unit: not any(r.label == "CUE" for r in unit)):
        own = _kept(unit, carried, scheme, prefix)
        if own is None or own in given:
            fresh.append(unit)
        else:
            given.add(own)
            ids.update({region.id: own for region in unit})
    for unit in sorted(fresh, key=lambda unit: place(unit[0])):
        new = numbers.next(scheme.layers[unit[0].layer].prefix)
        ids.update({region.id: new for region in unit})
    return ids, groups


def _kept(unit: Sequence[Region], carried: Carried, scheme: Scheme, prefix: str) -> str | None:
    """The id that a unit was pushed with: that of its cue, or else of its first part."""
    known = (
        pushed_as(region, carried, scheme, prefix)
        for region in sorted(unit, key=lambda region: region.label != "CUE")
    )
    return next((own for own in known if own is not None), None)


def pushed_as(region: Region, carried: Carried, scheme: Scheme, prefix: str) -> str | None:
    """The item that a region was pushed as, or as a part of; None for one that is new."""
    if not region.id.startswith(prefix):
        return None
    own = item_of(region.id.removeprefix(prefix))
    right = own is not None and own[0] == scheme.layers[region.layer].prefix
    return own if right and own in carried.items else None


def joined(found: Regions, label: str) -> list[tuple[str, str]]:
    """The regions that arrows of a name join."""
    return [(r.source, r.target) for r in found.relations if r.label == label]


def place(region: Region) -> tuple[int, int, str]:
    """The order of the text, the longer one first."""
    return (region.start, -region.end, region.id)
