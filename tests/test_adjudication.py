"""From two passes to one answer: cases, decisions, merging, links, and the command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dateline.agreement.amending import amended
from dateline.agreement.cases import Case, Disagreement
from dateline.agreement.decisions import Decision, read_decisions
from dateline.agreement.linking import candidates, linked
from dateline.agreement.merging import Merged, merge
from dateline.agreement.sheet import digest_of, sheet
from dateline.checks.suite import validate
from dateline.cli import app
from dateline.derived import Article
from dateline.errors import DataError
from dateline.matching import Match
from dateline.records import Annotator, Document, Event, canonical, items
from dateline.tree import Tree
from strategies import articles, documents, law

replace = msgspec.structs.replace
LLM = Annotator("llm-c", "model")


def decided(found: Disagreement, answer: Any, text: str = "") -> Merged:
    """The merge with one answer to every case."""
    by_case = {c.number: Decision(answer, "why", "llm-c", "model") for c in found.cases}
    return merge(found, by_case, text, LLM)


def content(doc: Document) -> dict[str, list[Any]]:
    """What a document says, without ids: references by what they point at."""

    def of(ref: str) -> Any:
        for layer, _, item in items(doc):
            if item.id == ref:
                start = item.content[0].start if layer == "attributions" else item.start
                return (layer, start, getattr(item, "end", None), getattr(item, "type", None))
        return ref

    found: dict[str, list[Any]] = {}
    for layer, _, item in items(doc):
        fields = {k: v for k, v in msgspec.to_builtins(item).items() if k not in ("id", "cluster")}
        if "arguments" in fields:
            fields["arguments"] = sorted((a["role"], of(a["ref"])) for a in fields["arguments"])
        if fields.get("source"):
            fields["source"]["refs"] = [of(ref) for ref in fields["source"]["refs"]]
        for name in ("holder", "target"):
            if name in fields:
                fields[name] = of(fields[name])
        found.setdefault(layer, []).append(repr(sorted(fields.items())))
    return {layer: sorted(values) for layer, values in found.items()}


def needed(doc: Document) -> Document:
    """The document without the nominals and pronouns that nothing points at."""
    found = Disagreement(Match(doc, doc))
    return decided(found, "a").document


@given(articles().flatmap(lambda a: st.tuples(st.just(a), documents(a.text or ""))))
@law(80)
def test_all_answers_of_one_pass_give_that_pass(pair: tuple[Article, Document]) -> None:
    article, other = pair
    found = Disagreement(Match(article.labels, other))
    for answer, doc in (("a", article.labels), ("b", other)):
        merged = decided(found, answer, article.text or "").document
        assert content(merged) == content(needed(doc))


@given(articles())
@law(40)
def test_one_pass_twice_has_no_cases_and_merging_is_idempotent(article: Article) -> None:
    found = Disagreement(Match(article.labels, article.labels))
    assert found.cases == []
    once = decided(found, "a").document
    twice = needed(once)
    assert replace(twice, provenance={}) == replace(once, provenance={})


@given(articles().flatmap(lambda a: st.tuples(st.just(a), documents(a.text or ""))), st.data())
@law(80)
def test_every_label_has_a_trace(pair: tuple[Article, Document], data: st.DataObject) -> None:
    article, other = pair
    found = Disagreement(Match(article.labels, other))
    answers = st.sampled_from(["a", "b", "drop"])
    by_case = {
        c.number: Decision(
            "a" if c.field == "same" else data.draw(answers), "why", "llm-c", "model"
        )
        for c in found.cases
    }
    merged = merge(found, by_case, article.text or "", LLM).document
    for _, _, item in items(merged):
        trace = merged.provenance[item.id]
        assert len(trace.passes) == 2 or trace.decision
        assert (trace.by is not None) == (trace.decision is not None and trace.kind != "rule")
    known = {item.id for _, _, item in items(merged)}
    for event in merged.events:
        assert {a.ref for a in event.arguments} <= known
    for stance in merged.stances:
        assert {stance.target, stance.holder} <= known | {"AUTHOR"}


def mill(tree: Tree) -> tuple[Document, str]:
    article = tree.article("mill-1")
    return article.labels, article.text or ""


def only(found: Disagreement) -> Case:
    assert len(found.cases) == 1, [(c.field, c.left, c.right) for c in found.cases]
    return found.cases[0]


def test_cases_say_what_differs(tree: Tree) -> None:
    doc, _ = mill(tree)

    def against(**changes: Any) -> Case:
        return only(Disagreement(Match(doc, replace(doc, **changes))))

    events = [replace(doc.events[1], time="present"), *(e for e in doc.events if e.id != "E2")]
    case = against(events=events)
    assert (case.field, case.left, case.right) == ("time", "past", "present")
    poorer = replace(doc.events[1], arguments=doc.events[1].arguments[:-1])
    case = against(events=[poorer, *(e for e in doc.events if e.id != "E2")])
    assert (case.field, case.left, case.right) == ("argument", True, False)
    assert case.detail is not None
    assert case.detail[0] == "time"
    case = against(stances=doc.stances[:1])
    assert (case.field, case.left, case.right) == ("presence", True, False)
    parted = [replace(e, cluster=None) if e.id == "E1" else e for e in doc.events]
    case = against(events=parted)
    assert (case.field, case.left, case.right) == ("same", True, False)


def test_the_sector_of_one_thing_is_one_question(tree: Tree) -> None:
    doc, _ = mill(tree)
    sectors = [
        replace(e, sector="CVL") if e.cluster == "C3" and e.type == "ORG" else e
        for e in doc.entities
    ]
    case = only(Disagreement(Match(doc, replace(doc, entities=sectors))))
    assert case.field == "sector"
    assert len(case.slots) == 2


def test_described_mentions_follow_what_refers_to_them(tree: Tree) -> None:
    doc, text = mill(tree)
    # The other pass has neither the event nor the nominal that only this event points at.
    other = replace(
        doc,
        events=[e for e in doc.events if e.id != "E5"],
        entities=[e for e in doc.entities if e.id != "T16"],
        attributions=doc.attributions,
    )
    found = Disagreement(Match(doc, other))
    case = only(found)
    assert case.field == "presence"
    kept, left_out = (decided(found, answer, text).document for answer in "ab")
    assert any(text[e.start : e.end] == "the rebels" for e in kept.entities)
    assert not any(text[e.start : e.end] == "the rebels" for e in left_out.entities)
    (trace,) = (
        kept.provenance[e.id] for e in kept.entities if text[e.start : e.end] == "the rebels"
    )
    assert (trace.kind, trace.by) == ("rule", None)


def test_what_points_at_something_dropped_goes_with_it(tree: Tree) -> None:
    doc, text = mill(tree)
    (target,) = [e for e in doc.events if e.id == doc.stances[0].target]
    later = [replace(e, time="future") if e is target else e for e in doc.events]
    found = Disagreement(Match(doc, replace(doc, events=later)))
    merged = decided(found, "drop", text)
    assert [s.holder for s in merged.document.stances] == ["AUTHOR"]
    assert any("goes with" in note for note in merged.notes)
    assert not any(a.ref == target.id for e in merged.document.events for a in e.arguments)


def test_own_values(tree: Tree) -> None:
    doc, text = mill(tree)

    def own(changes: dict[str, Any], field: str, value: str) -> Event:
        """The shelling after a decision of one's own on a pass that differs in `changes`."""
        other = [replace(e, **changes) if e.id == "E2" else e for e in doc.events]
        found = Disagreement(Match(doc, replace(doc, events=other)))
        assert len(found.cases) == 1
        decision = Decision("own", "", "llm-c", "model", field, value)
        merged = merge(found, {1: decision}, text, LLM).document
        (key,) = (k for k, trace in merged.provenance.items() if trace.decision)
        return next(e for e in merged.events if e.id == key)

    assert own({"time": "present"}, "time", "future").time == "future"
    event = own({"mode": "aerial"}, "type", "COERCE/seize")
    assert (event.type, event.mode) == ("COERCE", "seize")
    for value in ("AID", "AID/none"):
        event = own({"mode": "aerial"}, "type", value)
        assert (event.type, event.mode) == ("AID", None)
    (shelling,) = [e for e in doc.events if e.id == "E2"]
    event = own({"end": shelling.end - 1}, "extent", '"Dorrek"@2')
    assert text[event.start : event.end] == "Dorrek"
    for field, value in (("colour", "red"), ("polarity", "negative"), ("extent", "none")):
        with pytest.raises(DataError, match="case 1"):
            own({"time": "present"}, field, value)
    with pytest.raises(DataError, match="some type"):
        own({"mode": "aerial"}, "type", "none")


