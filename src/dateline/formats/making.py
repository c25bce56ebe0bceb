"""The making of items from the marks of one text, as often as it takes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

import msgspec

from dateline.errors import DataError
from dateline.formats.native import ATTRIBUTION, CLUSTER, CONTENT, CUE, PREFIX, SOURCE, STANCE
from dateline.formats.placing import CannotError
from dateline.formats.standoff import (
    EVENT,
    GROUP,
    ON,
    RELATION,
    REST,
    SPAN,
    StandOff,
    fresh_ids,
    ordered,
)
from dateline.records import Argument, Foreign
from dateline.scheme import Link, Scheme

__all__ = ["Beside", "Maker"]

NOTHING = "a reference to what is no item"
WRONG_KIND = "a reference to the wrong kind of item"
TWICE = "an argument given twice"
NO_ROLE = "a role that the scheme does not have there"
NO_LABEL = "a label that the scheme does not have"
NO_ATTRIBUTE = "an attribute that the scheme does not have there"
NO_VALUE = "a value that the scheme does not have"
NO_PART = "words of no attribution"
BEFORE = "kept as foreign before"

Item = TypeVar("Item")


class Beside(NamedTuple):
    """An `argument` or `attribute` that its item is made without."""

    what: str
    reason: str
    name: str
    mark: str


class Maker:
    """What is known of one text while items are made of its marks.

    `ids` has the marks that became items, with the items' ids; `parts` the marks that are words of
    an item; `reasons` why a mark is none; `beside` what items are without.
    """

    def __init__(self, standoff: StandOff, scheme: Scheme, known: Callable[[str], bool]) -> None:
        self.standoff = standoff
        self.text = standoff.text
        self.scheme = scheme
        self.known = known
        self.marks = {mark.id: mark for mark in standoff.marks}
        if len(self.marks) < len(standoff.marks):
            twice = Counter(mark.id for mark in standoff.marks).most_common(1)[0][0]
            raise DataError(standoff.doc_id, "each id once", f"{twice!r} twice")
        self._prefixes = {mark.id: self._prefix(mark) for mark in standoff.marks}
        self._names = self._named()
        self._mark_of = {name: key for key, name in self._names.items()}
        self._refused: dict[str, str] = {}
        self._no_argument: dict[tuple[str, Argument], str] = {}
        self.start()

    def start(self) -> None:
        """Begin anew, without what was refused."""
        self.ids: dict[str, str] = {}
        self.parts: set[str] = set()
        self.reasons: dict[str, str] = {}
        self.beside: list[Beside] = []
        self.mended: dict[str, str] = {}
        self.kinds: dict[str, tuple[str, str]] = {}
        self._rest_args: dict[str, list[Argument]] = {}
        self._rest_attributes: dict[str, dict[str, str]] = {}
        for key, prefix in self._prefixes.items():
            if key in self._refused:
                self.reasons[key] = self._refused[key]
            elif prefix is None:
                self.reasons[key] = self._unplaced(self.marks[key])

    def refuse(self, item: str, reason: str) -> None:
        """Leave out an item, by its id, from the next start on."""
        self._refused.setdefault(self._mark_of[item], reason)

    def refuse_argument(self, item: str, argument: Argument, reason: str) -> None:
        """Leave out an argument of an event from the next start on."""
        self._no_argument.setdefault((self._mark_of[item], argument), reason)

    @property
    def refusals(self) -> int:
        """How much is left out so far."""
        return len(self._refused) + len(self._no_argument)

    # ── Which mark may become what

    def _prefix(self, mark: Foreign) -> str | None:
        """The prefix of the ids of what a mark may become; None: it is foreign."""
        kind, label = mark.kind, mark.label
        layers = self.scheme.layers
        if kind == SPAN and label in layers["entities"].labels:
            return "T"
        if kind == EVENT and label in layers["events"].labels:
            return "E"
        if kind in (EVENT, RELATION) and label == ATTRIBUTION:
            return "A"
        if kind == EVENT and label == STANCE:
            return "S"
        return "C" if (kind, label) == (GROUP, CLUSTER) else None

    def _unplaced(self, mark: Foreign) -> str:
        if mark.kind == SPAN and mark.label in (SOURCE, CUE, CONTENT):
            return NO_PART
        return BEFORE if mark.label.startswith(PREFIX) else NO_LABEL

    def _named(self) -> dict[str, str]:
        """The id of the item that each mark would be: its own where that has the form."""
        named: dict[str, str] = {}
        later: list[tuple[str, str]] = []
        for key, prefix in self._prefixes.items():
            if prefix is None:
                continue
            if re.fullmatch(rf"{prefix}[1-9][0-9]{{0,6}}", key):
                named[key] = key
            else:
                later.append((prefix, key))
        fresh = {prefix: fresh_ids(prefix, self.marks) for prefix, _ in later}
        return named | {key: next(fresh[prefix]) for prefix, key in later}

    def candidates(self, prefix: str) -> Iterator[Foreign]:
        """The marks that may become items with this prefix, in order."""
        for key, mark in self.marks.items():
            if self._prefixes[key] == prefix and key not in self._refused:
                yield mark

    def each(self, prefix: str, make: Callable[[Maker, Foreign], Item]) -> Iterator[Item]:
        """What `make` gives for each candidate; one that cannot be is kept with the reason."""
        for mark in self.candidates(prefix):
            try:
                yield make(self, mark)
            except CannotError as error:
                self.reasons[mark.id] = str(error)
                self.ids.pop(mark.id, None)

    def stand(self, mark: Foreign, layer: str, label: str) -> str:
        """A mark becomes an item of a layer: the item's id."""
        item = self.ids[mark.id] = self._names[mark.id]
        self.kinds[item] = (layer, label)
        return item

    def note(self, mark: Foreign, mended: str | None) -> None:
        """Remember what was put right."""
        if mended is not None:
            self.mended[mark.id] = mended

    # ── What an item has, and what is kept beside it

    def values(self, mark: Foreign, layer: str, label: str, *more: str) -> dict[str, Any]:
        """The attributes of an item of `layer`, the scheme's defaults filled in.

        `more` are attributes that are no attributes of the scheme, and taken elsewhere.

        Raises
        ------
        CannotError : a required attribute is missing and has no default.
        """
        found: dict[str, Any] = {}
        for name, attribute in self.scheme.layers[layer].attributes.items():
            value = mark.attributes.get(name)
            here = "*" in attribute.only or label in attribute.only
            known = self.scheme.modes(label) if name == "mode" else list(attribute.values)
            if value is not None and (not here or value not in known):
                self.keep_attribute(mark, name, NO_VALUE if here and known else NO_ATTRIBUTE)
                value = None
            if value is None and here and attribute.required:
                value = attribute.default
                if value is None:
                    raise CannotError(f"no {name}")
            found[name] = value
        for name in mark.attributes:
            if name not in found and name not in more:
                self.keep_attribute(mark, name, NO_ATTRIBUTE)
        return found

    def keep_attribute(self, mark: Foreign, name: str, reason: str) -> None:
        """Keep an attribute beside the item."""
        self.beside.append(Beside("attribute", reason, name, mark.id))
        self._rest_attributes.setdefault(mark.id, {})[name] = mark.attributes[name]

    def keep_argument(self, mark: Foreign, argument: Argument, reason: str) -> None:
        """Keep an argument beside the item."""
        self.beside.append(Beside("argument", reason, argument.role, mark.id))
        self._rest_args.setdefault(mark.id, []).append(argument)

    def fillers(self, mark: Foreign, links: dict[str, Link], label: str) -> list[Argument]:
        """The arguments of a mark that its links allow, by the items' ids."""
        found: dict[Argument, None] = {}
        roles: set[str] = set()
        for argument in mark.args:
            link = links.get(argument.role)
            made = Argument(argument.role, self.ids.get(argument.ref, ""))
            if link is None or not ("*" in link.only or label in link.only):
                self.keep_argument(mark, argument, NO_ROLE)
            elif not made.ref:
                self.keep_argument(mark, argument, NOTHING)
            elif (mark.id, made) in self._no_argument:
                self.keep_argument(mark, argument, self._no_argument[mark.id, made])
            elif not self.fits(made.ref, link) or made.ref == self.ids.get(mark.id):
                self.keep_argument(mark, argument, WRONG_KIND)
            elif made in found or (not link.many and made.role in roles):
                self.keep_argument(mark, argument, TWICE)
            else:
                found[made] = None
                roles.add(made.role)
        return list(found)

    def fits(self, item: str, link: Link) -> bool:
        """Whether a link may point at an item."""
        layer, label = self.kinds[item]
        return bool({label, "*"} & set(link.to.get(layer, [])))

    # ── What remains

    def foreign(self) -> list[Foreign]:
        """The marks that became nothing here, in order, their references by the items' ids.

        Words of an attribution that something else refers to, or that carry attributes, are among
        them a second time.
        """
        used = {a.ref for key in self.reasons for a in self.marks[key].args}
        used |= {a.ref for args in self._rest_args.values() for a in args}
        again = {k for k in self.parts if k in used or self.marks[k].attributes}
        gone = self.ids.keys() | self.parts
        kept = [m for k, m in self.marks.items() if k in again or k not in gone]
        return [self._renamed(mark) for mark in ordered(kept)]

    def rests(self) -> list[Foreign]:
        """What items are without, one mark an item, in the order of their ids."""
        found = []
        for key, item in sorted(self.ids.items(), key=lambda pair: (len(pair[1]), pair[1])):
            args = self._rest_args.get(key, [])
            attributes = self._rest_attributes.get(key, {})
            if args or attributes:
                name = f"{item}+"
                while name in self.marks:
                    name += "+"
                rest = self._renamed(
                    Foreign(name, REST, self.marks[key].label, [], args, attributes)
                )
                found.append(msgspec.structs.replace(rest, args=[Argument(ON, item), *rest.args]))
        return found

    def _renamed(self, mark: Foreign) -> Foreign:
        args = [Argument(a.role, self.ids.get(a.ref, a.ref)) for a in mark.args]
        return mark if args == mark.args else msgspec.structs.replace(mark, args=args)
