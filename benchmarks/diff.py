"""The difference between two large versions: memory that does not grow, and articles a second."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from results import Run

from dateline.derived import Article
from dateline.tables import batch_from_rows
from dateline.tree import Tree, find_root
from dateline.views import document_rows

SHARD = 2_500
EDITED = 0.03
SPLITS = ("train",) * 8 + ("validation", "test")

DIFF = """
import json, sys, time
from pathlib import Path
from dateline.releases.difference.diff import Diff, summary
from dateline.releases.difference.reports import json as report
from dateline.releases.difference.sides import find_side
from dateline.tree import Tree, find_root
tree = Tree(find_root(sys.argv[1]))
began = time.perf_counter()
diff = Diff(find_side(sys.argv[2], tree), find_side(sys.argv[3], tree))
written = sum(len(piece) for piece in report(diff))
took = time.perf_counter() - began
status = Path("/proc/self/status").read_text()
peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024
found = summary(diff)
print(json.dumps({"seconds": took, "peak": peak, "written": written,
    "articles": found.articles, "changes": sum(found.total(layer) for layer in found.counts)}))
"""

READ = """
import sys, time
from pathlib import Path
import pyarrow.parquet as pq
began = time.perf_counter()
for folder in sys.argv[1:]:
    for path in sorted(Path(folder).rglob("*.parquet")):
        for batch in pq.ParquetFile(path).iter_batches(batch_size=256):
            pass
print(time.perf_counter() - began)
"""


def edited(article: Article, choose: random.Random) -> Article:
    """The article with one event of another certainty, and without its last stance."""
    doc = article.labels
    at = choose.randrange(len(doc.events))
    events = list(doc.events)
    other = "possible" if events[at].certainty != "possible" else "certain"
    events[at] = msgspec.structs.replace(events[at], certainty=other)
    stances = doc.stances[:-1]
    labels = msgspec.structs.replace(doc, events=events, stances=stances)
    return Article(article.meta, article.text, labels)


def made(articles: list[Article], folder: Path, count: int, *, change: bool, order: str) -> Path:
    """`count` articles in Parquet shards; with `change` a few in a hundred of them edited.

    `order` is `ids` (as releases have them), or `none` (one file, ids in no order).
    """
    scheme = Tree(find_root()).scheme
    rows = [row for article in articles for row in document_rows(article, scheme)]
    plain = pa.Table.from_batches([batch_from_rows(rows, "documents", scheme)])
    choose = random.Random(20261122)
    new = [row for a in articles for row in document_rows(edited(a, choose), scheme)]
    table = pa.concat_tables(
        [plain, pa.Table.from_batches([batch_from_rows(new, "documents", scheme)])]
    )
    table = table.combine_chunks()
    at = table.schema.get_field_index("doc_id")
    out = folder / f"{count}-{order}-{'after' if change else 'before'}"
    splits: dict[str, list[int]] = {}
    for number in range(count):
        splits.setdefault(SPLITS[number % 10] if order == "ids" else "all", []).append(number)
    writer = None
    for split, numbers in splits.items():
        for first in range(0, len(numbers), SHARD):
            part = numbers[first : first + SHARD]
            picks = [
                n % len(rows) + len(rows) * (change and random.Random(n).random() < EDITED)
                for n in part
            ]
            ids = [f"made-{n if order == 'ids' else n * 7919 % count:08d}" for n in part]
            shard = table.take(pa.array(picks)).set_column(
                at, table.schema.field(at), pa.array(ids)
            )
            if order == "ids":
                path = out / "documents" / f"{split}-{first // SHARD:05d}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                pq.write_table(shard, path, compression="zstd")
            else:
                out.mkdir(exist_ok=True)
                writer = writer or pq.ParquetWriter(out / "all.parquet", shard.schema)
                writer.write_table(shard)
    if writer is not None:
        writer.close()
    return out


def measured(before: Path, after: Path) -> dict[str, float]:
    command = [sys.executable, "-c", DIFF, str(find_root()), str(before), str(after)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def read(*folders: Path) -> float:
    command = [sys.executable, "-c", READ, *map(str, folders)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    few = many // 10
    tree = Tree(find_root())
    articles = [a for _, a in tree.labelled_articles() if a.meta.tier == "open" and a.events]
    about = f"{len(articles)} articles of the tree repeated to {few:,} and {many:,}, 3 % edited"
    run = Run("diff", about)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peaks = {}
        for count in (few, many):
            sides = [made(articles, folder, count, change=c, order="ids") for c in (False, True)]
            times = []
            for _ in range(3):
                found = measured(*sides)
                times.append(found["seconds"])
                peaks[count] = max(peaks.get(count, 0), found["peak"])
            took, bare = statistics.median(times), read(*sides)
            note = f"{count:,} articles a side, {found['changes']:,} changes in {took:.1f} s"
            run.add("articles a second", f"{count / took:,.0f}", "", note)
            note = f"{took:.1f} s against {bare:.1f} s of reading both sides"
            run.add("time, to a bare read of both sides", f"{took / bare:.1f} ×", "", note)
        note = f"{peaks[many]:.0f} MB at {many:,} against {peaks[few]:.0f} MB at {few:,} articles"
        run.add("peak memory", f"{peaks[many] / peaks[few]:.2f} ×", "1 ×", note)
        peaks = {}
        for count in (few, many):
            sides = [made(articles, folder, count, change=c, order="none") for c in (False, True)]
            began = time.perf_counter()
            peaks[count] = measured(*sides)["peak"]
            took = time.perf_counter() - began
        note = f"{peaks[many]:.0f} MB against {peaks[few]:.0f} MB; {many:,} in {took:.0f} s"
        run.add("peak memory, ids in no order", f"{peaks[many] / peaks[few]:.2f} ×", "1 ×", note)
    run.keep()


if __name__ == "__main__":
    main()
