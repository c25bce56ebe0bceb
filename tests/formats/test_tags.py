"""Tags of tokens in every dialect, sound or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.formats.tags import CHANGED, INSIDE, OPEN, decode, parse_tag
from strategies import law

TWO = [("PER", 0, 2), ("PER", 2, 3), ("LOC", 4, 5)]
DIALECTS = {
    "IOB1": "I-PER I-PER B-PER O I-LOC",
    "IOB2": "B-PER I-PER B-PER O B-LOC",
    "BIOES": "B-PER E-PER S-PER O S-LOC",
    "BILOU": "B-PER L-PER U-PER O U-LOC",
}


@pytest.mark.parametrize("tags", DIALECTS.values(), ids=DIALECTS)
def test_every_dialect_says_the_same(tags: str) -> None:
    assert decode(tags.split(), {0}) == (TWO, [])


FAULTY = [
    ("B-PER O I-PER", [("PER", 0, 1), ("PER", 2, 3)], [(INSIDE, 2)]),
    ("B-PER I-LOC", [("PER", 0, 1), ("LOC", 1, 2)], [(CHANGED, 1)]),
    ("B-PER I-PER O S-LOC", [("PER", 0, 2), ("LOC", 3, 4)], [(OPEN, 1)]),
    ("E-PER S-LOC", [("PER", 0, 1), ("LOC", 1, 2)], [(INSIDE, 0)]),
    ("I-PER I-LOC", [("PER", 0, 1), ("LOC", 1, 2)], []),
]


@pytest.mark.parametrize(("tags", "stretches", "faults"), FAULTY)
def test_faults_are_mended_and_named(tags: str, stretches: list, faults: list) -> None:
    assert decode(tags.split(), {0}) == (stretches, faults)


def test_no_entity_goes_over_the_end_of_a_sentence() -> None:
    assert decode(["B-PER", "I-PER"], {0, 1})[0] == [("PER", 0, 1), ("PER", 1, 2)]
    assert decode(["I-PER", "I-PER"], {0, 1})[1] == [], "in IOB1 each begins one"


def test_what_is_a_tag() -> None:
    assert [parse_tag(tag) for tag in ("O", "b-per", "I-a-b", "B-", "B", "X-PER", "B- ", "")] == [
        *("O", "B-per", "I-a-b"),
        *[None] * 5,
    ]


@given(st.lists(st.builds("{}-{}".format, st.sampled_from("BIMELSU"), st.sampled_from("ab"))))
@law(100)
def test_each_tag_is_in_one_entity_of_its_label(tags: list[str]) -> None:
    stretches, faults = decode(tags, {0})
    covered = [(label, token) for label, a, b in stretches for token in range(a, b)]
    assert covered == [(tag[2:], token) for token, tag in enumerate(tags)]
    assert {fault.token for fault in faults} <= set(range(len(tags)))


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.integers(0, 2)), max_size=6))
@law(60)
def test_what_is_written_as_iob2_comes_back(entities: list[tuple[str, int, int]]) -> None:
    tags, expected = [], []
    for label, length, after in entities:
        expected.append((label, len(tags), len(tags) + length))
        tags += [f"B-{label}", *[f"I-{label}"] * (length - 1), *["O"] * after]
    assert decode(tags, {0}) == (expected, [])
