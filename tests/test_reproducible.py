"""The same corpus gives the same release: everywhere, in any order, with any number of workers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import filelock
import pyarrow
import pytest

from broken import copy_article
from dateline.files import cache_folder, staged_folder
from dateline.manifest import Manifest, read_manifest
from dateline.releases.build import build
from dateline.tree import Tree
from released import commit, enter, environment, everything, git

OLDER = "24.0.0"
"""The oldest pyarrow that the package allows."""

RELEASE = """
import os, random, sys
from pathlib import Path

class Shuffled:
    '''What os.scandir gives, in another order.'''
    def __init__(self, entries):
        with entries:
            self.entries = list(entries)
        random.Random(int(sys.argv[3])).shuffle(self.entries)
        self.left = iter(self.entries)
    def __iter__(self):
        return self
    def __next__(self):
        return next(self.left)
    def __enter__(self):
        return self
    def __exit__(self, *_):
        pass
    close = __exit__

scandir, listdir = os.scandir, os.listdir
os.scandir = lambda path=".": Shuffled(scandir(path))
os.listdir = lambda path=".": random.Random(int(sys.argv[3])).sample(n := listdir(path), len(n))

from dateline.agreement.dropped import dropped
from dateline.releases import build, release
from dateline.tree import Tree

if __name__ == "__main__":  # workers import this file too
    build._CHUNK = 1
    tree = Tree(Path(sys.argv[1]))
    release.release(tree, sys.argv[2], "2026-12-24", lambda doc_id: dropped(tree, doc_id),
                    workers=int(sys.argv[4]))
"""


def released(tree: Tree, program: Path, seed: int, workers: int, **more: str) -> None:
    """0.2.0 from a process of its own that sees every folder in an order of its own."""
    words = [sys.executable, str(program), tree.root, "0.2.0", str(seed), str(workers)]
    subprocess.run(words, env=environment(**more), check=True)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "release.py"
    path.write_text(RELEASE)
    return path


def test_a_release_from_anywhere_has_the_same_bytes(
    frozen_once: Path, tmp_path: Path, program: Path
) -> None:
    """With the figures drawn: another path, clone, time zone, locale, hash seed, order of folders,
    number of workers; with and without the text of the external article at hand. And nothing in it
    tells of the place where it was made.
    """
    shutil.copytree(frozen_once, tmp_path / "zq one")
    tree = Tree(tmp_path / "zq one")
    for number in (2, 3):  # so that there is something to share among workers
        copy_article(tree, "mill-1", f"mill-{number}", "mill")
    enter(tree)
    commit(tree)
    places = [tree.root, tmp_path / "zq-east", tmp_path / "zq-west" / ("w" * 60) / "é"]
    for place in places[1:]:
        git(tree.root, "clone", "--quiet", tree.root.as_uri(), str(place))
    away = {"DATELINE_CACHE": str(tmp_path / "empty"), "USER": "zq-user", "HOSTNAME": "zq-host"}
    settings = [
        {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"},
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"},
        {"TZ": "America/St_Johns", "LC_ALL": "C", "PYTHONHASHSEED": "4711", **away},
    ]
    for number, (place, setting) in enumerate(zip(places, settings, strict=True), 1):
        released(Tree(place), program, number, number, **setting)
    one, *others = [written(place) for place in places]
    assert len([name for name in one if name.startswith("docs/figures/")]) == 7
    for other in others:
        assert {n for n in one | other if one.get(n, b"-") != other.get(n, b"-")} == set()
    assert not [name for name, raw in one.items() if raw and (b"zq-" in raw or b".staged-" in raw)]


def written(root: Path) -> dict[str, bytes | None]:
    return {n: raw for n, raw in everything(root).items() if not n.startswith(".git/")}


# ── Another pyarrow

BUILD = """
import sys
from pathlib import Path
import pyarrow
from dateline.releases.build import build
from dateline.tree import Tree

assert pyarrow.__version__ == sys.argv[3]
build(Tree(Path(sys.argv[1])), Path(sys.argv[2]), workers=1)
"""
READ = """
import json, sys
from pathlib import Path
import pyarrow
from dateline.checks.verifying import verify
from dateline.manifest import read_manifest
from dateline.loading import load

assert pyarrow.__version__ == sys.argv[2]
verdict = verify("tree", root=sys.argv[1], rows=True)
print(json.dumps([verdict.holds, verdict.rows, len(load("events", version="tree", root=sys.argv[1],
                                                         format="arrow", split="train"))]))
"""


@pytest.fixture(scope="session")
def older_pyarrow() -> Path:
    """A folder with the oldest pyarrow that is allowed, kept in the user's cache."""
    if pyarrow.__version__ == OLDER:
        pytest.skip(f"pyarrow {OLDER} is the one that is installed")
    folder = cache_folder() / "tests"
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"pyarrow-{OLDER}-{sys.implementation.cache_tag}"
    with filelock.FileLock(folder / "tests.lock"):
        if not place.exists():
            with staged_folder(place, "test") as staging:
                command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
                command += ["--only-binary=:all:", "--target", staging, f"pyarrow=={OLDER}"]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    last = done.stderr.strip().rpartition("\n")[2]
                    pytest.skip(f"pyarrow {OLDER} cannot be had: {last}")
    return place


def logical(manifest: Manifest) -> dict[tuple[str, str], tuple[str, int]]:
    return {
        (config, split): (found.logical_sha256, found.rows)
        for config, entry in manifest.configs.items()
        for split, found in entry.splits.items()
    }


def test_another_pyarrow_gives_the_same_rows_and_reads_those_of_this_one(
    tree: Tree, tmp_path: Path, older_pyarrow: Path
) -> None:
    env = environment()
    env["PYTHONPATH"] = os.pathsep.join([str(older_pyarrow), env["PYTHONPATH"]])
    build(tree, tree.root / "build", workers=1)
    command = [sys.executable, "-c", BUILD, tree.root, tmp_path / "older", OLDER]
    subprocess.run(command, env=env, check=True)
    mine, other = read_manifest(tree.root / "build"), read_manifest(tmp_path / "older")
    assert (mine.pyarrow, other.pyarrow) == (pyarrow.__version__, OLDER)
    assert logical(mine) == logical(other)
    assert mine.inputs_sha256 == other.inputs_sha256
    for config in mine.configs:
        for field in ("arrow_schema", "labels"):
            assert getattr(mine.configs[config], field) == getattr(other.configs[config], field)
    command = [sys.executable, "-c", READ, tree.root, OLDER]
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    holds, rows, events = json.loads(done.stdout)
    assert holds
    assert rows == sum(held.rows for e in mine.configs.values() for held in e.splits.values())
    assert events == mine.configs["events"].splits["train"].rows
