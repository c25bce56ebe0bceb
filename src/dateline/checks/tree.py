"""Checks of a corpus tree: every file readable, every labelled article checked."""

from __future__ import annotations

from collections.abc import Iterator

from dateline.checks.catalogue import CATALOGUE, incident
from dateline.checks.document import check_article
from dateline.checks.incident import Incident
from dateline.derived import Article
from dateline.errors import DatelineError
from dateline.records import canonical
from dateline.tree import Tree

__all__ = ["check_labelled", "check_tree"]


def check_labelled(tree: Tree, doc_id: str) -> tuple[Article | None, list[Incident]]:
    """A labelled article and its incidents; None where a file of it cannot be read."""
    path = tree.adjudicated_path(doc_id)
    where = tree.where(path)
    try:
        article = tree.article(doc_id)
        tree.split(article.meta)
        known = article.labels.annotator.id in tree.annotators
        kind = tree.annotators[article.labels.annotator.id].kind if known else None
    except DatelineError as error:
        return None, [Incident.of_error("DL101", error, CATALOGUE["DL101"].title)]
    found = list(check_article(article, tree.scheme, where))
    if kind != article.labels.annotator.kind:
        stated = f"{article.labels.annotator.id}, {article.labels.annotator.kind}"
        expected = "an annotator of annotations/annotators.yaml and its kind"
        found.append(incident("DL208", f"{where} $.annotator", expected, stated))
    if path.read_bytes() != canonical(article.labels):
        found.append(incident("DL202", where, "the canonical form", "another"))
    return article, found


def check_tree(tree: Tree) -> Iterator[Incident]:
    """Every incident of a tree, in the order of document ids."""
    tree.require_sources()
    try:
        _ = tree.world, tree.annotators, tree.scheme
    except DatelineError as error:
        yield Incident.of_error("DL101", error, CATALOGUE["DL101"].title)
        return
    for doc_id in sorted({*tree.doc_ids(), *tree.labelled()}):
        if tree.adjudicated_path(doc_id).exists():
            yield from check_labelled(tree, doc_id)[1]
            continue
        try:
            meta = tree.meta(doc_id)
            tree.text(meta)
            tree.split(meta)
        except DatelineError as error:
            yield Incident.of_error("DL101", error, CATALOGUE["DL101"].title)
