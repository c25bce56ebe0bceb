"""Articles from Parquet files in the order of their ids, in memory that does not grow with them.

Files whose ids ascend are read as they are, one after another where they do not overlap. Others are
sorted first, in parts that are put aside in a temporary folder. All are then merged.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dateline.derived import Article
from dateline.documents import article_from_row
from dateline.errors import DataError
from dateline.releases.difference.schemas import decoder, label_names
from dateline.tables import Type

__all__ = ["COLUMNS", "META", "REQUIRED", "Row", "RowFile", "in_order", "row_file"]

REQUIRED = (
    *("doc_id", "tier", "text_sha256", "scheme", "status", "annotator"),
    *("entities", "clusters", "events", "attributions", "stances"),
)
"""The columns without which a row is no article."""
META: dict[str, str | None] = {
    **dict.fromkeys(("title", "outlet", "genre", "storyline", "author", "source")),
    **dict.fromkeys(("published", "language", "licence"), ""),
}
"""Columns that a copy may leave out, with what stands for them where no side has them."""
COLUMNS = (*REQUIRED, *META, "text", "provenance")
"""All columns that make an article; others, such as `sentences`, follow from these."""

_BATCH = 256  # rows in memory of every file that is open
_BUFFER = 1 << 20  # bytes read ahead, of every column
_PART = 64 << 20  # bytes that are sorted at a time
_RUNS = 32  # files that are open at a time
_FILE = "#file"  # where a sorted row came from


@dataclass(frozen=True, eq=False)
class RowFile:
    """A Parquet file with an article a row. `split` is None where nothing says it.

    `first` and `last` are its lowest and highest id; `ascending` says whether they stand in order.
    """

    path: Path
    where: str
    schema: pa.Schema
    split: str | None
    rows: int
    first: str
    last: str
    ascending: bool
    features: Mapping[str, Type] = field(repr=False)

    @cached_property
    def columns(self) -> list[str]:
        return [name for name in COLUMNS if name in self.schema.names]

    @cached_property
    def decoders(self) -> dict[str, Any]:
        return {name: decoder(self.features, name, self.where) for name in self.columns}

    @cached_property
    def labels(self) -> dict[str, list[str]]:
        return label_names(self.features)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows as they stand.

        Raises
        ------
        DataError : the file cannot be read.
        """
        try:
            with pq.ParquetFile(self.path, buffer_size=_BUFFER) as file:
                yield from file.iter_batches(batch_size=_BATCH, columns=self.columns)
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(self.where, error) from None


def _unreadable(where: str, error: Exception) -> DataError:
    return DataError(where, "readable Parquet", str(error).split("\n")[0])


def row_file(
    path: Path, where: str, split: str | None, features: Mapping[str, Type]
) -> RowFile | None:
    """A file as a part of a side; None for a file without rows.

    Only the ids and tiers are read. `features` give the names of labels.

    Raises
    ------
    DataError : not readable, not of articles, or an article without an id.
    """
    try:
        with pq.ParquetFile(path, buffer_size=_BUFFER) as file:
            schema = file.schema_arrow
            missing = [name for name in REQUIRED if name not in schema.names]
            if missing:
                expected = "rows of `documents` or `external`"
                raise DataError(where, expected, f"no column {', '.join(missing)}")
            rows, first, last, ascending = 0, "", "", True
            tiers: set[Any] = set()
            for batch in file.iter_batches(batch_size=1 << 16, columns=["doc_id", "tier"]):
                ids = batch.column("doc_id").cast(pa.string())
                tiers |= set(pc.unique(batch.column("tier")).to_pylist())
                if not len(ids):
                    continue
                if ids.null_count:
                    raise DataError(where, "an id in every row", f"{ids.null_count} without")
                low, high = (str(x) for x in pc.min_max(ids).as_py().values())
                steps = pc.less(ids.slice(0, len(ids) - 1), ids.slice(1))
                ascending &= (not rows or last < ids[0].as_py()) and bool(
                    pc.all(steps, min_count=0).as_py()
                )
                first, last = (min(first, low), max(last, high)) if rows else (low, high)
                rows += len(ids)
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(where, error) from None
    if not rows:
        return None
    if {decoder(features, "tier", where)(tier) for tier in tiers} == {"external"}:
        split = "external"
    return RowFile(path, where, schema, split, rows, first, last, ascending, features)


