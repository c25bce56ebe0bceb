"""The sides of a difference: a release, the tree, a built folder, or any copy of the Parquet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.manifest import NAME, built_folder, manifest_digest, read_manifest, releases_in
from dateline.releases.difference.changes import SideInfo
from dateline.releases.difference.rows import REQUIRED, Row, RowFile, in_order, row_file
from dateline.releases.difference.schemas import features_in
from dateline.scheme import Scheme
from dateline.tables import CONFIGS, Type, arrow_schema, columns
from dateline.text import SENTENCES, TOKENS
from dateline.tree import Tree
from dateline.world import SPLITS

__all__ = ["Side", "TreeRow", "find_side"]

_WORDS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class TreeRow:
    """An article of the tree, in the form that rows have."""

    doc_id: str
    split: str | None
    of_tree: Article

    def article(self, other: Mapping[str, Any]) -> Article:
        """The article; `other` is not asked, since a tree has everything."""
        del other
        return self.of_tree

    def values(self) -> dict[str, Any]:
        meta = self.of_tree.meta
        return {name: getattr(meta, name) for name in meta.__struct_fields__}


@dataclass(frozen=True)
class Side:
    """One side, ready to be read: `rows()` gives its articles by id.

    `configs` are those it has, None for a copy, which may be a part of something; `schemas` are
    those that are known. `parts` are the splits of which a copy has articles (None: unknown ones).
    """

    info: SideInfo
    schemas: dict[str, pa.Schema]
    configs: tuple[str, ...] | None = None
    tree: Tree | None = None
    files: list[RowFile] = field(default_factory=list)
    parts: frozenset[str | None] = frozenset()
    notes: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row | TreeRow]:
        """The articles by id.

        Raises
        ------
        DataError : an article stands there twice, or a file cannot be read.
        """
        last: Row | TreeRow | None = None
        for row in self._rows():
            if last is not None and last.doc_id == row.doc_id:
                places = [row.file.where for row in (last, row) if isinstance(row, Row)]
                found = f"{row.doc_id} twice ({', '.join(dict.fromkeys(places))})"
                raise DataError(self.info.name, "every article once", found)
            last = row
            yield row

    def _rows(self) -> Iterator[Row | TreeRow]:
        if self.tree is None:
            yield from in_order(self.files)
            return
        for split, article in self.tree.labelled_articles():
            yield TreeRow(article.doc_id, split, article)

    def holds(self, split: str | None, tier: str) -> bool:
        """Whether an article of a split would be here: a copy may be a part of something."""
        if self.configs is not None:
            return True
        if tier == "external":
            return "external" in self.parts
        return split is None or not self.parts.isdisjoint((split, None))


def find_side(name: str, tree: Tree) -> Side:
    """What `name` means: a release of `tree`, `tree` itself, or a path to a tree, a built folder, a
    folder of Parquet or a Parquet file.

    Raises
    ------
    UsageError : none of these.
    DataError : a folder without rows of articles, or files that cannot be read.
    """
    if name == "tree":
        return _of_tree(name, tree)
    known = releases_in(tree.releases)
    if name in known:
        return _of_build(name, built_folder(tree.root, name), tree.scheme)
    path = Path(name)
    if not path.exists():
        expected = f"tree, a release ({', '.join(known) or 'none here'}), or a path"
        raise UsageError("side", expected, repr(name))
    if (path / "schema" / "scheme.yaml").is_file():
        return _of_tree(name, Tree(path))
    if (path / NAME).is_file():
        return _of_build(name, path, tree.scheme)
    return _of_copy(name, path, tree.scheme)


def _of_tree(name: str, tree: Tree) -> Side:
    tree.require_sources()
    info = SideInfo(
        name=name, what="tree", scheme=tree.scheme.version, sentences=SENTENCES, tokens=TOKENS
    )
    schemas = {config: arrow_schema(config, tree.scheme) for config in CONFIGS}
    return Side(info, schemas, CONFIGS, tree=tree)


def _of_build(name: str, folder: Path, scheme: Scheme) -> Side:
    """A folder with a manifest: all that the manifest lists is there, and nothing else is read."""
    manifest = read_manifest(folder)
    paths = {
        config: [(split, folder / f.path) for split, x in entry.splits.items() for f in x.files]
        for config, entry in manifest.configs.items()
    }
    schemas = {config: _schema(found[0][1]) for config, found in paths.items() if found}
    files, nameless = [], []
    for config in ("documents", "external"):
        for split, path in paths.get(config, []):
            files.append(_row_file(path, f"{name}/{path.relative_to(folder)}", split, scheme))
            nameless += [path] if features_in(_schema(path)) is None else []
    info = SideInfo(
        name=name,
        what="build" if manifest.version == "tree" else "release",
        version=manifest.version,
        digest=manifest_digest(folder),
        scheme=manifest.scheme,
        sentences=manifest.sentences,
        tokens=manifest.tokens,
    )
    notes = _notes(name, nameless)
    there = [file for file in files if file is not None]
    return Side(info, schemas, tuple(manifest.configs), files=there, notes=notes)


def _of_copy(name: str, path: Path, scheme: Scheme) -> Side:
    """Parquet laid out by somebody else: every file whose rows are articles."""
    paths = [path] if path.is_file() else _parquet_below(path)
    files: list[RowFile] = []
    schemas: dict[str, pa.Schema] = {}
    nameless: list[Path] = []
    for at in paths:
        schema = _schema(at)
        if path.is_dir() and not _of_articles(schema):
            continue
        where = str(at) if at == path else f"{name}/{at.relative_to(path).as_posix()}"
        below = at.relative_to(path).parts if at != path else (at.parent.name, at.name)
        file = _row_file(at, where, _split(below), scheme)
        if file is None:
            continue
        files.append(file)
        nameless += [at] if features_in(schema) is None else []
        schemas.setdefault("documents" if "text" in schema.names else "external", schema)
    if not files:
        expected = "Parquet with an article a row (the configs `documents` and `external`)"
        raise DataError(name, expected, f"none in {len(paths)} Parquet files")
    parts = frozenset(file.split for file in files)
    info = SideInfo(name=name, what="copy")
    return Side(info, schemas, files=files, parts=parts, notes=_notes(name, nameless))


def _parquet_below(folder: Path) -> list[Path]:
    """The Parquet files below a folder, those in hidden folders left out."""
    found = (p.relative_to(folder) for p in folder.rglob("*.parquet"))
    return sorted(folder / p for p in found if not any(part[0] == "." for part in p.parts))


def _of_articles(schema: pa.Schema) -> bool:
    return all(name in schema.names for name in REQUIRED)


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (OSError, pa.ArrowException) as error:
        raise DataError(str(path), "readable Parquet", str(error).split("\n")[0]) from None


def _row_file(path: Path, where: str, split: str | None, scheme: Scheme) -> RowFile | None:
    features: Mapping[str, Type] | None = features_in(_schema(path))
    return row_file(path, where, split, features or columns(scheme)["documents"])


def _split(parts: tuple[str, ...]) -> str | None:
    """The split that the nearest of file name and folders names."""
    for part in reversed(parts):
        for word in _WORDS.findall(part.lower()):
            if word in (*SPLITS, "external"):
                return str(word)
    return None


def _notes(name: str, nameless: list[Path]) -> tuple[str, ...]:
    if not nameless:
        return ()
    files = nameless[0].name + (f" and {len(nameless) - 1} more" if len(nameless) > 1 else "")
    return (f"{name}: no names of labels in {files}; read with those of the scheme",)
