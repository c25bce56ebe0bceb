"""The entries of a result as regions with their fields, arrows, and answers on the whole task."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dateline.formats.labelstudio.aside import LARGEST_OFFSET
from dateline.formats.labelstudio.plaintext import Words
from dateline.formats.labelstudio.shape import Place

__all__ = ["Answer", "Arrow", "Region", "Results", "said"]

_TEXTUAL = ("labels", "hypertextlabels")
_FIELDS = ("choices", "textarea", "rating", "number", "taxonomy", "datetime")


@dataclass
class Region:
    """A marked stretch of a text: its labels, what is set on it, the notes that were written."""

    id: str
    places: dict[Place, None]
    words: Words | None
    where: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Arrow:
    """A relation between two regions, with the names that it has, if any."""

    source: str
    target: str
    labels: list[str]
    both_ways: bool
    where: str


@dataclass(frozen=True)
class Answer:
    """What was answered on the whole task."""

    id: str
    control: str
    words: str


class Results:
    """What a result holds; `notices` says what could not be taken, with its place."""

    def __init__(self, entries: list[Any], where: str) -> None:
        self.regions: dict[str, Region] = {}
        self.arrows: list[Arrow] = []
        self.answers: list[Answer] = []
        self.objects: dict[str, int] = {}
        self.notices: list[tuple[str, str]] = []
        self.hypertext = False
        later: list[tuple[dict[str, Any], str]] = []
        for number, one in enumerate(entries):
            place = f"{where} result {number}"
            kind = one.get("type") if isinstance(one, dict) else None
            if not isinstance(kind, str):
                self.notices.append(("an entry of no form that Label Studio has", place))
            elif kind in _TEXTUAL:
                self._region(one, kind, place)
            else:
                later.append((one, place))
        for one, place in later:
            if one["type"] == "relation":
                self._arrow(one, place)
            elif one["type"] in _FIELDS:
                self._field(one, place)
            else:
                self.notices.append((f"a mark that is none of a text: {one['type'][:40]}", place))

    def _value(self, one: dict[str, Any]) -> dict[str, Any]:
        value = one.get("value")
        return value if isinstance(value, dict) else {}

    def _region(self, one: dict[str, Any], kind: str, where: str) -> None:
        value = self._value(one)
        self.hypertext |= kind == "hypertextlabels"
        control = _text(one.get("from_name"))
        names = _names(value.get(kind, value.get("labels")))
        if not names:
            self.notices.append(("a region without a label", where))
        places = dict.fromkeys(Place(control, name) for name in names or ["unlabelled"])
        words = _words(value)
        if words is None:
            self.notices.append(("a region without offsets", where))
        target = _text(one.get("to_name"))
        self.objects[target] = self.objects.get(target, 0) + 1
        key = _text(one.get("id")) or f"region-{len(self.regions) + 1}"
        known = self.regions.get(key)
        if known is not None and known.words == words:
            known.places.update(places)
            region = known
        else:
            if known is not None:
                self.notices.append(("an id that stands twice, and is now another", where))
                key = self._another(key)
            region = self.regions[key] = Region(key, places, words, where)
        self._more(region, one, where)

    def _another(self, key: str) -> str:
        number = len(self.regions) + 1
        while f"{key}~{number}" in self.regions:
            number += 1
        return f"{key}~{number}"

    def _more(self, region: Region, one: dict[str, Any], where: str) -> None:
        """What stands on a region beside its labels."""
        if isinstance(one.get("score"), int | float) and not isinstance(one["score"], bool):
            region.fields["score"] = [str(one["score"])]
        if one.get("parentID"):
            self.notices.append(("a region that hangs below another, now on its own", where))
        meta = one.get("meta")
        for name, value in (meta if isinstance(meta, dict) else {}).items():
            words = said(value)
            if name == "text" and words:
                region.notes.append(words)
            elif words:
                region.fields.setdefault(name, []).append(words)
            elif value not in (None, "", [], {}):
                self.notices.append(("something on a region that is no words", f"{where} {name}"))

    def _field(self, one: dict[str, Any], where: str) -> None:
        """An answer: on a region, or on the whole task."""
        value, control = self._value(one), _text(one.get("from_name"))
        kind = "text" if one["type"] == "textarea" else one["type"]
        words = said(value.get(kind))
        key = _text(one.get("id"))
        if not words:
            return  # set once, and cleared again
        region = self.regions.get(key)
        if region is None and _words(value) is not None:  # words that have an answer and no label
            key = key or f"region-{len(self.regions) + 1}"
            alone = {Place(control, control): None}
            region = self.regions[key] = Region(key, alone, _words(value), where)
        if region is None:
            self.answers.append(Answer(key, control, words))
        elif words not in region.fields.setdefault(control, [])[-1:]:
            region.fields[control].append(words)

    def _arrow(self, one: dict[str, Any], where: str) -> None:
        ends = [_text(one.get("from_id")), _text(one.get("to_id"))]
        names = _names(one.get("labels"))
        if not names:
            self.notices.append(("an arrow without a name", where))
        if any(end not in self.regions for end in ends):
            self.notices.append(("an arrow to a region that is not there", where))
        if one.get("direction") == "left":
            ends.reverse()
        self.arrows.append(Arrow(ends[0], ends[1], names, one.get("direction") == "bi", where))


def said(value: Any) -> str:
    """What a field says, as words; several values with a semicolon between, "" for none."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return value[0]
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    if not _is_list(value):
        return ""
    parts = ["/".join(map(said, one)) if _is_flat(one) else said_once(one) for one in value]
    return "; ".join(part for part in parts if part)


def said_once(value: Any) -> str:
    """One value of several; "" where it is not plain."""
    return "" if isinstance(value, list | dict) else said(value)


def _names(labels: Any) -> list[str]:
    return [one for one in labels if isinstance(one, str)] if isinstance(labels, list) else []


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_flat(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(one, list | dict) for one in value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _offset(value: Any) -> int | None:
    """A whole number of a size that a text may have."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_OFFSET
    return value if fits else None


def _words(value: dict[str, Any]) -> Words | None:
    """Where a region lies, by `globalOffsets` where the others count inside a page's parts."""
    inside = value.get("globalOffsets")
    places = [value, inside] if "startOffset" not in value else [inside]
    for place in places:
        if isinstance(place, dict):
            start, end = _offset(place.get("start")), _offset(place.get("end"))
            if start is not None and end is not None:
                words = value.get("text")
                return Words(start, end, words if isinstance(words, str) else None)
    return None
