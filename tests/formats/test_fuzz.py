"""Each reader on 300 inputs of any kind, with a fixed seed; `scripts/fuzz` tries 100,000."""

from __future__ import annotations

from pathlib import Path

import pytest

from dateline.formats.standoff import StandOff
from fuzzing.cutting import cut, packed
from fuzzing.mutating import Mutator
from fuzzing.shrinking import shrunk
from fuzzing.trying import Bench, Finding, Target, target, targets

INPUTS, SEED = 300, 20261123


@pytest.mark.parametrize("name", targets())
def test_300_inputs_give_texts_or_the_clear_error(name: str, tmp_path: Path) -> None:
    found = target(name, SEED)
    bench, change = Bench(found, tmp_path, batch=50), Mutator(found.seeds)
    for number in range(INPUTS):
        files = found.seeds[number % len(found.seeds)]
        bench.files(change(files, number) if number >= len(found.seeds) else files)
    bench.settle()
    assert [one.told for one in bench.findings.values()] == []
    assert 0 < bench.read < bench.tried, "some are read, some refused"


def test_any_bytes_are_files_and_files_are_bytes() -> None:
    names = ["a", "b", "c/d"]
    for files in ({}, {"a": b"x"}, {"c/d": b"\x1e1", "b": b""}):
        assert cut(packed(files, names), names) == files
    assert cut(b"x\x1e\x1d7\x1d\x1ey", names) == {"a": b"x", "b": b"y"}


def test_what_may_not_be_is_found_told_and_made_small(tmp_path: Path) -> None:
    def read(path: Path) -> list[StandOff]:
        file = path if path.is_file() else path / "olm.txt"
        if b"\n\tbad" in file.read_bytes():
            raise IndexError("here")
        return []

    seeds = [{"olm.txt": b"Olm closed\n\tbad\nits harbour.\n", "olm.ann": b"x\n" * 50}]
    bench = Bench(Target("made-up", seeds, read), tmp_path)
    found = bench.files(seeds[0])
    assert found is not None
    assert "IndexError: here" in found.told
    again = shrunk(found.files, lambda files: named(bench.files(files)) == found.name)
    assert again == {"olm.txt": b"\n\tbad"}
    assert bench.findings["IndexError"] is found, "the first of its kind"


def named(found: Finding | None) -> str | None:
    return found.name if found else None
