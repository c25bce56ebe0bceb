"""Level 6: a built folder against its manifest and its documents; releases against each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.articles import articles_in
from dateline.checks.catalogue import incident
from dateline.checks.chain import check_chain
from dateline.checks.drift import check_drift
from dateline.checks.incident import Incident
from dateline.checks.proof import prove
from dateline.documents import article_from_row
from dateline.errors import DataError
from dateline.manifest import (
    Manifest,
    is_frozen,
    read_manifest,
    releases_in,
)
from dateline.rows import row_id, rows_from_batch
from dateline.scheme import Scheme
from dateline.stats import figures
from dateline.tree import Tree
from dateline.views import VIEWS

__all__ = ["check_built", "check_frozen", "check_releases", "check_views"]


def check_built(
    folder: Path, before: str, scheme: Scheme, *, rows: bool = True
) -> Iterator[Incident]:
    """DL601 to DL603, DL607, DL608: files, columns, rows and views are those of the manifest.

    `before` stands before the files' paths in incidents. Without `rows` the manifest is known to be
    the released one, and files that are its files need no second look.
    """
    try:
        manifest = read_manifest(folder)
    except DataError as error:
        path = f"{before}manifest.json"
        yield incident("DL603", path, error.expected, error.found)
        return
    faults = 0
    for found in prove(folder, manifest, folder, before, rows=rows):
        faults += 1
        yield found
    if rows and not faults:
        yield from check_views(folder, before, manifest, scheme)


def check_views(
    folder: Path, before: str, manifest: Manifest, scheme: Scheme
) -> Iterator[Incident]:
    """DL607: the rows of the other configs are those that the documents give."""
    if "documents" in manifest.configs:
        for split in manifest.configs["documents"].splits:
            yield from _views(folder, before, manifest, split, scheme)


def _read(folder: Path, manifest: Manifest, config: str, split: str) -> Iterator[Any]:
    """(file, row in it, row with labels by name), in order."""
    for file in manifest.configs[config].splits[split].files:
        number = 0
        for batch in pq.ParquetFile(folder / file.path).iter_batches(batch_size=500):
            for row in rows_from_batch(batch):
                yield file.path, number, row
                number += 1


def _views(
    folder: Path, before: str, manifest: Manifest, split: str, scheme: Scheme
) -> Iterator[Incident]:
    others = [c for c in manifest.configs if c not in ("documents", "external")]
    try:
        streams = {c: _read(folder, manifest, c, split) for c in others}
        for _, _, document in _read(folder, manifest, "documents", split):
            article = article_from_row(document)
            for config in others:
                for wanted in VIEWS[config](article, scheme):
                    now = next(streams[config], None)
                    if now is None or now[2] != wanted:
                        name = f"{article.doc_id} {row_id(wanted, config)}"
                        file = now[0] if now else f"{config} ({split})"
                        at = f"{before}{file}" + (f" row {now[1]}" if now else "")
                        expected = f"the row that the document gives for {name}"
                        found = "another" if now else "none"
                        yield incident("DL607", at, expected, found, doc_id=article.doc_id)
                        return
        for config in others:
            if (more := next(streams[config], None)) is not None:
                at = f"{before}{more[0]} row {more[1]}"
                yield incident("DL607", at, "no row that no document gives", "one")
    except (DataError, KeyError, OSError, ValueError, pa.ArrowException):
        return  # rows that cannot be read are reported with their columns


def check_frozen(tree: Tree) -> Iterator[Incident]:
    """DL503: no storyline of the tree has left the split that it has in the newest release."""
    versions = releases_in(tree.releases)
    if not versions:
        return
    folder = tree.releases / versions[-1]
    released: dict[str, str] = {}
    try:
        for split, entry in read_manifest(folder).configs["documents"].splits.items():
            for file in entry.files:
                column = pq.read_table(folder / file.path, columns=["storyline"])["storyline"]
                released |= dict.fromkeys(column.unique().to_pylist(), split)
    except (DataError, KeyError, OSError, pa.ArrowException):
        return  # what cannot be read is reported with the release itself
    for key, storyline in tree.world.storylines.items():
        if released.get(key, storyline.split) != storyline.split:
            path = f"corpus/world/storylines/{key}.yaml split"
            expected = f"{released[key]}, as in release {versions[-1]}"
            yield incident("DL503", path, expected, storyline.split)


def check_releases(tree: Tree) -> Iterator[Incident]:
    """Level 6 of all releases of a tree: each by itself, and the newest against the one before.

    A frozen version is judged by its own manifest alone, never by a scheme that came later.
    """
    versions = releases_in(tree.releases)
    for version in versions:
        folder, before = tree.releases / version, f"corpus/releases/{version}/"
        yield from check_built(folder, before, tree.scheme, rows=not is_frozen(folder))
    yield from check_chain(tree)
    for before, after in pairwise(versions[-2:]):
        try:
            shares = [figures(articles_in(tree.releases / version)) for version in (before, after)]
            yield from check_drift(shares[0], shares[1], f"corpus/releases/{after}")
        except (DataError, KeyError, OSError, pa.ArrowException):
            continue  # what cannot be read is reported with the release itself
