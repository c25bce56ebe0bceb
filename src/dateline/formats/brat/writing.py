"""Writing brat's stand-off files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from dateline.formats.brat.conf import Configuration
from dateline.formats.brat.shape import (
    DATELINE,
    TRUE,
    encoded_roles,
    fragments,
    is_line,
    joined,
    plain_args,
    plain_attributes,
    plain_label,
    sayable,
)
from dateline.formats.standoff import (
    EVENT,
    GROUP,
    MEMBER,
    NOTE,
    ON,
    RELATION,
    SPAN,
    StandOff,
    file_stem,
    fresh_ids,
    ordered,
)
from dateline.records import Foreign, Span
from dateline.scheme import Scheme

__all__ = ["write"]

_KB = re.compile(r"[^\s:]+:\S+")


def write(standoffs: Iterable[StandOff], scheme: Scheme) -> Iterator[tuple[str, bytes]]:
    """`<id>.txt` and `<id>.ann` for each text, and an `annotation.conf` for all.

    Raises
    ------
    DataError : a name that is no document id, and so may be no file's.
    """
    conf = Configuration(scheme)
    for standoff in standoffs:
        stem = file_stem(standoff)
        conf.add(standoff.marks)
        yield f"{stem}.txt", f"{standoff.text}\n".encode()
        yield f"{stem}.ann", _Page(standoff).text().encode()
    yield "annotation.conf", conf.text().encode()


class _Page:
    """The lines of one `.ann` file while they are made, by their kinds."""

    def __init__(self, standoff: StandOff) -> None:
        self.source = standoff.text
        self.marks = ordered(standoff.marks)
        self.lines: dict[str, list[str]] = {kind: [] for kind in "TER*AN#"}
        taken = {mark.id for mark in self.marks}
        self.fresh = {prefix: fresh_ids(prefix, taken) for prefix in "TERN#"}
        self.ids: dict[str, str] = {}  # mark id: the id in the file
        self.anchors: dict[str, str] = {}  # mark id: that of its words, a T

    def text(self) -> str:
        """The file's text."""
        worded: list[tuple[Foreign, list[Span]]] = []
        others = []
        for mark in self.marks:
            found = fragments(self.source, mark.spans) if mark.kind in (SPAN, EVENT) else None
            if found is None or (mark.kind == SPAN and mark.args):
                others.append(mark)
                continue
            worded.append((mark, found))
            self.ids[mark.id] = self._id("T" if mark.kind == SPAN else "E", mark)
        for mark, found in worded:
            self._words(mark, found)
        later = [mark for mark in others if not self._relation(mark)]
        for mark in later:
            if not (self._group(mark) or self._note(mark)):
                self._aside(next(self.fresh["R"]), {"mark": msgspec.to_builtins(mark)})
        return "".join(f"{line}\n" for lines in self.lines.values() for line in lines)

    def _id(self, prefix: str, mark: Foreign) -> str:
        """The mark's own id where brat can have it, else a new one."""
        own = re.fullmatch(rf"{prefix}[1-9][0-9]{{0,6}}", mark.id)
        return mark.id if own else next(self.fresh[prefix])

    def _words(self, mark: Foreign, found: list[Span]) -> None:
        """The lines of a span, or of an event with its trigger."""
        key, label = self.ids[mark.id], plain_label(mark.label)
        anchor = key if mark.kind == SPAN else next(self.fresh["T"])
        self.anchors[mark.id] = anchor
        places = ";".join(f"{span.start} {span.end}" for span in found)
        words = " ".join(self.source[span.start : span.end] for span in found)
        self.lines["T"].append(f"{anchor}\t{label} {places}\t{words}")
        aside: dict[str, Any] = {}
        if mark.kind == EVENT:
            said = sayable(mark.args, self.ids)
            pairs = zip(encoded_roles(said), said, strict=True)
            args = "".join(f" {role}:{self.ids[a.ref]}" for role, a in pairs)
            self.lines["E"].append(f"{key}\t{label}:{anchor}{args}")
            if plain_args(mark.args, self.ids) != mark.args:
                aside["args"] = [[a.role, a.ref] for a in mark.args]
        if joined(self.source, found) != mark.spans:
            aside["spans"] = [[span.start, span.end] for span in mark.spans]
        natural = plain_attributes(mark.attributes)
        for name, value in natural.items():
            number = len(self.lines["A"]) + 1
            more = "" if value == TRUE else f" {value}"
            self.lines["A"].append(f"A{number}\t{name} {key}{more}")
        self._more(mark, key, aside, {k: v for k, v in mark.attributes.items() if k not in natural})

    def _relation(self, mark: Foreign) -> bool:
        """The line of a relation of two; False where it is of another shape."""
        roles = [argument.role for argument in mark.args]
        if mark.kind != RELATION or len(set(roles)) != 2 or len(roles) != 2 or mark.spans:
            return False
        if any(a.ref not in self.anchors or plain_label(a.role) != a.role for a in mark.args):
            return False
        key = self._id("R", mark)
        args = " ".join(f"{a.role}:{self.ids[a.ref]}" for a in mark.args)
        self.lines["R"].append(f"{key}\t{plain_label(mark.label)} {args}")
        self.ids[mark.id] = key
        self._more(mark, key, {}, mark.attributes)
        return True

    def _more(
        self, mark: Foreign, key: str, aside: dict[str, Any], attributes: dict[str, str]
    ) -> None:
        """What the lines of a mark do not say, as a note on it."""
        if key != mark.id:
            aside["id"] = mark.id
        if plain_label(mark.label) != mark.label:
            aside["label"] = mark.label
        if attributes:
            aside["attributes"] = attributes
        if aside:
            self._aside(key, aside)

    def _aside(self, key: str, said: dict[str, Any]) -> None:
        said = {name: said[name] for name in sorted(said)}
        note = msgspec.json.encode(said).decode()
        self.lines["#"].append(f"{next(self.fresh['#'])}\t{DATELINE} {key}\t{note}")

    def _group(self, mark: Foreign) -> bool:
        """The line of a group, with a note that names it; False where it is of another shape."""
        members = [self.anchors.get(argument.ref, "") for argument in mark.args]
        if mark.kind != GROUP or mark.spans or plain_label(mark.label) != mark.label:
            return False
        if not members or not all(members) or len(set(members)) < len(members):
            return False
        if any(argument.role != MEMBER for argument in mark.args):
            return False
        if len(members) > 1:
            self.lines["*"].append(f"*\t{mark.label} {' '.join(members)}")
        aside: dict[str, Any] = {"group": mark.id, "label": mark.label}
        if len(members) == 1:
            aside["alone"] = True
        more = dict(mark.attributes)
        if _KB.fullmatch(more.get("kb", "")):
            key = aside["kb"] = next(self.fresh["N"])
            name = more.pop("name") if is_line(more.get("name", "")) else ""
            self.lines["N"].append(f"{key}\tReference {members[0]} {more.pop('kb')}\t{name}")
        if more:
            aside["attributes"] = more
        self._aside(members[0], aside)
        return True

    def _note(self, mark: Foreign) -> bool:
        """The line of a note or of a link; False where it is of another shape."""
        if mark.kind != NOTE or [a.role for a in mark.args] != [ON] or mark.spans:
            return False
        target, words = self.ids.get(mark.args[0].ref), mark.attributes.get("text", "")
        if target is None or plain_label(mark.label) != mark.label or mark.label == DATELINE:
            return False
        if words and not is_line(words):
            return False
        said = mark.attributes
        if re.fullmatch(r"#[1-9][0-9]{0,6}", mark.id) and said == {"text": words}:
            self.lines["#"].append(f"{mark.id}\t{mark.label} {target}\t{words}")
            return True
        kb = said.get("kb", "")
        linked = re.fullmatch(r"N[1-9][0-9]{0,6}", mark.id) and _KB.fullmatch(kb)
        if linked and said == {"kb": kb, "text": words}:
            self.lines["N"].append(f"{mark.id}\t{mark.label} {target} {kb}\t{words}")
            return True
        return False
