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


def release_card(manifest: Manifest) -> str:
    """The README.md of a built folder, with which `load_dataset` loads it by itself."""
    named = "the tree, not yet released" if manifest.version == "tree" else manifest.version
    standing = (
        "\nThis version is provisional: it may be rebuilt until it is frozen.\n"
        if manifest.provisional
        else ""
    )
    rows = "\n".join(
        f"| {config} | {split} | {found.rows} | `{found.logical_sha256}` |"
        for config, entry in manifest.configs.items()
        for split, found in entry.splits.items()
    )
    return (
        f"{front_matter(manifest)}\n"
        f"# Dateline {named}\n{standing}\n"
        "An annotated corpus of conflict and diplomacy news: entities, events, attribution, stance."
        "\nThe texts of the open articles, and all labels whose `annotator.kind` is `model`, were\n"
        "written by a language model; the region they are set in is invented.\n\n"
        "| config | split | rows | logical SHA-256 |\n|---|---|---:|---|\n"
        f"{rows}\n"
    )
