"""Checks of one document: valid ones pass, each breakage is found as what it is, where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given

from dateline.checks.catalogue import CATALOGUE
from dateline.checks.document import check_article
from dateline.checks.incident import Incident
from dateline.derived import Article
from dateline.records import (
    AUTHOR,
    Argument,
    Attribution,
    Cluster,
    Document,
    Entity,
    Event,
    Item,
    Source,
    Span,
    Stance,
)
from dateline.text import digest
from strategies import META, SCHEME, WHERE, articles, law

TAIL = " zyx w"  # ends the text of every broken document, so that a breakage knows its characters
LAYER = {Entity: "entities", Event: "events", Attribution: "attributions", Stance: "stances"}


def entity(**changes: Any) -> Entity:
    valid = {"id": "T900", "start": -3, "end": -2, "type": "GPE", "mention": "name"}
    return Entity(**(valid | changes))


def event(*arguments: Argument, **changes: Any) -> Event:
    valid = {"id": "E900", "start": -3, "end": -2, "type": "AGREE", "polarity": "positive"}
    valid |= {"certainty": "certain", "time": "past", "arguments": list(arguments)}
    return Event(**(valid | changes))


def attribution(*content: tuple[int, int], **changes: Any) -> Attribution:
    valid = {"id": "A900", "source": None, "cue": None, "content": [Span(*c) for c in content]}
    valid |= {"quote": "indirect", "polarity": "positive"}
    form = {"source_form": "named" if "source" in changes else "implicit"}
    return Attribution(**(valid | form | changes))


def stance(**changes: Any) -> Stance:
    valid = {"id": "S900", "start": -3, "end": -2, "holder": AUTHOR, "target": "T900"}
    valid |= {"value": "favor", "attitude": "agree", "explicit": "yes"}
    return Stance(**(valid | changes))


def from_the_end(item: Item, length: int) -> Item:
    """The item with the offsets from -9 to 0 counted from the end of the text."""

    def moved(value: Any) -> Any:
        if isinstance(value, list):
            return [moved(each) for each in value]
        if isinstance(value, Span | Source | Item):
            fields = {name: moved(getattr(value, name)) for name in value.__struct_fields__}
            for name in {"start", "end"} & set(fields):
                fields[name] += length if -9 <= fields[name] < 1 else 0
            return msgspec.structs.replace(value, **fields)
        return value

    return moved(item)


def broken(
    article: Article, added: list[Item], clusters: dict[str, Cluster] | None = None, **changes: Any
) -> tuple[Article, dict[str, int]]:
    """The article, its text ended by `TAIL`, with items added; and where each layer's last is."""
    text = f"{article.text}{TAIL}"
    doc = msgspec.structs.replace(article.labels, text_sha256=digest(text))
    layers: dict[str, list[Any]] = {name: list(getattr(doc, name)) for name in LAYER.values()}
    for item in added:
        layers[LAYER[type(item)]].append(from_the_end(item, len(text)))
    doc = msgspec.structs.replace(doc, **layers, clusters=doc.clusters | (clusters or {}))
    doc = msgspec.structs.replace(doc, **changes)
    return Article(META, text, doc), {name: len(layers[name]) - 1 for name in layers}


def errors(article: Article) -> list[Incident]:
    found = check_article(article, SCHEME, WHERE)
    return [incident for incident in found if incident.severity == "error"]


def codes_and_paths(article: Article) -> list[tuple[str, str]]:
    return [(incident.code, incident.path) for incident in errors(article)]


@given(articles())
@law(150)
def test_valid_documents_have_no_error(article: Article) -> None:
    assert errors(article) == []
    assert errors(broken(article, [entity(), event(), attribution((-3, -2)), stance()])[0]) == []


OTHER = entity(id="T901", start=-1, end=0, type="ORG")

