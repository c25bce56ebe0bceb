"""The dataset card's YAML front matter, for a release folder and for the repository's README."""

from __future__ import annotations

from typing import Any

import yaml

from dateline.citation import Citation, bibtex, cited
from dateline.manifest import Manifest
from dateline.tables import CONFIGS

__all__ = ["front_matter", "release_card"]

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, which people can read."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", data, "|" if "\n" in data else None)


_Dumper.add_representer(str, _Dumper.represent_str)


def front_matter(manifest: Manifest, folder: str = "", citation: Citation | None = None) -> str:
    """YAML that names every config, split and file, between `---` lines.

    `folder` is the path from the card to the built folder, with a trailing slash. `citation` is
    what it says of citing; by default what the manifest knows, without its own digest, which the
    card inside a built folder cannot hold. Features are left out on purpose: given twice, the
    card's would override the Parquet's without a word.
    """
    how = bibtex(citation or cited(manifest))
    version = "0.0.0" if manifest.version == "tree" else manifest.version
    total = sum(manifest.articles.values())
    size = next((name for limit, name in _SIZES if total < limit), "100K<n<1M")
    head: dict[str, Any] = {
        "pretty_name": "Dateline",
        "license": "cc-by-4.0",
        "language": ["en"],
        "annotations_creators": ["machine-generated"],
        "language_creators": ["machine-generated"],
        "multilinguality": ["monolingual"],
        "source_datasets": ["original"],
        "size_categories": [size],
        "task_categories": ["token-classification", "text-classification"],
        "task_ids": ["named-entity-recognition", "coreference-resolution"],
        "tags": ["events", "attribution", "stance", "news", "conflict", "diplomacy"],
        "configs": [],
        "dataset_info": [],
    }
    for config in CONFIGS:
        splits = {s: e for s, e in manifest.configs[config].splits.items() if e.files}
        if not splits:
            continue
        entry: dict[str, Any] = {"config_name": config, "version": version}
        if config == "documents":
            entry["default"] = True
        entry["data_files"] = [
            {"split": split, "path": [folder + file.path for file in found.files]}
            for split, found in splits.items()
        ]
        head["configs"].append(entry)
        sizes = [sum(file.bytes for file in found.files) for found in splits.values()]
        head["dataset_info"].append(
            {
                "config_name": config,
                "version": version,
                "license": "cc-by-4.0",
                "citation": how,
                "splits": [
                    {"name": split, "num_bytes": size, "num_examples": found.rows}
                    for (split, found), size in zip(splits.items(), sizes, strict=True)
                ],
                "download_size": sum(sizes),
                "dataset_size": sum(sizes),
            }
        )
    text = yaml.dump(head, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{text}---\n"


_CARD = """# Dateline {named}
{standing}
An annotated corpus of news on conflict and diplomacy in four layers: entities with coreference and
links, events with arguments, attribution, and stance. {articles} articles.

**Texts and labels are by a language model.** The open articles were written by one, and are set in
an invented region; every label whose `annotator.kind` is `model` was made by one. `status` is
`silver` where no human has confirmed the labels of an article, and `gold` where one has. The
external articles are labels alone: their words are not ours to give.

## Load it

This folder is a dataset by itself: no script, no network.

```python
from datasets import load_dataset

events = load_dataset("PATH_OF_THIS_FOLDER", "events", split="train")
```

From a hub the tag `v{version}` pins this version:

```python
events = load_dataset("OWNER/dateline", "events", split="train", revision="v{version}")
```

`documents` (the default) has an article a row with all layers nested; `entities` a sentence a row
with BIO tags and spans; `events`, `stance` and `attribution` one of these a row; `external` labels
without text. Labels are ClassLabels, whose names are in the Parquet files and whose definitions are
in `scheme.yaml`. Offsets are Unicode code points, half-open, into `text`.

## Prove it

`manifest.json` has the digest of every file, and of the rows of every split. Its own digest stands
in the changelog of the repository and in every citation (`dateline cite {version}`):

```bash
dateline verify PATH_OF_THIS_FOLDER --digest SHA256_OF_MANIFEST_JSON
```

A published version never changes. Errors that were found since are listed beside the releases in
the repository (`errata.yaml`), and `dateline.load` tells them.

| config | split | rows | logical SHA-256 |
|---|---|---:|---|
{rows}

## Licence and citation

Texts of open articles and all labels: CC BY 4.0.

```bibtex
{bibtex}
```
"""


def release_card(manifest: Manifest) -> str:
    """The README.md of a built folder, with which `load_dataset` loads it by itself."""
    named = "the tree, not yet released" if manifest.version == "tree" else manifest.version
    if manifest.provisional:
        standing = "\nThis version is provisional: it may be rebuilt until it is frozen.\n"
    else:
        standing = f"\nReleased on {manifest.released}. This version never changes.\n"
    rows = "\n".join(
        f"| {config} | {split} | {found.rows} | `{found.logical_sha256}` |"
        for config, entry in manifest.configs.items()
        for split, found in entry.splits.items()
    )
    counts = ", ".join(f"{count} {split}" for split, count in manifest.articles.items())
    return f"{front_matter(manifest)}\n" + _CARD.format(
        named=named,
        standing=standing,
        articles=f"{sum(manifest.articles.values())} ({counts})",
        version=manifest.version,
        rows=rows,
        bibtex=bibtex(cited(manifest)).strip(),
    )
