"""One task of a snapshot, interpreted: documents, and what cannot be one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from dateline.errors import DatelineError
from dateline.generated.places import layers_up_to
from dateline.records import Annotator, ArticleMeta, Document, is_doc_id
from dateline.studio.decoding import decode_regions
from dateline.studio.merging import before, document, ids, lost
from dateline.studio.projects import Purpose
from dateline.studio.regions import read_regions
from dateline.studio.sidecar import tampered
from dateline.studio.tracing import traces
from dateline.studio.wire import Account, Annotation, Carried, Fault, Task, TaskData, shown
from dateline.text import digest
from dateline.tree import AnnotatorEntry, Tree

__all__ = ["Outcome", "Submission", "accounts", "draft_account", "read_task"]

_MOST = 50
"""Faults of one submission that are told; more help nobody."""


_Kind = TypeVar("_Kind", bound=msgspec.Struct)


@dataclass
class Submission:
    """An annotation that was submitted: as a document, or with the reasons why it is none.

    `meta` and `text` are the stored article's. `notes` are what the annotator said about the
    article, `left_out` what was hidden from them and passed over.
    """

    task: int
    annotation: int | None
    account: str
    doc_id: str
    annotator: str = ""
    document: Document | None = None
    meta: ArticleMeta | None = None
    text: str = ""
    seconds: float | None = None
    updated_at: str = ""
    note: str | None = None
    left_out: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    raw: Any = None


@dataclass
class Outcome:
    """What a task holds: submissions, and by account what was skipped or is still a draft."""

    task: int
    doc_id: str
    submissions: list[Submission] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    updated_at: str = ""


def accounts(annotators: Mapping[str, AnnotatorEntry]) -> dict[str, str]:
    """Annotator ids by the account that they sign in with."""
    return {e.account.casefold(): name for name, e in annotators.items() if e.account}


def read_task(
    raw: Any, tree: Tree, purpose: Purpose, users: Mapping[int, str] = MappingProxyType({})
) -> Outcome:
    """Interpret one task. Whatever it holds, there is an outcome and no exception.

    `users` gives the e-mail address of an account's number, which is all that a listing has.
    """
    task = _typed(raw, Task, "task")
    if isinstance(raw, dict) and isinstance(raw.get("unreadable"), str):
        expected = "a task that the server can send: delete what was last submitted there"
        task = Fault("task", expected, raw["unreadable"])
    if isinstance(task, Fault):
        number = _number(raw)
        found = Submission(number, None, "?", f"task {number}", raw=_storable(raw))
        found.faults.append(task)
        return Outcome(number, found.doc_id, [found])
    said = task.data.get("doc_id")
    # Only an id names a document: whatever else stands there is no path, and no line of a report.
    doc_id = said if isinstance(said, str) and is_doc_id(said) else f"task {task.id}"
    outcome = Outcome(task.id, doc_id, updated_at=task.updated_at or "")
    article = _article(task, tree, purpose)
    for entry in task.drafts:
        outcome.drafts.append(draft_account(entry, users))
    for entry in task.annotations:
        found = Submission(task.id, None, "?", doc_id, raw=_storable(entry))
        annotation = _typed(entry, Annotation, "annotation")
        if fault := _unwritable(entry):
            annotation = Fault("annotation", "text in Unicode, plainly nested", fault)
        if isinstance(annotation, Fault):
            found.annotation = _number(entry) or None
            found.faults.append(annotation)
            outcome.submissions.append(found)
            continue
        found.annotation, found.account = annotation.id, _account(annotation.completed_by, users)
        found.seconds, found.updated_at = _seconds(annotation), annotation.updated_at or ""
        if annotation.was_cancelled:
            why = "" if isinstance(article, Fault) else _note(annotation, article, tree, purpose)
            outcome.skipped.append(f"{found.account}{why}")
            continue
        outcome.submissions.append(found)
        if isinstance(article, Fault):
            found.faults.append(article)
        else:
            _submit(found, annotation, article, tree, purpose)
            _cut(found.faults)
    _one_each(outcome, purpose)
    return outcome


def _number(raw: Any) -> int:
    number = raw.get("id") if isinstance(raw, dict) else None
    return number if type(number) is int and 0 <= number < 2**63 else 0


def _typed(raw: Any, kind: type[_Kind], where: str) -> _Kind | Fault:
    """Something the server sent, as what it must be."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        return Fault(where, f"{where} of Label Studio's form", str(error)[:200])


def _unwritable(raw: Any) -> str | None:
    """Why something the server sent cannot be written as JSON: what no UTF-8 and no page holds."""
    try:
        msgspec.json.encode(raw)
    except UnicodeEncodeError:
        return "half a surrogate pair"
    except RecursionError:
        return "lists in lists without end"
    except ValueError:
        return "a number of thousands of digits"
    return None


def _storable(raw: Any) -> Any:
    """What the quarantine keeps: the thing itself, or else what can be shown of it."""
    return raw if _unwritable(raw) is None else shown(raw)


def _seconds(annotation: Annotation) -> float | None:
    seconds = annotation.lead_time
    return seconds if seconds is not None and 0 <= seconds < math.inf else None


def _cut(faults: list[Fault]) -> None:
    """The first faults, and how many more there are."""
    if len(faults) > _MOST:
        more = len(faults) - _MOST
        faults[_MOST:] = [Fault("result", f"{_MOST} faults at most", f"{more} more")]


