"""What this machine remembers of a project: what was pushed to it and pulled from it.

The server is asked first and believed; the records tell what is gone from it, and what need not be
pulled again. They lie in the user's cache, with the snapshots and the quarantine. Pushing and
pulling have a record each, so that they may run at once; what was pulled is remembered by corpus
tree, since another clone has not got it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from pathlib import Path
from typing import ClassVar, TypeVar
from urllib.parse import urlsplit

import msgspec

from dateline.files import Staged, cache_folder
from dateline.studio.client import Project
from dateline.studio.web import is_here
from dateline.studio.wire import Fault

__all__ = [
    "Pulled",
    "Pushed",
    "Quarantined",
    "Record",
    "Sent",
    "project_folder",
    "swept",
    "tree_folder",
]

Kept = TypeVar("Kept", bound="_Kept")


class Pushed(msgspec.Struct, frozen=True):
    """A task that was pushed: of which text, in which form, under which id."""

    text_sha256: str
    digest: str
    task: int


class Pulled(msgspec.Struct, frozen=True):
    """An annotation that is written as labels: its id and time of change on the server, the SHA-256
    of the file, and that of the file which it takes the place of.

    The record is written before the file is: until then the file is the one before.
    """

    annotation: int
    annotator: str
    file_sha256: str
    updated_at: str = ""
    task: int = 0
    before: str | None = None


class Quarantined(msgspec.Struct, frozen=True):
    """An annotation that was not taken: why, and where a person finds it."""

    task: int
    annotation: int | None
    account: str
    url: str
    faults: list[Fault]
    updated_at: str = ""


class _Kept(msgspec.Struct, kw_only=True):
    """A record of one project; of another project under the same id it is empty."""

    created_at: str
    file: ClassVar[str]

    @classmethod
    def read(cls: type[Kept], folder: Path, project: Project) -> Kept:
        """The record in a folder, or a new one: a database that was made anew repeats its ids."""
        empty = cls(created_at=project.created_at)
        try:
            record = msgspec.json.decode((folder / cls.file).read_bytes(), type=cls)
        except (OSError, ValueError, RecursionError):
            return empty
        return record if record.created_at == project.created_at else empty

    def write(self, folder: Path) -> None:
        with Staged() as staged:
            staged.write(folder / self.file, msgspec.json.encode(self))


class Sent(_Kept, kw_only=True):
    """What was pushed, by document."""

    file: ClassVar[str] = "pushed.json"

    pushed: dict[str, Pushed] = {}


class Record(_Kept, kw_only=True):
    """What was pulled into one tree.

    `seen` is the moment, in the server's own time, from which on changes have yet to be asked for.
    `tasks` are the documents of the tasks that a pull has met; `pulled` is by document and
    annotator, `quarantined` by document and annotation.
    """

    file: ClassVar[str] = "pulled.json"

    seen: str | None = None
    tasks: dict[int, str] = {}
    pulled: dict[str, Pulled] = {}
    quarantined: dict[str, Quarantined] = {}


def project_folder(url: str, project: Project) -> Path:
    """Where the records, snapshots and quarantine of a project lie in the user's cache.

    A server on this machine may come up on another port each time; its projects are known by the
    moment at which they were made.
    """
    host = "local"
    if not is_here(url):
        key = hashlib.sha256(url.encode()).hexdigest()[:8]
        host = f"{re.sub(r'[^A-Za-z0-9.-]', '-', urlsplit(url).netloc)[:60]}-{key}"
    made = re.sub(r"[^0-9]", "", project.created_at)[:20]
    return cache_folder() / "studio" / "servers" / host / f"{project.id}-{made}"


def tree_folder(project: Path, root: Path) -> Path:
    """Where what was pulled from a project into one tree is remembered, with its quarantine."""
    return project / "trees" / hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:12]


def swept(folder: Path, names: Collection[str]) -> None:
    """Take away what a killed process left beside the files of these names."""
    for left in folder.glob(".*.json.????????"):
        if left.name[1:-9] in names:
            left.unlink(missing_ok=True)
