"""A system's labels for articles that are at hand, in Dateline's own form or any that comes in.

Nothing that was predicted goes unseen: what no document can hold is counted by layer, so that
whoever scores it can count it as wrong.
"""

from __future__ import annotations

import bisect
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import msgspec

from dateline.errors import DataError
from dateline.formats.bringing import bring
from dateline.formats.mapping import Mapping
from dateline.formats.native import ATTRIBUTION, CONTENT, CUE, SOURCE, STANCE, is_native
from dateline.formats.report import Report
from dateline.formats.standoff import EVENT, SPAN, StandOff
from dateline.records import Document, Foreign, Span
from dateline.scheme import Scheme

__all__ = ["Labels", "Shelf", "brought_labels", "refitted"]

_BLANK = re.compile(r"\s+")


class Labels(msgspec.Struct, frozen=True):
    """A document, and by layer how much was predicted that it does not hold."""

    document: Document
    wrong: dict[str, int] = {}


@dataclass(frozen=True)
class _Black:
    """A text without its white space, and where each character stands."""

    text: str
    places: list[int]


def _black(text: str) -> _Black:
    places = [i for i, character in enumerate(text) if not character.isspace()]
    return _Black(_BLANK.sub("", text), places)


def refitted(standoff: StandOff, text: str) -> StandOff:
    """Marks on a text that differs in its white space alone, moved to the text as it is stored.

    Formats of tokens in columns do not carry white space.

    Raises
    ------
    DataError : the texts differ in more, with the first place.
    """
    if standoff.text == text:
        return standoff
    read, stored = _black(standoff.text), _black(text)
    if read.text != stored.text:
        at = next(
            (i for i, (a, b) in enumerate(zip(read.text, stored.text, strict=False)) if a != b),
            min(len(read.text), len(stored.text)),
        )
        raise DataError(
            f"{standoff.doc_id}, character {at} but for white space",
            f"the text of the article, {stored.text[at : at + 20]!r}",
            repr(read.text[at : at + 20]),
        )

    def moved(span: Span) -> Span:
        first = bisect.bisect_left(read.places, span.start)
        last = bisect.bisect_left(read.places, span.end)
        if not 0 <= span.start < span.end <= len(standoff.text) or first == last:
            return Span(-1, -1)  # no words: what makes documents refuses it
        return Span(stored.places[first], stored.places[last - 1] + 1)

    marks = [
        msgspec.structs.replace(mark, spans=[moved(span) for span in mark.spans])
        for mark in standoff.marks
    ]
    return msgspec.structs.replace(standoff, text=text, marks=marks)


def brought_labels(
    standoffs: Iterable[StandOff],
    scheme: Scheme,
    report: Report,
    text_of: Callable[[str], str | None],
    mapping: Mapping | None = None,
) -> Iterator[tuple[str, Labels]]:
    """Labels of another form, by the ids of the articles that they are for.

    Parameters
    ----------
    text_of : the text of an article; None for one that is not wanted.

    Raises
    ------
    DataError : labels of another text.
    """

    def fitting() -> Iterator[StandOff]:
        for standoff in standoffs:
            text = text_of(standoff.doc_id)
            yield standoff if text is None else refitted(standoff, text)

    for ready, brought in bring(fitting(), scheme, report, mapping=mapping):
        wrong = Counter(
            layer
            for mark in ready.marks
            if mark.id in brought.foreign
            for layer in [_layer(mark, scheme, mapping is not None)]
            if layer is not None
        )
        yield ready.doc_id, Labels(brought.document, dict(wrong))


def _layer(mark: Foreign, scheme: Scheme, mapped: bool) -> str | None:
    """The layer in which a mark that became no item was predicted.

    Under a mapping, labels that it leaves alone are not of this scheme: no predictions.
    """
    if mapped and not is_native(mark.kind, mark.label, scheme):
        return None
    if mark.label in (ATTRIBUTION, SOURCE, CUE, CONTENT):
        return "attributions" if mark.label == ATTRIBUTION else None
    if mark.label == STANCE:
        return "stances"
    return {SPAN: "entities", EVENT: "triggers"}.get(mark.kind)


class Shelf(AbstractContextManager["Shelf"]):
    """Labels by the ids of their articles, on disk until they are asked for.

    They are read as far as is needed to find what is asked for, so that labels in the order of the
    articles are not laid aside at all.
    """

    def __init__(self, source: Iterator[tuple[str, Labels]], where: str) -> None:
        self._source = source
        self._where = where
        self._folder = tempfile.TemporaryDirectory(prefix="dateline-")
        self._aside = (Path(self._folder.name) / "labels").open("w+b")
        self._places: dict[str, tuple[int, int]] = {}
        self._given: set[str] = set()

    def take(self, doc_id: str) -> Labels | None:
        """The labels of an article, once; None where there are none.

        Raises
        ------
        DataError : labels that stand twice for one article.
        """
        if doc_id in self._places:
            start, size = self._places.pop(doc_id)
            self._given.add(doc_id)
            self._aside.seek(start)
            return msgspec.msgpack.decode(self._aside.read(size), type=Labels)
        for name, labels in self._source:
            self._once(name)
            if name == doc_id:
                self._given.add(doc_id)
                return labels
            raw = msgspec.msgpack.encode(labels)
            self._places[name] = self._aside.seek(0, 2), len(raw)
            self._aside.write(raw)
        return None

    def rest(self) -> int:
        """How many articles have labels that nobody asked for."""
        for name, _ in self._source:
            self._once(name)
            self._places[name] = (0, 0)
        return len(self._places)

    def _once(self, name: str) -> None:
        if name in self._places or name in self._given:
            raise DataError(self._where, "labels of each article once", f"{name} twice")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._aside.close()
        self._folder.cleanup()
