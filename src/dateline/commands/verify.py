"""Prove that a version, or a copy of one, is unchanged; say which file or row is not.

TARGET is a version (by default the newest), `tree` for what `build` made, or a path: a copy of a
release folder, Parquet of a version's rows, a folder that `save_to_disk` wrote. The digest that a
version's manifest must have stands in corpus/releases/SHA256SUMS; --digest gives it from elsewhere,
from a citation for example. Exit code 1 when anything differs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dateline.commands import AsJson, Root, is_json


def run(
    target: Annotated[str | None, typer.Argument(help="A version, `tree`, or a path.")] = None,
    version: Annotated[
        str | None, typer.Option(help="Which version Parquet without a manifest should be.")
    ] = None,
    digest: Annotated[
        str | None, typer.Option(metavar="SHA256", help="The digest that the manifest must have.")
    ] = None,
    rows: Annotated[
        bool, typer.Option("--rows", help="Compute every row's digest, not only of changed files.")
    ] = False,
    format: AsJson = "text",
    root: Root = None,
) -> None:
    import msgspec

    from dateline.checks.reports.text import text_report
    from dateline.checks.verifying import verify

    as_json = is_json(format)
    found = verify(target, version=version, digest=digest, rows=rows, root=root)
    if as_json:
        plain = {**msgspec.to_builtins(found), "holds": found.holds}
        print(msgspec.json.format(msgspec.json.encode(plain), indent=1).decode())
        raise typer.Exit(0 if found.holds else 1)
    if found.incidents:
        print(text_report(found.incidents, Path.cwd(), lambda _: None), end="")
    by = f"as in {found.anchor}" if found.anchor else "its own: nothing else speaks for it"
    print(f"Dateline {found.version}: {found.target}")
    print(f"  manifest  SHA-256 {found.digest} ({by})")
    if found.files:
        print(f"  files     {found.whole} of {found.files} are the released bytes")
    said = []
    if found.rows:
        said.append(f"{found.rows} computed again")
    if found.proved:
        said.append(f"{found.proved} proved by the bytes of their files")
    print(f"  rows      {', '.join(said) or 'none looked at'}")
    whole = "unchanged" if found.anchor else "consistent with itself, and not frozen"
    print(whole if found.holds else "NOT the version that was released")
    raise typer.Exit(0 if found.holds else 1)
