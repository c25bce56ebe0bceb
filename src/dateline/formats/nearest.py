"""Words that a source names, looked for where its offsets say, and near there."""

from __future__ import annotations

from dateline.records import Span

__all__ = ["nearest", "plain"]

_REACH = 10_000  # how far from its place a word is looked for, in characters
_TRIES = 100  # how many parts of words are passed over on the way to a whole one

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("“”„«»‟‘’‚‛´`'", '"'),
        **dict.fromkeys("‐‑‒–—", "-"),
        **dict.fromkeys("\t\n\r\x0b\x0c\x85\xa0\u2028\u2029\u202f\u2009\u3000", " "),
    }
)


def plain(text: str) -> str:
    """The text, as long as before, with one kind of quotes, hyphens and white space."""
    return text.translate(_ALIKE)


def nearest(text: str, words: str, at: int) -> Span | None:
    """Where `words` stand nearest to `at`, as whole words if they do so anywhere; None: nowhere.

    Both are `plain`. No farther than 10,000 characters from there, so that a file full of words
    that stand nowhere is read in time.
    """
    words = words.strip()
    at = min(max(at, 0), len(text))
    if not words:
        return None
    if text.startswith(words, at) and _whole(text, at, len(words)):
        return Span(at, at + len(words))
    begin, end = max(0, at - _REACH), min(len(text), at + len(words) + _REACH)
    places: list[tuple[bool, int, int]] = []
    for step in (1, -1):
        found = at
        for _ in range(_TRIES):
            if step > 0:
                found = text.find(words, found, end)
            else:
                found = text.rfind(words, begin, found + len(words) - 1)
            if found < 0:
                break
            whole = _whole(text, found, len(words))
            places.append((not whole, abs(found - at), found))
            if whole:
                break
            found += step > 0
    if not places:
        return None
    start = min(places)[2]
    return Span(start, start + len(words))


def _whole(text: str, start: int, length: int) -> bool:
    """Whether no letter or digit goes on over either edge."""
    end = start + length
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
    return not before and not after
