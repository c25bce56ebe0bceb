"""The marks that the annotations of a WebAnno TSV file make together."""

from __future__ import annotations

from collections import Counter, deque

import msgspec

from dateline.formats.native import CLUSTER, CONTENT
from dateline.formats.standoff import (
    EVENT,
    GROUP,
    MEMBER,
    RELATION,
    SPAN,
    Notice,
    StandOff,
    arguments,
    ordered,
)
from dateline.formats.texts import Fitted
from dateline.formats.webanno.annotations import Annotation, Annotations, Link
from dateline.formats.webanno.chains import Chain, chains_of
from dateline.formats.webanno.drafts import Draft, complete, free, name_all
from dateline.formats.webanno.shape import (
    ARG1,
    ARG2,
    ATTRIBUTIONS,
    CHAIN,
    CLUSTERS,
    CONCEPT,
    ENTITY,
    EVENTS,
    MENTION,
    OF_EVENT,
    OTHER,
    OWN,
    RELATIONS,
    WORDS,
    More,
    Tokens,
    identifiers,
    once,
)
from dateline.records import Argument, Foreign

__all__ = ["Marking"]

VALUE = "value"


class Marking:
    """Makes the marks of one page; `notices` says what could not be taken as it stands."""

    def __init__(self, text: Fitted, tokens: Tokens, where: str) -> None:
        self.text = text
        self.tokens = tokens
        self.where = where
        self.notices: list[Notice] = []
        self._drafts: list[Draft] = []
        self._of: dict[int, Draft] = {}  # by the identity of an annotation
        self._at: dict[tuple[int, int], list[Draft]] = {}
        self._alike: dict[tuple[tuple[int, int], str], list[Draft]] = {}

    def marks(self, found: Annotations) -> list[Foreign]:
        """All marks, in order."""
        self._all = found
        others = [one for one in found.spans if one.layer.name == OTHER]
        whole = [mark for one in others if (mark := self._whole(one)) is not None]
        self._spans(found.spans)
        for link in found.links:
            self._relation(link)
        self._groups(found.spans)
        name_all(self._drafts, (mark.id for mark in whole), self._notice)
        self._arguments()
        by_id = {draft.id: draft for draft in self._drafts}
        marks = [complete(draft, by_id, self.tokens) for draft in self._drafts]
        taken, counts = {mark.id for mark in marks}, Counter[str]()
        for mark in whole:
            key = free(mark.id, taken, counts)
            marks.append(mark if key == mark.id else msgspec.structs.replace(mark, id=key))
        return ordered(self._concepts(marks))

    def _notice(self, reason: str, line: int) -> None:
        self.notices.append(Notice(reason, f"{self.where} line {line}"))

    # ── Words

    def _spans(self, spans: list[Annotation]) -> None:
        """The marks of layers of words."""
        mentions: dict[tuple[int, int], deque[Annotation]] = {}
        for one in spans:
            if one.layer.name == MENTION:
                mentions.setdefault((one.start, one.end), deque()).append(one)
        fragments: dict[str, Draft] = {}
        for one in spans:
            name = one.layer.name
            if name in (MENTION, CLUSTERS, OTHER) or one.link is not None:
                continue
            said = dict(one.features)
            place = one.start, one.end
            own = name in OWN
            if name == ENTITY and mentions.get(place):
                said = mentions[place].popleft().features | said
                own = True
            first = fragments.get(said.get("id", "")) if name == WORDS else None
            if first is not None and first.label == said.get("label"):
                first.found.append(self.text.span(*place))
                self._of[id(one)] = first
                continue
            draft = self._words(one, said, own)
            if name == WORDS and said.get("id"):
                fragments[said["id"]] = draft
        for left in mentions.values():
            for one in left:
                self._notice("a mention where no entity is", one.line)

    def _words(self, one: Annotation, said: dict[str, str], own: bool) -> Draft:
        name = one.layer.name
        kind = EVENT if name in OF_EVENT or one.layer.slots else SPAN
        if name == WORDS:
            label = said.pop("label", one.layer.short)
        elif name in OF_EVENT - {EVENTS}:
            label = one.layer.short.removeprefix("Dateline").upper()
        else:
            label = said.pop(VALUE, one.layer.short)
            if label != one.layer.short and name not in (ENTITY, EVENTS):
                said.setdefault("layer", one.layer.short)
        where = [self.text.span(one.start, one.end)]
        draft = self._draft(Draft(one, kind, label, said, where, own))
        self._of[id(one)] = draft
        place = one.start, one.end
        self._at.setdefault(place, []).append(draft)
        self._alike.setdefault((place, label), []).append(draft)
        return draft

    def _draft(self, draft: Draft) -> Draft:
        """Take a draft, with what it says beside its features."""
        if draft.own and "more" in draft.said:
            try:
                draft.more = msgspec.json.decode(draft.said.pop("more"), type=More)
            except (msgspec.MsgspecError, RecursionError):
                self._notice("a note of ours that nobody can read", draft.one.line)
        self._drafts.append(draft)
        return draft

    def _whole(self, one: Annotation) -> Foreign | None:
        """A mark that is one annotation of the last layer."""
        try:
            return msgspec.json.decode(one.features.get("mark", ""), type=Foreign)
        except (msgspec.MsgspecError, RecursionError):
            self._notice("a note of ours that nobody can read", one.line)
            return None

    # ── Relations and groups

    def _relation(self, link: Link) -> None:
        said = dict(link.features)
        own = link.layer.name == RELATIONS
        label = said.pop("label" if own else VALUE, link.layer.short)
        if not own and label != link.layer.short:
            said.setdefault("layer", link.layer.short)
        self._draft(Draft(link, RELATION, label, said, [], own))

    def _groups(self, spans: list[Annotation]) -> None:
        """Groups of what the links of chains stand on; a link on nothing else is words too."""
        chains, left = chains_of(spans)
        for chain in chains:
            said = dict(chain.note.features) if chain.note else {}
            label = CLUSTER if chain.layer.name == CHAIN else chain.layer.short.removesuffix("Link")
            label = said.pop("label", label)
            used: set[int] = set()
            passed: Counter[tuple[tuple[int, int], str | None]] = Counter()
            for number, one in enumerate(chain.links, 1):
                member = self._member(one, used, passed)
                chain.members.append(member)
                used.add(id(member))
                kind = one.features.get("referenceType", member.label)
                if kind != member.label:
                    said.setdefault(f"referenceType {number}", kind)
                relation = one.features.get("referenceRelation")
                if relation is not None:
                    said.setdefault(f"referenceRelation {number}", relation)
            self._draft(Draft(chain, GROUP, label, said, [], chain.note is not None))
        for one in left:
            self._notice("a name of a group that is gone", one.line)

    def _member(
        self,
        one: Annotation,
        used: set[int],
        passed: Counter[tuple[tuple[int, int], str | None]],
    ) -> Draft:
        """The mark that a link of a chain stands on: one of its label, else any, else a new one."""
        place, kind = (one.start, one.end), one.features.get("referenceType", "")
        for pool, key in (
            (self._alike.get((place, kind), []), kind),
            (self._at.get(place, []), None),
        ):
            at = passed[place, key]
            while at < len(pool) and id(pool[at]) in used:
                at += 1
            passed[place, key] = at
            if at < len(pool):
                return pool[at]
        where = [self.text.span(*place)]
        return self._draft(Draft(one, SPAN, kind or one.layer.short, {}, where))

    # ── Ids, arguments, and what is said beside

    def _arguments(self) -> None:
        """Give the drafts their arguments; contents marked in pieces become one."""
        by_id = {draft.id: draft for draft in self._drafts}
        joined: dict[str, str] = {}
        for draft in self._drafts:
            one = draft.one
            if isinstance(one, Annotation) and one.slots:
                base = next((c.name for c in one.layer.columns if c.role == "target"), "")
                found = [Argument(role, self._ref(target, base, one)) for role, target in one.slots]
                draft.args = once(found) if draft.own else found
                if one.layer.name == ATTRIBUTIONS and draft.more.args is None:
                    self._contents(draft, by_id, joined)
            elif isinstance(one, Link):
                source = Argument(ARG1, self._ref(one.source, one.base, one))
                draft.args = [source, Argument(ARG2, self._ref(one.target, one.base, one))]
            elif isinstance(one, Chain):
                draft.args = arguments(MEMBER, (member.id for member in one.members))
        if joined:
            self._drafts = [draft for draft in self._drafts if draft.id not in joined]
            for draft in self._drafts:
                args = [Argument(a.role, joined.get(a.ref, a.ref)) for a in draft.args]
                draft.args = once(args) if draft.own else args

    def _ref(self, target: tuple[str, int], base: str, one: Annotation | Link) -> str:
        found = self._all.find(target, base)
        draft = self._of.get(id(found)) if found is not None else None
        if draft is None:
            self._notice("a reference to nothing", one.line)
            unit, number = target
            return f"{unit}[{number}]" if number else unit
        return draft.id

    def _contents(self, draft: Draft, by_id: dict[str, Draft], joined: dict[str, str]) -> None:
        """Join the fragments of a content that were marked one by one to the first."""
        found = [by_id[a.ref] for a in draft.args if a.role == "content" and a.ref in by_id]
        found = [one for one in found if (one.label, one.kind) == (CONTENT, SPAN)]
        for one in found[1:]:
            if not one.named and one.id not in joined and one is not found[0]:
                joined[one.id] = joined.get(found[0].id, found[0].id)
                found[0].found += one.found

    def _concepts(self, marks: list[Foreign]) -> list[Foreign]:
        """The marks without the identifiers that only repeat the link of their group."""
        known = identifiers(StandOff(doc_id="", text="", marks=marks))
        mine = {draft.id: draft for draft in self._drafts if draft.one.layer.name == ENTITY}
        result = []
        for mark in marks:
            draft = mine.get(mark.id)
            said = mark.attributes.get(CONCEPT)
            told = draft is not None and CONCEPT not in draft.more.attributes
            if told and said is not None and said == known.get(mark.id):
                rest = {k: v for k, v in mark.attributes.items() if k != CONCEPT}
                mark = msgspec.structs.replace(mark, attributes=rest)
            result.append(mark)
        return result
