"""`dateline import` and `export`: a tree of one's own in one go, and an account that adds up."""

from __future__ import annotations

import json
from pathlib import Path

import datasets
import pytest

import dateline
from conftest import shared_folder
from dateline.errors import DataError, UsageError
from dateline.records import Document, canonical, decode
from dateline.studio.sources import labels_from
from dateline.tree import Tree
from running import run

TEXT = "Olm closed its harbour, said Tamsin Orlem.\n"
ANN = (
    "T1\tTown 0 3\tOlm\nT2\tPerson 29 41\tTamsin Orlem\nT3\tShut 4 10\tclosed\n"
    "E1\tShut:T3 By:T1\nR1\tMayor_of Arg1:T2 Arg2:T1\nA1\tSure E1 very\n"
    "#1\tAnnotatorNotes T1\tyes\n"
)
MAPPING = """\
name: harbour
title: Harbour labels
source: [made for a test]
annotator: {id: ana, kind: human, does: labels, instructions: none, since: "2026-01-01"}
article: {licence: CC0-1.0, source: a test, genre: interview}
by-words: [mention]
rules:
- {kind: span, label: Town, to: GPE}
- {kind: span, label: Person, to: PERSON}
- {kind: event, label: Shut, to: COERCE/restrict, roles: {By: actor}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three articles in brat's form: one labelled, one of the same name, one empty."""
    place = tmp_path / "brat"
    (place / "more").mkdir(parents=True)
    (place / "Olm 1.txt").write_text(TEXT)
    (place / "Olm 1.ann").write_text(ANN)
    (place / "more" / "blank.txt").write_text("\n")
    (place / "more" / "blank.ann").write_text("#1\tAnnotatorNotes T1\tnothing here\n")
    (place / "olm-1.txt").write_text("Nobody came.\n")
    (tmp_path / "harbour.yaml").write_text(MAPPING)
    return place


@pytest.fixture
def mine(folder: Path, tmp_path: Path, tree: Tree) -> Tree:
    options = ["--mapping", tmp_path / "harbour.yaml", "--published", "2026-03-04"]
    run("import", "brat", folder, "--out", tmp_path / "mine", "--root", tree.root, *options)
    return Tree(tmp_path / "mine")


def test_every_command_works_on_an_imported_tree(mine: Tree, tmp_path: Path) -> None:
    assert "0 errors" in run("validate", mine.root)
    assert mine.labelled() == ["olm-1", "olm-1-2"]
    rows = dateline.load("documents", "train", root=mine.root)
    assert isinstance(rows, datasets.Dataset)
    assert [row["doc_id"] for row in rows] == ["olm-1", "olm-1-2"]
    assert len(dateline.load("events", "train", root=mine.root, format="arrow")) == 1
    assert json.loads(run("stats", "--format", "json", "--root", mine.root))["version"] == "tree"
    assert "Olm" in run("show", "olm-1", "--root", mine.root)
    assert len(list(labels_from(mine, "adjudicated", []))) == 2, "what `studio push` sends"
    run("export", "brat", "--root", mine.root, "--out", tmp_path / "out")
    again = (tmp_path / "out" / "olm-1.ann").read_text()
    for line in ("R1\tMayor_of Arg1:T2 Arg2:T1", "#1\tAnnotatorNotes T1\tyes"):
        assert line in again, "what the scheme has no place for goes out as it came"
    assert "Sure E1 very" in again


def test_what_is_known_is_written_down_and_what_is_not_is_named(mine: Tree) -> None:
    article = mine.article("olm-1")
    meta = article.meta
    assert (meta.licence, meta.source, meta.genre) == ("CC0-1.0", "a test", "interview")
    assert (meta.published, meta.title) == ("2026-03-04", TEXT.strip())
    assert (article.labels.annotator.id, article.labels.status) == ("ana", "silver")
    assert mine.annotators["ana"].kind == "human"
    assert mine.annotators[str(meta.author)].kind == "rule"
    assert mine.split(meta) == "train"
    assumed = json.loads((mine.root / "import.json").read_text())["assumed"]
    assert set(assumed) == {"outlet", "language", "title"}
    town, person = article.entities
    assert (town.type, town.mention, person.type) == ("GPE", "name", "PERSON")
    (event,) = article.events
    assert (event.mode, event.arguments[0].ref) == ("restrict", town.id)


