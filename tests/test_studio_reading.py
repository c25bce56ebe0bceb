"""One task of the server as documents; whatever it holds, there is an outcome and no exception."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import make_tree
from dateline.checks.document import check_article
from dateline.derived import Article
from dateline.errors import DataError
from dateline.records import AUTHOR, Argument, Document, Foreign, Provenance, Span, canonical
from dateline.studio.projects import Purpose
from dateline.studio.reading import Outcome, read_task
from dateline.studio.tasks import below, task_of
from dateline.tree import Tree
from strategies import law
from studio_made import layers_of, submitted

PASS = Purpose("pass", "ana")
ANA = "ana@example.org"
PEOPLE = """
ana: {kind: human, does: tests, instructions: none, since: "2026-11-01", account: Ana@example.org}
ben: {kind: model, does: tests, instructions: none, since: "2026-11-01", account: ben@example.org}
"""
Json = dict[str, Any]
Changed = Any


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A small tree with two people who have accounts; nothing here writes to it."""
    folder = tmp_path_factory.mktemp("reading")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_CACHE", str(folder / "cache"))
        tree = make_tree(folder / "tree")
    entered = tree.root / "annotations" / "annotators.yaml"
    entered.write_text(entered.read_text() + PEOPLE)
    return Tree(tree.root)


def labels_of(tree: Tree, doc_id: str = "mill-1") -> Document:
    return tree.article(doc_id).labels


def pushed(tree: Tree, purpose: Purpose = PASS, doc: Document | None = None, **more: Any) -> Json:
    """A task as the server lists it, pushed from labels and submitted unchanged by ana."""
    doc = labels_of(tree) if doc is None else doc
    meta = tree.meta("mill-1")
    text = tree.text(meta) or ""
    sources = more.pop("sources", {"llm-t": doc})
    out = task_of(meta, text, tree.scheme, purpose, sources, "ab" * 32)
    task: Json = json.loads(out.raw)
    (first, *_) = task.pop("predictions")
    annotation = {
        "id": 7,
        "result": submitted(first["result"], text),
        "completed_by": {"id": 3, "email": ANA},
        "was_cancelled": False,
        "lead_time": 61.5,
        "updated_at": "2026-11-22T10:00:00Z",
    }
    return task | {"id": 5, "drafts": [], "annotations": [annotation | more]}


def read(tree: Tree, task: Any, purpose: Purpose = PASS) -> Outcome:
    return read_task(task, tree, purpose, {3: ANA})


def sound(tree: Tree, task: Any, purpose: Purpose = PASS) -> Document:
    """The document of the one submission of a task, in which nothing is wrong."""
    (found,) = read(tree, task, purpose).submissions
    assert found.faults == []
    assert found.document is not None
    return found.document


def test_a_task_submitted_unchanged_is_the_same_document(base: Tree) -> None:
    doc = sound(base, pushed(base))
    assert layers_of(doc) == layers_of(labels_of(base))
    assert (doc.annotator.id, doc.annotator.kind, doc.status) == ("ana", "human", "silver")
    assert (doc.guidelines, doc.scheme) == ("ab" * 32, base.scheme.version)
    assert doc.provenance["mill-1"] == Provenance(origin="label-studio", seconds=61.5)
    assert {doc.provenance[e.id].origin for e in doc.entities} == {"prediction llm-t"}


@pytest.mark.parametrize("by", [{"id": 3, "email": ANA.upper()}, {"id": 3}, 3])
def test_an_account_is_known_by_address_or_number(base: Tree, by: Any) -> None:
    assert sound(base, pushed(base, completed_by=by)).annotator.id == "ana"


@pytest.mark.parametrize(
    ("by", "found"),
    [
        ({"id": 4, "email": "eve@example.org"}, "eve@example.org"),
        (4, "user 4"),
        (None, "user None"),
        ({"id": 4, "email": "\x1b[2J"}, r"'\x1b[2J'"),
        ({"id": 5, "email": "ben@example.org"}, "ben@example.org"),
    ],
)
def test_nobody_else_makes_a_pass(base: Tree, by: Any, found: str) -> None:
    (submission,) = read(base, pushed(base, completed_by=by)).submissions
    assert submission.document is None
    assert [(f.place, f.found) for f in submission.faults] == [("account", found)]


def test_what_is_skipped_or_a_draft_is_told_by_account(base: Tree) -> None:
    task = pushed(base, was_cancelled=True)
    task["drafts"] = [
        {"user": ANA},
        {"user": 3},
        {"user": [3]},
        {"user": {}},
        {},
        None,
        {"user": 8},
    ]
    outcome = read(base, task)
    assert (outcome.submissions, outcome.skipped) == ([], [ANA])
    assert outcome.drafts == [ANA, ANA, *["user ?"] * 4, "user 8"]


