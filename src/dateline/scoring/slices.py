"""The same score over parts of the data: by outlet, genre, quote, nesting, length, and novelty."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter

from dateline.derived import Article
from dateline.records import Entity
from dateline.scoring.counts import Cells, Counts, Key
from dateline.scoring.sides import MAIN, Sides, Span, Unit

__all__ = ["LENGTHS", "UNPLACED", "names_in", "sliced"]

LENGTHS = (15, 30)
"""The longest short sentence and the longest middling one, in tokens."""

UNPLACED = "no document can hold it"
"""The part of a predicted item that has no place in the text."""

_NESTING = ("entities", "attributions")
_NEST = ("nesting: outermost", "nesting: nested")
_BANDS = (f"up to {LENGTHS[0]} tokens", f"{LENGTHS[0] + 1} to {LENGTHS[1]}")


def names_in(article: Article) -> Iterator[str]:
    """The names of an article as they are printed, in lower case."""
    for entity in article.entities:
        if entity.mention == "name":
            yield (article.surface(entity) or "").lower()


def sliced(
    sides: Sides, seen: frozenset[str] | None = None, wrong: Mapping[str, int] | None = None
) -> Counts:
    """The main score of each layer for parts of the data.

    A predicted item is in the part that its own place and nesting put it in, so that what is
    wrongly found counts somewhere, too. The parts of one kind add up to the whole: every item has
    an outlet, a genre, a sentence and a quote, entities and attributions a nesting. `seen` holds
    the names of the training data, in lower case, for the items that are names; without it nothing
    is told of them. `wrong` counts, by layer, predicted items without a place.
    """
    meta = sides.gold.meta
    lengths, quotes = _Lengths(sides.gold), _Quotes(sides.gold)
    places: dict[Span, tuple[str, str]] = {}  # both sides and all layers share them
    for layer, measure in MAIN.items():
        sums: dict[str, list[int]] = {}
        total = [0, 0, 0, 0]
        for at, article, units, flags in zip(
            (2, 0), sides.both, sides.units[layer], sides.right[layer], strict=True
        ):
            total[at], total[at + 1] = sum(flags), len(units)
            spans = [unit.span for unit in units]
            for span in set(spans) - places.keys():
                places[span] = lengths.part(span[0]), quotes.part(*span)
            each = list(map(places.__getitem__, spans))
            kinds: list[list[str]] = [[length for length, _ in each]]
            if layer == "attributions":
                kinds.append([f"quote: {getattr(unit.item, 'quote', '')}" for unit in units])
            else:
                kinds.append([quote for _, quote in each])
            if layer in _NESTING:
                nested = _nested(spans)
                kinds.append([_NEST[span in nested] for span in spans])
            if layer == "entities" and seen is not None:
                kinds.append([_name(article, unit, seen) for unit in units])
            for (right, *parts), count in Counter(zip(flags, *kinds, strict=True)).items():
                for part in parts:
                    cells = sums.setdefault(part, [0, 0, 0, 0])
                    cells[at] += count * right
                    cells[at + 1] += count
        sums.pop("", None)
        if lost := (wrong or {}).get(layer, 0):
            total[1] += lost
            for name in ("sentence", "quote", *(["nesting"] if layer in _NESTING else [])):
                sums[f"{name}: {UNPLACED}"] = [0, lost, 0, 0]
        if any(total):
            sums |= {f"outlet: {meta.outlet}": total, f"genre: {meta.genre}": total}
        for part, cells in sums.items():
            yield Key(layer, measure, part=part), Cells(*cells)


def _name(article: Article, unit: Unit, seen: frozenset[str]) -> str:
    """Whether the training data have a name; "" for what is none."""
    if not isinstance(unit.item, Entity) or unit.item.mention != "name":
        return ""
    known = (article.surface(unit.item) or "").lower() in seen
    return f"name: {'seen' if known else 'unseen'} in training"


class _Lengths:
    """How long the sentence of a place is, asked of the gold article's text."""

    def __init__(self, gold: Article) -> None:
        text = gold.units
        self._starts = [start for start, _ in text.sentences]
        sizes = [b - a for a, b in zip(text.first_token, text.first_token[1:], strict=False)]
        self._parts = [f"sentence: {_band(size)}" for size in sizes] or [f"sentence: {_band(0)}"]

    def part(self, start: int) -> str:
        return self._parts[max(0, bisect_right(self._starts, start) - 1)]


def _band(length: int) -> str:
    for longest, band in zip(LENGTHS, _BANDS, strict=True):
        if length <= longest:
            return band
    return f"more than {LENGTHS[-1]}"


class _Quotes:
    """How the innermost gold content around an item is quoted.

    Between two borders of contents the same ones hold each place, so that they are looked up.
    """

    def __init__(self, gold: Article) -> None:
        contents = [
            (sum(s.end - s.start for s in a.content), span.start, span.end, a.quote)
            for a in gold.attributions
            for span in a.content
        ]
        self._borders = sorted({at for _, *ends, _ in contents for at in ends})
        self._around: list[list[tuple[int, str]]] = []
        contents.sort(key=itemgetter(1), reverse=True)
        begun: list[tuple[int, int, int, str]] = []
        for border in self._borders:
            while contents and contents[-1][1] <= border:
                insort(begun, contents.pop())
            begun = [one for one in begun if one[2] > border]
            self._around.append([(end, quote) for _, _, end, quote in begun])

    def part(self, start: int, end: int) -> str:
        at = bisect_right(self._borders, start) - 1
        if at >= 0:
            for last, quote in self._around[at]:
                if end <= last:
                    return f"quote: {quote}"
        return "quote: not in an attribution"


def _nested(spans: Iterable[Span]) -> set[Span]:
    """Those that lie in a wider one."""
    found: set[Span] = set()
    widest = -1
    for span in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if span[1] <= widest:
            found.add(span)
        else:
            widest = span[1]
    return found
