"""The names of types and features, and what of a mark they can say.

Entities and clusters go into the layers that INCEpTION ships. Those take no features beside their
own, so what more there is of an entity stands on a `DatelineMention` on the same words, and of a
cluster on a `DatelineCluster` on its first member. All else has layers of its own, whose names
begin with `webanno.custom.Dateline`. What no feature can say goes into the feature `aside`, as
JSON; it is taken from there only while it fits the rest, so that what is changed in the other tool
wins.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterable, Sequence

import msgspec

from dateline.formats.native import ATTRIBUTION, STANCE
from dateline.formats.standoff import SPAN
from dateline.records import Argument, Foreign, Span
from dateline.scheme import Scheme

__all__ = [
    "API",
    "ARGUMENTS",
    "CHAIN",
    "CUSTOM",
    "LAYERS",
    "LINK",
    "NAMED_ENTITY",
    "OWN",
    "RELATIONS",
    "Aside",
    "decoded",
    "encoded",
    "feature_name",
    "from_kb",
    "identifier",
    "kb_of",
    "layer_of",
    "named",
    "plain",
    "sayable",
    "to_kb",
    "within",
    "xml_text",
]

API = "de.tudarmstadt.ukp.dkpro.core.api."
NAMED_ENTITY = f"{API}ner.type.NamedEntity"
CHAIN = f"{API}coref.type.CoreferenceChain"
LINK = f"{API}coref.type.CoreferenceLink"
CUSTOM = "webanno.custom."
OWN = f"{CUSTOM}Dateline"
ARGUMENTS = "arguments"
"""The slot feature of every layer of ours that has one."""

LAYERS = ("Event", "Attribution", "Stance", "OtherEvent", "Remark")
"""The layers with slots."""

RELATIONS = {
    "": "Relation",
    "Span": "SpanRelation",
    "Event": "EventRelation",
    "OtherEvent": "OtherRelation",
}
"""The relation layers, by the layer that both ends are of; that of named entities is "" here."""

_FEATURE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_TAKEN = frozenset(
    [
        *("mark", "fragment", "aside", "value", "identifier", "text", "kb", "layer", ARGUMENTS),
        *("begin", "end", "sofa", "type", "self", "id", "xmiID", "role", "target", "next", "first"),
        *("get", "set", "get_covered_text", "Governor", "Dependent"),
    ]
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIKIDATA = "http://www.wikidata.org/entity/"
_NONCHARACTER = str.maketrans({"\ufffe": "\\ufffe", "\uffff": "\\uffff"})


class Aside(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a feature `aside` may hold.

    `args` and `attributes` are those of the mark that are no features, `roles` what a relation
    calls its ends, `members` those of a cluster where their words do not tell, `kb` its link where
    its members have the links `seen`, `mark` a whole mark.
    """

    args: list[tuple[str, str]] | None = None
    attributes: dict[str, str] = {}
    roles: tuple[str, str] | None = None
    members: list[str] | None = None
    kb: str | None = None
    seen: list[str] | None = None
    mark: Foreign | None = None


def encoded(aside: Aside) -> str:
    """An aside as a feature holds it: characters that XML has not are escaped."""
    return msgspec.json.encode(aside).decode().translate(_NONCHARACTER)


def decoded(said: str | None) -> Aside | None:
    """What a feature holds; None where it is nothing of ours."""
    if not said:
        return None
    try:
        return msgspec.json.decode(said, type=Aside)
    except (msgspec.MsgspecError, RecursionError):
        return None


def xml_text(text: str) -> bool:
    """Whether XML 1.0 has all characters of a text."""
    return _NOT_XML.search(text) is None


def named(mark: Foreign) -> bool:
    """Whether the id and label of a mark can be features."""
    return bool(mark.id and mark.label) and xml_text(mark.id) and xml_text(mark.label)


def feature_name(name: str) -> bool:
    """Whether an attribute may be a feature of our layers under its own name."""
    return (
        _FEATURE.fullmatch(name) is not None and name not in _TAKEN and not keyword.iskeyword(name)
    )


def layer_of(mark: Foreign, scheme: Scheme) -> str:
    """The layer of ours that a mark with words belongs to; "" for a named entity."""
    if mark.kind == SPAN:
        named = mark.label in scheme.layers["entities"].labels
        return "" if named and len(mark.spans) == 1 and not mark.args else "Span"
    if mark.label == ATTRIBUTION:
        return "Attribution"
    if mark.label == STANCE:
        return "Stance"
    return "Event" if mark.label in scheme.layers["events"].labels else "OtherEvent"


def sayable(args: Sequence[Argument], known: Collection[str]) -> list[Argument]:
    """The arguments that fit a slot: those that point at marks with words."""
    return [a for a in args if a.ref in known and a.role and xml_text(a.role)]


def from_kb(kb: str) -> str:
    """A link as knowledge bases of INCEpTION have it: Wikidata's items are addresses."""
    return _WIKIDATA + kb[3:] if kb.startswith("wd:") else kb


def to_kb(said: str) -> str:
    """A link as Dateline has it."""
    return "wd:" + said.removeprefix(_WIKIDATA) if said.startswith(_WIKIDATA) else said


def identifier(kb: str | None) -> str | None:
    """A cluster's link where it can be the identifier of its named entities."""
    sound = kb and xml_text(kb) and to_kb(from_kb(kb)) == kb
    return from_kb(kb) if kb and sound else None


def kb_of(seen: Iterable[str], said: str | None, aside: Aside | None) -> str | None:
    """A cluster's link: that of its members where all have one, else what the cluster says."""
    links = sorted(set(seen))
    if aside is not None and aside.seen == links:
        return aside.kb
    if not links:
        return said
    return to_kb(links[0]) if len(links) == 1 else None


def within(text: str, spans: Sequence[Span]) -> bool:
    """Whether there are spans, and all lie in the text."""
    return bool(spans) and all(0 <= s.start <= s.end <= len(text) for s in spans)


def plain(attributes: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Attributes that are features, and those that are not."""
    features = {k: v for k, v in attributes.items() if feature_name(k) and xml_text(v)}
    return features, {k: v for k, v in attributes.items() if k not in features}
