"""Which labels of two documents are the same in all but their ids.

Most labels of two versions are. To pair these first keeps an edit from casting doubt on its
neighbours, and leaves little to compare.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping

from dateline.matching import fields
from dateline.records import AUTHOR, Attribution, Document, Entity, Event, Item, Stance, items

__all__ = ["identical"]

_ROUNDS = 3
_SINGLE = (True, False, False, True)
"""Of each colouring: whether only a colour that one item of either side has makes a pair."""


def identical(left: Document, right: Document) -> dict[str, str]:
    """Left ids to right ids of the items that are the same: by their own fields and by what they
    point at and what points at them, as far as that tells them apart.

    Items that nothing tells apart pair in the order of the document; those whose references alone
    are others, only where there is no choice. Empty spans (words that have
    no place in the other text) pair with nothing.
    """
    numbers: dict[Hashable, int] = {}
    mine, theirs = _Neighbours(left, numbers), _Neighbours(right, numbers)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for single, a, b in zip(_SINGLE, mine.colours(), theirs.colours(), strict=True):
        free = _classes(b, taken)
        for colour, ids in _classes(a, found).items():
            others = free.get(colour, [])
            if len(ids) == len(others) and (len(ids) == 1 or not single):
                found.update(zip(ids, others, strict=True))
                taken.update(others)
        if not _classes(mine.own, found).keys() & _classes(theirs.own, taken).keys():
            break  # nothing is left that could be the same
    return found


def _classes(
    colours: Mapping[str, int], without: Mapping[str, str] | set[str]
) -> dict[int, list[str]]:
    classes = defaultdict(list)
    for key, colour in colours.items():
        if key not in without:
            classes[colour].append(key)
    return classes


def _references(item: Item) -> list[tuple[str, str]]:
    if isinstance(item, Event):
        return [(argument.role, argument.ref) for argument in item.arguments]
    if isinstance(item, Attribution):
        return [("refs", ref) for ref in item.source.refs] if item.source is not None else []
    if isinstance(item, Stance):
        return [("holder", item.holder), ("target", item.target)]
    return []


class _Neighbours:
    """Items coloured by what they are, then by what is around them: equal colours, equal items."""

    def __init__(self, doc: Document, numbers: dict[Hashable, int]) -> None:
        self.numbers = numbers
        self.own: dict[str, int] = {}
        self.cluster: dict[str, int] = {}
        self.out: dict[str, list[tuple[str, str]]] = {}
        self.into: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for layer, _, item in items(doc):
            if not isinstance(item, Attribution) and item.start >= item.end:
                continue
            key = (layer, *fields(item, lambda _: None).values())
            self.own[item.id] = self._number(key)
            self.out[item.id] = _references(item)
            for role, ref in self.out[item.id]:
                self.into[ref].append((role, item.id))
            if isinstance(item, Entity | Event) and item.cluster in doc.clusters:
                cluster = doc.clusters[item.cluster]
                self.cluster[item.id] = self._number((cluster.name, cluster.kb))

    def _number(self, key: Hashable) -> int:
        return self.numbers.setdefault(key, len(self.numbers))

    def colours(self) -> Iterator[dict[str, int]]:
        """Colourings: own fields; all around, neighbours of neighbours too; references; own fields
        again, for what was in doubt and is no more.
        """
        yield self.own
        wide = {k: self._number((own, self.cluster.get(k, -1))) for k, own in self.own.items()}
        for _ in range(_ROUNDS):
            wide = self._round(wide, with_into=True)
        yield wide
        yield self._round(self.own, with_into=False)
        yield self.own

    def _round(self, colours: Mapping[str, int], *, with_into: bool) -> dict[str, int]:
        def around(links: list[tuple[str, str]]) -> tuple[tuple[str, int], ...]:
            return tuple(
                sorted((role, -2 if x == AUTHOR else colours.get(x, -1)) for role, x in links)
            )

        return {
            key: self._number(
                (own, around(self.out[key]), around(self.into.get(key, [])) if with_into else ())
            )
            for key, own in colours.items()
        }
