"""Decisions on the cases of an article, as somebody writes them: one line a case.

::

    doc tonnaq-siege-1
    passes llm-a=5f3c… llm-b=09aa…
    by llm-c model
    # number, answer, reason
    1 a    the ministry is named, 4.3
    2 b    3.4: ahead when demanded
    3 drop no particular occurrence, 3.1
    4 own time=present   still going on that day
    link event "shelled"@3 dl:tonnaq-siege/e4
    link entity "Bolmo"@6 dl:adrem-bolmo   the foreign minister
    amend event "reopened"@7 type=CONCEDE   3.2: reopens what was closed
    amend entity "Radio"@8 drop   no name

`a` and `b` are the passes in the order of the line `passes`; `drop` takes the item out though both
have it; `own field=value` gives a value of the decider's own. A new `by` holds from there on.
Where two events stand on one word, `event[2]` is the second of them. `amend` changes a label on
which both passes agreed; an attribution is named by its cue, or else by its first words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, get_args

import msgspec

from dateline.errors import DataError
from dateline.quoting import PLACE, Reader
from dateline.records import KINDS, Kind, Provenance, Span
from dateline.text import segment

__all__ = [
    "ANSWERS",
    "Amendment",
    "Decision",
    "Decisions",
    "LinkDecision",
    "noted",
    "read_decisions",
]

Answer = Literal["a", "b", "drop", "own"]
ANSWERS: tuple[str, ...] = get_args(Answer)

_LINE = re.compile(
    rf"(?P<number>\d{{1,6}})\s+(?P<answer>{'|'.join(ANSWERS)})(?:\s+(?P<rest>.*))?", re.S
)
_OWN = re.compile(
    rf"(?P<field>[a-z_]+)=(?P<value>(?:{PLACE.pattern})(?:\s*\+\s*(?:{PLACE.pattern}))*|\S+)"
    r"(?:\s+(?P<reason>.*))?",
    re.S,
)
_LAYERS = {
    "entity": "entities",
    "event": "events",
    "attribution": "attributions",
    "stance": "stances",
}
_AMEND = re.compile(
    rf"amend\s+(?P<what>{'|'.join(_LAYERS)})(?:\[(?P<which>\d{{1,6}})\])?\s+"
    rf"(?P<place>{PLACE.pattern})\s+"
    r"(?:drop|(?P<field>[a-z_]+)=(?P<value>\S+))(?:\s+(?P<reason>.*))?",
    re.S,
)
_LINK = re.compile(
    rf"link\s+(?P<what>entity|event)(?:\[(?P<which>\d{{1,6}})\])?\s+"
    rf"(?P<place>{PLACE.pattern})\s+(?P<kb>\S+)"
    r"(?:\s+(?P<reason>.*))?",
    re.S,
)


@dataclass(frozen=True)
class Decision:
    """One answer: `own` with a field and a value as written."""

    answer: Answer
    reason: str
    by: str
    kind: Kind
    field: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class LinkDecision:
    """A cluster's id in the knowledge base, by the place of one of its members.

    `which` counts the labels of that place from 1; None where there is one, or all are meant.
    """

    layer: str
    which: int | None
    span: Span
    kb: str
    reason: str
    by: str
    kind: Kind


@dataclass(frozen=True)
class Amendment:
    """A change of a label by its place; without a field the label goes."""

    layer: str
    which: int | None
    span: Span
    field: str | None
    value: str | None
    reason: str
    by: str
    kind: Kind


@dataclass(frozen=True)
class Decisions:
    """The decisions on one article, and the passes that they were made on, id to SHA-256.

    `by` is the first decider named, `of` the answers by case.
    """

    doc_id: str
    passes: dict[str, str]
    by: tuple[str, Kind] | None = None
    of: dict[int, Decision] = field(default_factory=dict)
    links: list[LinkDecision] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)


def noted(before: Provenance, note: str, decision: LinkDecision | Amendment) -> Provenance:
    """A trace with one more decision: what was decided before, and by whom, stays."""
    deciders = [*filter(None, (before.by or "").split(", ")), decision.by]
    return msgspec.structs.replace(
        before,
        decision="; ".join(filter(None, (before.decision, note))),
        reason="; ".join(filter(None, (before.reason, decision.reason))) or None,
        by=", ".join(dict.fromkeys(deciders)),
        kind=decision.kind if before.kind in (None, "rule", decision.kind) else before.kind,
    )


def read_decisions(raw: str, text: str, where: str) -> Decisions:
    """Decisions from their file.

    Raises
    ------
    DataError : a line of no known form, a number twice, an answer without `by`, a place that is
        not in the text; with the line.
    """
    reader = Reader(text, segment(text), where)
    doc_id, by, first = "", None, None
    passes: dict[str, str] = {}
    found: dict[int, Decision] = {}
    links: list[LinkDecision] = []
    amendments: list[Amendment] = []
    for number, line in enumerate(raw.split("\n"), 1):
        reader.line = number
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "doc" and len(words) == 2:
            doc_id = words[1]
        elif words[0] == "passes" and len(words) == 3 and all("=" in word for word in words[1:]):
            passes = {w.split("=")[0]: w.split("=")[1] for w in words[1:]}
        elif words[0] == "by" and len(words) == 3 and words[2] in KINDS:
            by = (words[1], _kind(words[2]))
            first = first or by
        elif by is None:
            reader.fail("a line `by ID human|model|rule` before the first answer", repr(line))
        elif (match := _LINK.fullmatch(line.strip())) is not None:
            layer, span = _LAYERS[match["what"]], reader.place(match["place"])
            which = int(match["which"]) if match["which"] else None
            links.append(LinkDecision(layer, which, span, match["kb"], match["reason"] or "", *by))
        elif (match := _AMEND.fullmatch(line.strip())) is not None:
            which = int(match["which"]) if match["which"] else None
            layer, span = _LAYERS[match["what"]], reader.place(match["place"])
            change = (match["field"], match["value"], match["reason"] or "")
            amendments.append(Amendment(layer, which, span, *change, *by))
        elif (match := _LINE.fullmatch(line.strip())) is not None:
            case = int(match["number"])
            if case in found:
                reader.fail("one answer to a case", f"a second to case {case}")
            found[case] = _decision(reader, match, by)
        else:
            heads = "`doc ID`, `passes A=SHA B=SHA`, `by ID KIND`"
            reader.fail(f"{heads}, `N a|b|drop|own …`, `link …` or `amend …`", repr(line))
    if not doc_id or len(passes) != 2:
        raise DataError(where, "the lines `doc ID` and `passes A=SHA B=SHA`", "one missing")
    return Decisions(doc_id, passes, first, found, links, amendments)


def _kind(word: str) -> Kind:
    return next(kind for kind in get_args(Kind) if kind == word)


def _decision(reader: Reader, match: re.Match[str], by: tuple[str, Kind]) -> Decision:
    answer: Answer = next(a for a in get_args(Answer) if a == match["answer"])
    rest = (match["rest"] or "").strip()
    if answer != "own":
        return Decision(answer, rest, *by)
    own = _OWN.fullmatch(rest)
    if own is None:
        reader.fail("own field=value", repr(rest))
    return Decision(answer, (own["reason"] or "").strip(), *by, own["field"], own["value"])
