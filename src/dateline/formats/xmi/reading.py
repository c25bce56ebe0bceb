"""Reading UIMA CAS XMI files, each with the type system beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dateline.errors import DataError
from dateline.formats.finding import files_of
from dateline.formats.registry import Known
from dateline.formats.standoff import Notice, StandOff, ordered
from dateline.formats.texts import fitted, read_bytes
from dateline.formats.xmi.marking import Marking, here_of
from dateline.formats.xmi.offsets import Units
from dateline.formats.xmi.structures import Structures
from dateline.formats.xmi.types import Shape, read_types
from dateline.formats.xmi.xml import REPLACED, clean, parse

__all__ = ["read", "standoffs_of"]

_ROOT = ("http://www.omg.org/XMI", "XMI")
_TYPES = "typesystem.xml"
_FIRST_VIEW = "_InitialView"


def read(path: Path, _: Known) -> Iterator[StandOff]:
    """The texts of a folder (and of those below it), or of one file, with their annotations.

    Each `.xmi` is a text, or one for each view that has one. Its types are in the `TypeSystem.xml`
    (in small or capital letters) of its folder, or of the nearest one above up to the folder given.

    Raises
    ------
    DataError : no file of this form, no type system, or XML that is not safe to read.
    UsageError : `path` is neither a folder nor a `.xmi` file, or the extra `cas` is not installed.
    """
    base = path if path.is_dir() else path.parent
    last: tuple[Path, dict[str, Shape]] | None = None
    for name, file in files_of(path, (".xmi",)):
        beside = _types_of(base, name)
        if last is None or last[0] != beside:
            where = str(beside.relative_to(base))
            last = beside, read_types(read_bytes(beside, where), where)
        yield from standoffs_of(read_bytes(file, name), last[1], name[:-4])


def _types_of(base: Path, name: str) -> Path:
    """The type system for a file."""
    folder = (base / name).parent
    for place in (folder, *folder.parents):
        found = sorted(one for one in place.iterdir() if one.name.lower() == _TYPES)
        if found:
            return found[0]
        if place == base:
            break
    hint = "It comes with every export of UIMA CAS XMI."
    raise DataError(name, "a TypeSystem.xml beside it", "none", hint)


def standoffs_of(raw: bytes, types: dict[str, Shape], name: str) -> Iterator[StandOff]:
    """The texts of one file, which may be any bytes, under its types.

    Raises
    ------
    DataError : XML that is not safe to read or not well-formed, another kind of XML, or more
        references than can be.
    """
    where = f"{name}.xmi"
    text, replaced = clean(raw, where)
    structures = Structures(parse(text, where, _ROOT), types, where)
    notices = [Notice(REPLACED, where)] if replaced else []
    notices += structures.notices
    views = sorted(structures.sofas.values(), key=lambda sofa: sofa.name != _FIRST_VIEW)
    views = [sofa for sofa in views if sofa.text is not None]
    if not views:
        raise DataError(where, "a text (a Sofa with a sofaString)", "none")
    for sofa in structures.sofas.values():
        if sofa.text is None:
            notices.append(Notice("a view without a text", f"{where} {sofa.name}"))
    for number, sofa in enumerate(views):
        doc_id = name if number == 0 else f"{name}-{sofa.name}"
        raw_text = sofa.text or ""
        text_ = fitted(raw_text, where)
        notices += [Notice(reason, where) for reason in text_.mended]
        here = list(here_of(structures, sofa.key, first=number == 0))
        marking = Marking(structures, here, text_, Units(raw_text))
        marks = ordered(marking.marks())
        yield StandOff(
            doc_id=doc_id,
            text=text_.text,
            marks=marks,
            meta=marking.meta(Path(name).name),
            notices=notices + marking.notices,
        )
        notices = []
