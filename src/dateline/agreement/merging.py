"""Two passes and the decisions on their cases, merged into one answer with its traces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dateline.agreement.cases import LAYERS, Case, Disagreement, Slot
from dateline.agreement.decisions import Decision
from dateline.errors import DataError
from dateline.matching import fields
from dateline.quoting import Reader
from dateline.records import (
    AUTHOR,
    Annotator,
    Argument,
    Attribution,
    Cluster,
    Document,
    Entity,
    Event,
    Provenance,
    Source,
    Span,
    Stance,
    in_order,
)
from dateline.text import segment

__all__ = ["Merged", "check_own", "merge"]


@dataclass
class Merged:
    """The answer, and what went out with something that was decided against."""

    document: Document
    notes: list[str]


@dataclass
class _Work:
    """The slots that stay, with their fields, arguments and traces."""

    kept: dict[Slot, dict[str, Any]] = field(default_factory=dict)
    arguments: dict[Slot, list[tuple[str, Slot]]] = field(default_factory=dict)
    traces: dict[Slot, list[tuple[Case, Decision]]] = field(default_factory=dict)
    ruled: set[Slot] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def merge(
    found: Disagreement,
    decisions: Mapping[int, Decision],
    text: str,
    annotator: Annotator,
    where: str = "decisions",
) -> Merged:
    """One document from two passes: what they share, and what was decided where they differ.

    Nominals and pronouns stay where something that stays refers to them (or to a pronoun of their
    cluster); an argument, reference or stance goes with the item it points at. Every item's
    `provenance` names the passes that gave it and the decisions on it.

    Raises
    ------
    DataError : a case without a decision, a decision without a case, an `own` value that the case
        cannot have.
    """
    known = {case.number for case in found.cases}
    missing, extra = sorted(known - set(decisions)), sorted(set(decisions) - known)
    if missing:
        raise DataError(where, f"an answer to each of {len(known)} cases", f"none to {missing}")
    if extra:
        raise DataError(where, f"cases from 1 to {len(known)}", f"answers to {extra}")
    reader = Reader(text, segment(text), where)
    work = _Work()
    _decide(found, decisions, reader, work)
    _prune(found, work)
    return Merged(_document(found, decisions, annotator, work), work.notes)


def _decide(
    found: Disagreement, decisions: Mapping[int, Decision], reader: Reader, work: _Work
) -> None:
    """Which slots stay, with which fields: what both passes say, or what was decided."""
    dropped: set[Slot] = set()
    for layer in LAYERS:
        for slot in found.slots[layer]:
            left, right = found.fields(slot)
            mine, theirs = found.arguments(slot)
            work.kept[slot] = dict(left or right or {})
            work.arguments[slot] = (
                [x for x in mine if x in theirs] if slot.paired else mine + theirs
            )
    for case in found.cases:
        decision = decisions[case.number]
        if case.field == "same":
            if decision.answer not in ("a", "b"):
                raise DataError(reader.where, f"case {case.number}: a or b", decision.answer)
            continue
        answer = {"a": case.left, "b": case.right}.get(decision.answer)
        for slot in case.slots:
            work.traces.setdefault(slot, []).append((case, decision))
            if decision.answer == "drop" or (case.field == "presence" and not answer):
                dropped.add(slot)
            elif decision.answer == "own":
                name = decision.field or ""
                check_own(case, decision, reader.where)
                paired = isinstance(work.kept[slot][name], tuple) and name == "type"
                work.kept[slot][name] = _own(reader, name, decision.value or "", paired)
            elif case.field == "argument":
                assert case.detail is not None
                if answer:
                    work.arguments[slot].append(case.detail)
            elif case.field != "presence":
                work.kept[slot][case.field] = answer
    for slot in dropped:
        del work.kept[slot]


def check_own(case: Case, decision: Decision, where: str) -> None:
    """Refuse an `own` value that the case cannot have.

    Raises
    ------
    DataError : a field that is not the case's, one that only refers, or no value where one must be.
    """
    if decision.answer != "own":
        return
    own = sorted(set(fields(case.slots[0].item, str)) - {"refs", "holder", "target"})
    able = own if case.field == "presence" else [name for name in own if name == case.field]
    if decision.field not in able:
        expected = f"case {case.number}: a, b, drop or own {' or '.join(able) or '(nothing)'}"
        raise DataError(where, expected, f"own {decision.field}")
    if decision.value == "none" and decision.field in ("extent", "type", "content"):
        raise DataError(where, f"case {case.number}: some {decision.field}", "none")


def _own(reader: Reader, name: str, value: str, with_mode: bool) -> Any:
    """A value as the decider wrote it, in the form of the field; `TYPE/mode` for an event."""
    if name == "content":
        return tuple((span.start, span.end) for span in reader.places(value))
    if value == "none":
        return None
    if name in ("extent", "source", "cue"):
        span = reader.place(value)
        return (span.start, span.end)
    if with_mode:
        kind, _, mode = value.partition("/")
        return (kind, mode if mode not in ("", "none") else None)
    return value


def _prune(found: Disagreement, work: _Work) -> None:
    """Take out what points at nothing, and the described mentions that nothing points at."""
    described = {
        slot for slot, v in work.kept.items() if v.get("mention") in ("nominal", "pronoun")
    }

    def gone(target: Any) -> bool:
        return isinstance(target, Slot) and target not in work.kept

    changed = True
    while changed:
        changed = False
        for slot in list(work.kept):
            values = work.kept[slot]
            if slot.layer == "stances" and (gone(values["target"]) or gone(values["holder"])):
                work.notes.append(f"{slot.item.id}: goes with its target or holder")
                del work.kept[slot]
                changed = True
            elif "refs" in values:
                values["refs"] = tuple(ref for ref in values["refs"] if not gone(ref))
            staying = [(role, x) for role, x in work.arguments[slot] if not gone(x)]
            for role, filler in work.arguments[slot]:
                if gone(filler) and slot in work.kept:
                    work.notes.append(f"{slot.item.id}: {role} goes with {filler.item.id}")
            work.arguments[slot] = staying
        pointed = _pointed(work)
        for slot in described & set(work.kept):
            if slot not in pointed and not _referred(slot, pointed, found):
                del work.kept[slot]
                changed = True
    work.ruled = {slot for slot in work.kept if slot.described and not slot.paired}


def _pointed(work: _Work) -> set[Slot]:
    """The slots that roles, refs, holders and targets of what stays point at."""
    pointed: set[Slot] = set()
    for slot, values in work.kept.items():
        pointed |= {filler for _, filler in work.arguments[slot]}
        pointed |= set(values.get("refs", ()))
        pointed |= {x for x in (values.get("holder"), values.get("target")) if isinstance(x, Slot)}
    return pointed


def _referred(slot: Slot, pointed: set[Slot], found: Disagreement) -> bool:
    """Whether a pronoun that stays belongs to the cluster that a pass gave this nominal."""
    clusters = found.clustered(slot)
    for other in pointed:
        item = other.item
        if isinstance(item, Entity) and item.mention == "pronoun":
            theirs = found.clustered(other)
            if any(a is not None and a == b for a, b in zip(clusters, theirs, strict=True)):
                return True
    return False


def _together(
    found: Disagreement, decisions: Mapping[int, Decision], layer: str
) -> list[tuple[list[Slot], list[tuple[Case, Decision]]]]:
    """The clusters of a layer: blocks joined where that was decided, with the decisions."""
    blocks = found.blocks(layer)
    of_slot = {slot: number for number, block in enumerate(blocks) for slot in block}
    parent = list(range(len(blocks)))
    traces: dict[int, list[tuple[Case, Decision]]] = {}

    def top(number: int) -> int:
        while parent[number] != number:
            number = parent[number]
        return number

    for case in found.cases:
        if case.field == "same" and case.slots[0].layer == layer:
            decision = decisions[case.number]
            first, last = (of_slot[slot] for slot in case.slots)
            traces.setdefault(last, []).append((case, decision))
            if {"a": case.left, "b": case.right}[decision.answer]:
                parent[max(top(first), top(last))] = min(top(first), top(last))
    joined: dict[int, tuple[list[Slot], list[tuple[Case, Decision]]]] = {}
    for number, block in enumerate(blocks):
        members, decided = joined.setdefault(top(number), ([], []))
        members += block
        decided += traces.get(number, [])
    return list(joined.values())


def _document(
    found: Disagreement, decisions: Mapping[int, Decision], annotator: Annotator, work: _Work
) -> Document:
    names = (found.match.left.annotator.id, found.match.right.annotator.id)
    ids: dict[Slot, str] = {}
    for layer, letter in zip(LAYERS, "TEAS", strict=True):
        kept = [slot for slot in found.slots[layer] if slot in work.kept]
        kept.sort(key=lambda s: (_first(work.kept[s]), s.start, s.item.id))
        ids.update({slot: f"{letter}{n}" for n, slot in enumerate(kept, 1)})
    provenance = {ids[slot]: _trace(slot, names, work) for slot in ids}
    clusters: dict[str, Cluster] = {}
    of_slot: dict[Slot, str] = {}
    for layer in ("entities", "events"):
        for members, decided in _together(found, decisions, layer):
            staying = [slot for slot in members if slot in work.kept]
            named = [s for s in staying if work.kept[s].get("mention") == "name"]
            linked = any(c is not None for slot in staying for c in found.clustered(slot))
            if not linked or (len(staying) < 2 and not named):
                continue
            key = f"C{len(clusters) + 1}"
            clusters[key] = Cluster(name=_name(staying, found))
            of_slot.update(dict.fromkeys(staying, key))
            if decided:
                provenance[key] = _decided(decided, [])
    left = found.match.left
    records: dict[str, list[Any]] = {layer: [] for layer in LAYERS}
    for slot, key in ids.items():
        arguments = [Argument(role, ids[filler]) for role, filler in work.arguments[slot]]
        more = {"cluster": of_slot.get(slot), "arguments": arguments}
        records[slot.layer].append(_record(slot, key, work.kept[slot], ids, **more))
    return in_order(
        Document(
            doc_id=left.doc_id,
            scheme=left.scheme,
            text_sha256=left.text_sha256,
            annotator=annotator,
            status=_status(found, decisions, annotator),
            clusters=clusters,
            guidelines=left.guidelines,
            provenance=provenance,
            **records,
        )
    )


def _status(
    found: Disagreement, decisions: Mapping[int, Decision], annotator: Annotator
) -> Literal["gold", "silver"]:
    """Gold where a human has seen every label: decided each case, and made one of the passes."""
    kinds = {annotator.kind, *(decision.kind for decision in decisions.values())}
    makers = {found.match.left.annotator.kind, found.match.right.annotator.kind}
    return "gold" if kinds == {"human"} and "human" in makers else "silver"


def _first(values: dict[str, Any]) -> int:
    extent = values.get("extent") or values.get("cue") or values["content"][0]
    return int(extent[0])


def _name(slots: list[Slot], found: Disagreement) -> str | None:
    """The fullest of the names that the passes gave a cluster."""
    names = set()
    for slot in slots:
        for cluster, doc in zip(
            found.clustered(slot), (found.match.left, found.match.right), strict=True
        ):
            if cluster is not None and cluster in doc.clusters:
                names.add(doc.clusters[cluster].name)
    given = sorted((name for name in names if name), key=lambda name: (-len(name), name))
    return given[0] if given else None


def _trace(slot: Slot, names: tuple[str, str], work: _Work) -> Provenance:
    passes = [n for n, x in zip(names, (slot.left, slot.right), strict=True) if x is not None]
    if slot in work.traces:
        return _decided(work.traces[slot], passes)
    if slot in work.ruled:
        return Provenance(passes=passes, decision="stays with what refers to it", kind="rule")
    return Provenance(passes=passes)


def _decided(traces: list[tuple[Case, Decision]], passes: list[str]) -> Provenance:
    """The decisions on an item as one trace: `time: b; place: a`."""

    def subject(case: Case) -> str:
        return case.detail[0] if case.detail is not None else case.field

    deciders = list(dict.fromkeys(decision.by for _, decision in traces))
    return Provenance(
        passes=passes,
        decision="; ".join(
            f"{subject(case)}: {decision.answer}"
            + (f" {decision.field}={decision.value}" if decision.answer == "own" else "")
            for case, decision in traces
        ),
        reason="; ".join(dict.fromkeys(d.reason for _, d in traces if d.reason)) or None,
        by=", ".join(deciders),
        kind=traces[0][1].kind,
    )


def _record(
    slot: Slot, key: str, values: dict[str, Any], ids: Mapping[Slot, str], **more: Any
) -> Entity | Event | Attribution | Stance:
    """The record of a slot's fields; `more` holds an event's arguments and a mention's cluster."""
    rest = dict(values)
    if slot.layer == "attributions":
        source, cue, refs = rest.pop("source"), rest.pop("cue"), rest.pop("refs")
        return Attribution(
            id=key,
            source=source and Source(source[0], source[1], [ids[ref] for ref in refs]),
            cue=cue and Span(*cue),
            content=[Span(*pair) for pair in rest.pop("content")],
            **rest,
        )
    start, end = rest.pop("extent")
    if slot.layer == "stances":
        holder = rest.pop("holder")
        holder = AUTHOR if holder == AUTHOR else ids[holder]
        target = ids[rest.pop("target")]
        return Stance(id=key, start=start, end=end, holder=holder, target=target, **rest)
    if slot.layer == "events":
        kind, mode = rest.pop("type")
        return Event(id=key, start=start, end=end, type=kind, mode=mode, **rest, **more)
    return Entity(id=key, start=start, end=end, cluster=more["cluster"], **rest)
