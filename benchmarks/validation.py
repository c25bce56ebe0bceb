"""The validation suite, measured in one run on real articles repeated.

Levels 1 to 4 against a bare read of the same file, the cost of each check, the re-derivation of
stored columns apart; then `spacy debug data` and `udvalidate` on real text; then memory.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from real import read_re3d
from results import Run

from dateline.checks import labels, references, spans, texts
from dateline.checks.characters import character_flags
from dateline.checks.columns import Layout
from dateline.checks.document import once
from dateline.checks.parquet import check_derived, check_layout
from dateline.derived import Article
from dateline.documents import document_row
from dateline.rows import batch_from_rows
from dateline.scheme import Scheme
from dateline.tree import Tree, find_root

BATCH = 2_500
SHARD = 10_000
ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("DATELINE_SHARED", ROOT.parent / "shared"))


def scheme() -> Scheme:
    return Tree(find_root(ROOT)).scheme


def repeated(articles: list[Article], folder: Path, count: int) -> list[Path]:
    """`count` articles in Parquet shards, as a release has them."""
    here = scheme()
    rows = [document_row(article) for article in articles]
    one = pa.Table.from_batches([batch_from_rows(rows, "documents", here)])
    paths = []
    for first in range(0, count, SHARD):
        size = min(SHARD, count - first)
        whole = pa.concat_tables([one] * (size // len(rows) + 1)).slice(0, size).combine_chunks()
        ids = pa.array([f"made-{first + i:08d}" for i in range(size)])
        path = folder / f"{count}-{first:08d}.parquet"
        table = whole.set_column(0, whole.schema.field(0), ids)
        pq.write_table(table, path, compression="zstd", row_group_size=SHARD)
        paths.append(path)
    return paths


def check_file(path: Path) -> Counter[str]:
    """Every check of levels 1 to 4 on a file: how often each code was found."""
    found: Counter[str] = Counter()
    here = scheme()
    for batch in pq.ParquetFile(path).iter_batches(batch_size=BATCH):
        found.update(f.code for f in once(check_layout(Layout(batch, here), derived=False)))
    return found


def check_all(paths: list[Path], pool: ProcessPoolExecutor) -> Counter[str]:
    return sum(pool.map(check_file, paths), Counter())


def warmed(_: int) -> int:
    """What a pool's process does once in its life: imports, and the table of characters."""
    time.sleep(0.3)
    return len(character_flags())


