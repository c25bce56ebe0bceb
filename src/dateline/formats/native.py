"""Dateline's own labels as marks, and marks as Dateline's own labels.

==============  ==========================================================================
entity          `span`, label its type; attributes mention, sector
cluster         `group` CLUSTER of its members; attributes name, kb
event           `event`, label its type; attributes mode, polarity, …; arguments its roles
attribution     `event` ATTRIBUTION on its cue, else on its content; arguments `source` and
                `content` (spans SOURCE and CONTENT) and `ref`, once for each
stance          `event` STANCE; arguments holder (for AUTHOR an attribute) and target
==============  ==========================================================================

Reading takes an attribution as a `relation` too, with a span CUE in the role `cue`. What an item
comes with and the scheme has no place for (an attribute, an argument) is kept as a mark of the kind
`rest` on it, and goes out again with it. A label under `foreign` that reads like one of these has
`foreign-` put before it outside, so that it comes back as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dateline.derived import Article
from dateline.errors import DataError
from dateline.formats.standoff import (
    EVENT,
    GROUP,
    MEMBER,
    ON,
    RELATION,
    REST,
    SPAN,
    StandOff,
    arguments,
    fresh_ids,
    ordered,
)
from dateline.records import (
    AUTHOR,
    Argument,
    Attribution,
    Document,
    Foreign,
    Item,
    Span,
    in_order,
    items,
)
from dateline.scheme import Scheme

__all__ = [
    "ATTRIBUTION",
    "CLUSTER",
    "CONTENT",
    "CUE",
    "PREFIX",
    "REF",
    "SOURCE",
    "STANCE",
    "apart",
    "is_native",
    "to_standoff",
]

CLUSTER, ATTRIBUTION, STANCE = "CLUSTER", "ATTRIBUTION", "STANCE"
SOURCE, CUE, CONTENT = "SOURCE", "CUE", "CONTENT"
REF = "ref"
PREFIX = "foreign-"


def is_native(kind: str, label: str, scheme: Scheme) -> bool:
    """Whether a mark of this kind and label would be taken for Dateline's own."""
    if kind == SPAN:
        return label in (SOURCE, CUE, CONTENT) or label in scheme.layers["entities"].labels
    if kind == EVENT:
        return label in (ATTRIBUTION, STANCE) or label in scheme.layers["events"].labels
    return (kind, label) in ((RELATION, ATTRIBUTION), (GROUP, CLUSTER))


def apart(mark: Foreign, scheme: Scheme) -> Foreign:
    """A foreign mark under a label that nobody takes for one of ours."""
    if is_native(mark.kind, mark.label, scheme) or mark.label.startswith(PREFIX):
        return msgspec.structs.replace(mark, label=PREFIX + mark.label)
    return mark


def to_standoff(article: Article, scheme: Scheme) -> StandOff:
    """An article as a text with marks.

    Raises
    ------
    DataError : its text is not here.
    """
    meta, text = article.meta, article.text
    if text is None:
        raise DataError(article.doc_id, "its text in your cache", "none", "dateline hydrate FILE")
    doc = in_order(article.labels)
    own = {item.id for _, _, item in items(doc)} | doc.clusters.keys()
    more = {mark.args[0].ref: mark for mark in doc.foreign if _is_rest(mark, own)}
    foreign = [mark for mark in doc.foreign if not _is_rest(mark, own)]
    known = {
        name: value
        for name in meta.__struct_fields__
        if name not in ("doc_id", "text_sha256") and (value := getattr(meta, name)) is not None
    }
    return StandOff(
        doc_id=doc.doc_id,
        text=text,
        marks=ordered(_marks(doc, own, more, foreign, scheme)),
        meta=known,
        annotator=doc.annotator,
        status=doc.status,
    )


def _is_rest(mark: Foreign, own: set[str]) -> bool:
    return (
        mark.kind == REST
        and len(mark.args) > 0
        and mark.args[0].role == ON
        and mark.args[0].ref in own
    )


def _marks(
    doc: Document,
    own: set[str],
    more: dict[str, Foreign],
    foreign: list[Foreign],
    scheme: Scheme,
) -> Iterator[Foreign]:
    parts = fresh_ids("T", own | {mark.id for mark in foreign})
    renamed = fresh_ids("F", own | {mark.id for mark in foreign})

    def whole(mark: Foreign) -> Foreign:
        """The mark with what was kept beside its item."""
        rest = more.get(mark.id)
        if rest is None:
            return mark
        return msgspec.structs.replace(
            mark, args=mark.args + rest.args[1:], attributes=mark.attributes | rest.attributes
        )

    members: dict[str, list[str]] = {key: [] for key in doc.clusters}
    for entity in doc.entities:
        members.setdefault(entity.cluster or "", []).append(entity.id)
        span = [Span(entity.start, entity.end)]
        said = _attributes(entity, "mention", "sector")
        yield whole(Foreign(entity.id, SPAN, entity.type, span, [], said))
    for event in doc.events:
        members.setdefault(event.cluster or "", []).append(event.id)
        span = [Span(event.start, event.end)]
        said = _attributes(event, "mode", "polarity", "certainty", "time")
        yield whole(Foreign(event.id, EVENT, event.type, span, list(event.arguments), said))
    for item in doc.attributions:
        mark, *spans = _attribution(item, parts)
        yield from (whole(mark), *spans)
    for stance in doc.stances:
        span = [Span(stance.start, stance.end)]
        said = _attributes(stance, "value", "attitude", "explicit")
        args = [Argument("target", stance.target)]
        if stance.holder == AUTHOR:
            said["holder"] = AUTHOR
        else:
            args.insert(0, Argument("holder", stance.holder))
        yield whole(Foreign(stance.id, EVENT, STANCE, span, args, said))
    for key, cluster in doc.clusters.items():
        args = arguments(MEMBER, members[key])
        yield whole(Foreign(key, GROUP, CLUSTER, [], args, _attributes(cluster, "name", "kb")))
    for mark in foreign:
        outside = apart(mark, scheme)
        if mark.id in own:
            outside = msgspec.structs.replace(outside, id=next(renamed))
        yield outside


def _attribution(item: Attribution, ids: Iterator[str]) -> list[Foreign]:
    """The mark of an attribution, and those of its parts."""
    args, spans = [], []
    if item.source is not None:
        part = Foreign(next(ids), SPAN, SOURCE, [Span(item.source.start, item.source.end)])
        args.append(Argument("source", part.id))
        spans.append(part)
    if item.cue is not None:
        part = Foreign(next(ids), SPAN, CONTENT, list(item.content))
        args.append(Argument("content", part.id))
        spans.append(part)
    if item.source is not None:
        args += arguments(REF, item.source.refs)
    here = list(item.content) if item.cue is None else [item.cue]
    said = _attributes(item, "quote", "source_form", "source_kind", "polarity")
    return [Foreign(item.id, EVENT, ATTRIBUTION, here, args, said), *spans]


def _attributes(item: Item | msgspec.Struct, *names: str) -> dict[str, str]:
    pairs = ((name, getattr(item, name)) for name in names)
    return {name: value for name, value in pairs if value is not None}
