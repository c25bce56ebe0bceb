"""Other forms of the same labels: a sub-package each, found by `dateline.formats.registry`."""

from __future__ import annotations

import pkgutil

__all__ = ["format_names"]


def format_names() -> list[str]:
    """The names of all formats, sorted."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.ispkg)
