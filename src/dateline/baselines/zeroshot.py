"""An installed spaCy pipeline as it is, in the terms of the scheme: entities alone."""

from __future__ import annotations

from collections import Counter

from dateline.pipeline import Pipeline, proposed
from dateline.records import Annotator, ArticleMeta, Document, in_order
from dateline.scheme import Scheme

__all__ = ["ZeroShot"]


class ZeroShot:
    """A pipeline that never saw the corpus. `left_out` counts labels without a place in the scheme.

    Raises
    ------
    UsageError : spaCy is not installed, or it has no such pipeline.
    """

    def __init__(self, name: str, scheme: Scheme) -> None:
        self._pipeline = Pipeline(name, scheme)
        self._scheme = scheme
        self.left_out: Counter[str] = Counter()

    def predict(self, meta: ArticleMeta, text: str) -> Document:
        """The labels of one text."""
        ((_, labels),) = self._pipeline.labels([(meta, text)], self.left_out)
        annotator = Annotator(self._pipeline.annotator, "model")
        return in_order(proposed(meta, labels, annotator, self._scheme))
