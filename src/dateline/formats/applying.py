"""Applying a mapping to the marks of a text."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from dateline.formats.deriving import content_of, mention, quote, source_form
from dateline.formats.mapping import Condition, Mapping, Renamed, Rule, target_of
from dateline.formats.native import ATTRIBUTION, CLUSTER, PREFIX, apart
from dateline.formats.standoff import (
    EVENT,
    GROUP,
    MEMBER,
    RELATION,
    SPAN,
    StandOff,
    arguments,
    fresh_ids,
)
from dateline.records import Argument, Foreign
from dateline.scheme import Link, Scheme

__all__ = ["Mapped", "apply"]

_ARTICLE = re.compile(r"\A(?:the|an|a) ")
_LOOKED_AT = 1_000  # characters of a mark, by `words` and `exactly`


class Mapped(NamedTuple):
    """A text with marks in Dateline's labels.

    `joined` has the links that went into its groups, by id, and `reasons` why marks are foreign
    whose rule says it.
    """

    standoff: StandOff
    joined: dict[str, str]
    reasons: dict[str, str]


def apply(mapping: Mapping, standoff: StandOff, scheme: Scheme) -> Mapped:
    """The marks of a text under a mapping; what no rule places is marked as foreign."""
    found: dict[str, tuple[Foreign, Rule | None]] = {}
    links: list[Foreign] = []
    reasons: dict[str, str] = {}
    for mark in standoff.marks:
        rule = next((rule for rule in mapping.rules if _fits(rule, mark, standoff.text)), None)
        if rule is not None and rule.why is not None:
            reasons[mark.id] = rule.why
        if rule is None or rule.to is None:
            found[mark.id] = apart(mark, scheme), None
        elif mark.kind == RELATION and rule.to == "cluster":
            links.append(mark)
            if mark.attributes:  # which the group has no place for
                found[mark.id] = apart(mark, scheme), None
        else:
            found[mark.id] = _placed(rule, mark, scheme), rule
    marks = {key: mark for key, (mark, _) in found.items()}
    loose = [link for link in links if not link.args or any(a.ref not in marks for a in link.args)]
    found |= {link.id: (apart(link, scheme), None) for link in loose}
    links = [link for link in links if link not in loose]
    made = [
        mark if rule is None else _with_roles(rule, mark, marks, scheme)
        for mark, rule in found.values()
    ]
    groups, joined = _groups(links, standoff.marks)
    if mapping.named_by is not None:
        groups = _named(groups, made, mapping.named_by, scheme)
    words = {mark.id: mark for mark in made}
    told = [_told(mapping, standoff.text, mark, words, scheme) for mark in made]
    return Mapped(msgspec.structs.replace(standoff, marks=[*told, *groups]), joined, reasons)


def _fits(rule: Rule, mark: Foreign, text: str) -> bool:
    """Whether a rule is about a mark of a text."""
    if rule.kind != mark.kind or not {"*", mark.label} & set(rule.labels()):
        return False
    for name, wanted in rule.when.items():
        value = mark.attributes.get(name)
        if value is None:
            return False
        if isinstance(wanted, Condition):
            enough = wanted.at_least is None or _number(value) >= wanted.at_least
            little = wanted.below is None or _number(value) < wanted.below
            fits = enough and little and wanted.holds in value
        else:
            fits = value in ([wanted] if isinstance(wanted, str) else wanted)
        if not fits:
            return False
    if not rule.words and not rule.exactly:
        return True
    pieces = (text[span.start : min(span.end, span.start + _LOOKED_AT)] for span in mark.spans)
    words = " ".join(" ".join(pieces).casefold().split())
    if rule.words and not _any_of(tuple(rule.words)).search(words):
        return False
    bare = _ARTICLE.sub("", words)
    return not rule.exactly or bare in (_ARTICLE.sub("", w.casefold()) for w in rule.exactly)


@functools.cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these, with no letter or digit that goes on over an edge."""
    plain = (re.escape(" ".join(word.casefold().split())) for word in words)
    return re.compile("|".join(rf"(?:(?<!\w)|(?!\w)){word}(?:(?!\w)|(?<!\w))" for word in plain))


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")


def _placed(rule: Rule, mark: Foreign, scheme: Scheme) -> Foreign:
    """A mark under the kind, label and attributes that a rule gives it."""
    target = target_of(rule.to or "", scheme)
    assert target is not None, "checked when the mapping was read"
    kind, label, mode = target
    if mark.kind == RELATION and label == ATTRIBUTION:
        kind = RELATION
    attributes: dict[str, str] = {}
    for name, value in mark.attributes.items():
        new = rule.attributes.get(name, name)
        if isinstance(new, Renamed):
            value, new = new.values.get(value, value), new.to
        attributes.setdefault(new, value)
    attributes |= rule.set
    if mode is not None:
        attributes["mode"] = mode
    return msgspec.structs.replace(mark, kind=kind, label=label, attributes=attributes)


