"""What fuzzing starts from: records with everything, with little, and with what is older."""

from __future__ import annotations

import json
from typing import Any

from plover_record import RECORD

_BARE = {"id": "2", "event": "AGREE", "text": "Olm and Hinot agreed.", "eventText": "agreed"}
_OTHER = RECORD | {"id": "3", "textInfo": {}, "eventText": "nowhere at all", "mode": ["a", "b"]}


def _file(*records: dict[str, Any]) -> dict[str, bytes]:
    return {"records.txt": ("\ufeff" + json.dumps(list(records), indent=1)).encode()}


SEEDS = [_file(RECORD, _BARE, _OTHER), _file(RECORD), _file(_BARE), _file(RECORD, RECORD)]
