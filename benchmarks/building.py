"""Building and loading, measured in one run; each figure beside what it is measured against."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from made import make_tree
from results import Run

from dateline.tree import Tree, find_root

BUILD = """
import json, os, sys, threading, time
from pathlib import Path
from dateline.releases.build import build
from dateline.tree import Tree

peaks = {"writer": 0.0, "worker": 0.0}

def peak(process):
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0

def watch():
    me = os.getpid()
    while True:
        children = Path(f"/proc/{me}/task/{me}/children").read_text().split()
        for child in children:
            try:
                peaks["worker"] = max(peaks["worker"], peak(child))
            except OSError:
                pass
        time.sleep(0.2)

if __name__ == "__main__":
    threading.Thread(target=watch, daemon=True).start()
    began = time.perf_counter()
    build(Tree(Path(sys.argv[1])), Path(sys.argv[2]))
    took = time.perf_counter() - began
    peaks["writer"] = peak(os.getpid())
    print(json.dumps({"seconds": took, **peaks}))
"""

LOAD = """
import os, sys, time
os.environ["HF_HOME"] = sys.argv[2]
os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"
import datasets
datasets.disable_progress_bars()
began = time.perf_counter()
found = datasets.load_dataset(sys.argv[1], "documents", split="train")
print(time.perf_counter() - began)
"""


def python(code: str, *arguments: object) -> str:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def median(action: Callable[[], object], times: int = 5) -> float:
    """Seconds, the median of `times` calls."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def alternating(one: Callable[[], object], two: Callable[[], object]) -> tuple[float, float]:
    """Medians of two actions, taken in turns, so that a busy machine slows both."""
    ones, twos = [], []
    for _ in range(5):
        ones.append(median(one, 1))
        twos.append(median(two, 1))
    return statistics.median(ones), statistics.median(twos)


def loading(run: Run, folder: Path, root: Path) -> None:
    """`dateline.load(format="arrow")` against a bare read of the same files."""
    import pyarrow.parquet as pq

    import dateline
    from dateline.manifest import read_manifest

    for config in ("documents", "entities", "events"):
        files = read_manifest(folder).configs[config].splits["train"].files
        paths = [folder / file.path for file in files]
        ours, bare = alternating(
            lambda c=config: dateline.load(c, "train", "tree", format="arrow", root=root),
            lambda p=paths: pq.read_table(p),
        )
        megabytes = sum(file.bytes for file in files) / 1e6
        note = f"{ours:.3f} s against {bare:.3f} s of pq.read_table; {megabytes:.0f} MB"
        run.add(f'load("{config}", format="arrow")', f"{ours / bare:.2f} ×", "≤ 1.2 ×", note)


def main() -> None:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    few = max(1, articles // 10)
    run = Run("building", f"{articles:,} articles made of the tree's own")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        source = Tree(find_root(Path(__file__).parent.parent))
        found = {}
        for count in (few, articles):
            tree = make_tree(source, work, count)
            found[count] = json.loads(python(BUILD, tree.root, tree.root / "build"))
            rate = count / found[count]["seconds"]
            run.add(f"build, {count:,} articles", f"{rate:,.0f} articles/s")
        for who, said in (("writer", "the writing process"), ("worker", "the largest worker")):
            ratio = found[articles][who] / found[few][who]
            note = f"{found[articles][who]:.0f} MB against {found[few][who]:.0f} MB"
            run.add(
                f"peak memory of {said}, {articles:,} to {few:,}", f"{ratio:.2f} ×", "1 ×", note
            )
        root = work / f"tree-{articles}"
        loading(run, root / "build", root)
        cache = work / "hf"
        first, second = (float(python(LOAD, root / "build", cache)) for _ in range(2))
        note = f"{second:.2f} s against {first:.2f} s"
        run.add("load_dataset, second call to first", f"{second / first:.2f} ×", "", note)
    command = [str(Path(sys.executable).parent / "dateline"), "--help"]
    helped = median(lambda: subprocess.run(command, check=True, capture_output=True), 11)
    bare = median(lambda: subprocess.run([sys.executable, "-c", ""], check=True), 11)
    note = f"{bare:.2f} s of it is Python's own start"
    run.add("dateline --help", f"{helped:.2f} s", "< 0.2 s", note)
    run.keep()


if __name__ == "__main__":
    main()
