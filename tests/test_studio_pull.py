"""Pulling from a real server: all that was submitted, checked, and nothing guessed away."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from dateline.cli import app
from dateline.errors import DataError
from dateline.records import Document, canonical
from dateline.studio.client import Client
from dateline.studio.record import Record, project_folder, tree_folder
from dateline.studio.snapshots import snapshots
from dateline.tree import Tree
from studio_desk import Desk, litter, plain, without

DOCS = ["away-1", "march-1", "mill-1", "toll-1"]


def pushed(desk: Desk, *docs: str) -> int:
    """A project of ana's own, filled in with the adjudicated labels."""
    desk.push("--annotator", desk.ana, "--from", "adjudicated", *docs)
    return desk.project(annotator=desk.ana)


def folder_of(desk: Desk, project: int) -> Path:
    return project_folder(desk.server.url, desk.server.project(project))


def record(desk: Desk, project: int) -> Record:
    found = desk.server.project(project)
    return Record.read(tree_folder(folder_of(desk, project), desk.tree.root), found)


def quarantine(desk: Desk, project: int) -> list[Path]:
    folder = tree_folder(folder_of(desk, project), desk.tree.root) / "quarantine"
    return sorted(folder.glob("*"))


def later() -> None:
    """The server's clock has a second's grain in what it tells."""
    time.sleep(1.1)


def edit(desk: Desk, annotator: str, doc_id: str) -> bytes:
    """Change a pass here, by hand."""
    path = desk.tree.pass_path(annotator, doc_id)
    doc = desk.labels(annotator, doc_id)
    raw = canonical(msgspec.structs.replace(doc, stances=[]))
    path.write_bytes(raw)
    return raw


# ── What comes back


def test_what_was_submitted_unedited_is_the_same(desk: Desk) -> None:
    project = pushed(desk)
    for task in desk.tasks(project):
        desk.submit(task)
    report = desk.pull("--annotator", desk.ana)
    assert sorted(report["written"]) == [[doc, desk.ana] for doc in DOCS]
    for doc_id in DOCS:
        found, truth = desk.labels(desk.ana, doc_id), desk.tree.article(doc_id).labels
        assert plain(found) == plain(truth)
        assert (found.status, found.annotator.kind) == ("silver", "rule")
        assert found.provenance[doc_id].seconds == 60.0
        assert {t.origin for key, t in found.provenance.items() if key != doc_id} <= {
            "prediction adjudicated"
        } | {truth.provenance[key].origin for key in truth.provenance}
    assert CliRunner().invoke(app, ["validate", str(desk.tree.root)]).exit_code == 0


def test_a_second_pull_asks_for_what_was_touched(desk: Desk) -> None:
    project = pushed(desk)
    for task in desk.tasks(project):
        desk.submit(task)
    later()
    assert desk.pull("--annotator", desk.ana)["tasks"] == 4
    later()
    mill = desk.task(project, "mill-1")["annotations"][0]
    desk.change(mill["id"], without(mill["result"], "S1"))
    report = desk.pull("--annotator", desk.ana)
    assert report["tasks"] <= 2  # the last one of before, and what changed
    assert report["written"] == [["mill-1", desk.ana]]
    assert "S1" not in [stance.id for stance in desk.labels(desk.ana, "mill-1").stances]
    later()
    assert desk.pull("--annotator", desk.ana)["written"] == []
    again = desk.pull("--annotator", desk.ana, "--full")
    assert (again["tasks"], len(again["unchanged"])) == (4, 4)


