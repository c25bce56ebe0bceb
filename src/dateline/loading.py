"""What users load: `dateline.load` and `dateline.frame`."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.articles import articles_of, scheme_of, warn
from dateline.citation import Citation, bibtex, citation_of
from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.manifest import Manifest, built_folder, read_manifest
from dateline.rows import batch_of, rows_from_batch
from dateline.tables import CONFIGS, Row, Type, arrow_schema, columns, kinds_of, schema_of
from dateline.text import SENTENCES, TOKENS
from dateline.training import TRAINING, training_columns
from dateline.tree import Tree, cached_text, find_root
from dateline.views import VIEWS

if TYPE_CHECKING:
    import datasets
    import pandas

    Loaded: TypeAlias = (
        datasets.Dataset
        | datasets.DatasetDict
        | datasets.IterableDataset
        | datasets.IterableDatasetDict
    )

__all__ = ["frame", "load"]


@overload
def load(
    config: str = ...,
    split: str | None = ...,
    version: str | None = ...,
    *,
    format: Literal["arrow"],
    streaming: bool = ...,
    external: bool = ...,
    root: str | Path | None = ...,
) -> pa.Table | dict[str, pa.Table]: ...
@overload
def load(
    config: str = ...,
    split: str | None = ...,
    version: str | None = ...,
    *,
    format: None = ...,
    streaming: bool = ...,
    external: bool = ...,
    root: str | Path | None = ...,
) -> Loaded: ...
def load(
    config: str = "documents",
    split: str | None = None,
    version: str | None = None,
    *,
    format: Literal["arrow"] | None = None,
    streaming: bool = False,
    external: bool = False,
    root: str | Path | None = None,
) -> Any:
    """Load a config of a version; offline, with no script, never an older build than is there.

    Parameters
    ----------
    config : documents, entities, events, stance, attribution or external; or one of the views for
        trainers, tokens, arguments, pairs or clusters (see `dateline.training`), which are made
        from the articles as they are loaded.
    split : train, validation, test (or external); None gives all, by name.
    version : a release as "0.1.0", or "tree" for what `dateline build` made; None: the newest
        release.
    format : "arrow" gives a `pyarrow.Table` with labels as numbers; the names are in its metadata.
    streaming : an iterable dataset; read it to its end (stopping early can hang at exit).
    external : the config over the external articles, their texts joined from the user's cache
        (see `dateline hydrate`).
    root : the corpus tree; None finds it.

    Returns
    -------
    A `datasets.Dataset`, or a `DatasetDict` when `split` is None (their iterable forms with
    `streaming`), with citation, licence and version in its `info`; with `format="arrow"` a table,
    or a dictionary of tables.

    Raises
    ------
    UsageError : no such config, split or version, with those that there are.
    DataError : a missing or unreadable file, an external text that was not hydrated, or a manifest
        that is not the frozen version's.
    """
    known = (*CONFIGS, *TRAINING)
    if config not in known:
        near = difflib.get_close_matches(config, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else ""
        raise UsageError("config", f"one of {', '.join(known)}", repr(config), hint)
    place = find_root(root)
    folder = built_folder(place, version)
    manifest = read_manifest(folder)
    warn(place, folder.name)
    if external:
        return _external(config, split, version, folder, manifest, Tree(place), format, streaming)
    splits = manifest.configs["documents" if config in TRAINING else config].splits
    if split is not None and split not in splits:
        raise UsageError("split", f"one of {', '.join(splits)}", repr(split))
    wanted = [name for name in splits if split in (None, name)]
    if config in TRAINING:
        made = {name: _made(config, name, folder, place, format, streaming) for name in wanted}
        if format != "arrow":
            for one in made.values():
                _inform(one.info, citation_of(place, version))
        return made[split] if split else made if format == "arrow" else _by_split(made, streaming)

    def empty() -> pa.Table:
        return arrow_schema(config, scheme_of(folder, place)).empty_table()

    if format == "arrow":
        tables = {
            name: _table([folder / file.path for file in splits[name].files], empty)
            for name in wanted
        }
        return tables if split is None else tables[split]
    if format is not None:
        raise UsageError("format", "arrow or None", repr(format))
    import datasets

    citation = citation_of(place, version)
    found = {}
    for name in wanted:
        if splits[name].files:
            found[name] = datasets.load_dataset(
                str(folder), config, split=name, streaming=streaming
            )
        else:  # `datasets` cannot read a split without rows
            found[name] = _dataset(empty(), streaming)
        _inform(found[name].info, citation)
    return found[split] if split else _by_split(found, streaming)


def _made(
    config: str, split: str, folder: Path, place: Path, format: str | None, streaming: bool
) -> Any:
    """A view for trainers, made from the articles of a split."""
    manifest, scheme = read_manifest(folder), scheme_of(folder, place)
    if (manifest.sentences, manifest.tokens) != (SENTENCES, TOKENS):
        hint = "Load it with the package that built it."
        found = f"{manifest.sentences}, {manifest.tokens}"
        raise DataError(manifest.version, f"text units of {SENTENCES}, {TOKENS}", found, hint)
    kinds = training_columns(scheme)[config]

    def batches() -> Iterator[pa.RecordBatch]:
        for article in articles_of(folder, manifest, "documents", split):
            yield batch_of(list(TRAINING[config](article, scheme)), kinds)

    if streaming and format is None:
        return _generated(batches, kinds)
    table = pa.Table.from_batches(batches(), schema=schema_of(kinds))
    return table if format == "arrow" else _dataset(table, streaming=False)


def _generated(batches: Callable[[], Iterator[pa.RecordBatch]], kinds: dict[str, Type]) -> Any:
    """Rows that are made as they are read."""
    import datasets

    def rows() -> Iterator[Row]:
        for batch in batches():
            yield from batch.to_pylist()

    found = datasets.Dataset(schema_of(kinds).empty_table()).features
    return datasets.IterableDataset.from_generator(rows, features=found)


def _table(paths: list[Path], empty: Callable[[], pa.Table]) -> pa.Table:
    """The rows of Parquet files, in order; `empty` gives the table where there are none."""
    if not paths:
        return empty()
    try:
        return pq.read_table(paths)
    except (OSError, pa.ArrowException) as error:
        raise DataError(str(paths[0].parent), "readable Parquet", str(error)) from None


def _dataset(table: pa.Table, streaming: bool) -> Any:
    import datasets

    found = datasets.Dataset(table)
    if not streaming:
        return found
    if not table.num_rows:  # which `to_iterable_dataset` cannot turn into shards
        return datasets.IterableDataset.from_generator(list, features=found.features)
    return found.to_iterable_dataset()


def _inform(info: datasets.DatasetInfo, citation: Citation) -> None:
    """Say in `ds.info` what was loaded.

    What `datasets` takes from a folder's card lacks what the card cannot know: the digest, and a
    DOI that came later. Of a table that we made it knows nothing.
    """
    import datasets

    info.citation = bibtex(citation)
    info.license = citation.licence.lower()
    info.version = datasets.Version("0.0.0" if citation.version == "tree" else citation.version)


def _by_split(found: dict[str, Any], streaming: bool) -> Any:
    import datasets

    return datasets.IterableDatasetDict(found) if streaming else datasets.DatasetDict(found)


def _external(
    config: str,
    split: str | None,
    version: str | None,
    folder: Path,
    manifest: Manifest,
    tree: Tree,
    format: str | None,
    streaming: bool,
) -> Any:
    if split not in (None, "external"):
        raise UsageError("split", "external (with external=True)", repr(split))
    view = "documents" if config == "external" else config
    scheme = scheme_of(folder, tree.root)
    rows: list[Row] = []
    for article in articles_of(folder, manifest, "external", "external"):
        text = cached_text(article.meta)
        if text is None:
            raise DataError(
                article.doc_id,
                f"its text (SHA-256 {article.meta.text_sha256}) in your cache",
                "none",
                f"Get a copy ({article.meta.source}), then: dateline hydrate FILE",
            )
        joined = Article(article.meta, text, article.labels)
        rows.extend((VIEWS | TRAINING)[view](joined, scheme))
    kinds = (columns(scheme) | training_columns(scheme))[view]
    table = pa.Table.from_batches([batch_of(rows, kinds)])
    if format == "arrow":
        return table if split else {"external": table}
    found = _dataset(table, streaming)
    _inform(found.info, citation_of(tree.root, version))
    return found if split else _by_split({"external": found}, streaming)


def frame(
    config: str = "documents",
    split: str | None = None,
    version: str | None = None,
    *,
    external: bool = False,
    root: str | Path | None = None,
) -> pandas.DataFrame:
    """A config as a pandas frame: labels by name, `trigger.text` for the text of a trigger.

    Lists stay lists of dictionaries, one row one item. Without a split the frame has all, with
    their names in the column `split`.

    Raises
    ------
    UsageError, DataError : as `load` does.
    """
    import pandas

    tables = load(config, split, version, format="arrow", external=external, root=root)
    by_split = tables if isinstance(tables, dict) else {split: tables}
    frames = []
    for name, table in by_split.items():
        kinds = kinds_of(table.schema)
        rows = (dict(_flat(row, kinds)) for row in rows_from_batch(table))
        made = pandas.DataFrame(rows, columns=list(dict(_flat({}, kinds))))
        if split is None:
            made.insert(0, "split", name)
        frames.append(made)
    return pandas.concat(frames, ignore_index=True)


def _flat(row: Row, kinds: Mapping[str, Type], before: str = "") -> Iterator[tuple[str, Any]]:
    """The fields of a row, those of structs by their paths; an absent struct has absent fields."""
    for name, kind in kinds.items():
        value = row.get(name)
        if isinstance(kind, dict):
            yield from _flat(value or {}, kind, f"{before}{name}.")
        else:
            yield f"{before}{name}", value
