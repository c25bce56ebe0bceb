"""Proving a version of a gigabyte: seconds beside `sha256sum` and a bare read; memory."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import statistics
import string
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

from dateline.manifest import ANCHORS, NAME, Manifest, SplitEntry, manifest_digest, seal
from dateline.releases.build import build
from dateline.releases.shards import DigestWriter, ShardWriter
from dateline.rows import row_digest, row_id, rows_from_batch
from dateline.tree import Tree, find_root

VERSION = "1.0.0"
TIMES = 3

VERIFY = """
import json, sys, time
from pathlib import Path
from dateline.checks.verifying import verify
began = time.perf_counter()
found = verify(root=sys.argv[1], rows=len(sys.argv) > 2)
took = time.perf_counter() - began
status = Path("/proc/self/status").read_text()
peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024
assert found.holds and found.anchor, found.incidents[:3]
print(json.dumps({"seconds": took, "peak": peak, "rows": found.rows, "proved": found.proved}))
"""

READ = """
import sys, time
import pyarrow.parquet as pq
began = time.perf_counter()
for path in sys.argv[1:]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches():
            pass
print(time.perf_counter() - began)
"""


def reworded(array: Any, table: bytes) -> Any:
    """An array with the letters of every string in it, however deep, put for others."""
    kind = array.type
    if pa.types.is_string(kind):
        plain = pa.concat_arrays([array])
        validity, offsets, data = plain.buffers()
        letters = pa.py_buffer((data.to_pybytes() if data else b"").translate(table))
        buffers = [validity, offsets, letters]
        return pa.Array.from_buffers(kind, len(plain), buffers, offset=plain.offset)
    if pa.types.is_list(kind):
        values = reworded(array.flatten(), table)
        starts = pa.array([0, *_cumulated(array)], pa.int32())
        return pa.ListArray.from_arrays(starts, values, type=kind, mask=array.is_null())
    if pa.types.is_struct(kind):
        fields = [reworded(array.field(i), table) for i in range(kind.num_fields)]
        return pa.StructArray.from_arrays(fields, fields=list(kind), mask=array.is_null())
    return array


def _cumulated(array: Any) -> list[int]:
    total, found = 0, []
    for length in array.value_lengths().fill_null(0).to_pylist():
        total += length
        found.append(total)
    return found


def copied(batch: pa.RecordBatch, number: int) -> pa.RecordBatch:
    """The rows once more, as if of another language: each letter stands for another one.

    What repeats within an article repeats as before, and nothing is shared between two copies, so
    that they compress like so many different texts.
    """
    letters = list(string.ascii_letters)
    random.Random(number).shuffle(letters)
    table = bytes.maketrans(string.ascii_letters.encode(), "".join(letters).encode())
    columns = [reworded(column, table) for column in batch.columns]
    at = batch.schema.get_field_index("doc_id")
    columns[at] = pa.array([f"made-{number:06d}-{name}" for name in columns[at].to_pylist()])
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def make(small: Path, manifest: Manifest, root: Path, size: int) -> Path:
    """A tree whose only release has about `size` bytes of Parquet; gives the release's folder."""
    tree = Tree(find_root())
    shutil.copytree(tree.root / "schema", root / "schema")
    folder = root / "corpus" / "releases" / VERSION
    folder.mkdir(parents=True)
    for name in manifest.files:
        if not name.startswith("digests/"):
            shutil.copy(small / name, folder / name)
    splits = {
        (config, split): [pq.ParquetFile(small / file.path).read() for file in held.files]
        for config, entry in manifest.configs.items()
        for split, held in entry.splits.items()
    }
    shards = {key: ShardWriter(folder, *key, tree.scheme) for key in splits}
    digests = {key: DigestWriter(folder, *key) for key in splits}
    number = 0
    while sum(path.stat().st_size for path, _ in _written(shards)) < size:
        for (config, split), tables in splits.items():
            for batch in (b for table in tables for b in table.combine_chunks().to_batches()):
                new = copied(batch, number)
                rows = rows_from_batch(new)
                found = [(str(r["doc_id"]), row_id(r, config), row_digest(r)) for r in rows]
                shards[config, split].add(new)
                digests[config, split].add(found)
        number += 1
    configs = {}
    for config, entry in manifest.configs.items():
        made = {}
        for split in entry.splits:
            writer = digests[config, split]
            logical = writer.close()
            files = shards[config, split].close()
            made[split] = SplitEntry(rows=writer.rows, logical_sha256=logical, files=files)
        configs[config] = msgspec.structs.replace(entry, splits=made)
    counted = {s: e.rows for c in ("documents", "external") for s, e in configs[c].splits.items()}
    seal(folder, msgspec.structs.replace(manifest, articles=counted, configs=configs, files={}))
    line = f"{manifest_digest(folder)}  {VERSION}/{NAME}\n"
    (folder.parent / ANCHORS).write_text(line, encoding="utf-8")
    return folder