def test_open_and_unknown_cases_are_refused(tree: Tree) -> None:
    doc, text = mill(tree)
    found = Disagreement(Match(doc, replace(doc, stances=doc.stances[:1])))
    with pytest.raises(DataError, match="an answer to each of 1 cases"):
        merge(found, {}, text, LLM)
    decision = Decision("a", "", "llm-c", "model")
    with pytest.raises(DataError, match="answers to \\[2\\]"):
        merge(found, {1: decision, 2: decision}, text, LLM)


HEAD = f"doc mill-1\npasses one={'a' * 64} two={'b' * 64}\nby llm-c model\n"


def test_decisions_are_read(tree: Tree) -> None:
    _, text = mill(tree)
    raw = (
        HEAD
        + '# a note\n1 a    3.4: ahead\n2 drop\n3 own content="Dorrek"@2 + "Tuesday"@2 both parts\n'
        + 'link entity "Radio Dorrek"@3 NIL not in the world\nby olga human\n4 b\n'
    )
    found = read_decisions(raw, text, "x")
    assert found.passes == {"one": "a" * 64, "two": "b" * 64}
    assert found.of[1] == Decision("a", "3.4: ahead", "llm-c", "model")
    assert found.of[3].value == '"Dorrek"@2 + "Tuesday"@2'
    assert found.of[3].reason == "both parts"
    assert (found.of[4].by, found.of[4].kind) == ("olga", "human")
    assert found.links[0].kb == "NIL"
    assert text[found.links[0].span.start : found.links[0].span.end] == "Radio Dorrek"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1 c reason", "N a"),
        ("1 a\n1 b", "one answer to a case"),
        ("one a", "N a"),
        ("1 own time", "own field=value"),
        ('link entity "nowhere"@1 NIL', "words of sentence 1"),
        ("link person x NIL", "N a"),
        ("by somebody robot", "by ID KIND"),
    ],
)
def test_faulty_decisions_are_refused_with_their_line(tree: Tree, line: str, expected: str) -> None:
    _, text = mill(tree)
    with pytest.raises(DataError, match=expected) as error:
        read_decisions(HEAD + line + "\n", text, "there.txt")
    assert "there.txt" in str(error.value)


