"""Labels become results and come back the same, whatever the editor does to their order."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import REPOSITORY
from dateline.derived import Article
from dateline.generated.places import layers_up_to
from dateline.records import Document, Event
from dateline.scheme import LAYERS
from dateline.studio.decoding import Decoded, decode_regions
from dateline.studio.encoding import encode
from dateline.studio.regions import read_regions
from dateline.studio.wire import Carried
from dateline.tree import Tree
from strategies import SCHEME, articles, characters, law
from studio_made import Drawn, layers_of, submitted

PROJECTS = [None, *LAYERS]


def there_and_back(
    doc: Document, text: str, layer: str | None = None, prefix: str = "", seed: int | None = None
) -> Decoded:
    """A document pushed, posted unchanged, and read; the sidecar goes the same way in JSON."""
    layers = layers_up_to(layer)
    results, carried = encode(doc, text, SCHEME, layers, "llm-t", prefix)
    sidecar = msgspec.json.decode(msgspec.json.encode(carried), type=Carried)
    found = read_regions(submitted(results, text, seed), text, SCHEME, layers)
    assert (found.faults, found.left_out) == ([], [])
    decoded = decode_regions(found, sidecar, SCHEME, text, prefix=prefix)
    assert decoded.faults == []
    return decoded


def shown(doc: Document, layers: list[str]) -> Document:
    """A document as a project of these layers shows it: no argument points above them."""
    known = {item.id for layer in layers for item in getattr(doc, layer)}

    def cut(event: Event) -> Event:
        kept = [argument for argument in event.arguments if argument.ref in known]
        return msgspec.structs.replace(event, arguments=kept)

    return msgspec.structs.replace(doc, events=[cut(event) for event in doc.events])


@given(articles(), st.sampled_from(PROJECTS), st.sampled_from(["", "llm-t_"]), st.integers(0, 99))
@law(150)
def test_labels_come_back_the_same(
    article: Article, layer: str | None, prefix: str, seed: int
) -> None:
    text, doc = article.text or "", article.labels
    decoded = there_and_back(doc, text, layer, prefix, seed)
    layers = layers_up_to(layer)
    assert layers_of(decoded, layers) == layers_of(shown(doc, layers), layers)
    if layer is None:
        assert layers_of(decoded) == layers_of(doc)


@given(articles(), st.data())
@law(100)
def test_what_is_left_after_deletions_is_what_it_was(article: Article, data: st.DataObject) -> None:
    """The merge rule: ids stay, and so do the name and kb of a cluster that has a member left."""
    text, doc = article.text or "", article.labels
    results, carried = encode(doc, text, SCHEME, LAYERS, "llm-t")
    page = Drawn(text, results)
    known = sorted(key for key in carried.items if key[0] in "TES")
    gone = data.draw(st.sets(st.sampled_from(known))) if known else set()
    start, end = characters(text)[0]
    page.without(*gone).region("new", "entities", "PERSON", text[start:end])
    found = read_regions(page.results, text, SCHEME, list(LAYERS))
    decoded = decode_regions(found, carried, SCHEME, text)
    kept = {entity for entity in doc.entities if entity.id not in gone}
    after = {entity for entity in decoded.entities if entity.id in carried.items}
    assert after == kept
    events = {event.id: event for event in doc.events if event.id not in gone}
    assert {e.id for e in decoded.events} == set(events)
    for event in decoded.events:
        arguments = [a for a in events[event.id].arguments if a.ref not in gone]
        assert event == msgspec.structs.replace(events[event.id], arguments=arguments)
    left = {item.cluster for item in [*kept, *decoded.events] if item.cluster}
    assert decoded.clusters == {key: doc.clusters[key] for key in left}
    (drawn,) = [e.id for e in decoded.entities if e.id not in carried.items]
    assert int(drawn[1:]) == max([int(e.id[1:]) for e in doc.entities], default=0) + 1


@pytest.mark.parametrize("annotator", [None, "llm-a", "llm-b"])
def test_the_labels_of_the_repository_come_back_the_same(annotator: str | None) -> None:
    tree, count = Tree(REPOSITORY), 0
    for doc_id in tree.doc_ids():
        meta = tree.meta(doc_id)
        if meta.tier == "open":
            article = tree.article(doc_id, annotator)
            decoded = there_and_back(article.labels, article.text or "", seed=count)
            assert layers_of(decoded) == layers_of(article.labels), doc_id
            count += 1
    assert count >= 120
