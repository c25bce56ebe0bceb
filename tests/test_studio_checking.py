"""What is adjudicated in Label Studio, and when it may be called gold."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dateline.records import Annotator, Document, canonical
from dateline.studio.checking import check
from dateline.studio.projects import Purpose
from dateline.studio.reading import Submission
from dateline.tree import Tree


def submitted(tree: Tree, adjudicator: str, maker: str) -> Submission:
    """The tree's labels of an article as adjudicated by one kind, over a pass made by another."""
    article = tree.article("mill-1")
    kinds: Any = (adjudicator, maker)
    made = msgspec.structs.replace(article.labels, annotator=Annotator("a", kinds[1]))
    path = tree.pass_path("a", "mill-1")
    path.parent.mkdir(parents=True)
    path.write_bytes(canonical(made))
    answer: Document = msgspec.structs.replace(made, annotator=Annotator("c", kinds[0]))
    found = Submission(1, 2, "c@example.org", "mill-1", annotator="c", document=answer)
    found.meta, found.text = article.meta, article.text or ""
    return found


@pytest.mark.parametrize(
    ("adjudicator", "maker", "status"),
    [
        ("human", "human", "gold"),
        ("human", "model", "silver"),  # nothing says that somebody has read what a model made
        ("model", "human", "silver"),
        ("rule", "rule", "silver"),
    ],
)
def test_gold_is_what_a_human_labelled_and_a_human_adjudicated(
    tree: Tree, adjudicator: str, maker: str, status: str
) -> None:
    found = submitted(tree, adjudicator, maker)
    check([found], tree, Purpose("adjudication"))
    assert found.document is not None
    assert (found.faults, found.document.status) == ([], status)
