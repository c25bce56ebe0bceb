"""Level 6: whether a built folder is, file by file and row by row, what a manifest says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, zip_longest
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.checks.catalogue import incident
from dateline.checks.incident import Incident
from dateline.checks.keyed import ROWS, UNREADABLE, Keyed, compare_rows, keyed_rows, stored_digests
from dateline.errors import DataError
from dateline.manifest import NAME, ConfigEntry, FileEntry, Manifest, SplitEntry, sha256_of
from dateline.rows import logical_digest
from dateline.tables import Labels, kinds_of, leaves

__all__ = ["Proof", "label_names", "prove"]

_INPUTS = "inputs.sha256"
_READ_TOO = (".huggingface.yaml", "dataset_infos.json")
"""Files that `datasets` takes configs and columns from, before or beside those of the card."""


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
    rows : compute the digest of every row again. Without it only those of files that are not the
        released ones, to say which rows differ: equal bytes hold equal rows. That proves something
        only of a manifest that is itself the released one.
    """
    proof = proof or Proof()
    with ThreadPoolExecutor() as pool:
        names = [*manifest.files, *(file.path for file in manifest.parquet())]
        digests = dict(zip(names, pool.map(_digest, (folder / n for n in names)), strict=True))
    yield from _beside(folder, manifest, before, digests)
    yield from _claims(folder, manifest, before)
    of_digest = {file.sha256: file.path for file in manifest.parquet()}
    for config, stated in manifest.configs.items():
        for split, entry in stated.splits.items():
            again = []  # the files whose rows are to be looked at
            for file in entry.files:
                digest = digests[file.path]
                faults = list(_file(folder, before, file, digest, of_digest))
                proof.files += 1
                proof.whole += not faults
                yield from faults
                if digest is None or (digest != file.sha256 and digest in of_digest):
                    continue  # it is not there, or another of the release: no row of it is here
                if wrong := list(_columns(folder, before, file, stated)):
                    yield from wrong
                    continue  # every row would differ, and for this one reason
                if rows or faults:
                    again.append(file)
                else:
                    proof.proved += file.rows
            if again or (rows and not entry.files):
                yield from _rows(folder, before, again, config, split, entry, truth, proof)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


# ── Files


def _digest(path: Path) -> str | None:
    """None where no file can be read; a pipe or a device is none."""
    try:
        return sha256_of(path) if path.is_file() else None
    except OSError:
        return None


def _absent(path: Path) -> str:
    return "nothing that can be read" if os.path.lexists(path) else "none"


def _beside(
    folder: Path, manifest: Manifest, before: str, digests: dict[str, str | None]
) -> Iterator[Incident]:
    """DL601, DL603: the files beside the rows are there and unchanged; nor are there more rows."""
    for name, wanted in manifest.files.items():
        digest = digests[name]
        if digest is None:
            expected, found = "a file of the manifest", _absent(folder / name)
            yield incident("DL603", f"{before}{name}", expected, found)
        elif digest != wanted:
            yield incident("DL601", f"{before}{name}", f"SHA-256 {wanted}", digest)
    known = {*manifest.files, *(file.path for file in manifest.parquet())}
    for config, entry in manifest.configs.items():
        known |= {f"digests/{config}-{split}.parquet" for split in entry.splits}
    more = [path for path in (folder / name for name in _READ_TOO) if os.path.lexists(path)]
    for path in [*more, *sorted(folder.rglob("*.parquet"))]:
        name = path.relative_to(folder).as_posix()
        if name not in known:
            yield incident("DL603", f"{before}{name}", "a file of the manifest", "another")


def _file(
    folder: Path, before: str, file: FileEntry, digest: str | None, of_digest: dict[str, str]
) -> Iterator[Incident]:
    name = f"{before}{file.path}"
    if digest is None:
        yield incident("DL603", name, "a file of the manifest", _absent(folder / file.path))
    elif digest != file.sha256:
        other = of_digest.get(digest)
        found = f"{digest}, which is {other}" if other else digest
        yield incident("DL601", name, f"SHA-256 {file.sha256}", found)
    elif (size := (folder / file.path).stat().st_size) != file.bytes:
        yield incident("DL601", name, f"{file.bytes} bytes, as the manifest says", str(size))


