"""What is known to be wrong with published versions, which themselves never change.

`corpus/releases/errata.yaml` is a list, oldest first::

    - version: 0.1.0
      state: erroneous
      since: 2026-11-22
      text: 12 articles were labelled by one pass that no second one had checked.
      corrected_in: 0.2.0
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from dateline.decoding import from_yaml
from dateline.errors import DataError

__all__ = ["ERRATA", "Erratum", "read_errata"]

ERRATA = "errata.yaml"


class Erratum(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that users of a version must know; `deprecated` says why to use another."""

    version: str
    state: Literal["erroneous", "deprecated"]
    since: date
    text: str
    corrected_in: str | None = None

    def __str__(self) -> str:
        later = f" Corrected in {self.corrected_in}." if self.corrected_in else ""
        return f"Dateline {self.version} is {self.state} (since {self.since}): {self.text}{later}"


def read_errata(releases: Path) -> list[Erratum]:
    """The errata beside the release folders; none where there is no file.

    Raises
    ------
    DataError : a file of another form.
    """
    path = releases / ERRATA
    where = f"corpus/releases/{ERRATA}"
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DataError(where, "a readable file", error.strerror or "none") from None
    found: list[Erratum] = from_yaml(raw, list[Erratum], where, "errata of the documented form")
    return found
