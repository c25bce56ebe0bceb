"""A report of agreement as text, JSON or a page with plots."""

from __future__ import annotations

import msgspec

from dateline.agreement.figures import Report
from dateline.agreement.reports.html import html
from dateline.agreement.reports.text import text

__all__ = ["html", "json", "text"]


def json(report: Report) -> str:
    """The whole report, figures to four places."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1).decode() + "\n"
