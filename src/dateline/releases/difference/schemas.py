"""Label names in Parquet metadata, and what differs between the schemas of two versions.

The metadata that `datasets` writes is the only carrier of label names: rows are decoded by the
names of their own file, so that an old release means what it meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from dateline.errors import DataError
from dateline.tables import Labels, Type, leaves, stated_kinds

__all__ = ["SchemaChange", "decoder", "features_in", "label_names", "schema_changes"]


class SchemaChange(
    msgspec.Struct, frozen=True, kw_only=True, rename={"before": "from", "after": "to"}
):
    """A difference between two schemas of a config; `column` is a path such as `events.type`.

    `kind` is `config added`, `config removed`, `column added`, `column removed`, `column retyped`,
    `labels added` (at the end: the others keep their numbers) or `labels changed` (removed, renamed
    or in another order: numbers mean something else). `from` and `to` are types, or the names that
    came and went; both None where only the order is another.
    """

    config: str
    column: str | None
    kind: str
    before: str | list[str] | None = None
    after: str | list[str] | None = None


def features_in(schema: pa.Schema) -> Mapping[str, Type] | None:
    """The features in a schema's metadata by column; None where there are none."""
    try:
        return stated_kinds(schema)
    except DataError:
        return None


def label_names(features: Mapping[str, Type]) -> dict[str, list[str]]:
    """The names of every label column, in the order of their numbers, by path."""
    return {
        path.replace(".list.element", ""): list(kind.names)
        for path, kind in leaves(features)
        if isinstance(kind, Labels)
    }


def decoder(features: Mapping[str, Type], column: str, where: str) -> Callable[[Any], Any]:
    """A function from a column's values to values with labels by name.

    Values that are names already, as a copy from elsewhere may have them, stay.

    Raises
    ------
    DataError : (when called) a number that has no name.
    """
    return _decoder(features.get(column, ""), f"{where} {column}") or (lambda value: value)


def _decoder(kind: Type, where: str) -> Callable[[Any], Any] | None:
    if isinstance(kind, list):
        inner = _decoder(kind[0], where)
        if inner is None:
            return None
        return lambda value: None if value is None else [inner(x) for x in value]
    if isinstance(kind, Labels):
        names = kind.names

        def named(value: Any) -> Any:
            if not isinstance(value, int):
                return value
            if not 0 <= value < len(names):
                raise DataError(where, f"a label from 0 to {len(names) - 1}", str(value))
            return names[value]

        return named
    if isinstance(kind, str):
        return None
    parts = {key: _decoder(sub, f"{where}.{key}") for key, sub in kind.items()}
    if not any(parts.values()):
        return None

    def struct(value: Any) -> Any:
        if value is None:
            return None
        return {k: x if (code := parts.get(k)) is None else code(x) for k, x in value.items()}

    return struct


def _leaves(fields: Any, below: str = "") -> Iterator[tuple[str, str]]:
    """The leaf columns of a schema or struct by path, with their types as plain words."""
    for field in fields:
        kind, path = field.type, below + field.name
        lists = 0
        while pa.types.is_list(kind) or pa.types.is_large_list(kind) or _is_view(kind):
            kind, lists = kind.value_type, lists + 1
        if pa.types.is_struct(kind):
            yield from _leaves([kind.field(i) for i in range(kind.num_fields)], f"{path}.")
        else:
            yield path, "list of " * lists + _plain(kind)


def _is_view(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind))


_NESTED = pa.null()


def _plain(kind: pa.DataType) -> str:
    """A type's name; how a library lays out its strings is no difference."""
    if kind == _NESTED:
        return "nested"
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return str(kind).removeprefix("large_").removesuffix("_view")


def schema_changes(config: str, before: pa.Schema, after: pa.Schema) -> list[SchemaChange]:
    """What differs between two schemas of a config: columns, types, and the names of labels.

    Names are compared where both sides have them. The order of columns is no difference.
    """
    old, new = dict(_leaves(_kept(before, after))), dict(_leaves(_kept(after, before)))
    found = []
    for path, kind in old.items():
        if path not in new:
            found.append(
                SchemaChange(config=config, column=path, kind="column removed", before=kind)
            )
        elif new[path] != kind:
            found.append(
                SchemaChange(
                    config=config,
                    column=path,
                    kind="column retyped",
                    before=kind,
                    after=new[path],
                )
            )
    found += [
        SchemaChange(config=config, column=path, kind="column added", after=kind)
        for path, kind in new.items()
        if path not in old
    ]
    old_names, new_names = (label_names(features_in(side) or {}) for side in (before, after))
    for path, names in old_names.items():
        if path in new_names and new_names[path] != names:
            found.append(_labels(config, path, names, new_names[path]))
    return found


def _kept(one: pa.Schema, other: pa.Schema) -> list[pa.Field]:
    """The columns of one schema; one that only this side has is one change, whatever lies in it."""
    return [f if f.name in other.names else pa.field(f.name, _whole(f.type)) for f in one]


def _whole(kind: pa.DataType) -> pa.DataType:
    """A type without what lies in it."""
    return _NESTED if pa.types.is_nested(kind) else kind


def _labels(config: str, path: str, old: list[str], new: list[str]) -> SchemaChange:
    if new[: len(old)] == old:
        return SchemaChange(config=config, column=path, kind="labels added", after=new[len(old) :])
    gone, come = [x for x in old if x not in new], [x for x in new if x not in old]
    return SchemaChange(
        config=config,
        column=path,
        kind="labels changed",
        before=gone or None,
        after=come or None,
    )
