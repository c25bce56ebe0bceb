"""Checks of documents by themselves (levels 1 to 4): the same columns serve one and many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dateline.checks.catalogue import CATALOGUE, incident
from dateline.checks.columns import Layout
from dateline.checks.incident import Incident
from dateline.checks.labels import check_labels
from dateline.checks.references import check_references
from dateline.checks.spans import Finding, check_spans
from dateline.derived import Article
from dateline.records import item_spans
from dateline.scheme import Scheme

__all__ = ["check_article", "check_articles", "findings", "once", "unexplained"]

_ITEM = re.compile(r"(entities|events|attributions|stances)\[(\d+)\]")


def findings(layout: Layout) -> Iterator[Finding]:
    """Every finding of levels 2 to 4 in a batch of documents; some may follow from others."""
    yield from check_labels(layout)
    yield from check_spans(layout)
    yield from check_references(layout)


def unexplained(incidents: Sequence[Incident]) -> list[Incident]:
    """The incidents of one document without those that others of it explain (`after`)."""
    present = {found.code for found in incidents}
    return [i for i in incidents if present.isdisjoint(CATALOGUE[i.code].after)]


def once(found: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out what another fault of the same document explains, by the catalogue's `after`."""
    every = list(found)
    codes = {finding.code for finding in every}
    if all(codes.isdisjoint(CATALOGUE[code].after) for code in codes):
        yield from every
        return
    by_row: dict[int, list[Finding]] = {}
    for finding in every:
        by_row.setdefault(finding.row, []).append(finding)
    for row in sorted(by_row):
        present = {finding.code for finding in by_row[row]}
        for finding in by_row[row]:
            if present.isdisjoint(CATALOGUE[finding.code].after):
                yield finding


def check_articles(
    articles: Sequence[Article], scheme: Scheme, wheres: Sequence[str]
) -> list[list[Incident]]:
    """The incidents of each of some articles; `wheres` are the files of their labels."""
    found: list[list[Incident]] = [[] for _ in articles]
    if articles:
        for f in once(findings(Layout.of(articles, scheme))):
            path = f"{wheres[f.row]} $.{f.where}"
            article = articles[f.row]
            span = f.span or _span_of(article, f.where)
            found[f.row].append(incident(f.code, path, f.expected, f.found, span, article.doc_id))
    return found


def _span_of(article: Article, where: str) -> tuple[int, int] | None:
    """The words of the item that a finding is about, so that a report can show its sentence."""
    item = _ITEM.match(where)
    if item is None or article.text is None:
        return None
    spans = dict(item_spans(getattr(article.labels, item[1])[int(item[2])]))
    span = spans.get("") or spans.get(".cue") or spans.get(".content[0]")
    if span is None or not 0 <= span.start < span.end <= len(article.text):
        return None
    return span.start, span.end


def check_article(article: Article, scheme: Scheme, where: str) -> list[Incident]:
    """Every incident of one article; `where` is the file of its labels."""
    return check_articles([article], scheme, [where])[0]
