"""What Git knows of a tree: that nothing in it would be lost, and what a file once held."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from dateline.errors import UsageError

__all__ = ["earlier", "require_clean", "require_kept"]

_SHOWN = 3


def _git(root: Path, *words: str) -> bytes:
    """What Git says; it takes no locks, so that asking changes nothing."""
    command = ["git", "--no-optional-locks", "-C", str(root), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        raise UsageError("release", "Git, to know what is committed", "none") from None
    if done.returncode:
        found = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise UsageError(str(root), "a Git repository with commits", found)
    return done.stdout


def _names(raw: bytes) -> list[str]:
    return [name for name in raw.decode(errors="replace").split("\0") if name]


def require_clean(root: Path, but: tuple[str, ...]) -> None:
    """Refuse a tree with changes that nobody could find again.

    `but` are files, and folders with a `/` at the end, that may have changed.

    Raises
    ------
    UsageError : there are such changes, or it is no Git repository.
    """
    words = ("status", "--porcelain", "--untracked-files=all", "--no-renames", "-z")
    folders = tuple(name for name in but if name.endswith("/"))
    names = [entry[3:] for entry in _names(_git(root, *words))]
    _refuse(root, [name for name in names if name not in but and not name.startswith(folders)])


def require_kept(root: Path, inputs: Path) -> None:
    """Refuse inputs that Git was told to ignore: a clean tree does not show them.

    Raises
    ------
    UsageError : `inputs`, in the form of sha256sum, lists files that are in no commit.
    """
    known = set(_names(_git(root, "ls-files", "-z")))
    lines = inputs.read_text(encoding="utf-8").splitlines()
    _refuse(root, [name for line in lines if (name := line.partition("  ")[2]) not in known])


def _refuse(root: Path, names: list[str]) -> None:
    if names:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        found = f"changes to {', '.join(names[:_SHOWN])}{more}"
        raise UsageError(str(root), "a clean tree: everything committed", found)


def earlier(root: Path, name: str) -> Iterator[bytes]:
    """What a file held in the commits that changed it, the newest first."""
    for commit in _git(root, "log", "--format=%H", "--", name).decode().split():
        with contextlib.suppress(UsageError):  # it took the file away
            yield _git(root, "show", f"{commit}:{name}")