def timed(action: Callable[[], Any]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


CHECKS: dict[str, Callable[[Layout], Iterator[Any]]] = {
    "texts (DL103-DL108, DL113)": texts.check_texts,
    "labels and ids (DL201-DL207)": labels.check_labels,
    "text hash (DL304)": spans.check_hash,
    "bounds (DL301, DL302)": spans.check_bounds,
    "edges (DL303)": spans.check_edges,
    "graphemes (DL306)": spans.check_graphemes,
    "sentences (DL307)": spans.check_sentences,
    "fragments (DL305)": spans.check_fragments,
    "parts (DL312)": spans.check_parts,
    "overlaps (DL310, DL311, DL313)": spans.check_overlaps,
    "arguments (DL401-DL404, DL408, DL415, DL416)": references.check_arguments,
    "sources (DL401, DL402, DL414)": references.check_sources,
    "stances (DL401, DL402)": references.check_stances,
    "clusters (DL405, DL406)": references.check_clusters,
    "content (DL407)": references.check_content,
    "quotes (DL409)": references.check_quotes,
    "grounding (DL411)": references.check_grounding,
    "knowledge base (DL412)": references.check_kb,
}


def costs(path: Path) -> list[tuple[str, float]]:
    """Seconds of each check on a file, one process; what they share is listed first."""
    here = scheme()
    spent: Counter[str] = Counter()
    for batch in pq.ParquetFile(path).iter_batches(batch_size=BATCH):
        layout = Layout(batch, here)
        spent["columns (shared by all)"] += timed(
            lambda la=layout: (la.characters, la.spans, la.sound)
        )
        for name, check in CHECKS.items():
            spent[name] += timed(lambda c=check, la=layout: list(c(la)))
    return spent.most_common()


MEMORY = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from validation import check_file
for path in sys.argv[2:]:
    check_file(Path(path))
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""


def peak(paths: list[Path]) -> float:
    """Peak memory in MB of one process that checks some files, one after the other."""
    command = [sys.executable, "-c", MEMORY, str(ROOT / "benchmarks"), *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


def spacy_rate(articles: list[Article], folder: Path, python: str, times: int) -> float | None:
    """Tokens a second of `spacy debug data` on the same articles, repeated; None without spaCy."""
    code = Path(__file__).with_name("spacy_data.py")
    lines = [
        json.dumps({"text": a.text, "spans": [[e.start, e.end, e.type] for e in a.entities]})
        for a in articles
    ]
    (folder / "articles.jsonl").write_text("\n".join(lines * times), encoding="utf-8")
    done = subprocess.run(
        [python, str(code), str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return None
    tokens = int(done.stdout.split()[-1])
    command = [python, "-m", "spacy", "debug", "data", str(folder / "config.cfg"), "--no-format"]
    seconds = timed(lambda: subprocess.run(command, capture_output=True, check=False))
    return tokens / seconds


def ud_rate(python: str) -> float | None:
    """Tokens a second of `udvalidate` on the news of GUM; None without it."""
    files = sorted((SHARED / "real" / "gum" / "conllu").glob("*.conllu"))
    tool = Path(python).with_name("udvalidate")
    if not files or not tool.exists():
        return None
    lines = (line for f in files for line in f.read_text("utf-8").splitlines())
    tokens = sum(line[:1].isdigit() and line.split("\t")[0].isdigit() for line in lines)
    command = [str(tool), "--lang", "en", "--level", "3", *map(str, files)]
    seconds = timed(lambda: subprocess.run(command, capture_output=True, check=False))
    return tokens / seconds


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    python = os.environ.get("BENCH_PYTHON", sys.executable)
    source = SHARED / "real" / "re3d"
    if not source.is_dir():
        sys.exit(f"error: expected re3d in {source} (set DATELINE_SHARED), found no such folder")
    articles = sorted(read_re3d(source, scheme()), key=lambda a: a.doc_id)
    tokens = sum(len(a.units.tokens) for a in articles) * count / len(articles)
    about = f"{len(articles)} articles of re3d repeated to {count:,}, {tokens:,.0f} tokens"
    run = Run("validation", about)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = repeated(articles, folder, count)
        rate = tokens / against_reading(run, paths)
        against_others(run, rate, articles, folder, python)
        few = repeated(articles, folder, 10_000)
        memory(run, few, (paths * (many // count))[: many // SHARD])
        derived = timed(lambda: list(_derive(few[0])))
        note = "10,000 articles, one process: nesting, grounding, sentences"
        run.add("re-deriving stored columns, apart", f"{derived:.1f} s", "", note)
        for check, seconds in costs(few[0]):
            run.add(f"check: {check}", f"{seconds:.3f} s", "", "10,000 articles, one process")
    run.keep()


def against_reading(run: Run, paths: list[Path]) -> float:
    """Levels 1 to 4 against a bare read of the same files; seconds of the checks."""
    workers = os.cpu_count() or 1
    reads, checks = [], []
    with ProcessPoolExecutor(workers, get_context("spawn"), pa.set_cpu_count, (1,)) as pool:
        list(pool.map(warmed, range(workers)))
        for _ in range(5):
            reads.append(timed(lambda: pq.read_table(paths)))
            checks.append(timed(lambda: check_all(paths, pool)))
    read, check = statistics.median(reads), statistics.median(checks)
    note = f"{check:.2f} s, {workers} processes, against {read:.2f} s of pq.read_table"
    run.add("levels 1 to 4, to a bare read", f"{check / read:.1f} ×", "≤ 5 ×", note)
    return check


def against_others(
    run: Run, rate: float, articles: list[Article], folder: Path, python: str
) -> None:
    """Tokens a second against two validators that others use."""
    spacy = spacy_rate(articles, folder, python, 40)
    if spacy is None:
        run.add("tokens a second, to `spacy debug data`", "–", "≥ 100 ×", "spaCy is not installed")
    else:
        note = f"{rate:,.0f} against {spacy:,.0f} on the same articles"
        run.add("tokens a second, to `spacy debug data`", f"{rate / spacy:.0f} ×", "≥ 100 ×", note)
    ud = ud_rate(python)
    if ud is None:
        run.add("tokens a second, to `udvalidate` level 3", "–", "", "it is not installed")
    else:
        note = f"{rate:,.0f} against {ud:,.0f} on the news of GUM"
        run.add("tokens a second, to `udvalidate` level 3", f"{rate / ud:.0f} ×", "", note)


def memory(run: Run, few: list[Path], lots: list[Path]) -> None:
    """Peak memory of one process, on few and on many articles."""
    small, large = peak(few), peak(lots)
    note = f"{large:.0f} MB at {len(lots) * SHARD:,} against {small:.0f} MB at 10,000 articles"
    run.add("peak memory of a process", f"{large / small:.2f} ×", "1 ×, < 1 GB", note)


def _derive(path: Path) -> Iterator[Any]:
    here = scheme()
    for batch in pq.ParquetFile(path).iter_batches(batch_size=BATCH):
        yield from check_derived(Layout(batch, here))


if __name__ == "__main__":
    main()
