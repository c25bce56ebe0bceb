"""What a task carries: the article, its predictions, and the digest by which it is known."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from dateline.records import Document
from dateline.studio.projects import Purpose
from dateline.studio.tasks import Outgoing, below, task_of
from dateline.text import digest
from strategies import META, SCHEME
from test_studio_decoding import DOC, TEXT

ARTICLE = msgspec.structs.replace(
    META, doc_id="varn-1", text_sha256=digest(TEXT), title="Varn falls", outlet="tests"
)


def task(
    purpose: Purpose | None = None, cases: str | None = None, **sources: Document
) -> tuple[Outgoing, dict[str, Any]]:
    purpose = purpose or Purpose("pass", "ana")
    out = task_of(ARTICLE, TEXT, SCHEME, purpose, sources, "ab" * 32, cases)
    return out, json.loads(out.raw)


def test_a_task_carries_the_article_and_what_it_is_checked_by() -> None:
    out, raw = task()
    assert raw["predictions"] == []
    assert raw["data"] == {
        "doc_id": "varn-1",
        "text": TEXT,
        "text_sha256": digest(TEXT),
        "scheme": SCHEME.version,
        "guidelines": "ab" * 32,
        "headline": "Varn falls",
        "byline": "tests · 2026-03-04",
        "digest": out.digest,
    }


def test_one_prediction_has_the_items_own_ids_and_several_are_told_apart() -> None:
    _, one = task(ana=DOC)
    _, two = task(Purpose("adjudication"), ana=DOC, ben=DOC)
    assert one["predictions"][0]["result"][0]["id"] == "T1"
    assert [p["model_version"] for p in two["predictions"]] == ["ana", "ben"]
    assert [p["result"][0]["id"] for p in two["predictions"]] == ["ana_T1", "ben_T1"]
    assert list(two["data"]["carried"]) == ["ana_", "ben_"]
    assert list(task(Purpose("adjudication"), ana=DOC)[1]["data"]["carried"]) == ["ana_"]


def test_only_an_adjudication_shows_cases() -> None:
    assert task(Purpose("adjudication"), ana=DOC)[1]["data"]["cases"] == "none"
    assert task(Purpose("adjudication"), "1 T1 is …", ana=DOC)[1]["data"]["cases"] == "1 T1 is …"
    assert "cases" not in task(None, "1", ana=DOC)[1]["data"]


def test_the_digest_is_that_of_what_is_sent() -> None:
    whole = task(ana=DOC)[0].digest
    moved = msgspec.structs.replace(DOC, stances=[])
    reversed_ = msgspec.structs.replace(DOC, entities=DOC.entities[::-1])
    assert task(ana=reversed_)[0] == task(ana=DOC)[0]
    layer = Purpose("pass", "ana", "entities")
    others = [task(ana=moved), task(ben=DOC), task(layer, ana=DOC), task()]
    assert len({whole, *(out.digest for out, _ in others)}) == 5


def test_what_lies_below_a_layer_is_shown_before_it_is_labelled() -> None:
    assert below(DOC, None) == DOC
    shown = below(DOC, "attributions")
    assert (shown.entities, shown.events) == (DOC.entities, DOC.events)
    assert (shown.attributions, shown.stances) == ([], [])
    assert below(DOC, "entities").entities == []
