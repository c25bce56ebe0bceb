"""Spans of the layers as tags of words, and back: what the taggers learn and give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dateline.baselines.sentences import Sentence
from dateline.derived import Article
from dateline.records import Span
from dateline.scheme import Scheme
from dateline.text import HasSpan
from dateline.views import flat_mentions, without_overlaps

__all__ = ["TAGGED", "Found", "decoded", "tagged", "wanted_spans"]

TAGGED = ("entities", "described", "triggers", "cues", "contents", "stances")
"""What is tagged: names and values; nominals and pronouns; triggers; sources and cues of
attributions; their contents; expressions of stances."""

Found = tuple[str, int, int]
"""A label with the words `[first, end)` of a sentence."""

Labelled = list[tuple[str, HasSpan]]


def wanted_spans(article: Article, scheme: Scheme) -> dict[str, Labelled]:
    """The gold spans that each tagger can show: of those that share words the longest.

    Names and values inside another, and what is nested in other layers, are left out.
    """
    flat = flat_mentions(article, scheme)
    described = {e.id: e for e in article.entities if e.mention in ("nominal", "pronoun")}
    said: list[tuple[str, HasSpan | None]] = []
    for item in article.attributions:
        said += [("SOURCE", item.source), ("CUE", item.cue)]
    contents: Labelled = [("CONTENT", x) for item in article.attributions for x in item.content]
    triggers = without_overlaps({e.id: e for e in article.events}, article.units, set())
    stances = without_overlaps({s.id: s for s in article.stances}, article.units, set())
    chosen = without_overlaps(described, article.units, set())
    return {
        "entities": [(e.type, e) for e in article.entities if e.id in flat],
        "described": [(e.type, e) for e in article.entities if e.id in chosen],
        "triggers": [("TRIGGER", e) for e in article.events if e.id in triggers],
        "cues": _apart(article, [(label, span) for label, span in said if span is not None]),
        "contents": _apart(article, contents),
        "stances": [("EXPRESSION", s) for s in article.stances if s.id in stances],
    }


def _apart(article: Article, spans: Labelled) -> Labelled:
    """The spans that share no word, the longest first."""
    places = {f"{number:06}": span for number, (_, span) in enumerate(spans)}
    kept = without_overlaps(places, article.units, set())
    return [spans[int(key)] for key in sorted(kept)]


def tagged(article: Article, sentences: Sequence[Sentence], spans: Labelled) -> list[list[str]]:
    """BIO tags of every sentence; a span that goes on in the next one begins there anew."""
    rows = [["O"] * len(sentence.words) for sentence in sentences]
    for label, span in spans:
        first, last = article.units.tokens_of(span.start, span.end)
        for number in range(article.units.sentence_of(span.start), len(sentences)):
            at = sentences[number].first_token
            begin, end = max(first, at) - at, min(last - at, len(rows[number]))
            if begin >= end:
                break
            rows[number][begin:end] = [f"B-{label}"] + [f"I-{label}"] * (end - begin - 1)
    return rows


def decoded(tags: Iterable[str]) -> list[Found]:
    """The spans that the tags of one sentence make; an I- that follows nothing begins one."""
    found: list[Found] = []
    label, first, at = "", 0, 0
    for at, tag in enumerate((*tags, "O")):
        if label and (tag[0] != "I" or tag[2:] != label):
            found.append((label, first, at))
            label = ""
        if tag != "O" and not label:
            label, first = tag[2:], at
    return found


def placed(sentence: Sentence, first: int, end: int) -> Span:
    """The offsets of the words `[first, end)`."""
    return Span(sentence.spans[first][0], sentence.spans[end - 1][1])


def share_left_out(articles: Iterable[Article], scheme: Scheme) -> Mapping[str, tuple[int, int]]:
    """Of each tagger, how many gold spans its tags cannot show, and how many there are."""
    counts: dict[str, list[int]] = {name: [0, 0] for name in TAGGED}
    for article in articles:
        values = set(scheme.group("entities", "value"))
        named = [e for e in article.entities if e.mention == "name" or e.type in values]
        sizes = {
            "entities": len(named),
            "described": len(article.entities) - len(named),
            "triggers": len(article.events),
            "cues": sum((a.source is not None) + (a.cue is not None) for a in article.attributions),
            "contents": sum(len(a.content) for a in article.attributions),
            "stances": len(article.stances),
        }
        for name, spans in wanted_spans(article, scheme).items():
            counts[name][0] += sizes[name] - len(spans)
            counts[name][1] += sizes[name]
    return {name: (left, total) for name, (left, total) in counts.items()}
