"""A release that is cut short, meets another one, or runs out of space: nothing half-written."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dateline.errors import DataError
from dateline.manifest import NAME, anchors
from dateline.releases import release as releasing
from dateline.releases.hub import lay_out
from dateline.releases.telling import tell
from dateline.tree import Tree
from released import FIRST, SECOND, commit, environment, everything, freeze
from test_release import provisional, refused, sound

LEFT = re.compile(r"\.staged-|(^|/)\.[^/]+\.[a-z0-9_]{8}$")
LATER = "2027-02-03"
"""A release that is finished keeps the day on which its folder was made."""


def kept(root: Path) -> dict[str, bytes | None]:
    """Everything but what a killed process leaves: a staged folder, files beside their places."""
    return {name: raw for name, raw in everything(root).items() if not LEFT.search(name)}


class Camera:
    """Copies a tree before every call that moves or makes a file: what a kill there would leave."""

    def __init__(self, root: Path, folder: Path, aside: Path, patch: pytest.MonkeyPatch) -> None:
        self.root, self.folder, self.aside = root, folder, aside
        self.shots: list[tuple[str, Path]] = []
        for owner, name in ((Path, "rename"), (Path, "replace"), (tempfile, "mkstemp")):
            patch.setattr(owner, name, self.watched(getattr(owner, name)))

    def watched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*words: Any, **more: Any) -> Any:
            if ".staged-" not in str(Path(more.get("dir") or words[0]).parent):  # not in the folder
                place = self.aside / str(len(self.shots))
                shutil.copytree(self.root, place)
                target = words[1] if words else more["prefix"]
                self.shots.append((f"{function.__name__} {Path(target).name}", place))
            return function(*words, **more)

        return call

    def spare(self, number: int) -> bool:
        """Whether a shot is of one figure among many, which are all written in one way."""
        return ".svg" in self.shots[number][0] and number % 5 != 0

    @property
    def before(self) -> int:
        """How many shots were made before the version existed."""
        names = [name for name, _ in self.shots]
        return names.index(f"rename {self.folder.name}") + 1


def filmed(tree: Tree, version: str, day: str, aside: Path) -> Camera:
    with pytest.MonkeyPatch.context() as patch:
        camera = Camera(tree.root, tree.releases / version, aside, patch)
        freeze(tree, version, day)
    return camera


def test_a_new_version_that_was_cut_short_anywhere(ready: Tree, tmp_path: Path) -> None:
    start = everything(ready.root)
    camera = filmed(ready, "0.1.1", SECOND, tmp_path / "shots")
    sound(Tree(ready.root), "0.1.1")
    whole = everything(ready.root)
    assert camera.before < len(camera.shots) - 10, "files are written on both sides of it"
    for number, (what, root) in enumerate(camera.shots):
        early = number < camera.before
        if early:
            assert kept(root) == start, f"nothing has changed before {what}"
            assert "0.1.1" not in anchors(Tree(root).releases)
        if not camera.spare(number):
            freeze(Tree(root), "0.1.1", SECOND if early else LATER)
            assert everything(root) == whole, f"cut short before {what}"


def test_a_provisional_version_whose_freezing_was_cut_short(
    unreleased: Tree, tmp_path: Path
) -> None:
    tree = provisional(unreleased)
    start = everything(tree.root)
    camera = filmed(tree, "0.1.0", FIRST, tmp_path / "shots")
    whole = everything(tree.root)
    for number, (what, root) in enumerate(camera.shots):
        early = number < camera.before
        if early and number == 0:
            assert kept(root) == start, f"nothing has changed before {what}"
        if not camera.spare(number):
            freeze(Tree(root), "0.1.0", FIRST if early else LATER)
            assert everything(root) == whole, f"cut short before {what}"


def test_after_a_kill_another_version_takes_the_leftovers_away(ready: Tree, tmp_path: Path) -> None:
    camera = filmed(ready, "0.1.1", SECOND, tmp_path / "shots")
    tree = Tree(camera.shots[camera.before - 1][1])
    assert list(tree.releases.glob(".0.1.1.staged-*"))
    freeze(tree, "0.2.0", SECOND)
    assert not list(tree.releases.glob(".*"))
    sound(Tree(tree.root), "0.2.0")


def test_a_version_whose_digest_was_not_written_down_comes_first(
    ready: Tree, tmp_path: Path
) -> None:
    camera = filmed(ready, "0.1.1", SECOND, tmp_path / "shots")
    tree = commit(Tree(camera.shots[camera.before][1]))
    refused(tree, "0.1.2", LATER, releasing.UsageError, "0.1.1, unfinished\n  First: dateline rel")


def test_a_version_that_was_changed_after_it_was_cut_short(ready: Tree, tmp_path: Path) -> None:
    camera = filmed(ready, "0.1.1", SECOND, tmp_path / "shots")
    tree = Tree(camera.shots[camera.before][1])
    path = tree.releases / "0.1.1" / "CHANGES.md"
    path.write_text(path.read_text() + "- And more.\n")
    refused(tree, "0.1.1", LATER, DataError, "corpus/releases/0.1.1/CHANGES.md: expected SHA-256")


KILLED = """
import os, signal, sys
from pathlib import Path
from dateline.tree import Tree
from released import freeze, undrawn

calls = 0

def killing(function):
    def call(self, target):
        global calls
        if ".staged-" not in str(self.parent):
            calls += 1
            if calls == int(sys.argv[4]):
                os.kill(os.getpid(), signal.SIGKILL)
        return function(self, target)
    return call

