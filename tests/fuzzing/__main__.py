"""`scripts/fuzz`: many inputs for each format, what they reached, and what was found."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fuzzing.guided import CURRENT, PROGRESS, SECONDS, fuzz, has_atheris

_DEATHS = 5
_EDGES = re.compile(r"cov: (\d+)")


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="FORMAT", help="also: archives, mappings")
    parser.add_argument("--inputs", type=int, default=100_000, help="for each format")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"), help="for what is found")
    parser.add_argument("--input", type=Path, metavar="DIR", help="try the files of DIR alone")
    parser.add_argument("--swell", action="store_true", help="one piece a thousand times, instead")
    parser.add_argument("--from", type=int, default=0, dest="first", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work is not None and options.swell:
        from fuzzing.swelling import swell

        swell(options.names[0], options.first, options.work, options.out)
        return 0
    if options.work is not None:
        fuzz(options.names[0], options.inputs, options.seed, options.work, options.out)
        return 0
    from fuzzing.trying import targets

    strange = [name for name in options.names if name not in targets()]
    if strange:
        parser.error(f"expected some of {', '.join(targets())}, got {', '.join(strange)}")
    if options.input is not None:
        return _one(options.names[0] if options.names else parser.error("FORMAT"), options.input)
    if not has_atheris() and not options.swell:
        print("atheris is not installed: changes are made to the seeds alone, without coverage")
    found = 0
    for name in options.names or targets():
        if options.swell:
            found += _swollen(name, options.out / name)
            continue
        found += _many(name, options.inputs, options.seed, options.out / name)
    return 1 if found else 0


def _place() -> Path | None:
    """Where there is room in memory for files."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() else None


def _many(name: str, inputs: int, seed: int, out: Path) -> int:
    """Fuzz one target, in new processes for as long as one dies of an input; how much was found."""
    shutil.rmtree(out, ignore_errors=True)
    tried = read = edges = deaths = seeds = 0
    slowest, start = [0.0, 0], time.monotonic()
    while tried < inputs and deaths < _DEATHS:
        with tempfile.TemporaryDirectory(dir=_place(), prefix="fuzz-") as folder:
            work = Path(folder)
            call = [sys.executable, "-m", "fuzzing", name, "--inputs", str(inputs - tried)]
            call += ["--seed", str(seed + deaths), "--work", folder, "--out", str(out)]
            with (work / "log").open("w+b") as log:
                ended = subprocess.run(call, stdout=log, stderr=log, check=False).returncode
            said = (work / "log").read_text("utf-8", errors="replace")
            if not (work / PROGRESS).is_file():
                print(f"{name}: could not begin\n{said[-3_000:]}")
                return 1
            told = json.loads((work / PROGRESS).read_bytes())
            tried, read = tried + max(told["tried"], 1), read + told["read"]
            slowest, seeds = max(slowest, told["slowest"]), told["seeds"]
            edges = max([edges, *map(int, _EDGES.findall(said))])
            if ended and told["tried"] < inputs:
                deaths += 1
                _dead(name, work, out, said)
    took = time.monotonic() - start
    found = (
        sorted(path for path in out.iterdir() if path.name != ".slowest") if out.is_dir() else []
    )
    print(
        f"{name}: {tried:,} inputs in {took:.0f} s ({tried / took:.0f} a second), {seeds} seeds, "
        f"{f'{edges:,} edges, ' if edges else ''}{read / tried:.0%} read, slowest "
        f"{slowest[0]:.2f} s on {slowest[1]:,} bytes; {len(found) or 'nothing'} found",
        flush=True,
    )
    for folder in found:
        _shrink(name, folder)
    return len(found)


