"""Where each label of a submission comes from."""

from __future__ import annotations

import msgspec
import pytest

from dateline.records import Annotator, ArticleMeta, Document, Provenance
from dateline.studio.decoding import Decoded
from dateline.studio.tracing import adjudicated_traces, traces
from dateline.studio.wire import Carried
from strategies import META
from test_studio_decoding import DOC, mention, pushed

EXTERNAL = msgspec.structs.replace(META, tier="external")
WAS = Provenance(passes=["llm-a"], decision="1 a", reason="as 4.3 says", origin="edited llm-a")


def changed() -> tuple[Decoded, Carried]:
    """Labels of which one was moved, one drawn, one taken out and one given a note."""
    page, carried = pushed()
    page.of("T3", "entity")["end"] -= 1
    page.of("T3", "entity")["text"] = "Var"
    page.region("new", "entities", "PERSON", "Ola").without("T9")
    page.results[0]["meta"] = {"text": ["a title?"]}
    carried = msgspec.structs.replace(
        carried, provenance={"T2": WAS, "T3": WAS, "C1": WAS, "C2": Provenance(reason="one town")}
    )
    return page.decoded(carried), carried


def traced(by: str = "ana", meta: ArticleMeta = META) -> dict[str, Provenance]:
    return traces(*changed(), meta, 9.5, "rule 4.3?", by)


def test_labels_tell_whether_they_were_taken_over_changed_or_drawn() -> None:
    found = traced()
    assert {key: found[key].origin for key in ("T1", "T3", "T10", "A1", "S3")} == {
        "T1": "prediction llm-t",
        "T3": "edited llm-t",
        "T10": "manual",
        "A1": "prediction llm-t",
        "S3": "prediction llm-t",
    }
    assert "T9" not in found
    assert found[META.doc_id] == Provenance(origin="label-studio", seconds=9.5, reason="rule 4.3?")


def test_only_a_label_that_stands_keeps_its_trace() -> None:
    found = traced()
    assert found["T2"] == msgspec.structs.replace(WAS, origin="prediction llm-t")
    assert found["T3"] == Provenance(origin="edited llm-t")
    assert found["C1"] == WAS  # its name and kb are as they were
    assert found["T1"].reason == "a title?"


def test_labels_from_ones_own_pass_keep_the_origin_that_they_had_there() -> None:
    found = traced("llm-t")
    assert found["T1"].origin == "manual"
    assert found["T2"] == WAS
    assert found["T3"] == Provenance(origin="edited llm-a")
    assert found["T10"].origin == "manual"


def test_notes_on_external_texts_are_not_written() -> None:
    found = traced(meta=EXTERNAL)
    assert (found["T1"].reason, found[META.doc_id].reason) == (None, None)


def adjudicated(doc: Document, **passes: Document) -> dict[str, Provenance]:
    return adjudicated_traces(doc, passes, Annotator("cleo", "rule"))


def test_an_adjudicated_label_tells_who_had_it() -> None:
    moved = mention("T3", "shelled Varn", cluster="C2")
    other = msgspec.structs.replace(
        DOC, entities=[moved if e.id == "T3" else e for e in DOC.entities], stances=[]
    )
    drawn = msgspec.structs.replace(DOC, entities=[*DOC.entities, mention("T12", "Ola")])
    found = adjudicated(drawn, ana=DOC, ben=other)
    assert found["T1"] == Provenance(passes=["ana", "ben"])
    assert (found["T3"].passes, found["T3"].decision) == (["ana"], "label studio: ana")
    assert (found["S1"].passes, found["S1"].by) == (["ana"], "cleo")
    assert (found["T12"].passes, found["T12"].decision) == ([], "label studio: own")
    assert found[DOC.doc_id].decision == "adjudicated in label studio"


@pytest.mark.parametrize("name", ["start", "type"])
def test_a_label_that_nobody_had_is_the_adjudicators_own(name: str) -> None:
    value = {"start": DOC.entities[0].start + 1, "type": "ORG"}[name]
    own = msgspec.structs.replace(DOC.entities[0], **{name: value})
    doc = msgspec.structs.replace(DOC, entities=[own, *DOC.entities[1:]])
    assert adjudicated(doc, ana=DOC, ben=DOC)["T1"].decision == "label studio: own"
