"""Two texts of one article laid side by side, so that a label is found again where it went."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cached_property

import msgspec

from dateline.records import Attribution, Document, Source, Span
from dateline.text import HasSpan

__all__ = ["Alignment"]

_TOKEN = re.compile(r"\w+|[^\w\s]")
_ALIKE = 0.5
"""From this likeness on, two passages are one that was edited; below it the words are new."""


class Alignment:
    """The words of a later text that are those of an earlier one, by the longest common runs.

    Within a passage that was edited ("Heart" for "Herat") characters are aligned. What was put in
    has no place in the earlier text.
    """

    def __init__(self, before: str, after: str) -> None:
        self.before = before
        self.after = after
        self._old = [match.span() for match in _TOKEN.finditer(before)]
        self._new = [match.span() for match in _TOKEN.finditer(after)]

    @cached_property
    def _blocks(self) -> list[tuple[str, int, int, int, int]]:
        """difflib's opcodes over tokens, without the work on what both texts begin and end with."""
        old = [self.before[a:b] for a, b in self._old]
        new = [self.after[a:b] for a, b in self._new]
        shorter = min(len(old), len(new))
        head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
        rest = shorter - head
        tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
        inner = SequenceMatcher(
            None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False
        )
        return [
            ("equal", 0, head, 0, head),
            *(
                (tag, i + head, j + head, k + head, m + head)
                for tag, i, j, k, m in inner.get_opcodes()
            ),
            ("equal", len(old) - tail, len(old), len(new) - tail, len(new)),
        ]

    @cached_property
    def differences(self) -> list[tuple[str, str]]:
        """(words before, words after) of every passage that differs."""
        found = []
        for tag, i, j, k, m in self._blocks:
            if tag != "equal":
                old, new = self._old[i:j], self._new[k:m]
                found.append(
                    (
                        self.before[old[0][0] : old[-1][1]] if old else "",
                        self.after[new[0][0] : new[-1][1]] if new else "",
                    )
                )
        return found

    @cached_property
    def _places(self) -> tuple[list[int], dict[int, int], dict[int, int]]:
        """Each later character's earlier place (-1: none), and the edges of edited passages."""
        where = [-1] * len(self.after)
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        for tag, i, j, k, m in self._blocks:
            if tag == "equal":
                for (old, _), (new, end) in zip(self._old[i:j], self._new[k:m], strict=True):
                    where[new:end] = range(old, old + end - new)
            elif i < j and k < m:
                old, new = self._old[i][0], self._new[k][0]
                inner = SequenceMatcher(
                    None,
                    self.before[old : self._old[j - 1][1]],
                    self.after[new : self._new[m - 1][1]],
                )
                if inner.ratio() >= _ALIKE:
                    starts[new], ends[self._new[m - 1][1]] = old, self._old[j - 1][1]
                    for a, b, size in inner.get_matching_blocks():
                        where[new + b : new + b + size] = range(old + a, old + a + size)
        return where, starts, ends

    def span(self, later: HasSpan) -> tuple[int, int]:
        """The earlier span of a later one; an empty one for words that were put in."""
        where, starts, ends = self._places
        known = [place for place in where[later.start : later.end] if place >= 0]
        start = starts.get(later.start, known[0] if known else -1)
        end = ends.get(later.end, known[-1] + 1 if known else -1)
        return (start, end) if 0 <= start < end else (0, 0)

    def earlier(self, doc: Document) -> Document:
        """Labels of the later text with their spans in the earlier one."""

        def moved(item: HasSpan) -> dict[str, int]:
            start, end = self.span(item)
            return {"start": start, "end": end}

        def attribution(item: Attribution) -> Attribution:
            return msgspec.structs.replace(
                item,
                source=item.source and Source(**moved(item.source), refs=item.source.refs),
                cue=item.cue and Span(**moved(item.cue)),
                content=[Span(**moved(span)) for span in item.content],
            )

        replace = msgspec.structs.replace
        return replace(
            doc,
            entities=[replace(x, **moved(x)) for x in doc.entities],
            events=[replace(x, **moved(x)) for x in doc.events],
            attributions=[attribution(x) for x in doc.attributions],
            stances=[replace(x, **moved(x)) for x in doc.stances],
        )
