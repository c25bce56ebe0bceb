"""The suite on its targets, and on what nobody should have to read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dateline.checks.exchange import exchange_line
from dateline.checks.incident import Incident
from dateline.checks.parquet import parquet_files
from dateline.checks.suite import validate
from dateline.errors import UsageError
from dateline.releases.build import build
from dateline.tree import Tree


def found_in(target: Path, **options: object) -> list[Incident]:
    return list(validate(target, **options))  # type: ignore[arg-type]


def codes(incidents: list[Incident]) -> set[str]:
    return {found.code for found in incidents}


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-c", "from dateline.cli import main; main()", "validate"]
    return subprocess.run([*run, *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tree: Tree) -> Path:
    build(tree, tree.root / "build")
    return tree.root / "build"


@pytest.fixture
def exchange(tree: Tree, tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl"
    lines = [exchange_line(tree.article(doc_id)) for doc_id in tree.labelled()]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def test_a_sound_target_has_no_error(tree: Tree, folder: Path, exchange: Path) -> None:
    for target in (tree.root, folder, exchange, *parquet_files(folder)):
        assert found_in(target, severity="error", root=tree.root) == [], target


def test_the_same_fault_is_found_in_every_target(tree: Tree, tmp_path: Path) -> None:
    """A span moved onto a blank: in the tree, in an exchange file, and in Parquet."""
    article = tree.article("mill-1")
    moved = msgspec.structs.replace(article.entities[0], end=article.entities[0].end + 1)
    labels = msgspec.structs.replace(article.labels, entities=[moved, *article.entities[1:]])
    faulty = type(article)(article.meta, article.text, labels)

    path = tmp_path / "articles.jsonl"
    path.write_bytes(exchange_line(faulty) + b"\n")
    (in_exchange,) = found_in(path, root=tree.root, select=["DL3"])

    build(tree, tree.root / "build")
    (parquet,) = (tree.root / "build" / "documents").glob("train-*")
    table = pq.read_table(parquet)
    rows = table.to_pylist()
    rows[0]["entities"][0]["end"] += 1
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), parquet)
    (in_parquet,) = found_in(parquet, root=tree.root, select=["DL3"])

    from dateline.records import canonical

    tree.adjudicated_path("mill-1").write_bytes(canonical(labels))
    (in_tree,) = found_in(tree.root, select=["DL3"])

    same = {(i.code, i.span, i.expected, i.found) for i in (in_exchange, in_parquet, in_tree)}
    assert len(same) == 1
    assert in_tree.path == "annotations/adjudicated/mill-1.json $.entities[0]"
    assert in_exchange.path == "articles.jsonl line 1 $.labels.entities[0]"
    assert in_parquet.path == f"{parquet.name} row 0 entities[0]"


def test_a_storyline_keeps_the_split_of_the_newest_release(tree: Tree) -> None:
    build(tree, tree.releases / "0.1.0", version="0.1.0")
    assert found_in(tree.root, select=["DL503"]) == []
    path = tree.root / "corpus" / "world" / "storylines" / "toll.yaml"
    path.write_text(path.read_text().replace("split: validation", "split: train"))
    (found,) = found_in(tree.root, select=["DL503"])
    assert found.path == "corpus/world/storylines/toll.yaml split"
    assert (found.expected, found.found) == ("validation, as in release 0.1.0", "train")


def test_select_ignore_and_severity(tree: Tree) -> None:
    path = tree.adjudicated_path("mill-1")
    path.write_text(path.read_text().replace('"ASSAULT"', '"PARADE"').replace("llm-t", "llm-x"))
    assert codes(found_in(tree.root, severity="error")) == {"DL205", "DL208"}
    assert codes(found_in(tree.root, select=["DL2"], ignore=["DL208"])) == {"DL205"}
    with pytest.raises(UsageError, match="codes of the catalogue"):
        found_in(tree.root, select=["DL9"])


def test_workers_change_nothing(tree: Tree, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tree.adjudicated_path("mill-1")
    path.write_text(path.read_text().replace('"ASSAULT"', '"PARADE"'))
    alone = found_in(tree.root, workers=1)
    monkeypatch.setattr("dateline.checks.suite._POOL_FROM", 1)
    monkeypatch.setattr("dateline.checks.suite._CHUNK", 1)
    monkeypatch.setattr("dateline.checks.suite._LARGE", 1)
    assert found_in(tree.root, workers=2) == alone
    assert found_in(folder, workers=2, root=tree.root) == found_in(folder, root=tree.root)


@pytest.mark.parametrize("name", ["notes.txt", "empty", "picture.png"])
def test_a_target_of_another_kind_is_wrong_use(tree: Tree, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    target.mkdir() if name == "empty" else target.write_text("x")
    for place in (target, tmp_path / "nowhere"):
        done = command(place, "--root", tree.root)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr


# ── What nobody should have to read: an answer each, no traceback, never a pass.


def test_a_truncated_parquet(tree: Tree, folder: Path) -> None:
    (path,) = folder.glob("events/train-*")
    path.write_bytes(path.read_bytes()[:-100])
    done = command(path, "--root", tree.root)
    assert done.returncode == 1
    assert "DL101" in done.stdout
    assert "Traceback" not in done.stderr
    assert "DL601" in codes(found_in(folder, root=tree.root))


def test_parquet_whose_pages_are_broken(tree: Tree, folder: Path) -> None:
    (path,) = folder.glob("documents/train-*")
    raw = bytearray(path.read_bytes())
    raw[100:2000] = bytes(1900)
    path.write_bytes(raw)
    assert "DL101" in codes(found_in(path, root=tree.root))


def test_parquet_of_another_schema(tree: Tree, tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    pq.write_table(pa.table({"colour": ["red"], "size": [3]}), path)
    (found,) = found_in(path, root=tree.root)
    assert (found.code, found.found) == ("DL210", "colour, size")


@pytest.mark.parametrize("name", ["documents", "events"])
def test_a_column_of_another_type(tree: Tree, folder: Path, name: str) -> None:
    (path,) = folder.glob(f"{name}/train-*")
    table = pq.read_table(path)
    at = table.schema.get_field_index("doc_id")
    pq.write_table(table.set_column(at, "doc_id", pa.array([1] * len(table))), path)
    (found,) = found_in(path, root=tree.root)
    assert (found.code, found.found) == ("DL210", "int64")


def test_a_line_of_200_megabytes(tree: Tree, tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    with path.open("wb") as file:
        file.write(b'{"meta": "')
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n')
        file.write(exchange_line(tree.article("march-1")) + b"\n")
    script = (
        "import sys, pathlib, re\n"
        "from dateline.checks.suite import validate\n"
        "target, root = map(pathlib.Path, sys.argv[1:])\n"
        "print([(i.code, i.path) for i in validate(target, root=root)])\n"
        # Not getrusage: its peak begins with that of the process that started this one.
        "status = pathlib.Path('/proc/self/status').read_text()\n"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', status)[1]) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path, tree.root], capture_output=True, text=True, check=True
    )
    found, peak = done.stdout.splitlines()
    assert found == "[('DL114', 'large.jsonl line 1')]"
    assert int(peak) < 600, "megabytes: the line is not held whole"


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000,
        b'{"meta":' * 50_000,
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"meta": {}, "text": null, "labels": {}}',
        b'{"meta": 1, "text": 2, "labels": 3}',
        b'{"meta": NaN, "text": null, "labels": null}',
        b'"\\ud800"',
    ],
)
def test_lines_that_are_no_article(tree: Tree, tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(line + b"\n")
    assert codes(found_in(path, root=tree.root)) <= {"DL110", "DL209"}
    assert found_in(path, root=tree.root)


def test_deep_nesting_in_the_tree(tree: Tree) -> None:
    tree.adjudicated_path("mill-1").write_bytes(b"[" * 1_000_000)
    done = command("--root", tree.root, "--level", "error")
    assert done.returncode == 1
    assert "annotations/adjudicated/mill-1.json" in done.stdout
    assert "Traceback" not in done.stderr


def test_100_000_findings_are_summarised(tree: Tree, tmp_path: Path) -> None:
    article = tree.article("march-1")
    bad = msgspec.structs.replace(article.entities[1], end=article.entities[1].end + 1)
    many = [msgspec.structs.replace(bad, id=f"T{n}", start=bad.start) for n in range(1, 501)]
    labels = msgspec.structs.replace(article.labels, entities=many, events=[])
    line = exchange_line(type(article)(article.meta, article.text, labels))
    path = tmp_path / "many.jsonl"
    path.write_bytes((line + b"\n") * 2)
    done = command(path, "--root", tree.root)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) < 100
    assert "more of DL310" in done.stdout


def test_a_file_and_a_folder_without_permission(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read anything, so where the tests run as root the refusal is played."""
    closed = tree.adjudicated_path("mill-1")
    folder = tree.root / "annotations" / "passes"
    folder.mkdir(exist_ok=True)
    closed.chmod(0)
    folder.chmod(0)
    if os.access(closed, os.R_OK):
        plain, listed = Path.read_bytes, os.scandir

        def scandir(path: object) -> object:
            if str(path) == str(folder):
                raise PermissionError(13, "Permission denied", str(path))
            return listed(path)  # type: ignore[call-overload]

        monkeypatch.setattr(os, "scandir", scandir)

        def read_bytes(path: Path) -> bytes:
            if path == closed:
                raise PermissionError(13, "Permission denied", str(path))
            return plain(path)

        monkeypatch.setattr(Path, "read_bytes", read_bytes)
    try:
        found = found_in(tree.root, severity="error", workers=1)
    finally:
        closed.chmod(0o644)
        folder.chmod(0o755)
    assert {(i.code, i.found) for i in found} == {("DL101", "Permission denied")}
    paths = {i.path for i in found}
    assert paths == {"annotations/adjudicated/mill-1.json", "annotations/passes"}


def test_json_report_is_the_incidents(tree: Tree) -> None:
    path = tree.adjudicated_path("mill-1")
    path.write_text(path.read_text().replace('"ASSAULT"', '"PARADE"'))
    done = command("--root", tree.root, "--format", "json", "--level", "error")
    told = msgspec.json.decode(done.stdout, type=list[Incident])
    assert told == found_in(tree.root, severity="error")
    assert json.loads(done.stdout)[0]["level"] == 2
