"""The page on the validation suite: every code, and what was measured of the suite itself."""

from __future__ import annotations

from pathlib import Path

import msgspec

from dateline.checks.catalogue import CATALOGUE, LEVELS
from dateline.errors import DataError
from dateline.generated.guidelines import table

__all__ = ["measured_table", "validation_blocks"]

RESULTS = Path("benchmarks") / "results"


class _Row(msgspec.Struct):
    measured: str
    result: str
    aim: str = ""
    note: str = ""


class _Results(msgspec.Struct):
    """What benchmarks/results.py keeps of a run."""

    about: str
    command: str
    machine: str
    date: str
    rows: list[_Row]


def _codes() -> str:
    parts = []
    for level, name in LEVELS.items():
        rows = (
            (
                f"**{code}**",
                entry.severity,
                entry.title,
                entry.why,
                entry.mend,
                ", ".join(entry.after),
            )
            for code, entry in CATALOGUE.items()
            if int(code[2]) == level
        )
        head = (
            "code",
            "severity",
            "what is wrong",
            "why it matters",
            "how to mend it",
            "hidden by",
        )
        parts.append(f"### Level {level}: {name}\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def measured_table(root: Path, name: str, first: str = "measured") -> str:
    """What a run measured, as a table with its command, machine and date.

    Raises
    ------
    DataError : no such results in benchmarks/results/, or of another form.
    """
    path = root / RESULTS / f"{name}.json"
    where = path.relative_to(root).as_posix()
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_Results)
    except OSError:
        raise DataError(where, "the results of a run", "no readable file") from None
    except msgspec.DecodeError as error:
        raise DataError(where, "results as benchmarks/results.py keeps them", str(error)) from None
    rows = ((row.measured, row.result, row.aim, row.note) for row in found.rows)
    said = f"Measured on {found.date} by `{found.command}` ({found.machine}): {found.about}."
    return f"{table((first, 'result', 'aim', ''), rows)}\n\n{said}"


def validation_blocks(root: Path) -> dict[str, str]:
    """The blocks of docs/validation.md by name."""
    return {
        "codes": _codes(),
        "mutations": measured_table(root, "mutations", "kind of fault"),
        "benchmark": measured_table(root, "validation"),
    }
