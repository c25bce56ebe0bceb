"""Files of PLOVER records, and each record as a text with marks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dateline.errors import DataError
from dateline.formats.finding import below, ends_in, neither
from dateline.formats.outside import from_json
from dateline.formats.plover.marking import marks_of
from dateline.formats.registry import Known
from dateline.formats.standoff import Notice, StandOff, ordered
from dateline.formats.texts import decoded, fitted, read_bytes

__all__ = ["read"]

_ENDINGS = (".txt", ".json")
_LOOKED_AT = 64  # bytes at a file's head that tell whether it is a list
_LICENCES = {"Creative Commons Attribution-ShareAlike 4.0": "CC-BY-SA-4.0"}


def read(path: Path, known: Known) -> Iterator[StandOff]:
    """The records of a file, or of all `.txt` and `.json` below a folder that begin a JSON list.

    Raises
    ------
    DataError : a file that is no list of objects, a folder without one.
    UsageError : `path` is neither.
    """
    if path.is_dir():
        every = ((name, path / name) for name in below(path, ends_in(_ENDINGS)))
        files = [(name, file) for name, file in every if _is_list(file, known)]
        if not files:
            raise DataError(str(path), "a folder with a .txt or .json that is a JSON list", "none")
    elif path.is_file():
        files = [(path.name, path)]
    else:
        raise neither(path, "a file or folder of PLOVER records")
    for name, file in files:
        raw = decoded(read_bytes(file, name), name, known.encoding)
        yield from _records(raw, name)


def _is_list(file: Path, known: Known) -> bool:
    with file.open("rb") as stream:
        head = _head(stream.read(_LOOKED_AT), known.encoding)
    return head.lstrip("\ufeff \t\r\n").startswith("[")


def _head(raw: bytes, encoding: str) -> str:
    """The beginning of a file, as far as it can be read."""
    try:
        return raw.decode(encoding, "replace")
    except (LookupError, UnicodeError, ValueError):
        return raw.decode("latin-1")


def _records(raw: str, name: str) -> Iterator[StandOff]:
    bare = raw.strip("\ufeff \t\r\n").encode("utf-8", "replace")
    found = from_json(bare, name, "a JSON list of records")
    if not isinstance(found, list):
        raise DataError(name, "a JSON list of records", type(found).__name__)
    for number, record in enumerate(found, 1):
        where = f"{name} record {number}"
        if not isinstance(record, dict):
            raise DataError(where, "a JSON object", type(record).__name__)
        yield _record(record, where)


def _record(record: dict[str, Any], where: str) -> StandOff:
    """A record as a text with marks; one that only tells about the file has no text."""
    given = _said(record, "id")
    raw = record["text"] if isinstance(record.get("text"), str) else ""
    notices: list[Notice] = []
    text = fitted(raw, f"{where} text")
    notices += [Notice(reason, where) for reason in text.mended]
    marks = marks_of(record, raw, text, where, notices) if text.text else []
    named = " ".join(filter(None, (_said(record, "publication"), given)))
    meta = {
        "title": given,
        "outlet": _said(record, "publication"),
        "published": _said(record, "date"),
        "language": _said(record, "language"),
        "source": named,
    }
    for words, licence in _LICENCES.items():
        if words in _said(record, "license"):
            meta["licence"] = licence
    return StandOff(
        doc_id=given or where,
        text=text.text,
        marks=ordered(marks),
        meta={key: value for key, value in meta.items() if value},
        notices=notices,
    )


def _said(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return value.strip() if isinstance(value, str) else ""
