"""Where the labelling stands: by project and account, from the server and what was pulled here."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import msgspec

from dateline.studio.client import Client, Project
from dateline.studio.projects import Purpose
from dateline.studio.reading import accounts, draft_account
from dateline.studio.record import Record, project_folder, tree_folder
from dateline.tree import Tree

__all__ = ["ProjectStatus", "Row", "project_status"]


class Row(msgspec.Struct, kw_only=True):
    """One account in one project. Times are seconds for one article, as the editor measured them.

    `not_pulled` counts submissions that are new or changed since the last pull into this tree.
    """

    account: str
    annotator: str | None
    done: int = 0
    skipped: int = 0
    drafts: int = 0
    quarantined: int = 0
    not_pulled: int = 0
    seconds: list[float] = []

    @property
    def median(self) -> float | None:
        return median(self.seconds) if self.seconds else None


class ProjectStatus(msgspec.Struct, kw_only=True):
    """One project: its tasks, how many nobody has submitted, and a row for each account."""

    id: int
    title: str
    purpose: Purpose
    url: str
    tasks: int = 0
    open: int = 0
    rows: list[Row] = []


class _Head(msgspec.Struct):
    """An annotation without its labels."""

    id: int
    completed_by: int | dict[str, object] | None = None
    was_cancelled: bool | None = False
    lead_time: float | None = None
    updated_at: str | None = None


class _Task(msgspec.Struct):
    id: int
    annotations: list[_Head] = []
    drafts: list[dict[str, object]] = []


class _Page(msgspec.Struct):
    tasks: list[_Task]


def project_status(
    server: Client,
    project: Project,
    purpose: Purpose,
    users: dict[int, str],
    tree: Tree,
) -> ProjectStatus:
    """The status of one project, by asking for all of its tasks."""
    folder = tree_folder(project_folder(server.url, project), tree.root)
    record = Record.read(folder, project)
    known = accounts(tree.annotators)
    pulled = {one.annotation: one.updated_at for one in record.pulled.values()}
    aside = {one.annotation: one.updated_at for one in record.quarantined.values()}
    rows: dict[str, Row] = {}
    status = ProjectStatus(
        id=project.id,
        title=project.title,
        purpose=purpose,
        url=f"{server.url}/projects/{project.id}",
    )

    def row(account: str) -> Row:
        name = known.get(account.casefold())
        return rows.setdefault(account, Row(account=account, annotator=name, seconds=[]))

    for task in _tasks(server, project):
        status.tasks += 1
        status.open += not any(not head.was_cancelled for head in task.annotations)
        for draft in task.drafts:
            row(draft_account(draft, users)).drafts += 1
        for head in task.annotations:
            by = head.completed_by
            number = by.get("id") if isinstance(by, dict) else by
            mine = row(users.get(number if isinstance(number, int) else 0, f"user {number}"))
            if head.was_cancelled:
                mine.skipped += 1
                continue
            mine.done += 1
            if head.lead_time is not None:
                mine.seconds.append(head.lead_time)
            current = head.updated_at or ""
            mine.quarantined += aside.get(head.id) == current
            mine.not_pulled += current not in (pulled.get(head.id), aside.get(head.id))
    status.rows = [rows[name] for name in sorted(rows)]
    return status


def _tasks(server: Client, project: Project) -> Iterator[_Task]:
    decoder = msgspec.json.Decoder(_Page)
    for raw in server.pages(project.id, fields="all"):
        yield from decoder.decode(raw).tasks
