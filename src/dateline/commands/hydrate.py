"""Bring in your copies of external articles' texts, known by their SHA-256."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dateline.commands import Root


def run(
    files: Annotated[list[Path], typer.Argument(help="Text files.")],
    root: Root = None,
) -> None:
    from dateline.hydration import hydrate
    from dateline.tree import Tree, find_root

    for path, meta in hydrate(Tree(find_root(root)), files):
        print(f"{path}: the text of {meta.doc_id}; read it with: dateline show {meta.doc_id}")