def test_two_submissions_of_one_annotator_cannot_both_be_the_pass(base: Tree) -> None:
    task = pushed(base)
    task["annotations"].append(task["annotations"][0] | {"id": 8})
    for found in read(base, task).submissions:
        assert [(f.place, f.found) for f in found.faults] == [("task", "2")]


def test_two_adjudicators_cannot_both_be_right(base: Tree) -> None:
    purpose = Purpose("adjudication", None)
    task = pushed(base, purpose, sources={"llm-t": labels_of(base), "ana": labels_of(base)})
    doc = sound(base, task, purpose)
    assert (layers_of(doc), doc.status) == (layers_of(labels_of(base)), "silver")
    ben = {"id": 8, "completed_by": {"id": 4, "email": "ben@example.org"}}
    task["annotations"].append(task["annotations"][0] | ben)
    for found in read(base, task, purpose).submissions:
        assert "one submitted annotation of the article" in found.faults[0].expected
    mixed = pushed(base, purpose, sources={"llm-t": labels_of(base), "ana": labels_of(base)})
    first = mixed["annotations"][0]["result"]
    first[0]["id"] = first[0]["id"].replace("llm-t_", "ana_")
    assert read(base, mixed, purpose).submissions[0].faults[-1].found == "regions of several"


def _data(name: str, value: Any) -> Changed:
    return lambda task: task["data"].__setitem__(name, value)


def _carried(name: str, value: Any) -> Changed:
    return lambda task: task["data"]["carried"][""].__setitem__(name, value)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (_data("doc_id", "../../secrets"), "task data"),
        (_data("doc_id", "nowhere-1"), "task data"),
        (_data("doc_id", None), "task data"),
        (_data("doc_id", "toll-1"), "task data, text_sha256"),
        (_data("doc_id", "mill-1\x00"), "task data"),
        (_data("doc_id", ["mill-1"]), "task data"),
        (_data("text", "Another text."), "task data, text"),
        (_data("text", "half \ud83d of one"), "task data"),
        (_data("text_sha256", "0" * 64), "task data, text_sha256"),
        (_data("scheme", "0.9"), "task data, scheme"),
        (_data("layer", "entities"), "task data, layer"),
        (_data("guidelines", "<script>"), "task data"),
        (_data("carried", []), "task data"),
        (_data("carried", {"../": {"source": "x", "items": {}}}), "task data"),
        (_carried("source", "\x1b[2J"), "task data"),
        (_carried("items", {"": "x"}), "task data"),
        (_carried("items", {"T" + "9" * 5000: "x"}), None),
        (_carried("items", {"T1_cue": "x"}), "task data"),
        (_carried("items", {"T1": 5}), "task data"),
        (_carried("clusters", {"../x": {"at": "T1"}}), "task data"),
        (_carried("clusters", {"C1": {"name": "x", "at": "gone"}}), "task data"),
        (_carried("clusters", {"C1": {"name": 5}}), "task data"),
        (_carried("provenance", {"T1": {"by": "eve", "kind": "human"}}), "task data"),
        (_carried("provenance", {"T1": {"by": "ben", "kind": "human"}}), "task data"),
        (_carried("foreign", [{"id": "F", "kind": "k", "label": 5}]), "task data"),
        (
            _carried(
                "foreign",
                [{"id": "F", "kind": "k", "label": "x", "spans": [{"start": 0, "end": 10**6}]}],
            ),
            "task data",
        ),
    ],
)
def test_a_task_that_was_tampered_with_is_refused(
    base: Tree, change: Changed, where: str | None
) -> None:
    task = pushed(base)
    change(task)
    (found,) = read(base, task).submissions
    if where is not None:
        assert found.document is None
        assert found.faults[0].place.startswith(where)
    msgspec.json.encode([found.faults, found.raw, found.doc_id])


def test_a_sidecar_that_names_what_is_not_there_changes_no_label(base: Tree) -> None:
    task = pushed(base)
    carried = task["data"]["carried"][""]
    carried["items"] |= {"T77": "0" * 12, "S99": "x"}
    carried["clusters"]["C90"] = {"name": "Nobody", "kb": "wd:Q1", "at": "T77"}
    carried["provenance"] = {"T78": {"reason": "none"}}
    doc = sound(base, task)
    assert layers_of(doc) == layers_of(labels_of(base))
    assert "T78" not in doc.provenance