Path.rename, Path.replace = killing(Path.rename), killing(Path.replace)
with undrawn():
    freeze(Tree(Path(sys.argv[1])), sys.argv[2], sys.argv[3])
"""


@pytest.mark.parametrize("call", [1, 2, 3, 9])
def test_a_killed_process_leaves_what_the_camera_shows(
    ready: Tree, tmp_path: Path, call: int
) -> None:
    """The folder's rename is the first; SHA256SUMS and CHANGELOG.md come next."""
    shutil.copytree(ready.root, tmp_path / "killed")
    root = tmp_path / "killed"
    command = [sys.executable, "-c", KILLED, root, "0.1.1", SECOND, str(call)]
    done = subprocess.run(command, env=environment(), capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    camera = filmed(ready, "0.1.1", SECOND, tmp_path / "shots")
    shots = [root for what, root in camera.shots if not what.startswith("mkstemp")]
    assert kept(root) == kept(shots[call - 1])
    assert everything(root) != kept(root), "a process that is killed cannot tidy up"
    freeze(Tree(root), "0.1.1", SECOND)
    assert everything(root) == everything(ready.root)


WAITING = """
import sys, time
from pathlib import Path
from dateline.releases import release
from dateline.tree import Tree
from released import freeze, undrawn

root = Path(sys.argv[1])
sound = release._require_sound

def waiting(*words):
    print("at work", flush=True)
    sys.stdin.readline()
    return sound(*words)

release._require_sound = waiting
with undrawn():
    freeze(Tree(root), "0.1.1", sys.argv[2])
"""


def test_of_two_releases_at_once_one_says_so_and_changes_nothing(ready: Tree) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITING, ready.root, SECOND],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "at work\n"
        for version in ("0.1.1", "0.2.0"):
            words = "expected no other release at work here, got one that is running"
            refused(ready, version, SECOND, DataError, words)
        other.stdin.write("\n")
        other.stdin.close()
        assert other.wait() == 0
    sound(Tree(ready.root), "0.1.1")


# ── No space left


def tight(folder: Path) -> None:
    """From now on files may have no more than 2,000 bytes: what is written fails in the middle."""
    del folder
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))


def full(folder: Path) -> None:
    """From now on the disk has no room."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))


TIGHT = """
import sys
from pathlib import Path
from dateline.errors import DataError
from dateline.releases import release
from dateline.tree import Tree
from released import freeze, undrawn
from test_release_cut import run_out, tight

with undrawn():
    run_out(Tree(Path(sys.argv[1])), sys.argv[2], sys.argv[3], tight)
"""


def run_out(tree: Tree, version: str, when: str, stop: Callable[[Path], None]) -> None:
    """Release with no space left from a moment on; the error says what to do."""
    day = FIRST if version == "0.1.0" else SECOND
    with pytest.MonkeyPatch.context() as patch:

        def stopped(*words: Any, **more: Any) -> Any:
            stop(tree.root.parent)
            return function(*words, **more)

        owner, name, function = {
            "build": (releasing, "build", releasing.build),
            "freeze": (releasing, "freeze", releasing.freeze),
            "tell": (releasing, "tell", tell),
        }[when]
        patch.setattr(owner, name, stopped)
        with pytest.raises(DataError, match="expected room and leave to write, got") as caught:
            freeze(tree, version, day)
    if stop is full:
        assert "No space left on device" in str(caught.value)
    hint = f"The version stands. To write what tells of it: dateline release {version}"
    assert (hint in str(caught.value)) == (when == "tell")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB."""
    small = tmp_path / "small"
    small.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(small)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(command, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield small
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)


@pytest.mark.parametrize("disk", ["limited files", "full disk"])
@pytest.mark.parametrize("when", ["build", "tell", "freeze"])
def test_no_space_left(
    when: str, disk: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    tree = request.getfixturevalue("unreleased" if when == "freeze" else "ready")
    version, day = ("0.1.0", FIRST) if when == "freeze" else ("0.1.1", SECOND)
    tree = provisional(tree) if when == "freeze" else tree
    place = request.getfixturevalue("small_disk") if disk == "full disk" else tmp_path / "other"
    shutil.copytree(tree.root, place / "tree")
    here, start = Tree(place / "tree"), everything(tree.root)
    if disk == "full disk":
        run_out(here, version, when, full)
        (place / "filler").unlink()
    else:
        command = [sys.executable, "-c", TIGHT, here.root, version, when]
        subprocess.run(command, env=environment(), check=True)
    freeze(tree, version, day)
    after, whole = everything(here.root), everything(tree.root)
    if when == "tell":
        assert (here.releases / version / NAME).is_file()
        assert after != whole
        assert all(
            raw in (start.get(name, b""), whole.get(name, b"")) for name, raw in after.items()
        )
    else:
        assert after == start
    freeze(Tree(here.root), version, day)
    assert everything(here.root) == whole, "with room again it is finished"


def test_no_space_left_for_a_hub_folder(frozen: Tree, small_disk: Path) -> None:
    before = everything(frozen.root)
    full(small_disk)
    with pytest.raises(DataError, match=r"room and leave to write, got .*No space left"):
        lay_out(frozen, "0.1.0", small_disk / "hub")
    assert [path.name for path in small_disk.iterdir()] == ["filler"]
    assert everything(frozen.root) == before
