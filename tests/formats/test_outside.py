"""JSON that others wrote: by the letter, a little beside it, or none."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import DataError
from dateline.formats.outside import from_json, from_loose_json
from strategies import law

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(VALUES)
@law(200)
def test_json_is_what_it_says(value: object) -> None:
    raw = msgspec.json.encode(value)
    assert from_json(raw, "x", "a value") == value
    assert from_loose_json(raw, "x", "a value") == (value, True)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": NaN, "b": [-Infinity, 1e999]}', {"a": None, "b": [None, None]}),
        (b'"\\ud83d!"', "?!"),
    ],
)
def test_what_is_almost_json_is_read_where_that_is_wanted(raw: bytes, value: object) -> None:
    with pytest.raises(DataError, match="x: expected a task"):
        from_json(raw, "x", "a task")
    assert from_loose_json(raw, "x", "a task") == (value, False)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "expected a task"),
        (b"[" * 99_999, "got JSON nested too deeply"),
        (b"9" * 5_000 + b" ", "expected a task"),
        (b'{"a": "\xff"}', "expected JSON in UTF-8, got byte 0xff"),
    ],
)
def test_what_is_none_is_refused_with_its_place(raw: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message) as refused:
        from_loose_json(raw, "x line 3", "a task")
    assert str(refused.value).startswith("x line 3")


@given(st.binary(max_size=60))
@law(300)
def test_no_bytes_give_another_error(raw: bytes) -> None:
    for read in (from_json, from_loose_json):
        try:
            found = read(raw, "x", "a task")
        except DataError:
            continue
        value = found[0] if read is from_loose_json else found
        assert not (isinstance(value, float) and math.isnan(value))
