"""The authored world: every id known and unique, every fault named."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import REPOSITORY
from dateline.errors import DataError
from dateline.scheme import read_scheme
from dateline.world import SPLITS, World, WorldEvent, read_storyline, read_world

Files = dict[str, Any]
SCHEME = read_scheme(REPOSITORY)

WORLD: Files = {
    "states": [
        {"id": "olmar", "name": "Olmar", "aliases": ["the Isles"], "about": "Islands."}
        | {"capital": "olm", "government": "republic"},
    ],
    "groups": [
        {"id": "guild", "name": "Pilots' Guild", "about": "Pilots.", "kind": "union"}
        | {"state": "olmar", "sector": "LAB"},
        {"id": "relief", "name": "Relief", "about": "Aid.", "kind": "aid-body"}
        | {"state": None, "sector": "NGO"},
    ],
    "persons": [
        {"id": "tamsin-orlem", "name": "Tamsin Orlem", "about": "A pilot."}
        | {"roles": [{"title": "Chair", "of": "guild", "since": "2020-01", "until": None}]},
    ],
    "places": [
        {"id": "olm", "name": "Olm", "kind": "city", "within": "olmar", "lat": -33.5, "lon": 88},
        {"id": "pier", "name": "Pier", "kind": "port", "within": "olm", "lat": 90.0, "lon": -180.0},
    ],
    "laws": [
        {"id": "port-act", "name": "Port Act", "about": "Fees.", "kind": "act"}
        | {"date": "2019-05-01", "parties": ["olmar", "guild"]},
    ],
    "outlets": [
        {"id": "tide", "name": "The Tide", "kind": "daily", "state": "olmar"}
        | {"leaning": "none", "style": "short"},
    ],
    "storylines/strike": {
        "id": "strike",
        "title": "The ferry strike",
        "split": "train",
        "events": [
            {"id": "e1", "date": "2026-03-04", "type": "PROTEST", "mode": "strike", "place": "olm"}
            | {"participants": {"actor": ["guild", "tamsin-orlem"]}, "figures": {"crews": 12}}
            | {"summary": "Crews stayed ashore."},
            {"id": "e2", "date": "2026-03-06", "type": "AGREE", "summary": "The strike ended."},
        ],
    },
}


def write(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = content if isinstance(content, bytes) else yaml.safe_dump(content).encode()
        path.write_bytes(raw)
    return folder


def put(path: str, value: object) -> Callable[[Files], None]:
    """A change of the world: `value` at a path such as `places/0/lat` (`:` for a folder's `/`)."""

    def change(files: Files) -> None:
        *above, last = [int(p) if p.isdigit() else p.replace(":", "/") for p in path.split("/")]
        for step in above:
            files = files[step]
        files[last] = value  # type: ignore[index]

    return change


def test_a_whole_world(tmp_path: Path) -> None:
    world = read_world(write(tmp_path, WORLD), SCHEME)
    assert list(world.groups) == ["guild", "relief"]
    assert world.states["olmar"].aliases == ["the Isles"]
    assert world.persons["tamsin-orlem"].roles[0].until is None
    assert (world.places["pier"].lat, world.places["pier"].about) == (90.0, "")
    assert world.laws["port-act"].parties == ["olmar", "guild"]
    strike = world.storylines["strike"]
    assert (strike.split, strike.summary) == ("train", "")
    first, second = strike.events
    assert (first.mode, first.place, first.figures) == ("strike", "olm", {"crews": 12})
    assert (second.mode, second.place, second.participants) == (None, None, {})


def test_nothing_at_all_is_an_empty_world(tmp_path: Path) -> None:
    world = read_world(tmp_path, SCHEME)
    assert not any(getattr(world, kind) for kind in World.__struct_fields__)


@pytest.mark.parametrize(
    ("kb", "name"),
    [
        ("dl:olmar", "Olmar"),
        ("dl:guild", "Pilots' Guild"),
        ("dl:tamsin-orlem", "Tamsin Orlem"),
        ("dl:olm", "Olm"),
        ("dl:port-act", "Port Act"),
        ("dl:tide", "The Tide"),
        ("dl:strike/e2", "The strike ended."),
        ("dl:strike/e9", None),
        ("dl:strike", None),
        ("dl:nobody", None),
        ("NIL", None),
        ("wd:Q42", None),
    ],
)
def test_the_name_behind_an_id(tmp_path: Path, kb: str, name: str | None) -> None:
    assert read_world(write(tmp_path, WORLD), SCHEME).name(kb) == name


KNOWN = "the id of something in the world"
STORY = "storylines:strike"
STRIKE = "storylines/strike.yaml"


@pytest.mark.parametrize(
    ("path", "value", "where", "expected", "found"),
    [
        ("states/0/capital", "sarn", "states.yaml olmar.capital", KNOWN, "sarn"),
        ("groups/1/state", "sarn", "groups.yaml relief.state", KNOWN, "sarn"),
        ("persons/0/roles/0/of", "crew", "persons.yaml tamsin-orlem.roles", KNOWN, "crew"),
        ("places/1/within", "sarn", "places.yaml pier.within", KNOWN, "sarn"),
        ("laws/0/parties", ["olmar", "sarn"], "laws.yaml port-act.parties", KNOWN, "sarn"),
        ("outlets/0/state", "sarn", "outlets.yaml tide.state", KNOWN, "sarn"),
        (f"{STORY}/events/0/place", "quay", "storylines/strike.yaml e1.place", KNOWN, "quay"),
        (
            f"{STORY}/events/1/participants",
            {"recipient": ["olmar", "crew"]},
            *("storylines/strike.yaml e2.participants.recipient", KNOWN, "crew"),
        ),
        (
            f"{STORY}/events/1/id",
            "e1",
            *("storylines/strike.yaml e1", "an event id that stands once", "e1"),
        ),
        ("groups/1/id", "guild", "groups.yaml [1].id", "an id that stands once", "guild"),
        ("groups/1/id", "tide", "outlets.yaml tide", "no other file has", "groups.yaml too"),
        (
            "persons/0/id",
            "strike",
            "storylines/strike.yaml id",
            "no other file",
            "persons.yaml too",
        ),
        ("places/1/id", "Pier 7", "places.yaml [1].id", "an id of the form", "Pier 7"),
        ("places/0/lat", -90.1, "places.yaml olm", "coordinates in degrees", "-90.1, 88.0"),
        ("places/0/lat", 90.1, "places.yaml olm", "coordinates in degrees", "90.1, 88.0"),
        ("places/0/lat", float("nan"), "places.yaml olm", "coordinates in degrees", "nan, 88.0"),
        ("places/0/lon", 180.5, "places.yaml olm", "coordinates in degrees", "-33.5, 180.5"),
        ("places/0/lat", "33 S", "places.yaml", "documented form", "`$[0].lat`"),
        ("places/0/lot", 1.0, "places.yaml", "documented form", "unknown field `lot`"),
        ("laws/0", {"id": "port-act"}, "laws.yaml", "documented form", "missing required"),
        ("outlets", {"tide": {}}, "outlets.yaml", "documented form", "Expected `array`"),
        (f"{STORY}/id", "march", "storylines/strike.yaml id", "the file's name, strike", "march"),
        (f"{STORY}/split", "dev", "storylines/strike.yaml", "documented form", "'dev'"),
        (
            f"{STORY}/events/0/figures",
            {"crews": "twelve"},
            *("storylines/strike.yaml", "documented form", "Expected `int | float`, got `str`"),
        ),
        ("laws/0/date", "2019-02-30", "laws.yaml port-act.date", "a date", "2019-02-30"),
        ("persons/0/roles/0/since", "2020", "persons.yaml tamsin-orlem.roles", "a month", "2020"),
        (
            "persons/0/roles/0/until",
            "2019-12",
            *("persons.yaml tamsin-orlem.roles", "an end after 2020-01", "2019-12"),
        ),
        ("groups/0/sector", "XXX", "groups.yaml guild.sector", "one of", "XXX"),
        (f"{STORY}/events/0/date", "4 March", f"{STRIKE} e1.date", "a date", "4 March"),
        (f"{STORY}/events/0/type", "MARCH", f"{STRIKE} e1.type", "one of", "MARCH"),
        (f"{STORY}/events/0/mode", "aerial", f"{STRIKE} e1.mode", "a mode of PROTEST", "aerial"),
        (
            f"{STORY}/events/0/participants",
            {"cluster": ["guild"]},
            *(f"{STRIKE} e1.participants", "one of", "cluster"),
        ),
        ("laws", b"- {id: [", "laws.yaml", "a readable YAML file", "line 2"),
        ("laws", b"- {id: \xff}", "laws.yaml", "a readable YAML file", "#x00ff"),
        ("laws", b"- {date: 2026-13-40}", "laws.yaml", "a readable YAML file", "month must be"),
        ("laws", b"- {date: 2026-03-04}", "laws.yaml", "documented form", "got `date`"),
        ("laws", b"- {id: a, id: b}", "laws.yaml", "a readable YAML file", "'id' stands twice"),
        (STORY, b"", "storylines/strike.yaml", "documented form", "got `null`"),
    ],
)
def test_a_fault_is_named_with_file_and_place(
    tmp_path: Path, path: str, value: object, where: str, expected: str, found: str
) -> None:
    files = copy.deepcopy(WORLD)
    put(path, value)(files)
    with pytest.raises(DataError) as caught:
        read_world(write(tmp_path, files), SCHEME)
    error = caught.value
    assert error.where == f"corpus/world/{where}"
    assert expected in error.expected
    assert found in error.found


def test_a_storyline_file_with_a_name_that_is_no_id(tmp_path: Path) -> None:
    path = tmp_path / "The Strike.yaml"
    path.write_text("{id: The Strike, title: x, split: train}")
    with pytest.raises(DataError, match=r"s\.yaml id: expected the file's name, The Strike"):
        read_storyline(path, "s.yaml")


@pytest.fixture(scope="module")
def own_world() -> World:
    return read_world(REPOSITORY / "corpus" / "world", SCHEME)


def test_the_repositorys_own_world_reads(own_world: World) -> None:
    for kind in World.__struct_fields__:
        things = getattr(own_world, kind)
        assert things, kind
        assert all(thing.id == key for key, thing in things.items())
    assert {story.split for story in own_world.storylines.values()} == set(SPLITS)


def events_of(world: World) -> list[tuple[str, WorldEvent]]:
    return [(f"{y}/{e.id}", e) for y, story in world.storylines.items() for e in story.events]


def test_its_events_are_named_by_their_summaries(own_world: World) -> None:
    for key, event in events_of(own_world):
        assert own_world.name(f"dl:{key}") == event.summary
        assert event.summary.endswith(".")
