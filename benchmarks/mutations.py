"""Random single faults in the corpus's own articles: how many of each kind the suite catches."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from results import Run

from mutations import score

SEED = 20261122


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rows = score(count, SEED)
    must = [row for row in rows if row.codes]
    tried = sum(row.tried for row in must)
    caught = sum(row.caught for row in must)
    run = Run("mutations", f"{count:,} faults of {len(rows)} kinds, seed {SEED}")
    note = f"{len(must)} kinds that must be caught; {caught:,} of {tried:,}"
    run.add("all that must be caught", f"{caught / tried:.2%}", "100 %", note)
    for row in rows:
        result = f"{row.caught} of {row.tried}" if row.codes else f"legal ({row.tried})"
        aim = ", ".join(row.codes)
        run.add(row.says, result, aim, row.reason)
    run.keep()


if __name__ == "__main__":
    main()
