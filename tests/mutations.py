"""Random single faults in real articles, each declared beforehand, and what the suite finds.

A kind of fault is a function that changes something by the numbers that it draws. It is declared
with the code that must find it, or as legal with the reason why no program can know better: then
it must not raise an error. `score` makes many of each kind, and tells how many were found.

There are four levels: `document` changes the labels or text of an article in memory, `corpus` what
several say together, `file` the files of a small tree, and `folder` a built folder of it.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from broken import rehash, rename_labels, rewrite_parquet, rewrite_rows
from conftest import REPOSITORY
from dateline.checks import suite
from dateline.checks.corpus import Labelled, check_corpus, check_dates
from dateline.checks.document import check_articles
from dateline.checks.incident import Incident
from dateline.derived import Article
from dateline.manifest import NAME
from dateline.records import (
    AUTHOR,
    Annotator,
    Argument,
    ArticleMeta,
    Attribution,
    Cluster,
    Document,
    Entity,
    Event,
    Item,
    Span,
    Stance,
    canonical,
    decode,
    item_spans,
    items,
)
from dateline.releases.build import build
from dateline.scheme import read_scheme
from dateline.tables import Labels, columns
from dateline.text import digest, shingles
from dateline.tree import Tree
from dateline.world import SPLITS

SCHEME = read_scheme(REPOSITORY)
VALUES = SCHEME.group("entities", "value")
ACTORS = ("PERSON", "NORP", "ORG", "GPE")
ROLES = {name: link for name, link in SCHEME.layers["events"].links.items() if name != "cluster"}
LAYER = {Entity: "entities", Event: "events", Attribution: "attributions", Stance: "stances"}
ATTRIBUTES = {kind: tuple(SCHEME.layers[layer].attributes) for kind, layer in LAYER.items()}

replace = msgspec.structs.replace
Choice = TypeVar("Choice")
Files = dict[Path, bytes | None]
Corpus = tuple[list[Labelled], dict[str, str]]


class UnfitError(Exception):
    """Nothing here can have the fault: draw again."""


# ── Kinds


@dataclass(frozen=True)
class Kind:
    """A kind of fault; `codes` is empty where it is legal, and `reason` says why that is so."""

    name: str
    level: str
    says: str
    codes: tuple[str, ...]
    reason: str
    change: Callable[..., Any]


KINDS: dict[str, Kind] = {}
WEIGHTS = {"document": 10, "corpus": 5, "file": 4, "folder": 2}
"""How many mutations of a kind there are, level against level: the higher take longer."""


def must(level: str, *codes: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a kind of fault that one of `codes` must find."""
    return _declared(level, codes, "")


