r"""The plain-text quoted form of a pass: each label quotes its words, and nobody counts characters.

One item a line; blank lines and lines that begin with `#` are skipped::

    doc dunmar-bridge-1
    annotator llm-a model
    status silver
    cluster C1 "Dunmar" kb=NIL
    entity T1 "Dunmar"@1 GPE cluster=C1
    event E1 "shelled"@2 ASSAULT mode=heavy-weapons actor=T2 place=T1
    attribution A1 source="the ministry"@3 refs=T5,T6 cue="said"@3 \
        content="that the".."bridge"@3 + "was lost"@3 quote=indirect source_form=named
    stance S1 "condemned"@5 holder=T5 target=E1 value=against attitude=sentiment

A place is `"words"@N`: the words as printed, in the sentence that `dateline show --plain` numbers
N; `"words"@N#2` is their second occurrence there. Without `@N` they must be unique in the text
(`#2`: the second in it). `"first"@3.."last"@5` runs from the one to the end of the other. Whole
words count as occurrences; only where there is none, parts of words; `~2` counts both. Inside
quotes `\"` is a quote and `\\` a backslash; backticks may stand for the quotes. A line that ends in
a backslash goes on in the next. On an event `time=T3` is the role and `time=future` the attribute.
Attributes that the scheme gives a default may be left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec

from dateline.errors import DataError
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
from dateline.text import HasSpan, Segmentation, digest, segment

__all__ = ["from_quoted", "to_quoted"]

_STRING = r'"(?:[^"\\]|\\.)*"|`[^`]*`'
_POINT = rf"(?:{_STRING})(?:@\d{{1,9}})?(?:[\#~]\d{{1,9}})?"
_PLACE = re.compile(rf"{_POINT}(?:\s*\.\.\s*{_POINT})?")
_PART = re.compile(rf"(?P<words>{_STRING})(?:@(?P<sentence>\d{{1,9}}))?(?P<count>[#~]\d{{1,9}})?")
_REFS = re.compile(r"[A-Z]\d+(?:,[A-Z]\d+)*")
_FIELD = re.compile(
    rf"\s*(?:(?P<key>[a-z_]+)=)?"
    rf"(?P<value>(?:{_PLACE.pattern})(?:\s*\+\s*(?:{_PLACE.pattern}))*|[^\s\"`]+)"
)


@dataclass
class _Reader:
    """One quoted file being read: its text, where we are, and what went wrong there."""

    text: str
    units: Segmentation
    where: str
    line: int = 0

    def fail(self, expected: str, found: str, hint: str = "") -> NoReturn:
        raise DataError(f"{self.where}:{self.line}", expected, found, hint)

    def place(self, quoted: str) -> Span:
        """The span that a quoted place means."""
        parts = list(_PART.finditer(quoted))
        if not _PLACE.fullmatch(quoted) or not parts:
            self.fail('a place such as "words"@3', quoted)
        spans = [self._occurrence(part) for part in parts]
        if spans[-1][1] < spans[0][1]:
            self.fail("a range whose end follows its start", quoted)
        return Span(spans[0][0], spans[-1][1])

    def places(self, quoted: str) -> list[Span]:
        """The spans of places joined by `+`."""
        found = [self.place(match.group()) for match in _PLACE.finditer(quoted)]
        return found or [self.place(quoted)]

    def _occurrence(self, part: re.Match[str]) -> tuple[int, int]:
        words = _unquote(part["words"])
        if not words:
            self.fail("words", "an empty quotation")
        low, high = 0, len(self.text)
        scope = "the text"
        if part["sentence"] is not None:
            number = int(part["sentence"])
            if not 1 <= number <= len(self.units.sentences):
                self.fail(f"a sentence from 1 to {len(self.units.sentences)}", f"@{number}")
            low, high = self.units.sentences[number - 1]
            scope = f"sentence {number}"
        count = part["count"]
        found = _occurrences(
            self.text, words, low, high, parts=count is not None and count[0] == "~"
        )
        if not found:
            self.fail(f"words of {scope}", repr(words), self._elsewhere(words))
        if count is None:
            if len(found) > 1:
                times = f"{words!r} {len(found)} times"
                self.fail(f"words that stand once in {scope}", times, "Say which: #1, #2, …")
            return found[0]
        which = int(count[1:])
        if not 1 <= which <= len(found):
            self.fail(f"1 to {len(found)} of {words!r} in {scope}", count)
        return found[which - 1]

    def _elsewhere(self, words: str) -> str:
        spans = _occurrences(self.text, words, 0, len(self.text))
        numbers = sorted({self.units.sentence_of(start) + 1 for start, _ in spans})
        return f"They stand in sentence {', '.join(map(str, numbers))}." if numbers else ""


def _unquote(quoted: str) -> str:
    if quoted[0] == "`":
        return quoted[1:-1]
    return re.sub(r"\\(.)", r"\1", quoted[1:-1])


def _quote(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _occurrences(
    text: str, words: str, low: int, high: int, *, parts: bool = False
) -> list[tuple[int, int]]:
    """Where `words` stand in `text[low:high]`: as whole words, else (or with `parts`) anywhere."""
    spans = []
    at = text.find(words, low, high)
    while at >= 0:
        spans.append((at, at + len(words)))
        at = text.find(words, at + 1, high)

    def whole(span: tuple[int, int]) -> bool:
        start, end = span
        before = start > 0 and text[start].isalnum() and text[start - 1].isalnum()
        after = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
        return not before and not after

    return spans if parts else [span for span in spans if whole(span)] or spans


def _fields(reader: _Reader, rest: str) -> list[tuple[str | None, str]]:
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
    reader = _Reader(text, segment(text), where)
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


def _cluster(reader: _Reader, rest: str) -> tuple[str, Cluster]:
    key, _, more = rest.partition(" ")
    name, kb = None, None
    for field, value in _fields(reader, more):
        if field is None and name is None and re.fullmatch(_STRING, value):
            name = _unquote(value)
        elif field == "kb" and kb is None and value[0] not in '"`':
            kb = value
        else:
            reader.fail('cluster ID "name" kb=…', rest)
    return key, Cluster(name=name, kb=kb)


class _Line:
    """The fields of one item's line, taken one by one; what is left over at the end is refused."""

    def __init__(self, reader: _Reader, layer: str, rest: str, scheme: Scheme) -> None:
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


