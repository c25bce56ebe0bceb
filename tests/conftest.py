"""A small corpus tree, made with the package's own functions, and the paths that tests need."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from baseline_fixtures import held_out, model, training
from dateline.formats.quoted import from_quoted
from dateline.ingest import add_articles
from dateline.records import ArticleMeta, canonical
from dateline.scheme import Scheme, read_scheme
from dateline.tree import Tree
from released import (
    frozen,
    frozen_once,
    plain_figures,
    ready,
    unreleased,
    unreleased_once,
)
from studio_fixtures import desk, studio_env, studio_python, studio_server, studio_template

__all__ = [
    "desk",
    "frozen",
    "frozen_once",
    "held_out",
    "model",
    "plain_figures",
    "ready",
    "studio_env",
    "studio_python",
    "studio_server",
    "studio_template",
    "training",
    "unreleased",
    "unreleased_once",
]  # for all tests

REPOSITORY = Path(__file__).resolve().parent.parent
TINY = Path(__file__).parent / "data" / "tiny"
SPLITS = {"mill-1": "train", "toll-1": "validation", "march-1": "test"}

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")


def shared_folder() -> Path | None:
    """The folder of texts that are not ours, where it is at hand: `DATELINE_SHARED`."""
    found = Path(os.environ.get("DATELINE_SHARED", REPOSITORY.parent / "shared"))
    return found if found.is_dir() else None


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    return read_scheme(REPOSITORY)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the user's caches."""
    cache = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("DATELINE_CACHE", str(cache / "dateline"))
    monkeypatch.setenv("HF_HOME", str(cache / "hf"))
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", cache / "hf" / "datasets")
    return cache / "dateline"


def make_tree(root: Path) -> Tree:
    """A tree of three open articles, one a split, and an external one; texts hydrated."""
    shutil.copytree(REPOSITORY / "schema", root / "schema")
    world = root / "corpus" / "world"
    world.mkdir(parents=True)
    (world / "groups.yaml").write_text(
        "- {id: relief, name: Nestran Relief Committee, kind: aid-body, state: null, sector: NGO, "
        "about: Brings tents.}\n"
    )
    (root / "annotations" / "adjudicated").mkdir(parents=True)
    (root / "annotations" / "annotators.yaml").write_text(
        'llm-t: {kind: model, does: labels of tests, instructions: none, since: "2026-11-01"}\n'
    )
    tree = Tree(root)
    for doc_id, split in SPLITS.items():
        add(tree, doc_id, split)
        tree = Tree(root)
    add(tree, "away-1", None)
    return Tree(root)


def add(tree: Tree, doc_id: str, split: str | None) -> None:
    """An article of tests/data/tiny with its labels; without a split it is an external one."""
    storyline = doc_id.rpartition("-")[0]
    meta = ArticleMeta(
        doc_id="",
        tier="open" if split else "external",
        title=f"About {doc_id}" if split else None,
        outlet="tests",
        published="2026-03-04",
        genre="spot",
        storyline=storyline if split else None,
        language="en",
        author="llm-t" if split else None,
        source="tests/data/tiny",
        licence="CC-BY-4.0",
        text_sha256="",
    )
    add_articles(tree, [TINY / f"{doc_id}.txt"], meta, new_split=split)
    label(tree, doc_id)


def label(tree: Tree, doc_id: str) -> None:
    """Write the adjudicated labels of an article from its quoted form."""
    text = tree.text(tree.meta(doc_id))
    assert text is not None
    raw = (TINY / f"{doc_id}.quoted").read_text(encoding="utf-8")
    labels = from_quoted(raw, text, tree.scheme, f"{doc_id}.quoted")
    tree.adjudicated_path(doc_id).write_bytes(canonical(labels))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return make_tree(tmp_path / "tree")
