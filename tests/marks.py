"""Texts with marks of every kind, sound or not: what a format may be given to write."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import strategies as st

from dateline.derived import Article
from dateline.errors import UsageError
from dateline.formats.items import to_document
from dateline.formats.native import to_standoff
from dateline.formats.registry import Format, Known
from dateline.formats.standoff import KINDS, StandOff
from dateline.records import Argument, Document, Foreign, Span, in_order
from strategies import SCHEME, Draw, texts

_LINE = st.characters(codec="utf-8", exclude_categories=["Cs"])
_IDS = ["T1", "T2", "T3", "E1", "E2", "A1", "S1", "C1", "R1", "#1", "N1", "*1", "T01", "x y"]
_LABELS = ["PERSON", "GPE", "ASSAULT", "STANCE", "CLUSTER", "Odd one", "x:y", "", "Dateline", "a2"]
_ROLES = ["actor", "actor2", "member", "on", "holder", "target", "Arg1", "Arg2", "a b"]
_NAMES = ["mode", "text", "kb", "name", "x y", "holder"]
_VALUES = ["true", "a b", " x", "", "two\nlines", "wd:Q4", "AUTHOR", "aerial"]


def _words(known: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(known) | st.text(_LINE, max_size=5)


@st.composite
def standoffs(draw: Draw) -> StandOff:
    """A text with up to eight marks, whose spans and references may lead nowhere."""
    text = draw(texts())
    size = len(text)
    ids = draw(st.lists(_words(_IDS).filter(bool), max_size=8, unique=True))
    sound = st.integers(0, size - 1).flatmap(
        lambda a: st.integers(a + 1, size).map(lambda b: Span(a, b))
    )
    span = sound | sound | st.builds(Span, st.integers(-1, size + 2), st.integers(-1, size + 2))
    argument = st.builds(Argument, _words(_ROLES), st.sampled_from([*ids, "T99"]))
    marks = [
        Foreign(
            key,
            draw(st.sampled_from(KINDS)),
            draw(_words(_LABELS)),
            draw(st.lists(span, max_size=2)),
            draw(st.lists(argument, max_size=3)),
            draw(st.dictionaries(_words(_NAMES), _words(_VALUES), max_size=3)),
        )
        for key in ids
    ]
    return StandOff(doc_id="orlem-1", text=text, marks=marks)


def round_trip(form: Format, given: list[StandOff], folder: Path) -> list[StandOff]:
    """What is read of what is written."""
    texts_of = {standoff.doc_id: standoff.text for standoff in given}
    try:
        for name, raw in form.write(given, SCHEME):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
    except UsageError as error:
        if "pip install" not in error.hint:
            raise
        pytest.skip(str(error))
    return list(form.read(folder, Known(SCHEME, texts_of.__getitem__)))


def bare(doc: Document) -> Document:
    """Labels as they come through marks: in order, without provenance and guidelines."""
    return msgspec.structs.replace(in_order(doc), provenance={}, guidelines=None)


def through(article: Article, change: Callable[[StandOff], Any] = lambda x: x) -> Document:
    """An article's labels through marks, which `change` may do something to."""
    standoff = to_standoff(article, SCHEME)
    changed = change(standoff)
    maker, status = article.labels.annotator, article.labels.status
    changed = msgspec.structs.replace(changed, annotator=maker, status=status)
    return bare(to_document(changed, SCHEME).document)


def reasons(found: StandOff) -> list[str]:
    """Why each notice of a text was made."""
    return [notice.reason for notice in found.notices]


def adds_up(found: StandOff) -> None:
    """Every mark of a text becomes an item, part of one, or stays foreign; none gets lost."""
    brought = to_document(found, SCHEME)
    assert len(brought.items) + len(brought.parts) + len(brought.foreign) == len(found.marks)


def read_as(
    form: Format, name: str, raw: str | bytes, known: Known, encoding: str = "utf-8"
) -> list[StandOff]:
    """What is read of a file of this name that holds this."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
        return list(form.read(path, Known(known.scheme, known.text_of, encoding)))
