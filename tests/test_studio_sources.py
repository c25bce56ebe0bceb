"""What tasks are filled in with, and what is refused before anything is sent."""

from __future__ import annotations

import msgspec
import pytest

from dateline.errors import DataError, UsageError
from dateline.files import cache_folder
from dateline.records import canonical
from dateline.studio.sources import articles, is_annotator, labels_from
from dateline.tree import Tree


def found(tree: Tree, source: str | None, *docs: str) -> dict[str, str | None]:
    """The annotator of what a source has for each article."""
    return {
        meta.doc_id: doc.annotator.id if doc else None
        for meta, _, doc in labels_from(tree, source, docs)
    }


def test_labels_come_from_where_they_are_asked_for(tree: Tree) -> None:
    path = tree.pass_path("llm-t", "toll-1")
    path.parent.mkdir(parents=True)
    path.write_bytes(tree.adjudicated_path("toll-1").read_bytes())
    assert found(tree, None, "mill-1", "mill-1") == {"mill-1": None}
    assert found(tree, "adjudicated", "mill-1") == {"mill-1": "llm-t"}
    assert found(tree, "llm-t", "mill-1", "toll-1") == {"mill-1": None, "toll-1": "llm-t"}
    assert found(tree, "gazetteer", "mill-1") == {"mill-1": "gazetteer"}
    assert set(found(tree, None)) == {"mill-1", "toll-1", "march-1", "away-1"}


@pytest.mark.parametrize("source", ["", "llm-x", "../../x", "adjudicated:x", "llm-t"])
def test_a_source_that_is_none_is_refused_by_name(tree: Tree, source: str) -> None:
    with pytest.raises(UsageError, match="one of adjudicated, gazetteer") as error:
        found(tree, source)
    assert repr(source) in str(error.value)


def test_an_article_without_its_text_is_left_out_unless_it_is_named(tree: Tree) -> None:
    for text in (cache_folder() / "texts").iterdir():
        text.unlink()
    assert "away-1" not in [meta.doc_id for meta, _ in articles(tree, [])]
    with pytest.raises(DataError, match="its text in your cache"):
        list(articles(tree, ["away-1"]))
    with pytest.raises(UsageError, match="document id"):
        list(articles(tree, ["../mill-1"]))


def test_labels_with_errors_are_not_sent(tree: Tree) -> None:
    doc = tree.article("mill-1").labels
    wrong = msgspec.structs.replace(doc.entities[0], type="WIZARD")
    broken = msgspec.structs.replace(doc, entities=[wrong, *doc.entities[1:]])
    tree.adjudicated_path("mill-1").write_bytes(canonical(broken))
    with pytest.raises(DataError, match="labels without errors") as error:
        found(tree, "adjudicated")
    assert error.value.found == "'WIZARD'"


def test_an_annotator_is_entered_or_has_passes(tree: Tree) -> None:
    assert is_annotator(tree, "llm-t")
    assert not is_annotator(tree, "eve")
    assert not is_annotator(tree, "../llm-t")
    tree.pass_path("eve", "mill-1").parent.mkdir(parents=True)
    assert is_annotator(tree, "eve")
