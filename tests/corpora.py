"""Small articles made by hand, for the checks of a whole corpus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from dateline.checks.corpus import Labelled, check_corpus
from dateline.checks.incident import Incident
from dateline.derived import Article
from dateline.records import (
    Annotator,
    ArticleMeta,
    Attribution,
    Document,
    Entity,
    Event,
    Span,
    Stance,
)
from strategies import SCHEME

TEXT = "Tessel and Orlem met in Varn."


def made(
    doc_id: str = "varn-1",
    text: str | None = TEXT,
    split: str = "train",
    *,
    names: Sequence[tuple[int, int, str]] = (),
    labels: Sequence[tuple[int, int, str]] = (),
    events: Sequence[str] = (),
    quotes: Sequence[str] = (),
    stances: Sequence[str] = (),
    parquet: bool = False,
    **meta: Any,
) -> Labelled:
    """An article with named entities and others (`labels`), and items of the types given."""
    ids = iter(range(1, 10_000))
    entities = [
        Entity(id=f"T{next(ids)}", start=start, end=end, type=kind, mention=mention)
        for found, mention in ((names, "name"), (labels, None))
        for start, end, kind in found
    ]
    manner = {"polarity": "positive", "certainty": "certain", "time": "past"}
    triggers = [
        Event(id=f"E{next(ids)}", start=0, end=1, type=kind, arguments=[], **manner)
        for kind in events
    ]
    said = {"source": None, "cue": None, "content": [Span(0, 1)], "source_form": "implicit"}
    attributions = [
        Attribution(id=f"A{next(ids)}", quote=quote, polarity="positive", **said)
        for quote in quotes
    ]
    held = {"holder": "AUTHOR", "target": "T1", "attitude": "arguing", "explicit": "yes"}
    positions = [
        Stance(id=f"S{next(ids)}", start=0, end=1, value=value, **held) for value in stances
    ]
    doc = Document(
        doc_id=doc_id,
        scheme="1.0",
        text_sha256="",
        annotator=Annotator("llm-t", "model"),
        status="silver",
        entities=entities,
        clusters={},
        events=triggers,
        attributions=attributions,
        stances=positions,
    )
    known = {"tier": "open", "title": "A meeting", "outlet": "varn-post", "genre": "spot"}
    known |= {"published": "2026-03-04", "language": "en", "author": "llm-t"}
    known |= {"source": "written for a test", "licence": "CC-BY-4.0", "text_sha256": ""}
    article = Article(ArticleMeta(doc_id=doc_id, **(known | meta)), text, doc)
    where = f"annotations/adjudicated/{doc_id}.json"
    meta_where = f"corpus/articles/{doc_id}.json"
    if parquet:
        where = meta_where = f"documents/{split}.parquet row 7"
    return Labelled(split, where, meta_where, article)


def named(doc_id: str, *kinds: str, split: str = "train", **more: Any) -> Labelled:
    """An article that names Orlem once for each type given."""
    text = " ".join(["Orlem"] * len(kinds)) or "Nobody."
    names = [(6 * i, 6 * i + 5, kind) for i, kind in enumerate(kinds)]
    return made(doc_id, text, split, names=names, **more)


def external(labelled: Labelled) -> Labelled:
    """The same as an external article."""
    article = labelled.article
    meta = msgspec.structs.replace(article.meta, tier="external")
    away = Article(meta, article.text, article.labels)
    return Labelled("external", labelled.where, labelled.meta_where, away)


def found(articles: Iterable[Labelled], *codes: str, **more: Any) -> list[Incident]:
    """The incidents of a corpus that have one of the codes."""
    return [i for i in check_corpus(articles, SCHEME, **more) if i.code in codes]


def told(incidents: Iterable[Incident]) -> list[tuple[str, str, str]]:
    """Path, expected and found of each."""
    return [(i.path, i.expected, i.found) for i in incidents]
