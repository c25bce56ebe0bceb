"""re3d: press releases on Syria and Iraq with entities and relations, as JSON lines.

A folder of the corpus holds one for each source, with `documents.json`, `entities.json`,
`relations.json` and `LICENSE`. An entity is a span with the attribute `confidence`; one whose words
carry another type that is trusted more has `outranked`, that type. A relation has the words that
tell it and the roles `source` and `target`. `mappings/re3d.yaml` says what becomes of them.
"""

from __future__ import annotations

from dateline.formats.re3d.reading import read
from dateline.formats.registry import Format

__all__ = ["FORMAT"]

FORMAT = Format("re3d", "the re3d corpus", read, mapping="re3d")
