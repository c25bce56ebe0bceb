"""`dateline release`: freeze a version.

Everything is made aside; the rename of the release folder is the point from which the version
exists. The files of the repository that tell of it (changelog, citation, card, datasheet, figures,
digest) follow from the folder, and are made again when a release that was cut short is repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from dateline.checks import suite
from dateline.checks.dates import is_date
from dateline.checks.proof import prove
from dateline.drawing import HINT, can_draw
from dateline.errors import DataError, UsageError
from dateline.files import locked, swept
from dateline.generated.changelog import CHANGES
from dateline.generated.files import stale
from dateline.generated.frozen import FIGURES, frozen_figures
from dateline.manifest import (
    ANCHORS,
    NAME,
    Manifest,
    anchors,
    manifest_digest,
    read_manifest,
    releases_in,
    seal,
)
from dateline.releases.build import build
from dateline.releases.changelog import changelog, changes_page, require_entry
from dateline.releases.difference.diff import Diff, summary
from dateline.releases.difference.paired import Gone
from dateline.releases.difference.reports import json
from dateline.releases.difference.sides import find_side
from dateline.releases.freezing import freeze
from dateline.releases.repository import require_clean, require_kept
from dateline.releases.rule import check_version, findings, larger, required
from dateline.releases.telling import DIFFERENCE, GENERATED, require_unfinished, tell
from dateline.tree import Tree

__all__ = ["Released", "release"]

_SHOWN = 20


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
    """Freeze a version: a new one from the tree, or a provisional one with the rows that it has.

    Parameters
    ----------
    day : the date of the release, YYYY-MM-DD.
    reasons : decisions by which labels of an article went out, by its id, for the changes.

    Raises
    ------
    UsageError : the version exists, or does not follow the rule; the tree is not clean.
    DataError : the tree has errors; a release that was cut short has been changed; no space left,
        or another release at work. No file has changed, but where the message says that the version
        stands: then the same call finishes it.
    """
    tree.require_sources()
    check_version(version)
    if not is_date(day):
        raise UsageError("--date", "a date as 2026-11-30", repr(day))
    if not can_draw():
        raise UsageError("release", "altair and vl-convert-python, for the figures", "none", HINT)
    with locked(tree.releases, "release"):
        folder = tree.releases / version
        left = {path.name for path in tree.releases.glob(".*.staged-*")}  # by a process killed
        for name in {name[1:].partition(".staged-")[0] for name in left}:
            swept(tree.releases / name, "release")
        why: list[str] = []
        if (folder / NAME).is_file() and not read_manifest(folder).provisional:
            require_unfinished(tree, version)
        else:
            why = _new(tree, version, day, reasons, workers, progress)
        written = tell(tree, version)
        return Released(version, folder, manifest_digest(folder), why, written)


def _new(
    tree: Tree,
    version: str,
    day: str,
    reasons: Callable[[str], Gone],
    workers: int | None,
    progress: Callable[[int], None],
) -> list[str]:
    """Make a version's folder, or freeze the provisional one; gives the reasons for its number."""
    folder, known = tree.releases / version, anchors(tree.releases)
    if version in known:
        where = f"{tree.where(folder)}/{NAME}"
        hint = f"It is frozen. To have it back: git restore {tree.where(folder)}"
        raise DataError(where, f"SHA-256 {known[version]} ({ANCHORS})", "another or none", hint)
    provisional = (folder / NAME).is_file()
    require_entry(changelog(tree.root), version, provisional=provisional)
    require_clean(tree.root, GENERATED)
    before = _before(tree, version, day)
    why: list[str] = []

    def complete(folder: Path, manifest: Manifest) -> Manifest:
        if before:
            seal(folder, manifest)  # the difference is to a folder that can be read
            why.extend(_compare(tree, folder, before, version, reasons))
        if not provisional:
            require_kept(tree.root, folder / "inputs.sha256")
            (folder / FIGURES).write_bytes(frozen_figures(tree))
        sealed = seal(folder, manifest)
        for found in prove(folder, sealed, folder):
            raise DataError(found.path, found.expected, found.found)
        stale(tree, folder, drawn=True)  # what cannot be told is found before there is a version
        return sealed

    previous = manifest_digest(tree.releases / before) if before else None
    if provisional:
        freeze(tree, version, day, previous, complete)
        return ["it is the provisional version, with the rows that it had", *why]
    _require_sound(tree, workers)
    build(
        tree,
        folder,
        version=version,
        provisional=False,
        released=day,
        previous=previous,
        workers=workers,
        progress=progress,
        complete=complete,
    )
    return why or ["it is the first version"]


def _before(tree: Tree, version: str, day: str) -> str | None:
    """The version before, which must be frozen, or None; nothing is frozen behind a later one."""
    known, versions = anchors(tree.releases), releases_in(tree.releases)
    earlier = versions[: versions.index(version)] if version in versions else versions
    if later := [other for other in versions if other in known and other not in earlier]:
        raise UsageError("version", f"one after {later[-1]}, which is frozen", version)
    if not earlier:
        return None
    before = earlier[-1]
    if before not in known:
        found = "provisional" if read_manifest(tree.releases / before).provisional else "unfinished"
        hint = f"First: dateline release {before}"
        raise UsageError(version, "a frozen version before it", f"{before}, {found}", hint)
    released = read_manifest(tree.releases / before).released or ""
    if day < released:
        raise UsageError("--date", f"{released} or later, as {before} was released then", day)
    return before


def _compare(
    tree: Tree, folder: Path, before: str, version: str, reasons: Callable[[str], Gone]
) -> list[str]:
    """Write what changed since the version before, and hold the number against the rule."""
    old, new = find_side(before, tree), find_side(str(folder), tree)
    new = replace(new, info=msgspec.structs.replace(new.info, name=version, digest=None))
    diff = Diff(old, new, reasons)
    with (folder / DIFFERENCE).open("w", encoding="utf-8") as file:
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


def _require_sound(tree: Tree, workers: int | None) -> None:
    found = [str(one) for one in suite.validate(tree.root, severity="error", workers=workers)]
    if found:
        lines = "\n  ".join(found[:_SHOWN])
        raise DataError("release", "a tree without errors", f"{len(found)} of them", lines)
