"""PLOVER's gold standard records: a list of JSON objects, each a sentence or two with one event.

An event is on the words that the record's `markup` gives as EVT; of several the first that does
more than report is its trigger, and the others are spans `eventText` in the role of that name.
Actors (`actor`, in the roles `source` and `target`) and places (`eventLoc`) are spans where the
words that the record names stand in the text. `mappings/plover-records.yaml` says what they become.
"""

from __future__ import annotations

from dateline.formats.plover.reading import read
from dateline.formats.registry import Format

__all__ = ["FORMAT"]

FORMAT = Format("plover", "PLOVER gold standard records", read, mapping="plover-records")
