"""XML that may come from anywhere, as rows of elements; nothing in it is resolved or fetched.

The bytes are decoded here, by their byte order mark or declaration and from a short list of
encodings, so that no other one hides what they say. A document type, and with it every entity, is
refused before a parser sees it, and XInclude when it is met.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple
from xml.parsers import expat

from dateline.errors import DataError

__all__ = ["Row", "clean", "parse"]

MOST_ELEMENTS = 1_000_000
"""The most tags that are read in one file."""

MOST_ATTRIBUTES = 4_000_000
"""The most equals signs that are read in one file."""

_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_DECLARATION = re.compile(r"\s*<\?xml[ \t\r\n][^>]{0,400}?\?>")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")
_ENCODINGS = ("utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252")
_BOMS = (
    (codecs.BOM_UTF32_LE, None),
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_CHILDLESS: dict[str, list[str]] = {}
_XINCLUDE = "http://www.w3.org/2001/XInclude"
_DEEPEST = 2
REPLACED = "references to characters that XML has not, now blanks"


class Row(NamedTuple):
    """An element below the root: its name (namespace and local name), attributes, and the texts of
    its children by their names.
    """

    space: str
    name: str
    attributes: dict[str, str]
    children: dict[str, list[str]]


def clean(raw: bytes, where: str) -> tuple[str, bool]:
    """The text of an XML file without its declaration, and whether characters had to be replaced.

    Raises
    ------
    DataError : an encoding that is not read here, bytes that it does not have, a document type, or
        more than can be.
    """
    text = _decoded(raw, where)
    text = _DECLARATION.sub("", text.removeprefix("\ufeff"), count=1)
    for found in ("<!DOCTYPE", "<!ENTITY"):
        if found in text:
            hint = "Entities and external references are never read."
            raise DataError(where, "XML without a document type", found, hint)
    if text.count("<") > MOST_ELEMENTS or text.count("=") > MOST_ATTRIBUTES:
        expected = f"at most {MOST_ELEMENTS} tags and {MOST_ATTRIBUTES} attributes"
        raise DataError(where, expected, "more")
    mended = 0

    def sound(match: re.Match[str]) -> str:
        nonlocal mended
        code = int(match[1], 16) if match[1] else int(match[2])
        if (
            code in (9, 10, 13)
            or 32 <= code < 0xD800
            or 0xE000 <= code < 0xFFFE
            or (0x10000 <= code < 0x110000)
        ):
            return match[0]
        mended += 1
        return " "

    return (_REFERENCE.sub(sound, text) if "&#" in text else text), mended > 0


def _decoded(raw: bytes, where: str) -> str:
    encoding: str | None = "utf-8"
    for mark, name in _BOMS:
        if raw.startswith(mark):
            encoding = name
            break
    else:
        declared = _DECLARED.match(raw)
        if declared is not None:
            encoding = _known(declared[1].decode("ascii"))
    if encoding is None:
        raise DataError(where, "XML in UTF-8, UTF-16, Latin-1 or Windows-1252", "another encoding")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        found = f"byte 0x{raw[error.start]:02x}" if error.start < len(raw) else "an early end"
        raise DataError(f"{where} byte {error.start}", f"text in {encoding}", found) from None


def _known(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return found if found in _ENCODINGS else None


def parse(text: str, where: str, root: tuple[str, str]) -> list[Row]:
    """The elements below the root of a text from `clean`.

    Raises
    ------
    DataError : no well-formed XML, another root, elements nested deeper than two levels below it,
        or an XInclude.
    """
    reader = _Reader(where, root)
    try:
        reader.parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        said = expat.errors.messages.get(error.code, "an error")
        raise DataError(f"{where} line {error.lineno}", "well-formed XML", said) from None
    return reader.rows


class _Reader:
    def __init__(self, where: str, root: tuple[str, str]) -> None:
        self.where, self.root = where, root
        self.rows: list[Row] = []
        self.depth = -1
        self.names: dict[str, tuple[str, str]] = {}
        self.words: list[str] = []
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, name = self.names.get(tag) or self._split(tag)
        self.depth += 1
        if self.depth == 1:
            self.rows.append(Row(space, name, attributes, _CHILDLESS))
        elif self.depth == 0 and (space, name) != self.root:
            raise self._wrong(f"the element {self.root[1]}", name)
        elif self.depth > _DEEPEST:
            raise self._wrong("elements in two levels", f"{name}, deeper")
        if self.depth == _DEEPEST:
            self.words = []

    def _split(self, tag: str) -> tuple[str, str]:
        space, _, name = tag.rpartition(" ")
        if space == _XINCLUDE:
            raise self._wrong("XML without external references", "an XInclude")
        self.names[tag] = space, name
        return space, name

    def end(self, tag: str) -> None:
        if self.depth == _DEEPEST:
            name = tag.rpartition(" ")[2]
            row = self.rows[-1]
            if row.children is _CHILDLESS:
                row = self.rows[-1] = row._replace(children={})
            row.children.setdefault(name, []).append("".join(self.words))
        self.depth -= 1

    def data(self, words: str) -> None:
        if self.depth == _DEEPEST:
            self.words.append(words)

    def _wrong(self, expected: str, found: str) -> DataError:
        return DataError(f"{self.where} line {self.parser.CurrentLineNumber}", expected, found[:80])
