"""One input: the files are written to a folder in memory and read, and documents made of them.

Allowed are texts with marks that keep every promise of `formats.standoff`, and the two errors that
say what is wrong. Whatever else comes of it, memory that grows beyond measure included, is a
finding.
"""

from __future__ import annotations

import itertools
import resource
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

import dateline
from dateline.errors import DataError, UsageError
from dateline.formats import format_names
from dateline.formats.applying import apply
from dateline.formats.archives import Bounds, unpacked
from dateline.formats.bringing import bring
from dateline.formats.mapping import mapping_names, read_mapping
from dateline.formats.registry import Format, Known, find_format
from dateline.formats.report import Report
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from dateline.ingest import slug
from dateline.records import Document, canonical, decode, is_doc_id
from dateline.text import text_faults
from fuzzing.cutting import Files, cut, packed
from fuzzing.seeding import seeds_of, texts_by_id
from strategies import SCHEME

__all__ = ["Bench", "Finding", "Target", "targets"]

GROWTH = 300_000
"""Kilobytes by which one input of at most 16 KB may make the process grow."""

SETTLING = "settling"
SLOW_BATCH = 2.0

_PACKAGE = str(Path(dateline.__file__).parent)
_BOUNDS = Bounds(members=200, one=200_000, total=500_000, ratio=100, free=200_000)
_KINDS = ("span", "event", "relation", "group", "note", "rest")


class BrokenPromiseError(Exception):
    """Something came of it that the rest of the package may not be given."""


@dataclass(frozen=True)
class Target:
    """What is fuzzed: a name, where to start, and how to read the files in a folder.

    `make` is given the texts that were read, of many inputs at once, since that is far cheaper.
    """

    name: str
    seeds: list[Files]
    read: Callable[[Path], list[StandOff]]
    make: Callable[[list[StandOff]], None] = lambda _: None

    @property
    def names(self) -> list[str]:
        """The names of files that an input is cut into."""
        return sorted({name for files in self.seeds for name in files})


def targets() -> list[str]:
    """The names of everything that can be fuzzed: each format, archives, mappings."""
    return [*format_names(), "archives", "mappings"]


def target(name: str, seed: int = 1) -> Target:
    """What there is of a name."""
    if name == "archives":
        from fuzzing.packing import archive_seeds

        return Target(name, archive_seeds(), _archive)
    if name == "mappings":
        folder = Path(_PACKAGE) / "formats" / "mappings"
        seeds = [{"m.yaml": (folder / f"{n}.yaml").read_bytes()} for n in mapping_names()]
        form = find_format("brat")
        every = [*seeds, {"m.yaml": _MAPPING}]
        return Target(name, every, _mapping, lambda read: _made(form, read))
    form = find_format(name)
    known = Known(SCHEME, _text_of(seed))

    def read(path: Path) -> list[StandOff]:
        found = list(form.read(path, known))
        for one in found:
            _sound(one)
        return found

    return Target(name, seeds_of(form, seed), read, lambda every: _made(form, every))


_MAPPING = b"""name: harbour
title: Labels
source: [a guide]
annotator: {id: a, kind: human, does: labelled, instructions: a guide, since: "2024-03-01"}
article: {licence: CC-BY-4.0, source: the harbour, genre: spot}
by-words: [mention, quote, source_form]
rules:
  - {kind: span, label: [Town, City], to: GPE}
  - {kind: span, label: Person, when: {Confidence: {at_least: 0.5, holds: "."}}, to: PERSON}
  - kind: event
    label: "*"
    to: ASSAULT/heavy-weapons
    set: {certainty: certain}
    roles: {actor: actor, Target: [recipient, artifact]}
    attributes: {Tense: {to: time, values: {Past: past}}, x: y}
  - {kind: relation, label: owns, to: cluster}
  - {kind: group, label: bridge, to: cluster}
"""


