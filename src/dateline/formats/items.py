"""Marks as items of a document: what can be one becomes one, and the rest is kept and counted.

A mark in Dateline's own labels that cannot become an item (words outside the text, nothing that it
refers to, anything that the suite calls an error) stays a foreign mark, whole. An item whose
argument or attribute the scheme has no place for is made without, and that is kept beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from dateline.checks.document import check_articles
from dateline.derived import Article
from dateline.errors import DataError
from dateline.formats.layers import make
from dateline.formats.making import Maker
from dateline.formats.native import PREFIX
from dateline.formats.standoff import StandOff
from dateline.records import Annotator, ArticleMeta, Document
from dateline.scheme import Scheme
from dateline.text import digest

__all__ = ["UNKNOWN", "Brought", "Left", "to_document", "to_documents"]

_PLACE = re.compile(
    r"\$\.(?:(?P<layer>entities|events|attributions|stances)\[(?P<number>\d+)\]"
    r"(?:\.arguments\[(?P<argument>\d+)\])?|clusters\.(?P<cluster>C\d+))"
)
UNKNOWN = Annotator("unknown", "rule")
"""Who made labels of which nothing is said; never a human."""


class Left(msgspec.Struct, frozen=True):
    """Something that no item holds: a whole `mark`, or an `argument` or `attribute` of one.

    `label` is the mark's, with the role or the attribute after a dot; `mark` its id.
    """

    what: str
    reason: str
    label: str
    mark: str


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """A document made of marks, and what became of each mark.

    Every mark is in one of `items` (its id with that of the item), `parts` (words of an item) and
    `foreign`. `left` says why for the last, and names what items are without. `mended` counts what
    was put right without judgement.
    """

    document: Document
    items: dict[str, str]
    parts: set[str]
    foreign: set[str]
    left: list[Left]
    mended: Counter[str]


def to_document(standoff: StandOff, scheme: Scheme) -> Brought:
    """The document that marks in Dateline's labels make (see `to_documents`)."""
    return to_documents([standoff], scheme)[0]


def to_documents(
    standoffs: Iterable[StandOff],
    scheme: Scheme,
    known: Callable[[str], bool] = lambda _: True,
) -> list[Brought]:
    """The documents that texts with marks make; none has an error of levels 2 to 4.

    Parameters
    ----------
    known : whether a knowledge-base id may stand; one that may not is kept beside its cluster.

    Raises
    ------
    DataError : an id that stands twice among the marks of one text.
    """
    makers = [Maker(standoff, scheme, known) for standoff in standoffs]
    found = [_made(maker) for maker in makers]
    again = list(range(len(makers)))
    while again:
        wrong = _faulty([(makers[i], found[i].document) for i in again], scheme)
        again = [i for i, faulty in zip(again, wrong, strict=True) if faulty]
        for i in again:
            found[i] = _made(makers[i])
    return found


def _made(maker: Maker) -> Brought:
    layers = make(maker)
    standoff = maker.standoff
    foreign = [
        msgspec.structs.replace(mark, label=mark.label.removeprefix(PREFIX))
        for mark in maker.foreign()
    ]
    document = Document(
        doc_id=standoff.doc_id,
        scheme=maker.scheme.version,
        text_sha256=digest(standoff.text),
        annotator=standoff.annotator or UNKNOWN,
        status=standoff.status or "silver",
        entities=layers.entities,
        clusters=layers.clusters,
        events=layers.events,
        attributions=layers.attributions,
        stances=layers.stances,
        foreign=foreign + maker.rests(),
    )
    kept = maker.marks.keys() - maker.ids.keys() - maker.parts
    left = [
        Left("mark", maker.reasons[mark.id], mark.label, mark.id)
        for mark in standoff.marks
        if mark.id in kept
    ]
    left += [
        Left(one.what, one.reason, f"{maker.marks[one.mark].label}.{one.name}", one.mark)
        for one in maker.beside
        if one.mark in maker.ids
    ]
    return Brought(
        document=document,
        items=dict(maker.ids),
        parts=set(maker.parts),
        foreign=set(kept),
        left=left,
        mended=Counter(reason for key, reason in maker.mended.items() if key not in kept),
    )


def _faulty(made: Sequence[tuple[Maker, Document]], scheme: Scheme) -> list[bool]:
    """Whether the suite finds errors in each; their makers are told what to leave out."""
    articles = [Article(_meta(document), maker.text, document) for maker, document in made]
    found = check_articles(articles, scheme, [""] * len(articles))
    faulty = []
    for (maker, document), incidents in zip(made, found, strict=True):
        errors = [incident for incident in incidents if incident.severity == "error"]
        before = maker.refusals
        for error in errors:
            place = _PLACE.search(error.path)
            if place is None:
                continue
            if place["cluster"] is not None:
                maker.refuse(place["cluster"], error.message)
                continue
            item = getattr(document, place["layer"])[int(place["number"])]
            if place["argument"] is None:
                maker.refuse(item.id, error.message)
            else:
                argument = item.arguments[int(place["argument"])]
                maker.refuse_argument(item.id, argument, error.message)
        if errors and maker.refusals == before:
            error = errors[0]
            raise DataError(f"{document.doc_id}{error.path}", error.expected, error.found)
        faulty.append(bool(errors))
    return faulty


def _meta(document: Document) -> ArticleMeta:
    return ArticleMeta(
        doc_id=document.doc_id,
        tier="open",
        published="",
        language="en",
        licence="",
        text_sha256=document.text_sha256,
    )
