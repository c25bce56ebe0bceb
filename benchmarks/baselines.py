"""Every baseline on the test split, by layer; then on real news that was labelled elsewhere."""

from __future__ import annotations

import datetime
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from results import FOLDER, machine

from dateline.baselines.model import Model
from dateline.baselines.predicting import predict
from dateline.baselines.sentences import sentences_of
from dateline.baselines.spans import share_left_out
from dateline.baselines.storing import read_model, write_model
from dateline.baselines.training import train
from dateline.baselines.zeroshot import ZeroShot
from dateline.derived import Article
from dateline.records import Document
from dateline.scheme import Scheme
from dateline.scoring.scores import Predicted, score
from dateline.targets import find_target
from dateline.text import digest, segment

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("DATELINE_SHARED", ROOT.parent / "shared"))
DATA = "0.2.0"
SEEDS = (0, 1, 2, 3, 4)

MEASURES = {
    "names and values": ("entities", "exact", "", "names and values"),
    "all mentions": ("entities", "exact", "", ""),
    "triggers": ("triggers", "exact", "", ""),
    "arguments": ("arguments", "classified", "", ""),
    "attributions": ("attributions", "found", "", ""),
    "content": ("attributions", "tokens", "content", ""),
    "stances": ("stances", "value", "macro of favor and against", ""),
    "coreference": ("coreference", "conll", "entities", ""),
}
"""The columns of the table, and which score each is."""
NAMES_ONLY = ("names and values", "all mentions")

Labeller = Callable[[Article], Document]
Said = dict[str, object]


def scored(gold: Sequence[Article], label: Labeller, scheme: Scheme) -> dict[str, list[float]]:
    """F1, low and high of each measure."""
    pairs = [(article, [Predicted(label(article))]) for article in gold]
    found = score(pairs, len(gold), scheme, slices=True, most=0)
    lines = {(x.layer, x.measure, x.label, x.part): x for x in found.lines}
    made = {}
    for name, key in MEASURES.items():
        line = lines.get(key)
        if line is not None and line.f1 is not None:
            made[name] = [line.f1, line.low or 0.0, line.high or 0.0]
    return made


def row(
    system: str,
    runs: Sequence[dict[str, list[float]]],
    seconds: float,
    command: str,
    note: str,
    only: Iterable[str] = MEASURES,
) -> Said:
    """The means over seeds: of F1 and of the bounds of its interval; and how far seeds differ."""
    scores = {}
    for name in only:
        each = [run[name] for run in runs if name in run]
        if each:
            f1 = [one[0] for one in each]
            scores[name] = {
                "f1": round(statistics.mean(f1), 4),
                "low": round(statistics.mean(one[1] for one in each), 4),
                "high": round(statistics.mean(one[2] for one in each), 4),
                "apart": round(max(f1) - min(f1), 4),
            }
    said: Said = {
        "system": system,
        "seeds": len(runs),
        "seconds": round(seconds, 1),
        "command": command,
        "note": note,
        "scores": scores,
    }
    print(json.dumps(said), flush=True)
    return said


MERGED = {
    "PERSON": "PERSON",
    "ORG": "ORG",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "NORP",
    "DATE": "time",
    "TIME": "time",
}
"""What labels of entities are called where a corpus tells neither places nor times apart."""
RE3D = {
    "Person": "PERSON",
    "Organisation": "ORG",
    "Location": "place",
    "Nationality": "NORP",
    "Temporal": "time",
}
Spans = set[tuple[int, int, str]]


def without_the(text: str, start: int, end: int, kind: str) -> tuple[int, int, str]:
    return (start + 4 if text[start:end].lower().startswith("the ") else start), end, kind


