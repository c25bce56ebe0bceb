"""The authored world: the invented region that the open articles are set in, typed and checked.

Everything in it has one id, unique over all files, which is its knowledge-base id (`dl:<id>`; a
world event is `dl:<storyline>/<event>`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from dateline.decoding import from_yaml
from dateline.errors import DataError
from dateline.records import is_doc_id
from dateline.scheme import Scheme

__all__ = [
    "KINDS_OF",
    "Group",
    "Law",
    "Outlet",
    "Person",
    "Place",
    "State",
    "Storyline",
    "Tenure",
    "World",
    "WorldEvent",
    "read_world",
    "split_order",
]

Split = Literal["train", "validation", "test"]
SPLITS: tuple[str, ...] = ("train", "validation", "test")
KINDS_OF: dict[str, tuple[str, ...]] = {
    "PERSON": ("persons",),
    "ORG": ("groups", "outlets", "places"),
    "GPE": ("states", "places"),
    "LOC": ("places",),
    "FAC": ("places",),
    "LAW": ("laws",),
    "EVENT": ("events",),
}
"""The kinds of things in the world that a mention of each type can mean.

A hospital that acts is ORG, and the world has its building; it has no peoples, so a NORP is NIL.
"""


class _Thing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    name: str
    aliases: list[str] = []
    about: str


class State(_Thing, frozen=True, kw_only=True):
    """A state; it serves as an actor and as a place."""

    capital: str
    government: str


class Group(_Thing, frozen=True, kw_only=True):
    """A ministry, army, party, armed group, international body, court, company, union, …"""

    kind: str
    state: str | None
    sector: str


class Tenure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An office or role over time; months as YYYY-MM, `until` None while it lasts."""

    title: str
    of: str
    since: str
    until: str | None


class Person(_Thing, frozen=True, kw_only=True):
    """A named person."""

    roles: list[Tenure]


class Place(_Thing, frozen=True, kw_only=True):
    """A place with WGS 84-like coordinates on the invented map, in degrees."""

    about: str = ""
    kind: str
    within: str | None
    lat: float
    lon: float


class Law(_Thing, frozen=True, kw_only=True):
    """A treaty, ceasefire text, act, resolution or accord."""

    kind: str
    date: str
    parties: list[str]


class Outlet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who publishes, and how it writes."""

    id: str
    name: str
    kind: str
    state: str | None
    leaning: str
    style: str


class WorldEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What truly happened, in the scheme's event types; `figures` are the true counts.

    With `happened: false` it is a false report: what some article tells and the world never saw.
    A label of it is linked to it all the same, and so is marked as false.
    """

    id: str
    date: str
    type: str
    mode: str | None = None
    place: str | None = None
    participants: dict[str, list[str]] = {}
    figures: dict[str, int | float] = {}
    happened: bool = True
    summary: str


