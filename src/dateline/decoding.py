"""Reading YAML into typed records: safe, no key twice, and every fault with its place."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import msgspec
import yaml

from dateline.errors import DataError

__all__ = ["from_yaml"]


class _Loader(yaml.CSafeLoader):
    """Safe YAML that refuses a repeated key, which plain YAML lets win silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                break  # which the plain loader refuses
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def from_yaml(raw: bytes, kind: Any, where: str, shape: str) -> Any:
    """The value that YAML text describes, of the type `kind`.

    Parameters
    ----------
    where, shape : the file, and what it should hold, for the error.

    Raises
    ------
    DataError : not YAML, a key twice in one mapping, or not of this type; with the place.
    """
    try:
        return msgspec.convert(yaml.load(raw, Loader=_Loader), kind, strict=True)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # ValueError: a date such as 2026-13-40, or msgspec's own, which is more telling
        if isinstance(error, msgspec.ValidationError):
            raise DataError(where, shape, str(error)) from None
        raise DataError(where, "a readable YAML file", " ".join(str(error).split())) from None
