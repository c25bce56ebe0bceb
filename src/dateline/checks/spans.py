"""Level 3: spans against the text and against each other, in columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec
import numpy as np
import pyarrow.compute as pc
import regex

from dateline.checks.characters import BINDS, CONTINUES, SPACE
from dateline.checks.columns import Bools, Ints, Items, Layout

__all__ = ["Finding", "check_spans"]

_CLUSTER = regex.compile(r"\X")


class Finding(msgspec.Struct, frozen=True, gc=False):
    """What a check in columns finds; where it is in a file is for the target to say.

    `row` is the document's row in the batch, `where` the path of the field below it.
    """

    code: str
    row: int
    where: str
    expected: str
    found: str
    span: tuple[int, int] | None = None


def check_spans(layout: Layout) -> Iterator[Finding]:
    """All checks of level 3. The hash comes first: no span is looked up in another text."""
    foreign = list(check_hash(layout))
    yield from foreign
    layout.disown(finding.row for finding in foreign)
    for check in (
        check_bounds,
        check_edges,
        check_graphemes,
        check_sentences,
        check_fragments,
        check_parts,
        check_overlaps,
    ):
        yield from check(layout)


def check_hash(layout: Layout) -> Iterator[Finding]:
    """DL304: the labels are those of this text."""
    stated = layout.column("text_sha256").to_pylist()
    if "text" not in layout.batch.schema.names:
        return
    for row, (raw, wanted) in enumerate(zip(layout.raw_texts(), stated, strict=True)):
        if raw is None:
            continue
        found = hashlib.sha256(raw).hexdigest()
        if found != wanted:
            yield Finding("DL304", row, "text_sha256", found, str(wanted))


def check_bounds(layout: Layout) -> Iterator[Finding]:
    """DL302, DL301: start before end, and both within the text."""
    s = layout.spans
    for i in layout.each(s.start >= s.end):
        found = f"[{s.start[i]}, {s.end[i]})"
        yield Finding("DL302", int(s.row[i]), s.path(i), "start before end", found)
    outside = (s.start < s.end) & ~layout.sound
    for i in layout.each(outside):
        row = int(s.row[i])
        limit = f"[0, {layout.lengths[row]})" if layout.has_text[row] else "[0, …)"
        found = f"[{s.start[i]}, {s.end[i]})"
        yield Finding("DL301", row, s.path(i), f"offsets within {limit}", found)


def _in_text(layout: Layout) -> tuple[Ints, Ints, Ints]:
    """The spans that can be looked up: their numbers, first characters and one past their last."""
    s = layout.spans
    which = np.flatnonzero(layout.sound & layout.has_text[s.row])
    base = layout.first[s.row[which]]
    return which, base + s.start[which], base + s.end[which]


def _words(layout: Layout, i: int) -> str:
    s = layout.spans
    return (layout.texts[s.row[i]] or "")[s.start[i] : s.end[i]]


def check_edges(layout: Layout) -> Iterator[Finding]:
    """DL303: no white space at the edges of a span."""
    which, first, last = _in_text(layout)
    s = layout.spans
    bad = ((layout.flags_at(first) | layout.flags_at(last - 1)) & SPACE) != 0
    which = which[bad]
    columns = (which, s.row[which], s.start[which], s.end[which])
    for i, row, start, end in zip(*(column.tolist() for column in columns), strict=True):
        words = repr((layout.texts[row] or "")[start:end])
        expected = "a visible character at both ends"
        yield Finding("DL303", row, s.path(i), expected, words, (start, end))


def check_graphemes(layout: Layout) -> Iterator[Finding]:
    """DL306: no edge inside a grapheme cluster (UAX #29), such as a letter and its accent."""
    if not layout.has_clusters:
        return
    which, first, last = _in_text(layout)
    s = layout.spans
    start_at_text = s.start[which] == 0
    end_at_text = s.end[which] == layout.lengths[s.row[which]]

    def may_cut(at: Ints) -> Bools:
        before = layout.flags_at(np.maximum(at - 1, 0))
        cut: Bools = ((layout.flags_at(at) & CONTINUES) | (before & BINDS)) != 0
        return cut

    suspect = (may_cut(first) & ~start_at_text) | (may_cut(last) & ~end_at_text)
    edges: dict[int, set[int]] = {}
    for i in which[suspect].tolist():
        row = int(s.row[i])
        if row not in edges:
            text = layout.texts[row] or ""
            edges[row] = {m.start() for m in _CLUSTER.finditer(text)} | {len(text)}
        cut = [at for at in (int(s.start[i]), int(s.end[i])) if at not in edges[row]]
        if cut:
            span = (int(s.start[i]), int(s.end[i]))
            found = f"{_words(layout, i)!r}, cut at {cut[0]}"
            yield Finding("DL306", row, s.path(i), "edges between visible characters", found, span)


def check_sentences(layout: Layout) -> Iterator[Finding]:
    """DL307: stored sentences are in order, apart, in the text, and every span starts in one."""
    if "sentences" not in layout.batch.schema.names:
        return
    column = layout.column("sentences")
    items = Items.of(column)
    start, end = items.numbers("start"), items.numbers("end")
    same = np.zeros(len(items), dtype=bool)
    same[1:] = items.owner[1:] == items.owner[:-1]
    before = np.concatenate(([0], end[:-1])) if len(items) else end
    bad = (start >= end) | (start < 0) | (same & (start < before))
    bad |= layout.has_text[items.owner] & (end > layout.lengths[items.owner])
    for i in layout.each(bad):
        where = f"sentences[{items.position[i]}]"
        found = f"[{start[i]}, {end[i]})"
        yield Finding("DL307", int(items.owner[i]), where, "sentences in order and apart", found)
    whole = pc.is_valid(column).to_numpy(zero_copy_only=False)
    broken = set(items.owner[bad].tolist())
    s = layout.spans
    which = np.flatnonzero(layout.sound & whole[s.row] & layout.has_text[s.row])
    if not len(items):
        homeless = np.ones(len(which), dtype=bool)
    else:
        base = layout.first
        starts, ends = base[items.owner] + start, base[items.owner] + end
        at = np.searchsorted(starts, base[s.row[which]] + s.start[which], side="right") - 1
        place = base[s.row[which]] + s.start[which]
        homeless = (at < 0) | (place >= ends[np.maximum(at, 0)])
    for i in which[homeless].tolist():
        if int(s.row[i]) in broken or _words(layout, i)[:1].isspace():
            continue
        span = (int(s.start[i]), int(s.end[i]))
        found = f"{_words(layout, i)!r} in none"
        yield Finding("DL307", int(s.row[i]), s.path(i), "a start in a sentence", found, span)


def check_fragments(layout: Layout) -> Iterator[Finding]:
    """DL305: the fragments of a content are in order and apart."""
    s = layout.spans
    content = np.flatnonzero(s.part == 3)
    this, after = content[:-1], content[1:]
    same = (s.row[this] == s.row[after]) & (s.position[this] == s.position[after])
    bad = same & (s.fragment[after] > 0) & (s.start[after] <= s.end[this])
    for i, j in zip(this[bad].tolist(), after[bad].tolist(), strict=True):
        found = f"[{s.start[i]}, {s.end[i]}) then [{s.start[j]}, {s.end[j]})"
        where = f"attributions[{s.position[i]}].content"
        yield Finding("DL305", int(s.row[i]), where, "fragments in order and apart", found)


def check_parts(layout: Layout) -> Iterator[Finding]:
    """DL312: source and cue of one attribution do not overlap each other, nor its content."""
    s = layout.spans
    parts = np.flatnonzero(s.part > 0)
    order = parts[np.lexsort((s.start[parts], s.position[parts], s.row[parts]))]
    this, after = order[:-1], order[1:]
    same = (s.row[this] == s.row[after]) & (s.position[this] == s.position[after])
    different = s.part[this] != s.part[after]
    bad = same & different & (s.start[after] < s.end[this])
    for i, j in zip(this[bad].tolist(), after[bad].tolist(), strict=True):
        found = f"{s.path(i).rpartition('.')[2]} [{s.start[i]}, {s.end[i]}) and "
        found += f"{s.path(j).rpartition('.')[2]} [{s.start[j]}, {s.end[j]})"
        where = f"attributions[{s.position[i]}]"
        yield Finding("DL312", int(s.row[i]), where, "source, cue and content apart", found)


_PAIRS = 10_000, 8
"""How many pairs of spans that touch are looked at in an article: so many, and so many a span.

No real article has nearly as many; in one that was made to, all against all would take hours.
"""


def check_overlaps(layout: Layout) -> Iterator[Finding]:
    """DL310, DL311, DL313: mentions on the same span, crossing mentions, an event given twice."""
    s = layout.spans
    for number, layer in enumerate(("entities", "events")):
        mine = np.flatnonzero((s.layer == number) & (s.start < s.end))
        mine = mine[_in_order(s.row[mine], s.start[mine], -s.end[mine])]
        kinds = layout.kinds[number]
        first_of = np.flatnonzero(s.layer == number)
        base = first_of[0] if len(first_of) else 0
        at: Ints = np.arange(len(mine) - 1)
        rows = int(s.row[mine].max(initial=0)) + 1
        left = _PAIRS[0] + _PAIRS[1] * np.bincount(s.row[mine], minlength=rows)
        for step in range(1, len(mine)):
            # Starts ascend: a span that the next one does not touch is touched by none after it.
            at = at[at + step < len(mine)]
            this, after = mine[at], mine[at + step]
            near = (s.row[this] == s.row[after]) & (s.start[after] < s.end[this])
            at, this, after = at[near], this[near], after[near]
            left -= np.bincount(s.row[this], minlength=rows)
            at = at[left[s.row[this]] > 0]
            if not len(this):
                break
            twins = (s.start[this] == s.start[after]) & (s.end[this] == s.end[after])
            crossing = (s.start[this] < s.start[after]) & (s.end[this] < s.end[after])
            if layer == "entities":
                yield from _pairs(layout, this, after, twins, "DL310", "one mention on a span")
                expected = "mentions that nest or lie apart"
                yield from _pairs(layout, this, after, crossing, "DL311", expected)
            else:
                alike = kinds[this - base] == kinds[after - base]
                yield from _twin_events(layout, this, after, twins & alike)


def _in_order(row: Ints, start: Ints, end: Ints) -> Ints:
    """The numbers that sort spans; canonical documents are in order, and cost no sorting."""
    later = row[1:] > row[:-1]
    later |= (row[1:] == row[:-1]) & (start[1:] > start[:-1])
    later |= (row[1:] == row[:-1]) & (start[1:] == start[:-1]) & (end[1:] >= end[:-1])
    return np.arange(len(row)) if later.all() else np.lexsort((end, start, row))


def _pairs(
    layout: Layout, this: Ints, after: Ints, mask: Bools, code: str, expected: str
) -> Iterator[Finding]:
    s = layout.spans
    one, two = this[mask], after[mask]
    columns = (s.row[two], s.position[one], s.position[two], s.start[one], s.end[one])
    more = (s.start[two], s.end[two])
    pairs = zip(*(column.tolist() for column in (*columns, *more)), strict=True)
    for row, first, second, start, end, start2, end2 in pairs:
        found = f"[{start}, {end}) and [{start2}, {end2}) of entities[{first}]"
        yield Finding(code, row, f"entities[{second}]", expected, found, (start2, end2))


def _twin_events(layout: Layout, this: Ints, after: Ints, mask: Bools) -> Iterator[Finding]:
    """Two figures on one word are two events; without a figure of its own the second is a copy."""
    s = layout.spans
    events = layout.layers["events"]
    first = int(np.flatnonzero(s.layer == 1)[0]) if (s.layer == 1).any() else 0
    ones, twos = this[mask], after[mask]
    if not len(ones):
        return
    each = np.unique(np.concatenate([ones, twos]))
    given = {
        i: sorted((a["role"], a["ref"]) for a in arguments or [])
        for i, arguments in zip(each.tolist(), events.texts("arguments", each - first), strict=True)
    }
    for i, j in zip(ones.tolist(), twos.tolist(), strict=True):
        if given[i] == given[j]:
            span = (int(s.start[j]), int(s.end[j]))
            expected = "an event that differs from the one on the same words"
            yield Finding("DL313", int(s.row[j]), s.path(j), expected, f"that of {s.path(i)}", span)
