"""Level 6: rows that somebody has loaded or converted, against the row digests of a release.

Such rows may stand in any order and in any files: they are known by article and row id.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.checks.catalogue import incident
from dateline.checks.incident import Incident
from dateline.checks.proof import Proof, label_names, stored_digests
from dateline.errors import DataError, UsageError
from dateline.manifest import Manifest, read_manifest
from dateline.rows import row_digest, row_id, rows_from_batch
from dateline.tables import CONFIGS

__all__ = ["Loaded", "check_loaded", "tables_in"]

_ROWS = 500
_SPLITS = ("train", "validation", "test", "external")


class Loaded(NamedTuple):
    """Rows from one place: its name, the split that they should be (None: any), their batches."""

    name: str
    split: str | None
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def tables_in(target: Any) -> Iterator[Loaded]:
    """The rows of a target: Parquet below a path, what `save_to_disk` wrote, datasets, a table.

    Raises
    ------
    UsageError : a target of another kind.
    """
    if isinstance(target, str | Path):
        yield from _files(Path(target))
    elif isinstance(target, dict):
        for split, rows in target.items():
            yield from (one._replace(split=split) for one in tables_in(rows))
    elif isinstance(target, pa.Table):
        yield Loaded("table", None, target.schema, iter(target.to_batches(_ROWS)))
    elif hasattr(target, "features") and hasattr(target, "with_format"):
        yield _dataset(target)
    else:
        expected = "a version, a path, a dataset of `datasets`, or a pyarrow.Table"
        raise UsageError("target", expected, type(target).__name__)


def _files(path: Path) -> Iterator[Loaded]:
    if (path / "state.json").is_file() or (path / "dataset_dict.json").is_file():
        import datasets

        yield from tables_in(datasets.load_from_disk(str(path)))
        return
    found = [path] if path.is_file() else sorted(path.rglob("*.parquet"))
    if not found:
        raise UsageError(str(path), "Parquet, or a folder that `save_to_disk` wrote", "neither")
    for file in found:
        try:
            parquet = pq.ParquetFile(file)
            schema = parquet.schema_arrow
        except (OSError, pa.ArrowException) as error:
            raise DataError(str(file), "readable Parquet", str(error)) from None
        words = file.relative_to(path.parent).as_posix().replace("-", "/").split("/")
        split = next((name for name in _SPLITS if name in words), None)
        yield Loaded(str(file), split, schema, parquet.iter_batches(_ROWS))


def _dataset(rows: Any) -> Loaded:
    if rows.features is None:
        raise UsageError("dataset", "one whose features are known", "one without")
    info = {"info": {"features": rows.features.to_dict()}}
    schema = rows.features.arrow_schema.with_metadata({"huggingface": json.dumps(info)})
    tables = rows.with_format("arrow").iter(_ROWS)
    batches = chain.from_iterable(table.to_batches() for table in tables)
    split = str(rows.split) if str(rows.split) in _SPLITS else None
    return Loaded(type(rows).__name__, split, schema, batches)


def check_loaded(
    tables: Iterator[Loaded], release: Path, config: str | None, proof: Proof
) -> Iterator[Incident]:
    """DL602, DL608: every row is one of the release's, each once, and none of its split is missing.

    `release` is a folder that has itself been proved. What of a config was not loaded at all is
    no fault: whoever asks for `events` of `train` is told of these alone.
    """
    manifest = read_manifest(release)
    waiting: dict[tuple[str, str], dict[tuple[str, str], bytes]] = {}
    for table in tables:
        kind = config or _config(table.schema, manifest)
        if kind is None:
            expected = f"the columns of a config ({', '.join(CONFIGS)})"
            yield incident("DL608", table.name, expected, ", ".join(table.schema.names))
            continue
        faults = list(_columns(table, manifest, kind))
        yield from faults
        if faults:
            continue
        for split in manifest.configs[kind].splits:
            if table.split in (None, split) and (kind, split) not in waiting:
                stored = stored_digests(release, kind, split)
                waiting[kind, split] = {(doc, row): digest for doc, row, digest in stored}
        ours = [split for config_, split in waiting if config_ == kind]
        parts = [waiting[kind, split] for split in ours if table.split in (None, split)]
        yield from _rows(table, kind, manifest, parts, proof)
    for (kind, split), left in waiting.items():
        if len(left) < manifest.configs[kind].splits[split].rows:
            for doc_id, row in left:
                name = f"the row {doc_id} {row}".strip()
                yield incident("DL602", f"{kind}/{split}", name, "none", doc_id=doc_id)


def _config(schema: pa.Schema, manifest: Manifest) -> str | None:
    for config, entry in manifest.configs.items():
        if {line.partition(":")[0] for line in entry.arrow_schema} == set(schema.names):
            return config
    return None


def _columns(table: Loaded, manifest: Manifest, config: str) -> Iterator[Incident]:
    stated = manifest.configs[config]
    for line in stated.arrow_schema:
        if line.partition(":")[0] not in table.schema.names:
            yield incident("DL608", table.name, f"the column {line}", "none")
            return
    try:
        labels = label_names(table.schema)
    except DataError as error:
        yield incident("DL608", table.name, error.expected, error.found)
        return
    for path, names in stated.labels.items():
        if labels.get(path) != names:
            got = ", ".join(labels.get(path, ["no labels"]))
            yield incident("DL608", f"{table.name} {path}", ", ".join(names), got)


def _rows(
    table: Loaded,
    config: str,
    manifest: Manifest,
    parts: list[dict[tuple[str, str], bytes]],
    proof: Proof,
) -> Iterator[Incident]:
    names = [line.partition(":")[0] for line in manifest.configs[config].arrow_schema]
    number = 0
    for batch in table.batches:
        ours = batch.replace_schema_metadata(table.schema.metadata)
        try:
            for row in rows_from_batch(ours):
                found = {name: row[name] for name in names}
                key = (str(row["doc_id"]), row_id(row, config))
                yield from _row(f"{table.name} row {number}", key, row_digest(found), parts)
                number += 1
        except (DataError, KeyError, TypeError) as error:
            yield incident("DL608", f"{table.name} row {number}", "a readable row", str(error))
            return
    proof.rows += number


def _row(
    place: str,
    key: tuple[str, str],
    digest: bytes,
    parts: list[dict[tuple[str, str], bytes]],
) -> Iterator[Incident]:
    name = " ".join(key).strip()
    for part in parts:
        if key in part:
            if part.pop(key) != digest:
                expected = "the row that was released"
                yield incident("DL602", place, expected, f"another {name}", doc_id=key[0])
            return
    yield incident("DL602", place, "a row of the release, once", name, doc_id=key[0])
