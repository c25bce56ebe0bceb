"""Submissions against the validation suite; adjudicated ones against the passes before them too."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from dateline.checks.document import check_articles
from dateline.derived import Article
from dateline.errors import DatelineError
from dateline.studio.projects import Purpose
from dateline.studio.reading import Submission
from dateline.studio.tracing import adjudicated_traces
from dateline.studio.wire import Fault
from dateline.tree import Tree

__all__ = ["check"]


def check(submissions: Sequence[Submission], tree: Tree, purpose: Purpose) -> list[str]:
    """Check those that could be read. Errors become their faults; the warnings are given back."""
    sound = [s for s in submissions if s.document is not None and not s.faults]
    articles = []
    for found in sound:
        if purpose.kind == "adjudication":
            _trace(found, tree)
        assert found.meta is not None
        assert found.document is not None
        articles.append(Article(found.meta, found.text, found.document))
    warnings = []
    incidents = check_articles(articles, tree.scheme, [found.doc_id for found in sound])
    for found, several in zip(sound, incidents, strict=True):
        for one in several:
            if one.severity == "error":
                found.faults.append(Fault(one.path, one.expected, one.found, one.code))
            else:
                warnings.append(f"{one.severity}: {one}")
    return warnings


def _trace(found: Submission, tree: Tree) -> None:
    """Trace an adjudicated answer back to the passes that it was made from.

    It is gold where a human adjudicated what a human had labelled: to submit what a model made is
    no proof that somebody has read it.
    """
    assert found.document is not None
    by = found.document.annotator
    try:
        for _, _, _, passes in tree.passes([found.doc_id]):
            provenance = adjudicated_traces(found.document, passes, by)
            kinds = {labels.annotator.kind for labels in passes.values()}
            found.document = msgspec.structs.replace(
                found.document,
                provenance=provenance,
                status="gold" if by.kind == "human" and "human" in kinds else "silver",
            )
    except DatelineError as error:
        found.faults.append(Fault(error.where, error.expected, error.found))
