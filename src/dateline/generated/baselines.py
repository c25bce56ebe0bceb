"""What the baselines reach, as tables, from the results of `benchmarks/run baselines`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from dateline.errors import DataError
from dateline.generated.guidelines import table

__all__ = ["RESULTS", "baseline_blocks", "baseline_table"]

RESULTS = Path("benchmarks") / "results" / "baselines.json"
TRANSFORMER = Path("benchmarks") / "results" / "transformer.json"


class _Score(msgspec.Struct, forbid_unknown_fields=True):
    """The mean over seeds of F1 and of its bounds; `apart`: the best seed less the worst."""

    f1: float
    low: float
    high: float
    apart: float


class _System(msgspec.Struct, forbid_unknown_fields=True):
    system: str
    seeds: int
    seconds: float
    command: str
    note: str
    scores: dict[str, _Score]


class _Results(msgspec.Struct, forbid_unknown_fields=True):
    about: str
    command: str
    machine: str
    date: str
    data: str
    systems: list[_System]
    speed: dict[str, float]
    left_out: dict[str, tuple[int, int]]
    domain: list[dict[str, str | float]]


class _One(msgspec.Struct, forbid_unknown_fields=True):
    """A system that was measured by itself."""

    machine: str
    date: str
    data: str
    system: _System
    domain: list[dict[str, str | float]]


def _read(root: Path) -> tuple[_Results, list[_System]]:
    try:
        found = msgspec.json.decode((root / RESULTS).read_bytes(), type=_Results)
        systems = list(found.systems)
        if (root / TRANSFORMER).is_file():
            raw = (root / TRANSFORMER).read_bytes()
            alone = msgspec.json.decode(raw, type=_One)
            systems.append(alone.system)
            found.domain.extend(alone.domain)
            corpora = list(dict.fromkeys(row["corpus"] for row in found.domain))
            found.domain.sort(key=lambda row: corpora.index(row["corpus"]))
    except OSError:
        raise DataError(RESULTS.as_posix(), "the results of a run", "no readable file") from None
    except msgspec.DecodeError as error:
        raise DataError(RESULTS.as_posix(), "results of baselines", str(error)) from None
    return found, systems


def _cell(score: _Score | None) -> str:
    if score is None:
        return ""
    return f"{_short(score.f1)} ({_short(score.low)} to {_short(score.high)})"


def _short(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def baseline_table(root: Path) -> str:
    """The table of README.md: a system a row, a measure a column, F1 with its interval.

    Raises
    ------
    DataError : no results, or of another form.
    """
    found, systems = _read(root)
    measures = list(dict.fromkeys(name for system in systems for name in system.scores))
    rows = [
        (system.system, *(_cell(system.scores.get(name)) for name in measures))
        for system in systems
    ]
    said = (
        f"F1, {found.about}; mean over seeds where a system has chance in it; in brackets 95 % "
        f"intervals by resamples of the test articles. Measured on {found.date} by "
        f"`{found.command}` ({found.machine})."
    )
    for system in systems[len(found.systems) :]:
        said += f" {system.system}: by `python benchmarks/transformer.py`."
    return f"{table(('system', *measures), rows)}\n\n{said}"


def _runs(systems: list[_System]) -> str:
    rows = [
        (
            system.system,
            str(system.seeds),
            f"{max((s.apart for s in system.scores.values()), default=0):.3f}",
            f"{system.seconds:.0f} s" if system.seconds else "not trained here",
            f"`{system.command}`",
            system.note,
        )
        for system in systems
    ]
    head = ("system", "seeds", "best less worst seed", "training", "command", "")
    return table(head, rows)


def _domain(found: _Results) -> str:
    def cells() -> Iterator[tuple[str, ...]]:
        for row in found.domain:
            yield tuple(
                value if isinstance(value, str) else _short(value)
                for value in (row.get(name, "") for name in head)
            )

    head = ("corpus", "system", "all", "PERSON", "ORG", "place", "NORP", "time")
    sizes = {
        str(row["corpus"]): (float(row["texts"]), float(row["labels"])) for row in found.domain
    }
    told = ", ".join(
        f"{name}: {labels:.0f} labels in {texts:.0f} texts"
        for name, (texts, labels) in sizes.items()
    )
    return f"{table(head, cells())}\n\n{told}."


def _speed(found: _Results) -> str:
    speed = found.speed
    rows = [
        ("training the whole system, one core", f"{speed['training']:.0f} s", "120 s"),
        ("the fields alone", f"{speed['tagging']:,.0f} tokens a second", "20,000"),
        ("text to whole documents", f"{speed['documents']:,.0f} tokens a second", ""),
        ("segmenting alone", f"{speed['segmenting']:,.0f} tokens a second", ""),
    ]
    return table(("measured in processor time", "result", "aim"), rows)


def _left_out(found: _Results) -> str:
    names = {
        "entities": "names and values",
        "described": "nominals and pronouns",
        "triggers": "triggers",
        "cues": "sources and cues",
        "contents": "contents",
        "stances": "expressions of stances",
    }
    rows = [
        (names.get(name, name), str(total), str(left), f"{left / max(1, total):.1%}")
        for name, (left, total) in found.left_out.items()
    ]
    return table(("spans", "in training", "left out of the tags", "share"), rows)


def baseline_blocks(root: Path) -> dict[str, str]:
    """The blocks of docs/baselines.md by name."""
    found, systems = _read(root)
    return {
        "baselines": baseline_table(root),
        "runs": _runs(systems),
        "domain": _domain(found),
        "speed": _speed(found),
        "left-out": _left_out(found),
    }
