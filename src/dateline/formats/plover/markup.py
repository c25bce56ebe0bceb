"""The markup of a record: its text with the words of event, actors and place in brackets.

`The (SRC: harbour master) (EVT: shut) the gates (LOC: of (TAR: Olm)).`
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Piece", "pieces"]

_TOKEN = re.compile(r"\((?P<tags>[A-Z]{3}(?:/[A-Z]{3})?):[ ]?|[()]")
_DEEPEST, _LONGEST = 8, 1_000  # of brackets in brackets, and of a piece in characters


class Piece(NamedTuple):
    """Words under a tag (one of `SRC/TAR`), and where they begin in the text without marks."""

    tag: str
    words: str
    at: int


def pieces(markup: str) -> tuple[list[Piece], bool]:
    """The pieces in the order of their beginnings, and whether every bracket has its other half.

    A bracket of the text itself stays in the words; a piece that is not closed is left out.
    """
    plain: list[str] = []
    length = last = 0
    open_: list[tuple[str, int]] = []  # tags ("" for a bracket of the text), and the character
    found: list[tuple[str, int, int]] = []
    whole = True
    for token in _TOKEN.finditer(markup):
        before = markup[last : token.start()]
        plain.append(before)
        length += len(before)
        last = token.end()
        if token[0] != ")" and len(open_) < _DEEPEST:
            open_.append((token["tags"] or "", length))
            if token["tags"]:
                continue
        elif token[0] != ")" or not open_:
            whole = False
        else:
            tags, start = open_.pop()
            if tags:
                found += [(tag, start, length) for tag in tags.split("/")]
                continue
        plain.append(token[0])
        length += len(token[0])
    text = "".join(plain) + markup[last:]
    whole = whole and not open_
    made = [Piece(tag, text[a:b], a) for tag, a, b in found if b - a <= _LONGEST]
    return sorted(made, key=lambda piece: piece.at), whole
