"""The blocks of docs/walkthrough.md, run in order; what stands under each is what it prints.

`python tests/walkthrough.py` writes the outputs anew; tests/test_examples.py compares. The last
part needs a corpus that is not ours (`DATELINE_SHARED`, a folder with `real/re3d`).
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from conftest import REPOSITORY, shared_folder

PAGE = REPOSITORY / "docs" / "walkthrough.md"
AWAY = "## Leave the domain"
CORPUS = "re3d"

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.M | re.S)


class Block(NamedTuple):
    """A block with what is said to come of it; None where nothing is."""

    language: str
    code: str
    output: str | None
    line: int
    place: tuple[int, int]
    away: bool


def blocks(page: str) -> list[Block]:
    """The blocks of the page in order, each with the output under it.

    An output that stands under no block is one of its own, of the language `text`.
    """
    last = page.index(AWAY)
    return [
        Block(
            language=found[1],
            code=found[2],
            output=found[3],
            line=page.count("\n", 0, found.start()) + 2,
            place=found.span(3),
            away=found.start() > last,
        )
        for found in BLOCK.finditer(page)
    ]


def corpus() -> Path | None:
    """The folder of the corpus of the last part, where it is at hand."""
    shared = shared_folder()
    found = shared / "real" / CORPUS if shared is not None else None
    return found if found is not None and found.is_dir() else None


def printed(page: str, folder: Path) -> list[str]:
    """What each block prints, run in order by a Python of their own.

    The last part is left out where its corpus is not at hand.
    """
    command = [sys.executable, __file__, "print", str(folder)]
    cache = folder / ".cache"  # not the user's
    env = os.environ | {"HF_HOME": str(cache / "hf"), "DATELINE_CACHE": str(cache / "dateline")}
    done = subprocess.run(command, input=page, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(done.stderr)
    found: list[str] = json.loads(done.stdout)
    return found


def outputs(page: str, folder: Path) -> Iterator[str]:
    """As `printed`, in this Python: in one namespace, and the shell in the same folder.

    crfsuite draws from the process's random numbers, so that a process is good for one run.
    """
    corpus_folder = corpus()
    if corpus_folder is not None:
        (folder / CORPUS).symlink_to(corpus_folder)
    names: dict[str, object] = {"__name__": "walkthrough"}
    for block in blocks(page):
        if block.away and corpus_folder is None:
            return
        run = {"python": in_python, "bash": in_shell}[block.language]
        with contextlib.chdir(folder):
            yield trimmed(run(block, names))


def in_python(block: Block, names: dict[str, object]) -> str:
    """A block's output; what it defines stays in `names`."""
    # So many lines before it that a traceback tells the line of the page.
    code = compile("\n" * (block.line - 1) + block.code, str(PAGE), "exec")
    with contextlib.redirect_stdout(io.StringIO()) as out, warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        exec(code, names)
    return out.getvalue()


def in_shell(block: Block, _: dict[str, object]) -> str:
    """A block's output in bash, where `dateline` is the command of this package."""
    command = f"{sys.executable} -c 'from dateline.cli import main; main()'"
    code = f'set -euo pipefail\ndateline() {{ {command} "$@"; }}\n{block.code}'
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-c", code], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(f"{PAGE.name}, line {block.line}: {done.stderr}")
    return done.stdout


def trimmed(said: str) -> str:
    """Lines without blanks at their ends, and no empty ones around them."""
    lines = "\n".join(line.rstrip() for line in said.splitlines()).strip("\n")
    return f"{lines}\n" if lines else ""


def renewed(page: str, folder: Path) -> str:
    """The page with the outputs that its blocks print now."""
    found = printed(page, folder)
    for block, said in reversed(list(zip(blocks(page), found, strict=True))):
        if block.output is not None:
            page = page[: block.place[0]] + said + page[block.place[1] :]
    return page


if __name__ == "__main__":
    if sys.argv[1:2] == ["print"]:
        print(json.dumps(list(outputs(sys.stdin.read(), Path(sys.argv[2])))))
        sys.exit()
    if corpus() is None:
        sys.exit(f"expected DATELINE_SHARED, a folder with real/{CORPUS}: the last part needs it")
    with tempfile.TemporaryDirectory() as name:
        made = renewed(PAGE.read_text(encoding="utf-8"), Path(name))
    PAGE.write_text(made, encoding="utf-8")
