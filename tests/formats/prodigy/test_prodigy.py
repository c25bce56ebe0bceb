"""Prodigy's tasks, as it writes them and as they come."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dateline.cli import app
from dateline.errors import DataError, UsageError
from dateline.formats import jsonl
from dateline.formats.items import to_document
from dateline.formats.prodigy import FORMAT
from dateline.formats.registry import Known
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from dateline.records import Argument, Foreign, Span
from dateline.tree import Tree
from junk import json_values
from marks import adds_up, reasons
from strategies import SCHEME, law

KNOWN = Known(SCHEME, {}.__getitem__)
TEXT = "Olm closed its harbour, said Tamsin Orlem."


def span(words: str, label: str | None, text: str = TEXT, **more: Any) -> dict[str, Any]:
    start = text.index(words)
    return {"start": start, "end": start + len(words), "label": label, **more}


def read(folder: Path, *lines: Any, name: str = "crowd.jsonl") -> list[StandOff]:
    """What is read of objects, or of lines that are none."""
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (folder / name).write_text("\n".join(written), "utf-8")
    return list(FORMAT.read(folder, KNOWN))


def task(standoff: StandOff | None = None) -> dict[str, Any]:
    """The task that a text is written as."""
    (_, raw), *_ = FORMAT.write([standoff or sample()], SCHEME)
    found: dict[str, Any] = json.loads(raw)
    return found


# ── Tasks of others


def test_spans_tokens_and_relations(tmp_path: Path) -> None:
    tokens = [{"text": "Olm", "start": 0, "end": 3, "id": 0, "ws": True}]
    town, person = span("Olm", "Town", token_start=0, token_end=0), span("Tamsin Orlem", "Person")
    one = {
        "text": TEXT,
        "tokens": tokens,
        "spans": [town, person | {"source": "patterns", "text": "Tamsin Orlem"}],
        "relations": [
            {"head": 5, "child": 0, "label": "mayor of", "head_span": person, "child_span": town}
        ],
        "_input_hash": 7,
        "_task_hash": -8,
        "_annotator_id": "crowd-ana",
        "answer": "accept",
        "meta": {"title": "Harbour", "score": 0.5},
    }
    (found,) = read(tmp_path, one)
    assert (found.doc_id, found.text) == ("crowd-1", TEXT)
    assert found.marks == [
        Foreign("T1", "span", "Town", [Span(0, 3)]),
        Foreign("T2", "span", "Person", [Span(29, 41)], [], {"source": "patterns"}),
        Foreign(
            "R1", "relation", "mayor of", [], [Argument("head", "T2"), Argument("child", "T1")]
        ),
        Foreign("#1", "note", "task", [], [], {"_annotator_id": "crowd-ana", "score": "0.5"}),
    ]
    assert found.meta == {"title": "Harbour"}
    assert found.annotator is None, "who a session stands for is not known here"
    assert found.notices == []


def test_relations_of_tokens_alone(tmp_path: Path) -> None:
    tokens = [
        {"text": TEXT[a:b], "start": a, "end": b, "id": n}
        for n, (a, b) in enumerate([(0, 3), (4, 10), (29, 35), (36, 41)])
    ]
    relations = [
        {"head": 1, "child": 0, "label": "nsubj"},
        {"head": 1, "child": 3, "label": "by"},
        {"head": 1, "child": 99, "label": "nowhere"},
    ]
    spans = [{"token_start": 2, "token_end": 3, "label": "Person"}]
    one = {"text": TEXT, "tokens": tokens, "spans": spans, "relations": relations}
    (found,) = read(tmp_path, one)
    by_id = {mark.id: mark for mark in found.marks}
    places = {key: mark.spans for key, mark in by_id.items() if mark.kind == "span"}
    person = next(key for key, mark in by_id.items() if mark.label == "Person")
    assert places[person] == [Span(29, 41)]
    assert {mark.label for mark in by_id.values()} >= {"token", "nsubj", "by", "nowhere"}
    (by,) = [mark for mark in by_id.values() if mark.label == "by"]
    assert by.args[1].ref == person, "a token stands for the span that it is in"
    assert reasons(found) == ["a relation that cannot be read"]


def test_what_was_rejected_or_ignored_is_left_out_and_counted(tmp_path: Path) -> None:
    answers = ["reject", "accept", "ignore", "maybe", ["accept"]]
    found = read(tmp_path, *({"text": TEXT, "answer": answer} for answer in answers))
    assert [one.doc_id for one in found] == ["crowd-2"]
    assert [(notice.reason, notice.where) for notice in found[0].notices] == [
        ("a task that was rejected", "crowd.jsonl line 1"),
        ("a task that was ignored", "crowd.jsonl line 3"),
        ("a task with an answer that Prodigy does not have", "crowd.jsonl line 4"),
        ("a task with an answer that Prodigy does not have", "crowd.jsonl line 5"),
    ]
    with pytest.raises(DataError, match=r"crowd\.jsonl line 1: expected a text, got a task that"):
        read(tmp_path, {"text": TEXT, "answer": "reject"})


def test_labels_of_whole_texts_and_choices_become_notes(tmp_path: Path) -> None:
    one = {"text": TEXT, "label": "PORTS", "accept": ["A", 2], "options": [{"id": "A"}]}
    notes = {(m.label, *m.attributes.values()) for m in read(tmp_path, one)[0].marks}
    assert notes == {("label", "PORTS"), ("accept", "A"), ("accept", "2"), ("task", '[{"id":"A"}]')}


def test_labels_of_the_scheme_are_taken_as_such(tmp_path: Path) -> None:
    """What is drawn in Prodigy with our labels needs nothing beside."""
    town, its, shut = span("Olm", "GPE"), span("its", "GPE"), span("closed", "COERCE")
    relations = [
        {"head_span": shut, "child_span": town, "label": "actor"},
        {"head_span": its, "child_span": town, "label": "CLUSTER"},
    ]
    (found,) = read(tmp_path, {"text": TEXT, "spans": [town, its, shut], "relations": relations})
    assert found.marks == [
        Foreign("T1", "span", "GPE", [Span(0, 3)]),
        Foreign("T2", "span", "GPE", [Span(11, 14)]),
        Foreign("E1", "event", "COERCE", [Span(4, 10)], [Argument("actor", "T1")]),
        Foreign("C1", "group", "CLUSTER", [], [Argument("member", "T1"), Argument("member", "T2")]),
    ]


@pytest.mark.parametrize(
    "odd",
    [
        {"start": 3},
        {"start": "0", "end": "3"},
        {"start": True, "end": 3},
        {"start": 0.5, "end": 3},
        {"start": 10**30, "end": 10**31},
        {"token_start": 0, "token_end": 9},
        "Olm",
        None,
        [0, 3, "GPE"],
    ],
)
def test_spans_that_are_none_are_named(tmp_path: Path, odd: object) -> None:
    (found,) = read(tmp_path, {"text": TEXT, "spans": [odd]})
    assert (found.marks, reasons(found)) == ([], ["a span that cannot be read"])


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 0), (0, 999), (5, 5)])
def test_spans_out_of_the_text_stay_as_they_are(tmp_path: Path, start: int, end: int) -> None:
    (found,) = read(tmp_path, {"text": TEXT, "spans": [{"start": start, "end": end}]})
    (mark,) = found.marks
    assert (mark.label, mark.spans) == ("span", [Span(start, end)])
    assert to_document(found, SCHEME).foreign == {"T1"}


def test_offsets_move_with_the_text_and_words_are_looked_at(tmp_path: Path) -> None:
    text = "\ufeffOlm\r\nclosed 👍 its harbour"
    spans = [span(words, "X", text) | {"text": words} for words in ("Olm", "closed", "its")]
    spans.append(span("its", "Y", text) | {"text": "her"})
    (found,) = read(tmp_path, {"text": text, "spans": spans})
    assert found.text == "Olm\nclosed 👍 its harbour"
    words = [found.text[m.spans[0].start : m.spans[0].end] for m in found.marks]
    assert words == ["Olm", "closed", "its", "its"]
    assert "words that are not those at the offsets" in reasons(found)


# ── Files as they come


def test_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".old").mkdir()
    (tmp_path / ".old" / "x.jsonl").write_text("no JSON")
    one = json.dumps({"text": TEXT})
    (tmp_path / "b" / "more.JSONL").write_bytes(f"\ufeff{one}\r\n\r\n{one}\r\n".encode())
    (tmp_path / "a.json").write_text(f"[\n {one},\n {one}]")
    found = list(FORMAT.read(tmp_path, KNOWN))
    assert [text.doc_id for text in found] == ["a-1", "a-2", "b/more-1", "b/more-3"]
    for name in ("b/none", "chk.txt"):
        with pytest.raises(UsageError, match="expected a folder, or a file"):
            list(FORMAT.read(tmp_path / name, KNOWN))
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="expected a folder with files"):
        list(FORMAT.read(tmp_path / "none", KNOWN))
    (tmp_path / "none" / "empty.jsonl").write_text("\n")
    assert list(FORMAT.read(tmp_path / "none", KNOWN)) == []


def test_other_encodings(tmp_path: Path) -> None:
    raw = json.dumps({"text": "Café Olm"}, ensure_ascii=False)
    for encoding in ("latin-1", "utf-16"):
        (tmp_path / "a.jsonl").write_bytes(f"{raw}\n{raw}".encode(encoding))
        with pytest.raises(DataError, match=r"a\.jsonl line 1"):
            list(FORMAT.read(tmp_path, KNOWN))
        found = list(FORMAT.read(tmp_path, Known(SCHEME, KNOWN.text_of, encoding)))
        assert [one.text for one in found] == ["Café Olm"] * 2
    for encoding in ("nothing", "hex", "\0"):
        with pytest.raises(DataError, match="--encoding"):
            list(FORMAT.read(tmp_path, Known(SCHEME, KNOWN.text_of, encoding)))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "Olm"', r"line 2: expected JSON"),
        ("[" * 99_999, r"expected JSON"),
        ('{"text": ' + "[" * 99_999, r"line 2: expected JSON, got JSON nested too deeply"),
        ("7", "line 2: expected an object, got int"),
        ('{"text": "' + "x" * 50 + '"}', "line 2: expected a line of at most 50 bytes"),
        ('{"n": ' + "9" * 5000 + "}", "line 2: expected JSON"),
    ],
)
def test_lines_that_are_none(
    tmp_path: Path, line: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "at most" in message:
        monkeypatch.setattr(jsonl, "LONGEST", 50)
    with pytest.raises(DataError, match=message):
        read(tmp_path, '{"text": "Olm."}', line)


def test_oddities_of_json_are_named(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        '{"text": "Olm.", "text": "Hinot."}',
        '{"text": "Olm \\ud83d.", "score": NaN}',
        '{"text": "a\\":b", "x" : 1}',
    )
    assert [one.text for one in found] == ["Hinot.", "Olm ?.", 'a":b']
    assert [len(one.notices) for one in found] == [1, 1, 0]


def test_long_files_are_read_line_by_line(tmp_path: Path) -> None:
    """No line is read before it is asked for: the second is broken, and the first comes."""
    (tmp_path / "a.jsonl").write_text('{"text": "Olm."}\n{"text": "Hinot."}\n{')
    found = FORMAT.read(tmp_path, KNOWN)
    assert next(found).text == "Olm."
    with pytest.raises(DataError, match="line 3"):
        list(found)


# ── Dateline's own labels


def test_what_is_written() -> None:
    found = task()
    assert found["text"] == sample().text
    assert "".join(t["text"] + " " * t["ws"] for t in found["tokens"]) == found["text"]
    by_label = {one["label"]: one for one in found["spans"]}
    assert set(by_label) >= {"GPE", "COERCE", "SOURCE", "CONTENT", "ATTRIBUTION", "STANCE"}
    for one in found["spans"]:
        first, last = found["tokens"][one["token_start"]], found["tokens"][one["token_end"]]
        assert (one["start"], one["end"]) == (first["start"], last["end"])
    drawn = {
        (r["head_span"]["label"], r["label"], r["child_span"]["label"]) for r in found["relations"]
    }
    assert drawn >= {
        ("COERCE", "actor", "GPE"),
        ("ATTRIBUTION", "source", "SOURCE"),
        ("STANCE", "holder", "PERSON"),
        ("GPE", "CLUSTER", "GPE"),
        ("GPE", "owns", "FAC"),
    }
    assert isinstance(found["dateline"], str)


def test_what_is_changed_in_prodigy_wins(tmp_path: Path) -> None:
    """A span relabelled, one moved, one gone, a role gone, a role and a mention new."""
    given_ = task()
    text = given_["text"]
    fac, mayor = span("its harbour", "FAC", text), span("the mayor", "PERSON", text)
    she, shut = span("she", "PERSON", text), span("closed", "COERCE", text)
    moved = span("mayor", "PERSON", text)

    def now(one: dict[str, Any]) -> dict[str, Any]:
        bare = {key: one[key] for key in ("start", "end", "label")}
        return {**bare, "label": "LOC"} if bare == fac else moved if bare == mayor else bare

    given_["spans"] = [now(one) for one in given_["spans"] if now(one) != she]
    given_["spans"].append(span("crime", "WEAPON", text))
    ends = ("head_span", "child_span")
    kept = [
        {key: now(one[key]) for key in ends} | {"label": one["label"]}
        for one in given_["relations"]
        if she not in [now(one[key]) for key in ends] and one["label"] != "topic"
    ]
    new = {"head_span": shut, "child_span": now(fac), "label": "place"}
    given_["relations"] = [*kept, new]
    (found,) = read(tmp_path, given_)
    marks = {mark.id: mark for mark in found.marks}
    assert (marks["T2"].label, marks["T2"].attributes) == ("LOC", {"mention": "nominal"})
    assert marks["T3"].spans == [Span(28, 33)]
    assert "T4" not in marks
    assert Argument("place", "T2") in marks["E1"].args
    assert Argument("topic", "E2") not in marks["E1"].args
    assert marks["E1"].attributes["mode"] == "restrict"
    assert marks["C1"] == next(mark for mark in sample().marks if mark.id == "C1")
    assert [a.ref for a in marks["C2"].args] == ["T3"], "of what it had only the mayor is left"
    assert marks["S1"].args == [Argument("target", "E1")]
    assert "WEAPON" in {mark.label for mark in found.marks}
    assert (found.doc_id, found.annotator, found.status) == ("olm-1", sample().annotator, "gold")


def test_members_of_clusters_that_go_and_come(tmp_path: Path) -> None:
    words = "Olm Orlem Hinot Sarn Tolm"
    ids = {f"T{n}": word for n, word in enumerate(words.split(), 1)}
    marks = [
        Foreign(key, "span", "GPE", [Span(words.index(w), words.index(w) + len(w))])
        for key, w in ids.items()
    ]
    args = [Argument("member", key) for key in ("T1", "T2", "T3", "T4")]
    group = Foreign("C7", "group", "CLUSTER", [], args, {"name": "Olm"})
    given_ = task(StandOff(doc_id="olm-1", text=words, marks=[*marks, group]))

    def clusters(spans: Any, relations: Any) -> dict[str, list[str]]:
        (found,) = read(tmp_path, given_ | {"spans": spans, "relations": relations})
        groups = [mark for mark in found.marks if mark.kind == "group"]
        return {mark.id: [a.ref for a in mark.args] for mark in groups}

    spans, links = given_["spans"], given_["relations"]
    orlem = next(one for one in spans if one["start"] == words.index("Orlem"))
    rest = [one for one in spans if one is not orlem]
    without = [link for link in links if orlem not in (link["head_span"], link["child_span"])]
    assert clusters(rest, without) == {"C7": ["T1", "T3", "T4"]}, "the others still belong together"
    cut = [link for link in links if link["head_span"]["start"] != words.index("Hinot")]
    assert clusters(spans, cut) == {"C7": ["T1", "T2"], "C8": ["T3", "T4"]}
    more = {"head_span": spans[4], "child_span": spans[0], "label": "CLUSTER"}
    assert clusters(spans, [*links, more]) == {"C7": ["T1", "T2", "T3", "T4", "T5"]}
    assert clusters(spans, []) == {"C7": ["T1"]}
    assert clusters([], []) == {}


@pytest.mark.parametrize(
    "beside", [None, 7, "", "{}", '{"id": "x"}', {"id": "olm-9", "text": "0"}, "[" * 9999]
)
def test_what_stands_under_our_name_and_is_not_ours(tmp_path: Path, beside: object) -> None:
    given_ = task() | {"dateline": beside}
    (found,) = read(tmp_path, given_)
    assert {mark.kind for mark in found.marks} <= {"span", "event", "relation", "group"}
    assert len(found.marks) > 10
    assert len(found.notices) == (beside is not None)


def test_a_text_that_was_changed_leaves_what_stood_beside(tmp_path: Path) -> None:
    (found,) = read(tmp_path, task() | {"text": "Olm opened its harbour, the mayor said."})
    assert reasons(found)[0].startswith("a text that was changed")
    assert found.doc_id == "olm-1"


def test_files_by_split_and_part(monkeypatch: pytest.MonkeyPatch) -> None:
    from dateline.formats import parting

    def some(split: str | None, count: int) -> list[StandOff]:
        meta = {"split": split} if split else {}
        return [StandOff(doc_id=f"olm-{n}", text="Olm.", meta=meta) for n in range(count)]

    def names(given_: list[StandOff]) -> list[str]:
        return [name for name, _ in FORMAT.write(given_, SCHEME)]

    assert names(some(None, 2)) == ["articles.jsonl"]
    assert names(some("../etc", 1)) == ["articles.jsonl"]
    assert names([*some("train", 2), *some("test", 1)]) == ["train.jsonl", "test.jsonl"]
    parts = names(some("train", parting._SIZE + 1))
    assert parts == ["train/0001.jsonl", "train/0002.jsonl"]
    assert names(some("train", parting._SIZE)) == ["train.jsonl"]


def test_an_export_knows_the_splits(tree: Tree, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    result = CliRunner().invoke(app, ["export", "prodigy", "--root", str(tree.root), "--out", out])
    assert result.exit_code == 0, result.output
    files = {path.name: path.read_text().count("\n") for path in (tmp_path / "out").iterdir()}
    assert files.pop("articles.jsonl", 0) < 2, "an external article is in no split"
    assert files == {"train.jsonl": 1, "validation.jsonl": 1, "test.jsonl": 1}
    (found,) = FORMAT.read(tmp_path / "out" / "test.jsonl", KNOWN)
    assert (found.doc_id, found.meta["split"]) == ("march-1", "test")


KEYS = ["text", "spans", "relations", "tokens", "meta", "dateline", "answer", "label", "_x"]
INNER = ["start", "end", "label", "head", "child", "head_span", "child_span", "token_start", "id"]


@given(st.lists(json_values(KEYS + INNER, TEXT), max_size=4))
@law(300)
def test_whatever_a_file_holds_there_is_no_other_error(lines: list[Any]) -> None:
    import tempfile

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
                assert read(Path(name), task(named)) == [named]


@given(st.binary(max_size=200))
@law(200)
def test_any_bytes(raw: bytes) -> None:
    import tempfile

    for encoding in ("utf-8", "utf-16", "utf-7"):
        with tempfile.TemporaryDirectory() as name:
            (Path(name) / "a.jsonl").write_bytes(raw)
            try:
                list(FORMAT.read(Path(name), Known(SCHEME, KNOWN.text_of, encoding)))
            except DataError:
                continue
