"""The suite: every check that fits a target, in one stream of incidents."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from dateline.articles import articles_in
from dateline.checks.catalogue import CATALOGUE, incident
from dateline.checks.chain import check_errata
from dateline.checks.corpus import Labelled, check_corpus, check_dates
from dateline.checks.exchange import check_exchange
from dateline.checks.incident import Incident
from dateline.checks.parquet import check_parquet, parquet_files
from dateline.checks.release import check_built, check_frozen, check_releases
from dateline.checks.tree import check_chunk, check_files, check_passes
from dateline.errors import DatelineError, UsageError
from dateline.manifest import NAME, is_frozen, read_manifest
from dateline.records import is_doc_id
from dateline.scheme import Scheme, read_scheme
from dateline.tree import Tree, find_root

__all__ = ["validate"]

_CHUNK = 100
_POOL_FROM = 400
"""Articles in a tree from which on a pool of processes pays."""
_LARGE = 20_000_000
"""The same for Parquet, in bytes."""

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def validate(
    target: Path | None = None,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    severity: str = "warning",
    workers: int | None = None,
    root: Path | None = None,
) -> Iterator[Incident]:
    """Every incident of a target.

    Parameters
    ----------
    target : a corpus tree, a built folder, a Parquet file or folder, or an exchange file (JSON
        lines); None takes the tree that `find_root` finds.
    select, ignore : codes or their beginnings (`DL3` is a level); nothing selected is everything.
    severity : `error` leaves warnings out.
    workers : processes; None takes one a core for a large target, none for a small one.
    root : the tree whose scheme is meant where the target is no tree; None finds it.

    Raises
    ------
    UsageError : a target of another kind, or codes that are not in the catalogue.
    """
    for code in (*select, *ignore):
        if not any(known.startswith(code) for known in CATALOGUE):
            raise UsageError("code", "codes of the catalogue, or their beginnings", repr(code))
    for found in _target(target, workers or os.cpu_count() or 1, root):
        if select and not found.code.startswith(tuple(select)):
            continue
        if ignore and found.code.startswith(tuple(ignore)):
            continue
        if severity == "error" and found.severity != "error":
            continue
        yield found


def _target(target: Path | None, workers: int, root: Path | None) -> Iterator[Incident]:
    if target is None or (target / "schema" / "scheme.yaml").is_file():
        tree = Tree(find_root(target or root))
        tree.require_sources()
        yield from _tree(tree, workers)
        return
    if not target.exists():
        raise UsageError(str(target), "a corpus tree, Parquet, or an exchange file", "nothing")
    scheme = read_scheme(find_root(root))
    name = target.name.replace(" ", "%20")  # a place follows the first space of a path
    if target.is_dir():
        yield from _folder(target, scheme, workers)
    elif target.suffix == ".parquet":
        yield from check_parquet(target, name, scheme)
    elif target.suffix in (".jsonl", ".ndjson"):
        try:
            yield from check_exchange(target, name, scheme)
        except OSError as error:
            found = error.strerror or "an error"
            yield incident("DL101", name, "a readable file", found)
    else:
        expected = "a corpus tree, a .parquet or .jsonl file, or a folder of Parquet"
        raise UsageError(str(target), expected, target.suffix or "a file without ending")


def _spread(
    work: Callable[[Task], Answer], tasks: Sequence[Task], workers: int
) -> Iterator[Answer]:
    """The answers to tasks, in order, from a pool of processes where that is worth it."""
    if workers == 1 or len(tasks) < 2:
        yield from map(work, tasks)
        return
    # One thread in each process: pyarrow's own threads would only get in each other's way.
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, pa.set_cpu_count, (1,)) as pool:
        window = 4 * workers
        for at in range(0, len(tasks), window):
            yield from pool.map(work, tasks[at : at + window])


# ── The tree


def _tree(tree: Tree, workers: int) -> Iterator[Incident]:
    """Levels 1 to 6 of a tree. Where the scheme cannot be read, nothing else can be checked."""
    broken = False
    for found in check_files(tree):
        broken = broken or found.path.startswith("schema/scheme.yaml")
        yield found
    if broken:
        return
    yield from check_passes(tree)
    sound: list[str] = []
    splits = _has_splits(tree)
    labelled = [d for d in tree.labelled() if is_doc_id(d) and tree.meta_path(d).exists()]
    parts = [(tree, labelled[i : i + _CHUNK]) for i in range(0, len(labelled), _CHUNK)]
    pool = workers if len(labelled) >= _POOL_FROM else 1
    for chunk in _spread(_checked, parts, pool):
        for doc_id, incidents, usable in chunk:
            yield from incidents
            if usable and splits:
                sound.append(doc_id)
    yield from check_corpus(_articles(tree, sound), tree.scheme, foreign=_foreign(tree))
    yield from _dates(_articles(tree, sound))
    if splits:
        yield from check_frozen(tree)
    yield from _generated(tree)
    yield from check_releases(tree)
    yield from check_errata(tree)
    for manifest in sorted(tree.releases.glob(f"*/{NAME}")):
        if is_frozen(manifest.parent):
            continue  # it was checked with the scheme of its day
        before = f"{tree.where(manifest.parent)}/"
        for found in _parquet(manifest.parent, before, tree.scheme, 1):
            if found.severity == "error":  # what is worth a look is worth it in the tree
                yield found


def _has_splits(tree: Tree) -> bool:
    """Whether the storylines can be read; where not, that is reported with the files."""
    try:
        _ = tree.world
    except DatelineError:
        return False
    return True


def _checked(part: tuple[Tree, list[str]]) -> list[tuple[str, list[Incident], bool]]:
    """Ids with their incidents, and whether the article can be used further; not the articles."""
    tree, doc_ids = part
    found = check_chunk(tree, doc_ids)
    return [(c.doc_id, c.incidents, c.article is not None and not c.errors) for c in found]


def _articles(tree: Tree, doc_ids: Sequence[str]) -> Iterator[Labelled]:
    for doc_id in doc_ids:
        article = tree.article(doc_id)
        yield Labelled(
            split=tree.split(article.meta),
            where=tree.where(tree.adjudicated_path(doc_id)),
            meta_where=tree.where(tree.meta_path(doc_id)),
            article=article,
        )


def _dates(articles: Iterable[Labelled]) -> Iterator[Incident]:
    for labelled in articles:
        yield from check_dates(labelled.article, labelled.where)


def _foreign(tree: Tree) -> dict[str, str]:
    """The hashes of the 8-word runs of external articles, with the article they are of."""
    found: dict[str, str] = {}
    for path in sorted(tree.articles.glob("*.shingles")):
        for run in path.read_text(encoding="ascii", errors="replace").split():
            found[run] = path.stem
    return found


def _generated(tree: Tree) -> Iterator[Incident]:
    """DL212, DL606: what follows from the scheme and the releases is fresh."""
    from dateline.generated.files import stale

    try:
        names = list(stale(tree))
    except DatelineError as error:
        yield incident("DL212", error.where, error.expected, error.found)
        return
    for name in names:
        told = name in ("README.md", "DATASHEET.md") or name.startswith("docs/figures/")
        code = "DL606" if told else "DL212"
        yield incident(code, name, "what `dateline generate` writes", "something else")


# ── Parquet


def _folder(folder: Path, scheme: Scheme, workers: int) -> Iterator[Incident]:
    files = parquet_files(folder)
    if not files and not (folder / NAME).is_file():
        raise UsageError(str(folder), "a corpus tree or a folder of Parquet", "neither")
    yield from _parquet(folder, "", scheme, workers)
    if not (folder / NAME).is_file():
        return
    yield from check_built(folder, "", scheme)
    try:
        read_manifest(folder)
        articles = (
            Labelled(split=split, where=article.doc_id, meta_where=article.doc_id, article=article)
            for split, article in articles_in(folder)
        )
        yield from check_corpus(articles, scheme)
    except (DatelineError, OSError, ValueError, IndexError, KeyError):
        return  # what cannot be read is reported with its file


def _parquet(folder: Path, before: str, scheme: Scheme, workers: int) -> Iterator[Incident]:
    files = parquet_files(folder)
    tasks = [(p, f"{before}{p.relative_to(folder).as_posix()}", scheme) for p in files]
    large = sum(p.stat().st_size for p in files) > _LARGE
    for found in _spread(_one_file, tasks, workers if large else 1):
        yield from found


def _one_file(task: tuple[Path, str, Scheme]) -> list[Incident]:
    return list(check_parquet(*task))
