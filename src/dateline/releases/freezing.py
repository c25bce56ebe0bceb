"""Freezing a provisional version with the rows that it has."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pyarrow.parquet as pq

from dateline.checks.proof import prove
from dateline.errors import DataError
from dateline.files import no_room, staged_folder
from dateline.generated.card import release_card
from dateline.generated.croissant import croissant
from dateline.manifest import FORMAT, NAME, Manifest, read_manifest
from dateline.releases.repository import earlier
from dateline.tables import arrow_schema
from dateline.tree import Tree

__all__ = ["freeze"]

_SCHEME = "schema/scheme.yaml"


def freeze(
    tree: Tree,
    version: str,
    day: str,
    previous: str | None,
    complete: Callable[[Path, Manifest], Manifest],
) -> None:
    """Freeze a provisional version: its Parquet stays, what stands beside it is made anew.

    Parameters
    ----------
    previous : SHA-256 of the manifest of the version before.
    complete : called last with the new folder and its manifest, which it seals.

    Raises
    ------
    DataError : the folder is not what its manifest says, its scheme is in no commit, or no space.
    """
    folder = tree.releases / version
    manifest, where = read_manifest(folder), tree.where(folder)
    if manifest.version != version:
        raise DataError(f"{where}/{NAME} $.version", version, manifest.version)
    for found in prove(folder, manifest, folder, f"{where}/"):
        raise DataError(found.path, found.expected, found.found)
    scheme = _scheme_of(tree, folder)
    try:
        with staged_folder(folder, "release") as new:
            shutil.copytree(folder, new, dirs_exist_ok=True)
            (new / "scheme.yaml").write_bytes(scheme)
            frozen = msgspec.structs.replace(
                manifest, format=FORMAT, provisional=False, released=day, previous=previous
            )
            (new / "README.md").write_text(release_card(frozen), encoding="utf-8")
            schemas = {
                config: next(
                    (pq.read_schema(new / f.path) for s in entry.splits.values() for f in s.files),
                    arrow_schema(config, tree.scheme),
                )
                for config, entry in manifest.configs.items()
            }
            (new / "croissant.json").write_bytes(croissant(frozen, schemas))
            complete(new, frozen)
    except OSError as error:
        raise no_room(str(folder), error) from None


def _scheme_of(tree: Tree, folder: Path) -> bytes:
    """The scheme that a folder was built from, by its digest: its own, or that of a commit."""
    lines = (folder / "inputs.sha256").read_text(encoding="utf-8").splitlines()
    wanted = next((line.split()[0] for line in lines if line.endswith(f"  {_SCHEME}")), "none")
    own = folder / "scheme.yaml"
    for raw in [own.read_bytes()] if own.is_file() else earlier(tree.root, _SCHEME):
        if hashlib.sha256(raw).hexdigest() == wanted:
            return raw
    hint = "In a shallow clone: git fetch --unshallow. Otherwise build the version anew."
    raise DataError(tree.where(own), f"{_SCHEME} with SHA-256 {wanted}", "in no commit here", hint)
