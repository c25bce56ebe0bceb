"""Nothing is lost: clients and servers killed at random moments, while somebody goes on labelling.

A sample by default, which says its size; all of it with `scripts/test --full`.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dateline.errors import DataError
from dateline.records import canonical
from dateline.studio.client import Client
from dateline.studio.projects import Purpose, ours
from dateline.studio.record import Record, Sent, project_folder, tree_folder
from dateline.studio.server import Server, start
from dateline.studio.tickets import held
from dateline.tree import Tree
from studio_desk import Desk, litter, people, plain, without
from studio_fixtures import copied

FULL = bool(os.environ.get("DATELINE_FULL"))
PUSHES, PULLS, SERVERS = (24, 24, 5) if FULL else (3, 3, 1)
"""Faults: clients killed while they push, while they pull, and servers killed during an import."""
SEED = 20261122
ARTICLES = 200 if FULL else 100
BATCH = 10

# The client as a user starts it, but that a listing comes in small answers.
CLIENT = """
from dateline.studio import client
client.PAGE = 10
from dateline.cli import main
main()
"""


def many(tree: Tree) -> None:
    """The tree's article mill-1 under many names."""
    article = tree.article("mill-1")
    for number in range(ARTICLES):
        doc_id = f"made-{number:03d}"
        meta = msgspec.structs.replace(article.meta, doc_id=doc_id)
        labels = msgspec.structs.replace(article.labels, doc_id=doc_id, provenance={})
        tree.meta_path(doc_id).write_bytes(canonical(meta))
        tree.text_path(doc_id).write_text(f"{article.text}\n", encoding="utf-8")
        tree.adjudicated_path(doc_id).write_bytes(canonical(labels))


def docs() -> list[str]:
    return [f"made-{number:03d}" for number in range(ARTICLES)]


@dataclass
class Person:
    """Somebody who labels all the while: what they meant to submit is there once, whatever came.

    A person whose page says that it failed looks again, and submits again what is not there. Who
    has their `pen` keeps them from submitting.
    """

    desk: Desk
    name: str
    submitted: dict[str, Any] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)
    seen: list[Any] = field(default_factory=list)
    bare: int = 0
    pen: threading.Lock = field(default_factory=threading.Lock)

    def label(self, project: int) -> None:
        while not self.stopped.is_set():
            with contextlib.suppress(DataError):
                listed = list(self.desk.server.listed(project))
                for task in [one for one in listed if one.doc_id not in self.submitted][:10]:
                    with self.pen:
                        if self.stopped.is_set():
                            return
                        raw = self.desk.server.get(f"/api/tasks/{task.id}")
                        self.submit(json.loads(raw))
            self.stopped.wait(0.5)

    def submit(self, task: dict[str, Any]) -> None:
        number = len(self.submitted)
        if task["predictions"]:
            shown = task["predictions"][0]["result"]
            result = without(shown, f"T{number % 3 + 1}") if number % 2 else shown
            self.seen = self.seen or shown
        else:  # a locked server took the task without them: all by hand, as far as it went
            result = [one for one in self.seen if one["id"] == "T1"]
            self.bare += 1
        if not result:
            return
        doc_id = task["data"]["doc_id"]
        for _ in range(1000):  # what was begun is ended, also when it is time to stop
            with contextlib.suppress(DataError):
                mine = self.desk.accounts[f"{self.name}@example.org"]
                there = json.loads(self.desk.server.get(f"/api/tasks/{task['id']}"))["annotations"]
                if not [one for one in there if by(one) == mine]:
                    self.desk.submit(task, self.name, result=result)
                self.submitted[doc_id] = result
                return
            time.sleep(0.05)


def by(annotation: dict[str, Any]) -> int:
    """The number of the account that submitted an annotation."""
    said = annotation["completed_by"]
    return int(said["id"] if isinstance(said, dict) else said)


