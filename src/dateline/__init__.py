"""Dateline: an annotated corpus of conflict and diplomacy news, and its toolchain.

>>> import dateline
>>> events = dateline.load("events", split="train")
>>> article = dateline.document("…")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dateline.articles import document
    from dateline.checks import validate as validate
    from dateline.checks.verifying import verify
    from dateline.citation import cite as cite
    from dateline.errors import DataError, DatelineError, DatelineWarning, UsageError
    from dateline.evaluation import score as score
    from dateline.loading import frame, load

__all__ = [
    "DataError",
    "DatelineError",
    "DatelineWarning",
    "UsageError",
    "cite",
    "document",
    "frame",
    "load",
    "score",
    "validate",
    "verify",
]

_HOMES = {
    "DataError": "dateline.errors",
    "DatelineError": "dateline.errors",
    "DatelineWarning": "dateline.errors",
    "UsageError": "dateline.errors",
    "cite": "dateline.citation",
    "document": "dateline.articles",
    "frame": "dateline.loading",
    "load": "dateline.loading",
    "score": "dateline.evaluation",
    "validate": "dateline.checks",
    "verify": "dateline.checks.verifying",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: `import dateline` itself stays fast."""
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("dateline")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'dateline' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