def test_a_kb_that_is_a_path_is_found_by_the_checks(base: Tree) -> None:
    task = pushed(base)
    for result in task["annotations"][0]["result"]:
        if result.get("from_name") == "kb-entities":
            result["value"]["text"] = ["../../x"]
    (found,) = read(base, task).submissions
    assert found.meta is not None
    assert found.document is not None
    article = Article(found.meta, found.text, found.document)
    assert "DL412" in {incident.code for incident in check_article(article, base.scheme, "x")}


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (None, 0),
        ([], 0),
        ({"id": True}, 0),
        ({"id": -3, "data": {}}, 0),
        ({"id": 2**70, "data": {}}, 0),
        ({"id": 9, "data": []}, 9),
        ({"id": 9, "data": {}, "annotations": {}}, 9),
        ({"id": 9, "data": {}, "annotations": None}, 9),
    ],
)
def test_what_is_no_task_is_one_fault(base: Tree, raw: Any, number: int) -> None:
    (found,) = read(base, raw).submissions
    assert (found.task, found.doc_id, found.faults[0].place) == (number, f"task {number}", "task")


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {},
        [],
        {"id": "7"},
        {"id": -1},
        {"id": 2**64},
        {"id": 7, "result": {}},
        {"id": 7, "completed_by": "ana"},
        {"id": 7, "completed_by": {"email": ANA}},
        {"id": 7, "result": ["\udc00"]},
        {"id": 7, "lead_time": "long"},
    ],
)
def test_what_is_no_annotation_is_one_fault_and_hides_no_other(base: Tree, entry: Any) -> None:
    task = pushed(base)
    task["annotations"].insert(0, entry)
    bad, good = read(base, task).submissions
    assert (len(bad.faults), bad.document) == (1, None)
    assert good.faults == []
    msgspec.json.encode([bad.faults, bad.raw])


@pytest.mark.parametrize("seconds", [-1.0, math.inf, math.nan])
def test_a_time_that_cannot_be_is_none(base: Tree, seconds: float) -> None:
    doc = sound(base, pushed(base, lead_time=seconds))
    assert doc.provenance["mill-1"].seconds is None


def test_a_few_faults_are_told_of_many(base: Tree) -> None:
    (found,) = read(base, pushed(base, result=[{}] * 20_000)).submissions
    assert (len(found.faults), found.faults[-1].found) == (51, "19950 more")
    (found,) = read(base, pushed(base, result=[{}] * 20_001)).submissions
    assert [fault.found for fault in found.faults] == ["20001"]


# ── Layer by layer


def own_pass(tree: Tree, tmp_path: Path, doc: Document) -> Tree:
    """A copy of the tree in which ana has a pass already."""
    made = Tree(tmp_path / "tree")
    make_tree(made.root)
    entered = made.root / "annotations" / "annotators.yaml"
    entered.write_text(entered.read_text() + PEOPLE)
    path = made.pass_path("ana", "mill-1")
    path.parent.mkdir(parents=True)
    path.write_bytes(canonical(doc))
    return Tree(made.root)


def in_full(tree: Tree) -> Document:
    """Labels of ana whose first event has an argument above it, before another, and traces."""
    doc = labels_of(tree)
    first, *others = doc.events
    first = msgspec.structs.replace(
        first, arguments=[Argument("topic", "A1"), Argument("place", "T1")]
    )
    return msgspec.structs.replace(
        doc,
        events=[first, *others],
        annotator=msgspec.convert({"id": "ana", "kind": "human"}, type(doc.annotator)),
        provenance={
            "T1": Provenance(origin="manual", reason="said so"),
            "T2": Provenance(origin="prediction llm-t"),
            "E2": Provenance(origin="edited llm-t"),
            "C5": Provenance(reason="one shelling"),
            "A1": Provenance(origin="manual"),
            "mill-1": Provenance(origin="label-studio", seconds=5.0),
        },
        foreign=[Foreign("F1", "note", "x", [Span(0, 4)])],
    )


@pytest.mark.parametrize("layer", ["entities", "events", "attributions", "stances"])
def test_a_pass_with_layers_above_keeps_them_whole(base: Tree, tmp_path: Path, layer: str) -> None:
    doc = in_full(base)
    tree, purpose = own_pass(base, tmp_path, doc), Purpose("pass", "ana", layer)
    found = sound(tree, pushed(tree, purpose, sources={"ana": doc}), purpose)
    assert layers_of(found) == layers_of(doc)
    assert found.foreign == doc.foreign
    kept = {key: trace for key, trace in doc.provenance.items() if key != "mill-1"}
    assert {key: found.provenance.get(key) for key in kept} == kept


def test_nothing_that_layers_above_may_build_on_is_taken_away_below(
    base: Tree, tmp_path: Path
) -> None:
    doc = in_full(base)
    tree, purpose = own_pass(base, tmp_path, doc), Purpose("pass", "ana", "entities")
    task = pushed(tree, purpose, sources={"ana": doc})
    (annotation,) = task["annotations"]
    annotation["result"] = [r for r in annotation["result"] if r.get("id") != "T20"]
    (found,) = read(tree, task, purpose).submissions
    assert [(f.place, f.expected[:4]) for f in found.faults] == [("entities", "T20 ")]


