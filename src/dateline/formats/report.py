"""What an import did with everything that it read: made, kept, and why.

Every mark that was read is an item now, part of one, or foreign; every attribute and argument that
its item is without is named. Nothing is dropped without being counted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from dateline.formats.items import Brought
from dateline.formats.standoff import Notice, StandOff
from dateline.records import items

__all__ = ["Reason", "Report"]

_PLACES = 5
_SHOWN = 12


class Reason(msgspec.Struct):
    """How often something happened, by label, and its first places."""

    count: int = 0
    labels: dict[str, int] = {}
    where: list[str] = []

    def add(self, where: str, label: str | None = None, count: int = 1) -> None:
        """Count it once more."""
        self.count += count
        if label is not None:
            self.labels[label] = self.labels.get(label, 0) + count
        if len(self.where) < _PLACES:
            self.where.append(where)


class Report(msgspec.Struct, kw_only=True):
    """The account of an import.

    `marks` are those that were read, by kind; they are in `items`, in `parts` of items, and in
    `foreign` by the reason, and these add up. `made` counts what there is now by layer: links that
    a mapping joined into a cluster are parts of it. `beside` are attributes and arguments that
    items are without, `mended` what was put right, `skipped` texts that no article could be made
    of, `assumed` what was filled in for want of knowledge.
    """

    format: str
    mapping: str | None = None
    articles: int = 0
    marks: dict[str, int] = {}
    items: int = 0
    parts: int = 0
    foreign: dict[str, Reason] = {}
    made: dict[str, int] = {}
    beside: dict[str, Reason] = {}
    mended: dict[str, Reason] = {}
    skipped: dict[str, Reason] = {}
    assumed: dict[str, str] = {}

    def skip(self, standoff: StandOff, reason: str) -> None:
        """Count a text that no article could be made of, with its marks."""
        self.skipped.setdefault(reason, Reason()).add(standoff.doc_id)
        self._notices(standoff.notices)
        for mark in standoff.marks:
            self.marks[mark.kind] = self.marks.get(mark.kind, 0) + 1
            self.foreign.setdefault(reason, Reason()).add(
                f"{standoff.doc_id} {mark.id}", mark.label
            )

    def add(
        self,
        read: StandOff,
        brought: Brought,
        joined: dict[str, str],
        reasons: dict[str, str],
    ) -> None:
        """Count an article: as it was read, and what it became.

        `joined` are the links that a mapping made groups of, `reasons` why it left marks foreign.
        """
        self.articles += 1
        self._notices(read.notices)
        labels = {mark.id: mark.label for mark in read.marks}
        for mark in read.marks:
            self.marks[mark.kind] = self.marks.get(mark.kind, 0) + 1
            if mark.id in brought.items:
                self.items += 1
            elif mark.id in brought.parts or joined.get(mark.id) in brought.items:
                self.parts += 1
            elif mark.id in joined and mark.id not in brought.foreign:
                where = f"{read.doc_id} {mark.id}"
                self.foreign.setdefault("links of no cluster", Reason()).add(where, mark.label)
        for left in brought.left:
            where = f"{read.doc_id} {left.mark}"
            if left.what != "mark":
                said = f"{left.what}: {left.reason}"
                self.beside.setdefault(said, Reason()).add(where, left.label)
            elif left.mark in labels and joined.get(left.mark) not in brought.items:
                reason = reasons.get(left.mark, left.reason)
                self.foreign.setdefault(reason, Reason()).add(where, labels[left.mark])
        for reason, count in brought.mended.items():
            self.mended.setdefault(reason, Reason()).add(read.doc_id, count=count)
        for layer, _, _ in items(brought.document):
            self.made[layer] = self.made.get(layer, 0) + 1
        clusters = len(brought.document.clusters)
        if clusters:
            self.made["clusters"] = self.made.get("clusters", 0) + clusters

    def _notices(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            self.mended.setdefault(notice.reason, Reason()).add(notice.where)

    def json(self) -> str:
        """The report as JSON."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1).decode()

    def text(self) -> Iterator[str]:
        """The report as lines."""
        read, kept = sum(self.marks.values()), sum(r.count for r in self.foreign.values())
        under = f", mapping {self.mapping}" if self.mapping else ""
        yield f"{self.format}{under}: {self.articles} articles"
        yield f"{read} marks read: {_listed(self.marks)}"
        yield f"  {self.items} are items now, {self.parts} parts of items, {kept} kept as foreign"
        yield f"made: {_listed(self.made)}"
        for title, reasons in (
            ("kept as foreign", self.foreign),
            ("kept beside their items", self.beside),
            ("put right, or worth a look", self.mended),
            ("texts that are no articles", self.skipped),
        ):
            if reasons:
                yield f"{title}:"
            for reason, found in sorted(reasons.items(), key=lambda pair: -pair[1].count):
                yield f"  {found.count} {reason}{_labels(found)}"
                more = ", …" if found.count > len(found.where) else ""
                yield f"      {', '.join(found.where)}{more}"
        if self.assumed:
            yield "not said by the source, and filled in:"
            yield from (f"  {name}: {value}" for name, value in self.assumed.items())


def _listed(counts: dict[str, Any]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"


def _labels(reason: Reason) -> str:
    if not reason.labels:
        return ""
    usual = sorted(reason.labels.items(), key=lambda pair: -pair[1])
    more = ", …" if len(usual) > _SHOWN else ""
    return ": " + ", ".join(f"{label} {count}" for label, count in usual[:_SHOWN]) + more
