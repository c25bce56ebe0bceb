"""Write labels in another form: so far the plain-text quoted form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dateline.commands import Root


def run(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="quoted")],
    docs: Annotated[list[str], typer.Argument(metavar="DOC...", help="Document ids.")],
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
    annotator: Annotated[
        str | None, typer.Option(help="The pass of this annotator, not the adjudicated labels.")
    ] = None,
    root: Root = None,
) -> None:
    from dateline.errors import DataError, UsageError
    from dateline.files import Staged
    from dateline.formats.quoted import to_quoted
    from dateline.tree import Tree, find_root

    if form != "quoted":
        raise UsageError("FORMAT", "quoted", repr(form))
    tree = Tree(find_root(root))
    with Staged() as staged:
        for doc_id in docs:
            article = tree.article(doc_id, annotator)
            if article.text is None:
                raise DataError(doc_id, "its text in your cache", "none", "dateline hydrate FILE")
            staged.write(out / f"{doc_id}.txt", to_quoted(article.labels, article.text).encode())
    print(f"{len(docs)} documents written to {out}")
