"""`dateline release`: freeze a version.

Everything is made aside; the rename of the release folder is the point from which the version
exists. The files of the repository that tell of it (changelog, citation, card, datasheet, figures,
digest) follow from the folder, and are made again when a release that was cut short is repeated.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pyarrow.parquet as pq

from dateline.checks import suite
from dateline.checks.dates import is_date
from dateline.checks.proof import prove
from dateline.drawing import can_draw
from dateline.errors import DataError, UsageError
from dateline.files import Staged, locked, staged_folder
from dateline.generated.card import release_card
from dateline.generated.changelog import CHANGES
from dateline.generated.croissant import croissant
from dateline.generated.files import stale
from dateline.generated.frozen import FIGURES, frozen_figures
from dateline.manifest import (
    ANCHORS,
    FORMAT,
    NAME,
    Manifest,
    anchors,
    manifest_digest,
    read_manifest,
    releases_in,
    seal,
)
from dateline.releases.build import build
from dateline.releases.changelog import changes_page, entered, errata_with, require_entry
from dateline.releases.difference.changes import Summary
from dateline.releases.difference.diff import Diff, summary
from dateline.releases.difference.paired import Gone
from dateline.releases.difference.reports import json
from dateline.releases.difference.sides import find_side
from dateline.releases.rule import findings, larger, required
from dateline.tables import arrow_schema
from dateline.tree import Tree

__all__ = ["GENERATED", "Released", "release"]

_SHOWN = 20
_CHANGES = "changes.json"
GENERATED = (
    "CHANGELOG.md",
    "CITATION.cff",
    ".zenodo.json",
    "README.md",
    "DATASHEET.md",
    "docs/figures/",
    "corpus/releases/",
)
"""What a release writes itself, and need not be committed before it."""


@dataclass(frozen=True)
class Released:
    """A frozen version: why it has its number, its manifest's digest, the files that were written
    to tell of it.
    """

    version: str
    folder: Path
    digest: str
    why: list[str]
    written: list[str]


def release(
    tree: Tree,
    version: str,
    day: str,
    reasons: Callable[[str], Gone],
    *,
    workers: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Released:
    """Freeze a version: a new one from the tree, or a provisional one as it is.

    Parameters
    ----------
    day : the date of the release, YYYY-MM-DD.
    reasons : decisions by which labels of an article went out, by its id, for the changes.

    Raises
    ------
    UsageError : the version exists, or does not follow the rule; the tree is not clean.
    DataError : the tree has errors; a release that was cut short has been changed; no space left,
        or another release at work. No file has changed.
    """
    tree.require_sources()
    if not is_date(day):
        raise UsageError("--date", "a date as 2026-11-30", repr(day))
    if not can_draw():
        hint = "pip install 'dateline[plots]'"
        raise UsageError("release", "altair and vl-convert-python, for the figures", "none", hint)
    with locked(tree.releases, "release"):
        folder = tree.releases / version
        why: list[str] = []
        if not (folder / NAME).is_file():
            why = _make(tree, version, day, reasons, workers, progress)
        elif read_manifest(folder).provisional:
            _freeze(tree, version, day)
            why = ["it is the provisional version, frozen as it is"]
        else:
            _require_unfinished(tree, version)
        return _tell(tree, version, why)


# ── A new version


def _make(
    tree: Tree,
    version: str,
    day: str,
    reasons: Callable[[str], Gone],
    workers: int | None,
    progress: Callable[[int], None],
) -> list[str]:
    """Build a version into its folder; gives the reasons for its number."""
    versions = releases_in(tree.releases)
    before = versions[-1] if versions else None
    if before and read_manifest(tree.releases / before).provisional:
        hint = f"First: dateline release {before}"
        raise UsageError(version, "a frozen version before it", f"{before}, provisional", hint)
    require_entry(_changelog(tree), version, provisional=False)
    _require_clean(tree)
    _require_sound(tree, workers)
    why: list[str] = []

    def complete(folder: Path, manifest: Manifest) -> Manifest:
        if before:
            seal(folder, manifest)  # the difference is to a folder that can be read
            why.extend(_compare(tree, folder, before, version, reasons))
        (folder / FIGURES).write_bytes(frozen_figures(tree))
        sealed = seal(folder, manifest)
        for found in prove(folder, sealed, folder):
            raise DataError(found.path, found.expected, found.found)
        stale(tree, folder, drawn=True)  # what cannot be told is found before there is a version
        return sealed

    build(
        tree,
        tree.releases / version,
        version=version,
        provisional=False,
        released=day,
        previous=manifest_digest(tree.releases / before) if before else None,
        workers=workers,
        progress=progress,
        complete=complete,
    )
    return why or ["it is the first version"]


def _compare(
    tree: Tree, folder: Path, before: str, version: str, reasons: Callable[[str], Gone]
) -> list[str]:
    """Write what changed since the version before, and hold the number against the rule."""
    old, new = find_side(before, tree), find_side(str(folder), tree)
    new = replace(new, info=msgspec.structs.replace(new.info, name=version, digest=None))
    diff = Diff(old, new, reasons)
    with (folder / _CHANGES).open("w", encoding="utf-8") as file:
        file.writelines(json(diff))
    found = summary(diff)
    wanted = required(before, findings(found))
    if wanted.level is None:
        raise UsageError(version, f"something that differs from {before}", "nothing")
    if version != wanted.version and version not in larger(before, wanted.level):
        raise UsageError("version", f"{wanted.version} ({'; '.join(wanted.lines)})", version)
    page = changes_page(found, before, version, wanted.lines)
    (folder / CHANGES).write_text(page, encoding="utf-8")
    return wanted.lines


def _changelog(tree: Tree) -> str:
    path = tree.root / "CHANGELOG.md"
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise DataError("CHANGELOG.md", "a readable file", "none") from None


def _git(tree: Tree, *words: str) -> bytes:
    done = subprocess.run(["git", "-C", str(tree.root), *words], capture_output=True, check=False)
    if done.returncode:
        found = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise UsageError(str(tree.root), "a Git repository with commits", found)
    return done.stdout


def _require_clean(tree: Tree) -> None:
    """Refuse a tree with changes that nobody could find again."""
    entries = _git(tree, "status", "--porcelain", "--untracked-files=all", "--no-renames", "-z")
    names = [entry[3:] for entry in entries.decode(errors="replace").split("\0") if entry]
    names = [name for name in names if not name.startswith(GENERATED)]
    if names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        found = f"changes to {', '.join(names[:3])}{more}"
        raise UsageError(str(tree.root), "a clean tree: everything committed", found)


def _require_sound(tree: Tree, workers: int | None) -> None:
    found = [str(one) for one in suite.validate(tree.root, severity="error", workers=workers)]
    if found:
        lines = "\n  ".join(found[:_SHOWN])
        raise DataError("release", "a tree without errors", f"{len(found)} of them", lines)


# ── A provisional version


def _freeze(tree: Tree, version: str, day: str) -> None:
    """Freeze a provisional version with the rows that it has."""
    require_entry(_changelog(tree), version, provisional=True)
    _require_clean(tree)
    folder, versions = tree.releases / version, releases_in(tree.releases)
    for found in prove(folder, read_manifest(folder), folder, f"{tree.where(folder)}/"):
        raise DataError(found.path, found.expected, found.found)
    place = versions.index(version)
    before = manifest_digest(tree.releases / versions[place - 1]) if place else None
    scheme = _scheme_of(tree, folder)
    try:
        with staged_folder(folder, "release") as new:
            shutil.copytree(folder, new, dirs_exist_ok=True)
            if scheme is not None:
                (new / "scheme.yaml").write_bytes(scheme)
            manifest = msgspec.structs.replace(
                read_manifest(new),
                format=FORMAT,
                provisional=False,
                released=day,
                previous=before,
                files={},
            )
            (new / "README.md").write_text(release_card(manifest), encoding="utf-8")
            schemas = {
                config: next(
                    (pq.read_schema(new / f.path) for s in entry.splits.values() for f in s.files),
                    arrow_schema(config, tree.scheme),
                )
                for config, entry in manifest.configs.items()
            }
            (new / "croissant.json").write_bytes(croissant(manifest, schemas))
            seal(new, manifest)
    except OSError as error:
        found_ = error.strerror or str(error)
        raise DataError(str(folder), "room and leave to write", found_) from None


def _scheme_of(tree: Tree, folder: Path) -> bytes | None:
    """The scheme that a folder was built from, by its digest: the tree's, or an earlier one."""
    name = "schema/scheme.yaml"
    lines = (folder / "inputs.sha256").read_text(encoding="utf-8").splitlines()
    wanted = next((line.split()[0] for line in lines if line.endswith(f"  {name}")), None)
    commits = _git(tree, "log", "--format=%H", "--", name).decode().split()
    for commit in commits:
        raw = _git(tree, "show", f"{commit}:{name}")
        if hashlib.sha256(raw).hexdigest() == wanted:
            return raw
    return None


