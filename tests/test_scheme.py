"""The scheme's file: what it must hold, and what is refused in one that contradicts itself."""

from __future__ import annotations

import copy
import functools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import REPOSITORY
from dateline.errors import DataError
from dateline.scheme import Scheme, parse_scheme, read_scheme

RAW = (REPOSITORY / "schema" / "scheme.yaml").read_bytes()
Tree = dict[str, Any]

LABELS = {
    "entities": (
        "PERSON NORP ORG GPE LOC FAC WEAPON VEHICLE LAW EVENT "
        "DATE TIME MONEY PERCENT QUANTITY CARDINAL ORDINAL"
    ),
    "events": (
        "AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST REJECT ACCUSE THREATEN "
        "PROTEST SANCTION MOBILIZE COERCE ASSAULT CASUALTY"
    ),
    "attributions": "SOURCE CUE CONTENT",
    "stances": "EXPRESSION",
}
VALUES = {
    ("entities", "mention"): "name nominal pronoun",
    ("entities", "sector"): (
        "COP GOV JUD LEG MIL SPY PRM REB UAF CRM PTY OPP ELI PRE AGR BUS CVL EDU JRN LAB MED REF "
        "REL SOC IGO NGO UNK"
    ),
    ("events", "polarity"): "positive negative",
    ("events", "certainty"): "certain probable possible",
    ("events", "time"): "past present future",
    ("attributions", "quote"): "direct indirect mixed",
    ("attributions", "source_form"): "named unnamed pronoun implicit",
    ("attributions", "source_kind"): "person organization group media document",
    ("attributions", "polarity"): "positive negative",
    ("stances", "value"): "favor against neutral mixed",
    ("stances", "attitude"): "sentiment arguing agree intention",
    ("stances", "explicit"): "yes no",
}
MODES = {
    "CONSULT": "visit third-party multilateral phone",
    "RETREAT": "withdraw release disarm ceasefire access resign",
    "REQUEST": "assist change yield meet",
    "REJECT": "assist change yield meet",
    "ACCUSE": "disapprove investigate allege",
    "THREATEN": "restrict arrest relations expel territory violence",
    "PROTEST": "demo riot strike hunger boycott obstruct vandalize",
    "SANCTION": "convict expel withdraw discontinue",
    "MOBILIZE": "troops weapons police militia",
    "COERCE": (
        "seize restrict censor curfew martial-law arrest deport withhold misinformation cyber"
    ),
    "ASSAULT": (
        "abduct beat torture sexual targeted destroy primitive firearms explosives suicide-attack "
        "aerial drone heavy-weapons crowd-control unconventional"
    ),
    "CASUALTY": "killed injured missing displaced",
}
QUADS = {
    "VERBAL COOPERATION": "AGREE CONSULT SUPPORT CONCEDE",
    "MATERIAL COOPERATION": "COOPERATE AID RETREAT",
    "VERBAL CONFLICT": "REQUEST REJECT ACCUSE THREATEN",
    "MATERIAL CONFLICT": "PROTEST SANCTION MOBILIZE COERCE ASSAULT",
}
LINKS = {
    "entities": "cluster",
    "events": "actor recipient victim artifact instrument place time topic count cluster",
    "attributions": "refs",
    "stances": "holder target",
}


@pytest.mark.parametrize("layer", LABELS)
def test_labels_and_links(scheme: Scheme, layer: str) -> None:
    assert scheme.labels(layer) == LABELS[layer].split()
    assert list(scheme.layers[layer].links) == LINKS[layer].split()


@pytest.mark.parametrize(("layer", "attribute"), VALUES)
def test_values_of_attributes(scheme: Scheme, layer: str, attribute: str) -> None:
    assert scheme.values(layer, attribute) == VALUES[layer, attribute].split()


def test_no_attribute_is_unheard_of(scheme: Scheme) -> None:
    listed = {(y, a) for y, layer in scheme.layers.items() for a in layer.attributes}
    assert listed == {*VALUES, ("events", "mode")}


def test_modes(scheme: Scheme) -> None:
    for label in scheme.labels("events"):
        assert scheme.modes(label) == MODES.get(label, "").split()
    every = {mode for modes in MODES.values() for mode in modes.split()}
    assert set(scheme.values("events", "mode")) == every
    assert scheme.layers["events"].attributes["mode"].only == list(MODES)