def to_quoted(doc: Document, text: str) -> str:
    """The quoted form of a document: what `from_quoted` reads back to the same labels.

    Provenance and foreign items have no place in it.
    """
    units = segment(text)

    def point(start: int, end: int) -> str:
        words = text[start:end]
        sentence = units.sentence_of(start)
        scope = units.sentences[sentence]
        found = _occurrences(text, words, *scope)
        if (start, end) not in found:
            every = _occurrences(text, words, *scope, parts=True)
            return f"{_quote(words)}@{sentence + 1}~{every.index((start, end)) + 1}"
        which = f"#{found.index((start, end)) + 1}" if len(found) > 1 else ""
        return f"{_quote(words)}@{sentence + 1}{which}"

    def place(span: HasSpan) -> str:
        if units.sentence_of(span.start) == units.sentence_of(span.end - 1):
            return point(span.start, span.end)
        first, last = units.tokens_of(span.start, span.end)
        head = point(span.start, units.tokens[first][1])
        return f"{head}..{point(units.tokens[last - 1][0], span.end)}"

    def options(item: Any, *names: str) -> str:
        pairs = ((name, getattr(item, name)) for name in names)
        return "".join(f" {name}={value}" for name, value in pairs if value is not None)

    lines = [f"doc {doc.doc_id}", f"annotator {doc.annotator.id} {doc.annotator.kind}"]
    lines.append(f"status {doc.status}")
    if doc.guidelines:
        lines.append(f"guidelines {doc.guidelines}")
    for key, cluster in doc.clusters.items():
        name = f" {_quote(cluster.name)}" if cluster.name is not None else ""
        lines.append(f"cluster {key}{name}{options(cluster, 'kb')}")
    for entity in doc.entities:
        more = options(entity, "mention", "sector", "cluster")
        lines.append(f"entity {entity.id} {place(entity)} {entity.type}{more}")
    for event in doc.events:
        more = options(event, "mode", "polarity", "certainty", "time", "cluster")
        roles = "".join(f" {a.role}={a.ref}" for a in event.arguments)
        lines.append(f"event {event.id} {place(event)} {event.type}{more}{roles}")
    for item in doc.attributions:
        parts = ""
        if item.source is not None:
            refs = f" refs={','.join(item.source.refs)}" if item.source.refs else ""
            parts += f" source={place(item.source)}{refs}"
        if item.cue is not None:
            parts += f" cue={place(item.cue)}"
        content = " + ".join(place(span) for span in item.content)
        more = options(item, "quote", "source_form", "source_kind", "polarity")
        lines.append(f"attribution {item.id}{parts} content={content}{more}")
    for stance in doc.stances:
        more = options(stance, "holder", "target", "value", "attitude", "explicit")
        lines.append(f"stance {stance.id} {place(stance)}{more}")
    return "\n".join(lines) + "\n"
