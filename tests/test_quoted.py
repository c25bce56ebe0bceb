"""The quoted form: what it says, what it refuses and where, and that it loses no label."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.checks.document import check_article
from dateline.derived import Article
from dateline.errors import DataError
from dateline.formats.quoted import from_quoted, to_quoted
from dateline.records import (
    Annotator,
    Argument,
    Cluster,
    Document,
    Entity,
    Source,
    Span,
    in_order,
)
from dateline.scheme import Scheme
from dateline.text import digest
from strategies import META, SCHEME, articles, law

TEXT = r"""Ferry strike at Olm
“Nothing moves,” said Tamsin Orlem, and nothing moved. The "Gull" lay in Olm, and Olm was shut.
A meetingin Sarn [to settle it\all] failed: Sarn, 'the port', had no say.
"""[:-1]
HEAD = "doc olm-1\nannotator llm-t model\n"
LAYERS = ("entities", "clusters", "events", "attributions", "stances")


def read(lines: str, head: str = HEAD) -> Document:
    return from_quoted(head + lines, TEXT, SCHEME, "olm.quoted")


def span_of(words: str, nth: int = 1) -> tuple[int, int]:
    at = -1
    for _ in range(nth):
        at = TEXT.index(words, at + 1)
    return at, at + len(words)


def from_to(first: str, last: str) -> tuple[int, int]:
    return span_of(first)[0], span_of(last)[1]


def entity_span(place: str) -> tuple[int, int]:
    """The span that a place means, read through an entity's line."""
    (entity,) = read(f"entity T1 {place} GPE").entities
    return entity.start, entity.end


@pytest.mark.parametrize(
    ("place", "span"),
    [
        ('"Olm"@1', span_of("Olm")),
        ('"Olm"#3', span_of("Olm", 3)),
        ('"Olm"@3#2', span_of("Olm", 3)),
        ('"Tamsin Orlem"', span_of("Tamsin Orlem")),
        ('"moves".."moved"', from_to("moves", "moved")),
        ('"Ferry"@1.."lay"@3', from_to("Ferry", "lay")),
        ('"Ferry" .. "Olm"@1', from_to("Ferry", "Olm")),
        ('"meeting"', span_of("meeting")),
        ('"mov"~2', span_of("mov", 2)),
        ('"ll"@4', span_of("ll", 2)),
        (r'"\"Gull\""', span_of('"Gull"')),
        ('`"Gull"`', span_of('"Gull"')),
        (r'"it\\all]"', span_of(r"it\all]")),
        (r"`it\all]`", span_of(r"it\all]")),
        ("\"'the port'\"", span_of("'the port'")),
    ],
)
def test_a_place(place: str, span: tuple[int, int]) -> None:
    assert entity_span(place) == span


@pytest.mark.parametrize(
    ("place", "start"),
    [('"in"', 15), ('"in"@1', 15), ('"in"~1', 4), ('"in"~2', 12), ('"so"', 7), ('"ai"#2', 11)],
)
def test_whole_words_count_before_parts_of_words(place: str, start: int) -> None:
    text = "A rain so vain in soot"
    (entity,) = from_quoted(f"{HEAD}entity T1 {place} GPE", text, SCHEME, "q").entities
    assert entity.start == start


def test_a_whole_document() -> None:
    doc = read(
        r"""
        # a comment, and a blank line

status gold
guidelines 00ff
cluster C1 "Olm \"port\"" kb=dl:olm
cluster C2
entity T1 "Olm"@1 GPE cluster=C1
entity T2 "Tamsin Orlem"@2 PERSON sector=LAB \
    cluster=C2
entity T3 "Sarn"@4#1 GPE mention=nominal
entity T4 "strike" DATE
event E1 "strike" PROTEST mode=strike time=T4 actor=T2,T3 time=future place=T1 cluster=C9
event E2 "lay" CONSULT
attribution A1 source="said Tamsin Orlem" refs=T2,T3 cue="said" \
  content="“Nothing moves,”" + "and"@2.."moved" quote=direct source_form=named source_kind=person
attribution A2 content="failed" quote=mixed source_form=implicit polarity=negative
stance S1 "failed" holder=AUTHOR target=E1 value=against attitude=arguing
"""
    )
    assert (doc.doc_id, doc.status, doc.guidelines) == ("olm-1", "gold", "00ff")
    assert (doc.annotator, doc.scheme) == (Annotator("llm-t", "model"), SCHEME.version)
    assert doc.text_sha256 == digest(TEXT)
    assert doc.clusters == {"C1": Cluster('Olm "port"', "dl:olm"), "C2": Cluster()}
    assert {e.id: (e.mention, e.sector, e.cluster) for e in doc.entities} == {
        "T1": ("name", None, "C1"),
        "T2": ("name", "LAB", "C2"),
        "T3": ("nominal", None, None),
        "T4": (None, None, None),
    }
    strike = next(event for event in doc.events if event.id == "E1")
    assert (strike.mode, strike.time, strike.cluster) == ("strike", "future", "C9")
    roles = [("time", "T4"), ("actor", "T2"), ("actor", "T3"), ("place", "T1")]
    assert strike.arguments == [Argument(*role) for role in roles]
    first, second = doc.attributions
    assert first.source == Source(*span_of("said Tamsin Orlem"), ["T2", "T3"])
    assert first.cue == Span(*span_of("said"))
    and_moved = (span_of("and nothing")[0], span_of("moved")[1])
    assert first.content == [Span(*span_of("“Nothing moves,”")), Span(*and_moved)]
    assert (second.source, second.cue, second.polarity) == (None, None, "negative")
    (stance,) = doc.stances
    assert (stance.holder, stance.target, stance.start) == ("AUTHOR", "E1", span_of("failed")[0])