def _swollen(name: str, out: Path) -> int:
    """Try the swellings of a target, in new processes where one takes too long; how many do."""
    shutil.rmtree(out, ignore_errors=True)
    done, every, slowest, start = 0, 1, 0.0, time.monotonic()
    while done < every:
        with tempfile.TemporaryDirectory(dir=_place(), prefix="fuzz-") as folder:
            work = Path(folder)
            call = [sys.executable, "-m", "fuzzing", name, "--swell", "--from", str(done)]
            call += ["--work", folder, "--out", str(out)]
            ended = subprocess.run(call, capture_output=True, check=False)
            said = ended.stderr.decode("utf-8", "replace")
            if not (work / PROGRESS).is_file():
                print(f"{name}: could not begin\n{said[-3_000:]}")
                return 1
            told = json.loads((work / PROGRESS).read_bytes())
            done, every, slowest = told["swollen"], told["all"], max(slowest, told["slowest"])
            if done < every:
                _hung(name, told["what"], work, out, said)
                done += 1
    found = sorted(out.iterdir()) if out.is_dir() else []
    took = time.monotonic() - start
    print(
        f"{name}: {every} swellings in {took:.0f} s, slowest {slowest:.2f} s; "
        f"{len(found) or 'nothing'} found",
        flush=True,
    )
    for folder in found:
        print(f"  scripts/fuzz {name} --input {folder}", flush=True)
    return len(found)


def _hung(name: str, what: str, work: Path, out: Path, said: str) -> None:
    from fuzzing.cutting import cut
    from fuzzing.findings import save
    from fuzzing.trying import Finding, target

    files = cut((work / CURRENT).read_bytes(), target(name).names)
    save(Finding(f"Hang-{re.sub('[^a-z0-9]+', '-', what.lower())[:60]}", files, said[-6_000:]), out)


def _dead(name: str, work: Path, out: Path, said: str) -> None:
    """Keep the input that a process died of: too long, too much, or a crash below Python."""
    from fuzzing.cutting import cut
    from fuzzing.findings import save
    from fuzzing.trying import Bench, Finding, target

    for files in Bench(target(name), work).remembered():
        finding = Finding("Making", files, said[-6_000:])
        if not _lives(name, save(finding, work / "alone")):
            save(finding, out)
            return
        shutil.rmtree(work / "alone")
    kinds = {"timeout-*": "Hang", "oom-*": "Memory", "crash-*": "Crash", CURRENT: "Hang"}
    for pattern, kind in kinds.items():
        for path in work.glob(pattern):
            files = cut(path.read_bytes(), target(name).names)
            save(Finding(f"{kind}-{path.name[-8:]}", files, said[-6_000:]), out)
            return
    save(Finding("Crash-unknown", {}, said[-6_000:]), out)


def _lives(name: str, folder: Path) -> bool:
    """Whether an input alone does no harm to a process of its own."""
    call = [sys.executable, "-m", "fuzzing", name, "--input", str(folder)]
    try:
        return not subprocess.run(call, capture_output=True, timeout=60, check=False).returncode
    except subprocess.TimeoutExpired:
        return False


def _shrink(name: str, folder: Path) -> None:
    """Make a finding small where it raises, and say how to see it again."""
    from fuzzing.findings import TOLD, again, load, save
    from fuzzing.shrinking import shrunk
    from fuzzing.trying import Bench, Finding, target

    files = load(folder)
    if not folder.name.startswith(("Hang", "Memory", "Crash", "Making")):
        with tempfile.TemporaryDirectory(dir=_place()) as place:
            bench = Bench(target(name), Path(place))

            def same(less: dict[str, bytes]) -> bool:
                found = again(bench, less)
                return found is not None and found.name == folder.name

            if same(files):
                files = shrunk(files, same)
                told = (folder / TOLD).read_text("utf-8")
                shutil.rmtree(folder)
                save(Finding(folder.name, files, told), folder.parent)
    size = sum(map(len, files.values()))
    print(f"  {folder.name} ({size:,} bytes): scripts/fuzz {name} --input {folder}", flush=True)


def _one(name: str, folder: Path) -> int:
    """Try one input, as it was found."""
    from fuzzing.findings import again, load
    from fuzzing.trying import Bench, target

    files = load(folder) if folder.is_dir() else {folder.name: folder.read_bytes()}
    with tempfile.TemporaryDirectory(dir=_place()) as place:
        bench = Bench(target(name), Path(place))
        found = again(bench, files)
        again(bench, files)
        taken = bench.slowest
    print(found.told if found else "read, or refused as it should be", f"({taken:.2f} s)")
    return 1 if found or taken > SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
