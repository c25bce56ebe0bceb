"""What tasks of `dateline studio push` carry beside their predictions."""

from __future__ import annotations

from typing import Any

import msgspec

from dateline.formats.labelstudio.aside import is_sound
from dateline.records import Cluster, Foreign

__all__ = ["Carried", "read_carried"]


class _Cluster(msgspec.Struct, frozen=True):
    name: str | None = None
    kb: str | None = None
    at: str | None = None


class _Sidecar(msgspec.Struct, frozen=True):
    clusters: dict[str, _Cluster] = {}
    foreign: list[Foreign] = []


class Carried(msgspec.Struct, frozen=True):
    """Clusters with the names and links that their regions do not show, and what is foreign.

    `prefixes` stand before the ids of regions, where a task shows several people's labels.
    """

    prefixes: list[str] = []
    clusters: dict[str, Cluster] = {}
    foreign: list[Foreign] = []


def read_carried(data: dict[str, Any], regions: list[str]) -> Carried:
    """What the data of a task carry for these regions; nothing where it is not of this form."""
    try:
        sidecars = msgspec.convert(data.get("carried", {}), dict[str, _Sidecar])
    except (msgspec.ValidationError, RecursionError):
        return Carried()
    known = set(regions)
    found = Carried(prefixes=[], clusters={}, foreign=[])
    several = len(sidecars) > 1
    for prefix, sidecar in sidecars.items():
        if several and not any(region.startswith(prefix) for region in regions):
            continue
        found.prefixes.append(prefix)
        found.foreign.extend(mark for mark in sidecar.foreign if is_sound(mark))
        for key, cluster in sidecar.clusters.items():
            shown = cluster.at is not None and prefix + cluster.at in known
            found.clusters.setdefault(key, Cluster(cluster.name, None if shown else cluster.kb))
    return found
