"""A text as its sentences of words, and the features that each word has for a tagger."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dateline.text import Segmentation

__all__ = ["Sentence", "sentences_of", "shape"]

OPENING, CLOSING, EITHER = "“", "”", '"'


@dataclass(frozen=True)
class Sentence:
    """A sentence: its words, their offsets in the text, and what its place is.

    `first_token` is the number of its first word in the article. `place` is `headline`, `dateline`
    (the second line) or `body`. `quoted` says of each word whether quotation marks are open there.
    `reporting` are the words that training knew as cues.
    """

    number: int
    words: Sequence[str]
    spans: Sequence[tuple[int, int]]
    first_token: int
    place: str
    quoted: Sequence[bool]
    reporting: Collection[str] = field(default_factory=frozenset, repr=False)

    @cached_property
    def lower(self) -> list[str]:
        return [word.lower() for word in self.words]

    @cached_property
    def items(self) -> list[list[str]]:
        """The features of each word.

        The word in lower case, its shape, its affixes of up to three letters; the words and shapes
        beside it, up to two away, and both pairs that it is in; whether it stands in quotation
        marks; whether a word that training knew as a cue comes before or after it, and how near;
        where the sentence stands.
        """
        return _features(self)


def sentences_of(
    text: str, units: Segmentation, reporting: Collection[str] = frozenset()
) -> list[Sentence]:
    """The sentences of a text; a quotation that is open at a line's end is closed by it."""
    found = []
    is_open, line = False, 0
    for number, (start, _) in enumerate(units.sentences):
        first, last = units.sentence_tokens(number)
        spans = units.tokens[first:last]
        now = text.count("\n", 0, start)
        if now != line:
            is_open, line = False, now
        quoted = []
        for a, b in spans:
            word = text[a:b]
            if word in (OPENING, CLOSING, EITHER):
                is_open = word == OPENING or (word == EITHER and not is_open)
                quoted.append(True)
            else:
                quoted.append(is_open)
        place = "headline" if line == 0 else "dateline" if line == 1 else "body"
        words = [text[a:b] for a, b in spans]
        found.append(Sentence(number, words, spans, first, place, quoted, reporting))
    return found


@functools.lru_cache(maxsize=65536)
def shape(word: str) -> str:
    """`Xx` for Front, `d,d` for 1,200: letters and digits by kind, runs once."""
    made: list[str] = []
    for letter in word[:20]:
        kind = "X" if letter.isupper() else "x" if letter.islower() else letter
        kind = "d" if letter.isdigit() else kind
        if not made or made[-1] != kind:
            made.append(kind)
    return "".join(made)


@functools.lru_cache(maxsize=65536)
def _own(word: str) -> tuple[str, ...]:
    """The features that a word has wherever it stands."""
    low = word.lower()
    found = [f"w={low}", f"s={shape(word)}"]
    found += [f"p={low[:n]}" for n in (2, 3, 4, 5) if len(low) > n]
    found += [f"e={low[-n:]}" for n in (1, 2, 3) if len(low) > n]
    return tuple(found)


def _near(positions: Sequence[int], at: int) -> str:
    """How far the nearest of some positions is: 1, 2, 5 or more, or none."""
    gap = min((abs(p - at) for p in positions), default=0)
    return "0" if not gap else "1" if gap == 1 else "2" if gap <= 3 else "5" if gap <= 8 else "9"


def _features(sentence: Sentence) -> list[list[str]]:
    low, words = sentence.lower, sentence.words
    size = len(low)
    kinds = [shape(word) for word in words]
    cues = [i for i, word in enumerate(low) if word in sentence.reporting]
    found = []
    for i in range(size):
        before = low[i - 1] if i else "<s>"
        after = low[i + 1] if i + 1 < size else "</s>"
        row = [
            "1",
            f"-w={before}",
            f"+w={after}",
            f"-2w={low[i - 2] if i > 1 else '<s>'}",
            f"+2w={low[i + 2] if i + 2 < size else '</s>'}",
            f"-p={before}|{low[i]}",
            f"+p={low[i]}|{after}",
            f"-s={kinds[i - 1] if i else '<s>'}|{kinds[i]}",
            f"+s={kinds[i]}|{kinds[i + 1] if i + 1 < size else '</s>'}",
            f"q={sentence.quoted[i]:d}|{sentence.place}",
            *_own(words[i]),
        ]
        if cues:
            left = [c for c in cues if c <= i]
            right = [c for c in cues if c > i]
            row.append(f"-c={_near(left, i)}" if left else "-c")
            row.append(f"+c={_near(right, i)}" if right else "+c")
            row.append(f"q={sentence.quoted[i]:d}|c={bool(left):d}{bool(right):d}")
        found.append(row)
    return found
