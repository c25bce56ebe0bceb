"""The transformer of examples/transformer.py, fine-tuned and scored beside the other baselines.

It needs torch and transformers, which no extra installs: run it with a Python that has them.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from results import FOLDER, machine

from baselines import DATA, NAMES_ONLY, ROOT, row, scored
from dateline.records import Document, decode
from dateline.targets import find_target


def main() -> None:
    target = find_target(DATA, ROOT)
    gold = [article for split, article in target.each() if split == "test"]
    with tempfile.TemporaryDirectory() as folder:
        call = [sys.executable, ROOT / "examples" / "transformer.py", "--out", folder]
        begun = time.monotonic()
        subprocess.run([*map(str, call), *sys.argv[1:]], check=True, cwd=ROOT)
        took = time.monotonic() - begun
        found = {
            path.stem: decode(path.read_bytes(), Document, path.name)
            for path in Path(folder).glob("*.json")
        }
    run = scored(gold, lambda article: found[article.doc_id], target.scheme)
    system = row(
        "MiniLM, fine-tuned",
        [run],
        took,
        " ".join(["python examples/transformer.py --out DIR", *sys.argv[1:]]),
        "entities alone; time with prediction, both cores",
        NAMES_ONLY,
    )
    today = datetime.date.today().isoformat()
    said = {"machine": machine(), "date": today, "data": DATA, "system": system}
    path = FOLDER / "transformer.json"
    path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
