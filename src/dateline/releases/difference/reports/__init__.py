"""A difference as text, JSON or a page."""

from dateline.releases.difference.reports.html import html
from dateline.releases.difference.reports.json import json
from dateline.releases.difference.reports.text import text

__all__ = ["html", "json", "text"]
