"""Figures frozen beside a release's rows, and the pages that are counted from them."""

from __future__ import annotations

import re

import msgspec
import pytest

from broken import release
from conftest import REPOSITORY
from dateline.decoding import from_yaml
from dateline.errors import DataError
from dateline.generated.files import pages, stale
from dateline.generated.frozen import (
    FIGURES,
    Frozen,
    counted_frozen,
    frozen_figures,
    read_frozen,
)
from dateline.generated.markers import fill
from dateline.generated.numbers import numbers
from dateline.generated.source import of_tree
from dateline.tree import Tree

TREE = Tree(REPOSITORY)


def test_what_is_frozen_is_what_is_read(tree: Tree) -> None:
    folder = release(tree, "0.1.0")
    assert read_frozen(folder) is None
    raw = frozen_figures(tree)
    assert raw == frozen_figures(Tree(tree.root))
    (folder / FIGURES).write_bytes(raw)
    assert read_frozen(folder) == counted_frozen(tree)
    assert msgspec.json.decode(raw, type=Frozen).world["storylines"] == 3


@pytest.mark.parametrize("raw", [b"{}", b"", b'{"format": 1', b"\xff"])
def test_damaged_figures_are_named(tree: Tree, raw: bytes) -> None:
    folder = release(tree, "0.1.0")
    (folder / FIGURES).write_bytes(raw)
    with pytest.raises(DataError, match=rf"{FIGURES}: expected figures as a release writes them"):
        read_frozen(folder)


def test_a_figure_of_agreement_that_is_missing_is_named(tree: Tree) -> None:
    release(tree, "0.1.0")
    path = tree.root / "annotations" / "agreement.json"
    path.write_text(path.read_text().replace('"token kappa"', '"token karma"'))
    with pytest.raises(DataError, match="expected the figure attributions: token kappa, got none"):
        frozen_figures(tree)


def test_the_datasheet_moves_from_the_tree_to_the_release(tree: Tree) -> None:
    folder = release(tree, "0.1.0")
    page = tree.root / "DATASHEET.md"
    assert "Counted from the tree" in page.read_text()
    (folder / FIGURES).write_bytes(frozen_figures(tree))
    new = stale(tree)["DATASHEET.md"].decode()
    assert "the tree" not in "".join(re.findall(r"<!-- generated.*?<!-- /", new, re.S))
    assert "Counted by `dateline stats 0.1.0` (release 0.1.0)." in new
    page.write_text(new)
    (tree.root / "annotations" / "agreement.json").unlink()
    (tree.root / "benchmarks" / "results" / "style.json").unlink()
    tree.adjudicated_path("mill-1").unlink()
    assert "DATASHEET.md" not in stale(Tree(tree.root)), "nothing of it is read from the tree"


def test_pages_can_tell_of_a_folder_that_is_no_release_yet(tree: Tree) -> None:
    assert pages(tree) is None
    folder = release(tree, "0.1.0")
    aside = folder.rename(tree.root / "staged")
    assert pages(Tree(tree.root)) is None
    (aside / FIGURES).write_bytes(frozen_figures(tree))
    found = stale(Tree(tree.root), aside)
    assert "README.md" not in found, "it tells of the same rows, in the place that they will have"
    assert b"(release 0.1.0)" in found["DATASHEET.md"]


# ── Figures in sentences


def test_fill_replaces_figures_in_sentences() -> None:
    text = "There are <!-- n: texts -->1<!-- /n --> texts, <!-- n: texts --><!-- /n --> in all.\n"
    wanted = (
        "There are <!-- n: texts -->3<!-- /n --> texts, <!-- n: texts -->3<!-- /n --> in all.\n"
    )
    assert fill(text, {}, "x.md", {"texts": "3"}) == wanted
    with pytest.raises(DataError, match=r"x\.md: expected a figure named one of words, got texts"):
        fill(text, {}, "x.md", {"words": "3"})


@pytest.mark.parametrize(
    "line",
    [
        "<!-- n: texts -->1<!-- /n --> texts",  # CommonMark: HTML to the end of the line
        "- <!-- n: texts -->1<!-- /n --> texts",
        "> 1. <!-- n: texts -->1<!-- /n --> texts",
        "All <!-- n: texts -->1 texts",
        "All 1<!-- /n --> texts",
        "All <!-- n: Texts -->1<!-- /n --> texts",
        "All <!-- n: texts -->1 <!-- n: texts -->2<!-- /n --> texts",
    ],
)
def test_a_mark_that_would_show_or_does_not_close_is_refused(line: str) -> None:
    with pytest.raises(DataError, match=r"x\.md line 2: expected "):
        fill(f"A page.\n{line}\n", {}, "x.md", {"texts": "3"})


def test_numbers_are_those_of_the_articles() -> None:
    source = of_tree(TREE)
    found = numbers(source)
    articles = [TREE.meta(doc_id) for doc_id in TREE.doc_ids()]
    assert found["articles"] == str(sum(meta.tier == "open" for meta in articles))
    assert found["storylines"] == str(len(TREE.world.storylines))
    splits = [story.split for story in TREE.world.storylines.values()]
    assert found["storylines-test"] == str(splits.count("test"))
    assert found["outlets-a-storyline"] == "4"


def test_misprints_stand_where_they_are_listed() -> None:
    path = REPOSITORY / "corpus" / "misprints.yaml"
    listed = from_yaml(path.read_bytes(), dict[str, list[dict[str, str]]], path.name, "a list")
    assert list(listed) == sorted(listed)
    for doc_id, misprints in listed.items():
        text = TREE.text(TREE.meta(doc_id)) or ""
        for misprint in misprints:
            assert len(re.findall(rf"\b{misprint['printed']}\b", text)) == 1, (doc_id, misprint)
            assert misprint["meant"] != misprint["printed"]
