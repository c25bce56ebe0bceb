"""Level 4: references and meaning, in columns."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dateline.checks.characters import LETTER, QUOTE
from dateline.checks.columns import ABSENT, Bools, Ints, Items, Layout
from dateline.checks.spans import Finding
from dateline.records import AUTHOR
from dateline.scheme import LAYERS, Link

__all__ = ["check_references"]

_KB = re.compile(r"NIL|wd:Q[1-9][0-9]*|dl:[a-z0-9-]+(/[a-z0-9-]+)?")


def check_references(layout: Layout) -> Iterator[Finding]:
    """All checks of level 4 that look at one document."""
    for check in (
        check_arguments,
        check_sources,
        check_stances,
        check_clusters,
        check_content,
        check_nesting,
        check_quotes,
        check_grounding,
        check_kb,
    ):
        yield from check(layout)


def _allowed(layout: Layout, link: Link) -> list[Bools]:
    """By layer, which labels a link may point at; the last place stands for an unknown label."""
    tables = []
    for layer in LAYERS:
        labels = layout.scheme.labels(layer) if layer in ("entities", "events") else [""]
        names = link.to.get(layer, [])
        tables.append(np.array([*("*" in names or label in names for label in labels), True]))
    return tables


def _misplaced(
    layout: Layout, link: Link, layer: Ints, number: Ints, author: Bools | None = None
) -> tuple[Bools, Bools]:
    """Which references point at nothing, and which at an item that may not stand there."""
    nothing = layer == ABSENT
    if author is not None:
        nothing = nothing & ~author
    wrong = np.zeros(len(layer), dtype=bool)
    for code, table in enumerate(_allowed(layout, link)):
        here = np.flatnonzero(layer == code)
        wrong[here] = ~table[layout.kinds[code][number[here]]]
    return nothing, wrong


def _said(layout: Layout, layer: int, number: int) -> str:
    name = LAYERS[layer]
    kind = layout.kinds[layer][number]
    label = layout.scheme.labels(name)[kind] if name in ("entities", "events") else ""
    return f"of {name}{': ' + label if label else ''}"


def _references(
    layout: Layout,
    link: Link,
    refs: pa.Array,
    rows: Ints,
    where: Callable[[int], str],
    author: Bools | None = None,
) -> Iterator[Finding]:
    """DL401, DL402 for the references of one link; `where` gives the path of one by its number."""
    layer, number = layout.resolve(refs, rows)
    nothing, wrong = _misplaced(layout, link, layer, number, author)
    kinds = " or ".join(link.to)
    allowed = "; ".join(f"{name}: {', '.join(labels)}" for name, labels in link.to.items())
    for i in np.flatnonzero(nothing | wrong).tolist():
        row, key = int(rows[i]), refs[i].as_py()
        if nothing[i]:
            expected = f"the id of one of {layout.doc_ids[row]}'s {kinds}"
            yield Finding("DL401", row, where(i), expected, repr(key))
        else:
            found = f"{key}, {_said(layout, int(layer[i]), int(number[i]))}"
            yield Finding("DL402", row, where(i), allowed, found)


def check_arguments(layout: Layout) -> Iterator[Finding]:
    """DL401 to DL404, DL408, DL415, DL416: the roles of events and what fills them."""
    events = layout.layers["events"]
    arguments = events.nested("arguments")
    role, kind = arguments.numbers("role"), layout.kinds[1][arguments.owner]
    rows = events.owner[arguments.owner]
    refs = arguments.field("ref")
    links = {n: k for n, k in layout.scheme.layers["events"].links.items() if n != "cluster"}
    types = layout.scheme.labels("events")

    def where(i: int, end: str = "") -> str:
        event = events.position[arguments.owner[i]]
        return f"events[{event}].arguments[{arguments.position[i]}]{end}"

    for code, (name, link) in enumerate(links.items()):
        mine = np.flatnonzero(role == code)
        if not len(mine):
            continue
        if "*" not in link.only:
            may = np.array([*(t in link.only for t in types), True])
            for i in mine[~may[kind[mine]]].tolist():
                expected = f"{name} on {', '.join(link.only)} only"
                found = f"it on {types[kind[i]]}"
                yield Finding("DL403", int(rows[i]), where(i, ".role"), expected, found)
        yield from _references(
            layout,
            link,
            refs.take(pa.array(mine)),
            rows[mine],
            lambda k, mine=mine: where(int(mine[k]), ".ref"),  # type: ignore[misc]
        )
    keys = layout.keys(refs, rows)
    own = layout.keys(events.field("id"), events.owner)[arguments.owner]
    for i in np.flatnonzero((keys == own) & (keys != ABSENT)).tolist():
        expected = "another item than the event itself"
        yield Finding("DL416", int(rows[i]), where(i, ".ref"), expected, repr(refs[i].as_py()))
    yield from _repeated(arguments, role, keys, rows, where, layout)
    yield from _wanted(layout, arguments, role)


def _repeated(
    arguments: Items,
    role: Ints,
    keys: Ints,
    rows: Ints,
    where: Callable[[int], str],
    layout: Layout,
) -> Iterator[Finding]:
    order = np.lexsort((arguments.position, keys, arguments.owner))
    this, after = order[:-1], order[1:]
    same = (arguments.owner[this] == arguments.owner[after]) & (keys[this] == keys[after])
    same &= keys[this] != ABSENT
    names = layout.scheme.roles()
    for i, j in zip(this[same].tolist(), after[same].tolist(), strict=True):
        ref = arguments.field("ref")[j].as_py()
        one, two = (names[role[k]] if role[k] != ABSENT else "?" for k in (i, j))
        if one == two:
            place = where(j)
            yield Finding("DL408", int(rows[j]), place, "each role and filler once", f"{two} {ref}")
        else:
            expected = "one role for a filler"
            yield Finding("DL415", int(rows[j]), where(j), expected, f"{ref} as {one} and {two}")


def _wanted(layout: Layout, arguments: Items, role: Ints) -> Iterator[Finding]:
    """DL404: roles whose absence is worth a warning."""
    events = layout.layers["events"]
    kind = layout.kinds[1]
    links = layout.scheme.roles()
    labels = layout.scheme.layers["events"].labels
    for number, (name, label) in enumerate(labels.items()):
        for wanted in label.wants:
            filled = np.zeros(len(events), dtype=bool)
            filled[arguments.owner[role == links.index(wanted)]] = True
            for i in np.flatnonzero((kind == number) & ~filled).tolist():
                s, e = (int(events.field(edge)[i].as_py() or 0) for edge in ("start", "end"))
                where = f"events[{events.position[i]}]"
                expected = f"a {wanted} of {name}"
                yield Finding("DL404", int(events.owner[i]), where, expected, "none", (s, e))


def check_sources(layout: Layout) -> Iterator[Finding]:
    """DL401, DL402 of `refs`; DL414: the form fits the presence of a source."""
    attributions = layout.layers["attributions"]
    there = attributions.present("source")
    struct = attributions.field("source")
    refs = Items.of(pc.struct_field(struct, "refs"))
    rows = attributions.owner[refs.owner]

    def where(i: int) -> str:
        attribution = attributions.position[refs.owner[i]]
        return f"attributions[{attribution}].source.refs[{refs.position[i]}]"

    link = layout.scheme.layers["attributions"].links["refs"]
    yield from _references(layout, link, refs.values, rows, where)
    form = attributions.numbers("source_form")
    implicit = layout.scheme.values("attributions", "source_form").index("implicit")
    for i in np.flatnonzero((form != ABSENT) & (there == (form == implicit))).tolist():
        place = f"attributions[{attributions.position[i]}].source_form"
        expected, found = (
            ("another form, since there is a source", "implicit")
            if there[i]
            else ("implicit, since there is no source", "another form")
        )
        yield Finding("DL414", int(attributions.owner[i]), place, expected, found)


def check_stances(layout: Layout) -> Iterator[Finding]:
    """DL401, DL402 of holders and targets."""
    stances = layout.layers["stances"]
    links = layout.scheme.layers["stances"].links
    for name in ("holder", "target"):
        refs = stances.field(name)
        author = pc.fill_null(pc.equal(refs, AUTHOR), False).to_numpy(zero_copy_only=False)
        allowed = author if links[name].author else None

        def where(i: int, name: str = name) -> str:
            return f"stances[{stances.position[i]}].{name}"

        yield from _references(layout, links[name], refs, stances.owner, where, allowed)


def check_clusters(layout: Layout) -> Iterator[Finding]:
    """DL405, DL406: clusters have members, all of one type, and members their cluster's entry."""
    clusters = layout.clusters
    entries = _cluster_keys(clusters.field("id"), clusters.owner)
    members, kinds, wheres = [], [], []
    rows = []
    for number, layer in enumerate(("entities", "events")):
        items = layout.layers[layer]
        column = items.field("cluster")
        there = pc.is_valid(column).to_numpy(zero_copy_only=False)
        which = np.flatnonzero(there)
        keys = _cluster_keys(column.take(pa.array(which)), items.owner[which])
        members.append(keys)
        kinds.append(layout.kinds[number][which] + number * 1000)
        rows.append(items.owner[which])
        wheres.append((layer, items.position[which], column, which))
    known = np.sort(entries)
    for number, (layer, positions, column, which) in enumerate(wheres):
        keys = members[number]
        at = np.minimum(np.searchsorted(known, keys), max(0, len(known) - 1))
        missing = known[at] != keys if len(known) else np.ones(len(keys), dtype=bool)
        for i in np.flatnonzero(missing).tolist():
            where = f"{layer}[{positions[i]}].cluster"
            found = repr(column[int(which[i])].as_py())
            yield Finding("DL406", int(rows[number][i]), where, "a key of `clusters`", found)
    member, kind = np.concatenate(members), np.concatenate(kinds)
    pairs = np.unique(np.stack([member, kind]), axis=1) if len(member) else np.zeros((2, 0))
    names, counts = np.unique(pairs[0], return_counts=True)
    count_of: Ints = np.zeros(len(entries), dtype=np.int64)
    if len(names):
        at = np.minimum(np.searchsorted(names, entries), len(names) - 1)
        count_of = np.where(names[at] == entries, counts[at], 0)
    for i in np.flatnonzero(count_of != 1).tolist():
        where = f"clusters.{clusters.field('id')[i].as_py()}"
        row = int(clusters.owner[i])
        if count_of[i] == 0:
            yield Finding("DL406", row, where, "a member", "none")
            continue
        mixed = sorted({_kind_name(layout, int(k)) for k in pairs[1][pairs[0] == entries[i]]})
        yield Finding("DL405", row, where, "one type", ", ".join(mixed))


