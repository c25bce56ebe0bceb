"""What each format carries, as a table: told by what it keeps of one text that has everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dateline.errors import DataError
from dateline.formats.items import to_document
from dateline.formats.mapping import mapping_names, read_mapping
from dateline.formats.registry import Format, find_format, formats_written
from dateline.formats.standoff import NOTE, StandOff, arguments
from dateline.generated.guidelines import table
from dateline.generated.markers import fill
from dateline.records import Annotator, Argument, Document, Foreign, Span
from dateline.scheme import Scheme
from dateline.tree import Tree

__all__ = ["PAGE", "carried_table", "mappings_table", "sample", "stale_page"]

PAGE = "docs/exchange.md"

_TEXT = 'Olm closed its harbour, the mayor said. "A scandal", she added, "and a crime."'
_YES, _PART, _NO = "yes", "in part", "–"


def _place(words: str) -> Span:
    start = _TEXT.index(words)
    return Span(start, start + len(words))


def sample() -> StandOff:
    """A text with every kind of thing that an article can have."""

    def mark(key: str, kind: str, label: str, *words: str, **more: Any) -> Foreign:
        return Foreign(key, kind, label, [_place(part) for part in words], **more)

    manner = {"polarity": "negative", "certainty": "probable", "time": "future"}
    said = {"quote": "direct", "source_form": "pronoun", "source_kind": "person"}
    held = {"value": "against", "attitude": "sentiment", "explicit": "no"}
    extra = {"confidence": "0.7"}
    args = [Argument("actor", "T1"), Argument("topic", "E2"), Argument("witness", "T3")]
    marks = [
        mark("T1", "span", "GPE", "Olm", attributes={"mention": "name"} | extra),
        mark("T2", "span", "FAC", "its harbour", attributes={"mention": "nominal"}),
        mark(
            "T3", "span", "PERSON", "the mayor", attributes={"mention": "nominal", "sector": "GOV"}
        ),
        mark("T4", "span", "PERSON", "she", attributes={"mention": "pronoun"}),
        mark("T5", "span", "GPE", "its", attributes={"mention": "pronoun"}),
        mark(
            "E1", "event", "COERCE", "closed", args=args, attributes=manner | {"mode": "restrict"}
        ),
        mark("E2", "event", "ACCUSE", "scandal", attributes=manner),
        mark("E3", "event", "ACCUSE", "crime", attributes=manner),
        mark("T6", "span", "SOURCE", "she"),
        mark("T7", "span", "CONTENT", '"A scandal"', '"and a crime."'),
        mark(
            "A1",
            "event",
            "ATTRIBUTION",
            "added",
            args=[Argument("source", "T6"), Argument("content", "T7"), Argument("ref", "T4")],
            attributes=said | {"polarity": "positive"},
        ),
        mark(
            "S1",
            "event",
            "STANCE",
            "A scandal",
            args=[Argument("holder", "T4"), Argument("target", "E1")],
            attributes=held,
        ),
        mark(
            "C1",
            "group",
            "CLUSTER",
            args=arguments("member", ["T1", "T5"]),
            attributes={"name": "Olm", "kb": "wd:Q42"},
        ),
        mark("C2", "group", "CLUSTER", args=arguments("member", ["T3", "T4"])),
        mark("C3", "group", "CLUSTER", args=arguments("member", ["E2", "E3"])),
        mark("x1", "span", "Odd words", "Olm", "its", attributes={"source text": "two\nlines"}),
        mark("x2", "event", "Closing", "closed", args=arguments("thing", ["x1"])),
        mark("x3", "relation", "owns", args=[Argument("Arg1", "T1"), Argument("Arg2", "T2")]),
        mark("x4", "group", "bridge", args=arguments("member", ["T1", "T2"])),
        mark("x5", NOTE, "remark", args=arguments("on", ["T1"]), attributes={"text": "Which one?"}),
    ]
    return StandOff(
        doc_id="olm-1",
        text=_TEXT,
        marks=marks,
        meta={"title": "Olm", "licence": "CC-BY-4.0"},
        annotator=Annotator("ana", "human"),
        status="gold",
    )


Told = Callable[[Document, StandOff], Any]


def _each(layer: str, *names: str) -> Told:
    def told(document: Document, _: StandOff) -> Any:
        items = getattr(document, layer)
        return sorted(str([getattr(item, name) for name in names]) for item in items)

    return told


def _foreign(kind: str) -> Told:
    return lambda document, _: [mark for mark in document.foreign if mark.kind == kind]


def _fragments(document: Document, _: StandOff) -> Any:
    return [item.content for item in document.attributions if len(item.content) > 1]


def _members(layer: str) -> Told:
    def told(document: Document, _: StandOff) -> Any:
        groups: dict[str, list[tuple[int, int]]] = {}
        for item in getattr(document, layer):
            if item.cluster is not None:
                groups.setdefault(item.cluster, []).append((item.start, item.end))
        return sorted(groups.values())

    return told


def _nested(document: Document, _: StandOff) -> Any:
    spans = [(entity.start, entity.end) for entity in document.entities]
    return [(a, b) for a in spans for b in spans if a != b and a[0] <= b[0] and b[1] <= a[1]]


_ROWS: dict[str, Told] = {
    "the text": lambda _, standoff: standoff.text,
    "ids of items": lambda document, _: sorted(
        item.id for name in ("entities", "events", "stances") for item in getattr(document, name)
    ),
    "entities": _each("entities", "start", "end", "type"),
    "entities inside entities": _nested,
    "how a mention refers, sectors": _each("entities", "start", "end", "mention", "sector"),
    "clusters of entities": _members("entities"),
    "names and links of clusters": lambda document, _: sorted(
        str(cluster) for cluster in document.clusters.values() if cluster.name or cluster.kb
    ),
    "events": _each("events", "start", "end", "type"),
    "modes and attributes of events": _each(
        "events", "start", "mode", "polarity", "certainty", "time"
    ),
    "roles of events": _each("events", "start", "arguments"),
    "clusters of events": _members("events"),
    "attributions: source, cue, content": _each("attributions", "source", "cue", "content"),
    "content in fragments": _fragments,
    "attributes of attributions": _each(
        "attributions", "quote", "source_form", "source_kind", "polarity"
    ),
    "stances": _each("stances", "start", "end", "holder", "target", "value", "attitude"),
    "foreign spans": _foreign("span"),
    "foreign events": _foreign("event"),
    "foreign relations": _foreign("relation"),
    "foreign groups": _foreign("group"),
    "remarks": _foreign("note"),
    "what items have beside": _foreign("rest"),
    "metadata of the article": lambda _, standoff: standoff.meta,
    "annotator and status": lambda _, standoff: (
        [standoff.annotator, standoff.status] if standoff.annotator else []
    ),
}


def _size(told: Any) -> int:
    return len(told) if hasattr(told, "__len__") else int(bool(told))


def _carried(form: Format, scheme: Scheme) -> list[str]:
    """For each row, whether the format carries it."""
    whole = sample()
    assert form.kept is not None
    rest = form.kept(whole, scheme)
    before, after = to_document(whole, scheme).document, to_document(rest, scheme).document
    answers = []
    for told in _ROWS.values():
        had, has = told(before, whole), told(after, rest)
        answers.append(_YES if had == has else _PART if _size(has) else _NO)
    return answers


def carried_table(scheme: Scheme) -> str:
    """What each format carries, as Markdown."""
    forms = [find_format(name) for name in formats_written()]
    columns = [_carried(form, scheme) for form in forms]
    rows: Iterable[tuple[str, ...]] = zip(_ROWS, *columns, strict=True)
    return table(("", *(form.name for form in forms)), rows)


def mappings_table(scheme: Scheme) -> str:
    """The mappings of the package with where their labels are described, as Markdown."""
    found = [read_mapping(name, scheme) for name in mapping_names()]
    rows = ((f"`{m.name}`", m.title, "; ".join(m.source)) for m in found)
    return table(("name", "labels of", "described in"), rows)


def stale_page(tree: Tree) -> dict[str, bytes]:
    """The page on exchange with its tables made anew, where that differs from what is there.

    Raises
    ------
    DataError : the page has no place for one of them.
    """
    path = tree.root / PAGE
    if not path.is_file():
        return {}
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise DataError(PAGE, "a readable page", "none") from None
    blocks = {"mappings": mappings_table(tree.scheme), "carried": carried_table(tree.scheme)}
    new = fill(text, blocks, PAGE)
    return {PAGE: new.encode()} if new != text else {}
