"""A system's labels for articles that are at hand, in Dateline's own form or any that comes in.

Nothing that was predicted goes unseen: what no item can hold is counted by layer, so that whoever
scores it can count it as wrong.
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
from dateline.formats.standoff import EVENT, GROUP, REST, SPAN, StandOff
from dateline.records import Document, Foreign, Span
from dateline.scheme import Scheme

__all__ = ["Aside", "Shelf", "brought_labels", "refitted", "unheld"]

_BLANK = re.compile(r"\s+")


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
    text_of: Callable[[str], str | None],
    mapping: Mapping | None = None,
) -> Iterator[Document]:
    """Labels of another form as documents; what no item holds is among their foreign marks.

    Under a mapping, labels that it leaves alone are not of this scheme, so no predictions, and left
    out.

    Parameters
    ----------
    text_of : the text of an article; None for one that is not wanted.

    Raises
    ------
    DataError : labels of another text, or an article that stands twice.
    """
    seen: set[str] = set()

    def fitting() -> Iterator[StandOff]:
        for standoff in standoffs:
            if standoff.doc_id in seen:
                raise DataError(standoff.doc_id, "labels of each article once", "two of them")
            seen.add(standoff.doc_id)
            text = text_of(standoff.doc_id)
            yield standoff if text is None else refitted(standoff, text)

    for _, brought in bring(fitting(), scheme, Report(format=""), mapping=mapping):
        document = brought.document
        if mapping is not None:
            kept = [x for x in document.foreign if _is_own(x, scheme)]
            document = msgspec.structs.replace(document, foreign=kept)
        yield document


def _is_own(mark: Foreign, scheme: Scheme) -> bool:
    return mark.kind == REST or is_native(mark.kind, mark.label, scheme)


def unheld(predicted: Document, gold: Document, scheme: Scheme) -> dict[str, int]:
    """What was predicted and no item holds, counted by the layer it would be in.

    These are the foreign marks, but for those that the gold labels have as well. Beside layers,
    `clusters` and `attributes` (values that an item was made without) are counted.
    """
    known = Counter(map(_said, gold.foreign))
    found: Counter[str] = Counter()
    for mark in predicted.foreign:
        said = _said(mark)
        if known[said]:
            known[said] -= 1
            continue
        layer = _layer(mark)
        is_event = mark.label in scheme.layers["events"].labels or layer == "triggers"
        if mark.kind == REST:
            found["arguments"] += is_event * (len(mark.args) - 1)
            found["attributes"] += len(mark.attributes)
        elif layer is not None:
            found[layer] += 1
            found["arguments"] += len(mark.args) if layer == "triggers" else 0
    return {layer: count for layer, count in found.items() if count}


def _said(mark: Foreign) -> tuple[object, ...]:
    """What a mark says, without ids."""
    spans = tuple((span.start, span.end) for span in mark.spans)
    attributes = tuple(sorted(mark.attributes.items()))
    return mark.kind, mark.label, spans, attributes, tuple(sorted(a.role for a in mark.args))


def _layer(mark: Foreign) -> str | None:
    """The layer in which a mark that became no item was predicted."""
    if mark.label == ATTRIBUTION:
        return "attributions"
    if mark.kind == GROUP:
        return "clusters"
    if mark.label in (SOURCE, CUE, CONTENT):
        return None  # words of an attribution, which counts
    if mark.kind == EVENT:
        return "stances" if mark.label == STANCE else "triggers"
    return "entities" if mark.kind == SPAN else None


class Aside(AbstractContextManager["Aside"]):
    """Bytes by name, on disk until they are asked for."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="dateline-")
        self._file = (Path(self._folder.name) / "aside").open("w+b")
        self._places: dict[str, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def put(self, name: str, raw: bytes) -> None:
        """Lay something aside."""
        self._places[name] = self._file.seek(0, 2), len(raw)
        self._file.write(raw)

    def get(self, name: str) -> bytes | None:
        """What was laid aside; None where nothing was."""
        if name not in self._places:
            return None
        start, size = self._places[name]
        self._file.seek(start)
        return self._file.read(size)

    def drop(self, name: str) -> None:
        """Forget one."""
        del self._places[name]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._folder.cleanup()


class Shelf(AbstractContextManager["Shelf"]):
    """Documents by the ids of their articles, on disk until they are asked for.

    They are read as far as is needed to find what is asked for, so that documents in the order of
    the articles are not laid aside at all.
    """

    def __init__(self, source: Iterator[Document], where: str) -> None:
        self._source = source
        self._where = where
        self._aside = Aside()
        self._given: set[str] = set()

    def take(self, doc_id: str) -> Document | None:
        """The document of an article, once; None where there is none.

        Raises
        ------
        DataError : two documents of one article.
        """
        raw = self._aside.get(doc_id)
        if raw is not None:
            self._aside.drop(doc_id)
            self._given.add(doc_id)
            return msgspec.msgpack.decode(raw, type=Document)
        for document in self._source:
            self._once(document.doc_id)
            if document.doc_id == doc_id:
                self._given.add(doc_id)
                return document
            self._aside.put(document.doc_id, msgspec.msgpack.encode(document))
        return None

    def rest(self) -> int:
        """How many articles have documents that nobody asked for."""
        for document in self._source:
            self._once(document.doc_id)
            self._aside.put(document.doc_id, b"")
        return len(self._aside)

    def _once(self, name: str) -> None:
        if name in self._aside or name in self._given:
            raise DataError(self._where, "labels of each article once", f"{name} twice")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._aside.__exit__(kind, error, trace)
