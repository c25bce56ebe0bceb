"""Documents in columns: the flat arrays that the checks of spans and references work on.

A batch of rows of `documents` (or `external`) becomes one array of characters for all its texts and
one table of items a layer, so that a check is a few array operations, whatever the number of items.
The same class serves Parquet and the tree, whose documents are turned into a batch first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dateline.checks.characters import BINDS, CONTINUES, Flags, character_flags
from dateline.derived import Article
from dateline.documents import external_row
from dateline.rows import UNKNOWN, unchecked_batch
from dateline.scheme import LAYERS, Scheme

__all__ = ["ABSENT", "Items", "Layout", "Spans"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ABSENT = -1
"""The number of a label, row or item that is not there."""


def _numbers(array: pa.Array) -> Ints:
    found: Ints = pc.fill_null(array, ABSENT).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


@dataclass(frozen=True)
class Items:
    """The items of a list column, flattened.

    `owner` is the row (of a nested list: the item) each belongs to, `position` its place there.
    """

    owner: Ints
    position: Ints
    values: pa.Array

    @classmethod
    def of(cls, lists: pa.Array) -> Items:
        if isinstance(lists, pa.ChunkedArray):
            lists = lists.combine_chunks()
        owner = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False).astype(np.int64)
        values = pc.list_flatten(lists)
        lengths = np.bincount(owner, minlength=len(lists))
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1])) if len(lists) else lengths
        return cls(owner, np.arange(len(owner)) - starts[owner], values)

    def __len__(self) -> int:
        return len(self.owner)

    def field(self, name: str) -> pa.Array:
        """A field of the items, absent where the item's struct is."""
        return pc.struct_field(self.values, name)

    def numbers(self, name: str) -> Ints:
        """A field of numbers or labels; `ABSENT` where there is none."""
        return _numbers(self.field(name))

    def nested(self, name: str) -> Items:
        """The items of a list within the items; their `owner` is the number of the item."""
        return Items.of(self.field(name))

    def present(self, name: str) -> Bools:
        """Where a struct field is there."""
        found: Bools = pc.is_valid(self.field(name)).to_numpy(zero_copy_only=False)
        return found

    def texts(self, name: str, which: Ints) -> list[Any]:
        """A field of some items, as Python values."""
        found: list[Any] = self.field(name).take(pa.array(which)).to_pylist()
        return found


@dataclass(frozen=True)
class Spans:
    """Every span of every layer: `part` is its path below the item, by number into `PARTS`."""

    row: Ints
    layer: Ints
    position: Ints
    part: Ints
    fragment: Ints
    start: Ints
    end: Ints

    PARTS = ("", ".source", ".cue", ".content")

    def path(self, index: int) -> str:
        """The JSON path of a span, below the document."""
        part = int(self.part[index])
        at = f"{LAYERS[int(self.layer[index])]}[{int(self.position[index])}]"
        if not part:
            return at
        fragment = f"[{int(self.fragment[index])}]" if part == 3 else ""
        return f"{at}{self.PARTS[part]}{fragment}"


_ITEM = 1 << 40
_LAYER = 1 << 36