def test_new_ids_pass_over_those_of_the_layers_above(base: Tree, tmp_path: Path) -> None:
    doc = in_full(base)
    tree, purpose = own_pass(base, tmp_path, doc), Purpose("pass", "ana", "entities")
    task = pushed(tree, purpose, sources={"ana": doc})
    value = {"start": 0, "end": 8, "labels": ["EVENT"]}
    new = {"id": "x9", "from_name": "entity", "to_name": "text"}
    task["annotations"][0]["result"] += [
        new | {"type": "labels", "value": value},
        new | {"type": "textarea", "from_name": "cluster-entities", "value": {"text": ["new"]}},
    ]
    found = sound(tree, task, purpose)
    (made,) = [e for e in found.entities if e.id == "T21"]
    assert (made.cluster, found.clusters["C5"]) == ("C7", doc.clusters["C5"])


def test_a_project_of_one_layer_begins_with_those_below(base: Tree) -> None:
    purpose = Purpose("pass", "ana", "events")
    shown = below(labels_of(base), "events")
    doc = sound(base, pushed(base, purpose, sources={"llm-t": shown}), purpose)
    assert layers_of(doc, ["entities"]) == layers_of(labels_of(base), ["entities"])
    assert (doc.events, doc.attributions, doc.stances) == ([], [], [])


def test_an_event_whose_argument_lies_above_is_untouched(base: Tree) -> None:
    purpose = Purpose("pass", "ana", "events")
    doc = sound(base, pushed(base, purpose, in_full(base)), purpose)
    assert doc.events[0].arguments == [Argument("place", "T1")]
    assert doc.provenance["E1"].origin == "prediction llm-t"


# ── Whatever comes

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
NAMES = ["id", "type", "value", "start", "end", "labels", "text", "choices", "from_name", "to_name"]
NAMES += ["from_id", "to_id", "direction", "meta", "result", "completed_by", "data", "annotations"]
VALUES = ["labels", "choices", "textarea", "relation", "entity", "event", "text", "T1", "E1", "GPE"]
VALUES += [
    "cluster-entities",
    "kb-entities",
    "holder",
    "note",
    "same",
    "part",
    "actor",
    "C1",
    AUTHOR,
]


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keys = st.sampled_from(NAMES) | st.text(max_size=4)
    return st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6)


JSON = st.recursive(SCALARS | st.sampled_from(VALUES) | st.integers(-2, 60), nested, max_leaves=24)


def settled(outcome: Outcome, tree: Tree) -> None:
    """Every submission has a fault, or is a document that can be written and checked."""
    for found in outcome.submissions:
        msgspec.json.encode([found.faults, found.raw, found.account, found.doc_id])
        if not found.faults:
            assert found.meta is not None
            assert found.document is not None
            canonical(found.document)
            check_article(Article(found.meta, found.text, found.document), tree.scheme, "x")


@given(JSON)
@law(150)
def test_any_json_as_a_task_has_an_outcome(base: Tree, raw: Any) -> None:
    settled(read(base, raw), base)
    settled(read(base, {"id": 1, "data": raw, "annotations": [raw], "drafts": [raw]}), base)


@given(st.lists(JSON, max_size=8))
@law(150)
def test_any_json_as_a_result_has_an_outcome(base: Tree, results: list[Any]) -> None:
    task = pushed(base)
    task["annotations"][0]["result"] += results
    settled(read(base, task), base)


@given(st.data())
@law(150)
def test_any_change_of_a_true_task_has_an_outcome(base: Tree, data: st.DataObject) -> None:
    """One place anywhere in a task is taken out, or takes another value."""
    task = pushed(base)
    at: Any = task
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys))
        deeper = isinstance(at[key], dict | list) and at[key] and data.draw(st.integers(0, 6))
        if not deeper:
            break
        at = at[key]
    if data.draw(st.booleans()):
        del at[key]
    else:
        at[key] = data.draw(JSON)
    settled(read(base, task), base)


def test_an_account_that_two_annotators_claim_is_refused(tree: Tree) -> None:
    path = tree.root / "annotations" / "annotators.yaml"
    entry = "{kind: rule, does: tests, instructions: none, since: '2026-11-01', account: %s}\n"
    path.write_text(
        path.read_text() + "a: " + entry % "x@example.org" + "b: " + entry % "X@example.org"
    )
    with pytest.raises(DataError, match="each account with one annotator, got a and b"):
        _ = Tree(tree.root).annotators
