"""Rows by their keys and digests: as files hold them, and as a release keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.checks.catalogue import incident
from dateline.checks.incident import Incident
from dateline.errors import DataError
from dateline.rows import row_digest, row_id, rows_from_batch
from dateline.tables import ROW_ID, Row

__all__ = [
    "ROWS",
    "UNREADABLE",
    "Awaited",
    "Keyed",
    "compare_rows",
    "differs",
    "keyed_rows",
    "stored_digests",
]

ROWS = 500
"""Rows in a batch: what is in memory of a file."""

UNREADABLE = (DataError, LookupError, OSError, TypeError, ValueError, pa.ArrowException)
"""What reading files that are not ours can raise."""


class Keyed(NamedTuple):
    """A row by article and row id. A row that cannot be decoded has a `fault` and no digest."""

    doc_id: str
    row_id: str
    digest: bytes
    fault: str = ""

    @property
    def name(self) -> str:
        return f"{self.doc_id} {self.row_id}".strip()


def keyed_rows(
    batch: pa.RecordBatch, config: str, names: list[str] | None = None
) -> Iterator[Keyed]:
    """The rows of a batch; `names` are the columns of which they consist, by default all.

    Raises
    ------
    DataError : the metadata names no types.
    KeyError : there is no column that names rows, or none of those in `names`.
    """
    try:
        found = [_keyed(row, config, names) for row in rows_from_batch(batch)]
    except DataError:
        found = [_alone(batch.slice(i, 1), config, names) for i in range(batch.num_rows)]
    yield from found


def _keyed(row: Row, config: str, names: list[str] | None) -> Keyed:
    chosen = row if names is None else {name: row[name] for name in names}
    return Keyed(str(row["doc_id"]), row_id(row, config), row_digest(chosen))


def _alone(one: pa.RecordBatch, config: str, names: list[str] | None) -> Keyed:
    """A single row, one of whose neighbours cannot be decoded, or that cannot be itself."""
    try:
        return _keyed(next(rows_from_batch(one)), config, names)
    except DataError as error:
        column = ROW_ID[config]
        key = [str(one.column(name)[0].as_py()) for name in ("doc_id", column) if name is not None]
        fault = f"no label of {error.where} has the number {error.found}"
        return Keyed(key[0], key[1] if column else "", b"", fault)


def stored_digests(folder: Path, config: str, split: str) -> Iterator[Keyed]:
    """The rows of a split as a release keeps them, in order."""
    path = folder / "digests" / f"{config}-{split}.parquet"
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches():
            columns = (batch.column(name).to_pylist() for name in ("doc_id", "row_id", "sha256"))
            for doc_id, row, digest in zip(*columns, strict=True):
                yield Keyed(str(doc_id), str(row), digest)


class Awaited:
    """The rows of one file or split that should come, each once, and what comes instead."""

    def __init__(self, kept: Iterable[Keyed]) -> None:
        self.rows = {row[:2]: (number, row.digest) for number, row in enumerate(kept)}
        self.come: set[tuple[str, str]] = set()
        self.odd: list[tuple[str, Keyed]] = []

    def take(self, at: str, row: Keyed) -> Iterator[Incident]:
        """DL602: a row that is here twice. Another row under its key waits: it may be the copy."""
        if self.rows[row[:2]][1] != row.digest:
            self.odd.append((at, row))
            return
        if row[:2] in self.come:
            yield differs(at, "each row once", f"{row.name} once more", row)
        self.come.add(row[:2])

    def rest(self, place: str) -> Iterator[Incident]:
        """DL602: at the end, rows that are not those that were released, and rows that are gone."""
        for at, row in self.odd:
            if row[:2] in self.come:
                yield differs(at, "each row once", f"another {row.name}", row)
            else:
                yield differs(at, "the row that was released", f"another {row.name}", row)
            self.come.add(row[:2])
        for doc_id, key in (name for name in self.rows if name not in self.come):
            name = f"the row {doc_id} {key}".strip()
            yield incident("DL602", place, name, "none", doc_id=doc_id)


def compare_rows(place: str, found: Iterable[Keyed], kept: Iterable[Keyed]) -> Iterator[Incident]:
    """DL602: rows of the file `place` that are not those that were released, in their order."""
    awaited = Awaited(kept)  # in memory: the rows of one file
    last, in_order = -1, True
    for number, row in enumerate(found):
        at = f"{place} row {number}"
        if row[:2] not in awaited.rows:
            yield differs(at, "no such row", row.name, row)
            continue
        yield from awaited.take(at, row)
        then, digest = awaited.rows[row[:2]]
        if digest == row.digest and then < last and in_order:
            in_order = False
            expected = "rows in the order of the release"
            yield differs(at, expected, f"{row.name} after later ones", row)
        last = max(last, then if digest == row.digest else -1)
    yield from awaited.rest(place)


def differs(at: str, expected: str, found: str, row: Keyed) -> Incident:
    """DL602 of a row, with why it has no digest, where it has none."""
    said = f"{found} ({row.fault})" if row.fault else found
    return incident("DL602", at, expected, said, doc_id=row.doc_id)
