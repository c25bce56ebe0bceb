"""Figures of agreement: passes in, coefficients, tables, intervals and reports out."""

from __future__ import annotations

import json as json_module
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from typer.testing import CliRunner

from dateline.agreement.figures import Report, agreement
from dateline.agreement.reports import html, json, text
from dateline.cli import app
from dateline.derived import Article
from dateline.records import Annotator, Document, canonical
from dateline.scheme import Scheme
from dateline.tree import Tree
from strategies import SCHEME, articles, law

replace = msgspec.structs.replace


def compared(tree: Tree, **passes: Document) -> Report:
    article = tree.article("mill-1")
    return agreement([("mill-1", article.text or "", True, passes)], tree.scheme, resamples=20)


@given(articles())
@law(30)
def test_a_pass_agrees_with_itself(article: Article) -> None:
    passes = {"a": article.labels, "b": article.labels}
    report = agreement([("x", article.text or "", True, passes)], SCHEME, resamples=3)
    for figure in report.figures:
        assert figure.value in (1, None), figure
    assert report.by_sentence == []
    assert report.by_article[0].cases == 0


def test_each_kind_of_difference_shows_in_its_figure(tree: Tree) -> None:
    doc = tree.article("mill-1").labels
    retyped = replace(doc, entities=[replace(doc.entities[0], type="LOC"), *doc.entities[1:]])
    report = compared(tree, a=doc, b=retyped)
    size = len(doc.entities)
    assert report.value("entities", "exact span") == 1
    assert report.value("entities", "exact span and type") == pytest.approx((size - 1) / size, 1e-3)
    assert report.value("entities", "exact span and type", "LOC") == 0
    assert (report.value("entities", "type kappa") or 0) < 1
    (table,) = [c for c in report.confusions if c.layer == "entities"]
    row, column = table.values.index("GPE"), table.values.index("LOC")
    assert table.table[row][column] == 1
    assert report.by_sentence[0].sentence == 1
    assert report.by_sentence[0].layers == {"entities": 1}

    unheard = replace(doc, attributions=doc.attributions[1:])
    report = compared(tree, a=doc, b=unheard)
    n = len(doc.attributions)
    assert report.value("attributions", "found") == pytest.approx(2 * (n - 1) / (2 * n - 1), 1e-3)
    assert (report.value("attributions", "token kappa") or 1) < 1
    assert report.value("entities", "exact span and type") == 1

    event = doc.events[1]
    poorer = replace(event, arguments=event.arguments[1:])
    report = compared(tree, a=doc, b=replace(doc, events=[doc.events[0], poorer, *doc.events[2:]]))
    of = sum(len(e.arguments) for e in doc.events)
    assert report.value("arguments", "all") == pytest.approx(2 * (of - 1) / (2 * of - 1), 1e-3)
    assert report.value("events", "exact span and type") == 1


def test_stances_are_found_by_expression_and_told_apart_by_value(tree: Tree) -> None:
    doc = tree.article("mill-1").labels
    assert doc.stances
    turned = replace(doc, stances=[replace(doc.stances[0], value="mixed"), *doc.stances[1:]])
    report = compared(tree, a=doc, b=turned)
    assert report.value("stances", "expression, target and holder") == 1
    assert (report.value("stances", "value kappa") or 0) < 1
    empty = compared(tree, a=doc, b=replace(doc, stances=[]))
    assert empty.value("stances", "exact expression") == 0
    assert empty.value("stances", "value kappa") is None


def test_any_number_of_annotators_and_missing_passes(tree: Tree) -> None:
    doc = tree.article("mill-1").labels
    text_of = tree.article("mill-1").text or ""
    poor = replace(doc, entities=doc.entities[:-3], events=[], attributions=[], stances=[])
    articles_ = [
        ("one", text_of, True, {"a": doc, "b": doc, "c": poor}),
        ("two", text_of, True, {"a": doc, "c": doc}),
        ("three", text_of, True, {"b": doc}),
    ]
    report = agreement(articles_, tree.scheme, resamples=10)
    assert report.articles == 2
    assert report.annotators == {"a": 2, "b": 1, "c": 2}
    both = report.value("events", "exact span")
    # The pairs a-b, a-c and b-c have F1 of 1, 2/3 (one article empty, one whole) and 0.
    assert both == pytest.approx((1 + 2 / 3 + 0) / 3, abs=1e-3)