def _cluster_keys(ids: pa.Array, rows: Ints) -> Ints:
    """Cluster ids as numbers: C and a number; other forms by their place in a dictionary."""
    codes = pc.fill_null(ids, "").dictionary_encode()
    names = codes.dictionary.to_pylist()
    table = np.array([_cluster_number(name) for name in names], dtype=np.int64)
    numbers = codes.indices.to_numpy(zero_copy_only=False)
    found: Ints = rows * (1 << 34) + (table[numbers] if len(names) else numbers)
    return found


def _cluster_number(name: str) -> int:
    if re.fullmatch(r"C[1-9]\d{0,6}", name):
        return int(name[1:])
    return (1 << 32) + zlib.crc32(name.encode()) % (1 << 31)


def _kind_name(layout: Layout, kind: int) -> str:
    layer = "events" if kind >= 999 else "entities"
    labels = layout.scheme.labels(layer)
    number = kind % 1000 if kind != 999 else ABSENT
    return f"{labels[number]} ({layer})" if 0 <= number < len(labels) else f"? ({layer})"


def check_content(layout: Layout) -> Iterator[Finding]:
    """DL407: every attribution has content."""
    attributions = layout.layers["attributions"]
    counts = pc.fill_null(pc.list_value_length(attributions.field("content")), 0)
    for i in np.flatnonzero(counts.to_numpy(zero_copy_only=False) == 0).tolist():
        where = f"attributions[{attributions.position[i]}].content"
        yield Finding("DL407", int(attributions.owner[i]), where, "one fragment or more", "none")


