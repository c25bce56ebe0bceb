"""Proving a version unchanged: here, in a copy from elsewhere, and as rows somebody has loaded.

What is proved is proved by the digest that was written down when the version was frozen
(`corpus/releases/SHA256SUMS`, the changelog, a citation), never by the copy that is checked.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

from dateline.checks.catalogue import incident
from dateline.checks.chain import check_chain
from dateline.checks.incident import Incident
from dateline.checks.loaded import check_loaded, tables_in, versions_in
from dateline.checks.proof import Proof, prove
from dateline.checks.release import check_views
from dateline.errors import DataError, UsageError
from dateline.manifest import (
    ANCHORS,
    NAME,
    anchors,
    built_folder,
    manifest_digest,
    read_manifest,
    releases_in,
)
from dateline.tree import Tree, find_root

__all__ = ["Verdict", "verify"]

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was proved, and what stands against it.

    Counts: `files` looked at, `whole` of them the released bytes; `rows` whose digests were
    computed again, and `proved`, the rows of released bytes that need no more than that.
    `digest` is what the version's manifest should have; `anchor` says where that is written, or
    None: then nothing but the folder itself speaks for it.
    """

    version: str
    target: str
    digest: str | None
    anchor: str | None
    files: int = 0
    whole: int = 0
    rows: int = 0
    proved: int = 0
    incidents: list[Incident] = []

    @property
    def holds(self) -> bool:
        """Whether the target is the version."""
        return not any(found.severity == "error" for found in self.incidents)


def verify(
    target: Any = None,
    *,
    version: str | None = None,
    digest: str | None = None,
    config: str | None = None,
    rows: bool = False,
    root: str | Path | None = None,
) -> Verdict:
    """Prove a version, a copy of one, or loaded rows.

    Parameters
    ----------
    target : a version ("0.2.0", or "tree" for what `dateline build` made); None takes the newest.
        Or a path: a copy of a release folder, any Parquet file or folder of a version's rows, a
        folder that `save_to_disk` wrote. Or rows: a `datasets.Dataset` or `IterableDataset`, a
        dictionary of them, a `pyarrow.Table` with its metadata.
    version : which version a target without a manifest should be; None takes the newest.
    digest : the SHA-256 of the version's manifest, from a citation, say; None takes the one that
        is written beside the releases of the tree.
    config : the config of loaded rows; None knows it by the columns.
    rows : compute every row's digest again, also where the bytes of a file are the released ones.
    root : the tree whose releases are meant; None finds it.

    Raises
    ------
    UsageError : no such version or target.
    DataError : a target that cannot be read at all.
    """
    if digest is not None and not _DIGEST.fullmatch(digest):
        raise UsageError("digest", "64 hexadecimal digits, in lower case", repr(digest))
    tree = Tree(find_root(root))
    known = anchors(tree.releases)
    if target is None or (isinstance(target, str) and not Path(target).exists()):
        if target is not None and version not in (None, target):
            raise UsageError("version", f"{target}, which is to be proved, or none", repr(version))
        folder = _version(tree, target or version, known)
        named = target or folder.name
        return _folder(tree, folder, tree.where(folder), named, digest, known, rows)
    if isinstance(target, str | Path):
        path = Path(target)
        if not path.exists():
            raise UsageError(str(path), "a version, or a path", "neither")
        if (path / NAME).is_file():
            named = version or _version_of(path) or built_folder(tree.root).name
            return _folder(tree, path, str(path), named, digest, known, rows)
        name = str(path)
    else:
        name = type(target).__name__
    folder = _version(tree, version or _stated(tree, target), known)
    own = _folder(tree, folder, tree.where(folder), folder.name, digest, known, rows=False)
    proof = Proof()
    found = list(own.incidents)
    if own.holds:
        found = list(check_loaded(tables_in(target), folder, config, proof))
    return msgspec.structs.replace(
        own, target=name, files=0, whole=0, rows=proof.rows, proved=0, incidents=found
    )


def _version(tree: Tree, version: str | None, known: dict[str, str]) -> Path:
    """The folder of a version; one that was frozen and is gone is no mistake of who asks for it."""
    if version in known and version not in releases_in(tree.releases) and not tree.is_carried:
        where = f"corpus/releases/{version}/{NAME}"
        expected = f"SHA-256 {known[version]} ({ANCHORS})"
        raise DataError(where, expected, "no such file", "Get it from the repository's history.")
    return built_folder(tree.root, version)


def _version_of(folder: Path) -> str | None:
    try:
        return read_manifest(folder).version
    except DataError:
        return None


def _stated(tree: Tree, target: Any) -> str | None:
    """The version that datasets say they are, where there is such a one."""
    found = versions_in(target) & {*releases_in(tree.releases)}
    if len(found) > 1:
        raise UsageError("target", "rows of one version", f"of {', '.join(sorted(found))}")
    return next(iter(found), None)


def _folder(
    tree: Tree,
    folder: Path,
    name: str,
    version: str,
    digest: str | None,
    known: dict[str, str],
    rows: bool,
) -> Verdict:
    """A folder with a manifest, against the digest that its manifest should have."""
    wanted = digest or known.get(version)
    anchor = "--digest" if digest else f"corpus/releases/{ANCHORS}" if wanted else None
    here = tree.releases / version
    is_here = folder.resolve() == here.resolve()
    is_build = folder.resolve() == (tree.root / "build").resolve()
    proof, found = Proof(), list[Incident]()
    before = f"{name}/"
    if is_here:
        found += check_chain(tree, version)
    anchored = wanted is not None and _digest(folder) == wanted
    if anchored:
        truth = folder
    elif wanted is not None and not is_here and _digest(here) == wanted:
        truth = here  # the copy's own manifest proves nothing; the released one is at hand
    else:
        truth, rows = folder, True
    if wanted is not None and not anchored and not found:
        got = _digest(folder) or "no readable file"
        found.append(incident("DL604", f"{before}{NAME}", f"SHA-256 {wanted} ({anchor})", got))
    if wanted is None and not is_here and not is_build:
        expected = f"a digest to prove it by ({ANCHORS} beside the releases, or --digest)"
        found.append(incident("DL604", f"{before}{NAME}", expected, "none"))
    try:
        manifest = read_manifest(truth)
    except DataError as error:
        found.append(incident("DL603", f"{before}{NAME}", error.expected, error.found))
    else:
        found += prove(folder, manifest, truth, before, rows=rows, proof=proof)
        if truth == folder and wanted is None and not found:  # it may yet be mended
            found += check_views(folder, before, manifest, tree.scheme)
    return Verdict(
        version=version,
        target=name,
        digest=wanted or _digest(folder),
        anchor=anchor,
        files=proof.files,
        whole=proof.whole,
        rows=proof.rows,
        proved=proof.proved,
        incidents=found,
    )


def _digest(folder: Path) -> str | None:
    try:
        return manifest_digest(folder)
    except OSError:
        return None
