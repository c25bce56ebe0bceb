"""Level 5: what the articles of a corpus say together.

Everything is seen once: one pass over the articles, which are then let go. What is kept between
them are counters, sketches and places.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import numpy as np

from dateline.checks.catalogue import incident
from dateline.checks.dates import check_dates, is_date
from dateline.checks.duplicates import Duplicates, check_wording
from dateline.checks.incident import Incident
from dateline.checks.labelled import Labelled, field_at
from dateline.records import GENRES
from dateline.scheme import Scheme
from dateline.world import split_order

__all__ = ["Labelled", "check_corpus", "check_dates"]

_LAYERS = ("entities", "events", "attributions")  # of which every news story has some


class _Check(Protocol):
    """A check that looks at all articles before it can tell."""

    def add(self, labelled: Labelled) -> None: ...
    def incidents(self) -> Iterator[Incident]: ...


def check_corpus(
    articles: Iterable[Labelled],
    scheme: Scheme,
    *,
    foreign: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Incident]:
    """All checks of level 5 that articles with labels are enough for.

    `foreign` gives, for the hash of each 8-word shingle of the external articles, the id of its
    article. What one article shows comes while it is read, what only all of them show at the end.
    """
    checks: list[_Check] = [Names(), Storylines(), Duplicates(), Coverage(scheme), Rates()]
    for labelled in articles:
        yield from check_provenance(labelled)
        yield from check_wording(labelled, foreign)
        yield from check_layers(labelled)
        for check in checks:
            check.add(labelled)
    for check in checks:
        yield from check.incidents()


_NEEDED = {
    "author": "the id of the annotator who or that wrote the text",
    "source": "where the text comes from",
    "licence": "the licence of the text",
    "outlet": "the outlet",
    "genre": f"one of {', '.join(GENRES)}",
    "title": "a headline",
}


def check_provenance(labelled: Labelled) -> Iterator[Incident]:
    """DL506: who wrote it, where it comes from, and what may be done with it."""
    meta = labelled.article.meta
    for name in _NEEDED if meta.tier == "open" else ("source", "licence"):
        value = getattr(meta, name)
        if not (value or "").strip():
            found = "none" if value is None else repr(value)
            yield incident("DL506", labelled.meta_at(name), _NEEDED[name], found, None, meta.doc_id)
    if not is_date(meta.published):
        path = labelled.meta_at("published")
        yield incident("DL506", path, "a date, YYYY-MM-DD", repr(meta.published), None, meta.doc_id)


def check_layers(labelled: Labelled) -> Iterator[Incident]:
    """DL510: layers without an item. Stances may be absent: much reporting takes no side."""
    for layer in _LAYERS:
        if not getattr(labelled.article, layer):
            path = labelled.labels_at(layer)
            yield incident("DL510", path, "at least one", "none", doc_id=labelled.article.doc_id)


# Five uses with four alike are the fewest from which a habit can be told from a coin; below four
# in five a name has two senses, a town and the person named after it, and none is the exception.
_USES, _USUAL = 5, 0.8
_PLACES = 5  # kept of each name and type


@dataclass(slots=True)
class _Uses:
    """What one name was labelled as, in how many articles, and the first places of each type."""

    articles: int = 0
    types: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[tuple[str, tuple[int, int], str]]] = field(default_factory=dict)


class Names:
    """DL501: a name (case aside) that is nearly always of one type, and here of another."""

    def __init__(self) -> None:
        self._names: dict[str, _Uses] = defaultdict(_Uses)

    def add(self, labelled: Labelled) -> None:
        article = labelled.article
        seen = set()
        for position, entity in enumerate(article.entities):
            surface = " ".join((article.surface(entity) or "").casefold().split())
            if entity.mention != "name" or not surface:
                continue
            seen.add(surface)
            uses = self._names[surface]
            uses.types[entity.type] += 1
            places = uses.places.setdefault(entity.type, [])
            if len(places) < _PLACES:
                path = labelled.labels_at(f"entities[{position}].type")
                places.append((path, (entity.start, entity.end), article.doc_id))
        for surface in seen:
            self._names[surface].articles += 1

    def incidents(self) -> Iterator[Incident]:
        for uses in self._names.values():
            (usual, most), total = uses.types.most_common(1)[0], uses.types.total()
            if total < _USES or uses.articles < 2 or most / total < _USUAL:
                continue
            expected = f"{usual}, as in {most} of {total}"
            for other, places in uses.places.items():
                if other == usual:
                    continue
                unseen = uses.types[other] - len(places)
                for path, span, doc_id in places:
                    found = f"{other} (and {unseen} more like it)" if unseen else other
                    yield incident("DL501", path, expected, found, span, doc_id)


class Storylines:
    """DL503: storylines with articles in more than one split."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self._first: dict[tuple[str, str], tuple[str, str]] = {}

    def add(self, labelled: Labelled) -> None:
        storyline, split = labelled.article.meta.storyline, labelled.split
        if storyline is None:
            return
        place = labelled.meta_at("storyline"), labelled.article.doc_id
        self._counts[storyline][split] += 1
        self._first[storyline, split] = min(place, self._first.get((storyline, split), place))

    def incidents(self) -> Iterator[Incident]:
        """One for each split but the first, at its first article by path."""
        for storyline, counts in sorted(self._counts.items()):
            home, *others = sorted(counts, key=split_order)
            for split in others:
                path, doc_id = self._first[storyline, split]
                expected = f"{storyline} in one split ({home} has {counts[home]} of its articles)"
                found = f"{counts[split]} in {split}"
                yield incident("DL503", path, expected, found, doc_id=doc_id)


