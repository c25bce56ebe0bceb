"""Building: whole or not at all, and the same from everywhere."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dateline.errors import DataError, UsageError
from dateline.files import locked
from dateline.manifest import Manifest, read_manifest
from dateline.records import Document, decode
from dateline.releases.build import build
from dateline.releases.shards import ShardWriter
from dateline.rows import batch_from_rows, logical_digest, row_digest, rows_from_batch
from dateline.tables import CONFIGS
from dateline.tree import Tree
from dateline.views import VIEWS


def logical(manifest: Manifest) -> dict[tuple[str, str], str]:
    return {
        (config, split): found.logical_sha256
        for config, entry in manifest.configs.items()
        for split, found in entry.splits.items()
    }


def snapshot(folder: Path) -> dict[str, str]:
    """Every file below a folder with its digest."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def break_a_label(tree: Tree) -> None:
    path = tree.adjudicated_path("mill-1")
    path.write_text(path.read_text().replace('"ASSAULT"', '"PARADE"', 1))


def test_every_config_and_split_is_there(tree: Tree, tmp_path: Path) -> None:
    manifest = build(tree, tmp_path / "out")
    assert set(manifest.configs) == set(CONFIGS)
    assert manifest.articles == {"train": 1, "validation": 1, "test": 1, "external": 1}
    assert manifest == read_manifest(tmp_path / "out")
    for config, entry in manifest.configs.items():
        wanted = {"external"} if config == "external" else {"train", "validation", "test"}
        assert set(entry.splits) == wanted


def test_manifest_digests_are_those_of_files_and_rows(tree: Tree, tmp_path: Path) -> None:
    manifest = build(tree, tmp_path / "out")
    for config, entry in manifest.configs.items():
        for split, found in entry.splits.items():
            digests = []
            for file in found.files:
                path = tmp_path / "out" / file.path
                assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
                assert file.sha256[:12] in path.name
                rows = rows_from_batch(pq.read_table(path))
                digests += [row_digest(row) for row in rows]
            assert len(digests) == found.rows
            assert logical_digest(digests) == found.logical_sha256
            kept = pq.read_table(tmp_path / "out" / "digests" / f"{config}-{split}.parquet")
            assert kept["sha256"].to_pylist() == digests


def test_inputs_are_listed_as_sha256sum_reads_them(tree: Tree, tmp_path: Path) -> None:
    build(tree, tmp_path / "out")
    lines = (tmp_path / "out" / "inputs.sha256").read_text().splitlines()
    named = dict(reversed(line.split("  ", 1)) for line in lines)
    assert "annotations/adjudicated/mill-1.json" in named
    assert "corpus/articles/mill-1.txt" in named
    assert "schema/scheme.yaml" in named
    for name, digest in named.items():
        assert hashlib.sha256((tree.root / name).read_bytes()).hexdigest() == digest


def test_an_external_article_leaves_no_word(tree: Tree, tmp_path: Path) -> None:
    build(tree, tmp_path / "out")
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            assert b"harbour staff" not in path.read_bytes()


def test_a_tree_with_errors_is_refused_and_nothing_is_written(tree: Tree) -> None:
    build(tree, tree.root / "build")
    before = snapshot(tree.root / "build")
    break_a_label(tree)
    with pytest.raises(DataError, match=r"adjudicated/mill-1.json \$.events\[0\].type: DL205"):
        build(tree, tree.root / "build")
    assert snapshot(tree.root / "build") == before
    assert not list(tree.root.glob(".build*"))


def test_every_fault_is_named_at_once(tree: Tree, tmp_path: Path) -> None:
    break_a_label(tree)
    path = tree.adjudicated_path("toll-1")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError) as caught:
        build(tree, tmp_path / "out")
    assert "toll-1.json" in str(caught.value)
    assert "mill-1.json" in str(caught.value)


def test_a_second_build_of_the_same_folder_is_refused(tree: Tree, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(tree, out)
    before = snapshot(out)
    with locked(out, "build"), pytest.raises(DataError, match="no other build at work"):
        build(tree, out)
    assert snapshot(out) == before


def test_a_folder_of_something_else_is_not_replaced(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("work of years")
    for place in (tmp_path / "mine", tree.root, tmp_path):
        with pytest.raises(UsageError):
            build(tree, place)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "work of years"


def test_a_full_disk_leaves_the_earlier_build(tree: Tree) -> None:
    """A limit on file size stands in for the full disk: writes fail in the middle."""
    out = tree.root / "build"
    build(tree, out)
    before = snapshot(tree.root)
    code = (
        "import resource, signal, sys, pathlib\n"
        "from dateline.tree import Tree\n"
        "from dateline.errors import DataError\n"
        "from dateline.releases.build import build\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))\n"
        "try: build(Tree(pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2]))\n"
        "except DataError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tree.root, out], capture_output=True, text=True, check=True
    )
    assert "expected room and leave to write" in done.stdout
    assert snapshot(tree.root) == before
    assert not list(tree.root.glob(".build*"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting needs root")
def test_a_really_full_disk(tree: Tree, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)]
    if shutil.which("mount") is None or subprocess.run(command, check=False).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        with pytest.raises(DataError, match="room and leave to write, got No space left"):
            build(tree, small / "out")
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_shards_are_cut_at_the_limit_whatever_the_batches(tree: Tree, tmp_path: Path) -> None:
    rows = list(VIEWS["entities"](tree.article("mill-1"), tree.scheme))
    names = []
    for size in (1, 5):
        folder = tmp_path / str(size)
        writer = ShardWriter(folder, "entities", "train", tree.scheme)
        writer.limit = 2
        for at in range(0, len(rows), size):
            writer.add(batch_from_rows(rows[at : at + size], "entities", tree.scheme))
        files = writer.close()
        assert [file.rows for file in files] == [2, 2, 1]
        assert all(pq.ParquetFile(folder / f.path).num_row_groups == 1 for f in files)
        names.append([file.path for file in files])
    assert names[0] == names[1]


def test_an_article_that_is_not_labelled_yet_is_left_out(tree: Tree, tmp_path: Path) -> None:
    tree.adjudicated_path("toll-1").unlink()
    assert build(tree, tmp_path / "out").articles["validation"] == 0


def test_foreign_labels_are_kept_out(tree: Tree, tmp_path: Path) -> None:
    path = tree.adjudicated_path("mill-1")
    plain = build(tree, tmp_path / "plain")
    raw = json.loads(path.read_text())
    raw["foreign"] = [{"id": "X1", "kind": "span", "label": "Rumour", "spans": [], "args": []}]
    from dateline.records import canonical

    document = decode(json.dumps(raw).encode(), Document, "test")
    path.write_bytes(canonical(document))
    assert logical(build(tree, tmp_path / "more")) == logical(plain)
