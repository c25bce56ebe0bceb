"""Reading re3d: its oddities, made by hand, and the corpus itself where it is at hand."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import datasets
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dateline
from conftest import REPOSITORY, shared_folder
from dateline.errors import DataError, UsageError
from dateline.formats.applying import apply
from dateline.formats.items import to_document
from dateline.formats.mapping import read_mapping
from dateline.formats.re3d import FORMAT
from dateline.formats.re3d import marking as said
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
TEXT = "Tamsin Orlem, mayor of Olm, praised the Hinot guards.\nOlm’s “iron” harbour reopened."
Rows = list[dict[str, Any]]


def entity(type: str, value: str, confidence: float = 1, at: int | None = None, **more: Any) -> Any:
    begin = TEXT.index(value) if at is None else at
    end = begin + len(value)
    key = f"D1-0-{begin}-{end}-{type}"
    row = {"_id": key, "begin": begin, "end": end, "type": type, "value": value}
    return row | {"documentId": "D1", "confidence": confidence} | more


def relation(
    type: str, value: str, source: Any, target: Any, confidence: float = 1, **more: Any
) -> Any:
    row = entity(type, value, confidence)
    for role, end in (("source", source), ("target", target)):
        row |= {role: end["value"], f"{role}Begin": end["begin"], f"{role}End": end["end"]}
    return row | more


ORLEM, MAYOR = entity("Person", "Tamsin Orlem"), entity("Person", "mayor of Olm")
GUARDS, OLM = entity("Organisation", "the Hinot guards", 0.8), entity("Location", "Olm")


def lines(rows: Rows, head: str = "") -> str:
    return head + "".join(f"{json.dumps(row)}\n" for row in rows)


def folder(
    place: Path, entities: Rows, relations: Sequence[Any] = (), documents: Rows | None = None
) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    if documents is None:
        documents = [{"_id": "D1", "title": "On Olm", "sourceName": "Olm Office", "text": TEXT}]
    (place / "documents.json").write_text(lines(documents, "\ufeff"), "utf-8")
    (place / "entities.json").write_text(lines(entities, "\ufeff\n"), "utf-8")
    (place / "relations.json").write_text(lines(list(relations)), "utf-8")
    return place


def read(path: Path) -> list[StandOff]:
    return list(FORMAT.read(path, KNOWN))


def one(path: Path, entities: Rows, relations: Sequence[Any] = ()) -> StandOff:
    (found,) = read(folder(path, entities, relations))
    return found


def made(standoff: StandOff) -> Document:
    mapping = read_mapping("re3d", SCHEME)
    return to_document(apply(mapping, standoff, SCHEME).standoff, SCHEME).document


def words(mark: Foreign) -> list[str]:
    return [TEXT[span.start : span.end] for span in mark.spans]


def test_entities_and_relations_with_their_words_and_confidence(tmp_path: Path) -> None:
    likes = relation("Likes", "praised", ORLEM, GUARDS, 0.9)
    found = one(tmp_path, [ORLEM, GUARDS], [likes])
    assert (found.doc_id, found.text, found.notices) == ("D1", TEXT, [])
    assert found.meta == {"title": "On Olm", "outlet": "Olm Office"}
    person, guards, praise = found.marks
    assert (person.id, person.kind, person.label) == ("0-0-12-Person", "span", "Person")
    assert (words(guards), guards.attributes) == (["the Hinot guards"], {"confidence": "0.8"})
    assert (praise.kind, words(praise)) == ("relation", ["praised"])
    assert [(a.role, a.ref) for a in praise.args] == [("source", person.id), ("target", guards.id)]


def test_what_the_mapping_makes_of_them(tmp_path: Path) -> None:
    likes = relation("Likes", "praised", ORLEM, GUARDS)
    dislikes = relation("Dislikes", "praised", MAYOR, GUARDS, 0.9)
    fights = relation("FightingAgainst", "praised", GUARDS, ORLEM)
    same = relation("IsSynonymOf", ",", ORLEM, MAYOR)
    document = made(one(tmp_path, [ORLEM, MAYOR, GUARDS, OLM], [likes, dislikes, fights, same]))
    types = {TEXT[e.start : e.end]: (e.type, e.mention) for e in document.entities}
    assert types == {
        "Tamsin Orlem": ("PERSON", "name"),
        "mayor of Olm": ("PERSON", "name"),
        "the Hinot guards": ("ORG", "nominal"),
        "Olm": ("GPE", "name"),
    }
    orlem, mayor, guards = (
        next(e for e in document.entities if TEXT[e.start : e.end].startswith(w))
        for w in ("Tamsin", "mayor", "the")
    )
    assert orlem.cluster == mayor.cluster == "C1"
    stances = {s.value: (s.holder, s.target, TEXT[s.start : s.end]) for s in document.stances}
    assert stances == {
        "favor": (orlem.id, guards.id, "praised"),
        "against": (mayor.id, guards.id, "praised"),
    }
    kept = {mark.label: mark.kind for mark in document.foreign if mark.kind == "relation"}
    assert kept == {"FightingAgainst": "relation", "IsSynonymOf": "relation"}
    beside = {m.args[0].ref: m.attributes for m in document.foreign if m.kind == "rest"}
    assert beside[guards.id] == {"confidence": "0.8"}


@pytest.mark.parametrize("first", [True, False])
def test_of_two_types_the_better_trusted_holds(tmp_path: Path, first: bool) -> None:
    """Whatever their order, and however much both are trusted."""
    types = [entity("Location", "Olm", 0.6), entity("Organisation", "Olm", 0.9)]
    found = one(tmp_path, types if first else types[::-1])
    document = made(found)
    assert [e.type for e in document.entities] == ["ORG"]
    (lost,) = [mark for mark in document.foreign if mark.kind == "span"]
    assert (lost.label, lost.attributes["confidence"]) == ("Location", "0.6")
    assert lost.attributes["outranked"] == "Organisation"
    mapped = apply(read_mapping("re3d", SCHEME), found, SCHEME)
    assert mapped.reasons == {lost.id: "another type on the same words is trusted more"}


def test_a_relation_stands_between_the_better_trusted(tmp_path: Path) -> None:
    olm = entity("Organisation", "Olm", 0.9)
    likes = relation("Likes", "praised", olm, GUARDS)
    found = one(tmp_path, [entity("Location", "Olm", 0.1), olm, GUARDS], [likes])
    assert found.marks[-1].args[0].ref.endswith("Organisation")


def test_what_nobody_trusts_is_kept_with_the_reason(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        [ORLEM, GUARDS, entity("Vehicle", "mayor", 0.0)],
        [relation("Likes", "praised", ORLEM, GUARDS, 0.2)],
    )
    mapped = apply(read_mapping("re3d", SCHEME), found, SCHEME)
    assert set(mapped.reasons.values()) == {"trusted less than .5"}
    document = to_document(mapped.standoff, SCHEME).document
    assert len(document.entities) == 2
    assert not document.stances
    assert {m.label for m in document.foreign if m.kind != "rest"} == {"Vehicle", "Likes"}


@pytest.mark.parametrize(
    ("type", "value", "label"),
    [
        ("Organisation", "the Hinot civilians", "PERSON"),
        ("Organisation", "Turkey", "GPE"),
        ("Organisation", "US", "ORG"),
        ("Location", "the old bridge", "FAC"),
        ("Location", "northern Olm", "LOC"),
        ("Location", "the launch site", "FAC"),
        ("Location", "that site", None),
        ("Temporal", "10 a.m.", "TIME"),
        ("Temporal", "the last 24 hours", "DATE"),
        ("Temporal", "9 April", "DATE"),
        ("Quantity", "12%", "PERCENT"),
        ("Quantity", "12 per cent", "PERCENT"),
        ("Quantity", "nine miles", "QUANTITY"),
        ("Quantity", "nine", "CARDINAL"),
        ("Quantity", "a", None),
        ("Weapon", "air strikes", None),
        ("Weapon", "a mortar", "WEAPON"),
        ("MilitaryPlatform", "tanks", "VEHICLE"),
        ("DocumentReference", "the Olm agreement", "LAW"),
        ("DocumentReference", "Olm report 3", None),
        ("Nationality", "Hinot", "NORP"),
        ("Frequency", "94 MHz", None),
    ],
)
def test_wide_types_are_told_by_words(
    tmp_path: Path, type: str, value: str, label: str | None
) -> None:
    row = {"_id": "x", "begin": 0, "end": len(value), "type": type, "value": value}
    place = folder(
        tmp_path, [row | {"documentId": "D1", "confidence": 1}], [], [{"_id": "D1", "text": value}]
    )
    assert [e.type for e in made(read(place)[0]).entities] == ([label] if label else [])


# ── Offsets


@pytest.mark.parametrize(
    ("row", "found", "reason"),
    [
        (entity("Location", "Olm", at=25), "Olm", said.ELSEWHERE),
        (entity("Person", "Orlem", at=TEXT.index("Orlem") + 3), "Orlem", said.ELSEWHERE),
        (
            entity("Location", " Olm,", at=TEXT.index(" Olm,")) | {"value": "Olm,"},
            "Olm,",
            said.EDGES,
        ),
        (entity("Weapon", "“iron”") | {"value": "'iron'"}, "“iron”", said.WRITTEN),
        (entity("Weapon", "guards.\nOlm") | {"value": "guards. Olm"}, "guards.\nOlm", said.WRITTEN),
        (entity("Location", "Olm") | {"value": "Pelosk"}, None, said.NOWHERE),
        (entity("Location", "Olm") | {"begin": -5, "end": -2}, "Olm", said.ELSEWHERE),
        (entity("Location", "Olm") | {"begin": 10**15, "end": 3}, "Olm", said.ELSEWHERE),
        (entity("Location", "Olm") | {"begin": 10**30}, None, "a line without words and offsets"),
        (entity("Location", "Olm") | {"begin": "2"}, None, "a line without words and offsets"),
        (entity("Location", "Olm") | {"value": 7}, None, "a line without words and offsets"),
    ],
)
def test_offsets_that_are_not_those_of_the_words(
    tmp_path: Path, row: Any, found: str | None, reason: str
) -> None:
    standoff = one(tmp_path, [row])
    (mark,) = standoff.marks
    assert reasons(standoff) == [reason]
    assert standoff.notices[0].where.endswith("entities.json line 2")
    assert words(mark) == ([found] if found else [])
    if found is None:
        assert {"begin", "end", "value"} <= mark.attributes.keys(), "kept as the file has it"
        assert made(standoff).entities == []


def test_the_nearest_place_is_taken_and_whole_words_before_parts(tmp_path: Path) -> None:
    second = TEXT.rindex("Olm")
    (mark,) = one(tmp_path, [entity("Location", "Olm", at=second - 4)]).marks
    assert mark.spans[0].start == second
    text = "Olmers came. Much later they left Olm."
    rows = [entity("Location", "Olm", at=1)]
    (found,) = read(folder(tmp_path / "b", rows, [], [{"_id": "D1", "text": text}]))
    assert found.marks[0].spans[0].start == text.index("Olm.")


# ── Files as they come


def test_folders_below_with_licences_each(tmp_path: Path) -> None:
    folder(tmp_path / "b b", [ORLEM])
    folder(tmp_path / "a", [])
    folder(tmp_path / ".hidden", [])
    (tmp_path / "a" / "LICENSE").write_text("Under the Open Government Licence v3.0.")
    (tmp_path / "b b" / "LICENSE").write_bytes(b"It is in the public domain.\xff")
    found = read(tmp_path)
    assert [one.meta["licence"] for one in found] == [
        "OGL-UK-3.0",
        "public domain (United States)",
    ]
    assert read(tmp_path / "a" / "documents.json") == found[:1]


def test_lines_of_another_form_are_named_and_none_is_dropped(tmp_path: Path) -> None:
    rows = [
        ORLEM,
        ORLEM | {"type": "Location"},
        {"type": "Person", "begin": 1},
        {"documentId": "D1"},
        ORLEM | {"documentId": "D9"},
        OLM | {"crowd": [1, {"a": None}]},
    ]
    documents = [{"_id": "D1", "text": TEXT}, {"_id": "D1", "text": "Again."}, {"text": 3}]
    loose = relation("Likes", "praised", MAYOR, ORLEM)
    here, orphans = read(folder(tmp_path, rows, [loose], documents))
    assert sorted(reasons(here)) == sorted(
        [
            "a document's id that stands twice",
            "a document without an id and a text",
            "a line without the id of a document",
            "an id that stands twice",
            "a line without words and offsets",
            "a relation of what is no entity",
        ]
    )
    assert len({mark.id for mark in here.marks}) == len(here.marks) == 5
    assert (orphans.doc_id, orphans.text, len(orphans.marks)) == ("D9", "", 1)
    (olm,) = [mark for mark in here.marks if words(mark) == ["Olm"]]
    assert olm.attributes["crowd"] == '[1,{"a":null}]', "a key that re3d does not have"
    (likes,) = [mark for mark in here.marks if mark.kind == "relation"]
    assert likes.attributes["source"] == "mayor of Olm"


def test_texts_are_brought_into_the_stored_form(tmp_path: Path) -> None:
    text = "\ufeffCafe\u0301\r\nOlm"
    row = entity("Location", "Olm", at=text.index("Olm"))
    (found,) = read(folder(tmp_path, [row], [], [{"_id": "D1", "text": text}]))
    assert found.text == "Café\nOlm"
    assert found.text[found.marks[0].spans[0].start :] == "Olm"


@pytest.mark.parametrize(
    ("file", "raw", "message"),
    [
        ("entities.json", b"[]\n", "entities.json line 1: expected a JSON object, got list"),
        ("entities.json", b'{"a": 1}\n{"a": \n', "entities.json line 2: expected a JSON object"),
        ("entities.json", b"[" * 100_000, "nested too deeply|JSON object"),
        ("relations.json", b'{"a": "\xff"}', "relations.json byte 7"),
        ("relations.json", b'{"a": "\\ud800"}', "relations.json line 1"),
        ("relations.json", b'{"a": NaN}', "relations.json line 1"),
        ("documents.json", b"", "expected documents with _id and text, got none"),
        ("documents.json", b'{"_id": "D1"}', "expected documents with _id and text, got none"),
    ],
)
def test_what_is_none_of_it_is_refused(tmp_path: Path, file: str, raw: bytes, message: str) -> None:
    place = folder(tmp_path / "x", [ORLEM])
    (place / file).write_bytes(raw)
    with pytest.raises(DataError, match=message):
        read(tmp_path)


def test_folders_without_it_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a folder with documents\.json"):
        read(tmp_path)
    with pytest.raises(UsageError, match="a folder of re3d"):
        read(tmp_path / "nowhere")
    place = folder(tmp_path / "x", [])
    (place / "documents.json").unlink()
    with pytest.raises(DataError, match=r"documents\.json"):
        read(tmp_path)
    folder(place, [ORLEM])
    for name in ("entities.json", "relations.json"):
        (place / name).unlink()
    assert [one.marks for one in read(tmp_path)] == [[]]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=4,
)
_ROW = st.dictionaries(
    st.sampled_from([*ORLEM, "source", "sourceBegin", "sourceEnd", "targetBegin", "text", "x"]),
    _VALUES | st.sampled_from(["D1", "Person", "Likes", "Olm", 0, 3, 12, -1, 0.5]),
    max_size=8,
)


def test_any_rows_give_texts_or_the_clear_error() -> None:
    @given(st.lists(_ROW, max_size=4), st.lists(_ROW, max_size=4), st.lists(_ROW, max_size=2))
    @law(150)
    def holds(entities: Rows, relations: Rows, documents: Rows) -> None:
        rows = [{"_id": "D1", "text": TEXT}, *documents]
        with tempfile.TemporaryDirectory() as place:
            try:
                found = read(folder(Path(place), entities, relations, rows))
            except DataError:
                return
        named = sum(
            isinstance(r.get("documentId"), str) and r["documentId"] != ""
            for r in entities + relations
        )
        assert sum(len(one.marks) for one in found) == named, "no line with a document is lost"
        for standoff in found:
            document = made(standoff) if standoff.text else None
            assert document is None or document.doc_id == standoff.doc_id

    holds()


def test_any_bytes_give_texts_or_the_clear_error() -> None:
    @given(st.binary(max_size=80), st.sampled_from(["documents", "entities", "relations"]))
    @law(150)
    def holds(raw: bytes, name: str) -> None:
        with tempfile.TemporaryDirectory() as folder_:
            place = folder(Path(folder_), [ORLEM])
            (place / f"{name}.json").write_bytes(raw)
            try:
                read(place)
            except DataError as error:
                assert error.expected

    holds()


def test_words_that_stand_nowhere_are_looked_for_once_each(tmp_path: Path) -> None:
    """A hostile file: to search the whole text for each line would take hours."""
    text = "a " * 2_000_000
    rows = [entity("Person", "Olm", at=0) | {"_id": "x", "value": "a b"} for _ in range(3_000)]
    (found,) = read(folder(tmp_path, rows, [], [{"_id": "D1", "text": text}]))
    assert len(found.marks) == len({mark.id for mark in found.marks}) == 3_000


# ── The corpus


@pytest.fixture(scope="module")
def corpus() -> Path:
    shared = shared_folder()
    place = shared / "real" / "re3d" if shared else None
    if place is None or not place.is_dir():
        pytest.skip("re3d is not here: set DATELINE_SHARED to a folder with real/re3d")
    return place


def test_the_corpus_in_one_go(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "re3d"
    said_ = run("import", "re3d", corpus, "--out", out, "--format", "json", "--root", REPOSITORY)
    report = json.loads(said_)
    raw = {
        name: sum(
            bool(line.strip())
            for path in corpus.glob(f"*/{name}.json")
            for line in path.read_bytes().split(b"\n")
        )
        for name in ("documents", "entities", "relations")
    }
    assert raw["documents"] == report["articles"] == 71
    assert report["marks"] == {"span": raw["entities"], "relation": raw["relations"]}
    kept = sum(found["count"] for found in report["foreign"].values())
    assert report["items"] + report["parts"] + kept == raw["entities"] + raw["relations"]
    assert report["made"]["entities"] + report["made"]["stances"] == report["items"]

    assert "0 errors" in run("validate", out)
    stances = dateline.load("stance", "train", root=out)
    assert isinstance(stances, datasets.Dataset)
    assert len(stances) == report["made"]["stances"]
    run("export", "brat", "--root", out, "--out", tmp_path / "brat")
    assert len(list((tmp_path / "brat").glob("*.ann"))) == 71

    tree = Tree(out)
    licences = {tree.meta(doc_id).outlet: tree.meta(doc_id).licence for doc_id in tree.doc_ids()}
    assert licences == {
        "CENTCOM": "public domain (United States)",
        "UK Government": "OGL-UK-3.0",
        "US State Department": "public domain (United States)",
    }
    assert tree.annotators["re3d"].kind == "human"
    for meta, text, labels in labels_from(tree, "adjudicated", []):
        assert labels is not None
        task = task_of(meta, text, SCHEME, Purpose("pass", "re3d"), {"re3d": labels}, "ab" * 32)
        marks = [
            r for r in json.loads(task.raw)["predictions"][0]["result"] if r["type"] == "labels"
        ]
        assert len(marks) >= len(labels.entities)
