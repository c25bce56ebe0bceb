"""The layers that Dateline's labels are written in, and what of a mark they can say.

Entities and clusters stand in the layers that INCEpTION ships, the rest in layers of ours, whose
names begin with `Dateline`. Each mark has its id there (feature `id`) and, in `more`, as JSON, what
the features cannot say; reading takes a value from there only while it fits the annotation, so
that what is changed in INCEpTION wins. A mark that has no such form at all is one annotation of the
last layer.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence

import msgspec

from dateline.formats.native import ATTRIBUTION, STANCE
from dateline.formats.standoff import GROUP, MEMBER, StandOff, ordered
from dateline.records import Argument, Span
from dateline.scheme import Scheme

__all__ = [
    "ANY",
    "ARG1",
    "ARG2",
    "ATTRIBUTIONS",
    "CHAIN",
    "CLUSTERS",
    "CONCEPT",
    "ENTITY",
    "EVENTS",
    "MENTION",
    "OF_EVENT",
    "OTHER",
    "OWN",
    "RELATIONS",
    "ROLES",
    "STANCES",
    "WORDS",
    "More",
    "Tokens",
    "event_layer",
    "features",
    "identifiers",
    "once",
]

ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
CHAIN = "de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceLink"
MENTION, WORDS, EVENTS, ATTRIBUTIONS, STANCES, CLUSTERS, RELATIONS, OTHER = (
    f"webanno.custom.Dateline{name}"
    for name in (
        "Mention",
        "Words",
        "Event",
        "Attribution",
        "Stance",
        "Cluster",
        "Relation",
        "Foreign",
    )
)
OWN = {MENTION, WORDS, EVENTS, ATTRIBUTIONS, STANCES, CLUSTERS, RELATIONS, OTHER}
OF_EVENT = {EVENTS, ATTRIBUTIONS, STANCES}
ANY = "uima.tcas.Annotation"
ROLES = "roles"
ARG1, ARG2 = "Arg1", "Arg2"
CONCEPT = "identifier"

_WIKIDATA = "http://www.wikidata.org/entity/"


class More(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the features of an annotation do not say of its mark."""

    args: list[Argument] | None = None
    spans: list[Span] | None = None
    attributes: dict[str, str] = {}


def features(layer: str, scheme: Scheme) -> list[str]:
    """The features of a layer of ours, sorted, without slots."""
    mine = {
        MENTION: ["id", "more", *scheme.layers["entities"].attributes],
        WORDS: ["id", "label", "more"],
        EVENTS: ["id", "more", "value", *scheme.layers["events"].attributes],
        ATTRIBUTIONS: ["id", "more", *scheme.layers["attributions"].attributes],
        STANCES: ["id", "more", "holder", *scheme.layers["stances"].attributes],
        CLUSTERS: ["id", "kb", "label", "more", "name"],
        RELATIONS: ["id", "label", "more"],
        OTHER: ["label", "mark"],
    }
    return sorted(mine[layer])


def event_layer(label: str) -> str:
    """The layer of events of a label."""
    return {ATTRIBUTION: ATTRIBUTIONS, STANCE: STANCES}.get(label, EVENTS)


def once(args: Sequence[Argument]) -> list[Argument]:
    """Arguments without those that only repeat the one before: a slot for each fragment."""
    return [a for number, a in enumerate(args) if number == 0 or a != args[number - 1]]


def identifiers(standoff: StandOff) -> dict[str, str]:
    """The concept of each mark whose group has one, as the layer of named entities names it."""
    found: dict[str, str] = {}
    for mark in ordered(standoff.marks):
        kb = mark.attributes.get("kb")
        if mark.kind != GROUP or not kb:
            continue
        number = kb.removeprefix("wd:")
        name = f"{_WIKIDATA}{number}" if number != kb else kb
        for argument in mark.args:
            if argument.role == MEMBER:
                found.setdefault(argument.ref, name)
    return found


class Tokens:
    """The tokens of a text, one after the other, and what of a span lies on them."""

    def __init__(self, places: Sequence[tuple[int, int]]) -> None:
        self.places = places
        self._starts = [start for start, _ in places]
        self._ends = [end for _, end in places]

    def range(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last token of a span; no token where the last is before the first."""
        if start == end:
            first = bisect.bisect_left(self._ends, start)
            here = first < len(self.places) and self._starts[first] <= start
            return first, first if here else first - 1
        first = bisect.bisect_right(self._ends, start)
        return first, bisect.bisect_left(self._starts, end) - 1

    def anchored(self, span: Span) -> Span | None:
        """The span as far as tokens go; None where there is no token under it."""
        if not 0 <= span.start <= span.end:
            return None
        first, last = self.range(span.start, span.end)
        if first > last:
            return None
        start = max(span.start, self._starts[first])
        end = min(span.end, self._ends[last])
        return Span(start, end) if start < end or start == span.start == span.end else None