class Storyline(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A series of events that several outlets report. It carries the split, once and for good."""

    id: str
    title: str
    split: Split
    summary: str = ""
    events: list[WorldEvent] = []


class World(msgspec.Struct, frozen=True, kw_only=True):
    """The whole world, each kind by id."""

    states: dict[str, State]
    groups: dict[str, Group]
    persons: dict[str, Person]
    places: dict[str, Place]
    laws: dict[str, Law]
    outlets: dict[str, Outlet]
    storylines: dict[str, Storyline]

    def name(self, kb: str) -> str | None:
        """The name behind a knowledge-base id `dl:…`; None where the world has no such thing."""
        key = kb.removeprefix("dl:")
        found = self.event(kb)
        if found is not None:
            return found.summary
        for kind in (self.states, self.groups, self.persons, self.places, self.laws, self.outlets):
            if key in kind:
                return kind[key].name
        return None

    def event(self, kb: str) -> WorldEvent | None:
        """The world event behind `dl:<storyline>/<event>`; None where the world has no such one."""
        storyline, _, event = kb.removeprefix("dl:").partition("/")
        found = self.storylines.get(storyline)
        return next((e for e in found.events if e.id == event), None) if found else None

    def kind(self, kb: str) -> str | None:
        """The kind of thing behind an id (`persons`, `places`, …, `events`), or None."""
        key = kb.removeprefix("dl:")
        if self.event(kb) is not None:
            return "events"
        kinds = ("states", "groups", "persons", "places", "laws", "outlets", "storylines")
        return next((kind for kind in kinds if key in getattr(self, kind)), None)


def split_order(split: str) -> tuple[int, str]:
    """A sort key: train, validation, test, then others by name."""
    return (SPLITS.index(split) if split in SPLITS else len(SPLITS), split)


Read = TypeVar("Read")
_SHAPE = "records of the documented form"


def _read_list(path: Path, kind: type[Read], where: str) -> dict[str, Read]:
    """A YAML list of `kind` by id; an absent file is an empty list."""
    if not path.exists():
        return {}
    records = from_yaml(path.read_bytes(), list[kind], where, _SHAPE)  # type: ignore[valid-type]
    found: dict[str, Read] = {}
    for position, record in enumerate(records):
        if not is_doc_id(record.id):
            place = f"{where} [{position}].id"
            raise DataError(place, "an id of the form [a-z0-9][a-z0-9-]*", record.id)
        if record.id in found:
            raise DataError(f"{where} [{position}].id", "an id that stands once", record.id)
        found[record.id] = record
    return found


def read_storyline(path: Path, where: str) -> Storyline:
    """A storyline from its file, which is named for its id.

    Raises
    ------
    DataError : not YAML, not of this form, or under another name.
    """
    storyline: Storyline = from_yaml(path.read_bytes(), Storyline, where, _SHAPE)
    if storyline.id != path.stem or not is_doc_id(storyline.id):
        raise DataError(f"{where} id", f"the file's name, {path.stem}", storyline.id)
    return storyline


def read_world(folder: Path, scheme: Scheme) -> World:
    """The world under `corpus/world`, checked: ids unique over all files and every id known, dates
    on the calendar, and events in the types, modes and roles of the scheme.

    Raises
    ------
    DataError : the first fault, with file and place.
    """

    def listed(name: str, kind: type[Read]) -> dict[str, Read]:
        return _read_list(folder / f"{name}.yaml", kind, f"corpus/world/{name}.yaml")

    stories = sorted((folder / "storylines").glob("*.yaml"))
    world = World(
        states=listed("states", State),
        groups=listed("groups", Group),
        persons=listed("persons", Person),
        places=listed("places", Place),
        laws=listed("laws", Law),
        outlets=listed("outlets", Outlet),
        storylines={
            p.stem: read_storyline(p, f"corpus/world/storylines/{p.name}") for p in stories
        },
    )
    for where, expected, found in (*_faults(world), *_misdated(world), *_unspoken(world, scheme)):
        raise DataError(f"corpus/world/{where}", expected, found)
    return world


def _faults(world: World) -> Iterator[tuple[str, str, str]]:
    known: dict[str, str] = {}
    for kind in ("states", "groups", "persons", "places", "laws", "outlets", "storylines"):
        for key in getattr(world, kind):
            if key in known:
                at = f"storylines/{key}.yaml id" if kind == "storylines" else f"{kind}.yaml {key}"
                yield at, "an id that no other file has", f"{known[key]}.yaml too"
            known[key] = kind

    def refs(where: str, ids: list[str | None]) -> Iterator[tuple[str, str, str]]:
        for key in ids:
            if key is not None and key not in known:
                yield where, "the id of something in the world", key

    for state in world.states.values():
        yield from refs(f"states.yaml {state.id}.capital", [state.capital])
    for group in world.groups.values():
        yield from refs(f"groups.yaml {group.id}.state", [group.state])
    for person in world.persons.values():
        yield from refs(f"persons.yaml {person.id}.roles", [role.of for role in person.roles])
    for place in world.places.values():
        yield from refs(f"places.yaml {place.id}.within", [place.within])
        if not (-90 <= place.lat <= 90 and -180 <= place.lon <= 180):
            yield f"places.yaml {place.id}", "coordinates in degrees", f"{place.lat}, {place.lon}"
    for law in world.laws.values():
        yield from refs(f"laws.yaml {law.id}.parties", list(law.parties))
    for outlet in world.outlets.values():
        yield from refs(f"outlets.yaml {outlet.id}.state", [outlet.state])
    for story in world.storylines.values():
        seen: set[str] = set()
        for event in story.events:
            where = f"storylines/{story.id}.yaml {event.id}"
            if event.id in seen:
                yield where, "an event id that stands once", event.id
            seen.add(event.id)
            yield from refs(f"{where}.place", [event.place])
            for role, ids in event.participants.items():
                yield from refs(f"{where}.participants.{role}", list(ids))


def _day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _misdated(world: World) -> Iterator[tuple[str, str, str]]:
    """Days and months that no calendar has, and roles that end before they begin."""
    for law in world.laws.values():
        if not _day(law.date):
            yield f"laws.yaml {law.id}.date", "a date, YYYY-MM-DD", law.date
    for person in world.persons.values():
        for role in person.roles:
            where = f"persons.yaml {person.id}.roles"
            for month in (role.since, role.until):
                if month is not None and not _day(f"{month}-01"):
                    yield where, "a month, YYYY-MM", month
            if role.until is not None and role.until < role.since:
                yield where, f"an end after {role.since}", role.until
    for story in world.storylines.values():
        for event in story.events:
            if not _day(event.date):
                where = f"storylines/{story.id}.yaml {event.id}.date"
                yield where, "a date, YYYY-MM-DD", event.date


def _unspoken(world: World, scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    """Sectors, types, modes and roles that the scheme does not have."""
    sectors = scheme.values("entities", "sector")
    for group in world.groups.values():
        if group.sector not in sectors:
            yield f"groups.yaml {group.id}.sector", f"one of {', '.join(sectors)}", group.sector
    types, roles = scheme.labels("events"), scheme.roles()
    for story in world.storylines.values():
        for event in story.events:
            where = f"storylines/{story.id}.yaml {event.id}"
            if event.type not in types:
                yield f"{where}.type", f"one of {', '.join(types)}", event.type
            elif event.mode is not None and event.mode not in scheme.modes(event.type):
                known = ", ".join(scheme.modes(event.type)) or "no mode at all"
                yield f"{where}.mode", f"a mode of {event.type} ({known})", event.mode
            for role in event.participants:
                if role not in roles:
                    yield f"{where}.participants", f"one of {', '.join(roles)}", role
