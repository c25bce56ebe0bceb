"""Pairing the items of two documents."""

from __future__ import annotations

import msgspec
from hypothesis import given

from dateline.derived import Article
from dateline.matching import Match, jaccard, pair, spans
from dateline.records import Document, Entity, Event, items
from dateline.tree import Tree
from strategies import articles, law

replace = msgspec.structs.replace


def mill(tree: Tree) -> Document:
    return tree.article("mill-1").labels


def test_jaccard_counts_code_points() -> None:
    assert jaccard([(0, 4)], [(2, 6)]) == 2 / 6
    assert jaccard([(0, 2), (8, 10)], [(0, 2)]) == 0.5
    assert jaccard([], []) == 0


def test_pair_takes_the_best_first_and_each_once() -> None:
    left = [Entity(id=f"T{n}", start=n, end=n + 1, type="GPE") for n in range(2)]
    right = [Entity(id="T7", start=0, end=1, type="GPE")]
    found = pair(left, right, lambda a, b: (float(a.start == 1),))
    assert [(a.id, b.id) for a, b in found.pairs] == [("T1", "T7")]
    assert [a.id for a in found.left] == ["T0"]
    assert found.right == []


@given(articles())
@law(60)
def test_a_document_matches_itself(article: Article) -> None:
    match = Match(article.labels, article.labels)
    twins = match.twins
    for _, _, item in items(article.labels):
        other = article.by_id[twins[item.id]]
        assert type(item) is type(other)
    assert all(a == b for a, b in match.clusters.items())


def test_two_casualties_on_one_word_are_told_apart_by_their_counts(tree: Tree) -> None:
    doc = mill(tree)
    counts = [e for e in doc.entities if e.type == "CARDINAL"]
    other = next(e for e in doc.entities if e.type == "DATE")
    killing = next(e for e in doc.events if e.type == "CASUALTY")
    role = type(killing.arguments[0])
    first = replace(killing, id="E21", arguments=[role("count", counts[0].id)])
    second = replace(killing, id="E22", arguments=[role("time", other.id)])
    left = replace(doc, events=[first, second])
    right = replace(doc, events=[replace(second, id="E31"), replace(first, id="E32")])
    assert {(a.id, b.id) for a, b in Match(left, right).events.pairs} == {
        ("E21", "E32"),
        ("E22", "E31"),
    }


def test_a_name_is_not_the_nominal_around_it(tree: Tree) -> None:
    doc = mill(tree)
    inner = next(e for e in doc.entities if e.id == "T4")  # Nestran, NORP
    outer = next(e for e in doc.entities if e.id == "T5")  # Nestran forces, ORG nominal
    match = Match(replace(doc, entities=[inner]), replace(doc, entities=[outer]))
    assert match.entities.pairs == []


def test_attributions_with_cues_apart_are_two(tree: Tree) -> None:
    doc = mill(tree)
    one = doc.attributions[0]
    assert one.cue is not None
    moved = replace(one, cue=replace(one.cue, start=one.cue.end + 1, end=one.cue.end + 4))
    assert (
        Match(
            replace(doc, attributions=[one]), replace(doc, attributions=[moved])
        ).attributions.pairs
        == []
    )
    without = replace(one, cue=None)
    assert Match(
        replace(doc, attributions=[one]), replace(doc, attributions=[without])
    ).attributions.pairs


def test_references_point_at_partners_and_their_clusters(tree: Tree) -> None:
    doc = mill(tree)
    renamed = replace(
        doc,
        entities=[replace(e, id=f"T9{e.id[1:]}") for e in doc.entities],
        events=[],
        attributions=[],
        stances=[],
    )
    match = Match(replace(doc, events=[], attributions=[], stances=[]), renamed)
    assert match.same("T1", "T91")
    assert not match.same("T1", "T92")
    assert match.coreferent("T1", "T92"), "two mentions of Dorrek"
    assert match.same("AUTHOR", "AUTHOR")
    assert not match.same("AUTHOR", "T91")


def test_spans_leaves_out_the_absent() -> None:
    event = Event(
        id="E1", start=1, end=2, type="AID", polarity="", certainty="", time="", arguments=[]
    )
    assert spans([None, event]) == [(1, 2)]
