"""A real Label Studio server for tests: installed once, migrated once, a copy for each worker."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import filelock
import pytest

from dateline.errors import DataError
from dateline.files import cache_folder, staged_folder
from dateline.studio.environment import VERSION, environment
from dateline.studio.server import Server, start
from dateline.tree import Tree
from studio_desk import Desk, desk_on


@pytest.fixture(scope="session")
def studio_template() -> Path:
    """The data folder of a server that was started once and stopped; copied, never used."""
    folder = cache_folder() / "studio"
    folder.mkdir(parents=True, exist_ok=True)
    template = folder / f"test-data-{VERSION}"
    with filelock.FileLock(folder / "tests.lock"):
        try:
            environment(print)
        except DataError as error:
            pytest.skip(f"no Label Studio to test with: {error}")
        if not template.exists():
            with staged_folder(template, "test") as staging:
                start(staging).stop()
    return template


@pytest.fixture(scope="session")
def studio_python(studio_template: Path) -> Path:
    """The interpreter of the server's environment, whatever cache a test has."""
    return environment(print)


@pytest.fixture
def studio_env(studio_python: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a test with a cache of its own start servers without installing one there."""
    monkeypatch.setenv("DATELINE_STUDIO_ENV", str(studio_python.parent.parent))


def copied(template: Path, data: Path) -> Path:
    """A data folder of a test's own: a start on it takes seconds, not a minute."""
    shutil.copytree(template, data)
    data.chmod(0o700)
    return data


@pytest.fixture(scope="session")
def studio_server(
    studio_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A running server, one for each worker. A test makes its own projects and accounts there."""
    data = copied(studio_template, tmp_path_factory.mktemp("studio") / "data")
    with start(data) as server:
        yield server


@pytest.fixture
def desk(studio_server: Server, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A small tree and people at the server; a pull looks back no further than it must."""
    monkeypatch.setenv("DATELINE_STUDIO_URL", studio_server.url)
    monkeypatch.setenv("DATELINE_STUDIO_KEY", studio_server.who.key)
    monkeypatch.setattr("dateline.studio.pull.MARGIN", timedelta(0))
    yield from desk_on(studio_server, tree)
