"""Reading GUM's files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from dateline.errors import DataError
from dateline.formats.conllu.page import Page
from dateline.formats.conllu.reading import article, pages
from dateline.formats.finding import below, neither
from dateline.formats.registry import Known
from dateline.formats.standoff import RELATION, SPAN, Notice, StandOff
from dateline.formats.texts import decoded, read_bytes
from dateline.formats.webanno.laying import Laid, lay
from dateline.formats.webanno.lines import Page as Table
from dateline.formats.webanno.lines import parse
from dateline.formats.webanno.reading import COMMENTS, standoff_of
from dateline.records import Foreign

__all__ = ["read"]

APART = "a text whose tokens differ in tsv and conllu: that of the tsv"
_ENDINGS = (".tsv", ".conllu")
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

    Files of one name, `.tsv` and `.conllu`, are one document; a `.conllu` alone may hold several.

    Raises
    ------
    DataError : no such file, one that cannot be decoded, or one of another form.
    UsageError : `path` is neither a folder nor such a file.
    """
    if path.is_dir():
        base, pairs = path, _pairs(path)
        if not pairs:
            raise DataError(str(path), "a folder with GUM's .tsv or .conllu files", "none")
    elif path.suffix in _ENDINGS and path.exists():
        base = path.parent
        pairs = {path.stem: _Pair(**{path.suffix[1:]: path.name})}
    else:
        raise neither(path, "a folder, or a .tsv or .conllu file")
    for name, pair in sorted(pairs.items()):
        yield from _documents(base, name, pair, known)


def _pairs(folder: Path) -> dict[str, _Pair]:
    """The documents below a folder by their names; a second file of a name is one of its own."""
    found: dict[str, _Pair] = {}
    for whole in below(folder, lambda name: name.endswith(_ENDINGS)):
        stem, _, ending = whole.rpartition("/")[2].rpartition(".")
        if getattr(found.get(stem), ending, None) is not None:
            stem = whole.rpartition(".")[0]
        found[stem] = found.get(stem, _Pair())._replace(**{ending: whole})
    return found


def _documents(base: Path, name: str, pair: _Pair, known: Known) -> Iterator[StandOff]:
    printed: list[Page] = []
    if pair.conllu is not None:
        printed = list(pages(base / pair.conllu, pair.conllu, known.encoding))
    if pair.tsv is not None:
        page = printed[0] if len(printed) == 1 else None
        found = _from_tsv(base, name, pair, page, known)
        yield msgspec.structs.replace(found, meta=_meta(name, page))
        return
    for page in printed:
        called = name if len(printed) == 1 else page.doc_id
        found = article(page, linked=True)
        marks = [_without_repeats(mark) for mark in found.marks]
        yield msgspec.structs.replace(found, doc_id=called, marks=marks, meta=_meta(called, page))


def _from_tsv(base: Path, name: str, pair: _Pair, printed: Page | None, known: Known) -> StandOff:
    """The annotations of a `.tsv`, in the text as it was printed where the words are the same."""
    where = pair.tsv or ""
    table = parse(decoded(read_bytes(base / where, where), where, known.encoding), where)
    laid = _laid(table, printed) if printed is not None else None
    found = standoff_of(table, laid or lay(table, where), name, where)
    notices = found.notices
    if table.heads:
        notices = [*notices, Notice(COMMENTS, where)]
    if pair.conllu is not None and laid is None:
        notices = [*notices, Notice(APART, where)]
    marks = [_named(mark) for mark in found.marks]
    return msgspec.structs.replace(found, marks=marks, notices=notices)


def _laid(table: Table, printed: Page) -> Laid | None:
    """The rows of a table in the text as it was printed; None where the words differ."""
    text = printed.finish()
    places = [(printed.starts[word], printed.ends[word]) for word, _ in printed.tokens()]
    rows = list(table.rows())
    if any(row.part for row in rows) or [row.word for row in rows] != [
        text[start:end] for start, end in places
    ]:
        return None
    return Laid(text, places, [])


def _named(mark: Foreign) -> Foreign:
    """A mark under the name that GUM gives it: the type of its entity or relation."""
    said = dict(mark.attributes)
    label = said.pop({SPAN: "entity", RELATION: "type"}.get(mark.kind, ""), mark.label)
    if "identity" in said:
        said["identity"] = unquote(said["identity"]).replace("_", " ")
    return msgspec.structs.replace(mark, label=label, attributes=said)


def _without_repeats(mark: Foreign) -> Foreign:
    """A mark without the fields that only repeat what words and links say."""
    said = {k: v for k, v in mark.attributes.items() if k not in ("minspan", "link")}
    return msgspec.structs.replace(mark, attributes=said)


def _meta(name: str, printed: Page | None) -> dict[str, str]:
    """What is known of a document: by its name, and by the comments of its conllu file."""
    stem = (name if printed is None else printed.doc_id).rpartition("/")[2]
    part = stem.removeprefix("GUM_").partition("_")[0]
    found = dict(_WIKINEWS) if part in ("news", "interview") else {"language": "en"}
    if part == "interview":
        found["genre"] = "interview"
    found["split"] = "validation" if stem in _DEV else "test" if stem in _TEST else "train"
    said = printed.meta if printed is not None else {}
    return found | {key: said[key] for key in ("title", "published", "source") if key in said}
