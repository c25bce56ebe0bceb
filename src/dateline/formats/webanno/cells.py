"""The table of a WebAnno TSV file while it is written: annotations on rows, and their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dateline.formats.webanno.escapes import NO_VALUE, NOTHING, escaped
from dateline.formats.webanno.shape import (
    ANY,
    ATTRIBUTIONS,
    CHAIN,
    CLUSTERS,
    CONCEPT,
    ENTITY,
    EVENTS,
    MENTION,
    OF_EVENT,
    OTHER,
    RELATIONS,
    ROLES,
    STANCES,
    WORDS,
    features,
)
from dateline.formats.webanno.units import Unit, Units
from dateline.records import Span
from dateline.scheme import Scheme

__all__ = ["Table"]

_SPANS = (ENTITY, MENTION, WORDS, CLUSTERS, OTHER, EVENTS, ATTRIBUTIONS, STANCES)
_SLOT = "slot"
"""Stands for the two columns of the slots among the names of features."""


@dataclass(slots=True)
class _Annotation:
    number: int
    features: dict[str, str]
    first: Unit
    slots: list[tuple[str, int]] = field(default_factory=list)


class Table:
    """Annotations of a text by the rows that they lie on.

    The layers of spans come first, then those with slots, chains and relations; within a layer
    features are sorted by their names, as INCEpTION writes them.
    """

    def __init__(self, text: str, scheme: Scheme) -> None:
        self.units = Units(text)
        self._scheme = scheme
        self._all: list[_Annotation] = []
        self._on: dict[str, dict[Unit, list[_Annotation]]] = {}
        self._chains: dict[Unit, list[tuple[int, int, str]]] = {}
        self._chain = 0
        self._relations: dict[Unit, list[tuple[dict[str, str], int, int]]] = {}

    def add(self, layer: str, place: Span, said: dict[str, str]) -> int:
        """An annotation on anchored words: its number in the file, from 1."""
        units = self.units.of(place)
        one = _Annotation(len(self._all) + 1, said, units[0])
        self._all.append(one)
        on = self._on.setdefault(layer, {})
        for unit in units:
            on.setdefault(unit, []).append(one)
        return one.number

    def slot(self, number: int, role: str, target: int) -> None:
        """An argument of an annotation, both by their numbers."""
        self._all[number - 1].slots.append((role, target))

    def chain(self, links: Sequence[tuple[str, Span]]) -> None:
        """A chain of anchored words, each with its label."""
        self._chain += 1
        for number, (label, place) in enumerate(links, 1):
            for unit in self.units.of(place):
                self._chains.setdefault(unit, []).append((self._chain, number, label))

    def relate(self, layer: str, said: dict[str, str], source: int, target: int) -> None:
        """A relation between two annotations, by their numbers."""
        assert layer == RELATIONS, "the only layer of relations"
        unit = self._all[target - 1].first
        self._relations.setdefault(unit, []).append((said, source, target))

    # ── The file

    def text(self) -> str:
        """The file's text."""
        layers = [layer for layer in _SPANS if layer in self._on]
        columns = {layer: self._columns(layer) for layer in layers}
        head = "#FORMAT=WebAnno TSV 3.3\n" + "".join(self._header(columns)) + "\n"
        empty = {
            layer: f"{NOTHING}\t" * (len(columns[layer]) + (layer in OF_EVENT)) for layer in layers
        }
        lines = [head]
        for line, unit in self.units.rows():
            lines.append(line)
            if unit is None:
                continue
            for layer in layers:
                found = self._on[layer].get(unit)
                if found is None:
                    lines.append(empty[layer])
                else:
                    lines += [self._cell(found, column) for column in columns[layer]]
            lines += self._last(unit)
            lines.append("\n")
        return "".join(lines)

    def _columns(self, layer: str) -> list[str]:
        if layer == ENTITY:
            return [CONCEPT, "value"]
        names = features(layer, self._scheme)
        if layer not in OF_EVENT:
            return names
        return [_SLOT if name == ROLES else name for name in sorted([*names, ROLES])]

    def _header(self, columns: dict[str, list[str]]) -> Iterator[str]:
        for layer, names in columns.items():
            slot = f"ROLE_{layer}:{ROLES}_{layer}RolesLink|{ANY}"
            yield f"#T_SP={layer}|{'|'.join(slot if n == _SLOT else n for n in names)}\n"
        if self._chains:
            yield f"#T_CH={CHAIN}|referenceRelation|referenceType\n"
        if self._relations:
            names = features(RELATIONS, self._scheme)
            yield f"#T_RL={RELATIONS}|{'|'.join(names)}|BT_{ENTITY}\n"

    def _cell(self, found: list[_Annotation], column: str) -> str:
        """The cell of a feature, or the two of the slots."""
        if column != _SLOT:
            values = [(one.features.get(column), one.number) for one in found]
            stack = [f"{NO_VALUE if v is None else escaped(v)}[{n}]" for v, n in values]
            return "|".join(stack) + "\t"
        roles, targets = [], []
        for one in found:
            roles.append(";".join(escaped(role) for role, _ in one.slots) or NOTHING)
            roles[-1] += f"[{one.number}]"
            targets.append(";".join(self._target(number) for _, number in one.slots) or NO_VALUE)
        return f"{'|'.join(roles)}\t{'|'.join(targets)}\t"

    def _target(self, number: int) -> str:
        return f"{self.units.name(self._all[number - 1].first)}[{number}]"

    def _last(self, unit: Unit) -> Iterator[str]:
        """The cells of chains and relations."""
        if self._chains:
            links = self._chains.get(unit, [])
            yield "|".join(f"{NO_VALUE}->{chain}-{n}" for chain, n, _ in links) or NOTHING
            yield "\t"
            yield "|".join(f"{escaped(label)}[{chain}]" for chain, _, label in links) or NOTHING
            yield "\t"
        if self._relations:
            found = self._relations.get(unit, [])
            for name in features(RELATIONS, self._scheme):
                values = (said.get(name) for said, _, _ in found)
                stack = (NO_VALUE if value is None else escaped(value) for value in values)
                yield "|".join(stack) or NOTHING
                yield "\t"
            ends = (
                f"{self.units.name(self._all[source - 1].first)}[{source}_{target}]"
                for _, source, target in found
            )
            yield "|".join(ends) or NOTHING
            yield "\t"
