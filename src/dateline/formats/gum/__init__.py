"""GUM, the Georgetown University Multilayer corpus, as it is handed out: `tsv/` and `conllu/`.

Entities (nested, pronouns and common nouns too), coreference, bridging and links to Wikipedia. The
`tsv` files have the annotations, the `conllu` files the text as it was printed and what is known of
it; each is read alone too.
"""

from __future__ import annotations

from dateline.formats.gum.reading import read
from dateline.formats.registry import Format

__all__ = ["FORMAT"]

FORMAT = Format("gum", "GUM, Georgetown University Multilayer corpus", read, mapping="gum")
