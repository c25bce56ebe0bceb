"""Level 6: a built folder against its manifest, its documents, the last version and the docs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.checks.catalogue import incident
from dateline.checks.drift import check_drift
from dateline.checks.incident import Incident
from dateline.checks.proof import prove
from dateline.documents import article_from_row
from dateline.errata import ERRATA, read_errata
from dateline.errors import DataError
from dateline.loading import articles_in
from dateline.manifest import (
    ANCHORS,
    NAME,
    Manifest,
    anchors,
    is_frozen,
    manifest_digest,
    read_manifest,
    releases_in,
    version_key,
)
from dateline.rows import row_id, rows_from_batch
from dateline.scheme import Scheme
from dateline.stats import figures
from dateline.tree import Tree
from dateline.views import VIEWS

__all__ = [
    "check_built",
    "check_chain",
    "check_errata",
    "check_frozen",
    "check_releases",
    "check_views",
]

_Key = tuple[str, str]


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


def check_chain(tree: Tree, last: str | None = None) -> Iterator[Incident]:
    """DL604: frozen versions are those whose digests were written down, each naming the one before.

    `last` leaves later versions out, but for what the next one says of it. Where the changelog
    stands beside the releases it says the same digests.
    """
    try:
        wanted = anchors(tree.releases)
    except DataError as error:
        yield incident("DL604", error.where, error.expected, error.found)
        return
    here = releases_in(tree.releases)
    before: str | None = None
    for version in sorted({*here, *wanted}, key=version_key):
        folder, path = tree.releases / version, f"corpus/releases/{version}/{NAME}"
        later = last is not None and version_key(version) > version_key(last)
        if version not in here:
            if not tree.is_carried:
                yield incident("DL604", path, f"SHA-256 {wanted[version]}", "no such file")
        elif not later:
            yield from _digests(tree, folder, path, wanted.get(version))
            yield from _linked(folder, path, wanted, before)
        elif version in wanted and before == last:
            yield from _linked(folder, path, wanted, before)
        if version in wanted:
            before = version


def _digests(tree: Tree, folder: Path, path: str, wanted: str | None) -> Iterator[Incident]:
    """A version has the digest that was written down, which the changelog says too."""
    if wanted is None:
        if said := _said(tree, folder.name):
            expected = f"SHA-256 {said} of {folder.name} (CHANGELOG.md)"
            yield incident("DL604", f"corpus/releases/{ANCHORS}", expected, "none")
        return
    if (found := manifest_digest(folder)) != wanted:
        yield incident("DL604", path, f"SHA-256 {wanted} ({ANCHORS})", found)
    said = _said(tree, folder.name)
    if said not in (None, wanted):
        expected = f"SHA-256 {wanted} of {folder.name} ({ANCHORS})"
        yield incident("DL604", "CHANGELOG.md", expected, said or "none")


def _linked(
    folder: Path, path: str, wanted: dict[str, str], before: str | None
) -> Iterator[Incident]:
    """What a manifest says of its own version and of the frozen one before."""
    version = folder.name
    try:
        manifest = read_manifest(folder)
    except DataError:
        return  # reported with the release itself
    if manifest.version != version:
        yield incident("DL604", f"{path} $.version", version, manifest.version)
    if manifest.provisional and version not in wanted:
        if any(version_key(frozen) > version_key(version) for frozen in wanted):
            yield incident(
                "DL604", path, "a frozen version, as later ones are", "a provisional one"
            )
        return
    if version not in wanted:
        yield incident("DL604", path, f"its SHA-256 in corpus/releases/{ANCHORS}", "none")
    previous = wanted[before] if before else None
    if manifest.previous != previous:
        expected = f"SHA-256 {previous} of {before}" if previous else "none: it is the first"
        yield incident("DL604", f"{path} $.previous", expected, str(manifest.previous))


_CHANGELOG = r"^### {version}\b.*?(?=^##|\Z)"
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


def _said(tree: Tree, version: str) -> str | None:
    """What the changelog says of a version's digest; "" where it does not, None without one."""
    path = tree.root / "CHANGELOG.md"
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    section = re.search(_CHANGELOG.format(version=re.escape(version)), text, re.S | re.M)
    digest = section and _DIGEST.search(section[0])
    return digest[0] if digest else ""


def check_errata(tree: Tree) -> Iterator[Incident]:
    """DL609: errata can be read, and are of versions that there are."""
    try:
        errata = read_errata(tree.releases)
    except DataError as error:
        yield incident("DL609", error.where, error.expected, error.found)
        return
    known = releases_in(tree.releases)
    for number, erratum in enumerate(errata):
        at = f"corpus/releases/{ERRATA} $[{number}]"
        for field, version in (
            ("version", erratum.version),
            ("corrected_in", erratum.corrected_in),
        ):
            if version is not None and version not in known:
                yield incident("DL609", f"{at}.{field}", f"one of {', '.join(known)}", version)


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
