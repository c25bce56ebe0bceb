"""doccano's JSON lines, as it writes them and as they come."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import DataError
from dateline.formats.doccano import FORMAT
from dateline.formats.doccano.counting import GRAPHEMES, POINTS, UTF16, counted, to_utf16
from dateline.formats.items import to_document
from dateline.formats.registry import Known
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from dateline.records import Argument, Foreign, Span
from junk import json_values
from marks import adds_up, reasons
from strategies import SCHEME, law

KNOWN = Known(SCHEME, {}.__getitem__)
TEXT = "Olm closed its harbour, said Tamsin Orlem."


def read(folder: Path, *lines: Any, name: str = "all.jsonl") -> list[StandOff]:
    (folder / name).write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    return list(FORMAT.read(folder, KNOWN))


def row(standoff: StandOff | None = None) -> dict[str, Any]:
    """The object that a text is written as."""
    (_, raw), *_ = FORMAT.write([standoff or sample()], SCHEME)
    found: dict[str, Any] = json.loads(raw)
    return found


def entity(key: int, start: int, end: int, label: str) -> dict[str, Any]:
    return {"id": key, "start_offset": start, "end_offset": end, "label": label}


# ── What others have


def test_spans_as_triples_and_columns_beside(tmp_path: Path) -> None:
    one = {
        "id": 9,
        "text": TEXT,
        "label": [[0, 3, "Town"], [29, 41, "Person"]],
        "Comments": ["which Olm?"],
        "outlet": "The Hinot Post",
        "page": 3,
    }
    (found,) = read(tmp_path, one)
    assert (found.doc_id, found.meta) == ("all-1", {"outlet": "The Hinot Post"})
    assert found.marks == [
        Foreign("T1", "span", "Town", [Span(0, 3)]),
        Foreign("T2", "span", "Person", [Span(29, 41)]),
        Foreign("#1", "note", "comment", [], [], {"text": "which Olm?"}),
        Foreign("#2", "note", "row", [], [], {"page": "3"}),
    ]
    assert found.notices == []


def test_entities_and_relations(tmp_path: Path) -> None:
    one = {
        "id": 4,
        "text": TEXT,
        "entities": [entity(70, 0, 3, "Town"), entity(71, 29, 41, "Person")],
        "relations": [
            {"id": 1, "from_id": 71, "to_id": 70, "type": "mayor of"},
            {"id": 2, "from_id": 71, "to_id": 99, "type": "lost"},
            "odd",
        ],
        "Comments": [{"id": 3, "comment": "sure?"}],
    }
    (found,) = read(tmp_path, one)
    kinds = {mark.label: mark for mark in found.marks}
    assert kinds["mayor of"].args == [Argument("from", "T2"), Argument("to", "T1")]
    assert kinds["lost"].attributes == {"from_id": "71", "to_id": "99"}
    assert kinds["comment"].attributes == {"id": "3", "comment": "sure?"}
    assert reasons(found) == ["a relation between spans that are not there"] * 2


def test_categories_and_older_keys(tmp_path: Path) -> None:
    cats = {"text": TEXT, "cats": ["port", 3], "entities": [[0, 3, "Town"]]}
    texts = {"data": TEXT, "label": ["port"], "cats": {"a": 0.5}}
    first, second = read(tmp_path, cats, texts)
    assert [(m.label, m.attributes) for m in first.marks] == [
        ("Town", {}),
        ("cats", {"text": "port"}),
        ("cats", {"text": "3"}),
    ]
    assert [(m.label, m.attributes) for m in second.marks] == [
        ("label", {"text": "port"}),
        ("row", {"cats": '{"a":0.5}'}),
    ]


def test_an_array_and_ids_that_stand_twice(tmp_path: Path) -> None:
    one = {"text": TEXT, "entities": [entity(1, 0, 3, "A"), entity(1, 4, 10, "B")]}
    (tmp_path / "all.json").write_text(json.dumps([one, {"text": "Hinot."}]))
    first, second = FORMAT.read(tmp_path, KNOWN)
    assert (first.doc_id, second.doc_id) == ("all-1", "all-2")
    assert len(first.marks) == 2
    assert reasons(first) == ["an id of a span that stands twice, of which the last holds"]


@pytest.mark.parametrize("odd", ["x", [1], [0, "3", "A"], {"label": "A"}, {"start": 1e99}, 5, None])
def test_spans_that_are_none_are_named(tmp_path: Path, odd: object) -> None:
    (found,) = read(tmp_path, {"text": TEXT, "entities": [odd]})
    assert (found.marks, reasons(found)) == ([], ["a span that cannot be read"])


def test_objects_without_a_text(tmp_path: Path) -> None:
    found = read(tmp_path, {"filename": "a.png"}, {"text": TEXT})
    assert [one.doc_id for one in found] == ["all-2"]
    assert reasons(found[0]) == ["an object without a text"]
    with pytest.raises(DataError, match=r"all\.jsonl line 1: expected a text"):
        read(tmp_path, {"filename": "a.png"})


# ── How it counts


EMOJI = "👍 Olm closed 👩‍🚒 its harbour"


@pytest.mark.parametrize("way", [UTF16, POINTS, GRAPHEMES])
def test_the_words_tell_how_offsets_were_counted(tmp_path: Path, way: str) -> None:
    import regex

    clusters = [m.start() for m in regex.finditer(r"\X", EMOJI)]
    units = to_utf16(EMOJI)
    count = {UTF16: units, POINTS: lambda at: at, GRAPHEMES: clusters.index}[way]
    starts = [(EMOJI.index(w), EMOJI.index(w) + len(w)) for w in ("Olm", "closed", "its")]
    spans = [[count(start), count(end), "X"] for start, end in starts]
    (found,) = read(tmp_path, {"text": EMOJI, "label": spans})
    assert [mark.spans for mark in found.marks] == [[Span(*place)] for place in starts]
    assert len(found.notices) == (way != UTF16)


@given(st.text(), st.lists(st.integers(-3, 40), max_size=6))
@law(300)
def test_every_offset_has_a_place(text: str, offsets: list[int]) -> None:
    way, place = counted(text, offsets)
    assert way in (UTF16, POINTS, GRAPHEMES)
    for at in offsets:
        assert place(at) < 0 or place(at) >= 0
        assert (place(at) < 0) == (at < 0)
    unit = to_utf16(text)
    ends = [len(text[:at].encode("utf-16-le", "surrogatepass")) // 2 for at in range(len(text) + 1)]
    assert [unit(at) for at in range(len(text) + 1)] == ends
    _, back = counted(text, [])
    assert [back(unit(at)) for at in range(len(text) + 1)] == list(range(len(text) + 1))
    assert back(unit(len(text)) + 2) == len(text) + 2


def test_what_is_written_counts_as_doccano_does() -> None:
    marks = [Foreign("T1", "span", "GPE", [Span(2, 5)])]
    found = row(StandOff(doc_id="olm-1", text=EMOJI, marks=marks))
    assert [(e["start_offset"], e["end_offset"]) for e in found["entities"]] == [(3, 6)]


# ── Dateline's own labels


def test_what_is_written() -> None:
    found = row()
    text = found["text"]
    words = {(text[e["start_offset"] : e["end_offset"]], e["label"]) for e in found["entities"]}
    assert words >= {("its harbour", "FAC"), ("closed", "COERCE"), ("closed", "Closing")}
    ids = [one["id"] for one in (*found["entities"], *found["relations"])]
    assert len(set(ids)) == len(ids)
    assert all(isinstance(found[key], str) for key in ("dateline", "doc_id", "text"))
    triples = [(e["start_offset"], e["end_offset"], e["label"]) for e in found["entities"]]
    assert len(set(triples)) == len(triples), "doccano has no span twice"


def test_what_comes_back_from_doccano(tmp_path: Path) -> None:
    """It gives every span and relation a new id, adds one of the text, and sorts as it likes."""
    given_ = row()
    ids = {one["id"]: number for number, one in enumerate(given_["entities"], 500)}
    entities = [one | {"id": ids[one["id"]]} for one in reversed(given_["entities"])]
    relations = [
        one | {"id": n, "from_id": ids[one["from_id"]], "to_id": ids[one["to_id"]]}
        for n, one in enumerate(given_["relations"])
    ]
    back = {"id": 77, "entities": entities, "relations": relations, "Comments": []}
    (found,) = read(tmp_path, given_ | back)
    assert found == FORMAT.kept(sample(), SCHEME)
    fewer = [one for one in relations if one["type"] != "topic"]
    (found,) = read(tmp_path, given_ | back | {"relations": fewer})
    event = next(mark for mark in found.marks if mark.id == "E1")
    assert [a.role for a in event.args] == ["actor", "witness"]
    assert event.attributes["mode"] == "restrict"


def test_what_is_drawn_with_our_labels(tmp_path: Path) -> None:
    one = {
        "text": TEXT,
        "entities": [
            entity(1, 29, 41, "SOURCE"),
            entity(2, 24, 28, "ATTRIBUTION"),
            entity(3, 0, 22, "CONTENT"),
            entity(4, 29, 41, "PERSON"),
        ],
        "relations": [
            {"from_id": 2, "to_id": 1, "type": "source"},
            {"from_id": 2, "to_id": 3, "type": "content"},
            {"from_id": 2, "to_id": 4, "type": "ref"},
        ],
    }
    (found,) = read(tmp_path, one)
    (mark,) = [m for m in found.marks if m.kind == "event"]
    said = {"quote": "indirect", "source_form": "named"}
    marks = [
        m if m is not mark else msgspec.structs.replace(m, attributes=said) for m in found.marks
    ]
    (item,) = to_document(msgspec.structs.replace(found, marks=marks), SCHEME).document.attributions
    assert item.source is not None
    assert (item.cue, item.content, len(item.source.refs)) == (Span(24, 28), [Span(0, 22)], 1)


KEYS = ["text", "entities", "relations", "label", "cats", "Comments", "dateline", "doc_id", "id"]
INNER = ["start_offset", "end_offset", "label", "id", "from_id", "to_id", "type", "start"]


@given(st.lists(json_values(KEYS + INNER, EMOJI), max_size=4))
@law(300)
def test_whatever_a_file_holds_there_is_no_other_error(lines: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as name:
        try:
            found = read(Path(name), *lines)
        except DataError:
            return
    for one in found:
        if one.text:
            adds_up(one)
            named = msgspec.structs.replace(one, doc_id="olm-1", notices=[])
            with tempfile.TemporaryDirectory() as name:
                assert read(Path(name), row(named)) == [named]
