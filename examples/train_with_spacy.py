"""Train a blank English pipeline's NER with spaCy's own training; score it on the test split.

    pip install 'dateline[ml]'
    dateline export docbin 0.2.0 --out docbin
    python examples/train_with_spacy.py docbin --version 0.2.0

The files of `dateline export docbin` are what `spacy train` takes. The steps are few and fixed, so
that this runs in a minute or so; for a pipeline to use, give spaCy as many as it asks for.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import spacy
from spacy.cli.init_config import init_config
from spacy.cli.train import train
from spacy.language import Language

import dateline
from dateline.records import Annotator, Document, Entity


def trained(docbin: Path, out: Path, steps: int) -> Language:
    """The best pipeline of a training run, of those that it tried on the validation split."""
    out.mkdir(parents=True, exist_ok=True)
    config = out / "config.cfg"
    init_config(lang="en", pipeline=["ner"], optimize="efficiency").to_disk(config)
    settings = {
        "paths.train": str(docbin / "train.spacy"),
        "paths.dev": str(docbin / "validation.spacy"),
        "training.max_steps": steps,
        "training.eval_frequency": max(1, min(100, steps)),
    }
    train(config, out, overrides=settings)
    return spacy.load(out / "model-best")


def labelled(article: dict[str, Any], pipeline: Language) -> Document:
    """What a pipeline finds in an article, as Dateline's labels; the other layers are empty."""
    found = pipeline(article["text"]).ents
    return Document(
        doc_id=article["doc_id"],
        scheme=article["scheme"],
        text_sha256=article["text_sha256"],
        annotator=Annotator("spacy-example", "model"),
        status="silver",
        entities=[
            Entity(id=f"T{number}", start=one.start_char, end=one.end_char, type=one.label_)
            for number, one in enumerate(found, 1)
        ],
        clusters={},
        events=[],
        attributions=[],
        stances=[],
    )


def main() -> None:
    """Train, predict, score."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("docbin", type=Path, help="the folder that the export made")
    parser.add_argument("--version", help="the version that was exported; by default the newest")
    parser.add_argument("--out", type=Path, default=Path("pipeline"), help="where spaCy writes to")
    parser.add_argument("--steps", type=int, default=200, help="batches to train on")
    options = parser.parse_args()

    articles = dateline.load("documents", split="test", version=options.version)
    version = str(articles.info.version)
    pipeline = trained(options.docbin, options.out, options.steps)
    documents = [labelled(article, pipeline) for article in articles]
    print(dateline.score(version, documents, split="test", layers=["entities"]))


if __name__ == "__main__":
    main()