def _text_of(seed: int) -> Callable[[str], str]:
    """The texts of the seeds by their ids, as a tree has them."""
    found = texts_by_id(seed)

    def text_of(doc_id: str) -> str:
        try:
            return found(doc_id)
        except KeyError:
            raise DataError(doc_id[:80], "an article of the tree", "none") from None

    return text_of


def _made(form: Format, read: list[StandOff]) -> None:
    """Make documents of texts with marks, as `dateline import` does."""
    ready = []
    for number, one in enumerate(read):
        name = one.doc_id if is_doc_id(one.doc_id) or slug(one.doc_id) else f"n-{number}"
        ready.append(msgspec.structs.replace(one, doc_id=name))
    report = Report(format=form.name)
    rules = read_mapping(form.mapping, SCHEME) if form.mapping else None
    try:
        made = list(bring(ready, SCHEME, report, mapping=rules))
    except DataError as error:
        raise BrokenPromiseError(f"no document can be made: {error}") from error
    for one, brought in made:
        raw = canonical(brought.document)
        if canonical(decode(raw, Document, "made")) != raw:
            raise BrokenPromiseError("a document that is another when it is read again")
        for fault in text_faults(f"{one.text}\n".encode()):
            raise BrokenPromiseError(f"a text that no article has: {fault}")
    kept = sum(reason.count for reason in report.foreign.values())
    if sum(report.marks.values()) != report.items + report.parts + kept:
        raise BrokenPromiseError("an account that does not add up")
    report.json()
    list(report.text())


def _sound(one: StandOff) -> None:
    """Whether a text with marks keeps to what it says of itself."""
    if not isinstance(one, StandOff):
        raise BrokenPromiseError(f"a {type(one).__name__}")
    again = msgspec.convert(msgspec.to_builtins(one), StandOff)
    if again != one:
        raise BrokenPromiseError("values of other types than they should be")
    for mark in one.marks:
        if mark.kind not in _KINDS:
            raise BrokenPromiseError(f"a mark of no known kind: {mark.kind!r}")
    ids = [mark.id for mark in one.marks]
    if len(set(ids)) < len(ids):
        raise BrokenPromiseError("an id that stands twice")


def _archive(path: Path) -> list[StandOff]:
    """Unpack the one archive in a folder; nothing may come to lie outside, or stay."""
    archive = path if path.is_file() else next(iter(sorted(path.iterdir())), path / "a.zip")
    if not archive.exists():
        return []  # no files are no archive, and whoever reads them says so
    around = archive.parent.parent
    before = sorted(p.name for p in around.iterdir())
    passing = around / "passing"
    passing.mkdir(exist_ok=True)
    tempfile.tempdir = str(passing)
    try:
        with unpacked(archive, _BOUNDS) as place:
            found = list(place.rglob("*")) if place.is_dir() else [place]
            if any(p.is_symlink() or not (p.is_file() or p.is_dir()) for p in found):
                raise BrokenPromiseError("something that is no file or folder")
            if sum(p.stat().st_size for p in found if p.is_file()) > _BOUNDS.total:
                raise BrokenPromiseError("more than the bounds allow")
    finally:
        tempfile.tempdir = None
        left = list(passing.iterdir())
        after = sorted(p.name for p in around.iterdir() if p != passing)
        if left or after != [name for name in before if name != "passing"]:
            raise BrokenPromiseError(f"files left behind or outside: {left}, {after}")
    return []


def _mapping(path: Path) -> list[StandOff]:
    """Read a mapping and apply it to the text that has everything."""
    file = path if path.is_file() else path / "m.yaml"
    rules = read_mapping(str(file), SCHEME)
    return [apply(rules, sample(), SCHEME).standoff]


@dataclass
class Finding:
    """Something that may not be: its name by kind and place, the input, and how it was told."""

    name: str
    files: Files
    told: str


