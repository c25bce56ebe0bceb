"""The Croissant file validates and its records are the Parquet's rows, without a network."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import mlcroissant
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import REPOSITORY, make_tree
from dateline.generated.croissant import croissant
from dateline.manifest import (
    ConfigEntry,
    FileEntry,
    Manifest,
    SplitEntry,
    built_folder,
    read_manifest,
    sha256_of,
)
from dateline.releases.build import build
from dateline.scheme import Scheme
from dateline.tables import CONFIGS, arrow_schema, feature_types

NAME = "croissant.json"
LEFT_OUT = {("events", "arguments"), ("attributions", "content")}
"""Lists of structs in lists of structs: columns of documents and external, and parts of them."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing here may ask a network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(scope="module", params=["small", "released"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built folder, moved after it was built; and the newest release, described anew."""
    place = tmp_path_factory.mktemp(request.param)
    moved = place / "elsewhere"
    if request.param == "small":
        before = os.environ.get("DATELINE_CACHE")
        os.environ["DATELINE_CACHE"] = str(place / "cache")
        try:
            build(make_tree(place / "tree"), place / "out", version="0.1.0")
        finally:
            if before is None:
                del os.environ["DATELINE_CACHE"]
            else:
                os.environ["DATELINE_CACHE"] = before
        (place / "out").rename(moved)
    else:
        shutil.copytree(built_folder(REPOSITORY), moved)
        (moved / NAME).write_bytes(croissant(read_manifest(moved), schemas_of(moved)))
    return moved


def paths_of(folder: Path, config: str) -> list[Path]:
    entry = read_manifest(folder).configs[config]
    return [folder / file.path for split in entry.splits.values() for file in split.files]


def schemas_of(folder: Path) -> dict[str, Any]:
    return {c: pq.read_schema(paths[0]) for c in CONFIGS if (paths := paths_of(folder, c))}


def described(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / NAME).read_bytes())
    return found


