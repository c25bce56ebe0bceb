"""The tasks of files in JSON: a list of them, one alone, or one a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from dateline.errors import DataError
from dateline.formats.outside import from_loose_json
from dateline.formats.registry import Known
from dateline.formats.texts import decoded, read_bytes

__all__ = ["records"]

_FORM = "tasks of Label Studio in JSON"


def records(path: Path, where: str, known: Known) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file, each with its place in it.

    Raises
    ------
    DataError : no JSON, or something else than objects.
    """
    raw = read_bytes(path, where)
    if known.encoding.lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig"):
        raw = decoded(raw, where, known.encoding).encode("utf-8", "replace")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    for place, one in _pieces(raw, where):
        record, _ = from_loose_json(one, place, _FORM)
        if not isinstance(record, dict):
            raise DataError(place, _FORM, f"a {type(record).__name__}")
        yield place, record


def _pieces(raw: bytes, where: str) -> Iterator[tuple[str, bytes | msgspec.Raw]]:
    """The parts of a file that should be an object each."""
    start = raw[:64].lstrip()[:1] or raw.lstrip()[:1]
    if start == b"[":
        try:
            several = msgspec.json.decode(raw, type=list[msgspec.Raw])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # or not by the letter
            values, _ = from_loose_json(raw, where, _FORM)
            several = [msgspec.Raw(msgspec.json.encode(one)) for one in values]
        yield from ((f"{where}[{number}]", one) for number, one in enumerate(several))
        return
    if start == b"{":
        try:
            yield where, msgspec.json.decode(raw, type=msgspec.Raw)
            return
        except (msgspec.DecodeError, UnicodeDecodeError):  # several, one a line
            pass
        except RecursionError:
            from_loose_json(raw, where, _FORM)
    lines = (line.strip() for line in raw.split(b"\n"))
    for number, line in enumerate(lines, 1):
        if line:
            yield f"{where} line {number}", line
