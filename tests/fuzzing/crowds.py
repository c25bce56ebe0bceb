"""Texts with thousands of marks of one kind, all different, all alike, or all in one another."""

from __future__ import annotations

from collections.abc import Callable

from dateline.formats.native import ATTRIBUTION, CLUSTER, CONTENT, SOURCE, STANCE
from dateline.formats.standoff import EVENT, GROUP, MEMBER, NOTE, ON, RELATION, REST, SPAN, StandOff
from dateline.records import Argument, Foreign, Span

__all__ = ["CROWDS", "crowd"]

Marks = list[Foreign]


def crowd(name: str, count: int) -> StandOff:
    """A text with so many marks of the kind of crowd that is named."""
    return StandOff(doc_id="olm-1", text="x " * count + "x", marks=CROWDS[name](count))


def _at(number: int) -> list[Span]:
    return [Span(2 * number, 2 * number + 1)]


def _entities(count: int) -> Marks:
    said = {"mention": "name"}
    return [Foreign(f"T{i + 1}", SPAN, "GPE", _at(i), [], said) for i in range(count)]


def _to(role: str, first: int, last: int) -> list[Argument]:
    return [Argument(role, f"T{i + 1}") for i in range(first, last)]


def _event(key: str, spans: list[Span], args: list[Argument] | None = None) -> Foreign:
    return Foreign(key, EVENT, "ASSAULT", spans, args or [], {"mode": "firearms"})


def _clusters(count: int) -> Marks:
    return [Foreign(f"C{i + 1}", GROUP, CLUSTER, [], _to(MEMBER, i, i + 2)) for i in range(count)]


def _relations(count: int, one: int, other: int) -> Marks:
    return [
        Foreign(f"R{i + 1}", RELATION, "owns", [], [*_to("a", i, i + 1), *_to("b", j, j + 1)])
        for i in range(count)
        for j in [one * i + other]
    ]


def _stances(count: int) -> Marks:
    args = [Argument("holder", "T1"), Argument("target", "T2")]
    said = {"value": "for"}
    return [Foreign(f"S{i + 1}", EVENT, STANCE, [Span(0, 5)], args, said) for i in range(count)]


def _attribution(args: list[Argument]) -> Foreign:
    return Foreign("A1", EVENT, ATTRIBUTION, [Span(0, 3)], args, {"quote": "direct"})


CROWDS: dict[str, Callable[[int], Marks]] = {
    "entities": _entities,
    "odd ids": lambda n: [Foreign(f"x{i}", SPAN, "GPE", _at(i)) for i in range(n)],
    "nested": lambda n: [Foreign(f"T{i}", SPAN, "GPE", [Span(i, 2 * n - i)]) for i in range(n)],
    "crossing": lambda n: [Foreign(f"T{i}", SPAN, "GPE", [Span(i, n + i)]) for i in range(n)],
    "on the same words": lambda n: [
        Foreign(f"T{i}", SPAN, "GPE", [Span(0, 5)]) for i in range(1, n)
    ],
    "fragments": lambda n: [Foreign("T0", SPAN, "GPE", [_at(i)[0] for i in range(n)])],
    "a cluster": lambda n: [
        *_entities(n),
        Foreign("C1", GROUP, CLUSTER, [], _to(MEMBER, 0, n) * 2),
    ],
    "clusters": lambda n: [*_entities(n), *_clusters(n)],
    "arguments": lambda n: [*_entities(n), _event("E1", _at(0), _to("actor", 0, n))],
    "odd arguments": lambda n: [*_entities(n), _event("E1", _at(0), _to("nothing", 0, n))],
    "attributes": lambda n: [
        Foreign("E1", EVENT, "ASSAULT", _at(0), [], {f"a{i}": "x" for i in range(n)})
    ],
    "events on the same words": lambda n: [_event(f"E{i + 1}", [Span(0, 5)]) for i in range(n)],
    "a chain of events": lambda n: [
        _event(f"E{i + 1}", _at(i), [Argument("topic", f"E{i + 2}")]) for i in range(n)
    ],
    "refs": lambda n: [
        *_entities(n),
        Foreign("T0", SPAN, SOURCE, [Span(0, 1)]),
        _attribution([Argument("source", "T0"), *_to("ref", 0, n)]),
    ],
    "contents": lambda n: [
        *(Foreign(f"T{i + 1}", SPAN, CONTENT, [Span(0, 1)]) for i in range(n)),
        _attribution(_to("content", 0, n)),
    ],
    "stances": lambda n: [*_entities(9), *_stances(n)],
    "relations in a chain": lambda n: [*_entities(n), *_relations(n, 1, 1)],
    "relations to one": lambda n: [*_entities(n), *_relations(n, 0, 0)],
    "relations to nothing": lambda n: [*_entities(9), *_relations(n, 1, 2 * n)],
    "notes": lambda n: [
        *_entities(3),
        *(Foreign(f"#{i + 1}", NOTE, "x", [], _to(ON, 0, 1), {"text": "x"}) for i in range(n)),
    ],
    "rests": lambda n: [
        *_entities(3),
        *(
            Foreign("T1" + "+" * (i + 1), REST, "x", [], _to(ON, 0, 1), {"a": "x"})
            for i in range(min(n, 2_000))
        ),
    ],
}
