"""Hypothesis strategies: texts of the allowed kind, spans on them, whole valid documents."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from typing import Any

import regex
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from conftest import REPOSITORY
from dateline.derived import Article
from dateline.records import (
    AUTHOR,
    KINDS,
    STATUSES,
    Annotator,
    Argument,
    ArticleMeta,
    Attribution,
    Cluster,
    Document,
    Entity,
    Event,
    Foreign,
    Provenance,
    Source,
    Span,
    Stance,
)
from dateline.scheme import Attribute, Link, read_scheme
from dateline.text import digest

SCHEME = read_scheme(REPOSITORY)
WHERE = "labels.json"


def law(examples: int = 60) -> settings:
    """How a law is tried: on so many examples, and on many more with `scripts/test --full`."""
    return settings(
        deadline=None,
        max_examples=examples * (20 if os.environ.get("DATELINE_FULL") else 1),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


PLAIN = "the Orlem O’Dann won't ministry’s Gen. U.S.-led 1,200 $3.5m talksin ola@orlem.example"
ACCENTED = "café x\u0302y q\u0323\u0307 नमस्ते שלום مرحبا שקט\u200f 東京 ﬁn \u0301 a\u200db \u00ad"
EMOJI = "🙂 👩🏽‍🚀 👨‍👩‍👧 🇳🇴"
MARKS = """\" “ ” ' ( ) [ ] { \\ \\" ` # #2 @3 ~1 .. + . ? ! , – ..."""
WORDS = [*PLAIN.split(), *ACCENTED.split(), *EMOJI.split(), *MARKS.split()]
GAPS = (" ", " ", " ", "", "\t", "  ", "\n", "\n\n", " \n\t", "\u3000", "\u2028", ". ", ".\n")
REFUSED = "\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # and all of Cc


def texts(max_words: int = 24) -> st.SearchStrategy[str]:
    """Article texts as they are stored: NFC, LF, something to label, no line end at the end."""
    letter = st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters=REFUSED)
    word = st.sampled_from(WORDS) | st.sampled_from(WORDS) | st.text(letter, max_size=4)
    pieces = st.lists(st.tuples(word, st.sampled_from(GAPS)), min_size=1, max_size=max_words)
    joined = pieces.map(lambda pairs: "".join(part for pair in pairs for part in pair))
    plain = joined.map(lambda text: unicodedata.normalize("NFC", text).rstrip("\n"))
    return plain.filter(lambda text: bool(characters(text)))


def visible(text: str) -> list[int]:
    """Where `text` has something other than white space."""
    return [i for i, character in enumerate(text) if not character.isspace()]


def characters(text: str) -> list[tuple[int, int]]:
    """The characters that a reader sees (an emoji is one), without blanks that carry an accent."""
    found = (match.span() for match in regex.finditer(r"\X", text))
    return [(a, b) for a, b in found if not (text[a].isspace() or text[b - 1].isspace())]


def spans(text: str, longest: int = 40) -> st.SearchStrategy[tuple[int, int]]:
    """Spans of whole characters, visible at both ends; they cut tokens as they please."""
    at = characters(text)

    def from_start(i: int) -> st.SearchStrategy[tuple[int, int]]:
        ends = st.integers(i, min(len(at) - 1, i + longest - 1))
        return ends.map(lambda j: (at[i][0], at[j][1]))

    return st.integers(0, len(at) - 1).flatmap(from_start)


Draw = Callable[[st.SearchStrategy[Any]], Any]


class _Maker:
    """Draws the items of one document, each layer pointing only at what is there already."""

    def __init__(self, draw: Draw, text: str) -> None:
        self.draw = draw
        self.text = text
        self.kinds: dict[str, tuple[str, str]] = {}  # id: (layer, label)
        self.clusters: dict[str, tuple[str, str]] = {}  # key: (layer, label)
        self.drawn: list[tuple[int, int]] = []

    def ids(self, layer: str, at_most: int) -> list[str]:
        numbers = st.lists(st.integers(1, 120), max_size=at_most, unique=True)
        return [f"{SCHEME.layers[layer].prefix}{n}" for n in self.draw(numbers)]

    def some(self, values: list[Any], at_most: int) -> list[Any]:
        """None, one or several of `values`, each once."""
        if not values:
            return []
        return self.draw(st.lists(st.sampled_from(values), max_size=at_most, unique=True))

    def span(self) -> tuple[int, int]:
        """A new span, one inside an earlier one, or an earlier one again."""
        choices = [spans(self.text)]
        if self.drawn:
            start, end = self.draw(st.sampled_from(self.drawn))
            inner = spans(self.text[start:end])
            choices.append(inner.map(lambda s: (start + s[0], start + s[1])))
            choices.append(st.just((start, end)))
        self.drawn.append(self.draw(st.one_of(choices)))
        return self.drawn[-1]

    def value(self, layer: str, name: str, label: str) -> str | None:
        """A value that an attribute may have on `label`; None where it may or must have none."""
        attribute: Attribute = SCHEME.layers[layer].attributes[name]
        known = SCHEME.modes(label) if name == "mode" else list(attribute.values)
        if not known or not {label, "*"} & set(attribute.only):
            return None
        return self.draw(st.sampled_from(known if attribute.required else [None, *known]))

    def values(self, layer: str, label: str) -> dict[str, Any]:
        return {n: self.value(layer, n, label) for n in SCHEME.layers[layer].attributes}

    def cluster(self, layer: str, label: str) -> str | None:
        """No cluster, one that holds this kind already, or a new one."""
        mine = [key for key, kind in self.clusters.items() if kind == (layer, label)]
        new = f"C{len(self.clusters) + 1}"
        key = self.draw(st.sampled_from([None, new, *mine]))
        if key is not None:
            self.clusters[key] = (layer, label)
        return key

    def targets(self, link: Link) -> list[str]:
        """The ids that a link may point at."""
        allowed = {(layer, label) for layer, names in link.to.items() for label in names}
        return [k for k, (layer, la) in self.kinds.items() if {(layer, la), (layer, "*")} & allowed]

    def entities(self) -> list[Entity]:
        result = []
        for key in self.ids("entities", 6):
            label = self.draw(st.sampled_from(SCHEME.labels("entities")))
            start, end = self.span()
            if any((start, end) == (other.start, other.end) for other in result):
                continue
            self.kinds[key] = ("entities", label)
            more = self.values("entities", label) | {"cluster": self.cluster("entities", label)}
            result.append(Entity(id=key, start=start, end=end, type=label, **more))
        return result

    def attributions(self) -> list[Attribution]:
        result: list[Attribution] = []
        refs = self.targets(SCHEME.layers["attributions"].links["refs"])
        for key in self.ids("attributions", 3):
            first, *rest = self.apart(self.draw(st.integers(1, 5)))
            source = Source(first.start, first.end, self.some(refs, 2)) if len(rest) > 1 else None
            cue = rest.pop(self.draw(st.integers(0, len(rest) - 1))) if rest else None
            content = rest if source else [first, *rest]
            if any(content == other.content for other in result):
                continue
            self.kinds[key] = ("attributions", "CONTENT")
            values = self.values("attributions", "CONTENT")
            forms = SCHEME.values("attributions", "source_form")
            values["source_form"] = self.draw(
                st.sampled_from([form for form in forms if (form == "implicit") != bool(source)])
            )
            result.append(Attribution(id=key, source=source, cue=cue, content=content, **values))
        return result

    def apart(self, at_most: int) -> list[Span]:
        """Spans in order and apart, one at least."""
        found: list[Span] = []
        for start, end in sorted(self.span() for _ in range(at_most)):
            if not found or start > found[-1].end:
                found.append(Span(start, end))
        return found

    def events(self) -> list[Event]:
        labels = st.sampled_from(SCHEME.labels("events"))
        chosen = {key: (self.draw(labels), self.span()) for key in self.ids("events", 3)}
        chosen = {k: v for k, v in chosen.items() if [*chosen.values()].count(v) == 1}
        self.kinds |= {key: ("events", label) for key, (label, _) in chosen.items()}
        result = []
        for key, (label, (start, end)) in chosen.items():
            more = self.values("events", label) | {"cluster": self.cluster("events", label)}
            arguments = [a for a in self.arguments(label) if a.ref != key]
            event = Event(id=key, start=start, end=end, type=label, arguments=arguments, **more)
            result.append(event)
        return result

    def arguments(self, label: str) -> list[Argument]:
        possible = [
            Argument(role, ref)
            for role, link in SCHEME.layers["events"].links.items()
            if role != "cluster" and {label, "*"} & set(link.only)
            for ref in self.targets(link)
        ]
        return self.some(possible, 4)

    def stances(self) -> list[Stance]:
        links = SCHEME.layers["stances"].links
        holders, targets = self.targets(links["holder"]), self.targets(links["target"])
        result = []
        for key in self.ids("stances", 2) if targets else []:
            start, end = self.span()
            holder = self.draw(st.sampled_from([AUTHOR, *holders]))
            target = self.draw(st.sampled_from(targets))
            more = self.values("stances", "EXPRESSION")
            stance = Stance(id=key, start=start, end=end, holder=holder, target=target, **more)
            result.append(stance)
        return result


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=8)
_KB = st.sampled_from([None, "NIL", "dl:orlem", "dl:strike/e1", "wd:Q42"])
_DECISIONS = st.builds(
    Provenance,
    passes=st.lists(st.sampled_from(["llm-a", "rule-b"]), max_size=2, unique=True),
    decision=st.none() | st.just("kept"),
    reason=st.none() | _WORDS,
    kind=st.sampled_from([None, *KINDS]),
    seconds=st.none() | st.floats(0, 1e6),
)


@st.composite
def documents(draw: Draw, text: str) -> Document:
    """Labels over `text` in which the checks find no error, in any order of items."""
    maker = _Maker(draw, text)
    entities, attributions = maker.entities(), maker.attributions()
    events = maker.events()
    stances = maker.stances()
    foreign = [Foreign("F1", "note", draw(_WORDS), [Span(*maker.span())], [], {"k": draw(_WORDS)})]
    return Document(
        doc_id="orlem-1",
        scheme=SCHEME.version,
        text_sha256=digest(text),
        annotator=Annotator("llm-t", draw(st.sampled_from(KINDS))),
        status=draw(st.sampled_from(STATUSES)),
        entities=entities,
        clusters={key: Cluster(draw(st.none() | _WORDS), draw(_KB)) for key in maker.clusters},
        events=events,
        attributions=attributions,
        stances=stances,
        guidelines=draw(st.none() | st.just("ab" * 32)),
        provenance={key: draw(_DECISIONS) for key in maker.some(sorted(maker.kinds), 2)},
        foreign=foreign if draw(st.booleans()) else [],
    )


META = ArticleMeta(
    doc_id="orlem-1",
    tier="open",
    published="2026-03-04",
    language="en",
    licence="CC-BY-4.0",
    text_sha256="",
)


def articles() -> st.SearchStrategy[Article]:
    """A text with valid labels over it."""
    return texts().flatmap(lambda text: documents(text).map(lambda doc: Article(META, text, doc)))
