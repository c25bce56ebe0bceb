"""Label articles in Label Studio: a server of your own, projects in, work out."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dateline.studio.client import Client, Project
    from dateline.studio.projects import Purpose

__all__ = ["Key", "Url", "chosen", "connected", "counted"]

Url = Annotated[
    str | None,
    typer.Option(help="A server elsewhere; else DATELINE_STUDIO_URL, else the one running here."),
]
Key = Annotated[
    str | None,
    typer.Option(help="Its API key; better DATELINE_STUDIO_KEY, which no process list shows."),
]


def connected(url: str | None, key: str | None) -> Client:
    """The server that a command talks to, signed in."""
    from dateline.studio.client import Client
    from dateline.studio.connection import connection

    found = connection(url, key)
    if found.note:
        print(f"warning: {found.note}", file=sys.stderr)
    return Client.connect(found.url, found.key)


def chosen(
    server: Client,
    annotator: str | None,
    layer: str | None,
    *,
    adjudication: bool = False,
    training: bool = False,
) -> dict[Purpose, Project]:
    """The projects of a server that fit, or an error that names those there are."""
    from dateline.errors import DataError
    from dateline.studio.projects import ours

    every = ours(server)
    kinds = [k for k, on in (("adjudication", adjudication), ("training", training)) if on]
    found = {
        purpose: project
        for purpose, project in every.items()
        if (annotator is None or purpose.annotator == annotator)
        and (layer is None or purpose.layer == layer)
        and (not kinds or purpose.kind in kinds)
    }
    if not found:
        known = ", ".join(purpose.name for purpose in every) or "none"
        raise DataError(server.url, "a project made by `dateline studio push`", known)
    return found


@contextlib.contextmanager
def counted(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on the terminal's error stream; the function it gives takes a step, or a count."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)

        def step(count: int) -> None:
            if total is None:
                bar.update(task, completed=count)
            else:
                bar.advance(task, count)

        yield step
