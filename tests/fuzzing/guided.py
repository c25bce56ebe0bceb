"""Many inputs of one target in a process of its own, led by the coverage that they reach.

Atheris (libFuzzer) counts the edges of `dateline.formats` and what it stands on, and keeps the
inputs that reach new ones; the changes are those of `fuzzing.mutating`. Without atheris the same
changes are made to the seeds alone. What is found goes to files at once: the process may die.
"""

from __future__ import annotations

import faulthandler
import importlib.util
import json
import resource
import sys
import time
from pathlib import Path

__all__ = ["CURRENT", "PROGRESS", "SECONDS", "SLOW", "fuzz", "has_atheris"]

PROGRESS, CURRENT = "progress.json", "current"
SECONDS = 10
"""How long one input of at most 40 KB may take."""
SLOW = 0.5
"""How long the slowest input takes that is kept, to be looked at."""

_BATCH = 60
_OWN = ["dateline.formats", "dateline.quoting", "dateline.decoding", "dateline.text"]
_LATER = ["applying", "bringing", "deriving", "items", "layers", "making", "placing", "report"]
_LARGEST = 40_000
_ROOM = 2 << 30  # bytes beyond what the process has when it begins


def has_atheris() -> bool:
    """Whether coverage can lead."""
    return importlib.util.find_spec("atheris") is not None


def fuzz(name: str, inputs: int, seed: int, work: Path, out: Path) -> None:
    """Try so many inputs; progress and findings go to folders. Atheris ends the process itself."""
    if has_atheris():
        import atheris

        later = [f"dateline.formats.{name}" for name in _LATER]  # done for many inputs at once
        with atheris.instrument_imports(include=_OWN, exclude=later):
            run = _Run(name, inputs, seed, work, out)
            run.begin()
        run.guided()
    else:
        run = _Run(name, inputs, seed, work, out)
        run.begin()
        run.blind()


class _Run:
    def __init__(self, name: str, inputs: int, seed: int, work: Path, out: Path) -> None:
        from fuzzing.mutating import Mutator
        from fuzzing.trying import Bench, target

        self.inputs, self.seed, self.work, self.out = inputs, seed, work, out
        self.target = target(name, seed)
        self.bench = Bench(self.target, work, _BATCH)
        self.mutator = Mutator(self.target.seeds)
        self.start = time.monotonic()
        self._known = 0
        self._slow: dict[str, bytes] | None = None

    def begin(self) -> None:
        """Each seed once, so that all that is imported late is there, and then the bounds."""
        for files in self.target.seeds:
            self.bench.files(files)
        self.bench.settle()
        self._save()
        with Path("/proc/self/statm").open() as file:
            room = int(file.read().split()[0]) * resource.getpagesize() + _ROOM
        resource.setrlimit(resource.RLIMIT_AS, (room, room))
        self.bench.tried = self.bench.read = 0
        self.start = time.monotonic()

    def guided(self) -> None:
        import atheris

        from fuzzing.cutting import cut, packed

        names = self.bench.names
        corpus = self.work / "corpus"
        corpus.mkdir()
        for number, files in enumerate(self.target.seeds):
            (corpus / f"{number:04}").write_bytes(packed(files, names))

        def changed(data: bytes, largest: int, seed: int) -> bytes:
            return packed(self.mutator(cut(data, names), seed), names)[:largest]

        def one(data: bytes) -> None:
            self.bench.bytes(data)
            self._after()

        self.mutator.raw = lambda raw: bytes(atheris.Mutate(raw, len(raw) + 64))
        flags = [f"-runs={self.inputs}", f"-seed={self.seed}", f"-max_len={_LARGEST}"]
        flags += [f"-timeout={SECONDS}", "-rss_limit_mb=4096", f"-artifact_prefix={self.work}/"]
        atheris.Setup([sys.argv[0], *flags, str(corpus)], one, custom_mutator=changed)
        atheris.Fuzz()

    def blind(self) -> None:
        from fuzzing.cutting import packed

        current = self.work / CURRENT
        for number in range(self.inputs):
            files = self.mutator.seeds[number % len(self.mutator.seeds)]
            files = self.mutator(files, self.seed * 1_000_003 + number)
            current.write_bytes(packed(files, self.bench.names))
            faulthandler.dump_traceback_later(SECONDS, exit=True)
            self.bench.files(files)
            faulthandler.cancel_dump_traceback_later()
            self._after()
        current.unlink(missing_ok=True)

    def _after(self) -> None:
        bench = self.bench
        if bench.tried >= self.inputs:
            bench.settle()
        if bench.tried % 200 == 0 or bench.tried >= self.inputs:
            self._save()
        if len(bench.findings) > self._known:
            self._save()

    def _save(self) -> None:
        """What happened so far, and the findings as folders of files."""
        from fuzzing.findings import save
        from fuzzing.trying import Finding

        for finding in list(self.bench.findings.values())[self._known :]:
            save(finding, self.out)
        self._known = len(self.bench.findings)
        if self.bench.slowest > SLOW and self.bench.slow is not self._slow:
            self._slow = self.bench.slow
            told = f"{self.bench.slowest:.2f} s\n"
            save(Finding(".slowest", self._slow, told), self.out)
        told = {
            "tried": self.bench.tried,
            "read": self.bench.read,
            "slowest": [self.bench.slowest, sum(map(len, self.bench.slow.values()))],
            "seconds": time.monotonic() - self.start,
            "seeds": len(self.target.seeds),
        }
        (self.work / PROGRESS).write_text(json.dumps(told))
