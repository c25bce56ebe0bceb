"""What people would do at a server, for tests: sign up, label, save, submit, skip, delete.

Their clicks are requests here. Nothing of it is called human: every account is that of a rule.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from typer.testing import CliRunner

from dateline.cli import app
from dateline.records import Document, canonical
from dateline.studio.client import Client, Project
from dateline.studio.projects import Purpose, ours
from dateline.studio.server import Server
from dateline.studio.web import add_account
from dateline.tree import Tree

PEOPLE = ("ana@example.org", "ben@example.org", "eve@example.org")
_NUMBERS = itertools.count(1)


def people(server: Server) -> dict[str, int]:
    """The accounts, made where they are not there yet: number by address."""
    for email in PEOPLE:
        add_account(server.url, server.who.key, email)
    known = Client.connect(server.url, server.who.key).users()
    return {user["email"]: user["id"] for user in json.loads(known)["users"]}


@dataclass
class Desk:
    """A tree, a server, and two annotators of this test's own; `eve` has no entry."""

    tree: Tree
    server: Client
    accounts: dict[str, int]
    ana: str = ""
    ben: str = ""

    def __post_init__(self) -> None:
        number = next(_NUMBERS)
        self.ana, self.ben = f"ana-{number}", f"ben-{number}"
        self.enter(self.ana, "ana@example.org")
        self.enter(self.ben, "ben@example.org")

    def enter(self, name: str, account: str) -> None:
        """An entry in annotators.yaml."""
        entry = "kind: rule, does: tests, instructions: none, since: '2026-11-01'"
        with (self.tree.root / "annotations" / "annotators.yaml").open("a") as file:
            file.write(f"{name}: {{{entry}, account: {account}}}\n")
        self.tree = Tree(self.tree.root)

    # ── commands

    def run(self, *words: object) -> Any:
        """A command of `dateline studio`; its exit code is the caller's to look at."""
        line = ["studio", *map(str, words), "--root", str(self.tree.root)]
        return CliRunner().invoke(app, line)

    def push(self, *words: object) -> str:
        done = self.run("push", *words)
        assert done.exit_code == 0, done.output or done.exception
        return str(done.output)

    def pull(self, *words: object) -> dict[str, Any]:
        """The report of one project; what is in quarantine is part of it."""
        done = self.run("pull", "--format", "json", *words)
        fault = done.exception
        assert done.exit_code == 0 or "in quarantine" in str(fault), done.output or fault
        (report,) = json.loads(done.stdout)
        return dict(report)

    def project(self, kind: Any = "pass", annotator: str | None = None, layer: Any = None) -> int:
        project: Project = ours(self.server)[Purpose(kind, annotator, layer)]
        return project.id

    # ── people

    def tasks(self, project: int) -> list[dict[str, Any]]:
        pages = self.server.pages(project, fields="all")
        return [task for page in pages for task in json.loads(page)["tasks"]]

    def task(self, project: int, doc_id: str) -> dict[str, Any]:
        (found,) = [t for t in self.tasks(project) if t["data"].get("doc_id") == doc_id]
        return found

    def submit(self, task: dict[str, Any], who: str = "ana", **more: Any) -> int:
        """Submit a task as its first prediction has it, or with another `result`."""
        shown = task["predictions"][0]["result"] if task.get("predictions") else []
        by = self.accounts[f"{who}@example.org"]
        body = {"result": shown, "completed_by": by, "lead_time": 60.0} | more
        made = self.server.send("POST", f"/api/tasks/{task['id']}/annotations/", body)
        return int(json.loads(made)["id"])

    def skip(self, task: dict[str, Any], who: str = "ana") -> int:
        return self.submit(task, who, was_cancelled=True, result=[])

    def draft(self, task: dict[str, Any]) -> None:
        body = {"result": task["predictions"][0]["result"], "lead_time": 3.0}
        self.server.send("POST", f"/api/tasks/{task['id']}/drafts", body)

    def change(self, annotation: int, result: list[Any]) -> None:
        self.server.send("PATCH", f"/api/annotations/{annotation}", {"result": result})

    def delete(self, what: str, number: int) -> None:
        self.server.send("DELETE", f"/api/{what}/{number}/")

    # ── what is here

    def labels(self, annotator: str, doc_id: str) -> Document:
        return self.tree.read_document(self.tree.pass_path(annotator, doc_id), doc_id)


def desk_on(server: Server, tree: Tree) -> Iterator[Desk]:
    """A desk at a server without projects: those that another test left there are taken away."""
    client = Client.connect(server.url, server.who.key)
    for project in client.projects():
        client.send("DELETE", f"/api/projects/{project.id}/")
    yield Desk(tree, client, people(server))


def without(result: list[dict[str, Any]], region: str) -> list[dict[str, Any]]:
    """A result without a region and the arrows at it."""
    ends = ("id", "from_id", "to_id")
    return [one for one in result if region not in [one.get(end) for end in ends]]


def litter(folder: Path) -> list[Path]:
    """Files that a killed process left half written."""
    return [path for path in folder.rglob(".*") if path.is_file()]


def plain(doc: Document) -> Any:
    """The five layer keys of a document."""
    keys = ("entities", "clusters", "events", "attributions", "stances")
    return {key: msgspec.to_builtins(getattr(doc, key)) for key in keys}


def layers(doc: Document) -> bytes:
    """The five keys of the layers as they are stored."""
    bare = {"provenance": {}, "guidelines": None, "foreign": [], "status": "silver"}
    annotator = msgspec.structs.replace(doc.annotator, id="x", kind="rule")
    return canonical(msgspec.structs.replace(doc, annotator=annotator, **bare))


def copy_of(source: Tree, root: Path, docs: list[str]) -> Tree:
    """A tree with some articles of another, their adjudicated labels and the world."""
    for name in ("schema", "corpus/world"):
        shutil.copytree(source.root / name, root / name)
    tree = Tree(root)
    tree.articles.mkdir()
    tree.adjudicated.mkdir(parents=True)
    shutil.copy(source.root / "annotations" / "annotators.yaml", root / "annotations")
    for doc_id in docs:
        shutil.copy(source.text_path(doc_id), tree.articles)
        shutil.copy(source.meta_path(doc_id), tree.articles)
        shutil.copy(source.adjudicated_path(doc_id), tree.adjudicated)
    return tree
