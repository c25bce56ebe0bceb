"""Columns, Arrow batches and digests."""

from __future__ import annotations

import hashlib
import json

import datasets
import pyarrow as pa
import pytest

from dateline.rows import batch_from_rows, logical_digest, row_digest, row_id, rows_from_batch
from dateline.scheme import Scheme
from dateline.tables import CONFIGS, Labels, arrow_schema, bio, columns, feature_types, features
from dateline.tree import Tree
from dateline.views import VIEWS

ARTICLES = ("mill-1", "toll-1", "march-1")


def rows_of(tree: Tree, config: str) -> list[dict[str, object]]:
    return [row for doc in ARTICLES for row in VIEWS[config](tree.article(doc), tree.scheme)]


@pytest.mark.parametrize("config", CONFIGS)
def test_arrow_schema_is_what_datasets_makes_of_the_features(config: str, scheme: Scheme) -> None:
    ours, theirs = arrow_schema(config, scheme), features(config, scheme).arrow_schema
    assert ours.equals(theirs)
    described = json.loads(ours.metadata[b"huggingface"])
    assert datasets.Features.from_dict(described["info"]["features"]) == features(config, scheme)


def test_feature_types_cover_every_config(scheme: Scheme) -> None:
    assert tuple(feature_types(scheme)) == CONFIGS


@pytest.mark.parametrize("config", CONFIGS)
def test_every_label_column_has_the_schemes_names_in_the_schemes_order(
    config: str, scheme: Scheme
) -> None:
    found = columns(scheme)[config]
    if config == "events":
        assert found["type"] == Labels(tuple(scheme.labels("events")))
    if config == "stance":
        assert found["value"] == Labels(("favor", "against", "neutral", "mixed"))
    if config == "entities":
        assert found["tags"] == [bio(scheme.labels("entities"))]


def test_bio_names() -> None:
    assert bio(["A", "B"]).names == ("O", "B-A", "I-A", "B-B", "I-B")


@pytest.mark.parametrize("config", CONFIGS)
def test_rows_survive_arrow(config: str, tree: Tree) -> None:
    rows = rows_of(tree, config)
    batch = batch_from_rows(rows, config, tree.scheme)
    assert batch.num_rows == len(rows)
    assert list(rows_from_batch(batch)) == rows
    assert [list(row) for row in rows] == [list(columns(tree.scheme)[config])] * len(rows)


def test_labels_are_numbers_in_arrow_and_absent_ones_null(tree: Tree) -> None:
    batch = batch_from_rows(rows_of(tree, "events"), "events", tree.scheme)
    assert batch.schema.field("mode").type == pa.int64()
    assert batch.column("type")[0].as_py() == tree.scheme.labels("events").index("ASSAULT")
    assert None in batch.column("mode").to_pylist()


def test_an_unknown_label_is_refused(tree: Tree) -> None:
    rows = rows_of(tree, "events")
    rows[0]["type"] = "PARADE"
    with pytest.raises(KeyError, match="PARADE"):
        batch_from_rows(rows, "events", tree.scheme)


def test_row_digest_is_sha256_of_compact_json_in_column_order() -> None:
    row = {"doc_id": "a", "text": "é", "cue": None, "n": 1}
    plain = '{"doc_id":"a","text":"é","cue":null,"n":1}'.encode()
    assert row_digest(row) == hashlib.sha256(plain).digest()
    assert row_digest(dict(reversed(row.items()))) != row_digest(row)


def test_logical_digest_hashes_row_digests_in_order() -> None:
    one, two = row_digest({"a": 1}), row_digest({"a": 2})
    assert logical_digest([one, two]) == hashlib.sha256(one + two).hexdigest()
    assert logical_digest([two, one]) != logical_digest([one, two])


def test_row_ids(tree: Tree) -> None:
    assert row_id(rows_of(tree, "documents")[0], "documents") == ""
    assert row_id(rows_of(tree, "entities")[1], "entities") == "1"
    assert row_id(rows_of(tree, "events")[0], "events") == "E1"
