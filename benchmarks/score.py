"""Scoring many predicted articles: time against reading them, memory, and against nervaluate."""

from __future__ import annotations

import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from results import Run

from dateline.derived import Article
from dateline.documents import document_row
from dateline.manifest import (
    NAME,
    FileEntry,
    SplitEntry,
    built_folder,
    encode_manifest,
    read_manifest,
)
from dateline.records import Document, Span
from dateline.rows import batch_from_rows
from dateline.scheme import Scheme
from dateline.tree import Tree, find_root

SHARD = 2_500
COPIES = 5
TIMES = 3

Choose = random.Random


def _shifted(start: int, choose: Choose) -> dict[str, int]:
    """One in ten spans loses a character, or gains one on the left."""
    if choose.random() < 0.1:
        return {"start": start - 1} if start and choose.random() < 0.5 else {"start": start + 1}
    return {}


def _edited(item: Any, choose: Choose, labels: list[str]) -> Any:
    more: dict[str, object] = {}
    start, end = item.start, item.end
    if end - start > 1:
        more |= _shifted(start, choose)
    if choose.random() < 0.1:
        more["type"] = choose.choice(labels)
    return msgspec.structs.replace(item, **more) if more else item


def perturbed(doc: Document, choose: Choose, scheme: Scheme) -> Document:
    """Labels as a fair system gives them: of each kind of item a tenth is missing, a tenth has
    another label, a tenth other borders, and a few in a hundred are made up.
    """

    def kept(items: list) -> list:
        return [item for item in items if choose.random() > 0.1]

    names = list(scheme.labels("entities"))
    entities = [_edited(x, choose, names) for x in kept(doc.entities)]
    entities = [
        msgspec.structs.replace(x, cluster=choose.choice(doc.entities).cluster)
        if choose.random() < 0.05
        else x
        for x in entities
    ]
    made = [
        msgspec.structs.replace(x, id=f"T{9000 + n}", start=x.end, end=x.end + 4)
        for n, x in enumerate(doc.entities[:-1])
        if choose.random() < 0.05
    ]
    roles = [name for name in scheme.layers["events"].links if name != "cluster"]
    events = []
    for event in kept(doc.events):
        arguments = [
            msgspec.structs.replace(a, role=choose.choice(roles)) if choose.random() < 0.1 else a
            for a in kept(event.arguments)
        ]
        changed = _edited(event, choose, scheme.labels("events"))
        events.append(msgspec.structs.replace(changed, arguments=arguments))
    attributions = []
    for item in kept(doc.attributions):
        if choose.random() < 0.3:
            content = [Span(s.start, max(s.start + 1, s.end - 5)) for s in item.content]
            item = msgspec.structs.replace(item, content=content)
        if choose.random() < 0.1:
            item = msgspec.structs.replace(item, source=None)
        attributions.append(item)
    stances = [
        msgspec.structs.replace(x, value=choose.choice(("favor", "against"))) for x in doc.stances
    ]
    return msgspec.structs.replace(
        doc,
        entities=entities + made,
        events=events,
        attributions=attributions,
        stances=kept(stances),
    )


SCORE = """
import json, resource, sys, time
import dateline
began = time.perf_counter()
found = dateline.score(sys.argv[1], sys.argv[2])
took = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": took, "peak": peak, "articles": found.articles,
    "scores": len(found.lines), "f1": found.figure("entities", "exact")}))
"""

READ = """
import json, sys, time
from pathlib import Path
from dateline.articles import articles_in
began = time.perf_counter()
for folder in sys.argv[1:]:
    for _ in articles_in(Path(folder), provenance=PROVENANCE):
        pass
print(json.dumps({"seconds": time.perf_counter() - began}))
"""

BARE = """
import json, sys, time
from pathlib import Path
import pyarrow.parquet as pq
began = time.perf_counter()
for folder in sys.argv[1:]:
    for path in sorted(Path(folder).rglob("*.parquet")):
        for batch in pq.ParquetFile(path).iter_batches(batch_size=256):
            pass
print(json.dumps({"seconds": time.perf_counter() - began}))
"""


def made(articles: list[Article], scheme: Scheme, folder: Path, count: int) -> Path:
    """`count` articles as a built folder of one config, the given ones over and over."""
    rows = [document_row(article) for article in articles]
    table = pa.Table.from_batches([batch_from_rows(rows, "documents", scheme)]).combine_chunks()
    at = table.schema.get_field_index("doc_id")
    (folder / "documents").mkdir(parents=True)
    files = []
    for first in range(0, count, SHARD):
        numbers = range(first, min(first + SHARD, count))
        ids = pa.array([f"made-{number:07d}" for number in numbers])
        shard = table.take(pa.array([number % len(rows) for number in numbers]))
        path = folder / "documents" / f"test-{first // SHARD:05d}.parquet"
        pq.write_table(shard.set_column(at, table.schema.field(at), ids), path, compression="zstd")
        name, size = path.relative_to(folder).as_posix(), path.stat().st_size
        files.append(FileEntry(path=name, rows=len(numbers), bytes=size, sha256=""))
    release = built_folder(find_root())
    manifest = read_manifest(release)
    documents = msgspec.structs.replace(
        manifest.configs["documents"],
        splits={"test": SplitEntry(rows=count, logical_sha256="", files=files)},
    )
    external = msgspec.structs.replace(manifest.configs["external"], splits={})
    configs = {"documents": documents, "external": external}
    made_one = msgspec.structs.replace(manifest, configs=configs, files={})
    (folder / NAME).write_bytes(encode_manifest(made_one))
    shutil.copy(release / "scheme.yaml", folder)
    return folder


