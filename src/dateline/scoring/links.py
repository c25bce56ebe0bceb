"""Links to knowledge bases and to the authored world, in articles and across them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable

from dateline.derived import Article
from dateline.records import Entity, Event
from dateline.scheme import Scheme
from dateline.scoring.counts import Cells, Counts, Key, units

__all__ = ["Across", "links"]

NIL = "NIL"


def _linked(article: Article, items: list[Entity] | list[Event]) -> list[Hashable]:
    found: list[Hashable] = []
    for item in items:
        cluster = article.clusters.get(item.cluster or "")
        if cluster is not None and cluster.kb not in (None, NIL):
            found.append((item.start, item.end, cluster.kb))
    return found


def links(gold: Article, predicted: Article, _: Scheme) -> Counts:
    """Mentions and triggers with the id that their cluster is linked to: span and id have to be the
    same ("strong annotation match", Cornolti, Ferragina and Ciaramita 2013); NIL is no link.
    """
    for label, ours, theirs in (
        ("entities", gold.entities, predicted.entities),
        ("events", gold.events, predicted.events),
    ):
        sides = (_linked(gold, ours), _linked(predicted, theirs))
        yield Key("links", "exact", label), units(*sides)


Spans = dict[tuple[int, int], str]


class Across:
    """B-cubed (Bagga and Baldwin 1998) of the clusters that ids make over all articles.

    Mentions of all articles whose clusters bear one id are one cluster, whatever the id is, so that
    a system may have names of its own; a cluster without an id stays in its article. Spans have to
    be the same. Only clusters that have an id are remembered, with pairs of them that meet.
    """

    def __init__(self) -> None:
        self._right = [0.0, 0.0]
        self._size = [0, 0]
        self._mentions: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self._meeting: Counter[tuple[str, str]] = Counter()
        self._squares: tuple[Counter[str], Counter[str]] = (Counter(), Counter())

    def add(
        self,
        gold: list[Entity] | list[Event],
        predicted: list[Entity] | list[Event],
        sides: tuple[Article, Article],
    ) -> None:
        """Add the items of one layer of one article."""
        found = [
            _clustered(items, article)
            for items, article in zip((gold, predicted), sides, strict=True)
        ]
        together: Counter[tuple[str, str]] = Counter()
        for span, cluster in found[0].items():
            if span in found[1]:
                together[cluster, found[1][span]] += 1
        for side in (0, 1):
            sizes = Counter(found[side].values())
            self._size[side] += len(found[side])
            of_cluster: defaultdict[str, float] = defaultdict(float)
            for pair, count in together.items():
                if not (_known(pair[0]) and _known(pair[1])):
                    of_cluster[pair[side]] += count * count
            for cluster, size in sizes.items():
                if _known(cluster):
                    self._mentions[side][cluster] += size
                    self._squares[side][cluster] += of_cluster[cluster]  # type: ignore[assignment]
                else:
                    self._right[side] += of_cluster[cluster] / size
        for pair, count in together.items():
            if _known(pair[0]) and _known(pair[1]):
                self._meeting[pair] += count

    def cells(self) -> Cells:
        """The sums of precision (over predicted mentions) and recall (over gold ones)."""
        right = list(self._right)
        for side in (0, 1):
            squares: Counter[str] = Counter(self._squares[side])
            for pair, count in self._meeting.items():
                squares[pair[side]] += count * count
            right[side] += sum(
                square / self._mentions[side][cluster] for cluster, square in squares.items()
            )
        return Cells(right[1], self._size[1], right[0], self._size[0])


def _known(cluster: str) -> bool:
    """Whether a cluster bears an id: those have a colon, clusters of one article have none."""
    return ":" in cluster


def _clustered(items: list[Entity] | list[Event], article: Article) -> Spans:
    found: Spans = {}
    for item in items:
        if item.cluster is None:
            continue
        cluster = article.clusters.get(item.cluster)
        kb = cluster.kb if cluster is not None else None
        found.setdefault((item.start, item.end), kb if kb and _known(kb) else item.cluster)
    return found
