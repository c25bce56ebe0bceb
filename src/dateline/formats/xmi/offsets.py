"""Offsets in UTF-16 code units, which Java counts, and in code points."""

from __future__ import annotations

import bisect
import re

__all__ = ["Units"]

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Units:
    """Both ways between the offsets of one text.

    What lies outside the text stays as far outside; an offset inside a character moves to its
    beginning, or to its end where it ends a span.
    """

    def __init__(self, text: str) -> None:
        self.points = len(text)
        self._pairs = [] if text.isascii() else [m.start() for m in _ASTRAL.finditer(text)]
        self._units = [at + number for number, at in enumerate(self._pairs)]

    def to_units(self, at: int) -> int:
        """The code units before a code point."""
        return at + bisect.bisect_left(self._pairs, at) if self._pairs else at

    def to_points(self, at: int, last: bool = False) -> int:
        """The code points before a code unit."""
        if not self._pairs or at < 0:
            return at
        before = bisect.bisect_left(self._units, at)
        inside = before > 0 and at == self._units[before - 1] + 1
        return at - before + (1 if inside and last else 0)
