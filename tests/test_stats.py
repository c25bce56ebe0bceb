"""Counting."""

from __future__ import annotations

from dateline.articles import articles_in
from dateline.releases.build import build
from dateline.stats import figures
from dateline.tree import Tree


def test_figures_count_what_is_there(tree: Tree) -> None:
    found = figures([("train", tree.article("mill-1")), ("test", tree.article("march-1"))])
    assert found.by_split["train"] == {
        "articles": 1,
        "tokens": 80,
        "sentences": 5,
        "entities": 20,
        "clusters": 6,
        "events": 8,
        "arguments": 13,
        "attributions": 6,
        "stances": 2,
    }
    assert found.total("events") == 10
    assert found.quotes == {"indirect": 5, "direct": 1}
    assert found.mentions == {"name": 13, "nominal": 5, "value": 6, "pronoun": 1}
    assert found.makers == {"llm-t (model)": 2}
    assert found.by_outlet["tests"]["articles"] == 2


def test_a_build_counts_as_the_tree_does(tree: Tree) -> None:
    build(tree, tree.root / "build")
    built = figures(articles_in(tree.root / "build"))
    pairs = [(tree.split(tree.meta(d)), tree.article(d)) for d in tree.labelled()]
    direct = figures(pairs)
    for split in ("train", "validation", "test"):
        assert built.by_split[split] == direct.by_split[split]
    assert built.event_types == direct.event_types
    assert built.by_split["external"]["tokens"] == 0, "a release has no external words"
