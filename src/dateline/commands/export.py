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
    from dateline.scheme import Scheme
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
    from dateline.world import SPLITS

    found = find_format(form)
    write, kept_of = found.write, found.kept
    if write is None or kept_of is None:
        raise UsageError("FORMAT", f"one of {', '.join(formats_written())}", repr(form))
    scheme, articles = _meant(Tree(find_root(root)), targets or [], annotator)
    lost: Counter[str] = Counter()
    written = 0

    def standoffs() -> Iterator[StandOff]:
        nonlocal written
        for split, article in articles:
            standoff = to_standoff(article, scheme)
            if split in SPLITS:  # external articles have none
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


def _meant(
    tree: Tree, targets: list[str], annotator: str | None
) -> tuple[Scheme, Iterator[tuple[str | None, Article]]]:
    """The scheme of what is meant, and its articles with their splits where these are known; an
    external one without its text only where it is named.
    """
    from dateline.errors import UsageError
    from dateline.targets import built_target, find_target
    from dateline.tree import Tree, find_root

    if len(targets) == 1:
        if built_target(targets[0], tree.root) is not None:
            if annotator is not None:
                raise UsageError("--annotator", "a tree, which has passes", targets[0])
            found = find_target(targets[0], tree.root)
            each = found.each()
            return found.scheme, ((split, one) for split, one in each if one.text is not None)
        if (Path(targets[0]) / "schema" / "scheme.yaml").is_file():
            tree, targets = Tree(find_root(targets[0])), []
    return tree.scheme, _of_tree(tree, targets, annotator)


def _of_tree(
    tree: Tree, named: list[str], annotator: str | None
) -> Iterator[tuple[str | None, Article]]:
    tree.require_sources()
    every = tree.doc_ids() if annotator else tree.labelled()
    for doc_id in named or every:
        if named or annotator is None or tree.pass_path(annotator, doc_id).is_file():
            article = tree.article(doc_id, annotator)
            if named or article.text is not None:
                story = tree.world.storylines.get(article.meta.storyline or "")
                yield story.split if story is not None else None, article
