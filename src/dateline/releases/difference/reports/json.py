"""A difference as one JSON document, written article by article; the figures come last."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dateline.releases.difference.diff import Diff, summary

__all__ = ["json"]


def json(diff: Diff) -> Iterator[str]:
    """Pieces of `{"articles": […], "summary": {…}}`, one a line; every change, without limit."""
    encode = msgspec.json.encode
    yield '{"articles": ['
    first = True
    for article in diff:
        yield ("\n" if first else ",\n") + encode(article).decode()
        first = False
    yield "\n],\n"
    yield f'"summary": {encode(summary(diff)).decode()}}}\n'
