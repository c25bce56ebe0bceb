"""`dateline baseline train` and `evaluate`, a spaCy pipeline as it is, and pre-annotation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conftest import REPOSITORY
from dateline.cli import app
from dateline.errors import DatelineError, UsageError
from dateline.studio.sources import labels_from
from dateline.tree import Tree

RELEASE = str(REPOSITORY / "corpus" / "releases" / "0.2.0")


def run(*args: str) -> str:
    done = CliRunner().invoke(app, list(args))
    if isinstance(done.exception, DatelineError):
        raise done.exception
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model") / "model"
    said = run("baseline", "train", "majority", "--split", "validation", "--out", str(out))
    assert "trained on 20 articles" in said
    return out


def test_evaluate_and_score_agree(trained: Path, tmp_path: Path) -> None:
    out = tmp_path / "predicted"
    said = run("baseline", "evaluate", str(trained), "--out", str(out), "--format", "json")
    own = json.loads(said)["scores"]
    again = run("score", RELEASE, str(out), "--split", "test", "--format", "json")
    by_score = json.loads(again)["scores"]
    pick = lambda lines: {  # noqa: E731
        (x["layer"], x["measure"], x["label"]): x["f1"] for x in lines if not x["part"]
    }
    assert pick(own) == pick(by_score)
    assert pick(own)["entities", "exact", ""] > 0.3


def test_text_and_page(trained: Path) -> None:
    assert "triggers" in run("baseline", "evaluate", str(trained), "--split", "validation")
    assert "<h2>Triggers</h2>" in run("baseline", "evaluate", str(trained), "--format", "html")


def test_a_spacy_pipeline_as_it_is(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "DATE", "pattern": [{"LOWER": "wednesday"}]}])
    nlp.to_disk(tmp_path / "ruler")
    said = run("baseline", "evaluate", f"spacy:{tmp_path / 'ruler'}", "--format", "json")
    lines = {(x["measure"], x["label"], x["part"]): x for x in json.loads(said)["scores"]}
    dates = lines["exact", "DATE", ""]
    assert dates["predicted"] > 0
    assert dates["precision"] > 0.3
    assert dates["recall"] < 0.5


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["train", "oracle", "--out", "x"], "one of crf, majority, random, spacy"),
        (["train", "majority", "--split", "dev", "--out", "x"], "--split"),
        (["train", "majority", "--version", "9.9.9", "--out", "x"], r"9\.9\.9"),
        (["evaluate", "nowhere"], "the folder of a model"),
        (["evaluate", "spacy:no_such_pipeline"], "no_such_pipeline"),
    ],
)
def test_wrong_use(
    args: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=message):
        run("baseline", *args, "--root", str(REPOSITORY))
    assert list(tmp_path.iterdir()) == []


def test_a_model_fills_in_tasks(trained: Path) -> None:
    from dateline.commands.studio.push import _model

    tree = Tree(REPOSITORY)
    model = _model(tree, str(trained))
    ((meta, _, document),) = labels_from(tree, str(trained), ["ikotap-battle-1"], model)
    assert document is not None
    assert document.doc_id == meta.doc_id
    assert document.annotator.id == "baseline-majority"
    assert document.entities
    assert document.events
    assert _model(tree, "gazetteer") is None