def _with_roles(rule: Rule, mark: Foreign, marks: dict[str, Foreign], scheme: Scheme) -> Foreign:
    """A mark with its roles renamed; of several the first that the filler may stand in."""
    if not rule.roles:
        return mark
    links = scheme.layers["events"].links if mark.kind == EVENT else {}

    def named(argument: Argument) -> Argument:
        new = rule.roles.get(argument.role, argument.role)
        if isinstance(new, str):
            return Argument(new, argument.ref)
        filler = marks.get(argument.ref)
        fitting = [n for n in new if n in links and filler and _may(links[n], filler, mark.label)]
        return Argument((fitting or new)[0], argument.ref)

    return msgspec.structs.replace(mark, args=[named(argument) for argument in mark.args])


def _may(link: Link, filler: Foreign, label: str) -> bool:
    layer = "entities" if filler.kind == SPAN else "events"
    allowed = {filler.label, "*"} & set(link.to.get(layer, []))
    return bool(allowed) and bool({label, "*"} & set(link.only))


def _groups(
    links: Iterable[Foreign], every: Iterable[Foreign]
) -> tuple[list[Foreign], dict[str, str]]:
    """What links join, as groups; and the group that each link went into."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while (above := parent.setdefault(key, key)) != key:
            parent[key] = key = parent[above]
        return key

    links = list(links)
    for link in links:
        for argument in link.args[1:]:
            parent[root(argument.ref)] = root(link.args[0].ref)
    members: dict[str, list[str]] = {}
    for key in [*parent, *(link.args[0].ref for link in links)]:
        if key not in members.setdefault(root(key), []):
            members[root(key)].append(key)
    ids = fresh_ids("C", (mark.id for mark in every))
    names = {top: next(ids) for top in members}
    groups = [
        Foreign(names[top], GROUP, CLUSTER, [], arguments(MEMBER, sorted(keys, key=_natural)))
        for top, keys in members.items()
    ]
    return groups, {link.id: names[root(link.args[0].ref)] for link in links}


def _named(
    groups: list[Foreign], marks: Sequence[Foreign], attribute: str, scheme: Scheme
) -> list[Foreign]:
    """Groups under the commonest value of an attribute of their members.

    An entity that has it and is in no group becomes one of its own.
    """
    said = {mark.id: mark for mark in marks if mark.attributes.get(attribute)}
    named = []
    for group in groups:
        found = Counter(said[a.ref].attributes[attribute] for a in group.args if a.ref in said)
        more = {"name": found.most_common(1)[0][0]} if found else {}
        named.append(msgspec.structs.replace(group, attributes=group.attributes | more))
    taken = {argument.ref for group in groups for argument in group.args}
    taken |= {a.ref for mark in marks if mark.kind == GROUP for a in mark.args}
    ids = fresh_ids("C", (mark.id for mark in [*marks, *groups]))
    for key, mark in said.items():
        if key not in taken and mark.label in scheme.layers["entities"].labels:
            name = {"name": mark.attributes[attribute]}
            named.append(Foreign(next(ids), GROUP, CLUSTER, [], arguments(MEMBER, [key]), name))
    return named


def _natural(key: str) -> tuple[int, str]:
    return len(key), key


def _told(
    mapping: Mapping, text: str, mark: Foreign, marks: dict[str, Foreign], scheme: Scheme
) -> Foreign:
    """A mark with the attributes that its words tell, where it has none of them."""
    more: dict[str, str] = {}
    names = scheme.layers["entities"].attributes["mention"].only
    if mark.label.startswith(PREFIX):
        return mark
    if mark.kind == SPAN and mark.label in names and mark.spans:
        if "mention" in mapping.by_words and "mention" not in mark.attributes:
            more["mention"] = mention(text, mark.spans[0])
    elif mark.label == ATTRIBUTION:
        if "quote" in mapping.by_words and "quote" not in mark.attributes:
            more["quote"] = quote(text, content_of(mark, marks))
        if "source_form" in mapping.by_words and "source_form" not in mark.attributes:
            more["source_form"] = source_form(text, mark, marks)
    return msgspec.structs.replace(mark, attributes=mark.attributes | more) if more else mark
