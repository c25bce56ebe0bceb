"""Level 6: whether a built folder is, file by file and row by row, what a manifest says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.checks.catalogue import incident
from dateline.checks.incident import Incident
from dateline.errors import DataError
from dateline.manifest import NAME, ConfigEntry, FileEntry, Manifest, SplitEntry, sha256_of
from dateline.rows import logical_digest, row_digest, row_id, rows_from_batch
from dateline.tables import Labels, kinds_of, leaves

__all__ = ["Proof", "compare_rows", "prove", "stored_digests"]

_ROWS = 500
_Unreadable = (DataError, IndexError, KeyError, OSError, TypeError, ValueError, pa.ArrowException)


class Proof:
    """What was looked at; filled while the incidents are drawn.

    `rows` counts the rows whose digests were computed again, `proved` those that need no more
    than that, since their files are the released bytes.
    """

    def __init__(self) -> None:
        self.files = self.whole = self.rows = self.proved = 0


def prove(
    folder: Path,
    manifest: Manifest,
    truth: Path,
    before: str = "",
    *,
    rows: bool = True,
    proof: Proof | None = None,
) -> Iterator[Incident]:
    """DL601 to DL603, DL608: files, columns, counts and rows are those of a manifest.

    Parameters
    ----------
    folder : what is to be proved.
    manifest, truth : what it should be, and the folder whose row digests belong to that manifest:
        `folder` itself, or the release of which it is a copy.
    before : stands before the files' paths in incidents.
    rows : compute the digest of every row again. Without it only those of splits whose files are
        not the released ones, to say which rows differ: equal bytes hold equal rows. That proves
        something only of a manifest that is itself the released one.
    """
    proof = proof or Proof()
    yield from _beside(folder, manifest, before)
    yield from _claims(folder, manifest, before)
    splits = {
        (config, split): entry
        for config, found in manifest.configs.items()
        for split, entry in found.splits.items()
    }
    of_digest = {file.sha256: file.path for file in manifest.parquet()}
    with ThreadPoolExecutor() as pool:
        digests = {
            file.path: pool.submit(_digest, folder / file.path) for file in manifest.parquet()
        }
        for (config, split), entry in splits.items():
            faults = []
            for file in entry.files:
                proof.files += 1
                found = _file(folder, before, file, digests[file.path].result(), of_digest)
                proof.whole += not found
                faults += found
            yield from faults
            there = [file for file in entry.files if (folder / file.path).is_file()]
            wrong = [i for file in there for i in _columns(folder, before, file, manifest, config)]
            yield from wrong
            if wrong:
                continue  # every row would differ, and for this one reason
            if rows or faults:
                yield from _rows(folder, before, there, config, split, entry, truth, proof)
            else:
                proof.proved += entry.rows


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


# ── Files


def _digest(path: Path) -> str | None:
    try:
        return sha256_of(path)
    except OSError:
        return None


def _beside(folder: Path, manifest: Manifest, before: str) -> Iterator[Incident]:
    """DL601, DL603: the files beside the rows are there and unchanged; nor are there more rows."""
    for name, wanted in manifest.files.items():
        path = _inside(folder, name)
        digest = None if path is None else _digest(path)
        if digest is None:
            yield incident("DL603", f"{before}{name}", "a file of the manifest", "none")
        elif digest != wanted:
            yield incident("DL601", f"{before}{name}", f"SHA-256 {wanted}", digest)
    known = {*manifest.files, *(file.path for file in manifest.parquet())}
    for config, entry in manifest.configs.items():
        known |= {f"digests/{config}-{split}.parquet" for split in entry.splits}
    for path in sorted(folder.rglob("*.parquet")):
        name = path.relative_to(folder).as_posix()
        if name not in known:
            yield incident("DL603", f"{before}{name}", "a file of the manifest", "another")
    for file in manifest.parquet():
        if _inside(folder, file.path) is None:
            yield incident("DL603", f"{before}{NAME}", "paths below the folder", repr(file.path))


def _inside(folder: Path, name: str) -> Path | None:
    """A file of a folder by its name in a manifest, which may come from anywhere."""
    path = folder / name
    return path if path.resolve().is_relative_to(folder.resolve()) else None


def _file(
    folder: Path, before: str, file: FileEntry, digest: str | None, of_digest: dict[str, str]
) -> list[Incident]:
    name = f"{before}{file.path}"
    if digest is None:
        return [incident("DL603", name, "a file of the manifest", "none")]
    if digest != file.sha256:
        other = of_digest.get(digest)
        found = f"{digest}, which is {other}" if other else digest
        return [incident("DL601", name, f"SHA-256 {file.sha256}", found)]
    if (size := (folder / file.path).stat().st_size) != file.bytes:
        return [incident("DL601", name, f"{file.bytes} bytes, as the manifest says", str(size))]
    return []


def _claims(folder: Path, manifest: Manifest, before: str) -> Iterator[Incident]:
    """DL603: what the manifest says of counts and inputs agrees with itself."""
    path = f"{before}{NAME}"
    found = _digest(folder / "inputs.sha256") or "none"
    if found != manifest.inputs_sha256:
        expected = f"inputs.sha256 with SHA-256 {manifest.inputs_sha256}"
        yield incident("DL603", f"{path} $.inputs_sha256", expected, found)
    articles = {}
    for config, entry in manifest.configs.items():
        for split, held in entry.splits.items():
            rows = sum(file.rows for file in held.files)
            if rows != held.rows:
                at = f"{path} $.configs.{config}.splits.{split}.rows"
                yield incident("DL603", at, f"{rows}, as its files have", str(held.rows))
            if config in ("documents", "external"):
                articles[split] = held.rows
    if articles != manifest.articles:
        expected = ", ".join(f"{split} {count}" for split, count in articles.items())
        said = ", ".join(f"{split} {count}" for split, count in manifest.articles.items())
        yield incident("DL603", f"{path} $.articles", expected, said)


# ── Columns


def _columns(
    folder: Path, before: str, file: FileEntry, manifest: Manifest, config: str
) -> Iterator[Incident]:
    """DL603, DL608: a file's columns, types, label names and count of rows."""
    name, stated = f"{before}{file.path}", manifest.configs[config]
    try:
        with pq.ParquetFile(folder / file.path) as parquet:
            schema, rows = parquet.schema_arrow, parquet.metadata.num_rows
        labels = label_names(schema)
    except _Unreadable as error:
        yield incident("DL603", name, "readable Parquet with features", _first_line(error))
        return
    yield from _schema(name, schema, labels, stated)
    if rows != file.rows:
        yield incident("DL603", name, f"{file.rows} rows", str(rows))