def test_answers_before_by_and_a_missing_head_are_refused(tree: Tree) -> None:
    _, text = mill(tree)
    with pytest.raises(DataError, match="before the first answer"):
        read_decisions(HEAD.replace("by llm-c model\n", "") + "1 a\n", text, "x")
    with pytest.raises(DataError, match="passes"):
        read_decisions("doc mill-1\nby llm-c model\n", text, "x")


@given(st.text(max_size=60))
@law(200)
def test_no_line_crashes_the_reader(line: str) -> None:
    try:
        read_decisions(HEAD + line, "Dorrek wept.", "x")
    except DataError:
        return


def amend(tree: Tree, line: str) -> Document:
    doc, text = mill(tree)
    return amended(doc, read_decisions(HEAD + line, text, "x").amendments, text, "x")


def test_amendments_change_agreed_labels_and_are_traced(tree: Tree) -> None:
    doc, _ = mill(tree)
    found = amend(tree, 'amend event "withdrawal"@5 type=CONCEDE/none 3.2\n')
    withdrawal = next(e for e in found.events if e.id == "E7")
    assert (withdrawal.type, withdrawal.mode) == ("CONCEDE", None)
    found = amend(tree, 'amend event "fired"@4 type=COERCE/seize the ground was taken\n')
    event = next(e for e in found.events if e.id == "E4")
    assert (event.type, event.mode) == ("COERCE", "seize")
    trace = found.provenance["E4"]
    assert (trace.decision, trace.reason, trace.by) == (
        "type: COERCE/seize",
        "the ground was taken",
        "llm-c",
    )
    found = amend(tree, 'amend attribution "denied"@4 source_form=unnamed\n')
    assert next(a for a in found.attributions if a.id == "A3").source_form == "unnamed"
    found = amend(tree, 'amend stance "terror group"@5 drop a name\n')
    assert [s.id for s in found.stances] == ["S1"]
    assert len(found.entities) == len(doc.entities)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('amend entity "Dorrek mill"@1 drop', "one label of entities"),
        ('amend event "talks"@4 drop', "nothing that points at E6"),
        ('amend event "fired"@4 colour=red', "a field of events"),
        ('amend place "fired"@4 drop', "amend"),
    ],
)
def test_amendments_of_nothing_are_refused(tree: Tree, line: str, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        amend(tree, line + "\n")


def test_a_sheet_shows_each_case_under_its_sentence(tree: Tree) -> None:
    doc, text = mill(tree)
    other = replace(doc, stances=[], entities=doc.entities[1:])
    found = Disagreement(Match(doc, other))
    printed = sheet(found, text)
    assert f"passes llm-t={digest_of(doc)}" in printed
    assert printed.count("only a has it") == 3
    for case in found.cases:
        assert f"#   {case.number}. " in printed
    body = printed.split("\n", 2)[2]
    assert all(line.startswith("#") for line in body.strip().split("\n"))


def test_links_by_name_and_by_decision(tree: Tree) -> None:
    doc, text = mill(tree)
    bare = replace(doc, clusters={k: replace(c, kb=None) for k, c in doc.clusters.items()})
    done, opened = linked(bare, tree.world, [], text, "x")
    assert opened == []
    assert done.clusters["C2"].kb == "dl:relief"
    assert done.clusters["C1"].kb == "NIL"
    raw = HEAD + 'link entity "Dorrek"@1 NIL\nlink event "fired"@4 NIL\n'
    links = read_decisions(raw, text, "x").links
    done, _ = linked(bare, tree.world, links, text, "x")
    assert done.clusters["C1"].kb == "NIL"
    assert done.provenance["C1"].by == "llm-c"
    (fired,) = [e for e in done.events if text[e.start : e.end] == "fired"]
    assert fired.cluster is not None
    assert done.clusters[fired.cluster].kb == "NIL"
    for line, expected in (
        ('link event "Dorrek"@1 NIL', "a label of the layer events"),
        ('link entity "Dorrek"@1 dl:none', "the id of a thing of the world"),
        ('link entity "Dorrek"@1 relief', "dl: and the id"),
        ('link event "fired"@4 dl:relief', "the id of an event of the world"),
    ):
        with pytest.raises(DataError, match=expected):
            linked(bare, tree.world, read_decisions(HEAD + line, text, "x").links, text, "x")


def test_of_two_events_on_one_word_one_can_be_linked(tree: Tree) -> None:
    doc, text = mill(tree)
    killing = next(e for e in doc.events if e.type == "CASUALTY")
    twice = replace(doc, events=[*doc.events, replace(killing, id="E20", mode="injured")])
    raw = HEAD + 'link event[2] "killing"@2 NIL\n'
    done, _ = linked(twice, tree.world, read_decisions(raw, text, "x").links, text, "x")
    found = {e.id: e.cluster for e in done.events if e.type == "CASUALTY"}
    assert found[killing.id] is None
    assert found["E20"] is not None
    with pytest.raises(DataError, match="a label of the layer events"):
        raw = HEAD + 'link event[3] "killing"@2 NIL\n'
        linked(twice, tree.world, read_decisions(raw, text, "x").links, text, "x")


def test_a_name_of_several_things_is_left_open(tree: Tree) -> None:
    groups = tree.root / "corpus" / "world" / "groups.yaml"
    groups.write_text(groups.read_text() + groups.read_text().replace("id: relief", "id: other"))
    world = Tree(tree.root).world
    assert candidates(world, "ORG", ["Nestran Relief Committee"]) == ["relief", "other"]
    assert candidates(world, "PERSON", ["Nestran Relief Committee"]) == []
    doc, text = mill(tree)
    bare = replace(doc, clusters={k: replace(c, kb=None) for k, c in doc.clusters.items()})
    _, opened = linked(bare, world, [], text, "x")
    assert opened == ["Nestran Relief Committee: dl:relief, dl:other, or NIL"]


def passes_in(tree: Tree) -> tuple[Document, Document]:
    """Two passes over mill-1 that differ in one event and one stance."""
    doc, _ = mill(tree)
    bare = replace(doc, clusters={k: replace(c, kb=None) for k, c in doc.clusters.items()})
    first = replace(bare, annotator=Annotator("one", "model"))
    later = replace(doc.events[1], time="present")
    second = replace(
        bare,
        annotator=Annotator("two", "model"),
        events=[later, *(e for e in doc.events if e.id != "E2")],
        stances=doc.stances[1:],
    )
    for found in (first, second):
        path = tree.pass_path(found.annotator.id, "mill-1")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(canonical(found))
    entry = 'one: {kind: model, does: x, instructions: x, since: "2026-11-01"}\n'
    path = tree.root / "annotations" / "annotators.yaml"
    path.write_text(path.read_text() + entry + entry.replace("one", "two"))
    return first, second


def run(tree: Tree, *words: str, answers: str = "") -> Any:
    return CliRunner().invoke(app, ["adjudicate", *words, "--root", str(tree.root)], input=answers)


def test_the_command_from_sheet_to_answer(tree: Tree, tmp_path: Path) -> None:
    first, second = passes_in(tree)
    before = tree.adjudicated_path("mill-1").read_bytes()
    refused = run(tree, "mill-1")
    assert "decisions" in str(refused.exception)
    done = run(tree, "--sheets", str(tmp_path / "sheets"))
    assert done.exit_code == 0, done.exception
    assert "2 cases of 1 articles" in done.output
    raw = (tmp_path / "sheets" / "mill-1.txt").read_text()
    path = tree.decisions_path("mill-1")
    path.parent.mkdir(parents=True)
    path.write_text(raw + "by llm-t model\n1 a told as over\n2 a blame\n")
    assert "stale" in run(tree, "--check").output
    assert tree.adjudicated_path("mill-1").read_bytes() == before, "--check writes nothing"
    done = run(tree)
    assert done.exit_code == 0, done.exception
    answer = tree.article("mill-1").labels
    assert answer.annotator.id == "llm-t"
    assert answer.status == "silver"
    assert len(answer.stances) == len(first.stances)
    assert answer.clusters["C1"].kb is not None
    assert run(tree, "--check").exit_code == 0
    for pass_ in (first, second):
        stored = tree.pass_path(pass_.annotator.id, "mill-1").read_bytes()
        assert stored == canonical(pass_), "passes stay as they are"
    stale = replace(second, events=second.events[1:])
    tree.pass_path("two", "mill-1").write_bytes(canonical(stale))
    assert "The pass has changed" in str(run(tree).exception)


def test_the_command_asks(tree: Tree) -> None:
    passes_in(tree)
    asked = run(tree, "mill-1", "--ask", "--by", "llm-t", answers="x\na told as over\nb no blame\n")
    assert asked.exit_code == 0, asked.exception
    assert "error:" in asked.output, "x is no answer"
    assert len(tree.article("mill-1").labels.stances) == 1
    raw = tree.decisions_path("mill-1").read_text()
    assert "1 a told as over" in raw
    assert "2 b no blame" in raw
    again = run(tree, "mill-1", "--ask", "--by", "llm-t")
    assert again.exit_code == 0, "nothing is open: nothing is asked"
    assert "a, b, drop" not in again.output
    assert "annotators.yaml" in str(run(tree, "mill-1", "--ask", "--by", "nobody").exception)


def test_an_answer_that_the_checks_refuse_is_not_written(tree: Tree) -> None:
    passes_in(tree)
    before = tree.adjudicated_path("mill-1").read_bytes()
    answers = "own type=AID/none wrong\nb\n"
    refused = run(tree, "mill-1", "--ask", "--by", "llm-t", answers=answers)
    assert refused.exit_code != 0
    assert "error" in refused.output
    assert tree.adjudicated_path("mill-1").read_bytes() == before


def test_gold_is_what_a_human_has_seen_whole(tree: Tree) -> None:
    doc, text = mill(tree)
    found = Disagreement(Match(doc, replace(doc, stances=doc.stances[:1])))
    by_case = {1: Decision("a", "", "olga", "human")}
    olga = Annotator("olga", "human")
    assert merge(found, by_case, text, olga).document.status == "silver", "models made both passes"
    hers = replace(doc, annotator=olga)
    found = Disagreement(Match(hers, replace(doc, stances=doc.stances[:1])))
    assert merge(found, by_case, text, olga).document.status == "gold"
    by_model = {1: Decision("a", "", "llm-c", "model")}
    assert merge(found, by_model, text, olga).document.status == "silver"


def test_what_cannot_be_trusted_is_refused(tree: Tree, tmp_path: Path) -> None:
    first, _ = passes_in(tree)
    assert "two annotator ids" in str(run(tree, "--passes", "one,one").exception)
    assert "pass to adjudicate" in str(
        run(tree, "mill-1", "--passes", "one,gone", "--sheets", "x").exception
    )
    run(tree, "--sheets", str(tmp_path))
    path = tree.decisions_path("mill-1")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"doc mill-1\n\xff")
    assert "UTF-8" in str(run(tree).exception)
    path.write_text((tmp_path / "mill-1.txt").read_text() + "by llm-t model\n1 a\n2 a\n")
    lost = run(tree, "--sheets", str(path.parent))
    assert "answers that would be lost" in str(lost.exception)
    dangling = replace(first, stances=[replace(first.stances[0], target="E99")])
    tree.pass_path("one", "mill-1").write_bytes(canonical(dangling))
    assert "a pass without errors" in str(run(tree).exception)
    other = replace(first, text_sha256="0" * 64)
    tree.pass_path("one", "mill-1").write_bytes(canonical(other))
    assert "text_sha256" in str(run(tree).exception)


