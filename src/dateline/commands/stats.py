"""Count articles, tokens and labels: of the newest release, another, or the tree."""

from __future__ import annotations

from typing import Annotated

import typer

from dateline.commands import AsJson, Root, is_json

SHORT = {
    "articles": "docs",
    "sentences": "sents",
    "entities": "ents",
    "clusters": "clusts",
    "arguments": "args",
    "attributions": "attrs",
}
"""Headings that fit a terminal of 80 columns."""


def run(
    version: Annotated[
        str | None, typer.Argument(help="A release, or `tree`; by default the newest release.")
    ] = None,
    format: AsJson = "text",
    root: Root = None,
) -> None:
    import msgspec
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from dateline.articles import articles_in
    from dateline.manifest import built_folder, read_manifest
    from dateline.stats import COUNTED, figures
    from dateline.tree import Tree, find_root

    as_json = is_json(format)
    tree = Tree(find_root(root))
    folder = built_folder(tree.root, version)
    found = figures(articles_in(folder))
    if as_json:
        named = {"version": read_manifest(folder).version, **msgspec.to_builtins(found)}
        print(msgspec.json.format(msgspec.json.encode(named), indent=1).decode())
        return
    console = Console()
    console.print(f"Dateline {read_manifest(folder).version}", highlight=False)
    for title, rows in (("split", found.by_split), ("outlet", found.by_outlet)):
        shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        shown.add_column(title, no_wrap=True)
        for name in COUNTED:
            shown.add_column(SHORT.get(name, name), justify="right")
        for key, counts in rows.items():
            shown.add_row(key, *(str(counts.get(name, 0)) for name in COUNTED))
        if title == "split":
            shown.add_row("all", *(str(found.total(name)) for name in COUNTED), style="bold")
        console.print(shown)
    for name, counts in msgspec.structs.asdict(found).items():
        if name not in ("by_split", "by_outlet"):
            pairs = ", ".join(f"{key} {count}" for key, count in counts.items())
            console.print(f"[bold]{name.replace('_', ' ')}[/bold]: {pairs}", highlight=False)
