"""Say what differs between two versions by meaning: articles, labels, fields, links, columns.

A and B are releases (0.1.0), `tree`, built folders, or any folders or files of Parquet with an
article a row. Exit code 0; with --exit-code 1 where anything differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.commands import Root

if TYPE_CHECKING:
    from dateline.releases.difference.diff import Diff
    from dateline.releases.difference.paired import Gone


def run(
    a: Annotated[str, typer.Argument(metavar="A", help="The earlier side.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The later side.")],
    format: Annotated[str, typer.Option(help="text, json or html.")] = "text",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="A file to write to.")] = None,
    limit: Annotated[
        int, typer.Option(min=0, help="Changes shown in text and html; json has all.")
    ] = 100,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 where anything differs.")
    ] = False,
    root: Root = None,
) -> None:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from dateline.agreement.dropped import dropped
    from dateline.errors import UsageError
    from dateline.files import staged_text
    from dateline.releases.difference.diff import Diff, summary
    from dateline.releases.difference.sides import find_side
    from dateline.tree import Tree, find_root

    if format not in ("text", "json", "html"):
        raise UsageError("--format", "text, json or html", repr(format))
    tree = Tree(find_root(root))
    before, after = find_side(a, tree), find_side(b, tree)

    def reasons(doc_id: str) -> Gone:
        return dropped(after.tree, doc_id) if after.tree is not None else {}

    columns = SpinnerColumn(), TextColumn("{task.completed} articles"), TimeElapsedColumn()
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("articles", total=None)
        diff = Diff(before, after, reasons, lambda done: bar.update(task, completed=done))
        if out is None:
            for piece in _pieces(diff, format, limit):
                print(piece, end="")
        else:
            with staged_text(out) as file:
                file.writelines(_pieces(diff, format, limit))
    found = summary(diff)
    if out is not None:
        changed = "no difference" if found.empty else "what differs"
        print(f"wrote {out}: {changed}")
    if exit_code and not found.empty:
        raise typer.Exit(1)


def _pieces(diff: Diff, format: str, limit: int) -> Iterator[str]:
    """The report; JSON as it comes, so that memory does not grow with it."""
    from dateline.releases.difference.reports import html, json, text
    from dateline.releases.difference.reports.sample import sampled

    if format == "json":
        yield from json(diff)
    elif format == "html":
        yield html(sampled(diff, limit))
    else:
        yield from (f"{line}\n" for line in text(sampled(diff, limit)))
