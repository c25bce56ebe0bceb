"""The figures that stand in the prose of README.md and DATASHEET.md, by name."""

from __future__ import annotations

from collections.abc import Iterable

from dateline.generated.source import Source
from dateline.world import SPLITS

__all__ = ["numbers"]


def numbers(source: Source) -> dict[str, str]:
    """Each figure as it is written: counts from rows, and of misprints where they are frozen."""
    articles = [article for _, article in source.open]
    splits: dict[str, set[str]] = {split: set() for split in SPLITS}
    outlets: dict[str, list[str]] = {}
    for split, article in source.open:
        storyline = article.meta.storyline or ""
        splits.setdefault(split, set()).add(storyline)
        outlets.setdefault(storyline, []).append(article.meta.outlet or "unknown")
    found = {
        "source": source.name,
        "articles": str(len(articles)),
        "outlets": str(len({name for names in outlets.values() for name in names})),
        "storylines": str(len(outlets)),
        **{f"storylines-{split}": str(len(splits[split])) for split in SPLITS},
        "articles-a-storyline": _spread(map(len, outlets.values())),
        "outlets-a-storyline": str(min((len(set(names)) for names in outlets.values()), default=0)),
    }
    if source.frozen is not None:
        misprints = source.frozen.misprints.values()
        found["misprinted"] = str(len(misprints))
        found["misprinted-share"] = f"{len(misprints) / max(1, len(articles)):.0%}"
        found["misprints"] = _spread(misprints)
    return found


def _spread(counts: Iterable[int]) -> str:
    """`4 to 6`, or a single number."""
    found = sorted(counts) or [0]
    return str(found[0]) if found[0] == found[-1] else f"{found[0]} to {found[-1]}"
