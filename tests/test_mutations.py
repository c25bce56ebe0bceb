"""Random faults in real articles: what was declared to be found is found, and nothing crashes.

There are 1,000 mutations by default, and 10,000 with `scripts/test --full`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dateline.checks.catalogue import CATALOGUE
from mutations import KINDS, Bench, in_articles, score, shares

COUNT = 10_000 if os.environ.get("DATELINE_FULL") else 1_000
SEED = 20261122

IN_MEMORY = [kind for kind in KINDS.values() if kind.level == "document"]


def test_the_kinds_are_many_and_each_is_declared() -> None:
    must = [kind for kind in KINDS.values() if kind.codes]
    assert len(KINDS) >= 34
    assert len(must) >= 26
    assert {code for kind in must for code in kind.codes} <= set(CATALOGUE)
    assert all(bool(kind.codes) != bool(kind.reason) and kind.says for kind in KINDS.values())
    assert {code[2] for kind in must for code in kind.codes} == set("123456")


@pytest.mark.parametrize("count", [1_000, 10_000])
def test_there_are_as_many_mutations_as_asked(count: int) -> None:
    assert sum(shares(count).values()) == count
    assert min(shares(count).values()) > 1


@pytest.mark.full
def test_every_mutation_is_found_or_is_legal() -> None:
    rows = score(COUNT, SEED)
    problems = [problem for row in rows for problem in row.problems]
    assert not problems, "\n".join(problems)
    assert sum(row.tried for row in rows) == COUNT
    assert all(row.caught == (row.tried if row.codes else 0) for row in rows)


def test_a_seed_gives_the_same_mutations_each_time(tmp_path: Path) -> None:
    one, two = Bench(SEED, tmp_path), Bench(SEED, tmp_path)
    for kind in IN_MEMORY:
        first, second = (bench.documents(kind, range(2)) for bench in (one, two))
        assert [(a.text, a.labels) for a in first] == [(a.text, a.labels) for a in second]


def test_a_faulty_article_among_others_is_seen_as_if_it_were_alone(tmp_path: Path) -> None:
    bench = Bench(SEED, tmp_path)
    articles = [article for kind in IN_MEMORY for article in bench.documents(kind, range(2))]
    assert in_articles(articles) == [in_articles([article])[0] for article in articles]
