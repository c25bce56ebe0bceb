"""Which marks go into brackets, and under which ids.

Words in brackets lie in one sentence, and no two mentions have the same words: CorefUD allows
neither. Mentions of one entity have one label and do not cross. What does not fit goes aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from dateline.formats.conllu.asides import Aside, marked
from dateline.formats.conllu.escapes import quoted, titled
from dateline.formats.conllu.shape import RESERVED, Cut, written_cuts
from dateline.formats.native import ATTRIBUTION, CLUSTER, CONTENT, CUE, SOURCE, STANCE, is_native
from dateline.formats.standoff import (
    EVENT,
    GROUP,
    MEMBER,
    SPAN,
    StandOff,
    fresh_ids,
    ordered,
)
from dateline.records import Foreign
from dateline.scheme import Scheme
from dateline.text import Segmentation

__all__ = ["FIELDS", "Bracket", "Plan", "plan"]

FIELDS = "eid-etype-head-other-identity"
_MOST = 20
_APART = {SOURCE, CUE, CONTENT, ATTRIBUTION, STANCE}
_EID = re.compile(r"[^\W_][\w.]{0,79}")
_HEAD = re.compile(r"[1-9][0-9]{0,3}")

Part = tuple[int, int]
"""The first and the last of the tokens of a stretch of words."""


class Bracket(NamedTuple):
    """A mark in brackets: its parts, and how many characters each has beyond the mark's spans."""

    mark: Foreign
    parts: list[Part]
    cuts: list[Cut]

    @property
    def order(self) -> tuple[int, int]:
        """Longer ones are opened first."""
        first, last = self.parts[0]
        return first, -last


class Plan(NamedTuple):
    """What is written: the brackets at each token, and the asides before each sentence."""

    brackets: list[str]
    asides: dict[int, list[Aside]]


def plan(standoff: StandOff, units: Segmentation, scheme: Scheme) -> Plan:
    """How the marks of a text are written."""
    text, marks = standoff.text, ordered(standoff.marks)
    brackets = _brackets(marks, units, scheme)
    eids: dict[str, str] = {}  # mark id: its entity's
    groups: dict[str, Foreign] = {}
    asides: dict[int, list[Aside]] = {}

    def aside(place: int, what: Aside) -> None:
        asides.setdefault(units.sentence_of(max(place, 0)), []).append(what)

    for mark in marks:
        if mark.id in brackets:
            continue
        members = _entity(mark, brackets, eids)
        if members is None:
            sentence = units.sentence_of(max(mark.spans[0].start, 0)) if mark.spans else 0
            start = units.tokens[units.first_token[sentence]][0] if units.tokens else 0
            asides.setdefault(sentence, []).append(marked(mark, text, start))
            continue
        groups[mark.id] = mark
        eids |= {bracket.mark.id: mark.id for bracket in members}
        beside = _beside_group(mark, members)
        if beside is not None:
            aside(members[0].mark.spans[0].start, beside)
    ids = fresh_ids("e", {mark.id for mark in marks})
    for key, bracket in brackets.items():
        eids.setdefault(key, next(ids))
        mark = bracket.mark
        left = {k: v for k, v in mark.attributes.items() if not _sayable(k, v, bracket)}
        if mark.args or left:
            args = [(a.role, a.ref) for a in mark.args] if mark.args else None
            aside(mark.spans[0].start, Aside(on=mark.id, args=args, attributes=left))
    return Plan(list(_written(brackets, eids, groups, len(units.tokens))), asides)


# ── Marks


def _brackets(marks: list[Foreign], units: Segmentation, scheme: Scheme) -> dict[str, Bracket]:
    """The marks that can go into brackets, in the order of their opening, by id."""

    def rank(mark: Foreign) -> int:
        return (mark.kind != SPAN) + (0 if is_native(mark.kind, mark.label, scheme) else 2)

    taken: set[tuple[Part, ...]] = set()
    found = []
    for mark in sorted(marks, key=rank):
        if mark.kind not in (SPAN, EVENT) or mark.label in _APART or not mark.label:
            continue
        bracket = _bracket(mark, units)
        if bracket is not None and tuple(bracket.parts) not in taken:
            taken.add(tuple(bracket.parts))
            found.append(bracket)
    found.sort(key=lambda bracket: bracket.order)
    return {bracket.mark.id: bracket for bracket in found}


def _bracket(mark: Foreign, units: Segmentation) -> Bracket | None:
    """A mark over tokens of one sentence; None where it has no such place."""
    parts: list[Part] = []
    cuts: list[Cut] = []
    for span in mark.spans:
        if not 0 <= span.start < span.end:
            return None
        first, end = units.tokens_of(span.start, span.end)
        if first >= end or (parts and first <= parts[-1][1]):
            return None
        start, stop = units.tokens[first][0], units.tokens[end - 1][1]
        parts.append((first, end - 1))
        cuts.append(Cut(span.start - start, stop - span.end, stop - start))
    if not parts:
        return None
    sentence = units.sentence_of(units.tokens[parts[0][0]][0])
    if parts[-1][1] >= units.first_token[sentence + 1]:
        return None
    return Bracket(mark, parts, cuts)


