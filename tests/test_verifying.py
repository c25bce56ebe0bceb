"""Versions proved: here, in copies, and as rows in memory; and every way in which they are not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import load_dataset
from typer.testing import CliRunner

import dateline
from broken import (
    edit,
    make_base,
    parquet_of,
    plain,
    rehash,
    release,
    rename_labels,
    rewrite_parquet,
    rewrite_rows,
    set_item,
)
from dateline.checks.verifying import Verdict
from dateline.cli import app
from dateline.errors import DataError, UsageError
from dateline.manifest import (
    ANCHORS,
    NAME,
    manifest_digest,
    read_manifest,
    sha256_of,
)
from dateline.releases.build import build
from dateline.tree import Tree

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with two frozen versions, between which one label changed."""
    folder = tmp_path_factory.mktemp("frozen")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_CACHE", str(folder / "cache"))
        tree = make_base(folder / "tree")
        release(tree, "0.1.0")
        set_item(tree, "mill-1", "E2", certainty="possible")
        release(tree, "0.2.0", "0.1.0")
    return tree.root


@pytest.fixture
def root(frozen: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(frozen, tmp_path / "tree"))


@pytest.fixture
def here(root: Path) -> Path:
    """The newest version in its tree."""
    return root / "corpus" / "releases" / "0.2.0"


@pytest.fixture
def copy(here: Path, tmp_path: Path) -> Path:
    """A copy of the newest version elsewhere."""
    return Path(shutil.copytree(here, tmp_path / "copy"))


def told(found: Verdict) -> list[tuple[str, str]]:
    """Code and place of each incident, by the name below the folder that was proved."""
    before = f"{found.target}/"
    return [(i.code, plain(i.path.removeprefix(before))) for i in found.incidents]


def rows_in(folder: Path) -> int:
    configs = read_manifest(folder).configs.values()
    return sum(split.rows for config in configs for split in config.splits.values())


def events(rows: Rows) -> None:
    rows[3]["polarity"] = 1 - rows[3]["polarity"]


EVENTS = "events/train.parquet"
ROW = ("DL602", f"{EVENTS} row 3")


# ── What holds


@pytest.mark.parametrize("version", [None, "0.1.0", "0.2.0"])
def test_a_frozen_version_is_proved_by_the_digest_written_down(
    frozen: Path, version: str | None
) -> None:
    found = dateline.verify(version, root=frozen)
    folder = frozen / "corpus" / "releases" / (version or "0.2.0")
    assert found.holds, found.incidents
    assert (found.version, found.digest) == (folder.name, manifest_digest(folder))
    assert found.anchor == f"corpus/releases/{ANCHORS}"
    assert found.files == found.whole == len(list(read_manifest(folder).parquet()))
    assert (found.rows, found.proved) == (0, rows_in(folder))


def test_every_row_is_computed_again_where_that_is_asked(frozen: Path) -> None:
    found = dateline.verify(rows=True, root=frozen)
    assert found.holds
    assert (found.rows, found.proved) == (rows_in(frozen / "corpus/releases/0.2.0"), 0)


def test_a_build_of_the_tree_speaks_for_itself_alone(root: Path) -> None:
    build(Tree(root), root / "build", workers=1)
    found = dateline.verify("tree", root=root)
    assert (found.holds, found.anchor, found.rows) == (True, None, rows_in(root / "build"))
    rewrite_rows(parquet_of(root / "build", "events"), events)
    rehash(root / "build", rows=True)  # only the documents know better now
    assert told(dateline.verify("tree", root=root)) == [("DL607", ROW[1])]


def test_a_copy_elsewhere_with_what_a_hub_adds(root: Path, copy: Path) -> None:
    (copy / ".gitattributes").write_text("*.parquet filter=lfs\n")
    (copy / "LICENSE-DATA").write_text("CC BY 4.0\n")
    (copy / ".cache" / "huggingface").mkdir(parents=True)
    assert dateline.verify(copy, root=root).holds
    assert dateline.verify(str(copy), rows=True, root=root).holds


def test_a_copy_of_links_as_a_cache_of_downloads_has_it(
    root: Path, copy: Path, tmp_path: Path
) -> None:
    blobs = tmp_path / "blobs"
    blobs.mkdir()
    for path in [p for p in copy.rglob("*") if p.is_file()]:
        blob = blobs / sha256_of(path)
        shutil.move(path, blob)
        path.symlink_to(blob)
    assert dateline.verify(copy, root=root).holds
    with parquet_of(copy, "events").resolve().open("ab") as file:
        file.write(b"\0")
    assert ("DL601", EVENTS) in told(dateline.verify(copy, root=root))


