"""Reports: incidents as text for a terminal, JSON, SARIF for editors and forges, or a page to read.

Each is a pure function of incidents, the folder that their files lie below, and a function that
gives an article's text by its id, or None where there is none to show.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from dateline.checks.incident import Incident
from dateline.checks.reports.html import html_report
from dateline.checks.reports.sarif import sarif_report
from dateline.checks.reports.text import text_report
from dateline.checks.reports.words import TextOf

__all__ = ["REPORTS", "Report", "html_report", "json_report", "sarif_report", "text_report"]

Report = Callable[[Sequence[Incident], Path, TextOf], str]


def json_report(incidents: Sequence[Incident], root: Path, text_of: TextOf) -> str:  # noqa: ARG001
    """The incidents as they are: an array of objects with the fields of `Incident`."""
    try:
        raw = msgspec.json.encode(list(incidents))
    except (
        UnicodeEncodeError
    ):  # a file's name that is not UTF-8: only `json` writes lone surrogates
        return json.dumps(msgspec.to_builtins(list(incidents)), indent=1) + "\n"
    return msgspec.json.format(raw, indent=1).decode() + "\n"


REPORTS: dict[str, Report] = {
    "text": text_report,
    "json": json_report,
    "sarif": sarif_report,
    "html": html_report,
}
"""The reports by the name of their format."""
