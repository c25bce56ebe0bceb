"""The views for trainers: made from the articles of any version, the same streamed or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas
import pytest
from hypothesis import given

import dateline
from conftest import REPOSITORY
from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.releases.build import build
from dateline.rows import batch_of, rows_from_batch
from dateline.training import MARKS, TRAINING, training_columns
from dateline.tree import Tree
from strategies import SCHEME, articles, law

Row = dict[str, Any]
every_view = pytest.mark.parametrize("view", TRAINING)


def rows_of(tree: Tree, view: str, doc_id: str = "mill-1") -> list[Row]:
    return list(TRAINING[view](tree.article(doc_id), tree.scheme))


def spans_of(tags: list[str]) -> list[tuple[str, int, int]]:
    """BIO tags as (label, first token, end), by the book."""
    found: list[tuple[str, int, int]] = []
    for number, tag in enumerate(tags):
        prefix, _, label = tag.partition("-")
        if prefix == "B":
            found.append((label, number, number + 1))
        elif prefix == "I":
            assert found[-1][0] == label
            assert found[-1][2] == number
            found[-1] = (label, found[-1][1], number + 1)
    return found


@every_view
@given(articles())
@law(60)
def test_rows_are_of_the_stated_columns(view: str, article: Article) -> None:
    kinds = training_columns(SCHEME)[view]
    rows = list(TRAINING[view](article, SCHEME))
    batch = batch_of(rows, kinds)
    assert list(rows_from_batch(batch)) == rows
    assert all(list(row) == list(kinds) for row in rows)


@given(articles())
@law(150)
def test_tags_are_the_shown_spans_cut_at_sentences(article: Article) -> None:
    units = article.units
    rows = list(TRAINING["tokens"](article, SCHEME))
    for layer, column in (
        ("entities", "entity_tags"),
        ("triggers", "trigger_tags"),
        ("attribution", "attribution_tags"),
    ):
        shown = [
            (span["label"], *units.tokens_of(span["start"], span["end"]))
            for row in rows
            for span in row["spans"]
            if span["layer"] == layer and span["in_tags"]
        ]
        wanted = sorted(
            (label, max(first, low), min(last, high))
            for label, first, last in shown
            for low, high in map(units.sentence_tokens, range(len(rows)))
            if max(first, low) < min(last, high)
        )
        tagged = sorted(
            (label, a + units.first_token[n], b + units.first_token[n])
            for n, row in enumerate(rows)
            for label, a, b in spans_of(row[column])
        )
        assert tagged == wanted


@given(articles())
@law(150)
def test_marks_taken_out_leave_the_context(article: Article) -> None:
    for row in TRAINING["pairs"](article, SCHEME):
        plain = row["marked"]
        if any(mark in (article.text or "") for pair in MARKS.values() for mark in pair):
            continue
        for opening, closing in MARKS.values():
            assert plain.count(opening) == plain.count(closing) <= 1
            plain = plain.replace(opening, "").replace(closing, "")
        assert plain == row["context"]["text"]


def test_the_words_of_a_stance_stand_in_its_marks(tree: Tree) -> None:
    found = 0
    for doc_id in ("mill-1", "toll-1", "march-1"):
        for row in rows_of(tree, "pairs", doc_id):
            opening, closing = MARKS["expression"]
            inner = row["marked"].split(opening)[1].split(closing)[0]
            for a, b in MARKS.values():
                inner = inner.replace(a, "").replace(b, "")
            assert inner == row["expression"]["text"]
            found += 1
    assert found


def test_arguments_by_tokens_of_sentence_and_article() -> None:
    tree = Tree(REPOSITORY)
    near = far = 0
    for doc_id in (key for key in tree.labelled()[:20] if tree.meta(key).tier == "open"):
        whole = [token for row in rows_of(tree, "tokens", doc_id) for token in row["tokens"]]
        for row in rows_of(tree, "arguments", doc_id):
            size = len(row["tokens"])
            assert whole[row["first_token"] : row["first_token"] + size] == row["tokens"]
            for one in row["arguments"]:
                words = whole[one["article_token_start"] : one["article_token_end"]]
                squeezed = "".join(words)
                assert "".join(one["text"].split()) in squeezed
                if one["token_start"] is None:
                    far += 1
                else:
                    near += 1
                    assert row["tokens"][one["token_start"] : one["token_end"]] == words
    assert near
    assert far


def test_clusters_hold_their_mentions(tree: Tree) -> None:
    article = tree.article("mill-1")
    rows = {row["cluster_id"]: row for row in rows_of(tree, "clusters")}
    for key, row in rows.items():
        members = {x.id for x in (*article.entities, *article.events) if x.cluster == key}
        assert {mention["id"] for mention in row["mentions"]} == members
        assert row["kb"] == article.clusters[key].kb


@every_view
def test_a_release_streams_what_it_loads(view: str) -> None:
    whole = dateline.load(view, "test", root=REPOSITORY)
    streamed = dateline.load(view, "test", streaming=True, root=REPOSITORY)
    assert streamed.features == whole.features
    assert list(streamed) == list(whole)
    assert str(streamed.info.version) == str(whole.info.version)
    table = dateline.load(view, "test", format="arrow", root=REPOSITORY)
    assert table.num_rows == len(whole) > 0
    assert set(dateline.load(view, root=REPOSITORY)) == {"train", "validation", "test"}


def test_old_versions_have_the_views_too() -> None:
    assert len(dateline.load("tokens", "train", version="0.1.0", root=REPOSITORY))


def test_external_articles_have_the_views(tree: Tree, tmp_path: Path) -> None:
    build(tree, tree.root / "build")
    found = dateline.load("clusters", "external", "tree", external=True, root=tree.root)
    assert len(found)


def test_text_units_of_another_package_are_refused(tree: Tree, monkeypatch: Any) -> None:
    build(tree, tree.root / "build")
    monkeypatch.setattr("dateline.loading.TOKENS", "dateline-tokens 2")
    with pytest.raises(DataError, match="dateline-tokens 2"):
        dateline.load("tokens", version="tree", root=tree.root)
    assert dateline.load("entities", version="tree", root=tree.root)


def test_a_near_miss_names_the_view(tree: Tree) -> None:
    with pytest.raises(UsageError, match="Did you mean tokens"):
        dateline.load("token", root=REPOSITORY)


def test_frames_have_labels_by_name_and_struct_fields_by_path() -> None:
    frame = dateline.frame("events", root=REPOSITORY)
    assert set(frame["split"]) == {"train", "validation", "test"}
    assert frame["trigger.text"].str.len().min() > 0
    assert set(frame["polarity"]) == {"positive", "negative"}
    assert frame["arguments"].iloc[0][0]["role"] in SCHEME.roles()
    one = dateline.frame("pairs", "test", root=REPOSITORY)
    assert isinstance(one, pandas.DataFrame)
    assert "split" not in one
    author = one[one["holder.ref"] == "AUTHOR"]
    assert author["holder.start"].isna().all()
    assert list(dateline.frame("clusters", "test", root=REPOSITORY)["kb"].dropna())
