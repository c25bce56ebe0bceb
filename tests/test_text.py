"""Reading texts strictly, and their units."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Literal

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from dateline.errors import DataError
from dateline.scheme import Scheme
from dateline.text import (
    _RULES,
    SENTENCES,
    TOKENS,
    digest,
    normalise,
    parse_text,
    segment,
    shingles,
    text_faults,
    tokenize,
)
from strategies import law, texts, visible


def any_span(text: str) -> st.SearchStrategy[tuple[int, int]]:
    """A span with something visible at both ends, be it half of an emoji."""
    ends = st.lists(st.sampled_from(visible(text)), min_size=2, max_size=2)
    return ends.map(lambda pair: (min(pair), max(pair) + 1))


texts_and_spans = texts().flatmap(lambda text: st.tuples(st.just(text), any_span(text)))


def sentences_of(text: str) -> list[str]:
    return [text[start:end] for start, end in segment(text).sentences]


def tokens_of(text: str) -> list[str]:
    return [text[start:end] for start, end in tokenize(text)]


LF = "lines that end with LF alone"
FAULTS = {
    "crlf": (b"one\r\ntwo", ("line 1, column 4", LF, "a carriage return")),
    "lone cr": (b"one\ntw\ro", ("line 2, column 3", LF, "a carriage return")),
    "mark": (b"\xef\xbb\xbfone", ("line 1, column 1", "no byte order mark", "U+FEFF")),
    "nul": (b"one\n\ntw\0", ("line 3, column 3", "text without NUL", "NUL")),
    "latin": (b"caf\xe9 one", ("byte 3", "UTF-8", "byte 0xe9")),
    "utf-16": (b"\xff\xfeo\0", ("byte 0", "UTF-8", "byte 0xff")),
    "surrogate": (b"a\xed\xa0\x80", ("byte 1", "UTF-8", "byte 0xed")),
    "decomposed": (
        "é\ncafe\u0301".encode(),
        ("line 2, column 4", "text in Unicode normal form C", "U+0065 U+0301"),
    ),
    "singleton": (
        "5 \u212b".encode(),
        ("line 1, column 3", "text in Unicode normal form C", "U+212B"),
    ),
    "empty": (b"", ("line 1, column 1", "a text", "nothing")),
    "blank": (" \n\t\u3000".encode(), ("line 1, column 1", "a text", "nothing but white space")),
}


@pytest.mark.parametrize(("raw", "problem"), FAULTS.values(), ids=FAULTS)
def test_a_text_of_another_kind_is_refused(raw: bytes, problem: tuple[str, str, str]) -> None:
    assert [fault[1:] for fault in text_faults(raw)] == [problem]
    with pytest.raises(DataError) as caught:
        parse_text(raw, "a.txt")
    place, expected, found = problem
    error = caught.value
    assert (error.where, error.expected, error.found) == (f"a.txt {place}", expected, found)


def test_a_plain_text_loses_only_its_last_line_ends() -> None:
    assert parse_text(b"\n Olm\t\n\nsail \n\n", "a.txt") == "\n Olm\t\n\nsail "


@given(texts())
@law()
def test_generated_texts_are_of_the_allowed_kind(text: str) -> None:
    assert list(text_faults(text.encode())) == []
    assert parse_text(f"{text}\n".encode(), "a.txt") == text


@pytest.mark.parametrize(
    "raw",
    [
        "Café Olm\nshut.",
        "\ufeffCafé Olm\r\nshut.\r\n",
        "Cafe\u0301 Olm\rshut.\r",
        "Café Olm\nshut.\n\n",
    ],
)
def test_normalise_gives_one_text_for_all_copies(raw: str) -> None:
    assert normalise(raw.encode(), "a.txt") == "Café Olm\nshut."


@pytest.mark.parametrize("fault", ["nul", "latin", "empty", "blank"])
def test_normalise_refuses_what_cannot_be_mended(fault: str) -> None:
    raw, (_, expected, found) = FAULTS[fault]
    with pytest.raises(DataError) as caught:
        normalise(raw, "a.txt")
    assert caught.value.where.startswith("a.txt ")
    assert (caught.value.expected, caught.value.found) == (expected, found)


@given(
    texts(),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(["NFC", "NFD"]),
)
@law()
def test_normalise_mends_every_copy_and_leaves_its_own_result_alone(
    text: str, line_end: str, mark: str, form: Literal["NFC", "NFD"]
) -> None:
    copy = mark + unicodedata.normalize(form, text).replace("\n", line_end) + line_end
    assert normalise(copy.encode(), "a.txt") == text
    assert normalise(text.encode(), "a.txt") == text


def test_digest_is_of_the_utf_8_bytes() -> None:
    assert digest("Café") == hashlib.sha256(b"Caf\xc3\xa9").hexdigest()


def test_shingles_hash_runs_of_eight_words_whatever_their_case_and_marks() -> None:
    nine = "The ferry from Olm to Sarn did not sail."
    assert len(shingles(nine)) == 2
    assert shingles(nine) == shingles("the FERRY, from Olm to “Sarn” did not sail")
    first = hashlib.sha256(b"the ferry from olm to sarn did not").hexdigest()[:16]
    assert shingles(nine)[0] == first
    assert shingles("only seven words stand in this line") == []


@given(texts())
@law(150)
@example("A blank with an accent: \u0301 and x.")
@example("Group A\u00a0. Then more.")
@example("Number \u0600 1.")
def test_units_are_ordered_disjoint_trimmed_and_cover_the_text(text: str) -> None:
    units = segment(text)
    for found in (units.sentences, units.tokens):
        edges = [offset for span in found for offset in span]
        assert edges == sorted(edges)
        assert all(start < end for start, end in found)
        assert all(text[start:end] == text[start:end].strip() for start, end in found)
        assert not any("\n" in text[start:end] for start, end in found)
        covered = {at for span in found for at in range(*span)}
        assert covered >= set(visible(text))


@given(texts())
@law()
def test_every_token_lies_in_the_sentence_that_counts_it(text: str) -> None:
    units = segment(text)
    assert units.first_token[0] == 0
    assert units.first_token[-1] == len(units.tokens)
    for number, (start, end) in enumerate(units.sentences):
        low, high = units.sentence_tokens(number)
        assert low < high
        for token_start, token_end in units.tokens[low:high]:
            assert start <= token_start < token_end <= end
            assert units.sentence_of(token_start) == units.sentence_of(token_end - 1) == number


@given(texts_and_spans)
@law(150)
def test_a_span_takes_every_token_it_touches(pair: tuple[str, tuple[int, int]]) -> None:
    text, (start, end) = pair
    units = segment(text)
    touched = [n for n, (a, b) in enumerate(units.tokens) if a < end and start < b]
    assert list(range(*units.tokens_of(start, end))) == touched
    assert touched


@given(texts_and_spans)
@law(150)
def test_a_span_belongs_to_the_sentence_in_which_it_starts(
    pair: tuple[str, tuple[int, int]],
) -> None:
    text, (start, end) = pair
    units = segment(text)
    sentence, first, last = units.in_sentence(start, end)
    low, high = units.sentence_tokens(sentence)
    assert units.sentences[sentence][0] <= start < units.sentences[sentence][1]
    touched = range(*units.tokens_of(start, end))
    assert [low + n for n in range(first, last)] == [n for n in touched if low <= n < high]


def test_a_span_that_cuts_a_token_takes_it_whole() -> None:
    text = "A meetingin Olm"
    units = segment(text)
    assert units.tokens_of(2, 9) == units.tokens_of(9, 11) == (1, 2)
    assert units.tokens_of(9, 13) == (1, 3)
    assert units.tokens_of(1, 2) == (1, 1), "a blank touches none"


def test_a_span_over_two_sentences_is_cut_at_the_end_of_the_first() -> None:
    text = "Olm is shut. Sarn is not."
    units = segment(text)
    assert units.in_sentence(4, 17) == (0, 1, 4)
    assert units.in_sentence(13, 17) == (1, 0, 1)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("didn't can’t won't", ["did", "n't", "ca", "n’t", "wo", "n't"]),
        ("we're I've she'd I'm", ["we", "'re", "I", "'ve", "she", "'d", "I", "'m"]),
        (
            "the ministry’s guns, rebels’ own",
            ["the", "ministry", "’s", "guns", ",", "rebels", "’", "own"],
        ),
        ("Tamsin O’Dann and d’Orlem", ["Tamsin", "O’Dann", "and", "d’Orlem"]),
        ("“Wait,” she said.", ["“", "Wait", ",", "”", "she", "said", "."]),
        ("Gen. Orlem met Dr. Sarn", ["Gen.", "Orlem", "met", "Dr.", "Sarn"]),
        ("Sarn met the Gen.", ["Sarn", "met", "the", "Gen", "."]),
        ("a U.S.-led force at 6 a.m.", ["a", "U.S.", "-", "led", "force", "at", "6", "a.m."]),
        ("1,200 of 3.5 at 10:30", ["1,200", "of", "3.5", "at", "10:30"]),
        ("$3.5m, 7%", ["$", "3.5", "m", ",", "7", "%"]),
        ("2024.", ["2024", "."]),
        ("a meetingin Olm", ["a", "meetingin", "Olm"]),
        ("See https://olm.example/a?b=1.", ["See", "https://olm.example/a?b=1", "."]),
        ("(www.olm.example/x)", ["(", "www.olm.example/x", ")"]),
        ("ask t.orlem@olm-port.example.", ["ask", "t.orlem@olm-port.example", "."]),
        ("wait... well--no", ["wait", "...", "well", "--", "no"]),
        ("👨‍👩‍👧👩🏽‍🚀🇳🇴!", ["👨‍👩‍👧", "👩🏽‍🚀", "🇳🇴", "!"]),
        ("x\u0302y नमस्ते שלום", ["x\u0302y", "नमस्ते", "שלום"]),
        ("a \u0301 b", ["a", "\u0301", "b"]),
        (" \t\n ", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert tokens_of(text) == tokens


@given(texts() | st.text("abnstw '’.,@-:/0_\n\t\u0301é", max_size=30))
@example("a b@c.de www.x, didn't n't U.S. Col. a\u0301b  \u0301c")
@law()
def test_no_token_hangs_on_the_short_cut_for_plain_words(text: str) -> None:
    rules = regex.compile(_RULES, regex.VERBOSE | regex.VERSION1)
    found = [match.group().strip() for match in rules.finditer(text)]
    assert tokens_of(text) == [token for token in found if token]


def test_tokens_of_a_part_keep_the_offsets_of_the_whole() -> None:
    text = "Olm, Sarn and Orlem"
    assert tokenize(text, 5, 13) == [(5, 9), (10, 13)]
    assert tokenize(text, 5, 12)[-1] == (10, 12)


def test_a_headline_without_full_stop_does_not_join_the_next_line() -> None:
    text = "Ferry strike at Olm\nCrews stayed ashore. Nothing sailed.\n\n  By our own staff \n"
    assert sentences_of(text) == [
        "Ferry strike at Olm",
        "Crews stayed ashore.",
        "Nothing sailed.",
        "By our own staff",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Gen. Orlem and Dr. Sarn met Mr. O’Dann at 6 a.m. on Monday.",
        "The fee rose by 3.5 per cent.",
        "Pier A\u00a0. 5 is shut",
        "A\u2028line separator is no line end",
    ],
)
def test_what_is_no_end_of_a_sentence(sentence: str) -> None:
    assert sentences_of(sentence) == [sentence]


def test_a_text_without_words_has_no_units() -> None:
    assert (segment("").sentences, segment(" \n").tokens) == ([], [])


def test_the_scheme_names_the_versions_of_both_splitters(scheme: Scheme) -> None:
    assert (scheme.text.sentences, scheme.text.tokens) == (SENTENCES, TOKENS)
