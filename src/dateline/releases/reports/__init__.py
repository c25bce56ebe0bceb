"""A difference as text, JSON or a page."""

from dateline.releases.reports.html import html
from dateline.releases.reports.json import json
from dateline.releases.reports.text import text

__all__ = ["html", "json", "text"]
