"""Which marks have the shape that regions can say: attributions, clusters and remarks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from dateline.formats.labelstudio.aside import Group, Remark
from dateline.formats.labelstudio.shape import KB, KEY, Shape, is_words
from dateline.formats.native import ATTRIBUTION, CLUSTER, CONTENT, SOURCE
from dateline.formats.standoff import EVENT, GROUP, MEMBER, NOTE, ON, SPAN, fresh_ids
from dateline.generated.places import NOTE_CONTROL
from dateline.records import Foreign

__all__ = ["Remarks", "attributions", "cluster_words", "remarks", "usual"]

Marks = Mapping[str, Foreign]


def usual(mark: Foreign) -> tuple[int, int, int, str]:
    """The order of a cluster's members: that of the text."""
    start = min(span.start for span in mark.spans)
    end = max(span.end for span in mark.spans)
    return start, -end, len(mark.id), mark.id


def attributions(marks: Marks, placed: Collection[str]) -> dict[str, dict[str, str]]:
    """The source and content of each attribution that has the usual shape; none shares them."""
    shaped: dict[str, dict[str, str]] = {}
    for mark in marks.values():
        if (mark.kind, mark.label) == (EVENT, ATTRIBUTION) and mark.id in placed:
            parts = _parts(mark, marks, placed)
            if parts is not None:
                shaped[mark.id] = parts
    used = Counter(part for parts in shaped.values() for part in parts.values())
    return {k: parts for k, parts in shaped.items() if all(used[p] == 1 for p in parts.values())}


def _parts(mark: Foreign, marks: Marks, placed: Collection[str]) -> dict[str, str] | None:
    roles = [argument.role for argument in mark.args]
    shape = [role for role in ("source", "content") if role in roles]
    if roles[: len(shape)] != shape or set(roles[len(shape) :]) & set(shape):
        return None
    parts = {argument.role: argument.ref for argument in mark.args[: len(shape)]}
    for role, label in (("source", SOURCE), ("content", CONTENT)):
        if role not in parts:
            continue
        part = marks.get(parts[role])
        if part is None or (part.kind, part.label) != (SPAN, label) or part.id not in placed:
            return None
        if role == "source" and len(part.spans) > 1:
            return None
    return None if "content" in parts and len(mark.spans) > 1 else parts


def cluster_words(
    marks: Marks, placed: Collection[str], shape: Shape
) -> tuple[dict[str, dict[str, str]], dict[str, Group], set[str]]:
    """The words on mentions and triggers that make their clusters, what they leave unsaid by
    word, and the groups that are said so.
    """
    words: dict[str, dict[str, str]] = {}
    beside: dict[str, Group] = {}
    said: set[str] = set()
    fresh = fresh_ids("C", marks)

    def may(ref: str) -> bool:
        if ref not in placed or ref in words:
            return False
        return shape.layer_of(marks[ref].kind, marks[ref].label) in ("entities", "events")

    for mark in marks.values():
        if (mark.kind, mark.label) != (GROUP, CLUSTER) or mark.spans or not mark.args:
            continue
        members = [argument.ref for argument in mark.args]
        one_role = all(argument.role == MEMBER for argument in mark.args)
        if not one_role or len(set(members)) < len(members) or not all(map(may, members)):
            continue
        word = mark.id if KEY.fullmatch(mark.id) else next(fresh)
        in_text = sorted(members, key=lambda ref: usual(marks[ref]))
        words |= {ref: {"cluster": word} for ref in members}
        more = dict(mark.attributes)
        if is_words(more.get(KB, "")):
            words[in_text[0]][KB] = more.pop(KB)
        group = Group(
            id=mark.id if word != mark.id else None,
            members=members if members != in_text else None,
            attributes=more,
        )
        if group != Group():
            beside[word] = group
        said.add(mark.id)
    return words, beside, said


class Remarks(NamedTuple):
    """The note of each region, what it is called, the one on the whole text, and all so said."""

    words: dict[str, str]
    names: dict[str, Remark]
    whole: Foreign | None
    said: set[str]


def remarks(
    marks: Sequence[Foreign], regions: Mapping[str, str], named: Collection[str]
) -> Remarks:
    """The first note of each region, and the first on the whole text.

    `regions` are by mark; `named` are the marks whose ids may stand in a result.
    """
    found = Remarks({}, {}, None, set())
    for mark in marks:
        words = mark.attributes.get("text", "")
        if mark.kind != NOTE or mark.spans or len(mark.attributes) != 1 or not _is_note(words):
            continue
        if not mark.args and mark.label == NOTE_CONTROL and mark.id in named:
            if found.whole is None:
                found = found._replace(whole=mark)
                found.said.add(mark.id)
        elif [argument.role for argument in mark.args] == [ON]:
            region = regions.get(mark.args[0].ref)
            if region is not None and region not in found.words:
                found.words[region] = words
                found.names[region] = Remark(mark.id, mark.label)
                found.said.add(mark.id)
    return found


def _is_note(words: str) -> bool:
    return words == words.strip() and bool(words) and words.replace("\n", "").isprintable()
