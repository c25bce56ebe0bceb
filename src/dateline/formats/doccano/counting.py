"""How doccano counts characters.

Its front end is JavaScript: what is marked there has offsets in UTF-16 units, so that a character
beyond U+FFFF counts twice, or, in a project that "counts grapheme clusters as one character", in
those. Files that were made for it by others often count code points. A file does not say; where
the three differ, the way that cuts fewest words is taken, UTF-16 before the others.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Sequence

import regex

__all__ = ["GRAPHEMES", "POINTS", "UTF16", "counted", "to_utf16"]

UTF16, POINTS, GRAPHEMES = "UTF-16 units", "code points", "grapheme clusters"

_BEYOND = regex.compile(r"[\U00010000-\U0010ffff]")
_CLUSTER = regex.compile(r"\X")
Way = Callable[[int], int | None]


def to_utf16(text: str) -> Callable[[int], int]:
    """Offsets in code points as offsets in UTF-16 units."""
    beyond = [match.start() for match in _BEYOND.finditer(text)]
    return (lambda at: at + bisect.bisect_left(beyond, at)) if beyond else (lambda at: at)


def counted(text: str, offsets: Iterable[int]) -> tuple[str, Callable[[int], int]]:
    """The way in which offsets were counted, and a function from them to code points.

    An offset that cannot be is moved by as much as the end of the text.
    """
    ways = _ways(text)
    seen = set(offsets) if len(ways) > 1 else set()
    name = min(ways, key=lambda way: sum(_is_odd(text, ways[way], at) for at in seen))
    way, length = ways[name], len(text)
    units = length + len(_BEYOND.findall(text)) if name == UTF16 else length

    def code_point(at: int) -> int:
        found = way(at)
        if found is not None:
            return found
        return at if at < 0 else length + max(1, at - units) if at > units else way(at - 1) or 0

    return name, code_point


def _ways(text: str) -> dict[str, Way]:
    """From offsets of each way of counting to code points; None for what is no offset."""
    length = len(text)

    def point(at: int) -> int | None:
        return at if 0 <= at <= length else None

    if text.isascii() and "\r" not in text:
        return {UTF16: point}
    ways: dict[str, Way] = {UTF16: point}
    beyond = [match.start() for match in _BEYOND.finditer(text)]
    if beyond:
        units = [at + number for number, at in enumerate(beyond)]  # where each pair begins

        def unit(at: int) -> int | None:
            number = bisect.bisect_left(units, at)
            is_inside = number > 0 and units[number - 1] == at - 1
            return None if is_inside else point(at - number)

        ways = {UTF16: unit, POINTS: point}
    clusters = [match.start() for match in _CLUSTER.finditer(text)]
    if len(clusters) < length:
        ways[GRAPHEMES] = _at([*clusters, length])
    return ways


def _at(places: Sequence[int]) -> Way:
    return lambda at: places[at] if 0 <= at < len(places) else None


def _is_odd(text: str, way: Way, at: int) -> bool:
    """Whether an offset cannot be, or stands inside a word."""
    found = way(at)
    if found is None:
        return True
    return 0 < found < len(text) and text[found - 1].isalnum() and text[found].isalnum()
