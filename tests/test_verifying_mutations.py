"""A frozen version changed at random: `verify` finds every change, and names the row it is in.

60 changes by default, which are one of each kind at each depth or nearly so; 1,000 with
`scripts/test --full`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dateline.checks.verifying import verify
from verifying_mutations import KINDS, draws, make_tree, score

COUNT = 1_000 if os.environ.get("DATELINE_FULL") else 60
SEED = 20261122


@pytest.mark.full
def test_every_change_is_found_and_its_row_is_named(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "base")
    assert verify(rows=True, root=tree.root).holds
    found = score(tree, tmp_path / "work", COUNT, SEED)
    assert not found.problems, "\n".join(found.problems)
    assert sum(found.tried.values()) == COUNT
    assert found.named == found.nameable > COUNT // 10


def test_every_kind_place_and_depth_is_drawn() -> None:
    drawn = list(draws(1_000, SEED))
    assert len(drawn) == 1_000
    assert {one.name for one, _, _ in drawn} == set(KINDS)
    assert {depth for _, where, depth in drawn if where == "here"} == {0, 1, 2, 3, 4}
    assert {one.name for one, _, _ in draws(60, SEED)} >= {"a cell", "a byte"}
