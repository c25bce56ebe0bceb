"""Figures of a corpus: articles, tokens and labels by split, outlet and type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from dateline.derived import Article
from dateline.world import split_order

__all__ = ["COUNTED", "TABLES", "Figures", "figures"]

COUNTED = (
    "articles",
    "tokens",
    "sentences",
    "entities",
    "clusters",
    "events",
    "arguments",
    "attributions",
    "stances",
)


TABLES = (
    "entity_types",
    "mentions",
    "event_types",
    "roles",
    "quotes",
    "source_forms",
    "stance_values",
)
"""The counts by label that figures hold."""


class Figures(msgspec.Struct, kw_only=True):
    """Counts. Tokens and sentences of an external article count where its text is at hand.

    `by_split` and `by_outlet` hold, for each, the counts named in `COUNTED`; the others hold counts
    by label.
    """

    by_split: dict[str, dict[str, int]]
    by_outlet: dict[str, dict[str, int]]
    status: dict[str, int]
    makers: dict[str, int]
    entity_types: dict[str, int]
    mentions: dict[str, int]
    event_types: dict[str, int]
    roles: dict[str, int]
    quotes: dict[str, int]
    source_forms: dict[str, int]
    stance_values: dict[str, int]

    def total(self, name: str) -> int:
        """A count over all splits."""
        return sum(counts.get(name, 0) for counts in self.by_split.values())


def _counts(article: Article) -> dict[str, int]:
    return {
        "articles": 1,
        "tokens": len(article.units.tokens),
        "sentences": len(article.units.sentences),
        "entities": len(article.entities),
        "clusters": len(article.clusters),
        "events": len(article.events),
        "arguments": sum(len(event.arguments) for event in article.events),
        "attributions": len(article.attributions),
        "stances": len(article.stances),
    }


def figures(articles: Iterable[tuple[str, Article]]) -> Figures:
    """Count articles given with their splits, one at a time."""
    by_split: dict[str, Counter[str]] = {}
    by_outlet: dict[str, Counter[str]] = {}
    tables: dict[str, Counter[str]] = {name: Counter() for name in ("status", "makers", *TABLES)}
    for split, article in articles:
        counts = _counts(article)
        by_split.setdefault(split, Counter()).update(counts)
        by_outlet.setdefault(article.meta.outlet or "unknown", Counter()).update(counts)
        maker = article.labels.annotator
        tables["status"][article.labels.status] += 1
        tables["makers"][f"{maker.id} ({maker.kind})"] += 1
        tables["entity_types"].update(e.type for e in article.entities)
        tables["mentions"].update(e.mention or "value" for e in article.entities)
        tables["event_types"].update(e.type for e in article.events)
        tables["roles"].update(a.role for e in article.events for a in e.arguments)
        tables["quotes"].update(a.quote for a in article.attributions)
        tables["source_forms"].update(a.source_form for a in article.attributions)
        tables["stance_values"].update(s.value for s in article.stances)
    return Figures(
        by_split={split: dict(by_split[split]) for split in sorted(by_split, key=split_order)},
        by_outlet={outlet: dict(by_outlet[outlet]) for outlet in sorted(by_outlet)},
        **{
            name: dict(sorted(t.items(), key=lambda p: (-p[1], p[0]))) for name, t in tables.items()
        },
    )
