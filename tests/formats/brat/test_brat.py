"""brat's stand-off files, as they should be and as they come."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_folder
from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.formats.brat import FORMAT
from dateline.formats.brat.reading import marks_of
from dateline.formats.items import to_document
from dateline.formats.registry import Known
from dateline.formats.standoff import Notice, StandOff
from dateline.formats.table import sample
from dateline.records import Argument, Foreign, Span
from marks import adds_up, bare, reasons, round_trip, through
from strategies import SCHEME, articles, law, texts

KNOWN = Known(SCHEME, {}.__getitem__)
TEXT = "Olm closed its harbour,\nsaid Tamsin Orlem of Olm.\n"


def place(words: str) -> Span:
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


def bound(key: str, label: str, words: str) -> str:
    span = place(words)
    return f"{key}\t{label} {span.start} {span.end}\t{words}\n"


def read(ann: str, text: str = TEXT) -> StandOff:
    return marks_of(text, ann, "olm")


def only(ann: str, text: str = TEXT) -> Foreign:
    (mark,) = read(ann, text).marks
    return mark


def files(standoff: StandOff) -> dict[str, str]:
    return {name: raw.decode() for name, raw in FORMAT.write([standoff], SCHEME)}


# ── What the lines mean


def test_every_kind_of_line() -> None:
    ann = (
        bound("T1", "Town", "Olm")
        + bound("T2", "Person", "Tamsin Orlem")
        + bound("T3", "Shut", "closed")
        + "E1\tShut:T3 Who:T1 Who2:T2\n"
        + "R1\tLives_in Arg1:T2 Arg2:T1\n"
        + "*\tSame T1 T2\n"
        + "A1\tSure E1 very much\nA2\tSmall T1\nM1\tDoubted E1\n"
        + "N1\tReference T1 gaz:17\tOlm on Sea\n"
        + "#1\tAnnotatorNotes R1\twho says so?\n"
    )
    town, person, shut, lives, same, link, note = (
        {mark.id: mark for mark in read(ann).marks}[key]
        for key in ("T1", "T2", "E1", "R1", "*1", "N1", "#1")
    )
    assert town == Foreign("T1", "span", "Town", [place("Olm")], [], {"Small": "true"})
    assert person.spans == [place("Tamsin Orlem")]
    assert (shut.kind, shut.label, shut.spans) == ("event", "Shut", [place("closed")])
    assert shut.args == [Argument("Who", "T1"), Argument("Who", "T2")]
    assert shut.attributes == {"Sure": "very much", "Doubted": "true"}
    assert lives.args == [Argument("Arg1", "T2"), Argument("Arg2", "T1")]
    assert same.args == [Argument("member", "T1"), Argument("member", "T2")]
    assert link.args == [Argument("on", "T1")]
    assert link.attributes == {"kb": "gaz:17", "text": "Olm on Sea"}
    assert (note.args, note.attributes) == ([Argument("on", "R1")], {"text": "who says so?"})
    assert read(ann).notices == []


def test_fragments_and_labels_with_spaces() -> None:
    assert only("T1\tBig town 0 3;16 22\tOlm harbour\n") == Foreign(
        "T1", "span", "Big town", [Span(0, 3), Span(16, 22)]
    ), "the old way had no blank between, and TEXT has one more letter there"


def test_a_trigger_stands_for_its_event() -> None:
    ann = bound("T1", "Shut", "closed") + "E1\tShut:T1\nR1\tBy Arg1:T1 Arg2:T1\nA1\tSure T1\n"
    marks = {mark.id: mark for mark in read(ann).marks}
    assert set(marks) == {"E1", "R1"}
    assert marks["R1"].args == [Argument("Arg1", "E1"), Argument("Arg2", "E1")]
    assert marks["E1"].attributes == {"Sure": "true"}


def test_a_trigger_of_another_type_or_of_two_events_that_is_referred_to_stays() -> None:
    other = bound("T1", "Verb", "closed") + "E1\tShut:T1\n"
    assert [mark.id for mark in read(other).marks] == ["T1", "E1"]
    two = bound("T1", "Shut", "closed") + "E1\tShut:T1\nE2\tShut:T1\n"
    assert [mark.id for mark in read(two).marks] == ["E1", "E2"]
    assert [mark.id for mark in read(f"{two}A1\tSure T1\n").marks] == ["T1", "E1", "E2"]


# ── Files as they come


@pytest.mark.parametrize("counts_cr", [True, False])
@pytest.mark.parametrize("counts_bom", [True, False])
def test_offsets_count_carriage_returns_and_a_bom_or_not(counts_cr: bool, counts_bom: bool) -> None:
    raw = "\ufeff" + TEXT.replace("\n", "\r\n")
    counted = raw if counts_cr else raw.replace("\r\n", "\n")
    counted = counted if counts_bom else counted.removeprefix("\ufeff")
    start = counted.index("Tamsin")
    ann = f"T1\tPerson {start} {start + 6}\tTamsin\r\n"
    found = read(ann, raw)
    (mark,) = found.marks
    assert found.text == TEXT.rstrip("\n")
    assert found.text[mark.spans[0].start : mark.spans[0].end] == "Tamsin"
    assert "words that are not those at the offsets" not in reasons(found)


def test_words_that_are_not_those_at_the_offsets_are_named() -> None:
    found = read("T1\tTown 0 3\tSarn\n")
    assert found.notices == [Notice("words that are not those at the offsets", "olm.ann line 1")]
    assert found.marks[0].spans == [Span(0, 3)]


def test_an_annotation_broken_inside_its_words() -> None:
    words = "harbour,\nsaid Tamsin"
    found = read(bound("T1", "Odd", words) + bound("T2", "Town", "Olm"))
    assert [mark.spans for mark in found.marks] == [[place("Olm")], [place(words)]]
    assert found.notices == []


def test_a_span_over_a_line_end_is_one_again() -> None:
    first, second = place("harbour,"), place("said")
    ann = f"T1\tOdd {first.start} {first.end};{second.start} {second.end}\tharbour, said\n"
    assert only(ann).spans == [Span(first.start, second.end)]


def test_ids_that_stand_twice() -> None:
    found = read(bound("T1", "Town", "Olm") * 2 + bound("T1", "Person", "Tamsin Orlem"))
    assert [(mark.id, mark.label) for mark in found.marks] == [("T1", "Town"), ("T1~", "Person")]
    twice = ["the same line twice", "an id that stands twice, and is now another"]
    assert reasons(found) == twice


def test_what_is_no_line_of_brats_is_kept_and_counted() -> None:
    good = "".join(bound(f"T{n}", "Town", "Olm") for n in range(1, 4))
    found = read(f"{good}T9\tTown 3\nA1\tSure T77\n")
    assert reasons(found) == ["an attribute of nothing", "a line of no form that brat has"]
    assert found.marks[-1].attributes == {"text": "T9\tTown 3"}
    with pytest.raises(DataError, match=r"olm\.ann line 1: expected lines as brat writes them"):
        read("a\nb\nT1\tTown 0 3\tOlm\n")


def test_references_to_nothing_stay_as_they_are() -> None:
    (event,) = read("E1\tShut:T9 Who:T8\n").marks
    assert (event.spans, event.args) == ([], [Argument("Who", "T8")])


def test_folders_files_and_what_is_neither(tmp_path: Path) -> None:
    (tmp_path / "b" / ".hidden").mkdir(parents=True)
    (tmp_path / "b" / ".hidden" / "x.txt").write_text("no")
    (tmp_path / "b" / "two.txt").write_text(TEXT)
    (tmp_path / "one.txt").write_text(TEXT)
    (tmp_path / "one.ann").write_text(bound("T1", "Town", "Olm"))
    (tmp_path / "notes.md").write_text("no")
    found = list(FORMAT.read(tmp_path, KNOWN))
    assert [(one.doc_id, len(one.marks)) for one in found] == [("b/two", 0), ("one", 1)]
    (alone,) = FORMAT.read(tmp_path / "one.ann", KNOWN)
    assert alone.doc_id == "one"
    for name in ("notes.md", "nowhere"):
        with pytest.raises(UsageError, match="expected a folder"):
            list(FORMAT.read(tmp_path / name, KNOWN))
    (tmp_path / "lone.ann").write_text("")
    with pytest.raises(DataError, match=r"lone\.ann: expected its text"):
        list(FORMAT.read(tmp_path, KNOWN))


def test_an_empty_folder_and_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected a folder with"):
        list(FORMAT.read(tmp_path, KNOWN))
    (tmp_path / "a.txt").write_bytes("Café Olm".encode("latin-1"))
    (tmp_path / "a.ann").write_bytes("T1\tTown 0 4\tCafé\n".encode("latin-1"))
    with pytest.raises(DataError, match="--encoding latin-1"):
        list(FORMAT.read(tmp_path, KNOWN))
    (found,) = FORMAT.read(tmp_path, Known(SCHEME, KNOWN.text_of, "latin-1"))
    assert (found.text, found.notices) == ("Café Olm", [])


# ── Dateline's own labels


def test_what_is_written() -> None:
    written = files(sample())
    lines = written["olm-1.ann"].split("\n")
    assert "A1\tmention T1 name" in lines
    assert "*\tCLUSTER T1 T5" in lines
    assert "N1\tReference T1 wd:Q42\tOlm" in lines
    assert any(line.startswith("T6\tSOURCE ") for line in lines)
    (event,) = [line for line in lines if line.startswith("E1\t")]
    assert event.startswith("E1\tCOERCE:T")
    assert event.endswith(" actor:T1 topic:E2 witness:T3")
    conf = written["annotation.conf"]
    for part in ("[entities]", "[relations]", "[events]", "[attributes]"):
        assert conf.count(part) == 1
    assert "<REL-TYPE>:symmetric-transitive" in conf
    assert "mention\tArg:PERSON|NORP|" in conf
    assert "confidence\tArg:<ANY>, Value:0.7" in conf


def test_the_conf_has_every_label_of_the_scheme() -> None:
    conf = "\n" + files(StandOff(doc_id="olm-1", text="Olm."))["annotation.conf"]
    for label in (*SCHEME.labels("entities"), *SCHEME.labels("events"), "ATTRIBUTION", "STANCE"):
        assert f"\n{label}\n" in conf or f"\n{label}\t" in conf
    for role in SCHEME.roles():
        assert f"{role}*:" in conf


@given(articles())
@law(100)
def test_documents_come_back_through_brat(article: Article) -> None:
    def there_and_back(standoff: StandOff) -> StandOff:
        written = files(standoff)
        return marks_of(written["orlem-1.txt"], written["orlem-1.ann"], "orlem-1")

    assert through(article, there_and_back) == bare(through(article))


def test_what_is_changed_in_brat_wins_over_our_notes() -> None:
    """A type, an argument, an attribute and a fragment changed; an event and a cluster removed."""
    ann = files(sample())["olm-1.ann"].split("\n")
    changed = []
    for line in ann:
        if line.startswith(("E2\t", "#", "*")) and ("E2" in line.split("\t")[0]):
            continue
        line = line.replace("mention T2 nominal", "mention T2 name")
        line = line.replace("Odd_words ", "LOC ")
        line = line.replace(" topic:E2", "")
        changed.append(line)
    found = marks_of(sample().text, "\n".join(changed), "olm-1")
    marks = {mark.id: mark for mark in found.marks}
    assert marks["T2"].attributes == {"mention": "name"}
    assert (marks["x1"].label, marks["x1"].attributes) == ("LOC", {"source text": "two\nlines"})
    assert marks["E1"].args == [Argument("actor", "T1"), Argument("witness", "T3")]
    assert marks["A1"].label == "ATTRIBUTION"


def test_an_attribution_drawn_in_brat_needs_no_note() -> None:
    ann = (
        bound("T1", "CONTENT", "Olm closed its harbour")
        + bound("T2", "SOURCE", "Tamsin Orlem")
        + bound("T3", "ATTRIBUTION", "said")
        + "E1\tATTRIBUTION:T3 source:T2 content:T1\n"
        + "A1\tquote E1 indirect\nA2\tsource_form E1 named\n"
    )
    (item,) = to_document(read(ann), SCHEME).document.attributions
    assert (item.id, item.cue) == ("A1", place("said"))


NOTES = [
    "{}",
    "[]",
    "no JSON",
    '{"id": 3}',
    '{"spans": [[1]]}',
    '{"args": 5}',
    '{"mark": {"id": "T1", "kind": "span", "label": "x"}}',
    '{"group": "C1"}',
    '{"group": "C1", "alone": true}',
    '{"id": "T2", "label": "Big town", "attributes": {"a": "b"}}',
    "[" * 9999,
]


@pytest.mark.parametrize("note", NOTES)
def test_notes_under_our_name_that_are_not_ours(note: str) -> None:
    ann = bound("T1", "Town", "Olm") + bound("T2", "Person", "said") + f"#1\tDateline T1\t{note}\n"
    found = read(ann)
    ids = [mark.id for mark in found.marks]
    assert len(set(ids)) == len(ids) >= 2
    to_document(found, SCHEME)


PIECES = [
    *(bound(f"T{n}", "Town", words) for n, words in enumerate(["Olm", "its", "said Tamsin"], 1)),
    *("T1\t", "E1\t", "R1\t", "*\t", "A1\t", "N1\t", "#1\t", "\t", " ", "\n", "\r\n", ":", ";"),
    *("Town ", "0 3", "0 3;5 9", "9 3", "0 999", "T1", "E1", "Who:T1", "Who2:E1", "Olm", "\ufeff"),
    *("E1\tTown:T1 a:E1\n", "R1\tX a:T1 b:T2\n", "*\tX T1 T2\n", "A1\tM T1 x\n", "N1\tR T1 a:b\n"),
    *(f"#1\tDateline T1\t{note}\n" for note in NOTES[:-1]),
]


@given(st.just(TEXT) | texts() | st.text(), st.lists(st.sampled_from(PIECES) | st.text()))
@law(400)
def test_whatever_a_file_holds_there_is_no_other_error(text: str, pieces: list[str]) -> None:
    try:
        found = marks_of(text, "".join(pieces), "olm")
    except DataError:
        return
    if not found.text:
        return
    adds_up(found)
    named = msgspec.structs.replace(found, doc_id="olm-1", notices=[])
    written = files(named)
    assert marks_of(written["olm-1.txt"], written["olm-1.ann"], "olm-1") == named


LONG = {
    "fragments": "T1\tA " + "1 1;" * 200_000,
    "numbers": "T1\tA" + " 1" * 400_000,
    "colons": "E1\t" + ":" * 800_000,
    "arguments": "R1\tA" + " a:b" * 200_000 + " x",
    "values": "A1\t" + "\u2028" * 800_000,
    "blanks": "*\t" + " " * 800_000,
    "tabs": "\t" * 800_000,
}


@pytest.mark.parametrize("line", LONG.values(), ids=LONG)
def test_long_lines_take_one_look(line: str) -> None:
    """They are kept, at once: to look at each character twice over would take hours."""
    found = read(bound("T9", "Town", "Olm") + line)
    assert found.marks[0].id == "T9"
    assert {mark.attributes.get("text") for mark in found.marks[1:]} <= {line, None}


# ── A corpus that nobody here made


def test_the_tutorial_of_brat(tmp_path: Path) -> None:
    shared = shared_folder()
    folder = shared / "real" / "brat" / "tutorial-news" if shared else None
    if folder is None or not folder.is_dir():
        pytest.skip("brat's tutorial is not here: set DATELINE_SHARED to a folder with real/brat")
    found = list(FORMAT.read(folder, KNOWN))
    assert len(found) == len(list(folder.glob("*.txt")))
    assert [one for one in found if one.notices] == []
    counts = dict.fromkeys("TER*AN#", 0)
    for path in folder.glob("*.ann"):
        for line in path.read_text("utf-8").splitlines():
            counts[line[0]] += 1
    kinds = [mark.kind for one in found for mark in one.marks]
    assert kinds.count("event") == counts["E"]
    assert kinds.count("span") == counts["T"] - counts["E"], "each event has a trigger of its own"
    assert kinds.count("relation") == counts["R"]
    assert kinds.count("group") == counts["*"]
    assert kinds.count("note") == counts["N"] + counts["#"]
    assert (
        sum(len(mark.attributes) for one in found for mark in one.marks if mark.kind != "note")
        == (counts["A"])
    )
    named = [msgspec.structs.replace(one, doc_id=one.doc_id.replace("_", "-")) for one in found]
    assert round_trip(FORMAT, named, tmp_path) == [FORMAT.kept(one, SCHEME) for one in named]
