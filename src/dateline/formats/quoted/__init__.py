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
quotes `\"` is a quote, `\\` a backslash and `\n` a line end; backticks may stand for the quotes. A
line that ends in a backslash goes on in the next. On an event `time=T3` is the role and
`time=future` the attribute.
Attributes that the scheme gives a default may be left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from dateline.derived import Article
from dateline.errors import DataError
from dateline.formats.finding import files_of
from dateline.formats.items import to_document
from dateline.formats.native import to_standoff
from dateline.formats.quoted.reading import from_quoted
from dateline.formats.quoted.writing import to_quoted
from dateline.formats.registry import Format, Known
from dateline.formats.standoff import StandOff, file_stem
from dateline.formats.texts import decoded, read_bytes
from dateline.records import ArticleMeta, Document, items
from dateline.scheme import Scheme
from dateline.text import digest

__all__ = ["ENDINGS", "FORMAT", "from_quoted", "read_quoted", "to_quoted"]

ENDINGS = (".txt",)


def read_quoted(path: Path, known: Known) -> tuple[Document, str]:
    """The document of a quoted file, and the text of the tree's article that it is about.

    Raises
    ------
    DataError : not one line `doc ID`, no such article, or a line of another form.
    """
    raw = decoded(read_bytes(path, str(path)), str(path), known.encoding)
    named = [line.split() for line in raw.splitlines() if line.startswith("doc ")]
    if len(named) != 1 or len(named[0]) != 2:
        raise DataError(str(path), "one line `doc ID`", f"{len(named)}")
    text = known.text_of(named[0][1])
    return from_quoted(raw, text, known.scheme, str(path)), text


def _read(path: Path, known: Known) -> Iterator[StandOff]:
    for _, file in files_of(path, ENDINGS, any_alone=True):
        document, text = read_quoted(file, known)
        ids = [*document.clusters, *(item.id for _, _, item in items(document))]
        for key, count in Counter(ids).most_common(1):
            if count > 1:
                raise DataError(str(file), "each id once", f"{key!r} {count} times")
        yield _without_meta(to_standoff(_article(document, text), known.scheme))


def _write(standoffs: Iterable[StandOff], scheme: Scheme) -> Iterator[tuple[str, bytes]]:
    for standoff in standoffs:
        document = to_document(standoff, scheme).document
        yield f"{file_stem(standoff)}.txt", to_quoted(document, standoff.text).encode()


def _kept(standoff: StandOff, scheme: Scheme) -> StandOff:
    """The labels of the scheme, and who made them: nothing foreign, and nothing beside items."""
    document = msgspec.structs.replace(to_document(standoff, scheme).document, foreign=[])
    return _without_meta(to_standoff(_article(document, standoff.text), scheme))


def _without_meta(standoff: StandOff) -> StandOff:
    return msgspec.structs.replace(standoff, meta={})


def _article(document: Document, text: str) -> Article:
    meta = ArticleMeta(
        doc_id=document.doc_id,
        tier="open",
        published="",
        language="",
        licence="",
        text_sha256=digest(text),
    )
    return Article(meta, text, document)


FORMAT = Format("quoted", "the plain-text quoted form", _read, _write, _kept)
