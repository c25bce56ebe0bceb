"""Pulling what people submitted: kept raw, then interpreted, checked, and written or set aside."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from dateline.files import Staged, locked
from dateline.records import canonical
from dateline.studio.checking import check
from dateline.studio.client import DRAFTED, Client, Project, changed_since, numbered
from dateline.studio.destination import (
    are_here,
    labels_path,
    obstacle,
    pulled_files,
    sha256,
    training_path,
)
from dateline.studio.projects import Purpose
from dateline.studio.quarantine import Quarantine
from dateline.studio.reading import Outcome, Submission, read_task
from dateline.studio.record import Pulled, Quarantined, Record, project_folder, swept, tree_folder
from dateline.studio.snapshots import Page, kept, read_page, read_snapshot
from dateline.studio.wire import Fault
from dateline.tree import Tree

__all__ = ["PullReport", "pull", "training_path"]

MARGIN = timedelta(seconds=15)
"""What is changed while we list shows in the next pull; so does what took so long to be stored."""

Kind = Literal["full", "changed", "again"]


@dataclass
class PullReport:
    """What became of each submission, draft, skip and deletion.

    `written` and `unchanged` are (document, annotator); `quarantined` is all that is set aside
    now, `deleted` what was pulled once and is gone from the server, and is kept here.
    """

    project: Project
    purpose: Purpose
    written: list[tuple[str, str]] = field(default_factory=list)
    unchanged: list[tuple[str, str]] = field(default_factory=list)
    quarantined: dict[str, Quarantined] = field(default_factory=dict)
    drafts: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    deleted: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    tasks: int = 0
    waited: float = 0.0


def pull(
    server: Client,
    tree: Tree,
    project: Project,
    purpose: Purpose,
    *,
    full: bool = False,
    replace: bool = False,
    snapshot: Path | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> PullReport:
    """Bring the work of one project back.

    Parameters
    ----------
    full : all tasks; otherwise those that were touched since the last pull into this tree.
    replace : write over labels that were changed here since they were pulled.
    snapshot : interpret this snapshot again, in place of asking for tasks.

    Raises
    ------
    DataError : another pull of the project runs here; the server goes on failing; a cut answer.
    """
    kept_in = project_folder(server.url, project)
    folder = tree_folder(kept_in, tree.root)
    with locked(folder, "pull"):
        puller = _Pull(server, tree, project, purpose, folder, replace)
        files = pulled_files(tree, purpose, puller.record.pulled)
        for place, names in [(folder, {Record.file}), *files.items()]:
            swept(place, names)
        if snapshot is not None:
            for number, page in enumerate(read_snapshot(snapshot), 1):
                puller.page(read_page(page, f"{snapshot} answer {number}"))
                progress(puller.report.tasks)
            return puller.finish()
        # What went missing here is not among the changes there.
        changes = puller.record.seen is not None and are_here(files)
        kind: Kind = "changed" if changes and not full else "full"
        began = server.clock() - MARGIN
        pages = chain([server.users()], puller.asked(kind))
        for number, (page, waited) in enumerate(kept(pages, kept_in / "snapshots", kind), 1):
            puller.report.waited += waited
            with uncollected():
                puller.page(read_page(page, f"{server.url} answer {number}"), live=True)
            progress(puller.report.tasks)
        puller.reconcile(kind, f"{began:%Y-%m-%dT%H:%M:%S.%f}Z")
        return puller.finish()


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Without garbage collection, which takes most of the time where lists of a hundred thousand
    small objects are made; what is freed is freed by its count of references.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Pull:
    def __init__(
        self,
        server: Client,
        tree: Tree,
        project: Project,
        purpose: Purpose,
        folder: Path,
        replace: bool,
    ) -> None:
        self.server, self.tree, self.project, self.purpose = server, tree, project, purpose
        self.folder, self.replace = folder, replace
        self.record = Record.read(folder, project)
        self.report = PullReport(project, purpose)
        self.users: dict[int, str] = {}
        self.latest = self.record.seen or ""
        self.seen: dict[int, str] = {}  # the tasks that came, with their documents
        self.made: dict[Path, tuple[int, str]] = {}  # task and annotator of each file of labels
        self.gone: set[str] = set()  # what was pulled once and is not there any more
        self.aside = Quarantine(folder, self.record.quarantined)
        self.pulled_of: dict[int, list[str]] = {}  # keys by task
        for key, pulled in self.record.pulled.items():
            self.pulled_of.setdefault(pulled.task, []).append(key)

    def asked(self, kind: Kind) -> Iterator[bytes]:
        """All tasks; or those that changed, and those that something done here may have mended."""
        if kind == "changed":
            aside = self.aside.tasks()
            for start in range(0, len(aside), 100):
                yield from self._tasks(numbered(aside[start : start + 100]))
        yield from self._tasks(changed_since(None if kind == "full" else self.record.seen))

    def _tasks(self, filters: list[dict[str, Any]]) -> Iterator[bytes]:
        return self.server.pages(self.project.id, filters, fields="all")

    def page(self, page: Page, live: bool = False) -> None:
        """Interpret some tasks, and write what they hold before the next are looked at.

        The record goes first: what it says of a file holds before and after that is written. Only
        what is `live` tells that something else is gone.
        """
        self.users |= page.users
        every = [read_task(raw, self.tree, self.purpose, self.users) for raw in page.tasks]
        outcomes = [outcome for outcome in every if outcome.task not in self.seen]
        if not outcomes:
            return
        self.seen |= {outcome.task: outcome.doc_id for outcome in outcomes}
        self.report.tasks += len(outcomes)
        submissions = [s for outcome in outcomes for s in outcome.submissions]
        self._one_each(submissions, live)
        self.report.warnings += check(submissions, self.tree, self.purpose)
        files: dict[Path, bytes] = {}
        for outcome in outcomes:
            self._outcome(outcome, files, live)
        tasks = {outcome.task for outcome in outcomes}
        mended = self.aside.release(lambda task: task in tasks)
        self.record.write(self.folder)
        with Staged() as staged:
            for path, raw in files.items():
                staged.write(path, raw)
        for path in mended:
            path.unlink(missing_ok=True)

    def _one_each(self, submissions: Iterable[Submission], live: bool) -> None:
        """Of two submissions for the same labels, in one task or in two, a person must choose."""
        of_path: dict[Path, list[Submission]] = {}
        for found in submissions:
            if found.annotator:
                of_path.setdefault(self._path(found.doc_id, found.annotator), []).append(found)
        for path, several in of_path.items():
            makers = {(s.task, s.annotator) for s in several}
            makers.add(self.made.setdefault(path, (several[0].task, several[0].annotator)))
            for found in several:
                pulled = self.record.pulled.get(f"{found.doc_id}/{found.annotator}")
                if live and pulled and pulled.task != found.task and self._is_there(pulled, found):
                    makers.add((pulled.task, pulled.annotator))
                if len(makers) > 1:
                    expected = f"one submission for {found.doc_id}: delete the others"
                    those = ", ".join(f"{who} in task {task}" for task, who in sorted(makers))
                    found.faults.append(Fault("task", expected, those))

    def _is_there(self, pulled: Pulled, found: Submission) -> bool:
        """Whether an annotation that was pulled still stands in its own task."""
        for raw in self._tasks(numbered([pulled.task])):
            for task in read_page(raw, self.server.url).tasks:
                outcome = read_task(task, self.tree, self.purpose, self.users)
                here = [s.annotation for s in outcome.submissions]
                return outcome.doc_id == found.doc_id and pulled.annotation in here
        return False

    def _outcome(self, outcome: Outcome, files: dict[Path, bytes], live: bool) -> None:
        self.latest = max(self.latest, outcome.updated_at)
        self.report.skipped += [(outcome.doc_id, account) for account in outcome.skipped]
        here = {s.annotation for s in outcome.submissions}
        for key in self.pulled_of.get(outcome.task, []) if live else []:
            if self.record.pulled[key].annotation not in here:
                self.gone.add(key)
        for found in outcome.submissions:
            if not found.faults:
                self._write(found, files)
            if found.faults:
                url = self.server.task_url(self.project.id, found.task)
                files.update([self.aside.put(found, url)])

    def _write(self, found: Submission, files: dict[Path, bytes]) -> None:
        """Write a submission as labels, unless something here would be lost by that."""
        assert found.document is not None
        raw = canonical(found.document)
        path = self._path(found.doc_id, found.annotator)
        key = f"{found.doc_id}/{found.annotator}"
        before = path.read_bytes() if path.is_file() else None
        if before is not None and before != raw and not self.replace:
            known = self.record.pulled.get(key)
            fault = obstacle(self.tree, self.purpose, found.doc_id, path, before, known)
            found.faults += [fault] if fault else []
        decisions = self.tree.decisions_path(found.doc_id)
        if self.purpose.kind == "adjudication" and decisions.is_file():
            expected = "no decisions, which would give other labels"
            found.faults.append(Fault(self.tree.where(decisions), expected, "some"))
        if found.faults:
            return
        pair = (found.doc_id, found.annotator)
        self.report.notes += [f"{found.doc_id}: left out {what}" for what in found.left_out]
        if found.note:
            self.report.notes.append(f"{found.doc_id}: {found.annotator}: {found.note}")
        self.record.pulled[key] = Pulled(
            annotation=found.annotation or 0,
            annotator=found.annotator,
            file_sha256=sha256(raw),
            updated_at=found.updated_at,
            task=found.task,
            before=None if before is None else sha256(before),
        )
        self.gone.discard(key)
        if before == raw:
            self.report.unchanged.append(pair)
            return
        files[path] = raw
        self.report.written.append(pair)

    def _path(self, doc_id: str, annotator: str) -> Path:
        return labels_path(self.tree, self.purpose, doc_id, annotator)

    def reconcile(self, kind: Kind, began: str) -> None:
        """Find what is begun and what is gone, and remember how far we came."""
        record = self.record
        met = dict(record.tasks)
        record.tasks = ({} if kind == "full" else record.tasks) | self.seen
        if self.server.project(self.project.id).task_number != len(record.tasks):
            here = {task.id: task.doc_id for task in self.server.listed(self.project.id)}
            # SQLite may give the id of a deleted task to a new one.
            record.tasks = {k: doc for k, doc in record.tasks.items() if here.get(k) == doc}
        for key, pulled in record.pulled.items():
            if record.tasks.get(pulled.task) != key.partition("/")[0]:
                self.gone.add(key)
        with_labels = {key.partition("/")[0] for key in record.pulled}
        there = set(record.tasks.values()) | with_labels
        self.report.deleted += [(doc, "no labels") for doc in met.values() if doc not in there]
        for path in self.aside.release(lambda task: kind == "full" or task not in record.tasks):
            path.unlink(missing_ok=True)
        for page in self._tasks(DRAFTED):
            for raw in read_page(page, self.server.url).tasks:
                bare = raw | {"annotations": []} if isinstance(raw, dict) else raw
                outcome = read_task(bare, self.tree, self.purpose, self.users)
                self.report.drafts += [(outcome.doc_id, account) for account in outcome.drafts]
        record.seen = min(self.latest, began) or None

    def finish(self) -> PullReport:
        """Tell what is gone, once all else is done, and close the record."""
        for key in sorted(self.gone):
            pulled = self.record.pulled.pop(key)
            self.report.deleted.append((key.partition("/")[0], pulled.annotator))
        self.report.quarantined = dict(self.record.quarantined)
        self.record.write(self.folder)
        return self.report
