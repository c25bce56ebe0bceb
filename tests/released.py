"""Small trees in Git that can be released, and ways to change and to look at them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dateline.agreement.dropped import dropped
from dateline.generated.plots import look
from dateline.releases.release import Released, release
from dateline.tree import Tree

REPOSITORY = Path(__file__).resolve().parent.parent
FIRST, SECOND = "2026-11-30", "2026-12-24"
"""The days of versions 0.1.0 and of the one after it."""
BESIDE = (
    "README.md",
    "DATASHEET.md",
    "LICENSE-DATA",
    "benchmarks/results/baselines.json",
    "benchmarks/results/style.json",
    "benchmarks/results/transformer.json",
    "annotations/agreement.json",
)
WAITING = "### In the tree, not yet released\n\n- Because somebody asked.\n\n"
CHANGELOG = f"# Changelog\n\n## Data\n\n{WAITING}## Package\n\n### 9.9.9\n\n- Faster.\n"


def git(root: Path, *words: str) -> str:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, "-C", str(root), *words], capture_output=True, text=True, check=True
    )
    return done.stdout


def commit(tree: Tree) -> Tree:
    """Everything as a commit; the tree to be read anew."""
    git(tree.root, "add", "--all")
    git(tree.root, "commit", "--quiet", "--allow-empty", "--message", "More")
    return Tree(tree.root)


def make_repository(root: Path) -> Tree:
    """The small tree of the tests with all that a release needs, committed."""
    from broken import make_base  # which imports conftest, as that does this module

    tree = make_base(root)
    for name in BESIDE:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, root / name)
    (root / "CHANGELOG.md").write_text(CHANGELOG)
    git(root, "init", "--quiet", "--initial-branch=main")
    return commit(tree)


def enter(tree: Tree) -> None:
    """Say in the changelog that something waits to be released."""
    path = tree.root / "CHANGELOG.md"
    path.write_text(path.read_text().replace("## Data\n\n", f"## Data\n\n{WAITING}", 1))


def correct(tree: Tree) -> Tree:
    """Correct one label, say so in the changelog, commit."""
    from broken import set_item

    set_item(tree, "mill-1", "T13", sector="JRN")
    enter(tree)
    return commit(tree)


def freeze(tree: Tree, version: str, day: str) -> Released:
    return release(tree, version, day, lambda doc_id: dropped(tree, doc_id), workers=1)


def everything(root: Path) -> dict[str, bytes | None]:
    """Each file of a folder with its bytes, and each folder; Git's own files as well."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(root.rglob("*"))
    }


@contextmanager
def _own_cache(folder: Path) -> Iterator[None]:
    """A cache for what outlives a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_CACHE", str(folder / "cache"))
        yield


@contextmanager
def undrawn() -> Iterator[None]:
    """Figures with their words and data, but without drawings, which take most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(look.Plot, "_specification", lambda plot: {"name": plot.name})
        patch.setattr(look, "svg", lambda _: "<svg></svg>")
        yield


@pytest.fixture
def plain_figures() -> Iterator[None]:
    with undrawn():
        yield


@pytest.fixture(scope="session")
def unreleased_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("unreleased")
    with _own_cache(place):
        return make_repository(place / "tree").root


@pytest.fixture(scope="session")
def frozen_once(unreleased_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("frozen")
    shutil.copytree(unreleased_once, place / "tree")
    with _own_cache(place), undrawn():
        tree = Tree(place / "tree")
        freeze(tree, "0.1.0", FIRST)
        return commit(tree).root


@pytest.fixture
def unreleased(unreleased_once: Path, tmp_path: Path, plain_figures: None) -> Tree:
    """A tree of three open articles and an external one, ready to become 0.1.0."""
    shutil.copytree(unreleased_once, tmp_path / "tree")
    return Tree(tmp_path / "tree")


@pytest.fixture
def frozen(frozen_once: Path, tmp_path: Path, plain_figures: None) -> Tree:
    """The same with 0.1.0 frozen and committed, and nothing new."""
    shutil.copytree(frozen_once, tmp_path / "tree")
    return Tree(tmp_path / "tree")


@pytest.fixture
def ready(frozen: Tree) -> Tree:
    """The same with one label corrected: it calls for 0.1.1."""
    return correct(frozen)


def environment(**more: str) -> dict[str, str]:
    """For a subprocess that imports the package and the makers of the tests."""
    path = os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY / "tests")])
    return {**os.environ, "PYTHONPATH": path, **more}
