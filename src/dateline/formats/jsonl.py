"""Files of JSON objects, one a line or in one array, as annotation tools hand them out.

Lines are read one by one, so that a file may be of any size: a line has at most `LONGEST` bytes. An
array is read whole, at most `texts.LARGEST` bytes.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dateline.errors import DataError
from dateline.formats.aside import FURTHEST
from dateline.formats.finding import files_of
from dateline.formats.outside import from_loose_json
from dateline.formats.registry import Known
from dateline.formats.standoff import NOTE, Notice, StandOff
from dateline.formats.texts import decoded, read_bytes
from dateline.records import ArticleMeta, Foreign, duplicate_key
from dateline.scheme import Scheme

__all__ = [
    "ENDINGS",
    "LONGEST",
    "META",
    "Lines",
    "Row",
    "as_label",
    "as_meta",
    "as_offset",
    "as_text",
    "categories",
    "rows",
    "texts",
    "told",
]

ENDINGS = (".jsonl", ".ndjson", ".json")
LONGEST = 16_000_000
"""The longest line that is read, in bytes."""

META = {*ArticleMeta.__struct_fields__, "split"} - {"doc_id", "tier", "text_sha256"}
"""What a source may say of an article."""

TWICE = "a key that stands twice, of which the last holds"
ODD = "half a surrogate pair, now `?`, or a number that JSON does not have"


class Row(NamedTuple):
    """An object, its place in the file, its number, and what had to be mended in it."""

    value: dict[str, Any]
    where: str
    number: int
    notices: list[Notice]


def rows(path: Path, name: str, encoding: str) -> Iterator[Row]:
    """The objects of a file in order.

    Raises
    ------
    DataError : not JSON, not objects, or a line that is too long; with the line.
    """
    lines = _lines(path, name, encoding)
    for number, line in lines:
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        bare = line.strip()
        if not bare:
            continue
        if bare[:1] == b"[":
            lines.close()
            yield from _array(path, name, encoding)
            return
        yield _row(bare, f"{name} line {number}", number)


def _lines(path: Path, name: str, encoding: str) -> Any:
    """The lines of a file as UTF-8, by their numbers from 1: a generator."""
    try:
        plain = codecs.lookup(encoding).name == "utf-8"
    except (LookupError, ValueError):
        raise DataError("--encoding", "an encoding that Python knows", repr(encoding)) from None
    number = 1
    try:
        if plain:
            with path.open("rb") as file:
                while line := file.readline(LONGEST + 1):
                    yield number, _bounded(line, name, number)
                    number += 1
        else:
            with path.open(encoding=encoding, newline="\n") as file:
                while text := file.readline(LONGEST + 1):
                    yield number, _bounded(text.encode("utf-8", "replace"), name, number)
                    number += 1
    except UnicodeError:
        raise DataError(f"{name} line {number}", f"text in {encoding}", "other bytes") from None
    except LookupError:
        raise DataError("--encoding", "an encoding of text", repr(encoding)) from None
    except OSError as error:
        raise DataError(name, "a readable file", error.strerror or "an error") from None


def _bounded(line: bytes, name: str, number: int) -> bytes:
    if len(line) > LONGEST:
        raise DataError(f"{name} line {number}", f"a line of at most {LONGEST} bytes", "a longer")
    return line


def _array(path: Path, name: str, encoding: str) -> Iterator[Row]:
    text = decoded(read_bytes(path, name), name, encoding)
    values, notices = _decoded(text.removeprefix("\ufeff").encode("utf-8", "replace"), name)
    if not isinstance(values, list):
        raise DataError(name, "an array of objects", type(values).__name__)
    for number, value in enumerate(values, 1):
        where = f"{name} row {number}"
        if not isinstance(value, dict):
            raise DataError(where, "an object", type(value).__name__)
        yield Row(value, where, number, notices)
        notices = []


def _row(line: bytes, where: str, number: int) -> Row:
    value, notices = _decoded(line, where)
    if not isinstance(value, dict):
        raise DataError(where, "an object", type(value).__name__)
    return Row(value, where, number, notices)


def _decoded(raw: bytes, where: str) -> tuple[Any, list[Notice]]:
    """What JSON says, and what was mended in it."""
    value, by_the_letter = from_loose_json(raw, where, "JSON")
    notices = [] if by_the_letter else [Notice(ODD, where)]
    # A key that stands twice leaves less to write than was read.
    if raw.count(b'":') != msgspec.json.encode(value).count(b'":') and duplicate_key(raw):
        notices.append(Notice(TWICE, where))
    return value, notices


def texts(
    path: Path, known: Known, one: Callable[[Row, str, Scheme], StandOff | Notice]
) -> Iterator[StandOff]:
    """The texts of a file, or of all files below a folder.

    Parameters
    ----------
    one : the text of an object, under this name if it has none of its own, or why there is none.

    Raises
    ------
    DataError : a line that is no JSON object, or a file without any text.
    UsageError : `path` is neither a folder nor a `.jsonl`, `.ndjson` or `.json` file.
    """
    for name, file in files_of(path, ENDINGS):
        stem = name.rpartition(".")[0]
        found = (
            one(row, f"{stem}-{row.number}", known.scheme)
            for row in rows(file, name, known.encoding)
        )
        yield from told(found)


def told(standoffs: Iterable[StandOff | Notice]) -> Iterator[StandOff]:
    """The texts of a file, with what was said between them added to the next, or the last, one.

    Raises
    ------
    DataError : something was said, and there is no text at all.
    """
    held: StandOff | None = None
    waiting: list[Notice] = []
    for one in standoffs:
        if isinstance(one, Notice):
            waiting.append(one)
            continue
        if held is not None:
            yield held
        held = msgspec.structs.replace(one, notices=[*waiting, *one.notices]) if waiting else one
        waiting = []
    if held is not None:
        yield msgspec.structs.replace(held, notices=[*held.notices, *waiting]) if waiting else held
    elif waiting:
        raise DataError(waiting[0].where, "a text", waiting[0].reason)


def as_offset(value: object) -> int | None:
    """A number as an offset; None where it cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value) if abs(value) < FURTHEST else None


