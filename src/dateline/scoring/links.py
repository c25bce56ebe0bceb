"""Links to knowledge bases and to the authored world, in articles and across them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from dateline.derived import Article
from dateline.records import Entity, Event
from dateline.scheme import Scheme
from dateline.scoring.counts import Cells, Counts, Key, units
from dateline.scoring.sides import Sides, Span

__all__ = ["Across", "links"]

NIL = "NIL"
"""Looked for, and not there: no link."""


def _ids(article: Article) -> dict[str, str | None]:
    """The id that each cluster is linked to."""
    return {name: None if x.kb == NIL else x.kb for name, x in article.clusters.items()}


def _linked(items: list[Entity] | list[Event], ids: dict[str, str | None]) -> list[Hashable]:
    each = ((item, ids.get(item.cluster or "")) for item in items)
    return [(item.start, item.end, kb) for item, kb in each if kb is not None]


def links(sides: Sides, _: Scheme) -> Counts:
    """Mentions and triggers with the id that their cluster is linked to: span and id have to be the
    same ("strong annotation match", Cornolti, Ferragina and Ciaramita 2013); NIL is no link.
    """
    gold, predicted = sides.both
    ids, others = _ids(gold), _ids(predicted)
    for label, ours, theirs in (
        ("entities", gold.entities, predicted.entities),
        ("events", gold.events, predicted.events),
    ):
        yield Key("links", "exact", label), units(_linked(ours, ids), _linked(theirs, others))


Known = tuple[bool, str]
"""A cluster: whether it bears an id, then that, else its name in its article."""


class Across:
    """B-cubed (Bagga and Baldwin 1998) of the clusters that ids make over all articles.

    Mentions of all articles whose clusters bear one id are one cluster, whatever the id is, so that
    a system may have names of its own; a cluster without an id stays in its article. Spans have to
    be the same. Only ids are remembered, with how many mentions they have and which of them meet.
    """

    def __init__(self) -> None:
        self._right = [0.0, 0.0]
        self._size = [0, 0]
        self._mentions: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self._meeting: Counter[tuple[str, str]] = Counter()
        self._squares: tuple[Counter[str], Counter[str]] = (Counter(), Counter())

    def add(self, sides: Sides, layer: str) -> None:
        """Add the `entities` or `events` of one article."""
        gold, predicted = (
            _known(found, article)
            for found, article in zip(sides.clustered[layer], sides.both, strict=True)
        )
        together = Counter(
            (cluster, predicted[span]) for span, cluster in gold.items() if span in predicted
        )
        # What is in one article alone is summed up at once; what bears an id has to wait.
        for side, found in enumerate((gold, predicted)):
            sizes = Counter(found.values())
            self._size[side] += len(found)
            for (known, name), size in sizes.items():
                if known:
                    self._mentions[side][name] += size
            for pair, count in together.items():
                (known, name), other = pair[side], pair[1 - side]
                if not known:
                    self._right[side] += count * count / sizes[pair[side]]
                elif not other[0]:
                    self._squares[side][name] += count * count
        for (one, two), count in together.items():
            if one[0] and two[0]:
                self._meeting[one[1], two[1]] += count

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

    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None where neither side has a cluster."""
        right, predicted, found, gold = self.cells()
        if not predicted and not gold:
            return None
        precision = right / predicted if predicted else 0.0
        recall = found / gold if gold else 0.0
        both = precision + recall
        return 2 * precision * recall / both if both else 0.0


def _known(clusters: dict[Span, str], article: Article) -> dict[Span, Known]:
    ids = _ids(article)
    names: dict[str, Known] = {k: (False, k) if kb is None else (True, kb) for k, kb in ids.items()}
    return {span: names.get(name, (False, name)) for span, name in clusters.items()}
