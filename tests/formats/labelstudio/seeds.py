"""What fuzzing starts from: exports as other people's projects give them, beside what we write."""

from __future__ import annotations

import json
from typing import Any

TEXT = "Olm closed its fort,\nsaid Lida Hinot of Orlem."
CONFIG = b"""<View><Labels name="ner" toName="text"><Label value="Town"/></Labels>
<Choices name="size" toName="text" perRegion="true"><Choice value="small"/></Choices>
<Text name="text" value="$text"/></View>"""
PAGE = "<html><p>Olm &amp; <b>Hinot</b></p><p>said<br/>so</p></html>"


def _region(key: str, label: str, words: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(words)
    value = {"start": start, "end": start + len(words), "text": words, "labels": [label]}
    one = {"id": key, "from_name": "ner", "to_name": "text", "type": "labels", "value": value}
    return one | more


def _field(key: str, control: str, kind: str, value: Any) -> dict[str, Any]:
    said = {"text" if kind == "textarea" else kind: value}
    return {"id": key, "from_name": control, "to_name": "text", "type": kind, "value": said}


_RESULT = [
    _region("a", "Town", "Olm", score=0.5, meta={"text": ["which one?"]}),
    _region("b", "Person", "Lida Hinot", origin="manual"),
    _field("a", "size", "choices", ["small"]),
    _field("b", "remark", "textarea", ["on the sea", "old"]),
    _field("b", "sure", "rating", 4),
    _field("b", "kind", "taxonomy", [["office", "elected"]]),
    _field("c", "topic", "choices", ["forts"]),
    {"from_id": "b", "to_id": "a", "type": "relation", "direction": "left", "labels": ["of"]},
]
_TASK = {
    "id": 7,
    "data": {"text": TEXT, "title": "Olm", "url": "x"},
    "annotations": [
        {"id": 1, "completed_by": {"id": 1, "email": "a@b.example"}, "result": _RESULT},
        {"id": 2, "was_cancelled": True, "result": []},
    ],
    "predictions": [{"model_version": "m1", "result": _RESULT[:2], "score": 0.25}],
}
_HYPERTEXT = {
    "start": "/p[1]/text()[1]",
    "end": "/p[2]/text()[1]",
    "startOffset": 0,
    "endOffset": 3,
    "globalOffsets": {"start": 0, "end": 3},
    "text": "Olm",
    "hypertextlabels": ["Town"],
}
_ON_PAGE = {
    "data": {"html": PAGE},
    "annotations": [
        {
            "result": [
                {
                    "id": "h",
                    "from_name": "ner",
                    "to_name": "html",
                    "type": "hypertextlabels",
                    "value": _HYPERTEXT,
                }
            ]
        }
    ],
}
_SMALL = {"id": 9, "text": TEXT, "label": [{"start": 0, "end": 3, "text": "Olm", "labels": ["X"]}]}


def _file(*tasks: dict[str, Any]) -> bytes:
    return json.dumps(list(tasks)).encode()


SEEDS = [
    {"tasks-0001.json": _file(_TASK), "labelling.xml": CONFIG},
    {"tasks-0001.json": _file(_TASK, _ON_PAGE), "labelling.xml": CONFIG},
    {"tasks-0001.json": _file(_ON_PAGE)},
    {"tasks-0001.json": _file(_SMALL)},
    {"tasks-0001.json": json.dumps(_TASK).encode()},
]