def _claims(folder: Path, manifest: Manifest, before: str) -> Iterator[Incident]:
    """DL603: what the manifest says of counts and inputs agrees with itself."""
    path = f"{before}{NAME}"
    found = manifest.files.get(_INPUTS) or _digest(folder / _INPUTS) or "none"
    if found != manifest.inputs_sha256:
        expected = f"{_INPUTS} with SHA-256 {manifest.inputs_sha256}"
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


def _columns(folder: Path, before: str, file: FileEntry, stated: ConfigEntry) -> Iterator[Incident]:
    """DL603, DL608: a file's columns, their types and label names."""
    name = f"{before}{file.path}"
    try:
        with pq.ParquetFile(folder / file.path) as parquet:
            schema = parquet.schema_arrow
    except UNREADABLE as error:
        yield incident("DL603", name, "readable Parquet", _first_line(error))
        return
    yield from _schema(name, schema, stated)


def label_names(schema: pa.Schema) -> dict[str, list[str]]:
    """The names of every label column, by Parquet path, as the file's own metadata has them."""
    return {
        path: list(kind.names)
        for path, kind in leaves(kinds_of(schema))
        if isinstance(kind, Labels)
    }


def _schema(name: str, schema: pa.Schema, stated: ConfigEntry) -> Iterator[Incident]:
    # Some writers name the items of lists as Parquet does.
    found = [f"{field.name}: {field.type}".replace("<element: ", "<item: ") for field in schema]
    for wanted, got in zip_longest(stated.arrow_schema, found, fillvalue=""):
        if wanted != got:
            expected = f"the column {wanted}" if wanted else "no more columns"
            yield incident("DL608", name, expected, got or "none")
            return
    try:
        labels = label_names(schema)
    except DataError as error:
        yield incident("DL608", name, error.expected, error.found)
        return
    for path in sorted({*labels, *stated.labels}):
        if labels.get(path) != stated.labels.get(path):
            expected = ", ".join(stated.labels.get(path, ["no labels"]))
            got = ", ".join(labels.get(path, ["no labels"]))
            yield incident("DL608", f"{name} {path}", expected, got)


# ── Rows


def _rows(
    folder: Path,
    before: str,
    again: list[FileEntry],
    config: str,
    split: str,
    entry: SplitEntry,
    truth: Path,
    proof: Proof,
) -> Iterator[Incident]:
    """DL602: each row has the digest that was kept for it, and those give the manifest's."""
    digests = f"{before}digests/{config}-{split}.parquet"
    try:
        logical = logical_digest(row.digest for row in stored_digests(truth, config, split))
        if logical != entry.logical_sha256:
            expected = f"row digests with SHA-256 {entry.logical_sha256}"
            yield incident("DL602", digests, expected, logical)
            return
    except UNREADABLE as error:
        yield incident("DL603", digests, "readable row digests", _first_line(error))
        return
    kept = stored_digests(truth, config, split)
    for file in entry.files:
        # What is left belongs to the last file, also where a manifest has other counts.
        part = kept if file is entry.files[-1] else islice(kept, file.rows)
        if file in again:
            name = f"{before}{file.path}"
            try:
                with pq.ParquetFile(folder / file.path) as parquet:
                    if (rows := parquet.metadata.num_rows) != file.rows:
                        yield incident("DL603", name, f"{file.rows} rows", str(rows))
                    yield from compare_rows(name, _read(parquet, config, proof), part)
            except UNREADABLE as error:
                yield incident("DL603", name, "rows that can be read", _first_line(error))
        for _ in part:
            pass


def _read(parquet: pq.ParquetFile, config: str, proof: Proof) -> Iterator[Keyed]:
    for batch in parquet.iter_batches(batch_size=ROWS):
        for row in keyed_rows(batch, config):
            proof.rows += 1
            yield row