def test_a_copy_is_proved_by_a_digest_where_its_release_is_not(
    root: Path, copy: Path, tmp_path: Path
) -> None:
    shutil.rmtree(root / "corpus" / "releases")
    digest = manifest_digest(copy)
    found = dateline.verify(copy, digest=digest, root=root)
    assert (found.holds, found.anchor, found.digest) == (True, "--digest", digest)
    assert told(dateline.verify(copy, root=root)) == [("DL604", NAME)]
    assert told(dateline.verify(copy, digest="0" * 64, root=root)) == [("DL604", NAME)]
    rewrite_rows(parquet_of(copy, "events"), events)
    assert told(dateline.verify(copy, digest=digest, root=root)) == [("DL601", EVENTS), ROW]


def test_a_copy_of_an_earlier_version_is_taken_for_that_one(root: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(root / "corpus" / "releases" / "0.1.0", tmp_path / "old")
    assert dateline.verify(copy, root=root).version == "0.1.0"
    found = dateline.verify(copy, version="0.2.0", root=root)
    assert not found.holds
    assert ("DL604", NAME) in told(found)


def test_a_copy_that_says_it_is_no_version(root: Path, copy: Path) -> None:
    """Then nothing is there to prove it by, however well it fits its own manifest."""
    rewritten(copy)
    rehash(copy, rows=True)
    for version in ("tree", "0.3.0"):
        stated(copy, lambda manifest, version=version: manifest.update(version=version))
        found = dateline.verify(copy, root=root)
        assert told(found) == [("DL604", NAME)]
        assert found.incidents[0].expected.startswith("a digest to prove it by")


# ── One thing changed: each is named


def rewritten(folder: Path) -> Path:
    return rewrite_rows(parquet_of(folder, "events"), events)


def a_row(folder: Path) -> None:
    rewritten(folder)


def a_row_and_the_digest_of_its_file(folder: Path) -> None:
    rewritten(folder)
    rehash(folder, rows=False)


def a_row_and_every_digest(folder: Path) -> None:
    rewritten(folder)
    rehash(folder, rows=True)


def a_row_fewer(folder: Path) -> None:
    rewrite_rows(parquet_of(folder, "events"), lambda rows: rows.pop(3))
    rehash(folder, rows=True)


def a_row_twice(folder: Path) -> None:
    rewrite_rows(parquet_of(folder, "events"), lambda rows: rows.insert(3, rows[2]))


def rows_in_another_order(folder: Path) -> None:
    rewrite_rows(parquet_of(folder, "events"), lambda rows: rows.reverse())


def a_number_that_counts_from_the_end(folder: Path) -> None:
    def change(rows: Rows) -> None:
        rows[3]["type"] = -1

    rewrite_rows(parquet_of(folder, "events"), change)
    rehash(folder, rows=False)


def a_file_of_other_bytes(folder: Path) -> None:
    path = parquet_of(folder, "events")
    pq.write_table(pq.ParquetFile(path).read(), path, compression="gzip")


def a_file_cut_short(folder: Path) -> None:
    path = parquet_of(folder, "events")
    path.write_bytes(path.read_bytes()[:-100])


def a_page_damaged(folder: Path) -> None:
    path = parquet_of(folder, "documents")
    raw = bytearray(path.read_bytes())
    raw[100:400] = bytes(300)
    path.write_bytes(raw)


def a_file_that_is_gone(folder: Path) -> None:
    parquet_of(folder, "events").unlink()


def a_link_to_nothing(folder: Path) -> None:
    path = parquet_of(folder, "events")
    path.unlink()
    path.symlink_to("nowhere")


def a_pipe_in_place_of_a_file(folder: Path) -> None:
    path = parquet_of(folder, "events")
    path.unlink()
    os.mkfifo(path)


def a_file_more(folder: Path) -> None:
    shutil.copy(parquet_of(folder, "stance"), folder / "stance" / "more.parquet")


def another_card_for_loaders(folder: Path) -> None:
    (folder / ".huggingface.yaml").write_text("configs: []\n")


def names_that_changed_places(folder: Path) -> None:
    names = read_manifest(folder).configs["events"].labels["polarity"][::-1]
    path = parquet_of(folder, "events")
    rewrite_parquet(path, lambda table: rename_labels(table, "polarity", names))


def names_and_the_digest_of_their_file(folder: Path) -> None:
    names_that_changed_places(folder)
    rehash(folder, rows=False)


def a_column_of_another_type(folder: Path) -> None:
    def change(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index("sentence_id")
        field = pa.field("sentence_id", pa.int64())
        return table.set_column(at, field, table["sentence_id"].cast(pa.int64()))

    rewrite_parquet(parquet_of(folder, "events"), change)


def a_column_fewer(folder: Path) -> None:
    rewrite_parquet(parquet_of(folder, "events"), lambda table: table.drop_columns(["quad"]))


ONE = {
    a_row: [("DL601", EVENTS), ROW],
    a_row_and_the_digest_of_its_file: [("DL604", NAME), ("DL601", EVENTS), ROW],
    a_row_and_every_digest: [
        ("DL604", NAME),
        ("DL601", "digests/events-train.parquet"),
        ("DL601", EVENTS),
        ROW,
    ],
    a_row_fewer: [
        ("DL604", NAME),
        ("DL601", "digests/events-train.parquet"),
        ("DL601", EVENTS),
        ("DL603", EVENTS),
        ("DL602", EVENTS),
    ],
    a_row_twice: [("DL601", EVENTS), ("DL603", EVENTS), ROW],
    rows_in_another_order: [("DL601", EVENTS), ("DL602", f"{EVENTS} row 1")],
    a_number_that_counts_from_the_end: [("DL604", NAME), ("DL601", EVENTS), ROW],
    a_file_of_other_bytes: [("DL601", EVENTS)],
    a_file_cut_short: [("DL601", EVENTS), ("DL603", EVENTS)],
    a_page_damaged: [("DL601", "documents/train.parquet"), ("DL603", "documents/train.parquet")],
    a_file_that_is_gone: [("DL603", EVENTS)],
    a_link_to_nothing: [("DL603", EVENTS)],
    a_pipe_in_place_of_a_file: [("DL603", EVENTS)],
    a_file_more: [("DL603", "stance/more.parquet")],
    another_card_for_loaders: [("DL603", ".huggingface.yaml")],
    names_that_changed_places: [("DL601", EVENTS), ("DL608", f"{EVENTS} polarity")],
    names_and_the_digest_of_their_file: [
        ("DL604", NAME),
        ("DL601", EVENTS),
        ("DL608", f"{EVENTS} polarity"),
    ],
    a_column_of_another_type: [("DL601", EVENTS), ("DL608", EVENTS)],
    a_column_fewer: [("DL601", EVENTS), ("DL608", EVENTS)],
}


@pytest.mark.parametrize("change", ONE, ids=lambda change: change.__name__)
def test_in_a_copy_it_is_named(change: Callable[[Path], None], root: Path, copy: Path) -> None:
    change(copy)
    assert told(dateline.verify(copy, root=root)) == ONE[change]


@pytest.mark.parametrize("change", ONE, ids=lambda change: change.__name__)
def test_in_the_tree_itself_it_is_found(
    change: Callable[[Path], None], root: Path, here: Path
) -> None:
    """Where digests were made anew too, no truthful copy is there to say which row it is."""
    change(here)
    found = told(dateline.verify(root=root))
    codes = {code for code, _ in ONE[change]}
    if "DL604" in codes:
        assert ("DL604", NAME) in found
        assert ROW in found or change is not a_row_and_the_digest_of_its_file
    else:
        assert found == ONE[change]


def test_a_row_is_named_with_its_article_and_id(root: Path, copy: Path) -> None:
    rewritten(copy)
    found = dateline.verify(copy, root=root).incidents[-1]
    assert found.doc_id == "mill-1"
    assert found.found.startswith("another mill-1 E")
    a_number_that_counts_from_the_end(copy)
    found = dateline.verify(copy, root=root).incidents[-1]
    assert found.found.endswith("(no label of type has the number -1)")


def test_files_swapped_between_splits_are_told_as_that(root: Path, copy: Path) -> None:
    one, two = parquet_of(copy, "events", "train"), parquet_of(copy, "events", "test")
    raw = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(raw)
    found = dateline.verify(copy, root=root)
    assert told(found) == [("DL601", EVENTS), ("DL601", "events/test.parquet")]
    assert found.incidents[0].found.endswith(f"which is events/{two.name}")
    rehash(copy, rows=True)
    found = dateline.verify(copy, root=root)
    assert {("DL604", NAME), ("DL601", EVENTS), ("DL601", "events/test.parquet")} <= {*told(found)}


def test_each_file_beside_the_rows_is_named(root: Path, copy: Path) -> None:
    names = [*read_manifest(copy).files]
    assert {"README.md", "changes.json", "croissant.json", "scheme.yaml", "inputs.sha256"} < {
        *names
    }
    for name in names:
        raw = (copy / name).read_bytes()
        (copy / name).write_bytes(raw + b"\n")
        assert told(dateline.verify(copy, root=root)) == [("DL601", name)]
        (copy / name).unlink()
        assert told(dateline.verify(copy, root=root)) == [("DL603", name)]
        (copy / name).write_bytes(raw)
    assert dateline.verify(copy, root=root).holds


def test_row_digests_that_were_changed_prove_nothing(root: Path, here: Path) -> None:
    name = "digests/events-train.parquet"

    def change(rows: Rows) -> None:
        rows[0]["sha256"] = bytes(32)

    rewrite_rows(here / name, change)
    assert told(dateline.verify(root=root)) == [("DL601", name)]
    rewritten(here)
    found = told(dateline.verify(root=root))
    assert found == [("DL601", name), ("DL601", EVENTS), ("DL602", name)]


def test_another_card_changes_what_is_loaded(copy: Path, root: Path) -> None:
    """That is why it is a fault, though every file of the release is as it was."""
    config = {"config_name": "events", "data_files": f"stance/{parquet_of(copy, 'stance').name}"}
    (copy / ".huggingface.yaml").write_text(json.dumps({"configs": [config], "dataset_info": []}))
    loaded = load_dataset(str(copy), "events", split="train", verification_mode="no_checks")
    assert "stance_id" in loaded.column_names
    assert told(dateline.verify(copy, root=root)) == [("DL603", ".huggingface.yaml")]


# ── Manifests


def stated(folder: Path, change: Callable[[Any], None]) -> None:
    """Change a manifest as plain data."""
    plain = json.loads((folder / NAME).read_bytes())
    change(plain)
    (folder / NAME).write_text(json.dumps(plain))


def file_of(manifest: Any) -> Any:
    return manifest["configs"]["events"]["splits"]["train"]["files"][0]


CLAIMS: dict[str, Callable[[Any], None]] = {
    "the digest of a file": lambda m: file_of(m).update(sha256="0" * 64),
    "its size": lambda m: file_of(m).update(bytes=1),
    "its rows": lambda m: file_of(m).update(rows=1),
    "the logical digest": lambda m: m["configs"]["events"]["splits"]["train"].update(
        logical_sha256="0" * 64
    ),
    "label names in another order": lambda m: m["configs"]["events"]["labels"]["type"].reverse(),
    "columns": lambda m: m["configs"]["events"]["arrow_schema"].reverse(),
    "a config fewer": lambda m: m["configs"].pop("stance"),
    "no files beside": lambda m: m.update(files={}),
    "the count of articles": lambda m: m["articles"].update(train=2),
    "the digest of the inputs": lambda m: m.update(inputs_sha256="0" * 64),
    "the version before": lambda m: m.update(previous=None),
    "its own version": lambda m: m.update(version="0.1.0"),
    "its date": lambda m: m.update(released="2020-01-01"),
    "that it is frozen": lambda m: m.update(provisional=True),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_manifest_that_says_something_else(claim: str, root: Path, here: Path) -> None:
    copy = Path(shutil.copytree(here, root.parent / "copy"))
    for folder in (copy, here):
        stated(folder, CLAIMS[claim])
        found = dateline.verify(folder, version="0.2.0", root=root)
        assert found.incidents[0].code == "DL604"
        assert found.incidents[0].path.endswith(NAME)
        assert manifest_digest(folder) in {i.found for i in found.incidents}
        if folder == copy:  # its rows are proved all the same, by the release that is at hand
            assert (len(found.incidents), found.whole) == (1, found.files)


BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "truncated"),
    "no JSON": (b"\x89PNG\r\n", "invalid character"),
    "bytes that are no UTF-8": (b'{"format": 1, "version": "\xff"}', "utf-8"),
    "deep JSON": (b"[" * 200_000, "Expected `object`"),
    "a key that is not known": (b'{"x": 1}', "unknown field `x`"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_manifest_that_cannot_be_read(kind: str, root: Path, copy: Path) -> None:
    raw, words = BAD[kind]
    (copy / NAME).write_bytes(raw)
    shutil.rmtree(root / "corpus" / "releases" / "0.1.0")
    found = dateline.verify(copy, root=root)
    assert told(found) == [("DL604", NAME)]
    with pytest.raises(DataError, match=words):
        read_manifest(copy)
    shutil.rmtree(root / "corpus" / "releases" / "0.2.0")
    found = dateline.verify(copy, version="0.2.0", digest="0" * 64, root=root)
    assert told(found) == [("DL604", NAME), ("DL603", NAME)]


@pytest.mark.parametrize("number", [0, -1, 3, 99, 10**30, "2", True, None, 2.5])
def test_a_format_that_this_version_does_not_know(number: object, copy: Path) -> None:
    stated(copy, lambda manifest: manifest.update(format=number))
    with pytest.raises(DataError, match="a manifest of format 2 or earlier"):
        read_manifest(copy)


@pytest.mark.parametrize("number", [-1, 10**30, 1.5, "3"])
def test_counts_that_are_none(number: object, copy: Path) -> None:
    stated(copy, lambda manifest: file_of(manifest).update(rows=number))
    with pytest.raises(DataError, match="rows"):
        read_manifest(copy)


def test_a_manifest_of_a_gigabyte_is_not_read(root: Path, copy: Path) -> None:
    with (copy / NAME).open("r+b") as file:
        file.truncate(1 << 30)
    with pytest.raises(DataError, match="at most 64 MB"):
        read_manifest(copy)
    assert told(dateline.verify(copy, root=root)) == [("DL604", NAME)]


OUTSIDE = ("../../secret", "events/../../../secret")
STRANGE = ("/etc/passwd", "..", ".", "", "a//b", "a\0b", "C:\\x", "a\nb")
PLACES: dict[str, Callable[[Any, str], None]] = {
    "path": lambda m, name: file_of(m).update(path=name),
    "files": lambda m, name: m["files"].update({name: "0" * 64}),
    "version": lambda m, name: m.update(version=name),
    "config": lambda m, name: m["configs"].update({name: m["configs"]["events"]}),
    "split": lambda m, name: m["configs"]["events"]["splits"].update(
        {name: {"rows": 0, "logical_sha256": "", "files": []}}
    ),
}
OPENED: list[str] = []
sys.addaudithook(lambda event, words: OPENED.append(str(words[0])) if event == "open" else None)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        *(
            (place, name)
            for place in PLACES
            for name in OUTSIDE
            if ".." in name or place != "split"
        ),
        *((place, name) for place in ("path", "files", "version") for name in STRANGE),
    ],
)
def test_nothing_outside_a_folder_is_read(place: str, name: str, root: Path, copy: Path) -> None:
    (root.parent / "secret").write_text("x")
    stated(copy, lambda manifest: PLACES[place](manifest, name))
    shutil.rmtree(root / "corpus" / "releases" / "0.2.0")
    OPENED.clear()
    found = dateline.verify(copy, version="0.2.0", digest=manifest_digest(copy), root=root)
    assert told(found) == [("DL603", NAME)]
    assert found.incidents[0].expected == "names of files below its folder"
    assert str(copy / NAME) in OPENED
    assert not [path for path in OPENED if "secret" in path or "passwd" in path]


# ── The chain of versions


def sums(root: Path) -> Path:
    return root / "corpus" / "releases" / ANCHORS


def first(found: Verdict) -> tuple[str, str, str]:
    one = found.incidents[0]
    return one.code, one.path, one.found


DAMAGED = {
    "a line of something else": lambda text: text + "# a note\n",
    "a digit fewer": lambda text: text[1:],
    "capitals": lambda text: text[:64].upper() + text[64:],
    "a version twice": lambda text: text + text.splitlines()[0] + "\n",
    "a path that leaves": lambda text: text.replace("0.1.0/", "../0.1.0/"),
    "a number beyond all": lambda text: text.replace("0.1.0/", f"0.1.{'9' * 5000}/"),
    "other digits": lambda text: text.replace("0.1.0/", "0.1.\u0661/"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_digests_written_down_that_cannot_be_read(kind: str, root: Path) -> None:
    sums(root).write_text(DAMAGED[kind](sums(root).read_text()), encoding="utf-8")
    with pytest.raises(DataError, match=f"corpus/releases/{ANCHORS} line [13]: expected"):
        dateline.verify(root=root)


@pytest.mark.parametrize("version", ["0.1.0", "0.2.0"])
def test_a_digest_that_was_written_down_otherwise(version: str, root: Path, here: Path) -> None:
    digest = manifest_digest(here.with_name(version))
    edit(sums(root), digest, "1" * 64)
    found = dateline.verify(version, root=root)
    path = f"corpus/releases/{version}/{NAME}"
    assert first(found) == ("DL604", path, digest)
    assert ("DL604", "CHANGELOG.md") in told(found)
    if version == "0.1.0":  # the next one bears witness too
        assert ("DL604", f"corpus/releases/0.2.0/{NAME} $.previous") in told(found)


def test_a_version_rewritten_with_its_digest_and_changelog(root: Path, here: Path) -> None:
    """Then only the next version knows."""
    old = here.with_name("0.1.0")
    digest = manifest_digest(old)
    a_row_and_every_digest(old)
    for path in (sums(root), root / "CHANGELOG.md"):
        edit(path, digest, manifest_digest(old))
    at = f"corpus/releases/0.2.0/{NAME} $.previous"
    for version in ("0.1.0", "0.2.0"):
        assert first(dateline.verify(version, root=root)) == ("DL604", at, digest)


def test_a_changelog_that_says_another_digest(root: Path, here: Path) -> None:
    edit(root / "CHANGELOG.md", manifest_digest(here), "1" * 64)
    assert first(dateline.verify(root=root)) == ("DL604", "CHANGELOG.md", "1" * 64)
    assert dateline.verify("0.1.0", root=root).holds


def test_a_frozen_version_taken_for_one_that_is_not(root: Path, here: Path) -> None:
    """Its digest is gone from the list, and its manifest says that it was never frozen."""
    rewritten(here)
    rehash(here, rows=True)
    stated(here, lambda manifest: manifest.update(provisional=True))
    lines = sums(root).read_text().splitlines(keepends=True)
    sums(root).write_text(lines[0])
    found = dateline.verify(root=root)
    assert first(found) == ("DL604", f"corpus/releases/{ANCHORS}", "none")
    sums(root).unlink()
    assert not dateline.verify(root=root).holds


def test_a_version_without_its_line(root: Path) -> None:
    sums(root).write_text(sums(root).read_text().splitlines(keepends=True)[0])
    found = told(dateline.verify(root=root))
    assert ("DL604", f"corpus/releases/{ANCHORS}") in found
    assert ("DL604", NAME) in found
    assert dateline.verify("0.1.0", root=root).holds


@pytest.mark.parametrize("name", ["0.1.1", "0.3.0", "old"])
def test_a_version_folder_renamed(name: str, root: Path, here: Path) -> None:
    here.with_name("0.1.0").rename(here.with_name(name))
    found = told(dateline.verify("0.2.0", root=root))
    assert found[0] == ("DL604", f"corpus/releases/0.1.0/{NAME}")
    assert all("0.2.0" not in path for _, path in found)  # which is as it was
    with pytest.raises(DataError, match="Get it from the repository's history"):
        dateline.verify("0.1.0", root=root)
    if name == "0.3.0":  # the newest now
        found = told(dateline.verify(root=root))
        assert ("DL604", f"{NAME} $.version") in found


def test_the_newest_version_gone(root: Path, here: Path) -> None:
    (here / NAME).unlink()
    for version in (None, "0.1.0"):
        found = dateline.verify(version, root=root)
        assert first(found) == ("DL604", f"corpus/releases/0.2.0/{NAME}", "no such file")
    with pytest.raises(UsageError, match=r"one of 0\.1\.0"):
        dateline.verify("0.9.0", root=root)


def test_an_installed_package_may_carry_the_newest_alone(
    root: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(here.with_name("0.1.0"))
    (root / "CHANGELOG.md").unlink()
    monkeypatch.setattr("dateline.tree._CARRIED", root)
    assert dateline.verify(root=root).holds
    with pytest.raises(UsageError, match="a clone of the repository has every one"):
        dateline.verify("0.1.0", root=root)
    rewritten(here)
    assert told(dateline.verify(root=root)) == [("DL601", EVENTS), ROW]


def test_a_version_between_frozen_ones(root: Path, here: Path) -> None:
    between = shutil.copytree(here, here.with_name("0.1.5"))
    stated(between, lambda manifest: manifest.update(version="0.1.5", provisional=True))
    path = f"corpus/releases/0.1.5/{NAME}"
    assert first(dateline.verify("0.2.0", root=root)) == ("DL604", path, "a provisional one")
    assert len(dateline.verify("0.2.0", root=root).incidents) == 1
    between.rename(here.with_name("0.3.0"))
    stated(here.with_name("0.3.0"), lambda manifest: manifest.update(version="0.3.0"))
    found = dateline.verify(root=root)
    assert (found.holds, found.version, found.anchor) == (True, "0.3.0", None)


def test_an_earlier_version_that_cannot_be_read(root: Path, here: Path) -> None:
    (here.with_name("0.1.0") / NAME).write_bytes(b"{")
    found = told(dateline.verify("0.2.0", root=root))
    assert found == [("DL604", f"corpus/releases/0.1.0/{NAME}")]


def test_folders_that_are_no_versions_are_none(root: Path, here: Path) -> None:
    for name in ("0..1", "1", "\u0661.0.0", "v0.2.0", "0.2.0-rc"):
        shutil.copytree(here, here.with_name(name))
    assert dateline.verify(root=root).version == "0.2.0"
    assert dateline.verify(root=root).holds


# ── Rows in memory, and Parquet without a manifest


def test_what_load_gives_is_proved(root: Path) -> None:
    for config in ("documents", "entities", "events", "stance", "attribution", "external"):
        found = dateline.verify(dateline.load(config, root=root), root=root)
        assert found.holds, found.incidents
        splits = read_manifest(root / "corpus/releases/0.2.0").configs[config].splits
        assert found.rows == sum(split.rows for split in splits.values())


def test_one_split_streamed_or_as_a_table(root: Path) -> None:
    streamed = dateline.load("events", "train", streaming=True, root=root)
    assert dateline.verify(streamed, root=root).holds
    table = dateline.load("events", "train", format="arrow", root=root)
    assert dateline.verify(table, root=root).holds
    assert dateline.verify({"train": table}, root=root).holds
    both = {config: dateline.load(config, root=root) for config in ("events", "stance")}
    assert dateline.verify(both, root=root).holds


def test_rows_in_any_order(root: Path) -> None:
    events = dateline.load("events", "train", root=root).shuffle(seed=1)
    assert dateline.verify(events, root=root).holds
    streamed = events.to_iterable_dataset().shuffle(seed=2, buffer_size=5)
    assert dateline.verify(streamed, root=root).holds


def test_what_was_saved_to_disk(root: Path, tmp_path: Path) -> None:
    loaded = dateline.load("events", version="0.1.0", root=root)
    loaded.save_to_disk(tmp_path / "all")
    loaded["train"].save_to_disk(tmp_path / "one")
    for name in ("all", "one"):
        found = dateline.verify(tmp_path / name, root=root)
        assert (found.holds, found.version) == (True, "0.1.0")
    (tmp_path / "one" / "state.json").write_text("{")
    with pytest.raises(DataError, match="a folder that `save_to_disk` wrote"):
        dateline.verify(tmp_path / "one", root=root)


def test_rows_of_an_older_version_are_known_by_what_they_say(root: Path) -> None:
    old = dateline.load("events", version="0.1.0", root=root)
    found = dateline.verify(old, root=root)
    assert (found.holds, found.version) == (True, "0.1.0")
    found = dateline.verify(old, version="0.2.0", root=root)
    assert [(i.code, i.found) for i in found.incidents] == [("DL602", "another mill-1 E2")]
    assert not dateline.verify(old["train"].data.table, root=root).holds  # nothing says which
    new = dateline.load("events", version="0.2.0", root=root)
    with pytest.raises(UsageError, match=r"of 0\.1\.0, 0\.2\.0"):
        dateline.verify({"train": old["train"], "test": new["test"]}, root=root)


def test_a_row_missing_changed_twice_or_from_elsewhere(root: Path) -> None:
    train, test = (dateline.load("events", s, format="arrow", root=root) for s in ("train", "test"))

    def found(table: pa.Table, split: str | None = "train") -> list[tuple[str, str, str]]:
        verdict = dateline.verify({split: table} if split else table, root=root)
        return [(i.path, i.expected, i.found) for i in verdict.incidents]

    name = f"mill-1 {train['event_id'][3]}"
    less = pa.concat_tables([train.slice(0, 3), train.slice(4)])
    assert found(less) == found(less, None) == [("events/train", f"the row {name}", "none")]
    more = pa.concat_tables([train, train.slice(3, 1)])
    assert found(more) == [(f"table row {len(train)}", "each row once", f"{name} once more")]
    rows = train.to_pylist()
    events(rows)
    other = pa.Table.from_pylist(rows, train.schema)
    assert found(other) == [("table row 3", "the row that was released", f"another {name}")]
    rows[3]["polarity"] = -1
    odd = pa.Table.from_pylist(rows, train.schema)
    assert found(odd)[0][2] == f"another {name} (no label of polarity has the number -1)"
    mixed = pa.concat_tables([train, test.slice(0, 1)])
    name = f"{test['doc_id'][0]} {test['event_id'][0]}"
    expected = (f"table row {len(train)}", "a row of events/train", f"{name} of events/test")
    assert found(mixed) == [expected]
    assert len(found(test)) == len(test) + len(train)
    strange = train.set_column(0, "doc_id", pa.array(["x-1"] * len(train)))
    assert found(strange)[0] == ("table row 0", "a row of events/train", "x-1 E1")


def test_no_rows_at_all_are_no_version(root: Path) -> None:
    train = dateline.load("events", "train", root=root)
    assert not dateline.verify(train.select([]), root=root).holds
    found = dateline.verify(train.data.table.slice(0, 0), root=root)
    assert [(i.code, i.path, i.expected) for i in found.incidents] == [
        ("DL602", "table", "rows of events")
    ]


def test_columns_that_are_not_those_of_a_config(root: Path) -> None:
    train = dateline.load("events", "train", root=root)

    def found(rows: Any, config: str | None = None) -> list[tuple[str, str, str]]:
        verdict = dateline.verify(rows, config=config, root=root)
        return [(i.code, i.expected, i.found) for i in verdict.incidents]

    chosen = train.select_columns(["doc_id", "type"])
    ((code, expected, names),) = found(chosen)
    assert (code, names) == ("DL608", "doc_id, type")
    assert expected.startswith("the columns of a config")
    assert found(chosen, "events") == [("DL608", "the column event_id: string", "none")]
    table = train.data.table
    assert found(train.add_column("mine", [0] * len(train)), "events") == []
    assert found(train.select_columns(train.column_names[::-1])) == []
    bare = table.replace_schema_metadata(None)
    assert found(bare)[0][2] == "none that can be read"
    polarity = train.features["polarity"].names
    ((_, expected, names),) = found(rename_labels(table, "polarity", polarity[::-1]))
    assert (expected, names) == (", ".join(polarity), ", ".join(polarity[::-1]))
    texts = table.set_column(
        table.schema.get_field_index("type"), "type", table["type"].cast(pa.string())
    )
    assert found(texts)[0][0] == "DL602"


def test_what_is_no_rows_is_refused(root: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a dataset of `datasets`, or a pyarrow\.Table"):
        dateline.verify(3, root=root)
    with pytest.raises(UsageError, match="neither"):
        dateline.verify(tmp_path / "none", root=root)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="neither"):
        dateline.verify(tmp_path / "empty", root=root)
    (tmp_path / "rows.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError, match=r"rows\.parquet: expected readable Parquet"):
        dateline.verify(tmp_path / "rows.parquet", root=root)
    with pytest.raises(UsageError, match="which is to be proved"):
        dateline.verify("0.1.0", version="0.2.0", root=root)
    with pytest.raises(UsageError, match="64 hexadecimal digits"):
        dateline.verify(digest="", root=root)


def laid_out_as_a_hub_does(folder: Path, out: Path) -> Path:
    for config in read_manifest(folder).configs:
        for path in (folder / config).glob("*.parquet"):
            place = out / config / path.name.partition("-")[0] / "0000.parquet"
            place.parent.mkdir(parents=True)
            pq.write_table(pq.ParquetFile(path).read(), place, row_group_size=2)
    return out


@pytest.mark.parametrize("name", ["rows", "train", "test-set"])
def test_parquet_as_a_hub_converts_it(name: str, root: Path, here: Path, tmp_path: Path) -> None:
    folder = laid_out_as_a_hub_does(here, tmp_path / name)
    found = dateline.verify(folder, root=root)
    assert found.holds, found.incidents
    assert found.rows == rows_in(here)
    path = rewrite_rows(folder / "events" / "train" / "0000.parquet", events)
    assert told(dateline.verify(folder, root=root)) == [
        ("DL602", "events/train/0000.parquet row 3")
    ]
    shutil.copy(folder / "events" / "test" / "0000.parquet", path)
    found = dateline.verify(folder / "events", root=root)
    assert found.incidents[0].expected == "a row of events/train"


def test_a_copy_whose_manifest_was_lost(root: Path, copy: Path) -> None:
    (copy / NAME).unlink()
    found = dateline.verify(copy, root=root)
    assert (found.holds, found.rows) == (True, rows_in(root / "corpus/releases/0.2.0"))
    assert dateline.verify(parquet_of(copy, "events"), root=root).holds
    a_page_damaged(copy)
    found = told(dateline.verify(copy, root=root))
    assert found[0] == ("DL608", "documents/train.parquet row 0")


def test_rows_are_proved_only_by_a_release_that_is_whole(root: Path, here: Path) -> None:
    loaded = dateline.load("events", root=root)
    a_row_and_every_digest(here)
    found = dateline.verify(loaded, root=root)
    assert found.rows == 0
    assert found.incidents[0].code == "DL604"


# ── The command


def command(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["verify", *map(str, words)])
    return done.exit_code, done.stdout


def test_the_command_says_what_was_proved_and_by_what(root: Path, copy: Path) -> None:
    code, said = command(copy, "--root", root)
    assert code == 0
    assert said.splitlines()[-1] == "unchanged"
    assert f"SHA-256 {manifest_digest(copy)} (as in corpus/releases/{ANCHORS})" in said
    rewritten(copy)
    code, said = command(copy, "--root", root)
    assert code == 1
    assert said.splitlines()[-1] == "NOT the version that was released"
    assert "expected the row that was released, got another mill-1 E4 (at row 3)" in said


def test_the_command_does_not_call_unchanged_what_was_never_frozen(root: Path) -> None:
    build(Tree(root), root / "build", workers=1)
    code, said = command("tree", "--root", root)
    assert code == 0
    assert "its own: nothing else speaks for it" in said
    assert said.splitlines()[-1] == "consistent with itself, and not frozen"


def test_the_command_as_json(root: Path, copy: Path) -> None:
    code, said = command(copy, "--root", root, "--format", "json")
    found = json.loads(said)
    assert (code, found["holds"], found["incidents"]) == (0, True, [])
    rewritten(copy)
    code, said = command(copy, "--root", root, "--format", "json", "--rows")
    found = json.loads(said)
    assert (code, found["holds"]) == (1, False)
    assert [i["code"] for i in found["incidents"]] == ["DL601", "DL602"]
    assert found["rows"] == rows_in(copy)


def test_the_command_used_wrongly(root: Path) -> None:
    def status(*words: object) -> int:
        line = [sys.executable, "-c", "from dateline.cli import main; main()", "verify", *words]
        return subprocess.run([*map(str, line)], capture_output=True, check=False).returncode

    assert status("--root", root, "--digest", "ABC") == 2
    assert status("0.9.0", "--root", root) == 2
    (root / "corpus" / "releases" / ANCHORS).write_text("?\n")
    assert status("--root", root) == 1
