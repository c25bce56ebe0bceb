"""Tickets of imports, at a real server: which are valid, and what becomes of tasks."""

from __future__ import annotations

import json

import pytest

from dateline.errors import DataError
from dateline.studio.projects import Purpose, ensure
from dateline.studio.tickets import held, take, void
from studio_desk import Desk

TASK = {
    "data": {"doc_id": "x-1", "text": "x", "headline": "", "byline": ""},
    "predictions": [{"model_version": "m", "result": []}],
}


def project_of(desk: Desk) -> int:
    return ensure(desk.server, desk.tree, Purpose("pass", desk.ana)).id


def send(desk: Desk, project: int, ticket: int) -> None:
    body = [TASK | {"file_upload_id": ticket}]
    desk.server.send("POST", f"/api/projects/{project}/import", body)


def test_the_newest_ticket_alone_is_valid(desk: Desk) -> None:
    project = project_of(desk)
    assert held(desk.server, project) == []
    first = take(desk.server, project)
    assert held(desk.server, project) == [first]
    second = take(desk.server, project)
    assert held(desk.server, project) == [second] and second != first
    with pytest.raises(DataError, match="FOREIGN KEY"):
        send(desk, project, first)
    assert desk.tasks(project) == []
    send(desk, project, second)
    assert len(desk.tasks(project)) == 1


def test_a_void_ticket_takes_nothing_with_it(desk: Desk) -> None:
    project = project_of(desk)
    ticket = take(desk.server, project)
    send(desk, project, ticket)
    (before,) = desk.tasks(project)
    desk.submit(before)
    (before,) = desk.tasks(project)
    void(desk.server, project, [ticket])
    (after,) = desk.tasks(project)
    assert before["file_upload"] and not after["file_upload"]
    assert after | {"file_upload": None} == before | {"file_upload": None}
    assert len(after["annotations"]) == len(after["predictions"]) == 1


def test_a_project_keeps_the_uploads_of_others_and_its_neighbours_tickets(desk: Desk) -> None:
    project = project_of(desk)
    path = f"/api/projects/{project}/import"
    raw = desk.server.upload(path, "mine.json", b'[{"data":{"a":1}}]', commit_to_project="false")
    (mine,) = json.loads(raw)["file_upload_ids"]
    neighbour = ensure(desk.server, desk.tree, Purpose("pass", desk.ben)).id
    ticket = take(desk.server, neighbour)
    take(desk.server, project)
    there = json.loads(desk.server.get(f"/api/projects/{project}/file-uploads", all="true"))
    assert mine in [one["id"] for one in there]
    assert held(desk.server, neighbour) == [ticket]
