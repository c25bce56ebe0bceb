"""An incident is data: what is wrong, by which check, and where."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["Incident", "Severity"]

Severity = Literal["error", "warning"]


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One finding.

    `path` is a file and, after a space, the place in it: a JSON path in the tree, a row and field
    in Parquet, a line and column in a text. `span` holds the code points of the article's text that
    it is about, where it is about any. `level` is 1 to 6 (see `dateline.checks.catalogue.LEVELS`).
    """

    code: str
    level: int
    severity: Severity
    path: str
    span: tuple[int, int] | None = None
    message: str
    expected: str
    found: str
    doc_id: str | None = None

    @property
    def file(self) -> str:
        return self.path.partition(" ")[0]

    @property
    def place(self) -> str:
        return self.path.partition(" ")[2]

    def __str__(self) -> str:
        return f"{self.path}: {self.code} expected {self.expected}, got {self.found}"
