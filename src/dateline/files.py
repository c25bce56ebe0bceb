"""Writing files so that a failure leaves everything as it was, and finding the user's cache."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TextIO

import filelock

from dateline.errors import DataError

__all__ = ["Staged", "cache_folder", "locked", "no_room", "staged_folder", "staged_text", "swept"]


def cache_folder() -> Path:
    """Where hydrated texts and downloads lie: `DATELINE_CACHE`, else the user's cache folder."""
    if chosen := os.environ.get("DATELINE_CACHE"):
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("dateline"))


class Staged:
    """Several files, written beside their places and renamed into them together.

    >>> with Staged() as staged:
    ...     staged.write(path, b"…")

    Leaving by an exception, or a failure to rename, removes or restores every file.
    """

    def __init__(self) -> None:
        self._pairs: list[tuple[Path, Path]] = []

    def write(self, path: Path, raw: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
        self._pairs.append((Path(name), path))
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)

    def __enter__(self) -> Staged:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._commit()
        finally:
            for temporary, _ in self._pairs:
                temporary.unlink(missing_ok=True)

    def _commit(self) -> None:
        for temporary, _ in self._pairs:  # all at the end, which costs half as much as one by one
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
        before = [(path, path.read_bytes() if path.exists() else None) for _, path in self._pairs]
        try:
            for temporary, path in self._pairs:
                temporary.replace(path)
        except BaseException:
            for path, raw in before:
                if raw is None:
                    path.unlink(missing_ok=True)
                else:
                    path.write_bytes(raw)
            raise


@contextlib.contextmanager
def staged_text(path: Path) -> Iterator[TextIO]:
    """A text file, UTF-8, that is written piece by piece and takes its place when the block ends
    well; a failure leaves what was there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            yield file
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def no_room(where: str, error: OSError, hint: str = "") -> DataError:
    """The error for a place that could not be written; of a folder's copy, its first reason."""
    copied = isinstance(error, shutil.Error) and error.args and error.args[0]
    reason = str(copied[0][2]) if copied else error.strerror or str(error)
    return DataError(where, "room and leave to write", reason, hint)


@contextlib.contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Hold the lock that belongs to `path`, or fail at once; the lock dies with its process.

    Raises
    ------
    DataError : another process holds it.
    """
    locks = cache_folder() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:32]
    lock = filelock.FileLock(locks / f"{name}.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise DataError(str(path), f"no other {what} at work here", "one that is running") from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def staged_folder(path: Path, what: str) -> Iterator[Path]:
    """A new folder beside `path` that takes its place when the block ends well.

    A failure, a full disk included, leaves `path` as it was and nothing beside it.
    """
    with locked(path, what):
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        staging = Path(tempfile.mkdtemp(prefix=f".{path.name}.staged-", dir=path.parent))
        old = staging.with_name(staging.name + ".old")
        try:
            yield staging
            staging.chmod(0o755)
            if path.exists():
                path.rename(old)
            try:
                staging.rename(path)
            except OSError:
                if old.exists():
                    old.rename(path)
                raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)


def swept(path: Path, what: str) -> None:
    """Put `path` back, or take away what lies beside it, where a process was killed staging it.

    Raises
    ------
    DataError : another process is at work on it.
    """
    with locked(path, what):
        _sweep(path)


def _sweep(path: Path) -> None:
    prefix = f".{path.name}.staged-"
    for left_over in [p for p in path.parent.iterdir() if p.name.startswith(prefix)]:
        if left_over.suffix == ".old" and not path.exists():
            left_over.rename(path)  # a process was killed between the two renames of staged_folder
        else:
            shutil.rmtree(left_over, ignore_errors=True)
