"""What is written, through a real Label Studio and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from browser import browser
from conftest import REPOSITORY
from dateline.formats.labelstudio import FORMAT
from dateline.formats.native import to_standoff
from dateline.formats.registry import Known
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from dateline.records import Foreign, Span
from dateline.studio.client import Client
from dateline.studio.server import Server
from dateline.tree import Tree
from strategies import SCHEME

KNOWN = Known(SCHEME, {}.__getitem__)
ODD = "👩🏽‍🚀 of Olm\tcafé שלום\n\n&lt;b&gt; <b>Orlem</b> \\n 🙂 said"


@pytest.fixture(scope="module")
def given() -> list[StandOff]:
    """Articles of the corpus, a text that has everything, and one of odd characters, by name."""
    tree = Tree(REPOSITORY)
    ids = [one for one in tree.labelled() if tree.meta(one).tier == "open"][:8]
    found = [to_standoff(tree.article(doc_id), SCHEME) for doc_id in ids]
    place = ODD.index("Orlem")
    said = {"mention": "name", "ß x": "\n"}
    mark = Foreign("T1", "span", "PERSON", [Span(place, place + 5)], [], said)
    found += [sample(), StandOff(doc_id="odd-1", text=ODD, marks=[mark])]
    return sorted(found, key=lambda one: one.doc_id)


@pytest.fixture
def project(studio_server: Server, given: list[StandOff]) -> Iterator[tuple[Client, int]]:
    """A project that was set up by hand from the written files."""
    client = Client.connect(studio_server.url, studio_server.who.key)
    files = dict(FORMAT.write(given, SCHEME))
    config = files.pop("labelling.xml").decode()
    raw = client.send("POST", "/api/projects", {"title": "From files", "label_config": config})
    number = int(json.loads(raw)["id"])
    for name, content in files.items():
        client.upload(f"/api/projects/{number}/import", name, content)
    yield client, number
    client.send("DELETE", f"/api/projects/{number}/")


def tasks_of(client: Client, project: int) -> list[dict[str, Any]]:
    return [t for page in client.pages(project, fields="all") for t in json.loads(page)["tasks"]]


def exported(client: Client, project: int, folder: Path, form: str = "JSON") -> list[StandOff]:
    """What is read of an export, by name."""
    folder.mkdir(exist_ok=True)
    query = {"exportType": form, "download_all_tasks": "true"}
    (folder / "export.json").write_bytes(client.get(f"/api/projects/{project}/export", **query))
    return sorted(FORMAT.read(folder, KNOWN), key=lambda one: one.doc_id)


def submitted(standoff: StandOff) -> StandOff:
    """As it comes back once somebody has submitted it: nobody knows whose labels they are."""
    kept = FORMAT.kept(standoff, SCHEME)
    return msgspec.structs.replace(kept, annotator=None, status=None)


def reasons(found: list[StandOff]) -> set[str]:
    return {notice.reason for one in found for notice in one.notices}


def test_tasks_go_in_are_submitted_and_come_back(
    project: tuple[Client, int], given: list[StandOff], tmp_path: Path
) -> None:
    client, number = project
    tasks = tasks_of(client, number)
    assert len(tasks) == len(given)
    assert reasons(exported(client, number, tmp_path / "before")) == {
        "predictions that the export does not hold"
    }
    for task in tasks:
        body = {"result": task["predictions"][0]["result"], "lead_time": 5.0}
        client.send("POST", f"/api/tasks/{task['id']}/annotations/", body)
    found = exported(client, number, tmp_path / "after")
    assert found == [submitted(one) for one in given]


def test_the_smaller_export_has_the_regions(
    project: tuple[Client, int], given: list[StandOff], tmp_path: Path
) -> None:
    client, number = project
    for task in tasks_of(client, number):
        body = {"result": task["predictions"][0]["result"]}
        client.send("POST", f"/api/tasks/{task['id']}/annotations/", body)
    found = exported(client, number, tmp_path, "JSON_MIN")
    for one, whole in zip(found, given, strict=True):
        entities = {
            (m.label, *m.spans) for m in whole.marks if m.label in SCHEME.labels("entities")
        }
        assert entities <= {(m.label, *m.spans) for m in one.marks}
        assert one.text == whole.text
    assert "the export JSON_MIN, which leaves out arrows and ids" in reasons(found)


def test_somebody_opens_and_submits_and_the_labels_are_the_same(
    project: tuple[Client, int],
    given: list[StandOff],
    studio_server: Server,
    tmp_path: Path,
) -> None:
    """The editor itself keeps every label, arrow, field, note and id that was filled in."""
    client, number = project
    tasks = {task["data"]["doc_id"]: task["id"] for task in tasks_of(client, number)}
    chosen = {one.doc_id: one for one in given if one.doc_id in ("olm-1", "odd-1")}
    chosen[given[0].doc_id] = given[0]
    with browser(studio_server.url) as person:
        person.sign_in(studio_server.who.email, studio_server.who.password)
        for doc_id in chosen:
            person.open(number, tasks[doc_id])
            person.submit()
    found = {one.doc_id: one for one in exported(client, number, tmp_path)}
    for doc_id, one in chosen.items():
        assert found[doc_id] == submitted(one)
