"""A version's entry in CHANGELOG.md, and in the errata of the version that it corrects."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import msgspec
import yaml

from dateline.errata import ERRATA, Erratum, read_errata
from dateline.errors import DataError
from dateline.generated.changelog import block_name, changelog_blocks
from dateline.generated.guidelines import table
from dateline.generated.markers import fill
from dateline.releases.difference.changes import Summary
from dateline.releases.difference.reports.words import COLUMNS, many, matrix, opening

__all__ = ["changelog", "changes_page", "entered", "errata_with", "require_entry"]

_WAITING = re.compile(r"^### In the tree, not yet released$", re.M)
_PROVISIONAL = r"^### {version} \(provisional.*\)$"
_NEW = "### In the tree, not yet released"


def changelog(root: Path) -> str:
    """The text of a tree's CHANGELOG.md.

    Raises
    ------
    DataError : there is none to read.
    """
    try:
        return (root / "CHANGELOG.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise DataError("CHANGELOG.md", "a readable file", "none") from None


def changes_page(summary: Summary, before: str, version: str, why: list[str]) -> str:
    """What changed from one version to the next, in figures: Markdown, without a heading."""
    lines = [f"- {line}" for line in why]
    said = ("column", "labels added", "labels changed", "config", "the next version")
    lines += [f"- {line}" for line in opening(summary) if not line.startswith(said)]
    if rows := matrix(summary):
        used = [i for i in range(len(COLUMNS)) if any(counts[i] for _, counts in rows)]
        heads = ("labels of articles in both", *(list(COLUMNS)[i] for i in used))
        cells = [(layer, *(f"{counts[i]:,}" for i in used)) for layer, counts in rows]
        lines += ["", table(heads, cells)]
    lines += [
        "",
        f"Every change with its sentence: `dateline diff {before} {version}`, or "
        f"`corpus/releases/{version}/changes.json`.",
    ]
    return "\n".join(lines) + "\n"


def require_entry(text: str, version: str, provisional: bool) -> None:
    """Refuse a changelog that says nothing of what is to be released.

    Raises
    ------
    DataError : no section for it, or one without a line.
    """
    heading = re.compile(_PROVISIONAL.format(version=re.escape(version)), re.M)
    match = (heading if provisional else _WAITING).search(text)
    if match is None:
        expected = f"the heading '### {version} (provisional…)'" if provisional else f"'{_NEW}'"
        raise DataError("CHANGELOG.md", expected, "none", "Say there what changed and why.")
    if not re.match(r"\s*- ", text[match.end() :]):
        where = f"CHANGELOG.md {match[0]}"
        raise DataError(where, "lines on what changed and why, each with '- '", "none")


def entered(text: str, releases: Path, frozen: dict[str, str], version: str, day: str) -> str:
    """The changelog with the entry of a version: what was written by hand, and a generated block.

    A changelog that has the entry is only brought up to date.
    """
    heading = f"### {version} ({day})"
    if heading not in text:
        waiting = re.compile(_PROVISIONAL.format(version=re.escape(version)), re.M)
        match = waiting.search(text) or _WAITING.search(text)
        if match is None:
            raise DataError("CHANGELOG.md", f"'{_NEW}'", "none")
        rest = text[match.end() :]
        end = re.search(r"^##", rest, re.M)
        body = rest[: end.start()] if end else rest
        after = rest[len(body) :]
        block = f"<!-- generated: {block_name(version)} -->\n<!-- /generated -->\n\n"
        text = f"{text[: match.start()]}{heading}\n\n{body.strip()}\n\n{block}{after}"
    blocks = changelog_blocks(releases, frozen)
    there = {name: block for name, block in blocks.items() if f"generated: {name} " in text}
    return fill(text, there, "CHANGELOG.md")


def errata_with(releases: Path, summary: Summary, before: str, version: str, day: str) -> str:
    """The errata file with what a version corrects in the one before; "" where it corrects nothing.

    Articles and columns that were added are no error of the version before.
    """
    changes = sum(summary.total(layer) for layer in summary.counts if layer != "articles")
    articles = summary.articles
    gone = articles.get("withdrawn", 0) + articles.get("text", 0) + articles.get("moved", 0)
    known = read_errata(releases)
    if not changes and not gone:
        return ""
    if any((one.version, one.corrected_in) == (before, version) for one in known):
        return ""
    touched = gone + articles.get("changed", 0)
    erratum = Erratum(
        version=before,
        state="erroneous",
        since=date.fromisoformat(day),
        text=f"{many(changes, 'correction')} of labels and fields in {many(touched, 'article')}: "
        f"`dateline diff {before} {version}`.",
        corrected_in=version,
    )
    path = releases / ERRATA
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    added = yaml.safe_dump([msgspec.to_builtins(erratum)], sort_keys=False, allow_unicode=True)
    return text + added
