"""What each character is, as far as the checks ask: one byte of flags a code point."""

from __future__ import annotations

import functools
import sys
import unicodedata

import numpy as np
import numpy.typing as npt

__all__ = ["BINDS", "CONTINUES", "LETTER", "QUOTE", "SPACE", "Flags", "character_flags"]

Flags = npt.NDArray[np.uint8]

SPACE, CONTINUES, BINDS, QUOTE, LETTER = (1 << bit for bit in range(5))
"""What a character is: white space; one that may go on a grapheme cluster, or bind the next
character to it; a quotation mark; a letter or digit."""

_QUOTES = "\"“”„‟«»‹›‘’'"
_PREPENDED = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x08E2, 0x110BD, 0x110CD}


@functools.cache
def character_flags() -> Flags:
    """The flags of every code point, as an array of 0x110000 bytes."""
    flags = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    for code in (*range(0x32400), *range(0xE0000, 0xE0200)):  # no others are assigned
        character = chr(code)
        category = unicodedata.category(character)
        value = 0
        if character.isspace():
            value |= SPACE
        if category[0] == "M" or _continues(code):
            value |= CONTINUES
        if code == 0x200D or code in _PREPENDED or 0x1F1E6 <= code <= 0x1F1FF:
            value |= BINDS
        if category[0] == "L" or category[0] == "N":
            value |= LETTER
        if character in _QUOTES:
            value |= QUOTE
        flags[code] = value
    return flags


def _continues(code: int) -> bool:
    """Code points beside marks that may go on a grapheme cluster (UAX #29)."""
    return (
        code in (0x200C, 0x200D)
        or 0x1160 <= code <= 0x11FF  # Hangul vowels and finals
        or 0xD7B0 <= code <= 0xD7FB
        or 0x1F1E6 <= code <= 0x1F1FF  # regional indicators
        or 0x1F3FB <= code <= 0x1F3FF  # emoji modifiers
        or 0xFF9E <= code <= 0xFF9F
        or 0xE0020 <= code <= 0xE007F  # tags
    )
