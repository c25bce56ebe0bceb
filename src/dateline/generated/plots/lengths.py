"""The figure of article lengths: a histogram of tokens for each split."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dateline.generated.plots.look import INK, Plot, Rows, by_split, header

__all__ = ["lengths"]

BIN = 50
"""Tokens a bar is wide."""


def lengths(tokens: Mapping[str, Sequence[int]], source: str) -> Plot:
    """Tokens of each open article, by split."""
    found = {split: sorted(of) for split, of in tokens.items() if of}
    every = sorted(n for of in found.values() for n in of)
    medians = ", ".join(f"{split} {statistics.median(of):.0f}" for split, of in found.items())
    message = (
        f"{len(every)} open articles of {min(every)} to {max(every)} tokens, the median "
        f"{statistics.median(every):.0f} (by split: {medians})."
        if every
        else "No open articles."
    )
    data: dict[str, Rows] = {
        split: [
            {"split": split, "from": at + 1, "to": at + BIN - 1, "articles": count}
            for at, count in sorted(Counter(n // BIN * BIN for n in of).items())
        ]
        for split, of in found.items()
    }
    drawn = partial(_histograms, data, found)
    return Plot("lengths", "Length of articles", source, message, data, drawn)


def _histograms(data: Mapping[str, Rows], found: Mapping[str, Sequence[int]], alt: Any) -> Any:
    bins = [row for rows in data.values() for row in rows]
    first, end = min(row["from"] - 1 for row in bins), max(row["to"] + 1 for row in bins)
    across = alt.Scale(domain=[first, end], nice=False)
    up = alt.Scale(domain=[0, max(row["articles"] for row in bins)])
    parts = []
    for split in data:
        last = split == list(data)[-1]
        median = statistics.median(found[split])
        name = f"{split}: {len(found[split])} articles, median {median:.0f} tokens"
        base = alt.Chart(alt.NamedData(split), width=720, height=100, title=header(alt, name))
        bars = base.mark_rect().encode(
            x=alt.X(
                "from:Q",
                scale=across,
                axis=alt.Axis(labels=last, ticks=last, values=list(range(first, end + 1, BIN))),
                title="tokens" if last else None,
            ),
            x2="to:Q",
            y=alt.Y("articles:Q", scale=up, title="articles", axis=alt.Axis(tickCount=4)),
            y2=alt.datum(0),
            color=by_split(alt)["color"].legend(None),
        )
        rule = alt.Chart(alt.Data(values=[{"median": median}])).mark_rule(
            color=INK, strokeDash=[4, 3], strokeWidth=1.5
        )
        parts.append(bars + rule.encode(x="median:Q"))
    return alt.vconcat(*parts, spacing=12)
