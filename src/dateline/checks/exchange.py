"""An exchange file as a target: JSON lines, each a row of `documents` with its text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from dateline.checks.catalogue import incident
from dateline.checks.document import check_articles, unexplained
from dateline.checks.incident import Incident
from dateline.checks.texts import CODES
from dateline.derived import Article
from dateline.errors import DataError
from dateline.records import ArticleMeta, Document, decode, duplicate_key
from dateline.scheme import Scheme
from dateline.text import text_faults

__all__ = ["check_exchange", "exchange_line"]

LARGEST = 64_000_000
"""The longest line that is read, in bytes."""

_META = [name for name in ArticleMeta.__struct_fields__ if name != "text_sha256"]


def exchange_line(article: Article) -> bytes:
    """An article as one line: its metadata, its text and its labels as stored, without LF."""
    meta = msgspec.to_builtins(article.meta)
    labels = msgspec.to_builtins(article.labels)
    return msgspec.json.encode({"meta": meta, "text": article.text, "labels": labels})


def check_exchange(path: Path, where: str, scheme: Scheme) -> Iterator[Incident]:
    """Levels 1 to 4 of each line; findings point at line and JSON path. One line in memory."""
    number = 0
    with path.open("rb") as file:
        while raw := file.readline(LARGEST + 1):
            number += 1
            at = f"{where} line {number}"
            if len(raw) > LARGEST:
                yield incident("DL114", at, f"a line of at most {LARGEST} bytes", "a longer one")
                while raw and not raw.endswith(b"\n"):
                    raw = file.readline(LARGEST)
                continue
            if raw.strip():
                yield from _line(raw, at, scheme)


def _line(raw: bytes, at: str, scheme: Scheme) -> list[Incident]:
    """The incidents of a line, one fault once."""
    try:
        parts = json.loads(raw)
    except (ValueError, RecursionError) as error:
        found = str(error).partition("\n")[0][:200]
        return [incident("DL110", at, "readable JSON", found)]
    if (twice := duplicate_key(raw)) is not None:
        return [incident("DL209", at, "every key once in its object", f"{twice!r} twice")]
    if not isinstance(parts, dict) or set(parts) != {"meta", "text", "labels"}:
        found = ", ".join(parts) if isinstance(parts, dict) else type(parts).__name__
        return [incident("DL209", f"{at} $", "the keys meta, text and labels", found[:200])]
    try:
        meta = _record(parts["meta"], ArticleMeta, f"{at} $.meta")
        labels = _record(parts["labels"], Document, f"{at} $.labels")
    except DataError as error:
        return [incident("DL209", error.where, error.expected, error.found)]
    text = parts["text"]
    if not isinstance(text, str | None):
        return [incident("DL209", f"{at} $.text", "str or null", type(text).__name__)]
    return unexplained(list(_article(meta, text, labels, at, scheme)))


def _article(
    meta: ArticleMeta, text: str | None, labels: Document, at: str, scheme: Scheme
) -> Iterator[Incident]:
    for fault in text_faults(("-" if text is None else text).encode("utf-8", "surrogatepass")):
        place = f"{at} $.text {fault.place}"
        yield incident(CODES[fault.kind], place, fault.expected, fault.found)
        if fault.kind == "encoding":
            text = None  # lone surrogates, which no column can hold
    if labels.doc_id != meta.doc_id:
        yield incident("DL214", f"{at} $.labels.doc_id", meta.doc_id, labels.doc_id)
    (found,) = check_articles([Article(meta, text, labels)], scheme, [at])
    for one in found:
        path = one.path.replace(f"{at} $.", f"{at} $.labels.", 1)
        yield msgspec.structs.replace(one, path=path)


def _record(value: Any, kind: type[Any], where: str) -> Any:
    """A record from a part of a line; its JSON paths begin where the part stands."""
    try:
        return decode(json.dumps(value).encode(), kind, "")
    except DataError as error:
        place = error.where.strip().removeprefix("$")
        raise DataError(f"{where}{place}", error.expected, error.found) from None
