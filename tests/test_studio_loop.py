"""The loop closed, in a temporary tree: from a raw article, or two passes, to rows that load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
from typer.testing import CliRunner

from dateline.cli import app
from dateline.tree import Tree
from studio_desk import Desk, plain, without


def dateline(desk: Desk, *words: object) -> str:
    done = CliRunner().invoke(app, [*map(str, words), "--root", str(desk.tree.root)])
    assert done.exit_code == 0, done.output or done.exception
    return str(done.output)


def built(desk: Desk) -> dict[str, Any]:
    """The rows of every split, by document, as `datasets` loads them from a fresh build."""
    dateline(desk, "build")
    found = datasets.load_dataset(str(desk.tree.root / "build"), "documents")
    return {row["doc_id"]: row for split in found.values() for row in split}


def submitted(desk: Desk, kind: str, doc_id: str, who: str, result: Any = None) -> dict[str, Any]:
    """Submit a task of one of ana's or ben's own projects; the task."""
    name = {"ana": desk.ana, "ben": desk.ben}[who]
    task = desk.task(desk.project(kind, name), doc_id)
    desk.submit(task, who, **({} if result is None else {"result": result}))
    return task


def test_two_passes_are_agreed_adjudicated_and_built(desk: Desk) -> None:
    truth = desk.tree.article("mill-1").labels
    for who, name in (("ana", desk.ana), ("ben", desk.ben)):
        desk.push("--annotator", name, "--from", "adjudicated", "mill-1")
        task = desk.task(desk.project(annotator=name), "mill-1")
        shown = task["predictions"][0]["result"]
        submitted(desk, "pass", "mill-1", who, shown if who == "ana" else without(shown, "S1"))
        assert desk.pull("--annotator", name)["written"] == [["mill-1", name]]
    desk.tree.adjudicated_path("mill-1").unlink()  # there is no answer yet
    assert "mill-1" not in built(desk)

    agreed = dateline(desk, "agree", "mill-1", "--annotators", f"{desk.ana},{desk.ben}")
    assert "stance" in agreed
    desk.push("--adjudicate", f"{desk.ana},{desk.ben}", "--annotator", desk.ana)
    task = desk.task(desk.project("adjudication", desk.ana), "mill-1")
    (begun,) = [one for one in task["predictions"] if one["model_version"] == desk.ana]
    submitted(desk, "adjudication", "mill-1", "ana", begun["result"])
    report = desk.pull("--adjudication", "--annotator", desk.ana)
    assert (report["written"], report["quarantined"]) == ([["mill-1", desk.ana]], {})

    assert plain(desk.tree.article("mill-1").labels) == plain(truth)
    dateline(desk, "validate")
    row = built(desk)["mill-1"]
    assert len(row["entities"]) == len(truth.entities)
    assert len(row["stances"]) == len(truth.stances) > 0


def test_a_raw_article_becomes_a_row(desk: Desk, tmp_path: Path) -> None:
    raw = tmp_path / "quay-1.txt"
    text = "The Nestran Relief Committee opened the quay.\n\n“We met,” said a café owner. 🙂\n"
    raw.write_text(text, encoding="utf-8")
    facts = ("--published", "2026-05-06", "--storyline", "quay", "--split", "train")
    more = ("--title", "Quay opened", "--outlet", "tests", "--genre", "spot", "--author", "llm-t")
    origin = ("--source", "tests")
    dateline(desk, "add", raw, *facts, *more, *origin)
    desk.tree = Tree(desk.tree.root)
    desk.push("quay-1", "--from", "gazetteer", "--annotator", desk.ana)
    task = submitted(desk, "pass", "quay-1", "ana")
    assert desk.pull("--annotator", desk.ana)["written"] == [["quay-1", desk.ana]]
    labels = desk.labels(desk.ana, "quay-1")
    assert [e.type for e in labels.entities] == ["ORG"] and len(task["predictions"]) == 1

    desk.push("quay-1", "--from", desk.ana, "--annotator", desk.ben)
    submitted(desk, "pass", "quay-1", "ben")
    desk.pull("--annotator", desk.ben)
    dateline(desk, "adjudicate", "quay-1", "--sheets", tmp_path / "sheets")
    (sheet,) = (tmp_path / "sheets").glob("quay-1*")
    decisions = desk.tree.decisions_path("quay-1")
    decisions.parent.mkdir(parents=True, exist_ok=True)
    lines = sheet.read_text().splitlines()
    decisions.write_text("\n".join([*lines[:2], f"by {desk.ana} rule", *lines[2:]]) + "\n")
    dateline(desk, "adjudicate", "quay-1")
    dateline(desk, "validate")
    row = built(desk)["quay-1"]
    assert row["text"] == text.rstrip("\n")
    words = [row["text"][one["start"] : one["end"]] for one in row["entities"]]
    assert words == ["Nestran Relief Committee"]
