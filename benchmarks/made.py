"""A large corpus for measuring: the tree's own labelled open articles, repeated under new ids."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from dateline.records import canonical
from dateline.tree import Tree

SPLITS = ("train", "validation", "test")


def make_tree(source: Tree, folder: Path, articles: int) -> Tree:
    """A tree of `articles` articles in `folder`; lengths and label counts are those of `source`.

    Eight in ten go to train, one each to validation and test.
    """
    root = folder / f"tree-{articles}"
    shutil.copytree(source.root / "schema", root / "schema")
    shutil.copytree(source.root / "corpus" / "world", root / "corpus" / "world")
    for name in ("corpus/articles", "annotations/adjudicated"):
        (root / name).mkdir(parents=True)
    shutil.copy(source.root / "annotations" / "annotators.yaml", root / "annotations")
    labelled = [source.article(doc_id) for doc_id in source.labelled()]
    originals = [article for article in labelled if article.meta.tier == "open"]
    stories = {s.split: s.id for s in source.world.storylines.values()}
    for number in range(articles):
        article = originals[number % len(originals)]
        doc_id = f"made-{number:07d}"
        split = SPLITS[max(0, number % 10 - 7)]
        meta = msgspec.structs.replace(article.meta, doc_id=doc_id, storyline=stories[split])
        labels = msgspec.structs.replace(article.labels, doc_id=doc_id)
        (root / "corpus/articles" / f"{doc_id}.json").write_bytes(canonical(meta))
        (root / "corpus/articles" / f"{doc_id}.txt").write_text(f"{article.text}\n", "utf-8")
        (root / "annotations/adjudicated" / f"{doc_id}.json").write_bytes(canonical(labels))
    return Tree(root)
