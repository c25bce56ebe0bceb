"""The feature structures of a CAS: the rows of its XML under its types, and what refers to what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from dateline.errors import DataError
from dateline.formats.standoff import Notice
from dateline.formats.xmi.types import REF, REFS, TEXT, TEXTS, XMI_ID, Shape, unknown_shape
from dateline.formats.xmi.xml import Row

__all__ = ["Sofa", "Structure", "Structures"]

_CAS = "http:///uima/cas.ecore"
_NUMBER = re.compile(r"-?[0-9]{1,12}")
_MOST = 2_000_000


@dataclass(frozen=True, slots=True)
class Sofa:
    """A text that annotations are about: the `sofaID` is its name."""

    key: str
    name: str
    text: str | None


class Structure(NamedTuple):
    """A feature structure: `said` has its attributes, `children` those of several values."""

    key: str
    shape: Shape
    sofa: str
    place: tuple[int, int] | None
    said: dict[str, str]
    children: dict[str, list[str]]


class Structures:
    """All feature structures of a file, by xmi:id."""

    def __init__(self, rows: list[Row], types: dict[str, Shape], where: str) -> None:
        self.where = where
        self.types = types
        self.notices: list[Notice] = []
        self.sofas: dict[str, Sofa] = {}
        self.all: dict[str, Structure] = {}
        self._unknown: Counter[str] = Counter()
        self._undeclared: Counter[str] = Counter()
        self._shapes: dict[tuple[str, str], Shape] = {}
        self._budget = _MOST
        for row in rows:
            self._take(row)
        for name, number in self._unknown.items():
            reason = "a type that the type system does not have"
            self.notices.append(Notice(reason, f"{where}: {number} {name[:80]}"))
        for name, number in self._undeclared.items():
            reason = "a feature that the type system does not have"
            self.notices.append(Notice(reason, f"{where}: {number} {name[:120]}"))

    def notice(self, reason: str, key: str) -> None:
        """Remember something, with its id."""
        self.notices.append(Notice(reason, f"{self.where} xmi:id {key[:40]}"))

    def _take(self, row: Row) -> None:
        if row.space == _CAS and row.name in ("NULL", "View"):
            return
        key = row.attributes.get(XMI_ID, "")
        if row.space == _CAS and row.name == "Sofa":
            name = row.attributes.get("sofaID", "")
            if key in self.sofas:
                self.notice("a view that stands twice, and is left out", key)
                return
            self.sofas[key] = Sofa(key, name, row.attributes.get("sofaString"))
            return
        if not key or key in self.all:
            reason = "an id that stands twice, and is now another" if key else "no id"
            key = f"{key}~{len(self.all)}"
            self.notice(reason, key)
        shape = self._shape(row)
        begin, end = row.attributes.get("begin"), row.attributes.get("end")
        place = None
        if shape.annotation and begin is not None and end is not None:
            place = _place(begin, end)
            if place is None:
                self.notice("offsets that are no numbers", key)
        if shape.known and not (row.attributes.keys() <= shape.features.keys()):
            self._count_undeclared(shape, row.attributes)
        if shape.known and row.children:
            self._count_undeclared(shape, row.children)
        sofa = row.attributes.get("sofa", "") if shape.base else ""
        self.all[key] = Structure(key, shape, sofa, place, row.attributes, row.children)

    def _count_undeclared(self, shape: Shape, names: Iterable[str]) -> None:
        for name in names:
            if name not in shape.features and " " not in name:
                self._undeclared[f"{shape.short}.{name}"] += 1

    def _shape(self, row: Row) -> Shape:
        shape = self._shapes.get(row[:2])
        if shape is not None:
            return shape
        package = row.space.removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
        package = "" if package == "uima.noNamespace" else package
        name = f"{package}.{row.name}" if package else row.name
        shape = self.types.get(name)
        if shape is None:
            self._unknown[name] += 1
            return unknown_shape(name, {"begin", "end"} <= row.attributes.keys())
        self._shapes[row.space, row.name] = shape
        return shape

    # ── What refers to what

    def referred(self, one: Structure, feature: str) -> Iterator[str]:
        """The ids that a feature refers to, through arrays and lists.

        Raises
        ------
        DataError : more than two million in one file, as arrays that many share can make them.
        """
        kind = one.shape.features.get(feature)
        if kind not in (REF, REFS):
            return
        words = [one.said[feature]] if feature in one.said else one.children.get(feature, [])
        for word in words:
            for match in re.finditer(r"\S+", word):
                yield from self._expanded(match[0], kind == REFS)

    def _expanded(self, key: str, many: bool) -> Iterator[str]:
        self._spend()
        target = self.all.get(key)
        if target is None or not target.shape.container:
            if key != "0" or not many:
                yield key
            return
        seen: set[str] = set()
        while target is not None and target.shape.container and target.key not in seen:
            seen.add(target.key)
            for match in re.finditer(r"\S+", target.said.get("elements", "")):
                self._spend()
                yield match[0]
            if "head" in target.said:
                self._spend()
                yield target.said["head"]
            target = self.all.get(target.said.get("tail", ""))

    def _spend(self, number: int = 1) -> None:
        self._budget -= number
        if self._budget < 0:
            raise DataError(self.where, f"at most {_MOST} references", "more")

    def texts(self, one: Structure) -> dict[str, str]:
        """The features that are no references; several values are lines."""
        found = {}
        features = one.shape.features
        for name, value in one.said.items():
            kind = features.get(name, TEXT)
            if kind == TEXT and " " not in name:
                found[name] = value
            elif kind == TEXTS:
                found[name] = self._joined(value)
        for name, values in one.children.items():
            if features.get(name, TEXTS) not in (REF, REFS):
                found[name] = "\n".join(values)
        return found

    def _joined(self, value: str) -> str:
        """The values of an array: inline, or those of an array or list of its own."""
        target = self.all.get(value)
        if target is None or not target.shape.container:
            return value
        values: list[str] = []
        seen: set[str] = set()
        while target is not None and target.shape.container and target.key not in seen:
            seen.add(target.key)
            found = [*target.children.get("elements", ()), *target.children.get("head", ())]
            found += [target.said[k] for k in ("elements", "head") if k in target.said]
            self._spend(1 + len(found) + sum(map(len, found)) // 64)
            values += found
            target = self.all.get(target.said.get("tail", ""))
        return "\n".join(values)


def _place(begin: str, end: str) -> tuple[int, int] | None:
    """Offsets as numbers."""
    both = begin + end
    if len(both) < 20 and both.isascii() and begin.isdigit() and end.isdigit():  # the usual, fast
        return int(begin), int(end)
    if _NUMBER.fullmatch(begin) and _NUMBER.fullmatch(end):
        return int(begin), int(end)
    return None
