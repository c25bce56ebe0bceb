"""Reading the quoted form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from dateline.quoting import PLACE, STRING, Reader, unquote
from dateline.records import (
    Annotator,
    Argument,
    Attribution,
    Cluster,
    Document,
    Entity,
    Event,
    Source,
    Span,
    Stance,
    in_order,
)
from dateline.scheme import Scheme
from dateline.text import digest, segment

__all__ = ["from_quoted"]

_REFS = re.compile(r"[A-Z]\d+(?:,[A-Z]\d+)*")
_FIELD = re.compile(
    rf"\s*(?:(?P<key>[a-z_]+)=)?"
    rf"(?P<value>(?:{PLACE.pattern})(?:\s*\+\s*(?:{PLACE.pattern}))*|[^\s\"`]+)"
)


def _fields(reader: Reader, rest: str) -> list[tuple[str | None, str]]:
    fields = []
    at = 0
    rest = rest.rstrip()
    while at < len(rest):
        match = _FIELD.match(rest, at)
        if match is None or (match.end() < len(rest) and not rest[match.end()].isspace()):
            reader.fail('key=value, or "words"@N', rest[at:].strip())
        fields.append((match["key"], match["value"]))
        at = match.end()
    return fields


def _lines(raw: str) -> Iterable[tuple[int, str]]:
    held, first = "", 0
    for number, line in enumerate(raw.split("\n"), 1):
        if line.strip().startswith("#") and not held:
            continue
        first = first if held else number
        if line.rstrip().endswith("\\") and not line.rstrip().endswith("\\\\"):
            held += line.rstrip()[:-1] + " "
            continue
        if (held + line).strip():
            yield first, (held + line).strip()
        held = ""
    if held.strip():
        yield first, held.strip()


def from_quoted(raw: str, text: str, scheme: Scheme, where: str) -> Document:
    """The document that a quoted file describes, for the article whose text is `text`.

    Labels are not checked against the scheme here: that is for the checks.

    Raises
    ------
    DataError : a line of another form, words that the text does not have there or has several
        times; with the line.
    """
    reader = Reader(text, segment(text), where)
    head: dict[str, str] = {}
    annotator: Annotator | None = None
    layers: dict[str, list[Any]] = {k: [] for k in ("entity", "event", "attribution", "stance")}
    clusters: dict[str, Cluster] = {}
    for reader.line, line in _lines(raw):
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        if word in head or (word == "annotator" and annotator is not None):
            reader.fail("each head line once", f"a second {word!r}")
        if word in ("doc", "status", "guidelines"):
            if word == "status" and rest not in ("silver", "gold"):
                reader.fail("status silver or gold", repr(rest))
            head[word] = rest
        elif word == "annotator":
            name, _, kind = rest.partition(" ")
            try:
                annotator = msgspec.convert({"id": name, "kind": kind.strip()}, Annotator)
            except msgspec.ValidationError as error:
                reader.fail("annotator ID human|model|rule", f"{rest!r} ({error})")
        elif word == "cluster":
            key, cluster = _cluster(reader, rest)
            if key in clusters:
                reader.fail("a cluster id that stands once", key)
            clusters[key] = cluster
        elif word in layers:
            fields = _Line(reader, _LAYERS[word], rest, scheme)
            layers[word].append(_MAKERS[word](fields))
            fields.done()
        else:
            reader.fail(f"a line that begins with {', '.join(layers)}, cluster, doc, …", word)
    reader.line = 1
    if annotator is None or not head.get("doc"):
        reader.fail("the lines `doc ID` and `annotator ID KIND`", "one of them missing")
    return in_order(
        Document(
            doc_id=head["doc"],
            scheme=scheme.version,
            text_sha256=digest(text),
            annotator=annotator,
            status="gold" if head.get("status") == "gold" else "silver",
            entities=layers["entity"],
            clusters=clusters,
            events=layers["event"],
            attributions=layers["attribution"],
            stances=layers["stance"],
            guidelines=head.get("guidelines"),
        )
    )


def _cluster(reader: Reader, rest: str) -> tuple[str, Cluster]:
    key, _, more = rest.partition(" ")
    name, kb = None, None
    for field, value in _fields(reader, more):
        if field is None and name is None and re.fullmatch(STRING, value):
            name = unquote(value)
        elif field == "kb" and kb is None and value[0] not in '"`':
            kb = value
        else:
            reader.fail('cluster ID "name" kb=…', rest)
    return key, Cluster(name=name, kb=kb)


class _Line:
    """The fields of one item's line, taken one by one; what is left over at the end is refused."""

    def __init__(self, reader: Reader, layer: str, rest: str, scheme: Scheme) -> None:
        self.reader = reader
        self.scheme = scheme
        self.layer = layer
        self.id, _, more = rest.partition(" ")
        self.bare: list[str] = []
        self.named: dict[str, str] = {}
        self.arguments: list[Argument] = []
        roles = {name for name in scheme.layers["events"].links if name != "cluster"}
        for key, value in _fields(reader, more):
            if key is None:
                self.bare.append(value)
            elif layer == "events" and key in roles and _REFS.fullmatch(value):
                self.arguments += [Argument(key, ref) for ref in value.split(",")]
            elif key in self.named:
                reader.fail("each key once", key)
            else:
                self.named[key] = value

    def take(self, key: str) -> str | None:
        return self.named.pop(key, None)

    def attribute(self, name: str) -> str | None:
        """An attribute's value, or the scheme's default for it."""
        return self.named.pop(name, self.scheme.layers[self.layer].attributes[name].default)

    def required(self, name: str) -> str:
        """An attribute's value; "" where it has none, for the checks to find."""
        return self.attribute(name) or ""

    def span(self, words: int) -> Span:
        """The span of a line that begins with its words, followed by `words` - 1 bare fields."""
        if len(self.bare) != words or self.bare[0][0] not in '"`':
            self.reader.fail(f'{self.id} "words"@N{" TYPE" if words > 1 else ""} …', str(self.bare))
        return self.reader.place(self.bare[0])

    def done(self) -> None:
        if self.named:
            self.reader.fail(f"keys of {self.layer}", ", ".join(self.named))


