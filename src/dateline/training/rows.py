"""The rows of the views for trainers, from an article: pure functions, labels by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dateline.derived import Article
from dateline.records import AUTHOR, Entity, Event, Span
from dateline.scheme import Scheme
from dateline.tables import Row
from dateline.text import HasSpan
from dateline.training.columns import LAYERS
from dateline.views import flat_mentions, pointed_row, tokens_row, without_overlaps, worded_row

__all__ = ["MARKS", "TRAINING"]

MARKS = {
    "holder": ("<holder>", "</holder>"),
    "target": ("<target>", "</target>"),
    "expression": ("<stance>", "</stance>"),
}
"""What stands before and after the words in the marked context of a stance."""


def _head(article: Article) -> Row:
    return {"doc_id": article.doc_id, "status": article.labels.status}


Named = tuple[str, str, HasSpan]


def _spans(article: Article) -> dict[str, list[Named]]:
    """(id, label, span) of each layer; each part of an attribution is one."""
    parts: list[Named] = []
    for item in article.attributions:
        if item.source is not None:
            parts.append((item.id, "SOURCE", item.source))
        if item.cue is not None:
            parts.append((item.id, "CUE", item.cue))
        parts += [(item.id, "CONTENT", span) for span in item.content]
    return {
        "entities": [(x.id, x.type, x) for x in article.entities],
        "triggers": [(x.id, x.type, x) for x in article.events],
        "attribution": parts,
    }


def _shown(article: Article, layer: str, spans: list[Named], scheme: Scheme) -> set[int]:
    """The numbers of the spans that the layer's tags show: names and values, else all, outermost
    ones.
    """
    if layer == "entities":
        flat = flat_mentions(article, scheme)
        return {number for number, (key, _, _) in enumerate(spans) if key in flat}
    places = {f"{number:06}": span for number, (_, _, span) in enumerate(spans)}
    return {int(key) for key in without_overlaps(places, article.units, set())}


def token_rows(article: Article, scheme: Scheme) -> Iterator[Row]:
    """A row a sentence. A span that goes on in the next one begins there anew, as B-."""
    units = article.units
    rows: list[Row] = []
    for number, (start, end) in enumerate(units.sentences):
        low, high = units.sentence_tokens(number)
        rows.append(
            {
                **_head(article),
                "sentence_id": number,
                **(worded_row(article, Span(start, end)) or {}),
                **tokens_row(article, low, high),
                **{f"{name}_tags": ["O"] * (high - low) for name in LAYERS.values()},
                "spans": [],
            }
        )
    for layer, spans in _spans(article).items():
        shown = _shown(article, layer, spans, scheme)
        for number, (key, label, span) in enumerate(spans):
            sentence, first, last = units.in_sentence(span.start, span.end)
            rows[sentence]["spans"].append(
                {
                    "id": key,
                    "layer": layer,
                    "label": label,
                    **(worded_row(article, span) or {}),
                    "token_start": first,
                    "token_end": last,
                    "in_tags": number in shown,
                }
            )
            if number in shown:
                _tag(article, rows, f"{LAYERS[layer]}_tags", label, span)
    yield from rows


def _tag(article: Article, rows: list[Row], column: str, label: str, span: HasSpan) -> None:
    """Write a span into the tags of every sentence that it touches."""
    units = article.units
    first, last = units.tokens_of(span.start, span.end)
    for sentence in range(units.sentence_of(span.start), len(rows)):
        low, high = units.sentence_tokens(sentence)
        begin = max(first, low)
        if begin >= last:
            return
        for token in range(begin, min(last, high)):
            rows[sentence][column][token - low] = f"{'B' if token == begin else 'I'}-{label}"


def argument_rows(article: Article, scheme: Scheme) -> Iterator[Row]:
    """A row an event. `article_token_…` number the tokens of all sentences of the article, one
    after another, as the rows of `tokens` have them; `first_token` is the sentence's first. An
    argument in another sentence has no place in this one's tokens (null).
    """
    units = article.units
    quads = {name: label.group for name, label in scheme.layers["events"].labels.items()}
    for event in article.events:
        sentence, first, last = units.in_sentence(event.start, event.end)
        low, high = units.sentence_tokens(sentence)
        arguments = []
        for argument in event.arguments:
            pointed = pointed_row(article, argument.ref)
            begin, end = units.tokens_of(pointed["start"], pointed["end"])
            inside = low <= begin and end <= high
            arguments.append(
                {
                    "role": argument.role,
                    **pointed,
                    "token_start": begin - low if inside else None,
                    "token_end": end - low if inside else None,
                    "article_token_start": begin,
                    "article_token_end": end,
                }
            )
        yield {
            **_head(article),
            "event_id": event.id,
            "sentence_id": sentence,
            **tokens_row(article, low, high),
            "first_token": low,
            "trigger": {
                **(worded_row(article, event) or {}),
                "token_start": first,
                "token_end": last,
            },
            "type": event.type,
            "mode": event.mode,
            "polarity": event.polarity,
            "certainty": event.certainty,
            "time": event.time,
            "quad": quads[event.type],
            "arguments": arguments,
        }


def pair_rows(article: Article, _: Scheme) -> Iterator[Row]:
    """A row a stance. The context runs from the first to the last sentence of the expression; what
    of holder and target lies in it is marked. A mark inside another is written inside it.
    """
    units = article.units
    for stance in article.stances:
        start, _end = units.sentences[units.sentence_of(stance.start)]
        _start, end = units.sentences[units.sentence_of(max(stance.start, stance.end - 1))]
        holder, target = (pointed_row(article, x) for x in (stance.holder, stance.target))
        places = {
            "expression": (stance.start, stance.end),
            "target": (target["start"], target["end"]),
        }
        if stance.holder != AUTHOR:
            places["holder"] = (holder["start"], holder["end"])
        inside = {
            name: (a - start, b - start)
            for name, (a, b) in places.items()
            if a is not None and start <= a and b <= end
        }
        context = worded_row(article, Span(start, end)) or {}
        yield {
            **_head(article),
            "stance_id": stance.id,
            "context": context,
            "marked": _marked(context["text"], inside),
            "expression": worded_row(article, stance),
            "holder": holder,
            "target": target,
            "value": stance.value,
            "attitude": stance.attitude,
            "explicit": stance.explicit,
        }


def _marked(text: str, places: dict[str, tuple[int, int]]) -> str:
    """A text with marks around spans: at one place the longer opens first and closes last."""
    opening: dict[int, list[tuple[int, str]]] = {}
    closing: dict[int, list[tuple[int, str]]] = {}
    for name, (start, end) in places.items():
        opening.setdefault(start, []).append((-end, name))
        closing.setdefault(end, []).append((-start, name))
    pieces = []
    at = 0
    for place in sorted({*opening, *closing}):
        pieces.append(text[at:place])
        at = place
        last_first = sorted(closing.get(place, []), key=lambda x: x[1], reverse=True)
        pieces += [MARKS[name][1] for _, name in sorted(last_first, key=lambda x: x[0])]
        pieces += [MARKS[name][0] for _, name in sorted(opening.get(place, []))]
    return "".join((*pieces, text[at:]))


def cluster_rows(article: Article, _: Scheme) -> Iterator[Row]:
    """A row a cluster, its mentions in the order of the text."""
    members: dict[str, list[Entity | Event]] = {key: [] for key in article.clusters}
    for item in (*article.entities, *article.events):
        if isinstance(item, Entity | Event) and item.cluster in members:
            members[item.cluster].append(item)
    for key, found in members.items():
        if not found:
            continue
        cluster = article.clusters[key]
        yield {
            **_head(article),
            "cluster_id": key,
            "layer": "entities" if isinstance(found[0], Entity) else "events",
            "name": cluster.name,
            "kb": cluster.kb,
            "mentions": [
                {
                    "id": item.id,
                    **(worded_row(article, item) or {}),
                    "sentence_id": article.units.sentence_of(item.start),
                    "label": item.type,
                    "mention": item.mention if isinstance(item, Entity) else None,
                }
                for item in sorted(found, key=lambda x: (x.start, x.end))
            ],
        }


TRAINING: dict[str, Callable[[Article, Scheme], Iterator[Row]]] = {
    "tokens": token_rows,
    "arguments": argument_rows,
    "pairs": pair_rows,
    "clusters": cluster_rows,
}
