"""`load_dataset`, `dateline.load` and `dateline.document` on a built folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import datasets
import msgspec
import pyarrow as pa
import pytest

import dateline
from conftest import REPOSITORY, make_tree
from dateline.citation import bibtex, citation_of
from dateline.errors import DataError, UsageError
from dateline.manifest import read_manifest
from dateline.releases.build import build
from dateline.rows import logical_digest, row_digest, rows_from_batch
from dateline.tables import CONFIGS, features
from dateline.tree import Tree


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A built tree; its external text stays in a cache of its own."""
    folder = tmp_path_factory.mktemp("built")
    before = os.environ.get("DATELINE_CACHE")
    os.environ["DATELINE_CACHE"] = str(folder / "cache")
    try:
        tree = make_tree(folder / "tree")
        build(tree, tree.root / "build")
        release = tree.releases / "0.1.0"
        build(tree, release, version="0.1.0")
    finally:
        if before is None:
            del os.environ["DATELINE_CACHE"]
        else:
            os.environ["DATELINE_CACHE"] = before
    return tree


@pytest.mark.parametrize("config", CONFIGS)
def test_load_dataset_gives_the_manifests_rows_and_the_schemes_labels(
    built: Tree, config: str
) -> None:
    folder = built.root / "build"
    for split, entry in read_manifest(folder).configs[config].splits.items():
        if not entry.files:
            continue
        found = datasets.load_dataset(str(folder), config, split=split)
        assert found.features == features(config, built.scheme)
        digests = [row_digest(row) for row in rows_from_batch(found.data.table)]
        assert logical_digest(digests) == entry.logical_sha256


@pytest.mark.parametrize("config", CONFIGS)
def test_load_gives_every_split_also_one_without_rows(built: Tree, config: str) -> None:
    found = dateline.load(config, version="tree", root=built.root)
    wanted = read_manifest(built.root / "build").configs[config].splits
    assert {split: len(rows) for split, rows in found.items()} == {
        split: entry.rows for split, entry in wanted.items()
    }


def test_the_default_config_is_documents(built: Tree) -> None:
    (row,) = datasets.load_dataset(str(built.root / "build"), split="train")
    assert row["doc_id"] == "mill-1"
    assert row["text"].startswith("Shelling near")


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("config", CONFIGS)
def test_info_carries_version_licence_and_citation(
    built: Tree, config: str, streaming: bool
) -> None:
    """Also of a split without rows, which `datasets` does not read."""
    found = dateline.load(config, root=built.root, streaming=streaming)
    assert list(found) == list(read_manifest(built.releases / "0.1.0").configs[config].splits)
    for rows in found.values():
        assert rows.info.version == datasets.Version("0.1.0")
        assert rows.info.license == "cc-by-4.0"
        assert rows.info.citation == dateline.cite("0.1.0", root=built.root)
        assert rows.features == features(config, built.scheme)


@pytest.mark.parametrize("streaming", [False, True])
def test_load_dataset_carries_them_too_but_for_the_digest(built: Tree, streaming: bool) -> None:
    """A card cannot hold the digest of the manifest that holds the card's."""
    for place in (built.releases / "0.1.0", REPOSITORY):
        info = datasets.load_dataset(str(place), "events", split="test", streaming=streaming).info
        version = read_manifest(place).version if place != REPOSITORY else None
        citation = citation_of(built.root if version else REPOSITORY, version)
        assert info.version == datasets.Version(citation.version)
        assert info.license == "cc-by-4.0"
        if version:
            citation = msgspec.structs.replace(citation, digest=None)
        assert info.citation == bibtex(citation)


