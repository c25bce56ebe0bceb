"""A difference as text for a terminal: figures first, then the changes by article and sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

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

__all__ = ["text"]

_IDS = 8


def text(sample: Sample) -> Iterator[str]:
    """Lines, without their ends; marked words stand in [brackets]."""
    summary = sample.summary
    yield f"{headline(summary.before)} → {headline(summary.after)}"
    if summary.empty:
        yield "no difference by meaning"
    yield from opening(summary)
    if rows := matrix(summary):
        yield ""
        yield from _table(rows)
    yield from _types(sample)
    for kind, ids in sample.listed.items():
        total = summary.articles[kind]
        more = f" and {total - len(ids[:_IDS]):,} more" if total > len(ids[:_IDS]) else ""
        yield ""
        yield f"{kind} ({total:,}): {', '.join(ids[:_IDS])}{more}"
    for article in sample.articles:
        yield ""
        yield from _article(article, sample.hidden.get(article.doc_id, 0))
    if left := hidden(sample):
        yield ""
        yield left


def _table(rows: Sequence[tuple[str, Sequence[int]]]) -> Iterator[str]:
    used = [i for i in range(len(COLUMNS)) if any(counts[i] for _, counts in rows)]
    heads = [list(COLUMNS)[i] for i in used]
    cells = [[f"{counts[i]:,}" if counts[i] else "–" for i in used] for _, counts in rows]
    columns = zip(heads, *cells, strict=True)
    widths = [max(map(len, column)) for column in columns]
    first = max(len(layer) for layer, _ in rows)
    for name, line in [("labels", heads), *((r[0], c) for r, c in zip(rows, cells, strict=True))]:
        padded = "  ".join(cell.rjust(w) for cell, w in zip(line, widths, strict=True))
        yield f"{name.ljust(first)}  {padded}"


def _types(sample: Sample) -> Iterator[str]:
    """Added, removed and retyped labels by type."""
    for layer, kinds in sample.summary.counts.items():
        for kind in ("added", "removed", "retyped"):
            counts = kinds.get(kind, {})
            if layer in ("entities", "events") and counts:
                told = ", ".join(f"{name} {count:,}" for name, count in counts.items())
                yield f"{layer} {kind}: {told}"


def _article(article: ArticleChange, left_out: int) -> Iterator[str]:
    count = len(article.changes) + left_out
    title = f"  {article.title}" if article.title else ""
    yield f"{article.doc_id} ({article.split or 'split unknown'}, {many(count, 'change')}){title}"
    for sentence, changes in groupby(article.changes, key=lambda change: change.sentence):
        same = list(changes)
        if sentence is not None:
            yield f"  │ {_marked(sentence, same)}"
        for change in same:
            yield f"  {_sign(change)} {place(change)}  {said(change)}"
            if reason := why(change):
                yield f"      {reason}"
    if left_out:
        yield f"  … {many(left_out, 'more change')}"


def _sign(change: Change) -> str:
    return {"added": "+", "removed": "−", "withdrawn": "−"}.get(change.kind, "~")


def _marked(sentence: str, changes: Sequence[Change]) -> str:
    """The sentence with the marked words of its changes in brackets, outermost spans only."""
    spans = sorted({mark for change in changes for mark in change.marks})
    found, at = "", 0
    for start, end in spans:
        if start >= at:
            found += f"{sentence[at:start]}[{sentence[start:end]}]"
            at = end
    plain = found + sentence[at:]
    return "".join(c if c.isprintable() else " " for c in plain)
