"""Which labels the decisions on an article took out, by their places, and why."""

from __future__ import annotations

from dateline.agreement.adjudication import disagreement
from dateline.agreement.cases import Case, Slot
from dateline.agreement.decisions import Amendment, Decision, read_decisions
from dateline.records import Attribution, Item, Provenance
from dateline.tree import Tree

__all__ = ["dropped"]


def dropped(tree: Tree, doc_id: str) -> dict[tuple[str, int, int], Provenance]:
    """Decisions that took a label out, by layer, start and end: of an attribution those of its cue,
    or else of its first words.

    An article without decisions, a text or the passes that were decided on has none.

    Raises
    ------
    DataError : decisions that cannot be read.
    """
    path = tree.decisions_path(doc_id)
    if not path.is_file():
        return {}
    meta = tree.meta(doc_id)
    text = tree.text(meta)
    if text is None:
        return {}
    decisions = read_decisions(tree.decisions(doc_id), text, tree.where(path))
    found: dict[tuple[str, int, int], Provenance] = {}
    names = list(decisions.passes)
    paths = {name: tree.pass_path(name, doc_id) for name in names}
    if all(path.is_file() for path in paths.values()):
        passes = {name: tree.read_document(path, doc_id) for name, path in paths.items()}
        for case in disagreement(passes, names, doc_id).cases:
            decision = decisions.of.get(case.number)
            if decision is not None and _takes_out(case, decision):
                for slot in case.slots:
                    for place in _places(slot):
                        found[place] = _trace(f"{case.field}: {decision.answer}", decision)
    for amendment in decisions.amendments:
        if amendment.field is None:
            span = amendment.span
            found[amendment.layer, span.start, span.end] = _trace("drop", amendment)
    return found


def _takes_out(case: Case, decision: Decision) -> bool:
    if case.field == "presence" and decision.answer in ("a", "b"):
        return not (case.left if decision.answer == "a" else case.right)
    return decision.answer == "drop"


def _places(slot: Slot) -> list[tuple[str, int, int]]:
    items: list[Item] = [item for item in (slot.left, slot.right) if item is not None]
    spans = [(x.cue or x.content[0]) if isinstance(x, Attribution) else x for x in items]
    return [(slot.layer, span.start, span.end) for span in spans]


def _trace(answer: str, decision: Decision | Amendment) -> Provenance:
    reason = decision.reason or None
    return Provenance(decision=answer, reason=reason, by=decision.by, kind=decision.kind)
