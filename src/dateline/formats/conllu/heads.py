"""What comments say of an article: `# meta::title = …`."""

from __future__ import annotations

import re
from unicodedata import is_normalized

from dateline.records import GENRES

__all__ = ["NAMES", "WRITTEN", "kept_meta", "meta_of"]

WRITTEN = {
    "title": "title",
    "outlet": "outlet",
    "published": "dateCreated",
    "genre": "genre",
    "language": "language",
    "source": "sourceURL",
    "licence": "licence",
}
"""What is known of an article, with the names that comments have for it."""

NAMES = {name: key for key, name in WRITTEN.items()} | {
    "published": "published",
    "date": "published",
    "lang": "language",
    "source": "source",
    "url": "source",
    "license": "licence",
}
_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def kept_meta(meta: dict[str, str]) -> dict[str, str]:
    """What comments can say of an article."""
    return {
        key: value
        for key in WRITTEN
        if (value := meta.get(key, "")) and value == value.strip() and _LINE.fullmatch(value)
        if is_normalized("NFC", value)
        if key != "genre" or value in GENRES
    }


def meta_of(name: str, value: str) -> tuple[str, str] | None:
    """What a comment `meta::name = value` says of an article; None where nothing is known of it."""
    key = NAMES.get(name)
    if key is None or not value or (key == "genre" and value not in GENRES):
        return None
    return key, value
