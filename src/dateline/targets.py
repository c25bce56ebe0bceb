"""What a command is pointed at (a version, a built folder, a tree) as labelled articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dateline.articles import articles_in, scheme_of
from dateline.derived import Article
from dateline.errors import UsageError
from dateline.manifest import NAME, built_folder, read_manifest, releases_in
from dateline.scheme import Scheme
from dateline.tree import Tree, cached_text, find_root

__all__ = ["Target", "built_target", "find_target"]


@dataclass(frozen=True)
class Target:
    """Labelled articles with their splits. `each` begins anew at each call.

    `splits` counts the articles of each split; `external` ones have a text only where it has been
    hydrated here. Of a built folder, the provenance of labels is left out.
    """

    name: str
    scheme: Scheme
    splits: dict[str, int]
    each: Callable[[], Iterator[tuple[str, Article]]]


def built_target(named: str, root: Path) -> Path | None:
    """The built folder that a version or a path names; None where it names none."""
    if named in ("tree", *releases_in(root / "corpus" / "releases")):
        return built_folder(root, named)
    return Path(named) if (Path(named) / NAME).is_file() else None


def find_target(named: str, root: str | Path | None = None) -> Target:
    """The articles of a version (`tree` is what `dateline build` made), a built folder or a tree.

    Raises
    ------
    UsageError : it is none of these.
    """
    place = find_root(root)
    folder = built_target(named, place)
    if folder is not None:
        manifest = read_manifest(folder)
        splits = {
            split: entry.rows
            for config in ("documents", "external")
            for split, entry in manifest.configs[config].splits.items()
        }
        return Target(named, scheme_of(folder, place), splits, lambda: _joined(folder))
    if (Path(named) / "schema" / "scheme.yaml").is_file():
        tree = Tree(find_root(named))
        tree.require_sources()
        counts: dict[str, int] = {}
        for doc_id in tree.labelled():
            split = tree.split(tree.meta(doc_id))
            counts[split] = counts.get(split, 0) + 1
        return Target(named, tree.scheme, counts, tree.labelled_articles)
    known = ", ".join(releases_in(place / "corpus" / "releases"))
    raise UsageError(
        named, f"tree, one of {known}, a built folder or a corpus tree", "none of these"
    )


def _joined(folder: Path) -> Iterator[tuple[str, Article]]:
    for split, article in articles_in(folder, provenance=False):
        if split == "external":
            yield split, Article(article.meta, cached_text(article.meta), article.labels)
        else:
            yield split, article
