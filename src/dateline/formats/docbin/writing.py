"""Writing `.spacy` files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dateline.formats.aside import KEY, packed
from dateline.formats.docbin.groups import flat, group_of, links_of, spacy_module
from dateline.formats.drawn import Node, places_of
from dateline.formats.parting import in_parts
from dateline.formats.standoff import StandOff
from dateline.formats.tokens import Pieces, cut
from dateline.scheme import Scheme

__all__ = ["write"]

_ATTRIBUTES = ("ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID", "SENT_START")


def write(standoffs: Iterable[StandOff], scheme: Scheme) -> Iterator[tuple[str, bytes]]:
    """`articles.spacy`, or files by split and part (`formats.parting`); for `spacy train` a folder
    of parts is as good as a file.

    Raises
    ------
    DataError : an id that may not be one.
    UsageError : spaCy is not installed.
    """
    yield from in_parts(standoffs, lambda: _Bin(scheme), ".spacy")


class _Bin:
    """A file that is being filled, with a vocabulary of its own."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.tokens = spacy_module("spacy.tokens")
        self.vocab = spacy_module("spacy.vocab").Vocab()
        self.bin = self.tokens.DocBin(attrs=_ATTRIBUTES, store_user_data=True)

    def add(self, standoff: StandOff) -> None:
        """Take in a text."""
        text, length = standoff.text, len(standoff.text)
        places = places_of(standoff.marks, length)
        pieces = cut(text, (node[:2] for nodes in places.values() for node in nodes))
        sentences = {start for start, _ in pieces.units.sentences}
        doc = self.tokens.Doc(
            self.vocab,
            words=[text[token.start : token.end] for token in pieces.tokens],
            spaces=[token.blank for token in pieces.tokens],
            sent_starts=[token.start in sentences for token in pieces.tokens],
        )
        kb = links_of(standoff.marks)
        groups: dict[str, dict[tuple[Node, str], Any]] = {}
        for mark in standoff.marks:
            for node in places.get(mark.id, ()):
                group = groups.setdefault(group_of(mark, self.scheme), {})
                group.setdefault((node, mark.id), self._span(doc, pieces, node, mark.id, kb))
        for name, spans in groups.items():
            doc.spans[name] = list(spans.values())
        named = flat(standoff.marks, length, self.scheme)
        doc.set_ents([self._span(doc, pieces, node, key, kb) for node, key in named])
        doc.user_data[KEY] = packed(standoff)
        self.bin.add(doc)

    def _span(self, doc: Any, pieces: Pieces, node: Node, key: str, kb: dict[str, str]) -> Any:
        first, last = pieces.first[node.start], pieces.last[node.end]
        return self.tokens.Span(
            doc, first, last + 1, label=node.label, kb_id=kb.get(key, ""), span_id=key
        )

    def packed(self) -> bytes:
        """The file."""
        raw: bytes = self.bin.to_bytes()
        return raw
