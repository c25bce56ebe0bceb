"""What differs between two states of one article: each kind of change, and the laws."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conftest import make_tree
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
    Provenance,
    Source,
    Span,
    Stance,
    items,
)
from dateline.releases.difference.changes import Change
from dateline.releases.difference.comparing import article_changes, compared
from dateline.text import digest
from dateline.tree import Tree
from strategies import articles, law

replace = msgspec.structs.replace


def labelled(article: Article, **labels: Any) -> Article:
    """The article with other labels."""
    return Article(article.meta, article.text, replace(article.labels, **labels))


def edited(article: Article, key: str, **fields: Any) -> Article:
    """The article with fields of one item changed."""
    layer = next(layer for layer, _, item in items(article.labels) if item.id == key)
    found = [replace(x, **fields) if x.id == key else x for x in getattr(article.labels, layer)]
    return labelled(article, **{layer: found})


def without(article: Article, key: str) -> Article:
    layer = next(layer for layer, _, item in items(article.labels) if item.id == key)
    return labelled(article, **{layer: [x for x in getattr(article.labels, layer) if x.id != key]})


def reworded(article: Article, old: str, new: str) -> Article:
    """The article with other words in its text, the labels moved along with it by hand."""
    assert article.text is not None
    at = article.text.index(old)
    text = article.text.replace(old, new, 1)

    def place(offset: int) -> int:
        return offset if offset <= at else offset + len(new) - len(old)

    def span(x: Any) -> dict[str, int]:
        return {"start": place(x.start), "end": place(x.end)}

    def moved(x: Item) -> Item:
        if not isinstance(x, Attribution):
            return replace(x, **span(x))
        return replace(
            x,
            source=x.source and Source(**span(x.source), refs=x.source.refs),
            cue=x.cue and Span(**span(x.cue)),
            content=[Span(**span(part)) for part in x.content],
        )

    layers = ("entities", "events", "attributions", "stances")
    labels = {layer: [moved(x) for x in getattr(article.labels, layer)] for layer in layers}
    meta = replace(article.meta, text_sha256=digest(text))
    return Article(meta, text, replace(article.labels, text_sha256=digest(text), **labels))


def renumbered(doc: Document, shift: int = 200) -> Document:
    """The same labels under other ids, and in another order."""
    ids = {x.id: f"{x.id[0]}{int(x.id[1:]) * 7 % 101 + shift}" for _, _, x in items(doc)}
    assume(len(set(ids.values())) == len(ids))
    keys = {key: f"C{n + shift}" for n, key in enumerate(reversed(doc.clusters))}
    ids[AUTHOR] = AUTHOR

    def new(x: Any) -> Any:
        if isinstance(x, Entity):
            return replace(x, id=ids[x.id], cluster=keys.get(x.cluster or ""))
        if isinstance(x, Event):
            arguments = [Argument(a.role, ids[a.ref]) for a in reversed(x.arguments)]
            return replace(x, id=ids[x.id], cluster=keys.get(x.cluster or ""), arguments=arguments)
        if isinstance(x, Stance):
            return replace(x, id=ids[x.id], holder=ids[x.holder], target=ids[x.target])
        source = x.source and replace(x.source, refs=[ids[r] for r in reversed(x.source.refs)])
        return replace(x, id=ids[x.id], source=source)

    return replace(
        doc,
        entities=[new(x) for x in reversed(doc.entities)],
        clusters={keys[key]: doc.clusters[key] for key in reversed(doc.clusters)},
        events=[new(x) for x in reversed(doc.events)],
        attributions=[new(x) for x in reversed(doc.attributions)],
        stances=[new(x) for x in reversed(doc.stances)],
        provenance={ids[key]: x for key, x in doc.provenance.items() if key in ids},
    )


def told(changes: list[Change]) -> list[tuple[str, str, str | None]]:
    return [(change.layer, change.kind, change.field) for change in changes]


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Article:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_CACHE", str(tmp_path_factory.mktemp("cache")))
        return make_tree(tmp_path_factory.mktemp("made") / "tree").article("mill-1")


def only(before: Article, after: Article) -> Change:
    """The one change that there is."""
    (change,) = article_changes(before, after)
    return change


def test_an_added_label_is_shown_whole_in_its_sentence(mill: Article) -> None:
    change = only(without(mill, "S2"), mill)
    assert (change.layer, change.kind, change.was) == ("stances", "added", None)
    assert change.now is not None
    assert (change.now.id, change.now.type, change.now.words) == ("S2", "STANCE", "terror group")
    assert change.after["value"] == "against"
    assert change.after["holder"] == {"id": "AUTHOR", "words": None}
    assert change.after["target"] == {"id": "T20", "words": "the terror group"}
    assert change.sentence is not None
    assert change.sentence.startswith("Radio Dorrek reported")
    assert [change.sentence[a:b] for a, b in change.marks] == ["terror group"]


def test_a_removed_label_says_why_where_a_decision_took_it_out(mill: Article) -> None:
    stance = mill.stances[0]
    gone = {
        ("stances", stance.start, stance.end): Provenance([], "drop", "no position", "x", "model")
    }
    (change,) = article_changes(mill, without(mill, "S1"), gone)
    assert (change.kind, change.now) == ("removed", None)
    assert (change.decision, change.reason, change.by) == ("drop", "no position", "x")
    assert change.was is not None
    assert change.was.words == "condemned"


def test_another_extent(mill: Article) -> None:
    before = mill.by_id["T8"]
    assert isinstance(before, Entity)
    change = only(mill, edited(mill, "T8", start=before.end - 2))
    assert (change.kind, change.field) == ("moved", "extent")
    assert (change.before["words"], change.after["words"]) == ("at least 12", "12")


def test_another_type_of_an_entity_and_of_an_event(mill: Article) -> None:
    change = only(mill, edited(mill, "T10", type="GPE"))
    assert (change.kind, change.before, change.after) == ("retyped", "ORG", "GPE")
    change = only(mill, edited(mill, "E7", type="CONCEDE", mode=None))
    assert (change.kind, change.before, change.after) == ("retyped", "RETREAT/withdraw", "CONCEDE")
    change = only(mill, edited(mill, "E7", mode="retreat"))
    assert told([change]) == [("events", "changed", "mode")]
    assert (change.before, change.after) == ("withdraw", "retreat")


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("T5", "mention", "name"),
        ("T5", "sector", None),
        ("E4", "polarity", "positive"),
        ("E6", "certainty", "certain"),
        ("E6", "time", "past"),
        ("A1", "quote", "direct"),
        ("A1", "source_form", "pronoun"),
        ("A1", "source_kind", "person"),
        ("A3", "polarity", "positive"),
        ("S1", "value", "favor"),
        ("S1", "attitude", "arguing"),
        ("S2", "explicit", "yes"),
    ],
)
def test_another_attribute(mill: Article, key: str, field: str, value: str | None) -> None:
    change = only(mill, edited(mill, key, **{field: value}))
    assert (change.kind, change.field, change.after) == ("changed", field, value)
    assert change.before == getattr(mill.by_id[key], field)


def test_arguments(mill: Article) -> None:
    event = mill.by_id["E5"]
    assert isinstance(event, Event)
    actor, recipient, topic = event.arguments
    change = only(mill, edited(mill, "E5", arguments=[actor, recipient]))
    assert (change.kind, change.field) == ("argument-removed", "topic")
    assert change.before == {"role": "topic", "id": "E6", "words": "talks"}
    change = only(edited(mill, "E5", arguments=[actor, recipient]), mill)
    assert (change.kind, change.after["words"]) == ("argument-added", "talks")
    change = only(
        mill, edited(mill, "E5", arguments=[actor, Argument("place", recipient.ref), topic])
    )
    assert (change.kind, change.before["role"], change.after["role"]) == (
        "role-changed",
        "recipient",
        "place",
    )


def test_sources_cues_contents_and_references(mill: Article) -> None:
    first, second = mill.attributions[:2]
    assert first.source is not None
    assert first.cue is not None
    change = only(mill, edited(mill, "A1", source=None))
    assert change.kind == "changed", "its refs go with it"
    fewer = edited(mill, "A2", content=second.content[:1])
    change = only(mill, fewer)
    assert told([change]) == [("attributions", "changed", "content")]
    assert [x["words"] for x in change.after] == ["“We carried them out,”"]
    change = only(mill, edited(mill, "A1", cue=Span(first.cue.start, first.cue.end - 1)))
    assert (change.field, change.after["words"]) == ("cue", "sai")
    change = only(mill, edited(mill, "A1", source=replace(first.source, refs=["T11"])))
    assert (change.kind, change.field) == ("reference-changed", "refs")
    assert change.after == [{"id": "T11", "words": "Nestran"}]
    change = only(mill, edited(mill, "S1", target="T20"))
    assert (change.kind, change.field) == ("reference-changed", "target")
    assert (change.before["words"], change.after["words"]) == ("withdrawal", "the terror group")
    assert only(mill, edited(mill, "S1", holder=AUTHOR)).after["id"] == AUTHOR


def test_clusters_and_who_is_in_them(mill: Article) -> None:
    change = only(mill, edited(mill, "T6", cluster=None))
    assert (change.layer, change.kind) == ("clusters", "left")
    assert (change.before["words"], change.after) == ("Dorrek", None)
    assert change.now is not None
    assert change.now.id == "T6"
    assert only(edited(mill, "T6", cluster=None), mill).kind == "joined"
    change = only(mill, edited(mill, "T6", cluster="C3"))
    assert (change.kind, change.after["words"]) == ("regrouped", "Defence Ministry")
    clusters = dict(mill.clusters)
    change = only(
        mill, labelled(mill, clusters=clusters | {"C2": Cluster("Nestran Relief Committee")})
    )
    assert (change.kind, change.before, change.after) == ("linked", "dl:relief", None)
    change = only(mill, labelled(mill, clusters=clusters | {"C1": Cluster("Dorrek mill")}))
    assert told([change]) == [("clusters", "changed", "name")]
    alone = labelled(edited(mill, "T17", cluster="C9"), clusters=clusters | {"C9": Cluster("Sael")})
    change = only(mill, alone)
    assert (change.kind, change.after["members"]) == ("added", [{"id": "T17", "words": "Sael"}])
    assert only(alone, mill).kind == "removed", "its member stays, and is not told of apart"


def test_metadata_status_and_annotator(mill: Article) -> None:
    meta = replace(mill.meta, outlet="elsewhere", genre=None)
    labels = replace(mill.labels, status="gold", annotator=replace(mill.labels.annotator, id="b"))
    changes = article_changes(mill, Article(meta, mill.text, labels))
    assert [c.field for c in changes] == ["outlet", "genre", "status", "annotator"]
    assert {c.layer for c in changes} == {"articles"}
    assert (changes[0].before, changes[0].after) == ("tests", "elsewhere")


def test_labels_go_along_with_a_text_that_was_edited(mill: Article) -> None:
    for old, new in (("Shelling", "Heavy shelling\n\nShelling"), ("March 4 –", "March 4, 2026 –")):
        found = compared(mill, reworded(mill, old, new))
        assert told(found.changes) == [("articles", "text", "text")]
        assert found.shifted > 30
    found = compared(mill, reworded(mill, "Sael", "Saels"))
    assert told(found.changes) == [("articles", "text", "text")], "a word mended is the same word"
    assert found.changes[0].before["passages"] == ["Sael"]


def test_a_label_on_new_words_is_new(mill: Article) -> None:
    after = reworded(mill, "\nRadio Dorrek reported", "\nOn Sunday Radio Dorrek reported")
    assert after.text is not None
    start = after.text.index("Sunday")
    sunday = Entity(id="T90", start=start, end=start + 6, type="DATE")
    after = labelled(after, entities=[*after.entities, sunday])
    assert told(article_changes(mill, after)) == [
        ("articles", "text", "text"),
        ("entities", "added", None),
    ]


def test_a_reason_is_given_where_it_is_about_the_change(mill: Article) -> None:
    trace = Provenance(["a"], "time: b", "3.4: it still goes on", "cleo", "human")
    after = edited(edited(mill, "E6", time="present"), "E7", time="present")
    after = labelled(after, provenance={"E6": trace, "E7": replace(trace, decision="place: a")})
    first, second = article_changes(mill, after)
    assert (first.reason, first.by, first.by_kind) == ("3.4: it still goes on", "cleo", "human")
    assert second.reason is None


def test_no_word_of_an_external_article_is_told(tree: Tree) -> None:
    away = tree.article("away-1")
    assert away.text is not None, "it is hydrated in this tree"
    after = without(edited(away, "T1", type="FAC"), away.entities[-1].id)
    meta = replace(away.meta, title="A title")
    raw = msgspec.json.encode(
        article_changes(away, Article(meta, away.text, after.labels))
    ).decode()
    assert "retyped" in raw
    for word in away.text.split():
        assert len(word) < 4 or word not in raw
    assert "A title" not in raw


def test_labels_of_a_text_that_is_not_at_hand_are_only_counted(tree: Tree) -> None:
    away = tree.article("away-1")
    after = Article(replace(away.meta, text_sha256="0" * 64), None, away.labels)
    changes = article_changes(away, after)
    assert (changes[0].layer, changes[0].kind) == ("articles", "text")
    assert {change.kind for change in changes[1:]} == {"uncompared"}


@given(articles())
@law(60)
def test_an_article_does_not_differ_from_itself(article: Article) -> None:
    assert article_changes(article, article) == []


@given(articles())
@law(100)
def test_ids_and_order_are_no_difference(article: Article) -> None:
    other = labelled(article)
    other = Article(article.meta, article.text, renumbered(article.labels))
    found = compared(article, other)
    assert found.changes == []
    assert found.retraced == 0
    assert found.renumbered >= len([*items(article.labels)])


Edit = tuple[Article, tuple[str, str]]


def _pointed(doc: Document) -> set[str]:
    found = {a.ref for event in doc.events for a in event.arguments}
    found |= {ref for x in doc.attributions if x.source is not None for ref in x.source.refs}
    return found | {ref for stance in doc.stances for ref in (stance.holder, stance.target)}


def _edits(article: Article) -> list[Callable[[], Edit]]:
    """All small edits that can be made, each with the layer and kind of the change it is."""
    doc = article.labels
    found: list[Callable[[], Edit]] = []
    pointed = _pointed(doc)
    members = [x.cluster for x in (*doc.entities, *doc.events)]

    def edit(key: str, layer: str, kind: str, **fields: Any) -> None:
        found.append(lambda: (edited(article, key, **fields), (layer, kind)))

    def value(now: Any, *choices: Any) -> Any:
        return next(choice for choice in choices if choice != now)

    for layer, _, x in items(doc):
        alone = isinstance(x, Entity | Event) and x.cluster and members.count(x.cluster) == 1
        if x.id not in pointed and not alone:
            found.append(lambda x=x, la=layer: (without(article, x.id), (la, "removed")))
        if not isinstance(x, Attribution) and x.end - x.start > 1:
            edit(x.id, layer, "moved", end=x.end - 1)
        if isinstance(x, Entity):
            edit(x.id, layer, "retyped", type=value(x.type, "GPE", "ORG"))
            edit(x.id, layer, "changed", sector=value(x.sector, "GOV", None))
        if isinstance(x, Entity | Event) and x.cluster and members.count(x.cluster) > 1:
            edit(x.id, "clusters", "left", cluster=None)
        if isinstance(x, Event):
            edit(x.id, layer, "retyped", type=value(x.type, "AID", "COERCE"))
            edit(x.id, layer, "changed", polarity=value(x.polarity, "positive", "negative"))
            if x.arguments:
                edit(x.id, layer, "argument-removed", arguments=x.arguments[1:])
                first = x.arguments[0]
                other = Argument("elsewhere", first.ref)
                edit(x.id, layer, "role-changed", arguments=[other, *x.arguments[1:]])
            for entity in doc.entities:
                extra = Argument("elsewhere", entity.id)
                edit(x.id, layer, "argument-added", arguments=[*x.arguments, extra])
        if isinstance(x, Attribution):
            edit(x.id, layer, "changed", quote=value(x.quote, "direct", "mixed"))
        if isinstance(x, Stance):
            edit(x.id, layer, "changed", value=value(x.value, "favor", "against"))
            for target in doc.entities:
                if target.id != x.target:
                    edit(x.id, layer, "reference-changed", target=target.id)
    for key, cluster in doc.clusters.items():
        other = replace(cluster, kb=value(cluster.kb, "wd:Q1", "wd:Q2"))
        clusters = doc.clusters | {key: other}
        found.append(lambda c=clusters: (labelled(article, clusters=c), ("clusters", "linked")))
    return found


@given(articles(), st.data())
@law(200)
def test_a_single_edit_is_the_only_change(article: Article, data: st.DataObject) -> None:
    edits = _edits(article)
    assume(edits)
    after, expected = data.draw(st.sampled_from(edits))()
    other = Article(after.meta, after.text, renumbered(after.labels))
    for later in (after, other):
        assert [(c.layer, c.kind) for c in article_changes(article, later)] == [expected]


@given(articles(), st.data())
@law(60)
def test_what_is_added_one_way_is_removed_the_other(article: Article, data: st.DataObject) -> None:
    keep = data.draw(st.sets(st.sampled_from([x.id for _, _, x in items(article.labels)] or ["-"])))
    fewer = article
    for key in {x.id for _, _, x in items(article.labels)} & keep - _pointed(article.labels):
        fewer = without(fewer, key)
    there, back = article_changes(article, fewer), article_changes(fewer, article)
    swap = {"added": "removed", "removed": "added", "joined": "left", "left": "joined"}
    swap |= {"argument-added": "argument-removed", "argument-removed": "argument-added"}

    def sides(changes: list[Change], *, turned: bool) -> list[Any]:
        kinds = [swap.get(c.kind, c.kind) if turned else c.kind for c in changes]
        places = [(c.now, c.was) if turned else (c.was, c.now) for c in changes]
        return sorted(map(repr, zip(kinds, (c.layer for c in changes), places, strict=True)))

    assert sides(there, turned=False) == sides(back, turned=True)


def test_every_edit_of_an_article_of_the_corpus_is_found(mill: Article) -> None:
    """The same law on labels that somebody made."""
    for edit in itertools.islice(_edits(mill), 0, None, 3):
        after, expected = edit()
        assert [(c.layer, c.kind) for c in article_changes(mill, after)] == [expected], expected
