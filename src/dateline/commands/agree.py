"""Measure the agreement between passes: F1, kappa and alpha with intervals, for each layer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.commands import Root

if TYPE_CHECKING:
    from dateline.records import Document


def run(
    docs: Annotated[
        list[str] | None, typer.Argument(metavar="DOC...", help="Articles; by default all.")
    ] = None,
    annotators: Annotated[
        str | None, typer.Option(help="Ids, joined by commas; by default all that have passes.")
    ] = None,
    format: Annotated[str, typer.Option(help="text, json or html.")] = "text",
    out: Annotated[Path | None, typer.Option(help="A file to write to.")] = None,
    labels: Annotated[bool, typer.Option("--labels", help="In text: every label too.")] = False,
    worst: Annotated[int, typer.Option(help="How many of the worst sentences.", min=0)] = 10,
    resamples: Annotated[
        int, typer.Option(help="Draws of the bootstrap.", min=0, max=100_000)
    ] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.", min=0)] = 20261122,
    root: Root = None,
) -> None:
    from dateline.agreement.adjudication import require_sound
    from dateline.agreement.figures import agreement
    from dateline.agreement.reports import html, json, text
    from dateline.errors import DataError, UsageError
    from dateline.files import Staged
    from dateline.tree import Tree, find_root

    if format not in ("text", "json", "html"):
        raise UsageError("--format", "text, json or html", repr(format))
    tree = Tree(find_root(root))
    tree.require_sources()
    wanted = [name.strip() for name in annotators.split(",")] if annotators else None
    known = tree.pass_annotators()
    for name in wanted or []:
        if name not in known:
            raise UsageError("--annotators", f"ids with passes ({', '.join(known)})", repr(name))

    def sound() -> Iterator[tuple[str, str, bool, dict[str, Document]]]:
        for doc_id, words, quotable, passes in tree.passes(docs or None, wanted):
            require_sound(tree, doc_id, words, passes)
            yield doc_id, words, quotable, passes

    found = agreement(sound(), tree.scheme, resamples=resamples, seed=seed)
    if not found.articles:
        place = "annotations/passes"
        raise DataError(place, "an article with passes of two annotators", "none")
    report = {
        "text": lambda: text(found, tree.scheme, labels=labels, worst=worst),
        "json": lambda: json(found, worst=worst),
        "html": lambda: html(found, tree.scheme, worst=worst),
    }[format]()
    if out is None:
        print(report, end="")
        return
    with Staged() as staged:
        staged.write(out, report.encode())
    print(f"agreement on {found.articles} articles written to {out}")
