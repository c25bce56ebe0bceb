"""The marks that the lines of a `.ann` file make together."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from dateline.formats.brat.lines import (
    Attribute,
    Comment,
    Equiv,
    Event,
    Line,
    Normalization,
    Relation,
    TextBound,
    Unreadable,
)
from dateline.formats.brat.shape import (
    DATELINE,
    TRUE,
    decoded_roles,
    fragments,
    joined,
    plain_args,
    plain_label,
)
from dateline.formats.standoff import (
    EVENT,
    GROUP,
    KINDS,
    MEMBER,
    NOTE,
    ON,
    RELATION,
    SPAN,
    Notice,
    Unlike,
    arguments,
    fresh_ids,
)
from dateline.formats.texts import Fitted
from dateline.records import Argument, Foreign, Span

__all__ = ["Marking"]

Kind = TypeVar("Kind", bound=Line)


class _Aside(msgspec.Struct, frozen=True):
    """What a note of the type `Dateline` may hold (see `dateline.formats.brat.shape`)."""

    id: str | None = None
    label: str | None = None
    args: list[Argument] | None = None
    spans: list[Span] | None = None
    attributes: dict[str, str] = {}
    mark: Foreign | None = None
    group: str | None = None
    kb: str | None = None
    alone: bool = False


def _aside(line: Comment) -> _Aside | None:
    """The content of a note of ours; None where it is somebody's remark."""
    if line.label != DATELINE:
        return None
    try:
        plain = msgspec.json.decode(line.words)
        if not isinstance(plain, dict):
            return None
        for name, keys in (("args", ("role", "ref")), ("spans", ("start", "end"))):
            if name in plain:
                plain[name] = [dict(zip(keys, pair, strict=True)) for pair in plain[name]]
        found = msgspec.convert(plain, _Aside)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError):
        return None
    return found if found.mark is None or found.mark.kind in KINDS else None


