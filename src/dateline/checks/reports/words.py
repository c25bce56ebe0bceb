"""What reports have in common: counts in words, and text that cannot disturb the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dateline.checks.incident import Incident

__all__ = ["TextOf", "many", "totals", "visible"]

TextOf = Callable[[str], str | None]
"""An article's text by its id; None where there is none to show."""

_LONGEST = 300


def many(count: int, noun: str) -> str:
    """A count with its noun: `1 file`, `2 files`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def totals(incidents: Sequence[Incident]) -> str:
    """`N errors, M warnings in F files`."""
    errors = sum(incident.severity == "error" for incident in incidents)
    warnings = many(len(incidents) - errors, "warning")
    files = many(len({incident.file for incident in incidents}), "file")
    return f"{many(errors, 'error')}, {warnings} in {files}"


def visible(text: str, longest: int = _LONGEST) -> str:
    """`text` on one line, shortened; what cannot be seen is written as its escape.

    Findings quote files, and a file may hold line ends, terminal codes or direction overrides.
    """
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
