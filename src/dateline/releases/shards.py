"""Parquet files of a bounded size, each one row group, named for their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.manifest import FileEntry, sha256_of
from dateline.scheme import Scheme
from dateline.tables import Labels, arrow_schema, columns, leaves

__all__ = ["DigestWriter", "ShardWriter", "label_tables"]

_ROWS = {"documents": 2_500, "external": 2_500}
_MORE_ROWS = 25_000
_REPEATED = {"doc_id", "id", "ref", "cluster", "kb", "outlet", "storyline", "scheme", "language"}


def label_tables(config: str, scheme: Scheme) -> dict[str, list[str]]:
    """The names of every label column of a config, by Parquet path."""
    found = leaves(columns(scheme)[config])
    return {path: list(kind.names) for path, kind in found if isinstance(kind, Labels)}


class ShardWriter:
    """Writes one split of one config, in files of one row group.

    A file's name holds the first 12 digits of its SHA-256: loaders cache by name, and so never
    serve an older build.
    """

    def __init__(self, folder: Path, config: str, split: str, scheme: Scheme) -> None:
        self.folder = folder / config
        self.folder.mkdir(parents=True, exist_ok=True)
        self.split = split
        self.config = config
        self.limit = _ROWS.get(config, _MORE_ROWS)
        self.schema = arrow_schema(config, scheme)
        self.dictionary = [
            path
            for path, kind in leaves(columns(scheme)[config])
            if isinstance(kind, Labels) or path.rpartition(".")[2] in _REPEATED
        ]
        self.pending: list[pa.RecordBatch] = []
        self.pending_rows = 0
        self.written: list[tuple[Path, int]] = []

    def add(self, batch: pa.RecordBatch) -> None:
        while batch.num_rows:
            room = self.limit - self.pending_rows
            part, batch = batch.slice(0, room), batch.slice(room)
            self.pending.append(part)
            self.pending_rows += part.num_rows
            if self.pending_rows == self.limit:
                self._flush()

    def _flush(self) -> None:
        table = pa.Table.from_batches(self.pending, self.schema).combine_chunks()
        path = self.folder / f"{self.split}-{len(self.written):05d}"
        pq.write_table(
            table,
            path,
            compression="zstd",
            compression_level=3,
            use_dictionary=self.dictionary,
            row_group_size=table.num_rows,
            write_page_index=True,
            use_content_defined_chunking=True,
        )
        self.written.append((path, table.num_rows))
        self.pending, self.pending_rows = [], 0

    def close(self) -> list[FileEntry]:
        """Write what is left, give the files their names, and say what they are.

        A split without rows has no file: `datasets` can read none that is empty.
        """
        if self.pending:
            self._flush()
        entries = []
        for number, (path, rows) in enumerate(self.written):
            digest = sha256_of(path)
            name = f"{self.split}-{number:05d}-of-{len(self.written):05d}-{digest[:12]}.parquet"
            final = path.rename(path.with_name(name))
            entries.append(
                FileEntry(
                    path=f"{self.config}/{name}",
                    rows=rows,
                    bytes=final.stat().st_size,
                    sha256=digest,
                )
            )
        return entries


_DIGESTS = pa.schema([("doc_id", pa.string()), ("row_id", pa.string()), ("sha256", pa.binary(32))])


class DigestWriter:
    """The row digests of one split of one config, written as they come, and their digest."""

    def __init__(self, folder: Path, config: str, split: str) -> None:
        folder = folder / "digests"
        folder.mkdir(exist_ok=True)
        self.writer = pq.ParquetWriter(folder / f"{config}-{split}.parquet", _DIGESTS)
        self.whole = hashlib.sha256()
        self.rows = 0
        self.pending: list[tuple[str, str, bytes]] = []

    def add(self, digests: list[tuple[str, str, bytes]]) -> None:
        for _, _, digest in digests:
            self.whole.update(digest)
        self.rows += len(digests)
        self.pending += digests
        if len(self.pending) >= 100_000:
            self._flush()

    def _flush(self) -> None:
        names = zip(*self.pending, strict=True) if self.pending else ((), (), ())
        arrays = [pa.array(c, f.type) for c, f in zip(names, _DIGESTS, strict=True)]
        self.writer.write_table(pa.Table.from_arrays(arrays, schema=_DIGESTS))
        self.pending = []

    def close(self) -> str:
        if self.pending or not self.rows:
            self._flush()
        self.writer.close()
        return self.whole.hexdigest()
