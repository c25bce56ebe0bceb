"""Entries of an annotation: what is read of each, and what is refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from dateline.generated.places import layers_up_to
from dateline.studio.regions import Regions, read_regions
from strategies import SCHEME
from studio_made import Drawn

TEXT = "Tesk  said 🙂 Orlem\nshelled Varn at dawn. Varn fell."


def drawn() -> Drawn:
    """Three mentions and a trigger with an argument."""
    page = (
        Drawn(TEXT).region("p", "entities", "PERSON", "Tesk").region("v", "entities", "GPE", "Varn")
    )
    page.region("e", "events", "ASSAULT", "shelled", mode="heavy-weapons")
    return page.region("o", "entities", "GPE", "Orlem").arrow("e", "o", "actor")


def read(page: Drawn, layer: str | None = None) -> Regions:
    return read_regions(page.results, page.text, SCHEME, layers_up_to(layer))


def changed(key: str | None, name: str, value: Any) -> Drawn:
    """The page with one field of one result changed; of the relation where `key` is None."""
    page = drawn()
    result = next(r for r in page.results if r.get("id") == key)
    in_value = key is not None and name in ("start", "end", "labels", "text")
    (result["value"] if in_value else result)[name] = value
    return page


def test_regions_fields_and_relations_are_read() -> None:
    found = read(drawn())
    assert found.faults == []
    assert [(r.id, r.layer, r.label, TEXT[r.start : r.end]) for r in found.regions.values()] == [
        ("p", "entities", "PERSON", "Tesk"),
        ("v", "entities", "GPE", "Varn"),
        ("e", "events", "ASSAULT", "shelled"),
        ("o", "entities", "GPE", "Orlem"),
    ]
    assert found.regions["e"].fields == {"mode-ASSAULT": "heavy-weapons"}
    assert [(r.source, r.target, r.label) for r in found.relations] == [("e", "o", "actor")]


@pytest.mark.parametrize("words", ["  said 🙂 ", "Orlem\nshelled ", "Varn"])
def test_spans_are_trimmed_and_words_come_from_the_article(words: str) -> None:
    page = Drawn(TEXT).region("r", "entities", "ORG", words)
    page.of("r", "entity")["text"] = words.replace("\n", "\\n")
    region = read(page).regions["r"]
    assert TEXT[region.start : region.end] == words.strip()


@pytest.mark.parametrize(
    ("key", "name", "value", "expected"),
    [
        ("p", "labels", ["WIZARD"], "one label of the layer entities"),
        ("p", "labels", ["PERSON", "GPE"], "one label"),
        ("p", "labels", [["PERSON"]], "one label"),
        ("p", "labels", {"PERSON": 1}, "one label"),
        ("p", "labels", None, "one label"),
        ("p", "start", 100_000, "0 <= start < end <= 51"),
        ("p", "end", 100_000, "0 <= start < end <= 51"),
        ("p", "start", -1, "0 <= start < end"),
        ("p", "end", 0, "0 <= start < end"),
        ("p", "start", 0.0, "whole numbers"),
        ("p", "start", False, "whole numbers"),
        ("p", "start", "0", "whole numbers"),
        ("p", "start", None, "whole numbers"),
        ("p", "end", 10**400, "0 <= start < end"),
        ("p", "text", "Tusk", "the words 'Tesk' of the article"),
        ("p", "id", "v", "regions with an id of their own"),
        ("p", "id", "", "regions with an id of their own"),
        ("p", "id", 7, "an entry of the documented form"),
        ("p", "type", "polygonlabels", "labels, choices, textarea or relation"),
        ("p", "type", None, "an entry of the documented form"),
        ("p", "value", [], "an entry of the documented form"),
        ("p", "from_name", "event", "one label of the layer events"),
        ("p", "from_name", "sentiment", "one of the controls"),
        ("p", "from_name", None, "one of the controls"),
        ("p", "to_name", "cases", "a mark on `text`"),
        (None, "from_id", "gone", "two regions of this annotation"),
        (None, "to_id", "../../x", "two regions of this annotation"),
        (None, "to_id", None, "two regions of this annotation"),
        (None, "to_id", "e", "an arrow from one region to another"),
        (None, "labels", None, "select the arrow and choose one"),
        (None, "labels", [], "select the arrow and choose one"),
        (None, "labels", ["kills"], "one of the names"),
        (None, "labels", [1], "an entry of the documented form"),
        (None, "direction", "up", "the direction right, left or bi"),
        (None, "direction", "bi", "`actor` with one direction"),
    ],
)
def test_what_is_not_of_the_form_is_refused(
    key: str | None, name: str, value: Any, expected: str
) -> None:
    faults = read(changed(key, name, value)).faults
    assert expected in faults[0].expected
    assert all(len(fault.found) <= 200 and fault.found.isprintable() for fault in faults)


@pytest.mark.parametrize("entry", [None, 5, "labels", [], {}, {"type": "labels", "value": None}])
def test_an_entry_of_any_other_shape_is_refused(entry: Any) -> None:
    page = drawn()
    page.results.append(entry)
    assert [fault.place for fault in read(page).faults] == ["result[6]"]


@pytest.mark.parametrize(
    ("name", "chosen", "expected"),
    [
        ("mention", "adjective", "one of name, nominal, pronoun"),
        ("cluster", "a\nb", "one word, or a few on one line"),
        ("cluster", "x" * 201, "one word, or a few on one line"),
    ],
)
def test_fields_hold_what_they_may(name: str, chosen: str, expected: str) -> None:
    (fault,) = read(drawn().field("p", "entities", "PERSON", name, chosen)).faults
    assert expected in fault.expected


def test_a_field_stands_once_on_a_region_of_its_layer() -> None:
    page = drawn().field("p", "entities", "PERSON", "mention", "name")
    page.field("p", "entities", "PERSON", "mention", "name")
    assert read(page).faults == []
    page.field("p", "entities", "PERSON", "mention", "pronoun")
    page.field("e", "entities", "PERSON", "mention", "name")
    page.field("gone", "entities", "PERSON", "mention", "name")
    assert [fault.found for fault in read(page).faults] == [
        "'name' and 'pronoun'",
        "'mention-entities' on 'e'",
        "'mention-entities' on 'gone'",
    ]
    two = drawn().field("p", "entities", "PERSON", "cluster", "C1")
    two.of("p", "cluster-entities")["text"] = ["C1", "C2"]
    assert read(two).faults[0].found == "['C1', 'C2']"


def test_a_field_that_was_cleared_or_is_hidden_counts_for_nothing() -> None:
    page = drawn().field("p", "entities", "PERSON", "cluster", "C1")
    page.of("p", "cluster-entities")["text"] = []
    page.field("v", "entities", "GPE", "cluster", " ")
    page.field("e", "events", "COERCE", "mode", "seize")  # its type was COERCE before
    found = read(page)
    assert found.faults == []
    assert found.regions["p"].fields == found.regions["v"].fields == {}
    assert found.left_out == ["'e': mode-COERCE 'seize', on ASSAULT"]


def test_an_arrow_to_the_left_is_one_to_the_right() -> None:
    (relation,) = read(changed(None, "direction", "left")).relations
    assert (relation.source, relation.target) == ("o", "e")


def test_regions_of_layers_that_a_project_does_not_have_are_refused() -> None:
    found = read(drawn(), "entities")
    assert [fault.expected for fault in found.faults] == [
        "one of the controls entity",
        "a field of this project, on a region of its layer",
        "two regions of this annotation",
    ]


def test_notes_are_plain_words_on_one_line() -> None:
    page = drawn()
    page.results[0]["meta"] = {"text": ["is <b>this</b>\n", "\x1b[2J one?\x00"]}
    note = {"type": "textarea", "from_name": "note", "to_name": "text", "id": "n"}
    page.results.append(note | {"value": {"text": ["rule 4.3\u2028is\tunclear"]}})
    found = read(page)
    assert (found.note, found.faults) == ("rule 4.3 is unclear", [])
    assert found.regions["p"].note == "is <b>this</b> [2J one?"
    page.results.append(note | {"value": {"text": ["again"]}})
    page.results[0]["meta"] = {"text": ["x" * 2001]}
    assert [f.expected for f in read(page).faults] == [
        "a note of 2000 characters at most",
        "one note on the article",
    ]


def test_a_million_entries_are_not_looked_at() -> None:
    page = Drawn(TEXT)
    page.results = [None] * 1_000_000  # type: ignore[list-item]
    (fault,) = read(page).faults
    assert fault.found == "1000000"
