"""Rows by their keys and digests: as files hold them, and as a release keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.checks.catalogue import incident
from dateline.checks.incident import Incident
from dateline.errors import DataError
from dateline.rows import row_digest, row_id, rows_from_batch
from dateline.tables import ROW_ID, Row

__all__ = ["ROWS", "UNREADABLE", "Keyed", "compare_rows", "keyed_rows", "stored_digests"]

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


_Placed = tuple[int, Keyed]


def compare_rows(place: str, found: Iterable[Keyed], kept: Iterable[Keyed]) -> Iterator[Incident]:
    """DL602: rows of the file `place` that are not those that were released, article by article.

    Both sides are in order of article; what is out of order is one fault, and ends the comparison.
    """
    left, right = _by_article(enumerate(found)), _by_article((0, row) for row in kept)
    mine, theirs = next(left, None), next(right, None)
    last = ""
    while mine or theirs:
        if mine and mine[0] < last:
            number, row = next(mine[1])
            at = f"{place} row {number}"
            yield incident("DL602", at, "rows in order of article", row.doc_id, doc_id=row.doc_id)
            return
        if mine and (theirs is None or mine[0] <= theirs[0]):
            same = theirs is not None and mine[0] == theirs[0]
            others = [row for _, row in theirs[1]] if theirs and same else []
            yield from _one_article(place, list(mine[1]), others)
            last, mine = mine[0], next(left, None)
            theirs = next(right, None) if same else theirs
        elif theirs:
            yield from (_missing(place, row) for _, row in theirs[1])
            theirs = next(right, None)


def _by_article(rows: Iterable[_Placed]) -> Iterator[tuple[str, Iterator[_Placed]]]:
    return groupby(rows, lambda placed: placed[1].doc_id)


def _one_article(place: str, found: list[_Placed], kept: list[Keyed]) -> Iterator[Incident]:
    wanted = {row.row_id: row for row in kept}
    known = set(wanted)
    clean = True
    for number, row in found:
        then = wanted.pop(row.row_id, None)
        if then is not None and then.digest == row.digest:
            continue
        clean = False
        if row.row_id not in known:
            expected, got = "no such row", row.name
        elif then is None:
            expected, got = "each row once", f"{row.name} once more"
        else:
            expected, got = "the row that was released", f"another {row.name}"
        if row.fault:
            got += f" ({row.fault})"
        yield incident("DL602", f"{place} row {number}", expected, got, doc_id=row.doc_id)
    yield from (_missing(place, row) for row in wanted.values())
    if clean and not wanted and [row.row_id for _, row in found] != [row.row_id for row in kept]:
        number, row = found[0]
        expected = f"the rows of {row.doc_id} in the order of the release"
        yield incident("DL602", f"{place} row {number}", expected, "another", doc_id=row.doc_id)


def _missing(place: str, row: Keyed) -> Incident:
    return incident("DL602", place, f"the row {row.name}", "none", doc_id=row.doc_id)
