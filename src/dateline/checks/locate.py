"""Where in a file an incident is: line and column, from its JSON path or from what it says itself.

Lines end with LF; columns count code points; both are from 1. Ends are half-open: the column after
the last character. Everything takes any bytes, in time and memory linear in them.
"""

from __future__ import annotations

import bisect
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from dateline.checks.incident import Incident

__all__ = ["Place", "line_of", "place_of", "places"]

Place = tuple[int, int, int, int]
"""Line and column where something begins, line and column where it ends."""

_LARGEST = 64_000_000
"""Bytes of a file that are looked into: no document is larger."""

_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>[0-9]{1,18})\]")
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\],]|[^\s"{}\[\]:,]++', re.S)
_IN_JSON = re.compile(
    r"(?:line (?P<line>\d{1,18}) )?(?P<path>\$.*?)(?: line \d+, column \d+)?", re.S
)
_IN_TEXT = re.compile(
    r"\bline (?P<line>\d{1,18})(?:, column (?P<column>\d{1,18}))?|\bbyte (?P<byte>\d{1,18})"
)
_START: Place = (1, 1, 1, 1)


def line_of(raw: bytes, json_path: str) -> tuple[int, int]:
    """Line and column of the value at a JSON path such as `$.events[3].arguments[0].ref`.

    Where the path leads nowhere it is that of the nearest value on the way; in what is no JSON, of
    the furthest that was recognised.
    """
    return _regions(raw, [json_path])[0][:2]


def place_of(root: Path, incident: Incident) -> Place | None:
    """Where an incident is in its file, which lies below `root` (see `places` for many)."""
    return next(places(root, [incident]))


def places(root: Path, incidents: Iterable[Incident]) -> Iterator[Place | None]:
    """Where each incident is; each run of incidents in one file reads that file once.

    None where there are no lines: in Parquet, and in files that cannot be read. An incident that
    names no place in its file is at its beginning.
    """
    for name, run in itertools.groupby(incidents, key=lambda incident: incident.file):
        stated = [incident.place for incident in run]
        try:
            yield from _in_file(root / name, stated)
        except (OSError, ValueError):  # ValueError: a name that no file can have
            yield from [None] * len(stated)


def _in_file(path: Path, stated: Sequence[str]) -> list[Place | None]:
    if path.suffix == ".parquet" or not path.is_file():
        return [None] * len(stated)
    found: list[Place | None] = [_START] * len(stated)
    wanted: dict[int | None, list[tuple[int, str]]] = {}
    for i, place in enumerate(stated):
        if match := _IN_JSON.fullmatch(place):
            line = int(match["line"]) if match["line"] else None
            wanted.setdefault(line, []).append((i, match["path"]))
        elif match := _IN_TEXT.search(place):
            found[i] = _stated(path, match)
    for line, raw in _parts(path, set(wanted)):
        regions = _regions(raw, [json_path for _, json_path in wanted[line]])
        down = (line or 1) - 1
        for (i, _), (first, column, last, end) in zip(wanted[line], regions, strict=True):
            found[i] = (first + down, column, last + down, end)
    return found


def _parts(path: Path, lines: set[int | None]) -> Iterator[tuple[int | None, bytes]]:
    """The JSON texts in a file that are asked for: the whole (None), or single lines of it."""
    with path.open("rb") as file:
        if None in lines:
            yield None, file.read(_LARGEST)
            file.seek(0)
        last = max((line for line in lines if line is not None), default=0)
        for number, raw in enumerate(itertools.islice(file, last), 1):
            if number in lines:
                yield number, raw


def _stated(path: Path, match: re.Match[str]) -> Place:
    """The place that an incident gives in words: a line, a line and column, or a byte."""
    if match["line"]:
        line, column = int(match["line"]), int(match["column"] or 1)
    else:
        with path.open("rb") as file:
            before = file.read(min(int(match["byte"]), _LARGEST)).decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
    return line, column, line, column + 1


# ── JSON


class _Node:
    """A value that is looked for, or on the way to one: offsets are -1 until it is found."""

    __slots__ = ("children", "end", "start")

    def __init__(self) -> None:
        self.children: dict[str | int, _Node] = {}
        self.start = self.end = -1


class _Open:
    """An open object or array on the way: `step` is the key or index of its next value."""

    __slots__ = ("node", "step")

    def __init__(self, node: _Node, step: int | None) -> None:
        self.node = node
        self.step: str | int | None = step


def _regions(raw: bytes, json_paths: Sequence[str]) -> list[Place]:
    """The extent of the value at each path, or of the nearest value on the way to it."""
    text = raw.decode("utf-8", "replace")
    root = _Node()
    ways = [_way(root, path) for path in json_paths]
    _find(text, root)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(at: int) -> tuple[int, int]:
        line = bisect.bisect_right(starts, at)
        return line, at - starts[line - 1] + 1

    found = []
    for way in ways:
        node = next((node for node in reversed(way) if node.start >= 0), None)
        if node is None:
            found.append(_START)
        else:
            found.append(place(node.start) + place(max(node.end, node.start + 1)))
    return found


def _way(root: _Node, json_path: str) -> list[_Node]:
    """The nodes from the root to the value at a path, entered below the root."""
    way, at = [root], 1
    while match := _STEP.match(json_path, at):
        step = match["key"] if match["index"] is None else int(match["index"])
        way.append(way[-1].children.setdefault(step, _Node()))
        at = match.end()
    return way


def _find(text: str, root: _Node) -> None:
    """Enter the offsets of all values below `root` that the text has.

    What is on no way is only counted by its brackets: one entry of `stack` each, None.
    """
    stack: list[_Open | None] = []
    for token in _TOKEN.finditer(text, 1 if text.startswith("\ufeff") else 0):
        kind = text[token.start()]
        outer = stack[-1] if stack else None
        if kind in "}]":
            if outer is not None:
                outer.node.end = token.end()
            if len(stack) < 2:
                return
            stack.pop()
        elif kind == ",":
            if outer is not None:
                outer.step = outer.step + 1 if isinstance(outer.step, int) else None
        elif kind == '"' and outer is not None and outer.step is None:
            outer.step = _key(token[0])
        else:
            node = _value(stack, root)
            if node is not None:
                node.start = token.start()
                node.end = -1 if kind in "{[" else token.end()
            if kind in "{[":
                stack.append(None if node is None else _Open(node, 0 if kind == "[" else None))
            elif not stack:
                return


def _value(stack: list[_Open | None], root: _Node) -> _Node | None:
    """The node of the value that begins here, where it is looked for; the first of two wins."""
    if not stack:
        return root
    outer = stack[-1]
    if outer is None or outer.step is None:
        return None
    node = outer.node.children.get(outer.step)
    return node if node is not None and node.start < 0 else None


def _key(token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token
