"""A frozen version as a folder that can be uploaded to a hub as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

from dateline.checks.verifying import verify
from dateline.errors import DataError, UsageError
from dateline.files import no_room, staged_folder
from dateline.manifest import built_folder, is_frozen, releases_in
from dateline.tree import Tree

__all__ = ["lay_out"]

_BESIDE = ("LICENSE-DATA", "DATASHEET.md", "CITATION.cff", "docs/figures")
"""What goes along; the datasheet tells of the newest version, and goes only with that one."""


def lay_out(tree: Tree, version: str, out: Path) -> int:
    """Copy a frozen version to a new folder, with its licence; gives the number of files.

    The folder's README.md is the release's own card: `load_dataset` loads every config from it, and
    `dateline verify` proves it.

    Raises
    ------
    UsageError : the version is not frozen, or `out` is a folder with something in it.
    DataError : the version is not what was frozen; no space left. `out` is as it was.
    """
    folder = built_folder(tree.root, version)
    if not is_frozen(folder):
        raise UsageError("--hub", "a frozen version", version, f"First: dateline release {version}")
    if out.resolve().is_relative_to(folder.resolve()):
        raise UsageError(str(out), "a folder outside of the version's own", "one inside")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(str(out), "a new or empty folder", "something else")
    for found in verify(version, root=tree.root).incidents:
        raise DataError(found.path, found.expected, found.found)
    newest = releases_in(tree.releases)[-1] == version
    try:
        with staged_folder(out.resolve(), "hub folder") as staging:
            shutil.copytree(folder, staging, dirs_exist_ok=True)
            for name in _BESIDE if newest else _BESIDE[:1]:
                place = tree.root / name
                if place.is_dir():
                    shutil.copytree(place, staging / name)
                elif place.is_file():
                    shutil.copyfile(place, staging / name)
            return sum(path.is_file() for path in staging.rglob("*"))
    except OSError as error:
        raise no_room(str(out), error) from None
