"""The tree as a target: its files, its documents in chunks, and what they say together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dateline.checks.catalogue import incident
from dateline.checks.document import check_articles, unexplained
from dateline.checks.incident import Incident
from dateline.checks.links import check_links
from dateline.checks.texts import check_text_file
from dateline.derived import Article
from dateline.errors import DataError, DatelineError
from dateline.records import ArticleMeta, Document, canonical, decode, is_doc_id
from dateline.text import digest
from dateline.tree import Tree

__all__ = ["Checked", "check_chunk", "check_files", "check_passes", "read_labelled"]

_LARGEST = 64_000_000


@dataclass(frozen=True)
class Checked:
    """An article that was read, with what is wrong with it; None where it could not be read."""

    doc_id: str
    article: Article | None
    incidents: list[Incident]

    @property
    def errors(self) -> list[Incident]:
        return [i for i in self.incidents if i.severity == "error"]


def _of_error(error: DatelineError, doc_id: str | None, code: str = "DL209") -> Incident:
    """An error that reading a record raised, as an incident: JSON or its structure."""
    if error.expected in ("readable JSON", "JSON in UTF-8"):
        code = "DL110"
    elif error.expected in ("a file", "a readable file"):
        code = "DL101"
    elif error.expected == "a readable YAML file":
        code = "DL111"
    return incident(code, error.where, error.expected, error.found, doc_id=doc_id)


def _bytes(tree: Tree, path: Path, doc_id: str) -> bytes | Incident:
    where = tree.where(path)
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            return incident("DL114", where, f"at most {_LARGEST} bytes", str(size), doc_id=doc_id)
        return path.read_bytes()
    except OSError as error:
        found = error.strerror or "an error"
        return incident("DL101", where, "a readable file", found, doc_id=doc_id)


def _record(tree: Tree, path: Path, kind: Any, doc_id: str) -> tuple[Any, list[Incident]]:
    """A record from a file, or None, with what is wrong with the file."""
    raw = _bytes(tree, path, doc_id)
    where = tree.where(path)
    if isinstance(raw, Incident):
        return None, [raw]
    try:
        record = decode(raw, kind, where)
    except DataError as error:
        return None, [_of_error(error, doc_id)]
    found = []
    if record.doc_id != doc_id:
        expected = f"the file's name, {doc_id}"
        found.append(incident("DL214", f"{where} $.doc_id", expected, record.doc_id, doc_id=doc_id))
    if canonical(record) != raw:
        found.append(incident("DL202", where, "the canonical form", "another", doc_id=doc_id))
    return record, found


def _text(tree: Tree, meta: ArticleMeta, doc_id: str) -> tuple[str | None, list[Incident]]:
    """An article's text as far as it is at hand, with what is wrong with its file."""
    if meta.tier == "external":
        try:
            return tree.text(meta), []
        except DataError as error:
            return None, [incident("DL304", error.where, error.expected, error.found)]
    path = tree.text_path(doc_id)
    raw = _bytes(tree, path, doc_id)
    if isinstance(raw, Incident):
        return None, [raw]
    found = list(check_text_file(raw, tree.where(path), doc_id))
    if any(i.code in ("DL102", "DL113") for i in found):
        return None, found
    text = raw.decode("utf-8").rstrip("\n")
    if not found and digest(text) != meta.text_sha256:
        expected = f"a text with SHA-256 {meta.text_sha256}"
        found.append(incident("DL304", tree.where(path), expected, digest(text), doc_id=doc_id))
    return text, found


def read_labelled(
    tree: Tree, doc_id: str, labels_path: Path | None = None
) -> tuple[Article | None, list[Incident]]:
    """An article with labels, by default the adjudicated ones, and what is wrong with its files."""
    meta, found = _record(tree, tree.meta_path(doc_id), ArticleMeta, doc_id)
    path = labels_path or tree.adjudicated_path(doc_id)
    labels, more = _record(tree, path, Document, doc_id)
    found += more
    if meta is None or labels is None:
        return None, found
    text, more = _text(tree, meta, doc_id)
    return Article(meta, text, labels), found + more


def check_chunk(tree: Tree, doc_ids: Sequence[str]) -> list[Checked]:
    """The adjudicated articles of some ids, checked by themselves (levels 1 to 4)."""
    return _checked(tree, [(doc_id, tree.adjudicated_path(doc_id)) for doc_id in doc_ids])


def _checked(tree: Tree, files: Sequence[tuple[str, Path]]) -> list[Checked]:
    read = [(doc_id, path, *read_labelled(tree, doc_id, path)) for doc_id, path in files]
    whole = [(path, article) for _, path, article, _ in read if article is not None]
    articles = [article for _, article in whole]
    by_document = check_articles(articles, tree.scheme, [tree.where(path) for path, _ in whole])
    more = iter(by_document)
    result = []
    for doc_id, path, article, found in read:
        if article is not None:
            seen = {i.code for i in found}
            found += [i for i in next(more) if i.code != "DL304" or "DL304" not in seen]
            found += _provenance(tree, article, tree.where(path))
            found += _links(tree, article, tree.where(path))
            found += _traces(tree, article, path)
        result.append(Checked(doc_id, article, unexplained(found)))
    return result