def test_groups(scheme: Scheme) -> None:
    names, values = LABELS["entities"].split()[:10], LABELS["entities"].split()[10:]
    assert scheme.group("entities", "name") == names
    assert scheme.group("entities", "value") == values
    assert {quad: " ".join(scheme.group("events", quad)) for quad in scheme.quads} == QUADS
    assert scheme.layers["entities"].attributes["mention"].only == names


def test_the_rules_of_roles(scheme: Scheme) -> None:
    events = scheme.layers["events"]
    wanting = {name: label.wants for name, label in events.labels.items() if label.wants}
    assert wanting == {name: ["recipient"] for name in ("COOPERATE", "AID", "SANCTION")}
    assert events.links["victim"].only == ["ASSAULT", "CASUALTY"]
    assert events.links["count"].to == {"entities": ["CARDINAL", "QUANTITY"]}
    assert set(events.links["topic"].to) == {"entities", "events", "attributions"}
    holders = [
        name for y in scheme.layers.values() for name, link in y.links.items() if link.author
    ]
    assert holders == ["holder"]


def test_ids_begin_with_the_letter_of_their_layer(scheme: Scheme) -> None:
    assert {name: layer.prefix for name, layer in scheme.layers.items()} == {
        "entities": "T",
        "events": "E",
        "attributions": "A",
        "stances": "S",
    }
    assert (scheme.name, scheme.version) == ("dateline", "1.0")


def test_terms_come_with_their_path(scheme: Scheme) -> None:
    terms = dict(scheme.terms())
    aerial = scheme.layers["events"].labels["ASSAULT"].modes["aerial"]
    assert terms["layers.events.labels.ASSAULT.modes.aerial"] is aerial
    assert terms["quads.VERBAL CONFLICT"] is scheme.quads["VERBAL CONFLICT"]
    assert "layers.events.attributes.time.values.future" in terms
    assert "layers.stances.links.holder" in terms
    assert {f"rules.{rule}" for rule in scheme.rules} <= set(terms)


@functools.cache
def _parsed() -> Tree:
    return yaml.load(RAW, Loader=yaml.CSafeLoader)


def refusal(raw: bytes) -> DataError:
    with pytest.raises(DataError) as caught:
        parse_scheme(raw, "s.yaml")
    assert caught.value.where.startswith("s.yaml")
    return caught.value


def changed(change: Callable[[Tree], object]) -> DataError:
    """How the repository's scheme is refused once it is changed."""
    tree = copy.deepcopy(_parsed())
    change(tree)
    return refusal(yaml.dump(tree, Dumper=yaml.CSafeDumper, sort_keys=False).encode())


def put(path: str, value: object) -> Callable[[Tree], object]:
    """A change that puts `value` at a dotted path."""

    def change(tree: Tree) -> None:
        *folders, last = path.split(".")
        for folder in folders:
            tree = tree[folder]
        tree[last] = value

    return change


TERM = {"definition": "A pause.", "example": "They [[paused]].", "maps": {"departs": "all"}}
LAYERS = "the layers entities, events, attributions, stances"


