"""Reading tasks: exports of Label Studio, and what is imported there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dateline.formats.finding import files_of
from dateline.formats.jsonl import ENDINGS
from dateline.formats.labelstudio.aside import Aside, read_aside
from dateline.formats.labelstudio.files import records
from dateline.formats.labelstudio.marking import Marking
from dateline.formats.labelstudio.pages import text_keys
from dateline.formats.labelstudio.plaintext import counted
from dateline.formats.labelstudio.results import Answer, Results, said
from dateline.formats.labelstudio.shape import Shape
from dateline.formats.labelstudio.tasks import is_elsewhere, meta_of, task_of, text_of, unplaced
from dateline.formats.registry import Known
from dateline.formats.standoff import Notice, StandOff, ordered

__all__ = ["read", "read_task"]

_LONGEST = 2000
"""Characters of a value beside the text that is kept as a note."""


def read(path: Path, known: Known) -> Iterator[StandOff]:
    """The texts of the tasks of a file, or of all files of a folder, with their labels.

    A labelling configuration beside a file (`*.xml`) tells which key of the data holds the text.

    Raises
    ------
    DataError : no JSON, no tasks, or a folder without any.
    UsageError : there is nothing.
    """
    shape = Shape(known.scheme)
    configured: dict[Path, dict[str, str]] = {}
    for where, file in files_of(path, ENDINGS, any_alone=True):
        if file.parent not in configured:
            configured[file.parent] = text_keys(file.parent)
        stem = where.rpartition(".")[0]
        for number, (place, record) in enumerate(records(file, where, known), 1):
            yield read_task(record, place, (stem, number), shape, configured[file.parent])


def read_task(
    record: dict[str, Any], where: str, name: tuple[str, int], shape: Shape, keys: dict[str, str]
) -> StandOff:
    """One task, as an object of decoded JSON.

    Parameters
    ----------
    name : what the file is called and which task it is: its name where it does not say one.
    keys : the key of the data for each object of the page, as far as known.

    Raises
    ------
    DataError : no task, or a text that cannot be stored.
    """
    task = task_of(record, where)
    data, notices = task.data, [Notice(*pair) for pair in task.notices]
    results = Results(task.result, where)
    key = text_of(data, Counter(results.objects), keys)
    raw = data[key] if key is not None else ""
    if key is None:
        notices.append(Notice("a task without a text", where))
    elif is_elsewhere(raw):
        notices.append(Notice("a text that is elsewhere, at an address", where))
        raw = ""
    aside = read_aside(data) if task.origin is not None else Aside()
    if aside is None:
        notices.append(Notice("an aside under our name that is none of ours", where))
    placed = [(r, r.words) for r in results.regions.values() if r.words is not None]
    text = counted(raw, [words for _, words in placed], results.hypertext, where)
    notices += [Notice(reason, where) for reason in text.notices]
    wrong = (placed[number][0].where for number in sorted(text.apart))
    notices += [Notice("words that are not those at the offsets", place) for place in wrong]
    for odd in unplaced(data, key):
        words = said(data[odd])
        if words and len(words) <= _LONGEST:
            results.answers.append(Answer("", odd, words))
        else:
            notices.append(Notice("data of a task that have no place here", f"{where} {odd}"))
    marking = Marking(results, aside or Aside(), text, shape, data)
    marks = ordered(marking.marks())
    notices += [Notice(*pair) for pair in (*results.notices, *marking.notices)]
    own = data.get("doc_id")
    called = own if isinstance(own, str) and own.strip() else f"{name[0]}-{task.id or name[1]}"
    maker = aside.annotator if aside is not None and task.origin == "prediction" else None
    if maker is not None and maker.kind == "human":  # no file may say so
        maker = None
    return StandOff(
        doc_id=called,
        text=text.text.text,
        marks=marks,
        meta=meta_of(data),
        annotator=maker,
        status=aside.status if aside is not None and maker is not None else None,
        notices=notices,
    )
