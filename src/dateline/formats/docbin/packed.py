"""The container of a `.spacy` file, taken apart with bounds: zlib, msgpack, arrays of numbers.

spaCy's own reader trusts the file (its C code takes token numbers as they stand) and asks for no
limit. So nothing of a file goes through it: what is expanded is bounded before it is looked at, the
lists in it are walked one value at a time, and numbers are checked before they are used.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from dateline.errors import DataError
from dateline.formats.texts import read_bytes

__all__ = ["EXPANDED", "Packed", "decoded", "elements", "entries", "open_packed"]

EXPANDED = 256_000_000
"""The most bytes that a file may hold once it is expanded."""

_RATIO, _ALWAYS = 100, 10_000_000
_EXPECTED = "a DocBin of spaCy 3"
_COLUMNS = 64
_NIL = msgspec.Raw(b"\xc0")


class _Message(msgspec.Struct):
    """What of the container is needed; anything else in it is passed over."""

    attrs: msgspec.Raw
    tokens: memoryview
    spaces: memoryview
    lengths: memoryview
    strings: msgspec.Raw
    cats: msgspec.Raw = _NIL
    flags: msgspec.Raw = _NIL
    span_groups: msgspec.Raw = _NIL
    user_data: msgspec.Raw = _NIL


class Packed(msgspec.Struct, frozen=True):
    """A container: `tokens` has a row a token and a column an attribute (`attributes`, by spaCy's
    numbers), `lengths` the tokens of each document. The lists are walked by `elements`.
    """

    attributes: list[int]
    tokens: npt.NDArray[np.uint64]
    spaces: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.int32]
    strings: msgspec.Raw
    cats: msgspec.Raw
    flags: msgspec.Raw
    span_groups: msgspec.Raw
    user_data: msgspec.Raw


def open_packed(path: Path, where: str) -> Packed:
    """The container of a file.

    Raises
    ------
    DataError : no DocBin, one that is cut off, or one that expands to more than is read.
    """
    raw = _expanded(read_bytes(path, where), where)
    try:
        message = msgspec.msgpack.decode(raw, type=_Message)
        attributes = msgspec.msgpack.decode(bytes(message.attrs)[: 9 * _COLUMNS], type=list[int])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise DataError(where, _EXPECTED, str(error)) from None
    try:
        tokens = np.frombuffer(message.tokens, np.uint64)
        spaces = np.frombuffer(message.spaces, np.uint8)
        lengths = np.frombuffer(message.lengths, np.int32)
        if not attributes or len(set(attributes)) < len(attributes):
            raise ValueError("columns that are none")
        tokens = tokens.reshape(-1, len(attributes))
    except ValueError as error:
        raise DataError(where, _EXPECTED, str(error)) from None
    count = int(lengths.sum(dtype=np.int64))
    if (lengths < 0).any() or not count == len(tokens) == len(spaces):
        found = f"{len(tokens)} tokens, {len(spaces)} blanks, {count} in its documents"
        raise DataError(where, "as many tokens as its documents have", found)
    return Packed(
        attributes,
        tokens,
        spaces,
        lengths,
        message.strings,
        message.cats,
        message.flags,
        message.span_groups,
        message.user_data,
    )


def _expanded(raw: bytes, where: str) -> bytes:
    most = min(EXPANDED, max(_ALWAYS, _RATIO * len(raw)))
    expander = zlib.decompressobj()
    try:
        found = expander.decompress(raw, most + 1)
    except zlib.error:
        raise DataError(where, _EXPECTED, "no zlib data") from None
    if len(found) > most:
        expected = f"at most {most} bytes when it is expanded"
        raise DataError(where, expected, "more", "Split it into several files.")
    if not expander.eof:
        raise DataError(where, _EXPECTED, "one that is cut off")
    return found


def decoded(raw: bytes | memoryview, where: str) -> object:
    """What a piece of msgpack says; nothing in it is run, and extensions stay as they are.

    Raises
    ------
    DataError : it is none.
    """
    try:
        return msgspec.msgpack.decode(raw)
    except (
        msgspec.MsgspecError,
        UnicodeDecodeError,
        RecursionError,
        OverflowError,
        ValueError,
        TypeError,
    ) as error:
        raise DataError(where, "msgpack", str(error) or type(error).__name__) from None


# ── Walking msgpack: the first byte of a value tells its kind

_SIZED = dict(  # first byte: bytes of the length that follows
    zip(
        (0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF),
        (1, 2, 4, 1, 2, 4, 1, 2, 4, 2, 4, 2, 4),
        strict=True,
    )
)
_FIXED = dict(  # first byte: bytes of the value that follows
    zip(
        (0xC0, 0xC2, 0xC3, *range(0xCA, 0xD9)),
        (0, 0, 0, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17),
        strict=True,
    )
)


def elements(raw: msgspec.Raw | bytes, where: str) -> Iterator[memoryview]:
    """The values of a list, one at a time, as they stand; of a map keys and values in turn.

    Raises
    ------
    DataError : no list or map.
    """
    view = memoryview(raw)
    try:
        values, at = _header(view, 0)
        if view[0] not in (0xDC, 0xDD, 0xDE, 0xDF) and not 0x80 <= view[0] <= 0x9F:
            raise ValueError
        for _ in range(values):
            end = _end(view, at)
            yield view[at:end]
            at = end
    except (IndexError, ValueError, struct.error):
        raise DataError(where, "a list", "something else") from None


def entries(raw: msgspec.Raw, count: int, where: str) -> Iterator[memoryview | None]:
    """The values of a list that has one for each of `count` documents; None where it has none.

    Raises
    ------
    DataError : no list.
    """
    found = iter(()) if bytes(memoryview(raw)[:1]) == b"\xc0" else elements(raw, where)
    for _ in range(count):
        yield next(found, None)


def _header(view: memoryview, at: int) -> tuple[int, int]:
    """How many values stand inside a value, and where the first begins (or what comes after)."""
    first = view[at]
    if first <= 0x7F or first >= 0xE0:
        return 0, at + 1
    if first <= 0x8F:
        return 2 * (first & 0x0F), at + 1
    if first <= 0x9F:
        return first & 0x0F, at + 1
    if first <= 0xBF:
        return 0, at + 1 + (first & 0x1F)
    if first in _FIXED:
        return 0, at + 1 + _FIXED[first]
    width = _SIZED.get(first, 0)
    if not width:
        raise ValueError
    size = int.from_bytes(view[at + 1 : at + 1 + width], "big")
    after = at + 1 + width
    if first in (0xDC, 0xDD):
        return size, after
    if first in (0xDE, 0xDF):
        return 2 * size, after
    return 0, after + size + (first in (0xC7, 0xC8, 0xC9))


def _end(view: memoryview, at: int) -> int:
    """Where a value ends."""
    missing = 1
    while missing:
        inside, at = _header(view, at)
        if at > len(view):
            raise ValueError
        missing += inside - 1
    return at
