"""Writing WebAnno TSV 3.3, with the type system of the layers beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from dateline.formats.standoff import (
    EVENT,
    GROUP,
    MEMBER,
    RELATION,
    SPAN,
    StandOff,
    file_stem,
    ordered,
)
from dateline.formats.webanno.cells import Table
from dateline.formats.webanno.escapes import is_plain
from dateline.formats.webanno.shape import (
    ARG1,
    ARG2,
    CLUSTERS,
    CONCEPT,
    ENTITY,
    EVENTS,
    MENTION,
    OTHER,
    RELATIONS,
    WORDS,
    More,
    event_layer,
    features,
    identifiers,
    once,
)
from dateline.formats.webanno.types import type_system
from dateline.records import Argument, Foreign, Span
from dateline.scheme import Scheme

__all__ = ["write"]

TYPES = "TypeSystem.xml"


def write(standoffs: Iterable[StandOff], scheme: Scheme) -> Iterator[tuple[str, bytes]]:
    """`<id>.tsv` for each text, and the layers as `TypeSystem.xml`.

    Raises
    ------
    DataError : a name that is no document id, and so may be no file's.
    """
    for standoff in standoffs:
        yield f"{file_stem(standoff)}.tsv", _Page(standoff, scheme).text().encode()
    yield TYPES, type_system(scheme).encode()


class _Page:
    """The annotations of one text while they are made."""

    def __init__(self, standoff: StandOff, scheme: Scheme) -> None:
        self.scheme = scheme
        self.marks = ordered(standoff.marks) if standoff.text.strip() else []
        self.table = Table(standoff.text, scheme)
        self.concepts = identifiers(standoff)
        self.labels = {mark.id: mark.label for mark in self.marks}
        self.layers: dict[str, str] = {}  # of each mark that is annotated on words
        self.places: dict[str, list[Span]] = {}  # its words, as rows have them
        self.numbers: dict[str, list[int]] = {}  # its annotations
        self.alike: Counter[tuple[str, Span]] = Counter()

    def text(self) -> str:
        """The file's text."""
        for mark in self.marks:
            self._settle(mark)
        for mark in self.marks:
            if mark.id in self.layers:
                self._words(mark)
        for mark in self.marks:
            if mark.kind == EVENT and mark.id in self.layers:
                for argument in self._said(mark.args):
                    for target in self.numbers[argument.ref]:
                        self.table.slot(self.numbers[mark.id][0], argument.role, target)
        for mark in self.marks:
            if mark.id not in self.layers and not self._relation(mark) and not self._group(mark):
                self._whole(mark)
        return self.table.text()

    # ── Words

    def _settle(self, mark: Foreign) -> None:
        """Find the layer and the words of a span or event that can be annotated on words."""
        if mark.kind not in (SPAN, EVENT) or (mark.kind == SPAN and mark.args):
            return
        if not mark.spans or not is_plain(mark.id) or not is_plain(mark.label):
            return
        wanted = mark.spans if mark.kind == SPAN else mark.spans[:1]
        anchored = self.table.units.tokens.anchored
        places = [place for span in wanted if (place := anchored(span)) is not None]
        if len(places) < len(wanted):
            return
        places.sort(key=lambda place: (place.start, place.end))
        if mark.kind == EVENT:
            layer = event_layer(mark.label)
        else:
            named = mark.label in self.scheme.layers["entities"].labels and len(places) == 1
            layer = ENTITY if named else WORDS
        self.layers[mark.id], self.places[mark.id] = layer, places
        self.alike.update((mark.label, place) for place in places)

    def _words(self, mark: Foreign) -> None:
        """The annotations of a mark on its words, one for each fragment."""
        layer, places = self.layers[mark.id], self.places[mark.id]
        first, *others = places
        own = {"id": mark.id}
        if layer == WORDS:
            own["label"] = mark.label
        elif layer == EVENTS:
            own["value"] = mark.label
        if layer == ENTITY:
            concept = self.concepts.get(mark.id)
            mine = mark.attributes.get(CONCEPT, "") if concept is None else concept
            more = {CONCEPT: mine} if is_plain(mine) else {}
            self.numbers[mark.id] = [self.table.add(ENTITY, first, {"value": mark.label} | more)]
            said = self._features(mark, MENTION, {CONCEPT} if concept is None and more else set())
            self.table.add(MENTION, first, own | said)
            return
        self.numbers[mark.id] = [self.table.add(layer, first, own | self._features(mark, layer))]
        self.numbers[mark.id] += [self.table.add(layer, place, own) for place in others]

    def _features(
        self, mark: Foreign, layer: str, said: set[str] | frozenset[str] = frozenset()
    ) -> dict[str, str]:
        """The attributes of a mark as features of a layer, and `more` for all that they do not say.

        `said` are attributes that stand elsewhere.
        """
        own = set(features(layer, self.scheme)) - {"id", "more", "label"}
        if layer == EVENTS:
            own.remove("value")
        natural = {k: v for k, v in mark.attributes.items() if k in own and is_plain(v)}
        rest = {k: v for k, v in mark.attributes.items() if k not in natural and k not in said}
        more = More(self._args_beside(mark), self._spans_beside(mark), rest)
        if more == More():
            return natural
        return natural | {"more": msgspec.json.encode(more).decode()}

    def _said(self, args: Sequence[Argument]) -> list[Argument]:
        """The arguments of an event that its slots say."""
        return once([a for a in args if a.ref in self.layers and is_plain(a.role)])

    def _args_beside(self, mark: Foreign) -> list[Argument] | None:
        """The arguments of a mark, where the layer does not say just these."""
        if mark.kind == EVENT:
            same = self._said(mark.args) == mark.args
        elif mark.kind == RELATION:
            same = [a.role for a in mark.args] == [ARG1, ARG2]
        else:
            same = all(self.alike[self._head(a.ref)] == 1 for a in mark.args)
        return None if same else mark.args

    def _spans_beside(self, mark: Foreign) -> list[Span] | None:
        return mark.spans if mark.spans != self.places.get(mark.id, []) else None

    def _head(self, key: str) -> tuple[str, Span]:
        """What a link of a chain stands on: the label of a mark and its first words."""
        return self.labels[key], self.places[key][0]

    # ── What has no words of its own

    def _relation(self, mark: Foreign) -> bool:
        """A relation of two named entities; False where it is another one."""
        entities = [self.layers.get(argument.ref) == ENTITY for argument in mark.args]
        if mark.kind != RELATION or mark.spans or entities != [True, True]:
            return False
        if not is_plain(mark.id) or not is_plain(mark.label):
            return False
        source, target = (self.numbers[argument.ref][0] for argument in mark.args)
        said = {"id": mark.id, "label": mark.label} | self._features(mark, RELATIONS)
        self.table.relate(RELATIONS, said, source, target)
        return True

    def _group(self, mark: Foreign) -> bool:
        """A chain, with a note on its first words; False where the mark is of another shape."""
        members = [argument.ref for argument in mark.args]
        if mark.kind != GROUP or mark.spans or not members or len(set(members)) < len(members):
            return False
        if any(a.role != MEMBER or a.ref not in self.layers for a in mark.args):
            return False
        if not is_plain(mark.id) or not is_plain(mark.label):
            return False
        heads = [self._head(key) for key in members]
        self.table.chain(heads)
        said = {"id": mark.id, "label": mark.label} | self._features(mark, CLUSTERS)
        self.table.add(CLUSTERS, heads[0][1], said)
        return True

    def _whole(self, mark: Foreign) -> None:
        """A mark that no layer has a form for, as one annotation at its words or the first row."""
        anchored = self.table.units.tokens.anchored
        place = anchored(mark.spans[0]) if mark.spans else None
        said = {"mark": msgspec.json.encode(mark).decode()}
        if is_plain(mark.label):
            said["label"] = mark.label
        first = self.table.units.tokens.places[0]
        self.table.add(OTHER, place or Span(*first), said)
