"""Check the corpus tree: structure, spans, references. Exit code 1 when an error is found."""

from __future__ import annotations

import typer

from dateline.commands import AsJson, Root, is_json


def run(format: AsJson = "text", root: Root = None) -> None:
    import msgspec

    from dateline.checks import validate
    from dateline.tree import Tree, find_root

    as_json = is_json(format)
    tree = Tree(find_root(root))
    found = validate(tree.root)
    errors = sum(i.severity == "error" for i in found)
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
    else:
        for incident in found:
            print(f"{incident.severity}: {incident}")
        articles = len(tree.doc_ids())
        print(f"{articles} articles, {errors} errors, {len(found) - errors} warnings")
    if errors:
        raise typer.Exit(1)
