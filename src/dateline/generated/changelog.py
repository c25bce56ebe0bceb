"""The generated part of CHANGELOG.md: for each frozen version its digest and what changed."""

from __future__ import annotations

from pathlib import Path

from dateline.manifest import anchors

__all__ = ["CHANGES", "block_name", "changelog_blocks"]

CHANGES = "CHANGES.md"
"""What changed since the version before, in a release folder; the first version has none."""


def block_name(version: str) -> str:
    """The name of a version's block; names of blocks have no dots."""
    return f"release-{version.replace('.', '-')}"


def changelog_blocks(releases: Path, frozen: dict[str, str] | None = None) -> dict[str, str]:
    """Markdown by block name, for the versions that `frozen` names, by default the anchored ones.

    The digest is the anchored one, so that the changelog is a second witness of it.
    """
    found = {}
    for version, digest in (anchors(releases) if frozen is None else frozen).items():
        path = releases / version / CHANGES
        changes = path.read_text(encoding="utf-8").strip() + "\n\n" if path.is_file() else ""
        found[block_name(version)] = f"{changes}SHA-256 of the manifest: `{digest}`"
    return found
