"""Reading GUM's files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from dateline.errors import DataError, UsageError
from dateline.formats.gum.brackets import marks_of
from dateline.formats.gum.conllu import Printed, printed
from dateline.formats.registry import Known
from dateline.formats.standoff import RELATION, SPAN, Notice, StandOff
from dateline.formats.texts import decoded, fitted, read_bytes
from dateline.formats.webanno.laying import Laid, lay
from dateline.formats.webanno.lines import Page, parse
from dateline.formats.webanno.reading import COMMENTS, standoff_of
from dateline.records import Foreign

__all__ = ["read"]

APART = "a text whose tokens differ in tsv and conllu: that of the tsv"
_DEV = {"GUM_news_homeopathic", "GUM_news_iodine"}
_TEST = {"GUM_news_nasa", "GUM_news_sensitive"}
_WIKINEWS = {
    "outlet": "Wikinews",
    "licence": "CC-BY-2.5 (text), CC-BY-4.0 (annotations)",
    "language": "en",
}


class _Pair(NamedTuple):
    """The files of one document, by their paths below the folder."""

    tsv: str | None = None
    conllu: str | None = None


def read(path: Path, known: Known) -> Iterator[StandOff]:
    """The documents of a folder (and of those below it), or of one file.

    Files of one name, `.tsv` and `.conllu`, are one document.

    Raises
    ------
    DataError : no such file, one that cannot be decoded, or one of another form.
    UsageError : `path` is neither a folder nor such a file.
    """
    if path.is_dir():
        base, pairs = path, _pairs(path)
        if not pairs:
            raise DataError(str(path), "a folder with GUM's .tsv or .conllu files", "none")
    elif path.suffix in (".tsv", ".conllu") and path.exists():
        base = path.parent
        pairs = {path.stem: _Pair(**{path.suffix[1:]: path.name})}
    else:
        found = path.name if path.exists() else "nothing"
        raise UsageError(str(path), "a folder, or a .tsv or .conllu file", found)
    for name, pair in sorted(pairs.items()):
        yield _one(base, name, pair, known)


def _pairs(folder: Path) -> dict[str, _Pair]:
    """The documents below a folder by their names; a second file of a name is one of its own."""
    found: dict[str, _Pair] = {}
    for parent, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith("."))
        place = Path(parent).relative_to(folder)
        for name in sorted(names):
            stem, _, ending = name.rpartition(".")
            if ending not in _Pair._fields or name.startswith("."):
                continue
            whole = (place / name).as_posix()
            if getattr(found.get(stem), ending, None) is not None:
                stem = whole.rpartition(".")[0]
            found[stem] = found.get(stem, _Pair())._replace(**{ending: whole})
    return found


def _one(base: Path, name: str, pair: _Pair, known: Known) -> StandOff:
    document = None
    if pair.conllu is not None:
        raw = decoded(read_bytes(base / pair.conllu, pair.conllu), pair.conllu, known.encoding)
        document = printed(raw, pair.conllu)
    if pair.tsv is not None:
        found = _from_tsv(base, name, pair.tsv, document, known)
    else:
        assert document is not None and pair.conllu is not None, "a document has a file"
        found = _from_conllu(name, document, pair.conllu)
    return msgspec.structs.replace(found, meta=_meta(name, document))


def _from_tsv(
    base: Path, name: str, where: str, document: Printed | None, known: Known
) -> StandOff:
    page = parse(decoded(read_bytes(base / where, where), where, known.encoding), where)
    laid = _printed(page, document) if document is not None else None
    found = standoff_of(page, laid or lay(page, where), name, where)
    notices = found.notices
    if page.heads:
        notices = [*notices, Notice(COMMENTS, where)]
    if document is not None and laid is None:
        notices = [*notices, Notice(APART, where)]
    marks = [_named(mark) for mark in found.marks]
    return msgspec.structs.replace(found, marks=marks, notices=notices)


def _printed(page: Page, document: Printed) -> Laid | None:
    """The rows of a page in the text as it was printed; None where the words differ."""
    rows = list(page.rows())
    if [row.word for row in rows] != document.words or any(row.part for row in rows):
        return None
    return Laid(document.text, document.places, [])


def _named(mark: Foreign) -> Foreign:
    """A mark under the name that GUM gives it: the type of its entity or relation."""
    said = dict(mark.attributes)
    label = said.pop({SPAN: "entity", RELATION: "type"}.get(mark.kind, ""), mark.label)
    if "identity" in said:
        said["identity"] = unquote(said["identity"]).replace("_", " ")
    return msgspec.structs.replace(mark, label=label, attributes=said)


def _from_conllu(name: str, document: Printed, where: str) -> StandOff:
    try:
        text = fitted(document.text)
    except DataError as error:
        raise DataError(where, error.expected, error.found) from None
    notices = [Notice(reason, where) for reason in text.mended]
    notices += [
        Notice("a bracket that nothing opened", f"{where} line {line}") for line in document.strange
    ]
    marks, left = marks_of(document, text)
    notices += [Notice("a link to an entity that is not there", f"{where} {one}") for one in left]
    return StandOff(doc_id=name, text=text.text, marks=marks, notices=notices)


def _meta(name: str, document: Printed | None) -> dict[str, str]:
    """What is known of a document: by its name, and by the comments of its conllu file."""
    stem = name.rpartition("/")[2]
    part = stem.removeprefix("GUM_").partition("_")[0]
    if document is not None:
        part = document.meta.get("genre", part)
    found = dict(_WIKINEWS) if part in ("news", "interview") else {"language": "en"}
    if part == "interview":
        found["genre"] = "interview"
    found["split"] = "validation" if stem in _DEV else "test" if stem in _TEST else "train"
    for key, name_ in (("title", "title"), ("dateCreated", "published"), ("sourceURL", "source")):
        if document is not None and document.meta.get(key):
            found[name_] = document.meta[key]
    return found