def test_intervals_hold_the_value_and_repeat_with_the_seed(tree: Tree) -> None:
    doc = tree.article("mill-1").labels
    text_of = tree.article("mill-1").text or ""
    half = replace(doc, entities=doc.entities[:5], events=[], attributions=[], stances=[])
    passes = [
        ("x", text_of, True, {"a": doc, "b": doc}),
        ("y", text_of, True, {"a": doc, "b": half}),
    ]
    first, again = (agreement(passes, tree.scheme, resamples=200) for _ in range(2))
    assert first == again
    (figure,) = [f for f in first.figures if (f.layer, f.measure) == ("events", "exact span")]
    assert (figure.low, figure.high) == (0, 1)
    assert 0 < (figure.value or 0) < 1
    other = agreement(passes, tree.scheme, resamples=200, seed=1)
    assert [f.value for f in other.figures] == [f.value for f in first.figures]


def test_reports(tree: Tree, scheme: Scheme) -> None:
    doc = tree.article("mill-1").labels
    report = compared(tree, a=doc, b=replace(doc, entities=doc.entities[1:], stances=[]))
    printed = text(report, scheme, labels=True, worst=3)
    assert "Agreement on 1 articles: a (1), b (1)" in printed
    assert "mill-1 @1" in printed
    assert "PERSON" in printed
    assert "PERSON" not in text(report, scheme, labels=False, worst=3)
    again = msgspec.json.decode(json(report, worst=99).encode(), type=Report)
    assert again == report
    assert msgspec.json.decode(json(report, worst=0).encode(), type=Report).by_sentence == []
    page = html(report, scheme, worst=3)
    assert page.count("<svg") >= 5
    assert "<script" not in page
    assert "://" not in page.replace("http://www.w3.org", "")


def test_texts_that_are_not_ours_are_not_printed(tree: Tree, scheme: Scheme) -> None:
    doc = tree.article("away-1").labels
    article = tree.article("away-1")
    passes = {"a": doc, "b": replace(doc, events=[])}
    report = agreement([("away-1", article.text or "", False, passes)], tree.scheme, resamples=2)
    assert all(sentence.text is None for sentence in report.by_sentence)
    for printed in (text(report, scheme, labels=False, worst=9), html(report, scheme, worst=9)):
        assert "an external text" in printed
        assert "Brask" not in printed


def test_html_in_an_article_stays_words(tree: Tree, scheme: Scheme) -> None:
    doc = replace(tree.article("march-1").labels, entities=[], events=[])
    source = tree.article("march-1")
    passes = {"a": source.labels, "b": doc}
    hostile = f"<script>x</script> {source.text}"
    moved = {k: _moved(d, len("<script>x</script> ")) for k, d in passes.items()}
    report = agreement([("m", hostile, True, moved)], tree.scheme, resamples=2)
    page = html(report, scheme, worst=5)
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def _moved(doc: Document, by: int) -> Document:
    return replace(
        doc,
        entities=[replace(e, start=e.start + by, end=e.end + by) for e in doc.entities],
        events=[replace(e, start=e.start + by, end=e.end + by) for e in doc.events],
    )


def store(tree: Tree, name: str, doc: Document) -> None:
    path = tree.pass_path(name, doc.doc_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(canonical(replace(doc, annotator=Annotator(name, "model"))))


def test_the_command(tree: Tree, tmp_path: Path) -> None:
    doc = tree.article("mill-1").labels
    run = CliRunner()
    at = ["--root", str(tree.root), "--resamples", "10"]
    none = run.invoke(app, ["agree", *at])
    assert "an article with passes of two annotators" in str(none.exception)
    store(tree, "one", doc)
    store(tree, "two", replace(doc, events=doc.events[1:]))
    done = run.invoke(app, ["agree", *at])
    assert done.exit_code == 0, done.output
    assert "one (1), two (1)" in done.output
    found = json_module.loads(run.invoke(app, ["agree", "--format", "json", *at]).output)
    assert found["articles"] == 1
    page = tmp_path / "page.html"
    assert run.invoke(app, ["agree", "--format", "html", "--out", str(page), *at]).exit_code == 0
    assert page.read_text().startswith("<!doctype html>")
    wrong = run.invoke(app, ["agree", "--annotators", "one,three", *at])
    assert "three" in str(wrong.exception)
    assert run.invoke(app, ["agree", "--format", "pdf", *at]).exception is not None
