"""What differs in the clusters of an article: which there are, their links, and who is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dateline.derived import Article
from dateline.records import Cluster
from dateline.releases.difference.changes import Change, Place
from dateline.releases.difference.paired import Paired, members_of, named, sentence_of

__all__ = ["cluster_changes"]


def cluster_changes(both: Paired) -> Iterator[Change]:
    """Clusters that came and went, their names and links, and items of both sides whose cluster is
    another.

    What a cluster that came or went holds is said there, and is no change of its members.
    """
    twins = both.clusters
    for key in both.before.clusters:
        if key not in twins:
            value = {**_said(both.before, key), "members": _members(both.before, key)}
            yield _of_cluster(both, "removed", key, None, before=value)
    for key in both.after.clusters:
        if key not in twins.values():
            value = {**_said(both.after, key), "members": _members(both.after, key)}
            yield _of_cluster(both, "added", None, key, after=value)
    for old, new in twins.items():
        was = both.before.clusters.get(old, Cluster())
        now = both.after.clusters.get(new, Cluster())
        for kind, name in (("changed", "name"), ("linked", "kb")):
            before, after = getattr(was, name), getattr(now, name)
            if before != after:
                yield _of_cluster(both, kind, old, new, field=name, before=before, after=after)
    pairs: list[tuple[Any, Any]] = [*both.match.entities.pairs, *both.match.events.pairs]
    for old_item, placed in pairs:
        yield from _membership(both, old_item, both.after.by_id[placed.id])


def _membership(both: Paired, old: Any, new: Any) -> Iterator[Change]:
    """Where an item came into, left or changed clusters that both sides have."""
    twins = both.clusters
    left = old.cluster if old.cluster in twins else None
    joined = new.cluster if new.cluster in twins.values() else None
    if (left is None and joined is None) or (left is not None and twins[left] == joined):
        return
    kind = "regrouped" if left and joined else "left" if left else "joined"
    yield both.of_item(
        "clusters",
        kind,
        old,
        new,
        field="cluster",
        before=left and _said(both.before, left),
        after=joined and _said(both.after, joined),
        traced=joined or twins.get(left or ""),
    )


def _said(article: Article, key: str) -> dict[str, Any]:
    """A cluster by its name, or else by the words of its fullest mention."""
    cluster = article.clusters.get(key, Cluster())
    found = members_of(article, key)
    names = [item for item in found if getattr(item, "mention", None) == "name"]
    words = [article.surface(item) or "" for item in names or found]
    name = cluster.name or max(words, key=len, default="") or None
    return {"id": key, "words": name, "kb": cluster.kb}


def _members(article: Article, key: str) -> list[dict[str, Any]]:
    return [named(article, item.id) for item in members_of(article, key)]


def _place(article: Article, key: str | None) -> Place | None:
    """A cluster as a place: where its first member is, under its name."""
    if key is None:
        return None
    words = _said(article, key)["words"]
    for first in members_of(article, key):
        return Place(id=key, type=first.type, start=first.start, end=first.end, words=words)
    return Place(id=key, type="CLUSTER", words=words)


def _of_cluster(both: Paired, kind: str, old: str | None, new: str | None, **more: Any) -> Change:
    article, key = (both.before, old) if new is None else (both.after, new)
    sentence, marks = sentence_of(article, members_of(article, key or ""))
    return both.change(
        "clusters",
        kind,
        was=_place(both.before, old),
        now=_place(both.after, new),
        sentence=sentence,
        marks=marks,
        **more,
        **both.reason(new, kind, more.get("field")),
    )
