"""`dateline score` and `dateline.score`, as one uses them: every form, bad labels, reports."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

import dateline
from conftest import REPOSITORY
from dateline.cli import app
from dateline.derived import Article
from dateline.errors import DataError, DatelineError, UsageError
from dateline.records import Document, canonical
from dateline.releases.build import build
from dateline.scoring.report import html
from dateline.scoring.report import text as report_text
from dateline.tree import Tree
from strategies import META
from test_cli import in_process

replace = msgspec.structs.replace
OPEN = ("march-1", "mill-1", "toll-1")


def run(tree: Tree, pred: object, *more: object, gold: object = None) -> str:
    """What the command prints; its expected error is raised as it is."""
    command = ["score", gold or tree.root, pred, *more, "--root", tree.root]
    result = CliRunner().invoke(app, [str(word) for word in command])
    if isinstance(result.exception, DatelineError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def figures(tree: Tree, pred: object, *more: object, gold: object = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(tree, pred, *more, "--format", "json", gold=gold))
    return found


def line(found: dict[str, Any], layer: str, measure: str, label: str = "") -> dict[str, Any]:
    wanted = (layer, measure, label, "")
    (one,) = [
        x for x in found["scores"] if (x["layer"], x["measure"], x["label"], x["part"]) == wanted
    ]
    return one


Change = Callable[[Document], Document]


def label_files(tree: Tree, change: Change = lambda doc: doc) -> Path:
    """The tree's own labels as predictions, in a folder of files."""
    folder = tree.root / "predicted"
    folder.mkdir(exist_ok=True)
    for doc_id in OPEN:
        (folder / f"{doc_id}.json").write_bytes(canonical(change(tree.article(doc_id).labels)))
    return folder


def without_events(doc: Document) -> Document:
    return replace(doc, events=[])


# ── Every form that labels may have


def all_right(found: dict[str, Any]) -> bool:
    return all(x["f1"] is None or x["f1"] == pytest.approx(1) for x in found["scores"])


def test_a_tree_its_build_and_its_label_files_score_1_against_each_other(tree: Tree) -> None:
    build(tree, tree.root / "build")
    for gold in (tree.root, "tree", tree.root / "build"):
        for pred in (tree.root, "tree", tree.root / "build", label_files(tree)):
            found = figures(tree, pred, gold=gold)
            assert found["articles"] == 3, "external ones are left out"
            assert all_right(found)


@pytest.mark.parametrize("form", ["brat", "quoted"])
def test_other_tools_forms_score_as_our_own(tree: Tree, form: str) -> None:
    out = tree.root / "out"
    for doc_id in OPEN:
        words = ["export", form, doc_id, "--out", str(out / doc_id), "--root", str(tree.root)]
        assert CliRunner().invoke(app, words).exit_code == 0
    flat = tree.root / "flat"
    flat.mkdir()
    for path in sorted(p for p in out.rglob("*") if p.is_file() and "report" not in p.name):
        (flat / path.name).write_bytes(path.read_bytes())
    found = figures(tree, flat, "--from", form)
    assert line(found, "entities", "exact")["f1"] == 1
    assert line(found, "arguments", "classified")["f1"] == 1
    assert line(found, "attributions", "exact")["f1"] == 1
    assert found["notes"] == []


def test_brat_files_with_what_no_document_can_hold(tree: Tree) -> None:
    folder = tree.root / "brat"
    folder.mkdir()
    text = tree.article("mill-1").text or ""
    (folder / "mill-1.txt").write_text(text + "\n", "utf-8")
    at = text.index("Dorrek")
    lines = [f"T1\tGPE {at} {at + 6}\tDorrek", f"T2\tCASTLE {at} {at + 6}\tDorrek"]
    (folder / "mill-1.ann").write_text("\n".join(lines) + "\n", "utf-8")
    found = figures(tree, folder, "--from", "brat")
    one = line(found, "entities", "exact")
    assert (one["right"], one["predicted"]) == (1, 2)
    assert line(found, "entities", "exact", "no document can hold it")["f1"] == 0
    notes = " ".join(found["notes"])
    assert "what no document can hold counts as wrong: entities 1" in notes
    assert "2 of 3 articles have no predictions" in notes


def test_a_system_as_good_in_part(tree: Tree) -> None:
    found = figures(tree, label_files(tree, without_events))
    assert line(found, "entities", "exact")["f1"] == 1
    assert line(found, "triggers", "exact")["f1"] == 0
    assert any("nothing was predicted of: arguments, triggers" in x for x in found["notes"])
    kinds = {(x["layer"], x["kind"]): x["count"] for x in found["mistakes"]}
    assert kinds["triggers", "not found"] == line(found, "triggers", "exact")["gold"]


