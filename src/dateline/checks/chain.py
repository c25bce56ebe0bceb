"""Level 6: the chain of frozen versions, and what is written of them beside their folders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dateline.checks.catalogue import incident
from dateline.checks.incident import Incident
from dateline.errata import ERRATA, read_errata
from dateline.errors import DataError
from dateline.manifest import (
    ANCHORS,
    NAME,
    anchors,
    manifest_digest,
    read_manifest,
    releases_in,
    version_key,
)
from dateline.tree import Tree

__all__ = ["check_chain", "check_errata"]


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
