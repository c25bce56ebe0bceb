"""Places in hand-written files that a program fills; both forms of marks are unseen when rendered.

Blocks run from `<!-- generated: NAME -->` to `<!-- /generated -->`, on lines of their own. A figure
in a sentence stands between `<!-- n: NAME -->` and `<!-- /n -->`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dateline.errors import DataError

__all__ = ["BLOCK", "NUMBER", "fill"]

BLOCK = re.compile(r"(<!-- generated: (?P<name>[a-z0-9-]+) -->\n).*?(<!-- /generated -->)", re.S)
NUMBER = re.compile(r"(?P<open><!-- n: (?P<name>[a-z-]+) -->)[^<\n]*(?P<close><!-- /n -->)")
_FIRST = re.compile(r"[\s>*+-]*(?:\d+[.)]\s+)?<!-- n:")
_STRAY = re.compile(r"<!-- /?n\b[^\n]*")


def fill(text: str, blocks: Mapping[str, str], where: str, numbers: Mapping[str, str] = {}) -> str:
    """`text` with every marked block, and every marked figure, replaced by that of its name.

    Raises
    ------
    DataError : a name that is not known, a block that is missing, or the mark of a figure that has
        no end or begins a line (CommonMark would take that line for HTML and format none of it).
    """
    seen = set()

    def replaced(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in blocks:
            raise DataError(where, f"a block named one of {', '.join(blocks)}", name)
        seen.add(name)
        return f"{match[1]}{blocks[name].strip()}\n{match[3]}"

    filled = BLOCK.sub(replaced, text)
    for name in blocks:
        if name not in seen:
            raise DataError(where, f"the block <!-- generated: {name} -->", "none")
    return _numbered(filled, numbers, where)


def _numbered(text: str, numbers: Mapping[str, str], where: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        if match["name"] not in numbers:
            raise DataError(where, f"a figure named one of {', '.join(numbers)}", match["name"])
        return f"{match['open']}{numbers[match['name']]}{match['close']}"

    for number, line in enumerate(text.splitlines(), 1):
        place = f"{where} line {number}"
        if _FIRST.match(line):
            raise DataError(place, "a figure with a word before it on its line", line)
        if stray := _STRAY.search(NUMBER.sub("", line)):
            raise DataError(place, "<!-- n: NAME -->figure<!-- /n -->", stray[0])
    return NUMBER.sub(replaced, text)
