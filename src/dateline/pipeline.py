"""Entities from a spaCy pipeline, in the terms and with the extents of the scheme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import regex

from dateline.derived import storable
from dateline.errors import UsageError
from dateline.records import Annotator, ArticleMeta, Cluster, Document, Entity
from dateline.scheme import Scheme

__all__ = ["Labels", "Pipeline", "ontonotes", "proposed"]

Labels = tuple[list[Entity], dict[str, Cluster]]
"""Mentions, and the clusters that they are in."""

_BATCH = 32
_ARTICLE = regex.compile(r"(?:the|an?)\s+", regex.IGNORECASE)
_POSSESSIVE = regex.compile(r"['’]s$")
_NOT_IN_ID = regex.compile(r"[^a-z0-9]+")


def ontonotes(scheme: Scheme) -> dict[str, str]:
    """Our entity type for each label of OntoNotes that has one: as mapped, else of that name."""
    labels = scheme.layers["entities"].labels
    mapped = {
        term.maps["ontonotes"]: name for name, term in labels.items() if "ontonotes" in term.maps
    }
    return {name: name for name in labels} | mapped


class Pipeline:
    """A loaded pipeline; `annotator` is its id, from its name and version.

    Raises
    ------
    UsageError : spaCy is not installed, or it has no such pipeline.
    """

    def __init__(self, name: str, scheme: Scheme) -> None:
        self._nlp = _load(name)
        self._types = ontonotes(scheme)
        self._names = frozenset(scheme.group("entities", "name"))
        meta = self._nlp.meta
        full = f"spacy-{meta['lang']}-{meta['name']}-{meta['version']}".lower()
        self.annotator = _NOT_IN_ID.sub("-", full)[:80].strip("-")

    def labels(
        self, texts: Iterable[tuple[ArticleMeta, str]], left_out: Counter[str]
    ) -> Iterator[tuple[ArticleMeta, Labels]]:
        """Each text's mentions, in batches; names that are printed alike share a cluster."""
        pairs = ((text, meta) for meta, text in texts)
        for doc, meta in self._nlp.pipe(pairs, as_tuples=True, batch_size=_BATCH):
            yield meta, self._labels(doc, left_out)

    def _labels(self, doc: Any, left_out: Counter[str]) -> Labels:
        entities: list[Entity] = []
        keys: dict[tuple[str, str], str] = {}
        for found in doc.ents:
            kind = self._types.get(found.label_)
            if kind is None:
                left_out[found.label_] += 1
                continue
            is_name = kind in self._names
            start, end = trimmed(doc.text, found.start_char, found.end_char, is_name)
            if start == end:
                continue
            words = doc.text[start:end]
            key = keys.setdefault((kind, words), f"C{len(keys) + 1}") if is_name else None
            entities.append(
                Entity(
                    id=f"T{len(entities) + 1}",
                    start=start,
                    end=end,
                    type=kind,
                    mention="name" if is_name else None,
                    cluster=key,
                )
            )
        return entities, {key: Cluster(words) for (_, words), key in keys.items()}


def proposed(meta: ArticleMeta, labels: Labels, annotator: Annotator, scheme: Scheme) -> Document:
    """A document of entities alone, which nobody has confirmed."""
    entities, clusters = labels
    return Document(
        doc_id=meta.doc_id,
        scheme=scheme.version,
        text_sha256=meta.text_sha256,
        annotator=annotator,
        status="silver",
        entities=entities,
        clusters=storable(meta, clusters),
        events=[],
        attributions=[],
        stances=[],
    )


def trimmed(text: str, start: int, end: int, is_name: bool) -> tuple[int, int]:
    """A span within its line and without white space; a name without article and possessive too."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    line = words.lstrip().partition("\n")[0].rstrip()
    if is_name:
        if article := _ARTICLE.match(line):
            start += article.end()
            line = line[article.end() :]
        line = _POSSESSIVE.sub("", line)
    return start, start + len(line)


def _load(name: str) -> Any:
    try:
        import spacy
    except ImportError:
        hint = "pip install 'dateline[ml]'"
        raise UsageError(f"spacy:{name}", "the package spacy", "none", hint) from None
    try:
        return spacy.load(name)
    except (OSError, ValueError, ImportError) as error:
        is_path = "/" in name or Path(name).exists()
        expected = "the folder of a spaCy pipeline" if is_path else "an installed spaCy pipeline"
        hint = "" if is_path else f"python -m spacy download {name}"
        first = str(error).splitlines()[0]
        raise UsageError(f"spacy:{name}", expected, first, hint) from None
