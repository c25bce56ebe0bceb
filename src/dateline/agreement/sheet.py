"""The cases of an article as a sheet of plain text that somebody can read and answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from dateline.agreement.cases import Case, Disagreement, Slot
from dateline.quoting import placed
from dateline.records import Attribution, Document, Span, canonical
from dateline.text import Segmentation, segment

__all__ = ["case_lines", "digest_of", "sheet"]

_NAMES = {
    "entities": "entity",
    "events": "event",
    "attributions": "attribution",
    "stances": "stance",
}
_SPANS = ("extent", "source", "cue")


def digest_of(doc: Document) -> str:
    """SHA-256 of a pass in its stored form: decisions hold for these labels and no others."""
    return hashlib.sha256(canonical(doc)).hexdigest()


def sheet(found: Disagreement, text: str) -> str:
    """The sentences in which the passes differ, each with its cases, under the head of a file of
    decisions (see `dateline.agreement.decisions`).

    Every line but the head begins with `#`, so that answers can be written in between.
    """
    units = segment(text)
    left, right = found.match.left, found.match.right
    lines = [
        f"doc {left.doc_id}",
        f"passes {left.annotator.id}={digest_of(left)} {right.annotator.id}={digest_of(right)}",
        f"# a is {left.annotator.id}, b is {right.annotator.id}",
    ]
    at = None
    for case in found.cases:
        sentence = units.sentence_of(case.slots[-1].start)
        if sentence != at:
            start, end = units.sentences[sentence]
            lines += ["#", f"# @{sentence + 1} {text[start:end]}"]
            at = sentence
        lines += [f"#   {line}" for line in case_lines(case, found, text, units)]
    return "\n".join(lines) + "\n"


def case_lines(case: Case, found: Disagreement, text: str, units: Segmentation) -> Iterator[str]:
    """A case in words: what it is about, then what either pass answers."""
    words = _Words(found, text, units)
    slot = case.slots[0]
    head = f"{case.number}. {words.slot(slot)}"
    if case.field == "same":
        together, apart = ("a", "b") if case.left else ("b", "a")
        first, last = words.slot(slot), words.slot(case.slots[1])
        yield f"{case.number}. one and the same? {first} = {last}: {together} yes, {apart} no"
    elif case.field == "presence":
        side = "a" if case.left else "b"
        yield f"{head}: only {side} has it, {words.whole(slot)}"
    elif case.detail is not None:
        role, filler = case.detail
        side, other = ("a", "b") if case.left else ("b", "a")
        yield f"{head}: {role} {words.slot(filler)}? {side} yes, {other} no"
    else:
        more = f" (and {len(case.slots) - 1} more mentions)" if len(case.slots) > 1 else ""
        yield f"{head}{more}: {case.field}"
        yield f"     a {words.value(case.field, case.left)}"
        yield f"     b {words.value(case.field, case.right)}"


class _Words:
    """Slots and values in words."""

    def __init__(self, found: Disagreement, text: str, units: Segmentation) -> None:
        self.found, self.text, self.units = found, text, units

    def place(self, pair: tuple[int, int]) -> str:
        return placed(self.text, self.units, Span(*pair))

    def slot(self, slot: Slot) -> str:
        """`event "shelled"@3 ASSAULT`."""
        item = slot.item
        if isinstance(item, Attribution):
            span = item.cue or item.content[0]
            return f"attribution {self.place((span.start, span.end))}"
        label = getattr(item, "type", "") or getattr(item, "value", "")
        return f"{_NAMES[slot.layer]} {self.place((item.start, item.end))} {label}"

    def whole(self, slot: Slot) -> str:
        """Everything that the one pass says of an item that the other lacks."""
        left, right = self.found.fields(slot)
        values = left or right or {}
        parts = [f"{k}={self.value(k, v)}" for k, v in values.items() if v not in (None, ())]
        roles = self._roles([x for pair in self.found.arguments(slot) for x in pair])
        return " ".join([part for part in parts if not part.startswith("extent")] + roles)

    def _roles(self, arguments: Iterable[tuple[str, Slot]]) -> list[str]:
        return [f"{role}=<{self.slot(filler)}>" for role, filler in arguments]

    def value(self, name: str, value: Any) -> str:
        """A field's value in words."""
        if value is None or value == ():
            return "none"
        if name in _SPANS:
            return self.place(value)
        if name == "content":
            return " + ".join(self.place(pair) for pair in value)
        if isinstance(value, Slot):
            return f"<{self.slot(value)}>"
        if name == "refs":
            return ", ".join(f"<{self.slot(ref)}>" for ref in value)
        if name == "type" and isinstance(value, tuple):
            return f"{value[0]}/{value[1]}" if value[1] else str(value[0])
        return str(value)
