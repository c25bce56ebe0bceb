"""How changes are said in words, the same in every report that people read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dateline.releases.difference.changes import LAYERS, Change, SideInfo, Summary
from dateline.releases.difference.reports.sample import Sample
from dateline.releases.rule import findings, required

__all__ = ["COLUMNS", "headline", "hidden", "many", "matrix", "opening", "place", "said", "why"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "added": ("added",),
    "removed": ("removed",),
    "moved": ("moved",),
    "retyped": ("retyped",),
    "fields": ("changed",),
    "arguments": ("argument-added", "argument-removed", "role-changed"),
    "references": ("reference-changed",),
    "links": ("linked",),
    "members": ("joined", "left", "regrouped"),
}
"""The columns of the table of labels, with the kinds of change that each counts."""

_LONGEST = 90


def many(count: int, noun: str) -> str:
    """A count with its noun: `1 file`, `2,000 files`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def headline(side: SideInfo) -> str:
    """A side with what it is: `0.1.0 (release)`, `copy/ (copy)`."""
    return side.name if side.name == side.what else f"{side.name} ({side.what})"


def opening(summary: Summary) -> Iterator[str]:
    """What became of the articles, of the columns, and what that means for a version."""
    counts = summary.articles
    parts = [f"{counts[k]:,} {w}" for k, w in _ARTICLES.items() if counts.get(k)]
    yield f"articles: {', '.join(parts) or 'none'}"
    for kind in ("added", "withdrawn"):
        if labels := summary.labels.get(kind):
            told = ", ".join(f"{count:,} {layer}" for layer, count in labels.items())
            yield f"with the {kind} ones: {told}"
    for change in summary.schema:
        at = change.config if change.column is None else f"{change.config}.{change.column}"
        both = [_plain(x) for x in (change.before, change.after) if x is not None]
        yield f"{change.kind}: {at}{': ' if both else ''}{' → '.join(both)}"
    apart = {"renumbered": "with other ids", "shifted": "shifted with their text"}
    told = ", ".join(
        f"{getattr(summary, k):,} {w}" for k, w in apart.items() if getattr(summary, k)
    )
    if told:
        yield f"no changes, and not counted below: labels {told}"
    if summary.retraced:
        yield f"{many(summary.retraced, 'label')} with another provenance"
    yield from summary.notes
    if summary.before.what == "release" and summary.after.what in ("tree", "build"):
        rule = required(summary.before.version or "", findings(summary))
        if rule.level is not None:
            yield f"the next version would be {rule.version} ({rule.lines[0]})"


_ARTICLES = {
    "added": "added",
    "withdrawn": "withdrawn",
    "moved": "in another split",
    "text": "with other words",
    "changed": "changed",
    "same": "the same",
}


def matrix(summary: Summary) -> list[tuple[str, list[int]]]:
    """Changes of each layer by COLUMNS; layers without any are left out."""
    rows = []
    for layer in LAYERS[1:]:
        counts = [summary.total(layer, *kinds) for kinds in COLUMNS.values()]
        if any(counts):
            rows.append((layer, counts))
    return rows


def place(change: Change) -> str:
    """What a change is about: `GPE "Dorrek"`, or the article."""
    item = change.now or change.was
    if item is None:
        return "article"
    words = f" {_quoted(item.words)}" if item.words else ""
    prefix = "cluster of " if change.layer == "clusters" and item.id.startswith("C") else ""
    return f"{prefix}{item.type}{words}"


def said(change: Change) -> str:
    """What happened: `retyped: ORG → PERSON`."""
    before, after = _plain(change.before), _plain(change.after)
    field = change.field or ""
    match change.kind:
        case "added" | "removed":
            value = change.after if change.kind == "added" else change.before
            return f"{change.kind}{_details(value)}"
        case "moved" if change.layer != "articles":
            return f"moved: {before} → {after}"
        case "moved":
            return f"moved from {before} to {after}"
        case "text":
            return f"other words{_passages(change)}"
        case "argument-added":
            return f"argument added: {field} {after}"
        case "argument-removed":
            return f"argument removed: {field} {before}"
        case "role-changed":
            return f"role changed: {after}, was {field}"
        case "joined":
            return f"joined the cluster of {after}"
        case "left":
            return f"left the cluster of {before}"
        case "regrouped":
            return f"went from the cluster of {before} to that of {after}"
        case "uncompared":
            return f"not compared, the text is not at hand: {before} labels → {after}"
        case "retyped":
            return f"retyped: {before} → {after}"
    return f"{field}: {before} → {after}"


def why(change: Change) -> str:
    """The reason of a change, with the decision and who made it; "" where none was given."""
    if change.reason is None:
        return ""
    by = f" by {change.by}, {change.by_kind}" if change.by else ""
    return f"because {change.reason} (decided{by}: {change.decision})"


def hidden(sample: Sample) -> str:
    """What a report does not show; "" where it shows all."""
    if not sample.hidden_changes:
        return ""
    articles = ""
    if sample.hidden_articles:
        articles = f", all those of {many(sample.hidden_articles, 'article')} among them"
    count = many(sample.hidden_changes, "change")
    return f"{count} not shown here{articles}: raise --limit, or take --format json, which has all"


def _quoted(words: str) -> str:
    plain = " ".join(words.split())
    cut = plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
    return f"“{cut}”"


def _plain(value: Any) -> str:
    """A value in words: a span by its words, a reference by what it points at."""
    if value is None or value == []:
        return "none"
    if isinstance(value, list):
        return " + ".join(_plain(x) for x in value)
    if isinstance(value, dict):
        if value.get("words"):
            return _quoted(value["words"])
        if "start" in value:
            return f"{value['start']}–{value['end']}"
        named = [x for x in (value.get("id"), value.get("kind")) if x]
        return " ".join(named) or str(value)
    return str(value)


def _details(value: Any) -> str:
    """The attributes of an item that came or went."""
    if not isinstance(value, dict):
        return ""
    left_out = ("type", "cluster", "id", "words")
    parts = [f"{k}={x}" for k, x in value.items() if isinstance(x, str) and k not in left_out]
    for name in ("holder", "target"):
        if name in value:
            parts.append(f"{name}={_plain(value[name])}")
    parts += [f"{a['role']}={_plain(a)}" for a in value.get("arguments", [])]
    if value.get("source"):
        parts.append(f"source={_plain(value['source'])}")
    if value.get("content"):
        parts.append(f"content={_plain(value['content'])}")
    if value.get("members"):
        parts.append(f"members={_plain(value['members'])}")
    return f": {', '.join(parts)}" if parts else ""


def _passages(change: Change) -> str:
    pairs = list(zip(change.before["passages"], change.after["passages"], strict=True))
    told = "; ".join(f"{_quoted(a)} → {_quoted(b)}" for a, b in pairs[:3])
    more = f"; {len(pairs) - 3} more passages" if len(pairs) > 3 else ""
    return f": {told}{more}" if pairs else ""
