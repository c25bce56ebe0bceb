"""A mapping says how foreign labels, roles and attributes become Dateline's.

A YAML file with rules; of those that fit a mark's kind and label (`*` fits any) and its attributes
(`when`), the first holds::

    rules:
      - {kind: span, label: [PER, Person], to: PERSON}
      - kind: event
        label: Attack
        when: {Confidence: {at_least: 0.5}, Mode: [air, drone]}
        to: ASSAULT/aerial
        set: {certainty: possible}
        roles: {Attacker: actor, Target: [recipient, artifact]}
        attributes: {Tense: {to: time, values: {Past: past, Future: future}}}
      - {kind: relation, label: IsTheSameAs, to: cluster}

`to` is a label of the scheme, with a mode after a slash where it has one, or `cluster`, `stance`,
`attribution`, `source`, `cue`, `content`. Without `to` a mark is foreign, and so is one that no
rule fits; `why` then says so in the report. `words` asks that one of these words or phrases stands
among those of the mark, `exactly` that they are all of them (an article before them left aside), in
any case of letters. Of several roles the first that the filler may stand in is taken. `by-words`
names attributes (`mention`, `quote`, `source_form`) that the words tell where the source does not.
Relations that become `cluster` are links: what they join becomes one group. `named-by` is the
attribute of its members that a group is named by.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

from dateline.decoding import from_yaml
from dateline.errors import DataError, UsageError
from dateline.formats.native import ATTRIBUTION, CLUSTER, CONTENT, CUE, SOURCE, STANCE
from dateline.formats.standoff import EVENT, GROUP, RELATION, SPAN
from dateline.records import Genre
from dateline.scheme import Scheme
from dateline.tree import AnnotatorEntry

__all__ = [
    "Condition",
    "Mapping",
    "Party",
    "Renamed",
    "Rule",
    "mapping_names",
    "read_mapping",
    "target_of",
]

_SPECIAL = {
    "cluster": (GROUP, CLUSTER),
    "stance": (EVENT, STANCE),
    "attribution": (EVENT, ATTRIBUTION),
    "source": (SPAN, SOURCE),
    "cue": (SPAN, CUE),
    "content": (SPAN, CONTENT),
}
_LARGEST = 1_000_000


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an attribute's value must be: a number in these bounds, text that holds this."""

    at_least: float | None = None
    below: float | None = None
    holds: str = ""


class Renamed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An attribute's name and values here; values that are not listed stay as they are."""

    to: str
    values: dict[str, str] = {}


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What becomes of marks of a kind and label (see the head of this module)."""

    kind: Literal["span", "event", "relation", "group", "note"]
    label: str | list[str] = "*"
    when: dict[str, Condition | str | list[str]] = {}
    words: list[str] = []
    exactly: list[str] = []
    to: str | None = None
    why: str | None = None
    set: dict[str, str] = {}
    roles: dict[str, str | list[str]] = {}
    attributes: dict[str, str | Renamed] = {}

    def labels(self) -> list[str]:
        """The labels that it is about."""
        return [self.label] if isinstance(self.label, str) else self.label


class Party(AnnotatorEntry, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An entry of `annotators.yaml` with its id: who or what made the labels or wrote the texts."""

    id: str


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is known of every article, where its source does not say it."""

    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    genre: Genre | None = None
    language: str | None = None
    source: str | None = None
    licence: str | None = None


class Mapping(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab"
):
    """Rules, with where the labels are described and, for a corpus, who made it.

    `annotator` made the labels and `author` wrote the texts; `article` holds what its files do not
    say of the articles.
    """

    name: str
    title: str
    source: list[str]
    annotator: Party | None = None
    author: Party | None = None
    article: Facts = Facts()
    by_words: list[Literal["mention", "quote", "source_form"]] = []
    named_by: str | None = None
    rules: list[Rule]


def mapping_names() -> list[str]:
    """The names of the mappings that come with the package."""
    folder = resources.files("dateline.formats").joinpath("mappings")
    return sorted(p.name.removesuffix(".yaml") for p in folder.iterdir() if p.name[-5:] == ".yaml")


def read_mapping(name: str, scheme: Scheme) -> Mapping:
    """A mapping of the package by its name, or one in a file.

    Raises
    ------
    UsageError : no such mapping.
    DataError : a file of another form, or a rule whose target the scheme does not have.
    """
    path = Path(name)
    if name in mapping_names():
        raw = resources.files("dateline.formats").joinpath("mappings", f"{name}.yaml").read_bytes()
    elif path.is_file() and path.stat().st_size <= _LARGEST:
        raw = path.read_bytes()
    else:
        known = f"a file, or one of {', '.join(mapping_names())}"
        raise UsageError("--mapping", known, repr(name))
    mapping: Mapping = from_yaml(raw, Mapping, name, "a mapping of the documented form")
    for number, rule in enumerate(mapping.rules):
        _check(rule, f"{name} rules[{number}]", scheme)
    return mapping


def target_of(to: str, scheme: Scheme) -> tuple[str, str, str | None] | None:
    """The kind, label and mode that a target means; None where the scheme has no such one."""
    if to in _SPECIAL:
        return (*_SPECIAL[to], None)
    label, _, mode = to.partition("/")
    if label in scheme.layers["entities"].labels and not mode:
        return SPAN, label, None
    if label in scheme.layers["events"].labels and (not mode or mode in scheme.modes(label)):
        return EVENT, label, mode or None
    return None


def _check(rule: Rule, where: str, scheme: Scheme) -> None:
    if rule.to is None:
        return
    if rule.why is not None:
        raise DataError(f"{where}.why", "none beside `to`: it says why a mark is foreign", rule.why)
    target = target_of(rule.to, scheme)
    if target is None:
        expected = f"a label of the scheme, or one of {', '.join(_SPECIAL)}"
        raise DataError(f"{where}.to", expected, repr(rule.to))
    kind, _, _ = target
    wordless = rule.kind in (RELATION, GROUP, "note")
    if wordless and kind == SPAN:
        raise DataError(f"{where}.to", f"what a {rule.kind} can be, without words", repr(rule.to))
