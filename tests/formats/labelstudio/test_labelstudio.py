"""Label Studio's JSON, as it should be and as it comes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.formats.items import to_document
from dateline.formats.labelstudio import FORMAT
from dateline.formats.labelstudio.reading import read_task
from dateline.formats.labelstudio.shape import Shape
from dateline.formats.registry import Known
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from dateline.records import Annotator, Argument, Foreign, Span
from dateline.scheme import LAYERS
from dateline.studio.projects import Purpose
from dateline.studio.tasks import task_of
from marks import adds_up, bare, reasons, standoffs, through
from strategies import SCHEME, articles, law, texts

KNOWN = Known(SCHEME, {}.__getitem__)
SHAPE = Shape(SCHEME)
TEXT = "Olm closed its harbour,\nsaid Tamsin Orlem of Olm."


def place(words: str, text: str = TEXT) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def region(key: str, label: str | list[str], words: str, **more: Any) -> dict[str, Any]:
    span = place(words)
    labels = [label] if isinstance(label, str) else label
    value = {"start": span.start, "end": span.end, "text": words, "labels": labels}
    one = {"id": key, "from_name": "ner", "to_name": "text", "type": "labels", "value": value}
    return one | more


def field(key: str, control: str, kind: str, value: Any) -> dict[str, Any]:
    said = {"text" if kind == "textarea" else kind: value}
    return {"id": key, "from_name": control, "to_name": "text", "type": kind, "value": said}


def arrow(source: str, target: str, *labels: str, **more: Any) -> dict[str, Any]:
    plain = {"from_id": source, "to_id": target, "type": "relation", "direction": "right"}
    return plain | {"labels": list(labels)} | more


def task(*result: Any, text: str = TEXT, **more: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "data": {"text": text},
        "annotations": [{"id": 1, "result": list(result)}],
    } | more


def read(record: dict[str, Any], keys: dict[str, str] | None = None) -> StandOff:
    return read_task(record, "t.json[0]", ("t", 1), SHAPE, keys or {})


def marks(*result: Any, **more: Any) -> dict[str, Foreign]:
    return {mark.id: mark for mark in read(task(*result, **more)).marks}


def files(standoff: StandOff) -> dict[str, Any]:
    """The one task that is written, decoded."""
    (found,) = json.loads(dict(FORMAT.write([standoff], SCHEME))["tasks-0001.json"])
    return dict(found)


# ── Other people's projects


def test_regions_with_labels_fields_notes_and_scores() -> None:
    found = marks(
        region("a", "Town", "Olm", score=0.5, meta={"text": ["which one?"], "seen": 3}),
        region("b", ["Person", "Mayor"], "Tamsin Orlem", origin="manual", hidden=True),
        field("a", "size", "choices", ["small"]),
        field("a", "remark", "textarea", ["on the sea", "old"]),
        field("b", "sure", "rating", 4),
        field("b", "kind", "taxonomy", [["office", "elected"], ["woman"]]),
        field("b", "age", "number", 41.5),
        arrow("b", "a", "lives in", "rules", direction="left"),
        arrow("a", "b", "near", direction="bi"),
    )
    said = {"size": "small", "remark": "on the sea; old", "score": "0.5", "seen": "3"}
    assert found["a"] == Foreign("a", "span", "Town", [place("Olm")], [], said)
    told = {"sure": "4", "kind": "office/elected; woman", "age": "41.5"}
    assert found["b"] == Foreign("b", "span", "Person", [place("Tamsin Orlem")], [], told)
    assert found["b~2"] == msgspec.structs.replace(found["b"], id="b~2", label="Mayor")
    assert found["note-1"].attributes == {"text": "which one?"}
    assert found["note-1"].args == [Argument("on", "a")]
    ends = [Argument("Arg1", "a"), Argument("Arg2", "b")]
    assert found["R1"] == Foreign("R1", "relation", "lives in", [], ends)
    assert found["R2"].label == "rules"
    assert found["R3"] == Foreign("R3", "relation", "near", [], ends, {"direction": "both ways"})
    assert len(found) == 7


def test_answers_on_the_whole_task_and_what_else_its_data_say() -> None:
    record = task(field("c", "topic", "choices", ["harbours", "trade"]), text=TEXT)
    record["data"] |= {"title": "Olm", "published": "2026-03-04", "url": "x", "words": [1, [2]]}
    found = read(record)
    assert found.doc_id == "t-7"
    assert found.meta == {"title": "Olm", "published": "2026-03-04"}
    notes = {mark.label: mark.attributes["text"] for mark in found.marks}
    assert notes == {"topic": "harbours; trade", "url": "x", "words": "1; 2"}
    assert all((mark.kind, mark.args) == ("note", []) for mark in found.marks)


def test_hypertext_is_read_as_the_words_that_it_shows() -> None:
    page = "<html><style>p {}</style><p>Olm &amp; <b>Orlem</b></p><p>said<br/>so 🙂</p></html>"
    shown = "Olm & Orlemsaidso 🙂"

    def one(key: str, words: str) -> dict[str, Any]:
        span = place(words, shown)
        value = {
            "start": "/p[1]/text()[1]",
            "end": "/p[2]/text()[1]",
            "startOffset": 0,
            "endOffset": 3,
            "globalOffsets": {"start": span.start, "end": span.end},
            "text": words,
            "hypertextlabels": ["Town"],
        }
        return {
            "id": key,
            "type": "hypertextlabels",
            "from_name": "x",
            "to_name": "t",
            "value": value,
        }

    found = read(task(one("a", "Olm & Orlem"), one("b", "said"), one("c", "🙂"), text=page))
    assert found.text == "Olm & Orlem\nsaid\nso 🙂"
    assert [found.text[m.spans[0].start : m.spans[0].end] for m in found.marks] == [
        "Olm & Orlem",
        "said",
        "🙂",
    ]
    assert reasons(found) == ["HTML, read as the words that it shows"]


@pytest.mark.parametrize("unit", ["points", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("shown", ["as they are", "as \\n"])
def test_offsets_in_code_points_or_utf16_with_crlf_or_without(
    unit: str, ends: str, shown: str
) -> None:
    text = "🙂🙂 Olm closed\nits harbour 👩🏽‍🚀,\nsaid Orlem."
    counted = text.replace("\n", ends)
    result = []
    for number, words in enumerate(["Olm", "closed\nits", "Orlem"]):
        words = words.replace("\n", ends)
        start, end = counted.index(words), counted.index(words) + len(words)
        if unit == "utf-16":
            start, end = (len(counted[:at].encode("utf-16-le")) // 2 for at in (start, end))
        said = words if shown == "as they are" else words.replace(ends, "\\n")
        value = {"start": start, "end": end, "text": said, "labels": ["X"]}
        result.append({"id": f"r{number}", "type": "labels", "value": value})
    found = read(task(*result, text=text.replace("\n", "\r\n")))
    assert found.text == text
    at = [found.text[mark.spans[0].start : mark.spans[0].end] for mark in found.marks]
    assert at == ["Olm", "closed\nits", "Orlem"]
    assert "words that are not those at the offsets" not in reasons(found)
    assert ("offsets in UTF-16, now in code points" in reasons(found)) == (unit == "utf-16")


def test_offsets_win_over_words_that_are_others() -> None:
    one = region("a", "Town", "Olm")
    one["value"]["text"] = "Sarn"
    found = read(task(one))
    assert found.marks[0].spans == [place("Olm")]
    assert [(n.reason, n.where) for n in found.notices] == [
        ("words that are not those at the offsets", "t.json[0] result 0")
    ]


ODD_OFFSETS = [
    (5, 2),
    (-3, 2),
    (0, 10**6),
    (10**30, 2),
    ("1", "3"),
    (1.0, 3.0),
    (None, None),
    (True, 2),
]


@pytest.mark.parametrize(("start", "end"), ODD_OFFSETS)
def test_offsets_that_cannot_be(start: Any, end: Any) -> None:
    value = {"start": start, "end": end, "labels": ["GPE"]}
    found = read(task({"id": "a", "type": "labels", "from_name": "x", "value": value}))
    (mark,) = found.marks
    assert (mark.spans == []) == ("a region without offsets" in reasons(found))
    to_document(found, SCHEME)


def test_what_is_odd_is_kept_or_named() -> None:
    found = read(
        task(
            region("a", [], "Olm"),
            region("b", "Town", "Olm"),
            region("b", "Person", "Tamsin Orlem"),
            region("c", "Town", "closed", parentID="b"),
            arrow("b", "gone", "rules"),
            arrow("b", "c"),
            {"type": "rectanglelabels", "value": {"x": 3}},
            "no entry",
        )
    )
    assert sorted(reasons(found)) == [
        "a mark that is none of a text: rectanglelabels",
        "a region that hangs below another, now on its own",
        "a region without a label",
        "an arrow to a region that is not there",
        "an arrow without a name",
        "an entry of no form that Label Studio has",
        "an id that stands twice, and is now another",
    ]
    by = {mark.label: mark for mark in found.marks}
    assert by["rules"].args == [Argument("Arg1", "b"), Argument("Arg2", "gone")]
    assert {"unlabelled", "Town", "Person", "unnamed"} <= by.keys()
    assert len(found.marks) == 6


# ── Whose annotation is read


def submission(key: int, words: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "result": [region("a", "Town", words)], "completed_by": 3} | more


def test_of_several_annotations_one_is_read_and_the_others_are_named() -> None:
    early = submission(1, "Olm", created_at="2026-01-01T00:00:00Z")
    late = submission(2, "closed", created_at="2026-02-01T00:00:00Z")
    true = submission(3, "harbour", created_at="2025-01-01T00:00:00Z", ground_truth=True)
    skipped = submission(4, "said", created_at="2027-01-01T00:00:00Z", was_cancelled=True)
    last = read(task(annotations=[late, early, skipped], predictions=[{"result": []}]))
    assert last.marks[0].spans == [place("closed")]
    assert [(n.reason, n.where) for n in last.notices] == [
        ("a task that was skipped, whose labels are left out", "t.json[0] annotation 4"),
        ("another annotation of the same task, left out", "t.json[0] annotation 1"),
        ("predictions beside an annotation, left out", "t.json[0]"),
    ]
    assert read(task(annotations=[late, true, early])).marks[0].spans == [place("harbour")]


def test_predictions_are_read_where_nobody_submitted() -> None:
    shown = [{"result": [region("a", "Town", words)]} for words in ("Olm", "closed")]
    found = read(task(annotations=[], predictions=shown, drafts=[{"result": []}]))
    assert found.marks[0].spans == [place("closed")]
    assert reasons(found) == ["other predictions of the same task, left out", "drafts, left out"]
    gone = read(task(annotations=[], predictions=[11]))
    assert reasons(gone) == ["predictions that the export does not hold"]


def test_nobody_is_named_who_has_an_account(tmp_path: Path) -> None:
    who = {"id": 3, "email": "somebody@example.org", "first_name": "Some", "last_name": "Body"}
    one = submission(1, "Olm") | {"completed_by": who, "created_username": "somebody, 3"}
    flat = {"text": TEXT, "ner": [one["result"][0]["value"]], "annotator": "somebody@example.org"}
    for record in (task(annotations=[one], updated_by=who), flat):
        found = read(record)
        assert (found.annotator, found.status) == (None, None)
        assert len(found.marks) == 1
        for said in ("somebody", "Some", "Body"):
            assert said not in msgspec.json.encode(found).decode()


def test_a_model_is_named_and_no_file_calls_anybody_human() -> None:
    llm = Annotator("llm-a", "model")
    one = files(msgspec.structs.replace(sample(), annotator=llm, status="gold"))
    assert one["predictions"][0]["model_version"] == "llm-a"
    found = read(one)
    assert (found.annotator, found.status) == (llm, "gold")
    one["data"]["dateline"]["annotator"]["kind"] = "human"
    found = read(one)
    assert (found.annotator, found.status) == (None, None)


def test_a_task_that_nobody_labelled_has_no_labels_and_no_maker() -> None:
    llm = Annotator("llm-a", "model")
    one = files(msgspec.structs.replace(sample(), annotator=llm))
    for gone in (
        {"predictions": [3]},
        {"annotations": [{"was_cancelled": True}], "predictions": []},
    ):
        found = read(one | gone)
        assert (found.marks, found.annotator, found.status) == ([], None, None)
        assert len(found.notices) == 1


# ── Files as they come


def test_a_list_a_task_and_tasks_a_line(tmp_path: Path) -> None:
    one = task(region("a", "Town", "Olm"))
    stored = {
        "id": 5,
        "result": one["annotations"][0]["result"],
        "task": {"id": 7, "data": one["data"]},
    }
    forms = {
        "list.json": json.dumps([one]),
        "pretty.json": json.dumps(one, indent=2),
        "lines.jsonl": f"{json.dumps(one)}\r\n\n{json.dumps(one)}\n",
        "stored.json": json.dumps(stored),
        "bom.json": "\ufeff" + json.dumps([one]),
        "lenient.json": '[{"data": {"text": "Olm\\ud800."}, "predictions": [{"score": NaN}]}]',
        "none.json": "[]",
        "blank.json": " \n",
    }
    for name, raw in forms.items():
        (tmp_path / name).write_bytes(raw.encode())
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.json").write_text("no")
    (tmp_path / ".x.json").write_text("no")
    found = {name: list(FORMAT.read(tmp_path / name, KNOWN)) for name in forms}
    counts = {name: len(several) for name, several in found.items()}
    assert counts == dict.fromkeys(forms, 1) | {"lines.jsonl": 2, "none.json": 0, "blank.json": 0}
    for name in ("list.json", "pretty.json", "lines.jsonl", "stored.json", "bom.json"):
        assert [mark.label for mark in found[name][0].marks] == ["Town"], name
    assert found["lenient.json"][0].text == "Olm?."
    assert len(list(FORMAT.read(tmp_path, KNOWN))) == sum(counts.values())


def test_the_export_that_leaves_out_the_arrows() -> None:
    record = {
        "id": 7,
        "text": TEXT,
        "ner": [region("", "Town", "Olm")["value"], region("", "Person", "Orlem")["value"]],
        "size": [{"start": 0, "end": 3, "text": "Olm", "choices": ["small"]}],
        "mood": "calm",
        "annotator": 1,
        "lead_time": 3.5,
    }
    found = read(record)
    town, person, mood = found.marks
    assert (town.label, town.spans, town.attributes) == ("Town", [place("Olm")], {"size": "small"})
    assert (person.label, person.spans) == ("Person", [place("Orlem")])
    assert (mood.kind, mood.label, mood.attributes) == ("note", "mood", {"text": "calm"})
    assert reasons(found) == ["the export JSON_MIN, which leaves out arrows and ids"]


def test_the_text_stands_under_any_key(tmp_path: Path) -> None:
    one = task(region("a", "Town", "Olm") | {"to_name": "page"})
    long = "x" * 200
    for data, keys in (
        ({"page": TEXT, "text": long}, {}),
        ({"body": TEXT, "text": long}, {"page": "body"}),
        ({"text": TEXT, "other": long}, {}),
        ({"whatever": TEXT, "short": "x"}, {}),
    ):
        assert read(one | {"data": data}, keys).text == TEXT
    (tmp_path / "tasks.json").write_text(json.dumps([one | {"data": {"body": TEXT, "text": long}}]))
    config = '<View><Text name="page" value="$body"/></View>'
    (tmp_path / "config.xml").write_text(config)
    assert next(iter(FORMAT.read(tmp_path, KNOWN))).text == TEXT
    bomb = f'<!DOCTYPE View [<!ENTITY a "$body">]>{config.replace("$body", "&a;")}'
    for raw in (bomb.encode(), bomb.encode("utf-16"), b"\xff", b"<View>", b"<a>" * 100_000):
        (tmp_path / "config.xml").write_bytes(raw)
        assert next(iter(FORMAT.read(tmp_path, KNOWN))).text == long


def test_tasks_without_a_text_are_named() -> None:
    picture = read({"data": {"image": 3}, "annotations": []})
    assert (picture.text, reasons(picture)) == (
        "",
        ["a task without a text", "data of a task that have no place here"][:1],
    )
    elsewhere = read(task(text="https://example.org/olm.txt"))
    assert (elsewhere.text, reasons(elsewhere)) == ("", ["a text that is elsewhere, at an address"])


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"{", "expected tasks"),
        (b"[3]", r"x\.json\[0\]: expected tasks of Label Studio in JSON, got a int"),
        (b'[{"a": 1}]', "expected a task of Label Studio"),
        (b"\xff\xfe[", "expected"),
        (b"[" * 100_000, "too deeply"),
        (b'{"data": ' * 100_000, "too deeply|expected tasks"),
        (b"1" * 5000, "expected tasks"),
    ],
)
def test_what_is_no_task_is_refused(tmp_path: Path, raw: bytes, said: str) -> None:
    (tmp_path / "x.json").write_bytes(raw)
    with pytest.raises(DataError, match=said):
        list(FORMAT.read(tmp_path, KNOWN))


def test_an_empty_folder_nothing_and_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected a folder with files"):
        list(FORMAT.read(tmp_path, KNOWN))
    with pytest.raises(UsageError, match="expected a folder"):
        list(FORMAT.read(tmp_path / "none.json", KNOWN))
    raw = json.dumps([task(text="Café Olm")], ensure_ascii=False).encode("latin-1")
    (tmp_path / "a.json").write_bytes(raw)
    with pytest.raises(DataError, match="--encoding latin-1"):
        list(FORMAT.read(tmp_path, KNOWN))
    (found,) = FORMAT.read(tmp_path, Known(SCHEME, KNOWN.text_of, "latin-1"))
    assert found.text == "Café Olm"


# ── Dateline's own labels


def test_what_is_written() -> None:
    one = files(sample())
    assert (one["data"]["doc_id"], one["data"]["title"]) == ("olm-1", "Olm")
    (prediction,) = one["predictions"]
    assert prediction["model_version"] == "dateline", "a human is no model"
    result = prediction["result"]
    by = {(entry.get("id"), entry.get("from_name")) for entry in result}
    assert {("T1", "entity"), ("E1", "event"), ("A1", "attribution"), ("S1", "stance")} <= by
    assert {("E1", "mode-COERCE"), ("T1", "cluster-entities"), ("T1", "confidence")} <= by
    assert {("x1", "other"), ("x2", "other-event")} <= by
    arrows = {(e["from_id"], *e["labels"], e["to_id"]) for e in result if e["type"] == "relation"}
    assert {("E1", "actor", "T1"), ("S1", "target", "E1"), ("A1", "part", "T6")} <= arrows
    assert {("T6", "refs", "T4"), ("x2", "thing", "x1"), ("T1", "owns", "T2")} <= arrows
    (noted,) = [entry for entry in result if "meta" in entry]
    assert (noted["id"], noted["meta"]) == ("T1", {"text": ["Which one?"]})


def test_the_configuration_knows_all_that_the_tasks_have() -> None:
    root = Xml.fromstring(dict(FORMAT.write([sample()], SCHEME))["labelling.xml"])
    names = {one.get("name") for one in root.iter() if one.get("name")}
    result = files(sample())["predictions"][0]["result"]
    assert {entry["from_name"] for entry in result if "from_name" in entry} <= names
    values = {one.get("value") for one in root.iter() if one.tag in ("Label", "Relation")}
    said = [entry.get("labels") or entry["value"].get("labels", []) for entry in result]
    assert {label for labels in said for label in labels} <= values
    assert "Odd words" in values


def test_many_tasks_are_cut_into_files() -> None:
    several = [StandOff(doc_id=f"olm-{n}", text="Olm.") for n in range(1, 1002)]
    written = dict(FORMAT.write(several, SCHEME))
    assert list(written) == [*(f"tasks-000{n}.json" for n in (1, 2, 3)), "labelling.xml"]
    assert [len(json.loads(raw)) for raw in list(written.values())[:-1]] == [500, 500, 1]


@given(articles())
@law(60)
def test_what_a_push_writes_comes_back(article: Article) -> None:
    """Tasks of `dateline studio push`, exported by hand, are read with all that they carry."""
    meta, text, labels = article.meta, article.text, article.labels
    assert text is not None
    sent = task_of(meta, text, SCHEME, Purpose("pass"), {"someone": labels}, "0" * 64)
    found = read(json.loads(sent.raw))
    assert (found.doc_id, found.text) == (labels.doc_id, text)
    came, was = bare(to_document(found, SCHEME).document), bare(through(article))
    for layer in LAYERS:
        assert getattr(came, layer) == getattr(was, layer)
    used = {item.cluster for item in (*was.entities, *was.events)}
    assert came.clusters == {key: one for key, one in was.clusters.items() if key in used}


def test_what_is_changed_there_wins_over_our_aside() -> None:
    """A label, a fragment, an argument, a member and a note changed; a trigger deleted."""
    one = files(sample())
    result = one["predictions"][0]["result"]
    kept = []
    for entry in result:
        if "E2" in (entry.get("id"), entry.get("from_id"), entry.get("to_id")):
            continue
        if (entry.get("from_id"), entry.get("labels")) == ("x1", ["part"]):
            continue
        if entry["type"] == "labels" and entry["id"] == "x1":
            entry["value"]["labels"] = ["LOC"]
            entry["from_name"] = "entity"
        if entry.get("from_name") == "cluster-entities" and entry["id"] == "T4":
            entry["value"]["text"] = ["c1"]
        if entry.get("meta"):
            entry["meta"]["text"] = ["The one on the sea"]
        kept.append(entry)
    found = read(one | {"annotations": [{"result": kept}]})
    marks = {mark.id: mark for mark in found.marks}
    assert (marks["x1"].label, len(marks["x1"].spans)) == ("LOC", 1)
    assert marks["x1"].attributes == {"source text": "two\nlines"}
    assert marks["E1"].args == [Argument("actor", "T1"), Argument("witness", "T3")]
    assert [a.ref for a in marks["C1"].args] == ["T1", "T5", "T4"]
    assert marks["C1"].attributes == {"name": "Olm", "kb": "wd:Q42"}
    assert marks["x5"].attributes == {"text": "The one on the sea"}
    assert "E2" not in marks
    assert (found.annotator, found.status) == (None, None), "it was submitted by somebody"


def test_an_attribution_and_a_stance_drawn_there_need_no_aside() -> None:
    def drawn(key: str, control: str, label: str, words: str) -> dict[str, Any]:
        return region(key, label, words) | {"from_name": control}

    result = [
        drawn("p", "entity", "PERSON", "Tamsin Orlem"),
        drawn("q", "entity", "GPE", "Olm"),
        drawn("k", "attribution", "CONTENT", "Olm closed its harbour"),
        drawn("s", "attribution", "SOURCE", "Tamsin Orlem of Olm"),
        drawn("c", "attribution", "CUE", "said"),
        drawn("e", "event", "COERCE", "closed"),
        drawn("h", "stance", "EXPRESSION", "closed its harbour"),
        field("c", "quote-attributions", "choices", ["indirect"]),
        field("k", "source_form-attributions", "choices", ["named"]),
        field("h", "value-stances", "choices", ["against"]),
        field("h", "attitude-stances", "choices", ["intention"]),
        arrow("c", "k", "part"),
        arrow("c", "s", "part"),
        arrow("s", "p", "refs"),
        arrow("e", "q", "actor"),
        arrow("h", "q", "holder"),
        arrow("h", "e", "target"),
    ]
    brought = to_document(read(task(*result)), SCHEME)
    doc = brought.document
    assert doc.foreign == []
    (item,) = doc.attributions
    assert (item.cue, item.content, item.quote) == (
        place("said"),
        [place("Olm closed its harbour")],
        "indirect",
    )
    assert item.source is not None
    assert item.source.refs == [doc.entities[1].id]
    assert doc.events[0].arguments[0].role == "actor"
    assert (doc.stances[0].target, doc.stances[0].value) == (doc.events[0].id, "against")


ASIDES = [
    3,
    [],
    {"marks": [{"id": "", "kind": "span", "label": "x"}]},
    {"marks": [{"id": "x", "kind": "odd", "label": "x"}]},
    {"marks": [{"id": "x", "kind": "span", "label": "x", "spans": [{"start": 10**30, "end": 2}]}]},
    {"marks": [{"id": "a", "kind": "span", "label": "x"}] * 2},
    {"regions": {"a": {"parts": ["a", "b"]}, "b": {"parts": ["a"]}}},
    {"regions": {"a": {"id": "b", "args": [None, None], "spans": [], "label": "y"}}},
    {"clusters": {"C1": {"id": "a", "members": ["z"]}}, "notes": {"a": {"id": "b", "label": "x"}}},
    {"arrows": [{"id": "a", "source": "a", "target": "b", "label": "part", "attributes": {}}] * 2},
    {"annotator": {"id": "x", "kind": "alien"}},
]


@pytest.mark.parametrize("aside", ASIDES, ids=str)
def test_asides_under_our_name_that_are_not_ours(aside: Any) -> None:
    result = [
        region("a", "x", "Olm", meta={"text": "n"}),
        region("b", "x", "closed"),
        arrow("a", "b", "part"),
        arrow("b", "a", "part"),
        field("a", "cluster-entities", "textarea", ["C1"]),
    ]
    found = read(task(*result) | {"data": {"text": TEXT, "dateline": aside}})
    ids = [mark.id for mark in found.marks]
    assert len(set(ids)) == len(ids)
    to_document(found, SCHEME)


# ── Whatever a file holds


WORDS = st.sampled_from(["a", "b", "text", "C1", "part", "same", "refs", "entity", "event", "cue"])
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=4)
JUNK = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)
CONTROLS = st.sampled_from(
    ["entity", "event", "attribution", "stance", "other", "ner", "cluster-entities", "kb-entities"]
)
LABELS = st.sampled_from(["GPE", "COERCE", "SOURCE", "CUE", "CONTENT", "EXPRESSION", "x"])
KEYS = st.sampled_from(["a", "b", "c", "A1_cue", ""])
OFFSETS = st.integers(-2, 60) | JUNK
ENTRIES = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["labels", "hypertextlabels"]),
            "id": KEYS,
            "from_name": CONTROLS,
            "value": st.fixed_dictionaries(
                {"start": OFFSETS, "end": OFFSETS, "labels": st.lists(LABELS, max_size=2) | JUNK},
                optional={"text": WORDS, "globalOffsets": JUNK},
            ),
        },
        optional={"meta": JUNK, "score": JUNK},
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("relation"),
            "from_id": KEYS,
            "to_id": KEYS,
            "labels": st.lists(st.sampled_from(["part", "same", "refs", "actor", "x"]), max_size=2),
            "direction": st.sampled_from(["left", "right", "bi"]) | JUNK,
        }
    ),
    st.builds(
        field, KEYS, CONTROLS, st.sampled_from(["choices", "textarea", "taxonomy", "rating"]), JUNK
    ),
    JUNK,
)
RESULTS = st.lists(ENTRIES, max_size=8) | JUNK
SUBMITTED = st.lists(st.fixed_dictionaries({"result": RESULTS}) | JUNK, max_size=2)
DATA = st.fixed_dictionaries(
    {"text": texts() | st.text() | JUNK},
    optional={"dateline": JUNK | st.sampled_from(ASIDES), "carried": JUNK, "doc_id": JUNK},
)
TASKS = st.fixed_dictionaries(
    {"data": DATA | JUNK}, optional={"annotations": SUBMITTED, "predictions": SUBMITTED}
)


@given(TASKS | st.dictionaries(WORDS, JUNK) | JUNK)
@law(500)
def test_whatever_a_task_holds_there_is_no_other_error(record: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.json").write_bytes(json.dumps([record]).encode())
        try:
            (found,) = FORMAT.read(Path(folder), KNOWN)
        except DataError:
            return
    if not found.text:
        return
    adds_up(found)


@given(st.binary() | st.text().map(str.encode))
@law(200)
def test_whatever_the_bytes_there_is_no_other_error(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.json").write_bytes(raw)
        try:
            list(FORMAT.read(Path(folder), KNOWN))
        except DataError:
            return


@given(standoffs())
@law(60)
def test_marks_of_any_kind_are_read_again_from_what_was_submitted(standoff: StandOff) -> None:
    one = files(standoff)
    found = read(one | {"annotations": [{"id": 1, "result": one["predictions"][0]["result"]}]})
    assert found.marks == FORMAT.kept(standoff, SCHEME).marks


LONG = {
    "the same id": [region("a", f"x{n}", "Olm") for n in range(3)] * 10_000,
    "one field": [region("a", "x", "Olm"), *[field("a", "f", "choices", ["y"] * 2)] * 40_000],
    "arrows": [region("a", "x", "Olm"), *[arrow("a", "a", "part", "same", "z")] * 20_000],
    "ids": [dict(region("a", "x", "Olm"), value={"start": n, "end": n}) for n in range(20_000)],
}


@pytest.mark.parametrize("result", LONG.values(), ids=LONG)
def test_long_results_take_one_look(result: list[Any]) -> None:
    """They are read at once: to compare each entry with each other would take hours."""
    assert read(task(*result)).marks


@pytest.mark.parametrize("text", ["<" * 500_000, "<!--" * 200_000, "<p>" * 200_000, "&" * 500_000])
def test_pages_take_one_look(text: str) -> None:
    one = {"id": "a", "type": "hypertextlabels", "value": {"start": 0, "end": 2, "text": "zz"}}
    assert read(task(one, text=f"{text}zz")).marks
