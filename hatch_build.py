"""Puts schema, world, releases and what lies beside them into the wheel, below `dateline/_data`.

An editable install gets none of it: it reads the checkout, so there is no copy that could be stale.
Releases that together pass 50 MB stay out but for the newest.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LIMIT = 50_000_000


def _key(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.name.split("."))


class DataHook(BuildHookInterface):
    """Called by hatchling before a wheel is made."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the data files to `build_data` unless the build is an editable one."""
        if version == "editable":
            return
        root = Path(self.root)
        include: dict[str, str] = build_data["force_include"]
        for name in ("schema", "corpus/world"):
            include[str(root / name)] = f"dateline/_data/{name}"
        releases = sorted(
            (p.parent for p in root.glob("corpus/releases/*/manifest.json")), key=_key
        )
        sizes = [sum(f.stat().st_size for f in r.rglob("*") if f.is_file()) for r in releases]
        for release in releases if sum(sizes) <= LIMIT else releases[-1:]:
            include[str(release)] = f"dateline/_data/corpus/releases/{release.name}"
        for file in root.glob("corpus/releases/*"):  # what is said of releases from outside
            if file.is_file():
                include[str(file)] = f"dateline/_data/corpus/releases/{file.name}"
