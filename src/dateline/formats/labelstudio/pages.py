"""What a labelling configuration says of a task: which key of its data each object shows."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as Xml

from dateline.errors import DataError
from dateline.formats.texts import decoded, read_bytes

__all__ = ["text_keys"]

_TEXTS = ("Text", "HyperText")
_LARGEST = 1_000_000
_DECLARED = re.compile(r"<!(?!--)")


def text_keys(folder: Path) -> dict[str, str]:
    """The key of the data by the object's name, of the configurations in a folder.

    A file that is no configuration says nothing.
    """
    keys: dict[str, str] = {}
    for path in sorted(folder.glob("*.xml")):
        try:
            raw = read_bytes(path, path.name)
        except DataError:
            continue
        if len(raw) <= _LARGEST:
            keys |= _keys(raw)
    return keys


def _keys(raw: bytes) -> dict[str, str]:
    # No declarations: entities can grow without bounds, or lead out of the file.
    # As text, so that no encoding hides one.
    try:
        page = decoded(raw, "", "utf-8-sig")
        if _DECLARED.search(page):
            return {}
        root = Xml.fromstring(page)
    except (DataError, Xml.ParseError, ValueError, LookupError, RecursionError):
        return {}
    texts = (one for one in root.iter() if one.tag in _TEXTS)
    pairs = ((one.get("name"), one.get("value", "")) for one in texts)
    return {name: value[1:] for name, value in pairs if name and value[:1] == "$"}
