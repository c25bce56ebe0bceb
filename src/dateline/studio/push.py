"""Pushing tasks so that each is there once, whatever was interrupted before.

No task is ever deleted: somebody may be labelling it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from dateline.files import locked
from dateline.studio.client import Client, Listed, Project
from dateline.studio.record import Pushed, Sent, project_folder, swept
from dateline.studio.tasks import Outgoing
from dateline.studio.tickets import take, void

__all__ = ["PushReport", "Spool", "push"]

BATCH = 500
_LARGEST = 40_000_000  # bytes of one request; the server takes up to 250 MiB


@dataclass
class PushReport:
    """What became of each task, by document.

    `begun` were to be changed and were not, since somebody has begun to label them; `stale` are
    tasks of an earlier text of the article; `doubled` are there twice, for a person to delete one.
    """

    created: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


class Spool:
    """Tasks that are all ready before the first is sent, in a temporary file: ten thousand with
    many labels would fill the memory.
    """

    def __init__(self, tasks: Iterable[Outgoing]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 it goes when we go
        self._heads: list[tuple[Outgoing, int]] = []
        for task in tasks:
            self._file.write(task.raw)
            self._heads.append((replace(task, raw=b""), len(task.raw)))

    def __len__(self) -> int:
        return len(self._heads)

    def __iter__(self) -> Iterator[Outgoing]:
        self._file.seek(0)
        for task, size in self._heads:
            yield replace(task, raw=self._file.read(size))


def push(
    server: Client,
    project: Project,
    tasks: Iterable[Outgoing],
    *,
    batch: int = BATCH,
    progress: Callable[[int], None] = lambda _: None,
) -> PushReport:
    """Send what the server does not have, and bring up to date what nobody has begun.

    A task is known by `doc_id` and the hash of its text. A batch is all there or not at all; one
    whose answer was lost is made void, and looked for before it is sent again.

    Raises
    ------
    DataError : another push to the project runs here; the server goes on failing.
    """
    folder = project_folder(server.url, project)
    with locked(folder, "push"):
        return _Push(server, project, folder, batch, progress).run(tasks)


class _Filled(msgspec.Struct):
    predictions: list[msgspec.Raw]


class _Imported(msgspec.Struct):
    """The answer to an import."""

    task_ids: list[int] = []
    prediction_count: int = 0


class _Push:
    def __init__(
        self,
        server: Client,
        project: Project,
        folder: Path,
        batch: int,
        progress: Callable[[int], None],
    ) -> None:
        self.server, self.project, self.folder = server, project, folder
        self.size, self.progress = batch, progress
        self.record = Sent.read(folder, project)
        self.report = PushReport()
        self.there: dict[str, list[Listed]] = {}
        self.ticket = 0  # none while it is open what became of a request

    def run(self, tasks: Iterable[Outgoing]) -> PushReport:
        swept(self.folder, [Sent.file])
        self.ticket = self._look()
        waiting: list[Outgoing] = []
        seen: set[str] = set()
        size = 0
        for task in tasks:
            if task.doc_id in seen:
                continue
            seen.add(task.doc_id)
            if self._known(task):
                self.progress(1)
                continue
            if waiting and (len(waiting) == self.size or size + len(task.raw) > _LARGEST):
                self._send(waiting)
                waiting, size = [], 0
            waiting.append(task)
            size += len(task.raw)
        if waiting:
            self._send(waiting)
        void(self.server, self.project.id, [self.ticket])
        self.record.write(self.folder)
        return self.report

    def _look(self) -> int:
        """List what is there, once nothing can come but with the ticket that is returned."""
        ticket = take(self.server, self.project.id)
        self.there = {}
        for listed in self.server.listed(self.project.id):
            self.there.setdefault(listed.doc_id, []).append(listed)
        return ticket

    def _known(self, task: Outgoing) -> bool:
        """Whether the task need not be sent, having brought the one that is there up to date."""
        listed = self.there.get(task.doc_id, [])
        same = [one for one in listed if one.data.get("text_sha256") == task.text_sha256]
        if len(same) < len(listed):
            self.report.stale.append(task.doc_id)
        if not same:
            return False
        if len(same) > 1:
            self.report.doubled.append(task.doc_id)
        one = same[0]
        if one.data.get("digest") == task.digest:
            if self._filled(one, task):
                self.report.updated.append(task.doc_id)
            else:
                self.report.unchanged.append(task.doc_id)
        elif any(_begun(x) for x in same) or not self._updated(one.id, task):
            self.report.begun.append(task.doc_id)
        else:
            self.report.updated.append(task.doc_id)
        self.record.pushed[task.doc_id] = Pushed(task.text_sha256, task.digest, one.id)
        return True

    def _came(self, task: Outgoing) -> bool:
        """Whether a task of a batch whose answer was lost is there after all."""
        for one in self.there.get(task.doc_id, []):
            if one.data.get("digest") == task.digest:
                self._filled(one, task)
                self._created(task, one.id)
                return True
        return self._known(task)

    def _created(self, task: Outgoing, number: int) -> None:
        self.record.pushed[task.doc_id] = Pushed(task.text_sha256, task.digest, number)
        self.report.created.append(task.doc_id)

    def _filled(self, listed: Listed, task: Outgoing) -> bool:
        """Whether a task lacked predictions, which it now has."""
        if listed.total_predictions >= _predictions(task):
            return False
        self._fill(listed.id, task)
        return True

    def _fill(self, number: int, task: Outgoing) -> None:
        """Add the predictions that a task lacks.

        A server that finds its database locked tries an import again, but without the predictions.
        Somebody may have begun the task meanwhile: predictions touch nothing of theirs.
        """
        self.server.patiently(lambda: self._add_missing(number, task))

    def _add_missing(self, number: int, task: Outgoing) -> None:
        raw = self.server.get("/api/predictions", task=number)
        there = {one["model_version"] for one in msgspec.json.decode(raw)}
        for prediction in msgspec.json.decode(task.raw)["predictions"]:
            if prediction["model_version"] not in there:
                self.server.send("POST", "/api/predictions", prediction | {"task": number})

    def _updated(self, number: int, task: Outgoing) -> bool:
        """Bring a task up to date, if nobody has begun it by now."""
        if self.server.is_begun(number):
            return False
        self.server.patiently(lambda: self._update(number, task))
        return True

    def _update(self, number: int, task: Outgoing) -> None:
        """New predictions and data; the data, with the digest, last, so that a cut is seen."""
        new: dict[str, Any] = msgspec.json.decode(task.raw)
        raw = self.server.get("/api/predictions", task=number)
        for old in msgspec.json.decode(raw):
            self.server.send("DELETE", f"/api/predictions/{old['id']}")
        for prediction in new["predictions"]:
            self.server.send("POST", "/api/predictions", prediction | {"task": number})
        self.server.send("PATCH", f"/api/tasks/{number}", {"data": new["data"]})

    def _send(self, tasks: Sequence[Outgoing]) -> None:
        """One batch, until it is there: after a failure what is missing of it is sent again."""
        missing = list(tasks)
        path = f"/api/projects/{self.project.id}/import"

        def attempt() -> None:
            ticket, self.ticket = self.ticket, 0
            if not ticket:
                ticket = self._look()
                for task in list(missing):
                    if self._came(task):
                        missing.remove(task)
            if missing:
                body = msgspec.Raw(b"[" + b",".join(_with(task, ticket) for task in missing) + b"]")
                raw = self.server.send("POST", path, body, return_task_ids="true")
                answer = msgspec.json.decode(raw, type=_Imported)
                bare = answer.prediction_count < sum(map(_predictions, missing))
                for task, number in zip(list(missing), answer.task_ids, strict=True):
                    if bare:
                        self._fill(number, task)
                    self._created(task, number)
                    missing.remove(task)
            self.ticket = ticket

        self.record.write(self.folder)
        self.server.patiently(attempt)
        self.progress(len(tasks))


def _with(task: Outgoing, ticket: int) -> bytes:
    """The JSON of a task that came with a ticket."""
    return b'%b,"file_upload_id":%d}' % (task.raw.removesuffix(b"}"), ticket)


def _predictions(task: Outgoing) -> int:
    return len(msgspec.json.decode(task.raw, type=_Filled).predictions)


def _begun(task: Listed) -> bool:
    return bool(task.total_annotations or task.cancelled_annotations or task.draft_exists)
