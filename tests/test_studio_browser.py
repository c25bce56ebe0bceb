"""A person's walk through Label Studio, in a real browser at a real server.

`DATELINE_PICTURES=DIR` keeps the pictures that the docs show. Nothing that is clicked here is
committed, and the annotators of these trees are rules: no test is a person.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from browser import Person, browser
from conftest import REPOSITORY, make_tree
from dateline.derived import Article
from dateline.scheme import LAYERS
from dateline.studio.client import Client
from dateline.studio.server import Server
from dateline.tree import Tree
from studio_desk import copy_of, layers
from test_cli import dateline

STORY = """Envoy 🙂 of Dorrek wounded at the quay

DORREK, 4 March — Gunmen shot the envoy Ines Kavur at the “Old <b>Quay</b> &amp; Mole” on Tuesday, \
the café owner José\tBrann said.
\u05e9\u05dc\u05d5\u05dd and \u0645\u0631\u062d\u0628\u0627 were painted on the wall.   Nobody \
claimed it.

“We condemn the attack 👩🏽‍🚀,” said Brann."""
PICTURES = Path(os.environ["DATELINE_PICTURES"]) if "DATELINE_PICTURES" in os.environ else None
SIZE = 120 if os.environ.get("DATELINE_FULL") else 10


@pytest.fixture
def studio(studio_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """The server of the worker as the commands find it, with no project of another test."""
    monkeypatch.setenv("DATELINE_STUDIO_URL", studio_server.url)
    monkeypatch.setenv("DATELINE_STUDIO_KEY", studio_server.who.key)
    client = Client.connect(studio_server.url, studio_server.who.key)
    for project in client.projects():
        client.send("DELETE", f"/api/projects/{project.id}")
    yield client


def with_annotator(tree: Tree, email: str) -> Tree:
    path = tree.root / "annotations" / "annotators.yaml"
    path.write_text(
        path.read_text()
        + "clicks: {kind: rule, does: clicks of a test, instructions: none, "
        + f'since: "2026-11-22", account: {email}}}\n'
    )
    return Tree(tree.root)


def task_of(client: Client, doc_id: str) -> tuple[int, int]:
    """The newest project's task of an article."""
    project = client.projects()[-1].id
    listed = {task.data["doc_id"]: task.id for task in client.listed(project)}
    return project, listed[doc_id]


def span(words: str, nth: int = 0) -> tuple[int, int]:
    at = -1
    for _ in range(nth + 1):
        at = STORY.index(words, at + 1)
    return at, at + len(words)


def test_a_person_labels_an_article_and_it_is_loaded(
    studio: Client, studio_server: Server, tmp_path: Path
) -> None:
    tree = with_annotator(make_tree(tmp_path / "tree"), studio_server.who.email)
    (tmp_path / "quay-1.txt").write_text(STORY + "\n", encoding="utf-8")
    root = ("--root", tree.root)
    dateline(
        *("add", tmp_path / "quay-1.txt", "--published", "2026-03-04", "--storyline", "quay"),
        *("--split", "train", "--title", "Envoy wounded", "--outlet", "tests", "--genre", "spot"),
        *("--author", "llm-t", "--source", "tests", *root),
    )
    assert "1 new" in dateline("studio", "push", "quay-1", *root)
    with browser(studio_server.url, PICTURES) as person:
        person.sign_in(studio_server.who.email, studio_server.who.password)
        person.open(*task_of(studio, "quay-1"))
        person.picture("an-open-task")
        label_the_story(person)
        sent = person.submit()
        person.picture("submitted")
        assert not person.outside, "the page asks for nothing from elsewhere"
    assert len(sent["result"]) > 20
    assert "1 written" in dateline("studio", "pull", *root)
    check_the_pass(Tree(tree.root))

    with browser(studio_server.url) as person:  # something to correct in what was submitted
        person.sign_in(studio_server.who.email, studio_server.who.password)
        person.open(*task_of(studio, "quay-1"))
        person.mark("g", *span("DORREK"))
        person.submit()
    assert "1 written" in dateline("studio", "pull", *root)
    corrected = Tree(tree.root).article("quay-1", "clicks")
    assert [e.type for e in corrected.labels.entities if e.start == span("DORREK")[0]] == ["GPE"]

    dateline("studio", "push", "quay-1", "--adjudicate", "clicks", *root)
    with browser(studio_server.url, PICTURES) as person:
        person.sign_in(studio_server.who.email, studio_server.who.password)
        person.open(*task_of(studio, "quay-1"))
        person.picture("an-adjudication-task")
        person.submit()
    assert "1 written" in dateline("studio", "pull", "--adjudication", *root)
    adjudicated = Tree(tree.root).article("quay-1").labels
    assert adjudicated.status == "silver", "only a human makes it gold"
    assert all(t.passes == ["clicks"] for t in adjudicated.provenance.values())
    assert "not pulled" in dateline("studio", "status", *root)

    dateline("validate", tree.root, "--select", "DL1", "--select", "DL2", "--select", "DL3")
    dateline("build", "--out", tmp_path / "built", *root)
    load_it(tmp_path / "built")


