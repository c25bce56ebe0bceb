"""The elements of an XMI file that is being written."""

from __future__ import annotations

from itertools import count

from dateline.formats.xmi.offsets import Units
from dateline.records import Span

__all__ = ["Elements", "sofa_text"]

_NONCHARACTERS = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"} | {c: f"&#{ord(c)};" for c in "\t\n\r"}
)
_SPACES = {
    "cas": "/uima/cas",
    "custom": "/webanno/custom",
    "ner": "/de/tudarmstadt/ukp/dkpro/core/api/ner/type",
    "coref": "/de/tudarmstadt/ukp/dkpro/core/api/coref/type",
    "segmentation": "/de/tudarmstadt/ukp/dkpro/core/api/segmentation/type",
    "metadata": "/de/tudarmstadt/ukp/dkpro/core/api/metadata/type",
}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" '
    + " ".join(f'xmlns:{prefix}="http://{path}.ecore"' for prefix, path in _SPACES.items())
    + ' xmi:version="2.0">\n<cas:NULL xmi:id="0"/>\n'
)
_SOFA = 1


def sofa_text(text: str) -> str:
    """A text with the characters that XML 1.0 has."""
    return text.translate(_NONCHARACTERS)


class Elements:
    """The feature structures of one text; `numbers` gives their xmi:ids."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.numbers = count(_SOFA + 1)
        self._units = Units(source)
        self._lines: list[str] = []
        self._members: list[int] = []

    def add(
        self,
        name: str,
        span: Span | None,
        said: dict[str, str],
        key: int | None = None,
        indexed: bool = False,
    ) -> int:
        """Write an element; its xmi:id. What has a span, or is indexed, is in the view."""
        key = next(self.numbers) if key is None else key
        where = ""
        if span is not None or indexed:
            where = f' sofa="{_SOFA}"'
            self._members.append(key)
        if span is not None:
            start, end = self._units.to_units(span.start), self._units.to_units(span.end)
            where += f' begin="{start}" end="{end}"'
        more = "".join([f' {k}="{v.translate(_ESCAPES)}"' for k, v in said.items()])
        self._lines.append(f'<{name} xmi:id="{key}"{where}{more}/>\n')
        return key

    def text(self) -> str:
        """The file's text."""
        text, members = self.source.translate(_ESCAPES), " ".join(map(str, self._members))
        return (
            f'{_HEAD}{"".join(self._lines)}<cas:Sofa xmi:id="{_SOFA}" sofaNum="1"'
            f' sofaID="_InitialView" mimeType="text" sofaString="{text}"/>\n'
            f'<cas:View sofa="{_SOFA}" members="{members}"/>\n</xmi:XMI>\n'
        )