def re3d(folder: Path) -> list[tuple[str, str, Spans]]:
    """The texts of re3d but for its BBC part, with the labels that are trusted more than .5."""

    def lines(path: Path) -> list[dict[str, object]]:
        text = path.read_text(encoding="utf-8-sig")
        return [json.loads(line) for line in text.splitlines() if line.strip()]

    found = []
    for documents in sorted(folder.glob("*/documents.json")):
        if "BBC" in documents.parent.name:
            continue
        entities = lines(documents.with_name("entities.json"))
        for one in lines(documents):
            text = str(one["text"])
            spans = {
                without_the(text, int(str(e["begin"])), int(str(e["end"])), RE3D[str(e["type"])])
                for e in entities
                if e["documentId"] == one["_id"]
                and str(e["type"]) in RE3D
                and float(str(e["confidence"])) > 0.5
            }
            found.append((str(one["_id"]), text, spans))
    return found


def gum(folder: Path) -> list[tuple[str, str, Spans]]:
    """The news of GUM as `dateline import gum` brings it: its names, dates and times."""
    from typer.testing import CliRunner

    from dateline.cli import app

    with tempfile.TemporaryDirectory() as place:
        tree = Path(place) / "gum"
        done = CliRunner().invoke(app, ["import", "gum", str(folder), "--out", str(tree)])
        if done.exit_code:
            raise SystemExit(f"GUM did not come in: {done.output}{done.exception}")
        found = []
        for _, article in find_target(str(tree)).each():
            text = article.text or ""
            spans = {
                without_the(text, e.start, e.end, MERGED[e.type])
                for e in article.entities
                if e.type in MERGED and (e.mention == "name" or e.type in ("DATE", "TIME"))
            }
            found.append((article.doc_id, text, spans))
    return found


CORPORA = {
    "re3d": (re3d, SHARED / "real" / "re3d"),
    "GUM": (gum, SHARED / "real" / "gum" / "tsv"),
}
"""Real news that was labelled elsewhere: how it is read, and where it lies."""


def elsewhere(
    texts: list[tuple[str, str, Spans]], model: Labeller, like: Article, names: bool = True
) -> dict[str, float | int]:
    """Micro F1, and that of each label, over the labels that the corpus has."""
    import msgspec

    kinds = sorted({kind for _, _, spans in texts for *_, kind in spans})
    right, gave, gold = (dict.fromkeys(kinds, 0) for _ in range(3))
    for _, text, spans in texts:
        meta = msgspec.structs.replace(like.meta, doc_id="other", text_sha256=digest(text))
        labels = model(Article(meta, text, like.labels))
        found = {
            without_the(text, e.start, e.end, MERGED[e.type])
            for e in labels.entities
            if MERGED.get(e.type) in kinds and (not names or e.mention in (None, "name"))
        }
        for kind in kinds:
            ours = {s for s in spans if s[2] == kind}
            theirs = {s for s in found if s[2] == kind}
            right[kind] += len(ours & theirs)
            gave[kind] += len(theirs)
            gold[kind] += len(ours)

    def f1(hit: int, predicted: int, wanted: int) -> float:
        return round(2 * hit / (predicted + wanted), 4) if predicted + wanted else 0.0

    made: dict[str, float | int] = {"texts": len(texts), "labels": sum(gold.values())}
    made["all"] = f1(sum(right.values()), sum(gave.values()), sum(gold.values()))
    return made | {kind: f1(right[kind], gave[kind], gold[kind]) for kind in kinds}


def labeller(model: Model, scheme: Scheme) -> Labeller:
    def label(article: Article) -> Document:
        return predict(model, article.meta, article.text or "", scheme)

    return label


def zero_shot(pipeline: str, scheme: Scheme) -> Labeller:
    ready = ZeroShot(pipeline, scheme)

    def label(article: Article) -> Document:
        return ready.predict(article.meta, article.text or "")

    return label


