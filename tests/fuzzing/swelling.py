"""Inputs of which one piece stands a thousand times: time may grow with the size, no faster.

Each kind of line, column, list and element is repeated where it stands, alike or with other
numbers, so that ids, offsets and references are the same, or different, or lead to one another.
"""

from __future__ import annotations

import faulthandler
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from dateline.formats import format_names
from dateline.formats.registry import find_format
from dateline.ingest import slug
from fuzzing.crowds import CROWDS, crowd
from fuzzing.cutting import Files, packed
from fuzzing.findings import save
from fuzzing.guided import CURRENT, PROGRESS
from fuzzing.trying import Bench, Finding, target
from strategies import SCHEME

__all__ = ["SIZE", "Swelling", "is_steep", "swell", "swellings"]

SIZE = 60_000
"""Bytes that a piece is repeated to; four times as many should take four times as long."""

_STEEP, _SHORT = 9.0, 1.0
_SECONDS = 60
_MARK, _LARGEST = 30, 4_000_000
_NUMBER = re.compile(r"\d{1,9}")
_SIGNS = " \t\"'\\[]{}()<>&;:=|~-_.,#*aé\u0301\u2028\r\n"
_SEPARATORS = " \t|;,:_"

Swelling = tuple[str, Callable[[int], Files]]
"""What is repeated, and the input in which it comes to so many bytes."""


def swell(name: str, first: int, work: Path, out: Path) -> None:
    """Try every swelling of a target from the `first` on; progress and findings go to folders.

    One that takes far too long ends the process: what it was is in `CURRENT` then.
    """
    found = target(name)
    bench = Bench(found, work)
    seeds = found.seeds[-1:] if name == "mappings" else [found.seeds[0], *found.seeds[-3:]]
    every = [*swellings(seeds), *_crowded(name)]
    for number, (what, make) in enumerate(every):
        if number < first:
            continue
        told = {"swollen": number, "all": len(every), "what": what, "slowest": bench.slowest}
        (work / PROGRESS).write_text(json.dumps(told))
        (work / CURRENT).write_bytes(packed(make(SIZE * 4), bench.names))
        faulthandler.dump_traceback_later(_SECONDS, exit=True)
        finding = is_steep(bench, make)
        faulthandler.cancel_dump_traceback_later()
        if finding is not None:
            finding.name += f"-{slug(what)[:60]}"
            save(finding, out)
    told = {"swollen": len(every), "all": len(every), "what": "", "slowest": bench.slowest}
    (work / PROGRESS).write_text(json.dumps(told))


