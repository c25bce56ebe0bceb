"""Dateline's labels as marks and back: nothing lost, and nothing taken that cannot be."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from conftest import REPOSITORY
from dateline.checks.document import check_article
from dateline.derived import Article
from dateline.errors import DataError
from dateline.formats.items import Brought, to_document
from dateline.formats.native import to_standoff
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from dateline.records import Argument, Document, Foreign, Span, canonical
from dateline.tree import Tree
from marks import bare, standoffs, through
from strategies import META, SCHEME, articles, law

TEXT = "Olm closed its harbour, said Tamsin Orlem of Olm Port.\nNobody came."


def span_of(words: str, nth: int = 1) -> Span:
    at = -1
    for _ in range(nth):
        at = TEXT.index(words, at + 1)
    return Span(at, at + len(words))


def span(key: str, label: str, words: str, nth: int = 1, **attributes: str) -> Foreign:
    return Foreign(key, "span", label, [span_of(words, nth)], [], attributes)


def event(key: str, label: str, words: str, *args: tuple[str, str], **attributes: str) -> Foreign:
    return Foreign(key, "event", label, [span_of(words)], [Argument(*a) for a in args], attributes)


def group(key: str, *members: str, **attributes: str) -> Foreign:
    return Foreign(
        key, "group", "CLUSTER", [], [Argument("member", m) for m in members], attributes
    )


def brought(*marks: Foreign) -> Brought:
    return to_document(StandOff(doc_id="olm-1", text=TEXT, marks=list(marks)), SCHEME)


def left(found: Brought) -> list[tuple[str, str, str]]:
    return [(one.what, one.reason, one.label) for one in found.left]


def test_the_corpus_comes_back_as_it_was() -> None:
    tree = Tree(REPOSITORY)
    for doc_id in tree.labelled():
        article = tree.article(doc_id)
        if article.meta.tier == "open":
            assert canonical(through(article)) == canonical(bare(article.labels))


@given(articles())
@law(150)
def test_every_document_comes_back_as_it_was(article: Article) -> None:
    assert canonical(through(article)) == canonical(bare(article.labels))


@given(standoffs())
@law(150)
def test_any_marks_make_a_document_without_error_and_none_is_lost(standoff: StandOff) -> None:
    found = to_document(standoff, SCHEME)
    every = [*found.items, *found.parts, *found.foreign]
    assert sorted(every) == sorted(mark.id for mark in standoff.marks)
    meta = msgspec.structs.replace(META, text_sha256=found.document.text_sha256)
    article = Article(meta, standoff.text, found.document)
    incidents = check_article(article, SCHEME, "d.json")
    assert [i for i in incidents if i.severity == "error"] == []
    assert {one.mark for one in found.left if one.what == "mark"} == found.foreign
    again = through(article)
    assert canonical(again) == canonical(bare(found.document))


def test_an_article_without_its_text_has_no_marks() -> None:
    article = Article(META, None, to_document(sample(), SCHEME).document)
    with pytest.raises(DataError, match="dateline hydrate"):
        to_standoff(article, SCHEME)


def test_the_scheme_gives_what_is_not_said() -> None:
    found = brought(span("T1", "GPE", "Olm"), event("E1", "COERCE", "closed", ("actor", "T1")))
    (entity,), (closing,) = found.document.entities, found.document.events
    assert entity.mention == "name"
    assert (closing.polarity, closing.certainty, closing.time) == ("positive", "certain", "past")
    assert closing.arguments == [Argument("actor", "T1")]
    assert found.left == []


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (Foreign("T1", "span", "GPE"), "no words"),
        (Foreign("T1", "span", "GPE", [Span(0, 99)]), "words outside the text"),
        (Foreign("T1", "span", "GPE", [Span(-2, 3)]), "words outside the text"),
        (Foreign("T1", "span", "GPE", [Span(3, 3)]), "an empty or reversed span"),
        (Foreign("T1", "span", "GPE", [Span(3, 4)]), "nothing but white space"),
        (Foreign("T1", "span", "GPE", [Span(0, 3), Span(15, 22)]), "words in fragments"),
        (span("x", "Town", "Olm"), "a label that the scheme does not have"),
        (span("x", "SOURCE", "Olm"), "words of no attribution"),
        (Foreign("x", "event", "COERCE"), "no words"),
        (event("x", "STANCE", "closed", value="against", attitude="arguing"), "no holder"),
        (event("x", "STANCE", "closed", holder="AUTHOR", value="against"), "no target"),
        (event("x", "ATTRIBUTION", "said", source_form="implicit"), "no quote"),
        (group("x", "T9"), "no members"),
        (Foreign("x", "relation", "ATTRIBUTION"), "no words"),
    ],
)
def test_what_cannot_be_an_item_is_kept_whole_with_the_reason(mark: Foreign, reason: str) -> None:
    found = brought(mark)
    assert left(found) == [("mark", reason, mark.label)]
    assert found.document.foreign == [mark]
    assert found.foreign == {mark.id}


def test_of_two_mentions_on_the_same_words_the_first_is_taken() -> None:
    found = brought(span("T1", "GPE", "Olm"), span("T2", "ORG", "Olm"))
    assert [e.type for e in found.document.entities] == ["GPE"]
    assert left(found) == [("mark", "two mentions on the same words", "ORG")]


def test_edges_are_trimmed_and_lines_joined() -> None:
    wide = Foreign("T1", "span", "GPE", [Span(0, 4)])
    parts = Foreign("T2", "span", "ORG", [span_of("Olm", 2), span_of("Port")])
    found = brought(wide, parts)
    assert [TEXT[e.start : e.end] for e in found.document.entities] == ["Olm", "Olm Port"]
    assert found.mended == {
        "white space at the edges left off": 1,
        "fragments joined that only white space parts": 1,
    }


def test_an_item_is_made_without_what_the_scheme_has_no_place_for() -> None:
    marks = [
        span("T1", "GPE", "Olm", sector="MAYOR", confidence="0.4"),
        span("T2", "FAC", "its harbour", sector="GOV"),
        event(
            "E1", "COERCE", "closed", ("actor", "T2"), ("actor", "T9"), ("fan", "T1"), mode="aerial"
        ),
    ]
    found = brought(*marks)
    assert set(found.items) == {"T1", "T2", "E1"}
    assert left(found) == [
        ("attribute", "a value that the scheme does not have", "GPE.sector"),
        ("attribute", "an attribute that the scheme does not have there", "GPE.confidence"),
        ("attribute", "an attribute that the scheme does not have there", "FAC.sector"),
        ("attribute", "a value that the scheme does not have", "COERCE.mode"),
        ("argument", "a reference to the wrong kind of item", "COERCE.actor"),
        ("argument", "a reference to what is no item", "COERCE.actor"),
        ("argument", "a role that the scheme does not have there", "COERCE.fan"),
    ]
    assert [(mark.kind, mark.args[0]) for mark in found.document.foreign] == [
        ("rest", Argument("on", "E1")),
        ("rest", Argument("on", "T1")),
        ("rest", Argument("on", "T2")),
    ]


def test_what_is_kept_beside_an_item_goes_out_with_it() -> None:
    town = span("T1", "GPE", "Olm", mention="name", confidence="0.4")
    closing = event("E1", "COERCE", "closed", ("actor", "T1"), ("fan", "T1"))
    found = brought(town, closing)
    out = to_standoff(Article(META, TEXT, found.document), SCHEME)
    marks = {mark.id: mark for mark in out.marks}
    assert set(marks) == {"T1", "E1"}
    assert marks["T1"] == town
    assert marks["E1"].args == closing.args


def test_ids_of_another_form_are_given_anew_and_references_follow() -> None:
    owns = Foreign("r", "relation", "owns", [], [Argument("a", "7"), Argument("b", "8")])
    found = brought(span("7", "GPE", "Olm"), span("T4", "PERSON", "Tamsin Orlem"), owns)
    assert found.items == {"7": "T5", "T4": "T4"}
    assert found.document.foreign[0].args == [Argument("a", "T5"), Argument("b", "8")]


def test_a_cluster_keeps_to_its_commonest_type() -> None:
    marks = [span("T1", "GPE", "Olm"), span("T2", "GPE", "its"), span("T3", "ORG", "Olm Port")]
    cluster = group("C1", "T1", "T2", "T3", kb="Q42", name="Olm")
    found = brought(*marks, cluster)
    assert {e.id: e.cluster for e in found.document.entities} == {
        "T1": "C1",
        "T2": "C1",
        "T3": None,
    }
    assert found.document.clusters["C1"].name == "Olm"
    assert {(what, label) for what, _, label in left(found)} == {
        ("argument", "CLUSTER.member"),
        ("attribute", "CLUSTER.kb"),
    }


def attributed(*args: tuple[str, str], kind: str = "event", words: str = "said") -> list[Foreign]:
    said = {"quote": "indirect", "source_form": "named"}
    spans = [span_of(words)] if words else []
    return [
        span("s", "SOURCE", "Tamsin Orlem"),
        span("c", "CONTENT", "Olm closed its harbour"),
        span("q", "CUE", "said"),
        span("T1", "PERSON", "Tamsin Orlem"),
        Foreign("A1", kind, "ATTRIBUTION", spans, [Argument(*a) for a in args], said),
    ]


def test_an_attribution_is_an_event_on_its_cue() -> None:
    args = [("source", "s"), ("content", "c"), ("ref", "T1")]
    (item,) = brought(*attributed(*args)).document.attributions
    assert (item.cue, item.content) == (span_of("said"), [span_of("Olm closed its harbour")])
    assert item.source is not None
    assert item.source.refs == ["T1"]


def test_or_on_its_content_or_a_relation_between_its_parts() -> None:
    words = "Olm closed its harbour"
    (item,) = brought(*attributed(("source", "s"), words=words)).document.attributions
    assert (item.cue, item.content) == (None, [span_of(words)])
    every = [("source", "s"), ("cue", "q"), ("content", "c")]
    found = brought(*attributed(*every, kind="relation", words=""))
    (item,) = found.document.attributions
    assert (item.cue, item.content) == (span_of("said"), [span_of(words)])
    assert found.parts == {"s", "c", "q"}


def test_what_the_suite_calls_an_error_stays_foreign() -> None:
    """Source and content that overlap; an event twice; a form that contradicts the source."""
    marks = attributed(("source", "s"), ("content", "c"))
    marks[1] = span("c", "CONTENT", "Tamsin Orlem of Olm")
    assert left(brought(*marks))[-1][1] == "source, cue and content of an attribution overlap"
    found = brought(event("E1", "COERCE", "closed"), event("E2", "COERCE", "closed"))
    assert left(found) == [("mark", "the same event twice", "COERCE")]
    marks = attributed(("content", "c"))
    assert ("mark", "a source form that contradicts the source", "ATTRIBUTION") in left(
        brought(*marks)
    )


def test_a_foreign_label_that_reads_like_ours_comes_back_foreign() -> None:
    doc: Document = brought(span("T1", "GPE", "Olm"), span("T2", "ORG", "Olm")).document
    assert [mark.label for mark in doc.foreign] == ["ORG"]
    article = Article(META, TEXT, doc)
    (_, outside) = to_standoff(article, SCHEME).marks
    assert outside.label == "foreign-ORG"
    assert through(article).foreign == doc.foreign


def test_an_id_stands_once() -> None:
    with pytest.raises(DataError, match="'T1' twice"):
        brought(span("T1", "GPE", "Olm"), span("T1", "FAC", "its harbour"))
