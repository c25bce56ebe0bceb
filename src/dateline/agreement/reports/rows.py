"""Which figures a report shows, and how a number is written."""

from __future__ import annotations

from collections.abc import Iterator

from dateline.agreement.figures import Figure, Report

__all__ = ["BY_LABEL", "LAYERS", "by_label", "headline", "interval", "number"]

LAYERS = ("entities", "events", "arguments", "attributions", "stances")
BY_LABEL = ("token alpha", "unitised alpha")
"""Measures that are given for single labels only."""


def headline(report: Report, layer: str, types: set[str]) -> Iterator[Figure]:
    """The figures of a layer that are not about one label of the scheme."""
    for figure in report.figures:
        wanted = figure.layer == layer and figure.measure not in BY_LABEL
        if wanted and figure.label not in types:
            yield figure


def by_label(report: Report, layer: str) -> dict[str, dict[str, Figure]]:
    """The figures of single labels: label, then measure."""
    found: dict[str, dict[str, Figure]] = {}
    for figure in report.figures:
        if figure.layer == layer and figure.label:
            found.setdefault(figure.label, {})[figure.measure] = figure
    return {label: of for label, of in found.items() if any(m in of for m in BY_LABEL)}


def number(value: float | None) -> str:
    """A coefficient to three places, in the field's way: .942, and a dash where undefined."""
    if value is None:
        return "-"
    shown = f"{value:.3f}"
    return shown.replace("0.", ".", 1) if abs(float(shown)) < 1 else f"{value:.2f}"


def interval(figure: Figure) -> str:
    """`.91-.97`, or nothing."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{number(figure.low)} to {number(figure.high)}"
