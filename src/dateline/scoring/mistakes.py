"""What a system got wrong, by kind, with the sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence

import msgspec

from dateline.derived import Article
from dateline.records import AUTHOR, Attribution, Event, Stance
from dateline.scoring.overlap import paired
from dateline.scoring.sides import MAIN, PARTS, Sides, Span, Unit, part_of

__all__ = ["KINDS", "Mistake", "Mistakes", "mistakes"]

KINDS = (
    "other label",
    "other extent",
    "other label and extent",
    "other reference",
    "not found",
    "not there",
)
"""A gold item under another label or extent or both, one that points elsewhere, one that was not
found, and one that was found where there is none (after Manning 2006, "Doing Named Entity
Recognition? Don't optimize for F1"). The label of an argument is its role, that of a stance its
value; what an argument is filled with and whose stance to what it is are references."""


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """A wrong item: what was right and what was predicted, in words, and the sentence.

    `sentence` counts from 1; `gold`, `predicted` and `text` are None where the article's words are
    not ours to print.
    """

    doc_id: str
    layer: str
    kind: str
    sentence: int
    gold: str | None
    predicted: str | None
    text: str | None


Pair = tuple[Unit | None, Unit | None]


def mistakes(sides: Sides, layers: Sequence[str] = tuple(MAIN)) -> Iterator[tuple[str, str, Pair]]:
    """Layer, kind and units of each mistake of one article, layer by layer."""
    for layer in layers:
        missed, spurious = sides.wrong(layer)
        pairs = paired(missed, spurious, lambda unit: unit.span, _alike, lambda unit: unit.key)
        taken = {id(unit) for pair in pairs for unit in pair}
        found: list[Pair] = [*pairs]
        found += [(unit, None) for unit in missed if id(unit) not in taken]
        found += [(None, unit) for unit in spurious if id(unit) not in taken]
        for pair in found:
            yield layer, _kind(*pair), pair


def _alike(a: Unit, b: Unit) -> tuple[float, ...]:
    return (2 * (a.span == b.span) + (a.label == b.label),)


def _order(pair: Pair) -> tuple[Span, str]:
    a, b = pair
    first = a or b
    assert first is not None
    return first.span, repr((a and a.key, b and b.key))


def _kind(a: Unit | None, b: Unit | None) -> str:
    if b is None:
        return "not found"
    if a is None:
        return "not there"
    if a.label != b.label:
        return "other label" if a.span == b.span else "other label and extent"
    if isinstance(a.item, Attribution) or a.span != b.span:
        return "other extent"
    return "other reference"


def _told(sides: Sides, layer: str, kind: str, pair: Pair) -> Mistake:
    gold, (a, b) = sides.gold, pair
    first = a or b
    assert first is not None
    sentence = gold.units.sentence_of(first.span[0])
    quotable = gold.meta.tier == "open" and gold.text is not None and gold.units.sentences
    start, end = gold.units.sentences[sentence] if gold.units.sentences else (0, 0)
    return Mistake(
        doc_id=gold.doc_id,
        layer=layer,
        kind=kind,
        sentence=sentence + 1,
        gold=_words(gold, layer, a) if a and quotable else None,
        predicted=_words(sides.predicted, layer, b) if b and quotable else None,
        text=(gold.text or "")[start:end] if quotable else None,
    )


def _words(article: Article, layer: str, unit: Unit) -> str:
    """An item in words: its label, its text, and what else it takes to be right."""
    text, item = article.text or "", unit.item
    if isinstance(item, Attribution):
        each = [(part, part_of(item, part)) for part in PARTS]
        said = [(part, " … ".join(text[a:b] for a, b in found)) for part, found in each if found]
        return "; ".join(f"{part}: {words}" for part, words in said)
    here = text[item.start : item.end]
    if isinstance(item, Stance):
        holder, target = (_pointed(article, ref) for ref in (item.holder, item.target))
        return f"{item.value} [{here}] of {target} (holder: {holder})"
    if layer == "arguments" and isinstance(item, Event) and isinstance(unit.key, tuple):
        return f"{item.type} [{here}] {unit.label}: {_at(text, unit.key[4])}"
    return f"{item.type} [{here}]"


def _at(text: str, place: Hashable) -> str:
    if isinstance(place, tuple) and place[1] >= 0:
        return text[place[1] : place[2]]
    return "(nothing)"


def _pointed(article: Article, ref: str) -> str:
    head = article.head(ref)
    if head is None:
        return ref if ref == AUTHOR else "(nothing)"
    return article.surface(head[1]) or ""


class Mistakes:
    """Counts of all mistakes, and the first `most` of each layer and kind in full."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.counts: Counter[tuple[str, str]] = Counter()
        self.shown: defaultdict[tuple[str, str], list[Mistake]] = defaultdict(list)

    def add(self, sides: Sides, layers: Sequence[str] = tuple(MAIN)) -> None:
        """Add those of one article; only those that are kept are put into words."""
        wanted: list[tuple[str, str, Pair]] = []
        for layer, kind, pair in mistakes(sides, layers):
            key = layer, kind
            self.counts[key] += 1
            if len(self.shown[key]) < self.most:
                wanted.append((layer, kind, pair))
        for layer, kind, pair in sorted(wanted, key=lambda one: _order(one[2])):
            if len(self.shown[layer, kind]) < self.most:
                self.shown[layer, kind].append(_told(sides, layer, kind, pair))
