"""What a source does not say and its words do: how a mention refers, what a quotation is."""

from __future__ import annotations

import re

from dateline.formats.native import CONTENT, SOURCE
from dateline.formats.standoff import refs
from dateline.records import Foreign, Span

__all__ = ["content_of", "mention", "quote", "source_form"]

_REFERRING = """
i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it
its itself we us our ours ourselves they them their theirs themselves this that these those who whom
whose which what one ones some any both all each either neither none others somebody someone anybody
anyone everybody everyone nobody
"""
_LEADING = "the a an this that these those some any each every no"
_PRONOUNS, _DETERMINERS = frozenset(_REFERRING.split()), frozenset(_LEADING.split())
_WORD = re.compile(r"\w+(?:['’.&-]\w+)*")
_OPEN, _CLOSE = '"“„«', '"”»'


def mention(text: str, span: Span) -> str:
    """`pronoun`, `name` or `nominal`: a name's last word begins with a capital or a digit.

    A single capitalised word that begins a line or sentence is a name unless the text has it in
    small letters too.
    """
    found = _WORD.findall(text[span.start : span.end])
    if not found:
        return "name"
    if len(found) == 1 and found[0].casefold() in _PRONOUNS:
        return "pronoun"
    head = found[-1]
    if not (head[0].isupper() or head[0].isdigit()):
        return "nominal"
    if found[0].casefold() in _DETERMINERS and len(found) == 1:
        return "pronoun"
    begins = re.search(
        r"(?:^|[.!?:\n][\"”’)]*\s*[\"“‘(]*)\Z", text[max(0, span.start - 8) : span.start]
    )
    if len(found) == 1 and begins and re.search(rf"\b{re.escape(head.lower())}\b", text):
        return "nominal"
    return "name"


def quote(text: str, spans: list[Span]) -> str:
    """`direct` where all of a content stands in quotation marks, `mixed` where some does."""
    pieces = [text[span.start : span.end] for span in spans]
    whole = [len(p) > 1 and p[0] in _OPEN and p[-1] in _CLOSE for p in pieces]
    if pieces and all(whole):
        return "direct"
    return "mixed" if any(set(p) & set(_OPEN + _CLOSE) for p in pieces) else "indirect"


def source_form(text: str, mark: Foreign, marks: dict[str, Foreign]) -> str:
    """`implicit` without a source; else by its words: `pronoun`, `named` (it has a name in it)
    or `unnamed`.
    """
    for key in refs(mark, "source"):
        source = marks.get(key)
        if source is None or source.label != SOURCE or not source.spans:
            continue
        words = _WORD.findall(text[source.spans[0].start : source.spans[-1].end])
        if len(words) == 1 and words[0].casefold() in _PRONOUNS:
            return "pronoun"
        capitals = [w for w in words[1:] if w[0].isupper()]
        first = bool(words) and mention(text, source.spans[0]) == "name"
        return "named" if capitals or first else "unnamed"
    return "implicit"


def content_of(mark: Foreign, marks: dict[str, Foreign]) -> list[Span]:
    """The words of what an attribution says."""
    for key in refs(mark, "content"):
        content = marks.get(key)
        if content is not None and content.label == CONTENT:
            return content.spans
    return mark.spans
