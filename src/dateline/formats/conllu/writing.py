"""Writing CoNLL-U files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dateline.formats.conllu.asides import Aside, line_of
from dateline.formats.conllu.escapes import escape_space
from dateline.formats.conllu.heads import WRITTEN, kept_meta
from dateline.formats.conllu.planning import FIELDS, plan
from dateline.formats.standoff import StandOff, file_stem
from dateline.scheme import Scheme
from dateline.text import segment

__all__ = ["write"]

_UNKNOWN = "\t_" * 7


def write(standoffs: Iterable[StandOff], scheme: Scheme) -> Iterator[tuple[str, bytes]]:
    """`<id>.conllu` for each text.

    Raises
    ------
    DataError : a name that is no document id, and so may be no file's.
    """
    for standoff in standoffs:
        stem = file_stem(standoff)
        text = "".join(f"{line}\n" for line in _lines(standoff, scheme))
        yield f"{stem}.conllu", text.encode()


def _lines(standoff: StandOff, scheme: Scheme) -> Iterator[str]:
    text, units = standoff.text, segment(standoff.text)
    brackets, asides = plan(standoff, units, scheme)
    yield f"# newdoc id = {standoff.doc_id}"
    yield f"# global.Entity = {FIELDS}"
    for key, value in kept_meta(standoff.meta).items():
        yield f"# meta::{WRITTEN[key]} = {value}"
    if not units.tokens:
        yield line_of(Aside(text=text))
        yield from map(line_of, asides.get(0, []))
        yield ""
        return
    at = 0  # the end of the last token
    for number in range(len(units.sentences)):
        low, high = units.sentence_tokens(number)
        if low == high:
            continue
        if "\n" in text[at : units.tokens[low][0]]:
            yield "# newpar"
        yield f"# sent_id = {standoff.doc_id}-{number + 1}"
        words = []
        rows = []
        for token in range(low, high):
            start, end = units.tokens[token]
            first = escape_space(text[:start]) if token == 0 else ""
            at = end
            following = units.tokens[token + 1][0] if token + 1 < len(units.tokens) else len(text)
            gap = text[end:following]
            misc = [f"Entity={brackets[token]}" if brackets[token] else ""]
            misc.append(_after(gap, token == high - 1, following == len(text)))
            misc.append(f"SpacesBefore={first}" if first else "")
            words.append(text[start:end] + (" " if gap else ""))
            said = "|".join(filter(None, misc)) or "_"
            rows.append(f"{token - low + 1}\t{text[start:end]}{_UNKNOWN}\t{said}")
        yield f"# text = {''.join(words).rstrip()}"
        yield from map(line_of, asides.get(number, []))
        yield from rows
        yield ""


def _after(gap: str, last: bool, at_end: bool) -> str:
    """What MISC says of the white space after a token; "" where it goes without saying."""
    if not gap:
        return "" if last and at_end else "SpaceAfter=No"
    if gap == " " and not last:
        return ""
    return f"SpacesAfter={escape_space(gap)}"
