"""Tokens for tools that want every span to begin and end with one.

They are the package's own tokens (`dateline.text`), cut where a span begins or ends inside one.
All white space stands in them too, as spaCy has it: a single blank belongs to the token before it,
any other white space is a token, so that the tokens give back the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dateline.text import Segmentation, segment

__all__ = ["Piece", "Pieces", "cut"]


class Piece(NamedTuple):
    """A token, `[start, end)` in code points, and whether a blank after it belongs to it."""

    start: int
    end: int
    blank: bool


class Pieces(NamedTuple):
    """The tokens of a text; which one begins, and which one ends, at an offset."""

    tokens: list[Piece]
    first: dict[int, int]
    last: dict[int, int]
    units: Segmentation


def cut(text: str, spans: Iterable[tuple[int, int]]) -> Pieces:
    """The tokens of a text, with edges at those of all spans (which lie in the text)."""
    units = segment(text)
    spans = set(spans)
    starts, ends = {start for start, _ in spans}, {end for _, end in spans}
    edges = {0, len(text)} | starts | ends
    for start, end in units.tokens:
        edges.add(start)
        edges.add(end)
    tokens: list[Piece] = []
    at = 0
    for edge in sorted(edges):
        if edge == at:
            continue
        if text[at] == " " and tokens and not tokens[-1].blank and at not in starts:
            alone = edge == at + 1
            if text[at:edge].isspace() and not (alone and edge in ends):
                tokens[-1] = tokens[-1]._replace(blank=True)
                at += 1
        if at < edge:
            tokens.append(Piece(at, edge, False))
        at = edge
    first = {token.start: number for number, token in enumerate(tokens)}
    last = {token.end: number for number, token in enumerate(tokens)}
    return Pieces(tokens, first, last, units)
