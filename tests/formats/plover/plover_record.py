"""A record of PLOVER's form that has everything, made up."""

from __future__ import annotations

from typing import Any

TEXT = "Olm said the Hinot rebels had shut the old bridge at Orlem on Monday."
RECORD: dict[str, Any] = {
    "id": "GSR-COERCE-0001",
    "date": "2026-03-04",
    "source": [{"actorText": "Hinot rebels", "code": "HIN", "sector": "REB"}],
    "target": [{"actorText": "Olm", "code": "OLM"}],
    "event": "COERCE",
    "mode": "confiscate",
    "eventText": "said shut bridge",
    "eventLoc": {"name": "Orlem"},
    "context": "military",
    "text": TEXT,
    "textInfo": {
        "markup": "(TAR: Olm) (EVT: said) the (SRC: Hinot rebels) had (EVT: shut) the old "
        "(EVT: bridge) (LOC: at Orlem) on Monday."
    },
    "language": "en",
    "publication": "Olm manual",
    "comment": "Not the new bridge",
}
