"""Places: lines and columns of JSON paths and of what incidents say, on any bytes."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.checks.catalogue import incident
from dateline.checks.locate import line_of, place_of, places
from dateline.tree import Tree
from strategies import law

DOCUMENT = """{
 "doc_id": "ferry-1", "clusters": {"C1": {"kb": "NIL"}},
 "events": [
  {"id": "E1", "arguments": []},
  {"id": "E2", "text": "Nestrań, \\"]}\\"", "arguments": [{"role": "actor", "ref": "T9"}]}
 ]
}
"""


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("$", "{"),
        ("$.doc_id", '"ferry-1"'),
        ("$.clusters.C1.kb", '"NIL"'),
        ("$.clusters.C1", '{"kb"'),
        ("$.events", "["),
        ("$.events[0].arguments", "[]}"),
        ("$.events[1].arguments[0].ref", '"T9"'),
    ],
)
def test_a_value_is_found_where_it_stands(path: str, words: str) -> None:
    line, column = line_of(DOCUMENT.encode(), path)
    assert DOCUMENT.split("\n")[line - 1][column - 1 :].startswith(words)


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("$.events[1].arguments[0].role.x[3]", "$.events[1].arguments[0].role"),
        ("$.events[7].ref", "$.events"),
        ("$.events.ref", "$.events"),
        ("$.clusters[...].kb", "$.clusters"),
        ("$.stances", "$"),
        ("nonsense", "$"),
        ("$.events[" + "9" * 5000 + "]", "$.events"),
    ],
)
def test_an_absent_value_is_at_the_nearest_that_is_there(path: str, nearest: str) -> None:
    assert line_of(DOCUMENT.encode(), path) == line_of(DOCUMENT.encode(), nearest)


def test_columns_count_code_points_and_a_mark_is_one() -> None:
    assert line_of('{"ń😀": 1, "b": 2}'.encode(), "$.b") == (1, 16)
    assert line_of('\ufeff{"b": 2}'.encode(), "$.b") == (1, 8)


def test_an_escaped_key_is_the_key_that_it_means() -> None:
    assert line_of(rb'{"\u0062": 2}', "$.b") == (1, 12)


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        (b"", (1, 1)),
        (b'\n {"a": [1,\n 2', (3, 2)),
        (b'{"a": [1, "unclosed', (1, 11)),
        (b'{"a": }', (1, 1)),
        (b"]]", (1, 1)),
        (b'{"a": [1, \xff\xfe]}', (1, 11)),
    ],
)
def test_broken_json_gives_the_furthest_that_was_recognised(raw: bytes, at: Any) -> None:
    assert line_of(raw, "$.a[1]") == at


# ── Laws

_KEYS = st.text(st.characters(exclude_characters=".[", exclude_categories=["Cs"]), min_size=1)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=20,
)


def written(value: Any, gap: str, path: str, at: dict[str, int], before: str = "") -> str:
    """JSON text of a value, written by hand, with the offset of every value in it in `at`."""
    at[path] = len(before)
    if not isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii="z" in gap).replace("z", "\\u007a")
    is_list = isinstance(value, list)
    text = f"{'[' if is_list else '{'}{gap}"
    for i, key in enumerate(value):
        text += f",{gap}" if i else ""
        text += "" if is_list else f"{json.dumps(key)}{gap}:{gap}"
        step = f"[{i}]" if is_list else f".{key}"
        item = key if is_list else value[key]
        text += written(item, gap, path + step, at, before + text) + gap
    return text + ("]" if is_list else "}")


@law(200)
@given(_VALUES, st.sampled_from(["", " ", "\n", " \n\t"]))
def test_every_value_of_any_json_is_found(value: Any, gap: str) -> None:
    at: dict[str, int] = {}
    text = written(value, gap, "$", at)
    assert json.loads(text) == value
    for path, offset in at.items():
        before = text[:offset]
        expected = (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        assert line_of(text.encode(), path) == expected


@law(200)
@given(
    st.binary() | st.text('{}[]",:\\ \n1a').map(str.encode),
    st.text() | st.from_regex(r"\$(\.[a1]|\[[01]\])*", fullmatch=True),
)
def test_nothing_raises_and_the_place_is_in_the_text(raw: bytes, path: str) -> None:
    line, column = line_of(raw, path)
    lines = raw.decode("utf-8", "replace").split("\n")
    assert 1 <= line <= len(lines)
    assert 1 <= column <= len(lines[line - 1]) + 1


@pytest.mark.parametrize(
    "raw",
    [b"[" * 300_000, b'{"a":' * 60_000, b'"' + b"\\" * 300_000, b'""' * 150_000, b"{" * 300_000],
)
def test_hostile_bytes_take_linear_time(raw: bytes) -> None:
    began = time.monotonic()
    for path in ("$" + "[0]" * 100_000, "$" + ".a" * 100_000):
        line_of(raw, path)
    assert time.monotonic() - began < 10


# ── Incidents


def at(
    tmp_path: Path, place: str, raw: bytes = DOCUMENT.encode(), name: str = "ferry-1.json"
) -> Any:
    (tmp_path / name).write_bytes(raw)
    return place_of(tmp_path, incident("DL209", f"{name} {place}".strip(), "x", "y"))


def test_an_incident_has_the_extent_of_its_value(tmp_path: Path) -> None:
    assert at(tmp_path, "$.events[0]") == (4, 3, 4, 32)
    assert at(tmp_path, "$.events") == (3, 12, 6, 3)
    assert at(tmp_path, "$.doc_id") == (2, 12, 2, 21)


def test_an_incident_may_say_where_it_is(tmp_path: Path) -> None:
    text = "Orlem\nńest\n".encode()
    assert at(tmp_path, "line 2, column 3", text, "a.txt") == (2, 3, 2, 4)
    assert at(tmp_path, "line 2", text, "a.txt") == (2, 1, 2, 2)
    assert at(tmp_path, "byte 8", text, "a.txt") == (2, 2, 2, 3)
    assert at(tmp_path, "", text, "a.txt") == (1, 1, 1, 1)


def test_a_path_within_a_line_of_json_lines(tmp_path: Path) -> None:
    raw = b'{"text": "a"}\n{"text": "bb", "labels": {"events": []}}\n'
    assert at(tmp_path, "line 2 $.labels.events", raw, "x.jsonl") == (2, 37, 2, 39)
    assert at(tmp_path, "line 2 $.text line 4, column 9", raw, "x.jsonl") == (2, 10, 2, 14)
    assert at(tmp_path, "line 9 $.text", raw, "x.jsonl") == (1, 1, 1, 1)


def test_where_there_are_no_lines_there_is_no_place(tmp_path: Path) -> None:
    assert at(tmp_path, "row 3 $.x", b"PAR1", "x.parquet") is None
    for name in ("absent.json", ".", "nul\0.json"):
        assert place_of(tmp_path, incident("DL101", f"{name} $.a", "x", "y")) is None


def test_many_incidents_keep_their_order(tree: Tree) -> None:
    paths = [f"annotations/adjudicated/{d}.json" for d in ("mill-1", "toll-1", "mill-1")]
    found = places(tree.root, [incident("DL401", f"{p} $.events[0].id", "x", "y") for p in paths])
    first, second, third = found
    assert first == third
    assert first is not None
    assert second is not None
    line = (tree.root / paths[0]).read_text().split("\n")[first[0] - 1]
    assert line[first[1] - 1 : first[3] - 1] == '"E1"'
