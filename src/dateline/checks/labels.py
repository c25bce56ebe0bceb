"""Level 2 in columns: ids, labels, attribute values and the scheme's version."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc

from dateline.checks.columns import ABSENT, Ints, Layout
from dateline.checks.spans import Finding
from dateline.scheme import LAYERS, Attribute

__all__ = ["check_labels"]


def check_labels(layout: Layout) -> Iterator[Finding]:
    """All checks of level 2 that look at one document's labels."""
    scheme = layout.scheme
    versions = layout.column("scheme")
    for row in np.flatnonzero(
        ~pc.fill_null(pc.equal(versions, scheme.version), False).to_numpy(zero_copy_only=False)
    ).tolist():
        yield Finding("DL201", row, "scheme", scheme.version, str(versions[row].as_py()))
    yield from check_ids(layout)
    for layer in LAYERS:
        if layer in ("entities", "events"):
            yield from _types(layout, layer)
        for name, attribute in scheme.layers[layer].attributes.items():
            yield from _attribute(layout, layer, name, attribute)
    yield from _roles(layout)


def check_ids(layout: Layout) -> Iterator[Finding]:
    """DL203, DL204: ids of the layer's form, each once in its document."""
    for layer in LAYERS:
        items = layout.layers[layer]
        prefix = layout.scheme.layers[layer].prefix
        keys = layout.item_keys[layer]
        for i in np.flatnonzero(keys == ABSENT).tolist():
            where = f"{layer}[{items.position[i]}].id"
            found = repr(items.field("id")[i].as_py())
            yield Finding("DL203", int(items.owner[i]), where, f"{prefix} and a number", found)
        yield from _twice(layout, layer, keys)
    clusters = layout.clusters
    ids = clusters.field("id")
    form = pc.fill_null(pc.match_substring_regex(ids, "^C[1-9][0-9]{0,6}$"), False)
    for i in np.flatnonzero(~form.to_numpy(zero_copy_only=False)).tolist():
        found = repr(ids[i].as_py())
        yield Finding("DL203", int(clusters.owner[i]), "clusters", "C and a number", found)


def _twice(layout: Layout, layer: str, keys: Ints) -> Iterator[Finding]:
    items = layout.layers[layer]
    ascending = np.sort(keys)
    if not ((ascending[1:] == ascending[:-1]) & (ascending[1:] != ABSENT)).any():
        return
    order = np.argsort(keys, kind="stable")
    same = (keys[order][1:] == keys[order][:-1]) & (keys[order][1:] != ABSENT)
    seen: set[int] = set()
    for i in order[1:][same].tolist():
        if int(keys[i]) not in seen:
            seen.add(int(keys[i]))
            where = f"{layer}[{items.position[i]}].id"
            found = repr(items.field("id")[i].as_py())
            yield Finding("DL204", int(items.owner[i]), where, "an id that stands once", found)


def _types(layout: Layout, layer: str) -> Iterator[Finding]:
    items = layout.layers[layer]
    numbers = items.numbers("type")
    names = layout.scheme.labels(layer)
    for i in np.flatnonzero(layout.kinds[LAYERS.index(layer)] == ABSENT).tolist():
        found = "none" if numbers[i] == ABSENT else layout.name(names, int(numbers[i]))
        where = f"{layer}[{items.position[i]}].type"
        yield Finding("DL205", int(items.owner[i]), where, f"one of {', '.join(names)}", found)


def _attribute(layout: Layout, layer: str, name: str, attribute: Attribute) -> Iterator[Finding]:
    """DL206, DL207 of one attribute. An item of an unknown type is left to DL205."""
    items = layout.layers[layer]
    values = items.numbers(name)
    names = layout.scheme.values(layer, name)
    kinds = layout.kinds[LAYERS.index(layer)]
    allowed = _allowed(layout, layer, name, attribute)
    # One row more, all true, for items of an unknown type; one column more for unknown values.
    table = np.zeros((len(allowed) + 1, len(names) + 1), dtype=bool)
    for row, these in enumerate(allowed.values()):
        table[row, [names.index(value) for value in these]] = True
    table[-1] = True
    there = values != ABSENT
    column = np.where((values >= 0) & (values < len(names)), values, len(names))
    for i in np.flatnonzero(there & ~table[kinds, column]).tolist():
        label = list(allowed)[kinds[i]]
        where = f"{layer}[{items.position[i]}].{name}"
        these = allowed[label]
        expected = f"one of {', '.join(these)}" if these else f"no {name} on {label}"
        found = layout.name(names, int(values[i]))
        yield Finding("DL206", int(items.owner[i]), where, expected, found)
    if attribute.required:
        needed = np.array([*(bool(these) for these in allowed.values()), False])
        for i in np.flatnonzero(~there & needed[kinds]).tolist():
            where = f"{layer}[{items.position[i]}].{name}"
            expected = f"one of {', '.join(allowed[list(allowed)[kinds[i]]])}"
            yield Finding("DL207", int(items.owner[i]), where, expected, "none")


def _allowed(layout: Layout, layer: str, name: str, attribute: Attribute) -> dict[str, list[str]]:
    """The values that an attribute may have, by label."""
    labels = layout.scheme.labels(layer) if layer in ("entities", "events") else [layer]
    found = {}
    for label in labels:
        found[label] = (
            layout.scheme.modes(label) if name == "mode" else layout.scheme.values(layer, name)
        )
        if "*" not in attribute.only and label not in attribute.only and label != layer:
            found[label] = []
    return found


def _roles(layout: Layout) -> Iterator[Finding]:
    """DL403: roles that the scheme does not have."""
    events = layout.layers["events"]
    arguments = events.nested("arguments")
    roles = layout.scheme.roles()
    numbers = arguments.numbers("role")
    for i in np.flatnonzero((numbers < 0) | (numbers >= len(roles))).tolist():
        event = arguments.owner[i]
        where = f"events[{events.position[event]}].arguments[{arguments.position[i]}].role"
        found = layout.name(roles, int(numbers[i]))
        yield Finding("DL403", int(events.owner[event]), where, f"one of {', '.join(roles)}", found)
