"""Rows to and from Arrow, and the digests by which a row is known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from dateline.errors import DataError
from dateline.scheme import Scheme
from dateline.tables import ROW_ID, Labels, Row, Type, arrow_type, columns, kinds_of, schema_of

__all__ = [
    "UNKNOWN",
    "batch_from_rows",
    "batch_of",
    "logical_digest",
    "row_digest",
    "row_id",
    "rows_from_batch",
    "unchecked_batch",
]

Coder = Callable[[Any], Any]


def _coder(kind: Type, leaf: Callable[[Labels | str], Coder | None]) -> Coder | None:
    """A function that maps values deep in a value; None where `leaf` maps nothing in the type."""
    if isinstance(kind, Labels | str):
        return leaf(kind)
    if isinstance(kind, list):
        inner = _coder(kind[0], leaf)
        if inner is None:
            return None
        return lambda value: None if value is None else [inner(item) for item in value]
    if isinstance(kind, dict):
        coders = [(name, _coder(sub, leaf)) for name, sub in kind.items()]

        def struct(value: Row | None) -> Row | None:
            if value is None:
                return None
            return {n: value[n] if code is None else code(value[n]) for n, code in coders}

        return struct if any(code for _, code in coders) else None
    return None


def _to_number(kind: Labels | str) -> Coder | None:
    if isinstance(kind, str):
        return None
    numbers: dict[str | None, int | None] = {name: i for i, name in enumerate(kind.names)}
    numbers[None] = None
    return numbers.__getitem__


def _to_name(kind: Labels | str) -> Coder | None:
    if isinstance(kind, str):
        return None
    names: dict[int | None, str | None] = dict(enumerate(kind.names))
    names[None] = None
    return names.__getitem__


def batch_from_rows(rows: list[Row], config: str, scheme: Scheme) -> pa.RecordBatch:
    """Rows with labels by name as an Arrow batch with labels by number.

    Raises
    ------
    KeyError : a label that the scheme does not have, or a missing column.
    """
    return batch_of(rows, columns(scheme)[config])


def batch_of(rows: list[Row], kinds: Mapping[str, Type]) -> pa.RecordBatch:
    """Rows with labels by name as an Arrow batch of columns of these types, labels by number.

    Raises
    ------
    KeyError : a label without a number, or a missing column.
    """
    return _batch(rows, kinds, schema_of(kinds), _to_number)


def _batch(
    rows: list[Row],
    kinds: Mapping[str, Type],
    schema: pa.Schema,
    leaf: Callable[[Labels | str], Coder | None],
) -> pa.RecordBatch:
    arrays = []
    for name, kind in kinds.items():
        code = _coder(kind, leaf)
        values = [row[name] if code is None else code(row[name]) for row in rows]
        arrays.append(pa.array(values, type=schema.field(name).type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


UNKNOWN = 1 << 20
"""The first number that `unchecked_batch` gives to labels that the scheme does not have."""

_LARGEST = (1 << 31) - 1


def unchecked_batch(rows: list[Row], scheme: Scheme) -> tuple[pa.RecordBatch, list[str]]:
    """Rows of `external` with a `text`, whatever their labels and offsets: for the checks.

    Returns the batch and the labels that the scheme does not have; the one at place i stands in the
    batch as `UNKNOWN` + i. Offsets beyond 32 bits are cut there: no text is that long.
    """
    unknown: dict[str, int] = {}

    def leaf(kind: Labels | str) -> Coder | None:
        if kind == "int32":
            return lambda value: max(-_LARGEST, min(_LARGEST, value))
        if isinstance(kind, str):
            return None
        numbers = {name: i for i, name in enumerate(kind.names)}

        def number(value: str | None) -> int | None:
            if value is None or value in numbers:
                return None if value is None else numbers[value]
            return UNKNOWN + unknown.setdefault(value, len(unknown))

        return number

    kinds: dict[str, Type] = {**columns(scheme)["external"], "text": "string"}
    schema = pa.schema([pa.field(name, arrow_type(kind)) for name, kind in kinds.items()])
    batch = _batch(rows, kinds, schema, leaf)
    return batch, list(unknown)


def rows_from_batch(batch: pa.RecordBatch | pa.Table) -> Iterator[Row]:
    """The rows of a batch with labels by name: the inverse of `batch_from_rows`.

    The names are those in the batch's own metadata, so that old versions are read as they are.

    Raises
    ------
    DataError : the metadata names no types, or a label number has no name there.
    """
    coders = [(name, _coder(kind, _to_name)) for name, kind in kinds_of(batch.schema).items()]
    for row in batch.to_pylist():
        found: Row = {}
        for name, code in coders:
            try:
                found[name] = row[name] if code is None else code(row[name])
            except KeyError as error:
                raise DataError(name, "numbers of labels that have names", str(error)) from None
        yield found


def row_id(row: Row, config: str) -> str:
    """What names a row within its config: the article's id, or that of the item in it."""
    column = ROW_ID[config]
    return "" if column is None else str(row[column])


def row_digest(row: Row) -> bytes:
    """SHA-256 (32 bytes) of a row's canonical JSON.

    Canonical: columns in schema order, absent as null, labels by name, UTF-8, no white space.
    """
    return hashlib.sha256(msgspec.json.encode(row)).digest()


def logical_digest(digests: Iterable[bytes]) -> str:
    """SHA-256, in hex, of row digests one after another, in row order."""
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(digest)
    return whole.hexdigest()
