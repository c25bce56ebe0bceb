"""The tasks of files in JSON: a list of them, one alone, or one a line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from dateline.errors import DataError
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
        record = _decode(one, place)
        if not isinstance(record, dict):
            raise DataError(place, _FORM, f"a {type(record).__name__}")
        yield place, record


def _pieces(raw: bytes, where: str) -> Iterator[tuple[str, bytes | msgspec.Raw]]:
    """The parts of a file that should be an object each."""
    start = raw[:64].lstrip()[:1] or raw.lstrip()[:1]
    if start == b"[":
        try:
            several = msgspec.json.decode(raw, type=list[msgspec.Raw])
        except (msgspec.DecodeError, UnicodeDecodeError):  # perhaps no strict JSON
            several = [msgspec.Raw(_strict(one)) for one in _lenient(raw, where)]
        except RecursionError:
            raise _too_deep(where) from None
        yield from ((f"{where}[{number}]", one) for number, one in enumerate(several))
        return
    if start == b"{":
        try:
            yield where, msgspec.json.decode(raw, type=msgspec.Raw)
            return
        except (msgspec.DecodeError, UnicodeDecodeError):  # several, one a line
            pass
        except RecursionError:
            raise _too_deep(where) from None
    lines = (line.strip() for line in raw.split(b"\n"))
    for number, line in enumerate(lines, 1):
        if line:
            yield f"{where} line {number}", line


def _decode(raw: bytes | msgspec.Raw, where: str) -> Any:
    try:
        return msgspec.json.decode(raw)
    except RecursionError:
        raise _too_deep(where) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode(_strict(_lenient(bytes(raw), where)))


def _too_deep(where: str) -> DataError:
    return DataError(where, _FORM, "JSON nested too deeply")


def _lenient(raw: bytes, where: str) -> Any:
    """JSON as other programs write it too: with NaN, and half of a surrogate pair.

    Raises
    ------
    DataError : not even that.
    """
    try:
        return json.loads(
            raw.decode(), parse_constant=lambda _: None, parse_float=_finite, parse_int=_small
        )
    except RecursionError:
        raise _too_deep(where) from None
    except UnicodeDecodeError as error:
        hint = "Say which it is: --encoding latin-1, or cp1252, utf-16, …"
        raise DataError(where, "text in utf-8", f"byte 0x{raw[error.start]:02x}", hint) from None
    except ValueError as error:
        raise DataError(where, _FORM, str(error)[:120]) from None


def _strict(value: Any) -> bytes:
    """A value as strict JSON; half of a surrogate pair becomes a question mark."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _small(digits: str) -> int | None:
    return int(digits) if len(digits) < 20 else None
