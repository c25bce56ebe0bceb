"""A report of agreement as text, JSON or a page with plots."""

from __future__ import annotations

import msgspec

from dateline.agreement.figures import Report
from dateline.agreement.reports.html import html
from dateline.agreement.reports.text import text

__all__ = ["html", "json", "text"]


def json(report: Report, *, worst: int) -> str:
    """All figures, to four places, all articles, and the sentences that differ most."""
    shown = msgspec.structs.replace(report, by_sentence=report.by_sentence[:worst])
    return msgspec.json.format(msgspec.json.encode(shown), indent=1).decode() + "\n"
