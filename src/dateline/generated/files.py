"""Every generated file of the repository, and what it should hold now."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from dateline.citation import Citation, citation_of, cited, dois
from dateline.drawing import can_draw
from dateline.errors import DataError
from dateline.generated.baselines import RESULTS, baseline_blocks, baseline_table
from dateline.generated.card import front_matter
from dateline.generated.changelog import changelog_blocks
from dateline.generated.citing import citation_file, zenodo_metadata
from dateline.generated.figures import counted_blocks, datasheet_blocks
from dateline.generated.guidelines import guideline_tables
from dateline.generated.jsonschema import document_schema
from dateline.generated.labelling import keys_table, places_table
from dateline.generated.labelstudio import labelling_config
from dateline.generated.markers import fill
from dateline.generated.numbers import numbers
from dateline.generated.plots import plots
from dateline.generated.source import Source, of_release, of_tree
from dateline.generated.validation import measured_table, validation_blocks
from dateline.manifest import Manifest, built_folder, manifest_digest, read_manifest, releases_in
from dateline.scheme import Scheme
from dateline.tables import feature_types
from dateline.tree import Tree

__all__ = ["Pages", "expected", "pages", "stale"]

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.S)


def _features(scheme: Scheme) -> str:
    return json.dumps(feature_types(scheme), indent=1) + "\n"


FROM_SCHEME: dict[str, Callable[[Scheme], str]] = {
    "schema/generated/document.schema.json": document_schema,
    "schema/generated/labelstudio.xml": labelling_config,
    "schema/generated/features.json": _features,
}
"""Whole files that follow from the scheme alone."""


def _read(tree: Tree, name: str) -> str:
    try:
        return (tree.root / name).read_text(encoding="utf-8")
    except OSError:
        raise DataError(name, "a file with blocks to fill", "none") from None


class Pages(NamedTuple):
    """What the repository's own pages tell of: a release, and what its figures are counted from.

    The datasheet's are counted from the tree while the newest release has no `figures.json`.
    """

    manifest: Manifest
    citation: Citation
    readme: Source
    datasheet: Source


def pages(tree: Tree, release: Path | None = None) -> Pages | None:
    """The pages of a release folder, by default the newest of the tree; None where it has none."""
    if release is None:
        if not releases_in(tree.releases):
            return None
        release = built_folder(tree.root)
        citation = citation_of(tree.root, release.name)
    else:
        manifest = read_manifest(release)
        doi = dois(tree.releases).get(manifest.version)
        citation = cited(manifest, manifest_digest(release), doi)
    released = of_release(release, tree.scheme)
    told = of_tree(tree) if released.frozen is None else released
    return Pages(read_manifest(release), citation, released, told)


def expected(tree: Tree, told: Pages | None) -> Iterator[tuple[str, str]]:
    """Each generated file but for figures, by its path in the tree, with its text."""
    for name, make in FROM_SCHEME.items():
        yield name, make(tree.scheme)
    name = "schema/GUIDELINES.md"
    yield name, fill(_read(tree, name), guideline_tables(tree.scheme), name)
    name = "docs/validation.md"
    if (tree.root / name).exists():
        yield name, fill(_read(tree, name), validation_blocks(tree.root), name)
    for name, block in (
        ("docs/label-studio.md", {"places": places_table(tree.scheme)}),
        ("docs/annotators.md", {"keys": keys_table(tree.scheme)}),
    ):
        if (tree.root / name).exists():
            yield name, fill(_read(tree, name), block, name)
    name = "docs/performance.md"
    if (tree.root / name).exists():
        runs = ("building", "diff", "verify", "score", "exchange", "studio")
        tables = {run: measured_table(tree.root, run) for run in runs}
        yield name, fill(_read(tree, name), tables, name)
    name = "docs/baselines.md"
    if (tree.root / name).exists():
        yield name, fill(_read(tree, name), baseline_blocks(tree.root), name)
    if told is None:
        return
    name, blocks = "CHANGELOG.md", changelog_blocks(tree.releases)
    if blocks:
        yield name, fill(_read(tree, name), blocks, name)
    version = told.manifest.version
    yield "CITATION.cff", citation_file(told.citation)
    earlier = [known for known in releases_in(tree.releases) if known != version]
    before = dois(tree.releases).get(earlier[-1]) if earlier else None
    yield ".zenodo.json", zenodo_metadata(told.citation, before)
    name = "README.md"
    front = front_matter(told.manifest, f"corpus/releases/{version}/", told.citation)
    counted = counted_blocks(told.readme)
    blocks = {block: counted[block] for block in ("figures", "by-type")}
    if (tree.root / RESULTS).is_file():
        blocks["baselines"] = baseline_table(tree.root)
    readme = _FRONT.sub("", _read(tree, name))
    yield name, front + fill(readme, blocks, name, numbers(told.readme))
    name = "DATASHEET.md"
    blocks = datasheet_blocks(told.datasheet)
    blocks |= {f"plot-{plot.name}": plot.markdown for plot in plots(told.datasheet)}
    yield name, fill(_read(tree, name), blocks, name, numbers(told.datasheet))


def stale(tree: Tree, release: Path | None = None, *, drawn: bool = False) -> dict[str, bytes]:
    """The generated files that are not what they should be, with what they should hold.

    Parameters
    ----------
    release : the folder that README.md, DATASHEET.md and the figures tell of; None: the newest.
    drawn : whether figures are drawn as they would be now, which takes a second; otherwise their
        words and data alone count. Figures are left out where the packages that draw are missing.
    """
    tree.require_sources()
    found = {}
    told = pages(tree, release)
    for name, text in expected(tree, told):
        path = tree.root / name
        raw = text.encode()
        if not path.is_file() or path.read_bytes() != raw:
            found[name] = raw
    for plot in plots(told.datasheet) if told and can_draw() else ():
        path = tree.root / plot.path
        if not path.is_file() or not plot.is_in(path.read_text("utf-8", "replace"), drawn=drawn):
            found[plot.path] = plot.svg().encode()
    return found
