"""Words, numbers and bytes put in the place of others, by chance."""

from __future__ import annotations

import random
import re
import tarfile
import zipfile
import zlib
from collections.abc import Sequence

__all__ = ["CANNOT", "TOKEN", "Words"]

NUMBERS = ["-1", "0", "1", "2", "007", "999", "2147483648", "4294967296", "18446744073709551616"]
NUMBERS += ["1e999", "NaN", "-0", "0.5", "٣", "½"]
NUMBERS += ["9" * 25, "9" * 5_000, "--1", "1_0", "+1"]
WORDS = ["", " ", "\t", "\n", "\r", "\r\n", "\ufeff", "\u2028", "\x85", "\x00", "\x1c", "e\u0301"]
WORDS += [
    "👩🏽‍🚀",
    "\u202e",
    "../x",
    "/etc/passwd",
    "C:\\x",
    "a/b",
    "*",
    "_",
    "-",
    "O",
    "|",
    "[1]",
    "\\",
]
WORDS += ["AUTHOR", "PERSON", "GPE", "CLUSTER", "ATTRIBUTION", "STANCE", "foreign-", "member", "on"]
WORDS += ["&#0;", "&lt;", "&x;", "%n", "{}", "${x}", "nan", "true", "null", "\ud800", "x" * 1_000]
TOKEN = re.compile(r"[\w-]+|[^\w\s]|\s+")
"""What a text is cut into."""

CANNOT = (ValueError, RecursionError, zlib.error, EOFError, OSError, TypeError, OverflowError)
CANNOT += (tarfile.TarError, zipfile.BadZipFile, RuntimeError, KeyError, AttributeError)
"""What changing something of another form may end in."""


class Words:
    """A source of chance, and the words that it may take beside those that are odd."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.chance = random.Random(0)
        self._tokens = tokens or ["x"]

    def flipped(self, raw: bytes) -> bytes:
        data = bytearray(raw)
        for _ in range(self.chance.choice([1, 1, 2, 8])):
            at = self.chance.randrange(len(data) + 1)
            kind = self.chance.randrange(4)
            if kind == 0 and at < len(data):
                data[at] ^= 1 << self.chance.randrange(8)
            elif kind == 1:
                data[at:at] = self.chance.randbytes(self.chance.choice([1, 2, 8]))
            elif kind == 2:
                del data[at : at + self.chance.choice([1, 2, 30])]
            else:
                other = self.chance.randrange(len(data) + 1)
                data[at:at] = data[other : other + self.chance.choice([1, 4, 60])]
        return bytes(data)

    def word(self) -> str:
        known = self.chance.choice([NUMBERS, WORDS, self._tokens, self._tokens])
        return self.chance.choice(known)

    def token(self, text: str) -> str:
        """One word replaced, doubled, put in, taken out; a number made a little other."""
        at = self.chance.randrange(len(text) + 1)
        match = TOKEN.search(text, at)
        if match is None:
            return text + self.word()
        start, end = match.span()
        token = match.group()
        kind = self.chance.randrange(6)
        if token.isascii() and token.isdigit() and len(token) < 9 and kind < 4:
            new = str(max(0, int(token) + self.chance.choice([-1, 1, -2, 2, 10, -10, 1_000])))
        elif kind == 0:
            new = token * self.chance.choice([2, 2, 3, 500])
        elif kind == 1:
            new = ""
        elif kind == 2:
            new = token + self.word()
        else:
            new = self.word()
        return text[:start] + new + text[end:]