def test_defaults_of_the_scheme_may_be_left_out(scheme: Scheme) -> None:
    doc = read(
        'entity T1 "Olm"@1 GPE\nevent E1 "lay" CONSULT\n'
        'attribution A1 content="failed" quote=direct source_form=implicit\n'
        'stance S1 "failed" holder=AUTHOR target=E1 value=mixed attitude=agree\n'
    )
    found = {"entities": doc.entities[0], "events": doc.events[0]}
    found |= {"attributions": doc.attributions[0], "stances": doc.stances[0]}
    for layer, item in found.items():
        for name, attribute in scheme.layers[layer].attributes.items():
            if attribute.default is not None:
                assert getattr(item, name) == attribute.default
    assert doc.status == "silver"


KEYS = 'key=value, or "words"@N'


@pytest.mark.parametrize(
    ("line", "expected", "found"),
    [
        ('entity T1 "Olmm" GPE', "words of the text", "'Olmm'"),
        ('entity T1 "Sarn"@2 GPE', "words of sentence 2", "'Sarn'"),
        ('entity T1 "Olm" GPE', "words that stand once in the text", "'Olm' 3 times"),
        ('entity T1 "Olm"@3 GPE', "words that stand once in sentence 3", "'Olm' 2 times"),
        ('entity T1 "Olm"#4 GPE', "1 to 3 of 'Olm' in the text", "#4"),
        ('entity T1 "Olm"@3#0 GPE', "1 to 2 of 'Olm' in sentence 3", "#0"),
        ('entity T1 "mov"~3 GPE', "1 to 2 of 'mov' in the text", "~3"),
        ('entity T1 "Olm"@0 GPE', "a sentence from 1 to 4", "@0"),
        ('entity T1 "Olm"@5 GPE', "a sentence from 1 to 4", "@5"),
        (f'entity T1 "Olm"@{"9" * 5000} GPE', KEYS, '"Olm"@999'),
        ('entity T1 "" GPE', "words", "an empty quotation"),
        ('entity T1 "moved".."said" GPE', "a range whose end follows", '"moved".."said"'),
        ('entity T1 "Olm"@1', 'T1 "words"@N TYPE', "['\"Olm\"@1']"),
        ("entity", '"words"@N TYPE', "[]"),
        ("entity T1 Olm GPE", 'T1 "words"@N TYPE', "['Olm', 'GPE']"),
        ('entity T1 "Olm"@1 GPE name', 'T1 "words"@N TYPE', "'name'"),
        ('entity T1 "Olm"@1GPE', KEYS, '"Olm"@1GPE'),
        ('entity T1 "Olm GPE', KEYS, '"Olm GPE'),
        ('entity T1 "Olm"@1 GPE mention=name mention=name', "each key once", "mention"),
        ('entity T1 "Olm"@1 GPE colour=red', "keys of entities", "colour"),
        ('entity T1 "Olm"@1 GPE quote=direct', "keys of entities", "quote"),
        ('event E1 "lay" CONSULT actor=somebody', "keys of events", "actor"),
        ('event E1 "lay" CONSULT time=past time=T1 time=future', "each key once", "time"),
        ('attribution A1 "failed"', "key=value fields on an attribution", '"failed"'),
        ('attribution A1 content="failed" + junk', "key=value fields on an attribution", "+"),
        ("attribution A1 content=failed", 'a place such as "words"@3', "failed"),
        ('attribution A1 cue="had" + "no" content="say"', "a place such as", '"had" + "no"'),
        ('attribution A1 refs=T1 content="say"', "refs with a source", "refs without one"),
        ('stance S1 "failed" AUTHOR', 'S1 "words"@N', "AUTHOR"),
        ("annotator llm-u model", "each head line once", "'annotator'"),
        ("doc olm-2", "each head line once", "'doc'"),
        ("status bronze", "status silver or gold", "'bronze'"),
        ('cluster C1 "Olm"@1', 'cluster ID "name" kb=…', 'C1 "Olm"@1'),
        ('cluster C1 "Olm" "Sarn"', 'cluster ID "name" kb=…', '"Sarn"'),
        ('cluster C1 kb="NIL"', 'cluster ID "name" kb=…', 'kb="NIL"'),
        ("cluster C1 Olm", 'cluster ID "name" kb=…', "C1 Olm"),
        ("cluster C9", "a cluster id that stands once", "C9"),
        ("mention T1", "a line that begins with entity, event", "mention"),
        ("T1 entity", "a line that begins with entity, event", "T1"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(line: str, expected: str, found: str) -> None:
    with pytest.raises(DataError) as caught:
        read(f'cluster C9\n# comment\n\nentity T9 "Olm"@1 \\\n  GPE\n{line}\nbad\n')
    assert caught.value.where == "olm.quoted:8"
    assert expected in caught.value.expected
    assert found in caught.value.found


def test_a_continued_line_is_named_by_its_first_number() -> None:
    with pytest.raises(DataError) as caught:
        read('entity T1 \\\n  "Olmm" \\\n  GPE\n')
    assert caught.value.where == "olm.quoted:3"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ('entity T1 "Sarn"@2 GPE', "They stand in sentence 4."),
        ('entity T1 "Olm"@4 GPE', "They stand in sentence 1, 3."),
        ('entity T1 "Olm" GPE', "Say which: #1, #2, …"),
        ('entity T1 "Olmm"@2 GPE', ""),
    ],
)
def test_a_hint_says_where_the_words_are(line: str, hint: str) -> None:
    with pytest.raises(DataError) as caught:
        read(line)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    "head", ["", "doc olm-1\n", "annotator llm-t model\n", "doc\n" + HEAD[10:]]
)
def test_the_head_must_name_document_and_annotator(head: str) -> None:
    with pytest.raises(DataError) as caught:
        read('entity T1 "Olm"@1 GPE\n', head)
    assert caught.value.where == "olm.quoted:1"
    assert caught.value.expected == "the lines `doc ID` and `annotator ID KIND`"


