"""The words of a mark as the spans of an item: in the text, trimmed, joined where they may be."""

from __future__ import annotations

from itertools import pairwise

from dateline.records import Foreign, Span

__all__ = ["JOINED", "TRIMMED", "CannotError", "fragments", "one_span"]

TRIMMED = "white space at the edges left off"
JOINED = "fragments joined that only white space parts"


class CannotError(Exception):
    """A mark that cannot become an item; the message says why."""


def _trimmed(text: str, span: Span) -> Span:
    """The span without white space at its edges.

    Raises
    ------
    CannotError : it is empty, lies outside the text, or has nothing but white space.
    """
    if span.start >= span.end:
        raise CannotError("an empty or reversed span")
    if span.start < 0 or span.end > len(text):
        raise CannotError("words outside the text")
    piece = text[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip())
    end = span.end - len(piece) + len(piece.rstrip())
    if start >= end:
        raise CannotError("nothing but white space")
    return Span(start, end)


def fragments(text: str, mark: Foreign) -> tuple[list[Span], str | None]:
    """The fragments of a mark in order and apart, and what was mended, if anything.

    Raises
    ------
    CannotError : it has no words, or some that cannot be.
    """
    if not mark.spans:
        raise CannotError("no words")
    if len(mark.spans) == 1:
        span = _trimmed(text, mark.spans[0])
        return [span], None if span == mark.spans[0] else TRIMMED
    spans = sorted((_trimmed(text, span) for span in mark.spans), key=lambda s: (s.start, s.end))
    apart = [spans[0]]
    for span in spans[1:]:
        if span.start <= apart[-1].end:
            apart[-1] = Span(apart[-1].start, max(span.end, apart[-1].end))
        else:
            apart.append(span)
    if apart == mark.spans:
        return apart, None
    return apart, JOINED if len(apart) < len(mark.spans) else TRIMMED


def one_span(text: str, mark: Foreign) -> tuple[Span, str | None]:
    """The one span of a mark, its fragments joined where only white space parts them.

    Raises
    ------
    CannotError : it has no words, some that cannot be, or several fragments with words between.
    """
    spans, mended = fragments(text, mark)
    whole = Span(spans[0].start, spans[-1].end)
    for one, two in pairwise(spans):
        if text[one.end : two.start].strip():
            raise CannotError("words in fragments")
    return whole, JOINED if len(spans) > 1 else mended
