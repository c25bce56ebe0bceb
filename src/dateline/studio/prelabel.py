"""Labels that a machine proposes and a person then corrects: from names of the world, or by spaCy.

`gazetteer` marks the names that the authored world knows; `spacy:NAME` is any spaCy pipeline, by
its package's name or its folder. Both give entities and clusters alone, and both are silver.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from dateline.errors import UsageError
from dateline.gazetteer import Gazetteer
from dateline.pipeline import Labels, Pipeline, proposed
from dateline.records import Annotator, ArticleMeta, Document
from dateline.tree import Tree

__all__ = ["MODELS", "prelabel"]

MODELS = ("gazetteer", "spacy:PIPELINE")
"""What `prelabel` takes for a name."""

Texts = Iterable[tuple[ArticleMeta, str]]


def prelabel(
    name: str, texts: Texts, tree: Tree, left_out: Counter[str] | None = None
) -> Iterator[Document]:
    """The labels that the model `name` gives to each text, in the order of the texts.

    `left_out` takes the count of each label of a pipeline that the scheme has no place for.

    Raises
    ------
    UsageError : there is no such model, or it is not installed; at once, before the first text.
    """
    model, _, pipeline = name.partition(":")
    labelled: Iterator[tuple[ArticleMeta, Labels]]
    counts: Counter[str] = Counter() if left_out is None else left_out
    if name == "gazetteer":
        gazetteer = Gazetteer(tree.world)
        annotator = Annotator("gazetteer", "rule")
        labelled = ((meta, gazetteer.labels(meta, text)) for meta, text in texts)
    elif model == "spacy" and pipeline:
        loaded = Pipeline(pipeline, tree.scheme)
        annotator = Annotator(loaded.annotator, "model")
        labelled = loaded.labels(texts, counts)
    else:
        expected = f"a model ({' or '.join(MODELS)})"
        raise UsageError("--from", expected, repr(name), "spacy:en_core_web_sm, for one")
    return (proposed(meta, labels, annotator, tree.scheme) for meta, labels in labelled)