def test_info_of_the_tree_and_of_external_articles(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree")
    build(tree, tree.root / "build")
    for streaming in (False, True):
        found = dateline.load(
            "events", "external", "tree", root=tree.root, external=True, streaming=streaming
        )
        assert found.info.citation == dateline.cite("tree", root=tree.root)
        assert "provisional" in found.info.citation
        assert found.info.license == "cc-by-4.0"
        assert found.info.version == datasets.Version("0.0.0")


def test_a_copy_that_is_not_the_frozen_version_is_not_loaded_as_it(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree")
    build(tree, tree.releases / "0.1.0", version="0.1.0")
    (tree.releases / "SHA256SUMS").write_text(f"{'0' * 64}  0.1.0/manifest.json\n")
    with pytest.raises(DataError, match="expected SHA-256 0000"):
        dateline.load("events", "train", "0.1.0", root=tree.root)


@pytest.mark.parametrize("streaming", [False, True])
def test_a_split_without_rows_is_an_empty_dataset(built: Tree, streaming: bool) -> None:
    found = dateline.load("stance", "test", root=built.root, streaming=streaming)
    assert list(found) == []


def test_streaming_gives_the_same_rows(built: Tree) -> None:
    mapped = dateline.load("entities", "train", version="tree", root=built.root)
    stream = dateline.load("entities", "train", version="tree", root=built.root, streaming=True)
    assert list(stream) == list(mapped)


def test_arrow_gives_tables_also_where_there_are_no_rows(built: Tree) -> None:
    tables = dateline.load("stance", version="tree", root=built.root, format="arrow")
    assert {split: table.num_rows for split, table in tables.items()} == {
        "train": 2,
        "validation": 0,
        "test": 0,
    }
    assert isinstance(tables["test"], pa.Table)
    assert tables["test"].schema.equals(tables["train"].schema)


def test_the_newest_release_is_the_default(built: Tree) -> None:
    assert dateline.load("documents", "test", root=built.root)[0]["doc_id"] == "march-1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"config": "event"}, r"expected one of documents.*got 'event'\n  Did you mean events"),
        ({"split": "dev"}, "expected one of train, validation, test, got 'dev'"),
        ({"version": "9.9.9"}, r"expected tree or one of 0\.1\.0, got '9\.9\.9'\n  A wheel"),
        ({"format": "csv"}, "expected arrow or None, got 'csv'"),
        ({"external": True, "split": "train"}, "expected external"),
    ],
)
def test_wrong_arguments_say_what_there_is(
    built: Tree, arguments: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        dateline.load(**{"root": built.root, **arguments})


def test_a_rebuild_is_never_served_stale(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree")
    build(tree, tree.root / "build")
    folder = str(tree.root / "build")

    def seen() -> list[int]:
        ours = dateline.load("events", "test", version="tree", root=tree.root)["mode"]
        plain = datasets.load_dataset(folder, "events", split="test")["mode"]
        assert list(ours) == list(plain)
        return list(ours)

    before = seen()
    path = tree.adjudicated_path("march-1")
    path.write_text(path.read_text().replace('"demo"', '"riot"'))
    build(Tree(tree.root), tree.root / "build")
    assert seen() != before


def test_swapped_label_names_are_not_served_stale(tmp_path: Path) -> None:
    """The logical digests agree, since they hash names; the numbers in the files do not."""
    tree = make_tree(tmp_path / "tree")
    build(tree, tree.root / "build")
    before = dateline.load("documents", "train", version="tree", root=tree.root)
    path = tree.root / "schema" / "scheme.yaml"
    lines = path.read_text().split("\n")
    first = next(i for i, line in enumerate(lines) if line == "          favor:")
    second = next(i for i, line in enumerate(lines) if line == "          against:")
    third = next(i for i, line in enumerate(lines) if line == "          neutral:")
    lines[first:third] = lines[second:third] + lines[first:second]
    path.write_text("\n".join(lines))
    build(Tree(tree.root), tree.root / "build")
    after = dateline.load("documents", "train", version="tree", root=tree.root)
    assert before[0]["stances"][0]["value"] != after[0]["stances"][0]["value"]
    names = after.features["stances"].feature["value"].names
    assert names[after[0]["stances"][0]["value"]] == "against"


@pytest.mark.parametrize("config", CONFIGS)
def test_external_articles_load_with_their_cached_text(tmp_path: Path, config: str) -> None:
    tree = make_tree(tmp_path / "tree")
    build(tree, tree.root / "build")
    found = dateline.load(config, version="tree", root=tree.root, external=True)
    assert list(found) == ["external"]
    if config in ("documents", "external"):
        assert found["external"][0]["text"].endswith("told the pilots.")
    if config == "events":
        assert found["external"][0]["trigger"]["text"] == "left"


def test_an_external_text_that_is_not_there_is_asked_for(built: Tree) -> None:
    with pytest.raises(DataError, match=r"(?s)away-1: expected its text.*dateline hydrate FILE"):
        dateline.load("events", version="tree", root=built.root, external=True)
    article = dateline.document("away-1", version="tree", root=built.root)
    assert article.text is None
    assert article.events[0].type == "RETREAT"


def test_document_from_tree_and_release_are_equal(built: Tree) -> None:
    tree, release = (dateline.document("mill-1", v, root=built.root) for v in (None, "0.1.0"))
    assert tree == release
    assert tree.surface(tree.events[0]) == "Shelling"


@pytest.mark.parametrize("version", [None, "0.1.0"])
def test_an_unknown_document_names_those_near_it(built: Tree, version: str | None) -> None:
    with pytest.raises(dateline.DatelineError, match="mill-1"):
        dateline.document("mil-1", version, root=built.root)


@pytest.mark.parametrize("doc_id", ["../mill-1", "/etc/passwd", "MILL-1", "", "a\0b", "x" * 81])
def test_a_document_id_is_no_path(built: Tree, doc_id: str) -> None:
    with pytest.raises(UsageError, match="document id"):
        dateline.document(doc_id, root=built.root)


def test_a_damaged_file_is_named(built: Tree, tmp_path: Path) -> None:
    shutil.copytree(built.root, tmp_path / "tree")
    (file,) = (tmp_path / "tree" / "build" / "events").glob("train*")
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(DataError, match="expected readable Parquet"):
        dateline.load("events", "train", "tree", root=tmp_path / "tree", format="arrow")
    (tmp_path / "tree" / "build" / "manifest.json").write_text("{}")
    with pytest.raises(DataError, match="expected a manifest of format"):
        dateline.load("events", "train", "tree", root=tmp_path / "tree")


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import dateline, sys; print([m for m in ('datasets', 'pyarrow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
