"""Checks of documents by themselves (levels 1 to 4): the same columns serve one and many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dateline.checks.catalogue import CATALOGUE, incident
from dateline.checks.columns import Layout
from dateline.checks.incident import Incident
from dateline.checks.labels import check_labels
from dateline.checks.references import check_references
from dateline.checks.spans import Finding, check_spans
from dateline.derived import Article
from dateline.scheme import Scheme

__all__ = ["check_article", "check_articles", "findings", "once", "unexplained"]


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
            doc_id = articles[f.row].doc_id
            found[f.row].append(incident(f.code, path, f.expected, f.found, f.span, doc_id))
    return found


def check_article(article: Article, scheme: Scheme, where: str) -> list[Incident]:
    """Every incident of one article; `where` is the file of its labels."""
    return check_articles([article], scheme, [where])[0]
