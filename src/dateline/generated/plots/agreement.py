"""The figure of agreement: a dot with its interval for each measure, and the aim."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from dateline.generated.frozen import Agreed, Agreement
from dateline.generated.plots.look import AIM, DOT, INK, Plot, Rows, header

__all__ = ["agreement"]


AXIS = "agreement, with its 95 % interval; the bar to the left is what was aimed at"


def agreement(found: Agreement, source: str) -> Plot:
    """Agreement by layer with 95 % intervals."""
    rows = [row for row in found.rows if row.value is not None]
    data: dict[str, Rows] = {}
    for row in rows:
        data.setdefault(row.layer, []).append(
            {
                "name": row.name,
                "value": row.value,
                "low": row.value if row.low is None else row.low,
                "high": row.value if row.high is None else row.high,
                "aim": row.aim,
                "shown": f"{row.value:.3f}".removeprefix("0"),
            }
        )
    message = _message(found, rows)
    return Plot("agreement", "Agreement by layer", source, message, data, partial(_dots, data))


def _message(found: Agreement, rows: list[Agreed]) -> str:
    if not rows:
        return "No figures."
    order = sorted(rows, key=lambda row: row.value or 0)
    ends = [f"{row.value:.3f} ({row.layer}, {row.name})" for row in (order[0], order[-1])]
    aims = [row for row in found.rows if row.aim is not None]
    return (
        f"Agreement of {' and '.join(found.annotators)} on {found.articles} articles, with 95 % "
        f"intervals: {len(rows)} figures from {ends[0]} to {ends[1]}. "
        f"{sum(row.met for row in aims)} of {len(aims)} aims were reached. Both passes come from "
        "one model family, so that this is an upper bound."
    )


def _dots(data: Mapping[str, Rows], alt: Any) -> Any:
    every = [row for rows in data.values() for row in rows]
    least = min(row[end] for row in every for end in ("low", "aim") if row[end] is not None)
    start = max(0.0, math.ceil(20 * least) / 20 - 0.05)
    scale = alt.Scale(domain=[start, 1], nice=False, clamp=True)
    parts = []
    for layer, rows in data.items():
        last = layer == list(data)[-1]
        below = alt.Axis(labels=last, ticks=last, domain=last, tickCount=8, format=".2f")
        beside = alt.Axis(minExtent=240, domain=False, ticks=False, labelPadding=8)
        base = alt.Chart(
            alt.NamedData(layer),
            width=520,
            height=alt.Step(21),
            title=header(alt, layer.capitalize()),
        ).encode(y=alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=beside))
        across = alt.X("low:Q", scale=scale, axis=below, title=AXIS if last else None)
        spread = base.mark_rule(color=DOT, strokeWidth=3, opacity=0.55)
        dots = base.mark_circle(color=DOT, opacity=1, size=70)
        aims = base.mark_tick(color=AIM, thickness=3, size=15, opacity=1)
        numbers = base.mark_text(color=INK, fontSize=12, align="left", x="width", dx=12)
        parts.append(
            spread.encode(x=across, x2="high:Q")
            + dots.encode(x="value:Q")
            + aims.transform_filter("datum.aim !== null").encode(x="aim:Q")
            + numbers.encode(text="shown:N")
        )
    return alt.vconcat(*parts, spacing=8)
