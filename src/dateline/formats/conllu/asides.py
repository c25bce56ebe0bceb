"""Comments `# dateline = {…}`: what brackets cannot say, as JSON.

Offsets count from the start of the sentence that the comment stands before, so that they hold
while other sentences change; the words beside tell whether they still do.
"""

from __future__ import annotations

import json
from typing import Annotated
from unicodedata import is_normalized

import msgspec

from dateline.records import Argument, Foreign, Span

__all__ = ["NAME", "Aside", "aside_of", "line_of", "marked"]

NAME = "dateline"
_FAR = 2**40
_Offset = Annotated[int, msgspec.Meta(ge=-_FAR, le=_FAR)]


class Aside(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole mark (`id`), what a bracket's mark or group has beside (`on`), or a bare text."""

    on: str | None = None
    id: str | None = None
    kind: str = ""
    label: str = ""
    spans: list[tuple[_Offset, _Offset]] = []
    words: list[str] = []
    args: list[tuple[str, str]] | None = None
    attributes: dict[str, str] = {}
    text: str | None = None

    def arguments(self) -> list[Argument]:
        """The arguments, none where nothing is said of them."""
        return [Argument(*pair) for pair in self.args or []]

    def mark(self, spans: list[Span]) -> Foreign:
        """The whole mark, its spans in the text."""
        return Foreign(
            self.id or "", self.kind, self.label, spans, self.arguments(), self.attributes
        )


def marked(mark: Foreign, text: str, start: int) -> Aside:
    """A whole mark, to stand before the sentence that begins at `start`."""
    return Aside(
        id=mark.id,
        kind=mark.kind,
        label=mark.label,
        spans=[(span.start - start, span.end - start) for span in mark.spans],
        words=[text[max(span.start, 0) : max(span.end, 0)] for span in mark.spans],
        args=[(a.role, a.ref) for a in mark.args],
        attributes=mark.attributes,
    )


_DECODER = msgspec.json.Decoder(Aside)
_BREAKS = str.maketrans({c: f"\\u{ord(c):04x}" for c in "\x7f\x85\u2028\u2029"})


def line_of(aside: Aside) -> str:
    """The comment, on one line whatever counts as a line's end."""
    written = msgspec.json.encode(aside).decode()
    if not is_normalized("NFC", written):
        written = json.dumps(msgspec.to_builtins(aside), separators=(",", ":"))
    return f"# {NAME} = {written.translate(_BREAKS)}"


def aside_of(value: str) -> Aside | None:
    """The content of a comment under our name; None where it is none of ours."""
    try:
        found = _DECODER.decode(value)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    one = [found.on, found.id, found.text]
    return found if sum(part is not None and part != "" for part in one) == 1 else None