def legal(level: str, reason: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a change that is no error to a program."""
    return _declared(level, (), reason)


def _declared(
    level: str, codes: tuple[str, ...], reason: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(change: Callable[..., Any]) -> Callable[..., Any]:
        name = change.__name__.replace("_", " ")
        assert name not in KINDS, name
        says = (change.__doc__ or "").partition("\n")[0]
        KINDS[name] = Kind(name, level, says, codes, reason, change)
        return change

    return register


def choose(rng: Random, options: Iterable[Choice]) -> Choice:
    """One of some options, of which there may be none."""
    found = list(options)
    if not found:
        raise UnfitError
    return rng.choice(found)


def another(rng: Random, options: Iterable[Choice], than: object) -> Choice:
    """One of some options that is not `than`."""
    return choose(rng, [option for option in options if option != than])


# ── Ways to change an article


class Place(NamedTuple):
    """A span of an item: `part` is its path below it."""

    item: Item
    part: str
    start: int
    end: int


def all_items(article: Article) -> list[Item]:
    return [item for _, _, item in items(article.labels)]


def places(article: Article) -> list[Place]:
    return [
        Place(item, part, span.start, span.end)
        for item in all_items(article)
        for part, span in item_spans(item)
    ]


def text_of(article: Article) -> str:
    assert article.text is not None
    return article.text


def relabelled(article: Article, **changes: Any) -> Article:
    return Article(article.meta, article.text, replace(article.labels, **changes))


def swapped(article: Article, item: Item, /, **changes: Any) -> Article:
    """The article with fields of one item changed."""
    layer = LAYER[type(item)]
    changed = [
        replace(one, **changes) if one is item else one for one in getattr(article.labels, layer)
    ]
    return relabelled(article, **{layer: changed})


def added(article: Article, item: Item) -> Article:
    layer = LAYER[type(item)]
    return relabelled(article, **{layer: [*getattr(article.labels, layer), item]})


def without(article: Article, item: Item) -> Article:
    layer = LAYER[type(item)]
    left = [one for one in getattr(article.labels, layer) if one is not item]
    return relabelled(article, **{layer: left})


def moved(article: Article, place: Place, start: int, end: int) -> Article:
    """The article with one span elsewhere."""
    item, part = place.item, place.part
    if isinstance(item, Attribution) and part.startswith(".content"):
        number = int(part[len(".content[") : -1])
        content = [Span(start, end) if i == number else s for i, s in enumerate(item.content)]
        return swapped(article, item, content=content)
    if part:
        name = part[1:]
        return swapped(article, item, **{name: replace(getattr(item, name), start=start, end=end)})
    return swapped(article, item, start=start, end=end)


def retexted(article: Article, text: str) -> Article:
    """The article with another text, and its hash with it."""
    return Article(article.meta, text, replace(article.labels, text_sha256=digest(text)))


def shifted(article: Article, at: int) -> Article:
    """The labels as they are after one character was put into the text before `at`."""
    for place in places(article):
        start, end = (edge + (edge >= at) for edge in (place.start, place.end))
        item = next(i for i in all_items(article) if i.id == place.item.id)
        article = moved(article, place._replace(item=item), start, end)
    return article


def fresh(article: Article, item: Item) -> str:
    """An id that no item of the layer has."""
    numbers = [int(one.id[1:]) for one in getattr(article, LAYER[type(item)])]
    return f"{item.id[0]}{max(numbers) + 1}"


def misspelt(rng: Random, word: str, known: Sequence[str]) -> str:
    """A word that is near to one, and not known."""
    near = (word.swapcase(), f"{word}x", word[1:], f"{word} ", word.replace("-", "_"))
    return choose(rng, [one for one in near if one and one not in known])


def argued(article: Article, event: Event, number: int, **changes: Any) -> Article:
    arguments = list(event.arguments)
    arguments[number] = replace(arguments[number], **changes)
    return swapped(article, event, arguments=arguments)


def fillers(article: Article) -> list[tuple[Event, int, Argument]]:
    """Every argument with its event and place in it."""
    return [(e, i, a) for e in article.events for i, a in enumerate(e.arguments)]


def referred(article: Article) -> set[str]:
    """The ids that something points at."""
    found = {argument.ref for _, _, argument in fillers(article)}
    found |= {ref for a in article.attributions if a.source for ref in a.source.refs}
    return found | {ref for s in article.stances for ref in (s.holder, s.target)}


def cluster_types(article: Article) -> dict[str, set[str]]:
    """The types of the members of each cluster."""
    found: dict[str, set[str]] = {}
    for item in (*article.entities, *article.events):
        if item.cluster is not None:
            found.setdefault(item.cluster, set()).add(item.type)
    return found


def shares_cluster(article: Article, item: Entity | Event) -> bool:
    """Whether another member is left in its cluster when this one goes."""
    members = [i for i in (*article.entities, *article.events) if i.cluster == item.cluster]
    return item.cluster is not None and len(members) > 1


def is_twin(article: Article, item: Item, start: int, end: int) -> bool:
    """Whether another item of the layer has these edges."""
    others = (one for one in getattr(article, LAYER[type(item)]) if one is not item)
    return any((one.start, one.end) == (start, end) for one in others)


# ── Documents: spans


@must("document", "DL303")
def span_shifted_by_one(rng: Random, article: Article) -> Article:
    """A span moves by one character, so that it begins or ends with white space."""
    text = text_of(article)
    options = [
        (place, step)
        for place in places(article)
        for step in (-1, 1)
        if place.start + step >= 0 and place.end + step <= len(text)
        if text[place.start + step].isspace() or text[place.end + step - 1].isspace()
    ]
    place, step = choose(rng, options)
    return moved(article, place, place.start + step, place.end + step)


@must("document", "DL301")
def span_beyond_the_text(rng: Random, article: Article) -> Article:
    """A span ends after the last character."""
    place = choose(rng, places(article))
    return moved(article, place, place.start, len(text_of(article)) + rng.randint(1, 50))


@must("document", "DL301")
def span_before_the_text(rng: Random, article: Article) -> Article:
    """A span begins at a negative offset."""
    place = choose(rng, places(article))
    return moved(article, place, -rng.randint(1, 50), place.end)


@must("document", "DL302")
def start_and_end_swapped(rng: Random, article: Article) -> Article:
    """A span ends where it should begin."""
    place = choose(rng, places(article))
    return moved(article, place, place.end, place.start)


@must("document", "DL302")
def empty_span(rng: Random, article: Article) -> Article:
    """A span covers nothing."""
    place = choose(rng, places(article))
    at = rng.choice((place.start, place.end))
    return moved(article, place, at, at)


@must("document", "DL303")
def leading_space(rng: Random, article: Article) -> Article:
    """A span takes the white space before it."""
    text = text_of(article)
    place = choose(rng, [p for p in places(article) if p.start and text[p.start - 1].isspace()])
    return moved(article, place, place.start - 1, place.end)


@must("document", "DL303")
def trailing_space(rng: Random, article: Article) -> Article:
    """A span takes the white space after it."""
    text = text_of(article)
    place = choose(rng, [p for p in places(article) if text[p.end : p.end + 1].isspace()])
    return moved(article, place, place.start, place.end + 1)


@must("document", "DL306")
def accent_cut_off(rng: Random, article: Article) -> Article:
    """A span ends between a letter and its accent, which is put into the text for this."""
    text = text_of(article)
    place = choose(rng, [p for p in places(article) if text[p.end - 1].isalpha()])
    put = shifted(article, place.end)
    item = next(i for i in all_items(put) if i.id == place.item.id)
    accented = f"{text[: place.end]}\u0332{text[place.end :]}"
    return moved(retexted(put, accented), place._replace(item=item), place.start, place.end)


@must("document", "DL304")
def character_of_the_text_changed(rng: Random, article: Article) -> Article:
    """A letter of the text is another than when it was labelled."""
    text = text_of(article)
    at = choose(rng, [i for i, character in enumerate(text) if character.isalpha()])
    letter = another(rng, "abcdefghij", text[at])
    return Article(article.meta, f"{text[:at]}{letter}{text[at + 1 :]}", article.labels)


@must("document", "DL304")
def hash_of_the_text_changed(rng: Random, article: Article) -> Article:
    """One digit of the hash of the text is another."""
    return relabelled(article, text_sha256=other_digit(rng, article.labels.text_sha256))


def other_digit(rng: Random, digits: str) -> str:
    at = rng.randrange(len(digits))
    return f"{digits[:at]}{another(rng, '0123456789abcdef', digits[at])}{digits[at + 1 :]}"


# ── Documents: ids and copies


@must("document", "DL203")
def form_of_an_id(rng: Random, article: Article) -> Article:
    """An id has another letter, no number, or a number that begins with 0."""
    item = choose(rng, all_items(article))
    letter, number = item.id[0], item.id[1:]
    others = [f"{other}{number}" for other in "TEASCX" if other != letter]
    forms = (*others, f"{letter}0{number}", letter, number, item.id.lower(), f" {item.id}", "")
    return swapped(article, item, id=rng.choice(forms))


@must("document", "DL203")
def form_of_a_cluster_id(rng: Random, article: Article) -> Article:
    """A cluster's id, with its members', has another form."""
    old = choose(rng, article.clusters)
    new = rng.choice((f"K{old[1:]}", f"C0{old[1:]}", "C", old.lower()))
    clusters = {new if key == old else key: entry for key, entry in article.clusters.items()}
    changed = relabelled(article, clusters=clusters)
    for item in (*article.entities, *article.events):
        if item.cluster == old:
            changed = swapped(changed, item, cluster=new)
    return changed


@must("document", "DL204")
def id_given_twice(rng: Random, article: Article) -> Article:
    """Two items of a layer have the same id."""
    item = choose(rng, all_items(article))
    others = [one for one in getattr(article, LAYER[type(item)]) if one is not item]
    return swapped(article, item, id=choose(rng, others).id)


@must("document", "DL310")
def mention_given_twice(rng: Random, article: Article) -> Article:
    """A mention stands once more under another id."""
    entity = choose(rng, article.entities)
    return added(article, replace(entity, id=fresh(article, entity)))


@must("document", "DL313")
def event_given_twice(rng: Random, article: Article) -> Article:
    """An event stands once more under another id."""
    event = choose(rng, article.events)
    return added(article, replace(event, id=fresh(article, event)))


@must("document", "DL408")
def argument_given_twice(rng: Random, article: Article) -> Article:
    """An argument stands once more in its event."""
    event, _, argument = choose(rng, fillers(article))
    arguments = [*event.arguments, argument]
    rng.shuffle(arguments)
    return swapped(article, event, arguments=arguments)


@must("document", "DL311")
def mentions_crossing(rng: Random, article: Article) -> Article:
    """A new mention begins in another one's last word and ends after it."""
    text = text_of(article)
    entity = choose(rng, [e for e in article.entities if " " in text[e.start : e.end]])
    start = text.rindex(" ", entity.start, entity.end) + 1
    after = re.compile(r" *\w+").match(text, entity.end)
    if after is None or is_twin(article, entity, start, after.end()):
        raise UnfitError
    number = Entity(id=fresh(article, entity), start=start, end=after.end(), type="CARDINAL")
    return added(article, number)


# ── Documents: labels


@must("document", "DL201")
def version_of_the_scheme(rng: Random, article: Article) -> Article:
    """The labels claim another version of the scheme."""
    return relabelled(article, scheme=rng.choice(("0.9", "1", "1.0.0", "2.0", "", " 1.0")))


@must("document", "DL205")
def entity_type_misspelt(rng: Random, article: Article) -> Article:
    """An entity has a type that the scheme has not."""
    entity = choose(rng, article.entities)
    return swapped(article, entity, type=misspelt(rng, entity.type, SCHEME.labels("entities")))


@must("document", "DL205")
def event_type_misspelt(rng: Random, article: Article) -> Article:
    """An event has a type that the scheme has not."""
    event = choose(rng, article.events)
    return swapped(article, event, type=misspelt(rng, event.type, SCHEME.labels("events")))


@must("document", "DL206")
def value_misspelt(rng: Random, article: Article) -> Article:
    """An attribute has a value that the scheme has not."""
    item = choose(rng, all_items(article))
    there = [name for name in ATTRIBUTES[type(item)] if getattr(item, name) is not None]
    name = choose(rng, there)
    known = SCHEME.values(LAYER[type(item)], name)
    return swapped(article, item, **{name: misspelt(rng, getattr(item, name), known)})


@must("document", "DL206")
def mode_of_another_type(rng: Random, article: Article) -> Article:
    """An event has a mode that its type does not have."""
    event = choose(rng, article.events)
    others = set(SCHEME.values("events", "mode")) - set(SCHEME.modes(event.type))
    return swapped(article, event, mode=choose(rng, sorted(others)))


@must("document", "DL206")
def mention_on_a_value(rng: Random, article: Article) -> Article:
    """A value such as a date has the attribute that only names and descriptions have."""
    entity = choose(rng, [e for e in article.entities if e.type in VALUES])
    mention = rng.choice(SCHEME.values("entities", "mention"))
    return swapped(article, entity, mention=mention)


@must("document", "DL206")
def sector_on_what_is_no_actor(rng: Random, article: Article) -> Article:
    """A place, thing or value has a sector."""
    entity = choose(rng, [e for e in article.entities if e.type not in ACTORS])
    return swapped(article, entity, sector=rng.choice(SCHEME.values("entities", "sector")))


@must("document", "DL207")
def mention_taken_away(rng: Random, article: Article) -> Article:
    """A name or description does not say which of the two it is."""
    entity = choose(rng, [e for e in article.entities if e.mention])
    return swapped(article, entity, mention=None)


# ── Documents: references


@must("document", "DL401")
def argument_to_nothing(rng: Random, article: Article) -> Article:
    """An argument points at an id that no item has."""
    event, number, _ = choose(rng, fillers(article))
    ref = rng.choice(
        (fresh(article, event), fresh(article, article.entities[0]), "T", "", "AUTHOR")
    )
    return argued(article, event, number, ref=ref)


@must("document", "DL401")
def item_removed_that_others_need(rng: Random, article: Article) -> Article:
    """An item is gone, and something still points at it."""
    needed = referred(article)
    return without(article, choose(rng, [i for i in all_items(article) if i.id in needed]))


@must("document", "DL402")
def argument_to_another_layer(rng: Random, article: Article) -> Article:
    """An argument that must be an entity is an event or an attribution."""
    found = [(e, i) for e, i, a in fillers(article) if a.role != "topic"]
    event, number = choose(rng, found)
    others = [i for i in (*article.events, *article.attributions) if i is not event]
    return argued(article, event, number, ref=choose(rng, others).id)


@must("document", "DL402")
def argument_of_another_type(rng: Random, article: Article) -> Article:
    """An argument is an entity of a type that cannot play the role."""
    found = [(e, i, a) for e, i, a in fillers(article) if a.role != "topic"]
    event, number, argument = choose(rng, found)
    allowed = ROLES[argument.role].to["entities"]
    ref = choose(rng, [e.id for e in article.entities if e.type not in allowed])
    return argued(article, event, number, ref=ref)


@must("document", "DL402")
def type_that_cannot_play_the_role(rng: Random, article: Article) -> Article:
    """An entity's type is changed to one that a role it plays does not take."""
    found = [(a.role, article.by_id.get(a.ref)) for _, _, a in fillers(article)]
    role, entity = choose(rng, [(r, e) for r, e in found if isinstance(e, Entity) and r != "topic"])
    assert isinstance(entity, Entity)
    others = set(SCHEME.labels("entities")) - set(ROLES[role].to["entities"])
    return swapped(article, entity, type=choose(rng, sorted(others)))


@must("document", "DL416")
def event_in_itself(rng: Random, article: Article) -> Article:
    """An event is its own argument."""
    event, number, _ = choose(rng, fillers(article))
    return argued(article, event, number, ref=event.id)


@must("document", "DL401")
def source_to_nothing(rng: Random, article: Article) -> Article:
    """A source stands for a mention that is not there."""
    attribution = choose(rng, [a for a in article.attributions if a.source and a.source.refs])
    ref = rng.choice((fresh(article, article.entities[0]), AUTHOR, "T"))
    return with_ref(rng, article, attribution, ref)


@must("document", "DL402")
def source_to_what_cannot_speak(rng: Random, article: Article) -> Article:
    """A source stands for a date, a place, an event or an attribution."""
    attribution = choose(rng, [a for a in article.attributions if a.source and a.source.refs])
    mute = [e for e in article.entities if e.type not in (*ACTORS, "LAW")]
    ref = choose(rng, [*mute, *article.events, *article.attributions]).id
    return with_ref(rng, article, attribution, ref)


def with_ref(rng: Random, article: Article, attribution: Attribution, ref: str) -> Article:
    assert attribution.source is not None
    refs = list(attribution.source.refs)
    refs[rng.randrange(len(refs))] = ref
    return swapped(article, attribution, source=replace(attribution.source, refs=refs))


@must("document", "DL401")
def stance_to_nothing(rng: Random, article: Article) -> Article:
    """A stance's holder or target is not there; an article is no target."""
    stance = choose(rng, article.stances)
    gone = fresh(article, article.entities[0])
    changes = rng.choice(({"holder": gone}, {"target": gone}, {"target": AUTHOR}))
    return swapped(article, stance, **changes)


@must("document", "DL402")
def stance_of_what_holds_none(rng: Random, article: Article) -> Article:
    """The holder of a stance is a value, a place or an event, or its target another stance."""
    stance = choose(rng, article.stances)
    mute = [e for e in article.entities if e.type not in (*ACTORS, "LAW")]
    holder = choose(rng, [*mute, *article.events]).id
    changes = rng.choice(({"holder": holder}, {"target": stance.id}))
    return swapped(article, stance, **changes)


# ── Documents: roles


@must("document", "DL403")
def role_misspelt(rng: Random, article: Article) -> Article:
    """A role is one that the scheme has not."""
    event, number, argument = choose(rng, fillers(article))
    return argued(article, event, number, role=misspelt(rng, argument.role, list(ROLES)))


@must("document", "DL403")
def victim_of_what_harms_nobody(rng: Random, article: Article) -> Article:
    """An event that is no assault or casualty has a victim."""
    found = [
        (e, i) for e, i, a in fillers(article) if e.type not in ROLES["victim"].only and a.role
    ]
    event, number = choose(rng, found)
    return argued(article, event, number, role="victim")


@must("document", "DL402")
def role_that_the_filler_cannot_play(rng: Random, article: Article) -> Article:
    """A role is changed to one that does not take the filler's type."""
    event, number, argument = choose(rng, fillers(article))
    filler = article.by_id[argument.ref]
    kind = filler.type if isinstance(filler, Entity) else ""
    roles = [
        name
        for name, link in ROLES.items()
        if name != "topic" and kind not in link.to["entities"]
        if "*" in link.only or event.type in link.only
    ]
    return argued(article, event, number, role=choose(rng, roles))


@must("document", "DL415")
def filler_in_two_roles(rng: Random, article: Article) -> Article:
    """An actor is also the recipient, or a place also the topic."""
    event, _, argument = choose(rng, fillers(article))
    role = another(rng, ("recipient", "actor", "topic"), argument.role)
    arguments = [*event.arguments, Argument(role, argument.ref)]
    return swapped(article, event, arguments=arguments)


@must("document", "DL404")
def wanted_recipient_taken_away(rng: Random, article: Article) -> Article:
    """Cooperation, aid or a sanction has no recipient any more."""
    wanting = [n for n, label in SCHEME.layers["events"].labels.items() if label.wants]
    found = [
        e
        for e in article.events
        if e.type in wanting and any(a.role == "recipient" for a in e.arguments)
    ]
    event = choose(rng, found)
    left = [a for a in event.arguments if a.role != "recipient"]
    return swapped(article, event, arguments=left)


# ── Documents: clusters


@must("document", "DL406")
def cluster_entry_dropped(rng: Random, article: Article) -> Article:
    """Members have a cluster that has no entry."""
    gone = choose(rng, article.clusters)
    left = {key: entry for key, entry in article.clusters.items() if key != gone}
    return relabelled(article, clusters=left)


@must("document", "DL406")
def cluster_without_members(rng: Random, article: Article) -> Article:
    """A cluster has an entry and no member."""
    new = f"C{max((int(key[1:]) for key in article.clusters), default=0) + rng.randint(1, 9)}"
    return relabelled(article, clusters={**article.clusters, new: Cluster(kb="NIL")})


@must("document", "DL405")
def member_of_another_type(rng: Random, article: Article) -> Article:
    """A member moves to a cluster of another type, or of the other layer."""
    types = cluster_types(article)
    item = choose(rng, [*article.entities, *article.events])
    cluster = choose(rng, [key for key, kinds in types.items() if item.type not in kinds])
    return swapped(article, item, cluster=cluster)


@must("document", "DL412")
def form_of_a_knowledge_base_id(rng: Random, article: Article) -> Article:
    """An id of the knowledge base has no known form."""
    key = choose(rng, article.clusters)
    forms = ("Q42", "wd:42", "wd:Q", "wd:q42", "dl:", "dl:Gorbem", "nil", "", "wikidata:Q42")
    entry = replace(article.clusters[key], kb=rng.choice(forms))
    return relabelled(article, clusters={**article.clusters, key: entry})


# ── Documents: attributions


def in_fragments(article: Article) -> list[Attribution]:
    return [a for a in article.attributions if len(a.content) > 1]


@must("document", "DL305")
def fragments_swapped(rng: Random, article: Article) -> Article:
    """The fragments of a content are not in the order of the text."""
    attribution = choose(rng, in_fragments(article))
    return swapped(article, attribution, content=attribution.content[::-1])


@must("document", "DL305")
def fragments_overlapping(rng: Random, article: Article) -> Article:
    """A fragment begins before the one before it has ended, or where it ends."""
    attribution = choose(rng, in_fragments(article))
    content = list(attribution.content)
    at = rng.randrange(1, len(content))
    content[at] = replace(content[at], start=content[at - 1].end - rng.randint(0, 1))
    return swapped(article, attribution, content=content)


@must("document", "DL312")
def cue_over_the_source(rng: Random, article: Article) -> Article:
    """A cue takes words of the source."""
    attribution = choose(rng, [a for a in article.attributions if a.source and a.cue])
    assert attribution.source and attribution.cue
    edges = (*edges_of(attribution.source), *edges_of(attribution.cue))
    return swapped(article, attribution, cue=Span(min(edges), max(edges)))


@must("document", "DL312")
def content_over_the_cue(rng: Random, article: Article) -> Article:
    """A content of one fragment takes the cue as well."""
    found = [a for a in article.attributions if a.cue and len(a.content) == 1]
    attribution = choose(rng, found)
    assert attribution.cue is not None
    edges = (*edges_of(attribution.content[0]), *edges_of(attribution.cue))
    return swapped(article, attribution, content=[Span(min(edges), max(edges))])


def edges_of(span: Any) -> tuple[int, int]:
    return span.start, span.end


@must("document", "DL407")
def content_dropped(rng: Random, article: Article) -> Article:
    """An attribution has no content."""
    return swapped(article, choose(rng, article.attributions), content=[])


@must("document", "DL410")
def attributions_of_one_content(rng: Random, article: Article) -> Article:
    """Two attributions have the same content, and nothing else."""
    attribution = choose(rng, article.attributions)
    bare = replace(attribution, source=None, cue=None, source_form="implicit")
    return added(
        swapped(article, attribution, **fields(bare)), replace(bare, id=fresh(article, attribution))
    )


def fields(record: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__struct_fields__}


@must("document", "DL414")
def source_dropped(rng: Random, article: Article) -> Article:
    """The source is gone, and its form still says that there is one."""
    attribution = choose(rng, [a for a in article.attributions if a.source])
    return swapped(article, attribution, source=None)


@must("document", "DL414")
def source_called_implicit(rng: Random, article: Article) -> Article:
    """There is a source, and its form says that there is none."""
    attribution = choose(rng, [a for a in article.attributions if a.source])
    return swapped(article, attribution, source_form="implicit")


def outermost(article: Article, quote: str) -> list[Attribution]:
    return [a for a in article.attributions if a.quote == quote and article.nested_in[a.id] is None]


@must("document", "DL409")
def direct_speech_called_indirect(rng: Random, article: Article) -> Article:
    """All that is said stands in quotation marks, and is called indirect."""
    text = text_of(article)
    found = [
        a
        for a in outermost(article, "direct")
        if all(text[s.start] in '"“' and text[s.end - 1] in '"”' for s in a.content)
    ]
    return swapped(article, choose(rng, found), quote="indirect")


@must("document", "DL409")
def indirect_speech_called_mixed(rng: Random, article: Article) -> Article:
    """Nothing that is said stands in quotation marks, and a part of it is called direct."""
    text = text_of(article)
    found = [
        a
        for a in outermost(article, "indirect")
        if not any(set(text[s.start : s.end]) & set("\"'“”‘’«»") for s in a.content)
    ]
    return swapped(article, choose(rng, found), quote="mixed")


@must("document", "DL411")
def holder_who_is_not_the_source(rng: Random, article: Article) -> Article:
    """A position in somebody's words is given to somebody else."""
    stance, refs = choose(rng, grounded(article))
    cluster = {e.id: e.cluster or e.id for e in article.entities}
    said = {cluster[ref] for ref in refs}
    if stance.holder == AUTHOR or cluster[stance.holder] not in said:
        raise UnfitError  # which is so already
    others = [e.id for e in article.entities if e.type in ACTORS and cluster[e.id] not in said]
    return swapped(article, stance, holder=choose(rng, [*others, AUTHOR]))


def grounded(article: Article) -> Iterator[tuple[Stance, list[str]]]:
    """The stances that lie in an attribution, with the mentions that its source stands for."""
    for stance in article.stances:
        attribution = article.by_id.get(article.grounded_in[stance.id] or "")
        if isinstance(attribution, Attribution) and attribution.source and attribution.source.refs:
            yield stance, attribution.source.refs


@must("document", "DL413")
def day_that_never_was(rng: Random, article: Article) -> Article:
    """A date has a day that no month has, in the text and so in its label."""
    text = text_of(article)
    dates = [
        match
        for entity in article.entities
        if entity.type == "DATE"
        for match in re.compile(
            r"\b\d{1,2}(?= (?:March|April|May|June|July|August|[JFSOND]\w+y?\b))"
        ).finditer(text, entity.start, entity.end)
    ]
    day = choose(rng, dates)
    wrong = "0" if len(day[0]) == 1 else str(rng.randint(32, 99))
    return retexted(article, text[: day.start()] + wrong + text[day.end() :])


# ── Documents: what no program can know


@legal("document", "which of the types of actors fits is a matter of meaning")
def type_changed_to_another(rng: Random, article: Article) -> Article:
    """A mention that nothing points at has another type that may stand there."""
    needed = referred(article)
    found = [
        e
        for e in article.entities
        if e.type in ACTORS and e.id not in needed and not shares_cluster(article, e)
    ]
    entity = choose(rng, found)
    return swapped(article, entity, type=another(rng, ACTORS, entity.type))


@legal(
    "document", "where a mention begins and ends is a matter of meaning, as long as words are whole"
)
def span_shifted_by_a_word(rng: Random, article: Article) -> Article:
    """A mention of one word moves to the next one."""
    text = text_of(article)
    entity = choose(rng, [e for e in article.entities if text[e.start : e.end].isalpha()])
    word = re.compile(r" (\w+)").match(text, entity.end)
    if word is None or is_twin(article, entity, *word.span(1)):
        raise UnfitError
    return swapped(article, entity, start=word.start(1), end=word.end(1))


@legal("document", "a span may cut a word: the source's own typos join words, as in “talksin”")
def span_shortened_inside_a_word(rng: Random, article: Article) -> Article:
    """A mention or trigger loses its last letter."""
    text = text_of(article)
    found = [
        item
        for item in (*article.entities, *article.events)
        if text[item.start : item.end].isascii() and text[item.start : item.end].isalpha()
        if item.end - item.start > 1 and not is_twin(article, item, item.start, item.end - 1)
    ]
    item = choose(rng, found)
    return swapped(article, item, end=item.end - 1)


@legal("document", "how sure the article is stands in its words")
def certainty_changed(rng: Random, article: Article) -> Article:
    """An event is more or less certain."""
    return other_value(rng, article, choose(rng, article.events), "certainty")


@legal("document", "whether it happened stands in the words")
def polarity_changed(rng: Random, article: Article) -> Article:
    """An event or attribution is denied, or is not."""
    item = choose(rng, [*article.events, *article.attributions])
    return other_value(rng, article, item, "polarity")


@legal("document", "when it happened stands in the words")
def time_changed(rng: Random, article: Article) -> Article:
    """An event is past, present or future instead."""
    return other_value(rng, article, choose(rng, article.events), "time")


@legal("document", "what kind of actor somebody is stands in the words")
def sector_changed(rng: Random, article: Article) -> Article:
    """An actor belongs to another sector."""
    entity = choose(rng, [e for e in article.entities if e.sector])
    return other_value(rng, article, entity, "sector")


@legal("document", "the position stands in the words")
def stance_turned(rng: Random, article: Article) -> Article:
    """A stance has another value, attitude or way of being stated."""
    name = rng.choice(ATTRIBUTES[Stance])
    return other_value(rng, article, choose(rng, article.stances), name)


@legal("document", "what kind of source it is stands in the words")
def kind_of_source_changed(rng: Random, article: Article) -> Article:
    """A source is of another kind."""
    found = [a for a in article.attributions if a.source_kind]
    return other_value(rng, article, choose(rng, found), "source_kind")


@legal("document", "which of a type's modes fits is a matter of meaning")
def mode_changed(rng: Random, article: Article) -> Article:
    """An event has another mode of its type."""
    event = choose(rng, [e for e in article.events if e.mode])
    return swapped(article, event, mode=another(rng, SCHEME.modes(event.type), event.mode))


def other_value(rng: Random, article: Article, item: Item, name: str) -> Article:
    values = SCHEME.values(LAYER[type(item)], name)
    return swapped(article, item, **{name: another(rng, values, getattr(item, name))})


@legal("document", "only who adjudicated knows whether a human has confirmed it")
def status_changed(rng: Random, article: Article) -> Article:
    """The labels are called gold instead of silver, or the other way round."""
    status = "gold" if article.labels.status == "silver" else "silver"
    return relabelled(article, status=status)


@legal("document", "what ought to be labelled and is not, only a reader sees")
def item_left_out(rng: Random, article: Article) -> Article:
    """An item that nothing points at is gone."""
    needed = referred(article)
    found = [
        item
        for item in all_items(article)
        if item.id not in needed
        if not isinstance(item, Entity | Event)
        or item.cluster is None
        or shares_cluster(article, item)
    ]
    return without(article, choose(rng, found))


@legal("document", "what the clause gives, only a reader sees; a wanted recipient is a warning")
def argument_left_out(rng: Random, article: Article) -> Article:
    """An argument is gone."""
    event, number, _ = choose(rng, fillers(article))
    left = [a for i, a in enumerate(event.arguments) if i != number]
    return swapped(article, event, arguments=left)


@legal("document", "who does it to whom stands in the words")
def actor_and_recipient_swapped(rng: Random, article: Article) -> Article:
    """An event's actors are its recipients and the other way round."""
    roles = {"actor": "recipient", "recipient": "actor"}
    found = [e for e in article.events if {a.role for a in e.arguments} & set(roles)]
    event = choose(rng, found)
    arguments = [replace(a, role=roles.get(a.role, a.role)) for a in event.arguments]
    return swapped(article, event, arguments=arguments)


@legal("document", "which mention is meant stands in the words")
def argument_to_another_mention(rng: Random, article: Article) -> Article:
    """An argument is another entity of the same type."""
    event, number, argument = choose(rng, fillers(article))
    kind = getattr(article.by_id[argument.ref], "type", None)
    taken = {a.ref for a in event.arguments}
    found = [e.id for e in article.entities if e.type == kind and e.id not in taken]
    return argued(article, event, number, ref=choose(rng, found))


@legal("document", "what two mentions refer to is a matter of meaning")
def member_of_another_cluster(rng: Random, article: Article) -> Article:
    """A member moves to another cluster of its type."""
    types = cluster_types(article)
    item = choose(rng, [e for e in article.entities if shares_cluster(article, e)])
    found = [key for key, kinds in types.items() if kinds == {item.type} and key != item.cluster]
    return swapped(article, item, cluster=choose(rng, found))


# ── Corpora


def in_place(articles: list[Labelled], old: Labelled, **changes: Any) -> list[Labelled]:
    """The articles with one of them changed: its split, its paths or itself."""
    made = {name: getattr(old, name) for name in Labelled.__dataclass_fields__} | changes
    return [Labelled(**made) if one is old else one for one in articles]


def renamed(labelled: Labelled, doc_id: str, **changes: Any) -> Labelled:
    """A copy of an article under another id."""
    article = labelled.article
    meta, labels = (replace(part, doc_id=doc_id) for part in (article.meta, article.labels))
    where = f"annotations/adjudicated/{doc_id}.json"
    copy = Article(meta, article.text, labels)
    (made,) = in_place([labelled], labelled, article=copy, where=where, **changes)
    return made


@must("corpus", "DL503")
def article_in_another_split(rng: Random, articles: list[Labelled]) -> Corpus:
    """An article is in another split than the others of its storyline."""
    one = choose(rng, articles)
    split = another(rng, SPLITS, one.split)
    return in_place(articles, one, split=split), {}


@must("corpus", "DL504")
def copy_in_another_split(rng: Random, articles: list[Labelled]) -> Corpus:
    """An article stands in another split too, with a word or two changed."""
    one = choose(rng, articles)
    split = another(rng, SPLITS, one.split)
    copy = renamed(one, f"{one.article.doc_id}-copy", split=split)
    text = text_of(copy.article)
    for _ in range(rng.randint(1, 2)):
        word = choose(rng, list(re.finditer(r"\b[a-z]{4,}\b", text)))
        text = f"{text[: word.start()]}tulip{text[word.end() :]}"
    meta = replace(copy.article.meta, storyline="another")
    changed = Article(meta, text, copy.article.labels)
    return [*articles, *in_place([copy], copy, article=changed)], {}


@must("corpus", "DL508")
def words_of_another_text(rng: Random, articles: list[Labelled]) -> Corpus:
    """Eight words or more of an external article stand in an open one."""
    one = choose(rng, articles)
    words = [f"{rng.choice('bdglmr')}{rng.choice('aeiou')}{rng.randrange(100)}" for _ in range(40)]
    first = rng.randrange(20)
    run = " ".join(words[first : first + rng.randint(8, 20)])
    text = text_of(one.article)
    gap = choose(rng, list(re.finditer(" ", text))).start()
    changed = retexted(one.article, f"{text[:gap]} {run}{text[gap:]}")
    foreign = dict.fromkeys(shingles(" ".join(words)), "away-1")
    return in_place(articles, one, article=changed), foreign


@must("corpus", "DL510")
def layer_forgotten(rng: Random, articles: list[Labelled]) -> Corpus:
    """An article has no entities, events or attributions."""
    one = choose(rng, articles)
    layer = rng.choice(("entities", "events", "attributions"))
    return in_place(articles, one, article=relabelled(one.article, **{layer: []})), {}


@must("corpus", "DL501")
def name_of_another_type(rng: Random, articles: list[Labelled]) -> Corpus:
    """A name that always has one type has another once."""
    uses: dict[str, list[tuple[Labelled, Entity]]] = {}
    for labelled in articles:
        for entity in labelled.article.entities:
            if entity.mention == "name":
                words = text_of(labelled.article)[entity.start : entity.end].casefold()
                uses.setdefault(" ".join(words.split()), []).append((labelled, entity))
    habits = [
        found
        for found in uses.values()
        if len(found) >= 6
        and len({labelled.article.doc_id for labelled, _ in found}) > 1
        and len({entity.type for _, entity in found}) == 1
    ]
    one, entity = rng.choice(choose(rng, habits))
    names = [k for k in SCHEME.group("entities", "name") if k != entity.type]
    return in_place(
        articles, one, article=swapped(one.article, entity, type=choose(rng, names))
    ), {}


@must("corpus", "DL505")
def label_that_a_split_lacks(rng: Random, articles: list[Labelled]) -> Corpus:
    """A type of entity that another split has often is not used in a split at all."""
    counts: dict[str, Counter[str]] = {split: Counter() for split in SPLITS}
    for one in articles:
        counts[one.split].update(entity.type for entity in one.article.entities)
    options = [
        (split, kind)
        for split in SPLITS
        for kind in counts[split]
        if max(counts[other][kind] for other in SPLITS if other != split) >= 20
    ]
    split, kind = choose(rng, options)
    found = articles
    for one in articles:
        if one.split == split:
            left = [entity for entity in one.article.entities if entity.type != kind]
            found = in_place(found, one, article=relabelled(one.article, entities=left))
    return found, {}


@must("corpus", "DL509")
def far_too_many_labels(rng: Random, articles: list[Labelled]) -> Corpus:
    """An article has its labels twenty times over."""
    one = choose(rng, articles)
    layer = rng.choice(("entities", "events", "attributions"))
    many = relabelled(one.article, **{layer: getattr(one.article, layer) * 20})
    return in_place(articles, one, article=many), {}


@must("corpus", "DL506")
def provenance_left_out(rng: Random, articles: list[Labelled]) -> Corpus:
    """An article does not say who wrote it, where it comes from, or what may be done with it."""
    one = choose(rng, articles)
    name = rng.choice(("author", "source", "licence", "outlet", "title", "published"))
    meta = replace(one.article.meta, **{name: rng.choice(("", " "))})
    changed = Article(meta, one.article.text, one.article.labels)
    return in_place(articles, one, article=changed), {}


@legal("corpus", "which split a storyline has is a decision")
def storyline_in_another_split(rng: Random, articles: list[Labelled]) -> Corpus:
    """All articles of a storyline are in another split."""
    one = choose(rng, articles)
    split = another(rng, SPLITS, one.split)
    found = articles
    for other in articles:
        if other.article.meta.storyline == one.article.meta.storyline:
            found = in_place(found, other, split=split)
    return found, {}


# ── Files


def changed_labels(tree: Tree, key: str, /, **changes: Any) -> Files:
    path = tree.adjudicated_path(key)
    return {path: canonical(replace(decode(path.read_bytes(), Document, key), **changes))}


def changed_meta(tree: Tree, key: str, /, **changes: Any) -> Files:
    path = tree.meta_path(key)
    return {path: canonical(replace(decode(path.read_bytes(), ArticleMeta, key), **changes))}


def put_into_text(rng: Random, tree: Tree, doc_id: str, raw: bytes, before: str = ".") -> Files:
    """The text with bytes put in before some character, which is never the first or the last."""
    path = tree.text_path(doc_id)
    text = path.read_text(encoding="utf-8")
    at = choose(rng, [m.start() for m in re.finditer(before, text) if m.start() > 0])
    return {path: text[:at].encode() + raw + text[at:].encode()}


def one_place(rng: Random, path: Path, pattern: str, new: Callable[[re.Match[str]], str]) -> Files:
    """A file with one of the places changed that a pattern finds."""
    text = path.read_text(encoding="utf-8")
    match = choose(rng, list(re.finditer(pattern, text, re.M)))
    return {path: f"{text[: match.start()]}{new(match)}{text[match.end() :]}".encode()}


@must("file", "DL209")
def key_misspelt(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A key of the labels lacks a letter."""
    path = tree.adjudicated_path(doc_id)
    return one_place(rng, path, r'"([a-z_]+)":', lambda m: f'"{m[1][:-1]}":')


@must("file", "DL209")
def key_given_twice(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A key stands twice in one object of the labels."""
    path = tree.adjudicated_path(doc_id)
    return one_place(
        rng, path, r'("(?:id|start|scheme|type)": [^,{}]+),', lambda m: f"{m[0]} {m[0]}"
    )


@must("file", "DL209")
def value_of_another_type(rng: Random, tree: Tree, doc_id: str) -> Files:
    """An offset is no whole number."""
    made = rng.choice(('"{}"', "{}.5", "null", "true", "[{}]"))
    path = tree.adjudicated_path(doc_id)
    return one_place(rng, path, r'("(?:start|end)": )(\d+)', lambda m: m[1] + made.format(m[2]))


@must("file", "DL110")
def json_cut_short(rng: Random, tree: Tree, doc_id: str) -> Files:
    """The labels or the metadata end too soon."""
    path = rng.choice((tree.adjudicated_path(doc_id), tree.meta_path(doc_id)))
    raw = path.read_bytes()
    return {path: raw[: rng.randrange(len(raw) - 2)]}


@must("file", "DL202")
def another_layout(rng: Random, tree: Tree, doc_id: str) -> Files:
    """The same labels or metadata are written in another way."""
    path = rng.choice((tree.adjudicated_path(doc_id), tree.meta_path(doc_id)))
    value = json.loads(path.read_bytes())
    layouts: tuple[dict[str, Any], ...] = ({}, {"indent": 1}, {"sort_keys": True})
    return {path: json.dumps(value, ensure_ascii=False, **rng.choice(layouts)).encode()}


@must("file", "DL202")
def items_in_another_order(rng: Random, tree: Tree, doc_id: str) -> Files:
    """Two neighbouring items have changed places."""
    path = tree.adjudicated_path(doc_id)
    pattern = r'^(  \{"id": .*\}),\n(  \{"id": .*\})(,?)$'
    return one_place(rng, path, pattern, lambda m: f"{m[2]},\n{m[1]}{m[3]}")


@must("file", "DL102")
def bytes_that_are_no_utf_8(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A text has a byte that is no UTF-8."""
    return put_into_text(rng, tree, doc_id, rng.choice((b"\xe9", b"\xff", b"\xc3", b"\x93")))


@must("file", "DL103")
def carriage_return(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A line of a text ends with CR and LF."""
    return put_into_text(rng, tree, doc_id, b"\r", "\n")


@must("file", "DL104")
def byte_order_mark(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A text begins with a byte order mark."""
    path = tree.text_path(doc_id)
    return {path: b"\xef\xbb\xbf" + path.read_bytes()}


@must("file", "DL105")
def nul(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A text contains NUL."""
    return put_into_text(rng, tree, doc_id, b"\0")


@must("file", "DL106")
def accent_set_apart(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A text has a letter with an accent as two characters."""
    accent = rng.choice("\u0300\u0301\u0302\u0308")
    return put_into_text(rng, tree, doc_id, accent.encode(), "(?<=[aeiou])[a-z]")


@must("file", "DL107")
def control_character(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A text has a character that cannot be seen."""
    return put_into_text(rng, tree, doc_id, rng.choice("\a\b\v\f\x1b\x7f\x80\x85\x9f").encode())


@must("file", "DL108")
def override_of_direction(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A text has a character that turns the direction of writing."""
    override = rng.choice("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    return put_into_text(rng, tree, doc_id, override.encode())


@must("file", "DL112")
def line_ends_at_the_end(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A text ends with no line end, or with several."""
    path = tree.text_path(doc_id)
    return {path: path.read_bytes().rstrip(b"\n") + b"\n" * rng.choice((0, 2, 3))}


@must("file", "DL113")
def text_emptied(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A text has no words."""
    return {tree.text_path(doc_id): rng.choice((b"", b"\n", b" \n", b"\n\n\n"))}


@must("file", "DL304")
def letter_of_a_text_changed(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A letter of a text is another than when it was labelled."""
    path = tree.text_path(doc_id)
    return one_place(rng, path, "[a-z]", lambda m: another(rng, "abc", m[0]))


@must("file", "DL101")
def text_gone(rng: Random, tree: Tree, doc_id: str) -> Files:
    """The text of an open article is not there."""
    return {tree.text_path(doc_id): None}


@must("file", "DL213")
def metadata_gone(rng: Random, tree: Tree, doc_id: str) -> Files:
    """Text and labels are there, and no metadata."""
    return {tree.meta_path(doc_id): None}


@must("file", "DL214")
def document_under_another_name(rng: Random, tree: Tree, doc_id: str) -> Files:
    """Labels or metadata say that they are of another document than their file."""
    change = rng.choice((changed_labels, changed_meta))
    return change(tree, doc_id, doc_id=rng.choice((f"{doc_id}-b", doc_id[:-1], "", "Other")))


@must("file", "DL304", "DL214")
def labels_exchanged(rng: Random, tree: Tree, doc_id: str) -> Files:
    """Two articles have each other's labels, with or without their names."""
    other = another(rng, tree.labelled(), doc_id)
    names = rng.choice(((doc_id, other), (other, doc_id)))
    one, two = (tree.read_document(tree.adjudicated_path(key), key) for key in (other, doc_id))
    return changed_labels(tree, doc_id, **fields(replace(one, doc_id=names[0]))) | changed_labels(
        tree, other, **fields(replace(two, doc_id=names[1]))
    )


@must("file", "DL208")
def annotator_unknown(rng: Random, tree: Tree, doc_id: str) -> Files:
    """Labels are by somebody who is not entered."""
    maker = Annotator(rng.choice(("ana", "llm-x", "", "LLM-S")), rng.choice(("model", "human")))
    return changed_labels(tree, doc_id, annotator=maker)


@must("file", "DL208")
def model_called_human(rng: Random, tree: Tree, doc_id: str) -> Files:
    """Labels by a model are called those of a human, or of a rule."""
    maker = tree.read_document(tree.adjudicated_path(doc_id), doc_id).annotator
    kind = another(rng, ("human", "model", "rule"), maker.kind)
    return changed_labels(tree, doc_id, annotator=replace(maker, kind=kind))


@must("file", "DL412")
def id_of_nothing_in_the_world(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A cluster is linked to something that the authored world does not have."""
    clusters = tree.read_document(tree.adjudicated_path(doc_id), doc_id).clusters
    key = choose(rng, clusters)
    entry = replace(clusters[key], kb=rng.choice(("dl:none-such", "dl:none/such")))
    return changed_labels(tree, doc_id, clusters={**clusters, key: entry})


@must("file", "DL511")
def link_to_another_kind(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A cluster of mentions is linked to a thing of a kind that no mention of it can mean."""
    article = tree.article(doc_id)
    types = {e.cluster: e.type for e in article.entities if e.cluster}
    wrong = {"PERSON": "dl:odrelu", "GPE": "dl:hpf", "ORG": "dl:qonat-tikkon", "FAC": "dl:hpf"}
    key = choose(rng, [key for key, kind in types.items() if kind in wrong])
    entry = replace(article.clusters[key], kb=wrong[types[key]])
    return changed_labels(tree, doc_id, clusters={**article.clusters, key: entry})


@must("file", "DL512")
def event_before_it_happened(rng: Random, tree: Tree, doc_id: str) -> Files:
    """An event told as over is linked to one of the world that lies ahead of the article."""
    article = tree.article(doc_id)
    ahead = [
        f"dl:{story.id}/{event.id}"
        for story in tree.world.storylines.values()
        for event in story.events
        if event.happened and event.date > article.meta.published
    ]
    over = [
        event.cluster
        for event in article.events
        if (event.polarity, event.certainty, event.time) == ("positive", "certain", "past")
        and event.cluster is not None
    ]
    key = choose(rng, over)
    entry = replace(article.clusters[key], kb=choose(rng, ahead))
    return changed_labels(tree, doc_id, clusters={**article.clusters, key: entry})


@must("file", "DL502")
def storyline_unknown(rng: Random, tree: Tree, doc_id: str) -> Files:
    """An article is of a storyline that is not there."""
    return changed_meta(tree, doc_id, storyline=rng.choice((None, "", "none-such", "Gorbem")))


@must("file", "DL506")
def day_of_publication_that_never_was(rng: Random, tree: Tree, doc_id: str) -> Files:
    """An article was published on no day of the calendar."""
    days = ("2026-02-30", "2026-13-01", "2026-3-4", "4 March 2026", "2026-00-10")
    return changed_meta(tree, doc_id, published=rng.choice(days))


@must("file", "DL507")
def pass_of_no_article(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A pass is of an article that does not exist."""
    name = f"{doc_id}-gone"
    (raw,) = changed_labels(tree, doc_id, doc_id=name).values()
    return {tree.pass_path("llm-s", name): raw}


@must("file", "DL301", "DL302")
def fault_in_a_pass(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A span of an independent pass lies outside the text, or is reversed."""
    doc = tree.read_document(tree.adjudicated_path(doc_id), doc_id)
    start, end = rng.choice(((100_000, 100_001), (9, 3)))
    entities = [*doc.entities[:-1], replace(doc.entities[-1], start=start, end=end)]
    return {tree.pass_path("llm-s", doc_id): canonical(replace(doc, entities=entities))}


@must("file", "DL109")
def name_that_is_no_id(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A file's name is no document id."""
    path = rng.choice((tree.adjudicated_path(doc_id), tree.meta_path(doc_id)))
    stem = rng.choice((doc_id.title(), f"{doc_id} 2", f"{doc_id}_2", f"-{doc_id}", "é"))
    return {path.with_stem(stem): path.read_bytes()}


@must("file", "DL111")
def yaml_cut_short(rng: Random, tree: Tree, doc_id: str) -> Files:
    """The annotators, a storyline or the scheme end after a key."""
    paths = (
        tree.root / "annotations" / "annotators.yaml",
        tree.root / "schema" / "scheme.yaml",
        tree.root / "corpus" / "world" / "storylines" / f"{tree.meta(doc_id).storyline}.yaml",
    )
    path = rng.choice(paths)
    raw = path.read_bytes()
    key = choose(rng, list(re.finditer(rb"^ *(?:- )?[a-z]+(?=: )", raw, re.M)))
    return {path: raw[: key.end()]}


@must("file", "DL212")
def generated_file_edited(rng: Random, tree: Tree, doc_id: str) -> Files:
    """A generated file does not say what follows from the scheme."""
    path = choose(rng, sorted((tree.root / "schema" / "generated").iterdir()))
    return one_place(rng, path, r"[a-z]{4,}", lambda m: m[0][:-1])


@legal("file", "only a reader can tell a true headline, outlet or day")
def metadata_changed(rng: Random, tree: Tree, doc_id: str) -> Files:
    """An article has another title, outlet or day of publication."""
    changes = ({"title": "Another title"}, {"outlet": "another"}, {"published": "2028-02-29"})
    return changed_meta(tree, doc_id, **rng.choice(changes))


@legal("file", "an article may wait for its labels")
def labels_gone(rng: Random, tree: Tree, doc_id: str) -> Files:
    """An article has no labels."""
    return {tree.adjudicated_path(doc_id): None}


# ── Built folders


def rows_of(path: Path) -> int:
    return int(pq.ParquetFile(path).metadata.num_rows)


def some_parquet(rng: Random, folder: Path, *configs: str, least: int = 1) -> Path:
    """A file of one of some configs (of any) with so many rows."""
    found = [p for p in sorted(folder.glob("*/*.parquet")) if p.parent.name != "digests"]
    return choose(
        rng,
        [p for p in found if (not configs or p.parent.name in configs) and rows_of(p) >= least],
    )


def label_columns(path: Path) -> dict[str, tuple[str, ...]]:
    kinds = columns(SCHEME)[path.parent.name]
    return {name: kind.names for name, kind in kinds.items() if isinstance(kind, Labels)}


def other_label(rng: Random, path: Path) -> None:
    """Give a row of a file another label in one column."""

    def change(rows: list[dict[str, Any]]) -> None:
        row = rng.choice(rows)
        labels = {n: names for n, names in label_columns(path).items() if row[n] is not None}
        name = choose(rng, sorted(labels))
        row[name] = another(rng, range(len(labels[name])), row[name])

    rewrite_rows(path, change)


@must("folder", "DL601", "DL602")
def digit_of_a_digest(rng: Random, folder: Path) -> None:
    """One digit of a digest in the manifest is another."""
    write_all(
        one_place(
            rng,
            folder / NAME,
            r'("(?:logical_)?sha256": ")([0-9a-f]{64})',
            lambda m: m[1] + other_digit(rng, m[2]),
        )
    )


def write_all(files: Files) -> None:
    """Write files, or remove those without contents."""
    for path, raw in files.items():
        if raw is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)


@must("folder", "DL603")
def manifest_cut_short(rng: Random, folder: Path) -> None:
    """The manifest ends too soon."""
    raw = (folder / NAME).read_bytes()
    (folder / NAME).write_bytes(raw[: rng.randrange(len(raw) - 2)])


@must("folder", "DL601")
def byte_of_a_file(rng: Random, folder: Path) -> None:
    """One byte of a Parquet file is another."""
    path = some_parquet(rng, folder)
    raw = bytearray(path.read_bytes())
    raw[rng.randrange(len(raw))] ^= rng.randint(1, 255)
    path.write_bytes(bytes(raw))


@must("folder", "DL601")
def file_cut_short(rng: Random, folder: Path) -> None:
    """A Parquet file ends too soon."""
    path = some_parquet(rng, folder)
    raw = path.read_bytes()
    path.write_bytes(raw[: rng.randrange(len(raw))])


@must("folder", "DL603")
def file_gone(rng: Random, folder: Path) -> None:
    """A Parquet file of rows or of their digests is not there."""
    choose(rng, sorted(p for p in folder.glob("*/*.parquet") if rows_of(p))).unlink()


@must("folder", "DL603")
def file_that_nobody_knows(rng: Random, folder: Path) -> None:
    """There is a Parquet file more than the manifest knows."""
    path = some_parquet(rng, folder)
    shutil.copy(path, path.with_stem(f"{path.stem}-copy"))


@must("folder", "DL602")
def row_removed(rng: Random, folder: Path) -> None:
    """A row is gone; the manifest knows the new file."""
    rewrite_rows(some_parquet(rng, folder), lambda rows: rows.pop(rng.randrange(len(rows))))
    rehash(folder, rows=False)


@must("folder", "DL602")
def row_changed(rng: Random, folder: Path) -> None:
    """A label of a row is another; the manifest knows the new file."""
    other_label(rng, some_parquet(rng, folder))
    rehash(folder, rows=False)


@must("folder", "DL602")
def rows_shuffled(rng: Random, folder: Path) -> None:
    """Two rows have changed places; the manifest knows the new file."""

    def change(rows: list[dict[str, Any]]) -> None:
        one, two = rng.sample(range(len(rows)), 2)
        rows[one], rows[two] = rows[two], rows[one]

    rewrite_rows(some_parquet(rng, folder, least=2), change)
    rehash(folder, rows=False)


@must("folder", "DL215")
def row_given_twice(rng: Random, folder: Path) -> None:
    """A row stands twice; every digest is made anew."""
    rewrite_rows(some_parquet(rng, folder), lambda rows: rows.append(rows[-1]))
    rehash(folder, rows=True)


@must("folder", "DL602")
def article_moved_to_another_split(rng: Random, folder: Path) -> None:
    """An article is in the file of another split; the manifest knows the new files."""
    one = some_parquet(rng, folder, "documents")
    two = another(rng, sorted(one.parent.iterdir()), one)
    rows = pq.ParquetFile(one).read()
    rewrite_parquet(one, lambda table: table.slice(1))
    rewrite_parquet(two, lambda table: pa.concat_tables([table, rows.slice(0, 1)]))
    rehash(folder, rows=False)


@must("folder", "DL602")
def digest_of_a_row(rng: Random, folder: Path) -> None:
    """The digest of a row is another."""
    found = [p for p in sorted((folder / "digests").iterdir()) if rows_of(p)]

    def change(rows: list[dict[str, Any]]) -> None:
        row = rng.choice(rows)
        row["sha256"] = bytes([row["sha256"][0] ^ rng.randint(1, 255)]) + row["sha256"][1:]

    rewrite_rows(choose(rng, found), change)


@must("folder", "DL607")
def view_that_says_something_else(rng: Random, folder: Path) -> None:
    """A label of a view is not that of its document; every digest is made anew."""
    other_label(rng, some_parquet(rng, folder, "entities", "events", "stance", "attribution"))
    rehash(folder, rows=True)


@must("folder", "DL211")
def label_names_permuted(rng: Random, folder: Path) -> None:
    """Two label names in the metadata of a file have changed places."""
    path = some_parquet(rng, folder)
    name = choose(rng, sorted(label_columns(path)))
    names = list(label_columns(path)[name])
    one, two = rng.sample(range(len(names)), 2)
    names[one], names[two] = names[two], names[one]
    rewrite_parquet(path, lambda table: rename_labels(table, name, names))
    rehash(folder, rows=False)


@must("folder", "DL210")
def column_dropped(rng: Random, folder: Path) -> None:
    """A column is gone; without `provenance` a file is one of the first version."""
    path = some_parquet(rng, folder)
    known = {"doc_id", "provenance"}
    name = choose(rng, [n for n in pq.ParquetFile(path).schema_arrow.names if n not in known])
    rewrite_parquet(path, lambda table: table.drop_columns([name]))


@must("folder", "DL205", "DL206")
def number_without_a_label(rng: Random, folder: Path) -> None:
    """A label is a number that has no name; the manifest knows the new file."""

    def change(rows: list[dict[str, Any]]) -> None:
        rng.choice(rows)["type"] = rng.choice((17, 99, -1, 1 << 40))

    rewrite_rows(some_parquet(rng, folder, "events"), change)
    rehash(folder, rows=False)


def in_documents(rng: Random, folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change one row of `documents`, and make every digest anew."""
    path = some_parquet(rng, folder, "documents")
    rewrite_rows(path, lambda rows: change(rng.choice(rows)))
    rehash(folder, rows=True)


@must("folder", "DL308")
def derived_value_changed(rng: Random, folder: Path) -> None:
    """An event is reported in another attribution than the spans say; digests are made anew."""

    def change(row: dict[str, Any]) -> None:
        event = rng.choice(row["events"])
        ids = [None, *(attribution["id"] for attribution in row["attributions"])]
        event["reported_in"] = another(rng, ids, event["reported_in"])

    in_documents(rng, folder, change)


@must("folder", "DL307", "DL308")
def sentence_moved(rng: Random, folder: Path) -> None:
    """A sentence begins or ends elsewhere; every digest is made anew."""

    def change(row: dict[str, Any]) -> None:
        rng.choice(row["sentences"])[rng.choice(("start", "end"))] += rng.choice((-1, 1))

    in_documents(rng, folder, change)


@must("folder", "DL304")
def released_text_changed(rng: Random, folder: Path) -> None:
    """A letter of a released text is another; every digest is made anew."""

    def change(row: dict[str, Any]) -> None:
        row["text"] = row["text"].replace(rng.choice("aeiou"), "y", 1)

    in_documents(rng, folder, change)


@must("folder", "DL301", "DL302")
def released_span_outside_the_text(rng: Random, folder: Path) -> None:
    """A released span lies outside the text, or is reversed; every digest is made anew."""

    def change(row: dict[str, Any]) -> None:
        span = rng.choice([*row["entities"], *row["events"]])
        span["end"] = rng.choice((len(row["text"]) + 1, span["start"], 0, -5))

    in_documents(rng, folder, change)


@must("folder", "DL314")
def words_of_a_view_changed(rng: Random, folder: Path) -> None:
    """A trigger or an expression is not what the text has there; every digest is made anew."""
    path = some_parquet(rng, folder, "events", "stance")
    part = {"events": "trigger", "stance": "expression"}[path.parent.name]

    def change(rows: list[dict[str, Any]]) -> None:
        words = rng.choice(rows)[part]
        words["text"] = rng.choice((words["text"].upper(), f"{words['text']} ", ""))

    rewrite_rows(path, change)
    rehash(folder, rows=True)


@legal("folder", "Parquet bytes differ between versions of its library, and content does not")
def file_written_anew(rng: Random, folder: Path) -> None:
    """A file has other bytes and the same rows; the manifest knows them."""
    path = some_parquet(rng, folder)
    pq.write_table(pq.ParquetFile(path).read(), path, compression=rng.choice(("gzip", "none")))
    rehash(folder, rows=False)


@must("folder", "DL601")
def card_edited(rng: Random, folder: Path) -> None:
    """The folder's README says something more."""
    with (folder / "README.md").open("a") as file:
        file.write(f"\nSeen {rng.randrange(1000)} times.\n")


# ── Making them, and looking what is found


class Row(NamedTuple):
    """What became of a kind: `caught` counts those that raised a code that was expected.

    Of a legal kind those are counted that raised an error, which none should. `problems` tells of
    each mutation that was missed or that a check could not take, and of legal ones that were not.
    """

    kind: str
    level: str
    says: str
    declared: str
    codes: tuple[str, ...]
    reason: str
    tried: int
    caught: int
    problems: list[str]


Found = Sequence[Incident] | Exception


class Bench:
    """The articles that are changed, a small tree of some, a folder built of it, and their faults.

    What is found in them unchanged is counted first: only what a mutation adds counts.
    """

    def __init__(self, seed: int, folder: Path) -> None:
        self.seed = seed
        self.folder = folder
        tree = Tree(REPOSITORY)
        found = [tree.article(doc_id) for doc_id in tree.labelled()]
        self.articles = [article for article in found if article.meta.tier == "open"]
        self.labelled = [
            Labelled(
                split=tree.split(article.meta),
                where=tree.where(tree.adjudicated_path(article.doc_id)),
                meta_where=tree.where(tree.meta_path(article.doc_id)),
                article=article,
            )
            for article in self.articles
        ]

    @cached_property
    def corpus(self) -> list[Labelled]:
        """Each article twice in its split: of fewer than 20, usual rates cannot be told."""
        numbers = (1, 2)
        return [renamed(one, f"{one.article.doc_id}-{i}") for one in self.labelled for i in numbers]

    @cached_property
    def tree(self) -> Tree:
        """A tree with the shortest article of each split."""
        source, tree = Tree(REPOSITORY), Tree(self.folder / "tree")
        for name in ("schema", "corpus/world"):
            shutil.copytree(REPOSITORY / name, tree.root / name)
        tree.articles.mkdir()
        tree.adjudicated.mkdir(parents=True)
        shutil.copy(REPOSITORY / "annotations" / "annotators.yaml", tree.adjudicated.parent)
        for split in SPLITS:
            mine = [one.article for one in self.labelled if one.split == split]
            doc_id = min(mine, key=lambda article: len(article.text or "")).doc_id
            shutil.copy(source.meta_path(doc_id), tree.articles)
            shutil.copy(source.text_path(doc_id), tree.articles)
            shutil.copy(source.adjudicated_path(doc_id), tree.adjudicated)
            for annotator in source.pass_annotators():
                path = source.pass_path(annotator, doc_id)
                if path.is_file():
                    tree.pass_path(annotator, doc_id).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, tree.pass_path(annotator, doc_id))
        return tree

    @cached_property
    def built(self) -> Path:
        build(self.tree, self.folder / "built", workers=1)
        return self.folder / "built"

    @cached_property
    def usual(self) -> dict[str, Counter[str]]:
        """What is found without any mutation, by document and by level."""
        by_document = {
            article.doc_id: codes(incidents)
            for article, incidents in zip(self.articles, in_articles(self.articles), strict=True)
        }
        return by_document | {
            "corpus": codes(check_corpus(self.corpus, SCHEME)),
            "file": codes(suite.validate(self.tree.root, workers=1)),
            "folder": codes(suite.validate(self.built, workers=1)),
        }

    def drawn(self, kind: Kind, number: int, change: Callable[[Random], Choice]) -> Choice:
        """A change of a kind: drawn again where nothing fits."""
        rng = Random(f"{self.seed} {kind.name} {number}")
        for _ in range(1000):
            try:
                return change(rng)
            except UnfitError:
                continue
        raise LookupError(f"{kind.name}: nothing in the corpus can have it")

    def run(self, kind: Kind, numbers: range) -> Iterator[tuple[Found, Counter[str]]]:
        """What is found in each mutation of a kind, and what is found without it."""
        run = {
            "document": self._documents,
            "corpus": self._corpora,
            "file": self._files,
            "folder": self._folders,
        }
        yield from run[kind.level](kind, numbers)

    def documents(self, kind: Kind, numbers: range) -> list[Article]:
        """The mutations of a kind that changes an article in memory."""

        def change(rng: Random) -> Article:
            article = rng.choice(self.articles)
            changed: Article = kind.change(rng, article)
            if (changed.text, changed.labels) == (article.text, article.labels):
                raise UnfitError
            return changed

        return [self.drawn(kind, number, change) for number in numbers]

    def _documents(self, kind: Kind, numbers: range) -> Iterator[tuple[Found, Counter[str]]]:
        changed = self.documents(kind, numbers)
        try:
            found: Sequence[Found] = in_articles(changed)
        except Exception:  # which of them is it?
            found = [tried(lambda a=article: in_articles([a])[0]) for article in changed]
        for article, incidents in zip(changed, found, strict=True):
            yield incidents, self.usual[article.doc_id]

    def _corpora(self, kind: Kind, numbers: range) -> Iterator[tuple[Found, Counter[str]]]:
        for number in numbers:
            articles, foreign = self.drawn(kind, number, lambda rng: kind.change(rng, self.corpus))
            found = tried(lambda a=articles, f=foreign: check_corpus(a, SCHEME, foreign=f))
            yield found, self.usual["corpus"]

    def _files(self, kind: Kind, numbers: range) -> Iterator[tuple[Found, Counter[str]]]:
        usual = self.usual["file"]

        def change(rng: Random) -> Files:
            files: Files = kind.change(rng, self.tree, rng.choice(self.tree.labelled()))
            if contents(files) == files:
                raise UnfitError
            return files

        for number in numbers:
            files = self.drawn(kind, number, change)
            before = contents(files)
            write_all(files)
            try:
                yield tried(lambda: suite.validate(self.tree.root, workers=1)), usual
            finally:
                write_all(before)

    def _folders(self, kind: Kind, numbers: range) -> Iterator[tuple[Found, Counter[str]]]:
        copy = self.folder / "copy"

        def change(rng: Random) -> Path:
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.built, copy)
            kind.change(rng, copy)
            if contents_below(copy) == contents_below(self.built):
                raise UnfitError
            return copy

        for number in numbers:
            self.drawn(kind, number, change)
            yield tried(lambda: suite.validate(copy, workers=1)), self.usual["folder"]


def contents(paths: Iterable[Path]) -> Files:
    return {path: path.read_bytes() if path.exists() else None for path in paths}


def contents_below(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}


def in_articles(articles: Sequence[Article]) -> list[list[Incident]]:
    """What is found in each of some articles by itself."""
    wheres = [f"{article.doc_id}.json" for article in articles]
    found = check_articles(articles, SCHEME, wheres)
    return [
        [*incidents, *check_dates(article, where)]
        for incidents, article, where in zip(found, articles, wheres, strict=True)
    ]


def tried(check: Callable[[], Iterable[Incident]]) -> Found:
    """What a check finds, or what it dies of."""
    try:
        return list(check())
    except Exception as error:
        return error


def codes(incidents: Iterable[Incident]) -> Counter[str]:
    return Counter(incident.code for incident in incidents)


def shares(count: int) -> dict[str, int]:
    """How many mutations of each kind there are, `count` in all and each kind at least one."""
    total = sum(WEIGHTS[kind.level] for kind in KINDS.values())
    found = {name: max(1, count * WEIGHTS[k.level] // total) for name, k in KINDS.items()}
    most = [name for name, kind in KINDS.items() if kind.level == "document"]
    for number in range(count - sum(found.values())):
        found[most[number % len(most)]] += 1
    return found


def score(count: int, seed: int) -> list[Row]:
    """Make `count` mutations, and tell by kind how many were found."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(seed, Path(folder))
        return [_row(bench, KINDS[name], share) for name, share in shares(count).items()]


def _row(bench: Bench, kind: Kind, share: int) -> Row:
    caught, problems = 0, []
    for number, (found, usual) in enumerate(bench.run(kind, range(share))):
        name = f"{kind.name}, number {number} of seed {bench.seed}"
        if isinstance(found, Exception):
            problems.append(f"{name}: {type(found).__name__}: {found}")
            continue
        new = codes(found) - usual
        if kind.codes:
            hit = bool(new.keys() & set(kind.codes))
            wrong = "" if hit else f"expected {' or '.join(kind.codes)}"
        else:
            hit = any(new[incident.code] for incident in found if incident.severity == "error")
            wrong = "expected no error" if hit else ""
        caught += hit
        if wrong:
            problems.append(f"{name}: {wrong}, got {', '.join(sorted(new)) or 'nothing'}")
    declared = "must be caught" if kind.codes else "legal"
    return Row(
        kind.name,
        kind.level,
        kind.says,
        declared,
        kind.codes,
        kind.reason,
        share,
        caught,
        problems,
    )
