"""The ways that MISC has of writing white space, and characters that mean something there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import is_normalized
from urllib.parse import unquote

__all__ = ["escape_space", "pairs_of", "plain", "quoted", "title", "titled", "unescape_space"]

_SPACES = {" ": r"\s", "\t": r"\t", "\n": r"\n", "\r": r"\r", "|": r"\p", "\\": r"\\"}
_ESCAPES = {written: character for character, written in _SPACES.items()}
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]{1,6})\}|.)")
_MORE = re.compile(r"[^A-Za-z0-9_./+;'&!?*@#$]")
_MEANS_SOMETHING = re.compile(r"[^\w./+;'&!?*@#$]")


def escape_space(space: str) -> str:
    r"""White space as `SpacesAfter` has it: `\s`, `\n`, and `\u{3000}` for what has no letter."""
    return "".join(_SPACES.get(character, f"\\u{{{ord(character):x}}}") for character in space)


def unescape_space(written: str) -> str:
    """White space out of `SpacesAfter`; what is no escape stays as it is."""

    def one(match: re.Match[str]) -> str:
        if match[1] is None:
            return _ESCAPES.get(match[0], match[0])
        code = int(match[1], 16)
        good = code < 0xD800 or 0xE000 <= code <= 0x10FFFF
        return chr(code) if good else match[0]

    return _ESCAPE.sub(one, written)


def quoted(value: str) -> str:
    """A value for a bracket: percent signs for whatever means something there, or is no letter.

    So are letters that normal form C would change, since the form demands it.
    """
    means = _MEANS_SOMETHING if is_normalized("NFC", value) else _MORE
    return means.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), value)


def plain(value: str) -> str:
    """A value out of a bracket; what no percent sign can mean stays as it is."""
    if "%" not in value:
        return value
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        return value


def titled(name: str) -> str:
    """A name as the title of a page is written: blanks as underscores."""
    return "_".join(quoted(part).replace("_", "%5F") for part in name.split(" "))


def title(written: str) -> str:
    """A name out of the title of a page."""
    return plain(written.replace("_", " "))


def pairs_of(field: str) -> Iterable[tuple[str, str]]:
    """The pairs of a field `key:value,key:value`; a bare key is `true`."""
    for piece in field.split(","):
        key, colon, value = piece.partition(":")
        if key or colon:
            yield plain(key), plain(value) if colon else "true"
