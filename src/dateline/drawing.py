"""Charts of altair as SVG, offline. The packages that draw are optional, and imported late."""

from __future__ import annotations

import importlib.util
from typing import Any

from dateline.errors import UsageError

__all__ = ["HINT", "altair", "can_draw", "dressed", "svg"]

HINT = "pip install 'dateline[plots]'"
"""How to get the packages that draw."""
_PACKAGES = ("altair", "vl_convert")


def can_draw() -> bool:
    """Whether the packages that draw are installed."""
    return all(importlib.util.find_spec(name) for name in _PACKAGES)


def altair(where: str) -> Any:
    """The package altair.

    Raises
    ------
    UsageError : one of the packages that draw is missing; `where` is what was asked for.
    """
    if not can_draw():
        found = ", ".join(name for name in _PACKAGES if not importlib.util.find_spec(name))
        raise UsageError(where, "the packages that draw", f"no {found}", HINT)
    import altair

    return altair


def dressed(chart: Any, ink: str, **look: Any) -> Any:
    """A chart without ground or frame, its words and lines in `ink`; `look` is for axes."""
    inked = ("labelColor", "titleColor", "domainColor", "tickColor", "gridColor")
    return (
        chart.configure(background="transparent", padding=20, font="sans-serif")
        .configure_axis(**dict.fromkeys(inked, ink), gridOpacity=0.15, labelLimit=400, **look)
        .configure_view(stroke=None)
    )


def svg(specification: dict[str, Any]) -> str:
    """A chart's specification as SVG."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(specification)
    return drawn
