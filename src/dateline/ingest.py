"""Taking raw articles into the tree."""

from __future__ import annotations

import datetime
import re
import unicodedata
from pathlib import Path

import msgspec
import yaml

from dateline.errors import DataError, UsageError
from dateline.files import Staged, cache_folder, locked
from dateline.records import ArticleMeta, canonical, is_doc_id
from dateline.text import digest, normalise, parse_text, shingles
from dateline.tree import Tree
from dateline.world import SPLITS, Storyline

__all__ = ["add_articles", "slug"]


def slug(name: str) -> str:
    """A document id from a file's name: lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80]


def add_articles(
    tree: Tree,
    files: list[Path],
    meta: ArticleMeta,
    *,
    doc_id: str | None = None,
    rewrite: bool = False,
    new_split: str | None = None,
) -> list[ArticleMeta]:
    """Add articles with the metadata of `meta`, id and hash filled in for each; all or none.

    An external article leaves its metadata and the hashes of its 8-word runs in the tree, and its
    text in the user's cache; an open one its text.

    Parameters
    ----------
    doc_id : the id of a single file; by default it is made from the file's name.
    rewrite : mend line ends, BOM and normal form instead of refusing.
    new_split : make the storyline that `meta` names, with this split, once and for good.

    Raises
    ------
    DataError : a text that is not plain (see `dateline.text`), or that is there already.
    UsageError : an id, date, storyline or split that cannot be.
    """
    tree.require_sources()
    if doc_id is not None and len(files) > 1:
        raise UsageError("--id", "a single file with it", f"{len(files)} files")
    _check_date(meta.published)
    with locked(tree.root / "corpus", "add"), Staged() as staged:
        if meta.tier == "open":
            _storyline(tree, meta, new_split, staged)
        by_hash = {tree.meta(known).text_sha256: known for known in tree.doc_ids()}
        added: list[ArticleMeta] = []
        for path in files:
            try:
                raw = path.read_bytes()
            except OSError as error:
                raise UsageError(str(path), "a readable file", error.strerror or "none") from None
            text = normalise(raw, str(path)) if rewrite else parse_text(raw, str(path))
            key = slug(path.stem) if doc_id is None else doc_id
            if not is_doc_id(key):
                raise UsageError(f"{path}: document id", "[a-z0-9][a-z0-9-]{0,79}", repr(key))
            if tree.meta_path(key).exists() or any(key == other.doc_id for other in added):
                raise DataError(f"{path}: document id", "one that is not taken", key)
            found = digest(text)
            if found in by_hash:
                raise DataError(
                    str(path), "a text that is not in the corpus", f"that of {by_hash[found]}"
                )
            by_hash[found] = key
            record = msgspec.structs.replace(meta, doc_id=key, text_sha256=found)
            staged.write(tree.meta_path(key), canonical(record))
            if record.tier == "open":
                staged.write(tree.text_path(key), f"{text}\n".encode())
            else:
                runs = "".join(f"{run}\n" for run in shingles(text))
                staged.write(tree.shingles_path(key), runs.encode())
                staged.write(cache_folder() / "texts" / f"{found}.txt", f"{text}\n".encode())
            added.append(record)
    return added


def _check_date(day: str) -> None:
    try:
        if datetime.date.fromisoformat(day).isoformat() == day:
            return
    except ValueError:
        pass
    raise UsageError("--published", "a date as YYYY-MM-DD", repr(day))


def _storyline(tree: Tree, meta: ArticleMeta, new_split: str | None, staged: Staged) -> None:
    key = meta.storyline
    known = tree.world.storylines
    if key in known:
        if new_split is not None and known[key].split != new_split:
            raise UsageError("--split", f"{known[key].split}, that of {key}, for good", new_split)
        return
    if key is None or new_split is None:
        listed = ", ".join(known) or "none yet"
        hint = "A new storyline needs its split: --split train|validation|test."
        raise UsageError("--storyline", f"a storyline of the tree ({listed})", str(key), hint)
    if not is_doc_id(key):
        raise UsageError("--storyline", "[a-z0-9][a-z0-9-]{0,79}", repr(key))
    if new_split not in SPLITS:
        raise UsageError("--split", f"one of {', '.join(SPLITS)}", new_split)
    record = msgspec.to_builtins(Storyline(id=key, title=key, split=new_split))  # type: ignore[arg-type]
    raw = yaml.safe_dump(record, sort_keys=False, allow_unicode=True).encode()
    staged.write(tree.root / "corpus" / "world" / "storylines" / f"{key}.yaml", raw)