def test_the_account_adds_up(mine: Tree) -> None:
    report = json.loads((mine.root / "import.json").read_text())
    assert report["marks"] == {"span": 2, "event": 1, "relation": 1, "note": 2}
    kept = {reason: found["count"] for reason, found in report["foreign"].items()}
    assert kept == {"a label that the scheme does not have": 2, "a text with nothing in it": 1}
    assert sum(report["marks"].values()) == report["items"] + report["parts"] + sum(kept.values())
    assert report["made"] == {"entities": 2, "events": 1}
    (beside,) = report["beside"].values()
    assert (beside["labels"], beside["where"]) == ({"COERCE.Sure": 1}, ["Olm 1 E1"])
    assert list(report["skipped"]) == ["a text with nothing in it"]


def test_the_report_as_text_and_as_json(folder: Path, tmp_path: Path, tree: Tree) -> None:
    options = ["--root", tree.root, "--split", "test", "--annotator", "crowd=human"]
    said = run("import", "brat", folder, "--out", tmp_path / "one", *options)
    assert "brat: 2 articles" in said
    assert "a label that the scheme does not have: Town 1, Person 1" in said
    assert "more/blank" in said
    again = run("import", "brat", folder, "--out", tmp_path / "two", *options, "--format", "json")
    assert json.loads(again) == json.loads((tmp_path / "two" / "import.json").read_text())
    new = Tree(tmp_path / "one")
    assert new.article("olm-1").labels.annotator.id == "crowd"
    assert {new.split(new.meta(doc_id)) for doc_id in new.doc_ids()} == {"test"}


