"""Score predicted labels against gold ones, in the measures of the field, with intervals.

GOLD is a version (`tree` is what `dateline build` made), a built folder or a corpus tree. PRED is
one of these, a folder or file of Dateline's label files, or files of any FORMAT that `dateline
import` reads (--from). Every gold article of the split counts: one that PRED does not have is all
missed. What PRED has beside is left out and counted; what no document can hold counts as wrong.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dateline.commands import Root


def run(
    gold: Annotated[str, typer.Argument(metavar="GOLD", help="What is right.")],
    pred: Annotated[str, typer.Argument(metavar="PRED", help="What a system predicted.")],
    against: Annotated[
        str | None, typer.Option(metavar="PRED", help="Another system, to compare with.")
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="train, validation or test; by default all.")
    ] = None,
    layers: Annotated[
        str | None, typer.Option(help="Layers to score, joined by commas; by default all.")
    ] = None,
    form: Annotated[
        str | None, typer.Option("--from", metavar="FORMAT", help="The form of PRED.")
    ] = None,
    mapping: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="How its labels become Dateline's.")
    ] = None,
    format: Annotated[str, typer.Option(help="text, json or html.")] = "text",
    out: Annotated[Path | None, typer.Option(help="A file to write to.")] = None,
    labels: Annotated[bool, typer.Option("--labels", help="In text: every label too.")] = False,
    parts: Annotated[
        bool, typer.Option("--parts", help="In text: parts of the data too (outlet, quote, …).")
    ] = False,
    mistakes: Annotated[
        int, typer.Option(help="How many mistakes of each layer and kind to list.", min=0)
    ] = 0,
    resamples: Annotated[
        int, typer.Option(help="Draws of the bootstrap.", min=1, max=100_000)
    ] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.", min=0)] = 20261123,
    root: Root = None,
) -> None:
    from dateline.errors import UsageError
    from dateline.evaluation import score
    from dateline.files import Staged
    from dateline.scoring.report import html, json, text

    if format not in ("text", "json", "html"):
        raise UsageError("--format", "text, json or html", repr(format))
    found = score(
        gold,
        pred,
        against=against,
        split=split,
        layers=[name.strip() for name in layers.split(",")] if layers is not None else None,
        form=form,
        mapping=mapping,
        slices=parts or format != "text",
        mistakes=mistakes if format == "text" else max(mistakes, 20),
        resamples=resamples,
        seed=seed,
        root=root,
    )
    beside = f" (the other system: {against})" if against is not None else ""
    title = f"{pred} against {gold}{f', {split}' if split else ''}{beside}"
    if format == "text":
        report = "\n".join((title, *text(found, labels=labels, parts=parts, mistakes=mistakes)))
    else:
        report = json(found) if format == "json" else html(found, title)
    if out is None:
        print(report.rstrip("\n"))
        return
    with Staged() as staged:
        staged.write(out, f"{report.rstrip()}\n".encode())
    print(f"scores of {found.articles} articles written to {out}")