BAD_ITEMS: dict[str, tuple[str, str, list[Item]]] = {
    "id of another layer": ("DL203", ".id", [entity(id="E901")]),
    "id without number": ("DL203", ".id", [event(id="E")]),
    "id with a leading zero": ("DL203", ".id", [entity(id="T07")]),
    "duplicated id": ("DL204", ".id", [entity(), entity(start=-1, end=0)]),
    "unknown entity type": ("DL205", ".type", [entity(type="CITY")]),
    "unknown event type": ("DL205", ".type", [event(type="STRIKE")]),
    "unknown mention": ("DL206", ".mention", [entity(mention="nickname")]),
    "unknown sector": ("DL206", ".sector", [entity(sector="AIR")]),
    "mention on a value": ("DL206", ".mention", [entity(type="DATE")]),
    "sector on no actor": ("DL206", ".sector", [entity(type="LAW", sector="GOV")]),
    "mode on a type without modes": ("DL206", ".mode", [event(mode="visit")]),
    "mode of another type": ("DL206", ".mode", [event(type="ASSAULT", mode="visit")]),
    "unknown polarity": ("DL206", ".polarity", [event(polarity="maybe")]),
    "empty certainty": ("DL206", ".certainty", [event(certainty="")]),
    "unknown time": ("DL206", ".time", [event(time="soon")]),
    "unknown quote": ("DL206", ".quote", [attribution((-3, -2), quote="loud")]),
    "unknown source kind": ("DL206", ".source_kind", [attribution((-3, -2), source_kind="tree")]),
    "unknown stance": ("DL206", ".value", [entity(), stance(value="for")]),
    "missing mention": ("DL207", ".mention", [entity(mention=None)]),
    "end beyond the text": ("DL301", "", [entity(end=10**6)]),
    "start before the text": ("DL301", "", [event(start=-100)]),
    "cue beyond the text": ("DL301", ".cue", [attribution((-3, -2), cue=Span(-1, 10**6))]),
    "reversed": ("DL302", "", [entity(start=-2, end=-3)]),
    "empty": ("DL302", "", [event(start=-2, end=-2)]),
    "empty source": ("DL302", ".source", [attribution((-3, -2), source=Source(-2, -2, []))]),
    "reversed beyond the text": ("DL302", "", [entity(start=10**6 + 1, end=10**6)]),
    "blank first": ("DL303", "", [entity(start=-2, end=0)]),
    "blank last": ("DL303", ".content[0]", [attribution((-3, -1), cue=Span(-1, 0))]),
    "fragments in the wrong order": ("DL305", ".content", [attribution((-1, 0), (-3, -2))]),
    "fragments that touch": ("DL305", ".content", [attribution((-5, -4), (-4, -3))]),
    "fragments that overlap": ("DL305", ".content", [attribution((-5, -3), (-4, -2))]),
    "filler that is not there": ("DL401", ".arguments[0].ref", [event(Argument("actor", "T999"))]),
    "cluster as a filler": ("DL401", ".arguments[0].ref", [event(Argument("actor", "C1"))]),
    "ref that is not there": (
        *("DL401", ".source.refs[1]"),
        [entity(), attribution((-1, 0), source=Source(-3, -2, ["T900", "T999"]))],
    ),
    "holder that is not there": ("DL401", ".holder", [entity(), stance(holder="T999")]),
    "target that is not there": ("DL401", ".target", [stance(target="S999")]),
    "the article's voice as target": ("DL401", ".target", [stance(target=AUTHOR)]),
    "date as actor": (
        *("DL402", ".arguments[0].ref"),
        [entity(type="DATE", mention=None), event(Argument("actor", "T900"))],
    ),
    "event as place": (
        *("DL402", ".arguments[0].ref"),
        [event(id="E901", start=-1, end=0), event(Argument("place", "E901"))],
    ),
    "place as source": (
        *("DL402", ".source.refs[0]"),
        [entity(type="LOC"), attribution((-1, 0), source=Source(-3, -2, ["T900"]))],
    ),
    "event as holder": ("DL402", ".holder", [entity(), event(), stance(holder="E900")]),
    "stance as target": (
        *("DL402", ".target"),
        [entity(), stance(id="S901"), stance(target="S901")],
    ),
    "unknown role": ("DL403", ".arguments[0].role", [entity(), event(Argument("agent", "T900"))]),
    "cluster as role": (
        "DL403",
        ".arguments[0].role",
        [entity(), event(Argument("cluster", "T900"))],
    ),
    "role of another type": (
        *("DL403", ".arguments[1].role"),
        [entity(), OTHER, event(Argument("actor", "T900"), Argument("victim", "T901"))],
    ),
    "cluster without entry": ("DL406", ".cluster", [entity(cluster="C900")]),
    "attribution without content": ("DL407", ".content", [attribution(cue=Span(-3, -2))]),
    "argument given twice": (
        *("DL408", ".arguments[1]"),
        [entity(), event(Argument("actor", "T900"), Argument("actor", "T900"))],
    ),
}