def test_what_changes_while_we_list_comes_next_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It changes behind our back, and a later page has a later time than that."""
    monkeypatch.setattr("dateline.studio.client.PAGE", 2)
    project = pushed(desk)
    tasks = desk.tasks(project)
    list_all, done = Client.pages, []

    def pages(server: Client, *words: Any, **more: Any) -> Any:
        for page in list_all(server, *words, **more):
            yield page
            if not done and b'"tasks":[{' in page.replace(b" ", b"") and more.get("fields"):
                done.append(desk.submit(tasks[0]))
                done.append(desk.submit(tasks[3]))

    monkeypatch.setattr(Client, "pages", pages)
    first = desk.pull("--annotator", desk.ana)
    monkeypatch.setattr(Client, "pages", list_all)
    second = desk.pull("--annotator", desk.ana)
    assert len(done) == 2
    found = sorted(doc for doc, _ in first["written"] + second["written"])
    assert found == sorted([tasks[0]["data"]["doc_id"], tasks[3]["data"]["doc_id"]])


def test_drafts_and_skips_are_told_and_not_taken(desk: Desk) -> None:
    project = pushed(desk, "mill-1", "toll-1")
    desk.draft(desk.task(project, "mill-1"))
    desk.skip(desk.task(project, "toll-1"), "ben")
    for words in ([], ["--full"]):
        report = desk.pull("--annotator", desk.ana, *words)
        assert report["drafts"] == [["mill-1", "owner@dateline.invalid"]]
        assert report["written"] == [] and report["quarantined"] == {}
    assert report["skipped"] == [["toll-1", "ben@example.org"]]
    assert not desk.tree.pass_path(desk.ana, "mill-1").exists()


def test_a_deleted_annotation_is_told_once_and_its_labels_stay(desk: Desk) -> None:
    project = pushed(desk, "mill-1", "toll-1")
    number = desk.submit(desk.task(project, "mill-1"))
    desk.submit(desk.task(project, "toll-1"))
    desk.pull("--annotator", desk.ana)
    later()
    desk.delete("annotations", number)
    report = desk.pull("--annotator", desk.ana)
    assert report["deleted"] == [["mill-1", desk.ana]]
    assert desk.tree.pass_path(desk.ana, "mill-1").exists()
    assert desk.pull("--annotator", desk.ana)["deleted"] == []


def test_a_deleted_task_is_told(desk: Desk) -> None:
    project = pushed(desk, "mill-1", "toll-1")
    for task in desk.tasks(project):
        desk.submit(task)
    desk.pull("--annotator", desk.ana)
    desk.delete("tasks", desk.task(project, "mill-1")["id"])
    assert desk.pull("--annotator", desk.ana)["deleted"] == [["mill-1", desk.ana]]
    assert desk.tree.pass_path(desk.ana, "mill-1").exists()


def test_a_deleted_task_that_nobody_labelled_is_told_once(desk: Desk) -> None:
    project = pushed(desk, "mill-1", "toll-1")
    desk.pull()
    desk.delete("tasks", desk.task(project, "toll-1")["id"])
    assert desk.pull()["deleted"] == [["toll-1", "no labels"]]
    assert desk.pull()["deleted"] == []


def test_the_id_of_a_deleted_task_may_be_given_again(desk: Desk) -> None:
    """SQLite does that; only the document tells whose task it is."""
    project = pushed(desk, "mill-1")
    old = desk.task(project, "mill-1")["id"]
    desk.submit(desk.task(project, "mill-1"))
    desk.pull("--annotator", desk.ana)
    desk.delete("tasks", old)
    pushed(desk, "toll-1")
    new = desk.task(project, "toll-1")
    desk.submit(new)
    here = record(desk, project)
    here.tasks = {new["id"]: "mill-1"}  # where the server did not give the id again itself
    here.pulled = {
        key: msgspec.structs.replace(one, task=new["id"]) for key, one in here.pulled.items()
    }
    here.write(tree_folder(folder_of(desk, project), desk.tree.root))
    report = desk.pull("--annotator", desk.ana)
    assert report["deleted"] == [["mill-1", desk.ana]]
    assert report["written"] == [["toll-1", desk.ana]]


def test_a_task_deleted_pushed_and_labelled_again_is_no_second_one(desk: Desk) -> None:
    project = pushed(desk, "mill-1")
    desk.submit(desk.task(project, "mill-1"))
    desk.pull("--annotator", desk.ana)
    desk.delete("tasks", desk.task(project, "mill-1")["id"])
    pushed(desk, "mill-1")
    task = desk.task(project, "mill-1")
    desk.submit(task, result=without(task["predictions"][0]["result"], "S1"))
    report = desk.pull("--annotator", desk.ana)
    assert (report["written"], report["deleted"]) == ([["mill-1", desk.ana]], [])


# ── Quarantine


def test_an_unknown_account_waits_until_it_is_entered(desk: Desk) -> None:
    desk.push("--from", "adjudicated", "mill-1")
    project = desk.project()
    task = desk.task(project, "mill-1")
    unknown = desk.submit(task, "eve")
    desk.submit(task, "ana")
    for _ in range(2):
        report = desk.pull()
        assert list(report["quarantined"]) == [f"mill-1/{unknown}"], report["quarantined"]
        (entry,) = report["quarantined"].values()
        assert entry["account"] == "eve@example.org"
        assert entry["url"] == f"{desk.server.url}/projects/{project}/data?task={task['id']}"
        later()
    (path,) = quarantine(desk, project)
    assert json.loads(path.read_bytes())["annotation"]["result"]
    assert desk.tree.pass_path(desk.ana, "mill-1").exists()
    desk.enter("eve", "Eve@Example.org")
    report = desk.pull()  # nothing has changed on the server
    assert ["mill-1", "eve"] in report["written"] and report["quarantined"] == {}
    assert quarantine(desk, project) == [] and record(desk, project).quarantined == {}


def test_wrong_labels_are_set_aside_mended_and_taken(desk: Desk) -> None:
    project = pushed(desk, "mill-1", "toll-1")
    task = desk.task(project, "mill-1")
    right = task["predictions"][0]["result"]
    wrong = [json.loads(json.dumps(one)) for one in right]
    wrong[0]["value"]["end"] = 100_000
    number = desk.submit(task, result=wrong)
    desk.submit(desk.task(project, "toll-1"))
    done = desk.run("pull", "--annotator", desk.ana)
    assert done.exit_code == 1 and "1 in quarantine" in str(done.exception)
    assert "100000" in done.output and f"task={task['id']}" in done.output
    assert not desk.tree.pass_path(desk.ana, "mill-1").exists()
    assert desk.tree.pass_path(desk.ana, "toll-1").exists()
    assert len(quarantine(desk, project)) == 1
    desk.change(number, right)
    report = desk.pull("--annotator", desk.ana)
    assert ["mill-1", desk.ana] in report["written"] and report["quarantined"] == {}
    assert quarantine(desk, project) == []


@pytest.mark.parametrize("gone", ["annotations", "tasks"])
def test_what_is_gone_is_in_quarantine_no_more(desk: Desk, gone: str) -> None:
    project = pushed(desk, "mill-1", "toll-1")
    task = desk.task(project, "mill-1")
    number = desk.submit(task, "eve")
    assert len(desk.pull("--annotator", desk.ana)["quarantined"]) == 1
    later()
    desk.delete(gone, number if gone == "annotations" else task["id"])
    assert desk.pull("--annotator", desk.ana)["quarantined"] == {}
    assert quarantine(desk, project) == []


def test_two_submissions_by_one_account_are_a_persons_to_choose(desk: Desk) -> None:
    project = pushed(desk, "mill-1")
    task = desk.task(project, "mill-1")
    first = desk.submit(task)
    assert desk.pull("--annotator", desk.ana)["written"]
    before = desk.tree.pass_path(desk.ana, "mill-1").read_bytes()
    later()
    second = desk.submit(task, result=without(task["predictions"][0]["result"], "S1"))
    report = desk.pull("--annotator", desk.ana)
    assert {e["annotation"] for e in report["quarantined"].values()} == {first, second}
    assert desk.tree.pass_path(desk.ana, "mill-1").read_bytes() == before
    desk.delete("annotations", first)
    assert desk.pull("--annotator", desk.ana)["written"] == [["mill-1", desk.ana]]
    assert desk.tree.pass_path(desk.ana, "mill-1").read_bytes() != before


def test_a_second_task_does_not_take_the_place_of_the_first(desk: Desk) -> None:
    """Also when the first was pulled before, and only the second has changed since."""
    project = pushed(desk, "mill-1")
    task = desk.task(project, "mill-1")
    desk.submit(task)
    desk.pull("--annotator", desk.ana)
    before = desk.tree.pass_path(desk.ana, "mill-1").read_bytes()
    later()
    body = {"data": task["data"]}
    desk.server.send("POST", f"/api/projects/{project}/import", [body])
    other = desk.tasks(project)[-1]
    desk.submit(other, result=without(task["predictions"][0]["result"], "S1"))
    report = desk.pull("--annotator", desk.ana)
    assert report["written"] == [] and report["deleted"] == []
    assert any(entry["task"] == other["id"] for entry in report["quarantined"].values())
    assert desk.tree.pass_path(desk.ana, "mill-1").read_bytes() == before


def test_someone_elses_account_in_a_project_of_ones_own(desk: Desk) -> None:
    project = pushed(desk, "mill-1")
    desk.submit(desk.task(project, "mill-1"), "ben")
    (entry,) = desk.pull("--annotator", desk.ana)["quarantined"].values()
    assert entry["faults"][0]["expected"] == f"the account of {desk.ana}"
    assert not desk.tree.pass_path(desk.ben, "mill-1").exists()


# ── What is here


def test_labels_that_were_changed_here_are_not_written_over(desk: Desk) -> None:
    project = pushed(desk, "mill-1")
    task = desk.task(project, "mill-1")
    number = desk.submit(task)
    desk.pull("--annotator", desk.ana)
    mine = edit(desk, desk.ana, "mill-1")
    path = desk.tree.pass_path(desk.ana, "mill-1")
    later()
    desk.change(number, without(task["predictions"][0]["result"], "S1"))
    report = desk.pull("--annotator", desk.ana)
    assert len(report["quarantined"]) == 1 and path.read_bytes() == mine
    assert desk.pull("--annotator", desk.ana, "--replace")["written"] == [["mill-1", desk.ana]]
    assert path.read_bytes() != mine
    assert desk.pull("--annotator", desk.ana)["quarantined"] == {}


def test_labels_that_went_missing_here_come_again(desk: Desk) -> None:
    project = pushed(desk)
    for task in desk.tasks(project):
        desk.submit(task)
    desk.pull("--annotator", desk.ana)
    later()
    desk.pull("--annotator", desk.ana)
    desk.tree.pass_path(desk.ana, "mill-1").unlink()
    assert desk.pull("--annotator", desk.ana)["written"] == [["mill-1", desk.ana]]


def test_another_tree_gets_everything_too(desk: Desk, tmp_path: Path) -> None:
    project = pushed(desk, "mill-1")
    desk.submit(desk.task(project, "mill-1"))
    desk.pull("--annotator", desk.ana)
    later()
    other = tmp_path / "clone"
    shutil.copytree(desk.tree.root, other)
    desk.tree = Tree(other)
    desk.tree.pass_path(desk.ana, "mill-1").unlink()
    assert desk.pull("--annotator", desk.ana)["written"] == [["mill-1", desk.ana]]


def test_a_killed_pulls_half_written_file_is_taken_away(desk: Desk) -> None:
    project = pushed(desk, "mill-1")
    desk.submit(desk.task(project, "mill-1"))
    desk.pull("--annotator", desk.ana)
    folder = desk.tree.pass_path(desk.ana, "mill-1").parent
    (folder / ".mill-1.json.abcd1234").write_text("{")
    (folder / ".notes").write_text("mine")
    desk.pull("--annotator", desk.ana)
    assert [path.name for path in litter(folder)] == [".notes"]


def test_a_pull_that_was_killed_between_record_and_file_may_go_on(desk: Desk) -> None:
    """The record says what is to be written; until then the file is the one before."""
    project = pushed(desk, "mill-1")
    task = desk.task(project, "mill-1")
    number = desk.submit(task)
    desk.pull("--annotator", desk.ana)
    path = desk.tree.pass_path(desk.ana, "mill-1")
    before = path.read_bytes()
    for region in ("S1", "S2"):
        later()
        desk.change(number, without(task["predictions"][0]["result"], region))
        desk.pull("--annotator", desk.ana)
        path.write_bytes(before)  # as if the file had not been written any more
    report = desk.pull("--annotator", desk.ana)
    assert report["quarantined"] == {} and path.read_bytes() != before


# ── Snapshots


def test_every_answer_is_kept_and_can_be_read_again(desk: Desk) -> None:
    project = pushed(desk, "mill-1", "toll-1")
    for task in desk.tasks(project):
        desk.submit(task)
    desk.pull("--annotator", desk.ana)
    (kept,) = snapshots(folder_of(desk, project) / "snapshots")
    assert kept.stat().st_mode & 0o077 == 0
    path = desk.tree.pass_path(desk.ana, "mill-1")
    before = path.read_bytes()
    path.unlink()
    desk.delete("tasks", desk.task(project, "mill-1")["id"])
    report = desk.pull("--annotator", desk.ana, "--snapshot", kept)
    assert report["written"] == [["mill-1", desk.ana]] and path.read_bytes() == before
    assert report["deleted"] == []


def test_a_cut_snapshot_is_refused(desk: Desk, tmp_path: Path) -> None:
    project = pushed(desk, "mill-1")
    desk.submit(desk.task(project, "mill-1"))
    desk.pull("--annotator", desk.ana)
    (kept,) = snapshots(folder_of(desk, project) / "snapshots")
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(kept.read_bytes()[:-400])
    done = desk.run("pull", "--annotator", desk.ana, "--snapshot", cut)
    assert "a whole snapshot" in str(done.exception)


# ── Layers, training, adjudication


def test_a_layer_after_another_keeps_what_is_above(desk: Desk) -> None:
    scope = ("--annotator", desk.ana)
    for layer in ("entities", "events", "entities"):
        words = ("--from", "adjudicated", "--fill", "--layer", layer, "mill-1")
        desk.push(*scope, *words)
        task = desk.task(desk.project(annotator=desk.ana, layer=layer), "mill-1")
        if not task["annotations"]:
            desk.submit(task)
        desk.pull(*scope, "--layer", layer)
    found, truth = desk.labels(desk.ana, "mill-1"), desk.tree.article("mill-1").labels
    assert found.entities == truth.entities
    assert len(found.events) == len(truth.events) and found.attributions == []


def test_a_training_round_gives_feedback_and_no_pass(desk: Desk, own_cache: Path) -> None:
    desk.push("--training", "--annotator", desk.ana, "mill-1")
    task = desk.task(desk.project("training", desk.ana), "mill-1")
    truth = desk.tree.article("mill-1").labels
    first = truth.entities[0]
    value = {"start": first.start, "end": first.end, "labels": [first.type]}
    config = json.loads(desk.server.get(f"/api/projects/{desk.project('training', desk.ana)}"))
    control, to = next(iter(config["parsed_label_config"].items()))
    region = {"id": "x", "from_name": control, "to_name": to["to_name"][0], "type": "labels"}
    desk.submit(task, result=[region | {"value": value}])
    done = desk.run("pull", "--training", "--annotator", desk.ana)
    assert done.exit_code == 0, done.output
    assert f"feedback for {desk.ana} on 1 articles" in done.output
    told = (own_cache / "studio" / "training" / desk.ana / "feedback.txt").read_text()
    assert "mill-1" in told
    assert not desk.tree.pass_path(desk.ana, "mill-1").exists()


def adjudicate(desk: Desk) -> dict[str, Any]:
    """Two passes that were pulled, and the task to adjudicate them."""
    for who, name in (("ana", desk.ana), ("ben", desk.ben)):
        desk.push("--annotator", name, "--from", "adjudicated", "mill-1")
        task = desk.task(desk.project(annotator=name), "mill-1")
        shown = task["predictions"][0]["result"]
        desk.submit(task, who, result=shown if who == "ana" else without(shown, "S1"))
        desk.pull("--annotator", name)
    desk.push("--adjudicate", f"{desk.ana},{desk.ben}", "--annotator", desk.ana)
    return desk.task(desk.project("adjudication", desk.ana), "mill-1")


def test_two_passes_become_one_answer(desk: Desk) -> None:
    task = adjudicate(desk)
    shown = next(p for p in task["predictions"] if p["model_version"] == desk.ana)
    desk.tree.adjudicated_path("mill-1").unlink()
    desk.submit(task, result=shown["result"])
    report = desk.pull("--adjudication", "--annotator", desk.ana)
    assert report["written"] == [["mill-1", desk.ana]], report
    doc: Document = desk.tree.article("mill-1").labels
    assert doc.status == "silver"  # only a human's is gold, and this is a rule's
    traces = {key: trace for key, trace in doc.provenance.items() if trace.decision}
    assert traces["mill-1"].passes == [desk.ana, desk.ben]
    assert any(trace.passes == [desk.ana] for trace in traces.values())


def test_two_adjudicators_of_one_article_are_a_persons_to_choose(desk: Desk) -> None:
    task = adjudicate(desk)
    before = desk.tree.adjudicated_path("mill-1").read_bytes()
    shown = {p["model_version"]: p["result"] for p in task["predictions"]}
    desk.submit(task, "ana", result=shown[desk.ana])
    desk.submit(task, "ben", result=shown[desk.ben])
    report = desk.pull("--adjudication", "--annotator", desk.ana, "--replace")
    assert len(report["quarantined"]) == 2 and report["written"] == []
    assert desk.tree.adjudicated_path("mill-1").read_bytes() == before


def test_a_task_that_the_server_cannot_send_hides_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server stores half of a surrogate pair, and then fails to write it into any answer."""
    monkeypatch.setattr("dateline.studio.client._TRIES", 3)  # a busy server, too
    desk.push("--from", "adjudicated")
    project = desk.project()
    for doc_id in ("mill-1", "march-1"):
        desk.submit(desk.task(project, doc_id))
    broken = desk.task(project, "toll-1")["id"]
    half = b'{"result": [{"type": "textarea", "value": {"text": ["\\ud800"]}}]}'
    with contextlib.suppress(DataError):  # it answers that it failed, and has stored it
        desk.server.send("POST", f"/api/tasks/{broken}/annotations/", msgspec.Raw(half))
    report = desk.pull()
    assert sorted(doc for doc, _ in report["written"]) == ["march-1", "mill-1"]
    (entry,) = report["quarantined"].values()
    assert entry["task"] == broken
    assert "a task that the server can send" in entry["faults"][0]["expected"]
