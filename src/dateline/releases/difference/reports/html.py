"""A difference as one page: no script, nothing from outside, light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from dateline.page import page
from dateline.releases.difference.changes import ArticleChange, Change
from dateline.releases.difference.reports.sample import Sample
from dateline.releases.difference.reports.words import (
    COLUMNS,
    headline,
    hidden,
    many,
    matrix,
    opening,
    place,
    said,
    why,
)

__all__ = ["html"]


def html(sample: Sample) -> str:
    """Figures, the articles that came, went or moved, then each changed article by sentence."""
    summary = sample.summary
    title = f"{headline(summary.before)} → {headline(summary.after)}"
    nothing = "No difference by meaning." if summary.empty else ""
    return page(f"What changed: {title}", nothing, _body(sample))


def _body(sample: Sample) -> Iterator[str]:
    summary = sample.summary
    yield "<ul>"
    yield from (f"<li>{escape(line)}</li>" for line in opening(summary))
    yield "</ul>"
    if rows := matrix(summary):
        yield from _table("Changes of labels", ["Layer", *COLUMNS], rows)
    for layer, kinds in summary.counts.items():
        names = list(dict.fromkeys(name for counts in kinds.values() for name in counts))
        by_name = [(name, [c.get(name, 0) for c in kinds.values()]) for name in names]
        yield f"<details><summary>{layer} by kind and type</summary>"
        yield from _table(f"{layer.capitalize()}", ["", *kinds], by_name)
        yield "</details>"
    for kind, ids in sample.listed.items():
        total = summary.articles[kind]
        more = f" and {total - len(ids):,} more" if total > len(ids) else ""
        yield f"<details><summary>{total:,} {kind}</summary>"
        yield f"<p>{escape(', '.join(ids))}{more}</p></details>"
    if left := hidden(sample):
        yield f'<p class="note">{escape(left)}</p>'
    for article in sample.articles:
        yield from _article(article, sample.hidden.get(article.doc_id, 0))


def _table(
    title: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]
) -> Iterator[str]:
    yield f"<table>\n<caption>{escape(title)}</caption>\n<thead><tr>"
    for i, head in enumerate(heads):
        yield f'<th scope="col"{" class=number" if i else ""}>{escape(head)}</th>'
    yield "</tr></thead>\n<tbody>"
    for first, counts in rows:
        cells = "".join(f'<td class="number">{n:,}</td>' if n else "<td></td>" for n in counts)
        yield f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
    yield "</tbody>\n</table>"


def _article(article: ArticleChange, left_out: int) -> Iterator[str]:
    count = many(len(article.changes) + left_out, "change")
    yield f"<h2>{escape(article.title or article.doc_id)}</h2>"
    yield f'<p class="note"><code>{escape(article.doc_id)}</code>, {article.split}, {count}</p>'
    yield "<ol>"
    for sentence, changes in groupby(article.changes, key=lambda change: change.sentence):
        same = list(changes)
        yield "<li>"
        if sentence is not None:
            yield f"<blockquote>{_marked(sentence, same)}</blockquote>"
        for change in same:
            yield f'<p><span class="place">{escape(place(change))}</span> {escape(said(change))}'
            if reason := why(change):
                yield f'<br><span class="note">{escape(reason)}</span>'
            yield "</p>"
        yield "</li>"
    yield "</ol>"
    if left_out:
        yield f'<p class="note">… {many(left_out, "more change")}</p>'


def _marked(sentence: str, changes: Sequence[Change]) -> str:
    """The sentence with the words of its changes marked, outermost spans only."""
    found, at = "", 0
    for start, end in sorted({mark for change in changes for mark in change.marks}):
        if start >= at:
            words = f"<mark>{escape(sentence[start:end])}</mark>"
            found += escape(sentence[at:start]) + words
            at = end
    return found + escape(sentence[at:])