def test_mlcroissant_validates_it_with_no_network(folder: Path, tmp_path: Path) -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_, **__): raise SystemExit('a network was asked')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from mlcroissant.scripts.cli import main\n"
        f"sys.argv = ['mlcroissant', 'validate', '--jsonld', {str(folder / NAME)!r}]\n"
        "sys.exit(main())\n"
    )
    env = os.environ | {"CROISSANT_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Done." in done.stderr
    warned = [line for line in done.stderr.splitlines() if line.startswith("  -")]
    assert all("datePublished" in line for line in warned), "a version not frozen has no date"
    assert "not standard" not in done.stderr


def test_a_frozen_version_validates_without_a_warning(scheme: Scheme, folder: Path) -> None:
    manifest = msgspec.structs.replace(
        read_manifest(folder), provisional=False, released="2026-11-30"
    )
    schemas = {config: arrow_schema(config, scheme) for config in CONFIGS}
    found = mlcroissant.Dataset(json.loads(croissant(manifest, schemas)))
    issues = found.metadata.ctx.issues
    assert (set(issues.errors), set(issues.warnings)) == (set(), set())
    assert found.metadata.date_published.isoformat()[:10] == "2026-11-30"


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.decode() if isinstance(value, bytes) else value


def nothing(value: Any) -> bool:
    """Whether a struct is one that mlcroissant fills in for an absent one."""
    if isinstance(value, dict):
        return all(map(nothing, value.values()))
    if isinstance(value, list):
        return bool(value) and all(map(nothing, value))
    return value is None


def part(kind: Any, key: str, record: dict[str, Any], held: dict[str, Any]) -> Any:
    """A column of the record, or a part of one, as Parquet has it.

    mlcroissant puts what a field holds that is no struct under the id of that field's parent, and
    every parent beside the columns; `held` is where this one lies.
    """
    if kind.get("_type") == "List" and "_type" not in kind["feature"]:
        items = [dict(item) for item in record[key]]
        for name in kind["feature"]:
            if f"{key}/{name}" not in record:
                continue  # a leaf, or left out
            for at, item in enumerate(items):
                columns = {k: v[at] for k, v in record[f"{key}/{name}"].items()}
                item[f"{key}/{name}"] = {k.rpartition("/")[2]: plain(v) for k, v in columns.items()}
        return [
            {
                name: None if nothing(value) else plain(value)
                for name, value in ((k.rpartition("/")[2], v) for k, v in item.items())
            }
            for item in items
        ]
    if "_type" not in kind:
        own = record[key]
        found = {n: part(sub, f"{key}/{n}", record, own) for n, sub in kind.items()}
        return None if nothing(found) else found
    return plain(held[key])


def rebuilt(record: dict[str, Any], config: str, features: dict[str, Any]) -> dict[str, Any]:
    return {n: part(kind, f"{config}/{n}", record, record) for n, kind in features.items()}


def readable(row: dict[str, Any]) -> dict[str, Any]:
    """A row of Parquet without what the Croissant file says is left out."""
    found = dict(row)
    for column, name in LEFT_OUT:
        if column in found:
            found[column] = [{k: v for k, v in x.items() if k != name} for x in found[column]]
    return found


@pytest.mark.parametrize("config", CONFIGS)
def test_its_records_are_the_rows_of_the_parquet_files(folder: Path, config: str) -> None:
    split_of: list[str] = []
    wanted = []
    for path in sorted(paths_of(folder, config)):
        rows = pq.read_table(path).to_pylist()
        wanted += rows
        split_of += [path.name.partition("-")[0]] * len(rows)
    features = json.loads(schemas_of(folder)[config].metadata[b"huggingface"])["info"]["features"]
    dataset = mlcroissant.Dataset(str(folder / NAME))
    for _ in range(2):  # a second reading gives them again
        records = list(dataset.records(config))
        assert [plain(record[f"{config}/split"]) for record in records] == split_of
        for record, row in zip(records, wanted, strict=True):
            assert rebuilt(record, config, features) == readable(row)


PROVENANCE = [
    [
        {"id": "T1", "passes": ["a", "b"], "kind": 1, "seconds": None, "at": {"by": "x"}},
        {"id": "T2", "passes": [], "kind": None, "seconds": 1.5, "at": None},
        {"id": "T3", "passes": None, "kind": 0, "seconds": 0.0, "at": {"by": "\u20ac \U0001f642"}},
    ],
    [],
]


def test_lists_of_words_and_structs_in_structs_are_read(tmp_path: Path) -> None:
    """In a list of structs, all that the schema may come to hold but a list of structs."""
    text = {"dtype": "string", "_type": "Value"}
    item = {
        "id": text,
        "passes": {"feature": text, "_type": "List"},
        "kind": {"names": ["human", "model"], "_type": "ClassLabel"},
        "seconds": {"dtype": "float64", "_type": "Value"},
        "at": {"by": text},
    }
    features = {"provenance": {"feature": item, "_type": "List"}}
    inner = [("id", pa.string()), ("passes", pa.list_(pa.string())), ("kind", pa.int64())]
    inner += [("seconds", pa.float64()), ("at", pa.struct([("by", pa.string())]))]
    info = {"huggingface": json.dumps({"info": {"features": features}})}
    schema = pa.schema([("provenance", pa.list_(pa.struct(inner)))], metadata=info)
    path = tmp_path / "documents" / "train-0.parquet"
    path.parent.mkdir()
    pq.write_table(pa.table({"provenance": PROVENANCE}, schema=schema), path)
    shutil.copy(path, path.with_name("train-1.parquet"))  # a stray file is not read
    file = FileEntry(
        path="documents/train-0.parquet",
        rows=2,
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
    )
    split = SplitEntry(rows=2, logical_sha256="", files=[file])
    config = ConfigEntry(arrow_schema=[], labels={}, splits={"train": split})
    manifest = msgspec.structs.replace(
        read_manifest(built_folder(REPOSITORY)), configs={"documents": config}
    )
    (tmp_path / NAME).write_bytes(croissant(manifest, {"documents": schema}))
    records = list(mlcroissant.Dataset(str(tmp_path / NAME)).records("documents"))
    assert [rebuilt(r, "documents", features)["provenance"] for r in records] == PROVENANCE


def test_what_is_left_out_is_said(folder: Path) -> None:
    for record_set in described(folder)["recordSet"]:
        if record_set["@id"] not in ("documents", "external"):
            continue
        fields = {field["name"]: field for field in record_set["field"]}
        said = {
            (name, out)
            for name, field in fields.items()
            if field.get("description", "").startswith("Left out here")
            for out in field["description"].rpartition(": ")[2].rstrip(".").split(", ")
        }
        assert said == LEFT_OUT


def test_one_split_can_be_asked_for(folder: Path) -> None:
    dataset = mlcroissant.Dataset(str(folder / NAME))
    found = list(dataset.records("events", filters={"events/split": "test"}))
    assert len(found) == read_manifest(folder).configs["events"].splits["test"].rows


def test_every_file_is_described(folder: Path) -> None:
    found = {
        one["contentUrl"]: (one["sha256"], one["contentSize"])
        for one in described(folder)["distribution"]
        if one["@type"] == "cr:FileObject"
    }
    manifest = read_manifest(folder)
    assert found == {
        file.path: (file.sha256, f"{file.bytes} B")
        for entry in manifest.configs.values()
        for split in entry.splits.values()
        for file in split.files
    }


def test_every_label_column_names_a_table_with_its_names(folder: Path, scheme: Scheme) -> None:
    found = described(folder)
    tables = {
        one["@id"]: [item[f"{one['@id']}/name"] for item in one["data"]]
        for one in found["recordSet"]
        if one["@id"].startswith("labels/")
    }
    assert len(set(map(tuple, tables.values()))) == len(tables)
    features = feature_types(scheme)
    seen = 0
    for record_set in found["recordSet"]:
        stack = [field for field in record_set["field"] if "source" in field or "subField" in field]
        while stack:
            field = stack.pop()
            stack += field.get("subField", [])
            if "cr:Label" not in field.get("dataType", []):
                continue
            kind: Any = features
            for name in field["@id"].split("/"):
                kind = kind.get("feature", kind) if kind.get("_type") == "List" else kind
                kind = kind[name]
            kind = kind.get("feature", kind)
            table = field["description"].rpartition(" ")[2].rstrip(".")
            assert tables[table] == kind["names"], field["@id"]
            if "references" in field:
                assert field["references"]["field"]["@id"] == f"{table}/number"
            seen += 1
    assert seen > 50


def test_it_cites_without_the_digest_of_the_manifest(folder: Path) -> None:
    found = described(folder)
    version = read_manifest(folder).version
    assert found["citeAs"].startswith(f"@misc{{dateline-{version},")
    assert "SHA-256" not in found["citeAs"]
    assert found["version"] == version


def test_it_says_that_a_model_wrote_texts_and_labels(folder: Path) -> None:
    found = mlcroissant.Dataset(str(folder / NAME)).metadata
    assert "written for this corpus by a language model" in found.data_collection
    assert any("language models" in line for line in found.data_annotation_protocol)
    assert found.conforms_to


def test_a_tree_that_is_not_released_has_a_version_too(tree: Any, tmp_path: Path) -> None:
    manifest: Manifest = build(tree, tmp_path / "out")
    assert manifest.version == "tree"
    assert described(tmp_path / "out")["version"] == "0.0.0"
