"""The merge rule: what ids, clusters, attributions and stances become after somebody's changes."""

from __future__ import annotations

import pytest

from dateline.generated.places import layers_up_to
from dateline.records import (
    AUTHOR,
    Annotator,
    Argument,
    Attribution,
    Cluster,
    Document,
    Entity,
    Event,
    Source,
    Span,
    Stance,
)
from dateline.studio.decoding import Decoded, decode_regions
from dateline.studio.encoding import encode
from dateline.studio.regions import read_regions
from dateline.studio.wire import Carried
from strategies import SCHEME
from studio_made import Drawn, layers_of

TEXT = "Tesk said Orlem shelled Varn. Orlem denied it. Varn fell, she said, to Orlem. Ola wept."


def at(words: str, nth: int = 1) -> Span:
    start = -1
    for _ in range(nth):
        start = TEXT.index(words, start + 1)
    return Span(start, start + len(words))


def mention(key: str, words: str, nth: int = 1, **more: str) -> Entity:
    span = at(words, nth)
    return Entity(
        id=key, start=span.start, end=span.end, **{"type": "GPE", "mention": "name"} | more
    )


def event(key: str, words: str, kind: str, *arguments: Argument, **more: str) -> Event:
    span = at(words)
    manner = {"polarity": "positive", "certainty": "certain", "time": "past"}
    return Event(
        id=key, start=span.start, end=span.end, type=kind, arguments=[*arguments], **manner | more
    )


def said(key: str, source: Source | None, cue: Span | None, *content: Span) -> Attribution:
    form = "named" if source else "implicit"
    return Attribution(
        id=key,
        source=source,
        cue=cue,
        content=[*content],
        quote="indirect",
        source_form=form,
        source_kind="person",
        polarity="positive",
    )


def stance(key: str, words: str, holder: str, target: str) -> Stance:
    span = at(words)
    more = {"value": "against", "attitude": "arguing", "explicit": "yes"}
    return Stance(id=key, start=span.start, end=span.end, holder=holder, target=target, **more)


TESK = Source(0, 4, ["T1"])
DOC = Document(
    doc_id="varn-1",
    scheme="1.0",
    text_sha256="",
    annotator=Annotator("llm-t", "model"),
    status="silver",
    entities=[
        mention("T1", "Tesk", type="PERSON"),
        mention("T2", "Orlem", cluster="C1"),
        mention("T3", "Varn", cluster="C2"),
        mention("T5", "Orlem", 2, cluster="C1"),
        mention("T6", "Varn", 2, cluster="C2"),
        mention("T9", "Orlem", 3, cluster="C1"),
    ],
    clusters={
        "C1": Cluster("Orlem", "dl:orlem"),
        "C2": Cluster("Varn"),
        "C4": Cluster(None, "NIL"),
    },
    events=[
        event(
            "E1",
            "shelled",
            "ASSAULT",
            Argument("actor", "T2"),
            Argument("place", "T3"),
            mode="heavy-weapons",
        ),
        event("E3", "fell", "RETREAT", cluster="C4"),
    ],
    attributions=[
        said("A1", TESK, at("said"), at("Orlem shelled Varn")),
        said("A2", None, at("she said"), at("Varn fell"), at("to Orlem")),
        said("A4", None, None, at("Ola"), at("wept")),
    ],
    stances=[stance("S1", "denied", "T5", "A1"), stance("S3", "wept", AUTHOR, "E3")],
)


def pushed(prefix: str = "") -> tuple[Drawn, Carried]:
    """The labels as an editor opens them, and their sidecar."""
    results, carried = encode(DOC, TEXT, SCHEME, layers_up_to(None), "llm-t", prefix)
    return Drawn(TEXT, results), carried


def ids(found: Decoded, layer: str = "entities") -> list[str]:
    return sorted(item.id for item in getattr(found, layer))


def clusters(found: Decoded) -> dict[str, str]:
    return {item.id: item.cluster for item in found.entities + found.events if item.cluster}


def test_unchanged_they_are_the_same() -> None:
    page, carried = pushed()
    assert layers_of(page.decoded(carried)) == layers_of(DOC)


def test_a_deleted_region_leaves_the_ids_of_others_and_its_own_free_of_use() -> None:
    page, carried = pushed()
    page.without("T9", "T3").region("k3Jd0s", "entities", "GPE", "Varn", 1, mention="name")
    found = page.decoded(carried)
    assert ids(found) == ["T1", "T10", "T2", "T5", "T6"]
    assert found.events[0].arguments == [Argument("actor", "T2")]
    assert clusters(found) == {"T2": "C1", "T5": "C1", "T6": "C2", "E3": "C4"}


def test_the_kb_outlives_the_region_that_showed_it() -> None:
    page, carried = pushed()
    assert page.without("T2").decoded(carried).clusters["C1"] == Cluster("Orlem", "dl:orlem")
    assert "C1" not in page.without("T5", "T9").decoded(carried).clusters