@pytest.mark.parametrize(("code", "below", "added"), BAD_ITEMS.values(), ids=BAD_ITEMS)
@given(article=articles())
@law(12)
def test_a_bad_item_is_found_once_and_named(
    article: Article, code: str, below: str, added: list[Item]
) -> None:
    faulty, last = broken(article, added)
    layer = LAYER[type(added[-1])]
    assert codes_and_paths(faulty) == [(code, f"{WHERE} $.{layer}[{last[layer]}]{below}")]
    (incident,) = errors(faulty)
    assert incident.message == CATALOGUE[code].title
    assert incident.expected
    assert incident.found


C900 = {"C900": Cluster("Olm")}
BAD_WHOLES: dict[str, tuple[str, str, Callable[[Article], Article]]] = {
    "another text": ("DL304", "text_sha256", lambda a: broken(a, [], text_sha256="0" * 64)[0]),
    "another, shorter text": (
        *("DL304", "text_sha256"),
        lambda a: broken(a, [entity(end=10**6), event(start=-2, end=0)], text_sha256="0" * 64)[0],
    ),
    "another scheme": ("DL201", "scheme", lambda a: broken(a, [], scheme="0.9")[0]),
    "cluster without members": ("DL406", "clusters.C900", lambda a: broken(a, [], C900)[0]),
    "cluster id": (
        *("DL203", "clusters"),
        lambda a: broken(a, [entity(cluster="K1")], {"K1": Cluster()})[0],
    ),
    "cluster of two types": (
        *("DL405", "clusters.C900"),
        lambda a: broken(
            a,
            [
                entity(cluster="C900"),
                entity(id="T901", start=-1, end=0, type="ORG", cluster="C900"),
            ],
            C900,
        )[0],
    ),
    "cluster of two layers": (
        *("DL405", "clusters.C900"),
        lambda a: broken(a, [entity(cluster="C900"), event(cluster="C900")], C900)[0],
    ),
}


@pytest.mark.parametrize(("code", "path", "breaks"), BAD_WHOLES.values(), ids=BAD_WHOLES)
@given(article=articles())
@law(12)
def test_a_bad_document_is_found_once_and_named(
    article: Article, code: str, path: str, breaks: Callable[[Article], Article]
) -> None:
    assert codes_and_paths(breaks(article)) == [(code, f"{WHERE} $.{path}")]


EMPTY = Article(
    META,
    "Olm",
    msgspec.convert(
        {"doc_id": "olm-1", "scheme": SCHEME.version, "text_sha256": digest("Olm")}
        | {"annotator": {"id": "llm-t", "kind": "model"}, "status": "silver", "clusters": {}}
        | {"entities": [], "events": [], "attributions": [], "stances": []},
        Document,
    ),
)


@pytest.mark.parametrize("type", ["COOPERATE", "AID", "SANCTION"])
def test_a_wanted_role_is_a_warning(type: str) -> None:
    article, _ = broken(EMPTY, [event(type=type)])
    (warning,) = check_article(article, SCHEME, WHERE)
    assert (warning.code, warning.severity) == ("DL404", "warning")
    assert warning.path == f"{WHERE} $.events[0]"
    assert warning.expected == f"a recipient of {type}"
    assert warning.span == (6, 7)
    given, _ = broken(EMPTY, [entity(), event(Argument("recipient", "T900"), type=type)])
    assert list(check_article(given, SCHEME, WHERE)) == []


def test_the_span_of_a_blank_edge_comes_along() -> None:
    (incident,) = errors(broken(EMPTY, [entity(start=-2, end=0)])[0])
    assert (incident.span, incident.found) == ((7, 9), "' w'")


def test_without_a_text_offsets_are_checked_by_themselves() -> None:
    added = [entity(end=10**6), entity(id="T901", start=-4), entity(id="T902", start=5, end=5)]
    article, _ = broken(EMPTY, [*added, event(start=-100)])
    assert codes_and_paths(Article(META, None, article.labels)) == [
        ("DL302", f"{WHERE} $.entities[2]"),
        ("DL301", f"{WHERE} $.events[0]"),
    ]


@pytest.mark.parametrize("added", [[entity(id="X1")], [entity(), entity(start=-1, end=0)]])
def test_references_wait_until_ids_are_sound(added: list[Item]) -> None:
    article, _ = broken(EMPTY, [*added, event(Argument("actor", "T999"))])
    assert not {"DL401", "DL402"} & {incident.code for incident in errors(article)}


def test_several_faults_are_all_found() -> None:
    added = [entity(type="CITY"), entity(id="T901", mention=None, end=99)]
    found = {incident.code for incident in errors(broken(EMPTY, added)[0])}
    assert found == {"DL205", "DL207", "DL301"}
