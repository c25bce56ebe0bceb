"""`dateline build`: Parquet from the tree, in bounded memory, the same from every clone.

Articles are read in order of their ids, in chunks, by a pool of processes; each chunk becomes one
Arrow batch a config. The parent alone writes, in order, so that the number of workers changes
nothing in what is written.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import msgspec
import pyarrow as pa

from dateline.checks.incident import Incident
from dateline.checks.tree import check_chunk
from dateline.errors import DataError, UsageError
from dateline.files import no_room, staged_folder
from dateline.generated.card import release_card
from dateline.generated.croissant import croissant
from dateline.manifest import (
    FORMAT,
    NAME,
    ConfigEntry,
    Manifest,
    SplitEntry,
    anchors,
    seal,
)
from dateline.releases.shards import DigestWriter, ShardWriter, label_tables
from dateline.rows import batch_from_rows, row_digest, row_id
from dateline.tables import CONFIGS, arrow_schema
from dateline.text import SENTENCES, TOKENS
from dateline.tree import Tree
from dateline.views import VIEWS
from dateline.world import SPLITS

__all__ = ["build"]

_CHUNK = 100
_SHOWN = 20


@dataclass(frozen=True)
class _Chunk:
    """What a worker hands back: batches and row digests by config, input lines, findings."""

    batches: dict[str, pa.RecordBatch]
    digests: dict[str, list[tuple[str, str, bytes]]]
    inputs: list[str]
    not_in_tags: int
    incidents: list[Incident]


def _input_line(tree: Tree, path: Path) -> str:
    return f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {tree.where(path)}\n"


def _chunk(root: str, doc_ids: list[str], configs: tuple[str, ...]) -> _Chunk:
    """Read, check and turn into rows: runs in a worker."""
    tree = Tree(Path(root))
    rows: dict[str, list[dict[str, object]]] = {config: [] for config in configs}
    inputs: list[str] = []
    incidents: list[Incident] = []
    for checked in check_chunk(tree, doc_ids):
        doc_id, article = checked.doc_id, checked.article
        incidents += checked.errors
        if article is None or checked.errors:
            continue
        inputs.append(_input_line(tree, tree.meta_path(doc_id)))
        if article.meta.tier == "open":
            inputs.append(_input_line(tree, tree.text_path(doc_id)))
        inputs.append(_input_line(tree, tree.adjudicated_path(doc_id)))
        for config in configs:
            rows[config].extend(VIEWS[config](article, tree.scheme))
    if incidents:
        return _Chunk({}, {}, [], 0, incidents)
    values = set(tree.scheme.group("entities", "value"))
    not_in_tags = sum(
        not mention["in_tags"] and (mention["mention"] == "name" or mention["type"] in values)
        for row in rows.get("entities", [])
        for mention in row["mentions"]  # type: ignore[attr-defined]
    )
    return _Chunk(
        {config: batch_from_rows(rows[config], config, tree.scheme) for config in configs},
        {
            config: [(str(r["doc_id"]), row_id(r, config), row_digest(r)) for r in rows[config]]
            for config in configs
        },
        inputs,
        not_in_tags,
        [],
    )


def _chunks(
    root: Path, doc_ids: list[str], configs: tuple[str, ...], workers: int
) -> Iterator[_Chunk]:
    """The chunks in order; no more than a few are in memory at a time."""
    parts = [doc_ids[i : i + _CHUNK] for i in range(0, len(doc_ids), _CHUNK)]
    if workers == 1 or len(parts) == 1:
        for part in parts:
            yield _chunk(str(root), part, configs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[_Chunk]] = deque()
        try:
            for part in parts:
                waiting.append(pool.submit(_chunk, str(root), part, configs))
                if len(waiting) > workers + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _refuse(incidents: list[Incident]) -> DataError:
    lines = "\n  ".join(str(i) for i in incidents[:_SHOWN])
    more = f"\n  … and {len(incidents) - _SHOWN} more" if len(incidents) > _SHOWN else ""
    return DataError("build", "a tree without errors", f"{len(incidents)} of them", lines + more)


def _by_split(tree: Tree) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {split: [] for split in (*SPLITS, "external")}
    for doc_id in tree.labelled():
        found[tree.split(tree.meta(doc_id))].append(doc_id)
    return found


def build(
    tree: Tree,
    out: Path,
    *,
    version: str = "tree",
    provisional: bool = True,
    released: str | None = None,
    previous: str | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
    complete: Callable[[Path, Manifest], Manifest] = seal,
) -> Manifest:
    """Write every config and split of a tree to the folder `out`, replacing it as a whole.

    Parameters
    ----------
    version, provisional, released, previous : what the manifest says of itself.
    workers : processes; None takes one a core, and one for a small corpus.
    progress : called with the number of articles done.
    complete : called last with the folder, which then takes its place, and the manifest; adds what
        else belongs there, and seals it.

    Raises
    ------
    UsageError : `out` is a frozen version, holds something else, or holds the tree.
    DataError : the tree has errors (all are found before this is raised), another build is at
        work on `out`, or the disk is full. `out` is as it was.
    """
    tree.require_sources()
    out = out.resolve()
    if out.exists() and not (out / NAME).is_file() and any(out.iterdir()):
        raise UsageError(str(out), "an empty or earlier build folder", "a folder of something else")
    if out.parent == tree.releases.resolve() and out.name in anchors(tree.releases):
        hint = "A published version never changes."
        raise UsageError(str(out), "a folder of no frozen version", "one", hint)
    if tree.root.is_relative_to(out):
        raise UsageError(str(out), "a folder that does not hold the tree", "one that does")
    workers = workers or os.cpu_count() or 1
    _ = tree.scheme, tree.annotators, tree.world  # what cannot be read stops here, by its name
    splits = _by_split(tree)
    try:
        with staged_folder(out, "build") as folder:
            manifest = _write(tree, folder, splits, workers, progress)
            named = msgspec.structs.replace(
                manifest,
                version=version,
                provisional=provisional,
                released=released,
                previous=previous,
            )
            (folder / "README.md").write_text(release_card(named), encoding="utf-8")
            schemas = {config: arrow_schema(config, tree.scheme) for config in CONFIGS}
            (folder / "croissant.json").write_bytes(croissant(named, schemas))
            return complete(folder, named)
    except OSError as error:
        raise no_room(str(out), error) from None


def _write(
    tree: Tree,
    folder: Path,
    splits: dict[str, list[str]],
    workers: int,
    progress: Callable[[int], None],
) -> Manifest:
    """Write the rows, their digests and what they were made from."""
    configs: dict[str, dict[str, SplitEntry]] = {config: {} for config in CONFIGS}
    not_in_tags: dict[str, int] = {}
    incidents: list[Incident] = []
    done = 0
    with (folder / "inputs.sha256").open("w", encoding="utf-8") as inputs:
        for path in _shared_inputs(tree):
            inputs.write(_input_line(tree, path))
        for split, doc_ids in splits.items():
            names = ("external",) if split == "external" else CONFIGS[:-1]
            shards = {name: ShardWriter(folder, name, split, tree.scheme) for name in names}
            digests = {name: DigestWriter(folder, name, split) for name in names}
            not_in_tags[split] = 0
            for chunk in _chunks(tree.root, doc_ids, names, workers):
                incidents += chunk.incidents
                inputs.writelines(chunk.inputs)
                not_in_tags[split] += chunk.not_in_tags
                for name, batch in chunk.batches.items():
                    shards[name].add(batch)
                    digests[name].add(chunk.digests[name])
                done += _CHUNK
                progress(min(done, sum(map(len, splits.values()))))
            for name in names:
                logical = digests[name].close()
                configs[name][split] = SplitEntry(
                    rows=digests[name].rows, logical_sha256=logical, files=shards[name].close()
                )
    if incidents:
        raise _refuse(incidents)
    (folder / "scheme.yaml").write_bytes((tree.root / "schema" / "scheme.yaml").read_bytes())
    return Manifest(
        format=FORMAT,
        version="tree",
        provisional=True,
        scheme=tree.scheme.version,
        package=importlib.metadata.version("dateline"),
        pyarrow=pa.__version__,
        sentences=SENTENCES,
        tokens=TOKENS,
        inputs_sha256=hashlib.sha256((folder / "inputs.sha256").read_bytes()).hexdigest(),
        previous=None,
        articles={split: len(doc_ids) for split, doc_ids in splits.items()},
        not_in_tags=not_in_tags,
        configs={
            config: ConfigEntry(
                arrow_schema=[
                    f"{field.name}: {field.type}" for field in arrow_schema(config, tree.scheme)
                ],
                labels=label_tables(config, tree.scheme),
                splits=entries,
            )
            for config, entries in configs.items()
        },
    )


def _shared_inputs(tree: Tree) -> Iterable[Path]:
    """The inputs that are no article's: the scheme, the world, the annotators."""
    yield tree.root / "schema" / "scheme.yaml"
    yield from sorted((tree.root / "corpus" / "world").rglob("*.yaml"))
    yield tree.root / "annotations" / "annotators.yaml"
