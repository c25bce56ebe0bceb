"""CoNLL-2003: a token a line with its tag in the last column, sentences apart by empty lines.

The tags are flat: of names and values that share tokens the longest stands, as in the rows of the
config `entities`. Tokens have one blank between them, and what the text had there is gone.
"""

from __future__ import annotations

from dateline.formats.conll2003.reading import read
from dateline.formats.conll2003.writing import kept, write
from dateline.formats.registry import Format

__all__ = ["FORMAT"]

FORMAT = Format("conll2003", "CoNLL-2003 columns, IOB2", read, write, kept)
