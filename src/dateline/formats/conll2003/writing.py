"""Writing columns of tokens and tags, and what survives of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dateline.formats.conll2003.reading import DOCSTART
from dateline.formats.native import CONTENT, CUE, SOURCE
from dateline.formats.standoff import SPAN, StandOff, file_stem, ordered
from dateline.records import Foreign, Span
from dateline.scheme import Scheme
from dateline.text import Segmentation, segment
from dateline.views import without_overlaps

__all__ = ["kept", "write"]

_BLANK = re.compile(r"\s+")
_WORD = re.compile(r"\S+")


class _Sentence(NamedTuple):
    """Its words, and its entities as (label, first word, end word)."""

    words: list[str]
    entities: list[tuple[str, int, int]]


def write(standoffs: Iterable[StandOff], scheme: Scheme) -> Iterator[tuple[str, bytes]]:
    """`<id>.conll` for each text: token, two empty columns, tag.

    Raises
    ------
    DataError : a name that is no document id, and so may be no file's.
    """
    for standoff in standoffs:
        lines = [f"{DOCSTART} -X- O O", ""]
        for sentence in _sentences(standoff, scheme):
            tags = ["O"] * len(sentence.words)
            for label, first, end in sentence.entities:
                tags[first:end] = [f"B-{label}", *[f"I-{label}"] * (end - first - 1)]
            pairs = zip(sentence.words, tags, strict=True)
            lines += [f"{word} _ _ {tag}" for word, tag in pairs]
            lines.append("")
        yield f"{file_stem(standoff)}.conll", "\n".join(lines).encode()


def kept(standoff: StandOff, scheme: Scheme) -> StandOff:
    """The names and values that flat tags can show, over the tokens with a blank between each."""
    pieces: list[str] = []
    marks: list[Foreign] = []
    at = 0
    for words, entities in _sentences(standoff, scheme):
        starts = []
        for word in words:
            starts.append(at)
            at += len(word) + 1
        for label, first, end in entities:
            span = Span(starts[first], starts[end - 1] + len(words[end - 1]))
            marks.append(Foreign(f"T{len(marks) + 1}", SPAN, label, [span]))
        pieces.append(" ".join(words))
    return StandOff(doc_id=standoff.doc_id, text="\n".join(pieces), marks=ordered(marks))


def _sentences(standoff: StandOff, scheme: Scheme) -> Iterator[_Sentence]:
    text = standoff.text
    units = segment(text)
    words: list[tuple[int, int]] = []  # tokens, cut where one has a blank inside
    first_word = [0]
    for a, b in units.tokens:
        words += [match.span() for match in _WORD.finditer(text, a, b)]
        first_word.append(len(words))
    by_sentence: dict[int, list[tuple[str, int, int]]] = {}
    for mark in _flat(standoff, units, scheme):
        number, first, end = units.in_sentence(mark.spans[0].start, mark.spans[0].end)
        low = units.first_token[number]
        if first < end:
            here = (_label(mark), first_word[low + first], first_word[low + end])
            by_sentence.setdefault(number, []).append(here)
    for number in range(len(units.sentences)):
        low, high = (first_word[token] for token in units.sentence_tokens(number))
        entities = [(label, a - low, b - low) for label, a, b in by_sentence.get(number, [])]
        if low < high:
            yield _Sentence([text[a:b] for a, b in words[low:high]], sorted(entities, key=_start))


def _start(entity: tuple[str, int, int]) -> int:
    return entity[1]


def _label(mark: Foreign) -> str:
    """A label as a column can have it."""
    return _BLANK.sub("_", mark.label)


def _flat(standoff: StandOff, units: Segmentation, scheme: Scheme) -> list[Foreign]:
    """The spans that the tags show: names and values of the scheme, then whatever else is free."""
    known = scheme.layers["entities"].labels
    own, other = [], []
    for mark in standoff.marks:
        if mark.kind != SPAN or len(mark.spans) != 1 or not mark.label.strip():
            continue
        if not 0 <= mark.spans[0].start < mark.spans[0].end <= len(standoff.text):
            continue
        if mark.label in (SOURCE, CUE, CONTENT):
            continue
        if mark.label not in known:
            other.append(mark)
        elif mark.attributes.get("mention", "name") == "name":
            own.append(mark)
    taken: set[int] = set()
    found = []
    for marks in (own, other):
        spans = {mark.id: mark.spans[0] for mark in marks}
        shown = without_overlaps(spans, units, taken)
        found += [mark for mark in marks if mark.id in shown]
    return found
