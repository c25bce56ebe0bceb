"""What a run measured: printed as a table, and kept as data for the generated pages."""

from __future__ import annotations

import datetime
import json
import os
import platform
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Row:
    """One figure; `aim` and `note` may be empty."""

    measured: str
    result: str
    aim: str = ""
    note: str = ""


@dataclass
class Run:
    """The rows of one run, with the command that made them and the machine it ran on."""

    name: str
    about: str
    rows: list[Row] = field(default_factory=list)

    def add(self, measured: str, result: str, aim: str = "", note: str = "") -> None:
        """Keep a figure, and print it as it comes."""
        row = Row(measured, result, aim, note)
        if not self.rows:
            print(f"{self.about}; {machine()}\n")
            print("| measured | result | aim | |\n|---|---:|---:|---|")
        self.rows.append(row)
        print(f"| {row.measured} | {row.result} | {row.aim} | {row.note} |", flush=True)

    def keep(self) -> None:
        """Write the run to benchmarks/results/, where `dateline generate` finds it."""
        FOLDER.mkdir(exist_ok=True)
        said = {
            "about": self.about,
            "command": " ".join(["benchmarks/run", self.name, *sys.argv[1:]]),
            "machine": machine(),
            "date": datetime.date.today().isoformat(),
            "rows": [asdict(row) for row in self.rows],
        }
        path = FOLDER / f"{self.name}.json"
        path.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def machine() -> str:
    """The machine, as far as it matters to the figures."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
