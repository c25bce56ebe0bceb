"""What tasks are filled in with: passes, adjudicated labels, or what a model proposes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from dateline.checks.document import check_articles
from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.records import ArticleMeta, Document, is_doc_id
from dateline.studio.prelabel import MODELS, prelabel
from dateline.tree import Tree

__all__ = ["articles", "labels_from"]

_CHUNK = 100

Filled = tuple[ArticleMeta, str, Document | None]


def articles(tree: Tree, docs: Sequence[str]) -> Iterator[tuple[ArticleMeta, str]]:
    """Articles with their texts: those that are named, else all whose text is here.

    Raises
    ------
    DataError : one that is named is unknown, or external and not hydrated here.
    """
    for doc_id in dict.fromkeys(docs or tree.doc_ids()):
        meta = tree.meta(doc_id)
        text = tree.text(meta)
        if text is not None:
            yield meta, text
        elif docs:
            raise DataError(doc_id, "its text in your cache", "none", "dateline hydrate FILE")


def labels_from(
    tree: Tree,
    source: str | None,
    docs: Sequence[str],
    model: Callable[[ArticleMeta, str], Document] | None = None,
) -> Iterator[Filled]:
    """Articles with the labels that `source` has for them: None where it has none.

    Parameters
    ----------
    source : `adjudicated`, an annotator that has passes, a model (`dateline.studio.prelabel`), or
        None for tasks without labels.
    model : labels texts in place of `source`, which then only names it.

    Raises
    ------
    UsageError : there is no such source.
    DataError : labels in which the checks find an error.
    """
    texts = articles(tree, docs)
    if source is None and model is None:
        yield from ((meta, text, None) for meta, text in texts)
        return
    filled: Iterator[Filled]
    if model is not None:
        filled = ((meta, text, model(meta, text)) for meta, text in texts)
    elif source == "adjudicated" or source in tree.pass_annotators():
        annotator = None if source == "adjudicated" else source
        filled = ((meta, text, _stored(tree, meta.doc_id, annotator)) for meta, text in texts)
    elif source is not None and source.partition(":")[0] in [
        model.partition(":")[0] for model in MODELS
    ]:
        filled = _proposed(tree, source, texts)
    else:
        known = ", ".join(["adjudicated", *tree.pass_annotators(), *MODELS])
        raise UsageError("--from", f"one of {known}", repr(source))
    while chunk := list(islice(filled, _CHUNK)):
        _require_sound(tree, chunk)
        yield from chunk


def _stored(tree: Tree, doc_id: str, annotator: str | None) -> Document | None:
    path = tree.pass_path(annotator, doc_id) if annotator else tree.adjudicated_path(doc_id)
    return tree.read_document(path, doc_id) if path.is_file() else None


def _proposed(
    tree: Tree, source: str, texts: Iterator[tuple[ArticleMeta, str]]
) -> Iterator[Filled]:
    while chunk := list(islice(texts, _CHUNK)):
        for (meta, text), doc in zip(chunk, prelabel(source, chunk, tree), strict=True):
            yield meta, text, doc


def _require_sound(tree: Tree, chunk: Sequence[Filled]) -> None:
    """Refuse labels with errors: the server would take them, and an annotator see nonsense."""
    known = [Article(meta, text, doc) for meta, text, doc in chunk if doc is not None]
    wheres = [f"{article.doc_id}, {article.labels.annotator.id}" for article in known]
    for found in check_articles(known, tree.scheme, wheres):
        for one in found:
            if one.severity == "error":
                raise DataError(one.path, f"labels without errors ({one.expected})", one.found)


def is_annotator(tree: Tree, name: str) -> bool:
    """Whether an id may be an annotator's: it is entered, or its passes are there."""
    return is_doc_id(name) and (name in tree.annotators or name in tree.pass_annotators())
