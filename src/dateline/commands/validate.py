"""Check a corpus tree, Parquet, or an exchange file; say what is wrong, where, and how to mend it.

Exit code 1 when an error is found; warnings alone do not fail. Levels: 1 files, 2 structure,
3 spans, 4 references and meaning, 5 corpus, 6 release. CODES are codes such as DL303, or their
beginnings (DL3 is level 3), with commas between them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.commands import Root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dateline.checks.incident import Incident
    from dateline.checks.reports.words import TextOf
    from dateline.errors import UsageError
    from dateline.tree import Tree


def run(
    target: Annotated[
        Path | None,
        typer.Argument(help="A tree, a Parquet file or folder, or .jsonl; by default the tree."),
    ] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="CODE", help="Say what a code means, and check nothing.")
    ] = None,
    select: Annotated[str, typer.Option(metavar="CODES", help="Only these.")] = "",
    ignore: Annotated[str, typer.Option(metavar="CODES", help="All but these.")] = "",
    level: Annotated[
        str, typer.Option(help="error or warning: nothing milder; 1 to 6: only that level.")
    ] = "warning",
    format: Annotated[str, typer.Option("--format", help="text, json, sarif or html.")] = "text",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report there.")
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what needs no judgement; shows what, and asks.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Mend without asking.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; by default the cores.")
    ] = None,
    root: Root = None,
) -> None:
    from dateline.checks.reports import REPORTS
    from dateline.checks.reports.words import totals
    from dateline.errors import UsageError
    from dateline.files import Staged
    from dateline.tree import Tree, find_root

    if explain is not None:
        print(_explained(explain))
        return
    if format not in REPORTS:
        raise UsageError("--format", f"one of {', '.join(REPORTS)}", repr(format))
    selected, ignored, severity = _codes(select, ignore, level)
    place = target or find_root(root)

    def check() -> list[Incident]:
        return _checked(place, selected, ignored, severity, workers, root)

    is_tree = (place / "schema" / "scheme.yaml").is_file()
    if fix and not is_tree:
        raise UsageError("--fix", "a corpus tree to mend", str(place))
    tree = Tree(place if is_tree else find_root(root))
    found = check()
    if fix and _mended(tree, found, yes):
        found = check()
    report = REPORTS[format](found, place if place.is_dir() else place.parent, _open_texts(tree))
    if out is None:
        print(report, end="")
    else:
        with Staged() as staged:
            staged.write(out, report.encode())
        print(f"wrote {out}: {totals(found)}")
    if any(incident.severity == "error" for incident in found):
        raise typer.Exit(1)


def _explained(code: str) -> str:
    """A code's entry in the catalogue."""
    from dateline.checks.catalogue import CATALOGUE, LEVELS

    code = code.upper()
    if code not in CATALOGUE:
        raise _unknown(code, "--explain")
    entry, level = CATALOGUE[code], int(code[2])
    lines = [
        f"{code}: {entry.title}",
        f"level {level} ({LEVELS[level]}), {entry.severity}",
        "",
        f"Why: {entry.why}",
        f"Mend: {entry.mend}",
    ]
    if entry.fixed:
        lines.append("Fixed by: dateline validate --fix")
    if entry.after:
        lines.append(f"Hidden by: {', '.join(entry.after)} in the same document")
    return "\n".join(lines)


def _known(codes: str, option: str) -> list[str]:
    """The codes that a list of codes, or of their beginnings, names.

    Raises
    ------
    UsageError : one of them names nothing.
    """
    from dateline.checks.catalogue import CATALOGUE

    named = []
    for part in codes.upper().replace(",", " ").split():
        found = [code for code in CATALOGUE if code.startswith(part)]
        if not found:
            raise _unknown(part, option)
        named += found
    return named


def _unknown(code: str, option: str) -> UsageError:
    """The error for a code that is not in the catalogue, with those near it."""
    import difflib

    from dateline.checks.catalogue import CATALOGUE
    from dateline.errors import UsageError

    near = difflib.get_close_matches(code, CATALOGUE, n=3)
    hint = f"Near it: {', '.join(near)}." if near else "Codes are DL and three digits."
    return UsageError(option, "a code of the catalogue", repr(code), hint)


def _codes(select: str, ignore: str, level: str) -> tuple[list[str], list[str], str]:
    """What is selected, what is ignored, and the mildest severity that is reported."""
    from dateline.checks.catalogue import LEVELS
    from dateline.errors import UsageError

    selected, ignored = _known(select, "--select"), _known(ignore, "--ignore")
    if level in ("error", "warning"):
        return selected, ignored, level
    if level not in map(str, LEVELS):
        raise UsageError("--level", "error, warning, or a number from 1 to 6", repr(level))
    of_level = _known(f"DL{level}", "--level")
    both = [code for code in of_level if not selected or code in selected]
    if not both:
        raise UsageError("--select", f"codes of level {level}", repr(select))
    return both, ignored, "warning"


def _checked(
    place: Path,
    select: Sequence[str],
    ignore: Sequence[str],
    severity: str,
    workers: int | None,
    root: Path | None,
) -> list[Incident]:
    """The incidents of a target, counted on the way."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from dateline.checks.suite import validate

    columns = SpinnerColumn(), TextColumn("{task.completed} findings"), TimeElapsedColumn()
    console = Console(stderr=True)
    quiet = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("findings", total=None)
        stream = validate(
            place, select=select, ignore=ignore, severity=severity, workers=workers, root=root
        )
        found = []
        for incident in stream:
            found.append(incident)
            bar.advance(task)
    return found


def _mended(tree: Tree, found: Sequence[Incident], yes: bool) -> bool:
    """Show what can be mended, ask, and write it; on stderr, since stdout is for the report."""
    import sys

    from dateline.checks.fix import diff, fixes
    from dateline.files import Staged

    tree.require_sources()
    new = fixes(tree, found)
    for path, raw in sorted(new.items()):
        before = path.read_bytes() if path.is_file() else b""
        print(diff(before, raw, tree.where(path)), end="", file=sys.stderr)
    if not new:
        print("nothing that --fix could mend", file=sys.stderr)
        return False
    if not yes and not typer.confirm("apply?", err=True):
        return False
    with Staged() as staged:
        for path, raw in new.items():
            staged.write(path, raw)
    print(f"mended {len(new)} file{'s' * (len(new) > 1)}", file=sys.stderr)
    return True


def _open_texts(tree: Tree) -> TextOf:
    """Texts for a report: open ones only, since a report may be passed on."""
    from dateline.errors import DatelineError

    def text_of(doc_id: str) -> str | None:
        try:
            meta = tree.meta(doc_id)
            return tree.text(meta) if meta.tier == "open" else None
        except DatelineError:
            return None

    return text_of
