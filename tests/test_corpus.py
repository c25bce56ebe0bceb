"""The authored corpus: its size, its coverage, its variety, and the traces of its labels."""

from __future__ import annotations

from collections import Counter
from functools import cache

import msgspec
import pytest

from conftest import REPOSITORY
from dateline.agreement.figures import Report, agreement
from dateline.records import ArticleMeta, items
from dateline.text import words
from dateline.tree import Tree

TREE = Tree(REPOSITORY)


@cache
def open_articles() -> list[tuple[ArticleMeta, list[str]]]:
    """The open articles, each with its words in lower case."""
    found = []
    for doc_id in TREE.doc_ids():
        meta = TREE.meta(doc_id)
        if meta.tier == "open":
            text = TREE.text(meta) or ""
            found.append((meta, [text[a:b].lower() for a, b in words(text)]))
    return found


def test_the_world_is_as_large_as_the_corpus_needs() -> None:
    world = TREE.world
    assert len(world.states) >= 6
    assert sum(g.kind in ("armed-group", "army", "party") for g in world.groups.values()) >= 10
    assert sum(bool(person.roles) for person in world.persons.values()) >= 80
    assert len(world.places) >= 100
    assert {"treaty", "accord"} & {law.kind for law in world.laws.values()}
    kinds = "wire state-agency daily opposition-site aid-bulletin foreign-ministry military radio"
    assert set(kinds.split()) <= {outlet.kind for outlet in world.outlets.values()}


def test_storylines_are_covered_from_several_sides() -> None:
    coverage: dict[str, list[ArticleMeta]] = {}
    for meta, _ in open_articles():
        coverage.setdefault(meta.storyline or "", []).append(meta)
    assert set(coverage) == set(TREE.world.storylines)
    assert len(coverage) >= 24
    for name, metas in coverage.items():
        assert 4 <= len(metas) <= 6, name
        assert len({meta.outlet for meta in metas}) >= 4, name
        assert len({meta.published for meta in metas}) >= 3, name
    assert {meta.genre for meta, _ in open_articles()} == {
        *("spot", "follow-up", "round-up", "analysis"),
        *("press-statement", "interview", "live-blog", "correction"),
    }


def test_articles_are_of_the_length_of_news() -> None:
    sizes = {meta.doc_id: len((TREE.text(meta) or "").split()) for meta, _ in open_articles()}
    assert len(sizes) >= 120
    assert sum(sizes.values()) >= 40_000
    assert {name: size for name, size in sizes.items() if not 200 <= size <= 550} == {}


def test_texts_do_not_repeat_themselves() -> None:
    """Distinct 4-grams at least .95 of all (real news: .93 to .97), no run of 12 words shared."""
    grams: Counter[tuple[str, ...]] = Counter()
    runs: dict[tuple[str, ...], str] = {}
    for meta, found in open_articles():
        grams.update(tuple(found[i : i + 4]) for i in range(len(found) - 3))
        for run in {tuple(found[i : i + 12]) for i in range(len(found) - 11)}:
            assert run not in runs, f"{meta.doc_id} and {runs[run]}: {' '.join(run)}"
            runs[run] = meta.doc_id
    assert len(grams) / grams.total() >= 0.95


def test_every_world_event_happens_within_its_storyline() -> None:
    """Ids count up with the dates, and something of the storyline is reported after it happened."""
    published: dict[str, list[str]] = {}
    for meta, _ in open_articles():
        published.setdefault(meta.storyline or "", []).append(meta.published)
    for name, story in TREE.world.storylines.items():
        dates = [event.date for event in story.events if event.happened]
        assert dates == sorted(dates), name
        assert min(dates) <= max(published[name]), name


ADJUDICATED = [d for d in TREE.labelled() if TREE.decisions_path(d).is_file()]


@pytest.mark.parametrize("doc_id", ADJUDICATED)
def test_every_adjudicated_label_has_a_trace(doc_id: str) -> None:
    labels = TREE.article(doc_id).labels
    for _, _, item in items(labels):
        trace = labels.provenance[item.id]
        assert set(trace.passes) <= {"llm-a", "llm-b"}
        assert len(trace.passes) == 2 or trace.decision, f"{item.id}: neither agreed nor decided"


@pytest.mark.parametrize("name", ["llm-a", "llm-b"])
def test_passes_say_what_they_were_made_from(name: str) -> None:
    for doc_id, _, _, passes in TREE.passes(annotators=[name]):
        for found in passes.values():
            assert found.annotator.kind == "model"
            assert found.guidelines is not None, doc_id
            assert not any(cluster.kb for cluster in found.clusters.values()), doc_id


def test_the_published_agreement_is_that_of_the_passes() -> None:
    path = REPOSITORY / "annotations" / "agreement.json"
    published = msgspec.json.decode(path.read_bytes(), type=Report)
    found = agreement(
        TREE.passes(annotators=["llm-a", "llm-b"]), TREE.scheme, published.resamples, published.seed
    )
    assert msgspec.structs.replace(found, by_sentence=published.by_sentence) == published
