"""Marks put together: fragments, entities with what is said of them, and chains as groups."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator

import msgspec

from dateline.formats.standoff import EVENT, NOTE, RELATION, SPAN
from dateline.formats.xmi.drafts import Draft
from dateline.formats.xmi.names import LAYERS, sayable
from dateline.records import Argument, Foreign

__all__ = ["Joining"]

_ENDS = ("Governor", "Dependent")


class Joining:
    """Makes marks of drafts.

    `drafts` are those of marks by xmi:id, `asides` those that are about other marks, by layer.
    """

    def __init__(
        self,
        drafts: dict[str, Draft],
        asides: dict[str, list[Draft]],
        notice: Callable[[str, str], None],
    ) -> None:
        self.drafts = drafts
        self.asides = asides
        self.notice = notice
        self.alias: dict[str, str] = {}  # xmi:id: that of the mark that it went into
        self.ids: dict[str, str] = {}  # xmi:id: the mark's id
        self.keys: dict[str, str] = {}  # the mark's id: its xmi:id
        self.kept: list[Foreign] = []
        self._taken: set[str] = set()
        self._copies = 0

    def join(self) -> None:
        """Put together what is one mark."""
        self._fragments()
        self._mentions()
        for draft in self.asides["Kept"]:
            if draft.aside is not None and draft.aside.mark is not None:
                self.kept.append(draft.aside.mark)
            else:
                draft.layer = None
                self.drafts[draft.key] = draft

    def _fragments(self) -> None:
        """Join the further fragments of a mark to its first."""
        heads: dict[tuple[str, str], Draft] = {}
        parts: list[tuple[int, Draft]] = []
        for draft in self.drafts.values():
            number = draft.said.get("fragment", "") if draft.layer else ""
            if number.isascii() and number.isdigit() and len(number) < 8:
                parts.append((int(number), draft))
            elif draft.layer:
                heads.setdefault((draft.layer, draft.id), draft)
        for _, draft in sorted(parts, key=lambda pair: pair[0]):
            head = heads.setdefault((draft.layer or "", draft.id), draft)
            if head is not draft:
                head.spans.extend(draft.spans)
                self.alias[draft.key] = head.key
                del self.drafts[draft.key]

    def _mentions(self) -> None:
        """Give named entities what stands on the same words."""
        exact: dict[object, deque[Draft]] = defaultdict(deque)
        same: dict[object, deque[Draft]] = defaultdict(deque)
        for draft in self.drafts.values():
            if draft.layer == "":
                exact[draft.place, draft.label].append(draft)
                same[draft.place].append(draft)
        done: set[str] = set()
        left = []
        for mention in self.asides["Mention"]:
            if not _complete(exact[mention.place, mention.label], mention, done):
                left.append(mention)
        for mention in left:
            if not _complete(same[mention.place], mention, done):
                self.notice("details of an entity that is gone", mention.key)

    # ── Ids

    def name(self) -> None:
        """Give every mark its id, ours first; the second of two gets one of its own."""
        self.kept = [
            msgspec.structs.replace(mark, id=self.unused(mark.id, mark.id)) for mark in self.kept
        ]
        own = [draft for draft in self.drafts.values() if draft.id != draft.key]
        for draft in [*own, *(d for d in self.drafts.values() if d.id == d.key)]:
            self.ids[draft.key] = name = self.unused(draft.id, draft.key)
            self.keys[name] = draft.key

    def unused(self, name: str, key: str) -> str:
        """An id that no other mark has."""
        given = name
        while name in self._taken:
            self._copies += 1
            name = f"{given}~{self._copies}"
        if name != given:
            self.notice("an id that stands twice, and is now another", key)
        self._taken.add(name)
        return name

    def id_of(self, key: str) -> str | None:
        """The id of the mark that an xmi:id is, or went into."""
        return self.ids.get(self.alias.get(key, key))

    # ── Marks

    def made(self) -> Iterator[Foreign]:
        """The marks of all drafts."""
        hosted = {self.ids[draft.key] for draft in self.drafts.values() if is_hosted(draft)}
        for draft in self.drafts.values():
            yield self._mark(draft, hosted)
        yield from self.kept

    def _mark(self, draft: Draft, hosted: set[str]) -> Foreign:
        aside, spans = draft.aside, draft.spans
        roles = dict(zip(_ENDS, aside.roles, strict=True)) if aside and aside.roles else {}
        args = []
        for role, key in draft.args:
            ref = self.id_of(key)
            if ref is None:
                self.notice("a reference to nothing", draft.key)
            args.append(Argument(roles.get(role, role), key if ref is None else ref))
        if aside is not None and aside.args is not None:
            whole = [Argument(role, ref) for role, ref in aside.args]
            slots = sayable(whole, hosted) if draft.layer in LAYERS else []
            args = whole if slots == args else args
        if (draft.kind == RELATION and (draft.layer or self._at_an_end(draft))) or (
            draft.kind == NOTE and draft.layer
        ):
            spans = []
        attributes = draft.attributes | (aside.attributes if aside is not None else {})
        return Foreign(self.ids[draft.key], draft.kind, draft.label, spans, args, attributes)

    def _at_an_end(self, draft: Draft) -> bool:
        """Whether a relation has the words of one of its ends, as INCEpTION gives them."""
        ends = (self.drafts.get(self.alias.get(key, key)) for _, key in draft.args)
        return any(end is not None and end.place == draft.place for end in ends)


def is_hosted(draft: Draft) -> bool:
    """Whether a draft is of words in a layer of ours, or a named entity."""
    return draft.layer is not None and draft.kind in (SPAN, EVENT)


def _complete(entities: Iterable[Draft], mention: Draft, done: set[str]) -> bool:
    """Give the first entity that has none what a mention says; False where there is none."""
    waiting = entities if isinstance(entities, deque) else deque(entities)
    while waiting:
        entity = waiting.popleft()
        if entity.key not in done:
            done.add(entity.key)
            entity.id, entity.aside = mention.id, mention.aside
            entity.attributes = entity.attributes | mention.attributes
            return True
    return False
