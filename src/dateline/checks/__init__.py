"""The validation suite: pure generators of incidents, and the catalogue of their codes."""

from __future__ import annotations

from pathlib import Path

from dateline.checks.incident import Incident
from dateline.checks.tree import check_tree
from dateline.tree import Tree, find_root

__all__ = ["Incident", "validate"]


def validate(path: str | Path | None = None) -> list[Incident]:
    """The incidents of a corpus tree, as data; None takes the tree that `find_root` finds."""
    return list(check_tree(Tree(find_root(path))))
