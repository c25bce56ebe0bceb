"""An incident is data: what is wrong, by which check, and where."""

from __future__ import annotations

from typing import Literal

import msgspec

from dateline.errors import DatelineError

__all__ = ["Incident", "Severity"]

Severity = Literal["error", "warning"]


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One finding.

    `path` is a file and, after a space, the JSON path in it; `span` the code points of the
    article's text that it is about, where it is about any.
    """

    code: str
    severity: Severity
    path: str
    message: str
    expected: str
    found: str
    span: tuple[int, int] | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.code} expected {self.expected}, got {self.found}"

    @classmethod
    def of_error(cls, code: str, error: DatelineError, title: str) -> Incident:
        """An error that reading raised, as an incident."""
        return cls(
            code=code,
            severity="error",
            path=error.where,
            message=title,
            expected=error.expected,
            found=error.found,
        )