def _written(shards: dict[Any, ShardWriter]) -> list[tuple[Path, int]]:
    return [pair for shard in shards.values() for pair in shard.written]


def python(code: str, *arguments: object) -> Any:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def summed(files: list[Path]) -> float:
    began = time.perf_counter()
    subprocess.run(["sha256sum", *map(str, files)], check=True, capture_output=True)
    return time.perf_counter() - began


def hashed(files: list[Path]) -> float:
    began = time.perf_counter()
    for path in files:
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
    return time.perf_counter() - began


def main() -> None:
    large = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 1_000_000_000
    tree = Tree(find_root())
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        plain = build(tree, place / "small", version=VERSION, provisional=False)
        peaks, rows_peaks = {}, {}
        for size in (large // 10, large):
            root = place / f"of-{size}"
            began = time.perf_counter()
            folder = make(place / "small", plain, root, size)
            making = time.perf_counter() - began
            files = sorted(folder.rglob("*.parquet"))
            total = sum(path.stat().st_size for path in files) / 1e6
            sums, reads, ours, single = [], [], [], []
            for _ in range(TIMES):
                sums.append(summed(files))
                reads.append(python(READ, *files))
                found = python(VERIFY, root)
                ours.append(found["seconds"])
                single.append(hashed(files))
                peaks[size] = max(peaks.get(size, 0), found["peak"])
            if size == large:
                about = (
                    f"{total:,.0f} MB of Parquet in {len(files)} files, {found['proved']:,} rows"
                )
                run = Run("verify", f"{about}, made in {making:.0f} s of the corpus's own articles")
                sum_, read, own, one = map(statistics.median, (sums, reads, ours, single))
                note = f"{own:.1f} s against {sum_:.1f} s and {read:.1f} s, medians of {TIMES}"
                aim = "speed, to `sha256sum` and then a bare read"
                run.add(aim, f"{(sum_ + read) / own:.2f} ×", "≥ 0.5 ×", note)
                note = f"{sum_:.1f} s; Python's own, one thread: {one:.1f} s"
                run.add("speed, to `sha256sum` alone", f"{sum_ / own:.2f} ×", "", note)
            found = python(VERIFY, root, "rows")
            rows_peaks[size] = found["peak"]
            shutil.rmtree(root)
        took = found["seconds"]
        note = f"{took:.0f} s: {found['rows'] / took:,.0f} rows a second"
        run.add("`--rows`, speed to both", f"{(sum_ + read) / took:.3f} ×", "", note)
        for what, found in (("peak memory", peaks), ("peak memory, `--rows`", rows_peaks)):
            few, many = found.values()
            note = f"{many:.0f} MB at {large / 1e6:,.0f} MB against {few:.0f} MB at a tenth"
            run.add(what, f"{many / few:.2f} ×", "1 ×", note)
    run.keep()


if __name__ == "__main__":
    main()
