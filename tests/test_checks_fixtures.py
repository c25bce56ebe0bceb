"""Every code of the catalogue: its smallest invalid example raises it alone, the twin nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from broken import CASES, Change, make_base, plain
from dateline.checks import suite
from dateline.checks.catalogue import CATALOGUE
from dateline.checks.incident import Incident
from dateline.files import cache_folder
from dateline.tree import Tree


@dataclass(frozen=True)
class Base:
    """The small tree, made once, with the cache that holds the text of its external article."""

    root: Path
    cache: Path

    def copy(self, root: Path) -> Tree:
        shutil.copytree(self.root, root)
        shutil.copytree(self.cache, cache_folder())
        return Tree(root)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    folder = tmp_path_factory.mktemp("base")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_CACHE", str(folder / "cache"))
        make_base(folder / "tree")
    yield Base(folder / "tree", folder / "cache")


def found_in(tree: Tree, change: Change) -> list[Incident]:
    target = change(tree)
    return list(suite.validate(target or tree.root, workers=1))


def test_the_tree_that_they_change_has_no_finding(base: Base, tmp_path: Path) -> None:
    assert found_in(base.copy(tmp_path / "tree"), lambda tree: None) == []


def test_every_code_has_a_case() -> None:
    assert sorted(CASES) == list(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_the_invalid_example_raises_its_code_alone(code: str, base: Base, tmp_path: Path) -> None:
    found = found_in(base.copy(tmp_path / "tree"), CASES[code].invalid)
    assert {incident.code for incident in found} == {code}, "\n".join(map(str, found))
    assert plain(found[0].path) == CASES[code].at


@pytest.mark.parametrize("code", CATALOGUE)
def test_its_valid_twin_raises_nothing(code: str, base: Base, tmp_path: Path) -> None:
    found = found_in(base.copy(tmp_path / "tree"), CASES[code].valid)
    assert found == [], "\n".join(map(str, found))
