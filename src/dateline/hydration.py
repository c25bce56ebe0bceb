"""Matching a user's copy of an external text by its hash, and keeping it in the user's cache."""

from __future__ import annotations

from pathlib import Path

from dateline.errors import DataError, UsageError
from dateline.files import Staged, cache_folder
from dateline.records import ArticleMeta
from dateline.text import digest, normalise, shingles
from dateline.tree import Tree

__all__ = ["hydrate"]


def hydrate(tree: Tree, files: list[Path]) -> list[tuple[Path, ArticleMeta]]:
    """Put the texts of `files` into the user's cache, all or none.

    A copy may differ from the labelled text in line ends, a BOM, normal form and trailing newlines.

    Raises
    ------
    DataError : a file that is no text of an external article here; a near one is named, with the
        place at which it first differs.
    """
    known = list(_external(tree))
    matched: list[tuple[Path, ArticleMeta, str]] = []
    for path in files:
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise UsageError(str(path), "a readable file", error.strerror or "none") from None
        text = normalise(raw, str(path))
        found = digest(text)
        meta = next((m for m in known if m.text_sha256 == found), None)
        if meta is None:
            raise _unknown(tree, path, text, found, known)
        matched.append((path, meta, text))
    with Staged() as staged:
        for _, meta, text in matched:
            place = cache_folder() / "texts" / f"{meta.text_sha256}.txt"
            staged.write(place, f"{text}\n".encode())
    return [(path, meta) for path, meta, _ in matched]


def _external(tree: Tree) -> list[ArticleMeta]:
    if not tree.is_carried:
        return list(tree.external())
    from dateline.articles import articles_in
    from dateline.manifest import built_folder

    articles = articles_in(built_folder(tree.root))
    return [article.meta for split, article in articles if split == "external"]


def _unknown(tree: Tree, path: Path, text: str, found: str, known: list[ArticleMeta]) -> DataError:
    """A refusal that says which article the text resembles, and where it first differs."""
    expected = (
        f"the text of an external article ({', '.join(m.doc_id for m in known) or 'none here'})"
    )
    runs = shingles(text)
    for meta in known:
        place = tree.shingles_path(meta.doc_id)
        if not place.is_file():
            continue
        labelled = place.read_text(encoding="ascii").split()
        shared = len(set(runs) & set(labelled))
        if shared * 2 < len(labelled):
            continue
        hint = f"It resembles {meta.doc_id} ({shared} of {len(labelled)} 8-word runs)"
        different = next((i for i, run in enumerate(runs) if run not in set(labelled)), None)
        if different is None:
            hint += "; it differs in capitals, punctuation, spacing or length alone."
        elif different:  # the runs before it agree, so its last word is the new one
            hint += f"; it first differs at its word {different + 8}."
        else:
            hint += "; it first differs within its first 8 words."
        return DataError(str(path), f"SHA-256 {meta.text_sha256}", found, hint)
    return DataError(str(path), expected, f"SHA-256 {found}")