@dataclass
class Bench:
    """Tries inputs of one target in a folder of its own, and counts what became of them.

    Documents are made of the texts of `batch` inputs together, and of each alone where that fails.
    """

    target: Target
    place: Path
    batch: int = 1
    tried: int = 0
    read: int = 0
    slowest: float = 0.0
    slow: Files = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = self.place / "in"
        self.names = self.target.names
        self._there: set[str] = set()
        self._waiting: list[tuple[Files, list[StandOff]]] = []
        for name in self.names:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)

    def bytes(self, data: bytes) -> Finding | None:
        """Try the input that bytes stand for."""
        return self.files(cut(data, self.names))

    def files(self, files: Files) -> Finding | None:
        """Try files: what was found of them or those before, kept if nothing like it was."""
        self._write(files)
        path = self.folder
        if len(files) == 1:
            ((name, raw),) = files.items()
            path = self.folder / name if len(raw) % 2 else self.folder
        self.tried += 1
        found = self._watched(files, lambda: self._read(files, path))
        if len(self._waiting) >= self.batch:
            found = self.settle() or found
        return found

    def settle(self) -> Finding | None:
        """Make documents of what was read and waits; the last finding, if any."""
        waiting, self._waiting = self._waiting, []
        found: Finding | None = None
        if len(waiting) > 1:
            self._remember([files for files, _ in waiting])
            start = time.process_time()
            try:
                self.target.make([one for _, read in waiting for one in read])
                slow = time.process_time() - start > SLOW_BATCH
            except Exception:
                slow = True
            (self.place / SETTLING).unlink(missing_ok=True)
            if not slow:
                return None  # else each alone tells which it was
        for files, read in waiting:
            found = self._watched(files, lambda read=read: self.target.make(read)) or found
        return found

    def _remember(self, every: list[Files]) -> None:
        """Write down what documents are made of now, should the process not live to tell."""
        raw = b"\0\x1e\0".join(packed(files, self.names) for files in every)
        (self.place / SETTLING).write_bytes(raw)

    def remembered(self) -> list[Files]:
        """What another process was making documents of when it died."""
        path = self.place / SETTLING
        every = path.read_bytes().split(b"\0\x1e\0") if path.is_file() else []
        return [cut(data, self.names) for data in every]

    def _read(self, files: Files, path: Path) -> None:
        read = self.target.read(path)
        self.read += 1
        self._waiting.append((dict(files), read))

    def _watched(self, files: Files, do: Callable[[], None]) -> Finding | None:
        """Do something with an input: whatever may not come of it, time and memory included."""
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.process_time()
        found: Finding | None = None
        try:
            do()
        except (DataError, UsageError) as error:
            str(error)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever it is, it is a finding
            found = Finding(_name(error), dict(files), "".join(_lines(error)))
        taken = time.process_time() - start
        if taken > self.slowest and self.tried > 1:
            self.slowest, self.slow = taken, dict(files)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        if found is None and grown > GROWTH and self.tried > 20:
            size = sum(map(len, files.values()))
            found = Finding("Memory", dict(files), f"grew by {grown} KB on {size} bytes\n")
        if found is not None:
            self.findings.setdefault(found.name, found)
        return found

    def _write(self, files: Files) -> None:
        for name in self._there - files.keys():
            (self.folder / name).unlink(missing_ok=True)
        for name, raw in files.items():
            (self.folder / name).write_bytes(raw)
        self._there = set(files)


def _name(error: BaseException) -> str:
    """What tells one finding from another: the kind of error, and where in the package it is."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(_PACKAGE)]
    if isinstance(error, BrokenPromiseError):
        words = "-".join(str(error).partition(":")[0].split()[:6])
        return f"BrokenPromise-{slug(words)[:40]}"
    if not own:
        return type(error).__name__
    place = Path(own[-1].filename).relative_to(_PACKAGE).with_suffix("")
    name = type(error).__name__
    if name in ("RecursionError", "MemoryError"):
        return name
    return f"{name}-{'.'.join(place.parts)}-{own[-1].lineno}"


def _lines(error: BaseException) -> Iterable[str]:
    return itertools.islice(traceback.format_exception(error, limit=-8), 60)
