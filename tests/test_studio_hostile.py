"""A pull from a server that sends whatever it likes: nothing crashes it, nothing wrong gets in."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from dateline.errors import DataError
from dateline.files import cache_folder
from dateline.studio.client import Client, Listed, Project
from dateline.studio.projects import Purpose
from dateline.studio.pull import PullReport, pull
from dateline.studio.record import project_folder
from dateline.studio.tasks import task_of
from dateline.tree import Tree
from studio_made import submitted
from test_studio_reading import ANA, PASS, PEOPLE

PROJECT = Project(id=1, title="Dateline", created_at="2026-11-22T10:00:00Z")


class FakeClient:
    """A server of one answer."""

    url = "http://localhost"

    def __init__(self, page: bytes) -> None:
        self.page = page

    def users(self) -> bytes:
        return b'{"users":[{"id":3,"email":"%s"}]}' % ANA.encode()

    def pages(self, project: int, filters: Sequence[Any] = (), **query: Any) -> Iterator[bytes]:
        if not any("draft" in str(one) for one in filters):
            yield self.page

    def project(self, project: int) -> Project:
        return PROJECT

    def clock(self) -> datetime:
        return datetime(2026, 11, 22, 12, tzinfo=UTC)

    def listed(self, project: int, *, after: int = 0) -> Iterator[Listed]:
        return iter(())

    def task_url(self, project: int, task: int) -> str:
        return f"{self.url}/{project}/{task}"


@pytest.fixture
def ours(tree: Tree) -> Tree:
    entered = tree.root / "annotations" / "annotators.yaml"
    entered.write_text(entered.read_text() + PEOPLE)
    return Tree(tree.root)


def task(tree: Tree, doc_id: str = "mill-1", number: int = 5) -> dict[str, Any]:
    """A task of an article as the server lists it, its labels submitted unchanged by ana."""
    article = tree.article(doc_id)
    sources = {"llm-t": article.labels}
    text = article.text or ""
    raw: dict[str, Any] = json.loads(
        task_of(article.meta, text, tree.scheme, PASS, sources, "ab" * 32).raw
    )
    (shown,) = raw.pop("predictions")
    annotation = {"id": number + 100, "completed_by": 3, "result": submitted(shown["result"], text)}
    return raw | {"id": number, "annotations": [annotation]}


def pulled(tree: Tree, answer: Any, purpose: Purpose = PASS, **more: Any) -> PullReport:
    page = answer if isinstance(answer, bytes) else json.dumps({"tasks": answer}).encode()
    return pull(cast("Client", FakeClient(page)), tree, PROJECT, purpose, **more)


def files(tree: Tree) -> dict[str, bytes]:
    """Every file of the tree with its bytes."""
    paths = (path for path in tree.root.rglob("*") if path.is_file())
    return {path.relative_to(tree.root).as_posix(): path.read_bytes() for path in paths}


def results(change: Any) -> Any:
    """A change of the first region, and of all results."""

    def apply(task: dict[str, Any]) -> None:
        change(task["annotations"][0]["result"])

    return apply


def _value(name: str, value: Any) -> Any:
    return results(lambda found: found[0]["value"].__setitem__(name, value))


def _relation(**fields: Any) -> Any:
    plain = {"type": "relation", "from_id": "E2", "to_id": "T5", "direction": "right"}
    return results(lambda found: found.append(plain | {"labels": ["actor"]} | fields))


def _deep(found: list[Any]) -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    found[0]["value"]["labels"] = deep


HOSTILE = {
    "an unknown label": _value("labels", ["WIZARD"]),
    "a list for a label": _value("labels", [["GPE"]]),
    "an offset of 100000": _value("end", 100_000),
    "a negative offset": _value("start", -5),
    "a span reversed": _value("end", 1),
    "a float": _value("start", 14.0),
    "a truth value": _value("start", True),
    "words": _value("start", "14"),
    "no offset": _value("start", None),
    "a number of 4000 digits": _value("end", 10**4000),
    "the words of another text": _value("text", "Kelmar"),
    "a region of another text": results(lambda f: f[0].__setitem__("to_name", "cases")),
    "an id twice": results(lambda f: f.append(dict(f[0]))),
    "an id that is a path": results(lambda f: f[0].__setitem__("id", "../../x")),
    "deeply nested": results(_deep),
    "half a character": results(lambda f: f[0].__setitem__("id", "\ud83d")),
    "a NUL for a word": results(lambda f: f[0].__setitem__("from_name", "\x00")),
    "wrong types everywhere": results(lambda f: f.extend([1, None, [], {}, "x", {"type": {}}])),
    "a million results": results(lambda f: f.extend([0] * 1_000_000)),
    "a dangling relation": _relation(to_id="gone"),
    "a relation to a path": _relation(to_id="../../etc"),
    "a relation without a name": _relation(labels=None),
    "a relation of an unknown name": _relation(labels=["kills"]),
    "a relation to itself": _relation(to_id="E2"),
    "an argument both ways": _relation(to_id="T4", direction="bi"),
    "an event of itself": _relation(from_id="E2", to_id="E2", labels=["topic"]),
    "two holders": _relation(from_id="S1", to_id="T5", labels=["holder"]),
    "a note of a megabyte": results(lambda f: f[0].__setitem__("meta", {"text": ["x" * 10**6]})),
    "an unknown account": lambda t: t["annotations"][0].__setitem__("completed_by", 9),
    "no account": lambda t: t["annotations"][0].__setitem__("completed_by", None),
    "an account in words": lambda t: t["annotations"][0].__setitem__("completed_by", "ana"),
    "an annotation twice": lambda t: t["annotations"].append(t["annotations"][0] | {"id": 9}),
    "an annotation that is none": lambda t: t["annotations"].__setitem__(0, {"id": 105}),
    "another version of the scheme": lambda t: t["data"].__setitem__("scheme", "2.0"),
    "another text": lambda t: t["data"].__setitem__("text", "Words."),
    "a document that is a path": lambda t: t["data"].__setitem__("doc_id", "../../../x"),
    "a document that is a list": lambda t: t["data"].__setitem__("doc_id", ["mill-1"]),
    "an unknown document": lambda t: t["data"].__setitem__("doc_id", "nowhere-1"),
    "a sidecar with ids that are none": lambda t: t["data"]["carried"][""].__setitem__(
        "items", {"": "", "../x": ""}
    ),
    "a sidecar with strange clusters": lambda t: t["data"]["carried"][""].__setitem__(
        "clusters", {"../C1": {"at": "T1"}}
    ),
    "a sidecar of wrong types": lambda t: t["data"]["carried"][""].__setitem__("foreign", [5]),
    "a kb that is a path": results(
        lambda f: [
            r["value"].__setitem__("text", ["../../x"])
            for r in f
            if r.get("from_name") == "kb-entities"
        ]
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_wrong_is_set_aside_and_the_rest_is_written(ours: Tree, name: str) -> None:
    bad, good = task(ours), task(ours, "toll-1", 6)
    HOSTILE[name](bad)
    before = files(ours)
    report = pulled(ours, [bad, good])
    after = files(ours)
    new = {path for path in after if after[path] != before.get(path)}
    fine = {
        "an id that is a path": {"annotations/passes/ana/mill-1.json"},
        "an annotation that is none": {"annotations/passes/ana/mill-1.json"},
    }
    assert new - fine.get(name, set()) == {"annotations/passes/ana/toll-1.json"}
    if name not in fine:
        assert ("toll-1", "ana") in report.written
        assert report.quarantined
        for key, entry in report.quarantined.items():
            assert entry.faults
            assert ".." not in key
    outside = [p for p in cache_folder().parent.rglob("*") if p.name in ("x", "x.json")]
    assert outside == []
    assert pulled(ours, [bad, good]).written == []  # and the same again


def test_the_quarantine_holds_the_work_and_is_emptied_when_it_is_mended(ours: Tree) -> None:
    bad, mended = task(ours), task(ours)
    HOSTILE["an unknown label"](bad)
    pulled(ours, [bad])
    (path,) = cache_folder().rglob("quarantine/*.json")
    kept = json.loads(path.read_bytes())
    assert kept["annotation"] == bad["annotations"][0]
    assert kept["why"]["url"] == "http://localhost/1/5"
    report = pulled(ours, [mended])
    assert (report.written, report.quarantined, path.exists()) == ([("mill-1", "ana")], {}, False)


def test_a_task_of_another_scheme_leaves_the_quarantine_when_it_is_pushed_anew(ours: Tree) -> None:
    bad = task(ours)
    HOSTILE["another version of the scheme"](bad)
    assert list(pulled(ours, [bad]).quarantined) == ["mill-1/105"]
    assert pulled(ours, [task(ours)]).quarantined == {}


@pytest.mark.parametrize("cut", [1, 30, 3000, -1])
def test_an_answer_that_is_cut_writes_nothing(ours: Tree, cut: int) -> None:
    before = files(ours)
    with pytest.raises(DataError, match="a whole answer in JSON"):
        pulled(ours, json.dumps({"tasks": [task(ours)]}).encode()[:cut])
    assert files(ours) == before


def test_a_snapshot_that_is_cut_writes_nothing(ours: Tree, tmp_path: Path) -> None:
    before, path = files(ours), tmp_path / "old.jsonl.gz"
    tasks = [task(ours), task(ours, "toll-1", 6)]
    lines = b"\n".join(json.dumps({"tasks": [one]}).encode() for one in tasks)
    whole = gzip.compress(lines + b"\n")
    path.write_bytes(whole[: len(whole) - 9])
    with pytest.raises(DataError, match="a whole snapshot"):
        pulled(ours, [], snapshot=path)
    assert files(ours) == before
    path.write_bytes(whole)
    assert len(pulled(ours, [], snapshot=path).quarantined) == 2  # it names no accounts
    users = FakeClient(b"").users()
    path.write_bytes(gzip.compress(users + b"\n" + lines))
    assert len(pulled(ours, [], snapshot=path).written) == 2


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff", b'{"created_at":5}', b"[" * 100_000])
def test_a_broken_record_is_begun_anew(ours: Tree, raw: bytes) -> None:
    assert pulled(ours, [task(ours)]).written == [("mill-1", "ana")]
    records = list(project_folder(FakeClient.url, PROJECT).rglob("*.json"))
    assert records
    for path in records:
        path.write_bytes(raw)
    assert pulled(ours, [task(ours)]).unchanged == [("mill-1", "ana")]


def test_notes_with_html_are_words(ours: Tree) -> None:
    noted = task(ours)
    said = "<script>alert(1)</script>\x1b[2J &amp; \u202e?"
    noted["annotations"][0]["result"][0]["meta"] = {"text": [said]}
    pulled(ours, [noted])
    doc = ours.read_document(ours.pass_path("ana", "mill-1"), "mill-1")
    assert doc.provenance["T1"].reason == "<script>alert(1)</script> [2J &amp; \u202e?"