def _entity(line: _Line) -> Entity:
    span, kind = line.span(2), line.bare[1]
    is_value = kind in line.scheme.group("entities", "value")
    return Entity(
        id=line.id,
        start=span.start,
        end=span.end,
        type=kind,
        mention=line.take("mention") if is_value else line.attribute("mention"),
        sector=line.take("sector"),
        cluster=line.take("cluster"),
    )


def _event(line: _Line) -> Event:
    span = line.span(2)
    return Event(
        id=line.id,
        start=span.start,
        end=span.end,
        type=line.bare[1],
        mode=line.take("mode"),
        polarity=line.required("polarity"),
        certainty=line.required("certainty"),
        time=line.required("time"),
        cluster=line.take("cluster"),
        arguments=line.arguments,
    )


def _attribution(line: _Line) -> Attribution:
    reader = line.reader
    if line.bare:
        reader.fail("key=value fields on an attribution", line.bare[0])
    source, refs, cue = line.take("source"), line.take("refs"), line.take("cue")
    content = line.take("content")
    if refs is not None and source is None:
        reader.fail("refs with a source", "refs without one")
    span = reader.place(source) if source else None
    return Attribution(
        id=line.id,
        source=Source(span.start, span.end, refs.split(",") if refs else []) if span else None,
        cue=reader.place(cue) if cue else None,
        content=reader.places(content) if content else [],
        quote=line.required("quote"),
        source_form=line.required("source_form"),
        source_kind=line.attribute("source_kind"),
        polarity=line.required("polarity"),
    )


def _stance(line: _Line) -> Stance:
    span = line.span(1)
    return Stance(
        id=line.id,
        holder=line.take("holder") or "",
        target=line.take("target") or "",
        value=line.required("value"),
        attitude=line.required("attitude"),
        explicit=line.required("explicit"),
        start=span.start,
        end=span.end,
    )


_LAYERS: dict[str, str] = {
    "entity": "entities",
    "event": "events",
    "attribution": "attributions",
    "stance": "stances",
}
_MAKERS: dict[str, Callable[[_Line], Any]] = {
    "entity": _entity,
    "event": _event,
    "attribution": _attribution,
    "stance": _stance,
}
