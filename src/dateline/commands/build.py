"""Write Parquet from the tree: every config and split, with a manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dateline.commands import AsJson, Root, is_json


def run(
    out: Annotated[
        Path | None, typer.Option(help="Where to; by default build/ in the tree.")
    ] = None,
    version: Annotated[str, typer.Option(help="The version to write into the manifest.")] = "tree",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; by default the cores.")
    ] = None,
    format: AsJson = "text",
    root: Root = None,
) -> None:
    from dateline.manifest import encode_manifest
    from dateline.releases.build import build
    from dateline.tree import Tree, find_root

    as_json = is_json(format)
    tree = Tree(find_root(root))
    place = out or tree.root / "build"
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    quiet = not console.is_terminal
    with Progress(console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("articles", total=None if tree.is_carried else len(tree.labelled()))
        manifest = build(
            tree,
            place,
            version=version,
            workers=workers,
            progress=lambda done: bar.update(task, completed=done),
        )
    if as_json:
        print(encode_manifest(manifest).decode(), end="")
        return
    print(f"Built {place}: {', '.join(f'{n} {s}' for s, n in manifest.articles.items())}")
    print(f"{'config':<12} {'split':<11} {'rows':>8}  logical SHA-256")
    for config, entry in manifest.configs.items():
        for split, found in entry.splits.items():
            print(f"{config:<12} {split:<11} {found.rows:>8}  {found.logical_sha256}")
