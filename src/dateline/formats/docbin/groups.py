"""Which spans of a document go where, and what spaCy has to be there for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dateline.errors import UsageError
from dateline.formats.drawn import Node, places_of
from dateline.formats.native import ATTRIBUTION, CONTENT, CUE, SOURCE, STANCE
from dateline.formats.standoff import EVENT, GROUP, MEMBER, SPAN, refs
from dateline.records import Foreign
from dateline.scheme import Scheme

__all__ = ["ENTITIES", "GROUPS", "flat", "group_of", "links_of", "spacy_module"]

ENTITIES = "sc"
"""The group of all mentions: the one that spaCy's span categorizer takes by default."""

_PARTS = {SOURCE: "sources", CUE: "cues", CONTENT: "contents"}
_WHOLE = {ATTRIBUTION: "attributions", STANCE: "stances"}
_TRIGGERS, _FOREIGN = "triggers", "foreign"
GROUPS = frozenset({ENTITIES, _TRIGGERS, _FOREIGN, *_PARTS.values(), *_WHOLE.values()})
"""The groups that are written."""


def spacy_module(name: str) -> Any:
    """A module of spaCy.

    Raises
    ------
    UsageError : spaCy is not installed.
    """
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        hint = "pip install 'dateline[ml]'"
        raise UsageError("docbin", "the package spacy", "none", hint) from None


def group_of(mark: Foreign, scheme: Scheme) -> str:
    """The group of a mark with words."""
    if mark.kind == SPAN and mark.label in scheme.layers["entities"].labels:
        return ENTITIES
    if mark.kind == EVENT and mark.label in scheme.layers["events"].labels:
        return _TRIGGERS
    return (_PARTS if mark.kind == SPAN else _WHOLE).get(mark.label, _FOREIGN)


def links_of(marks: Iterable[Foreign]) -> dict[str, str]:
    """The knowledge-base id of each member of a group that has one."""
    return {
        member: mark.attributes["kb"]
        for mark in marks
        if mark.kind == GROUP and mark.attributes.get("kb")
        for member in refs(mark, MEMBER)
    }


def flat(marks: Iterable[Foreign], length: int, scheme: Scheme) -> list[tuple[Node, str]]:
    """The names and values that tags can show, with their ids, in order of place.

    Where two overlap the longest wins, then the earlier, then the lower id (`views.flat_mentions`).
    A mention of which nothing is said counts as a name.
    """
    values = set(scheme.group("entities", "value"))
    shown = [
        mark
        for mark in marks
        if group_of(mark, scheme) == ENTITIES
        and (mark.attributes.get("mention", "name") == "name" or mark.label in values)
    ]
    found = [(nodes[0], key) for key, nodes in places_of(shown, length).items() if len(nodes) == 1]
    found.sort(key=lambda pair: (pair[0].start - pair[0].end, pair[0].start, len(pair[1]), pair[1]))
    taken = bytearray(length)
    kept: list[tuple[Node, str]] = []
    for node, key in found:
        if not any(taken[node.start : node.end]):
            taken[node.start : node.end] = b"\1" * (node.end - node.start)
            kept.append((node, key))
    return sorted(kept)
