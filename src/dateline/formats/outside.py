"""JSON that others wrote."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

from dateline.errors import DataError

__all__ = ["from_json", "from_loose_json"]

_SHOWN = 120


def from_json(raw: bytes | msgspec.Raw, where: str, expected: str) -> Any:
    """What JSON says.

    Parameters
    ----------
    expected : what should be there, for the error.

    Raises
    ------
    DataError : no JSON, or nested too deeply.
    """
    try:
        return msgspec.json.decode(raw)
    except RecursionError:
        raise _too_deep(where, expected) from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise DataError(where, expected, str(error)) from None


def from_loose_json(raw: bytes | msgspec.Raw, where: str, expected: str) -> tuple[Any, bool]:
    """What JSON says, and whether it is such by the letter.

    Other writers let pass NaN and infinite numbers, which become null, and halves of surrogate
    pairs, which become `?`.

    Raises
    ------
    DataError : not even that, not UTF-8, or nested too deeply.
    """
    try:
        return from_json(raw, where, expected), True
    except DataError:
        pass
    try:
        return _loosely(bytes(raw)), False
    except RecursionError:
        raise _too_deep(where, expected) from None
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x}"
        hint = "Say which encoding it is: --encoding latin-1, or cp1252, utf-16, …"
        raise DataError(where, "JSON in UTF-8", found, hint) from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise DataError(where, expected, str(error)[:_SHOWN]) from None


def _too_deep(where: str, expected: str) -> DataError:
    return DataError(where, expected, "JSON nested too deeply")


def _loosely(raw: bytes) -> Any:
    found = json.loads(raw.decode(), parse_constant=lambda _: None, parse_float=_finite)
    return msgspec.json.decode(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None
