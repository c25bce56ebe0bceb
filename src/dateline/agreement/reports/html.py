"""Agreement as one page with plots: no script, nothing from outside."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from dateline.agreement.figures import Confusion, Report
from dateline.agreement.reports.plots import confusion_plot, interval_plot
from dateline.agreement.reports.rows import (
    LABEL_HEADS,
    LAYERS,
    NOTES,
    by_label,
    headline,
    interval,
    number,
)
from dateline.page import page
from dateline.scheme import Scheme

__all__ = ["html"]


def html(report: Report, scheme: Scheme, *, worst: int) -> str:
    """Each layer's plot, tables and confusions, then the articles and sentences that differ most.

    Raises
    ------
    UsageError : the packages that draw are not installed.
    """
    who = ", ".join(f"{escape(name)} ({count})" for name, count in report.annotators.items())
    summary = (
        f"{report.articles} articles, passes of {who}. 95 % intervals by {report.resamples} "
        f"resamples of articles, seed {report.seed}."
    )
    return page("Agreement between passes", summary, _body(report, scheme, worst))


def _body(report: Report, scheme: Scheme, worst: int) -> Iterator[str]:
    types = {*scheme.labels("entities"), *scheme.labels("events"), *scheme.roles()}
    for layer in LAYERS:
        figures = list(headline(report, layer, types))
        yield f"<h2>{layer.capitalize()}</h2>"
        yield f"<figure>{interval_plot(figures)}</figure>"
        yield from _table(
            f"Figures of the layer {layer}",
            ("Measure", "Value", "95 % interval", "Left", "Right"),
            [
                (
                    f"{f.measure}, {f.label}" if f.label else f.measure,
                    number(f.value),
                    interval(f),
                    str(f.left),
                    str(f.right),
                )
                for f in figures
            ],
        )
        if rows := by_label(report, layer):
            yield from _table(f"Labels of the layer {layer}", LABEL_HEADS, rows)
        for table in report.confusions:
            if table.layer == layer:
                yield from _confusion(table)
    yield "<h2>How to read the figures</h2>"
    yield "<dl>"
    for term, note in NOTES.items():
        yield f"<dt>{escape(term)}</dt><dd>{escape(note)}</dd>"
    yield "</dl>"
    yield "<h2>Articles that differ most</h2>"
    yield from _table(
        "Cases for 100 items of a pass",
        ("Article", "Rate", "Cases", "Items"),
        [
            (a.doc_id, f"{a.rate:.1f}", str(a.cases), str(a.items))
            for a in report.by_article[:worst]
        ],
    )
    yield "<h2>Sentences that differ most</h2>"
    yield "<ol>"
    for sentence in report.by_sentence[:worst]:
        layers = ", ".join(f"{layer} {count}" for layer, count in sentence.layers.items())
        words = escape(sentence.text) if sentence.text is not None else "(an external text)"
        place = f"{escape(sentence.doc_id)} @{sentence.sentence}"
        yield f'<li><p><span class="place">{place}</span>, {sentence.cases} cases: {layers}</p>'
        yield f"<blockquote>{words}</blockquote></li>"
    yield "</ol>"


def _confusion(table: Confusion) -> Iterator[str]:
    title = f"{table.measure.capitalize()} of one annotator (rows) and the other (columns)"
    yield f"<details><summary>{title}</summary><figure>{confusion_plot(table)}</figure></details>"


def _table(title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield f"<table>\n<caption>{escape(title)}</caption>\n<thead><tr>"
    for i, head in enumerate(heads):
        yield f'<th scope="col"{" class=number" if i else ""}>{escape(head)}</th>'
    yield "</tr></thead>\n<tbody>"
    for first, *others in rows:
        cells = "".join(f'<td class="number">{escape(cell)}</td>' for cell in others)
        yield f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
    yield "</tbody>\n</table>"