def check_nesting(layout: Layout) -> Iterator[Finding]:
    """DL410: two attributions hold each other where both are content alone, and the same one."""
    attributions = layout.layers["attributions"]
    bare = np.flatnonzero(~attributions.present("source") & ~attributions.present("cue"))
    seen: dict[tuple[int, tuple[tuple[int, int], ...]], int] = {}
    for i, content in zip(bare.tolist(), attributions.texts("content", bare), strict=True):
        row = int(attributions.owner[i])
        key = (row, tuple((span["start"], span["end"]) for span in content or []))
        if key[1] and key in seen:
            where = f"attributions[{attributions.position[i]}]"
            found = f"the content of attributions[{seen[key]}], and nothing else"
            yield Finding("DL410", row, where, "a source, a cue or another content", found)
        seen.setdefault(key, int(attributions.position[i]))


def check_quotes(layout: Layout) -> Iterator[Finding]:
    """DL409: the quote type against the quotation marks in the content."""
    s = layout.spans
    which = np.flatnonzero((s.part == 3) & layout.sound & layout.has_text[s.row])
    if not len(which):
        return
    flags = layout.flags
    letter = (flags & LETTER) != 0
    inside = np.zeros(len(flags), dtype=bool)
    inside[1:-1] = letter[:-2] & letter[2:]  # an apostrophe
    for edge in (layout.first, layout.first[1:] - 1):
        inside[edge] = False  # whose neighbour is of another text
    marks = ((flags & QUOTE) != 0) & ~inside
    running = np.concatenate(([0], np.cumsum(marks)))
    base = layout.first[s.row[which]]
    first, last = base + s.start[which], base + s.end[which]
    held = running[last] - running[first]
    whole = marks[first] & marks[last - 1] & (last - first > 1)
    attributions = layout.layers["attributions"]
    quote = attributions.numbers("quote")
    names = layout.scheme.values("attributions", "quote")
    size = len(attributions)
    starts = np.searchsorted(attributions.owner, np.arange(layout.rows))
    owner = starts[s.row[which]] + s.position[which]
    any_mark = np.zeros(size, dtype=bool)
    any_mark[owner[held > 0]] = True
    all_whole = np.ones(size, dtype=bool)
    all_whole[owner[~whole]] = False
    seen = np.zeros(size, dtype=bool)
    seen[owner] = True
    nested = pc.is_valid(attributions.field("nested_in")).to_numpy(zero_copy_only=False)
    faults = (
        ("indirect", seen & all_whole & ~nested, "direct, since all of it is in quotation marks"),
        ("mixed", seen & ~any_mark & ~nested, "quotation marks in the content"),
    )
    for name, fault, expected in faults:
        for i in np.flatnonzero((quote == names.index(name)) & fault).tolist():
            where = f"attributions[{attributions.position[i]}].quote"
            yield Finding("DL409", int(attributions.owner[i]), where, expected, name)