def test_two_systems_side_by_side(tree: Tree) -> None:
    bad = label_files(tree, without_events)
    found = figures(tree, tree.root, "--against", bad)
    one = line(found, "triggers", "exact")
    assert (one["f1"], one["other"], one["difference"]) == (1, 0, 1)
    assert 0 < one["p"] <= 1
    assert line(found, "entities", "exact")["p"] == 1
    assert line(found, "links", "across articles, b_cubed", "events")["other"] == 0
    shown = run(tree, tree.root, "--against", bad)
    assert "Difference" in shown
    assert "the other system: nothing was predicted" in shown


def test_a_split_and_its_layers(tree: Tree) -> None:
    found = figures(tree, tree.root, "--split", "test", "--layers", "entities,stances")
    assert found["articles"] == 1
    assert {x["layer"] for x in found["scores"]} == {"entities", "stances"}
    assert any(x["part"].startswith("name: ") for x in found["scores"])
    assert found["notes"] == ["labels of 3 articles beside the scored ones were left out"] or (
        "beside the scored ones" in found["notes"][-1]
    )


# ── Reports


def test_the_text_tells_what_is_asked_for(tree: Tree) -> None:
    pred = label_files(tree, without_events)
    plain = run(tree, pred)
    assert "PERSON" not in plain
    assert "outlet: tests" not in plain
    assert "@" not in plain
    assert "exact, PERSON" in run(tree, pred, "--labels")
    assert "outlet: tests" in run(tree, pred, "--parts")
    shown = run(tree, pred, "--mistakes", "1")
    missed = sum(len(tree.article(doc_id).events) for doc_id in OPEN)
    assert f"triggers, not found: {missed}" in shown
    assert "\n    gold       " in shown
    assert run(tree, pred) == plain, "one seed, one report"


def test_a_page_has_all_figures_no_script_and_what_it_quotes_is_escaped() -> None:
    text = 'A <script>alert("x")</script> & more.'
    from scored import document, mentions

    doc = document(text, entities=mentions([(2, 10, "ORG")]))
    gold = Article(replace(META, outlet="<b>"), text, doc)
    found = dateline.score([gold], [replace(doc, entities=[])])
    shown = html(found, "<i>PRED</i>")
    assert "<script" not in shown
    assert "<i>" not in shown
    assert "<b>" not in shown
    assert "&lt;script&gt;" in shown
    assert "outlet: &lt;b&gt;" in shown
    assert "default-src 'none'" in shown


def test_words_of_external_articles_are_in_no_report(tree: Tree) -> None:
    away = tree.article("away-1")
    assert away.text is not None, "hydrated in tests"
    found = dateline.score([away], [replace(away.labels, entities=[])], root=tree.root)
    words = [w for w in (away.surface(e) for e in away.entities) if w and len(w) > 4]
    page = html(found, "t")
    shown = page + "\n".join(report_text(found, labels=True, parts=True, mistakes=99))
    assert words
    assert not [word for word in words if word in shown]
    assert "(an external text)" in page


def test_a_report_in_a_file(tree: Tree) -> None:
    out = tree.root / "scores.html"
    assert "scores of 3 articles" in run(tree, tree.root, "--format", "html", "--out", out)
    assert out.read_text("utf-8").startswith("<!doctype html>")


# ── In memory


def test_articles_and_documents_in_memory(tree: Tree) -> None:
    gold = [tree.article(doc_id) for doc_id in OPEN]
    found = dateline.score(gold, [article.labels for article in gold[::-1]], root=tree.root)
    assert (
        found.figure("entities", "exact") == found.figure("coreference", "conll", "entities") == 1
    )
    assert found.line("entities", "exact").low == 1
    part = dateline.score(gold, gold[:1], layers=["entities"], root=tree.root)
    assert part.line("entities", "exact").precision == 1
    assert (part.line("entities", "exact").recall or 0) < 1
    assert str(part).splitlines()[1] == "note: 2 of 3 articles have no predictions: all is missed"
    beside = dateline.score(gold[:1], gold, root=tree.root)
    assert beside.notes == ["labels of 2 articles beside the scored ones were left out"]


def test_a_generator_will_do(tree: Tree) -> None:
    gold = [tree.article(doc_id) for doc_id in OPEN]
    found = dateline.score(iter(gold), (a.labels for a in gold), root=tree.root)
    assert found.figure("stances", "value") == 1


# ── What is wrong with labels, and what is done about it


def bad(tree: Tree, **change: Any) -> Path:
    return label_files(tree, lambda doc: replace(doc, **change))


def test_labels_of_other_articles_are_counted_and_left_out(tree: Tree) -> None:
    folder = label_files(tree)
    doc = replace(tree.article("mill-1").labels, doc_id="elsewhere-1")
    (folder / "elsewhere-1.json").write_bytes(canonical(doc))
    found = figures(tree, folder)
    assert found["notes"] == ["labels of 1 article beside the scored ones were left out"]
    assert all_right(found)


def test_an_unknown_label_is_wrong_in_the_mean_too(tree: Tree) -> None:
    def change(doc: Document) -> Document:
        first, *rest = doc.entities
        return replace(doc, entities=[replace(first, type="CASTLE"), *rest])

    found = figures(tree, label_files(tree, change))
    assert line(found, "entities", "exact", "CASTLE")["f1"] == 0
    labels = [x for x in found["scores"] if x["layer"] == "entities" and x["measure"] == "exact"]
    each = [x["f1"] for x in labels if x["label"] not in ("", "macro") and not x["part"]]
    assert line(found, "entities", "exact", "macro")["f1"] == pytest.approx(sum(each) / len(each))


