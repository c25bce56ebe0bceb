"""Writing whole or not at all, locks that die with their process, and where the cache lies."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import platformdirs
import pytest

from dateline.errors import DataError
from dateline.files import Staged, cache_folder, locked, staged_folder


class StopError(Exception):
    """What goes wrong in the middle."""


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder with what is in it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file `old`, and a non-empty folder where `taken` would be written."""
    folder = tmp_path / "folder"
    (folder / "taken").mkdir(parents=True)
    (folder / "taken" / "inside").write_bytes(b"inside")
    (folder / "old").write_bytes(b"old")
    return folder


def test_staged_files_appear_together_at_the_end(folder: Path) -> None:
    before = contents(folder)
    with Staged() as staged:
        staged.write(folder / "old", b"new")
        staged.write(folder / "deep" / "down" / "fresh", b"fresh")
        places = {name: raw for name, raw in contents(folder).items() if name in before}
        assert places == before
        assert not (folder / "deep" / "down" / "fresh").exists()
    assert contents(folder) == before | {"old": b"new", "deep/down/fresh": b"fresh"}


@pytest.mark.parametrize("error", [StopError, KeyboardInterrupt, SystemExit])
def test_an_exception_leaves_everything_as_it_was(folder: Path, error: type[BaseException]) -> None:
    before = contents(folder)
    with pytest.raises(error), Staged() as staged:
        staged.write(folder / "old", b"new")
        staged.write(folder / "fresh", b"fresh")
        raise error
    assert contents(folder) == before


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_target_that_is_a_folder_leaves_everything_as_it_was(folder: Path, position: int) -> None:
    before = contents(folder)
    names = ["old", "fresh"]
    names.insert(position, "taken")
    with pytest.raises(OSError), Staged() as staged:
        for name in names:
            staged.write(folder / name, b"new")
    assert contents(folder) == before


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_rename_that_fails_takes_the_earlier_ones_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    before = contents(folder)
    rename = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "last":
            assert (folder / "old").read_bytes() == b"new", "the earlier ones are in place"
            assert (folder / "fresh").exists()
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(type(error)), Staged() as staged:
        for name in ("old", "fresh", "last"):
            staged.write(folder / name, b"new")
    assert contents(folder) == before


def test_a_staged_file_has_the_usual_rights(folder: Path) -> None:
    (folder / "plain").touch()
    with Staged() as staged:
        staged.write(folder / "staged", b"")
    modes = [stat.S_IMODE((folder / name).stat().st_mode) for name in ("plain", "staged")]
    assert modes[0] == modes[1]


HOLDER = """
import sys
from pathlib import Path
from dateline.files import locked
with locked(Path(sys.argv[1]), "build"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which holds the lock of `folder`."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def end_by_itself(process: subprocess.Popen[str]) -> None:
    process.communicate("\n")
    assert process.returncode == 0


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
    assert process.returncode != 0


@pytest.mark.parametrize("end", [end_by_itself, kill])
def test_a_lock_keeps_others_out_until_its_process_ends(
    folder: Path, holder: subprocess.Popen[str], end: Callable[[subprocess.Popen[str]], None]
) -> None:
    with pytest.raises(DataError) as caught, locked(folder, "build"):
        pytest.fail("two processes hold one lock")
    assert caught.value.where == str(folder)
    assert caught.value.expected == "no other build at work here"
    with pytest.raises(DataError), locked(folder / ".." / "folder", "build"):
        pytest.fail("another way to write a path is another lock")
    with locked(folder / "old", "build"):
        pass
    end(holder)
    with locked(folder, "build"):
        pass


def test_a_lock_is_free_again_after_an_exception(folder: Path) -> None:
    with pytest.raises(StopError), locked(folder, "build"):
        raise StopError
    with locked(folder, "build"), pytest.raises(DataError), locked(folder, "release"):
        pytest.fail("one process holds a lock twice")


def test_locks_lie_in_the_cache(folder: Path, own_cache: Path) -> None:
    before = contents(folder.parent)
    with locked(folder, "build"):
        assert list((own_cache / "locks").iterdir())
        assert contents(folder.parent) == before


@pytest.mark.parametrize("old", [True, False])
def test_a_staged_folder_takes_the_place_of_the_old_one(folder: Path, old: bool) -> None:
    target = folder if old else folder.with_name("new")
    with staged_folder(target, "build") as staging:
        (staging / "fresh").write_bytes(b"fresh")
        assert target.exists() == old
        assert staging.parent == target.parent
    assert contents(target) == {"fresh": b"fresh"}
    assert {path.name for path in target.parent.iterdir()} == {"folder", target.name}
    assert stat.S_IMODE(target.stat().st_mode) == 0o755


@pytest.mark.parametrize("error", [StopError, KeyboardInterrupt])
def test_a_failure_keeps_the_old_folder(folder: Path, error: type[BaseException]) -> None:
    before = contents(folder.parent)
    with pytest.raises(error), staged_folder(folder, "build") as staging:
        (staging / "half").write_bytes(b"half")
        raise error
    assert contents(folder.parent) == before
    assert list(folder.parent.iterdir()) == [folder]


def test_a_failing_rename_puts_the_old_folder_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder.parent)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if ".staged-" in self.name and self.suffix != ".old":
            assert not folder.exists(), "the old one is out of the way"
            raise OSError("disk full")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="disk full"), staged_folder(folder, "build") as staging:
        (staging / "half").write_bytes(b"half")
    assert contents(folder.parent) == before
    assert list(folder.parent.iterdir()) == [folder]


def left_behind(folder: Path, suffix: str = "") -> Path:
    """What a process leaves that was killed while it staged `folder`."""
    left_over = folder.with_name(f".{folder.name}.staged-0000{suffix}")
    left_over.mkdir()
    (left_over / "half").write_bytes(b"half")
    return left_over


def test_what_a_killed_process_left_behind_is_removed(folder: Path) -> None:
    left_behind(folder)
    left_behind(folder, ".old")
    others = left_behind(folder.with_name("other"))
    before = contents(folder)
    with pytest.raises(StopError), staged_folder(folder, "build"):
        assert contents(folder) == before
        raise StopError
    assert contents(folder) == before
    assert set(folder.parent.iterdir()) == {folder, others}


def test_a_process_killed_between_two_renames_loses_nothing(folder: Path) -> None:
    before = contents(folder)
    left_behind(folder)
    folder.rename(folder.with_name(f".{folder.name}.staged-0000.old"))
    with pytest.raises(StopError), staged_folder(folder, "build"):
        assert contents(folder) == before, "the old folder is back"
        raise StopError
    assert contents(folder) == before
    assert list(folder.parent.iterdir()) == [folder]


def test_one_folder_is_staged_once_at_a_time(folder: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(DataError, match="no other build"), staged_folder(folder, "build"):
        pytest.fail("staged under another's lock")
    assert holder.poll() is None


def test_the_cache_folder_moves_with_its_variable(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = Path(platformdirs.user_cache_dir("dateline"))
    assert cache_folder() == own_cache
    monkeypatch.setenv("DATELINE_CACHE", "")
    assert cache_folder() == users
    monkeypatch.delenv("DATELINE_CACHE")
    assert cache_folder() == users
