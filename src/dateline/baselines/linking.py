"""Rules that make attributions of found sources, cues and contents.

In the manner of the rule-based linkers that are set beside PARC 3 and PolNeAR: within a sentence
each content goes to the nearest cue, and each cue takes the nearest source. A content with neither
goes on with the attribution before it while a quotation is open; else it must be a quotation to
stand by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dateline.baselines.reading import Reading
from dateline.baselines.spans import Found, placed
from dateline.records import Span

__all__ = ["PRONOUNS", "Linked", "linked", "quote_of"]

PRONOUNS = frozenset(
    {
        *("he", "she", "they", "it", "we", "i", "you", "who", "one", "this", "that", "these"),
        *("those", "others", "both", "some", "many"),
    }
)
"""Sources that refer back."""

_MARKS = '"“”'


@dataclass
class Linked:
    """The spans of one attribution."""

    source: Span | None = None
    cue: Span | None = None
    content: list[Span] = field(default_factory=list)


def linked(
    reading: Reading, said: Sequence[Sequence[Found]], contents: Sequence[Sequence[Found]]
) -> list[Linked]:
    """The attributions of a text from the sources and cues, and the contents, of each sentence."""
    made: list[Linked] = []
    for sentence, parts, wholes in zip(reading.sentences, said, contents, strict=True):
        by_kind: dict[str, list[tuple[int, int]]] = {"SOURCE": [], "CUE": [], "CONTENT": []}
        for label, first, end in (*parts, *wholes):
            by_kind[label].append((first, end))
        cues, sources = by_kind["CUE"], by_kind["SOURCE"]
        here = [Linked(cue=placed(sentence, *cue)) for cue in cues]
        for cue, one in zip(cues, here, strict=True):
            source = _nearest(cue, sources)
            # A source that is nearer to another cue belongs to that one, if this one has another.
            if source is not None and _nearest(source, cues) != cue:
                free = [s for s in sources if _nearest(s, cues) == cue]
                source = _nearest(cue, free) or source
            one.source = placed(sentence, *source) if source else None
        for content in by_kind["CONTENT"]:
            span = placed(sentence, *content)
            inside = [cue for cue in cues if content[0] <= cue[0] and cue[1] <= content[1]]
            for cue in inside:  # a report in a report: what follows its cue is its content
                if cue[1] < content[1]:
                    here[cues.index(cue)].content.append(placed(sentence, cue[1], content[1]))
            cue_ = _nearest(content, [cue for cue in cues if cue not in inside])
            if cue_ is not None:
                here[cues.index(cue_)].content.append(span)
                continue
            source = _nearest(content, [s for s in sources if not content[0] <= s[0] < content[1]])
            before = made[-1] if made and not here else None
            if source is not None:
                here.append(Linked(source=placed(sentence, *source), content=[span]))
            elif before is not None and before.content and _goes_on(reading, before, span):
                before.content[-1] = Span(before.content[-1].start, span.end)
            elif all(sentence.quoted[content[0] : content[1]]):
                here.append(Linked(content=[span]))
        for one in here:
            one.content = [x for span in one.content for x in _without(reading.text, span, one)]
        made += [one for one in here if one.content]
    return made


def _without(text: str, span: Span, one: Linked) -> list[Span]:
    """A fragment of content without the cue and the source: the longest piece that is left."""
    pieces = [(span.start, span.end)]
    for part in (one.cue, one.source):
        if part is not None:
            pieces = [
                piece
                for a, b in pieces
                for piece in ((a, min(b, part.start)), (max(a, part.end), b))
                if piece[0] < piece[1]
            ]
    start, end = max(pieces, key=lambda piece: piece[1] - piece[0], default=(0, 0))
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return [Span(start, start + len(words.strip()))] if words.strip() else []


def _gap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(b[0] - a[1], a[0] - b[1], 0)


def _nearest(to: tuple[int, int], among: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The nearest stretch, the one before it first."""
    return min(among, key=lambda one: (_gap(to, one), one[0] > to[0]), default=None)


def _goes_on(reading: Reading, before: Linked, span: Span) -> bool:
    """Whether a quotation that is open at the end of `before` still is at `span`."""
    last = before.content[-1]
    between = reading.text[last.end : span.start]
    said = reading.text[last.start : last.end]
    marks = sum(said.count(mark) for mark in _MARKS)
    return not between.strip() and "\n" not in between and marks % 2 == 1


def quote_of(text: str, content: Sequence[Span]) -> str:
    """`direct` where all words stand in quotation marks, `mixed` where some do."""
    words = [text[span.start : span.end].strip(" ,.;") for span in content]
    if all(len(w) > 1 and w[0] in _MARKS and w[-1] in _MARKS for w in words):
        return "direct" if all(sum(w.count(m) for m in _MARKS) == 2 for w in words) else "mixed"
    starts = [w[:1] in _MARKS or w[-1:] in _MARKS for w in words]
    if all(starts) and words and all(sum(w.count(m) for m in _MARKS) == 1 for w in words):
        return "direct"  # a quotation of several pieces or sentences
    return "mixed" if any(mark in w for w in words for mark in _MARKS) else "indirect"
