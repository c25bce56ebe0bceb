"""Every generated file of the repository, and what it should hold now."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from dateline.citation import citation_of, dois
from dateline.errors import DataError
from dateline.generated.card import front_matter
from dateline.generated.citing import citation_file, zenodo_metadata
from dateline.generated.figures import release_blocks, tree_blocks
from dateline.generated.guidelines import guideline_tables
from dateline.generated.jsonschema import document_schema
from dateline.generated.labelling import keys_table, places_table
from dateline.generated.labelstudio import labelling_config
from dateline.generated.markers import fill
from dateline.generated.validation import measured_table, validation_blocks
from dateline.manifest import built_folder, read_manifest, releases_in
from dateline.scheme import Scheme
from dateline.tables import feature_types
from dateline.tree import Tree

__all__ = ["expected", "stale"]

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


def expected(tree: Tree) -> Iterator[tuple[str, str]]:
    """Each generated file, by its path in the tree, with the text that it should have."""
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
        tables = {run: measured_table(tree.root, run) for run in ("building", "studio")}
        yield name, fill(_read(tree, name), tables, name)
    if not releases_in(tree.releases):
        return
    folder = built_folder(tree.root)
    citation = citation_of(tree.root, folder.name)
    given = dois(tree.releases)
    earlier = releases_in(tree.releases)[:-1]
    yield "CITATION.cff", citation_file(citation)
    before = given.get(earlier[-1]) if earlier else None
    yield ".zenodo.json", zenodo_metadata(citation, before)
    front = front_matter(read_manifest(folder), f"corpus/releases/{folder.name}/", citation)
    readme = _FRONT.sub("", _read(tree, "README.md"))
    blocks = release_blocks(folder)
    wanted = {name: blocks[name] for name in ("figures", "by-type")}
    yield "README.md", front + fill(readme, wanted, "README.md")
    yield "DATASHEET.md", fill(_read(tree, "DATASHEET.md"), tree_blocks(tree), "DATASHEET.md")


def stale(tree: Tree) -> dict[str, bytes]:
    """The generated files that are not what they should be, with what they should hold."""
    tree.require_sources()
    found = {}
    for name, text in expected(tree):
        path = tree.root / name
        raw = text.encode()
        if not path.is_file() or path.read_bytes() != raw:
            found[name] = raw
    return found