def python(code: str, *arguments: object) -> dict[str, float]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def spans(doc: Document) -> list[dict[str, object]]:
    """Entities as nervaluate takes them, whose ends are inclusive."""
    return [{"label": e.type, "start": e.start, "end": e.end - 1} for e in doc.entities]


def against_nervaluate(run: Run, articles: list[Article], said: list[Article], count: int) -> None:
    """The same spans in memory, their reading left out: types and borders, no intervals there."""
    from nervaluate import Evaluator

    import dateline

    def renamed(article: Article, number: int) -> Article:
        doc_id = f"made-{number}"
        return Article(
            msgspec.structs.replace(article.meta, doc_id=doc_id),
            article.text,
            msgspec.structs.replace(article.labels, doc_id=doc_id),
        )

    gold = [renamed(articles[n % len(articles)], n) for n in range(count)]
    found = [renamed(said[n % len(said)], n) for n in range(count)]
    theirs = [spans(a.labels) for a in gold], [spans(a.labels) for a in found]
    scheme = Tree(find_root()).scheme
    tags = scheme.labels("entities")
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(TIMES):
        began = time.perf_counter()
        other = Evaluator(*theirs, tags=tags, loader="dict").evaluate()
        times[0].append(time.perf_counter() - began)
        began = time.perf_counter()
        ours = dateline.score(gold, found, layers=["entities"], slices=False)
        times[1].append(time.perf_counter() - began)
    slow, fast = map(statistics.median, times)
    strict = other["overall"]["strict"].f1
    exact = ours.figure("entities", "exact")
    note = (
        f"{fast:.1f} s with intervals and mistakes against {slow:.1f} s without, medians of {TIMES}"
    )
    run.add(
        f"entities of {count:,} articles, speed to nervaluate", f"{slow / fast:.1f} ×", "", note
    )
    note = f"exact {exact:.4f}; nervaluate's strict {strict:.4f}, where spans nest and overlap"
    run.add("F1 on the same spans", f"{exact:.4f}", "", note)


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    few = max(1, many // 10)
    tree = Tree(find_root())
    scheme = tree.scheme
    articles = [a for _, a in tree.labelled_articles() if a.meta.tier == "open"]
    choose = random.Random(20261123)
    said = [
        Article(a.meta, a.text, perturbed(a.labels, choose, scheme))
        for _ in range(COPIES)
        for a in articles
    ]
    about = (
        f"{len(articles)} articles of the tree repeated to {few:,} and {many:,}, labels perturbed"
    )
    run = Run("score", about)
    peaks = {}
    with tempfile.TemporaryDirectory() as name:
        for count in (few, many):
            gold = made(articles, scheme, Path(name) / f"gold-{count}", count)
            pred = made(said, scheme, Path(name) / f"pred-{count}", count)
            takes = TIMES if count == few else 1
            read, part, bare, took = [], [], [], []
            for _ in range(takes):  # in turns, so that a busy machine slows all
                read.append(python(READ.replace("PROVENANCE", "True"), gold, pred)["seconds"])
                part.append(python(READ.replace("PROVENANCE", "False"), gold, pred)["seconds"])
                bare.append(python(BARE, gold, pred)["seconds"])
                found = python(SCORE, gold, pred)
                took.append(found["seconds"])
                peaks[count] = max(peaks.get(count, 0.0), found["peak"])
            reading, less, plain, scoring = map(statistics.median, (read, part, bare, took))
            how = f"medians of {takes}" if takes > 1 else "one take"
            note = f"{scoring:.0f} s, {found['scores']:.0f} scores; {how}"
            run.add(f"articles a second, {count:,}", f"{count / scoring:,.0f}", "", note)
            note = f"{reading:.0f} s of reading gold and predictions as articles"
            run.add("time, to reading both sides", f"{scoring / reading:.2f} ×", "≤ 3 ×", note)
            note = f"{less:.0f} s of reading all that scoring asks for: no provenance of labels"
            run.add("the same, without provenance", f"{scoring / less:.2f} ×", "", note)
            note = f"{plain:.1f} s of reading the Parquet files, nothing decoded"
            run.add("time, to a bare read", f"{scoring / plain:.0f} ×", "", note)
    note = f"{peaks[many]:.0f} MB at {many:,} against {peaks[few]:.0f} MB at {few:,} articles"
    run.add("peak memory", f"{peaks[many] / peaks[few]:.2f} ×", "1 ×", note)
    against_nervaluate(run, articles, said, min(few, 600))
    run.keep()


if __name__ == "__main__":
    main()
