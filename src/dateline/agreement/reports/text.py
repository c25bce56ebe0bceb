"""Agreement as tables of plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from dateline.agreement.figures import Report
from dateline.agreement.reports.rows import (
    LABEL_HEADS,
    LAYERS,
    NOTES,
    by_label,
    headline,
    interval,
    number,
)
from dateline.scheme import Scheme

__all__ = ["text"]


def text(report: Report, scheme: Scheme, *, labels: bool, worst: int) -> str:
    """The figures of each layer; with `labels` those of single labels too; the worst places."""
    return "\n".join(_lines(report, scheme, labels, worst)) + "\n"


def _lines(report: Report, scheme: Scheme, labels: bool, worst: int) -> Iterator[str]:
    who = ", ".join(f"{name} ({count})" for name, count in report.annotators.items())
    yield f"Agreement on {report.articles} articles: {who}"
    yield f"95 % intervals: {report.resamples} resamples of articles, seed {report.seed}."
    types = {*scheme.labels("entities"), *scheme.labels("events"), *scheme.roles()}
    for layer in LAYERS:
        yield ""
        yield f"{layer:<48} value  95 % interval      left  right"
        for figure in headline(report, layer, types):
            name = f"{figure.measure}, {figure.label}" if figure.label else figure.measure
            spread = f"{interval(figure):<16}"
            counts = f"{figure.left:>7}{figure.right:>7}"
            yield f"  {name:<46}{number(figure.value):>6}  {spread}{counts}"
        rows = by_label(report, layer) if labels else []
        for label, *cells in [LABEL_HEADS, *rows] if rows else []:
            yield f"  {label:<11}" + "".join(f"{cell:>16}" for cell in cells)
    yield ""
    yield "How to read the figures"
    for term, note in NOTES.items():
        yield from textwrap.wrap(
            f"{term}: {note}.", 78, initial_indent="  ", subsequent_indent="    "
        )
    yield ""
    yield "Articles that differ most (cases for 100 items of a pass)"
    for article in report.by_article[:worst]:
        yield f"  {article.rate:>6}  {article.doc_id} ({article.cases} cases)"
    yield ""
    yield "Sentences that differ most"
    for sentence in report.by_sentence[:worst]:
        layers = ", ".join(f"{layer} {count}" for layer, count in sentence.layers.items())
        yield f"  {sentence.cases:>3}  {sentence.doc_id} @{sentence.sentence} ({layers})"
        yield f"       {sentence.text or '(an external text)'}"
