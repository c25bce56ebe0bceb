"""Each format's articles a second, read and written, and its memory; brat against a bare loop."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from real import spans_and_links
from results import Run

from dateline.formats import format_names
from dateline.formats.native import to_standoff
from dateline.formats.registry import Known, find_format, formats_written
from dateline.formats.standoff import StandOff
from dateline.tree import Tree, find_root

ROOT = find_root(Path(__file__).parent.parent)
SHARED = Path(os.environ.get("DATELINE_SHARED", ROOT.parent / "shared"))
SECONDS = 120  # of writing or reading; a slow format is measured on as many articles as fit
PART = 500  # articles in a file of a format that writes one file for all
TIMES = 5

# Each step runs in a process of its own, for its peak memory to be its own.
STEP = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import exchange
found = getattr(exchange, sys.argv[2])(*sys.argv[3:])
status = Path("/proc/self/status").read_text()
peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024
print(json.dumps({**found, "peak": peak}))
"""
COMMAND = (
    "import sys; from dateline.cli import main; sys.argv = ['dateline', *sys.argv[1:]]; main()"
)


def step(name: str, *arguments: object) -> dict[str, float]:
    """What a function of this module gives in a process of its own, with `peak` in MB."""
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", STEP, here, name, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def originals() -> list[StandOff]:
    """The tree's own labelled open articles."""
    tree = Tree(ROOT)
    every = (tree.article(doc_id) for doc_id in tree.labelled())
    return [to_standoff(one, tree.scheme) for one in every if one.meta.tier == "open"]


def repeated(known: list[StandOff], count: int, first: int = 0) -> Iterator[StandOff]:
    """`count` texts under new ids, each made when it is asked for."""
    for number in range(first, first + count):
        one = known[number % len(known)]
        yield msgspec.structs.replace(one, doc_id=f"made-{number:07d}")


def put(name: str, standoffs: Iterable[StandOff], folder: Path) -> int:
    """Write texts in a format below a folder: how many files."""
    write = find_format(name).write
    assert write is not None
    folder.mkdir(parents=True)
    files = 0
    for file, raw in write(standoffs, Tree(ROOT).scheme):
        (folder / file).write_bytes(raw)
        files += 1
    return files


def writing(name: str, folder: str, articles: str) -> dict[str, float]:
    """Write `articles` texts in a format: seconds and files.

    A format of one file for all articles writes a file, in a folder of its own, for each `PART`.
    """
    known, place, count = originals(), Path(folder), int(articles)
    with tempfile.TemporaryDirectory() as probe:
        one, two = (put(name, known[:n], Path(probe) / str(n)) for n in (1, 2))
    began = time.perf_counter()
    if two > one:
        files = put(name, repeated(known, count), place)
    else:
        firsts = range(0, count, PART)
        files = sum(
            put(name, repeated(known, min(PART, count - first), first), place / f"part-{first:07d}")
            for first in firsts
        )
    return {"seconds": time.perf_counter() - began, "files": files}


def reading(name: str, folder: str) -> dict[str, float]:
    """Read a folder in a format: seconds and texts."""
    texts = [one.text for one in originals()]
    known = Known(Tree(ROOT).scheme, lambda doc_id: texts[int(doc_id[5:]) % len(texts)])
    read = find_format(name).read
    began = time.perf_counter()
    count = sum(1 for _ in read(Path(folder), known))
    return {"seconds": time.perf_counter() - began, "texts": count}


def bare(folder: Path) -> int:
    """The two files of each article read, each line split, and the words of each span sliced."""
    words = 0
    for path in sorted(folder.glob("*.txt")):
        text = path.read_bytes().decode()
        for line in path.with_suffix(".ann").read_bytes().decode().split("\n"):
            parts = line.split("\t")
            if line.startswith("T"):
                _, _, places = parts[1].partition(" ")
                for place in places.split(";"):
                    start, end = place.split(" ")
                    words += len(text[int(start) : int(end)])
    return words


