"""A folder for a hub: it loads, proves and describes itself with nothing but what is in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import mlcroissant
import pytest

from dateline.checks.verifying import verify
from dateline.errors import DataError, DatelineError, UsageError
from dateline.manifest import manifest_digest, read_manifest
from dateline.releases.build import build
from dateline.releases.hub import lay_out
from dateline.rows import logical_digest
from dateline.tables import CONFIGS
from dateline.tree import Tree
from released import SECOND, commit, environment, everything, freeze
from test_cli import dateline as run


@pytest.fixture
def hub(frozen: Tree, tmp_path: Path) -> Path:
    lay_out(frozen, "0.1.0", tmp_path / "hub")
    return tmp_path / "hub"


OFFLINE = """
import json, socket, sys

def refuse(*_, **__):
    raise SystemExit("a network was asked")

socket.socket.connect = socket.getaddrinfo = refuse
import datasets
from dateline.rows import row_digest, rows_from_batch

found = {}
for config in sys.argv[2].split(","):
    for split, rows in datasets.load_dataset(sys.argv[1], config).items():
        digests = [row_digest(row).hex() for row in rows_from_batch(rows.data.table)]
        found[f"{config} {split}"] = digests
print(json.dumps(found))
"""


@pytest.mark.parametrize("online", ["0", "1"])
def test_every_config_loads_with_sockets_blocked(hub: Path, tmp_path: Path, online: str) -> None:
    """Also for somebody who has not told `datasets` to stay offline; from the folder moved."""
    moved = hub.rename(tmp_path / "somewhere else")
    more = {"HF_HUB_OFFLINE": online, "HF_DATASETS_OFFLINE": online, "HF_HOME": str(tmp_path)}
    command = [sys.executable, "-c", OFFLINE, moved, ",".join(CONFIGS)]
    done = subprocess.run(
        command, env=environment(**more), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    wanted = {
        f"{config} {split}": held.logical_sha256
        for config, entry in read_manifest(moved).configs.items()
        for split, held in entry.splits.items()
        if held.rows
    }
    assert wanted == {
        name: logical_digest(bytes.fromhex(digest) for digest in digests)
        for name, digests in found.items()
    }


def test_it_is_proved_also_with_what_a_hub_adds(hub: Path, frozen: Tree) -> None:
    added = {
        ".gitattributes": b"*.parquet filter=lfs diff=lfs merge=lfs -text\n",
        ".cache/huggingface/.gitignore": b"*",
        ".cache/huggingface/download/README.md.lock": b"",
        ".cache/huggingface/download/events/train.parquet.metadata": b"0\n1\n2\n",
        ".cache/huggingface/download/events/x.parquet.incomplete": b"PAR1",
    }
    for name, raw in added.items():
        (hub / name).parent.mkdir(parents=True, exist_ok=True)
        (hub / name).write_bytes(raw)
    for rows in (False, True):
        verdict = verify(hub, root=frozen.root, rows=rows)
        assert verdict.holds, verdict.incidents
        assert verdict.digest == manifest_digest(frozen.releases / "0.1.0")
    assert "unchanged" in run("verify", hub, "--root", frozen.root)


def test_mlcroissant_reads_it(hub: Path) -> None:
    found = mlcroissant.Dataset(hub / "croissant.json")
    assert found.metadata.version == "0.1.0"
    assert not found.metadata.ctx.issues.errors
    assert not found.metadata.ctx.issues.warnings
    entry = read_manifest(hub).configs["events"]
    rows = sum(held.rows for held in entry.splits.values())
    assert len(list(found.records("events"))) == rows > 0


def test_its_pages_lead_nowhere_that_is_not_there(hub: Path) -> None:
    """Of the newest version the datasheet goes along, with its figures."""
    for name in ("README.md", "DATASHEET.md", "CITATION.cff", "LICENSE-DATA"):
        assert (hub / name).is_file()
    for page in hub.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            assert "://" in target or (hub / target).is_file(), (page.name, target)


def test_an_older_version_goes_without_what_tells_of_the_newest(
    ready: Tree, tmp_path: Path
) -> None:
    freeze(ready, "0.1.1", SECOND)
    tree = commit(ready)
    lay_out(tree, "0.1.0", tmp_path / "old")
    here = {path.name for path in (tmp_path / "old").iterdir()}
    assert not here & {"DATASHEET.md", "CITATION.cff", "docs"}
    assert "LICENSE-DATA" in here
    assert verify(tmp_path / "old", root=tree.root).holds
    assert "0.1.1" not in (tmp_path / "old" / "README.md").read_text()


def test_the_command(frozen: Tree, tmp_path: Path) -> None:
    place = tmp_path / "given" / "hub"
    said = run("release", "0.1.0", "--hub", place, "--root", frozen.root)
    count = sum(path.is_file() for path in place.rglob("*"))
    assert f"Laid out 0.1.0 in {place}: {count} files." in said
    assert "tag the commit v0.1.0" in said
    (tmp_path / "empty").mkdir()
    lay_out(frozen, "0.1.0", tmp_path / "empty")
    assert everything(tmp_path / "empty") == everything(place), "the same, wherever it is"


def something_in_it(tree: Tree, out: Path) -> None:
    out.mkdir()
    (out / "thesis.txt").write_text("work of years")


def a_file(tree: Tree, out: Path) -> None:
    out.write_text("work of years")


def a_link_to_a_folder_with_something(tree: Tree, out: Path) -> None:
    out.symlink_to(tree.root)


def a_link_into_the_version(tree: Tree, out: Path) -> None:
    out.symlink_to(tree.releases / "0.1.0" / "events" / "hub")


def a_changed_row_file(tree: Tree, out: Path) -> None:
    (path,) = (tree.releases / "0.1.0" / "events").glob("train*")
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def a_changed_manifest(tree: Tree, out: Path) -> None:
    path = tree.releases / "0.1.0" / "manifest.json"
    path.write_bytes(path.read_bytes() + b"\n")


def a_version_that_is_not_frozen(tree: Tree, out: Path) -> None:
    (tree.releases / "SHA256SUMS").unlink()


def a_folder_that_nobody_may_write(tree: Tree, out: Path) -> None:
    out.parent.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    out.parent.chmod(0o500)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (something_in_it, UsageError, "expected a new or empty folder"),
        (a_file, UsageError, "expected a new or empty folder"),
        (a_link_to_a_folder_with_something, UsageError, "expected a new or empty folder"),
        (a_link_into_the_version, UsageError, "expected a folder outside of the version's own"),
        (a_changed_row_file, DataError, "corpus/releases/0.1.0/events/train-"),
        (a_changed_manifest, DatelineError, "0.1.0"),
        (a_version_that_is_not_frozen, UsageError, "First: dateline release 0.1.0"),
        (a_folder_that_nobody_may_write, DataError, "room and leave to write"),
    ],
)
def test_what_is_refused_leaves_everything_as_it_was(
    frozen: Tree, tmp_path: Path, change: object, error: type[DatelineError], words: str
) -> None:
    out = tmp_path / "place" / "hub"
    out.parent.mkdir()
    assert callable(change)
    change(frozen, out)
    before = everything(tmp_path)
    with pytest.raises(error) as caught:
        lay_out(frozen, "0.1.0", out)
    assert words in str(caught.value)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("version", ["tree", "0.9.0", "../0.1.0", ""])
def test_only_a_version_is_laid_out(frozen: Tree, tmp_path: Path, version: str) -> None:
    build(frozen, frozen.root / "build", workers=1)
    with pytest.raises(UsageError):
        lay_out(frozen, version, tmp_path / "hub")
    assert not (tmp_path / "hub").exists()
    shutil.rmtree(frozen.root / "build")
