"""What a system got wrong, by kind, with the sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator

import msgspec

from dateline.derived import Article
from dateline.records import Attribution, Entity, Event, Item, Stance
from dateline.scoring.layers import PARTS, part_of
from dateline.scoring.overlap import paired
from dateline.scoring.slices import Unit, units_of

__all__ = ["KINDS", "Mistake", "Mistakes", "mistakes"]

KINDS = ("other label", "other extent", "other label and extent", "not found", "not there")
"""An item of the gold labels under another label or extent or both, one that was not found, and one
that was found where there is none (the kinds of Manning 2006, "Doing Named Entity Recognition?
Don't optimize for F1")."""


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """A wrong item: what was right and what was predicted, in words, and the sentence.

    `sentence` counts from 1; `words`, `gold`, `predicted` and `text` are None where the article's
    words are not ours to print.
    """

    doc_id: str
    layer: str
    kind: str
    sentence: int
    gold: str | None
    predicted: str | None
    text: str | None


def mistakes(gold: Article, predicted: Article) -> Iterator[Mistake]:
    """The mistakes of one article, layer by layer, in the order of the text."""
    ours, theirs = units_of(gold), units_of(predicted)
    for layer in ours:
        yield from sorted(
            _layer(gold, predicted, layer, ours[layer], theirs[layer]), key=lambda m: m.sentence
        )


def _layer(
    gold: Article, predicted: Article, layer: str, ours: list[Unit], theirs: list[Unit]
) -> Iterator[Mistake]:
    missed, spurious = _apart(ours, theirs), _apart(theirs, ours)

    def score(a: Unit, b: Unit) -> float:
        same = (a.start, a.end) == (b.start, b.end)
        return 1 + 2 * same + (_label(a) == _label(b))

    pairs = paired(missed, spurious, lambda unit: ((unit.start, unit.end),), score)
    taken = {id(unit) for pair in pairs for unit in pair}
    found: list[tuple[Unit | None, Unit | None]] = list(pairs)
    found += [(unit, None) for unit in missed if id(unit) not in taken]
    found += [(None, unit) for unit in spurious if id(unit) not in taken]
    for a, b in found:
        at = (a or b).start  # type: ignore[union-attr]
        sentence = gold.units.sentence_of(at) if gold.units.sentences else 0
        open_ = gold.meta.tier == "open"
        start, end = gold.units.sentences[sentence] if gold.units.sentences else (0, 0)
        yield Mistake(
            doc_id=gold.doc_id,
            layer=layer,
            kind=_kind(a, b),
            sentence=sentence + 1,
            gold=_words(gold, a) if a and open_ else None,
            predicted=_words(predicted, b) if b and open_ else None,
            text=(gold.text or "")[start:end] if open_ else None,
        )


def _apart(side: list[Unit], other: list[Unit]) -> list[Unit]:
    """The units of a side that the other does not have."""
    rest: Counter[Hashable] = Counter(unit.key for unit in other)
    found = []
    for unit in side:
        if rest[unit.key] > 0:
            rest[unit.key] -= 1
        else:
            found.append(unit)
    return found


def _label(unit: Unit) -> Hashable:
    item = unit.item
    return item.type if isinstance(item, Entity | Event) else getattr(item, "value", None)


def _kind(a: Unit | None, b: Unit | None) -> str:
    if b is None:
        return "not found"
    if a is None:
        return "not there"
    same = (a.start, a.end) == (b.start, b.end)
    if _label(a) != _label(b):
        return "other label" if same else "other label and extent"
    return "other extent" if not same else "other label"


def _words(article: Article, unit: Unit) -> str:
    """An item in words: its label, its text, and what else it takes to be right."""
    text = article.text or ""
    item: Item = unit.item
    here = text[item.start : item.end] if not isinstance(item, Attribution) else ""
    if isinstance(item, Attribution):
        each = [
            f"{part}: {' … '.join(text[start:end] for start, end in part_of(item, part))}"
            for part in PARTS
            if part_of(item, part)
        ]
        return "; ".join(each)
    if isinstance(item, Stance):
        return f"{item.value} [{here}] of {_pointed(article, item.target)}"
    if isinstance(item, Event) and isinstance(unit.key, tuple) and len(unit.key) == 5:
        role, place = unit.key[3], unit.key[4]
        filler = text[place[0] : place[1]] if isinstance(place, tuple) else str(place)
        return f"{item.type} [{here}] {role}: {filler}"
    return f"{item.type} [{here}]"


def _pointed(article: Article, ref: str) -> str:
    head = article.head(ref)
    return (article.surface(head[1]) or "") if head is not None else ref


class Mistakes:
    """Counts of all mistakes, and the first `most` of each layer and kind in full."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.counts: Counter[tuple[str, str]] = Counter()
        self.shown: defaultdict[tuple[str, str], list[Mistake]] = defaultdict(list)

    def add(self, gold: Article, predicted: Article) -> None:
        """Add those of one article."""
        for mistake in mistakes(gold, predicted):
            key = mistake.layer, mistake.kind
            self.counts[key] += 1
            if len(self.shown[key]) < self.most:
                self.shown[key].append(mistake)
