"""Marks while they are made of annotations: their ids, and what a note of ours adds to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from dateline.formats.standoff import EVENT, RELATION
from dateline.formats.webanno.annotations import Annotation, Link
from dateline.formats.webanno.chains import Chain
from dateline.formats.webanno.escapes import is_plain
from dateline.formats.webanno.shape import More, Tokens, once
from dateline.records import Argument, Foreign, Span

__all__ = ["Draft", "complete", "free", "name_all"]


@dataclass
class Draft:
    """A mark while it is made; `said` are its features, `found` its words as they stand.

    `own` is whether it has an id and a note of ours, `named` whether its id is that one.
    """

    one: Annotation | Link | Chain
    kind: str
    label: str
    said: dict[str, str]
    found: list[Span] = field(default_factory=list)
    own: bool = False
    named: bool = False
    id: str = ""
    args: list[Argument] = field(default_factory=list)
    more: More = field(default_factory=More)


def free(name: str, taken: set[str], counts: Counter[str]) -> str:
    """A name that is free, with a number where it is not; it is taken from now on."""
    key = name
    while key in taken:
        counts[name] += 1
        key = f"{name}~{counts[name] + 1}"
    taken.add(key)
    return key


def name_all(
    drafts: Sequence[Draft], taken: Iterable[str], notice: Callable[[str, int], None]
) -> None:
    """Give each draft its id: its own, or one made of its first row."""
    known: set[str] = set()
    counts: Counter[str] = Counter()
    for draft in drafts:
        own = draft.said.pop("id", "") if draft.own else ""
        if own and own not in known:
            draft.id, draft.named = own, True
            known.add(own)
        elif own:
            notice("an id that stands twice, and is now another", draft.one.line)
    known |= set(taken)
    numbers: Counter[str] = Counter()
    for draft in drafts:
        if draft.id:
            continue
        if isinstance(draft.one, Annotation):
            number = f"[{draft.one.number}]" if draft.one.number else ""
            name = f"{draft.one.unit}{number}"
        else:
            prefix = "R" if draft.kind == RELATION else "C"
            numbers[prefix] += 1
            name = f"{prefix}{numbers[prefix]}"
        draft.id = free(name, known, counts)


def complete(draft: Draft, by_id: dict[str, Draft], tokens: Tokens) -> Foreign:
    """The mark of a draft, with what its note adds as far as that fits."""
    args, more = draft.args, draft.more
    if more.args is not None and _fits(draft, more.args, by_id):
        args = more.args
    spans = sorted(draft.found, key=_edges)
    if more.spans is not None:
        wanted = more.spans[: 1 if draft.kind == EVENT else None]
        there = [place for span in wanted if (place := tokens.anchored(span)) is not None]
        if sorted(there, key=_edges) == spans:
            spans = more.spans
    return Foreign(draft.id, draft.kind, draft.label, spans, args, draft.said | more.attributes)


def _fits(draft: Draft, args: list[Argument], by_id: dict[str, Draft]) -> bool:
    """Whether arguments of ours are those that stand there, as far as the layer says them."""
    if isinstance(draft.one, Link):
        return [a.ref for a in args] == [a.ref for a in draft.args]
    if isinstance(draft.one, Chain):
        return [_head(by_id.get(a.ref)) for a in args] == [_head(by_id[a.ref]) for a in draft.args]
    said = [a for a in args if is_plain(a.role) and _head(by_id.get(a.ref)) is not None]
    return once(said) == draft.args


def _edges(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _head(draft: Draft | None) -> tuple[str, Span] | None:
    """What a link of a chain or a slot sees of a mark: its label and its first words."""
    if draft is None or not draft.found:
        return None
    return draft.label, min(draft.found, key=_edges)
