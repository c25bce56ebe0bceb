"""Blocks in hand-written files that a program fills.

They run from `<!-- generated: NAME -->` to `<!-- /generated -->`.
"""

from __future__ import annotations

import re

from dateline.errors import DataError

__all__ = ["fill"]

_BLOCK = re.compile(r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- /generated -->)", re.S)


def fill(text: str, blocks: dict[str, str], where: str) -> str:
    """`text` with every marked block replaced by that of its name.

    Raises
    ------
    DataError : a block whose name is not known, or a name whose block is missing.
    """
    seen = set()

    def replaced(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in blocks:
            raise DataError(where, f"a block named one of {', '.join(blocks)}", name)
        seen.add(name)
        return f"{match[1]}{blocks[name].strip()}\n{match[3]}"

    filled = _BLOCK.sub(replaced, text)
    for name in blocks:
        if name not in seen:
            raise DataError(where, f"the block <!-- generated: {name} -->", "none")
    return filled