class _Batch:
    """Some rows, as they are compared: whole, without decoding them."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.batch = batch
        self._structs: dict[Sequence[str], pa.StructArray] = {}

    def rows(self, columns: Sequence[str]) -> pa.StructArray:
        if columns not in self._structs:
            arrays = [self.batch.column(name) for name in columns]
            self._structs[columns] = pa.StructArray.from_arrays(arrays, names=list(columns))
        return self._structs[columns]


@dataclass(frozen=True, slots=True)
class Row:
    """An article on its way: a row that is decoded only when that is needed."""

    doc_id: str
    file: RowFile
    batch: _Batch
    number: int

    @property
    def split(self) -> str | None:
        return self.file.split

    def same(self, other: Row, columns: Sequence[str]) -> bool:
        """Whether two rows hold the same in some columns, numbers of labels included."""
        mine = self.batch.rows(columns).slice(self.number, 1)
        return bool(mine.equals(other.batch.rows(columns).slice(other.number, 1)))

    def values(self) -> dict[str, Any]:
        """The row with labels by name."""
        row = self.batch.batch.slice(self.number, 1)
        decoders = self.file.decoders
        return {
            name: decoders[name](row.column(name)[0].as_py())
            for name in self.file.columns
            if name in row.schema.names
        }

    def article(self, other: Mapping[str, Any]) -> Article:
        """The article; `other` gives the values of columns that its file has not.

        Raises
        ------
        DataError : the row is none of an article.
        """
        values = self.values()
        for name, nothing in META.items():
            values.setdefault(name, other.get(name, nothing))
        try:
            return article_from_row(values)
        except (TypeError, KeyError, ValueError, msgspec.ValidationError) as error:
            expected = "a row of `documents` or `external`"
            raise DataError(f"{self.file.where} {self.doc_id}", expected, str(error)) from None


def _rows(batch: pa.RecordBatch, files: Sequence[RowFile]) -> Iterator[Row]:
    held = _Batch(batch)
    ids = batch.column("doc_id").to_pylist()
    sorted_from = batch.column(_FILE).to_pylist() if _FILE in batch.schema.names else [0] * len(ids)
    for number, (doc_id, file) in enumerate(zip(ids, sorted_from, strict=True)):
        yield Row(doc_id, files[file], held, number)


def _as_it_is(file: RowFile) -> Iterator[Row]:
    for batch in file.batches():
        yield from _rows(batch, [file])


_by_id = attrgetter("doc_id")


def in_order(files: Iterable[RowFile]) -> Iterator[Row]:
    """The rows of all files by id; one that stands twice comes twice."""
    chains: list[list[RowFile]] = []
    rest: list[RowFile] = []
    for file in sorted(files, key=lambda file: (file.first, file.last)):
        fitting = next((c for c in chains if c[-1].last < file.first), None)
        if not file.ascending or (fitting is None and len(chains) == _RUNS):
            rest.append(file)
        elif fitting is None:
            chains.append([file])
        else:
            fitting.append(file)
    groups: list[list[RowFile]] = []
    for file in rest:
        same = next((g for g in groups if g[0].schema.equals(file.schema)), None)
        groups.append([file]) if same is None else same.append(file)
    with ExitStack() as stack:
        runs: list[Iterator[Row]] = [chain.from_iterable(map(_as_it_is, c)) for c in chains]
        for group in groups:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="dateline-"))
            runs.append(_sorted(group, Path(folder)))
        yield from heapq.merge(*runs, key=_by_id)


def _sorted(files: Sequence[RowFile], folder: Path) -> Iterator[Row]:
    """The rows of files of one schema by id, by way of sorted parts in `folder`."""
    parts: list[Path] = []
    pending: list[pa.RecordBatch] = []
    size = 0
    for number, file in enumerate(files):
        for batch in file.batches():
            origin = pa.array([number] * batch.num_rows, pa.int32())
            pending.append(batch.append_column(_FILE, origin))
            size += batch.nbytes
            if size >= _PART:
                parts.append(_put_aside(pending, folder / f"{len(parts)}.arrow"))
                pending, size = [], 0
    if pending:
        parts.append(_put_aside(pending, folder / f"{len(parts)}.arrow"))
    made = len(parts)
    while len(parts) > _RUNS:
        parts = [*parts[_RUNS:], _joined(parts[:_RUNS], files, folder / f"{made}.arrow")]
        made += 1
    yield from heapq.merge(*(_read(part, files) for part in parts), key=_by_id)


def _put_aside(batches: list[pa.RecordBatch], path: Path) -> Path:
    table = pa.Table.from_batches(batches).combine_chunks().sort_by("doc_id")
    with pa.ipc.new_file(path, table.schema) as file:
        file.write_table(table, max_chunksize=_BATCH)
    return path


def _read(part: Path, files: Sequence[RowFile]) -> Iterator[Row]:
    with pa.OSFile(str(part)) as source, pa.ipc.open_file(source) as file:
        for number in range(file.num_record_batches):
            yield from _rows(file.get_batch(number), files)


def _joined(parts: Sequence[Path], files: Sequence[RowFile], path: Path) -> Path:
    """Sorted parts as one, which replaces them."""
    with ExitStack() as stack:
        file = None
        pending: list[pa.RecordBatch] = []
        for row in heapq.merge(*(_read(part, files) for part in parts), key=_by_id):
            if file is None:
                file = stack.enter_context(pa.ipc.new_file(path, row.batch.batch.schema))
            pending.append(row.batch.batch.slice(row.number, 1))
            if len(pending) == _BATCH:
                file.write_batch(pa.concat_batches(pending))
                pending = []
        if file is not None and pending:
            file.write_batch(pa.concat_batches(pending))
    for part in parts:
        part.unlink()
    return path
