"""Reading PLOVER records: their oddities, made by hand, and the records where they are at hand."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plover_record import RECORD, TEXT

import dateline
from conftest import REPOSITORY, shared_folder
from dateline.errors import DataError, UsageError
from dateline.formats.applying import apply
from dateline.formats.items import to_document
from dateline.formats.mapping import read_mapping
from dateline.formats.plover import FORMAT
from dateline.formats.plover import marking as said
from dateline.formats.plover.markup import Piece, pieces
from dateline.formats.registry import Known
from dateline.formats.standoff import StandOff
from dateline.records import Document, Foreign
from dateline.studio.projects import Purpose
from dateline.studio.sources import labels_from
from dateline.studio.tasks import task_of
from dateline.tree import Tree
from marks import reasons
from running import run
from strategies import SCHEME, law

KNOWN = Known(SCHEME, lambda doc_id: "")


def read(path: Path) -> list[StandOff]:
    return list(FORMAT.read(path, KNOWN))


def one(tmp_path: Path, **changed: Any) -> StandOff:
    record = {k: v for k, v in (RECORD | changed).items() if v is not ...}
    (tmp_path / "records.txt").write_text("\ufeff" + json.dumps([record]), "utf-8")
    (found,) = read(tmp_path / "records.txt")
    return found


def made(standoff: StandOff) -> Document:
    mapping = read_mapping("plover-records", SCHEME)
    return to_document(apply(mapping, standoff, SCHEME).standoff, SCHEME).document


def words(standoff: StandOff, mark: Foreign) -> list[str]:
    return [standoff.text[span.start : span.end] for span in mark.spans]


def by_id(standoff: StandOff) -> dict[str, list[str]]:
    return {mark.id: words(standoff, mark) for mark in standoff.marks}


def test_a_record_is_an_event_with_its_words(tmp_path: Path) -> None:
    found = one(tmp_path)
    assert found.meta == {
        "title": "GSR-COERCE-0001",
        "outlet": "Olm manual",
        "published": "2026-03-04",
        "language": "en",
        "source": "Olm manual GSR-COERCE-0001",
    }
    assert by_id(found) == {
        "event1": ["shut"],
        "text1": ["said"],
        "text2": ["bridge"],
        "source1": ["Hinot rebels"],
        "target1": ["Olm"],
        "location1": ["Orlem"],
        "note1": [],
    }
    assert found.notices == []
    event = next(mark for mark in found.marks if mark.kind == "event")
    assert event.attributes == {"mode": "confiscate", "context": "military"}


def test_what_the_mapping_makes_of_it(tmp_path: Path) -> None:
    document = made(one(tmp_path))
    (event,) = document.events
    assert (event.type, event.mode, TEXT[event.start : event.end]) == ("COERCE", "seize", "shut")
    names = {e.id: (TEXT[e.start : e.end], e.type, e.sector) for e in document.entities}
    assert {a.role: names[a.ref] for a in event.arguments} == {
        "actor": ("Hinot rebels", "PERSON", "REB"),
        "recipient": ("Olm", "GPE", None),
        "place": ("Orlem", "GPE", None),
    }
    assert [m.attributes["text"] for m in document.foreign if m.kind == "note"] == [
        "Not the new bridge"
    ]


@pytest.mark.parametrize(
    ("event", "mode", "type", "new"),
    [
        ("FIGHT", "assassinate", "ASSAULT", "targeted"),
        ("FIGHT", "heavy-weapons", "ASSAULT", "heavy-weapons"),
        ("COERCE", "destroy", "ASSAULT", "destroy"),
        ("COERCE", "ban", "COERCE", None),
        ("DEMAND", ..., "REQUEST", None),
        ("DISAPPROVE", "", "ACCUSE", "disapprove"),
        ("INVESTIGATE", ..., "ACCUSE", "investigate"),
        ("PROTEST", "strike-hun", "PROTEST", "hunger"),
        ("THREATEN", "curfew", "THREATEN", "restrict"),
    ],
)
def test_older_types_and_modes(
    tmp_path: Path, event: str, mode: Any, type: str, new: str | None
) -> None:
    (found,) = made(one(tmp_path, event=event, mode=mode, id=f"GSR-{event}-1")).events
    assert (found.type, found.mode) == (type, new)


@pytest.mark.parametrize(
    ("actor", "label", "sector"),
    [
        ({"code": "HIN", "sector": "REBHUT"}, "PERSON", "REB"),
        ({"code": "IGO"}, "ORG", "IGO"),
        ({"code": "HIN"}, "GPE", None),
        ({"code": "HIN", "sector": "***"}, "PERSON", None),
    ],
)
def test_actors(tmp_path: Path, actor: dict[str, str], label: str, sector: str | None) -> None:
    document = made(one(tmp_path, source=[actor | {"actorText": "Hinot rebels"}]))
    (found,) = [e for e in document.entities if TEXT[e.start : e.end] == "Hinot rebels"]
    assert (found.type, found.sector) == (label, sector)


def test_an_actor_whose_kind_no_word_tells_stays_foreign(tmp_path: Path) -> None:
    source = [{"actorText": "Monday", "sector": "GOV"}]
    mapped = apply(read_mapping("plover-records", SCHEME), one(tmp_path, source=source), SCHEME)
    assert mapped.reasons == {"source1": "whether a person or a body acts the words do not tell"}


def test_one_mark_for_the_same_words_in_two_roles(tmp_path: Path) -> None:
    found = one(tmp_path, target=[{"actorText": "Orlem", "code": "OLM"}])
    event = next(mark for mark in found.marks if mark.kind == "event")
    fillers = {a.role: a.ref for a in event.args}
    assert fillers["target"] == fillers["location"] == "target1"
    other = one(tmp_path, target=RECORD["source"] + [{"actorText": "Hinot rebels", "code": "X"}])
    assert by_id(other)["target2"] == ["Hinot rebels"], "another code is another mark"


@pytest.mark.parametrize(
    ("changed", "found", "reason"),
    [
        ({"source": [{"actorText": "Pelosk"}]}, {"source1": []}, said.NO_ACTOR),
        ({"eventLoc": {"name": "Pelosk"}}, {"location1": []}, said.NO_PLACE),
        ({"eventLoc": "Orlem"}, {"location1": ["Orlem"]}, said.UNREAD),
        ({"target": "Olm"}, {"target1": ["Olm"]}, said.UNREAD),
        ({"target": ["Olm"]}, {"target1": ["Olm"]}, said.UNREAD),
        ({"event": "AID"}, {"event1": ["shut"]}, said.OTHER_TYPE),
        ({"textInfo": {}}, {"event1": []}, said.NO_EVENT),
        ({"textInfo": 3, "eventText": "had shut"}, {"event1": ["had shut"]}, None),
        ({"textInfo": "(EVT: shut)"}, {"event1": ["shut"]}, None),
        ({"textInfo": {"markup": "(EVT: shut} (EVT: old)"}}, {"event1": ["old"]}, said.UNCLOSED),
        (
            {"textInfo": {"markup": "(EVT: Pelosk)"}, "eventText": "shut"},
            {"event1": ["shut"]},
            said.NO_EVENT,
        ),
        (
            {"source": [{"actorText": "Hinot ... at Orlem"}]},
            {"source1": ["Hinot", "at Orlem"]},
            None,
        ),
        ({"source": [{"actorText": " Hinot  rebels"}]}, {"source1": ["Hinot rebels"]}, None),
        ({"source": "", "target": None, "eventLoc": ...}, {"event1": ["shut"]}, None),
    ],
)
def test_no_offsets_are_made_up(
    tmp_path: Path, changed: dict[str, Any], found: dict[str, list[str]], reason: str | None
) -> None:
    standoff = one(tmp_path, **changed)
    assert reasons(standoff) == ([reason] if reason else [])
    assert found.items() <= by_id(standoff).items()
    made(standoff)


def test_what_has_no_words_keeps_what_the_record_says(tmp_path: Path) -> None:
    found = {m.id: m for m in one(tmp_path, textInfo={}, eventLoc={"name": "Pelosk"}).marks}
    assert found["location1"].attributes == {"text": "Pelosk"}
    assert found["event1"].attributes["eventText"] == "said shut bridge"


def test_where_words_stand_twice_the_markup_tells(tmp_path: Path) -> None:
    text = "Olm asked Hinot, and Olm left."
    found = one(
        tmp_path,
        text=text,
        target=[{"actorText": "Olm"}],
        source=[],
        eventLoc=...,
        textInfo={"markup": "Olm (EVT: asked) Hinot, and (TAR: Olm) left."},
    )
    (olm,) = [mark for mark in found.marks if mark.id == "target1"]
    assert olm.spans[0].start == text.rindex("Olm")


@pytest.mark.parametrize(
    ("markup", "found", "whole"),
    [
        ("(EVT: shut) it", [("EVT", "shut", 0)], True),
        ("(SRC/TAR: Olm)", [("SRC", "Olm", 0), ("TAR", "Olm", 0)], True),
        ("a (LOC:in (TAR: Olm)) b", [("LOC", "in Olm", 2), ("TAR", "Olm", 5)], True),
        ("(SRC: the (old) guard)", [("SRC", "the (old) guard", 0)], True),
        ("Olm) (EVT: shut)", [("EVT", "shut", 5)], False),
        ("(EVT: shut (TAR: Olm)", [("TAR", "Olm", 5)], False),
        ("", [], True),
    ],
)
def test_markup(markup: str, found: list[tuple[str, str, int]], whole: bool) -> None:
    assert pieces(markup) == ([Piece(*piece) for piece in found], whole)


def test_markup_nested_without_end_takes_one_look() -> None:
    """To cut each piece out whole would take hours."""
    deep = "(EVT: a" * 200_000
    found, whole = pieces(deep + ")" * 200_000)
    assert not whole
    assert len(found) <= 200_000


# ── Files as they come


def test_lists_are_found_in_a_folder_and_other_files_passed_over(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "records.txt").write_text(f"\ufeff\n {json.dumps([RECORD])}")
    (tmp_path / "table.txt").write_text("# a table")
    (tmp_path / "ontology.json").write_text("{}")
    (tmp_path / "empty.json").write_text("")
    (tmp_path / ".hidden.txt").write_text("[")
    (found,) = read(tmp_path)
    assert found.text == TEXT


def test_a_record_without_a_text_and_one_without_an_id(tmp_path: Path) -> None:
    about = {"id": "GSR-DOCUMENT-1", "event": "DOCUMENT", "license": "…"}
    rows = [about, {"text": "Olm."}, {"text": 3, "id": None}]
    (tmp_path / "r.json").write_text(json.dumps(rows))
    assert [(one.doc_id, one.text) for one in read(tmp_path)] == [
        ("GSR-DOCUMENT-1", ""),
        ("r.json record 2", "Olm."),
        ("r.json record 3", ""),
    ]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"{}", "r.txt: expected a JSON list of records, got dict"),
        (b"[1]", "r.txt record 1: expected a JSON object, got int"),
        (b"[{}", "r.txt: expected a JSON list of records"),
        (b"", "r.txt: expected a JSON list of records"),
        (b"[" * 200_000, "r.txt"),
        (b'["\xff"]', "r.txt byte 2"),
    ],
)
def test_what_is_none_of_it_is_refused(tmp_path: Path, raw: bytes, message: str) -> None:
    (tmp_path / "r.txt").write_bytes(raw)
    with pytest.raises(DataError, match=message):
        read(tmp_path / "r.txt")


def test_folders_without_records_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="that is a JSON list"):
        read(tmp_path)
    with pytest.raises(UsageError, match="PLOVER records"):
        read(tmp_path / "nowhere")


_VALUES = st.recursive(
    st.none()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(
        ["Olm", TEXT, "(EVT: shut)", "(SRC: Olm", "a ... b", "COERCE", "FIGHT", "..."]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["actorText", "code", "sector", "name", "markup"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


def test_any_record_gives_a_text_or_the_clear_error() -> None:
    @given(st.dictionaries(st.sampled_from([*RECORD, "x"]), _VALUES, max_size=9))
    @law(200)
    def holds(changed: dict[str, Any]) -> None:
        with tempfile.TemporaryDirectory() as place:
            try:
                found = one(Path(place), **changed)
            except DataError:
                return
        assert len({mark.id for mark in found.marks}) == len(found.marks)
        if found.text:
            made(found)

    holds()


def test_any_bytes_give_texts_or_the_clear_error() -> None:
    @given(st.binary(max_size=60))
    @law(100)
    def holds(raw: bytes) -> None:
        with tempfile.TemporaryDirectory() as place:
            (Path(place) / "r.txt").write_bytes(b"[" + raw)
            try:
                read(Path(place))
            except DataError as error:
                assert error.expected

    holds()


# ── The records


def test_the_records_in_one_go(tmp_path: Path) -> None:
    shared = shared_folder()
    place = shared / "real" / "plover" if shared else None
    if place is None or not place.is_dir():
        pytest.skip("the records are not here: set DATELINE_SHARED to a folder with real/plover")

    out = tmp_path / "plover"
    given_ = ["--out", out, "--format", "json", "--root", REPOSITORY]
    report = json.loads(run("import", "plover", place, *given_))
    (file,) = place.glob("gold_standard_records/*.txt")
    raw = json.loads(file.read_text("utf-8"))
    records = [record for record in raw if "text" in record]
    assert report["articles"] == report["marks"]["event"] == len(records) == 322
    assert report["marks"]["note"] == sum("comment" in record for record in records)
    kept = sum(found["count"] for found in report["foreign"].values())
    assert report["items"] + report["parts"] + kept == sum(report["marks"].values())
    assert report["made"]["events"] == 322, "each has words that stand in its text"
    assert len(report["skipped"]["a text with nothing in it"]["where"]) == len(raw) - 322

    assert "0 errors" in run("validate", out)
    assert len(dateline.load("events", "train", root=out, format="arrow")) == 322
    run("export", "brat", "--root", out, "--out", tmp_path / "brat")
    tree = Tree(out)
    assert {tree.meta(doc_id).licence for doc_id in tree.doc_ids()} == {"CC-BY-SA-4.0"}
    meta, text, labels = next(iter(labels_from(tree, "adjudicated", [])))
    assert labels is not None
    task = task_of(meta, text, SCHEME, Purpose("pass", "ana"), {"ana": labels}, "ab" * 32)
    assert json.loads(task.raw)["predictions"][0]["result"]
