"""A linear-chain conditional random field over the features of words (CRFsuite, Okazaki 2007)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dateline.baselines.sentences import Sentence
from dateline.errors import DataError

__all__ = ["Crf", "read_crf", "train_crf"]

_HEADER = struct.Struct("<4sI4s9I")


class Crf:
    """A trained field; `path` is CRFsuite's own file, which holds numbers and names alone."""

    def __init__(self, path: Path) -> None:
        import pycrfsuite

        self._raw = path.read_bytes()
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(self._raw)

    def tags(self, _: str, sentences: Sequence[Sentence]) -> list[list[str]]:
        """The likeliest tags of each sentence."""
        return [self._tagger.tag(items_of(s)) if s.words else [] for s in sentences]

    def known(self) -> Sequence[str]:
        """The tags that it can give."""
        return list(self._tagger.labels())

    def write(self, path: Path) -> None:
        path.write_bytes(self._raw)


def items_of(sentence: Sentence) -> Any:
    """The features of a sentence as CRFsuite takes them, made once for all fields."""
    import pycrfsuite

    known = vars(sentence)
    if "_crfsuite" not in known:
        known["_crfsuite"] = pycrfsuite.ItemSequence(sentence.items)
    return known["_crfsuite"]


def train_crf(
    sentences: Sequence[Sequence[Sentence]], tags: Sequence[Sequence[list[str]]], path: Path
) -> Crf:
    """Train on the sentences of articles and write the field to `path`.

    L-BFGS with an L1 and an L2 penalty (elastic net): there is no chance in it.
    """
    import sklearn_crfsuite

    field = sklearn_crfsuite.CRF(
        algorithm="lbfgs",
        c1=0.1,
        c2=0.01,
        max_iterations=80,
        model_filename=str(path),
    )
    pairs = [
        (sentence.items, row)
        for article, rows in zip(sentences, tags, strict=True)
        for sentence, row in zip(article, rows, strict=True)
        if row
    ]
    field.fit([items for items, _ in pairs], [row for _, row in pairs])
    return Crf(path)


def read_crf(path: Path, where: str) -> Crf:
    """Open a field that was stored.

    CRFsuite trusts the places that the head of a file names, so they are looked at first.

    Raises
    ------
    DataError : not a model of CRFsuite, or one whose head does not fit its size.
    """
    expected = "a model of CRFsuite"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(where, expected, error.strerror or str(error)) from None
    if len(raw) < _HEADER.size:
        raise DataError(where, expected, f"{len(raw)} bytes")
    magic, size, kind, _, features, labels, attributes, *places = _HEADER.unpack_from(raw)
    if magic != b"lCRF" or kind != b"FOMC":
        raise DataError(where, expected, repr(magic + kind))
    if size != len(raw):
        raise DataError(where, f"{size} bytes, as its head says", f"{len(raw)}")
    if any(not _HEADER.size <= at < size for at in places):
        raise DataError(where, "places within the file", f"{max(places)} of {size} bytes")
    if max(features, labels, attributes) > size:
        raise DataError(where, "counts that the file can hold", str(max(features, attributes)))
    try:
        return Crf(path)
    except (ValueError, RuntimeError) as error:
        raise DataError(where, expected, str(error)) from None
