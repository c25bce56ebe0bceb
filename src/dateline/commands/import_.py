"""Turn labels of another form into the stored form: so far the plain-text quoted form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dateline.commands import Root


def run(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="quoted")],
    files: Annotated[list[Path], typer.Argument(metavar="PATH...", help="The files.")],
    out: Annotated[Path, typer.Option(help="The folder to write `<doc>.json` files to.")],
    root: Root = None,
) -> None:
    from dateline.checks.document import check_article
    from dateline.derived import Article
    from dateline.errors import DataError, UsageError
    from dateline.files import Staged
    from dateline.formats.quoted import from_quoted
    from dateline.records import canonical
    from dateline.tree import Tree, find_root

    if form != "quoted":
        raise UsageError("FORMAT", "quoted", repr(form))
    tree = Tree(find_root(root))
    faults = 0
    with Staged() as staged:
        for path in files:
            raw = path.read_text(encoding="utf-8")
            named = [line.split()[1] for line in raw.splitlines() if line.startswith("doc ")]
            if len(named) != 1:
                raise DataError(str(path), "one line `doc ID`", f"{len(named)}")
            meta = tree.meta(named[0])
            text = tree.text(meta)
            if text is None:
                raise DataError(
                    meta.doc_id, "its text in your cache", "none", "dateline hydrate FILE"
                )
            labels = from_quoted(raw, text, tree.scheme, str(path))
            for found in check_article(Article(meta, text, labels), tree.scheme, str(path)):
                print(f"{found.severity}: {found}")
                faults += found.severity == "error"
            staged.write(out / f"{meta.doc_id}.json", canonical(labels))
        if faults:
            raise DataError(
                "import", "labels without errors", f"{faults} errors", "Nothing was written."
            )
    print(f"{len(files)} documents written to {out}")
