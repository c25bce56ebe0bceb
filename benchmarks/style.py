"""How real news is written, for the comparison in DATASHEET.md: measures of its texts alone."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import msgspec
from real import read_re3d
from results import FOLDER, machine

from dateline.scheme import read_scheme
from dateline.style import style
from dateline.text import normalise

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("DATELINE_SHARED", ROOT.parent / "shared"))


def gum(folder: Path) -> list[str]:
    """The news texts of GUM: its sentences as printed, a paragraph a line."""
    texts = []
    for path in sorted(folder.glob("*.conllu")):
        paragraphs: list[list[str]] = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# newpar") and "block" not in line:
                paragraphs.append([])
            elif match := re.match(r"# text = (.*)", line):
                paragraphs[-1:] or paragraphs.append([])
                paragraphs[-1].append(match[1])
        texts.append("\n".join(" ".join(p) for p in paragraphs if p))
    return texts


def main() -> None:
    """Measure the corpora that are at hand and keep their figures, without a word of theirs."""
    articles = read_re3d(SHARED / "real" / "re3d", read_scheme(ROOT))
    seeds = sorted((SHARED / "seed").glob("*.txt"))
    corpora = {
        "re3d": [article.text or "" for article in articles],
        "GUM news": gum(SHARED / "real" / "gum" / "conllu"),
        "external article": [normalise(path.read_bytes(), path.name) for path in seeds],
    }
    found = {name: msgspec.to_builtins(style(texts)) for name, texts in corpora.items()}
    said = {"command": "benchmarks/run style", "machine": machine(), "corpora": found}
    path = FOLDER / "style.json"
    path.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
