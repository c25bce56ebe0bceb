"""Pushing tasks so that each is there once, whatever was interrupted before."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from dateline.errors import DataError
from dateline.files import locked
from dateline.studio.client import Client, Listed, Project
from dateline.studio.record import Pushed, Sent, project_folder, swept
from dateline.studio.tasks import Outgoing

__all__ = ["PushReport", "Spool", "push"]

BATCH = 500
_LARGEST = 40_000_000  # bytes of one request; the server takes up to 250 MiB
SETTLE = 15.0  # seconds in which a request whose answer was lost may still come true


@dataclass
class PushReport:
    """What became of each task, by document.

    `begun` were to be changed and were not, since somebody has begun to label them; `stale` are
    tasks of an earlier text of the article; `doubled` are labelled twice over, for a person to see.
    """

    created: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    removed: int = 0


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
    settle: float = SETTLE,
    progress: Callable[[int], None] = lambda _: None,
) -> PushReport:
    """Send what the server does not have, and bring up to date what nobody has begun.

    A task is known by `doc_id` and the hash of its text. A batch is all there or not at all, and
    one whose answer was lost is looked for before it is sent again.

    Raises
    ------
    DataError : another push to the project runs here; the server goes on failing.
    """
    folder = project_folder(server.url, project)
    with locked(folder, "push"):
        return _Push(server, project, folder, batch, settle, progress).run(tasks)


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
        settle: float,
        progress: Callable[[int], None],
    ) -> None:
        self.server, self.project, self.folder = server, project, folder
        self.size, self.settle, self.progress = batch, settle, progress
        self.record = Sent.read(folder, project)
        self.report = PushReport()
        self.there: dict[str, list[Listed]] = {}
        self.last = 0  # the highest id of a task that was seen
        self.sent = 0  # tasks that the server said it made

    def run(self, tasks: Iterable[Outgoing]) -> PushReport:
        swept(self.folder, [Sent.file])
        if self.record.waiting:
            self._settle(set(self.record.waiting))
        elif self.project.task_number != 0:
            self._look()
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
        self._sweep()
        self.record.write(self.folder)
        return self.report

    def _look(self) -> None:
        """List what has come since the last look."""
        for listed in self.server.listed(self.project.id, after=self.last):
            self.there.setdefault(listed.doc_id, []).append(listed)
            self.last = max(self.last, listed.id)

    def _settle(self, digests: set[str]) -> None:
        """Look for a batch whose answer was lost, until it is there or cannot come any more."""
        began = time.time()
        until = min(self.record.since, began) + self.settle
        while True:
            self._look()
            there = {one.data.get("digest") for ones in self.there.values() for one in ones}
            now = time.time()
            if digests <= there or not began <= now < until:
                return
            time.sleep(min(1.0, self.settle / 3))

    def _known(self, task: Outgoing) -> bool:
        """Whether the task need not be sent, having brought the one that is there up to date."""
        listed = self.there.get(task.doc_id, [])
        same = [one for one in listed if one.data.get("text_sha256") == task.text_sha256]
        if len(same) < len(listed):
            self.report.stale.append(task.doc_id)
        if not same:
            return False
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

    def _is_there(self, task: Outgoing) -> bool:
        """Whether a task of a batch whose answer was lost has come after all."""
        for one in self.there.get(task.doc_id, []):
            if one.data.get("digest") == task.digest:
                self._filled(one, task)
                self.record.pushed[task.doc_id] = Pushed(task.text_sha256, task.digest, one.id)
                return True
        return False

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
        self.record.waiting = [task.digest for task in tasks]
        path = f"/api/projects/{self.project.id}/import"

        def attempt() -> None:
            nonlocal missing
            if not missing:
                return
            self.record.since = time.time()
            self.record.write(self.folder)
            body = msgspec.Raw(b"[" + b",".join(task.raw for task in missing) + b"]")
            try:
                raw = self.server.send("POST", path, body, return_task_ids="true")
            except DataError:
                self._settle({task.digest for task in missing})
                came = [task for task in missing if self._is_there(task)]
                self.report.created += [task.doc_id for task in came]
                missing = [task for task in missing if task not in came]
                if missing:
                    raise
                return
            answer = msgspec.json.decode(raw, type=_Imported)
            bare = answer.prediction_count < sum(map(_predictions, missing))
            for task, number in zip(missing, answer.task_ids, strict=True):
                if bare:
                    self._fill(number, task)
                self.record.pushed[task.doc_id] = Pushed(task.text_sha256, task.digest, number)
                self.report.created.append(task.doc_id)
                self.sent += 1
                self.last = max(self.last, number)
            missing = []

        self.server.patiently(attempt)
        self.progress(len(tasks))
        self.record.waiting = []  # told with the next batch; till then it is found there

    def _sweep(self) -> None:
        """Take out tasks that are there twice; a lost answer of long ago can still come true."""
        before = sum(map(len, self.there.values()))
        now = self.server.project(self.project.id).task_number
        single = all(len(tasks) == 1 for tasks in self.there.values())
        if single and now == before + self.sent:
            return
        self.there, self.last = {}, 0
        self._look()
        for doc_id, tasks in self.there.items():
            for sha in {str(task.data.get("text_sha256")) for task in tasks}:
                same = [task for task in tasks if task.data.get("text_sha256") == sha]
                worked = [task for task in same if _begun(task)]
                if len(worked) > 1:
                    self.report.doubled.append(doc_id)
                keep = worked or same[:1]
                for task in same:
                    if task not in keep and not self.server.is_begun(task.id):
                        self.server.send("DELETE", f"/api/tasks/{task.id}")
                        self.report.removed += 1


def _predictions(task: Outgoing) -> int:
    return len(msgspec.json.decode(task.raw, type=_Filled).predictions)


def _begun(task: Listed) -> bool:
    return bool(task.total_annotations or task.cancelled_annotations or task.draft_exists)
