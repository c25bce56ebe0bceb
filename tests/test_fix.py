"""What is mended without judgement, what is left alone, and how `validate --fix` asks."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dateline.checks.catalogue import incident
from dateline.checks.fix import diff, fixes, trimmed
from dateline.checks.incident import Incident
from dateline.cli import app
from dateline.records import Document, canonical, decode, in_order, item_spans, items
from dateline.tree import Tree
from strategies import law


def labels(tree: Tree) -> Path:
    return tree.adjudicated_path("mill-1")


def found(tree: Tree, *codes: str) -> list[Incident]:
    where = tree.where(labels(tree))
    return [incident(code, f"{where} $.entities[0]", "x", "y", doc_id="mill-1") for code in codes]


def widened(tree: Tree) -> Document:
    """The labels of mill-1 with the blank after its second entity taken in; written to the tree."""
    doc = decode(labels(tree).read_bytes(), Document, "mill-1")
    text = tree.text(tree.meta("mill-1"))
    assert text is not None
    at = next(i for i, e in enumerate(doc.entities) if text[e.end].isspace())
    entities = list(doc.entities)
    entities[at] = msgspec.structs.replace(entities[at], end=entities[at].end + 1)
    doc = msgspec.structs.replace(doc, entities=entities)
    labels(tree).write_bytes(canonical(doc))
    return doc


def test_the_edge_moves_in_and_nothing_else_changes(tree: Tree) -> None:
    before = labels(tree).read_bytes()
    widened(tree)
    assert fixes(tree, found(tree, "DL303")) == {labels(tree): before}


def test_spans_of_all_layers_move(tree: Tree) -> None:
    text = tree.text(tree.meta("mill-1"))
    assert text is not None
    before = decode(labels(tree).read_bytes(), Document, "mill-1")
    raw = msgspec.to_builtins(before)

    def widen(value: object) -> None:
        if isinstance(value, list):
            for each in value:
                widen(each)
        if isinstance(value, dict):
            for each in value.values():
                widen(each)
            while "start" in value and value["start"] and text[value["start"] - 1].isspace():
                value["start"] -= 1

    widen([raw[layer] for layer in ("entities", "events", "attributions", "stances")])
    wide = msgspec.convert(raw, Document)
    assert wide != before
    labels(tree).write_bytes(canonical(wide))
    (new,) = fixes(tree, found(tree, "DL303")).values()
    assert new == canonical(before)


def test_canonical_form(tree: Tree) -> None:
    before = labels(tree).read_bytes()
    scrambled = json.loads(before)
    scrambled["entities"].reverse()
    labels(tree).write_text(json.dumps(scrambled))
    assert fixes(tree, found(tree, "DL202")) == {labels(tree): before}
    meta = tree.meta_path("mill-1")
    kept = meta.read_bytes()
    meta.write_text(json.dumps(json.loads(kept)))
    told = incident("DL202", tree.where(meta), "the canonical form", "another")
    assert fixes(tree, [told]) == {meta: kept}


def test_after_the_fix_the_canonical_order_holds(tree: Tree) -> None:
    widened(tree)
    (new,) = fixes(tree, found(tree, "DL303", "DL202")).values()
    doc = decode(new, Document, "new")
    assert canonical(doc) == new
    assert in_order(doc) == doc
    text = tree.text(tree.meta("mill-1")) or ""
    for _, _, item in items(doc):
        for _, span in item_spans(item):
            assert text[span.start : span.end] == text[span.start : span.end].strip()


@pytest.mark.parametrize("raw", [b"{", b'{"doc_id": "mill-1"}', b"\xff", b"[" * 100_000])
def test_what_cannot_be_read_is_left(tree: Tree, raw: bytes) -> None:
    labels(tree).write_bytes(raw)
    assert fixes(tree, found(tree, "DL202", "DL303")) == {}


def test_a_key_that_stands_twice_is_left(tree: Tree) -> None:
    raw = labels(tree).read_bytes().replace(b"{\n", b'{\n "doc_id": "mill-1",\n', 1)
    labels(tree).write_bytes(raw)
    assert fixes(tree, found(tree, "DL202")) == {}


def test_labels_of_another_text_keep_their_edges(tree: Tree) -> None:
    doc = msgspec.structs.replace(widened(tree), text_sha256="0" * 64)
    labels(tree).write_bytes(canonical(doc))
    assert fixes(tree, found(tree, "DL303")) == {}


def test_only_records_of_the_tree_are_written_anew(tree: Tree, tmp_path: Path) -> None:
    stray = tmp_path / "stray.json"
    stray.write_text("{}")
    for name in (str(stray), "../stray.json", "corpus/none.json", "annotations/none.json"):
        assert fixes(tree, [incident("DL202", name, "x", "y")]) == {}


def test_other_codes_are_left(tree: Tree) -> None:
    widened(tree)
    assert fixes(tree, found(tree, "DL301", "DL401", "DL102")) == {}


def test_stale_files_are_made_anew_where_that_can_be_told(tree: Tree) -> None:
    path = tree.root / "schema/generated/labelstudio.xml"
    fresh = path.read_bytes()
    path.write_text("<View/>")
    told = [incident("DL212", tree.where(path), "fresh", "stale")]
    assert fixes(tree, told) == {path: fresh}
    (tree.root / "schema/GUIDELINES.md").unlink()
    assert fixes(tree, told) == {}


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        (" Orlem ", (0, 7), (1, 6)),
        ("a \n\t b", (1, 5), (1, 5)),
        ("\u00a0Orlem\u2003", (0, 7), (1, 6)),
        (" \u0301x ", (0, 4), (0, 3)),
        ("Orlem", (0, 9), (0, 9)),
        ("Orlem", (3, 2), (3, 2)),
    ],
)
def test_edges(text: str, span: tuple[int, int], expected: tuple[int, int]) -> None:
    assert trimmed(text, *span) == expected


@law()
@given(st.text(st.sampled_from(" \n\u00a0ab\u0301😀\u200d")), st.integers(), st.integers())
def test_a_trimmed_span_holds_all_that_is_visible(text: str, a: int, b: int) -> None:
    start, end = sorted((a % (len(text) + 1), b % (len(text) + 1)))
    first, last = trimmed(text, start, end)
    assert start <= first <= last <= end
    assert text[start:first].isspace() or start == first
    assert text[last:end].isspace() or last == end
    assert trimmed(text, first, last) == (first, last)


def test_the_difference_is_a_unified_diff() -> None:
    assert diff(b"a\nb\n", b"a\nc", "x.json").splitlines() == [
        "--- a/x.json",
        "+++ b/x.json",
        "@@ -1,2 +1,2 @@",
        " a",
        "-b",
        "+c",
        "\\ No newline at end of file",
    ]
    assert diff(b"a\xff\n", b"a\xff\n", "x") == ""


# ── The command


def validate(tree: Tree, *arguments: str, say: str = "") -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["validate", "--root", str(tree.root), *arguments], input=say)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout, done.stderr


def test_fix_shows_asks_and_mends(tree: Tree) -> None:
    before = labels(tree).read_bytes()
    widened(tree)
    wide = labels(tree).read_bytes()
    code, shown, said = validate(tree, "--fix", say="n\n")
    assert code == 1
    assert " DL303 " in shown
    assert "+++ b/annotations/adjudicated/mill-1.json" in said
    assert labels(tree).read_bytes() == wide, "the answer was no"
    code, shown, said = validate(tree, "--fix", say="y\n")
    assert (code, labels(tree).read_bytes()) == (0, before)
    assert "DL303" not in shown
    assert "mended 1 file" in said


def test_fix_without_asking_and_without_anything_to_do(tree: Tree) -> None:
    widened(tree)
    assert validate(tree, "--fix", "--yes")[0] == 0
    assert "nothing that --fix could mend" in validate(tree, "--fix")[2]


def test_reports_go_to_a_file_or_out(tree: Tree, tmp_path: Path) -> None:
    widened(tree)
    out = tmp_path / "report.html"
    code, shown, _ = validate(tree, "--format", "html", "--out", str(out))
    assert code == 1
    assert shown.startswith(f"wrote {out}: 1 error, ")
    assert "<mark>" in out.read_text(encoding="utf-8")
    sarif = json.loads(validate(tree, "--format", "sarif", "--select", "dl303")[1])
    assert [r["ruleId"] for r in sarif["runs"][0]["results"]] == ["DL303"]


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (["--select", "DL3"], {"DL303"}),
        (["--level", "3"], {"DL303"}),
        (["--level", "2"], set()),
        (["--ignore", "DL303", "--level", "error"], set()),
        (["--level", "error"], {"DL303"}),
    ],
)
def test_selections(tree: Tree, arguments: list[str], codes: set[str]) -> None:
    widened(tree)
    code, shown, _ = validate(tree, "--format", "json", *arguments)
    assert {i["code"] for i in json.loads(shown)} == codes
    assert code == (1 if codes else 0)


def test_explain_says_what_a_code_means(tree: Tree) -> None:
    code, shown, _ = validate(tree, "--explain", "dl301")
    assert code == 0
    assert shown.startswith("DL301: a span outside the text\nlevel 3 (spans), error\n")
    assert "Hidden by: DL304" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--explain", "DL33"], "Near it: DL3"),
        (["--select", "DL9"], "--select: expected a code of the catalogue, got 'DL9'"),
        (["--level", "3", "--select", "DL1"], "--select: expected codes of level 3"),
        (["--level", "grave"], "--level: expected error, warning, or a number"),
        (["--format", "xml"], "--format: expected one of text, json, sarif, html"),
    ],
)
def test_wrong_use(tree: Tree, arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["validate", "--root", str(tree.root), *arguments])
    assert message in str(done.exception)
    assert getattr(done.exception, "exit_code", None) == 2
