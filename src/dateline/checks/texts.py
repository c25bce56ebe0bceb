"""Level 1: the bytes of files, and the texts of rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from dateline.checks.catalogue import incident
from dateline.checks.columns import Layout
from dateline.checks.incident import Incident
from dateline.checks.spans import Finding
from dateline.text import text_faults

__all__ = ["CODES", "check_text_file", "check_texts"]

CODES = {
    "encoding": "DL102",
    "cr": "DL103",
    "bom": "DL104",
    "nul": "DL105",
    "nfc": "DL106",
    "control": "DL107",
    "bidi": "DL108",
    "empty": "DL113",
}


def check_text_file(raw: bytes, where: str, doc_id: str) -> Iterator[Incident]:
    """DL102 to DL108, DL112, DL113: the bytes of an article's text file."""
    faults = list(text_faults(raw))
    for fault in faults:
        path = f"{where} {fault.place}"
        yield incident(CODES[fault.kind], path, fault.expected, fault.found, doc_id=doc_id)
    if not faults and (not raw.endswith(b"\n") or raw.endswith(b"\n\n")):
        ends = len(raw) - len(raw.rstrip(b"\n"))
        line = raw.count(b"\n") + 1
        found = f"{ends} line ends"
        yield incident("DL112", f"{where} line {line}", "one LF at the end", found, doc_id=doc_id)


def check_texts(layout: Layout) -> Iterator[Finding]:
    """DL103 to DL108, DL113: the texts of rows. Only suspicious ones are looked at one by one."""
    if "text" not in layout.batch.schema.names:
        return
    rows = _suspicious(*layout.utf8)
    blank = np.flatnonzero(layout.has_text & (layout.lengths == 0))
    for row in sorted({*rows.tolist(), *blank.tolist()}):
        raw = (layout.texts[row] or "").encode("utf-8", "surrogatepass")
        for fault in text_faults(raw):
            where = f"text {fault.place}"
            yield Finding(CODES[fault.kind], row, where, fault.expected, fault.found)


_PLAIN, _ODD, _LATIN, _PUNCTUATION = range(4)


def _byte_kinds() -> npt.NDArray[np.uint8]:
    """By byte of UTF-8: plain; surely worth a look; or the first of two or three that tell."""
    kinds = np.zeros(256, dtype=np.uint8)
    kinds[:0x20] = _ODD
    kinds[[0x09, 0x0A]] = _PLAIN
    kinds[0x7F] = _ODD
    kinds[0xC2] = _LATIN  # U+0080 to U+009F are controls
    kinds[0xCC:] = _ODD  # from U+0300 on, normal form C may change a text
    kinds[0xE2] = _PUNCTUATION  # dashes and quotation marks, but also overrides of direction
    return kinds


_KINDS = _byte_kinds()


def _suspicious(data: npt.NDArray[np.uint8], edges: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The rows with a byte that a fault might have; most texts have none."""
    if not len(edges) or edges[0] == edges[-1]:
        return np.zeros(0, dtype=np.int64)
    part = data[edges[0] : edges[-1]]
    at = np.flatnonzero((part - np.uint8(0x20)) > 0x5E)  # below 0x20 it wraps round
    kind = _KINDS[part[at]]
    at, kind = at[kind != _PLAIN], kind[kind != _PLAIN]
    second = part[np.minimum(at + 1, len(part) - 1)]
    third = part[np.minimum(at + 2, len(part) - 1)]
    latin = (kind == _LATIN) & (second >= 0xA0)
    dash = (second == 0x80) & (third >= 0x90) & (third <= 0xA7)  # U+2010 to U+2027
    mark = (second == 0x80) & (third >= 0xB0) | (second == 0x82) & (third >= 0xA0)
    harmless = latin | ((kind == _PUNCTUATION) & (dash | mark))
    found = at[~harmless] + edges[0]
    rows: npt.NDArray[np.int64] = np.unique(np.searchsorted(edges, found, side="right") - 1)
    return rows
