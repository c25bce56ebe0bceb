"""Train a baseline on the corpus, and see what it is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateline.targets import Target

__all__ = ["split_of", "target_of"]


def target_of(version: str | None, root: Path | None) -> Target:
    """The articles of a version, by default the newest release."""
    from dateline.manifest import built_folder
    from dateline.targets import find_target
    from dateline.tree import find_root

    return find_target(version or built_folder(find_root(root)).name, root)


def split_of(target: Target, split: str) -> str:
    """A split that the target has.

    Raises
    ------
    UsageError : it has no such split.
    """
    from dateline.errors import UsageError

    if not target.splits.get(split):
        known = ", ".join(name for name, count in target.splits.items() if count)
        raise UsageError("--split", f"one of {known}", repr(split))
    return split
