"""What follows from spans: nesting, the attribution of events, the ground of stances."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.derived import Article, Spans, grounded_in, holding, nested_in, reported_in, storable
from dateline.records import (
    AUTHOR,
    Annotator,
    Attribution,
    Cluster,
    Document,
    Entity,
    Event,
    Item,
    Source,
    Span,
    Stance,
    item_spans,
)
from strategies import META, articles, law

Pair = tuple[int, int]


def attribution(
    id: str, *content: Pair, cue: Pair | None = None, source: Pair | None = None
) -> Attribution:
    return Attribution(
        id=id,
        source=Source(*source, []) if source else None,
        cue=Span(*cue) if cue else None,
        content=[Span(*span) for span in content],
        quote="indirect",
        source_form="implicit",
        polarity="positive",
    )


def event(id: str, start: int, end: int) -> Event:
    values = {"polarity": "positive", "certainty": "certain", "time": "past"}
    return Event(id=id, start=start, end=end, type="AID", arguments=[], **values)


def stance(id: str, start: int, end: int) -> Stance:
    values = {"holder": AUTHOR, "target": "A1", "value": "favor", "attitude": "agree"}
    return Stance(id=id, start=start, end=end, explicit="yes", **values)


def document(*items: Item) -> Document:
    def of(kind: type[Item]) -> list[Item]:
        return [item for item in items if isinstance(item, kind)]

    return Document(
        doc_id="olm-1",
        scheme="1.0",
        text_sha256="",
        annotator=Annotator("llm-t", "model"),
        status="silver",
        entities=of(Entity),
        clusters={},
        events=of(Event),
        attributions=of(Attribution),
        stances=of(Stance),
    )


OUTER = attribution("A1", (10, 90), source=(0, 3), cue=(4, 9))
MIDDLE = attribution("A2", (30, 80), source=(10, 15), cue=(16, 20))
INNER = attribution("A3", (40, 60), cue=(65, 70))


@pytest.mark.parametrize(
    ("attributions", "nesting"),
    [
        pytest.param([OUTER, MIDDLE, INNER], {"A2": "A1", "A3": "A2"}, id="two levels"),
        pytest.param([INNER, MIDDLE, OUTER], {"A2": "A1", "A3": "A2"}, id="in any order"),
        pytest.param([OUTER, INNER], {"A3": "A1"}, id="the level between left out"),
        pytest.param(
            [attribution("A1", (5, 20)), attribution("A2", (5, 20))], {}, id="equal contents"
        ),
        pytest.param(
            [attribution("A1", (5, 20)), attribution("A2", (5, 20), cue=(7, 9))],
            {},
            id="equal contents and a cue inside",
        ),
        pytest.param(
            [attribution("A1", (5, 20)), attribution("A2", (5, 20), cue=(22, 25))],
            {"A1": "A2"},
            id="equal contents and a cue outside",
        ),
        pytest.param(
            [
                attribution("A1", (5, 20), cue=(0, 3)),
                attribution("A2", (5, 20), cue=(22, 25)),
            ],
            {},
            id="equal contents and both cues outside",
        ),
        pytest.param(
            [attribution("A1", (5, 20)), attribution("A2", (15, 30))], {}, id="crossing contents"
        ),
        pytest.param(
            [attribution("A1", (5, 20)), attribution("A2", (10, 15), source=(22, 25))],
            {},
            id="source outside",
        ),
        pytest.param(
            [attribution("A1", (5, 20)), attribution("A2", (10, 15), cue=(18, 22))],
            {},
            id="cue half outside",
        ),
        pytest.param(
            [attribution("A1", (5, 20), (30, 50)), attribution("A2", (30, 35), cue=(5, 9))],
            {"A2": "A1"},
            id="over two fragments of the outer one",
        ),
        pytest.param(
            [attribution("A1", (5, 20), (30, 50)), attribution("A2", (15, 35))],
            {},
            id="over the gap of the outer one",
        ),
        pytest.param(
            [attribution("A1", (5, 20)), attribution("A2", (6, 8), (30, 35))],
            {},
            id="a fragment outside",
        ),
        pytest.param(
            [
                attribution("A10", (0, 20), cue=(50, 55)),
                attribution("A9", (5, 25), cue=(60, 65)),
                attribution("A1", (8, 12)),
            ],
            {"A1": "A9"},
            id="of two as long the lower number",
        ),
        pytest.param(
            [
                attribution("A1", (0, 10), (20, 22), (30, 32)),
                attribution("A2", (0, 13), cue=(40, 41)),
                attribution("A3", (4, 8)),
            ],
            {"A3": "A2"},
            id="all fragments count for the length",
        ),
    ],
)
def test_nesting(attributions: list[Attribution], nesting: dict[str, str]) -> None:
    expected = {each.id: nesting.get(each.id) for each in attributions}
    assert nested_in(document(*attributions)) == expected


@pytest.mark.parametrize(
    ("span", "reported", "grounded"),
    [
        pytest.param((41, 45), "A3", "A3", id="in all three contents"),
        pytest.param((40, 60), "A3", "A3", id="the whole content"),
        pytest.param((30, 35), "A2", "A2", id="in two contents"),
        pytest.param((82, 90), "A1", "A1", id="in one content"),
        pytest.param((65, 70), "A2", "A3", id="the innermost cue"),
        pytest.param((16, 20), "A1", "A2", id="a cue in a content"),
        pytest.param((4, 9), None, "A1", id="a cue in no content"),
        pytest.param((5, 7), None, "A1", id="part of a cue"),
        pytest.param((10, 15), "A1", "A1", id="a source in a content"),
        pytest.param((0, 3), None, None, id="a source in no content"),
        pytest.param((55, 62), "A2", "A2", id="over the edge of the innermost content"),
        pytest.param((8, 12), None, None, id="from cue into content"),
        pytest.param((88, 92), None, None, id="over the edge of all contents"),
        pytest.param((95, 99), None, None, id="outside"),
    ],
)
def test_reports_and_grounds(span: Pair, reported: str | None, grounded: str | None) -> None:
    doc = document(OUTER, MIDDLE, INNER, event("E1", *span), stance("S1", *span))
    assert reported_in(doc) == {"E1": reported}
    assert grounded_in(doc) == {"S1": grounded}


def test_a_trigger_lies_in_one_fragment() -> None:
    parted = attribution("A1", (0, 10), (20, 30))
    doc = document(parted, event("E1", 2, 4), event("E2", 22, 30), event("E3", 8, 22))
    assert reported_in(doc) == {"E1": "A1", "E2": "A1", "E3": None}


def test_of_equal_contents_the_lower_number_is_the_innermost() -> None:
    twins = [attribution("A10", (0, 9)), attribution("A9", (0, 9)), attribution("A11", (0, 9))]
    assert reported_in(document(*twins, event("E1", 2, 4))) == {"E1": "A9"}


def covers(outer: Attribution, spans: list[Span]) -> bool:
    return all(any(o.start <= s.start and s.end <= o.end for o in outer.content) for s in spans)


def length(attribution: Attribution) -> int:
    return sum(span.end - span.start for span in attribution.content)


@given(articles())
@law()
def test_nesting_has_no_circles_and_every_outer_content_holds_the_inner_whole(
    article: Article,
) -> None:
    by_id = {each.id: each for each in article.attributions}
    assert list(article.nested_in) == list(by_id)
    for inner, outer in article.nested_in.items():
        chain = [inner]
        while outer is not None:
            assert outer not in chain
            assert covers(by_id[outer], [span for _, span in item_spans(by_id[chain[-1]])])
            chain.append(outer)
            outer = article.nested_in[outer]


SPANS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda ends: (min(ends), max(ends))),
    max_size=3,
)


@given(st.lists(SPANS, max_size=5), st.lists(SPANS, max_size=5))
@law()
def test_what_holds_a_place_has_each_of_its_spans(
    places: list[Spans], holders: list[Spans]
) -> None:
    assert holding(places, holders) == [
        [
            number
            for number, held in enumerate(holders)
            if place and all(any(a <= x and y <= b for a, b in held) for x, y in place)
        ]
        for place in places
    ]


@given(articles())
@law()
def test_an_event_is_reported_in_the_shortest_content_around_it(article: Article) -> None:
    by_id = {each.id: each for each in article.attributions}
    for event in article.events:
        around = [a for a in article.attributions if covers(a, [Span(event.start, event.end)])]
        found = article.reported_in[event.id]
        if found is None:
            assert around == []
        else:
            assert by_id[found] in around
            assert length(by_id[found]) == min(length(a) for a in around)


TEXT = "Ferry strike at Olm\nOlm was shut, the guild said."
OLM = Entity(id="T1", start=16, end=19, type="GPE", mention="name")
GUILD = attribution("A1", (20, 32), source=(34, 43), cue=(44, 48))


def test_an_article_reads_its_labels_by_id_and_span() -> None:
    labels = document(OLM, event("E1", 6, 12), GUILD, stance("S1", 28, 32))
    article = Article(META, TEXT, labels)
    assert list(article.by_id) == ["T1", "E1", "A1", "S1"]
    assert article.by_id["T1"] is OLM
    assert [article.surface(span) for span in (OLM, *GUILD.content)] == ["Olm", "Olm was shut"]
    assert article.head("T1") == ("entity", OLM)
    assert article.head("E1") == ("event", labels.events[0])
    assert article.head("A1") == ("attribution", Span(20, 32))
    assert article.head("S1") is article.head(AUTHOR) is article.head("T9") is None
    assert len(article.units.sentences) == 2
    assert article.grounded_in == {"S1": "A1"}
    assert article.doc_id == META.doc_id


def test_an_article_without_text_keeps_its_labels() -> None:
    article = Article(META, None, document(OLM, GUILD))
    assert article.surface(OLM) is None
    assert article.units.sentences == []
    assert article.head("A1") == ("attribution", Span(20, 32))
    assert article.nested_in == {"A1": None}


def test_clusters_of_an_external_article_have_no_names() -> None:
    clusters = {"C1": Cluster("Olm", "wd:Q1"), "C2": Cluster("the mill")}
    assert storable(META, clusters) == clusters
    external = msgspec.structs.replace(META, tier="external")
    assert storable(external, clusters) == {"C1": Cluster(None, "wd:Q1"), "C2": Cluster()}
