"""Reading brat's stand-off files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from dateline.errors import DataError, UsageError
from dateline.formats.brat.lines import Line, TextBound, Unreadable, parse
from dateline.formats.brat.marking import Marking
from dateline.formats.registry import Known
from dateline.formats.standoff import Notice, StandOff, ordered
from dateline.formats.texts import decoded, fitted, read_bytes

__all__ = ["marks_of", "read"]

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
        names = sorted(_stems(path))
        if not names:
            raise DataError(str(path), "a folder with .txt and .ann files", "none")
        base = path
    elif path.suffix in (".txt", ".ann") and path.exists():
        base, names = path.parent, [path.stem]
    else:
        found = "nothing" if not path.exists() else path.name
        raise UsageError(str(path), "a folder, or a .txt or .ann file", found)
    for name in names:
        yield _one(base, name, known)


def _stems(folder: Path) -> Iterator[str]:
    """The texts below a folder, by their paths without ending."""
    for parent, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith("."))
        stems = {n[:-4] for n in names if n.endswith((".txt", ".ann")) and not n.startswith(".")}
        place = Path(parent).relative_to(folder)
        yield from ((place / stem).as_posix() for stem in stems)


def _one(base: Path, name: str, known: Known) -> StandOff:
    text_path, ann_path = base / f"{name}.txt", base / f"{name}.ann"
    if not text_path.is_file():
        raise DataError(f"{name}.ann", f"its text, {name}.txt", "none")
    raw = decoded(read_bytes(text_path, f"{name}.txt"), f"{name}.txt", known.encoding)
    ann = ""
    if ann_path.is_file():
        ann = decoded(read_bytes(ann_path, f"{name}.ann"), f"{name}.ann", known.encoding)
    return marks_of(raw, ann, name)


def marks_of(raw: str, ann: str, name: str) -> StandOff:
    """A text with the annotations of a `.ann` file, which may be any text.

    Raises
    ------
    DataError : most of its lines are none of brat's.
    """
    where = f"{name}.ann"
    lines = list(parse(ann.removeprefix("\ufeff")))
    strange = [line for line in lines if isinstance(line, Unreadable)]
    if len(strange) * 2 > len(lines):
        place = f"{where} line {strange[0].line}"
        raise DataError(place, "lines as brat writes them", repr(strange[0].words[:80]))
    counted, apart = _counted(raw, lines)
    try:
        text = fitted(counted)
    except DataError as error:
        raise DataError(f"{name}.txt", error.expected, error.found) from None
    mended = dict.fromkeys(fitted(raw).mended if counted != raw else text.mended)
    notices = [Notice(reason, f"{name}.txt") for reason in mended]
    notices += [
        Notice("words that are not those at the offsets", f"{where} line {line.line}")
        for line in apart
    ]
    marking = Marking(text, where)
    marks = ordered(marking.marks(lines))
    return StandOff(doc_id=name, text=text.text, marks=marks, notices=notices + marking.notices)


def _counted(raw: str, lines: list[Line]) -> tuple[str, list[TextBound]]:
    """The text as its offsets were counted, and the lines whose words do not stand there.

    Brat counts a carriage return and a byte order mark; other tools do not. The words of the
    annotations tell which it was.
    """
    bound = [line for line in lines if isinstance(line, TextBound) and line.words]
    bare = raw.removeprefix("\ufeff")
    forms = [raw, bare, *(form.replace("\r\n", "\n").replace("\r", "\n") for form in (raw, bare))]
    best: tuple[str, list[TextBound]] | None = None
    for form in dict.fromkeys(forms):
        apart = [line for line in bound if not _stands(form, line)]
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