def _note(annotation: Annotation, article: _Article, tree: Tree, purpose: Purpose) -> str:
    """What somebody who skipped an article said about it."""
    layers = layers_up_to(purpose.layer)
    found = read_regions(annotation.result or [], article.text, tree.scheme, layers)
    return f": {found.note}" if found.note else ""


def _account(by: Account | int | None, users: Mapping[int, str]) -> str:
    number = by.id if isinstance(by, Account) else by
    email = by.email if isinstance(by, Account) else None
    return _printable(email or users.get(number or 0) or f"user {number}")


def _printable(account: str) -> str:
    return account if account.isprintable() and len(account) <= 254 else shown(account)


def draft_account(raw: Any, users: Mapping[int, str]) -> str:
    """Whose a draft is; the server names drafts by address and annotations by number."""
    user = raw.get("user") if isinstance(raw, dict) else None
    if isinstance(user, str):
        return _printable(user)
    return users.get(user, f"user {user}") if type(user) is int else "user ?"


@dataclass(frozen=True)
class _Article:
    """A stored article, and what its task carries."""

    data: TaskData
    meta: ArticleMeta
    text: str


def _article(task: Task, tree: Tree, purpose: Purpose) -> _Article | Fault:
    """The stored article of a task, if the task is of it as it is."""
    data = _typed(task.data, TaskData, "task data")
    if fault := _unwritable(task.data):
        data = Fault("task data", "text in Unicode, plainly nested", fault)
    if isinstance(data, Fault):
        return data
    try:
        meta = tree.meta(data.doc_id)
        text = tree.text(meta)
    except DatelineError as error:
        return Fault(f"task data, {error.where}", error.expected, error.found)
    if text is None:
        return Fault("task data", f"the text of {data.doc_id} in your cache", "none: hydrate it")
    for name, expected, found in (
        ("text_sha256", meta.text_sha256, data.text_sha256),
        ("text", meta.text_sha256, digest(data.text)),
        ("scheme", tree.scheme.version, data.scheme),
        ("layer", purpose.layer or "all", data.layer or "all"),
    ):
        if found != expected:
            return Fault(f"task data, {name}", f"{expected}: push it anew", shown(found))
    faults = (Fault("task data", *fault) for fault in tampered(data, text, tree.annotators))
    return next(faults, _Article(data, meta, text))


def _submit(
    found: Submission, annotation: Annotation, article: _Article, tree: Tree, purpose: Purpose
) -> None:
    """The document of a submission, before it is checked against others and by the suite."""
    found.meta, found.text = article.meta, article.text
    name = accounts(tree.annotators).get(found.account.casefold())
    if name is None:
        expected = "an account of annotations/annotators.yaml (`account: …` of an annotator)"
        found.faults.append(Fault("account", expected, found.account))
        return
    if purpose.kind != "adjudication" and purpose.annotator not in (None, name):
        found.faults.append(Fault("account", f"the account of {purpose.annotator}", found.account))
        return
    found.annotator = name
    layers = layers_up_to(purpose.layer)
    regions = read_regions(annotation.result or [], article.text, tree.scheme, layers)
    found.faults += regions.faults
    found.left_out, found.note = regions.left_out, regions.note
    begun = _begun_from(article.data, regions.regions)
    if begun is None:
        expected = "regions of one pass: begin from one prediction"
        found.faults.append(Fault("result", expected, "regions of several"))
        return
    prefix, carried = begun
    was = before(tree, purpose, name, article.meta.doc_id)
    if isinstance(was, Fault):
        found.faults.append(was)
        return
    decoded = decode_regions(
        regions,
        carried,
        tree.scheme,
        article.text,
        prefix=prefix,
        taken=[] if was is None else ids(was),
        quotable=article.meta.tier == "open",
    )
    found.faults += decoded.faults
    by = Annotator(name, tree.annotators[name].kind)
    trace = traces(decoded, carried, article.meta, found.seconds, found.note, by.id)
    found.document = document(decoded, carried, article.data, article.meta, by, purpose, trace, was)
    if was is not None:
        found.faults += lost(was, found.document, layers)


def _begun_from(data: TaskData, regions: Mapping[str, Any]) -> tuple[str, Carried] | None:
    """The prefix and sidecar of the prediction that the regions come from; None: of several."""
    nothing = ("", Carried(source="", items={}))
    if set(data.carried) <= {""}:
        return ("", data.carried[""]) if "" in data.carried else nothing
    used = [p for p in data.carried if any(region.startswith(p) for region in regions)]
    if len(used) > 1:
        return None
    return (used[0], data.carried[used[0]]) if used else nothing


def _one_each(outcome: Outcome, purpose: Purpose) -> None:
    """Two submissions by one annotator cannot both be the pass, nor two adjudicators be right."""
    alone = purpose.kind == "adjudication"
    names = Counter("" if alone else found.annotator for found in outcome.submissions)
    what = "of the article" if alone else "of this annotator"
    for found in outcome.submissions:
        number = names["" if alone else found.annotator]
        if (alone or found.annotator) and number > 1:
            expected = f"one submitted annotation {what}: delete the others"
            found.faults.append(Fault("task", expected, str(number)))