def beside(folder: str) -> dict[str, float]:
    """Seconds of reading brat's files, ours and bare: medians, taken in turns."""
    known = Known(Tree(ROOT).scheme, {}.__getitem__)
    read = find_format("brat").read
    ours, theirs = [], []
    for _ in range(TIMES):
        began = time.perf_counter()
        bare(Path(folder))
        theirs.append(time.perf_counter() - began)
        began = time.perf_counter()
        for _ in read(Path(folder), known):
            pass
        ours.append(time.perf_counter() - began)
    return {"ours": statistics.median(ours), "bare": statistics.median(theirs)}


def format_rows(run: Run, name: str, articles: int, work: Path) -> None:
    """One format written and read, as many articles as there is time for, and a tenth of them."""

    def measured(count: int) -> tuple[dict[str, float], dict[str, float]]:
        folder = work / f"{name}-{count}"
        written, read = step("writing", name, folder, count), step("reading", name, folder)
        assert read["texts"] == count, f"{name}: {read['texts']} of {count} texts came back"
        shutil.rmtree(folder)
        return written, read

    probe = min(50, articles)
    slowest = max(found["seconds"] for found in measured(probe))
    many = max(probe, min(articles, int(SECONDS / slowest * probe)))
    few = max(1, many // 10)
    for what, small, large in zip(("written", "read"), measured(few), measured(many), strict=True):
        peaks = f"peak memory {large['peak']:.0f} MB, at a tenth {small['peak']:.0f} MB"
        files = f" in {large['files']:,} files" if "files" in large else ""
        rate = f"{many / large['seconds']:,.0f} articles/s"
        run.add(f"{name}, {what}", rate, "", f"{many:,} articles{files}; {peaks}")


def brat_rows(run: Run, articles: int, work: Path) -> None:
    """Reading brat's files beside a bare loop, of our form and of others'; a whole import."""
    folders = {"ours": ("brat, speed of reading to a bare loop", "as we export it", originals())}
    if (SHARED / "real" / "re3d").is_dir():
        others = spans_and_links(SHARED / "real" / "re3d")
        said = "re3d, as the files of others are"
        folders["others"] = ("the same, spans and relations alone", said, others)
    for kind, (what, said, known) in folders.items():
        put("brat", repeated(known, articles), work / kind)
        found = step("beside", work / kind)
        ours, theirs = articles / found["ours"], articles / found["bare"]
        note = f"{ours:,.0f} articles/s against {theirs:,.0f}, medians of {TIMES}; {said}"
        run.add(what, f"{ours / theirs:.2f} ×", "≥ 0.5 ×", note)
    command = [sys.executable, "-c", COMMAND, "import", "brat", str(work / "ours")]
    began = time.perf_counter()
    subprocess.run(
        [*command, "--out", str(work / "imported"), "--root", str(ROOT)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    took = time.perf_counter() - began
    note = f"{articles:,} articles in {took:.0f} s: read, made, checked, written and built"
    run.add("`dateline import brat`, whole", f"{articles / took:,.0f} articles/s", "", note)


def corpus_rows(run: Run) -> None:
    """Each corpus that has a reader of its own, as it is, where it is at hand."""
    known = Known(Tree(ROOT).scheme, {}.__getitem__)
    for name in sorted(set(format_names()) - set(formats_written())):
        folder = SHARED / "real" / name
        if not folder.is_dir():
            continue
        took, count = [], 0
        for _ in range(TIMES):
            began = time.perf_counter()
            count = sum(1 for _ in find_format(name).read(folder, known))
            took.append(time.perf_counter() - began)
        rate = f"{count / statistics.median(took):,.0f} articles/s"
        run.add(f"{name}, read", rate, "", f"{count:,} texts, medians of {TIMES}")


def main() -> None:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    about = f"the tree's {len(originals())} open articles repeated to {articles:,}"
    run = Run("exchange", about)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for form in formats_written():
            format_rows(run, form, articles, work)
        corpus_rows(run)
        brat_rows(run, max(1, articles // 10), work)
    run.keep()


if __name__ == "__main__":
    main()