def _sayable(name: str, value: str, bracket: Bracket) -> bool:
    """Whether an attribute can stand in a bracket."""
    if name == "head":
        tokens = sum(last - first + 1 for first, last in bracket.parts)
        return bool(_HEAD.fullmatch(value)) and value != "1" and int(value) <= tokens
    return bool(name) and name not in RESERVED


# ── Entities


def _entity(
    mark: Foreign, brackets: dict[str, Bracket], eids: dict[str, str]
) -> list[Bracket] | None:
    """The members of a group in order, where they can be one entity in brackets."""
    if mark.kind != GROUP or mark.label != CLUSTER or mark.spans or not mark.args:
        return None
    keys = [argument.ref for argument in mark.args]
    if any(a.role != MEMBER for a in mark.args) or len(set(keys)) < len(keys):
        return None
    if not _EID.fullmatch(mark.id) or any(k not in brackets or k in eids for k in keys):
        return None
    members = sorted((brackets[key] for key in keys), key=lambda bracket: bracket.order)
    if len({(member.mark.kind, member.mark.label) for member in members}) > 1:
        return None
    pairs = list(islice(_near(members), _MOST * len(members) + 1))
    crowded = len(pairs) > _MOST * len(members)  # words upon words, as no text has them
    return None if crowded or any(_cross(*pair) for pair in pairs) else members


def _near(members: list[Bracket]) -> Iterator[tuple[Bracket, Bracket]]:
    """The pairs whose words may meet."""
    open_: list[Bracket] = []
    for member in members:
        open_ = [other for other in open_ if other.parts[-1][1] >= member.parts[0][0]]
        yield from ((other, member) for other in open_)
        open_.append(member)


def _cross(one: Bracket, two: Bracket) -> bool:
    """Whether brackets of one id could not tell two mentions apart that may meet."""
    (first, last), *more = one.parts
    (start, end), *others = two.parts
    if more or others:
        return True
    inside = first <= start and end <= last
    return not (inside or (start <= first and last <= end))


def _beside_group(mark: Foreign, members: list[Bracket]) -> Aside | None:
    """What brackets do not say of an entity; None for nothing."""
    left = {k: v for k, v in mark.attributes.items() if k not in ("name", "kb") or not v}
    args = [(a.role, a.ref) for a in mark.args]
    told = [(MEMBER, member.mark.id) for member in members]
    alone = len(members) == 1 and not mark.attributes.get("name")
    if left or args != told or alone:
        return Aside(on=mark.id, args=args if args != told else None, attributes=left)
    return None


# ── Brackets as they are written


def _written(
    brackets: dict[str, Bracket], eids: dict[str, str], groups: dict[str, Foreign], size: int
) -> Iterator[str]:
    opening: dict[int, list[str]] = {}
    alone: dict[int, list[str]] = {}
    closing: dict[int, list[tuple[int, str]]] = {}
    for key, bracket in brackets.items():
        eid = eids[key]
        fields = _fields(bracket, groups.get(eid))
        for number, (first, last) in enumerate(bracket.parts, 1):
            part = f"[{number}/{len(bracket.parts)}]" if len(bracket.parts) > 1 else ""
            if first == last:
                alone.setdefault(first, []).append(f"({eid}{part}-{fields})")
            else:
                opening.setdefault(first, []).append(f"({eid}{part}-{fields}")
                closing.setdefault(last, []).append((first, f"{eid}{part})"))
    for token in range(size):
        shut = "".join(closed for _, closed in sorted(closing.get(token, []), key=_latest))
        begun, single = "".join(opening.get(token, [])), "".join(alone.get(token, []))
        yield shut + begun + single if begun else single + shut


def _latest(closed: tuple[int, str]) -> int:
    return -closed[0]


def _fields(bracket: Bracket, group: Foreign | None) -> str:
    """The fields of a bracket after its id, without empty ones at the end."""
    mark = bracket.mark
    said = {k: v for k, v in mark.attributes.items() if _sayable(k, v, bracket)}
    head = said.pop("head", "1")
    more = {"id": mark.id}
    if mark.kind == EVENT:
        more["kind"] = EVENT
    cuts = written_cuts(bracket.cuts)
    if cuts:
        more["cut"] = cuts
    known = group.attributes if group is not None else {}
    if known.get("kb"):
        more["kb"] = known["kb"]
    pairs: Iterable[str] = (f"{quoted(k)}:{quoted(v)}" for k, v in (more | said).items())
    fields = [quoted(mark.label), head, ",".join(pairs), titled(known.get("name") or "")]
    return "-".join(fields).rstrip("-")
