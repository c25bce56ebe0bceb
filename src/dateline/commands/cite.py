"""How to cite a version: BibTeX, APA, CSL-JSON or JSON, with its date, digest and DOI."""

from __future__ import annotations

from typing import Annotated

import typer

from dateline.commands import Root


def run(
    version: Annotated[
        str | None, typer.Argument(help="A release, or `tree`; by default the newest release.")
    ] = None,
    format: Annotated[str, typer.Option("--format", help="bibtex, apa, csl or json.")] = "bibtex",
    root: Root = None,
) -> None:
    from dateline.citation import cite

    print(cite(version, format=format, root=root), end="")
