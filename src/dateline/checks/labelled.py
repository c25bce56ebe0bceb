"""An article as the checks of a corpus see it: with its split and the files that it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from dateline.derived import Article

__all__ = ["Labelled", "field_at"]


@dataclass(frozen=True)
class Labelled:
    """An article with its split, the file of its labels (`where`) and that of its metadata.

    In a tree both are JSON files, and the text lies beside the metadata. In a release both are the
    same row of a Parquet file (`FILE row N`), which holds the text too.
    """

    split: str
    where: str
    meta_where: str
    article: Article

    def labels_at(self, field: str) -> str:
        """The path of a field of the labels."""
        return field_at(self.where, field)

    def meta_at(self, field: str) -> str:
        """The path of a field of the metadata."""
        return field_at(self.meta_where, field)

    def text_at(self, place: str = "") -> str:
        """The path of the text, or of a place in it."""
        stem = self.meta_where.removesuffix(".json")
        text = f"{stem} text" if stem == self.meta_where else f"{stem}.txt"
        return f"{text} {place}" if place else text


def field_at(where: str, field: str) -> str:
    """The path of a field: a JSON path in a JSON file, the plain field in a row of Parquet."""
    return f"{where} $.{field}" if where.endswith(".json") else f"{where} {field}"