_MANY = 20  # with so many elsewhere, a split of a like corpus would have some


class Coverage:
    """DL505: labels that a split has none of while another has many.

    External articles are no split to learn from or to measure on, and are left out.
    """

    def __init__(self, scheme: Scheme) -> None:
        self._labels = [
            *(("entity type", label) for label in scheme.labels("entities")),
            *(("event type", label) for label in scheme.labels("events")),
            *(("quote", value) for value in scheme.values("attributions", "quote")),
            *(("stance", value) for value in scheme.values("stances", "value")),
        ]
        self._counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)

    def add(self, labelled: Labelled) -> None:
        article = labelled.article
        if article.meta.tier == "external":
            return
        counts = self._counts[labelled.split]
        counts.update(("entity type", entity.type) for entity in article.entities)
        counts.update(("event type", event.type) for event in article.events)
        counts.update(("quote", attribution.quote) for attribution in article.attributions)
        counts.update(("stance", stance.value) for stance in article.stances)

    def incidents(self) -> Iterator[Incident]:
        """No file is at fault: the path is `corpus` and the split."""
        splits = sorted(self._counts, key=split_order)
        for split in splits:
            for label in self._labels:
                richest = max(splits, key=lambda other: self._counts[other][label])
                many = self._counts[richest][label]
                if not self._counts[split][label] and many >= _MANY:
                    expected = f"some of {' '.join(label)} ({richest} has {many})"
                    yield incident("DL505", f"corpus {split}", expected, "none")


_FEWEST = 20  # articles; quartiles of fewer say little


class Rates:
    """DL509: articles with far more or fewer labels a sentence than the others.

    Far is beyond the outer fences of Tukey (1977, Exploratory Data Analysis): three times the
    distance of the quartiles below the lower or above the upper one.
    """

    def __init__(self) -> None:
        self._rates = {layer: array("d") for layer in _LAYERS}
        self._articles: list[tuple[str, str]] = []  # file of the labels, id

    def add(self, labelled: Labelled) -> None:
        article = labelled.article
        sentences = len(article.units.sentences)
        if sentences:
            self._articles.append((labelled.where, article.doc_id))
            for layer, rates in self._rates.items():
                rates.append(len(getattr(article, layer)) / sentences)

    def incidents(self) -> Iterator[Incident]:
        if len(self._articles) < _FEWEST:
            return
        for layer, rates in self._rates.items():
            low, high = np.quantile(rates, (0.25, 0.75))
            reach = 3 * (high - low)
            if reach == 0:
                continue  # most articles have the same rate: a range of no width, not a usual one
            floor, ceiling = max(low - reach, 0.0), high + reach
            for (where, doc_id), rate in zip(self._articles, rates, strict=True):
                if not floor <= rate <= ceiling:
                    expected = f"{floor:.2f} to {ceiling:.2f} {layer} a sentence"
                    path = field_at(where, layer)
                    yield incident("DL509", path, expected, f"{rate:.2f}", doc_id=doc_id)
