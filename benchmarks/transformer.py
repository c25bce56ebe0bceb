"""The transformer of examples/transformer.py, fine-tuned and scored beside the other baselines.

It needs torch and transformers, which no extra installs: run it with a Python that has them.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

import msgspec
from results import FOLDER, machine

from baselines import CORPORA, DATA, NAMES_ONLY, ROOT, Labeller, Said, elsewhere, row, scored
from dateline.baselines.spans import decoded
from dateline.derived import Article
from dateline.records import Document, Entity, decode
from dateline.targets import find_target

SYSTEM = "MiniLM, fine-tuned"
EXAMPLE = ROOT / "examples" / "transformer.py"


def example() -> ModuleType:
    """The script as a module: what it trained is used by its own code."""
    spec = importlib.util.spec_from_file_location("example", EXAMPLE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def labeller(folder: Path) -> Labeller:
    """A kept model on any text."""
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    script = example()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModelForTokenClassification.from_pretrained(folder, local_files_only=True)
    names = [model.config.id2label[number] for number in range(model.config.num_labels)]

    def label(article: Article) -> Document:
        text, units = article.text or "", article.units
        each = [units.sentence_tokens(number) for number in range(len(units.sentences))]
        sentences = [units.tokens[first:last] for first, last in each if first < last]
        rows = [
            {"tokens": [text[a:b] for a, b in some], "entity_tags": [0] * len(some)}
            for some in sentences
        ]
        entities = [
            Entity(id="T0", start=some[first][0], end=some[end - 1][1], type=kind, mention=None)
            for some, tags in zip(
                sentences, script.predicted(model, rows, tokenizer, names), strict=True
            )
            for kind, first, end in decoded(tags)
        ]
        return msgspec.structs.replace(article.labels, entities=entities)

    return label


def trained(seed: int, folder: Path, more: Sequence[str]) -> tuple[dict[str, Document], float]:
    """The labels of the test split after a training, and its seconds; `folder` has the model."""
    with tempfile.TemporaryDirectory() as out:
        call = [sys.executable, EXAMPLE, "--seed", seed, "--out", out, "--keep", folder]
        command = [*map(str, call), *more]
        done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        seconds = json.loads(done.stdout.splitlines()[-1])["seconds"]
        labels = [decode(path.read_bytes(), Document, path.name) for path in Path(out).iterdir()]
        return {document.doc_id: document for document in labels}, seconds


def given(labels: Mapping[str, Document]) -> Labeller:
    """Labels that are there already."""
    return lambda article: labels[article.doc_id]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    chosen, more = parser.parse_known_args()
    target = find_target(DATA, ROOT)
    gold = [article for split, article in target.each() if split == "test"]
    runs, times = [], []
    domain: list[list[Said]] = []
    for seed in range(chosen.seeds):
        with tempfile.TemporaryDirectory() as folder:
            found, seconds = trained(seed, Path(folder), more)
            times.append(seconds)
            runs.append(scored(gold, given(found), target.scheme))
            label = labeller(Path(folder))
            domain.append(
                [
                    {"corpus": corpus, "system": SYSTEM, **elsewhere(read(at), label, gold[0])}
                    for corpus, (read, at) in CORPORA.items()
                    if at.is_dir()
                ]
            )
        print(json.dumps([seed, runs[-1], domain[-1]]), flush=True)
    seeds = f" --seed 0…{chosen.seeds - 1}" if chosen.seeds > 1 else ""
    system = row(
        SYSTEM,
        runs,
        statistics.mean(times),
        " ".join([f"python examples/transformer.py{seeds} --out DIR", *more]),
        "entities alone; processor time, with prediction",
        NAMES_ONLY,
    )
    said = {
        "machine": machine(),
        "date": datetime.date.today().isoformat(),
        "data": DATA,
        "system": system,
        "domain": [averaged(same) for same in zip(*domain, strict=True)],
    }
    path = FOLDER / "transformer.json"
    path.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def averaged(rows: Sequence[Said]) -> Said:
    """The mean over seeds of each figure."""
    first = rows[0]
    return {
        name: value
        if isinstance(value, str | int)
        else round(statistics.mean(float(str(row[name])) for row in rows), 4)
        for name, value in first.items()
    }


if __name__ == "__main__":
    main()