def label_names(schema: pa.Schema) -> dict[str, list[str]]:
    """The names of every label column, by Parquet path, as the file's own metadata has them."""
    return {
        path: list(kind.names)
        for path, kind in leaves(kinds_of(schema))
        if isinstance(kind, Labels)
    }


def _schema(
    name: str, schema: pa.Schema, labels: dict[str, list[str]], stated: ConfigEntry
) -> Iterator[Incident]:
    # Some writers name the items of lists as Parquet does.
    found = [f"{field.name}: {field.type}".replace("<element: ", "<item: ") for field in schema]
    for wanted, got in zip(stated.arrow_schema, found, strict=False):
        if wanted != got:
            yield incident("DL608", name, f"the column {wanted}", got)
            return
    if len(found) != len(stated.arrow_schema):
        wanted = f"{len(stated.arrow_schema)} columns"
        yield incident("DL608", name, wanted, str(len(found)))
        return
    for path in sorted({*labels, *stated.labels}):
        if labels.get(path) != stated.labels.get(path):
            expected = ", ".join(stated.labels.get(path, ["no labels"]))
            got = ", ".join(labels.get(path, ["no labels"]))
            yield incident("DL608", f"{name} {path}", expected, got)


# ── Rows


class _Row(NamedTuple):
    """A row by its key and digest, with its place."""

    doc_id: str
    row_id: str
    digest: bytes
    place: str


