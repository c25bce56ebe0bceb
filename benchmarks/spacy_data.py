"""Turns articles.jsonl in a folder into spaCy's training data and a config; prints its tokens."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import spacy
from spacy.cli.init_config import init_config
from spacy.tokens import DocBin
from spacy.util import filter_spans

folder = Path(sys.argv[1])
nlp = spacy.blank("en")
docs = DocBin()
tokens = 0
for line in (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines():
    article = json.loads(line)
    doc = nlp.make_doc(article["text"])
    spans = [
        doc.char_span(start, end, label=label, alignment_mode="expand")
        for start, end, label in article["spans"]
        if 0 <= start < end <= len(article["text"])
    ]
    doc.set_ents(filter_spans([span for span in spans if span is not None]))
    docs.add(doc)
    tokens += len(doc)
docs.to_disk(folder / "articles.spacy")
config = init_config(lang="en", pipeline=["ner"])
config["paths"]["train"] = config["paths"]["dev"] = str(folder / "articles.spacy")
config.to_disk(folder / "config.cfg")
print(tokens)
