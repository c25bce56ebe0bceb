"""The commands, as a user runs them: output, exit codes, and files untouched by failures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conftest import TINY
from dateline.cli import COMMANDS, app
from dateline.errors import DatelineError
from dateline.records import ArticleMeta, Document, decode
from dateline.tree import Tree


def dateline(*arguments: object) -> str:
    """What a command prints; its expected error is raised as it is."""
    result = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=True)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def in_process(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from dateline.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_help_names_every_command() -> None:
    groups = {name.split()[0] for name in COMMANDS if " " in name}
    shown = "".join([dateline("--help"), *(dateline(group, "--help") for group in groups)])
    assert all(word in shown for name in COMMANDS for word in name.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    assert len(dateline(*name.split(), "--help")) > 100


def test_show_reads_an_article(tree: Tree) -> None:
    shown = dateline("show", "mill-1", "--root", tree.root)
    assert "Nestran forces shelled Dorrek" in shown
    assert "labels by llm-t (model), silver" in shown
    assert "└ A6" in shown, "nested attributions are indented"
    assert "the article itself is against the terror group" in " ".join(shown.split())
    assert "REQUEST/meet" in shown


def test_show_says_how_to_hydrate(tree: Tree, own_cache: Path) -> None:
    for path in (own_cache / "texts").iterdir():
        path.unlink()
    shown = dateline("show", "away-1", "--root", tree.root)
    assert "dateline hydrate FILE" in shown
    assert "harbour" not in shown


def test_show_plain_numbers_the_sentences(tree: Tree) -> None:
    lines = dateline("show", "mill-1", "--plain", "--root", tree.root).splitlines()
    assert lines[0] == "1\tShelling near Dorrek mill"
    assert lines[1] == "", "the text's own lines are kept apart"
    assert len([line for line in lines if line]) == 5


def test_show_json_is_the_stored_document(tree: Tree) -> None:
    raw = dateline("show", "mill-1", "--format", "json", "--root", tree.root).encode()
    assert raw == tree.adjudicated_path("mill-1").read_bytes()
    decode(raw, Document, "output")


def test_show_one_layer(tree: Tree) -> None:
    shown = dateline("show", "mill-1", "--layer", "stances", "--root", tree.root)
    assert "stances (2)" in shown
    assert "events (" not in shown


def test_build_then_stats(tree: Tree) -> None:
    built = dateline("build", "--root", tree.root)
    assert "1 train, 1 validation, 1 test, 1 external" in built
    counted = json.loads(dateline("stats", "tree", "--format", "json", "--root", tree.root))
    assert counted["by_split"]["train"]["events"] == 8
    assert "ASSAULT" in dateline("stats", "tree", "--root", tree.root)


def test_build_json_is_the_manifest(tree: Tree) -> None:
    shown = dateline("build", "--format", "json", "--root", tree.root)
    assert json.loads(shown) == json.loads((tree.root / "build" / "manifest.json").read_text())


def test_validate_passes_and_fails(tree: Tree) -> None:
    assert "0 errors" in dateline("validate", "--root", tree.root)
    path = tree.adjudicated_path("mill-1")
    path.write_text(path.read_text().replace('"ref": "T5"', '"ref": "T95"', 1))
    done = in_process("validate", "--root", tree.root, "--format", "json", "--level", "error")
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)
    assert found["code"] == "DL401"
    where = "annotations/adjudicated/mill-1.json $.events[1].arguments[0].ref"
    assert (found["path"], found["found"]) == (where, "'T95'")


def test_add_then_show_plain(tree: Tree, tmp_path: Path) -> None:
    text = tmp_path / "ferry.txt"
    text.write_text("A ferry sank.\n")
    said = dateline(
        "add", text, "--published", "2026-05-01", "--storyline", "mill", "--root", tree.root
    )
    assert "ferry: corpus/articles/ferry.json, split train" in said
    meta = decode((tree.articles / "ferry.json").read_bytes(), ArticleMeta, "ferry")
    assert meta.published == "2026-05-01"
    assert "1\tA ferry sank." in dateline("show", "ferry", "--plain", "--root", tree.root)


def test_quoted_labels_in_and_out(tree: Tree, tmp_path: Path) -> None:
    dateline("export", "quoted", "mill-1", "--out", tmp_path, "--root", tree.root)
    before = tree.adjudicated_path("mill-1").read_bytes()
    dateline(
        "import", "quoted", tmp_path / "mill-1.txt", "--out", tmp_path / "in", "--root", tree.root
    )
    assert (tmp_path / "in" / "mill-1.json").read_bytes() == before


def test_labels_with_errors_are_not_imported(tree: Tree, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text((TINY / "mill-1.quoted").read_text().replace(" GPE ", " PLACE ", 1))
    with pytest.raises(DatelineError, match="Nothing was written"):
        dateline("import", "quoted", bad, "--out", tmp_path / "in", "--root", tree.root)
    assert not list(tmp_path.glob("in/*"))


def test_generate_check(tree: Tree) -> None:
    assert "fresh" in dateline("generate", "--check", "--root", tree.root)
    (tree.root / "schema/generated/labelstudio.xml").write_text("<View/>")
    with pytest.raises(DatelineError, match=r"labelstudio\.xml: expected fresh"):
        dateline("generate", "--check", "--root", tree.root)
    assert "wrote schema/generated/labelstudio.xml" in dateline("generate", "--root", tree.root)


def test_hydrate(tree: Tree) -> None:
    said = dateline("hydrate", TINY / "away-1.txt", "--root", tree.root)
    assert "the text of away-1" in said


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["show", "mil-1"], 1, "expected a file, got none\n  Near it: mill-1"),
        (["show", "../mill-1"], 2, "document id: expected"),
        (["show", "mill-1", "--layer", "words"], 2, "--layer: expected one of"),
        (["stats", "7.7.7"], 2, "version: expected"),
        (["stats", "--format", "xml"], 2, "expected text or json"),
        (["hydrate", "/nowhere/x.txt"], 2, "expected a readable file"),
        (["import", "brta", "x", "--out", "y"], 2, "FORMAT: expected one of brat"),
        (["import", "brat", "/nowhere", "--out", "y"], 2, "expected a folder, or a .txt or .ann"),
        (["export", "brta", "--out", "y"], 2, "Did you mean brat?"),
        (["nonsense"], 2, "nonsense"),
        (["build", "--out", "/proc/none/x"], 1, "expected"),
    ],
)
def test_errors_go_to_stderr_with_their_exit_code(
    tree: Tree, arguments: list[str], code: int, message: str
) -> None:
    done = in_process(*arguments, *([] if arguments == ["nonsense"] else ["--root", tree.root]))
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_root_that_is_no_tree(tmp_path: Path) -> None:
    done = in_process("validate", "--root", tmp_path)
    assert done.returncode == 2
    assert "expected a corpus tree" in done.stderr


@pytest.mark.parametrize("damage", [b"{", b"", b'{"doc_id": 3}', b"\xff", b"[" * 100_000])
def test_damaged_annotations_are_an_error_with_their_place(tree: Tree, damage: bytes) -> None:
    tree.adjudicated_path("mill-1").write_bytes(damage)
    done = in_process("build", "--root", tree.root)
    assert done.returncode == 1
    assert "annotations/adjudicated/mill-1.json" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tree.root / "build").exists()


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("schema/scheme.yaml", "layers: ["),
        ("schema/scheme.yaml", "name: dateline\n"),
        ("corpus/world/storylines/mill.yaml", "id: [mill"),
        ("corpus/world/storylines/mill.yaml", "id: other\ntitle: x\nsplit: train\n"),
        ("corpus/world/storylines/mill.yaml", "id: mill\ntitle: x\nsplit: dev\n"),
        ("annotations/annotators.yaml", "llm-t: {kind: wizard}\n"),
    ],
)
def test_damaged_yaml_is_an_error_with_its_file(tree: Tree, name: str, damage: str) -> None:
    (tree.root / name).write_text(damage)
    for command in ("validate", "build"):
        done = in_process(command, "--root", tree.root)
        assert done.returncode == 1, (command, done.stdout, done.stderr)
        assert name in done.stderr + done.stdout
        assert "Traceback" not in done.stderr
