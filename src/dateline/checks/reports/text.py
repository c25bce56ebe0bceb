"""Incidents as lines for a terminal, which editors and `grep` understand too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from dateline.checks.incident import Incident
from dateline.checks.locate import Place, places
from dateline.checks.reports.words import TextOf, totals, visible

__all__ = ["CAP", "text_report"]

CAP = 20
"""Lines for one code in one file; the rest is counted."""


def text_report(incidents: Sequence[Incident], root: Path, text_of: TextOf) -> str:  # noqa: ARG001
    """One line an incident, by file; then how many of each code; then how many in all."""
    lines = [*_findings(incidents, root), *_summary(incidents), totals(incidents)]
    return "\n".join(lines) + "\n"


def _findings(incidents: Sequence[Incident], root: Path) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Incident]] = {}
    for incident in incidents:
        groups.setdefault((incident.file, incident.code), []).append(incident)
    ordered = sorted(groups)
    shown = [incident for key in ordered for incident in groups[key][:CAP]]
    found = places(root, shown)
    file = ""
    for key in ordered:
        if file and file != key[0]:
            yield ""
        file, code = key
        for incident in groups[key][:CAP]:
            yield _line(incident, next(found))
        if len(groups[key]) > CAP:
            yield f"… and {len(groups[key]) - CAP} more of {code} in {visible(file)}"
    if ordered:
        yield ""


def _line(incident: Incident, place: Place | None) -> str:
    at = f":{place[0]}:{place[1]}" if place else ""
    inner = f" (at {visible(incident.place)})" if incident.place else ""
    return (
        f"{visible(incident.file)}{at} {incident.severity} {incident.code} {incident.message}:"
        f" expected {visible(incident.expected)}, got {visible(incident.found)}{inner}"
    )


def _summary(incidents: Sequence[Incident]) -> Iterator[str]:
    counts = Counter((i.code, i.severity, i.message) for i in incidents)
    width = len(str(max(counts.values(), default=0)))
    for (code, severity, message), count in sorted(counts.items()):
        yield f"{count:>{width}}  {code}  {severity:<7}  {message}"
    if counts:
        yield ""
