"""The same score over parts of the data: by outlet, genre, quote, nesting, length, and novelty."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from dateline.derived import Article
from dateline.records import Attribution, Entity, Item
from dateline.scoring.counts import Cells, Counts, Key
from dateline.scoring.layers import PARTS, part_of, place_of

__all__ = ["LENGTHS", "Unit", "names_in", "sliced", "units_of"]

LENGTHS = (15, 30)
"""The longest short sentence and the longest middling one, in tokens."""


@dataclass(frozen=True)
class Unit:
    """What is right or wrong as a whole: what has to be the same, and where it stands."""

    key: Hashable
    start: int
    end: int
    item: Item


def units_of(article: Article) -> dict[str, list[Unit]]:
    """The units of the exact score of each layer."""
    fillers = [
        Unit(
            (e.start, e.end, e.type, argument.role, place_of(article, argument.ref)),
            e.start,
            e.end,
            e,
        )
        for e in article.events
        for argument in e.arguments
    ]
    return {
        "entities": [Unit((x.start, x.end, x.type), x.start, x.end, x) for x in article.entities],
        "triggers": [Unit((x.start, x.end, x.type), x.start, x.end, x) for x in article.events],
        "arguments": fillers,
        "attributions": [_attribution(x) for x in article.attributions],
        "stances": [
            Unit((x.start, x.end, place_of(article, x.target), x.value), x.start, x.end, x)
            for x in article.stances
        ],
    }


def _attribution(item: Attribution) -> Unit:
    spans = [span for part in PARTS for span in part_of(item, part)]
    start, end = min(a for a, _ in spans), max(b for _, b in spans)
    return Unit(tuple(part_of(item, part) for part in PARTS), start, end, item)


def names_in(article: Article) -> Iterator[str]:
    """The names of an article as they are printed, in lower case."""
    for entity in article.entities:
        if entity.mention == "name":
            yield (article.surface(entity) or "").lower()


def sliced(gold: Article, predicted: Article, seen: frozenset[str] | None = None) -> Counts:
    """Exact scores of each layer for parts of the data.

    A predicted item is in the part that its own place and nesting put it in, so that what is
    wrongly found counts somewhere, too. `seen` holds the names of the training data, in lower case;
    without it nothing is told of seen and unseen names.
    """
    ours, theirs = units_of(gold), units_of(predicted)
    told = _Told(gold, seen)
    sums: dict[Key, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for layer in ours:
        for at, side, other, article in (
            (2, ours[layer], theirs[layer], gold),
            (0, theirs[layer], ours[layer], predicted),
        ):
            rest = Counter(unit.key for unit in other)
            nested = told.nested(side)
            for unit in side:
                right = rest[unit.key] > 0
                rest[unit.key] -= right
                for part in told.parts(article, unit, unit.key in nested):
                    cells = sums[Key(layer, "exact", part=part)]
                    cells[at] += right
                    cells[at + 1] += 1
    for key, cells in sums.items():
        yield key, Cells(*cells)


class _Told:
    """What can be told of a place in a text: asked of the gold labels, for both sides."""

    def __init__(self, gold: Article, seen: frozenset[str] | None) -> None:
        self.gold = gold
        self.seen = seen
        self.lengths = [
            last - first
            for first, last in map(gold.units.sentence_tokens, range(len(gold.units.sentences)))
        ]
        self.contents = sorted(
            (sum(s.end - s.start for s in a.content), span.start, span.end, a.quote)
            for a in gold.attributions
            for span in a.content
        )

    def parts(self, article: Article, unit: Unit, nested: bool) -> Iterator[str]:
        meta, item = self.gold.meta, unit.item
        yield f"outlet: {meta.outlet}"
        yield f"genre: {meta.genre}"
        yield f"sentence: {self._length(unit.start)}"
        if isinstance(item, Attribution):
            yield f"quote: {item.quote}"
        else:
            yield f"quote: {self._quote(unit)}"
        if isinstance(item, Attribution | Entity):
            yield f"nesting: {'nested' if nested else 'outermost'}"
        if self.seen is not None and isinstance(item, Entity) and item.mention == "name":
            known = (article.surface(item) or "").lower() in self.seen
            yield f"name: {'seen' if known else 'unseen'} in training"

    def _length(self, start: int) -> str:
        length = self.lengths[self.gold.units.sentence_of(start)] if self.lengths else 0
        short, middling = LENGTHS
        if length <= short:
            return f"up to {short} tokens"
        return f"{short + 1} to {middling}" if length <= middling else f"more than {middling}"

    def _quote(self, unit: Unit) -> str:
        for _, start, end, quote in self.contents:
            if start <= unit.start and unit.end <= end:
                return quote
        return "not in an attribution"

    @staticmethod
    def nested(units: list[Unit]) -> set[Hashable]:
        """The units that lie in another one of their layer."""
        found: set[Hashable] = set()
        widest: tuple[int, int] = (-1, -1)
        for unit in sorted(units, key=lambda u: (u.start, -u.end)):
            if unit.end <= widest[1] and (unit.start, unit.end) != widest:
                found.add(unit.key)
            if unit.end > widest[1]:
                widest = (unit.start, unit.end)
        return found
