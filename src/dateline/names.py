"""What the things of the authored world are called in print, and which type a name of them has.

The world's names and aliases are the source; what they leave to the reader is settled here: no
article and no title is part of a name, a form in lower case is a description and no name, a surname
goes without its given name, a body without its state, and a state lends its name to its people.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dateline.world import Group, Law, Outlet, Person, Place, State, World

__all__ = ["Name", "names_of"]

# The type that the adjudicated corpus gives most often to places of a kind; all others are LOC.
SETTLED = ("city", "port", "province", "state", "town", "village")
BUILT = ("airport", "base", "border-crossing", "bridge", "building", "camp", "road")
PLACE_TYPES = dict.fromkeys(SETTLED, "GPE") | dict.fromkeys(BUILT, "FAC")
LAND = frozenset(("Bend", "Kilometre", "Pass", "Ridge"))  # in a name: not built, whatever the kind
_TITLES = """
    Ambassador Brigadier Captain Chairman Colonel Commander Commissioner Commodore Corporal Dr
    General Governor Judge Justice Lieutenant Major Mayor Minister Mr Mrs Ms President Professor
    Secretary-General Sergeant Speaker
"""
TITLES = frozenset(_TITLES.split())
# A name may have these in lower case; any other word in lower case makes it a description.
SMALL = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
)
_KINDS = ("states", "groups", "persons", "places", "laws", "outlets")


class Name(msgspec.Struct, frozen=True):
    """One way to print the name of a thing.

    `rank`: 0 its name, 1 an alias, 2 a surname. `after_the`: prints with the article ("the
    Works"). `people`: those of the place that `thing` is, whom the world does not have.
    """

    form: str
    thing: str
    type: str
    rank: int
    after_the: bool = False
    people: bool = False


def names_of(world: World) -> Iterator[Name]:
    """All that the things of the world are called in print, each form once a thing."""
    states = {called for state in world.states.values() for called in (state.name, *state.aliases)}
    for kind in _KINDS:
        for thing in getattr(world, kind).values():
            called = [thing.name, *getattr(thing, "aliases", ())]
            if isinstance(thing, Person):
                names = _of_person(thing.id, called)
            elif isinstance(thing, State | Place):
                names = _of_place(thing, called)
            else:
                names = _of_body(thing, called, states)
            seen: set[str] = set()
            for name in names:
                if name.form not in seen and _is_name(name.form):
                    seen.add(name.form)
                    yield name


def _bare(words: str) -> str:
    return words.removeprefix("the ").removeprefix("The ")


def _of_person(thing: str, called: list[str]) -> Iterator[Name]:
    """Names without titles. With an article they are offices or nicknames ("the Surveyor")."""
    for position, words in enumerate(called):
        title, _, rest = words.partition(" ")
        form = rest if rest and title in TITLES else words
        if not form.startswith("the "):
            yield Name(form, thing, "PERSON", min(position, 1))
    if " " in called[0]:
        yield Name(called[0].rpartition(" ")[2], thing, "PERSON", 2)


def _of_place(place: State | Place, called: list[str]) -> Iterator[Name]:
    """Names of a place and of its people: an alias that goes on where the name ends."""
    kind = place.kind if isinstance(place, Place) else "state"
    label = "LOC" if LAND & set(place.name.split()) else PLACE_TYPES.get(kind, "LOC")
    for position, words in enumerate(called):
        form = _bare(words)
        people = label == "GPE" and any(_goes_on(form, other) for other in called)
        # "Orrin" is GPE though the world knows it for "Orrin post" alone; a camp stays FAC.
        described = any(w.startswith(f"{form} ") and not _is_name(w) for w in called)
        settled = described and label == "FAC" and kind != "camp"
        own = "NORP" if people else "GPE" if settled else label
        after_the = words != form or called[0] != _bare(called[0])
        yield Name(form, place.id, own, min(position, 1), after_the, people)


def _goes_on(form: str, name: str) -> bool:
    """Whether `form` is made from `name` by an ending: Ludran from Ludro."""
    stem = name.rstrip("aeiou")
    return len(form) > len(name) and form.startswith(stem) and form[len(stem) :].isalpha()


def _of_body(body: Group | Law | Outlet, called: list[str], states: set[str]) -> Iterator[Name]:
    """Names of a body or text, and the first name without the state that it belongs to."""
    label = "LAW" if isinstance(body, Law) else "ORG"
    for position, words in enumerate(called):
        form = _bare(words)
        yield Name(form, body.id, label, min(position, 1), position > 0 and form != words)
    form, _, state = _bare(called[0]).rpartition(" of ")
    if state.removeprefix("the ") in states:
        yield Name(form, body.id, label, 1)
    if isinstance(body, Outlet):
        yield Name(called[0].rpartition(" ")[2], body.id, label, 1, True)


def _is_name(form: str) -> bool:
    """Whether every word is capitalised but for small ones: "Iron Bridge", not "grain market"."""
    words = form.replace("-", " ").split()
    return any(w[0].isupper() for w in words) and not any(
        w[0].islower() and w not in SMALL for w in words
    )
