"""The rows of each config."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dateline.derived import Article
from dateline.documents import article_from_row
from dateline.records import Entity
from dateline.tree import Tree
from dateline.views import VIEWS, flat_mentions

Row = dict[str, Any]


def rows_of(tree: Tree, config: str, doc_id: str = "mill-1") -> list[Row]:
    return list(VIEWS[config](tree.article(doc_id), tree.scheme))


@pytest.mark.parametrize("doc_id", ["mill-1", "toll-1", "march-1"])
def test_documents_row_holds_the_whole_article(tree: Tree, doc_id: str) -> None:
    article = tree.article(doc_id)
    (row,) = VIEWS["documents"](article, tree.scheme)
    again = article_from_row(row)
    assert (again.meta, again.text, again.labels) == (article.meta, article.text, article.labels)


def test_external_row_has_no_words(tree: Tree) -> None:
    article = tree.article("away-1")
    (row,) = VIEWS["external"](article, tree.scheme)
    assert "text" not in row
    assert "sentences" not in row
    again = article_from_row(row)
    assert again.text is None
    assert again.labels == article.labels


def test_tokens_and_tags_of_a_sentence(tree: Tree) -> None:
    row = rows_of(tree, "entities")[1]
    assert row["tokens"][:6] == ["DORREK", ",", "March", "4", "–", "Nestran"]
    assert row["tags"][:6] == ["B-GPE", "O", "B-DATE", "I-DATE", "O", "B-NORP"]
    text = tree.article("mill-1").text or ""
    spans = zip(row["token_starts"], row["token_ends"], strict=True)
    assert [text[a:b] for a, b in spans] == row["tokens"]


def test_tags_show_names_and_values_only(tree: Tree) -> None:
    mentions = {m["id"]: m for row in rows_of(tree, "entities") for m in row["mentions"]}
    assert mentions["T1"]["in_tags"]
    assert not mentions["T5"]["in_tags"], "a nominal is a span beside the tags"
    assert mentions["T10"]["in_tags"], "the longest name wins …"
    assert not mentions["T11"]["in_tags"], "… over the name inside it"
    assert mentions["T10"]["kb"] == "dl:relief"


def test_a_span_that_cuts_a_token_takes_the_token(tree: Tree) -> None:
    row = next(r for r in rows_of(tree, "events") if r["event_id"] == "E6")
    assert row["trigger"]["text"] == "talks"
    start, end = row["trigger"]["token_start"], row["trigger"]["token_end"]
    sentence = rows_of(tree, "entities")[row["sentence_id"]]
    assert sentence["tokens"][start:end] == ["talksin"]


def test_event_row_resolves_its_arguments(tree: Tree) -> None:
    row = next(r for r in rows_of(tree, "events") if r["event_id"] == "E5")
    assert (row["type"], row["mode"], row["quad"]) == ("REQUEST", "meet", "VERBAL CONFLICT")
    found = {a["role"]: (a["text"], a["type"], a["in_sentence"]) for a in row["arguments"]}
    assert found == {
        "actor": ("Defence Ministry", "ORG", True),
        "recipient": ("the rebels", "PERSON", True),
        "topic": ("talks", "CONSULT", True),
    }


def test_events_know_the_attribution_that_reports_them(tree: Tree) -> None:
    found = {row["event_id"]: row["reported_in"] for row in rows_of(tree, "events")}
    assert found == {
        "E1": None,
        "E2": "A1",
        "E3": "A1",
        "E4": "A3",
        "E5": None,
        "E6": "A4",
        "E7": "A6",
        "E8": "A5",
    }


def test_attribution_row_has_fragments_nesting_and_tags(tree: Tree) -> None:
    found = {row["attribution_id"]: row for row in rows_of(tree, "attribution")}
    assert [part["text"] for part in found["A2"]["content"]] == [
        "“We carried them out,”",
        "“and nobody came.”",
    ]
    assert found["A2"]["tags"].count("B-CONTENT") == 2
    assert (found["A6"]["nested_in"], found["A6"]["depth"]) == ("A5", 1)
    assert found["A3"]["polarity"] == "negative"
    assert found["A1"]["source"]["refs"][0]["text"] == "Nestran Relief Committee"


def test_the_articles_own_stance_has_a_holder_without_words(tree: Tree) -> None:
    own = next(row for row in rows_of(tree, "stance") if row["holder"]["ref"] == "AUTHOR")
    assert own["holder"]["text"] is None
    assert own["target"]["text"] == "the terror group"
    assert (own["value"], own["explicit"], own["grounded_in"]) == ("against", "no", "A6")


def test_equally_long_names_on_one_token_go_by_start_then_id(tree: Tree) -> None:
    article = tree.article("toll-1")
    twin = Entity(id="T10", start=19, end=23, type="ORG", mention="name")
    first = Entity(id="T9", start=19, end=23, type="GPE", mention="name")
    labels = msgspec.structs.replace(article.labels, entities=[twin, first])
    flat = flat_mentions(Article(article.meta, article.text, labels), tree.scheme)
    assert list(flat) == ["T9"]
