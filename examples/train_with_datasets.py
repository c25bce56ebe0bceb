"""Train a tagger of names and values with plain `datasets` and a CRF; score it on the test split.

    pip install 'dateline[ml]'
    python examples/train_with_datasets.py --out predicted

The rows come from `load_dataset` with no script: a clone, or a release folder by itself, is a
dataset. The tags that the model predicts become spans of the article, the spans label files, which
`dateline score VERSION predicted --split test` takes as well.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datasets import Dataset, load_dataset
from sklearn_crfsuite import CRF

import dateline
from dateline.records import Annotator, Document, Entity, canonical

CLONE = Path(__file__).resolve().parent.parent

Row = dict[str, Any]
Span = tuple[int, int, str]


def features(tokens: list[str]) -> list[dict[str, str]]:
    """What the model sees of each token: its form and that of its neighbours."""
    shapes = [shape(token) for token in tokens]
    found = []
    for at, token in enumerate(tokens):
        seen = {"ends": token[-3:], "first": str(at == 0)}
        for step in range(max(-2, -at), min(3, len(tokens) - at)):
            seen[f"{step} word"] = tokens[at + step].lower()
            seen[f"{step} shape"] = shapes[at + step]
        found.append(seen)
    return found


def shape(token: str) -> str:
    """Capitals, small letters and digits of a token: `Loddem` is `Xxxxxx`, `2024` is `9999`."""
    kinds = ((str.isupper, "X"), (str.islower, "x"), (str.isdigit, "9"))
    return "".join(next((k for is_, k in kinds if is_(letter)), letter) for letter in token)


def spans_of(row: Row, tags: list[str]) -> Iterator[Span]:
    """BIO tags of a sentence as spans of its article; an `I-` that continues nothing begins one."""
    start, end, label = 0, 0, ""
    for tag, first, last in zip(tags, row["token_starts"], row["token_ends"], strict=True):
        prefix, _, name = tag.partition("-")
        if label and (prefix != "I" or name != label):
            yield start, end, label
            label = ""
        if name and not label:
            start, label = first, name
        end = last
    if label:
        yield start, end, label


def labelled(article: Row, spans: list[Span]) -> Document:
    """Predicted spans as Dateline's labels of an article, of which the other layers are empty."""
    return Document(
        doc_id=article["doc_id"],
        scheme=article["scheme"],
        text_sha256=article["text_sha256"],
        annotator=Annotator("crf-example", "model"),
        status="silver",
        entities=[
            Entity(id=f"T{number}", start=start, end=end, type=label)
            for number, (start, end, label) in enumerate(sorted(spans), 1)
        ],
        clusters={},
        events=[],
        attributions=[],
        stances=[],
    )


def train(rows: Dataset, names: list[str], rounds: int) -> CRF:
    """A model of the rows' tags."""
    tags = [[names[tag] for tag in row] for row in rows["tags"]]
    model = CRF(algorithm="pa", max_iterations=rounds)
    return model.fit([features(tokens) for tokens in rows["tokens"]], tags)


def main() -> None:
    """Load, train, predict, score."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", default=CLONE, help="a clone or a release folder")
    parser.add_argument("--rows", type=int, help="train on so many sentences only")
    parser.add_argument("--rounds", type=int, default=20, help="times over the training data")
    parser.add_argument("--out", type=Path, help="a folder for the predicted label files")
    options = parser.parse_args()

    sentences = load_dataset(str(options.data), "entities")
    articles = load_dataset(str(options.data), "documents", split="test")
    version = str(sentences["train"].info.version)
    names = sentences["train"].features["tags"].feature.names
    rows = sentences["train"]
    if options.rows:
        rows = rows.select(range(options.rows))
    print(f"Dateline {version}: {len(rows)} sentences to train on, {len(articles)} test articles")

    model = train(rows, names, options.rounds)
    predicted: dict[str, list[Span]] = defaultdict(list)
    for row in sentences["test"]:
        (tags,) = model.predict([features(row["tokens"])])
        predicted[row["doc_id"]] += spans_of(row, list(tags))

    documents = [labelled(article, predicted[article["doc_id"]]) for article in articles]
    print(dateline.score(version, documents, split="test", layers=["entities"]))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        for document in documents:
            (options.out / f"{document.doc_id}.json").write_bytes(canonical(document))
        print(f"\n{len(documents)} label files written to {options.out}")


if __name__ == "__main__":
    main()
