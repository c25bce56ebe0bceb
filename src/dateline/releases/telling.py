"""What tells of a frozen version in the repository; all of it follows from the version's folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from dateline.checks.proof import prove
from dateline.errors import DataError, UsageError
from dateline.files import Staged, no_room
from dateline.generated.changelog import block_name
from dateline.generated.files import stale
from dateline.manifest import ANCHORS, NAME, anchors, manifest_digest, read_manifest, releases_in
from dateline.releases.changelog import changelog, entered, errata_with
from dateline.releases.difference.changes import Summary
from dateline.tree import Tree

__all__ = ["DIFFERENCE", "GENERATED", "require_unfinished", "tell"]

DIFFERENCE = "changes.json"
"""The difference to the version before, in a release folder; the first version has none."""
GENERATED = (
    "CHANGELOG.md",
    "CITATION.cff",
    ".zenodo.json",
    "README.md",
    "DATASHEET.md",
    "docs/figures/",
    "corpus/releases/",
)
"""What a release writes itself, and need not be committed before it; folders end with `/`."""


def require_unfinished(tree: Tree, version: str) -> None:
    """Refuse a version that exists, but for one whose release was cut short after the folder.

    Raises
    ------
    UsageError : everything tells of it already, or a later version is there.
    DataError : its folder is not what was frozen.
    """
    folder = tree.releases / version
    where = f"{tree.where(folder)}/"
    known = anchors(tree.releases).get(version)
    if known not in (None, manifest_digest(folder)):
        raise DataError(f"{where}{NAME}", f"SHA-256 {known} ({ANCHORS})", manifest_digest(folder))
    if known is not None and _is_told(tree, version):
        released = read_manifest(folder).released
        hint = "A published version never changes; release the next one."
        raise UsageError("version", "one that does not exist", f"{version} of {released}", hint)
    for found in prove(folder, read_manifest(folder), folder, where):
        raise DataError(found.path, found.expected, found.found)


def _is_told(tree: Tree, version: str) -> bool:
    if version != releases_in(tree.releases)[-1]:
        return True
    if f"<!-- generated: {block_name(version)} -->" not in changelog(tree.root):
        return False
    return not any(name.startswith(GENERATED) for name in stale(tree, drawn=True))


def tell(tree: Tree, version: str) -> list[str]:
    """Write down a version's digest, then all that follows from it; gives the files it wrote.

    Raises
    ------
    DataError : no space left. What was written is whole, and the same call writes the rest.
    """
    folder = tree.releases / version
    manifest, digest = read_manifest(folder), manifest_digest(folder)
    day = manifest.released or ""
    frozen = {**anchors(tree.releases), version: digest}
    sums = "".join(f"{value}  {name}/{NAME}\n" for name, value in frozen.items())
    text = entered(changelog(tree.root), tree.releases, frozen, version, day)
    files = {tree.releases / ANCHORS: sums, tree.root / "CHANGELOG.md": text}
    if (folder / DIFFERENCE).is_file():
        found = msgspec.json.decode((folder / DIFFERENCE).read_bytes(), type=_Changes).summary
        if errata := errata_with(tree.releases, found, found.before.name, version, day):
            files[tree.releases / "errata.yaml"] = errata
    try:
        written = _written(tree, {path: text.encode() for path, text in files.items()})
        pages = {tree.root / name: raw for name, raw in stale(tree, drawn=True).items()}
        return [*written, *_written(tree, pages)]
    except OSError as error:
        hint = f"The version stands. To write what tells of it: dateline release {version}"
        raise no_room(str(error.filename or tree.root), error, hint) from None


class _Changes(msgspec.Struct):
    """The end of changes.json."""

    summary: Summary


def _written(tree: Tree, files: dict[Path, bytes]) -> list[str]:
    """Write files that are to change, together; gives their names."""
    changed = {
        path: raw for path, raw in files.items() if not path.is_file() or path.read_bytes() != raw
    }
    for path in changed:
        for left in path.parent.glob(f".{path.name}.????????"):  # of a process that was killed
            left.unlink(missing_ok=True)
    with Staged() as staged:
        for path, raw in changed.items():
            staged.write(path, raw)
    return [tree.where(path) for path in changed]