@pytest.mark.parametrize("rest", ["llm-t", "llm-t alien", "", "llm-t model twice"])
def test_an_annotator_has_an_id_and_a_kind(rest: str) -> None:
    with pytest.raises(DataError) as caught:
        read("", f"doc olm-1\nannotator {rest}\n")
    assert caught.value.where == "olm.quoted:2"
    assert caught.value.expected == "annotator ID human|model|rule"


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ('"Olm"#1', '"Olm"@1'),
        ('"Olm"#3', '"Olm"@3#2'),
        ('"in"@3~1', '"in"@3'),
        ('"meeting"', '"meeting"@4'),
        ('"nothing".."Gull"', '"nothing"@2.."Gull"@3'),
        ('"Tamsin".."Orlem"', '"Tamsin Orlem"@2'),
        ('`"Gull"`', r'"\"Gull\""@3'),
    ],
)
def test_places_are_written_in_one_way(place: str, written: str) -> None:
    line = f"entity T1 {written} GPE mention=name"
    assert to_quoted(read(f"entity T1 {place} GPE"), TEXT).split("\n")[-2] == line


def test_what_lies_inside_a_word_is_counted_with_parts() -> None:
    text = "A rain in vain in Sarn"
    doc = read("")
    inside = Entity(id="T1", start=4, end=6, type="GPE", mention="name")
    doc = msgspec.structs.replace(doc, entities=[inside], text_sha256=digest(text))
    assert 'entity T1 "in"@1~1 GPE' in to_quoted(doc, text)
    assert from_quoted(to_quoted(doc, text), text, SCHEME, "q").entities == [inside]


@given(articles())
@law(200)
def test_quoting_loses_no_label(article: Article) -> None:
    assert article.text is not None
    quoted = to_quoted(article.labels, article.text)
    again = from_quoted(quoted, article.text, SCHEME, "q")
    expected = in_order(article.labels)
    for layer in LAYERS:
        assert getattr(again, layer) == getattr(expected, layer)
    for key in ("doc_id", "annotator", "status", "guidelines", "text_sha256", "scheme"):
        assert getattr(again, key) == getattr(expected, key)


@given(
    articles(),
    st.integers(0, 10**6),
    st.integers(0, 6),
    st.text(max_size=4) | st.sampled_from(['"', "=", "@9", "#2", "\\", "\\\n", "..", " + ", "`"]),
)
@law(150)
def test_damaged_lines_give_no_other_error(article: Article, at: int, cut: int, put: str) -> None:
    assert article.text is not None
    quoted = to_quoted(article.labels, article.text)
    at %= len(quoted)
    try:
        doc = from_quoted(quoted[:at] + put + quoted[at + cut :], article.text, SCHEME, "q")
    except DataError as error:
        assert error.where.startswith("q:")
        assert error.expected
    else:
        assert doc == in_order(doc)


@pytest.mark.parametrize(
    "cluster",
    [
        Cluster("Olm\nSarn"),
        Cluster(None, "dl:olm sarn"),
    ],
)
def test_a_cluster_that_cannot_be_quoted_is_an_error(cluster: Cluster) -> None:
    doc = read('cluster C1\nentity T1 "Olm"@1 GPE cluster=C1')
    doc = msgspec.structs.replace(doc, clusters={"C1": cluster})
    if not list(check_article(Article(META, TEXT, doc), SCHEME, "d.json")):
        assert from_quoted(to_quoted(doc, TEXT), TEXT, SCHEME, "q").clusters == {"C1": cluster}
