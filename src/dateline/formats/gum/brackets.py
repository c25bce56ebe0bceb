"""The marks of a GUM document that is there in CoNLL-U alone."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import unquote

from dateline.formats.gum.conllu import Bracket, Printed
from dateline.formats.standoff import GROUP, MEMBER, RELATION, SPAN, arguments, ordered
from dateline.formats.texts import Fitted
from dateline.records import Argument, Foreign

__all__ = ["marks_of"]

_LINK = re.compile(r"([^<>]+)<([^<>]+)")


def marks_of(document: Printed, text: Fitted) -> tuple[list[Foreign], list[str]]:
    """Its entities, groups and links, in order; and the links that lead nowhere.

    A group of one entity is none, unless it is linked to Wikipedia.
    """
    spans: list[Foreign] = []
    groups: dict[str, list[str]] = {}
    names: dict[str, Counter[str]] = {}
    begun: dict[tuple[int, str], str] = {}
    brackets = sorted(document.entities, key=lambda one: (one.first, -one.last))
    for number, one in enumerate(brackets, 1):
        mark = _span(f"T{number}", one, document, text)
        spans.append(mark)
        groups.setdefault(one.group, []).append(mark.id)
        begun.setdefault((one.first, one.group), mark.id)
        if "identity" in mark.attributes:
            names.setdefault(one.group, Counter())[mark.attributes["identity"]] += 1
    marks = list(spans)
    for number, (group, members) in enumerate(groups.items(), 1):
        if len(members) > 1 or group in names:
            said = {"name": names[group].most_common(1)[0][0]} if group in names else {}
            marks.append(
                Foreign(f"C{number}", GROUP, "coref", [], arguments(MEMBER, members), said)
            )
    left = []
    for number, (token, kind, pair) in enumerate(document.links, 1):
        match = _LINK.fullmatch(pair)
        ends = (groups.get(match[1]), begun.get((token, match[2]))) if match else (None, None)
        if not ends[0] or not ends[1]:
            left.append(pair)
            continue
        label = "bridge" if kind == "Bridge" else "split"
        args = [Argument("Arg1", ends[1]), Argument("Arg2", ends[0][0])]
        marks.append(Foreign(f"R{number}", RELATION, label, [], args))
    return ordered(marks), left


def _span(key: str, one: Bracket, document: Printed, text: Fitted) -> Foreign:
    """An entity; `minspan` and `link` only repeat what other files say."""
    said = {k: v for k, v in one.fields.items() if v and k not in ("minspan", "link")}
    label = said.pop("etype", "Referent")
    if "identity" in said:
        said["identity"] = unquote(said["identity"]).replace("_", " ")
    place = text.span(document.places[one.first][0], document.places[one.last][1])
    return Foreign(key, SPAN, label, [place], [], said)