def test_the_kb_goes_when_its_words_are_taken_out() -> None:
    page, carried = pushed()
    page.results = [r for r in page.results if r.get("from_name") != "kb-entities"]
    assert page.decoded(carried).clusters["C1"] == Cluster("Orlem")


def test_new_regions_take_the_next_ids_in_the_order_of_the_text() -> None:
    page, carried = pushed()
    page.region("zz", "entities", "PERSON", "Ola").region("yy", "entities", "PERSON", "she")
    page.region("xx", "events", "ACCUSE", "denied", mode="disapprove").arrow("xx", "zz", "topic")
    found = page.decoded(carried)
    new = {TEXT[e.start : e.end]: e.id for e in found.entities}
    assert (new["she"], new["Ola"]) == ("T10", "T11")
    (made,) = [e for e in found.events if e.id not in ("E1", "E3")]
    assert (made.id, made.arguments) == ("E4", [Argument("topic", "T11")])
    assert (made.polarity, made.certainty, made.time) == ("positive", "certain", "past")


def test_a_region_of_another_type_leaves_its_old_mode_behind() -> None:
    page, carried = pushed()
    page.of("E1", "event")["labels"] = ["COERCE"]
    page.field("E1", "events", "COERCE", "mode", "seize")
    (first, _) = page.decoded(carried).events
    assert (first.id, first.type, first.mode) == ("E1", "COERCE", "seize")


@pytest.mark.parametrize("word", ["C1", "c1", " c1 ", "Ｃ1"])
def test_a_word_is_a_cluster_however_it_is_typed(word: str) -> None:
    page, carried = pushed()
    page.of("T3", "cluster-entities")["text"] = [word]
    found = page.decoded(carried)
    assert clusters(found)["T3"] == "C1"
    assert found.clusters == {
        "C1": Cluster("Orlem", "dl:orlem"), "C2": Cluster("Varn"), "C4": Cluster(None, "NIL")
    }  # fmt: skip


def test_words_that_are_no_keys_make_clusters_of_their_layer() -> None:
    page, carried = pushed()
    page.region("she", "entities", "PERSON", "she", mention="pronoun", cluster="The  envoy")
    page.field("T1", "entities", "PERSON", "cluster", "the envoy")
    page.field("E1", "events", "ASSAULT", "cluster", "The envoy")
    found = page.decoded(carried)
    assert (clusters(found)["T1"], clusters(found)["T10"]) == ("C5", "C5")
    assert clusters(found)["E1"] == "C6"
    assert (found.clusters["C5"], found.clusters["C6"]) == (Cluster("Tesk"), Cluster())


def test_a_key_that_was_not_pushed_with_these_regions_brings_no_name() -> None:
    page = Drawn(TEXT).region("n", "entities", "PERSON", "Ola", cluster="C1")
    assert page.decoded(pushed()[1]).clusters == {"C1": Cluster("Ola")}


def test_arrows_join_two_clusters_into_the_lower_one() -> None:
    page, carried = pushed()
    page.arrow("T6", "T5", "same", "bi")
    found = page.decoded(carried)
    assert {clusters(found)[key] for key in ("T2", "T3", "T5", "T6", "T9")} == {"C1"}
    assert found.clusters["C1"] == Cluster("Orlem", "dl:orlem")
    page.field("T3", "entities", "GPE", "kb", "dl:varn")
    (fault,) = page.faults(carried)
    assert (fault.place, fault.found) == ("cluster C1", "dl:orlem, dl:varn")


def test_a_joined_cluster_keeps_the_kb_whose_region_is_gone() -> None:
    page, carried = pushed()
    page.without("T2").arrow("T3", "T1", "same")
    for key in ("T5", "T9"):
        page.of(key, "cluster-entities")["text"] = ["C1"]
    page.arrow("T5", "T6", "same")
    assert page.decoded(carried).clusters["C1"].kb == "dl:orlem"


def test_a_cluster_that_nothing_belongs_to_is_gone_and_its_key_is_not_given_again() -> None:
    page, carried = pushed()
    page.without("T3", "T6", "E3").field("T1", "entities", "PERSON", "cluster", "new")
    found = page.decoded(carried)
    assert sorted(found.clusters) == ["C1", "C5"]


def test_an_attribution_that_is_cut_keeps_its_id_where_its_cue_is() -> None:
    page, carried = pushed()
    page.cut("A2_cue", "A2_content_2").cut("A4_content_1", "A4_content_2")
    found = {a.id: a for a in page.decoded(carried).attributions}
    assert found["A2"].content == [at("Varn fell")]
    assert found["A4"].content == [at("Ola")]
    assert (found["A5"].content, found["A6"].content) == ([at("to Orlem")], [at("wept")])