# ── What tells of it


def _require_unfinished(tree: Tree, version: str) -> None:
    """Refuse a version that exists, but for one whose release was cut short after the folder."""
    folder = tree.releases / version
    known = anchors(tree.releases).get(version)
    if known not in (None, manifest_digest(folder)):
        where = f"{tree.where(folder)}/{NAME}"
        raise DataError(where, f"SHA-256 {known} ({ANCHORS})", manifest_digest(folder))
    if known is not None and not stale(tree, drawn=True):
        released = read_manifest(folder).released
        hint = "A published version never changes; release the next one."
        raise UsageError("version", "one that does not exist", f"{version} of {released}", hint)
    for found in prove(folder, read_manifest(folder), folder, f"{tree.where(folder)}/"):
        raise DataError(found.path, found.expected, found.found)


def _tell(tree: Tree, version: str, why: list[str]) -> Released:
    """Write down the digest, then all that follows from the folder."""
    folder = tree.releases / version
    manifest, digest = read_manifest(folder), manifest_digest(folder)
    day = manifest.released or ""
    frozen = {**anchors(tree.releases), version: digest}
    sums = "".join(f"{value}  {name}/{NAME}\n" for name, value in frozen.items())
    files = {
        tree.releases / ANCHORS: sums,
        tree.root / "CHANGELOG.md": entered(_changelog(tree), tree.releases, frozen, version, day),
    }
    if (folder / _CHANGES).is_file():
        found = msgspec.json.decode((folder / _CHANGES).read_bytes(), type=_Changes).summary
        if errata := errata_with(tree.releases, found, found.before.name, version, day):
            files[tree.releases / "errata.yaml"] = errata
    written = _written(tree, {path: text.encode() for path, text in files.items()})
    pages = {tree.root / name: raw for name, raw in stale(tree, drawn=True).items()}
    return Released(version, folder, digest, why, [*written, *_written(tree, pages)])


class _Changes(msgspec.Struct):
    """The end of changes.json."""

    summary: Summary


def _written(tree: Tree, files: dict[Path, bytes]) -> list[str]:
    changed = {
        path: raw for path, raw in files.items() if not path.is_file() or path.read_bytes() != raw
    }
    with Staged() as staged:
        for path, raw in changed.items():
            staged.write(path, raw)
    return [tree.where(path) for path in changed]
