"""Tags and spans, quotation, linking of reports, and clusters by words."""

from __future__ import annotations

import pytest

from dateline.baselines.clusters import clustered
from dateline.baselines.linking import linked, quote_of
from dateline.baselines.reading import Reading
from dateline.baselines.sentences import shape
from dateline.baselines.spans import Found, decoded
from dateline.records import Entity, Event, Span


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O O", []),
        ("B-A I-A O B-A", [("A", 0, 2), ("A", 3, 4)]),
        ("B-A B-A", [("A", 0, 1), ("A", 1, 2)]),
        ("I-A I-A", [("A", 0, 2)]),
        ("B-A I-B I-B", [("A", 0, 1), ("B", 1, 3)]),
        ("B-A I-A", [("A", 0, 2)]),
    ],
)
def test_tags_as_spans(tags: str, spans: list[Found]) -> None:
    assert decoded(tags.split()) == spans


def test_shapes() -> None:
    assert [shape(w) for w in ("Front", "NATO", "1,200", "o'clock")] == ["Xx", "X", "d,d", "x'x"]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("“We won”", "direct"),
        ("that they won", "indirect"),
        ("that they “won easily” there", "mixed"),
        ("“We won” and “they lost”", "mixed"),
    ],
)
def test_quotation(text: str, quote: str) -> None:
    assert quote_of(text, [Span(0, len(text))]) == quote


def _linked(
    text: str, cues: list[list[Found]], contents: list[list[Found]]
) -> list[tuple[str | None, ...]]:
    reading = Reading.of(text, frozenset())
    words = lambda span: text[span.start : span.end] if span else None  # noqa: E731
    return [
        (words(one.source), words(one.cue), *(words(c) for c in one.content))
        for one in linked(reading, cues, contents)
    ]


def test_each_content_goes_to_the_nearest_cue() -> None:
    text = "The mayor said it rained, and Ann denied it snowed"
    cues: list[Found] = [("SOURCE", 0, 2), ("CUE", 2, 3), ("SOURCE", 7, 8), ("CUE", 8, 9)]
    contents: list[Found] = [("CONTENT", 3, 5), ("CONTENT", 9, 11)]
    assert _linked(text, [cues], [contents]) == [
        ("The mayor", "said", "it rained"),
        ("Ann", "denied", "it snowed"),
    ]


def test_a_report_in_a_report_keeps_what_follows_it() -> None:
    text = "Ann said Bob thinks it rained"
    cues: list[Found] = [("SOURCE", 0, 1), ("CUE", 1, 2), ("SOURCE", 2, 3), ("CUE", 3, 4)]
    assert _linked(text, [cues], [[("CONTENT", 2, 6)]]) == [
        ("Ann", "said", "Bob thinks it rained"),
        ("Bob", "thinks", "it rained"),
    ]


def test_a_source_inside_the_content_is_cut_off_it() -> None:
    text = "Ann said it rained"
    found = _linked(text, [[("SOURCE", 0, 1), ("CUE", 1, 2)]], [[("CONTENT", 0, 4)]])
    assert found == [("Ann", "said", "it rained")]


def test_a_content_alone_must_be_a_quotation() -> None:
    assert _linked("It rained", [[]], [[("CONTENT", 0, 2)]]) == []
    assert _linked('"It rained"', [[]], [[("CONTENT", 0, 4)]]) == [(None, None, '"It rained"')]


def _entity(text: str, words: str, number: int, kind: str, mention: str, nth: int = 0) -> Entity:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Entity(id=f"T{number}", start=start, end=start + len(words), type=kind, mention=mention)


def test_names_parts_and_pronouns_share_a_cluster() -> None:
    text = "Ann Bo met the Hill Front. Bo left. She said the Front won. Cy Bo did not. Bo?"
    entities = [
        _entity(text, "Ann Bo", 1, "PERSON", "name"),
        _entity(text, "Hill Front", 2, "ORG", "name"),
        _entity(text, "Bo", 3, "PERSON", "name", 1),
        _entity(text, "She", 4, "PERSON", "pronoun"),
        _entity(text, "Front", 5, "ORG", "name", 1),
        _entity(text, "Cy Bo", 6, "PERSON", "name"),
    ]
    found, _, clusters = clustered(text, entities, [])
    keys = {e.id: e.cluster for e in found}
    assert keys["T1"] == keys["T3"] == keys["T4"] is not None
    assert keys["T2"] == keys["T5"] not in (None, keys["T1"])
    assert keys["T6"] is None
    assert {c.name for c in clusters.values()} == {"Ann Bo", "Hill Front"}


def test_events_share_a_cluster_by_type_and_word() -> None:
    text = "attack attack attack"
    events = [
        Event(
            id=f"E{n}",
            start=7 * n,
            end=7 * n + 6,
            type=kind,
            polarity="positive",
            certainty="certain",
            time="past",
            arguments=[],
        )
        for n, kind in enumerate(("ASSAULT", "ASSAULT", "PROTEST"))
    ]
    _, found, _ = clustered(text, [], events)
    assert found[0].cluster == found[1].cluster is not None
    assert found[2].cluster is None
