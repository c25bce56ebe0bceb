"""Coreference by strings: names alike, parts of names, heads of descriptions, nearest for pronouns.

Of one type always. The same trigger word with the same type is taken for the same occurrence.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from dateline.records import Cluster, Entity, Event

__all__ = ["clustered"]

_WORTHLESS = frozenset(
    ["the", "a", "an", "this", "that", "these", "those", "his", "her", "its", "their", "our", "my"]
)
_SINGULAR = frozenset(["he", "him", "his", "himself", "she", "her", "hers", "herself"])
_SPEAKER = frozenset(["i", "me", "my", "mine", "myself", "we", "us", "our", "ours"])
_BACK = 600
"""How far back, in code points, a pronoun looks."""


def clustered(
    text: str, entities: Sequence[Entity], events: Sequence[Event]
) -> tuple[list[Entity], list[Event], dict[str, Cluster]]:
    """Mentions and events with their clusters; clusters of one are left out."""
    keys: dict[str, str] = {}
    names: dict[str, str] = {}

    def new(words: str) -> str:
        key = f"C{len(names) + 1}"
        names[key] = words
        return key

    known: dict[tuple[str, tuple[str, ...]], str] = {}
    heads: dict[tuple[str, str], str] = {}
    seen: list[Entity] = []
    in_order = sorted(entities, key=lambda e: (e.start, -e.end))
    for entity in in_order:
        if entity.mention is None:
            continue
        words = text[entity.start : entity.end]
        bare = tuple(w for w in words.lower().replace("’s", "").split() if w not in _WORTHLESS)
        key: str | None
        if entity.mention == "name":
            key = known.get((entity.type, bare)) or _part(known, entity.type, bare)
            key = key or new(words)
            known.setdefault((entity.type, bare), key)
        elif entity.mention == "nominal":
            head = (entity.type, bare[-1] if bare else words.lower())
            key = heads.setdefault(head, "") or new(words)
            heads[head] = key
        else:
            key = _back(words.lower(), entity, seen, keys) or new(words)
        keys[entity.id] = key
        seen.append(entity)
    happened: dict[tuple[str, str], str] = {}
    for event in sorted(events, key=lambda e: (e.start, -e.end)):
        words = text[event.start : event.end]
        at = (event.type, words.lower()[:6])
        keys[event.id] = happened.get(at) or new(words)
        happened[at] = keys[event.id]
    counts: dict[str, int] = {}
    for key in keys.values():
        counts[key] = counts.get(key, 0) + 1
    kept = {key: f"C{n}" for n, key in enumerate((k for k in names if counts.get(k, 0) > 1), 1)}
    return (
        [msgspec.structs.replace(e, cluster=kept.get(keys.get(e.id, ""))) for e in entities],
        [msgspec.structs.replace(e, cluster=kept.get(keys[e.id])) for e in events],
        {new_: Cluster(names[old]) for old, new_ in kept.items()},
    )


def _part(
    known: dict[tuple[str, tuple[str, ...]], str], kind: str, bare: tuple[str, ...]
) -> str | None:
    """The cluster of a longer name that ends in this one, or begins with it, if there is one only;
    or the name of which this is the acronym.
    """
    if not bare:
        return None
    found = {
        key
        for (type_, words), key in known.items()
        if type_ == kind
        and len(words) > len(bare)
        and (words[-len(bare) :] == bare or (kind == "ORG" and words[: len(bare)] == bare))
    }
    if not found and len(bare) == 1 and len(bare[0]) > 1:
        found = {
            key
            for (type_, words), key in known.items()
            if type_ == kind and "".join(w[0] for w in words) == bare[0]
        }
    return found.pop() if len(found) == 1 else None


def _back(word: str, pronoun: Entity, seen: Sequence[Entity], keys: dict[str, str]) -> str | None:
    """The cluster of the nearest mention of the type before a pronoun; speakers are not sought."""
    if word in _SPEAKER:
        return None
    for entity in reversed(seen):
        if pronoun.start - entity.start > _BACK:
            return None
        if entity.type == pronoun.type and entity.end <= pronoun.start:
            if word in _SINGULAR and entity.mention == "nominal" and pronoun.type != "PERSON":
                continue
            return keys[entity.id]
    return None
