"""Which figures a report shows, and how a number is written."""

from __future__ import annotations

from collections.abc import Iterator

from dateline.agreement.figures import Figure, Report

__all__ = [
    "BY_LABEL",
    "LABEL_HEADS",
    "LAYERS",
    "NOTES",
    "by_label",
    "headline",
    "interval",
    "number",
]

LAYERS = ("entities", "events", "arguments", "attributions", "stances")
BY_LABEL = ("token alpha", "unitised alpha")
"""Measures that are given for single labels only."""
LABEL_HEADS = ("Label", "Exact F1", "Token alpha", "Unitised alpha", "Left", "Right")


NOTES = {
    "left, right": "how many items either annotator of a pair marked, all pairs together; of a "
    "kappa or an alpha on tokens, what both were asked about",
    "exact, overlapping": "F1 with the same span, or with spans that touch (for entities and "
    "events of one type); each item is paired once",
    "kappa": "Cohen's kappa over what both found: entities and events with the same span (a mode: "
    "of the same type too), paired attributions, stances whose expressions touch",
    "token kappa": "every token as source, cue, content or none, the part that says most where "
    "attributions nest",
    "token alpha, unitised alpha": "Krippendorff's alpha of one label: on tokens, and on where its "
    "spans begin and end",
    "coreference links": "F1 over pairs of items in one cluster",
    "arguments": "a trigger with the same span, the same role, and a filler that is the same "
    "mention (or one coreferent with it)",
    "found": "attributions whose cues touch, or that share half of their content",
    "cases": "differences as adjudication counts them",
}
"""What the measures are, in words."""


def headline(report: Report, layer: str, types: set[str]) -> Iterator[Figure]:
    """The figures of a layer that are not about one label of the scheme."""
    for figure in report.figures:
        wanted = figure.layer == layer and figure.measure not in BY_LABEL
        if wanted and figure.label not in types:
            yield figure


def by_label(report: Report, layer: str) -> list[tuple[str, ...]]:
    """A row for each single label (`LABEL_HEADS`), with "" where a measure is not taken of it."""
    found: dict[str, dict[str, Figure]] = {}
    for figure in report.figures:
        if figure.layer == layer and figure.label:
            found.setdefault(figure.label, {})[figure.measure] = figure
    rows = []
    for label, of in found.items():
        if layer != "arguments" and not any(measure in of for measure in BY_LABEL):
            continue
        exact = of.get("exact span and type") or of.get("exact") or of.get("all")
        shown = [exact, *(of.get(measure) for measure in BY_LABEL)]
        counts = (str(exact.left), str(exact.right)) if exact else ("", "")
        rows.append((label, *(number(f.value) if f else "" for f in shown), *counts))
    return rows


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
