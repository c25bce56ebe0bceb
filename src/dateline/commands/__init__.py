"""The commands, one a module: parse, call, print. A module's docstring is its command's help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AsJson", "Root"]

Root = Annotated[
    Path | None,
    typer.Option("--root", help="The corpus tree; by default the nearest, else the installed one."),
]
AsJson = Annotated[str, typer.Option("--format", help="text or json.")]


def is_json(format: str) -> bool:
    """Whether a report is wanted as JSON.

    Raises
    ------
    typer.BadParameter : neither text nor json.
    """
    if format not in ("text", "json"):
        raise typer.BadParameter(f"expected text or json, got {format!r}", param_hint="--format")
    return format == "json"
