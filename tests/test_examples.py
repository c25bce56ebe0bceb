"""The examples and the walk-through, run as a user would; whole with `scripts/test --full`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import walkthrough
from conftest import REPOSITORY
from dateline.manifest import built_folder

EXAMPLES = REPOSITORY / "examples"
FULL = bool(os.environ.get("DATELINE_FULL"))
COMMAND = ("-c", "from dateline.cli import main; main()")
NAMED = re.compile(r"^exact, names and values +(\d\.\d+)", re.M)


def run(folder: Path, *arguments: str) -> str:
    """What a Python in a folder of its own prints."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def figure(said: str) -> float:
    found = NAMED.search(said)
    assert found is not None, said
    return float(found[1])


def table(said: str) -> str:
    """The scores of a report, from their heads on."""
    return said[said.index("entities  ") :].partition("\n\n")[0].strip()


def test_a_tagger_on_plain_datasets(tmp_path: Path) -> None:
    pytest.importorskip("sklearn_crfsuite")
    script, small = str(EXAMPLES / "train_with_datasets.py"), ("--rows", "400", "--rounds", "3")
    said = run(tmp_path, script, "--out", "predicted", *(() if FULL else small))
    assert figure(said) > (0.75 if FULL else 0.4)
    version, number = re.findall(r"Dateline (\S+): .*, (\d+) test articles", said)[0]
    assert len(list((tmp_path / "predicted").glob("*.json"))) == int(number)
    scoring = ("score", version, "predicted", "--split", "test", "--layers", "entities")
    assert table(run(tmp_path, *COMMAND, *scoring)) == table(said)


def test_spacy_trains_on_the_export(tmp_path: Path) -> None:
    pytest.importorskip("spacy")
    version = built_folder(REPOSITORY).name
    run(tmp_path, *COMMAND, "export", "docbin", version, "--out", "docbin")
    script, small = str(EXAMPLES / "train_with_spacy.py"), ("--steps", "50")
    said = run(tmp_path, script, "docbin", "--version", version, *(() if FULL else small))
    assert figure(said) > (0.55 if FULL else 0.1)
    assert (tmp_path / "pipeline" / "model-best" / "meta.json").is_file()


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_every_example_is_tested_listed_and_helps(script: Path, tmp_path: Path) -> None:
    assert script.name in (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert script.name in Path(__file__).read_text(encoding="utf-8")
    needed = {"train_with_spacy.py": "spacy", "transformer.py": "torch"}
    pytest.importorskip(needed.get(script.name, "sklearn_crfsuite"))
    assert "--help" in run(tmp_path, str(script), "--help")


# ── The walk-through

PAGE = walkthrough.PAGE.read_text(encoding="utf-8")
BLOCKS = walkthrough.blocks(PAGE)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    pytest.importorskip("sklearn_crfsuite")
    return walkthrough.printed(PAGE, tmp_path_factory.mktemp("walk"))


def test_every_block_is_one_that_is_run() -> None:
    fences = len(re.findall(r"^```", PAGE, re.M))
    assert fences == sum(2 if block.output is None else 4 for block in BLOCKS)
    assert {block.language for block in BLOCKS} == {"python", "bash"}


@pytest.mark.parametrize("away", [False, True], ids=["here", "out of domain"])
def test_each_block_prints_what_the_page_says(printed: list[str], away: bool) -> None:
    if away and walkthrough.corpus() is None:
        pytest.skip(f"{walkthrough.CORPUS} is not at hand: DATELINE_SHARED")
    told = zip(BLOCKS, printed, strict=walkthrough.corpus() is not None)
    pairs = [(block, said) for block, said in told if block.away == away]
    assert pairs
    for block, said in pairs:
        assert said == (block.output or ""), f"line {block.line}; python tests/walkthrough.py"


def test_outputs_are_written_where_they_stand(tmp_path: Path) -> None:
    page = "```python\nx = 1\nprint(x)\n```\n\n```text\nold\n```\n\n```bash\necho ü  \n```\n\n"
    page += f"```text\n```\n\n```python\nx += 1\n```\n\n{walkthrough.AWAY}\n"
    made = walkthrough.renewed(page, tmp_path)
    assert made == page.replace("old", "1").replace("text\n```", "text\nü\n```")