def _crowded(name: str) -> Iterator[Swelling]:
    """Texts with crowds of marks, as a format writes them; not where that is too large."""
    write = find_format(name).write if name in format_names() else None
    if write is None:
        return
    for what in CROWDS:

        def made(size: int, what: str = what) -> Files:
            files = dict(write([crowd(what, size // _MARK)], SCHEME))
            small = sum(map(len, files.values())) < _LARGEST
            return files if small else dict.fromkeys(files, b"")

        yield f"crowd: {what}", made


def is_steep(bench: Bench, swell: Callable[[int], Files]) -> Finding | None:
    """Whether four times the size takes far more than four times as long."""

    def taken(files: Files) -> float:
        start = time.process_time()
        found = bench.files(files)
        if found is not None and found.name != "Memory":
            raise _FoundError(found)
        return time.process_time() - start

    try:
        less = taken(swell(SIZE))
        files = swell(SIZE * 4)
        more = taken(files)
        if more < _SHORT or more < _STEEP * less:
            return None
        more = min(more, taken(files))  # once more: others use this machine too
    except _FoundError as error:
        return error.finding
    if more < _SHORT or more < _STEEP * less:
        return None
    return Finding("Steep", files, f"{less:.2f} s, and {more:.2f} s on four times as much\n")


class _FoundError(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding


def swellings(seeds: Sequence[Files]) -> Iterator[Swelling]:
    """What can be repeated in these inputs, each kind of piece once."""
    seen: set[tuple[str, str]] = set()
    for files in seeds:
        for name, raw in files.items():
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                continue
            for what, make in _of(text):
                if (name, what) not in seen:
                    seen.add((name, what))
                    yield f"{name}: {what}", _in_file(files, name, make)


def _in_file(files: Files, name: str, make: Callable[[int], str]) -> Callable[[int], Files]:
    return lambda size: files | {name: make(size).encode("utf-8", "ignore")}


Made = Callable[[int], str]


def _of(text: str) -> Iterator[tuple[str, Made]]:
    stripped = text.lstrip("\ufeff \n")
    if stripped.startswith(("{", "[")):
        yield from _json(text)
    elif stripped.startswith("<"):
        yield from _xml(text)
    else:
        yield from _lines(text)
    for sign in _SIGNS:
        for where, at in (("first", 0), ("middle", len(text) // 2), ("end", len(text))):
            yield (
                f"sign {sign!r} {where}",
                lambda size, s=sign, a=at: text[:a] + s * (size // len(s.encode())) + text[a:],
            )


def _renumbered(piece: str, i: int, how: str) -> str:
    """A piece with its numbers raised by `i`: all of them, the first alone, all but the first."""
    seen = 0

    def number(match: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        same = how == "same" or (how == "first") == (seen > 1)
        return match[0] if same and how != "all" else str(int(match[0]) + i)

    return _NUMBER.sub(number, piece)


_HOW = ("same", "all", "first", "rest")


def _repeated(piece: str, size: int, how: str) -> list[str]:
    return [_renumbered(piece, i, how) for i in range(max(2, size // (len(piece.encode()) + 1)))]


def _lines(text: str) -> Iterator[tuple[str, Made]]:
    """Lines, and fields of lines, repeated in their places."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        shape = re.sub(r"\d+", "0", line)[:40]
        head = re.match(r"\W*\w*", re.sub(r"\d+", "0", line))
        kind = shape if "\t" not in line else f"{head[0] if head else ''} {line.count(chr(9))}"
        before, after = lines[:number], lines[number + 1 :]
        for how in _HOW:
            yield (
                f"line {kind!r} {how}",
                lambda size, li=line, h=how, b=before, a=after: "\n".join(
                    [*b, *_repeated(li, size, h), *a]
                ),
            )
        for sign in _SEPARATORS:
            fields = line.split(sign)
            if len(fields) < 2:
                continue
            for at in {len(fields) - 1, len(fields) // 2}:
                for how in ("same", "all"):

                    def made(
                        size: int,
                        f: list[str] = fields,
                        at: int = at,
                        h: str = how,
                        s: str = sign,
                        b: list[str] = before,
                        a: list[str] = after,
                    ) -> str:
                        new = s.join([*f[:at], *_repeated(f[at], size, h), *f[at + 1 :]])
                        return "\n".join([*b, new, *a])

                    yield f"field {kind!r} {sign!r} {at} {how}", made


def _raised(node: Any, i: int, how: str) -> Any:
    """A tree with its numbers raised."""
    if isinstance(node, dict):
        return {key: _raised(value, i, how) for key, value in node.items()}
    if isinstance(node, list):
        return [_raised(value, i, how) for value in node]
    if isinstance(node, int) and not isinstance(node, bool):
        return node + i if how == "all" else node
    if isinstance(node, str) and how in ("all", "ids") and len(node) < 80:
        return _renumbered(node, i, "all") if _NUMBER.search(node) else node
    return node


def _json(text: str) -> Iterator[tuple[str, Made]]:
    """Elements of lists and members of objects; where each line is a tree, in the first of them."""
    first, *rest = text.split("\n", 1)
    try:
        tree, after = json.loads(text), ""
    except ValueError:
        try:
            tree, after = json.loads(first), "\n" + "".join(rest)
        except ValueError:
            return
        yield "line", lambda size: "\n".join([*_repeated(first, size, "all"), after])
    stack: list[tuple[str, Any]] = [("$", tree)]
    while stack:
        path, node = stack.pop()
        if not isinstance(node, dict | list):
            continue
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            stack.append((f"{path}.{key}" if isinstance(node, dict) else f"{path}[]", child))
        if not node:
            continue
        for how in ("same", "all", "ids"):

            def made(size: int, node: Any = node, how: str = how) -> str:
                mine = json.dumps(node)
                piece = node[-1] if isinstance(node, list) else list(node.values())[-1]
                count = max(2, size // (len(json.dumps(piece)) + 8))
                more = [_raised(piece, i, how) for i in range(count)]
                grown: Any = node + more if isinstance(node, list) else dict(node)
                if isinstance(node, dict):
                    grown |= {f"more{i}": one for i, one in enumerate(more)}
                whole = json.dumps(tree)
                return whole.replace(mine, json.dumps(grown), 1) + after

            yield f"{path} {how}", made


def _xml(text: str) -> Iterator[tuple[str, Made]]:
    """Elements, as they stand in the text, and the words of attributes."""
    for match in re.finditer(r"<([\w:.-]+)([^<>]*)/>|<([\w:.-]+)([^<>]*)>[^<>]*</\3>", text):
        piece, tag = match[0], match[1] or match[3]
        start, end = match.span()
        for how in _HOW:
            yield (
                f"element {tag} {how}",
                lambda size, p=piece, h=how, s=start, e=end: (
                    text[:s] + "".join(_repeated(p, size, h)) + text[e:]
                ),
            )
        for attribute in re.finditer(r"([\w:.-]+)=\"([^\"]*)\"", piece):
            at = start + attribute.end() - 1
            for how in ("same", "all"):
                yield (
                    f"attribute {tag}.{attribute[1]} {how}",
                    lambda size, v=attribute[2] or "1", h=how, a=at: (
                        text[:a] + " " + " ".join(_repeated(v, size, h)) + text[a:]
                    ),
                )
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return
    tag = root.tag.rpartition("}")[2]
    at = text.rfind("</")
    yield (
        "depth",
        lambda size: (
            text[:at] + "<x>" * (size // 7) + "</x>" * (size // 7) + text[at:] + f"<!--{tag}-->"
        ),
    )
