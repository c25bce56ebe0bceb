"""Findings as folders: the files as a reader finds them, and beside them how it was told."""

from __future__ import annotations

from pathlib import Path

from fuzzing.cutting import Files
from fuzzing.trying import Bench, Finding

__all__ = ["load", "save"]

TOLD = ".told.txt"


def save(finding: Finding, out: Path) -> Path:
    """Write a finding below `out`; the folder that it has there."""
    folder = out / finding.name
    for name, raw in finding.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TOLD).write_text(finding.told, "utf-8", errors="replace")
    return folder


def load(folder: Path) -> Files:
    """The files of a finding, or of any folder."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != TOLD)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def again(bench: Bench, files: Files) -> Finding | None:
    """Try files that may have other names than the seeds have."""
    for name in files:
        (bench.folder / name).parent.mkdir(parents=True, exist_ok=True)
    return bench.files(files)