@contextlib.contextmanager
def labelling(person: Person, project: int) -> Iterator[None]:
    thread = threading.Thread(target=person.label, args=(project,))
    person.stopped.clear()
    thread.start()
    try:
        yield
    finally:
        person.stopped.set()
        thread.join()


def client(desk: Desk, *words: object) -> subprocess.Popen[str]:
    line = [sys.executable, "-c", CLIENT, "studio", *map(str, words)]
    return subprocess.Popen(
        [*line, "--root", str(desk.tree.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(desk: Desk, *words: object) -> str:
    process = client(desk, *words)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    return said


def at_work(process: subprocess.Popen[str], sign: Callable[[], object]) -> bool:
    """Wait until a client does what is to be disturbed; False when it ended before."""
    before = sign()
    while sign() == before:
        if process.poll() is not None:
            return False
        time.sleep(0.005)
    return True


def stamp(path: Path) -> tuple[int, int]:
    """A file's identity and time: another one after each write."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns


@dataclass
class Scene:
    """A server of the test's own, its data, and who is there."""

    server: Server
    data: Path
    desk: Desk
    chance: random.Random
    faults: Counter[str] = field(default_factory=Counter)
    inside: int = 0  # pushes that were killed before their last batch was answered

    def project(self, annotator: str | None = None) -> Any:
        return ours(self.desk.server)[Purpose("pass", annotator)]

    def folder(self) -> Path:
        project = self.project()
        return tree_folder(project_folder(self.desk.server.url, project), self.desk.tree.root)

    def kill_server(self) -> None:
        """Kill it as a power cut does, and start it again on the same data and port."""
        port = self.server.port
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.stop()
        self.server = start(self.data, port=port)
        self.faults["server"] += 1


@pytest.fixture
def scene(
    studio_template: Path,
    studio_env: None,
    tree: Tree,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Scene]:
    data = copied(studio_template, tmp_path / "data")
    server = start(data)
    monkeypatch.setenv("DATELINE_STUDIO_URL", server.url)
    monkeypatch.setenv("DATELINE_STUDIO_KEY", server.who.key)
    many(tree)
    desk = Desk(tree, Client.connect(server.url, server.who.key), people(server))
    found = Scene(server, data, desk, random.Random(SEED))
    yield found
    found.server.stop()


def test_nothing_is_lost(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    desk, person = scene.desk, Person(scene.desk, "ben")
    finished(desk, "push", "--from", "adjudicated", "mill-1")  # the project, with one task
    project = scene.project().id
    with labelling(person, project):
        killed_pushes(scene, person)
        killed_servers(scene)
        finished(desk, "push", "--from", "adjudicated", *docs())
        each_task_once(scene, project)
        killed_pulls(scene, person)
    each_task_once(scene, project)
    each_annotation_once(scene, person, project)
    finished(desk, "pull")
    passes_are_whole(scene, person)
    with capsys.disabled():
        said = ", ".join(f"{count} of a {what}" for what, count in scene.faults.items())
        more = "" if FULL else "; 53 with --full"
        print(f"\n{sum(scene.faults.values())} kills: {said}; {scene.inside} pushes cut off{more}")
    assert scene.inside > 0
    assert scene.faults == {"push": PUSHES, "server": SERVERS, "pull": PULLS}


def killed_pushes(scene: Scene, person: Person) -> None:
    """Kill pushes of ever more articles: at any moment from the first batch on."""
    folder = project_folder(scene.desk.server.url, scene.project())
    sign = folder / Sent.file
    half = ARTICLES // 2
    for number in itertools.count():
        if scene.faults["push"] == PUSHES:
            return
        if not missing(scene, half):  # all there: begin anew, but for what is labelled
            with person.pen:  # the server would delete a task with what has just come to it
                empty(scene)
        words = ("push", "--from", "adjudicated", "--batch", BATCH, *docs()[:half])
        process = client(scene.desk, *words)
        if at_work(process, lambda: stamp(sign)):
            time.sleep(scene.chance.uniform(0, 0.4))
        if process.poll() is None:
            process.kill()
            scene.faults["push"] += 1
            scene.inside += bool(held(scene.desk.server, scene.project().id))
        process.communicate()
        assert number < 10 * PUSHES, "pushes end before they can be killed"


def missing(scene: Scene, count: int) -> set[str]:
    there = {task.doc_id for task in scene.desk.server.listed(scene.project().id)}
    return set(docs()[:count]) - there


def empty(scene: Scene) -> None:
    """Take the tasks away that nobody has begun, as an owner may."""
    for task in scene.desk.server.listed(scene.project().id):
        if not scene.desk.server.is_begun(task.id):
            scene.desk.delete("tasks", task.id)


def killed_servers(scene: Scene) -> None:
    """Kill the server while it imports; the client may outlive that or not."""
    folder = project_folder(scene.desk.server.url, scene.project())
    step = (ARTICLES // 2) // SERVERS
    for number in range(SERVERS):
        last = ARTICLES // 2 + step * (number + 1)
        words = ("push", "--from", "adjudicated", "--batch", 2 * BATCH, *docs()[:last])
        process = client(scene.desk, *words)
        assert at_work(process, lambda: stamp(folder / Sent.file))
        time.sleep(scene.chance.uniform(0, 0.3))
        scene.kill_server()
        process.communicate()
        finished(scene.desk, *words)


def killed_pulls(scene: Scene, person: Person) -> None:
    """Kill pulls while they write; between them people submit more."""
    sign = scene.folder() / Record.file
    for number in itertools.count():
        if scene.faults["pull"] == PULLS:
            return
        process = client(scene.desk, "pull")
        if at_work(process, lambda: stamp(sign)):
            time.sleep(scene.chance.uniform(0, 0.5))
        if process.poll() is None:
            process.kill()
            scene.faults["pull"] += 1
        process.communicate()
        # What a person does to labels here: they go missing, and come again.
        for doc_id in scene.chance.sample(sorted(person.submitted), min(20, len(person.submitted))):
            scene.desk.tree.pass_path(scene.desk.ben, doc_id).unlink(missing_ok=True)
        assert number < 10 * PULLS, "pulls end before they can be killed"


# ── What must hold


def each_task_once(scene: Scene, project: int) -> None:
    tasks = scene.desk.tasks(project)
    assert Counter(t["data"]["doc_id"] for t in tasks) == Counter(["mill-1", *docs()])
    assert {t["data"]["doc_id"] for t in tasks if len(t["predictions"]) != 1} == set()


def each_annotation_once(scene: Scene, person: Person, project: int) -> None:
    found: Counter[str] = Counter()
    for task in scene.desk.tasks(project):
        for one in task["annotations"]:
            assert by(one) == scene.desk.accounts["ben@example.org"]
            found[task["data"]["doc_id"]] += 1
    assert len(person.submitted) > 20
    assert found == Counter(dict.fromkeys(person.submitted, 1))


def passes_are_whole(scene: Scene, person: Person) -> None:
    desk = scene.desk
    folder = desk.tree.pass_path(desk.ben, "mill-1").parent
    assert sorted(path.stem for path in folder.glob("*.json")) == sorted(person.submitted)
    assert litter(folder) == [] and litter(scene.folder()) == []
    truth = plain(desk.tree.article("mill-1").labels)
    for doc_id, result in person.submitted.items():
        doc = desk.labels(desk.ben, doc_id)
        regions = {one["id"] for one in result if one.get("type") == "labels"}
        entities = {entity.id for entity in doc.entities}
        assert entities == {region for region in regions if region.startswith("T")}
        assert doc.provenance[doc_id].origin == "label-studio"
        if len(entities) == len(truth["entities"]):
            assert plain(doc) == truth
    record = Record.read(scene.folder(), scene.project())
    assert set(record.pulled) == {f"{doc_id}/{desk.ben}" for doc_id in person.submitted}
    assert record.quarantined == {}
