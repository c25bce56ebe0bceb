"""Reading brat's stand-off files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from dateline.errors import DataError
from dateline.formats.brat.lines import Line, TextBound, Unreadable, parse
from dateline.formats.brat.marking import Marking
from dateline.formats.brat.rows import Rows, careful, well_formed
from dateline.formats.finding import below, neither
from dateline.formats.registry import Known
from dateline.formats.standoff import Notice, StandOff, ordered
from dateline.formats.texts import decoded, fitted, read_bytes, stored

__all__ = ["marks_of", "read"]

_ENDINGS = (".txt", ".ann")
_SPACE = re.compile(r"\s")


def read(path: Path, known: Known) -> Iterator[StandOff]:
    """The texts of a folder (and of those below it), or of one file, with their annotations.

    Each `.txt` is a text, and the `.ann` beside it holds its annotations; without one it has none.

    Raises
    ------
    DataError : a `.ann` without its text, a file that cannot be decoded, or one of another form.
    UsageError : `path` is neither a folder nor a `.txt` or `.ann` file.
    """
    if path.is_dir():
        names = _names(path)
        if not names:
            raise DataError(str(path), "a folder with .txt and .ann files", "none")
        base = path
    elif path.suffix in _ENDINGS and path.exists():
        base, name = path.parent, path.stem
        names = {name: {end for end in _ENDINGS if (base / f"{name}{end}").is_file()}}
    else:
        raise neither(path, "a folder, or a .txt or .ann file")
    for name in sorted(names):
        yield _one(base, name, names[name], known)


def _names(folder: Path) -> dict[str, set[str]]:
    """The texts below a folder, by their paths without ending: which endings there are."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in below(folder, lambda name: name.endswith(_ENDINGS)):
        found[name[:-4]].add(name[-4:])
    return found


def _one(base: Path, name: str, endings: set[str], known: Known) -> StandOff:
    if ".txt" not in endings:
        raise DataError(f"{name}.ann", f"its text, {name}.txt", "none")
    raw = _read(base, f"{name}.txt", known)
    return marks_of(raw, _read(base, f"{name}.ann", known) if ".ann" in endings else "", name)


def _read(base: Path, name: str, known: Known) -> str:
    return decoded(read_bytes(base / name, name), name, known.encoding)


def marks_of(raw: str, ann: str, name: str) -> StandOff:
    """A text with the annotations of a `.ann` file, which may be any text.

    Raises
    ------
    DataError : most of its lines are none of brat's.
    """
    where = f"{name}.ann"
    text = stored(raw)
    rows = well_formed(ann, text) if text is not None else None
    if text is None or rows is None:
        text, rows, notices = _careful(raw, ann, name)
    else:
        notices = []
    marking = Marking(rows, text, where)
    marks = ordered(marking.marks())
    return StandOff(doc_id=name, text=text, marks=marks, notices=notices + marking.notices)


def _careful(raw: str, ann: str, name: str) -> tuple[str, Rows, list[Notice]]:
    """The stored text, the lines of any file over it, and what was not as it should be."""
    where = f"{name}.ann"
    lines = list(parse(ann.removeprefix("\ufeff")))
    strange = [line for _, line in lines if isinstance(line, Unreadable)]
    if len(strange) * 2 > len(lines):
        place = f"{where} line {strange[0].line}"
        raise DataError(place, "lines as brat writes them", repr(strange[0].words[:80]))
    counted, apart = _counted(raw, lines)
    text = fitted(counted, f"{name}.txt")
    mended = dict.fromkeys(fitted(raw, f"{name}.txt").mended if counted != raw else text.mended)
    notices = [Notice(reason, f"{name}.txt") for reason in mended]
    notices += [
        Notice("words that are not those at the offsets", f"{where} line {number}")
        for number in apart
    ]
    rows, more = careful(lines, text, where)
    return text.text, rows, notices + more


def _counted(raw: str, lines: list[tuple[int, Line]]) -> tuple[str, list[int]]:
    """The text as its offsets were counted, and the lines whose words do not stand there.

    Brat counts a carriage return and a byte order mark; other tools do not. The words of the
    annotations tell which it was.
    """
    bound = [(n, line) for n, line in lines if isinstance(line, TextBound) and line.words]
    bare = raw.removeprefix("\ufeff")
    forms = [raw, bare, *(form.replace("\r\n", "\n").replace("\r", "\n") for form in (raw, bare))]
    best: tuple[str, list[int]] | None = None
    for form in dict.fromkeys(forms):
        apart = [number for number, line in bound if not _stands(form, line)]
        if best is None or len(apart) < len(best[1]):
            best = form, apart
        if not apart:
            break
    assert best is not None
    return best


def _stands(text: str, line: TextBound) -> bool:
    """Whether the words of a line are those at its offsets; one white space is as good as any."""
    if len(line.fragments) == 1 and text[slice(*line.fragments[0])] == line.words:
        return True
    pieces = [text[start:end] for start, end in line.fragments]
    words = _SPACE.sub(" ", (line.words or "").strip())
    return any(_SPACE.sub(" ", part.join(pieces)).strip() == words for part in (" ", ""))