def label_the_story(person: Person) -> None:
    """Mark, choose, relate as an annotator does: keys, drags and clicks."""
    person.mark("p", *span("Ines Kavur"))
    person.select(*span("Ines Kavur"))
    person.choose("Shift+g")
    person.write("cluster-entities", "envoy")
    person.mark("p", *span("the envoy"))
    person.select(*span("the envoy"))
    person.choose("Shift+2")
    person.write("cluster-entities", "envoy")
    person.mark("p", *span("Gunmen"))
    person.select(*span("Gunmen"))
    person.choose("Shift+2")
    person.mark("f", *span("Old <b>Quay</b> &amp; Mole"))
    person.mark("d", *span("Tuesday"))
    person.mark("p", *span("José\tBrann"))
    person.mark("x", *span("shot"))
    person.select(*span("shot"))
    person.choose("Alt+Shift+f")
    person.picture("a-selected-trigger")
    person.relate(span("shot"), span("Gunmen"), "actor")
    person.relate(span("shot"), span("Ines Kavur"), "victim")
    person.relate(span("shot"), span("Old <b>Quay</b> &amp; Mole"), "place")
    person.mark("3", *span("We condemn the attack 👩🏽‍🚀"))
    person.select(*span("We condemn the attack 👩🏽‍🚀"))
    person.choose("Shift+d")
    person.choose("Shift+n")
    person.mark("2", *span("said", 1))
    person.select(*span("said", 1))
    person.choose("Shift+d")
    person.choose("Shift+n")
    person.choose("Shift+1")
    person.mark("1", *span("Brann", 1))
    person.relate(span("said", 1), span("We condemn"), "part")
    person.relate(span("said", 1), span("Brann", 1), "part")
    person.picture("relations")
    person.note("Is a mole a facility?")


def check_the_pass(tree: Tree) -> None:
    """What was clicked is what is stored."""
    article = tree.article("quay-1", "clicks")
    labels, text = article.labels, article.text or ""
    words = {text[e.start : e.end]: e for e in labels.entities}
    assert set(words) == {
        "Ines Kavur",
        "the envoy",
        "Gunmen",
        "Old <b>Quay</b> &amp; Mole",
        "Tuesday",
        "José\tBrann",
    }
    envoy = words["Ines Kavur"]
    assert (envoy.type, envoy.mention, envoy.sector) == ("PERSON", "name", "GOV")
    assert words["the envoy"].mention == "nominal"
    assert words["the envoy"].cluster == envoy.cluster
    assert labels.clusters[envoy.cluster or ""].name == "Ines Kavur"
    (event,) = labels.events
    assert (event.type, event.mode, event.time) == ("ASSAULT", "firearms", "past")
    fillers = {a.role: next(e for e in labels.entities if e.id == a.ref) for a in event.arguments}
    assert {role: text[e.start : e.end] for role, e in fillers.items()} == {
        "actor": "Gunmen",
        "victim": "Ines Kavur",
        "place": "Old <b>Quay</b> &amp; Mole",
    }
    (attribution,) = labels.attributions
    assert attribution.quote == "direct"
    assert text[attribution.content[0].start : attribution.content[0].end].endswith("👩🏽‍🚀")
    assert attribution.source is not None
    assert labels.provenance["quay-1"].reason == "Is a mole a facility?"
    assert labels.provenance[event.id].origin == "manual"


def load_it(built: Path) -> None:
    from datasets import load_dataset

    rows = load_dataset(str(built), "events", split="train")
    (row,) = [row for row in rows if row["doc_id"] == "quay-1"]
    assert row["trigger"]["text"] == "shot"
    documents = load_dataset(str(built), "documents", split="train")
    assert STORY in documents["text"]


def test_articles_submitted_unedited_come_back_byte_for_byte(
    studio: Client, studio_server: Server, tmp_path: Path
) -> None:
    """Ten articles of the corpus (all with --full) through the browser's own Submit."""
    source = Tree(REPOSITORY)
    docs = source.labelled()[1 :: 121 // SIZE][:SIZE]
    tree = with_annotator(copy_of(source, tmp_path / "tree", docs), studio_server.who.email)
    root = ("--root", tree.root)
    dateline("studio", "push", *docs, "--from", "adjudicated", *root)
    with browser(studio_server.url) as person:
        person.sign_in(studio_server.who.email, studio_server.who.password)
        for doc_id in docs:
            person.open(*task_of(studio, doc_id))
            person.submit()
    assert f"{len(docs)} written" in dateline("studio", "pull", *root)
    for doc_id in docs:
        before = source.article(doc_id)
        after = tree.article(doc_id, "clicks").labels
        assert layers(after) == layers(before.labels), doc_id
        assert (after.annotator.id, after.annotator.kind) == ("clicks", "rule")
        assert after.status == "silver"
        for _, item in items_of(before):
            expected = msgspec.structs.replace(
                before.labels.provenance[item], origin="prediction adjudicated"
            )
            assert after.provenance[item] == expected


def items_of(article: Article) -> Iterator[tuple[str, str]]:
    for layer in LAYERS:
        for item in getattr(article.labels, layer):
            yield layer, item.id
