"""Pushing to a real server: each article once, and nothing of anybody's taken away."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dateline.errors import DataError
from dateline.files import locked
from dateline.generated.places import CONTROLS
from dateline.records import canonical
from dateline.studio.client import Client
from dateline.studio.projects import Purpose, ensure, guidelines_digest, ours
from dateline.studio.push import push
from dateline.studio.record import project_folder
from dateline.studio.sources import labels_from
from dateline.studio.tasks import Outgoing, task_of
from dateline.studio.tickets import held
from dateline.text import digest
from dateline.tree import Tree
from studio_desk import Desk, litter

DOCS = ["away-1", "march-1", "mill-1", "toll-1"]


def outgoing(desk: Desk, purpose: Purpose) -> list[Outgoing]:
    guidelines = guidelines_digest(desk.tree)
    return [
        task_of(
            meta, text, desk.tree.scheme, purpose, {"adjudicated": doc} if doc else {}, guidelines
        )
        for meta, text, doc in labels_from(desk.tree, "adjudicated", [])
    ]


def relabel(tree: Tree, doc_id: str) -> None:
    """Take the stances out of the adjudicated labels."""
    path = tree.adjudicated_path(doc_id)
    doc = tree.read_document(path, doc_id)
    path.write_bytes(canonical(msgspec.structs.replace(doc, stances=[])))


def reword(tree: Tree, doc_id: str) -> None:
    """Give an article another text, without labels."""
    text = "Another text.\n"
    tree.text_path(doc_id).write_text(text)
    meta = tree.meta(doc_id)
    new = msgspec.structs.replace(meta, text_sha256=digest(text.rstrip("\n")))
    tree.meta_path(doc_id).write_bytes(canonical(new))
    tree.adjudicated_path(doc_id).unlink()


def send(server: Client, project: int, tasks: list[Outgoing]) -> None:
    """Import tasks, as others may."""
    body = msgspec.Raw(b"[" + b",".join(task.raw for task in tasks) + b"]")
    server.send("POST", f"/api/projects/{project}/import", body)


def docs_of(desk: Desk, project: int) -> list[str]:
    return sorted(task["data"]["doc_id"] for task in desk.tasks(project))


def layers(task: dict[str, Any]) -> set[str]:
    """The layers that a task is filled in with."""
    drawn = {one.get("from_name") for one in task["predictions"][0]["result"]}
    return {layer for layer, control in CONTROLS.items() if control in drawn}


# ── New, again, changed


def test_each_article_is_pushed_once(desk: Desk) -> None:
    said = desk.push("--annotator", desk.ana, "--from", "adjudicated", "--batch", 3)
    assert "4 new" in said
    project = desk.project(annotator=desk.ana)
    assert docs_of(desk, project) == DOCS
    assert all(len(task["predictions"]) == 1 for task in desk.tasks(project))
    assert "4 there already" in desk.push("--annotator", desk.ana, "--from", "adjudicated")
    assert docs_of(desk, project) == DOCS


def test_changed_labels_take_the_place_of_the_old(desk: Desk) -> None:
    wanted = ("--annotator", desk.ana, "--from", "adjudicated")
    desk.push(*wanted)
    project = desk.project(annotator=desk.ana)
    before = desk.task(project, "mill-1")
    relabel(desk.tree, "mill-1")
    assert re.search(r"3 there already\n +1 brought up to date: mill-1", desk.push(*wanted))
    after = desk.task(project, "mill-1")
    assert after["id"] == before["id"] and len(after["predictions"]) == 1
    assert "stances" in layers(before) and "stances" not in layers(after)
    assert "4 there already" in desk.push(*wanted)


@pytest.mark.parametrize("work", ["submit", "skip", "draft"])
def test_a_task_that_somebody_began_stays_as_it_is(desk: Desk, work: str) -> None:
    wanted = ("--annotator", desk.ana, "--from", "adjudicated")
    desk.push(*wanted, "mill-1")
    project = desk.project(annotator=desk.ana)
    before = desk.task(project, "mill-1")
    getattr(desk, work)(before)
    relabel(desk.tree, "mill-1")
    assert "1 begun by somebody, left as they are: mill-1" in desk.push(*wanted, "mill-1")
    after = desk.task(project, "mill-1")
    assert (after["data"], after["predictions"]) == (before["data"], before["predictions"])


def test_what_is_begun_while_we_push_stays_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ("--annotator", desk.ana, "--from", "adjudicated", "mill-1")
    desk.push(*wanted)
    task = desk.task(desk.project(annotator=desk.ana), "mill-1")
    relabel(desk.tree, "mill-1")
    ask = Client.is_begun

    def begun(server: Client, number: int) -> bool:  # between the listing and the update
        desk.draft(task)
        return ask(server, number)

    monkeypatch.setattr(Client, "is_begun", begun)
    assert "1 begun by somebody" in desk.push(*wanted)


def test_a_changed_text_is_another_task(desk: Desk) -> None:
    desk.push("--annotator", desk.ana, "--from", "adjudicated")
    reword(desk.tree, "mill-1")
    said = desk.push("--annotator", desk.ana, "--from", "adjudicated")
    assert "1 new" in said and "1 there with an earlier text: mill-1" in said
    assert docs_of(desk, desk.project(annotator=desk.ana)) == sorted([*DOCS, "mill-1"])


# ── Interruptions


class Watched(Client):
    """A connection that is quick to be overtaken: whatever it is about to change, somebody submits
    all tasks just before.
    """

    desk: Desk
    where: int

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> bytes:
        for task in self.desk.tasks(self.where):
            if not task["annotations"]:
                self.desk.submit(task)
        return super().send(method, path, body, **query)


def test_nothing_is_deleted_that_somebody_may_be_labelling(desk: Desk) -> None:
    purpose = Purpose("pass", desk.ana)
    project = ensure(desk.server, desk.tree, purpose)
    tasks = outgoing(desk, purpose)
    for _ in range(2):
        send(desk.server, project.id, tasks)
    before = [task["id"] for task in desk.tasks(project.id)]
    watched = Watched(desk.server.url, desk.server.http, desk.server.key)
    watched.desk, watched.where = desk, project.id
    report = push(watched, project, tasks)
    assert sorted(report.doubled) == DOCS
    assert [task["id"] for task in desk.tasks(project.id)] == before
    assert [len(task["annotations"]) for task in desk.tasks(project.id)] == [1] * len(before)


def test_a_task_that_was_labelled_twice_is_left_to_a_person(desk: Desk) -> None:
    purpose = Purpose("pass", desk.ana)
    project = ensure(desk.server, desk.tree, purpose)
    for _ in range(2):
        tasks = [task for task in outgoing(desk, purpose) if task.doc_id == "mill-1"]
        send(desk.server, project.id, tasks)
    for one in desk.tasks(project.id):
        desk.submit(one)
    said = desk.push("--annotator", desk.ana, "--from", "adjudicated", "mill-1")
    assert "1 there in two tasks, of which a person must delete one: mill-1" in said
    assert len(desk.tasks(project.id)) == 2
    report = desk.pull("--annotator", desk.ana)
    assert report["written"] == [] and len(report["quarantined"]) == 2
    desk.delete("tasks", desk.tasks(project.id)[1]["id"])
    assert desk.pull("--annotator", desk.ana)["written"] == [["mill-1", desk.ana]]


class Lossy(Client):
    """A connection that loses the answer to an import, though the server has done it."""

    lost = 0

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> bytes:
        answer = super().send(method, path, body, **query)
        if path.endswith("/import") and not self.lost:
            self.lost += 1
            raise DataError(self.url, "an answer of the server", "ReadError")
        return answer


def test_a_lost_answer_makes_no_second_task(desk: Desk) -> None:
    purpose = Purpose("pass", desk.ana)
    project = ensure(desk.server, desk.tree, purpose)
    lossy = Lossy(desk.server.url, desk.server.http, desk.server.key)
    report = push(lossy, project, outgoing(desk, purpose), batch=2)
    assert lossy.lost == 1
    assert sorted(report.created) == DOCS
    assert docs_of(desk, project.id) == DOCS
    assert held(desk.server, project.id) == []


class Late(Client):
    """A connection whose first import is cut off, and carried out when `come` says so."""

    cut: BaseException
    held: tuple[Any, ...] | None = None

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> bytes:
        if path.endswith("/import") and self.held is None:
            self.held = (method, path, body, query)
            raise self.cut
        return super().send(method, path, body, **query)

    def come(self) -> None:
        assert self.held is not None
        method, path, body, query = self.held
        super().send(method, path, body, **query)


@pytest.mark.parametrize("way", ["unanswered", "killed"])
def test_what_comes_late_comes_to_nothing(desk: Desk, way: str) -> None:
    purpose = Purpose("pass", desk.ana)
    project = ensure(desk.server, desk.tree, purpose)
    tasks = outgoing(desk, purpose)
    late = Late(desk.server.url, desk.server.http, desk.server.key)
    if way == "killed":
        late.cut = KeyboardInterrupt()
        with pytest.raises(KeyboardInterrupt):
            push(late, project, tasks, batch=3)
        assert len(held(desk.server, project.id)) == 1
        assert litter(project_folder(desk.server.url, project)) == []
    else:
        late.cut = DataError(desk.server.url, "an answer of the server", "ReadTimeout")
    report = push(late, project, tasks, batch=3)
    assert sorted(report.created) == DOCS
    with pytest.raises(DataError, match="FOREIGN KEY"):
        late.come()
    assert docs_of(desk, project.id) == DOCS
    assert "4 there already" in desk.push("--annotator", desk.ana, "--from", "adjudicated")


def test_what_comes_before_the_next_push_is_found(desk: Desk) -> None:
    purpose = Purpose("pass", desk.ana)
    project = ensure(desk.server, desk.tree, purpose)
    tasks = outgoing(desk, purpose)
    late = Late(desk.server.url, desk.server.http, desk.server.key)
    late.cut = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        push(late, project, tasks, batch=3)
    late.come()
    report = push(desk.server, project, tasks)
    assert len(report.unchanged) == 3 and len(report.created) == 1
    assert docs_of(desk, project.id) == DOCS


class Overtaken(Client):
    """A connection before whose first import another machine pushes the same."""

    other: Callable[[], object] | None

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> bytes:
        if path.endswith("/import") and self.other:
            other, self.other = self.other, None
            other()
        return super().send(method, path, body, **query)


def test_two_machines_that_push_at_once_make_no_second_task(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    purpose = Purpose("pass", desk.ana)
    project = ensure(desk.server, desk.tree, purpose)
    tasks = outgoing(desk, purpose)

    def elsewhere() -> None:
        with monkeypatch.context() as there:
            there.setenv("DATELINE_CACHE", str(tmp_path / "another-cache"))
            push(desk.server, project, tasks[1:])

    mine = Overtaken(desk.server.url, desk.server.http, desk.server.key)
    mine.other = elsewhere
    report = push(mine, project, tasks)
    assert sorted(report.created) == DOCS
    assert docs_of(desk, project.id) == DOCS


class Bare(Client):
    """A server that lost the predictions of an import, as one does whose database was locked."""

    answers = True

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> bytes:
        if not path.endswith("/import"):
            return super().send(method, path, body, **query)
        tasks = [{"data": one["data"]} for one in json.loads(bytes(body))]
        answer = super().send(method, path, tasks, **query)
        if not self.answers:
            raise DataError(self.url, "an answer of the server", "ReadError")
        return answer


@pytest.mark.parametrize("way", ["answered", "unanswered", "killed"])
def test_predictions_that_an_import_lost_are_sent_again(desk: Desk, way: str) -> None:
    purpose = Purpose("pass", desk.ana)
    project = ensure(desk.server, desk.tree, purpose)
    tasks = outgoing(desk, purpose)
    bare = Bare(desk.server.url, desk.server.http, desk.server.key)
    bare.answers = way == "answered"
    if way == "killed":
        with pytest.raises(DataError):
            send(bare, project.id, tasks)
    report = push(bare, project, tasks)
    assert sorted(report.updated if way == "killed" else report.created) == DOCS
    assert [len(task["predictions"]) for task in desk.tasks(project.id)] == [1] * 4


def test_predictions_come_to_a_task_that_somebody_began_without_them(desk: Desk) -> None:
    purpose = Purpose("pass", desk.ana)
    project = ensure(desk.server, desk.tree, purpose)
    tasks = outgoing(desk, purpose)
    bare = Bare(desk.server.url, desk.server.http, desk.server.key)
    send(bare, project.id, tasks)
    first = desk.task(project.id, DOCS[0])
    result = json.loads(tasks[0].raw)["predictions"][0]["result"][:1]
    desk.submit(first, result=result)
    report = push(desk.server, project, tasks)
    assert sorted(report.updated) == DOCS and report.begun == []
    assert [len(task["predictions"]) for task in desk.tasks(project.id)] == [1] * 4
    (kept,) = desk.task(project.id, DOCS[0])["annotations"]
    assert kept["result"] == result


def test_one_push_at_a_time(desk: Desk) -> None:
    project = ensure(desk.server, desk.tree, Purpose("pass", desk.ana))
    folder = project_folder(desk.server.url, project)
    with locked(folder, "push"), pytest.raises(DataError, match="no other push"):
        push(desk.server, project, [])


# ── Kinds of projects


def test_a_project_of_one_layer_shows_the_layers_below(desk: Desk) -> None:
    wanted = ("--annotator", desk.ana, "--from", "adjudicated", "mill-1")
    desk.push(*wanted, "--layer", "events")
    desk.push(*wanted, "--layer", "events", "--fill")
    project = desk.project(annotator=desk.ana, layer="events")
    desk.push(*wanted, "--layer", "entities")
    lowest = desk.project(annotator=desk.ana, layer="entities")
    assert layers(desk.task(project, "mill-1")) == {"entities", "events"}
    assert layers(desk.task(lowest, "mill-1")) == set()
    assert len({project, lowest}) == 2


def test_each_annotator_has_a_project(desk: Desk) -> None:
    for who in (desk.ana, desk.ben):
        desk.push("--annotator", who, "mill-1")
    purposes = [p for p in ours(desk.server) if p.annotator in (desk.ana, desk.ben)]
    assert purposes == [Purpose("pass", desk.ana), Purpose("pass", desk.ben)]
    for who in (desk.ana, desk.ben):
        assert docs_of(desk, desk.project(annotator=who)) == ["mill-1"]


def test_a_training_round_hides_the_answers(desk: Desk) -> None:
    desk.push("--annotator", desk.ana, "--training", "mill-1")
    project = desk.project("training", desk.ana)
    assert desk.task(project, "mill-1")["predictions"] == []
    told = json.loads(desk.server.get(f"/api/projects/{project}"))
    assert told["show_collab_predictions"] is False and "<table>" in told["expert_instruction"]


def test_adjudication_shows_both_passes_and_their_cases(desk: Desk) -> None:
    passes(desk)
    said = desk.push("--adjudicate", f"{desk.ana},{desk.ben}", "--annotator", desk.ana)
    assert "1 new" in said
    task = desk.task(desk.project("adjudication", desk.ana), "mill-1")
    versions = sorted(one["model_version"] for one in task["predictions"])
    assert versions == [desk.ana, desk.ben]
    regions = {r["id"] for one in task["predictions"] for r in one["result"] if r.get("id")}
    assert any(r.startswith(f"{desk.ana}_T") for r in regions)
    assert "T1" not in regions
    assert "missing" in task["data"]["cases"] or "only" in task["data"]["cases"]


def passes(desk: Desk) -> None:
    """Two passes of mill-1 that differ, as two people would have made them."""
    truth = desk.tree.article("mill-1").labels
    for name, stances in ((desk.ana, truth.stances), (desk.ben, [])):
        by = msgspec.structs.replace(truth.annotator, id=name, kind="rule")
        doc = msgspec.structs.replace(truth, annotator=by, stances=stances, provenance={})
        path = desk.tree.pass_path(name, "mill-1")
        path.parent.mkdir(parents=True)
        path.write_bytes(canonical(doc))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--layer", "events,stances"], "one of entities"),
        (["--annotator", "nobody"], "annotators.yaml"),
        (["--adjudicate", "nobody,none"], "ids with passes"),
        (["--adjudicate", "llm-t"], "ids with passes"),
        (["--from", "nothing"], "one of adjudicated"),
        (["no-such-article"], "a file"),
    ],
)
def test_wrong_words_make_no_project(desk: Desk, words: list[str], expected: str) -> None:
    before = desk.server.projects()
    done = desk.run("push", *words)
    assert expected in str(done.exception)
    assert desk.server.projects() == before
