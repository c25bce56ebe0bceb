"""The rows of a WebAnno TSV file while it is written: tokens, and pieces of tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from dateline.formats.webanno.escapes import escaped_text
from dateline.formats.webanno.laying import units_of
from dateline.formats.webanno.lines import LEAD
from dateline.formats.webanno.shape import Tokens
from dateline.records import Span
from dateline.text import segment

__all__ = ["Unit", "Units"]


class Unit(NamedTuple):
    """A row: the number of its token, and its place (code points)."""

    token: int
    start: int
    end: int


class Units:
    """The sentences and tokens of a text, and the pieces of tokens that its marks need.

    A sentence goes on to where the next one begins, so that INCEpTION, which puts the text together
    from its sentences, has the same one.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        found = segment(text)
        places, heads = list(found.tokens), list(found.first_token[:-1])
        if not places and text.strip():  # nothing but what no tokenizer sees
            start = len(text) - len(text.lstrip())
            places, heads = [(start, len(text.rstrip()))], [0]
        self.tokens = Tokens(places)
        self._heads = [n for n in dict.fromkeys(heads) if n < len(places)]
        self._pieces: dict[int, dict[tuple[int, int], int]] = {}
        self._counts = units_of(text)
        self._names: list[str] = []
        for sentence, (first, last) in enumerate(self._ranges(), 1):
            self._names += [f"{sentence}-{number + 1}" for number in range(last - first)]

    def _ranges(self) -> list[tuple[int, int]]:
        return list(zip(self._heads, [*self._heads[1:], len(self.tokens.places)], strict=True))

    def of(self, place: Span) -> list[Unit]:
        """The rows of anchored words; the pieces of tokens among them are rows from now on."""
        start, end = place.start, place.end
        first, last = self.tokens.range(start, end)
        places = self.tokens.places
        if start == end:
            return [self._piece(first, start, end)]
        units = []
        for number in range(first, last + 1):
            from_, to = max(places[number][0], start), min(places[number][1], end)
            whole = (from_, to) == places[number]
            units.append(Unit(number, from_, to) if whole else self._piece(number, from_, to))
        return units

    def first(self) -> Unit:
        """The first row of all."""
        return Unit(0, *self.tokens.places[0])

    def _piece(self, token: int, start: int, end: int) -> Unit:
        if (start, end) != self.tokens.places[token]:
            known = self._pieces.setdefault(token, {})
            known.setdefault((start, end), len(known) + 1)
        return Unit(token, start, end)

    def name(self, unit: Unit) -> str:
        """The name of a row: `1-3`, or `1-3.1`."""
        number = self._pieces.get(unit.token, {}).get((unit.start, unit.end))
        return self._names[unit.token] + (f".{number}" if number else "")

    def rows(self) -> Iterator[tuple[str, Unit | None]]:
        """The lines of the sentences, with the unit whose cells go behind them."""
        for number, (first, last) in enumerate(self._ranges()):
            start = self.tokens.places[first][0]
            lead = self.text[:start] if number == 0 else ""
            if lead.strip(" "):
                yield f"\n{LEAD}{msgspec.json.encode(lead).decode()}\n", None
            elif number == 0 or first:
                yield "\n", None
            end = self.tokens.places[last][0] if last < len(self.tokens.places) else len(self.text)
            piece = self.text[start:end]
            if last < len(self.tokens.places):
                piece = piece.removesuffix("\n")
            lines = "".join(f"#Text={escaped_text(line)}\n" for line in piece.split("\n"))
            yield lines, None
            for token in range(first, last):
                unit = Unit(token, *self.tokens.places[token])
                yield self._row(unit), unit
                for place in self._pieces.get(token, {}):
                    yield self._row(Unit(token, *place)), Unit(token, *place)

    def _row(self, unit: Unit) -> str:
        begin, end = self._counts[unit.start], self._counts[unit.end]
        return f"{self.name(unit)}\t{begin}-{end}\t{self.text[unit.start : unit.end]}\t"