def _provenance(tree: Tree, article: Article, where: str) -> Iterator[Incident]:
    """DL208, DL502, DL506: annotator and author are entered, and the storyline is there.

    Where the file that enters them cannot be read, that is reported with the files.
    """
    doc_id, maker, meta = article.doc_id, article.labels.annotator, article.meta
    try:
        known = tree.annotators
    except DatelineError:
        known = None
    if known is not None:
        entry = known.get(maker.id)
        if entry is None or entry.kind != maker.kind:
            expected = "an annotator of annotations/annotators.yaml and its kind"
            found = f"{maker.id}, {maker.kind}"
            yield incident("DL208", f"{where} $.annotator", expected, found, doc_id=doc_id)
        if meta.author is not None and meta.author not in known:
            path = f"{tree.where(tree.meta_path(doc_id))} $.author"
            expected = "an id of annotations/annotators.yaml"
            yield incident("DL506", path, expected, repr(meta.author), doc_id=doc_id)
    try:
        _ = tree.world
    except DatelineError:
        return
    try:
        tree.split(meta)
    except DatelineError as error:
        yield incident("DL502", error.where, error.expected, error.found, doc_id=doc_id)


def _traces(tree: Tree, article: Article, path: Path) -> Iterator[Incident]:
    """DL507: the passes that adjudicated labels name are there."""
    if path.parent != tree.adjudicated:
        return
    doc_id = path.stem
    named = {name for trace in article.labels.provenance.values() for name in trace.passes}
    for name in sorted(named):
        if not is_doc_id(name) or not tree.pass_path(name, doc_id).is_file():
            where = f"{tree.where(path)} $.provenance"
            expected = "passes of this article, in annotations/passes"
            yield incident("DL507", where, expected, repr(name), doc_id=doc_id)


def _links(tree: Tree, article: Article, where: str) -> Iterator[Incident]:
    """Links of the article to the world, where that can be read."""
    try:
        world = tree.world
    except DatelineError:
        return  # the file itself is reported with the files
    yield from check_links(world, article, where)


def check_files(tree: Tree) -> Iterator[Incident]:
    """Levels 1 and 2 of what is no labelled article: names, orphans, YAML, unlabelled articles."""
    yield from _closed_folders(tree)
    yield from _yaml_files(tree)
    labelled = set()
    for path in _files(tree.adjudicated, tree.root / "annotations" / "passes"):
        if path.suffix != ".json" or not is_doc_id(path.stem):
            expected = "a document id and .json"
            yield incident("DL109", tree.where(path), expected, path.name)
        elif path.parent == tree.adjudicated:
            labelled.add(path.stem)
    for path in _files(tree.articles):
        where = tree.where(path)
        if path.suffix not in (".json", ".txt", ".shingles") or not is_doc_id(path.stem):
            expected = "a document id and .json, .txt or .shingles"
            yield incident("DL109", where, expected, path.name)
        elif path.suffix != ".json" and not tree.meta_path(path.stem).exists():
            expected = f"its metadata, {path.stem}.json"
            yield incident("DL213", where, expected, "none", doc_id=path.stem)
    known = {doc_id for doc_id in tree.doc_ids() if is_doc_id(doc_id)}
    for doc_id in sorted(labelled - known):
        where = tree.where(tree.adjudicated_path(doc_id))
        expected = f"the article, {tree.where(tree.meta_path(doc_id))}"
        yield incident("DL213", where, expected, "none", doc_id=doc_id)
    for doc_id in sorted(known - labelled):
        meta, found = _record(tree, tree.meta_path(doc_id), ArticleMeta, doc_id)
        yield from found
        if meta is not None:
            yield from _text(tree, meta, doc_id)[1]
            try:
                tree.split(meta)
            except DatelineError as error:
                yield incident("DL502", error.where, error.expected, error.found, doc_id=doc_id)


def _closed_folders(tree: Tree) -> Iterator[Incident]:
    """DL101: folders that cannot be listed, whose files would be missing without a word."""
    errors: list[OSError] = []
    for name in ("corpus", "annotations", "schema"):
        for _ in os.walk(tree.root / name, onerror=errors.append):
            pass
    for error in errors:
        found = error.strerror or "an error"
        yield incident("DL101", tree.where(Path(error.filename)), "a readable folder", found)


def _files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        for parent, folders_below, names in os.walk(folder):
            folders_below.sort()
            for name in sorted(names):
                if not name.startswith("."):
                    yield Path(parent) / name


def _yaml_files(tree: Tree) -> Iterator[Incident]:
    readers: tuple[Callable[[], object], ...] = (
        lambda: tree.scheme,
        lambda: tree.world,
        lambda: tree.annotators,
    )
    for read in readers:
        try:
            read()
        except DatelineError as error:
            yield _of_error(error, None, "DL111")
            if read is readers[0]:
                return  # the world is read against the scheme


def check_passes(tree: Tree) -> Iterator[Incident]:
    """Errors of levels 1 to 4 in the passes, and DL507: each is of an article that exists."""
    known = {doc_id for doc_id in tree.doc_ids() if is_doc_id(doc_id)}
    folder = tree.root / "annotations" / "passes"
    files = [p for p in _files(folder) if p.suffix == ".json" and is_doc_id(p.stem)]
    for path in files:
        if path.stem not in known:
            expected = f"the article, {tree.where(tree.meta_path(path.stem))}"
            yield incident("DL507", tree.where(path), expected, "none", doc_id=path.stem)
    mine = [(path.stem, path) for path in files if path.stem in known]
    for _, path in mine:
        labels, _ = _record(tree, path, Document, path.stem)
        if labels is not None and labels.annotator.id != path.parent.name:
            where = f"{tree.where(path)} $.annotator.id"
            expected = f"the folder's name, {path.parent.name}"
            yield incident("DL507", where, expected, repr(labels.annotator.id), doc_id=path.stem)
    for at in range(0, len(mine), 100):
        for checked in _checked(tree, mine[at : at + 100]):
            # A pass stays as it was made: what is only worth a look is settled in adjudication.
            yield from (found for found in checked.incidents if found.severity == "error")
