"""The entries of a Label Studio result: a region, a field on one, an arrow; and what names mean."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from dateline.generated.places import TEXT

__all__ = ["Json", "arrow", "cluster_word", "entry", "item_of"]

Json = dict[str, Any]

_REGION = re.compile(r"(?P<item>[A-Z][0-9]+)(?:_(?:source|cue|content_[0-9]+))?")
_KEY = re.compile(r"C[1-9][0-9]{0,6}")


def entry(control: str, kind: str, region: str, value: Json) -> Json:
    """What a control holds: a region (`labels`), or a field (`choices`, `textarea`) on one."""
    return {"id": region, "from_name": control, "to_name": TEXT, "type": kind, "value": value}


def arrow(source: str, target: str, label: str) -> Json:
    """A named arrow from one region to another."""
    return {
        "type": "relation",
        "from_id": source,
        "to_id": target,
        "direction": "right",
        "labels": [label],
    }


def item_of(region: str) -> str | None:
    """The id of the item that a pushed region (without its prefix) is, or is a part of."""
    match = _REGION.fullmatch(region)
    return match["item"] if match else None


def cluster_word(layer: str, said: str) -> tuple[str, str]:
    """The word of a cluster, however it was typed: with its layer, or "" where it is a key."""
    said = " ".join(unicodedata.normalize("NFKC", said).casefold().split())
    return ("", said.upper()) if _KEY.fullmatch(said.upper()) else (layer, said)
