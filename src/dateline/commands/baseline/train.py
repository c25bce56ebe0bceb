"""Train a baseline: NAME is crf (fields, linear models and rules), majority, random or spacy.

The model is written to the folder of --out, whole or not at all. It holds numbers and names, and
no pickles: opening one runs no code of its maker's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dateline.commands import Root
from dateline.commands.baseline import split_of, target_of


def run(
    out: Annotated[Path, typer.Option(metavar="MODEL", help="The folder to write to.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which baseline.")] = "crf",
    version: Annotated[
        str | None,
        typer.Option(help="A version, a built folder or a corpus tree; by default the newest."),
    ] = None,
    split: Annotated[str, typer.Option(help="The split to train on.")] = "train",
    seed: Annotated[
        int, typer.Option(help="Of spacy and random; the others have no chance in them.", min=0)
    ] = 0,
    steps: Annotated[
        int | None, typer.Option(help="Steps of spaCy's training.", min=1, max=1_000_000)
    ] = None,
    root: Root = None,
) -> None:
    from time import perf_counter

    from dateline.baselines.storing import write_model
    from dateline.baselines.training import train

    target = target_of(version, root)
    wanted = split_of(target, split)
    articles = [article for name_, article in target.each() if name_ == wanted]
    begun = perf_counter()
    model = train(
        name, articles, target.scheme, data=target.name, split=split, seed=seed, steps=steps
    )
    write_model(model, out)
    seconds = perf_counter() - begun
    about = model.about
    print(
        f"{name}, trained on {about.articles} articles of {target.name} in {seconds:.0f} s: {out}"
    )
