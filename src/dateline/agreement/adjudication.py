"""Adjudication of one article: passes and decisions in, a checked answer out."""

from __future__ import annotations

from dataclasses import dataclass

from dateline.agreement.amending import amended
from dateline.agreement.cases import Disagreement
from dateline.agreement.decisions import Decisions, read_decisions
from dateline.agreement.linking import linked
from dateline.agreement.merging import merge
from dateline.agreement.sheet import digest_of
from dateline.checks.document import check_article
from dateline.checks.incident import Incident
from dateline.derived import Article
from dateline.errors import DataError
from dateline.matching import Match
from dateline.records import Annotator, Document
from dateline.tree import Tree

__all__ = ["Adjudicated", "adjudicated", "disagreement", "require_sound"]


@dataclass
class Adjudicated:
    """An answer with what the checks say of it and what went out with something else."""

    document: Document
    incidents: list[Incident]
    notes: list[str]


def disagreement(passes: dict[str, Document], names: list[str], doc_id: str) -> Disagreement:
    """The cases of an article between the two passes that are named.

    Raises
    ------
    DataError : one of them is missing.
    """
    for name in names:
        if name not in passes:
            place = f"annotations/passes/{name}/{doc_id}.json"
            raise DataError(place, "a pass to adjudicate", "none")
    return Disagreement(Match(passes[names[0]], passes[names[1]]))


def require_sound(tree: Tree, doc_id: str, text: str, passes: dict[str, Document]) -> None:
    """Refuse passes in which the checks find an error.

    Raises
    ------
    DataError : the first of them.
    """
    meta = tree.meta(doc_id)
    for name, labels in passes.items():
        at = tree.where(tree.pass_path(name, doc_id))
        for incident in check_article(Article(meta, text, labels), tree.scheme, at):
            if incident.severity == "error":
                raise DataError(at, "a pass without errors", str(incident))


def _require_known(tree: Tree, decisions: Decisions, where: str) -> None:
    """Refuse deciders that annotators.yaml does not have, or has as another kind."""
    made = {(decision.by, decision.kind) for decision in decisions.of.values()}
    made |= {(link.by, link.kind) for link in decisions.links}
    made |= {(amendment.by, amendment.kind) for amendment in decisions.amendments}
    for by, kind in sorted(made):
        entry = tree.annotators.get(by)
        if entry is None or entry.kind != kind:
            expected = "deciders of annotations/annotators.yaml, of their kind"
            raise DataError(where, expected, f"{by} {kind}")


def adjudicated(
    tree: Tree, doc_id: str, text: str, passes: dict[str, Document], raw: str, where: str
) -> Adjudicated:
    """The answer that decisions give, linked to the world.

    Raises
    ------
    DataError : decisions that are incomplete, of other passes or labels, or on places that have no
        label; a name that several things of the world bear and no decision settles.
    """
    decisions = read_decisions(raw, text, where)
    if decisions.doc_id != doc_id:
        raise DataError(where, f"decisions on {doc_id}", decisions.doc_id)
    meta = tree.meta(doc_id)
    found = disagreement(passes, list(decisions.passes), doc_id)
    require_sound(tree, doc_id, text, {name: passes[name] for name in decisions.passes})
    _require_known(tree, decisions, where)
    for name, digest in decisions.passes.items():
        if digest_of(passes[name]) != digest:
            expected = f"decisions on the pass {name} as it is ({digest_of(passes[name])})"
            raise DataError(where, expected, digest, "The pass has changed: decide anew.")
    merged = merge(found, decisions.of, text, _decider(decisions, where), where)
    document = amended(merged.document, decisions.amendments, text, where)
    if meta.tier == "open":
        document, opened = linked(document, tree.world, decisions.links, text, where)
        if opened:
            hint = 'Add a line for each: link entity "name"@N ID'
            raise DataError(
                where, "a link for every name of several things", "; ".join(opened), hint
            )
    incidents = check_article(Article(meta, text, document), tree.scheme, where)
    return Adjudicated(document, incidents, merged.notes)


def _decider(decisions: Decisions, where: str) -> Annotator:
    """Who decided: of several the one who decided most."""
    made = [(decision.by, decision.kind) for decision in decisions.of.values()]
    made = made or ([decisions.by] if decisions.by else [])
    if not made:
        raise DataError(where, "a line `by ID human|model|rule`", "none")
    by, kind = max(made, key=made.count)
    return Annotator(by, kind)
