"""Figures of label shares: by split as dots, by outlet as a table of shades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dateline.generated.plots.look import (
    INK,
    SHADE,
    SLANTED,
    STRONGEST,
    Plot,
    Rows,
    by_split,
    header,
    percent,
)
from dateline.stats import Figures
from dateline.world import SPLITS

__all__ = ["labels_by_outlet", "labels_by_split"]

Shares = dict[str, dict[str, float]]
"""Shares of labels, by group (a split, an outlet) and label; labels in order of frequency."""

PARTS = {
    "entity_types": "Entities",
    "event_types": "Events",
    "quotes": "Quotations",
    "source_forms": "Sources",
    "stance_values": "Stances",
}
"""The tables of labels that are drawn, with their headings."""
OUTLETS = {
    "entities": ("entity_types",),
    "events": ("event_types",),
    "attribution-stance": ("quotes", "source_forms", "stance_values"),
}

"""The figures by outlet, with their tables of labels."""
SEVERAL = 5
"""Articles from which on an outlet's shares are worth a word."""


def shares(groups: Mapping[str, Figures], part: str) -> Shares:
    """Each label's share of its table, within each group."""
    counts = {name: getattr(found, part) for name, found in groups.items()}
    total: dict[str, int] = {}
    for of in counts.values():
        for label, count in of.items():
            total[label] = total.get(label, 0) + count
    order = sorted(total, key=lambda label: (-total[label], label))
    return {
        name: {label: of.get(label, 0) / max(1, sum(of.values())) for label in order}
        for name, of in counts.items()
    }


def _differences(part: str, found: Shares) -> str:
    """The two labels whose shares differ most between groups, in words; "" for a single group."""
    spreads = []
    found = {name: of for name, of in found.items() if any(of.values())}
    for label in next(iter(found.values()), {}):
        order = sorted(found, key=lambda name: (found[name][label], name))
        low, high = found[order[0]][label], found[order[-1]][label]
        ends = f"{percent(low)} ({order[0]}) to {percent(high)} ({order[-1]})"
        spreads.append((low - high, f"{label} {ends}"))
    if len(found) < 2 or not spreads:
        return ""
    return f"{PARTS[part]} differ most in {' and '.join(said for _, said in sorted(spreads)[:2])}."


def labels_by_split(splits: Mapping[str, Figures], source: str) -> Plot:
    """Shares of labels in the four layers, a dot a split."""
    found = {part: shares(splits, part) for part in PARTS}
    said = " ".join(filter(None, (_differences(part, of) for part, of in found.items())))
    message = f"Share of each label within its layer, a dot a split. {said}"
    data = {
        part: [
            {"split": split, "label": label, "share": round(100 * share, 2)}
            for split, labels in of.items()
            for label, share in labels.items()
        ]
        for part, of in found.items()
    }
    return Plot("labels-by-split", "Labels by split", source, message, data, partial(_dots, data))


def _labels(rows: Rows) -> list[str]:
    return list(dict.fromkeys(row["label"] for row in rows))


def _dots(data: Mapping[str, Rows], alt: Any) -> Any:
    def part(name: str) -> Any:
        base = alt.Chart(
            alt.NamedData(name),
            width=190,
            height=alt.Step(24, **{"for": "position"}),
            title=header(alt, PARTS[name]),
        )
        beside = alt.Axis(grid=True, ticks=False, domain=False, labelPadding=8)
        return base.mark_point(filled=True, size=55, opacity=1).encode(
            x=alt.X("share:Q", title="% of labels", axis=alt.Axis(tickCount=4)),
            y=alt.Y("label:N", sort=_labels(data[name]), title=None, axis=beside),
            yOffset=alt.YOffset("split:N", sort=list(SPLITS)),
            **by_split(alt),
        )

    narrow = alt.vconcat(*map(part, ("quotes", "source_forms", "stance_values")))
    return alt.hconcat(part("entity_types"), part("event_types"), narrow, spacing=14)


def labels_by_outlet(outlets: Mapping[str, Figures], source: str) -> list[Plot]:
    """Shares of labels within each outlet: a figure for entities, events, and the two others."""
    articles = {name: found.total("articles") for name, found in outlets.items()}
    return [_by_outlet(name, parts, outlets, articles, source) for name, parts in OUTLETS.items()]


def _by_outlet(
    name: str,
    parts: Sequence[str],
    outlets: Mapping[str, Figures],
    articles: Mapping[str, int],
    source: str,
) -> Plot:
    several = {outlet: of for outlet, of in outlets.items() if articles[outlet] >= SEVERAL}
    words = " ".join(filter(None, (_differences(part, shares(several, part)) for part in parts)))
    message = (
        "Share of each label within each outlet, in per cent; in brackets the outlet's articles."
    ) + (f" Among outlets with {SEVERAL} articles or more: {words}" if words else "")
    data = {
        part: [
            {
                "outlet": f"{outlet} ({articles[outlet]})",
                "label": label,
                "share": round(share, 4),
                "shown": _cell(share),
            }
            for outlet, labels in shares(outlets, part).items()
            for label, share in labels.items()
        ]
        for part in parts
    }
    title = f"{' and '.join(name.capitalize().split('-'))} by outlet"
    return Plot(f"outlets-{name}", title, source, message, data, partial(_shades, data))


def _cell(share: float) -> str:
    if not share:
        return ""
    return f"{100 * share:.0f}" if share >= 0.005 else "<1"


def _shades(data: Mapping[str, Rows], alt: Any) -> Any:
    most = max((row["share"] for rows in data.values() for row in rows), default=0) or 1
    strength = alt.Scale(domain=[0, most], range=[0, STRONGEST])

    def part(name: str, first: bool) -> Any:
        outlets = list(dict.fromkeys(row["outlet"] for row in data[name]))
        beside = alt.Axis(minExtent=162, domain=False, ticks=False, labelPadding=6)
        base = alt.Chart(
            alt.NamedData(name),
            width=alt.Step(37),
            height=alt.Step(22),
            title=header(alt, f"{PARTS[name]}, %", frame="group", offset=6),
        ).encode(
            x=alt.X(
                "label:N",
                sort=_labels(data[name]),
                title=None,
                axis=alt.Axis(**SLANTED, minExtent=66),
            ),
            y=alt.Y("outlet:N", sort=outlets, title=None, axis=beside if first else None),
        )
        squares = base.mark_rect(color=SHADE).encode(
            opacity=alt.Opacity("share:Q", scale=strength, legend=None)
        )
        return squares + base.mark_text(color=INK, fontSize=12).encode(text="shown:N")

    return alt.hconcat(*(part(name, not i) for i, name in enumerate(data)), spacing=14)
