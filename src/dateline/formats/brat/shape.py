"""What of a mark brat can say in its own lines, so that writing and reading agree on it.

What it cannot say goes into a note of the type `Dateline` beside, as JSON; reading takes a value
from there only while it still fits the lines, so that what is changed in brat wins.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Sequence

from dateline.records import Argument, Span

__all__ = [
    "DATELINE",
    "TRUE",
    "Names",
    "decoded_roles",
    "encoded_roles",
    "fragments",
    "is_line",
    "joined",
    "plain_args",
    "plain_attributes",
    "plain_label",
    "sayable",
]

DATELINE = "Dateline"
"""The type of the notes that hold what brat's lines cannot."""

TRUE = "true"
"""The value of an attribute that is only there or not."""

_NOT_PLAIN = re.compile(r"[^\w./-]+")
_NAME = re.compile(r"[\w./-]+")
_BREAK = re.compile(r"\n\s*")
_NUMBERED = re.compile(r"(.+?)([1-9][0-9]{0,5})")


class Names:
    """Names apart from those that are `taken`: a second `x` is `x~`, a third `x~2`."""

    def __init__(self, taken: Container[str]) -> None:
        self._taken = taken
        self._times: dict[str, int] = {}  # so that a thousandth is no search from the first on

    def apart(self, name: str) -> str:
        """The name, or one made of it."""
        found = name
        while found in self._taken:
            self._times[name] = times = self._times.get(name, 0) + 1
            found = f"{name}~" if times == 1 else f"{name}~{times}"
        return found


def plain_label(label: str) -> str:
    """A label as brat takes it: letters, digits, `_`, `-`, `.` and `/`."""
    return _NOT_PLAIN.sub("_", label) or "_"


def is_line(words: str) -> bool:
    """Whether words survive at the end of a line."""
    return bool(words) and words == words.strip() and not set(words) & {"\n", "\r", "\t"}


def plain_attributes(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes that fit lines of their own."""
    return {k: v for k, v in attributes.items() if _NAME.fullmatch(k) and is_line(v)}


def encoded_roles(args: Sequence[Argument]) -> list[str]:
    """The roles of arguments as brat writes them: a second `actor` is `actor2`."""
    seen: dict[str, int] = {}
    roles = []
    for argument in args:
        seen[argument.role] = number = seen.get(argument.role, 0) + 1
        roles.append(argument.role if number == 1 else f"{argument.role}{number}")
    return roles


def decoded_roles(roles: Sequence[str]) -> list[str]:
    """The roles without the numbers that tell apart those of one name."""
    every = set(roles)

    def bare(role: str) -> str:
        match = _NUMBERED.fullmatch(role)
        return match[1] if match and int(match[2]) > 1 and match[1] in every else role

    return [bare(role) for role in roles]


def sayable(args: Sequence[Argument], known: Collection[str]) -> list[Argument]:
    """The arguments that fit an event's line: those that point at `known` marks."""
    return [a for a in args if a.ref in known and _NAME.fullmatch(a.role)]


def plain_args(args: Sequence[Argument], known: Collection[str]) -> list[Argument]:
    """What reading makes of the line of an event with these arguments."""
    said = sayable(args, known)
    roles = decoded_roles(encoded_roles(said))
    return [Argument(role, a.ref) for role, a in zip(roles, said, strict=True)]


def fragments(text: str, spans: Sequence[Span]) -> list[Span] | None:
    """Spans cut where lines end, as brat wants them; None where brat cannot have them.

    Brat has neither empty nor touching fragments, and none out of the text or out of order.
    """
    found: list[Span] = []
    for span in spans:
        if not 0 <= span.start < span.end <= len(text):
            return None
        at = span.start
        for match in _BREAK.finditer(text, span.start, span.end):
            found.append(Span(at, at + len(text[at : match.start()].rstrip())))
            at = match.end()
        found.append(Span(at, span.end))
    found = [span for span in found if span.start < span.end]
    starts = [span.start for span in found[1:]]
    if any(one.end >= start for one, start in zip(found, starts, strict=False)):
        return None
    return found or None


def joined(text: str, found: Sequence[Span]) -> list[Span]:
    """Fragments without the cuts at line ends."""
    if len(found) < 2:
        return list(found)
    spans: list[Span] = []
    for span in found:
        between = text[spans[-1].end : span.start] if spans else ""
        if between.isspace() and "\n" in between:
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return spans
