"""Several files as one run of bytes, which is what a fuzzer knows, and any bytes as files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["Files", "cut", "packed"]

Files = dict[str, bytes]
_MARK = re.compile(rb"\x1e\x1d([0-9]{1,3})\x1d\x1e")


def packed(files: Mapping[str, bytes], names: Sequence[str]) -> bytes:
    """Files, whose names are all among `names`, as bytes."""
    return b"".join(b"\x1e\x1d%d\x1d\x1e" % names.index(name) + raw for name, raw in files.items())


def cut(data: bytes, names: Sequence[str]) -> Files:
    """The files that any bytes stand for; what comes before the first mark is the first file."""
    first, *rest = _MARK.split(data)
    files = {names[0]: first} if first else {}
    for number, raw in zip(rest[::2], rest[1::2], strict=True):
        files[names[int(number) % len(names)]] = raw
    return files
