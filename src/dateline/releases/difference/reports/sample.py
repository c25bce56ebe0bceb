"""What a report shows of a difference: a fair part of the changes, and a count of the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import msgspec

from dateline.releases.difference.changes import ArticleChange, Change, Summary
from dateline.releases.difference.diff import Diff, summary

__all__ = ["Sample", "sampled"]

_EACH = 5
"""Changes that an article may show, however many articles there are."""


@dataclass
class Sample:
    """Changed articles with some of their changes, the ids of others by what became of them, and
    how much is not shown.
    """

    summary: Summary
    articles: list[ArticleChange] = field(default_factory=list)
    listed: dict[str, list[str]] = field(default_factory=dict)
    hidden: dict[str, int] = field(default_factory=dict)
    hidden_articles: int = 0

    @property
    def hidden_changes(self) -> int:
        return sum(self.hidden.values())


def sampled(diff: Diff, limit: int) -> Sample:
    """Read a difference to its end, keeping at most `limit` changes and ids of each kind.

    Few articles show all; of many, the first ones show at least five changes each.
    """
    kept: list[ArticleChange] = []
    hidden: Counter[str] = Counter()
    listed: dict[str, list[str]] = {}
    articles = 0
    for article in diff:
        for kind in ("added", "withdrawn", "moved", "text"):
            if any(c.layer == "articles" and c.kind == kind for c in article.changes):
                ids = listed.setdefault(kind, [])
                if len(ids) < limit:
                    ids.append(article.doc_id)
        if article.kind != "changed":
            continue
        room = limit if len(kept) < max(1, limit // _EACH) else 0
        hidden[article.doc_id if room else ""] += max(0, len(article.changes) - room)
        articles += not room
        if room:
            kept.append(_cut(article, room))
            _fit(kept, hidden, limit)
    found = summary(diff)
    return Sample(found, kept, listed, {k: n for k, n in hidden.items() if n}, articles)


def _cut(article: ArticleChange, room: int) -> ArticleChange:
    return msgspec.structs.replace(article, changes=article.changes[:room])


def _fit(kept: list[ArticleChange], hidden: Counter[str], limit: int) -> None:
    """Take changes from the fullest articles until `limit` are left."""
    over = sum(len(article.changes) for article in kept) - limit
    while over > 0:
        fullest = max(range(len(kept)), key=lambda i: len(kept[i].changes))
        changes: list[Change] = kept[fullest].changes
        hidden[kept[fullest].doc_id] += 1
        kept[fullest] = _cut(kept[fullest], len(changes) - 1)
        over -= 1
