"""Reading `.spacy` files, anyone's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from dateline.errors import DataError
from dateline.formats.aside import unpacked, whole
from dateline.formats.docbin.beside import category_notes, grouped, user_notes
from dateline.formats.docbin.groups import GROUPS, spacy_module
from dateline.formats.docbin.packed import Packed, decoded, elements, entries, open_packed
from dateline.formats.drawn import Graph, Node
from dateline.formats.finding import files_of
from dateline.formats.jsonl import as_label, told
from dateline.formats.registry import Known
from dateline.formats.standoff import GROUP, MEMBER, Notice, StandOff
from dateline.formats.texts import fitted
from dateline.records import Argument, Foreign
from dateline.scheme import Scheme

__all__ = ["read"]

_BEGIN, _IN = 3, 1
_CLUSTERS = re.compile(r"coref(?:_head)?_clusters_\d{1,9}")
_UNREAD = ("TAG", "POS", "MORPH", "LEMMA", "DEP")

NO_TOKENS = "a document without tokens"
OUTSIDE = "a span outside the tokens"
UNKNOWN = "a label or an id that is not among the strings"


class _Found(NamedTuple):
    """A span of one group, by its tokens."""

    group: str
    first: int
    last: int
    label: str
    more: dict[str, str]


def read(path: Path, known: Known) -> Iterator[StandOff]:
    """The documents of a file, or of all files below a folder.

    Raises
    ------
    DataError : no DocBin, or one without a document that has tokens.
    UsageError : `path` is neither a folder nor a `.spacy` file; spaCy is not installed.
    """
    for name, file in files_of(path, (".spacy",)):
        yield from told(_Reading(open_packed(file, name), name, known.scheme).documents())


class _Reading:
    """Takes one file apart."""

    def __init__(self, packed: Packed, name: str, scheme: Scheme) -> None:
        self.packed, self.name, self.scheme = packed, name, scheme
        numbers = spacy_module("spacy.attrs").IDS
        self.column = {
            label: packed.attributes.index(number)
            for label, number in numbers.items()
            if number in packed.attributes
        }
        if "ORTH" not in self.column:
            raise DataError(name, "a DocBin of spaCy 3", "one without words")
        self.store = spacy_module("spacy.strings").StringStore()
        for raw in elements(packed.strings, f"{name} strings"):
            word = decoded(raw, f"{name} strings")
            if isinstance(word, str) and word:
                self.store.add(word)

    def documents(self) -> Iterator[StandOff | Notice]:
        """The texts in order, and what is said beside them."""
        packed, count = self.packed, len(self.packed.lengths)
        unread = [
            label
            for label in _UNREAD
            if label in self.column and packed.tokens[:, self.column[label]].any()
        ]
        if unread:
            yield Notice(f"{', '.join(unread)} of the tokens, which are not read", self.name)
        lists = [
            entries(raw, count, f"{self.name} {key}")
            for key, raw in (
                ("cats", packed.cats),
                ("flags", packed.flags),
                ("span_groups", packed.span_groups),
                ("user_data", packed.user_data),
            )
        ]
        at = 0
        for number in range(count):
            length = int(packed.lengths[number])
            beside = [next(one, None) for one in lists]
            if length:
                yield self._document(number + 1, at, at + length, *beside)
            else:
                yield Notice(NO_TOKENS, f"{self.name} document {number + 1}")
            at += length

    def _document(
        self,
        number: int,
        first: int,
        last: int,
        cats: memoryview | None,
        flags: memoryview | None,
        groups: memoryview | None,
        user_data: memoryview | None,
    ) -> StandOff:
        where = f"{self.name} document {number}"
        notices: list[Notice] = []
        raw, starts, ends = self._text(first, last, flags, where)
        text = fitted(raw, where)
        notices += [Notice(reason, where) for reason in text.mended]
        beside, notes = user_notes(user_data, where, notices)
        said = unpacked(beside) if beside is not None else None
        graph = Graph()
        clusters: dict[str, list[Node]] = {}
        spans = [*self._entities(first, last, where, notices)]
        for one in grouped(groups, where, notices):
            label, more = self._named(one.label, one.kb, one.id, where, notices)
            spans.append(_Found(one.group, one.first, one.last, as_label(label, one.group), more))
        for span in spans:
            if not 0 <= span.first < span.last <= len(starts):
                notices.append(Notice(OUTSIDE, where))
                continue
            place = text.span(starts[span.first], ends[span.last - 1])
            node = Node(place.start, place.end, span.label)
            more = graph.nodes.setdefault(node, {})
            if span.group and span.group not in GROUPS:
                more["group"] = " ".join(filter(None, [more.get("group"), span.group]))
            more.update(span.more if said is None else {})
            if _CLUSTERS.fullmatch(span.group):
                clusters.setdefault(span.group, []).append(node)
        labels = category_notes(cats, where, notices)
        made = whole(
            f"{self.name.rpartition('.')[0]}-{number}",
            text.text,
            graph,
            self.scheme,
            beside=said if said is not None else beside,
            loose=[*notes, *labels],
            notices=notices,
            where=where,
            linked=False,
        )
        return _with_clusters(made, clusters) if clusters and said is None else made

    # ── Tokens

    def _strings(self, numbers: Any) -> list[str | None]:
        """Numbers as the strings that they stand for."""
        return [self._string(int(number)) for number in numbers]

    def _string(self, number: int) -> str | None:
        if number == 0:
            return ""
        try:
            found: str = self.store[number]
        except (KeyError, OverflowError, ValueError):
            return None
        return found

    def _values(self, label: str, first: int, last: int) -> Any:
        """The column of an attribute; of one that is not there zeros."""
        if label in self.column:
            return self.packed.tokens[first:last, self.column[label]]
        return np.zeros(last - first, np.uint64)

    def _text(
        self, first: int, last: int, flags: memoryview | None, where: str
    ) -> tuple[str, list[int], list[int]]:
        """The text, and where each token begins and ends."""
        said = decoded(flags, where) if flags is not None else {}
        is_blank = self.packed.spaces[first:last] != 0
        if isinstance(said, dict) and said.get("has_unknown_spaces"):
            is_blank = np.ones(last - first, bool)
        pieces: list[str] = []
        starts, ends, at = [], [], 0
        words = self._strings(self._values("ORTH", first, last))
        for word, blank in zip(words, is_blank.tolist(), strict=True):
            if word is None:
                raise DataError(where, "the words of its tokens among the strings", "not all")
            starts.append(at)
            at += len(word)
            ends.append(at)
            pieces.append(word)
            if blank:
                pieces.append(" ")
                at += 1
        return "".join(pieces), starts, ends

    def _entities(
        self, first: int, last: int, where: str, notices: list[Notice]
    ) -> Iterator[_Found]:
        """The entities: tokens that begin one, and those that go on with it."""
        iob = self._values("ENT_IOB", first, last)
        if not (iob == _BEGIN).any() and not (iob == _IN).any():
            return
        kinds = self._values("ENT_TYPE", first, last)
        goes_on = np.zeros(last - first, bool)
        goes_on[1:] = (iob[1:] == _IN) & (iob[:-1] % 2 == 1) & (kinds[1:] == kinds[:-1])
        inside = (iob == _BEGIN) | (iob == _IN)
        begins = np.flatnonzero(inside & ~goes_on)
        stops = np.flatnonzero(~goes_on)
        after = np.append(stops[1:], last - first)
        end_of = dict(zip(stops.tolist(), after.tolist(), strict=True))
        links = self._values("ENT_KB_ID", first, last)
        ids = self._values("ENT_ID", first, last)
        for start in begins.tolist():
            label, more = self._named(kinds[start], links[start], ids[start], where, notices)
            yield _Found("", start, end_of[start], as_label(label, "entity"), more)

    def _named(
        self, label: Any, kb: Any, key: Any, where: str, notices: list[Notice]
    ) -> tuple[str, dict[str, str]]:
        """The label of a span, its link and its id."""
        found = self._strings((label, kb, key))
        if None in found:
            notices.append(Notice(UNKNOWN, where))
        more = {"kb": found[1], "id": found[2]}
        return found[0] or "", {name: value for name, value in more.items() if value}


def _with_clusters(standoff: StandOff, clusters: dict[str, list[Node]]) -> StandOff:
    """A text with the clusters that spaCy's coreference component leaves as groups of spans."""
    at = {
        Node(mark.spans[0].start, mark.spans[0].end, mark.label): mark.id
        for mark in standoff.marks
        if mark.spans
    }
    groups = [
        Foreign(name, GROUP, name.rpartition("_")[0], [], [Argument(MEMBER, at[n]) for n in nodes])
        for name, nodes in clusters.items()
    ]
    return msgspec.structs.replace(standoff, marks=[*standoff.marks, *groups])
