"""The figures that README.md and DATASHEET.md show, counted from a release."""

from __future__ import annotations

import statistics
from pathlib import Path

from dateline.generated.guidelines import table
from dateline.loading import articles_in
from dateline.manifest import read_manifest
from dateline.scheme import Scheme
from dateline.stats import COUNTED, Figures, figures

__all__ = ["figure_blocks"]


def _shares(counts: dict[str, int]) -> str:
    whole = sum(counts.values()) or 1
    return ", ".join(f"{name} {count} ({count / whole:.0%})" for name, count in counts.items())


def _rows(first: str, rows: dict[str, dict[str, int]], total: dict[str, int] | None = None) -> str:
    shown = [(k, *(str(c.get(n, 0)) for n in COUNTED)) for k, c in rows.items()]
    if total is not None:
        shown.append(("**all**", *(f"**{total[n]}**" for n in COUNTED)))
    return table((first, *COUNTED), shown)


def _by_type(found: Figures) -> str:
    return table(
        ("layer", "labels"),
        (
            ("entities", _shares(found.entity_types)),
            ("mentions", _shares(found.mentions)),
            ("events", _shares(found.event_types)),
            ("roles", _shares(found.roles)),
            ("attributions: quotation", _shares(found.quotes)),
            ("attributions: source", _shares(found.source_forms)),
            ("stances", _shares(found.stance_values)),
        ),
    )


def figure_blocks(folder: Path, scheme: Scheme) -> dict[str, str]:
    """Blocks of Markdown by name; each says of which version it speaks."""
    manifest = read_manifest(folder)
    standing = ", provisional" if manifest.provisional else ""
    said = f"Counted by `dateline stats {manifest.version}` (release {manifest.version}{standing})."
    articles = list(articles_in(folder, scheme))
    found = figures(articles)
    total = {name: found.total(name) for name in COUNTED}
    sentences = [
        article.units.sentence_tokens(number)
        for split, article in articles
        if split != "external"
        for number in range(len(article.units.sentences))
    ]
    lengths = [last - first for first, last in sentences]
    open_tokens = sum(c["tokens"] for s, c in found.by_split.items() if s != "external")
    open_articles = sum(c["articles"] for s, c in found.by_split.items() if s != "external")
    lost = sum(manifest.not_in_tags.values())
    attributed = found.total("attributions") or 1
    fragments = sum(len(a.content) > 1 for _, article in articles for a in article.attributions)
    nested = sum(
        outer is not None for _, article in articles for outer in article.nested_in.values()
    )
    said_cues = sum(
        article.surface(a.cue) == "said"
        for split, article in articles
        for a in article.attributions
        if a.cue is not None and split != "external"
    )
    open_attributions = sum(
        c.get("attributions", 0) for s, c in found.by_split.items() if s != "external"
    )
    no_source = sum(a.source is None for _, article in articles for a in article.attributions)
    shape = table(
        ("measure", "Dateline", "PolNeAR"),
        (
            ("tokens an open article", f"{open_tokens / max(1, open_articles):.0f}", ""),
            ("tokens a sentence, mean", f"{statistics.fmean(lengths or [0]):.1f}", ""),
            ("tokens a sentence, median", f"{statistics.median(lengths or [0]):g}", ""),
            ("attributions without source", f"{no_source / attributed:.1%}", "7.3%"),
            ("attributions with several fragments", f"{fragments / attributed:.1%}", "15.4%"),
            ("attributions inside another", f"{nested / attributed:.1%}", ""),
            ('cue "said"', f"{said_cues / max(1, open_attributions):.1%}", "20%"),
            ("indirect", f"{found.quotes.get('indirect', 0) / attributed:.1%}", "73%"),
            ("direct", f"{found.quotes.get('direct', 0) / attributed:.1%}", "17%"),
            ("mixed", f"{found.quotes.get('mixed', 0) / attributed:.1%}", "10%"),
            ("names and values that BIO tags cannot show", str(lost), ""),
        ),
    )
    makers = f"Labels by maker: {_shares(found.makers)}. Status: {_shares(found.status)}."
    return {
        "figures": f"{_rows('split', found.by_split, total)}\n\n{said}",
        "by-outlet": f"{_rows('outlet', found.by_outlet)}\n\n{said}",
        "by-type": f"{_by_type(found)}\n\n{said}",
        "makers": f"{makers} {said}",
        "shape": f"{shape}\n\n{said}",
    }
