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

from dateline.formats.quoted.reading import from_quoted
from dateline.formats.quoted.writing import to_quoted

__all__ = ["from_quoted", "to_quoted"]
