"""What README.md and DATASHEET.md are counted from: a release, or the tree before there is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dateline.articles import articles_in
from dateline.derived import Article
from dateline.errors import DataError
from dateline.generated.frozen import FIGURES, Frozen, counted_frozen, read_frozen
from dateline.manifest import read_manifest
from dateline.scheme import Scheme, scheme_in
from dateline.stats import Figures, figures
from dateline.tree import Tree

__all__ = ["Articles", "Source", "of_release", "of_tree"]

Articles = list[tuple[str, Article]]
"""Articles with their splits."""


@dataclass(frozen=True)
class Source:
    """All that figures are made from.

    `name` is the version in words; `said` says in a sentence how to count again. `frozen` is None
    for a release that was made without `figures.json`.
    """

    name: str
    said: str
    articles: Articles
    frozen: Frozen | None
    scheme: Scheme

    @property
    def kept(self) -> Frozen:
        """The frozen figures.

        Raises
        ------
        DataError : there are none.
        """
        if self.frozen is None:
            raise DataError(self.name, f"{FIGURES} beside its rows", "none")
        return self.frozen

    @property
    def open(self) -> Articles:
        """The articles whose texts are here for all."""
        return [(split, article) for split, article in self.articles if split != "external"]

    @cached_property
    def counts(self) -> Figures:
        return figures(self.articles)

    @cached_property
    def by_split(self) -> dict[str, Figures]:
        """The counts of open articles by split."""
        return _grouped((split, (split, article)) for split, article in self.open)

    @cached_property
    def by_outlet(self) -> dict[str, Figures]:
        """The counts of open articles by outlet, the outlet with most articles first."""
        found = _grouped((a.meta.outlet or "unknown", (split, a)) for split, a in self.open)
        return dict(sorted(found.items(), key=lambda pair: (-pair[1].total("articles"), pair[0])))


def _grouped(articles: Iterable[tuple[str, tuple[str, Article]]]) -> dict[str, Figures]:
    groups: dict[str, Articles] = {}
    for key, article in articles:
        groups.setdefault(key, []).append(article)
    return {key: figures(group) for key, group in groups.items()}


def of_release(folder: Path, scheme: Scheme) -> Source:
    """A built folder: its rows, and what lies beside them: figures, and the scheme of that time.

    `scheme` is for a folder without one.
    """
    manifest = read_manifest(folder)
    standing = ", provisional" if manifest.provisional else ""
    return Source(
        name=f"release {manifest.version}",
        said=(
            f"Counted by `dateline stats {manifest.version}` "
            f"(release {manifest.version}{standing})."
        ),
        articles=list(articles_in(folder)),
        frozen=read_frozen(folder),
        scheme=scheme_in(folder) if (folder / "scheme.yaml").is_file() else scheme,
    )


def of_tree(tree: Tree) -> Source:
    """The labelled articles of the tree itself; external ones without text, as in a release."""
    return Source(
        name="the tree, not yet released",
        said="Counted from the tree (`dateline build`, then `dateline stats tree`).",
        articles=[
            (split, Article(article.meta, None, article.labels) if split == "external" else article)
            for split, article in tree.labelled_articles()
        ],
        frozen=counted_frozen(tree),
        scheme=tree.scheme,
    )
