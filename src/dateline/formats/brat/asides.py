"""The notes of the type `Dateline`, which hold what brat's own lines cannot."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from dateline.formats.brat.lines import Comment
from dateline.formats.brat.shape import DATELINE
from dateline.records import Foreign

__all__ = ["Aside", "Ours", "told_apart"]


class Aside(msgspec.Struct, frozen=True):
    """What a note of ours may hold (see `dateline.formats.brat.shape`)."""

    id: str | None = None
    label: str | None = None
    args: list[tuple[str, str]] | None = None
    spans: list[tuple[int, int]] | None = None
    attributes: dict[str, str] = {}
    mark: Foreign | None = None
    group: str | None = None
    kb: str | None = None
    alone: bool = False


class Ours(NamedTuple):
    """A note of ours: its id in the file, what it is on, and what it holds."""

    key: str
    target: str
    aside: Aside


_DECODER = msgspec.json.Decoder(Aside)
_FAILURES = (msgspec.MsgspecError, ValueError, RecursionError)


def told_apart(comments: list[Comment]) -> tuple[list[Ours], list[Comment]]:
    """The notes of ours, and all other remarks: those under our name that are not as we write."""
    ours, others = [], []
    for comment in comments:
        key, label, target, words = comment
        if label == DATELINE:
            try:
                ours.append(Ours(key, target, _DECODER.decode(words)))
                continue
            except _FAILURES:
                pass
        others.append(comment)
    return ours, others
