"""The tasks of an export: its data, and the one annotation of each that is read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from dateline.errors import DataError
from dateline.formats.labelstudio.aside import DATELINE
from dateline.formats.labelstudio.shape import KNOWN_META
from dateline.generated.places import TEXT

__all__ = ["Task", "is_elsewhere", "meta_of", "task_of", "text_of", "unplaced"]

_TOOL = """
id annotation_id annotator annotators created_at updated_at lead_time agreement inner_id
total_annotations predictions drafts project file_upload cancelled_annotations
"""
_OWN = "doc_id headline byline text_sha256 scheme guidelines layer cases carried digest"
_TOOLS, _OURS = frozenset(_TOOL.split()), frozenset(_OWN.split())
_ELSEWHERE = re.compile(r"(?:https?://|s3://|gs://|/data/)\S+")
_KINDS = ("labels", "hypertextlabels", "choices", "taxonomy", "rating", "number", "datetime")


class Task(NamedTuple):
    """A task: its data, the result that is read, whose it is, and what is left out.

    `origin` is `annotation` or `prediction`, or None where there is neither.
    """

    data: dict[str, Any]
    result: list[Any]
    origin: str | None
    notices: list[tuple[str, str]]
    id: str | None


def task_of(record: dict[str, Any], where: str) -> Task:
    """The task that an object of a file is.

    Of several annotations the ground truth is read, else the one that was submitted last; a
    prediction only where nobody has submitted one.

    Raises
    ------
    DataError : no task.
    """
    inner = record.get("task")
    if isinstance(inner, dict) and isinstance(inner.get("data"), dict):  # as a storage holds it
        record = inner | {"annotations": [record]}
    notices: list[tuple[str, str]] = []
    if not isinstance(record.get("data"), dict):
        record = _from_min(record, where)
        if record["annotations"][0]["result"]:
            notices.append(("the export JSON_MIN, which leaves out arrows and ids", where))
    submitted = []
    every = _dicts(record.get("annotations", record.get("completions")))
    for number, one in enumerate(every):
        place = f"{where} annotation {_plain_id(one, number)}"
        if one.get("was_cancelled") or one.get("skipped"):
            notices.append(("a task that was skipped, whose labels are left out", place))
        else:
            submitted.append((one, place))
    predictions = _dicts(record.get("predictions"))
    if submitted:
        chosen = next((pair for pair in submitted if pair[0].get("ground_truth") is True), None)
        chosen = chosen or sorted(submitted, key=lambda pair: _moment(pair[0]))[-1]
        others = [place for one, place in submitted if one is not chosen[0]]
        notices += [("another annotation of the same task, left out", place) for place in others]
        if predictions:
            notices.append(("predictions beside an annotation, left out", where))
    elif predictions:
        chosen = predictions[-1], where
        if len(predictions) > 1:
            notices.append(("other predictions of the same task, left out", where))
    else:
        chosen = {}, where
        if record.get("predictions"):
            notices.append(("predictions that the export does not hold", where))
    if _dicts(record.get("drafts")):
        notices.append(("drafts, left out", where))
    result = chosen[0].get("result")
    if result is not None and not isinstance(result, list):
        notices.append(("a result of no form that Label Studio has", chosen[1]))
    key = _plain_id(record, -1)
    return Task(
        data=record["data"],
        result=result if isinstance(result, list) else [],
        origin="annotation" if submitted else "prediction" if predictions else None,
        notices=notices,
        id=None if key == "-1" else key,
    )


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _plain_id(one: dict[str, Any], otherwise: int) -> str:
    """An id as a number; anything else could be a person's name."""
    key = one.get("id")
    return str(key) if isinstance(key, int) and abs(key) < 2**63 else str(otherwise)


def _moment(annotation: dict[str, Any]) -> str:
    for name in ("created_at", "updated_at"):
        if isinstance(annotation.get(name), str):
            return str(annotation[name])
    return ""


# ── JSON_MIN


def _from_min(record: dict[str, Any], where: str) -> dict[str, Any]:
    """A task of the export JSON_MIN, whose answers stand beside its data.

    Raises
    ------
    DataError : an object without any text.
    """
    if not any(isinstance(v, str) for k, v in record.items() if k not in _TOOLS):
        raise DataError(where, "a task of Label Studio, with its `data`", "an object without text")
    data: dict[str, Any] = {}
    entries: list[dict[str, Any]] = []
    regions: dict[tuple[str, str], str] = {}
    later: list[tuple[str, dict[str, Any]]] = []
    for control, value in record.items():
        several = value if isinstance(value, list) else [value]
        answers = [one for one in several if _is_answer(one)]
        if control in _TOOLS:
            continue
        if not answers or len(answers) < len(several):
            data[control] = value
            continue
        for one in answers:
            kind = _kind(one)
            if kind in ("labels", "hypertextlabels"):
                key = f"region-{len(entries) + 1}"
                regions.setdefault(_place(one), key)
                entries.append(_entry(control, kind, key, one))
            else:
                later.append((control, one))
    for control, one in later:
        key = regions.get(_place(one), "") if "start" in one else ""
        entries.append(_entry(control, _kind(one), key, one))
    return {"id": record.get("id"), "data": data, "annotations": [{"result": entries}]}


def _is_answer(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    return any(kind in value for kind in _KINDS) or ("text" in value and "start" in value)


def _kind(value: dict[str, Any]) -> str:
    return next((kind for kind in _KINDS if kind in value), "textarea")


def _place(value: dict[str, Any]) -> tuple[str, str]:
    return str(value.get("start")), str(value.get("end"))


def _entry(control: str, kind: str, key: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"id": key, "from_name": control, "to_name": "", "type": kind, "value": value}


# ── Data


def text_of(data: dict[str, Any], objects: Counter[str], keys: dict[str, str]) -> str | None:
    """The key of the text that the regions are on: as a configuration says, or by its name.

    Parameters
    ----------
    objects : how many regions are on each object of the page.
    keys : the key of each object, where a configuration is at hand.
    """
    usual = [name for name, _ in objects.most_common()]
    wanted = [keys[name] for name in usual if name in keys]
    wanted += [*usual, TEXT, "html", *keys.values()]
    for key in wanted:
        if isinstance(data.get(key), str):
            return key
    known = {DATELINE, *_OURS, *KNOWN_META}
    texts = [key for key, value in data.items() if isinstance(value, str) and key not in known]
    return max(texts, key=lambda key: len(data[key]), default=None)


def is_elsewhere(text: str) -> bool:
    """Whether a text is the address of one."""
    return _ELSEWHERE.fullmatch(text.strip()) is not None


def meta_of(data: dict[str, Any]) -> dict[str, str]:
    """What the data of a task say of the article."""
    found = {key: data[key] for key in KNOWN_META if isinstance(data.get(key), str) and data[key]}
    headline = data.get("headline")
    if isinstance(headline, str) and headline and headline != data.get("doc_id"):
        found.setdefault("title", headline)
    return found


def unplaced(data: dict[str, Any], text: str | None) -> Iterator[str]:
    """The keys of the data that mean nothing here; in JSON_MIN they may be answers."""
    meta = meta_of(data)
    for key, value in data.items():
        if key not in {text, DATELINE, *_OURS, *meta} and value not in (None, "", [], {}):
            yield key
