"""Sides, slices, links, mistakes and what cannot stand, on small labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.derived import Article
from dateline.errors import DataError
from dateline.records import Argument, Cluster, Document, Span
from dateline.scoring.links import Across
from dateline.scoring.mistakes import KINDS, mistakes
from dateline.scoring.sides import MAIN, Sides
from dateline.scoring.slices import names_in
from dateline.scoring.sound import held
from scored import WORDS, document, happenings, mentions, over, replace, scored, sides
from strategies import articles, documents, law

BOTH = articles().flatmap(lambda a: st.tuples(st.just(a), documents(a.text or "")))


# ── What cannot stand over the text


@pytest.mark.parametrize("span", [(-3, 2), (60, 99), (9, 9), (9, 5)])
def test_words_outside_the_text_count_as_wrong(span: tuple[int, int]) -> None:
    good = [(0, 3, "ORG")]
    gold = over(document(entities=mentions(good), events=happenings([(4, 7, "AID")])))
    said = document(
        entities=mentions([*good, (*span, "ORG")]),
        events=happenings([(4, 7, "AID"), (*span, "AID")], arguments=[Argument("actor", "T2")]),
    )
    article, wrong = held(gold, said)
    assert wrong == {"entities": 1, "triggers": 1, "arguments": 1}
    assert [len(article.entities), len(article.events)] == [1, 1]
    found = scored(gold, said)
    assert found.line("entities", "exact").precision == 0.5
    assert found.line("triggers", "exact").precision == 0.5
    assert found.line("arguments", "classified").predicted == 2


def test_an_attribution_without_words_counts_as_wrong() -> None:
    from test_layers import said_by

    good = said_by("A1", None, Span(4, 7), Span(8, 13))
    gold = over(document(attributions=[good]))
    for bad in (said_by("A2", None, None), said_by("A2", None, Span(7, 4), Span(8, 13))):
        found = scored(gold, document(attributions=[good, bad]))
        for measure, label in (("exact", ""), ("found", ""), ("exact", "content")):
            assert found.line("attributions", measure, label).precision == 0.5
        tokens = found.line("attributions", "tokens", "content")
        assert tokens.predicted == tokens.gold + 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text_sha256": "0" * 64}, "labels of the same text"),
        ({"scheme": "9.9"}, "labels of the scheme"),
        ({"entities": mentions([(0, 3, "ORG")]) * 2}, "each id once"),
    ],
)
def test_labels_of_something_else_are_an_error(change: dict, said: str) -> None:
    with pytest.raises(DataError, match=said):
        scored(over(document()), replace(document(), **change))


def test_gold_that_cannot_stand_is_an_error() -> None:
    twice = mentions([(0, 3, "ORG")]) * 2
    for entities in (mentions([(50, 99, "ORG")]), twice):
        with pytest.raises(DataError, match="gold items with words"):
            scored(over(document(entities=entities)), document())


# ── Slices


@given(BOTH, st.booleans())
@law()
def test_the_slices_of_one_kind_add_up_to_the_whole(
    both: tuple[Article, Document], known: bool
) -> None:
    gold, said = both
    seen = frozenset(names_in(gold)) if known else frozenset()
    found = scored(gold, said, seen=seen)
    for layer, measure in MAIN.items():
        whole = found.line(layer, measure)
        kinds = ["outlet", "genre", "sentence", "quote"]
        kinds += ["nesting"] if layer in ("entities", "attributions") else []
        for kind in kinds:
            parts = [x for x in found.lines if (x.layer, x.part.split(":")[0]) == (layer, kind)]
            for sum_ in ("right", "predicted", "found", "gold"):
                total = sum(getattr(part, sum_) for part in parts)
                assert total == getattr(whole, sum_), (layer, kind, sum_)
    names = [x for x in found.lines if x.part.startswith("name:")]
    assert sum(x.gold for x in names) == sum(e.mention == "name" for e in gold.entities)


def test_names_are_seen_or_not_whatever_their_letters() -> None:
    gold = over(document(entities=mentions([(0, 3, "ORG"), (4, 7, "ORG")])))
    found = scored(gold, gold.labels, seen=frozenset({"one"}))
    assert {x.part: x.gold for x in found.lines if x.part.startswith("name:")} == {
        "name: seen in training": 1,
        "name: unseen in training": 1,
    }


def test_slices_by_hand() -> None:
    from test_layers import said_by

    nested = [(0, 7, "ORG"), (4, 7, "GPE"), (20, 24, "GPE")]
    one = said_by("A1", None, None, Span(0, 13))
    gold = over(document(entities=mentions(nested), attributions=[one]))
    parts = {x.part: x.gold for x in scored(gold, gold.labels).lines if x.layer == "entities"}
    assert parts["nesting: nested"] == 1
    assert parts["quote: indirect"] == 2
    assert parts["quote: not in an attribution"] == 1
    assert parts["outlet: tests"] == parts["genre: spot"] == parts["sentence: up to 15 tokens"] == 3


# ── Links


def linked(names: dict[str, str | None], clusters: list[str | None]) -> Document:
    spans = [(0, 3, "ORG"), (4, 7, "ORG"), (8, 13, "ORG"), (15, 19, "ORG")]
    each = {key: Cluster(kb=kb) for key, kb in names.items()}
    return document(entities=mentions(spans[: len(clusters)], clusters), clusters=each)


def test_a_link_is_a_span_with_an_id_and_nil_is_none() -> None:
    gold = over(linked({"C1": "wd:Q1", "C2": "NIL"}, ["C1", "C1", "C2"]))
    said = linked({"C1": "wd:Q1", "C2": "wd:Q2"}, ["C1", "C2", "C2"])
    line = scored(gold, said).line("links", "exact", "entities")
    assert (line.right, line.predicted, line.gold) == (1, 3, 2)


def across(pairs: list[tuple[Document, Document]]) -> float | None:
    found = Across()
    for gold, said in pairs:
        found.add(sides(gold, said), "entities")
    return found.f1()


def test_across_articles_the_ids_may_have_any_names() -> None:
    one, two = linked({"C1": "wd:Q1"}, ["C1"]), linked({"C5": "wd:Q1"}, ["C5"])
    own = [linked({"C1": "mine"}, ["C1"]), linked({"C1": "mine"}, ["C1"])]
    apart = [linked({"C1": "wd:Q1"}, ["C1"]), linked({"C1": "wd:Q2"}, ["C1"])]
    none = [linked({"wd:Q1": None}, ["wd:Q1"]), linked({"wd:Q1": None}, ["wd:Q1"])]
    assert across([(one, one), (two, two)]) == 1
    assert across(list(zip((one, two), own, strict=True))) == 1
    # Recall: each of the two mentions finds half of its cluster; precision is whole.
    assert across(list(zip((one, two), apart, strict=True))) == pytest.approx(2 / 3)
    same = "a cluster's own name links nothing, whatever it looks like"
    assert across(list(zip((one, two), none, strict=True))) == pytest.approx(2 / 3), same
    assert across([]) is None


# ── Mistakes


def test_every_kind_of_mistake() -> None:
    spans = [(0, 3, "ORG"), (4, 7, "ORG"), (8, 13, "ORG"), (15, 19, "ORG")]
    gold = over(document(entities=mentions(spans)))
    said = [(0, 3, "GPE"), (4, 8, "ORG"), (8, 12, "GPE"), (20, 24, "ORG")]
    found = scored(gold, document(entities=mentions(said)), most=5).mistakes
    assert dict(found.counts) == {
        ("entities", kind): 1 for kind in KINDS if kind != "other reference"
    }
    one = found.shown["entities", "other label"][0]
    assert (one.gold, one.predicted, one.sentence) == ("ORG [one]", "GPE [one]", 1)
    assert one.text == "one two three."
    assert found.shown["entities", "not there"][0].text == "four five six seven."


def test_an_argument_with_another_filler_points_elsewhere() -> None:
    people = mentions([(4, 7, "ORG"), (8, 13, "ORG")])

    def doc(ref: str) -> Document:
        each = happenings([(0, 3, "AID")], arguments=[Argument("actor", ref)])
        return document(entities=people, events=each)

    found = scored(over(doc("T1")), doc("T2")).mistakes
    (one,) = found.shown["arguments", "other reference"]
    assert (one.gold, one.predicted) == ("AID [one] actor: two", "AID [one] actor: three")
    (one,) = (
        scored(over(doc("T1")), doc("T9")).mistakes.shown["arguments", "not there"]
        or scored(over(doc("T1")), doc("T9")).mistakes.shown["arguments", "other reference"]
    )
    assert one.predicted == "AID [one] actor: (nothing)"


def test_only_so_many_are_kept_and_all_are_counted() -> None:
    gold = over(document(entities=mentions([(0, 3, "ORG"), (4, 7, "ORG")])))
    found = scored(gold, None, most=1).mistakes
    assert found.counts["entities", "not found"] == 2
    assert len(found.shown["entities", "not found"]) == 1


def test_words_that_are_not_ours_are_not_told() -> None:
    plain = document(entities=mentions([(0, 3, "ORG")]))
    meta = replace(over(plain).meta, tier="external")
    (one,) = scored(Article(meta, WORDS, plain), None).mistakes.shown["entities", "not found"]
    assert (one.gold, one.predicted, one.text) == (None, None, None)


@given(BOTH)
@law()
def test_mistakes_are_all_that_is_wrong(both: tuple[Article, Document]) -> None:
    gold, said = both
    found = scored(gold, said)
    each = Sides(gold, Article(gold.meta, gold.text, said))
    for layer, measure in MAIN.items():
        line = found.line(layer, measure)
        pairs = [pair for where, _, pair in mistakes(each) if where == layer]
        assert sum(a is not None for a, _ in pairs) == line.gold - line.found
        assert sum(b is not None for _, b in pairs) == line.predicted - line.right
