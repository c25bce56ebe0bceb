"""Make the generated files anew from the scheme and the newest release; --check only compares."""

from __future__ import annotations

from typing import Annotated

import typer

from dateline.commands import Root


def run(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when stale.")
    ] = False,
    root: Root = None,
) -> None:
    from dateline.drawing import HINT, can_draw
    from dateline.errors import DataError
    from dateline.files import Staged
    from dateline.formats.table import stale_page
    from dateline.generated.files import stale
    from dateline.tree import Tree, find_root

    tree = Tree(find_root(root))
    found = stale(tree, drawn=True) | stale_page(tree)
    if not can_draw():
        print(f"docs/figures/*.svg: not checked, since nothing here can draw them: {HINT}")
    if check and found:
        raise DataError(
            ", ".join(found), "fresh generated files", "stale ones", "dateline generate"
        )
    with Staged() as staged:
        for name, raw in found.items():
            staged.write(tree.root / name, raw)
    print("\n".join(f"wrote {name}" for name in found) or "all generated files are fresh")