def test_without_a_word_on_who_made_the_labels_nobody_is_called_human(
    folder: Path, tmp_path: Path, tree: Tree
) -> None:
    run("import", "brat", folder, "--out", tmp_path / "one", "--root", tree.root)
    assert {entry.kind for entry in Tree(tmp_path / "one").annotators.values()} == {"rule"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--annotator", "ana"], "--annotator: expected an id and its kind"),
        (["--annotator", "../ana=human"], "--annotator"),
        (["--published", "yesterday"], "--published: expected a date"),
        (["--published", "2026-02-30"], "--published"),
        (["--genre", "poem"], "--genre: expected one of"),
        (["--split", "dev"], "--split: expected one of"),
        (["--mapping", "nowhere"], "--mapping: expected a file, or one of"),
    ],
)
def test_wrong_use_is_told_and_writes_nothing(
    folder: Path, tmp_path: Path, tree: Tree, options: list[str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        run("import", "brat", folder, "--out", tmp_path / "x", "--root", tree.root, *options)
    assert not (tmp_path / "x").exists()


def test_a_failure_writes_nothing(folder: Path, tmp_path: Path, tree: Tree) -> None:
    (folder / "zz.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(DataError, match=r"zz\.txt byte 0"):
        run("import", "brat", folder, "--out", tmp_path / "x", "--root", tree.root)
    assert not (tmp_path / "x").exists()
    empty = tmp_path / "none"
    empty.mkdir()
    (empty / "a.txt").write_text("\n")
    with pytest.raises(DataError, match="one article or more"):
        run("import", "brat", empty, "--out", tmp_path / "x", "--root", tree.root)
    assert not (tmp_path / "x").exists()


def test_a_folder_with_something_in_it_is_left_alone(
    folder: Path, tmp_path: Path, tree: Tree
) -> None:
    before = sorted(folder.rglob("*"))
    with pytest.raises(UsageError, match="a new or empty folder"):
        run("import", "brat", folder, "--out", folder, "--root", tree.root)
    assert sorted(folder.rglob("*")) == before


# ── Out and in


def test_labels_alone_come_back_as_a_pass(tree: Tree, tmp_path: Path) -> None:
    said = run("export", "brat", "mill-1", "toll-1", "--root", tree.root, "--out", tmp_path / "b")
    assert said == f"2 documents written to {tmp_path / 'b'}\n"
    options = ["--labels", "--annotator", "ana=human", "--root", tree.root]
    run("import", "brat", tmp_path / "b", "--out", tmp_path / "ana", *options)
    for doc_id in ("mill-1", "toll-1"):
        raw = (tmp_path / "ana" / f"{doc_id}.json").read_bytes()
        found = decode(raw, Document, doc_id)
        theirs = tree.article(doc_id).labels
        assert (found.annotator.id, found.annotator.kind) == ("ana", "human")
        assert found.entities == theirs.entities
        assert found.clusters == theirs.clusters, "links to the tree's own world stay"
        assert (found.attributions, found.stances) == (theirs.attributions, theirs.stances)


def test_labels_of_another_text_are_refused(tree: Tree, tmp_path: Path) -> None:
    run("export", "brat", "mill-1", "--root", tree.root, "--out", tmp_path / "b")
    path = tmp_path / "b" / "mill-1.txt"
    path.write_text(path.read_text() + "One more line.\n")
    with pytest.raises(DataError, match="mill-1: expected the text of the tree's article"):
        run(
            "import",
            "brat",
            tmp_path / "b",
            "--labels",
            "--out",
            tmp_path / "x",
            "--root",
            tree.root,
        )
    assert not list(tmp_path.glob("x/*"))


@pytest.mark.parametrize(("form", "external"), [("brat", "away-1.ann"), ("prodigy", "articles")])
def test_a_tree_a_build_and_a_version_are_exported_alike(
    tree: Tree, tmp_path: Path, form: str, external: str
) -> None:
    run("build", "--root", tree.root)
    for name, target in (
        ("a", []),
        ("b", ["tree"]),
        ("c", [tree.root / "build"]),
        ("d", [tree.root]),
    ):
        run("export", form, *target, "--root", tree.root, "--out", tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert any(name.startswith(external) for name in files), "an external text that is here"
    for name in "bcd":
        assert sorted(path.name for path in (tmp_path / name).iterdir()) == files
        for file in files:
            assert (tmp_path / name / file).read_bytes() == (tmp_path / "a" / file).read_bytes()


def test_a_pass_is_exported(tree: Tree, tmp_path: Path) -> None:
    labels = tree.article("mill-1").labels
    path = tree.pass_path("llm-t", "mill-1")
    path.parent.mkdir(parents=True)
    path.write_bytes(canonical(labels))
    run("export", "brat", "--annotator", "llm-t", "--root", tree.root, "--out", tmp_path / "b")
    assert (tmp_path / "b" / "mill-1.ann").is_file()
    assert not (tmp_path / "b" / "toll-1.ann").exists()


def test_what_a_format_leaves_behind_is_named(mine: Tree, tmp_path: Path) -> None:
    said = run("export", "quoted", "--root", mine.root, "--out", tmp_path / "q")
    assert "1 relation Mayor_of" in said
    assert "1 note AnnotatorNotes" in said


def test_the_tutorial_of_brat_in_one_go(tree: Tree, tmp_path: Path) -> None:
    shared = shared_folder()
    folder = shared / "real" / "brat" / "tutorial-news" if shared else None
    if folder is None or not folder.is_dir():
        pytest.skip("brat's tutorial is not here: set DATELINE_SHARED to a folder with real/brat")
    rules = "".join(
        f"- {{kind: span, label: {label}, to: {to}}}\n"
        for label, to in {"Organization": "ORG", "Person": "PERSON", "GPE": "GPE"}.items()
    )
    (tmp_path / "m.yaml").write_text(f"name: m\ntitle: m\nsource: [m]\nrules:\n{rules}")
    options = ["--mapping", tmp_path / "m.yaml", "--root", tree.root, "--format", "json"]
    report = json.loads(run("import", "brat", folder, "--out", tmp_path / "mine", *options))
    kept = sum(found["count"] for found in report["foreign"].values())
    assert sum(report["marks"].values()) == report["items"] + report["parts"] + kept
    assert report["made"]["entities"] > 80
    assert "0 errors" in run("validate", tmp_path / "mine")
