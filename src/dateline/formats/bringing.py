"""From a format's files to documents: read, map, make, count; some at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import msgspec

from dateline.errors import DataError
from dateline.formats.applying import Mapped, apply
from dateline.formats.items import Brought, to_documents
from dateline.formats.mapping import Mapping
from dateline.formats.report import Report
from dateline.formats.standoff import StandOff
from dateline.ingest import slug
from dateline.records import Annotator, is_doc_id
from dateline.scheme import Scheme

__all__ = ["bring"]

_CHUNK = 100


def bring(
    standoffs: Iterable[StandOff],
    scheme: Scheme,
    report: Report,
    *,
    mapping: Mapping | None = None,
    annotator: Annotator | None = None,
    known: Callable[[str], bool] = lambda _: True,
) -> Iterator[tuple[StandOff, Brought]]:
    """The documents that texts with marks make, under ids of the tree's form, each once.

    Parameters
    ----------
    report : is told of everything.
    annotator : who made the labels, where the source does not say.
    known : whether a knowledge-base id may stand in the tree that they are for.
    """
    taken: set[str] = set()
    source = iter(standoffs)
    while chunk := list(islice(source, _CHUNK)):
        named = []
        for standoff in chunk:
            if not standoff.text.strip():
                report.skip(standoff, "a text with nothing in it")
                continue
            mapped = apply(mapping, standoff, scheme) if mapping else Mapped(standoff, {}, {})
            name = _name(standoff.doc_id, taken)
            maker = standoff.annotator or annotator
            ready = msgspec.structs.replace(mapped.standoff, doc_id=name, annotator=maker)
            named.append((standoff, ready, mapped))
        made = to_documents((ready for _, ready, _ in named), scheme, known)
        for (standoff, ready, mapped), brought in zip(named, made, strict=True):
            report.add(standoff, brought, mapped.joined, mapped.reasons)
            yield ready, brought


def _name(given: str, taken: set[str]) -> str:
    """A document id from the name that a source has, with a number where that is taken."""
    base = given if is_doc_id(given) else slug(given)
    if not is_doc_id(base):
        raise DataError(repr(given), "a name with letters or digits to make an id of", "none")
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base[:70]}-{number}"
    taken.add(name)
    return name
