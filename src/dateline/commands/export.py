"""Write articles with their labels in another form.

TARGET is ids of articles, a version (`tree` is what `dateline build` made), a corpus tree, or a
built folder; by default all labelled articles of the tree. What the format has no place for is
counted and named. A FORMAT that is one corpus (re3d, gum, …) only comes in.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.commands import Root
from dateline.formats import format_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.derived import Article
    from dateline.tree import Tree


def run(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=f"{', '.join(format_names())}.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write to.")],
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="TARGET...", help="Ids, or one version, tree or built folder."),
    ] = None,
    annotator: Annotated[
        str | None, typer.Option(help="The pass of this annotator, not the adjudicated labels.")
    ] = None,
    root: Root = None,
) -> None:
    from collections import Counter

    import msgspec

    from dateline.errors import UsageError
    from dateline.files import Staged
    from dateline.formats.native import to_standoff
    from dateline.formats.registry import find_format, formats_written
    from dateline.formats.standoff import StandOff
    from dateline.tree import Tree, find_root

    found = find_format(form)
    write, kept_of = found.write, found.kept
    if write is None or kept_of is None:
        raise UsageError("FORMAT", f"one of {', '.join(formats_written())}", repr(form))
    tree = Tree(find_root(root))
    scheme = tree.scheme
    lost: Counter[str] = Counter()
    written = 0

    def standoffs() -> Iterator[StandOff]:
        nonlocal written
        for split, article in _articles(tree, targets or [], annotator):
            standoff = to_standoff(article, scheme)
            if split is not None:
                meta = standoff.meta | {"split": split}
                standoff = msgspec.structs.replace(standoff, meta=meta)
            written += 1
            lost.update(f"{mark.kind} {mark.label}" for mark in standoff.marks)
            kept = kept_of(standoff, scheme).marks
            lost.subtract(f"{mark.kind} {mark.label}" for mark in kept)
            yield standoff

    with Staged() as staged:
        for name, raw in write(standoffs(), scheme):
            staged.write(out / name, raw)
    print(f"{written} documents written to {out}")
    if +lost:
        print(f"left behind, since {found.title} has no place for them:")
        for label, count in (+lost).most_common():
            print(f"  {count} {label}")


def _articles(
    tree: Tree, targets: list[str], annotator: str | None
) -> Iterator[tuple[str | None, Article]]:
    """The articles that are meant with their splits, where these are known; an external one without
    its text only where it is named.
    """
    from dateline.errors import UsageError
    from dateline.manifest import NAME, built_folder, releases_in
    from dateline.tree import Tree, find_root

    named = targets
    if len(targets) == 1:
        version, place = targets[0], Path(targets[0])
        folder = place if (place / NAME).is_file() else None
        if version in ("tree", *releases_in(tree.releases)):
            folder = built_folder(tree.root, version)
        if folder is not None:
            if annotator is not None:
                raise UsageError("--annotator", "a tree, which has passes", str(folder))
            yield from _built(folder)
            return
        if (place / "schema" / "scheme.yaml").is_file():
            tree, named = Tree(find_root(place)), []
    tree.require_sources()
    every = tree.doc_ids() if annotator else tree.labelled()
    for doc_id in named or every:
        if named or annotator is None or tree.pass_path(annotator, doc_id).is_file():
            article = tree.article(doc_id, annotator)
            if named or article.text is not None:
                story = tree.world.storylines.get(article.meta.storyline or "")
                yield story.split if story is not None else None, article


def _built(folder: Path) -> Iterator[tuple[str, Article]]:
    """The articles of a built folder whose texts are here, with their splits."""
    from dateline.articles import articles_in
    from dateline.derived import Article
    from dateline.tree import cached_text

    for split, article in articles_in(folder):
        text = article.text if article.meta.tier == "open" else cached_text(article.meta)
        if text is not None:
            yield split, Article(article.meta, text, article.labels)
