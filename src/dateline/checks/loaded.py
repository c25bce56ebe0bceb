"""Level 6: rows that somebody has loaded or converted, against the row digests of a release.

Such rows may stand in any order and in any files: they are known by article and row id. The
digests of a config's rows are in memory for that, some hundred bytes a row.
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
from dateline.checks.keyed import (
    ROWS,
    UNREADABLE,
    Awaited,
    Keyed,
    differs,
    keyed_rows,
    stored_digests,
)
from dateline.checks.proof import Proof, label_names
from dateline.errors import DataError, UsageError
from dateline.manifest import Manifest, read_manifest
from dateline.tables import CONFIGS

__all__ = ["Loaded", "check_loaded", "tables_in", "versions_in"]

_SPLITS = ("train", "validation", "test", "external")
_DIGESTS = ["doc_id", "row_id", "sha256"]


class Loaded(NamedTuple):
    """Rows from one place: its name, the split that they should be (None: any), their batches."""

    name: str
    split: str | None
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def tables_in(target: Any) -> Iterator[Loaded]:
    """The rows of a target: Parquet below a path, what `save_to_disk` wrote, datasets, a table.

    In a dictionary a key that is a split says which one the rows should be.

    Raises
    ------
    UsageError : a target of another kind.
    DataError : a file that cannot be read.
    """
    if isinstance(target, str | Path):
        yield from _files(Path(target))
    elif isinstance(target, dict):
        for key, rows in target.items():
            for one in tables_in(rows):
                yield one._replace(split=str(key)) if str(key) in _SPLITS else one
    elif isinstance(target, pa.Table):
        yield Loaded("table", None, target.schema, iter(target.to_batches(ROWS)))
    elif hasattr(target, "features") and hasattr(target, "with_format"):
        yield _dataset(target)
    else:
        expected = "a version, a path, a dataset of `datasets`, or a pyarrow.Table"
        raise UsageError("target", expected, type(target).__name__)


def versions_in(target: Any) -> set[str]:
    """The versions that datasets say they are, in what `tables_in` takes."""
    if isinstance(target, dict):
        return set().union(*map(versions_in, target.values()))
    if isinstance(target, str | Path) and _is_saved(Path(target)):
        return versions_in(_from_disk(Path(target)))
    return {str(getattr(getattr(target, "info", None), "version", ""))}


def _is_saved(path: Path) -> bool:
    return any((path / name).is_file() for name in ("state.json", "dataset_dict.json"))


def _from_disk(path: Path) -> Any:
    import datasets

    try:
        return datasets.load_from_disk(str(path))
    except Exception as error:  # whatever reading JSON and Arrow of anywhere can raise
        found = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise DataError(str(path), "a folder that `save_to_disk` wrote", found) from None


def _files(path: Path) -> Iterator[Loaded]:
    if _is_saved(path):
        yield from tables_in(_from_disk(path))
        return
    found = [path] if path.is_file() else sorted(path.rglob("*.parquet"))
    if not found:
        raise UsageError(str(path), "Parquet, or a folder that `save_to_disk` wrote", "neither")
    for file in found:
        try:
            with pq.ParquetFile(file) as parquet:
                schema = parquet.schema_arrow
        except (OSError, pa.ArrowException) as error:
            raise DataError(str(file), "readable Parquet", str(error)) from None
        if schema.names != _DIGESTS:  # which lie beside the rows of a release
            yield Loaded(str(file), _split_of(file, path), schema, _batches(file))


def _batches(file: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(file) as parquet:
        yield from parquet.iter_batches(ROWS)


def _split_of(file: Path, path: Path) -> str | None:
    """The split that a file's name says, or else that of the nearest folder above it."""
    names = file.relative_to(path.parent).with_suffix("").parts
    words = [word for name in names for word in name.split("-")]
    return next((word for word in reversed(words) if word in _SPLITS), None)


def _dataset(rows: Any) -> Loaded:
    if rows.features is None:
        raise UsageError("dataset", "one whose features are known", "one without")
    info = {"info": {"features": rows.features.to_dict()}}
    schema = rows.features.arrow_schema.with_metadata({"huggingface": json.dumps(info)})
    tables = rows.with_format("arrow").iter(ROWS)
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
    waiting: dict[str, dict[str, Awaited]] = {}
    whole: set[tuple[str, str | None]] = set()
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
        if kind not in waiting:
            splits = manifest.configs[kind].splits
            stored = ((split, stored_digests(release, kind, split)) for split in splits)
            waiting[kind] = {split: Awaited(kept) for split, kept in stored}
        ours = waiting[kind]
        whole.add((kind, table.split))
        before = proof.rows
        yield from _rows(table, kind, manifest, ours, proof)
        if table.split is None and proof.rows == before and any(s.rows for s in ours.values()):
            yield incident("DL602", table.name, f"rows of {kind}", "none")
    for config_, awaited in waiting.items():
        for split, rows in awaited.items():
            if rows.come or rows.odd or (config_, split) in whole:
                yield from rows.rest(f"{config_}/{split}")


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
    table: Loaded, config: str, manifest: Manifest, splits: dict[str, Awaited], proof: Proof
) -> Iterator[Incident]:
    names = [line.partition(":")[0] for line in manifest.configs[config].arrow_schema]
    number = 0
    try:
        for batch in table.batches:
            ours = batch.replace_schema_metadata(table.schema.metadata)
            for row in keyed_rows(ours, config, names):
                yield from _row(f"{table.name} row {number}", config, row, table.split, splits)
                number += 1
                proof.rows += 1
    except UNREADABLE as error:
        yield incident("DL608", f"{table.name} row {number}", "rows that can be read", str(error))


def _row(
    place: str, config: str, row: Keyed, split: str | None, splits: dict[str, Awaited]
) -> Iterator[Incident]:
    home = next((name for name, awaited in splits.items() if row[:2] in awaited.rows), None)
    if home is None or split not in (None, home):
        expected = f"a row of {config}/{split}" if split in splits else "a row of the release"
        found = f"{row.name} of {config}/{home}" if home else row.name
        yield differs(place, expected, found, row)
    else:
        yield from splits[home].take(place, row)
