"""Finds the names of the authored world in a text: a rule that knows names and nothing else.

A name or alias counts where it stands whole, in its own case or in capitals, the longest first. A
surname that is no alias counts only where the article has the full name, and so does a short form
without its article ("Council", not "the Council"). Names inside names are marked as section 2.2 of
the guidelines has it. What several things are called belongs to the one that the article names
beyond doubt; else it is marked without an id, and left out where not even its type is certain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec
import regex

from dateline.names import Name, names_of
from dateline.records import ArticleMeta, Cluster, Entity
from dateline.world import World

__all__ = ["Gazetteer"]

HOLDERS = frozenset(("ORG", "LAW", "EVENT"))
HELD = frozenset(("GPE", "NORP", "LOC", "FAC", "ORG"))

_WORD = regex.compile(r"[\w\p{M}]+")
_THE = regex.compile(r"\b[Tt]he |\bTHE ")
_MORE = regex.compile(r" \p{Lu}")
_ONE_FOR_ONE = {0x2019: "'", 0xA0: " "}  # typographic twins; offsets stay
_OUTLET_SECTORS = {"foreign-ministry": "GOV", "military": "MIL"}  # press offices; others are JRN


class Match(msgspec.Struct, frozen=True):
    """Words that are a name, and whose it may be.

    `inner`: inside the name of something else. `bare`: not a whole phrase after the article.
    """

    start: int
    end: int
    names: list[Name]
    inner: bool
    bare: bool

    @property
    def owner(self) -> str:
        """What the mention shares with others of its cluster: the thing, else the words."""
        first = self.names[0]
        if first.people:
            return f"people of {first.thing}"
        return first.thing if len(self.names) == 1 else f"some {first.form}"


class Gazetteer:
    """The names of a world, ready to be looked up: made once, asked for many texts."""

    def __init__(self, world: World) -> None:
        self._world = world
        forms: dict[str, list[Name]] = {}
        for name in names_of(world):
            printed = name.form.translate(_ONE_FOR_ONE)
            # In capitals too, as headings have it, unless an acronym might look like that.
            for form in {printed, printed.upper() if len(printed) > 3 else printed}:
                forms.setdefault(form, []).append(name)
        self._by_word: dict[str, list[tuple[str, list[Name]]]] = {}
        for form in sorted(forms, key=lambda form: (-len(form), form)):
            if word := _WORD.match(form):
                self._by_word.setdefault(word[0], []).append((form, forms[form]))

    def labels(self, meta: ArticleMeta, text: str) -> tuple[list[Entity], dict[str, Cluster]]:
        """The names in a text, and a cluster for each thing, in canonical order."""
        found = self._find(text.translate(_ONE_FOR_ONE), 0, len(text))
        matches = _decided(list(found))
        types = _types(matches)
        keys: dict[str, str] = {}
        members: dict[str, list[Name]] = {}
        entities = []
        for number, match in enumerate(matches, start=1):
            key = keys.setdefault(match.owner, f"C{len(keys) + 1}")
            members.setdefault(key, []).append(match.names[0])
            kind = types[match.owner]
            entities.append(
                Entity(
                    id=f"T{number}",
                    start=match.start,
                    end=match.end,
                    type=kind,
                    mention="name",
                    sector=self._sector(match.names, kind, meta.published[:7]),
                    cluster=key,
                )
            )
        kbs = {keys[match.owner]: _kb(match.names) for match in matches}
        return entities, {key: Cluster(_fullest(members[key]), kbs[key]) for key in members}

    def _find(self, text: str, start: int, end: int, outer: Match | None = None) -> Iterator[Match]:
        """The names between two places, each followed by the names inside it."""
        at = start
        for word in _WORD.finditer(text, start, end):
            if word.start() < at:
                continue
            match = self._longest(text, word.start(), word[0], end, outer)
            if match is None:
                continue
            yield match
            at = match.end
            if match.names[0].type in HOLDERS:
                yield from self._find(text, match.start, match.end, match)

    def _longest(
        self, text: str, first: int, word: str, end: int, outer: Match | None
    ) -> Match | None:
        """The longest name from `first` on, where `word` stands."""
        for form, names in self._by_word.get(word, ()):
            last = first + len(form)
            if last > end or not text.startswith(form, first) or _WORD.match(text, last):
                continue
            if outer is not None and (first, last) == (outer.start, outer.end):
                continue
            fitting = names if outer is None else _held(names, outer)
            if fitting:
                bare = not _THE.search(text, max(first - 4, 0), first) or _MORE.match(text, last)
                return Match(first, last, fitting, outer is not None, bool(bare))
        return None

    def _sector(self, names: list[Name], kind: str, month: str) -> str | None:
        """What the world says of all who may be meant, if it is one sector."""
        if kind not in ("PERSON", "ORG"):
            return None
        found = {self._sector_of(name.thing, month) for name in names}
        return found.pop() if len(found) == 1 else None

    def _sector_of(self, thing: str, month: str) -> str | None:
        world = self._world
        if thing in world.groups:
            return world.groups[thing].sector
        if thing in world.outlets:
            return _OUTLET_SECTORS.get(world.outlets[thing].kind, "JRN")
        if thing not in world.persons:
            return None
        offices = {
            world.groups[role.of].sector if role.of in world.groups else "GOV"
            for role in world.persons[thing].roles
            if role.since <= month and (role.until is None or month <= role.until)
        }
        return offices.pop() if len(offices) == 1 else None


def _held(names: list[Name], outer: Match) -> list[Name]:
    """Those that may stand inside `outer`: of a fitting type, and names of something else.

    The adjudicated corpus leaves short forms in there alone ("the [Basin Council]").
    """
    holders = {name.thing for name in outer.names}
    return [n for n in names if n.type in HELD and n.thing not in holders and not n.after_the]


def _decided(matches: list[Match]) -> list[Match]:
    """Each match with those that may be meant in this article, without matches nobody fits."""
    best = [_of_best_rank(match) for match in matches]
    sole = {m.names[0] for m in best if len(m.names) == 1 and m.names[0].rank < 2}
    named = {name.thing for name in sole}
    full = {name.thing for name in sole if name.rank == 0 or not name.after_the}
    decided = []
    for match in best:
        names = [
            name
            for name in match.names
            if name.thing in full or not (name.rank == 2 or (match.bare and name.after_the))
        ]
        if len(names) > 1:
            known = [name for name in names if name.thing in named]
            names = known if len(known) == 1 else names
        if names and len({name.type for name in names}) == 1:
            decided.append(msgspec.structs.replace(match, names=names))
    return decided


def _of_best_rank(match: Match) -> Match:
    """A name counts before an alias, and an alias before a surname."""
    rank = min(name.rank for name in match.names)
    return msgspec.structs.replace(match, names=[n for n in match.names if n.rank == rank])


def _types(matches: list[Match]) -> dict[str, str]:
    """The type of each owner: one for all its mentions, the commonest.

    A place that stands only inside other names is GPE, as the guidelines settle it (section 8).
    """
    counts: dict[str, Counter[str]] = {}
    apart = {match.owner for match in matches if not match.inner}
    for match in matches:
        counts.setdefault(match.owner, Counter())[match.names[0].type] += 1
    types = {owner: count.most_common(1)[0][0] for owner, count in counts.items()}
    return {
        owner: "GPE" if owner not in apart and kind in ("LOC", "FAC") else kind
        for owner, kind in types.items()
    }


def _kb(names: list[Name]) -> str | None:
    if names[0].people:
        return "NIL"  # the world has no peoples
    return f"dl:{names[0].thing}" if len(names) == 1 else None


def _fullest(names: list[Name]) -> str:
    """The fullest form that the article prints: the name itself, else the longest."""
    return min(names, key=lambda name: (name.rank > 0, -len(name.form), name.form)).form
