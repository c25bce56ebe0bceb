"""A system's labels in any form: fitted to the stored text, counted where no item holds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import DataError
from dateline.formats.predicted import Aside, Shelf, brought_labels, refitted, unheld
from dateline.formats.standoff import StandOff
from dateline.records import Argument, Document, Foreign, Span
from scored import document, mentions, replace
from strategies import SCHEME, articles, documents, law

TEXT = "Olm closed its harbour.\n\nSaid Tamsin Orlem."


def standoff(text: str, *marks: Foreign, doc_id: str = "olm") -> StandOff:
    return StandOff(doc_id=doc_id, text=text, marks=list(marks))


def mark(key: str, label: str, words: str, text: str = TEXT, kind: str = "span") -> Foreign:
    at = text.index(words)
    return Foreign(key, kind, label, [Span(at, at + len(words))])


def brought(*found: StandOff, text: str | None = TEXT) -> list[Document]:
    return list(brought_labels(found, SCHEME, lambda _: text))


def test_labels_move_to_a_text_that_differs_in_white_space() -> None:
    apart = "Olm closed its harbour . Said Tamsin  Orlem ."
    (doc,) = brought(standoff(apart, mark("T1", "PERSON", "Tamsin  Orlem", apart)))
    assert [TEXT[e.start : e.end] for e in doc.entities] == ["Tamsin Orlem"]


@given(articles(), st.sampled_from([" ", "\n", "  \n "]))
@law()
def test_refitting_to_other_white_space_and_back_is_nothing(article, blank: str) -> None:
    text = article.text or ""
    spans = [Span(e.start, e.end) for e in article.entities]
    marks = [Foreign(f"T{n}", "span", "ORG", [span]) for n, span in enumerate(spans)]
    other = blank.join(text.split())
    there = refitted(standoff(text, *marks), other)
    back = refitted(there, text)
    for one, two in zip(marks, back.marks, strict=True):
        ours, theirs = (text[m.spans[0].start : m.spans[0].end] for m in (one, two))
        assert ours.split() == theirs.split()


def test_another_text_is_an_error_that_says_where() -> None:
    with pytest.raises(DataError, match="but for white space") as caught:
        brought(standoff(TEXT.replace("harbour", "harbor"), mark("T1", "GPE", "Olm")))
    assert "'ur.Said" in str(caught.value)


def test_an_article_twice_is_an_error() -> None:
    with pytest.raises(DataError, match="once"):
        brought(standoff(TEXT), standoff(TEXT))


def test_what_no_item_holds_is_counted_by_layer() -> None:
    outside = Foreign("T3", "span", "ORG", [Span(900, 904)])
    event = replace(mark("E1", "DANCE", "closed", kind="event"), args=[Argument("actor", "T1")])
    known = replace(
        mark("E2", "COERCE", "Said", kind="event"),
        args=[Argument("weapon", "T1"), Argument("actor", "T1")],
        attributes={"certainty": "perhaps"},
    )
    marks = [mark("T1", "GPE", "Olm"), mark("T2", "SHIP", "harbour"), outside, event, known]
    (doc,) = brought(standoff(TEXT, *marks))
    empty = replace(doc, entities=[], events=[], foreign=[])
    assert unheld(doc, empty, SCHEME) == {
        "entities": 2,
        "triggers": 1,
        "arguments": 2,
        "attributes": 1,
    }
    assert len(doc.events[0].arguments) == 1


def test_foreign_marks_that_gold_has_as_well_are_no_mistakes() -> None:
    one = Foreign("F1", "span", "SHIP", [Span(0, 3)])
    gold = document(foreign=[one])
    said = document(foreign=[replace(one, id="F9"), replace(one, id="F8")])
    assert unheld(gold, gold, SCHEME) == {}
    assert unheld(said, gold, SCHEME) == {"entities": 1}
    assert unheld(document(foreign=[Foreign("F1", "note", "x")]), document(), SCHEME) == {}


def named(*names: str) -> list[Document]:
    return [replace(document(entities=mentions([(0, 3, "ORG")])), doc_id=name) for name in names]


@given(st.permutations(["a", "b", "c", "d"]), st.permutations(["a", "b", "c", "x"]))
@law(30)
def test_a_shelf_gives_each_once_in_any_order(given_: list[str], asked: list[str]) -> None:
    with Shelf(iter(named(*given_)), "PRED") as shelf:
        found = {name: shelf.take(name) for name in asked}
        assert {name for name, doc in found.items() if doc} == {"a", "b", "c"}
        assert all(doc is None or doc == named(name)[0] for name, doc in found.items())
        assert shelf.rest() == 1


@pytest.mark.parametrize("names", ["aab", "aba", "baa"])
def test_a_shelf_refuses_an_article_that_comes_twice(names: str) -> None:
    with Shelf(iter(named(*names)), "PRED") as shelf, pytest.raises(DataError, match="a twice"):
        shelf.take("b")
        shelf.take("a")
        shelf.rest()


def test_what_is_laid_aside_is_on_disk_and_gone_afterwards() -> None:
    with Aside() as aside:
        aside.put("one", b"first")
        aside.put("two", b"")
        assert (aside.get("one"), aside.get("two"), aside.get("three")) == (b"first", b"", None)
        assert ("one" in aside, len(aside)) == (True, 2)
        folder = aside._folder.name
    from pathlib import Path

    assert not Path(folder).exists()


@given(articles().flatmap(lambda a: st.tuples(st.just(a), documents(a.text or ""))))
@law(20)
def test_labels_of_our_own_form_hold_all_that_they_say(both) -> None:
    article, said = both
    assert unheld(said, said, SCHEME) == {}
    assert unheld(article.labels, replace(article.labels, foreign=[]), SCHEME) == {}