def stored_digests(folder: Path, config: str, split: str) -> Iterator[tuple[str, str, bytes]]:
    """(doc_id, row id, digest) of each row of a split, in order."""
    path = folder / "digests" / f"{config}-{split}.parquet"
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches():
            columns = (batch.column(name).to_pylist() for name in ("doc_id", "row_id", "sha256"))
            yield from zip(*columns, strict=True)


def _rows(
    folder: Path,
    before: str,
    files: list[FileEntry],
    config: str,
    split: str,
    entry: SplitEntry,
    truth: Path,
    proof: Proof,
) -> Iterator[Incident]:
    """DL602: each row has the digest that was kept for it, and those give the manifest's."""
    name = f"{before}digests/{config}-{split}.parquet"
    try:
        logical = logical_digest(digest for _, _, digest in stored_digests(truth, config, split))
        if logical != entry.logical_sha256:
            expected = f"row digests with SHA-256 {entry.logical_sha256}"
            yield incident("DL602", name, expected, logical)
            return
        kept = (_Row(*found, name) for found in stored_digests(truth, config, split))
        yield from compare_rows(_read(folder, before, files, config, proof), kept)
    except _Unreadable as error:
        yield incident("DL603", name, "readable rows and row digests", _first_line(error))


def _read(
    folder: Path, before: str, files: list[FileEntry], config: str, proof: Proof
) -> Iterator[_Row]:
    for file in files:
        number = 0
        with pq.ParquetFile(folder / file.path) as parquet:
            for batch in parquet.iter_batches(batch_size=_ROWS):
                for row in rows_from_batch(batch):
                    place = f"{before}{file.path} row {number}"
                    yield _Row(str(row["doc_id"]), row_id(row, config), row_digest(row), place)
                    number += 1
                    proof.rows += 1


def compare_rows(found: Iterable[_Row], kept: Iterable[_Row]) -> Iterator[Incident]:
    """DL602: rows that are not those that were released, article by article, in order.

    Both sides are in order of article; what is out of order is one fault, and ends the comparison.
    """
    by_article = itemgetter(0)
    left = groupby(found, by_article)
    right = groupby(kept, by_article)
    mine, theirs = next(left, None), next(right, None)
    last = ""
    while mine or theirs:
        if mine and mine[0] < last:
            row = next(mine[1])
            yield incident("DL602", row.place, "rows in order of article", row.doc_id)
            return
        if theirs is None or (mine is not None and mine[0] < theirs[0]):
            assert mine is not None
            for row in mine[1]:
                yield _differs(row, "no such row")
            last, mine = mine[0], next(left, None)
        elif mine is None or theirs[0] < mine[0]:
            for row in theirs[1]:
                yield _missing(row)
            theirs = next(right, None)
        else:
            yield from _one_article(list(mine[1]), list(theirs[1]))
            last, mine, theirs = mine[0], next(left, None), next(right, None)


def _one_article(found: list[_Row], kept: list[_Row]) -> Iterator[Incident]:
    wanted = {row.row_id: row for row in kept}
    clean = True
    for row in found:
        then = wanted.pop(row.row_id, None)
        if then is None or then.digest != row.digest:
            clean = False
            yield _differs(row, "the row that was released" if then else "no such row")
    for row in wanted.values():
        yield _missing(row)
    if clean and not wanted and [row.row_id for row in found] != [row.row_id for row in kept]:
        expected = f"the rows of {found[0].doc_id} in the order of the release"
        yield incident("DL602", found[0].place, expected, "another", doc_id=found[0].doc_id)


def _differs(row: _Row, expected: str) -> Incident:
    name = f"{row.doc_id} {row.row_id}".strip()
    return incident("DL602", row.place, expected, f"another {name}", doc_id=row.doc_id)


def _missing(row: _Row) -> Incident:
    name = f"the row {row.doc_id} {row.row_id}".strip()
    return incident("DL602", row.place, name, "none", doc_id=row.doc_id)
