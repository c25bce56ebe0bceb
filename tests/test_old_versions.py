"""Versions stay what they were while the scheme, the columns and the corpus go on."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasets
import msgspec
import pyarrow as pa
import pytest

import dateline
from broken import edit, rehash, rewrite_parquet, set_item
from dateline.checks import suite
from dateline.checks.verifying import verify
from dateline.errors import DatelineWarning
from dateline.generated.files import stale
from dateline.hydration import hydrate
from dateline.manifest import encode_manifest, read_manifest
from dateline.rows import logical_digest, row_digest, rows_from_batch
from dateline.tables import CONFIGS
from dateline.tree import Tree
from released import FIRST, SECOND, commit, everything, freeze, make_repository, undrawn
from test_release import generated, provisional, with_a_label_more

SINCE = ("provenance",)
"""Columns of documents and external that the older version does not have."""


def without_columns(folder: Path) -> None:
    """A folder as it was built before some columns were known."""
    for config in ("documents", "external"):
        for path in (folder / config).glob("*.parquet"):
            rewrite_parquet(path, dropped)
    rehash(folder, rows=True)
    manifest = read_manifest(folder)
    configs = {
        config: msgspec.structs.replace(
            entry,
            arrow_schema=[c for c in entry.arrow_schema if not c.startswith(SINCE)],
            labels={k: names for k, names in entry.labels.items() if not k.startswith(SINCE)},
        )
        for config, entry in manifest.configs.items()
    }
    old = msgspec.structs.replace(manifest, configs=configs, files={})
    (folder / "manifest.json").write_bytes(encode_manifest(old))


def dropped(table: pa.Table) -> pa.Table:
    features = datasets.Features.from_arrow_schema(table.schema)
    for name in SINCE:
        del features[name]
    return table.drop_columns(SINCE).replace_schema_metadata(features.arrow_schema.metadata)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    """A tree with 0.1.0, and with 0.2.0 of another scheme: a label inserted, a column added."""
    place = tmp_path_factory.mktemp("grown")
    with pytest.MonkeyPatch.context() as patch, undrawn():
        patch.setenv("DATELINE_CACHE", str(place / "cache"))
        tree = provisional(make_repository(place / "tree"))
        without_columns(tree.releases / "0.1.0")
        tree = commit(tree)
        freeze(tree, "0.1.0", FIRST)
        tree = with_a_label_more(commit(tree))
        set_item(tree, "mill-1", "S1", value="wary")
        tree = generated(tree)
        assert freeze(tree, "0.2.0", SECOND).why[0].startswith("MAJOR: labels changed: documents")
    yield commit(tree)


def names(found: Any, config: str) -> list[str]:
    """The values of stances, as the columns of a config name them."""
    return list(
        found.features["value"].names
        if config == "stance"
        else found.features["stances"].feature["value"].names
    )


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("version", ["0.1.0", "0.2.0"])
def test_every_version_has_its_own_rows_and_names(grown: Tree, version: str, config: str) -> None:
    folder = grown.releases / version
    entry = read_manifest(folder).configs[config]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DatelineWarning)
        ours = dateline.load(config, version=version, root=grown.root)
        tables = dateline.load(config, version=version, root=grown.root, format="arrow")
    plain = datasets.load_dataset(str(folder), config)
    assert isinstance(tables, dict)
    for split, found in entry.splits.items():
        for rows in (ours[split], *([plain[split]] if found.files else [])):
            digests = [row_digest(row) for row in rows_from_batch(rows.data.table)]
            assert logical_digest(digests) == found.logical_sha256
            if config in ("stance", "documents", "external"):
                assert ("wary" in names(rows, config)) == (version == "0.2.0")
            assert ("provenance" in rows.features) == (
                version == "0.2.0" and config in ("documents", "external")
            )
        assert tables[split].num_rows == found.rows


def test_what_stands_in_a_row_is_what_was_meant(grown: Tree) -> None:
    """The number of `against` is another one in each version."""
    said = {}
    for version in ("0.1.0", "0.2.0"):
        rows = datasets.load_dataset(str(grown.releases / version), "stance", split="train")
        said[version] = rows.features["value"].int2str(rows["value"])
    assert said == {"0.1.0": ["against"], "0.2.0": ["wary"]}
    article = dateline.document("mill-1", "0.1.0", root=grown.root)
    assert [stance.value for stance in article.stances] == ["against"]


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.filterwarnings("ignore::dateline.DatelineWarning")
def test_external_articles_of_a_version_have_its_names(
    grown: Tree, own_cache: Path, config: str
) -> None:
    text = Path(__file__).parent / "data" / "tiny" / "away-1.txt"
    hydrate(grown, [text])
    for version in ("0.1.0", "0.2.0"):
        tables = [
            dateline.load(config, split, version, root=grown.root, external=more, format="arrow")
            for split, more in (("external", True), ("train", False))
            if config != "external" or more
        ]
        found = {datasets.Features.from_arrow_schema(t.schema).__repr__() for t in tables}
        if config not in ("documents", "external"):
            assert len(found) == 1, "the same columns and names as the open articles"
        if config == "stance":
            assert ("wary" in next(iter(found))) == (version == "0.2.0")


def test_old_versions_are_proved_and_the_tree_is_sound(grown: Tree) -> None:
    for version in ("0.1.0", "0.2.0"):
        assert verify(version, root=grown.root, rows=True).holds
    assert not [str(found) for found in suite.validate(grown.root, severity="error", workers=1)]


def test_the_pages_of_a_version_do_not_follow_a_newer_scheme(grown: Tree, tmp_path: Path) -> None:
    """A label that is renamed in the tree after the release."""
    shutil.copytree(grown.root, tmp_path / "tree")
    path = tmp_path / "tree" / "schema" / "scheme.yaml"
    edit(path, "          wary:\n", "          doubting:\n")
    with undrawn():
        found = stale(Tree(tmp_path / "tree"), drawn=True)
    assert {name for name in found if not name.startswith("schema/")} == set()


def test_a_frozen_folder_has_nothing_of_later_versions(grown: Tree) -> None:
    frozen = {n: raw for n, raw in everything(grown.releases / "0.1.0").items() if raw is not None}
    assert not [name for name, raw in frozen.items() if b"wary" in raw]
