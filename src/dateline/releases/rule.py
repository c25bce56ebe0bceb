"""Which version a difference calls for, and why (the rule of CHANGELOG.md).

MAJOR: what somebody built on before may now mean something else, or is gone. MINOR: there is more.
PATCH: what there was is corrected. While MAJOR is 0 a MAJOR change raises MINOR.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dateline.errors import UsageError
from dateline.releases.difference.changes import LAYERS, Summary
from dateline.releases.difference.schemas import SchemaChange

__all__ = ["Finding", "Level", "Required", "check_version", "findings", "larger", "required"]

Level = Literal["MAJOR", "MINOR", "PATCH"]
_LEVELS: tuple[Level, ...] = ("MAJOR", "MINOR", "PATCH")

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_OF_SCHEMA: dict[str, Level] = {
    "config removed": "MAJOR",
    "column removed": "MAJOR",
    "column retyped": "MAJOR",
    "labels changed": "MAJOR",
    "config added": "MINOR",
    "column added": "MINOR",
    "labels added": "MINOR",
}


@dataclass(frozen=True)
class Finding:
    """One reason for a level, as a line: `MINOR: 108 articles added`."""

    level: Level
    what: str

    def __str__(self) -> str:
        return f"{self.level}: {self.what}"


@dataclass(frozen=True)
class Required:
    """The version that a difference calls for; `level` None: nothing to release.

    `lines` say why, the gravest first.
    """

    version: str
    level: Level | None
    lines: list[str]


def check_version(version: str) -> None:
    """Refuse what is not MAJOR.MINOR.PATCH.

    Raises
    ------
    UsageError : it is not.
    """
    if _VERSION.fullmatch(version) is None:
        raise UsageError("version", "MAJOR.MINOR.PATCH", repr(version))


def required(before: str, found: list[Finding]) -> Required:
    """The version that follows `before`, MAJOR.MINOR.PATCH, by what was found.

    Raises
    ------
    UsageError : `before` is no such version.
    """
    check_version(before)
    major, minor, patch = (int(part) for part in before.split("."))
    ordered = sorted(found, key=lambda finding: _LEVELS.index(finding.level))
    lines = [str(finding) for finding in ordered]
    if not ordered:
        return Required(before, None, ["nothing differs: no new version"])
    level = ordered[0].level
    if level == "MAJOR" and major:
        return Required(f"{major + 1}.0.0", level, lines)
    if level == "MAJOR":
        lines.append("while MAJOR is 0, a MAJOR change raises MINOR (Semantic Versioning 2.0.0, 4)")
    if level in ("MAJOR", "MINOR"):
        return Required(f"{major}.{minor + 1}.0", level, lines)
    return Required(f"{major}.{minor}.{patch + 1}", level, lines)


def larger(before: str, level: Level) -> tuple[str, ...]:
    """The versions that make a larger step than a level calls for, which nobody is misled by."""
    major, minor, _ = (int(part) for part in before.split("."))
    steps = (f"{major + 1}.0.0", f"{major}.{minor + 1}.0")
    return steps[:1] if level != "PATCH" else steps


def findings(summary: Summary) -> list[Finding]:
    """What a difference has that calls for a version."""
    return [
        *_versions(summary),
        *_schema(summary.schema),
        *_articles(summary),
        *_labels(summary),
    ]


def _versions(summary: Summary) -> Iterator[Finding]:
    """The scheme's MAJOR, and the versions of what cuts sentences and tokens."""
    before, after = summary.before, summary.after
    for name in ("sentences", "tokens"):
        old, new = getattr(before, name), getattr(after, name)
        if None not in (old, new) and old != new:
            yield Finding("MAJOR", f"{name} are cut otherwise: {old} → {new}")
    if before.scheme and after.scheme and before.scheme != after.scheme:
        parts = before.scheme.split(".")[0], after.scheme.split(".")[0]
        level: Level = "PATCH" if parts[0] == parts[1] else "MAJOR"
        yield Finding(level, f"scheme {before.scheme} → {after.scheme}")


def _schema(changes: list[SchemaChange]) -> Iterator[Finding]:
    groups: dict[str, list[str]] = {}
    for change in changes:
        place = change.config if change.column is None else f"{change.config}.{change.column}"
        groups.setdefault(change.kind, []).append(place)
    for kind, places in groups.items():
        yield Finding(_OF_SCHEMA[kind], f"{kind}: {', '.join(places)}")


def _articles(summary: Summary) -> Iterator[Finding]:
    counts = summary.articles
    kinds: tuple[tuple[Level, str, str], ...] = (
        ("MAJOR", "withdrawn", "withdrawn"),
        ("MAJOR", "text", "with other words"),
        ("MAJOR", "moved", "in another split"),
        ("MINOR", "added", "added"),
    )
    for level, kind, what in kinds:
        if counts.get(kind):
            yield Finding(level, f"{_many(counts[kind], 'article')} {what}")


def _labels(summary: Summary) -> Iterator[Finding]:
    """Corrections: of labels by layer, of metadata, and of ids and traces where nothing else is."""
    for layer in LAYERS[1:]:
        if count := summary.total(layer):
            yield Finding("PATCH", f"{_many(count, 'change')} of {layer}")
    if count := summary.total("articles", "changed"):
        names = ", ".join(name for name in summary.fields.get("articles", {}) if name != "text")
        yield Finding("PATCH", f"{_many(count, 'change')} of metadata ({names})")
    if summary.renumbered or summary.retraced:
        counts = ((summary.renumbered, "id"), (summary.retraced, "trace"))
        anew = " and ".join(_many(count, noun) for count, noun in counts if count)
        yield Finding("PATCH", f"{anew} written anew")


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
