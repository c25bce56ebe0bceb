"""Freeze a version: check, build, compare with the last one, write everything that tells of it.

Refused unless the tree is valid and committed and VERSION follows the rule: MAJOR when a label or
column changes meaning or an article is withdrawn, reworded or changes split, MINOR when articles or
columns are added, PATCH when labels are corrected. A provisional version is frozen as it is. When a
release was cut short, the same command finishes it. See RELEASING.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.commands import Root

if TYPE_CHECKING:
    from dateline.releases.difference.paired import Gone


def run(
    version: Annotated[str, typer.Argument(help="MAJOR.MINOR.PATCH.")],
    date: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="By default today, in UTC.")
    ] = None,
    hub: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Lay out a frozen version there, ready for a hub."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; by default the cores.")
    ] = None,
    root: Root = None,
) -> None:
    import datetime

    from rich.console import Console
    from rich.progress import Progress

    from dateline.agreement.dropped import dropped
    from dateline.releases.hub import lay_out
    from dateline.releases.release import release
    from dateline.tree import Tree, find_root

    tree = Tree(find_root(root))

    def reasons(doc_id: str) -> Gone:
        return dropped(tree, doc_id)

    if hub is not None:
        files = lay_out(tree, version, hub)
        print(f"Laid out {version} in {hub}: {files} files.")
        print(f"Upload them as they are, and tag the commit v{version}; see RELEASING.md.")
        return
    day = date or datetime.datetime.now(datetime.UTC).date().isoformat()
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("articles", total=None)
        made = release(
            tree,
            version,
            day,
            reasons,
            workers=workers,
            progress=lambda done: bar.update(task, completed=done),
        )
    print(f"Released {made.version}: {tree.where(made.folder)}")
    for line in made.why:
        print(f"  {line}")
    print(f"  SHA-256 of the manifest: {made.digest}")
    print(f"Wrote {', '.join(made.written) or 'nothing else'}")
    print(f"Next: read the changelog, commit, and tag v{made.version}; see RELEASING.md.")
