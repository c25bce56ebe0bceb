"""The folders of re3d: which documents there are, and the lines that belong to each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dateline.errors import DataError
from dateline.formats.finding import below, neither
from dateline.formats.outside import from_json
from dateline.formats.re3d.marking import mark_entities, mark_relations
from dateline.formats.registry import Known
from dateline.formats.standoff import Notice, StandOff, ordered
from dateline.formats.texts import LARGEST, decoded, fitted, read_bytes
from dateline.records import Foreign

__all__ = ["Line", "read"]

_DOCUMENTS, _ENTITIES, _RELATIONS = "documents.json", "entities.json", "relations.json"
_FILES = (_DOCUMENTS, _ENTITIES, _RELATIONS)
_LICENCES = {
    "Open Government Licence v3.0": "OGL-UK-3.0",
    "public domain": "public domain (United States)",
}
_NO_OBJECT = "a line without the id of a document"
_NO_TEXT = "a document without an id and a text"


class Line(NamedTuple):
    """A line of a file: its object, and its place."""

    data: dict[str, Any]
    where: str


def read(path: Path, known: Known) -> Iterator[StandOff]:
    """The documents of every folder with a `documents.json`, each with its marks.

    Raises
    ------
    DataError : a folder without one, a line that is no JSON object, a file without documents.
    UsageError : `path` is neither a folder nor one of the three files.
    """
    if path.is_dir():
        folders = sorted({(path / name).parent for name in below(path, _FILES.__contains__)})
        if not folders:
            raise DataError(str(path), f"a folder with {_DOCUMENTS}", "none")
        base = path
    elif path.name in _FILES and path.exists():
        base, folders = path.parent.parent, [path.parent]
    else:
        raise neither(path, f"a folder of re3d, or a {_DOCUMENTS}")
    for folder in folders:
        yield from _source(folder, folder.relative_to(base).as_posix(), known)


def _source(folder: Path, name: str, known: Known) -> Iterator[StandOff]:
    """The documents of one source."""
    notices: list[Notice] = []
    documents: dict[str, Line] = {}
    for line in _lines(folder, name, _DOCUMENTS, known):
        key, text = line.data.get("_id"), line.data.get("text")
        if not isinstance(key, str) or not key or not isinstance(text, str):
            notices.append(Notice(_NO_TEXT, line.where))
        elif key in documents:
            notices.append(Notice("a document's id that stands twice", line.where))
        else:
            documents[key] = line
    if not documents:
        raise DataError(f"{name}/{_DOCUMENTS}", "documents with _id and text", "none")
    entities = _by_document(_lines(folder, name, _ENTITIES, known), notices)
    relations = _by_document(_lines(folder, name, _RELATIONS, known), notices)
    licence = _licence(folder)
    for key, line in documents.items():
        mine = entities.pop(key, []), relations.pop(key, [])
        yield _document(key, line, *mine, licence, notices)
        notices = []
    for key in dict.fromkeys([*entities, *relations]):  # of documents that are not there
        orphans = _document(
            key, Line({"text": ""}, ""), entities.get(key, []), relations.get(key, []), {}, []
        )
        yield orphans


def _lines(folder: Path, name: str, file: str, known: Known) -> Iterator[Line]:
    """The objects of a file of JSON lines; of one that is not there, none."""
    path = folder / file
    if not path.exists() and file != _DOCUMENTS:
        return
    raw = decoded(read_bytes(path, f"{name}/{file}"), f"{name}/{file}", known.encoding)
    for number, line in enumerate(raw.split("\n"), 1):
        where = f"{name}/{file} line {number}"
        bare = line.strip("\ufeff \t\r")
        if not bare:
            continue
        data = from_json(bare.encode("utf-8", "replace"), where, "a JSON object")
        if not isinstance(data, dict):
            raise DataError(where, "a JSON object", type(data).__name__)
        yield Line(data, where)


def _by_document(lines: Iterator[Line], notices: list[Notice]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        key = line.data.get("documentId")
        if isinstance(key, str) and key:
            found.setdefault(key, []).append(line)
        else:
            notices.append(Notice(_NO_OBJECT, line.where))
    return found


def _licence(folder: Path) -> dict[str, str]:
    """What the file `LICENSE` of a source says, as far as it is known."""
    path = folder / "LICENSE"
    if not path.is_file() or path.stat().st_size > LARGEST:
        return {}
    said = path.read_bytes().decode("utf-8", "replace")
    found = [licence for words, licence in _LICENCES.items() if words in said]
    return {"licence": found[0]} if found else {}


def _document(
    key: str,
    line: Line,
    entities: list[Line],
    relations: list[Line],
    licence: dict[str, str],
    notices: list[Notice],
) -> StandOff:
    """A document with its marks."""
    text = fitted(line.data["text"], f"{line.where} text")
    mended = [Notice(reason, line.where) for reason in text.mended]
    marks: dict[str, Foreign] = {}
    found: list[Notice] = []
    named = mark_entities(entities, key, text, line.data["text"], marks, found)
    mark_relations(relations, key, text, line.data["text"], named, marks, found)
    meta = {
        new: value.strip()
        for new, old in (("title", "title"), ("outlet", "sourceName"), ("source", "sourceUrl"))
        if isinstance(value := line.data.get(old), str) and value.strip()
    }
    return StandOff(
        doc_id=key,
        text=text.text,
        marks=ordered(marks.values()),
        meta=meta | licence,
        notices=[*notices, *mended, *found],
    )
