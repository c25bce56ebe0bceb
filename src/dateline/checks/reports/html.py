"""Incidents as one page: no script, nothing from outside, readable in the dark and by a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import groupby
from pathlib import Path, PurePath

from dateline.checks.catalogue import CATALOGUE, LEVELS
from dateline.checks.incident import Incident
from dateline.checks.locate import Place, places
from dateline.checks.reports.words import TextOf, many, totals, visible
from dateline.page import page
from dateline.text import segment

__all__ = ["CAP", "html_report"]

CAP = 200
"""Findings shown of one code; the rest is counted."""

_AROUND = 10
_LONGEST_MARK = 600
_ACTS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def html_report(incidents: Sequence[Incident], root: Path, text_of: TextOf) -> str:
    """A table of counts, then every code with its entry in the catalogue and its findings.

    Where a finding has a span and `text_of` gives its article, it is shown in its sentence.
    """
    by_code: dict[str, list[Incident]] = {}
    for incident in incidents:
        by_code.setdefault(incident.code, []).append(incident)
    codes = sorted(by_code)
    body = [
        *_table({code: len(by_code[code]) for code in codes}),
        *_sections(by_code, root, text_of),
    ]
    return page("Validation report", totals(incidents), body)


def _table(counts: dict[str, int]) -> Iterator[str]:
    if not counts:
        yield "<p>Nothing was found.</p>"
        return
    yield "<table>\n<caption>Findings by level and code</caption>\n<thead><tr>"
    yield "".join(f'<th scope="col">{name}</th>' for name in ("Code", "What", "Severity"))
    yield '<th scope="col" class="number">Findings</th></tr></thead>'
    for level, codes in groupby(counts, key=_level):
        yield f'<tbody>\n<tr><th scope="rowgroup" colspan="4">{level}</th></tr>'
        for code in codes:
            entry = CATALOGUE[code]
            yield (
                f'<tr><th scope="row"><a href="#{code}">{code}</a></th>'
                f"<td>{escape(entry.title)}</td><td>{_severity(entry.severity)}</td>"
                f'<td class="number">{counts[code]}</td></tr>'
            )
        yield "</tbody>"
    yield "</table>"


def _level(code: str) -> str:
    return f"Level {code[2]}: {LEVELS[int(code[2])]}"


def _severity(severity: str) -> str:
    return f'<span class="{severity}">{severity}</span>'


def _sections(by_code: dict[str, list[Incident]], root: Path, text_of: TextOf) -> Iterator[str]:
    contexts = _Contexts(text_of)
    level = ""
    for code in sorted(by_code):
        if _level(code) != level:
            level = _level(code)
            yield f"<h2>{level}</h2>"
        yield from _entry(code)
        yield "<ol>"
        shown = by_code[code][:CAP]
        for incident, place in zip(shown, places(root, shown), strict=True):
            yield from _finding(incident, place, contexts)
        yield "</ol>"
        if rest := len(by_code[code]) - len(shown):
            yield f'<p class="note">… and {many(rest, "more finding")} of {code}.</p>'


def _entry(code: str) -> Iterator[str]:
    entry = CATALOGUE[code]
    yield f'<h3 id="{code}">{code} {escape(entry.title)} ({_severity(entry.severity)})</h3>'
    yield f"<details>\n<summary>Why {code} matters, and how to mend it</summary>"
    yield f"<p>{escape(entry.why)}</p>\n<p>{_code_marks(entry.mend)}</p>\n</details>"


def _code_marks(text: str) -> str:
    """The catalogue writes commands between backticks."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def _finding(incident: Incident, place: Place | None, contexts: _Contexts) -> Iterator[str]:
    at = f":{place[0]}:{place[1]}" if place else ""
    inner = f" <code>{escape(visible(incident.place))}</code>" if incident.place else ""
    yield f'<li>\n<p><span class="place">{escape(visible(incident.file))}{at}</span>{inner}</p>'
    expected, found = escape(visible(incident.expected)), escape(visible(incident.found))
    yield f"<p>expected {expected}, got <strong>{found}</strong></p>"
    if context := contexts.of(incident):
        yield f"<blockquote>{context}</blockquote>"
    yield "</li>"


class _Contexts:
    """The sentences around findings; the last few articles are kept, read and cut."""

    def __init__(self, text_of: TextOf) -> None:
        @lru_cache(maxsize=64)
        def read(doc_id: str) -> tuple[str, Sequence[tuple[int, int]]]:
            text = text_of(doc_id) or ""
            return text, segment(text).sentences

        self._read = read

    def of(self, incident: Incident) -> str:
        """HTML: the sentence of the span with the span marked, and some words around; or ""."""
        if incident.span is None:
            return ""
        text, sentences = self._read(incident.doc_id or PurePath(incident.file).stem)
        start, end = incident.span
        if not 0 <= start < end <= len(text):
            return ""
        touched = [(low, high) for low, high in sentences if low < end and start < high]
        first = min([start, *(low for low, _ in touched)])
        last = max([end, *(high for _, high in touched)])
        before = " ".join(text[:first].split()[-_AROUND:])
        after = " ".join(text[last:].split()[:_AROUND])
        return (
            f"<span>{_quoted(before + ' ' if before else '')}</span>{_quoted(text[first:start])}"
            f"<mark>{_quoted(_short(text[start:end]))}</mark>"
            f"{_quoted(text[end:last])}<span>{_quoted(' ' + after if after else '')}</span>"
        )


def _short(words: str) -> str:
    half = _LONGEST_MARK // 2
    return words if len(words) <= _LONGEST_MARK else f"{words[:half]} … {words[-half:]}"


def _quoted(words: str) -> str:
    """Text of an article, escaped: line ends as spaces, no control or direction left to act."""
    plain = words.replace("\n", " ")
    return escape(_ACTS.sub(lambda match: visible(match[0]), plain))
