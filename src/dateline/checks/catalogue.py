"""The catalogue of codes (`catalogue.yaml`), and incidents made after it."""

from __future__ import annotations

from importlib import resources

import msgspec

from dateline.checks.incident import Incident, Severity
from dateline.decoding import from_yaml

__all__ = ["CATALOGUE", "LEVELS", "Code", "incident"]

LEVELS = {
    1: "files",
    2: "structure",
    3: "spans",
    4: "references and meaning",
    5: "corpus",
    6: "release",
}
"""The levels by their number, which is the first digit of a code."""


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An entry of the catalogue; `after` are the codes that hide it in the same document."""

    title: str
    why: str
    mend: str
    severity: Severity = "error"
    after: list[str] = []
    fixed: bool = False


CATALOGUE: dict[str, Code] = from_yaml(
    resources.files("dateline.checks").joinpath("catalogue.yaml").read_bytes(),
    dict[str, Code],
    "dateline/checks/catalogue.yaml",
    "a catalogue of codes",
)
"""All codes."""


def incident(
    code: str,
    path: str,
    expected: str,
    found: str,
    span: tuple[int, int] | None = None,
    doc_id: str | None = None,
) -> Incident:
    """An incident with the catalogue's title and severity for `code`."""
    entry = CATALOGUE[code]
    return Incident(
        code=code,
        level=int(code[2]),
        severity=entry.severity,
        path=path,
        span=span,
        message=entry.title,
        expected=expected,
        found=found,
        doc_id=doc_id,
    )
