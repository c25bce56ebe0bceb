"""What Dateline raises on purpose: what was expected, what was found, and where."""

from __future__ import annotations

__all__ = ["DataError", "DatelineError", "DatelineWarning", "UsageError"]

_MAX_FOUND = 200


class DatelineError(Exception):
    """An error whose message a user can act on.

    Parameters
    ----------
    where : the file, JSON path, row or argument that the error is about.
    expected, found : noun phrases; `found` is shortened when it is long.
    hint : one sentence on what to do, or "".
    """

    exit_code = 1

    def __init__(self, where: str, expected: str, found: str, hint: str = "") -> None:
        self.where = where
        self.expected = expected
        self.found = found if len(found) <= _MAX_FOUND else found[: _MAX_FOUND - 1] + "…"
        self.hint = hint
        super().__init__(where, expected, found, hint)

    def __str__(self) -> str:
        line = f"{self.where}: expected {self.expected}, got {self.found}"
        return f"{line}\n  {self.hint}" if self.hint else line


class DataError(DatelineError):
    """The data falls short: exit code 1."""


class UsageError(DatelineError):
    """The command or function was called wrongly: exit code 2."""

    exit_code = 2


class DatelineWarning(UserWarning):
    """Something that a user of the data must know, and may decide to live with."""
