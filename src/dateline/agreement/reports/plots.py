"""Plots of agreement as SVG, drawn with altair; they take their ink from the page around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dateline.agreement.figures import Confusion, Figure
from dateline.agreement.reports.rows import number
from dateline.drawing import altair, dressed, svg

__all__ = ["confusion_plot", "interval_plot"]

_INK = "currentColor"


def _svg(chart: Any) -> str:
    return svg(dressed(chart, _INK).to_dict())


def interval_plot(figures: Sequence[Figure]) -> str:
    """Figures as dots with their 95 % intervals, one below the other, from 0 to 1."""
    alt = altair("--format html")
    rows = [
        {
            "name": f"{f.measure}, {f.label}" if f.label else f.measure,
            "value": f.value,
            "low": max(0.0, f.low if f.low is not None else f.value or 0),
            "high": f.high if f.high is not None else f.value,
            "shown": number(f.value),
        }
        for f in figures
        if f.value is not None
    ]
    base = alt.Chart(alt.Data(values=rows), width=420).encode(
        y=alt.Y("name:N", sort=[row["name"] for row in rows], title=None)
    )
    scale = alt.Scale(domain=[0, 1], clamp=True)
    spread = base.mark_rule(color=_INK, opacity=0.6).encode(
        x=alt.X("low:Q", scale=scale, title="agreement"), x2="high:Q"
    )
    dots = base.mark_circle(color="#d55e00", opacity=1, size=60).encode(x=alt.X("value:Q"))
    return _svg(spread + dots)


def confusion_plot(table: Confusion) -> str:
    """A table of labels as squares: rows one annotator, columns the other; numbers off the
    diagonal, shades by the share of the row.
    """
    alt = altair("--format html")
    used = [
        i for i, row in enumerate(table.table) if any(row) or any(other[i] for other in table.table)
    ]
    rows = [
        {
            "left": table.values[i],
            "right": table.values[j],
            "share": table.table[i][j] / max(1, sum(table.table[i])),
            "shown": str(table.table[i][j]),
        }
        for i in used
        for j in used
        if table.table[i][j]
    ]
    names = [table.values[i] for i in used]
    widest = max((len(str(row["shown"])) for row in rows), default=1)
    across = alt.Axis(orient="top", labelAngle=-60, labelOverlap=False)
    size = {"width": alt.Step(max(26, 9 * widest)), "height": alt.Step(24)}
    base = alt.Chart(alt.Data(values=rows), **size).encode(
        x=alt.X("right:N", sort=names, title="the other annotator", axis=across),
        y=alt.Y("left:N", sort=names, title="one annotator"),
    )
    squares = base.mark_rect(color="#d55e00").encode(
        opacity=alt.Opacity(
            "share:Q", scale=alt.Scale(domain=[0, 1], range=[0.08, 0.75]), legend=None
        )
    )
    numbers = base.mark_text(color=_INK, fontSize=10).encode(text="shown:N")
    return _svg(squares + numbers)
