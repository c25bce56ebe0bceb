"""The articles of built folders: all of them, and one by its id."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.derived import Article
from dateline.documents import article_from_row
from dateline.errata import read_errata
from dateline.errors import DatelineWarning, UsageError
from dateline.manifest import Manifest, built_folder, read_manifest
from dateline.rows import rows_from_batch
from dateline.scheme import Scheme, read_scheme, scheme_in
from dateline.tree import Tree, cached_text, find_root

__all__ = ["articles_in", "articles_of", "document", "scheme_of", "warn"]


def warn(place: Path, version: str) -> None:
    """Say what is known to be wrong with a version, each time it is loaded."""
    for erratum in read_errata(place / "corpus" / "releases"):
        if erratum.version == version:
            warnings.warn(str(erratum), DatelineWarning, stacklevel=3)


def scheme_of(folder: Path, place: Path) -> Scheme:
    """The scheme that a version was built with, which the first builds did not carry."""
    return scheme_in(folder) if (folder / "scheme.yaml").is_file() else read_scheme(place)


def articles_of(
    folder: Path, manifest: Manifest, config: str, split: str, *, provenance: bool = True
) -> Iterator[Article]:
    """The articles of one split of a built folder, in bounded memory.

    Without `provenance` they are read in little more than half the time.
    """
    for file in manifest.configs[config].splits[split].files:
        for batch in pq.ParquetFile(folder / file.path).iter_batches(batch_size=256):
            for row in rows_from_batch(batch if provenance else _without_provenance(batch)):
                yield article_from_row(row)


def _without_provenance(batch: pa.RecordBatch) -> pa.RecordBatch:
    at = batch.schema.get_field_index("provenance")
    if at < 0:  # the first release has none
        return batch
    field = batch.schema.field(at)
    return batch.set_column(at, field, pa.array([[]] * batch.num_rows, field.type))


def articles_in(folder: Path, *, provenance: bool = True) -> Iterator[tuple[str, Article]]:
    """Every article of a built folder with its split, open ones first; in bounded memory."""
    manifest = read_manifest(folder)
    for config in ("documents", "external"):
        for split in manifest.configs[config].splits:
            for article in articles_of(folder, manifest, config, split, provenance=provenance):
                yield split, article


def document(doc_id: str, version: str | None = None, *, root: str | Path | None = None) -> Article:
    """One article with all its layers, typed.

    With no `version` it is read from the tree, where there is one; from the newest release
    otherwise. An external article has its text when that has been hydrated here.

    Raises
    ------
    UsageError, DataError : no such article (with the nearest ids) or version.
    """
    tree = Tree(find_root(root))
    if version is None and not tree.is_carried:
        return tree.article(doc_id)
    folder = built_folder(tree.root, version)
    manifest = read_manifest(folder)
    warn(tree.root, folder.name)
    known = []
    for config in ("documents", "external"):
        for split, entry in manifest.configs[config].splits.items():
            for file in entry.files:
                ids = pq.read_table(folder / file.path, columns=["doc_id"])["doc_id"].to_pylist()
                known += ids
                if doc_id in ids:
                    table = pq.read_table(folder / file.path).slice(ids.index(doc_id), 1)
                    article = article_from_row(next(rows_from_batch(table)))
                    if split == "external":
                        text = cached_text(article.meta)
                        return Article(article.meta, text, article.labels)
                    return article
    near = difflib.get_close_matches(doc_id, known, n=3, cutoff=0.5) or sorted(known)[:3]
    raise UsageError(
        "document id",
        f"an article of {manifest.version}",
        repr(doc_id),
        f"Near it: {', '.join(near)}.",
    )
