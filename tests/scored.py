"""Small documents for tests of scores, and their scores in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from dateline.derived import Article
from dateline.records import Annotator, Document, Entity, Event
from dateline.scoring.scores import Predicted, Scores, score
from dateline.scoring.sides import Sides
from dateline.text import digest
from strategies import META, SCHEME

replace = msgspec.structs.replace
WORDS = "one two three. four five six seven. eight nine ten eleven twelve."

Spans = Sequence[tuple[int, int, str]]


def document(text: str = WORDS, **layers: Any) -> Document:
    empty: dict[str, Any] = {
        "entities": [],
        "clusters": {},
        "events": [],
        "attributions": [],
        "stances": [],
    }
    return Document(
        doc_id="orlem-1",
        scheme=SCHEME.version,
        text_sha256=digest(text),
        annotator=Annotator("llm-t", "model"),
        status="silver",
        **(empty | layers),
    )


def mentions(spans: Spans, cluster: Sequence[str | None] | None = None) -> list[Entity]:
    clusters = cluster or [None] * len(spans)
    return [
        Entity(id=f"T{n}", start=start, end=end, type=label, mention="name", cluster=one)
        for n, ((start, end, label), one) in enumerate(zip(spans, clusters, strict=True), 1)
    ]


def happenings(spans: Spans, **more: Any) -> list[Event]:
    usual: dict[str, Any] = {"polarity": "positive", "certainty": "certain", "time": "past"}
    return [
        Event(id=f"E{n}", start=s, end=e, type=label, **({"arguments": []} | usual | more))
        for n, (s, e, label) in enumerate(spans, 1)
    ]


def over(doc: Document, text: str = WORDS) -> Article:
    """The article that labels are over."""
    return Article(replace(META, doc_id=doc.doc_id, outlet="tests", genre="spot"), text, doc)


def sides(gold: Document, predicted: Document, text: str = WORDS) -> Sides:
    return Sides(over(gold, text), over(predicted, text))


def scored(gold: Article, *predicted: Document | None, **options: Any) -> Scores:
    """The scores of one article, with few resamples."""
    each = [Predicted(one) for one in predicted]
    return score([(gold, each)], 1, SCHEME, **({"resamples": 3} | options))