class Marking:
    """Makes the marks of one file; `notices` says what could not be taken as it stands."""

    def __init__(self, text: Fitted, where: str) -> None:
        self.text = text
        self.where = where
        self.notices: list[Notice] = []
        self._lines: dict[type, list[Any]] = {}
        self._made: dict[str, Foreign] = {}  # by the id in the file
        self._found: dict[str, list[Span]] = {}  # the fragments as they stand there
        self._event_of: dict[str, str] = {}  # a trigger's id: that of its event
        self._attributes: dict[str, dict[str, str]] = {}

    def marks(self, lines: list[Line]) -> list[Foreign]:
        """All marks of the lines, in no order."""
        self._lines = defaultdict(list)
        for line in self._once(lines):
            self._lines[type(line)].append(line)
        self._spans_and_events()
        for relation in self._of(Relation):
            args = [Argument(role, self._known(ref)) for role, ref in relation.args]
            self._made[relation.id] = Foreign(relation.id, RELATION, relation.label, [], args)
        self._attach()
        comments = [(line, _aside(line)) for line in self._of(Comment)]
        renamed = self._patched([(line.target, aside) for line, aside in comments if aside])
        groups, used = self._groups(comments, renamed)
        marks = [*self._renamed(renamed), *groups]
        for link in self._of(Normalization):
            if link.id not in used:
                said = {"kb": link.kb, "text": link.words}
                marks.append(self._remark(link, said, renamed))
        for line, aside in comments:
            if aside is None:
                marks.append(self._remark(line, {"text": line.words}, renamed))
            elif aside.mark is not None:
                marks.append(aside.mark)
        for strange in self._of(Unreadable):
            self._notice("a line of no form that brat has", strange)
            key = f"line-{strange.line}"
            marks.append(Foreign(key, NOTE, "unreadable", [], [], {"text": strange.words}))
        return self._apart(marks)

    def _notice(self, reason: str, line: Line) -> None:
        self.notices.append(Notice(reason, f"{self.where} line {line.line}"))

    def _once(self, lines: list[Line]) -> Iterator[Line]:
        """The lines, each id once; the second of two different ones gets an id of its own."""
        seen: dict[str, Line] = {}
        unlike = Unlike()
        for line in lines:
            if isinstance(line, Unreadable | Equiv):
                yield line
                continue
            key = line.id
            if key in seen and seen[key]._replace(line=0) == line._replace(line=0):
                self._notice("the same line twice", line)
                continue
            key = unlike(key)
            if key != line.id:
                self._notice("an id that stands twice, and is now another", line)
                line = line._replace(id=key)
            seen[key] = line
            yield line

    def _of(self, kind: type[Kind]) -> list[Kind]:
        """The lines of one kind."""
        return self._lines[kind]

    def _referred(self) -> set[str]:
        """The ids that something refers to, but for an event to its trigger."""
        used = {ref for line in self._of(Event) for _, ref in line.args}
        used |= {ref for line in self._of(Relation) for _, ref in line.args}
        used |= {member for line in self._of(Equiv) for member in line.members}
        used |= {line.target for line in self._of(Attribute)}
        used |= {line.target for line in self._of(Normalization)}
        return used | {line.target for line in self._of(Comment)}

    def _known(self, key: str) -> str:
        """What an id refers to: a trigger stands for its event."""
        return self._event_of.get(key, key)

    def _spans_and_events(self) -> None:
        bound = {line.id: line for line in self._of(TextBound)}
        events = list(self._of(Event))
        by_trigger: dict[str, list[Event]] = {}
        for event in events:
            by_trigger.setdefault(event.trigger, []).append(event)
        for trigger, those in by_trigger.items():
            line = bound.get(trigger)
            if line is not None and len(those) == 1 and line.label == those[0].label:
                self._event_of[trigger] = those[0].id
        used = self._referred()
        for line in bound.values():
            self._found[line.id] = [self.text.span(*place) for place in line.fragments]
            alike = all(event.label == line.label for event in by_trigger.get(line.id, []))
            trigger_alone = line.id in by_trigger and alike and line.id not in used
            if line.id not in self._event_of and not trigger_alone:
                spans = joined(self.text.text, self._found[line.id])
                self._made[line.id] = Foreign(line.id, SPAN, line.label, spans)
        for event in events:
            found = self._found.get(event.trigger, [])
            self._found[event.id] = found
            roles = decoded_roles([role for role, _ in event.args])
            refs = [self._known(ref) for _, ref in event.args]
            args = [Argument(*pair) for pair in zip(roles, refs, strict=True)]
            spans = joined(self.text.text, found)
            self._made[event.id] = Foreign(event.id, EVENT, event.label, spans, args)

    def _attach(self) -> None:
        """Give the attributes to their marks."""
        unlike: dict[str, Unlike] = {}
        for line in self._of(Attribute):
            target, name = self._known(line.target), line.name
            if target not in self._made:
                self._notice("an attribute of nothing", line)
                continue
            known = self._attributes.setdefault(target, {})
            name = unlike.setdefault(target, Unlike())(name)
            known[name] = TRUE if line.value is None else line.value
        for key, known in self._attributes.items():
            self._made[key] = msgspec.structs.replace(self._made[key], attributes=known)

    def _patched(self, asides: list[tuple[str, _Aside]]) -> dict[str, str]:
        """Complete marks by our notes; the ids that they are to have, by those in the file."""
        renamed: dict[str, str] = {}
        mine = [(t, a) for t, a in asides if t in self._made and a.group is None and a.mark is None]
        taken = set(self._made) - {target for target, aside in mine if aside.id}
        for target, aside in mine:
            if aside.id and aside.id not in taken:
                renamed[target] = aside.id
                taken.add(aside.id)
        known = {
            renamed.get(key, key) for key, mark in self._made.items() if mark.kind in (SPAN, EVENT)
        }
        for target, aside in mine:
            mark = self._made[target]
            more: dict[str, Any] = {"attributes": mark.attributes | aside.attributes}
            if aside.label is not None and plain_label(aside.label) == mark.label:
                more["label"] = aside.label
            found = self._found.get(target)
            if aside.spans and fragments(self.text.text, aside.spans) == found:
                more["spans"] = aside.spans
            if aside.args is not None:
                args = [Argument(a.role, renamed.get(a.ref, a.ref)) for a in mark.args]
                if plain_args(aside.args, known) == args:
                    back = {new: old for old, new in renamed.items()}
                    more["args"] = [Argument(a.role, back.get(a.ref, a.ref)) for a in aside.args]
            self._made[target] = msgspec.structs.replace(mark, **more)
        return renamed

    def _renamed(self, renamed: dict[str, str]) -> Iterator[Foreign]:
        for key, mark in self._made.items():
            if not mark.args and key not in renamed:
                yield mark
                continue
            args = [Argument(a.role, renamed.get(a.ref, a.ref)) for a in mark.args]
            yield msgspec.structs.replace(mark, id=renamed.get(key, key), args=args)

    def _groups(
        self,
        comments: list[tuple[Comment, _Aside | None]],
        renamed: dict[str, str],
    ) -> tuple[list[Foreign], set[str]]:
        """The groups, and the links that are theirs."""

        def named(key: str) -> str:
            return renamed.get(self._known(key), self._known(key))

        links = {line.id: line for line in self._of(Normalization)}
        equivs = list(self._of(Equiv))
        unnamed = dict.fromkeys(range(len(equivs)))
        having: dict[tuple[str, str], deque[int]] = {}  # a label and a member: its lines
        for i, equiv in enumerate(equivs):
            for member in dict.fromkeys(equiv.members):
                having.setdefault((equiv.label, member), deque()).append(i)
        ids = fresh_ids("*", ())
        found: dict[int, Foreign] = {}
        more: list[Foreign] = []
        used: set[str] = set()
        for line, aside in comments:
            if aside is None or aside.group is None:
                continue
            said = dict(aside.attributes)
            link = links.get(aside.kb or "")
            if link is not None:
                used.add(link.id)
                said["kb"] = link.kb
                if link.words:
                    said["name"] = link.words
            label = aside.label or ""
            mine = having.get((label, line.target), deque())
            while mine and mine[0] not in unnamed:
                mine.popleft()
            if aside.alone and self._known(line.target) in self._made:
                args = arguments(MEMBER, [named(line.target)])
                more.append(Foreign(aside.group, GROUP, label, [], args, said))
            elif mine:
                first = mine.popleft()
                del unnamed[first]
                args = arguments(MEMBER, map(named, equivs[first].members))
                found[first] = Foreign(aside.group, GROUP, label, [], args, said)
            else:
                self._notice("a name of a group that is gone", line)
        for i in unnamed:
            args = arguments(MEMBER, map(named, equivs[i].members))
            found[i] = Foreign(next(ids), GROUP, equivs[i].label, [], args)
        return [*found.values(), *more], used

    def _remark(
        self, line: Comment | Normalization, said: dict[str, str], renamed: dict[str, str]
    ) -> Foreign:
        target = self._known(line.target)
        args = [Argument(ON, renamed.get(target, target))]
        return Foreign(line.id, NOTE, line.label, [], args, said)

    def _apart(self, marks: list[Foreign]) -> list[Foreign]:
        """The marks with no id twice: notes of ours may name one that was given since."""
        unlike = Unlike()
        result = []
        for mark in marks:
            key = unlike(mark.id)
            result.append(mark if key == mark.id else msgspec.structs.replace(mark, id=key))
        return result
