"""What is installed: the wheel carries schema and releases, an editable install no copy of them."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from conftest import REPOSITORY
from dateline.manifest import built_folder, read_manifest


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the repository without asking for anything."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out]
    subprocess.run([*command, REPOSITORY], check=True, capture_output=True)
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked as an installer does, in a folder of its own."""
    place = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


def run(installed: Path, code: str, folder: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run code with the installed package, in a folder that has nothing to do with it."""
    env = os.environ | {"PYTHONPATH": str(installed), "HF_HOME": str(cache / "hf")}
    command = [sys.executable, "-P", "-c", code]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_the_wheel_carries_schema_world_and_releases(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    newest = built_folder(REPOSITORY).name
    for wanted in (
        "dateline/_data/schema/scheme.yaml",
        "dateline/_data/schema/GUIDELINES.md",
        f"dateline/_data/corpus/releases/{newest}/manifest.json",
        "dateline/py.typed",
    ):
        assert wanted in names
    for file in (REPOSITORY / "corpus" / "releases").rglob("*"):
        if file.is_file():
            assert f"dateline/_data/{file.relative_to(REPOSITORY).as_posix()}" in names
    assert not [name for name in names if name.startswith(("tests/", "src/"))]


def test_an_installed_wheel_works_from_any_folder(installed: Path, tmp_path: Path) -> None:
    manifest = read_manifest(built_folder(REPOSITORY))
    code = (
        "import dateline, sys\n"
        "from dateline.tree import find_root\n"
        "print(find_root())\n"
        "print(len(dateline.load('documents', 'train')))\n"
        "print(len(dateline.load('events', 'test', format='arrow')))\n"
        "print(dateline.document('ikotap-battle-1').meta.outlet)\n"
    )
    done = run(installed, code, tmp_path, tmp_path)
    assert done.returncode == 0, done.stderr
    place, articles, events, outlet = done.stdout.splitlines()
    assert place == str(installed / "dateline" / "_data")
    assert int(articles) == manifest.configs["documents"].splits["train"].rows
    assert int(events) == manifest.configs["events"].splits["test"].rows
    assert outlet == "halyard"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["show", "ikotap-battle-1"], 0, "Ikotap"),
        (["stats"], 0, "tokens"),
        (["show", "no-such-article"], 2, "expected an article of"),
        (["stats", "9.9.9"], 2, "a clone of the repository has every one"),
        (["build"], 2, "the read-only data of an installed wheel"),
        (["validate"], 2, "the read-only data of an installed wheel"),
        (["generate", "--check"], 2, "the read-only data of an installed wheel"),
    ],
)
def test_commands_of_an_installed_wheel(
    installed: Path, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    program = f"import sys; sys.argv[1:] = {arguments!r}; from dateline.cli import main; main()"
    done = run(installed, program, tmp_path, tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr


def test_a_clone_above_the_working_folder_comes_before_the_wheel(
    installed: Path, tmp_path: Path
) -> None:
    code = "from dateline.tree import find_root; print(find_root())"
    done = run(installed, code, REPOSITORY / "tests", tmp_path)
    assert done.stdout.strip() == str(REPOSITORY)


# ── The build hook


@pytest.fixture
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", REPOSITORY / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def included(hook: ModuleType, root: Path, version: str) -> set[str]:
    data: dict[str, Any] = {"force_include": {}}
    hook.DataHook(str(root), {}, None, None, str(root), "wheel").initialize(version, data)
    return set(data["force_include"].values())


def make_releases(root: Path, *versions: str) -> None:
    for version in versions:
        folder = root / "corpus" / "releases" / version
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("x" * 100)


def test_an_editable_install_has_no_copy(hook: ModuleType, tmp_path: Path) -> None:
    make_releases(tmp_path, "0.1.0")
    assert included(hook, tmp_path, "editable") == set()


def test_what_lies_beside_the_releases_is_in_the_wheel(hook: ModuleType, tmp_path: Path) -> None:
    make_releases(tmp_path, "0.1.0")
    (tmp_path / "corpus" / "releases" / "dois.yaml").write_text("0.1.0: 10.5281/a\n")
    assert "dateline/_data/corpus/releases/dois.yaml" in included(hook, tmp_path, "standard")


def test_past_the_limit_the_newest_release_alone(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_releases(tmp_path, "0.9.0", "0.10.0", "0.2.0")
    every = {f"dateline/_data/corpus/releases/{v}" for v in ("0.9.0", "0.10.0", "0.2.0")}
    assert every <= included(hook, tmp_path, "standard")
    monkeypatch.setattr(hook, "LIMIT", 299)
    found = {name for name in included(hook, tmp_path, "standard") if "releases" in name}
    assert found == {"dateline/_data/corpus/releases/0.10.0"}
