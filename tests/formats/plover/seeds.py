"""What fuzzing starts from: records with everything, with little, and with what is older."""

from __future__ import annotations

import json
from typing import Any

_RECORD: dict[str, Any] = {
    "id": "GSR-COERCE-0002",
    "date": "2026-03-04",
    "source": [{"actorText": "Orlem guards", "code": "ORL", "sector": "MIL"}],
    "target": [{"actorText": "Olm", "code": "OLM"}],
    "event": "COERCE",
    "mode": "confiscate",
    "eventText": "said shut fort",
    "eventLoc": {"name": "Hinot"},
    "context": "military",
    "text": "Olm said the Orlem guards had shut the old fort at Hinot on Friday.",
    "textInfo": {
        "markup": "(TAR: Olm) (EVT: said) the (SRC: Orlem guards) had (EVT: shut) the old "
        "(EVT: fort) (LOC: at Hinot) on Friday."
    },
    "language": "en",
    "publication": "Olm manual",
    "comment": "Not the new fort",
}
_BARE = {"id": "2", "event": "AGREE", "text": "Olm and Hinot agreed.", "eventText": "agreed"}
_OTHER = _RECORD | {"id": "3", "textInfo": {}, "eventText": "nowhere at all", "mode": ["a", "b"]}


def _file(*records: dict[str, Any]) -> dict[str, bytes]:
    return {"records.txt": ("\ufeff" + json.dumps(list(records), indent=1)).encode()}


SEEDS = [_file(_RECORD, _BARE, _OTHER), _file(_RECORD), _file(_BARE), _file(_RECORD, _RECORD)]
