"""Brackets: `(e1-person-1-…` opens a mention, `e1)` closes it, `(e1-person-1-…)` is one word.

What is between brackets are fields, apart by `-`, in the order that `# global.Entity` names. A
mention in pieces has `[1/2]` after its id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

__all__ = ["DEFAULT", "Brackets", "Mention"]

DEFAULT = "eid-etype-head-other"
"""The fields where a file does not say which there are."""

_MOST = 50  # fields
_PIECE = re.compile(r"[()]|[^()]+")
_PART = re.compile(r"\[(\d{1,6})/(\d{1,6})\]")
_ID, _LABEL = ("eid", "GRP"), ("etype", "entity")

UNOPENED = "a bracket that closes nothing, left out"
UNCLOSED = "a bracket that is not closed: a mention of its first word"
LOOSE = "words between no brackets, left out"
NO_FIRST = "a piece of a mention without those before it, taken as a mention"


@dataclass(slots=True)
class Mention:
    """An entity's mention over words, by their numbers, the last included; in order of opening.

    `known` is False where the file gives its mentions a type and no id.
    """

    eid: str
    label: str
    fields: dict[str, str]
    line: int
    known: bool = True
    parts: list[tuple[int, int]] = field(default_factory=list)


class Brackets:
    """The mentions of one text while its brackets are read; `tell` takes what is amiss."""

    def __init__(self, fields: str | None, tell: Callable[[str, int], None]) -> None:
        self.mentions: list[Mention] = []
        self._said = fields is not None
        self._names = (fields or DEFAULT).split("-")[:_MOST]
        self._tell = tell
        self._open: dict[str, list[tuple[Mention, int]]] = {}  # id: mention, number of its part
        self._pieces: dict[tuple[str, int], list[Mention]] = {}  # id, of how many: begun ones

    def set_fields(self, fields: str) -> None:
        """The fields of all brackets that follow."""
        self._said = True
        self._names = fields.split("-")[:_MOST]

    def add(self, value: str, word: int, line: int) -> None:
        """The brackets at one word."""
        for opens, closes, body in _chunks(value):
            if opens:
                self._opened(body, word, line, closes)
            elif closes:
                self._closed(body, word, line)
            else:
                self._tell(LOOSE, line)

    def end(self) -> None:
        """The text is over."""
        for stack in self._open.values():
            for mention, _ in stack:
                self._tell(UNCLOSED, mention.line)

    def _opened(self, body: str, word: int, line: int, alone: bool) -> None:
        values = body.split("-", len(self._names) - 1)
        fields = dict(zip(self._names, values, strict=False))
        key = next((fields.pop(name) for name in _ID if name in fields), "")
        label = next((fields.pop(name) for name in _LABEL if name in fields), "")
        typed = self._said or len(values) > 1 or any(c.isdigit() for c in key)
        eid, number, count = _part_of(key)
        mention = None
        if number > 1:
            begun = self._pieces.get((eid, count), [])
            if begun and len(begun[-1].parts) == number - 1:
                mention = begun[-1]
                if number == count:
                    begun.pop()
            else:
                self._tell(NO_FIRST, line)
        if mention is None:
            label = label if typed else label or eid
            mention = Mention(eid, label, fields, line, typed and eid != "")
            self.mentions.append(mention)
            if number == 1 < count:
                self._pieces.setdefault((eid, count), []).append(mention)
        mention.parts.append((word, word))
        if not alone:
            self._open.setdefault(key, []).append((mention, len(mention.parts) - 1))

    def _closed(self, body: str, word: int, line: int) -> None:
        stack = self._open.get(body)
        if not stack and "-" in body:  # the fields again, as older files have them
            fields = dict(zip(self._names, body.split("-"), strict=False))
            stack = self._open.get(next((fields[name] for name in _ID if name in fields), ""))
        if not stack:
            self._tell(UNOPENED, line)
            return
        mention, number = stack.pop()
        mention.parts[number] = (mention.parts[number][0], word)


def _part_of(key: str) -> tuple[str, int, int]:
    """An id with the number of the piece and how many there are, 0 for a mention in one."""
    if key.endswith("]"):
        eid, _, rest = key.rpartition("[")
        match = _PART.fullmatch("[" + rest)
        if match and eid and 0 < int(match[1]) <= int(match[2]):
            return eid, int(match[1]), int(match[2])
    return key, 0, 0


def _chunks(value: str) -> Iterator[tuple[bool, bool, str]]:
    """The brackets of a value: whether each opens and closes, and what stands in it."""
    body: str | None = None  # of a bracket that is open here
    loose = ""
    for match in _PIECE.finditer(value):
        piece = match[0]
        if piece == "(":
            if body is not None:
                yield True, False, body
            elif loose:
                yield False, False, loose
            body, loose = "", ""
        elif piece == ")":
            yield body is not None, True, loose if body is None else body
            body, loose = None, ""
        elif body is None:
            loose = piece
        else:
            body = piece
    if body is not None:
        yield True, False, body
    elif loose:
        yield False, False, loose
