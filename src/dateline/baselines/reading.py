"""A text as it is read: its sentences, and where in them a span stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dateline.baselines.sentences import Sentence, sentences_of
from dateline.baselines.spans import Found, placed
from dateline.records import Attribution, Entity, Event, Item, Span
from dateline.text import HasSpan, Segmentation, segment

__all__ = ["Place", "Reading", "by_sentence", "span_of"]

Place = tuple[int, int, int]
"""Sentence, first word, end word; words counted from the sentence's first."""


@dataclass(frozen=True)
class Reading:
    """A text with its units."""

    text: str
    units: Segmentation
    sentences: list[Sentence]

    @classmethod
    def of(
        cls, text: str, reporting: Collection[str], units: Segmentation | None = None
    ) -> Reading:
        found = segment(text) if units is None else units
        return cls(text, found, sentences_of(text, found, reporting))

    def at(self, span: HasSpan) -> Place:
        """Where a span stands; one word at least."""
        sentence, first, end = self.units.in_sentence(span.start, span.end)
        first = min(first, max(0, len(self.sentences[sentence].words) - 1))
        return sentence, first, max(end, first + 1)

    def words(self, span: HasSpan) -> list[str]:
        """The words of a span in lower case."""
        sentence, first, end = self.at(span)
        return self.sentences[sentence].lower[first:end]

    def spans(self, found: Sequence[Sequence[Found]]) -> Iterator[tuple[str, Span]]:
        """What was found in each sentence, by its label, with its place in the text."""
        for sentence, parts in zip(self.sentences, found, strict=True):
            for label, first, end in parts:
                yield label, placed(sentence, first, end)


def span_of(item: Item) -> HasSpan:
    """The words that stand for an item: of an attribution its first fragment."""
    return item.content[0] if isinstance(item, Attribution) else item


def by_sentence(
    reading: Reading, *layers: list[Entity] | list[Event] | list[Attribution]
) -> dict[int, list[Item]]:
    """Items of some layers by the sentence in which they begin."""
    found: dict[int, list[Item]] = {}
    for layer in layers:
        for item in layer:
            found.setdefault(reading.at(span_of(item))[0], []).append(item)
    return found