def test_spans_outside_the_text_are_wrong_and_noted(tree: Tree) -> None:
    def change(doc: Document) -> Document:
        first, *rest = doc.entities
        return replace(doc, entities=[replace(first, start=90_000, end=90_004), *rest])

    found = figures(tree, label_files(tree, change))
    one = line(found, "entities", "exact")
    assert (one["predicted"], one["gold"] - one["right"]) == (one["gold"], 3)
    assert "what no document can hold counts as wrong: entities 3" in found["notes"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text_sha256": "0" * 64}, "labels of the same text"),
        ({"scheme": "0.1"}, "labels of the scheme"),
        ({"doc_id": "mill-1"}, "twice"),
    ],
)
def test_labels_of_something_else_are_refused(tree: Tree, change: dict, said: str) -> None:
    with pytest.raises(DataError, match=said):
        run(tree, bad(tree, **change))


def test_an_id_twice_is_refused(tree: Tree) -> None:
    folder = label_files(tree, lambda doc: replace(doc, entities=[*doc.entities, doc.entities[0]]))
    with pytest.raises(DataError, match=r"'T[0-9]+' twice"):
        run(tree, folder)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe", b'{"doc_id": 1}', b"[" * 100_000])
def test_what_is_no_label_file_is_refused(tree: Tree, raw: bytes) -> None:
    path = tree.root / "broken.json"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=r"broken\.json"):
        run(tree, path)


def test_no_gold_article_is_an_error() -> None:
    with pytest.raises(DataError, match="one article or more"):
        dateline.score([], [])


@pytest.mark.parametrize(
    "words",
    [
        ["no/such/place"],
        [".", "--from", "brat2"],
        ["no/such/place", "--from", "brat"],
        [".", "--split", "dev"],
        [".", "--layers", "entities,words"],
        [".", "--layers", ""],
        [".", "--format", "xml"],
        [".", "--mapping", "re3d"],
    ],
)
def test_wrong_use_exits_2_and_writes_nothing(tree: Tree, words: list[str]) -> None:
    out = tree.root / "out.txt"
    place = [str(tree.root) if word == "." else word for word in words]
    done = in_process("score", tree.root, *place, "--out", out, "--root", tree.root)
    assert done.returncode == 2, done.stderr
    assert "expected" in done.stderr or "Usage" in done.stderr
    assert not out.exists()


def test_a_gold_that_is_none_exits_2(tree: Tree) -> None:
    done = in_process("score", "no/such/gold", tree.root, "--root", tree.root)
    assert done.returncode == 2


def test_an_empty_folder_exits_2_and_bad_labels_1(tree: Tree) -> None:
    empty = tree.root / "empty"
    empty.mkdir()
    assert in_process("score", tree.root, empty, "--root", tree.root).returncode == 2
    out = tree.root / "out.txt"
    folder = bad(tree, scheme="0.1")
    done = in_process("score", tree.root, folder, "--out", out, "--root", tree.root)
    assert (done.returncode, out.exists()) == (1, False)
    assert "labels of the scheme" in done.stderr


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"layers": []}, UsageError),
        ({"resamples": 0}, UsageError),
        ({"mistakes": -1}, UsageError),
        ({"split": "test"}, UsageError),
    ],
)
def test_options_in_memory(tree: Tree, options: dict, error: type[DatelineError]) -> None:
    gold = [tree.article("mill-1")]
    with pytest.raises(error):
        dateline.score(gold, gold, root=tree.root, **options)
    with pytest.raises(UsageError):
        dateline.score(gold, ["no document"], root=tree.root)  # type: ignore[list-item]
    with pytest.raises(DataError, match="twice"):
        dateline.score([*gold, *gold], gold, root=tree.root)


def test_the_output_in_the_readme_is_that_of_its_command() -> None:
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    blocks = re.findall(r"```bash\n(dateline score .*?)\n```\n```\n(.*?)```", readme, re.S)
    ((command, shown),) = blocks
    words = command.split()[1:]
    words[2] = str(REPOSITORY / words[2])
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert result.output.replace(f"{REPOSITORY}/", "") == shown


def test_the_page_on_scoring_names_every_layer_and_measure(tree: Tree) -> None:
    page = (REPOSITORY / "docs" / "scoring.md").read_text("utf-8")
    gold = [tree.article(doc_id) for doc_id in OPEN]
    found = dateline.score(gold, gold, root=tree.root)
    for one in found.lines:
        assert f"| {one.layer} |" in page
        name = one.measure.replace("found and source_form", "found and quote")
        known = (name, name.replace("exact and ", "… "), name.split(",")[0])
        assert any(f"`{word}" in page for word in known) or "found and" in name, one
