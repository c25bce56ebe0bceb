"""Texts as other tools leave them, in the stored form, with their offsets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import DataError
from dateline.formats.texts import LARGEST, decoded, fitted, read_bytes
from dateline.records import Span
from dateline.text import text_faults
from strategies import law, texts

WILD = st.text(max_size=40) | st.lists(
    st.sampled_from(["\r\n", "\r", "\n", "\ufeff", "e\u0301", "\0", "\u202e", "a", " ", "\x85"])
).map("".join)


@given(texts())
@law(100)
def test_a_stored_text_stays_as_it_is(text: str) -> None:
    found = fitted(f"{text}\n")
    assert (found.text, found.mended) == (text, ())
    assert found.span(0, len(text)) == Span(0, len(text))
    assert found.span(0, len(text) + 1) == Span(0, len(text)), "the last line end is none of it"


@given(WILD)
@law(300)
def test_whatever_comes_becomes_a_stored_text_with_offsets_in_it(raw: str) -> None:
    try:
        found = fitted(raw)
    except DataError:
        return
    if found.text:
        assert list(text_faults(f"{found.text}\n".encode())) == []
    for start in range(len(raw) + 1):
        span = found.span(start, min(len(raw), start + 3))
        assert span.start <= span.end
        assert 0 <= span.start <= len(found.text)
        assert 0 <= span.end <= len(found.text)
    assert found.span(len(raw), len(raw) + 2).end == len(found.text) + 2, "beyond stays beyond"


@pytest.mark.parametrize(
    ("raw", "words", "found", "mended"),
    [
        ("Olm\r\nis shut\r\n", "shut", "Olm\nis shut", "line ends other than LF"),
        ("\ufeffOlm is shut", "shut", "Olm is shut", "a byte order mark"),
        ("Cafe\u0301 is shut", "shut", "Café is shut", "characters not in normal form C"),
        ("Olm\x0cis shut", "shut", "Olm is shut", "control characters, now blanks"),
    ],
)
def test_what_is_mended_moves_the_offsets(raw: str, words: str, found: str, mended: str) -> None:
    text = fitted(raw)
    span = text.span(raw.index(words), raw.index(words) + len(words))
    assert text.text == found
    assert text.text[span.start : span.end] == words
    assert text.mended == (mended,)


def test_an_edge_inside_a_joined_letter_takes_the_whole() -> None:
    text = fitted("Cafe\u0301s")
    assert text.text[slice(*[text.span(3, 4).start, text.span(3, 4).end])] == "é"


def test_nothing_but_white_space_is_nothing() -> None:
    assert fitted(" \r\n\t\r\n").text == fitted("").text == ""


def test_a_file_in_another_encoding_says_where_and_what_to_do() -> None:
    with pytest.raises(DataError, match=r"a\.txt byte 3: expected text in utf-8.*0xe9") as caught:
        decoded("Café".encode("latin-1"), "a.txt")
    assert "--encoding latin-1" in caught.value.hint
    assert decoded("Café".encode("latin-1"), "a.txt", "latin-1") == "Café"
    for name in ("no-such", "hex", "\0"):
        with pytest.raises(DataError, match="--encoding"):
            decoded(b"61", "a.txt", name)


def test_what_is_no_file_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected a file, got none"):
        read_bytes(tmp_path, "a.txt")
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(DataError, match=f"at most {LARGEST} bytes"):
        read_bytes(path, "large.txt")
