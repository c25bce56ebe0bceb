"""Checks of one document against the scheme, its text and itself: levels 2 to 4."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from dateline.checks.catalogue import incident
from dateline.checks.incident import Incident
from dateline.derived import Article
from dateline.records import (
    AUTHOR,
    Attribution,
    Document,
    Entity,
    Event,
    Item,
    Stance,
    item_spans,
    items,
)
from dateline.scheme import Attribute, Link, Scheme
from dateline.text import digest

__all__ = ["check_article", "check_labels", "check_references", "check_spans"]

_NUMBERED = re.compile(r"[A-Z][1-9][0-9]{0,6}")


def check_article(article: Article, scheme: Scheme, where: str) -> Iterator[Incident]:
    """Every incident of a document; `where` is its file. References are only looked at when the
    ids are sound, spans against the text only when it is the text that was labelled.
    """
    doc = article.labels
    found = list(check_labels(doc, scheme, where))
    yield from found
    yield from check_spans(doc, article.text, where)
    if not any(i.code in ("DL203", "DL204") for i in found):
        yield from check_references(doc, scheme, where)


def _type(layer: str, item: Item) -> str:
    """The label that limits which attributes and links an item may have."""
    if isinstance(item, Entity | Event):
        return item.type
    return "CONTENT" if layer == "attributions" else "EXPRESSION"


def check_labels(doc: Document, scheme: Scheme, where: str) -> Iterator[Incident]:
    """Ids, labels and attribute values."""
    if doc.scheme != scheme.version:
        yield incident("DL201", f"{where} $.scheme", scheme.version, doc.scheme)
    seen: Counter[str] = Counter()
    for layer, position, item in items(doc):
        at = f"{where} $.{layer}[{position}]"
        prefix = scheme.layers[layer].prefix
        if not (item.id.startswith(prefix) and _NUMBERED.fullmatch(item.id)):
            yield incident("DL203", f"{at}.id", f"{prefix} and a number", repr(item.id))
        seen[item.id] += 1
        if seen[item.id] == 2:
            yield incident("DL204", f"{at}.id", "an id that stands once", repr(item.id))
        if isinstance(item, Entity | Event) and item.type not in scheme.layers[layer].labels:
            known = ", ".join(scheme.labels(layer))
            yield incident("DL205", f"{at}.type", f"one of {known}", repr(item.type))
            continue
        for name, attribute in scheme.layers[layer].attributes.items():
            yield from _value(scheme, layer, item, name, attribute, at)
    for key in doc.clusters:
        if not (key.startswith("C") and _NUMBERED.fullmatch(key)):
            yield incident("DL203", f"{where} $.clusters", "C and a number", repr(key))


def _value(
    scheme: Scheme, layer: str, item: Item, name: str, attribute: Attribute, at: str
) -> Iterator[Incident]:
    kind = _type(layer, item)
    value = getattr(item, name)
    applies = kind in attribute.only or "*" in attribute.only
    values = scheme.modes(kind) if name == "mode" else list(attribute.values)
    if not applies or not values:
        if value is not None:
            expected = f"no {name} on {kind}"
            yield incident("DL206", f"{at}.{name}", expected, repr(value))
    elif value is None:
        if attribute.required:
            yield incident("DL207", f"{at}.{name}", f"one of {', '.join(values)}", "none")
    elif value not in values:
        yield incident("DL206", f"{at}.{name}", f"one of {', '.join(values)}", repr(value))


def check_spans(doc: Document, text: str | None, where: str) -> Iterator[Incident]:
    """Offsets: in the text, in order, not empty, without white space at the edges."""
    if text is not None and digest(text) != doc.text_sha256:
        yield incident("DL304", f"{where} $.text_sha256", digest(text), doc.text_sha256)
        return
    for layer, position, item in items(doc):
        for below, span in item_spans(item):
            at = f"{where} $.{layer}[{position}]{below}"
            found = f"[{span.start}, {span.end})"
            if span.start >= span.end:
                yield incident("DL302", at, "start before end", found)
            elif span.start < 0 or (text is not None and span.end > len(text)):
                limit = f"[0, {len(text)})" if text is not None else "[0, …)"
                yield incident("DL301", at, f"offsets within {limit}", found)
            elif text is not None:
                words = text[span.start : span.end]
                if words != words.strip():
                    yield incident(
                        "DL303",
                        at,
                        "a visible character at both ends",
                        repr(words),
                        (span.start, span.end),
                    )
        if isinstance(item, Attribution):
            at = f"{where} $.{layer}[{position}].content"
            for before, after in zip(item.content, item.content[1:], strict=False):
                if after.start <= before.end:
                    found = f"[{before.start}, {before.end}) then [{after.start}, {after.end})"
                    yield incident("DL305", at, "fragments in order and apart", found)


def check_references(doc: Document, scheme: Scheme, where: str) -> Iterator[Incident]:
    """Every reference resolves to an item of an allowed kind; clusters hold one kind of thing."""
    known: dict[str, tuple[str, str]] = {
        item.id: (layer, _type(layer, item)) for layer, _, item in items(doc)
    }

    def ref(link: Link, key: str, at: str) -> Iterator[Incident]:
        allowed = "; ".join(f"{layer}: {', '.join(names)}" for layer, names in link.to.items())
        if key == AUTHOR and link.author:
            return
        if key not in known:
            kinds = " or ".join(link.to)
            yield incident("DL401", at, f"the id of one of {doc.doc_id}'s {kinds}", repr(key))
            return
        layer, kind = known[key]
        names = link.to.get(layer, [])
        if kind not in names and "*" not in names:
            yield incident("DL402", at, allowed, f"{key}, of {layer}: {kind}")

    roles = scheme.layers["events"].links
    for layer, position, item in items(doc):
        at = f"{where} $.{layer}[{position}]"
        links = scheme.layers[layer].links
        if isinstance(item, Event):
            yield from _event(item, scheme, at)
            for number, argument in enumerate(item.arguments):
                if argument.role in roles and argument.role != "cluster":
                    yield from ref(
                        roles[argument.role], argument.ref, f"{at}.arguments[{number}].ref"
                    )
        elif isinstance(item, Attribution):
            if not item.content:
                yield incident("DL407", f"{at}.content", "one fragment or more", "none")
            for number, key in enumerate(item.source.refs if item.source else []):
                yield from ref(links["refs"], key, f"{at}.source.refs[{number}]")
        elif isinstance(item, Stance):
            yield from ref(links["holder"], item.holder, f"{at}.holder")
            yield from ref(links["target"], item.target, f"{at}.target")
    yield from _clusters(doc, where)


def _event(event: Event, scheme: Scheme, at: str) -> Iterator[Incident]:
    label = scheme.layers["events"].labels.get(event.type)
    roles = {n: r for n, r in scheme.layers["events"].links.items() if n != "cluster"}
    seen: set[tuple[str, str]] = set()
    for number, argument in enumerate(event.arguments):
        place = f"{at}.arguments[{number}]"
        role = roles.get(argument.role)
        if role is None:
            yield incident(
                "DL403", f"{place}.role", f"one of {', '.join(roles)}", repr(argument.role)
            )
        elif "*" not in role.only and event.type not in role.only:
            expected = f"{argument.role} on {', '.join(role.only)} only"
            yield incident("DL403", f"{place}.role", expected, f"it on {event.type}")
        if (argument.role, argument.ref) in seen:
            found = f"{argument.role} {argument.ref}"
            yield incident("DL408", place, "each role and filler once", found)
        seen.add((argument.role, argument.ref))
    present = {argument.role for argument in event.arguments}
    for wanted in label.wants if label else []:
        if wanted not in present:
            yield incident(
                "DL404", at, f"a {wanted} of {event.type}", "none", (event.start, event.end)
            )


def _clusters(doc: Document, where: str) -> Iterator[Incident]:
    members: dict[str, list[tuple[str, str]]] = {}
    for layer, position, item in items(doc):
        if isinstance(item, Entity | Event) and item.cluster is not None:
            members.setdefault(item.cluster, []).append((layer, item.type))
            if item.cluster not in doc.clusters:
                at = f"{where} $.{layer}[{position}].cluster"
                yield incident("DL406", at, "a key of `clusters`", repr(item.cluster))
    for key in doc.clusters:
        kinds = sorted(set(members.get(key, [])))
        at = f"{where} $.clusters.{key}"
        if not kinds:
            yield incident("DL406", at, "a member", "none")
        elif len(kinds) > 1:
            yield incident("DL405", at, "one type", ", ".join(f"{b} ({a})" for a, b in kinds))