@pytest.mark.parametrize(
    ("change", "place", "expected", "found"),
    [
        (put("layers.events.labels.AID.color", "x"), "", "documented shape", "field `color`"),
        (put("layers.events.labels.AID.wants", "x"), "", "documented shape", "labels[...].wants"),
        (put("version", 1.0), "", "documented shape", "`$.version`"),
        (lambda t: t["quads"]["VERBAL CONFLICT"].pop("definition"), "", "shape", "`definition`"),
        (put("quads.VERBAL CONFLICT.definition", " \n"), "quads.VERBAL CONFLICT", "a def", "none"),
        (
            put("layers.events.labels.AID.example", "No mark."),
            *("layers.events.labels.AID", "[[marked]] span", "No mark."),
        ),
        (put("layers.stances.maps", {}), "layers.stances", "maps to elsewhere", "nothing"),
        (put("layers.events.colour", "#12345"), "layers.events", "a colour like", "#12345"),
        (put("layers.events.colour", "red"), "layers.events", "a colour like", "red"),
        (put("layers.events.hotkey", "F1"), "layers.events", "a hotkey like", "F1"),
        (put("quads.VERBAL CONFLICT.hotkey", None), "quads.VERBAL CONFLICT", "a hotkey", "None"),
        (lambda t: t["layers"].pop("stances"), "layers", LAYERS, "entities, events, attributions"),
        (
            put("layers.events.labels.PAUSE", TERM | {"colour": "#000000", "hotkey": "ctrl+0"}),
            *("layers.events.labels.PAUSE", "group: a quad class", "None"),
        ),
        (
            put("layers.events.labels.AID.wants", ["receiver"]),
            *("layers.events.labels.AID", "names of links", "receiver"),
        ),
        (
            put("layers.events.links.victim.only", ["ASSAULT", "HARM"]),
            *("layers.events.victim.only", "labels of this layer or '*'", "HARM"),
        ),
        (
            put("layers.entities.attributes.sector.only", ["CITY"]),
            *("layers.entities.sector.only", "labels of this layer or '*'", "CITY"),
        ),
        (
            put("layers.events.links.place.to", {"entities": ["TOWN"]}),
            *("layers.events.links.place.to.entities", "labels of that layer or '*'", "TOWN"),
        ),
        (
            put("layers.events.links.place.to", {"places": ["*"]}),
            *("layers.events.links.place.to.places", "one of the layers", "places"),
        ),
        (
            put("layers.events.attributes.time.default", "then"),
            *("layers.events.attributes.time.default", "one of past, present, future", "then"),
        ),
    ],
)
def test_a_scheme_at_odds_with_itself_is_refused(
    change: Callable[[Tree], object], place: str, expected: str, found: str
) -> None:
    error = changed(change)
    assert error.where == f"s.yaml {place}".strip()
    assert expected in error.expected
    assert found in error.found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("layers.entities.labels.ORG", "layers.events.labels.AID"),
        ("layers.events.links.actor", "layers.stances.links.holder"),
        ("layers.events.attributes.time.values.past", "layers.events.labels.COERCE.modes.seize"),
        (
            "layers.stances.attributes.value.values.mixed",
            "layers.stances.attributes.value.values.favor",
        ),
        ("layers.events.labels.COERCE.modes.seize", "layers.events.labels.COERCE.modes.censor"),
    ],
)
def test_what_can_be_pressed_at_one_moment_has_different_hotkeys(one: str, other: str) -> None:
    error = changed(lambda tree: [put(f"{p}.hotkey", "ctrl+shift+z")(tree) for p in (one, other)])
    assert error.found == "ctrl+shift+z"
    assert error.expected.startswith("a hotkey other than that of ")
    named = error.where + error.expected
    assert all(path.rpartition(".")[2] in named for path in (one, other))


def test_modes_of_different_types_may_share_a_hotkey(scheme: Scheme) -> None:
    keys = [m.hotkey for la in scheme.layers["events"].labels.values() for m in la.modes.values()]
    assert len(set(keys)) < len(keys)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (b"\nversion:", b"\nname: twice\nversion:", "'name' stands twice"),
        (b"\n  VERBAL CONFLICT:", b"\n  VERBAL COOPERATION:", "'VERBAL COOPERATION' stands twice"),
    ],
)
def test_a_repeated_key_is_refused(before: bytes, after: bytes, found: str) -> None:
    assert RAW.count(before) == 1
    error = refusal(RAW.replace(before, after))
    assert error.expected == "a readable YAML file"
    assert found in error.found


@pytest.mark.parametrize(
    "raw",
    [b"a: [", b"a: \xff", b"\0", b"? [a]\n: b", b"a: *b", b"a: 2026-13-40", b"\tb: c"],
)
def test_what_is_not_yaml_is_refused(raw: bytes) -> None:
    assert refusal(raw).expected == "a readable YAML file"


@pytest.mark.parametrize("raw", [b"", b"- a", b"a: b", b"7"])
def test_what_is_no_scheme_is_refused(raw: bytes) -> None:
    assert refusal(raw).expected == "a scheme of the documented shape"


def test_reading_finds_the_file_and_sees_when_it_changes(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected the scheme file, got no readable file"):
        read_scheme(tmp_path)
    (tmp_path / "schema").mkdir()
    path = tmp_path / "schema" / "scheme.yaml"
    shutil.copyfile(REPOSITORY / "schema" / "scheme.yaml", path)
    first = read_scheme(tmp_path)
    assert first.version == "1.0"
    assert read_scheme(tmp_path) is first
    path.write_bytes(RAW.replace(b'\nversion: "1.0"', b'\nversion: "1.1"'))
    os.utime(path, ns=(1, 1))
    assert read_scheme(tmp_path).version == "1.1"
