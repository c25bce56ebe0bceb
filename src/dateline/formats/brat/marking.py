"""The marks that the lines of a `.ann` file make together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import msgspec

from dateline.formats.brat.asides import Ours, told_apart
from dateline.formats.brat.rows import Rows
from dateline.formats.brat.shape import (
    TRUE,
    Names,
    decoded_roles,
    fragments,
    joined,
    plain_args,
    plain_label,
)
from dateline.formats.standoff import (
    EVENT,
    GROUP,
    MEMBER,
    NOTE,
    ON,
    RELATION,
    SPAN,
    Notice,
    arguments,
    fresh_ids,
)
from dateline.records import Argument, Foreign, Span

__all__ = ["Marking"]


class Marking:
    """Makes the marks of one file; `notices` says what could not be taken as it stands."""

    def __init__(self, rows: Rows, text: str, where: str) -> None:
        self.rows = rows
        self.text = text
        self.where = where
        self.notices: list[Notice] = []
        self._found = {key: spans for key, _, spans in rows.bound}  # fragments as they stand there
        self._event_of: dict[str, str] = {}  # a trigger's id: that of its event
        self._ids: dict[str, str] = {}  # an id in the file: that of its mark, where it is another
        self._decoded: dict[tuple[str, ...], tuple[str, ...]] = {}

    def marks(self) -> list[Foreign]:
        """All marks of the lines, in no order."""
        triggers = self._triggers()
        worded = self._found.keys() - triggers | {key for key, *_ in self.rows.events}
        known = worded | {key for key, *_ in self.rows.relations}
        ours, remarks = told_apart(self.rows.comments)
        whole = [note for note in ours if note.aside.group is None and note.aside.mark is None]
        on = [note for note in whole if note.target in known]
        for key in [note.key for note in whole if note.target not in known]:
            self._notice("a note of Dateline's on nothing", key)
        renamed = _renamed(on, known)
        self._ids = renamed | {t: renamed.get(e, e) for t, e in self._event_of.items()}
        made = self._made(triggers)
        self._patch(made, on, worded)
        groups, used = self._groups(ours, known)
        marks = [*made.values(), *groups]
        for key, label, target, kb, words in self.rows.links:
            if key not in used:
                marks.append(self._remark(key, label, target, {"kb": kb, "text": words}))
        for key, label, target, words in remarks:
            marks.append(self._remark(key, label, target, {"text": words}))
        marks += [note.aside.mark for note in ours if note.aside.mark is not None]
        for words, line in self.rows.unreadable:
            reason = "a line of no form that brat has"
            self.notices.append(Notice(reason, f"{self.where} line {line}"))
            marks.append(Foreign(f"line-{line}", NOTE, "unreadable", [], [], {"text": words}))
        return _apart(marks)

    def _notice(self, reason: str, key: str) -> None:
        self.notices.append(Notice(reason, f"{self.where} line {self.rows.numbers[key]}"))

    def _triggers(self) -> Collection[str]:
        """The text-bound lines that stand for their events, and are no marks of their own."""
        labels = {key: label for key, label, _ in self.rows.bound}
        events: defaultdict[str, list[str]] = defaultdict(list)
        others: set[str] = set()  # of another type than an event of theirs
        for key, label, trigger, _ in self.rows.events:
            events[trigger].append(key)
            if labels.get(trigger) != label:
                others.add(trigger)
        alike = events.keys() - others
        self._event_of = {key: events[key][0] for key in alike if len(events[key]) == 1}
        shared = alike - self._event_of.keys()
        return alike - (shared & self._referred()) if shared else alike

    def _referred(self) -> set[str]:
        """The ids that something refers to, but for an event to its trigger."""
        rows = self.rows
        args = [*(args for *_, args in rows.events), *(args for *_, args in rows.relations)]
        used = {pair.partition(":")[2] for said in args for pair in said.split()}
        used.update(key for _, members in rows.equivs for key in members.split())
        for group in (rows.attributes, rows.links, rows.comments):
            used.update(row[2] for row in group)
        return used

    def _made(self, triggers: Collection[str]) -> dict[str, Foreign]:
        """The spans, events and relations, by their ids in the file."""
        text, named, attributes = self.text, self._ids.get, self._attributes()
        made = {
            key: Foreign(
                named(key, key),
                SPAN,
                label,
                spans if len(spans) == 1 else joined(text, spans),
                [],
                attributes.pop(key, {}),
            )
            for key, label, spans in self.rows.bound
            if key not in triggers
        }
        for key, label, trigger, said in self.rows.events:
            spans = self._found[key] = self._found.get(trigger, [])
            whole = spans if len(spans) == 1 else joined(text, spans)
            args, more = self._args(said, numbered=True), attributes.pop(key, {})
            made[key] = Foreign(named(key, key), EVENT, label, whole, args, more)
        for key, label, said in self.rows.relations:
            args, more = self._args(said, numbered=False), attributes.pop(key, {})
            made[key] = Foreign(named(key, key), RELATION, label, [], args, more)
        if attributes:
            for key, _, target, _ in self.rows.attributes:
                if self._event_of.get(target, target) in attributes:
                    self._notice("an attribute of nothing", key)
        return made

    def _args(self, said: str, numbered: bool) -> list[Argument]:
        """The arguments of a line: `role:id role2:id`."""
        if not said:
            return []
        words = said.replace(":", " ").split()
        if len(words) != 2 * said.count(":"):  # an id with a colon of its own
            words = [word for pair in said.split() for word in pair.split(":", 1)]
        roles, refs = tuple(words[::2]), words[1::2]
        if numbered:
            known = self._decoded.get(roles)
            if known is None:
                known = self._decoded[roles] = tuple(decoded_roles(roles))
            roles = known
        return list(map(Argument, roles, map(self._ids.get, refs, refs)))

    def _attributes(self) -> dict[str, dict[str, str]]:
        """The attributes by the ids of their marks in the file."""
        event_of = self._event_of.get
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        names: dict[str, Names] = {}
        for _, name, target, value in self.rows.attributes:
            key = event_of(target, target)
            known = found[key]
            if name in known:
                name = names.setdefault(key, Names(known)).apart(name)
            known[name] = value or TRUE
        return found

    def _patch(self, made: dict[str, Foreign], on: list[Ours], worded: set[str]) -> None:
        """Complete marks by our notes, as far as these fit the lines."""
        known: set[str] | None = None
        for _, target, aside in on:
            mark = made[target]
            more: dict[str, Any] = {}
            if aside.attributes:
                more["attributes"] = mark.attributes | aside.attributes
            if aside.label is not None and plain_label(aside.label) == mark.label:
                more["label"] = aside.label
            if aside.spans:
                spans = [Span(*pair) for pair in aside.spans]
                if fragments(self.text, spans) == self._found.get(target):
                    more["spans"] = spans
            if aside.args is not None:
                args = [Argument(*pair) for pair in aside.args]
                if known is None:
                    known = {self._ids.get(key, key) for key in worded}
                if plain_args(args, known) == mark.args:
                    more["args"] = args
            if more:
                made[target] = msgspec.structs.replace(mark, **more)

    def _groups(self, ours: list[Ours], known: set[str]) -> tuple[list[Foreign], set[str]]:
        """The groups, and the ids of the links that are theirs."""
        named = self._ids.get
        links = {key: (kb, words) for key, _, _, kb, words in self.rows.links}
        equivs = [(label, members.split()) for label, members in self.rows.equivs]
        claims: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for number in reversed(range(len(equivs))):
            label, members = equivs[number]
            for member in members:
                claims[label, member].append(number)
        taken: set[int] = set()
        groups: list[Foreign] = []
        used: set[str] = set()
        for key, target, aside in ours:
            if aside.group is None:
                continue
            said = dict(aside.attributes)
            if aside.kb in links:
                used.add(aside.kb)
                said["kb"], name = links[aside.kb]
                if name:
                    said["name"] = name
            label = aside.label or ""
            mine = claims.get((label, target), [])
            while mine and mine[-1] in taken:
                mine.pop()
            if aside.alone and self._event_of.get(target, target) in known:
                members = [target]
            elif mine:
                taken.add(mine[-1])
                members = equivs[mine[-1]][1]
            else:
                self._notice("a name of a group that is gone", key)
                continue
            args = arguments(MEMBER, map(named, members, members))
            groups.append(Foreign(aside.group, GROUP, label, [], args, said))
        ids = fresh_ids("*", ())
        for number, (label, members) in enumerate(equivs):
            if number not in taken:
                args = arguments(MEMBER, map(named, members, members))
                groups.append(Foreign(next(ids), GROUP, label, [], args))
        return groups, used

    def _remark(self, key: str, label: str, target: str, said: dict[str, str]) -> Foreign:
        args = [Argument(ON, self._ids.get(target, target))]
        return Foreign(key, NOTE, label, [], args, said)


def _renamed(on: list[Ours], known: Collection[str]) -> dict[str, str]:
    """The ids that marks are to have by our notes, by those in the file."""
    renamed: dict[str, str] = {}
    taken = set(known).difference(target for _, target, aside in on if aside.id)
    for _, target, aside in on:
        if aside.id and aside.id not in taken:
            renamed[target] = aside.id
            taken.add(aside.id)
    return renamed


def _apart(marks: list[Foreign]) -> list[Foreign]:
    """The marks with no id twice: notes of ours may name one that was given since."""
    seen: set[str] = {mark.id for mark in marks}
    if len(seen) == len(marks):
        return marks
    seen.clear()
    names = Names(seen)
    result = []
    for mark in marks:
        key = names.apart(mark.id)
        seen.add(key)
        result.append(mark if key == mark.id else msgspec.structs.replace(mark, id=key))
    return result