def test_answers_are_asked_on_the_passes_that_the_file_names(tree: Tree) -> None:
    first, second = passes_in(tree)
    path = tree.decisions_path("mill-1")
    path.parent.mkdir(parents=True)
    swapped = f"doc mill-1\npasses two={digest_of(second)} one={digest_of(first)}"
    path.write_text(f"{swapped}\nby llm-t model\n1 a told as over")
    asked = run(tree, "mill-1", "--ask", "--by", "llm-t", answers="b it is blame\n")
    assert asked.exit_code == 0, asked.exception
    assert "only b has it" in asked.output
    assert path.read_text().splitlines()[3] == "1 a told as over", "no line runs into the next"
    path.write_text(f"{swapped.replace(digest_of(first), '0' * 64)}\nby llm-t model\n")
    before = path.read_bytes()
    refused = run(tree, "mill-1", "--ask", "--by", "llm-t", answers="a\na\n")
    assert "passes as they are" in str(refused.exception)
    assert path.read_bytes() == before


def test_deciders_are_those_of_the_annotators_file(tree: Tree) -> None:
    first, second = passes_in(tree)
    path = tree.decisions_path("mill-1")
    path.parent.mkdir(parents=True)
    head = f"doc mill-1\npasses one={digest_of(first)} two={digest_of(second)}\n"
    for by in ("llm-t human", "nobody model"):
        path.write_text(f"{head}by {by}\n1 a\n2 a\n")
        assert "deciders of annotations" in str(run(tree).exception)
    path.write_text(head + "by llm-t model\n1 a\n2 a\n")
    assert "written:" in run(tree).output
    assert "written:" not in run(tree).output, "what is the same is left alone"
    for pass_ in (first, second):
        tree.pass_path(pass_.annotator.id, "mill-1").unlink()
    assert "a pass" in str(run(tree, "--check").exception)


def test_a_pass_lies_in_its_annotators_folder(tree: Tree) -> None:
    first, _ = passes_in(tree)
    tree.pass_path("two", "mill-1").write_bytes(canonical(first))
    for command in ("agree", "adjudicate"):
        asked = CliRunner().invoke(app, [command, "mill-1", "--root", str(tree.root)])
        assert "the folder's name, two" in str(asked.exception)
    codes = {i.code for i in validate(tree.root) if i.severity == "error"}
    assert "DL507" in codes
