"""CoNLL-2003 columns, as they should be and as they come."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dateline.cli import app
from dateline.errors import DataError, UsageError
from dateline.formats.conll2003 import FORMAT
from dateline.formats.conll2003.reading import COMMENT, MORE, NO_FORM, NO_TAG, UNSEEN
from dateline.formats.registry import Known
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from dateline.formats.tags import INSIDE
from dateline.formats.texts import LINE_ENDS, MARK
from dateline.records import Foreign, Span
from marks import read_as, reasons
from strategies import SCHEME, law

KNOWN = Known(SCHEME, {}.__getitem__)
FOUR = (
    "-DOCSTART- -X- O O\n\n"
    "Olm NNP B-NP B-LOC\nclosed VBD B-VP O\n. . O O\n\n"
    "Tamsin NNP B-NP B-PER\nOrlem NNP I-NP I-PER\nleft VBD B-VP O\n. . O O\n"
)


def read(raw: str | bytes, encoding: str = "utf-8") -> list[StandOff]:
    return read_as(FORMAT, "olm.conll", raw, KNOWN, encoding)


def only(raw: str | bytes) -> StandOff:
    (found,) = read(raw)
    return found


def words(found: StandOff) -> list[tuple[str, str]]:
    return [(m.label, found.text[m.spans[0].start : m.spans[0].end]) for m in found.marks]


def test_four_columns() -> None:
    found = only(FOUR)
    assert (found.doc_id, found.text) == ("olm", "Olm closed .\nTamsin Orlem left .")
    assert found.marks == [
        Foreign("T1", "span", "LOC", [Span(0, 3)]),
        Foreign("T2", "span", "PER", [Span(13, 25)]),
    ]
    assert [(n.reason, n.where) for n in found.notices] == [(MORE, "olm.conll line 3")]


@pytest.mark.parametrize("gap", [" ", "\t", "   "])
def test_two_columns_of_any_gap_and_no_docstart(gap: str) -> None:
    found = only(f"Olm{gap}B-GPE\nclosed{gap}O\n\n\n\nHinot{gap}I-GPE\n")
    assert found.text == "Olm closed\nHinot"
    assert words(found) == [("GPE", "Olm"), ("GPE", "Hinot")]


def test_a_tab_leaves_blanks_in_a_token() -> None:
    assert words(only("Port Olm\tB-GPE\n")) == [("GPE", "Port Olm")]


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        ("-DOCSTART- (7 Olm)", ["7 Olm", "7 Olm"]),
        ("-DOCSTART- -X- -X- O", ["olm", "olm-2"]),
        ("-DOCSTART-\tolm-9\tO", ["olm-9", "olm-9"]),
        ("-DOCSTART-", ["olm", "olm-2"]),
    ],
)
def test_articles_in_one_file(line: str, ids: list[str]) -> None:
    found = read(f"{line}\n\nOlm B-GPE\n\n{line}\n\nHinot B-GPE\n")
    assert [one.doc_id for one in found] == ids
    assert [one.text for one in found] == ["Olm", "Hinot"]


def test_comments_and_tokens_that_look_like_them() -> None:
    found = only("# newdoc id = olm-3\n# a remark on it\n# O\n1 O\n# not B\nx O\n")
    assert (found.doc_id, found.text) == ("olm-3", "# 1 # x")
    assert reasons(found) == [COMMENT, NO_FORM]


def test_faults_are_mended_and_named_with_their_lines() -> None:
    found = only("Olm B-GPE\nand O\nHinot I-GPE\n\nlone\nOrlem B\nx O\n")
    assert words(found) == [("GPE", "Olm"), ("GPE", "Hinot")]
    places = {notice.reason: notice.where for notice in found.notices}
    assert places == {
        INSIDE: "olm.conll line 3",
        NO_TAG: "olm.conll line 5",
        NO_FORM: "olm.conll line 6",
    }


def test_files_as_they_come() -> None:
    raw = ("\ufeff" + FOUR).replace("\n", "\r\n").encode()
    found = only(raw)
    assert (found.text, found.marks) == (only(FOUR).text, only(FOUR).marks)
    assert set(reasons(found)) == {MARK, LINE_ENDS, MORE}
    (latin,) = read("Café B-FAC\n".encode("latin-1"), "latin-1")
    assert latin.text == "Café"
    with pytest.raises(DataError, match="--encoding latin-1"):
        read("Café B-FAC\n".encode("latin-1"))
    composed = only("Cafe\u0301 O\nOlm B-GPE\n")
    assert words(composed) == [("GPE", "Olm")]
    for empty in ("", "\n\n", "-DOCSTART- -X- O O\n"):
        assert (only(empty).text, only(empty).marks) == ("", [])


def test_what_is_none_of_this_form() -> None:
    with pytest.raises(DataError, match=r"olm\.conll line 1: expected a token and its tag"):
        read("Olm closed its harbour.\nNobody came.\n")


def test_folders_files_and_what_is_neither(tmp_path: Path) -> None:
    (tmp_path / "b" / ".hidden").mkdir(parents=True)
    (tmp_path / "b" / ".hidden" / "x.conll").write_text("no")
    (tmp_path / "b" / "two.IOB").write_text("Olm B-GPE\n")
    (tmp_path / "one.txt").write_text("Olm B-GPE\n")
    (tmp_path / "notes.md").write_text("no")
    assert [one.doc_id for one in FORMAT.read(tmp_path, KNOWN)] == ["b/two", "one"]
    with pytest.raises(UsageError, match="expected a folder, or a file"):
        list(FORMAT.read(tmp_path / "nowhere", KNOWN))
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="expected a folder with"):
        list(FORMAT.read(tmp_path / "none", KNOWN))


def test_what_is_written() -> None:
    ((name, raw),) = FORMAT.write([sample()], SCHEME)
    assert name == "olm-1.conll"
    assert raw.decode().startswith("-DOCSTART- -X- O O\n\nOlm _ _ B-GPE\nclosed _ _ O\n")
    assert "PERSON" not in raw.decode(), "descriptions and pronouns are no names"


def test_the_longest_name_wins_and_foreign_spans_fill_what_is_free() -> None:
    def mark(key: str, label: str, start: int, end: int, **said: str) -> Foreign:
        return Foreign(key, "span", label, [Span(start, end)], [], said)

    text = "Olm Harbour Board met in Hinot today.\nIt rained."
    marks = [
        mark("T1", "GPE", 0, 3, mention="name"),
        mark("T2", "ORG", 0, 17, mention="name"),
        mark("T3", "odd one", 12, 24),
        mark("T4", "CONTENT", 0, 30),
        mark("T5", "GPE", 25, 29),
        mark("T6", "MISC", 30, 48),
    ]
    kept = FORMAT.kept(StandOff(doc_id="olm-1", text=text, marks=marks), SCHEME)
    assert kept.text == "Olm Harbour Board met in Hinot today .\nIt rained ."
    assert words(kept) == [("ORG", "Olm Harbour Board"), ("GPE", "Hinot"), ("MISC", "today .")]


def test_import_with_its_mapping(tree, tmp_path: Path) -> None:
    (tmp_path / "olm.conll").write_text(FOUR)
    options = ["--mapping", "conll2003", "--root", str(tree.root), "--out", str(tmp_path / "x")]
    result = CliRunner().invoke(app, ["import", "conll2003", str(tmp_path / "olm.conll"), *options])
    assert result.exit_code == 0, result.output
    assert "2 are items now" in result.output


PIECES = [
    *("Olm B-GPE\n", "x O\n", "-DOCSTART-", " (", ")", "# id = x\n", "\n", "\r", "\t", " ", "B-"),
    *("I-PER\n", "S-a\n", "\ufeff", "\0", "\u2028", "e\u0301 O\n", "\u0301 O\n", "# "),
]


def test_a_token_that_nobody_sees_keeps_its_place() -> None:
    (found,) = read(b"\0 B-GPE\nOlm O\n")
    assert (found.text, found.marks[0].spans) == ("\ufffd Olm", [Span(0, 1)])
    assert [notice.reason for notice in found.notices] == [UNSEEN]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4)).map("".join) | st.binary())
@example("\0 (Olm B-GPE\n")
@law(300)
def test_whatever_a_file_holds_there_is_no_other_error(raw: str | bytes) -> None:
    try:
        found = read(raw.encode(errors="replace") if isinstance(raw, str) else raw)
    except DataError:
        return
    for one in found:
        for mark in one.marks:
            assert 0 <= mark.spans[0].start < mark.spans[0].end <= len(one.text)
