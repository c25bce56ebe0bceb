"""Take raw articles into the tree, with what is known of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dateline.commands import Root


def run(
    files: Annotated[list[Path], typer.Argument(help="Text files: UTF-8, LF, NFC, no BOM.")],
    published: Annotated[str, typer.Option(help="The day of publication, YYYY-MM-DD.")],
    storyline: Annotated[str | None, typer.Option(help="The series of events it reports.")] = None,
    split: Annotated[
        str | None,
        typer.Option(help="The split of a storyline that is new: train|validation|test."),
    ] = None,
    id: Annotated[str | None, typer.Option("--id", help="By default from the file's name.")] = None,
    title: Annotated[str | None, typer.Option(help="The headline.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    genre: Annotated[
        str | None, typer.Option(help="spot, follow-up, round-up, analysis, …")
    ] = None,
    language: Annotated[str, typer.Option(help="BCP 47 tag.")] = "en",
    author: Annotated[
        str | None, typer.Option(help="Who or what wrote it: an id of annotators.yaml.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Where it is from.")] = None,
    licence: Annotated[str, typer.Option(help="The licence of the text.")] = "CC-BY-4.0",
    external: Annotated[
        bool, typer.Option("--external", help="Keep the words out of the repository.")
    ] = False,
    normalise: Annotated[
        bool, typer.Option("--normalise", help="Mend line ends, BOM and normal form.")
    ] = False,
    root: Root = None,
) -> None:
    from dateline.errors import UsageError
    from dateline.ingest import add_articles
    from dateline.records import GENRES, ArticleMeta
    from dateline.tree import Tree, find_root

    if genre is not None and genre not in GENRES:
        raise UsageError("--genre", f"one of {', '.join(GENRES)}", repr(genre))
    tree = Tree(find_root(root))
    if author is not None and author not in tree.annotators:
        raise UsageError("--author", f"one of {', '.join(tree.annotators)}", repr(author))
    meta = ArticleMeta(
        doc_id="",
        tier="external" if external else "open",
        title=title,
        outlet=outlet,
        published=published,
        genre=genre,  # type: ignore[arg-type]
        storyline=storyline,
        language=language,
        author=author,
        source=source,
        licence=licence,
        text_sha256="",
    )
    for added in add_articles(tree, files, meta, doc_id=id, rewrite=normalise, new_split=split):
        where = tree.where(tree.meta_path(added.doc_id))
        print(f"{added.doc_id}: {where}, split {Tree(tree.root).split(added)}")
