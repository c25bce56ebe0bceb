"""The figure of storylines: when each was told, and by which outlet on which day."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from dateline.generated.plots.look import INK, SHADE, SLANTED, Plot, Rows, by_split, header
from dateline.world import SPLITS

__all__ = ["Told", "storylines"]


EXTENT = 100
"""Room for names above, in pixels, so that both parts begin at one height."""


@dataclass(frozen=True)
class Told:
    """An article of a storyline: its split, storyline, outlet and day."""

    split: str
    storyline: str
    outlet: str
    day: datetime.date


@dataclass(frozen=True)
class Story:
    """A storyline with its articles, the earliest first."""

    name: str
    split: str
    told: list[Told]

    @property
    def first(self) -> datetime.date:
        return self.told[0].day

    @property
    def days(self) -> int:
        """From the first article to the last."""
        return (self.told[-1].day - self.first).days

    def by_outlet(self) -> Mapping[str, list[int]]:
        """The days of each outlet's articles, counted from the first article's."""
        found: dict[str, list[int]] = {}
        for told in self.told:
            found.setdefault(told.outlet, []).append((told.day - self.first).days)
        return found


def stories(articles: Iterable[Told]) -> list[Story]:
    """Storylines by the date of their first article."""
    found: dict[str, list[Told]] = {}
    for told in sorted(articles, key=lambda told: (told.day, told.outlet)):
        found.setdefault(told.storyline, []).append(told)
    return [Story(name, told[0].split, told) for name, told in found.items()]


def storylines(articles: Iterable[Told], source: str) -> Plot:
    """A calendar of the storylines, and beside it the outlets that told each."""
    found = stories(articles)
    calendar: Rows = [
        {
            "storyline": story.name,
            "split": story.split,
            "first": story.first.isoformat(),
            "last": story.told[-1].day.isoformat(),
        }
        for story in found
    ]
    cells: Rows = [
        {"storyline": story.name, "outlet": outlet, "days": ", ".join(map(str, days))}
        for story in found
        for outlet, days in story.by_outlet().items()
    ]
    data = {"calendar": calendar, "cells": cells}
    message = _message(found)
    return Plot("storylines", "Storylines in time", source, message, data, partial(_draw, data))


def _message(found: list[Story]) -> str:
    if not found:
        return "No storylines."
    last = max(told.day for story in found for told in story.told)
    splits = [story.split for story in found]
    counts = ", ".join(f"{split} {splits.count(split)}" for split in SPLITS)
    longest = max(found, key=lambda story: (story.days, story.name))
    shortest = min(found, key=lambda story: (story.days, story.name))
    return (
        f"{len(found)} storylines ({counts}) from {found[0].first} to {last}, each a row: left, "
        "when it was told; right, on which days after its first article each outlet reported. From "
        f"first to last article {shortest.days} days ({shortest.name}) to {longest.days} "
        f"({longest.name})."
    )


def _draw(data: Mapping[str, Rows], alt: Any) -> Any:
    outlets = Counter(row["outlet"] for row in data["cells"])
    order = sorted(outlets, key=lambda outlet: (-outlets[outlet], outlet))
    row = alt.Y("storyline:N", sort=[row["storyline"] for row in data["calendar"]], title=None)
    half_years = {"interval": "month", "step": 6}
    months = alt.Axis(**SLANTED, format="%b %Y", tickCount=half_years, minExtent=EXTENT)
    encoding = by_split(alt)
    when = alt.Chart(
        alt.NamedData("calendar"),
        width=180,
        height=alt.Step(21),
        title=header(alt, "When", frame="group"),
    ).encode(
        x=alt.X(
            "utcyearmonthdate(first):T",  # local days would differ from one time zone to another
            title=None,
            axis=months,
            scale=alt.Scale(type="utc", padding=10),
        ),
        y=row.axis(grid=True, domain=False, ticks=False, labelPadding=8),
    )
    spans = when.mark_rule(strokeWidth=4).encode(
        x2="utcyearmonthdate(last):T", color=encoding["color"]
    )
    starts = when.mark_point(filled=True, size=70, opacity=1).encode(**encoding)
    who = alt.Chart(
        alt.NamedData("cells"),
        width=alt.Step(31),
        height=alt.Step(21),
        title=header(alt, "Days after the first article", frame="group"),
    ).encode(
        x=alt.X("outlet:N", sort=order, title=None, axis=alt.Axis(**SLANTED, minExtent=EXTENT)),
        y=row.axis(None),
    )
    squares = who.mark_rect(color=SHADE, opacity=0.35)
    numbers = who.mark_text(color=INK, fontSize=11).encode(text="days:N")
    return alt.hconcat(spans + starts, squares + numbers, spacing=10)