def test_two_attributions_that_are_joined_keep_the_id_of_the_cue() -> None:
    page, carried = pushed()
    page.arrow("A4_content_1", "A2_cue", "part")
    found = {a.id: a for a in page.decoded(carried).attributions}
    assert sorted(found) == ["A1", "A2"]
    assert [TEXT[s.start : s.end] for s in found["A2"].content] == [
        "Varn fell", "to Orlem", "Ola", "wept"
    ]  # fmt: skip
    page.arrow("A1_cue", "A2_cue", "part")
    (fault, *_) = page.faults(carried)
    assert fault.found == "1 SOURCE, 2 CUE, 5 CONTENT"


def test_a_source_that_is_drawn_anew_belongs_to_the_same_attribution() -> None:
    page, carried = pushed()
    page.without("A1_source").region("n", "attributions", "SOURCE", "Orlem", 2)
    page.arrow("n", "A1_content_1", "part").arrow("n", "T5", "refs").arrow("n", "T2", "refs")
    found = {a.id: a for a in page.decoded(carried).attributions}
    span = at("Orlem", 2)
    assert found["A1"].source == Source(span.start, span.end, ["T5", "T2"])


def test_a_stance_points_where_its_arrows_point() -> None:
    page, carried = pushed()
    page.cut("S1", "A1_cue").arrow("S1", "A2_content_2", "target").cut("S1", "T5")
    page.field("S1", "stances", "EXPRESSION", "holder", AUTHOR)
    found = {s.id: s for s in page.decoded(carried).stances}
    assert (found["S1"].holder, found["S1"].target) == (AUTHOR, "A2")
    page.cut("S1", "A2_content_2").arrow("S1", "T1", "holder")
    assert [f.expected for f in page.faults(carried)] == [
        "one holder: a relation, or the choice AUTHOR", "one relation `target`"
    ]  # fmt: skip


def test_arguments_go_with_their_arrows_and_one_drawn_twice_is_one() -> None:
    page, carried = pushed()
    page.cut("E1", "T3").arrow("E1", "T6", "place").arrow("E1", "T6", "place")
    page.arrow("E3", "A1_cue", "topic").arrow("E3", "A1_content_1", "topic")
    found = {e.id: e for e in page.decoded(carried).events}
    assert found["E1"].arguments == [Argument("actor", "T2"), Argument("place", "T6")]
    assert found["E3"].arguments == [Argument("topic", "A1")]


@pytest.mark.parametrize(
    ("source", "target", "label", "expected"),
    [
        ("T1", "E1", "actor", "an arrow that may begin at PERSON"),
        ("E1", "T1", "part", "parts of an attribution"),
        ("E1", "T1", "same", "two mentions, or two triggers"),
        ("A1_cue", "A2_cue", "same", "two mentions, or two triggers"),
        ("A1_cue", "T1", "refs", "an arrow that may begin at CUE"),
    ],
)
def test_arrows_that_mean_nothing_are_refused(
    source: str, target: str, label: str, expected: str
) -> None:
    page, carried = pushed()
    assert [f.expected for f in page.arrow(source, target, label).faults(carried)] == [expected]


def test_regions_of_another_prediction_are_new() -> None:
    page, carried = pushed("llm-t_")
    found = read_regions(page.results, TEXT, SCHEME, layers_up_to(None))
    same = decode_regions(found, carried, SCHEME, TEXT, prefix="llm-t_")
    assert layers_of(same) == layers_of(DOC)
    other = decode_regions(found, carried, SCHEME, TEXT, prefix="llm-u_")
    assert not set(ids(other)) & set(carried.items)


def test_an_id_is_given_once_whatever_the_regions_are_called() -> None:
    page, carried = pushed()
    page.region("T5_cue", "entities", "PERSON", "Ola").region("A1", "entities", "GPE", "to Orlem")
    page.region("E01", "events", "ACCUSE", "wept", mode="disapprove")
    found = page.decoded(carried)
    assert ids(found) == ["T1", "T10", "T11", "T2", "T3", "T5", "T6", "T9"]
    assert ids(found, "events") == ["E1", "E3", "E4"]


def test_new_names_of_external_articles_are_not_written() -> None:
    page, carried = pushed()
    page.field("T1", "entities", "PERSON", "cluster", "x")
    found = read_regions(page.results, TEXT, SCHEME, layers_up_to(None))
    made = decode_regions(found, carried, SCHEME, TEXT, quotable=False)
    assert [cluster.name for cluster in made.clusters.values()] == [None] * 4


def test_many_new_regions_are_numbered_at_once() -> None:
    text = "ab " * 15_000
    page = Drawn(text)
    page.results = [
        {"id": f"r{i}", "type": "labels", "from_name": "entity", "to_name": "text"}
        | {"value": {"start": i * 3, "end": i * 3 + 2, "labels": ["GPE"]}}
        for i in range(15_000)
    ]
    assert page.decoded().entities[-1].id == "T15000"