def speed(model: Model, articles: Sequence[Article], scheme: Scheme) -> dict[str, float]:
    """Tokens a second of processor time: segmenting, fields alone, and whole documents."""
    tokens = sum(len(a.units.tokens) for a in articles)
    begun = time.process_time()
    for article in articles:
        segment(article.text or "")
    segmenting = time.process_time() - begun
    begun = time.process_time()
    for article in articles:
        sentences = sentences_of(article.text or "", article.units, model.reporting)
        for _, tagger in model.taggers:
            tagger.tags(article.text or "", sentences)
    tagging = time.process_time() - begun
    begun = time.process_time()
    for article in articles:
        predict(model, article.meta, article.text or "", scheme)
    whole = time.process_time() - begun
    return {
        "segmenting": round(tokens / segmenting),
        "tagging": round(tokens / tagging),
        "documents": round(tokens / whole),
    }


def main() -> None:
    pipeline = sys.argv[1] if len(sys.argv) > 1 else None
    target = find_target(DATA, ROOT)
    by_split: dict[str, list[Article]] = {}
    for split, article in target.each():
        by_split.setdefault(split, []).append(article)
    scheme, test = target.scheme, by_split["test"]
    rows: list[Said] = []
    labellers: dict[str, tuple[str, Labeller]] = {}
    measured: dict[str, float] = {}
    for name, system, seeds, note in (
        ("majority", "majority", (0,), "no chance in it"),
        ("random", "random", SEEDS, "by the shares of labels in training"),
        ("crf", "CRF, linear models and rules", (0,), "no chance in it"),
        ("spacy", "spaCy from blank", SEEDS, "entities alone"),
    ):
        runs, spent = [], 0.0
        for seed in seeds:
            begun = time.process_time()
            made = train(name, by_split["train"], scheme, data=DATA, split="train", seed=seed)
            spent += time.process_time() - begun
            with tempfile.TemporaryDirectory() as folder:
                write_model(made, Path(folder) / "model")
                model = read_model(Path(folder) / "model", scheme)
            label = labeller(model, scheme)
            runs.append(scored(test, label, scheme))
            labellers.setdefault(name, (system, label))
            if name == "crf":
                measured = {"training": round(spent, 1), **speed(model, test, scheme)}
        only = NAMES_ONLY if name == "spacy" else MEASURES
        chance = f" --seed {min(seeds)}…{max(seeds)}" if len(seeds) > 1 else ""
        command = (
            f"dateline baseline train {name}{chance} --out MODEL; dateline baseline evaluate MODEL"
        )
        rows.append(row(system, runs, spent / len(seeds), command, note, only))
    if pipeline is not None:
        zero = zero_shot(pipeline, scheme)
        runs = [scored(test, zero, scheme)]
        command = "dateline baseline evaluate spacy:en_core_web_sm"
        note = "entities alone; trained on OntoNotes, not on Dateline"
        rows.append(row("en_core_web_sm, zero-shot", runs, 0.0, command, note, NAMES_ONLY))
        labellers["zero"] = ("en_core_web_sm, zero-shot", zero)
    domain = []
    for corpus, (read, folder) in CORPORA.items():
        if not folder.is_dir():
            print(f"{corpus} is not at {folder}: left out")
            continue
        texts = read(folder)
        for name in ("majority", "spacy", "crf", "zero"):
            if name in labellers:
                system, label = labellers[name]
                found = elsewhere(texts, label, test[0])
                domain.append({"corpus": corpus, "system": system, **found})
                print(json.dumps(domain[-1]), flush=True)
        found = elsewhere(texts, labellers["crf"][1], test[0], names=False)
        system = f"{labellers['crf'][0]}, with its nominals and pronouns"
        domain.append({"corpus": corpus, "system": system, **found})
        print(json.dumps(domain[-1]), flush=True)
    left_out = {k: list(v) for k, v in share_left_out(by_split["train"], scheme).items()}
    said = {
        "about": f"trained on {len(by_split['train'])} articles of release {DATA}, "
        f"tested on {len(test)}",
        "command": "benchmarks/run baselines" + (" PIPELINE" if pipeline else ""),
        "machine": machine(),
        "date": datetime.date.today().isoformat(),
        "data": DATA,
        "systems": rows,
        "speed": measured,
        "left_out": left_out,
        "domain": domain,
    }
    path = FOLDER / "baselines.json"
    path.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
