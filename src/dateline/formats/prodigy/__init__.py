"""Prodigy's tasks: a JSON object a line, with `text`, `tokens`, `spans` and `relations`.

Entities, triggers, sources, cues, contents and stances are spans; roles and the links of clusters
are relations. What Prodigy has no place for stands under `dateline`, which it hands back as it
came.
"""

from __future__ import annotations

from dateline.formats.aside import kept
from dateline.formats.prodigy.reading import read
from dateline.formats.prodigy.writing import write
from dateline.formats.registry import Format

__all__ = ["FORMAT"]

FORMAT = Format("prodigy", "Prodigy's JSON lines", read, write, kept)
