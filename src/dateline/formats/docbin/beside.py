"""What a `.spacy` file has beside its tokens: groups of spans, user data, categories."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from dateline.formats.aside import KEY
from dateline.formats.docbin.packed import decoded
from dateline.formats.jsonl import as_label, as_text
from dateline.formats.standoff import NOTE, Notice
from dateline.records import Foreign

__all__ = ["Grouped", "category_notes", "grouped", "user_notes"]

_SPAN = struct.Struct(">QQQllll")

UNREADABLE = "spans or notes that cannot be read"


class Grouped(NamedTuple):
    """A span of a group: its tokens, and the numbers of label, link and id."""

    group: str
    first: int
    last: int
    label: int
    kb: int
    id: int


def grouped(raw: memoryview | None, where: str, notices: list[Notice]) -> Iterator[Grouped]:
    """The spans of all groups, which stand as msgpack in msgpack in msgpack."""
    packed = decoded(raw, where) if raw is not None else None
    if packed is None or packed == b"":
        return
    found = decoded(packed, where) if isinstance(packed, bytes) else None
    pairs: list[tuple[Any, Any]] = []
    if isinstance(found, dict):
        pairs = list(found.items())
    elif isinstance(found, list):  # as spaCy wrote it before it kept the keys
        pairs = [(group, None) for group in found]
    else:
        notices.append(Notice(UNREADABLE, where))
    for group, keys in pairs:
        said = decoded(group, where) if isinstance(group, bytes) else None
        spans = said.get("spans") if isinstance(said, dict) else None
        if not isinstance(said, dict) or not isinstance(spans, list):
            notices.append(Notice(UNREADABLE, where))
            continue
        names = keys if isinstance(keys, list) and keys else [said.get("name")]
        name = " ".join(as_label(one, "") for one in names) or "spans"
        for span in spans:
            if not isinstance(span, bytes) or len(span) != _SPAN.size:
                notices.append(Notice(UNREADABLE, where))
                continue
            key, kb, label, first, last, _, _ = _SPAN.unpack(span)
            yield Grouped(name, first, last, label, kb, key)


def user_notes(
    raw: memoryview | None, where: str, notices: list[Notice]
) -> tuple[object, list[Foreign]]:
    """What of ours stands in the user data, and what of others as a note."""
    packed = decoded(raw, where) if raw is not None else None
    if packed is None:
        return None, []
    found = decoded(packed, where) if isinstance(packed, bytes) else packed
    if not isinstance(found, dict):
        notices.append(Notice(UNREADABLE, where))
        return None, []
    return found.pop(KEY, None), _note("user_data", found, where, notices)


def category_notes(raw: memoryview | None, where: str, notices: list[Notice]) -> list[Foreign]:
    """The categories of a document as a note."""
    return _note("cats", decoded(raw, where) if raw is not None else {}, where, notices)


def _note(label: str, found: object, where: str, notices: list[Notice]) -> list[Foreign]:
    if found is None or found == {}:
        return []
    try:
        if isinstance(found, dict):
            said = {as_text(key): as_text(value) for key, value in found.items()}
            return [Foreign("", NOTE, label, [], [], said)]
    except (TypeError, ValueError, RecursionError):
        pass
    notices.append(Notice(UNREADABLE, where))
    return []
