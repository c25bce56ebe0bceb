"""The one look of the figures: an SVG that reads on light and on dark, and says what it shows.

An `<img>` takes no ink from its page. So each figure is drawn for a light ground, and a style
within it changes the inks where the reader prefers dark. The colours are Okabe and Ito's.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from dateline.drawing import altair, dressed, svg
from dateline.world import SPLITS

__all__ = [
    "AIM",
    "DARK",
    "DOT",
    "INK",
    "SHADE",
    "SLANTED",
    "STRONGEST",
    "Plot",
    "Rows",
    "by_split",
    "header",
    "percent",
]

INK = "#1c2430"
SHADE = "#56b4e9"
"""Fills cells, more or less transparent, with ink upon it: one colour for both grounds."""
STRONGEST = 0.5
"""How opaque a shade may be, so that the ink upon it is read on either ground."""
SLANTED = {
    "orient": "top",
    "labelAngle": -45,
    "labelOverlap": False,
    "domain": False,
    "ticks": False,
}
"""An axis of names above a table."""
DOT, AIM = "#0072b2", "#d55e00"
DARK = {
    INK: "#e4e8ed",
    "#0072b2": "#7cc4ef",
    "#d55e00": "#f08c4a",
    "#009e73": "#2fc79b",
}
"""Each ink of the light ground with that of the dark one."""
_COLOURS = {"train": "#0072b2", "validation": "#d55e00", "test": "#009e73"}
_SHAPES = {"train": "circle", "validation": "triangle-up", "test": "square"}
_MADE = "All texts and labels are by a language model; the region is invented."
_DIGESTS = re.compile(r"<metadata>data ([0-9a-f]{64}) specification ([0-9a-f]{64})</metadata>")
_STYLE = "@media (prefers-color-scheme: dark) {{ {} }}"

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Plot:
    """A figure. `message` says in words and figures what it shows; `data` holds its rows by name;
    `draw` gets the package altair and gives the chart over data of those names.
    """

    name: str
    title: str
    source: str
    message: str
    data: Mapping[str, Rows]
    draw: Callable[[Any], Any]

    @property
    def path(self) -> str:
        return f"docs/figures/{self.name}.svg"

    @property
    def markdown(self) -> str:
        """The figure as an image with its message as the alternative text."""
        words = re.sub(r"([\\\[\]*_`<>])", r"\\\1", f"{self.title}, {self.source}. {self.message}")
        return f"![{words}]({self.path})"

    def is_in(self, text: str, *, drawn: bool) -> bool:
        """Whether a file holds this figure: its words and data, and with `drawn` its drawing too.

        Digests decide, not bytes, since other versions of the packages draw other bytes. Only
        `drawn` needs those packages, and half a second.

        Raises
        ------
        UsageError : the packages that draw are not installed, with `drawn`.
        """
        found = _DIGESTS.search(text)
        if found is None or not text.endswith("</svg>\n"):
            return False
        data, drawing = found.groups()
        return data == self._digest() and (not drawn or drawing == _sha256(self._specification()))

    def svg(self) -> str:
        """The figure's file.

        Raises
        ------
        UsageError : the packages that draw are not installed.
        """
        specification = self._specification()
        opening, rest = svg(specification).split(">", 1)
        digests = f"data {self._digest()} specification {_sha256(specification)}"
        inside = f"{self._head()}<metadata>{digests}</metadata>{_style()}"
        return f'{opening} role="img">{inside}{rest.rstrip()}\n'

    def _digest(self) -> str:
        return _sha256([self._head(), _style(), self.data])

    def _head(self) -> str:
        title = escape(f"{self.title}: Dateline, {self.source}")
        return f"<title>{title}</title><desc>{escape(self.message)} {_MADE}</desc>"

    def _specification(self) -> dict[str, Any]:
        """Vega-Lite without what altair adds of its own and changes from version to version."""
        sizes = {"labelFontSize": 12, "titleFontSize": 12}
        chart = dressed(
            self.draw(altair(self.path)), INK, titleFontWeight="normal", labelFlush=False, **sizes
        )
        found: dict[str, Any] = (
            chart.configure_legend(labelColor=INK, titleColor=INK, **sizes)
            .configure_title(color=INK, fontSize=13)
            .to_dict(validate=False)
        )
        del found["$schema"]
        found["datasets"] = dict(self.data)  # put in here, since altair would copy every row
        for size in ("continuousWidth", "continuousHeight"):
            found["config"]["view"].pop(size, None)
        return found


def _style() -> str:
    rules = " ".join(
        f'[fill="{light}"] {{ fill: {dark} }} [stroke="{light}"] {{ stroke: {dark} }}'
        for light, dark in DARK.items()
    )
    return f"<style>{_STYLE.format(rules)}</style>"


def _sha256(found: Any) -> str:
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def by_split(alt: Any, **legend: Any) -> dict[str, Any]:
    """Colour and shape by the field `split`, with one legend above."""
    shown = alt.Legend(title=None, orient="top", symbolSize=70, symbolOpacity=1, **legend)
    splits = list(SPLITS)
    return {
        "color": alt.Color(
            "split:N",
            scale=alt.Scale(domain=splits, range=[_COLOURS[s] for s in splits]),
            legend=shown,
        ),
        "shape": alt.Shape(
            "split:N",
            scale=alt.Scale(domain=splits, range=[_SHAPES[s] for s in splits]),
            legend=shown,
        ),
    }


def header(alt: Any, text: str, **place: Any) -> Any:
    """The name of a part, above it and flush left."""
    look = {"anchor": "start", "frame": "bounds", "fontWeight": "bold", **place}
    return alt.TitleParams(text, **look)


def percent(share: float) -> str:
    """`25 %`."""
    return f"{100 * share:.0f} %"
