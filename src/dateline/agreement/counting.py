"""What two passes over one article agree on: counts that add up over articles.

`count` is a pure function of an article's text and passes; `agreement.figures` turns sums of its
counts into coefficients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dateline.agreement.coefficients import Continuum, coincidences, continuum
from dateline.matching import Match, Pairing, jaccard, same_span, spans
from dateline.records import AUTHOR, Attribution, Document, Entity, Event, Stance
from dateline.scheme import Scheme
from dateline.text import HasSpan, Segmentation

__all__ = ["ABSENT", "PARTS", "Count", "Key", "count_pair", "count_together"]

PARTS = ("source", "cue", "content")
"""The parts of an attribution."""
ABSENT = "-"
"""The row or column of a table for what the other annotator did not find or give."""

Floats = npt.NDArray[np.float64]


class Key(NamedTuple):
    """Which figure a count belongs to; `label` is "" for the whole layer."""

    layer: str
    measure: str
    label: str = ""


class Count(NamedTuple):
    """A part of a figure. `values` name the rows of a table; `kind` says what makes a figure of it:
    `f1` (3,), `kappa` and `confusion` (k, k), `alpha` (k, k) coincidences, `alpha_u` a continuum.
    """

    kind: str
    data: Floats | Continuum
    values: tuple[str, ...] = ()


Counted = Iterator[tuple[Key, Count]]


def _f1(shared: float, left: float, right: float) -> Count:
    return Count("f1", np.array([shared, left, right], float))


def _table(kind: str, values: Sequence[str], pairs: Iterable[tuple[Any, Any]]) -> Count:
    numbers = {value: i for i, value in enumerate(values)}
    table = np.zeros((len(values), len(values)))
    for a, b in pairs:
        table[numbers[a or ABSENT], numbers[b or ABSENT]] += 1
    return Count(kind, table, tuple(values))


def _attributes(
    scheme: Scheme, layer: str, names: Iterable[str], pairs: list[tuple[Any, Any]]
) -> Counted:
    for name in names:
        values = [*scheme.values(layer, name), ABSENT]
        given = [(getattr(a, name), getattr(b, name)) for a, b in pairs]
        yield Key(layer, f"{name} kappa"), _table("kappa", values, given)


def _labelled(
    layer: str,
    pairing: Pairing[Any],
    exact: list[tuple[Any, Any]],
    sides: tuple[Sequence[Any], Sequence[Any]],
    labels: list[str],
) -> Counted:
    """Spans, with and without their types, and a table of types with what was not found."""
    left, right = len(sides[0]), len(sides[1])
    alike = [(a, b) for a, b in exact if a.type == b.type]
    touching = sum(a.type == b.type for a, b in pairing.pairs)
    yield Key(layer, "exact span"), _f1(len(exact), left, right)
    yield Key(layer, "exact span and type"), _f1(len(alike), left, right)
    yield Key(layer, "overlapping span, same type"), _f1(touching, left, right)
    types = [(a.type, b.type) for a, b in exact]
    yield Key(layer, "type kappa"), _table("kappa", labels, types)
    apart = [(a.type, ABSENT) for a in sides[0] if all(a is not x for x, _ in exact)]
    apart += [(ABSENT, b.type) for b in sides[1] if all(b is not y for _, y in exact)]
    yield Key(layer, "types"), _table("confusion", [*labels, ABSENT], types + apart)
    for label in labels:
        of_left = sum(a.type == label for a in sides[0])
        of_right = sum(b.type == label for b in sides[1])
        shared = sum(a.type == label for a, _ in alike)
        yield Key(layer, "exact span and type", label), _f1(shared, of_left, of_right)


def _kind(entity: Entity, values: set[str]) -> str:
    named = entity.type in values or entity.mention == "name"
    return "names and values" if named else f"{entity.mention}s"


def _entities(match: Match, scheme: Scheme) -> Counted:
    sides = (match.left.entities, match.right.entities)
    exact = [(a, b) for a, b in match.entities.pairs if same_span(a, b)]
    yield from _labelled("entities", match.entities, exact, sides, scheme.labels("entities"))
    values = set(scheme.group("entities", "value"))
    for kind in ("names and values", "nominals", "pronouns"):
        counts = [sum(_kind(e, values) == kind for e in side) for side in sides]
        shared = sum(
            a.type == b.type and _kind(a, values) == kind == _kind(b, values) for a, b in exact
        )
        yield Key("entities", "exact span and type", kind), _f1(shared, *counts)
    yield from _attributes(scheme, "entities", ("mention", "sector"), exact)
    yield Key("entities", "coreference links"), _links(match, "entities")


def _links(match: Match, layer: str) -> Count:
    """Pairs of items in one cluster; shared where their partners are in one cluster too."""

    def linked(doc: Document) -> list[tuple[str, str]]:
        members: dict[str, list[str]] = {}
        for item in getattr(doc, layer):
            if item.cluster is not None:
                members.setdefault(item.cluster, []).append(item.id)
        return [two for ids in members.values() for two in combinations(ids, 2)]

    left, right = linked(match.left), linked(match.right)
    known = {frozenset(two) for two in right}
    shared = sum(frozenset((match.twins.get(a), match.twins.get(b))) in known for a, b in left)
    return _f1(shared, len(left), len(right))


def _events(match: Match, scheme: Scheme) -> Counted:
    sides = (match.left.events, match.right.events)
    exact = [(a, b) for a, b in match.events.pairs if same_span(a, b)]
    yield from _labelled("events", match.events, exact, sides, scheme.labels("events"))
    alike = [(a, b) for a, b in exact if a.type == b.type]
    yield from _attributes(scheme, "events", ("mode",), alike)
    yield from _attributes(scheme, "events", ("polarity", "certainty", "time"), exact)
    yield Key("events", "coreference links"), _links(match, "events")

    def arguments(found: Iterable[Event]) -> list[tuple[str, str]]:
        return [(event.id, x.role) for event in found for x in event.arguments]

    def shared(same: Callable[[str, str], bool]) -> list[str]:
        roles = []
        for a, b in exact:
            rest = list(b.arguments)
            for x in a.arguments:
                y = next((y for y in rest if x.role == y.role and same(x.ref, y.ref)), None)
                if y is not None:
                    rest.remove(y)
                    roles.append(x.role)
        return roles

    left, right = arguments(sides[0]), arguments(sides[1])
    agreed = shared(match.same)
    yield Key("arguments", "all"), _f1(len(agreed), len(left), len(right))
    both = (len(arguments(a for a, _ in exact)), len(arguments(b for _, b in exact)))
    yield Key("arguments", "of matched triggers"), _f1(len(agreed), *both)
    coreferent = max(len(agreed), len(shared(match.coreferent)))
    yield Key("arguments", "filler or one coreferent"), _f1(coreferent, len(left), len(right))
    for role in scheme.roles():
        counts = [sum(r == role for _, r in found) for found in (left, right)]
        yield Key("arguments", "all", role), _f1(agreed.count(role), *counts)


def _part(item: Attribution, part: str) -> list[tuple[int, int]]:
    return spans(item.content if part == "content" else [getattr(item, part)])


def _attributions(match: Match, scheme: Scheme) -> Counted:
    left, right = match.left.attributions, match.right.attributions
    pairs = match.attributions.pairs
    yield Key("attributions", "found"), _f1(len(pairs), len(left), len(right))
    for part in PARTS:
        counts = [sum(bool(_part(item, part)) for item in side) for side in (left, right)]
        given = [(_part(a, part), _part(b, part)) for a, b in pairs]
        exact = sum(bool(a) and a == b for a, b in given)
        touching = sum(jaccard(a, b) > 0 for a, b in given)
        yield Key("attributions", "exact", part), _f1(exact, *counts)
        yield Key("attributions", "overlapping", part), _f1(touching, *counts)
    whole = sum(all(_part(a, p) == _part(b, p) for p in PARTS) for a, b in pairs)
    yield Key("attributions", "all parts exact"), _f1(whole, len(left), len(right))
    names = ("quote", "source_form", "source_kind", "polarity")
    yield from _attributes(scheme, "attributions", names, pairs)

    def refs(item: Attribution) -> list[str]:
        return item.source.refs if item.source is not None else []

    same = sum(any(match.same(x, y) for y in refs(b)) for a, b in pairs for x in refs(a))
    counts = [sum(len(refs(item)) for item in side) for side in (left, right)]
    yield Key("attributions", "references of sources"), _f1(same, *counts)


def _stances(match: Match, scheme: Scheme) -> Counted:
    left, right = match.left.stances, match.right.stances
    pairs = match.stances.pairs
    exact = sum(same_span(a, b) for a, b in pairs)
    yield Key("stances", "exact expression"), _f1(exact, len(left), len(right))
    yield Key("stances", "overlapping expression"), _f1(len(pairs), len(left), len(right))
    aimed = [(a, b) for a, b in pairs if match.same(a.target, b.target)]
    held = [(a, b) for a, b in aimed if match.coreferent(a.holder, b.holder)]
    yield Key("stances", "expression and target"), _f1(len(aimed), len(left), len(right))
    yield Key("stances", "expression, target and holder"), _f1(len(held), len(left), len(right))
    for label, own in (("AUTHOR", True), ("others", False)):
        counts = [sum((s.holder == AUTHOR) == own for s in side) for side in (left, right)]
        shared = sum((a.holder == AUTHOR) == own == (b.holder == AUTHOR) for a, b in pairs)
        yield Key("stances", "overlapping expression", label), _f1(shared, *counts)
    yield from _attributes(scheme, "stances", ("value", "attitude", "explicit"), pairs)
    values = scheme.values("stances", "value")
    given = [(a.value, b.value) for a, b in pairs]
    given += [(a.value, ABSENT) for a in match.stances.left]
    given += [(ABSENT, b.value) for b in match.stances.right]
    yield Key("stances", "values"), _table("confusion", [*values, ABSENT], given)


@dataclass(frozen=True)
class _Tokens:
    """The tokens that spans take, label by label."""

    units: Segmentation

    def ranges(self, found: Iterable[HasSpan]) -> list[tuple[int, int]]:
        """Token ranges; of those that share a token the longest, then the earlier, stays."""
        taken: set[int] = set()
        kept = []
        ranges = {self.units.tokens_of(span.start, span.end) for span in found}
        for first, last in sorted(ranges, key=lambda r: (r[0] - r[1], r)):
            if last > first and taken.isdisjoint(range(first, last)):
                taken.update(range(first, last))
                kept.append((first, last))
        return sorted(kept)

    def marked(self, found: Iterable[HasSpan]) -> npt.NDArray[np.int64]:
        """1 for each token that some span touches, else 0."""
        marks = np.zeros(len(self.units.tokens), np.int64)
        for span in found:
            first, last = self.units.tokens_of(span.start, span.end)
            marks[first:last] = 1
        return marks


def _labels(doc: Document, scheme: Scheme) -> dict[Key, list[HasSpan]]:
    """The spans of each label of each layer, for measures on tokens."""
    found: dict[Key, list[HasSpan]] = {}
    for layer, items in (("entities", doc.entities), ("events", doc.events)):
        for label in scheme.labels(layer):
            found[Key(layer, "", label)] = [x for x in items if x.type == label]
    sources = [a.source for a in doc.attributions if a.source is not None]
    found[Key("attributions", "", "source")] = list(sources)
    found[Key("attributions", "", "cue")] = [a.cue for a in doc.attributions if a.cue is not None]
    content: list[HasSpan] = [span for a in doc.attributions for span in a.content]
    found[Key("attributions", "", "content")] = content
    stances: list[Stance] = doc.stances
    found[Key("stances", "", "expression")] = list(stances)
    return found


def count_pair(match: Match, units: Segmentation, scheme: Scheme) -> Counted:
    """Counts of two passes over one article, all layers."""
    for layer in (_entities, _events, _attributions, _stances):
        yield from layer(match, scheme)
    tokens = _Tokens(units)
    left, right = _labels(match.left, scheme), _labels(match.right, scheme)
    size = len(units.tokens)
    for key in left:
        cut = [tokens.ranges(left[key]), tokens.ranges(right[key])]
        yield Key(key.layer, "unitised alpha", key.label), Count("alpha_u", continuum(cut, size))

    def parts(found: dict[Key, list[HasSpan]]) -> npt.NDArray[np.int64]:
        """0 none, then content, source, cue: of nested parts the one that says most is kept."""
        values = np.zeros(size, np.int64)
        for number, part in enumerate(("content", "source", "cue"), start=1):
            values[tokens.marked(found[Key("attributions", "", part)]) == 1] = number
        return values

    table = np.zeros((4, 4))
    np.add.at(table, (parts(left), parts(right)), 1)
    names = ("none", "content", "source", "cue")
    yield Key("attributions", "token kappa"), Count("kappa", table, names)
    yield Key("attributions", "parts by token"), Count("confusion", table, names)


def count_together(passes: Sequence[Document], units: Segmentation, scheme: Scheme) -> Counted:
    """Coincidences of any number of passes over one article: each label on each token or not."""
    tokens = _Tokens(units)
    found = [_labels(doc, scheme) for doc in passes]
    for key in found[0]:
        values = np.stack([tokens.marked(spans_of[key]) for spans_of in found])
        yield Key(key.layer, "token alpha", key.label), Count("alpha", coincidences(values, 2))
