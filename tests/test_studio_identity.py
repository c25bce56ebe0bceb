"""What is pushed, submitted unedited and pulled is the same, for every article of the corpus."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from conftest import REPOSITORY
from dateline.agreement.cases import Disagreement
from dateline.generated.places import layers_up_to
from dateline.matching import Match
from dateline.scheme import LAYERS
from dateline.studio.client import Client
from dateline.studio.encoding import encode
from dateline.studio.server import Server
from dateline.tree import Tree
from studio_desk import Desk, copy_of, layers, people


@pytest.fixture
def whole(studio_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """All open articles of the repository with their adjudicated labels, at a server."""
    monkeypatch.setenv("DATELINE_STUDIO_URL", studio_server.url)
    monkeypatch.setenv("DATELINE_STUDIO_KEY", studio_server.who.key)
    source = Tree(REPOSITORY)
    docs = [doc_id for doc_id in source.labelled() if source.meta(doc_id).tier == "open"]
    client = Client.connect(studio_server.url, studio_server.who.key)
    for project in client.projects():
        client.send("DELETE", f"/api/projects/{project.id}/")
    return Desk(copy_of(source, tmp_path / "tree", docs), client, people(studio_server))


def submit_all(desk: Desk, project: int) -> int:
    tasks = desk.tasks(project)
    for task in tasks:
        desk.submit(task)
    return len(tasks)


def test_every_article_comes_back_as_it_was(whole: Desk) -> None:
    """Adjudicated labels through the API: layers, maker, status, traces as stated."""
    docs = whole.tree.labelled()
    assert len(docs) >= 120
    whole.push("--from", "adjudicated", "--annotator", whole.ana)
    assert submit_all(whole, whole.project("pass", whole.ana)) == len(docs)
    report = whole.pull()
    assert (len(report["written"]), report["quarantined"]) == (len(docs), {})
    for doc_id in docs:
        before = whole.tree.article(doc_id).labels
        after = whole.labels(whole.ana, doc_id)
        assert layers(after) == layers(before), doc_id
        assert (after.annotator.id, after.annotator.kind) == (whole.ana, "rule")
        assert after.status == "silver"
        for layer in LAYERS:
            for item in getattr(before, layer):
                trace = before.provenance[item.id]
                origin = "prediction adjudicated"
                expected = msgspec.structs.replace(trace, origin=origin)
                assert after.provenance[item.id] == expected
        assert after.provenance[doc_id].seconds == 60.0


def test_layer_by_layer_comes_to_the_same(whole: Desk) -> None:
    """Four projects, one a layer, each filled in with what was pulled from the one below."""
    docs = whole.tree.labelled()[::24]
    truth = {doc_id: whole.tree.article(doc_id) for doc_id in docs}
    for layer in LAYERS:
        whole.push(*docs, "--layer", layer, "--annotator", whole.ana)
        for task in whole.tasks(whole.project("pass", whole.ana, layer)):
            article = truth[task["data"]["doc_id"]]
            shown = layers_up_to(layer)
            text, scheme = article.text or "", whole.tree.scheme
            result, _ = encode(article.labels, text, scheme, shown, "truth")
            whole.submit(task, result=result)
        report = whole.pull("--layer", layer)
        assert report["quarantined"] == {}, json.dumps(report["quarantined"])[:500]
    for doc_id in docs:
        after = whole.labels(whole.ana, doc_id)
        assert Disagreement(Match(after, truth[doc_id].labels)).cases == [], doc_id
