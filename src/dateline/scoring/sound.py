"""What of a system's labels can stand over the gold text, and what counts as wrong unseen."""

from __future__ import annotations

import sys
from collections import Counter

import msgspec

from dateline.derived import Article
from dateline.errors import DataError
from dateline.records import Document, Entity, Event, Item, Stance, item_spans, items

__all__ = ["held"]

_LAYER = {
    "entities": "entities",
    "events": "triggers",
    "attributions": "attributions",
    "stances": "stances",
}


def held(gold: Article, labels: Document | None) -> tuple[Article, Counter[str]]:
    """The predicted labels over the gold article's text, and by layer what cannot stand there.

    An item whose words lie outside the text, or that has none, is taken out and counted, an event
    with its arguments; what points at it points at nothing then. Without labels nothing was found.

    Raises
    ------
    DataError : labels of another text, made under another version of the scheme, or an id that
        stands twice; gold labels that cannot stand over their text.
    """
    length = len(gold.text) if gold.text is not None else sys.maxsize
    if not _is_sound(gold.labels, length):
        expected = "gold items with words in their text, each id once"
        raise DataError(gold.doc_id, expected, "others", "dateline validate names them.")
    if labels is None:
        nothing = msgspec.structs.replace(
            gold.labels, entities=[], clusters={}, events=[], attributions=[], stances=[]
        )
        return Article(gold.meta, gold.text, nothing), Counter()
    if labels.text_sha256 != gold.labels.text_sha256:
        expected = f"labels of the same text, SHA-256 {gold.labels.text_sha256}"
        raise DataError(gold.doc_id, expected, labels.text_sha256)
    if labels.scheme != gold.labels.scheme:
        expected = f"labels of the scheme {gold.labels.scheme}, which GOLD has"
        raise DataError(gold.doc_id, expected, labels.scheme)
    if _is_sound(labels, length):
        return Article(gold.meta, gold.text, labels), Counter()
    seen: set[str] = set()
    out: set[str] = set()
    wrong: Counter[str] = Counter()
    for layer, _, item in items(labels):
        if item.id in seen:
            raise DataError(gold.doc_id, "each id once in PRED", f"{item.id!r} twice")
        seen.add(item.id)
        if not _stands(item, length):
            out.add(item.id)
            wrong[_LAYER[layer]] += 1
            if layer == "events":
                wrong["arguments"] += len(getattr(item, "arguments", []))
    if out:
        kept = {
            layer: [item for item in getattr(labels, layer) if item.id not in out]
            for layer in _LAYER
        }
        labels = msgspec.structs.replace(labels, **kept)
    return Article(gold.meta, gold.text, labels), wrong


def _is_sound(labels: Document, length: int) -> bool:
    """Whether there is nothing to look for: the usual case, found out fast."""
    plain: list[Entity | Event | Stance] = [*labels.entities, *labels.events, *labels.stances]
    quoted = labels.attributions
    parts = [span for x in quoted for span in (*x.content, x.source, x.cue) if span is not None]
    return (
        len({x.id for x in plain} | {x.id for x in quoted}) == len(plain) + len(quoted)
        and all(x.content for x in quoted)
        and all(0 <= x.start < x.end <= length for x in (*plain, *parts))
    )


def _stands(item: Item, length: int) -> bool:
    if getattr(item, "content", None) == []:
        return False
    return all(0 <= span.start < span.end <= length for _, span in item_spans(item))
