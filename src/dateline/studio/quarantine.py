"""Submissions that were not taken: set aside with the reasons, until they are mended or gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from dateline.studio.reading import Submission
from dateline.studio.record import Quarantined

__all__ = ["Quarantine"]


class Quarantine:
    """What is set aside of one project: `kept` in its record, and each as a file of its own."""

    def __init__(self, folder: Path, kept: dict[str, Quarantined]) -> None:
        self.folder, self.kept = folder / "quarantine", kept
        self.now: set[str] = set()  # what was set aside, or was so again, in this pull

    def put(self, found: Submission, url: str) -> tuple[Path, bytes]:
        """Set a submission aside; the file to write, with the link to its task, and itself."""
        entry = Quarantined(
            found.task, found.annotation, found.account, url, found.faults, found.updated_at
        )
        doc_id = found.doc_id.replace(" ", "-")
        key = f"{doc_id}/{found.annotation}"
        self.kept[key] = entry
        self.now.add(key)
        body = {"why": entry, "annotation": found.raw}
        return self._path(key), msgspec.json.format(msgspec.json.encode(body))

    def tasks(self) -> list[int]:
        """The tasks of what is set aside."""
        return sorted({entry.task for entry in self.kept.values()})

    def release(self, looked_at: Callable[[int], bool]) -> list[Path]:
        """Forget what is of a task that was looked at and not set aside again; its files."""
        keys = [k for k, entry in self.kept.items() if looked_at(entry.task) and k not in self.now]
        for key in keys:
            del self.kept[key]
        return [self._path(key) for key in keys]

    def _path(self, key: str) -> Path:
        return self.folder / f"{key.replace('/', '-')}.json"