def as_text(value: object) -> str:
    """A value as the value of an attribute: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def as_label(value: object, bare: str) -> str:
    """A value as a label; `bare` where there is none."""
    return bare if value is None or value == "" else as_text(value)


def categories(found: dict[str, Any], keys: Iterable[str]) -> list[Foreign]:
    """Labels of a whole text as notes; lists and objects among them are left to others."""
    notes: list[Foreign] = []
    for key in keys:
        value = found.get(key)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str | int | float) and one != "":
                notes.append(Foreign("", NOTE, key, [], [], {"text": as_text(one)}))
    return notes


class Lines:
    """A file with a line a text (`formats.parting`)."""

    def __init__(self, line: Callable[[StandOff], dict[str, Any]]) -> None:
        self._line = line
        self._lines: list[bytes] = []

    def add(self, standoff: StandOff) -> None:
        """Take in a text."""
        self._lines.append(msgspec.json.encode(self._line(standoff)))

    def packed(self) -> bytes:
        """The file."""
        return b"".join(line + b"\n" for line in self._lines)


def as_meta(
    found: dict[str, Any], label: str, extra: dict[str, Any]
) -> tuple[dict[str, str], list[Foreign]]:
    """What is said of an article, and the rest as a note of its own.

    Parameters
    ----------
    found : what may be said of the article; what has no place there goes into the note.
    extra : what goes into the note in any case.
    """
    meta = {k: v for k, v in found.items() if k in META and isinstance(v, str) and v.strip()}
    rest = {k: as_text(v) for k, v in (extra | found).items() if k not in meta}
    return meta, [Foreign("", NOTE, label, [], [], rest)] if rest else []
