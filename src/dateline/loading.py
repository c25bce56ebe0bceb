"""What users load: `dateline.load` and `dateline.document`."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.citation import Citation, bibtex, citation_of
from dateline.derived import Article
from dateline.documents import article_from_row
from dateline.errata import read_errata
from dateline.errors import DataError, DatelineWarning, UsageError
from dateline.manifest import Manifest, built_folder, read_manifest
from dateline.rows import batch_from_rows, rows_from_batch
from dateline.scheme import Scheme, read_scheme, scheme_in
from dateline.tables import CONFIGS, arrow_schema
from dateline.tree import Tree, cached_text, find_root
from dateline.views import VIEWS

if TYPE_CHECKING:
    import datasets

    Loaded: TypeAlias = (
        datasets.Dataset
        | datasets.DatasetDict
        | datasets.IterableDataset
        | datasets.IterableDatasetDict
    )

__all__ = ["articles_in", "document", "load"]


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
    config : documents, entities, events, stance, attribution or external.
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
    if config not in CONFIGS:
        near = difflib.get_close_matches(config, CONFIGS, n=1)
        hint = f"Did you mean {near[0]}?" if near else ""
        raise UsageError("config", f"one of {', '.join(CONFIGS)}", repr(config), hint)
    place = find_root(root)
    folder = built_folder(place, version)
    manifest = read_manifest(folder)
    _warn(place, folder.name)
    if external:
        return _external(config, split, version, folder, manifest, Tree(place), format, streaming)
    splits = manifest.configs[config].splits
    if split is not None and split not in splits:
        raise UsageError("split", f"one of {', '.join(splits)}", repr(split))
    wanted = [name for name in splits if split in (None, name)]

    def empty() -> pa.Table:
        return arrow_schema(config, _scheme(folder, place)).empty_table()

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


def _warn(place: Path, version: str) -> None:
    """Say what is known to be wrong with a version, each time it is loaded."""
    for erratum in read_errata(place / "corpus" / "releases"):
        if erratum.version == version:
            warnings.warn(str(erratum), DatelineWarning, stacklevel=3)


def _scheme(folder: Path, place: Path) -> Scheme:
    """The scheme that a version was built with, which the first builds did not carry."""
    return scheme_in(folder) if (folder / "scheme.yaml").is_file() else read_scheme(place)


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
    scheme = _scheme(folder, tree.root)
    rows: list[dict[str, Any]] = []
    for article in _articles(folder, manifest, "external", "external"):
        text = cached_text(article.meta)
        if text is None:
            raise DataError(
                article.doc_id,
                f"its text (SHA-256 {article.meta.text_sha256}) in your cache",
                "none",
                f"Get a copy ({article.meta.source}), then: dateline hydrate FILE",
            )
        joined = Article(article.meta, text, article.labels)
        rows.extend(VIEWS[view](joined, scheme))
    table = pa.Table.from_batches([batch_from_rows(rows, view, scheme)])
    if format == "arrow":
        return table if split else {"external": table}
    found = _dataset(table, streaming)
    _inform(found.info, citation_of(tree.root, version))
    return found if split else _by_split({"external": found}, streaming)


def _articles(folder: Path, manifest: Manifest, config: str, split: str) -> Iterator[Article]:
    for file in manifest.configs[config].splits[split].files:
        for batch in pq.ParquetFile(folder / file.path).iter_batches(batch_size=256):
            for row in rows_from_batch(batch):
                yield article_from_row(row)


def articles_in(folder: Path) -> Iterator[tuple[str, Article]]:
    """Every article of a built folder with its split, open ones first; in bounded memory."""
    manifest = read_manifest(folder)
    for config in ("documents", "external"):
        for split in manifest.configs[config].splits:
            for article in _articles(folder, manifest, config, split):
                yield split, article


def document(doc_id: str, version: str | None = None, *, root: str | Path | None = None) -> Article:
    """One article with all its layers, typed.

    With no `version` it is read from the tree, where there is one; from the newest release
    otherwise. An external article has its text when that has been hydrated here.

    Raises
    ------
    UsageError, DataError : no such article (with the nearest ids) or version.
    """
    tree = Tree(find_root(root))
    if version is None and not tree.is_carried:
        return tree.article(doc_id)
    folder = built_folder(tree.root, version)
    manifest = read_manifest(folder)
    _warn(tree.root, folder.name)
    known = []
    for config in ("documents", "external"):
        for split, entry in manifest.configs[config].splits.items():
            for file in entry.files:
                ids = pq.read_table(folder / file.path, columns=["doc_id"])["doc_id"].to_pylist()
                known += ids
                if doc_id in ids:
                    table = pq.read_table(folder / file.path).slice(ids.index(doc_id), 1)
                    article = article_from_row(next(rows_from_batch(table)))
                    if split == "external":
                        text = cached_text(article.meta)
                        return Article(article.meta, text, article.labels)
                    return article
    near = difflib.get_close_matches(doc_id, known, n=3, cutoff=0.5) or sorted(known)[:3]
    raise UsageError(
        "document id",
        f"an article of {manifest.version}",
        repr(doc_id),
        f"Near it: {', '.join(near)}.",
    )
