"""Show where the labelling stands: done, skipped, in draft, set aside, not pulled, and the time."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from dateline.commands import AsJson, Root, is_json
from dateline.commands.studio import Key, Url, chosen, connected


def run(
    annotator: Annotated[str | None, typer.Option(help="Only this annotator's projects.")] = None,
    format: AsJson = "text",
    url: Url = None,
    key: Key = None,
    root: Root = None,
) -> None:
    import msgspec

    from dateline.studio.snapshots import read_page
    from dateline.studio.status import project_status
    from dateline.tree import Tree, find_root

    as_json = is_json(format)
    tree = Tree(find_root(root))
    tree.require_sources()
    server = connected(url, key)
    users = read_page(server.users(), server.url).users
    found = [
        project_status(server, project, purpose, users, tree)
        for purpose, project in chosen(server, annotator, None).items()
    ]
    if as_json:
        print(json.dumps(msgspec.to_builtins(found), indent=1, ensure_ascii=False))
        return
    for status in found:
        print(f"{status.title}: {status.tasks} tasks, {status.open} not submitted; {status.url}")
        if status.rows:
            heads: tuple[str, ...] = (
                "account",
                "annotator",
                "done",
                "skipped",
                "draft",
                "aside",
                "not pulled",
                "min",
            )
            table = [heads]
            for row in status.rows:
                minutes = "" if row.median is None else f"{row.median / 60:.1f}"
                counts = (row.done, row.skipped, row.drafts, row.quarantined, row.not_pulled)
                who = row.annotator or "not entered"
                table.append((row.account, who, *map(str, counts), minutes))
            widths = [max(len(line[i]) for line in table) for i in range(len(heads))]
            for line in table:
                cells = (
                    cell.ljust(width) if i < 2 else cell.rjust(width)
                    for i, (cell, width) in enumerate(zip(line, widths, strict=True))
                )
                print("  " + "  ".join(cells).rstrip())
