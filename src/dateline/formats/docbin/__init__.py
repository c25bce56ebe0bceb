"""spaCy's DocBin: the `.spacy` files that `spacy train` takes.

Names and values are `doc.ents`, flat as in the package's tags; all mentions, nested ones too, are
in `doc.spans["sc"]`, where span categorizers look for them, and triggers, sources, cues, contents
and stances in groups of their own. Tokens are the package's, cut where a span cuts one, so that
every span is exact and `doc.text` is the text. Everything else stands as JSON in `doc.user_data`.

Files of others are taken apart here, not by spaCy: bounded, and without running anything. Writing
and looking strings up need spaCy (the extra `ml`).
"""

from __future__ import annotations

from dateline.formats.aside import kept
from dateline.formats.docbin.reading import read
from dateline.formats.docbin.writing import write
from dateline.formats.registry import Format

__all__ = ["FORMAT"]

FORMAT = Format("docbin", "spaCy's DocBin", read, write, kept)
