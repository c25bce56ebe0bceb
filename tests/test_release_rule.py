"""Which version a difference calls for, and differences between schemas."""

from __future__ import annotations

from typing import Any

import msgspec
import pyarrow as pa
import pytest

from dateline.errors import DataError, UsageError
from dateline.releases.difference.changes import SideInfo, Summary
from dateline.releases.difference.schemas import (
    SchemaChange,
    decoder,
    features_in,
    label_names,
    schema_changes,
)
from dateline.releases.rule import Finding, findings, required
from dateline.scheme import Scheme
from dateline.tables import CONFIGS, Labels, Type, arrow_schema

NONE = {"added": 0, "withdrawn": 0, "moved": 0, "text": 0, "changed": 0, "same": 3}


def summary(**more: Any) -> Summary:
    sides = {
        name: SideInfo(name=name, what="build", scheme="1.0", sentences="s 1", tokens="t 1")
        for name in ("before", "after")
    }
    empty: dict[str, Any] = {"articles": NONE, "labels": {}, "counts": {}, "fields": {}}
    return Summary(**(sides | empty | more))


def asked(before: str, **more: Any) -> tuple[str, str | None]:
    found = required(before, findings(summary(**more)))
    return found.version, found.level


def test_the_version_follows_the_gravest_change() -> None:
    assert asked("1.2.3") == ("1.2.3", None)
    entities = {"entities": {"retyped": {"GPE": 2}}}
    assert asked("1.2.3", counts=entities) == ("1.2.4", "PATCH")
    assert asked("1.2.3", articles=NONE | {"added": 8}, counts=entities) == ("1.3.0", "MINOR")
    for kind in ("withdrawn", "moved", "text"):
        found = asked("1.2.3", articles=NONE | {"added": 8, kind: 1}, counts=entities)
        assert found == ("2.0.0", "MAJOR"), kind
    assert asked("1.2.3", renumbered=4) == ("1.2.4", "PATCH")


def test_while_major_is_0_a_major_change_raises_minor_and_says_so() -> None:
    found = required("0.1.0", findings(summary(articles=NONE | {"moved": 1, "added": 2})))
    assert (found.version, found.level) == ("0.2.0", "MAJOR")
    assert found.lines[:2] == ["MAJOR: 1 article in another split", "MINOR: 2 articles added"]
    assert "Semantic Versioning" in found.lines[-1]


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("config removed", "MAJOR"),
        ("column removed", "MAJOR"),
        ("column retyped", "MAJOR"),
        ("labels changed", "MAJOR"),
        ("config added", "MINOR"),
        ("column added", "MINOR"),
        ("labels added", "MINOR"),
    ],
)
def test_columns_and_labels(kind: str, level: str) -> None:
    change = SchemaChange(config="events", column="type", kind=kind)
    assert findings(summary(schema=[change])) == [Finding(level, f"{kind}: events.type")]


def test_versions_of_the_scheme_and_of_the_units() -> None:
    def after(**fields: str) -> list[str]:
        info = msgspec.structs.replace(summary().after, **fields)
        return [finding.level for finding in findings(summary(after=info))]

    assert after(tokens="t 2") == ["MAJOR"]
    assert after(sentences="s 2") == ["MAJOR"]
    assert after(scheme="2.0") == ["MAJOR"]
    assert after(scheme="1.1") == ["PATCH"]


def test_a_version_is_three_numbers() -> None:
    for version in ("1.2", "v1.2.3", "1.2.3-rc1", "01.2.3", "tree"):
        with pytest.raises(UsageError, match=r"MAJOR\.MINOR\.PATCH"):
            required(version, [])


def schema_of(features: dict[str, Any], **fields: pa.DataType) -> pa.Schema:
    info = msgspec.json.encode({"info": {"features": features}})
    return pa.schema(list(fields.items()), metadata={"huggingface": info})


def labels(*names: str) -> dict[str, Any]:
    return {"names": list(names), "_type": "ClassLabel"}


def test_columns_added_removed_and_retyped_deep_in_a_column() -> None:
    before = pa.schema([("a", pa.list_(pa.struct({"x": pa.int32(), "y": pa.string()})))])
    after = pa.schema(
        [
            ("b", pa.int32()),
            ("a", pa.large_list(pa.struct({"x": pa.int64(), "y": pa.large_string()}))),
        ]
    )
    found = schema_changes("events", before, after)
    assert [(c.column, c.kind, c.before, c.after) for c in found] == [
        ("a.x", "column retyped", "int32", "int64"),
        ("b", "column added", None, "int32"),
    ], "how strings and lists are laid out is no difference"
    assert [c.kind for c in schema_changes("events", after, before)] == [
        "column removed",
        "column retyped",
    ]


def test_labels_added_at_the_end_and_elsewhere() -> None:
    before = schema_of({"type": labels("A", "B")}, type=pa.int64())

    def change(*names: str) -> tuple[str, Any, Any]:
        after = schema_of({"type": labels(*names)}, type=pa.int64())
        (found,) = schema_changes("events", before, after)
        assert found.column == "type"
        return found.kind, found.before, found.after

    assert change("A", "B", "C") == ("labels added", None, ["C"])
    assert change("B", "A") == ("labels changed", None, None)
    assert change("A", "C", "B") == ("labels changed", None, ["C"])
    assert change("A") == ("labels changed", ["B"], None)
    assert change("A", "X") == ("labels changed", ["B"], ["X"])
    bare = before.remove_metadata()
    assert schema_changes("events", before, bare) == [], "a copy without names says nothing of them"


@pytest.mark.parametrize("config", CONFIGS)
def test_a_schema_does_not_differ_from_itself(config: str, scheme: Scheme) -> None:
    schema = arrow_schema(config, scheme)
    assert schema_changes(config, schema, schema) == []
    found = features_in(schema)
    assert found is not None
    assert label_names(found)


def test_numbers_are_named_by_their_own_file() -> None:
    features: dict[str, Type] = {"a": [{"t": Labels(("X", "Y")), "n": "int32"}]}
    read = decoder(features, "a", "f.parquet")
    assert read([{"t": 1, "n": 1}, {"t": None, "n": 0}, {"t": "Y", "n": 2}]) == [
        {"t": "Y", "n": 1},
        {"t": None, "n": 0},
        {"t": "Y", "n": 2},
    ]
    with pytest.raises(DataError, match=r"f\.parquet a\.t: expected a label from 0 to 1, got 7"):
        read([{"t": 7, "n": 0}])
