"""The repository itself: its release loads, its README runs, its words are its own."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import datasets
import pytest
import yaml

import dateline
from conftest import REPOSITORY, shared_folder
from dateline.manifest import built_folder, read_manifest, sha256_of
from dateline.releases.build import build
from dateline.rows import logical_digest, row_digest, rows_from_batch
from dateline.tables import ADDED, CONFIGS, features
from dateline.text import shingles
from dateline.tree import Tree

TREE = Tree(REPOSITORY)


@pytest.mark.parametrize("config", CONFIGS)
def test_load_dataset_on_the_clone_and_on_the_release_folder(config: str) -> None:
    folder = built_folder(REPOSITORY)
    for place in (REPOSITORY, folder):
        found = datasets.load_dataset(str(place), config)
        wanted = read_manifest(folder).configs[config].splits
        assert {s: len(rows) for s, rows in found.items()} == {
            split: entry.rows for split, entry in wanted.items()
        }
        for split, rows in found.items():
            today = features(config, TREE.scheme)
            assert rows.features == {n: f for n, f in today.items() if n in rows.features}
            assert today.keys() - rows.features.keys() <= ADDED.keys()
            digests = map(row_digest, rows_from_batch(rows.data.table))
            assert logical_digest(digests) == wanted[split].logical_sha256


def test_the_newest_release_is_what_the_tree_builds(tmp_path: Path) -> None:
    """Holds until the tree moves on: then the release stays as it is, and its digests are checked
    with the rest of the corpus.
    """
    folder = built_folder(REPOSITORY)
    manifest = read_manifest(folder)
    for line in (folder / "inputs.sha256").read_text(encoding="utf-8").splitlines():
        digest, name = line.split(maxsplit=1)
        path = REPOSITORY / name
        if not path.is_file() or sha256_of(path) != digest:
            pytest.skip(f"the tree has moved on since release {manifest.version}: {name}")
    built = build(TREE, tmp_path / "out", version=manifest.version)
    for config in CONFIGS:
        for split, entry in built.configs[config].splits.items():
            released = manifest.configs[config].splits[split]
            assert (config, split, entry.logical_sha256) == (config, split, released.logical_sha256)


def test_the_corpus_is_sound() -> None:
    assert [str(found) for found in dateline.validate() if found.severity == "error"] == []


def test_every_article_is_labelled_in_all_layers() -> None:
    """A report that takes no side has no stance; there are few of them."""
    found = [TREE.article(doc_id).labels for doc_id in TREE.labelled()]
    for labels in found:
        for layer in ("entities", "events", "attributions", "clusters"):
            assert getattr(labels, layer), f"{labels.doc_id} has no {layer}"
    assert sum(not labels.stances for labels in found) <= len(found) / 10


def test_nothing_claims_to_be_human() -> None:
    assert {entry.kind for entry in TREE.annotators.values()} == {"model"}
    for doc_id in TREE.labelled():
        labels = TREE.read_document(TREE.adjudicated_path(doc_id), doc_id)
        assert (labels.annotator.kind, labels.status) == ("model", "silver")


def test_every_linked_cluster_is_in_the_world() -> None:
    for doc_id in TREE.labelled():
        labels = TREE.read_document(TREE.adjudicated_path(doc_id), doc_id)
        for cluster in labels.clusters.values():
            if cluster.kb is not None and cluster.kb.startswith("dl:"):
                assert TREE.world.name(cluster.kb) is not None, cluster
            elif cluster.kb is not None:
                assert re.fullmatch(r"NIL|wd:Q[1-9]\d*", cluster.kb)


def python_blocks(name: str) -> list[str]:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.S)


def test_the_readmes_examples_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    shared: dict[str, object] = {}
    blocks = python_blocks("README.md")
    for config in CONFIGS:
        assert any(f'"{config}"' in block for block in blocks), f"no example of {config}"
    for block in blocks:
        exec(block, shared)


def test_the_citation_names_the_newest_release() -> None:
    cff = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))
    assert cff["version"] == built_folder(REPOSITORY).name


def tracked_texts() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this is no git checkout")
    names = done.stdout.decode().split("\0")
    paths = (REPOSITORY / name for name in names if name)
    return [p for p in paths if p.is_file() and p.suffix not in (".parquet", ".png")]


def test_no_wording_of_an_external_article_is_in_the_repository() -> None:
    """By the hashes of its 8-word runs: the words themselves are not needed, nor here."""
    foreign: dict[str, str] = {}
    for meta in TREE.external():
        for run in TREE.shingles_path(meta.doc_id).read_text().split():
            foreign[run] = meta.doc_id
    assert foreign
    found = []
    for path in tracked_texts():
        for run in shingles(path.read_text(encoding="utf-8", errors="replace")):
            if run in foreign:
                found.append((path.name, foreign[run]))
    assert found == []


def test_no_sentence_of_the_seed_is_in_a_release() -> None:
    shared = shared_folder()
    if shared is None or not (shared / "seed").is_dir():
        pytest.skip("the seed text is not here: set DATELINE_SHARED to a folder with seed/")
    (seed,) = (shared / "seed").glob("*.txt")
    runs = set(shingles(seed.read_text(encoding="utf-8")))
    for split, article in dateline.articles.articles_in(built_folder(REPOSITORY)):
        assert runs.isdisjoint(shingles(article.text or "")), (split, article.doc_id)


def test_links_of_the_pages_lead_somewhere() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "DATASHEET.md", *_docs()):
        page = REPOSITORY / name
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            path = target.partition("#")[0]
            if path and "://" not in path:
                assert (page.parent / path).exists(), f"{name} links to {target}"


def _docs() -> list[str]:
    return sorted(f"docs/{path.name}" for path in (REPOSITORY / "docs").glob("*.md"))


def test_no_key_of_a_server_is_in_any_file() -> None:
    """A key of Label Studio is forty hexadecimal digits, or a token in three parts."""
    names = subprocess.run(
        ["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for name in names:
        raw = (REPOSITORY / name).read_bytes() if (REPOSITORY / name).is_file() else b""
        found = re.search(rb"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])|eyJ[\w-]{20,}\.eyJ", raw)
        assert found is None, f"{name}: {found[0][:8] if found else b''!r}\u2026"
