"""What goes over the wire: a task's data as we write it, and what the server sends, typed.

The server checks almost nothing and other programs write to it, so that every field of an export is
read through these types before anything believes it.
"""

from __future__ import annotations

import hashlib
import reprlib
from typing import Annotated, Any

import msgspec

from dateline.records import Foreign, Item, Provenance

__all__ = [
    "Account",
    "Annotation",
    "Carried",
    "CarriedCluster",
    "Fault",
    "Result",
    "Task",
    "TaskData",
    "digest_of_item",
    "shown",
]

_Id = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why something was not taken: what was expected and found, where; `code` if a check says so.

    `place` is a place in the annotation (`result[3] region T4`) or in the document it became.
    """

    place: str
    expected: str
    found: str
    code: str | None = None

    def __str__(self) -> str:
        code = f"{self.code} " if self.code else ""
        return f"{self.place}: {code}expected {self.expected}, got {self.found}"


class CarriedCluster(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cluster as it was pushed, with the region that shows its `kb`."""

    name: str | None = None
    kb: str | None = None
    at: str | None = None


class Carried(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The sidecar of one prediction: what regions, choices and relations cannot hold.

    `source` names the pass or model that the labels are of; `items` gives each pushed item's id
    the digest of its stored form, by which a change is seen.
    """

    source: str
    items: dict[str, str]
    clusters: dict[str, CarriedCluster] = {}
    provenance: dict[str, Provenance] = {}
    foreign: list[Foreign] = []


class TaskData(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The data of a task. `carried` is by the prefix of the region ids of each prediction."""

    doc_id: str
    text: str
    text_sha256: str
    scheme: str
    guidelines: str
    headline: str
    byline: str
    layer: str | None = None
    cases: str | None = None
    carried: dict[str, Carried] = {}


class Result(msgspec.Struct, frozen=True):
    """One entry of an annotation's result: a region, a field of a region, or a relation."""

    type: str
    id: str | None = None
    from_name: str | None = None
    to_name: str | None = None
    value: dict[str, Any] = {}
    from_id: str | None = None
    to_id: str | None = None
    direction: str | None = None
    labels: list[str] | None = None
    meta: dict[str, Any] | None = None


class Account(msgspec.Struct, frozen=True):
    """Who submitted, as the server knows them."""

    id: int
    email: str | None = None


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """One annotation or draft of a task; `result` is read entry by entry."""

    id: _Id
    result: list[Any] | None = None
    completed_by: Account | int | None = None
    was_cancelled: bool | None = False
    lead_time: float | None = None
    created_at: str | None = None
    updated_at: str | None = None


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One task of an export or a listing."""

    id: _Id
    data: dict[str, Any]
    annotations: list[Any] = []
    drafts: list[Any] = []
    updated_at: str | None = None
    created_at: str | None = None


def shown(value: object) -> str:
    """A value from the server as an error shows it: short and printable, however deep or long."""
    return _SHORT.repr(value)


_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxstring, _SHORT.maxother = 2, 120, 60


def digest_of_item(item: Item) -> str:
    """Twelve hexadecimal digits of the SHA-256 of an item's stored form."""
    return hashlib.sha256(msgspec.json.encode(item)).hexdigest()[:12]
