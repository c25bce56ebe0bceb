"""The validation suite: pure generators of incidents, and the catalogue of their codes."""

from __future__ import annotations

from pathlib import Path

from dateline.checks.incident import Incident

__all__ = ["Incident", "validate"]


def validate(path: str | Path | None = None) -> list[Incident]:
    """The incidents of a target (see `dateline.checks.suite.validate`), as data.

    `path` is a corpus tree, Parquet, or an exchange file; None takes the tree that is found. One
    process does it, so that it can be called from anywhere; the command uses all cores.
    """
    from dateline.checks import suite

    return list(suite.validate(None if path is None else Path(path), workers=1))