def check_grounding(layout: Layout) -> Iterator[Finding]:
    """DL411: the holder of a stance is the source of the attribution that it is grounded in."""
    stances = layout.layers["stances"]
    grounded = stances.field("grounded_in")
    which = np.flatnonzero(pc.is_valid(grounded).to_numpy(zero_copy_only=False))
    if not len(which):
        return
    rows = stances.owner[which]
    _, number = layout.resolve(grounded.take(pa.array(which)), rows)
    holders = stances.texts("holder", which)
    attributions = layout.layers["attributions"]
    sources = attributions.texts("source", np.maximum(number, 0)) if len(attributions) else []
    clusters: dict[int, dict[str, str | None]] = {}
    for k, (row, holder) in enumerate(zip(rows.tolist(), holders, strict=True)):
        if number[k] == ABSENT or sources[k] is None:
            continue
        if row not in clusters:
            entities = layout.column("entities")[row].as_py() or []
            clusters[row] = {e["id"]: e["cluster"] for e in entities}
        known = clusters[row]
        refs = sources[k]["refs"] or []
        same = holder in refs or (
            known.get(holder) is not None and known.get(holder) in [known.get(r) for r in refs]
        )
        if refs and not same:
            i = int(which[k])
            where = f"stances[{stances.position[i]}].holder"
            expected = f"the source of {grounded[i].as_py()} ({', '.join(refs)})"
            yield Finding("DL411", row, where, expected, str(holder))


def check_kb(layout: Layout) -> Iterator[Finding]:
    """DL412: knowledge-base ids of a known form."""
    clusters = layout.clusters
    codes = pc.fill_null(clusters.field("kb"), "NIL").dictionary_encode()
    names = codes.dictionary.to_pylist()
    bad = np.array([_KB.fullmatch(name) is None for name in names], dtype=bool)
    numbers = codes.indices.to_numpy(zero_copy_only=False)
    if not bad.any():
        return
    for i in np.flatnonzero(bad[numbers]).tolist():
        where = f"clusters.{clusters.field('id')[i].as_py()}.kb"
        expected = "NIL, wd:Q and a number, or dl: and an id"
        yield Finding("DL412", int(clusters.owner[i]), where, expected, repr(names[numbers[i]]))
