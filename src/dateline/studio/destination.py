"""Where the labels of a submission belong, and whether they may be written there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from dateline.files import cache_folder
from dateline.records import Document
from dateline.studio.projects import Purpose
from dateline.studio.record import Pulled
from dateline.studio.wire import Fault
from dateline.tree import Tree

__all__ = ["are_here", "labels_path", "obstacle", "pulled_files", "sha256", "training_path"]


def labels_path(tree: Tree, purpose: Purpose, doc_id: str, annotator: str) -> Path:
    """The file for an annotator's labels of an article, by what the project is for."""
    if purpose.kind == "adjudication":
        return tree.adjudicated_path(doc_id)
    if purpose.kind == "training":
        return training_path(annotator, doc_id)
    return tree.pass_path(annotator, doc_id)


def training_path(annotator: str, doc_id: str) -> Path:
    """Where the answer to a training article lies: in the user's cache, since it is no label."""
    return cache_folder() / "studio" / "training" / annotator / f"{doc_id}.json"


def pulled_files(tree: Tree, purpose: Purpose, keys: Iterable[str]) -> dict[Path, set[str]]:
    """The files of labels that were pulled under these keys: folder to names."""
    of_annotator: dict[str, set[str]] = {}
    for key in keys:
        doc_id, _, annotator = key.partition("/")
        of_annotator.setdefault(annotator, set()).add(f"{doc_id}.json")
    found: dict[Path, set[str]] = {}
    for annotator, names in of_annotator.items():
        folder = labels_path(tree, purpose, "any", annotator).parent
        found.setdefault(folder, set()).update(names)
    return found


def are_here(files: Mapping[Path, set[str]]) -> bool:
    """Whether no file of labels that was pulled has gone missing."""
    return all(
        folder.is_dir() and names <= {entry.name for entry in os.scandir(folder)}
        for folder, names in files.items()
    )


def obstacle(
    tree: Tree, purpose: Purpose, doc_id: str, path: Path, before: bytes, known: Pulled | None
) -> Fault | None:
    """What would be lost by writing other labels over `before`, which stand in `path`.

    `known` is what was pulled to there from the same project.
    """
    if purpose.kind != "training" and not _is_own(doc_id, before, known):
        expected = "labels that this project made, unchanged since"
        return Fault(tree.where(path), expected, "others; --replace writes over them")
    return None


def _is_own(doc_id: str, before: bytes, known: Pulled | None) -> bool:
    """Whether labels are Label Studio's own, as they were pulled."""
    if known is not None:
        return sha256(before) in (known.file_sha256, known.before)
    try:  # pulled on another machine: labels tell by their trace where they come from
        labels = msgspec.json.decode(before, type=Document)
    except msgspec.DecodeError:
        return False
    trace = labels.provenance.get(doc_id)
    return trace is not None and trace.origin == "label-studio"


def sha256(raw: bytes) -> str:
    """The SHA-256 by which a file of labels is known again."""
    return hashlib.sha256(raw).hexdigest()
