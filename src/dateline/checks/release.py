"""Level 6: a built folder against its manifest, its documents, the last version and the docs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.checks.catalogue import incident
from dateline.checks.drift import check_drift
from dateline.checks.incident import Incident
from dateline.errors import DataError
from dateline.loading import articles_in
from dateline.manifest import (
    Manifest,
    SplitEntry,
    manifest_digest,
    read_manifest,
    releases_in,
    sha256_of,
)
from dateline.scheme import Scheme
from dateline.stats import figures
from dateline.tables import logical_digest, row_digest, row_id, rows_from_batch
from dateline.tree import Tree
from dateline.views import VIEWS, article_from_row

__all__ = ["check_built", "check_frozen", "check_releases"]

_Key = tuple[str, str]


def check_built(folder: Path, before: str, scheme: Scheme) -> Iterator[Incident]:
    """DL601 to DL603, DL607: files, rows and views are those of the manifest.

    `before` stands before the files' paths in incidents.
    """
    try:
        manifest = read_manifest(folder)
    except DataError as error:
        path = f"{before}manifest.json"
        yield incident("DL603", path, error.expected, error.found)
        return
    known: set[str] = set()
    faulty: set[str] = set()
    for config, entry in manifest.configs.items():
        for split, found in entry.splits.items():
            known.update(file.path for file in found.files)
            faults = list(_files(folder, before, found))
            faults = faults or list(_rows(folder, before, manifest, config, split, scheme))
            yield from faults
            if faults:
                faulty.add(split)
    for other in sorted(folder.rglob("*.parquet")):
        name = other.relative_to(folder).as_posix()
        if name not in known and other.parent.name != "digests":
            yield incident("DL603", f"{before}{name}", "a file of the manifest", "another")
    yield from _claims(folder, before, manifest)
    if "documents" in manifest.configs:
        for split in manifest.configs["documents"].splits:
            if split not in faulty:  # rows that are not the released ones are one fault
                yield from _views(folder, before, manifest, split, scheme)


def _files(folder: Path, before: str, found: SplitEntry) -> Iterator[Incident]:
    """DL601, DL603: the files of a split are there, and those of the manifest."""
    for file in found.files:
        place, name = folder / file.path, f"{before}{file.path}"
        if not place.is_file():
            yield incident("DL603", name, "a file of the manifest", "none")
        elif (digest := sha256_of(place)) != file.sha256:
            yield incident("DL601", name, f"SHA-256 {file.sha256}", digest)
        elif (size := place.stat().st_size) != file.bytes:
            yield incident("DL601", name, f"{file.bytes} bytes, as the manifest says", str(size))


def _claims(folder: Path, before: str, manifest: Manifest) -> Iterator[Incident]:
    """DL603: what the manifest says of counts and inputs is true."""
    path = f"{before}manifest.json"
    inputs = folder / "inputs.sha256"
    found = sha256_of(inputs) if inputs.is_file() else "none"
    if found != manifest.inputs_sha256:
        expected = f"inputs.sha256 with SHA-256 {manifest.inputs_sha256}"
        yield incident("DL603", f"{path} $.inputs_sha256", expected, found)
    articles = {}
    for config, entry in manifest.configs.items():
        for split, held in entry.splits.items():
            rows = sum(file.rows for file in held.files)
            if rows != held.rows:
                at = f"{path} $.configs.{config}.splits.{split}.rows"
                yield incident("DL603", at, f"{rows}, as its files have", str(held.rows))
            if config in ("documents", "external"):
                articles[split] = held.rows
    if articles != manifest.articles:
        expected = ", ".join(f"{split} {count}" for split, count in articles.items())
        said = ", ".join(f"{split} {count}" for split, count in manifest.articles.items())
        yield incident("DL603", f"{path} $.articles", expected, said)


def _read(
    folder: Path, manifest: Manifest, config: str, split: str, scheme: Scheme
) -> Iterator[Any]:
    """(file, row in it, row with labels by name), in order."""
    for file in manifest.configs[config].splits[split].files:
        number = 0
        for batch in pq.ParquetFile(folder / file.path).iter_batches(batch_size=500):
            for row in rows_from_batch(batch, config, scheme):
                yield file.path, number, row
                number += 1


def _stored(folder: Path, config: str, split: str) -> Iterator[tuple[str, str, bytes]]:
    path = folder / "digests" / f"{config}-{split}.parquet"
    for batch in pq.ParquetFile(path).iter_batches():
        columns = (batch.column(name).to_pylist() for name in ("doc_id", "row_id", "sha256"))
        yield from zip(*columns, strict=True)


def _rows(
    folder: Path, before: str, manifest: Manifest, config: str, split: str, scheme: Scheme
) -> Iterator[Incident]:
    """DL602: each row has the digest that was kept for it, and all together the manifest's."""
    digests = []
    named = False
    stated = manifest.configs[config].splits[split].logical_sha256
    try:
        kept = _stored(folder, config, split)
        for now, then in zip_longest(_read(folder, manifest, config, split, scheme), kept):
            if now is None:
                path = f"{before}digests/{config}-{split}.parquet"
                yield incident("DL602", path, f"the row {then[0]} {then[1]}".strip(), "none")
                named = True
                break
            file, number, row = now
            digest = row_digest(row)
            digests.append(digest)
            key = (row["doc_id"], row_id(row, config), digest)
            if then != key:
                path = f"{before}{file} row {number}"
                expected = "the row that was released" if then else "no more rows"
                name = f"{key[0]} {key[1]}".strip()
                yield incident("DL602", path, expected, f"another {name}", doc_id=key[0])
                named = True
                if then is None or then[:2] != key[:2]:
                    return  # rows were added, removed or moved: the rest would differ too
    except (IndexError, KeyError, OSError, ValueError, pa.ArrowException) as error:
        path = f"{before}digests/{config}-{split}.parquet"
        found = str(error).partition("\n")[0]
        yield incident("DL603", path, "readable rows and row digests", found)
        return
    if not named and logical_digest(digests) != stated:
        path = f"{before}manifest.json $.configs.{config}.splits.{split}.logical_sha256"
        yield incident("DL602", path, logical_digest(digests), stated)


def _views(
    folder: Path, before: str, manifest: Manifest, split: str, scheme: Scheme
) -> Iterator[Incident]:
    """DL607: the rows of the other configs are those that the documents give."""
    others = [c for c in manifest.configs if c not in ("documents", "external")]
    try:
        streams = {c: _read(folder, manifest, c, split, scheme) for c in others}
        for _, _, document in _read(folder, manifest, "documents", split, scheme):
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
    except (IndexError, KeyError, OSError, ValueError, pa.ArrowException):
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
    """Level 6 of all releases of a tree: each by itself, and each against the one before."""
    versions = releases_in(tree.releases)
    for version in versions:
        yield from check_built(tree.releases / version, f"corpus/releases/{version}/", tree.scheme)
    for before, after in pairwise(versions):
        try:
            manifest = read_manifest(tree.releases / after)
            wanted = manifest_digest(tree.releases / before)
            if manifest.previous is not None and manifest.previous != wanted:
                path = f"corpus/releases/{before}/manifest.json"
                yield incident("DL604", path, f"SHA-256 {manifest.previous}", wanted)
            shares = [
                figures(articles_in(tree.releases / version, tree.scheme))
                for version in (before, after)
            ]
            yield from check_drift(shares[0], shares[1], f"corpus/releases/{after}")
        except (DataError, OSError, pa.ArrowException):
            continue  # what cannot be read is reported with the release itself