class Layout:
    """A batch of documents as flat arrays. Rows, items and characters are numbered from 0."""

    def __init__(
        self, batch: pa.RecordBatch | pa.Table, scheme: Scheme, unknown: Sequence[str] = ()
    ) -> None:
        self.batch = batch
        self.scheme = scheme
        self.rows = batch.num_rows
        self.unknown = unknown

    @classmethod
    def of(cls, articles: Iterable[Article], scheme: Scheme) -> Layout:
        """Articles in columns, whatever their labels and offsets."""
        rows = [
            {
                **external_row(article),
                "text": article.text,
                "text_sha256": article.labels.text_sha256,
            }
            for article in articles
        ]
        batch, unknown = unchecked_batch(rows, scheme)
        return cls(batch, scheme, unknown)

    def column(self, name: str) -> pa.Array:
        """A column as one array."""
        found = self.batch.column(name)
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found

    @cached_property
    def layers(self) -> dict[str, Items]:
        return {layer: Items.of(self.column(layer)) for layer in LAYERS}

    @cached_property
    def clusters(self) -> Items:
        return Items.of(self.column("clusters"))

    # ── Texts

    @cached_property
    def texts(self) -> list[str | None]:
        """The texts; all absent in a batch without them."""
        if "text" not in self.batch.schema.names:
            return [None] * self.rows
        found: list[str | None] = self.column("text").to_pylist()
        return found

    @cached_property
    def has_text(self) -> Bools:
        if "text" not in self.batch.schema.names:
            return np.zeros(self.rows, dtype=bool)
        found: Bools = pc.is_valid(self.column("text")).to_numpy(zero_copy_only=False)
        return found.copy()

    @cached_property
    def characters(self) -> npt.NDArray[np.uint32]:
        """The code points of all texts, one after the other."""
        data, edges = self.utf8
        whole = data[edges[0] : edges[-1]].tobytes().decode("utf-8")
        return np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32)

    @cached_property
    def first(self) -> Ints:
        """Where each text begins among the characters; one more closes the last."""
        if "text" not in self.batch.schema.names:
            return np.zeros(self.rows + 1, dtype=np.int64)
        lengths = pc.fill_null(pc.utf8_length(self.column("text")), 0)
        ends = np.cumsum(lengths.to_numpy(zero_copy_only=False))
        return np.concatenate(([0], ends)).astype(np.int64)

    @cached_property
    def lengths(self) -> Ints:
        return np.diff(self.first)

    @cached_property
    def flags(self) -> Flags:
        """What each character is; three more at the end, so that a look past it is harmless."""
        flags = np.zeros(len(self.characters) + 3, dtype=np.uint8)
        np.take(character_flags(), self.characters, out=flags[:-3], mode="clip")
        return flags

    @cached_property
    def has_clusters(self) -> bool:
        """Whether any character may be part of a longer grapheme cluster; most texts have none."""
        high = self.characters[self.characters >= 0x300]
        return bool((character_flags()[high] & (CONTINUES | BINDS)).any())

    def flags_at(self, places: Ints) -> Flags:
        """What the characters at some places are; nothing past the last."""
        if not len(self.characters):
            return np.zeros(len(places), dtype=np.uint8)
        inside = places < len(self.characters)
        found = character_flags()[self.characters[np.where(inside, places, 0)]]
        return np.where(inside, found, 0).astype(np.uint8)

    def raw_texts(self) -> Iterator[memoryview | None]:
        """The UTF-8 bytes of each text, without a copy."""
        data, edges = self.utf8
        there = self.column("text").is_valid().to_pylist()
        for row, valid in enumerate(there):
            yield data.data[edges[row] : edges[row + 1]] if valid else None

    @cached_property
    def utf8(self) -> tuple[Flags, Ints]:
        """The bytes of all texts, and where each begins; one more closes the last."""
        nothing = np.zeros(0, np.uint8)
        if "text" not in self.batch.schema.names:
            return nothing, np.zeros(self.rows + 1, dtype=np.int64)
        column = self.column("text")
        wide = pa.types.is_large_string(column.type)
        _, offsets, data = column.buffers()
        edges = np.frombuffer(offsets, dtype=np.int64 if wide else np.int32)
        within: Ints = edges[column.offset : column.offset + len(column) + 1].astype(np.int64)
        return (nothing if data is None else np.frombuffer(data, dtype=np.uint8)), within

    # ── Spans

    @cached_property
    def spans(self) -> Spans:
        columns: list[tuple[Ints, ...]] = []
        for number, layer in enumerate(LAYERS):
            items = self.layers[layer]
            if layer != "attributions":
                columns.append(self._spans(items, number, 0, items, None))
                continue
            for part, name in ((1, "source"), (2, "cue")):
                there = np.flatnonzero(items.present(name))
                struct = items.field(name).take(pa.array(there))
                inner = Items(items.owner[there], items.position[there], struct)
                columns.append(self._spans(inner, number, part, inner, None))
            content = items.nested("content")
            of = content.owner
            owners = Items(items.owner[of], items.position[of], content.values)
            columns.append(self._spans(owners, number, 3, content, content.position))
        row, layer_, position, part_, fragment, start, end = (
            np.concatenate(parts) for parts in zip(*columns, strict=True)
        )
        return Spans(row, layer_, position, part_, fragment, start, end)

    @staticmethod
    def _spans(
        owners: Items, layer: int, part: int, spans: Items, fragment: Ints | None
    ) -> tuple[Ints, ...]:
        size = len(owners)
        return (
            owners.owner,
            np.full(size, layer),
            owners.position,
            np.full(size, part),
            np.zeros(size, dtype=np.int64) if fragment is None else fragment,
            spans.numbers("start"),
            spans.numbers("end"),
        )

    @cached_property
    def sound(self) -> Bools:
        """Which spans are not empty and lie within their text (or have none to lie in)."""
        s = self.spans
        inside = ~self.has_text[s.row] | (s.end <= self.lengths[s.row])
        return (s.start >= 0) & (s.start < s.end) & inside

    # ── Ids and references

    def keys(self, ids: pa.Array, rows: Ints) -> Ints:
        """Ids such as T12 as numbers that are unique over the batch; `ABSENT` for other forms."""
        ids = ids.cast(pa.string()) if not pa.types.is_string(ids.type) else ids
        prefixes = {layer.prefix: n for n, layer in enumerate(self.scheme.layers.values())}
        form = pc.match_substring_regex(ids, f"^[{''.join(prefixes)}][1-9][0-9]{{0,6}}$")
        good = pc.fill_null(form, False)
        safe = pc.if_else(good, ids, "T0")
        number = pc.utf8_slice_codeunits(safe, 1).cast(pa.int64()).to_numpy(zero_copy_only=False)
        letter = pc.utf8_slice_codeunits(safe, 0, 1).dictionary_encode()
        order = np.array([prefixes[c] for c in letter.dictionary.to_pylist()], dtype=np.int64)
        layer = order[letter.indices.to_numpy(zero_copy_only=False)] if len(order) else number
        found = rows * _ITEM + layer * _LAYER + number
        return np.where(good.to_numpy(zero_copy_only=False), found, ABSENT)

    @cached_property
    def item_keys(self) -> dict[str, Ints]:
        """The key of every item by layer; `ABSENT` where its id has not the layer's form."""
        found = {}
        for number, layer in enumerate(LAYERS):
            items = self.layers[layer]
            keys = self.keys(items.field("id"), items.owner)
            mine = keys // _LAYER % (_ITEM // _LAYER) == number
            found[layer] = np.where(mine, keys, ABSENT)
        return found

    @cached_property
    def _known(self) -> tuple[Ints, Ints, Ints]:
        """Sorted keys of all items, with their layer and number in it."""
        keys, layers, numbers = [], [], []
        for number, layer in enumerate(LAYERS):
            items = self.layers[layer]
            keys.append(self.item_keys[layer])
            layers.append(np.full(len(items), number))
            numbers.append(np.arange(len(items)))
        key = np.concatenate(keys)
        order = np.argsort(key)
        return key[order], np.concatenate(layers)[order], np.concatenate(numbers)[order]

    def resolve(self, ids: pa.Array, rows: Ints) -> tuple[Ints, Ints]:
        """(layer, number in it) of what ids point at, `ABSENT` where they point at nothing."""
        known, layers, numbers = self._known
        keys = self.keys(ids, rows)
        if not len(known):
            return np.full(len(keys), ABSENT), np.full(len(keys), ABSENT)
        at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        hit = (keys != ABSENT) & (known[at] == keys)
        return np.where(hit, layers[at], ABSENT), np.where(hit, numbers[at], ABSENT)

    @cached_property
    def kinds(self) -> dict[int, Ints]:
        """The label of every item by layer; attributions and stances have one kind, 0."""
        return {
            number: self._type(layer)
            if layer in ("entities", "events")
            else np.zeros(len(self.layers[layer]), dtype=np.int64)
            for number, layer in enumerate(LAYERS)
        }

    def _type(self, layer: str) -> Ints:
        found = self.layers[layer].numbers("type")
        return np.where((found >= 0) & (found < len(self.scheme.labels(layer))), found, ABSENT)

    def name(self, names: Sequence[str], number: int) -> str:
        """A label's name by its number, also where the scheme does not have it."""
        if 0 <= number < len(names):
            return repr(names[number])
        if UNKNOWN <= number < UNKNOWN + len(self.unknown):
            return repr(self.unknown[number - UNKNOWN])
        return f"number {number}"

    def disown(self, rows: Iterable[int]) -> None:
        """Treat the texts of some rows as absent: they are not what was labelled."""
        self.has_text[list(rows)] = False

    @cached_property
    def doc_ids(self) -> list[str]:
        found: list[str] = self.column("doc_id").to_pylist()
        return found

    def each(self, mask: Bools) -> Iterator[int]:
        """The numbers at which a mask is true."""
        for index in np.flatnonzero(mask):
            yield int(index)
