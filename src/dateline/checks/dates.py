"""Dates that no calendar has."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import regex

from dateline.checks.catalogue import incident
from dateline.checks.incident import Incident
from dateline.checks.labelled import field_at
from dateline.derived import Article

__all__ = ["check_dates", "is_date"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:(?:,\s*|\s+)(?P<year>\d{4})(?!\d))?"
_DATE = regex.compile(
    rf"""
      (?<![\w-])(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])         # 2024-03-05
    | (?<![\w.,:])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}{_YEAR}  # 5 March 2024
    | \b{_MONTH}\s+(?:the\s+)?(?P<late>\d{{1,2}})(?:st|nd|rd|th)?(?![\d]|[:.]\d){_YEAR}  # March 5
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_ISO = regex.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LEAP = 2000  # where no year is printed, 29 February may be meant


def is_date(text: str) -> bool:
    """Whether `text` is a day of the Gregorian calendar as ISO 8601 writes it, YYYY-MM-DD."""
    match = _ISO.fullmatch(text)
    return match is not None and _exists(*map(int, match.groups()))


def check_dates(article: Article, where: str) -> Iterator[Incident]:
    """DL413: DATE mentions with a day that no calendar has, such as 30 February.

    Read are English months by name or abbreviation, with the day before or after, and ISO dates;
    `where` is the file of the labels. An article without text has nothing to read.
    """
    for position, entity in enumerate(article.entities):
        surface = article.surface(entity)
        if entity.type != "DATE" or surface is None:
            continue
        for match in _DATE.finditer(surface):
            if not _possible(match):
                path = field_at(where, f"entities[{position}]")
                span = (entity.start, entity.end)
                expected = "a day that the calendar has"
                yield incident("DL413", path, expected, repr(match[0]), span, article.doc_id)
                break


def _possible(match: regex.Match[str]) -> bool:
    month = match["month"].lower()
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    year = int(match["year"] or _LEAP)
    if match["late"] is None:
        return _exists(year, number, int(match["day"]))
    # After a month, what is no day of any month is a short year: "May 68".
    late = int(match["late"])
    return not 1 <= late <= 31 or _exists(year, number, late)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True
