"""Generated files: what they hold, and that the committed ones are fresh."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import jsonschema
import pytest
import yaml

from conftest import REPOSITORY
from dateline.checks.catalogue import CATALOGUE
from dateline.citation import bibtex, cited
from dateline.errors import DataError
from dateline.generated.card import front_matter, release_card
from dateline.generated.files import expected, pages, stale
from dateline.generated.guidelines import guideline_tables, table
from dateline.generated.jsonschema import document_schema
from dateline.generated.labelstudio import labelling_config
from dateline.generated.markers import fill
from dateline.manifest import built_folder, read_manifest
from dateline.releases.build import build
from dateline.scheme import Scheme
from dateline.tables import CONFIGS
from dateline.tree import Tree


def test_the_committed_files_are_fresh() -> None:
    assert list(stale(Tree(REPOSITORY))) == []


@pytest.mark.parametrize(
    "name",
    [
        "schema/generated/labelstudio.xml",
        "schema/generated/features.json",
        "schema/generated/document.schema.json",
        "schema/GUIDELINES.md",
    ],
)
def test_a_change_of_the_scheme_makes_files_stale(tree: Tree, name: str) -> None:
    assert list(stale(tree)) == []
    path = tree.root / "schema" / "scheme.yaml"
    text = path.read_text().replace("          favor:", "          favour:", 1)
    path.write_text(text)
    assert name in stale(Tree(tree.root))


def test_fill_replaces_marked_blocks_only() -> None:
    text = "a\n<!-- generated: one -->\nold\n<!-- /generated -->\nb\n"
    new = "a\n<!-- generated: one -->\nnew\n<!-- /generated -->\nb\n"
    assert fill(text, {"one": "new\n"}, "x.md") == new
    with pytest.raises(DataError, match=r"x\.md: expected a block named one of two, got one"):
        fill(text, {"two": ""}, "x.md")
    with pytest.raises(DataError, match="expected the block <!-- generated: two -->"):
        fill(text, {"one": "", "two": ""}, "x.md")


def test_tables_survive_bars_and_line_ends() -> None:
    assert table(("a",), [("x | y\nz",)]) == "| a |\n|---|\n| x \\| y z |"


def test_every_term_is_in_the_guidelines(scheme: Scheme) -> None:
    tables = "\n".join(guideline_tables(scheme).values())
    for place, term in scheme.terms():
        kind = place.split(".")[0]
        if kind == "quads" or (place.count(".") == 1 and kind == "layers") or ".cluster" in place:
            continue
        if place.endswith((".links.refs", ".attributes.mode")):
            continue
        assert " ".join(term.definition.split()).replace("|", "\\|") in tables, place


def test_every_code_is_documented() -> None:
    page = (REPOSITORY / "docs" / "validation.md").read_text(encoding="utf-8")
    for code, entry in CATALOGUE.items():
        assert f"| **{code}** | {entry.severity} | {entry.title} |" in page


# ── JSON Schema


@pytest.fixture
def document(tree: Tree) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tree.adjudicated_path("mill-1").read_text())
    return found


@pytest.fixture
def validator(scheme: Scheme) -> jsonschema.Draft202012Validator:
    schema = json.loads(document_schema(scheme))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_schema_takes_what_the_corpus_holds(validator: jsonschema.Draft202012Validator) -> None:
    for path in sorted((REPOSITORY / "annotations" / "adjudicated").glob("*.json")):
        validator.validate(json.loads(path.read_text(encoding="utf-8")))


BREAKS = {
    "an unknown type": lambda d: d["entities"][0].update(type="PLACE"),
    "an unknown key": lambda d: d["entities"][0].update(note="?"),
    "a reversed sign": lambda d: d["entities"][0].update(start=-1),
    "a fraction": lambda d: d["entities"][0].update(start=0.5),
    "a mode of another type": lambda d: d["events"][0].update(mode="strike"),
    "a mention on a value": lambda d: d["entities"][2].update(mention="name"),
    "no mention on a name": lambda d: d["entities"][0].pop("mention"),
    "an unknown role": lambda d: d["events"][1]["arguments"][0].update(role="agent"),
    "no content": lambda d: d["attributions"][0].update(content=[]),
    "an id of another layer": lambda d: d["stances"][0].update(id="T99"),
    "another scheme": lambda d: d.update(scheme="0.9"),
    "a missing layer": lambda d: d.pop("stances"),
}


@pytest.mark.parametrize("kind", BREAKS)
def test_the_schema_refuses(
    kind: str, document: dict[str, Any], validator: jsonschema.Draft202012Validator
) -> None:
    assert validator.is_valid(document)
    broken = copy.deepcopy(document)
    BREAKS[kind](broken)
    assert broken != document
    assert not validator.is_valid(broken)


# ── Label Studio


def test_the_labelling_config_has_every_label_value_role_and_colour(scheme: Scheme) -> None:
    root = Xml.fromstring(labelling_config(scheme))
    labels = {(c.get("name"), e.get("value")) for c in root.iter("Labels") for e in c}
    for control, layer in (("entity", "entities"), ("event", "events"), ("stance", "stances")):
        assert {v for n, v in labels if n == control} == set(scheme.labels(layer))
    relations = {element.get("value") for element in root.iter("Relation")}
    assert {"actor", "recipient", "topic", "refs", "holder", "target", "part"} <= relations
    choices = {c.get("name"): [e.get("value") for e in c] for c in root.iter("Choices")}
    assert choices["mode-ASSAULT"] == scheme.modes("ASSAULT")
    assert choices["polarity-attributions"] == ["positive", "negative"]
    names = [e.get("name") for e in root.iter() if e.get("name")]
    assert len(names) == len(set(names)), "a control's name stands once"
    for element in root.iter("Label"):
        assert re.fullmatch("#[0-9a-f]{6}", element.get("background") or "")
        assert element.get("hotkey")


def test_choices_appear_for_the_labels_that_carry_them(scheme: Scheme) -> None:
    root = Xml.fromstring(labelling_config(scheme))
    views = {c.get("name"): v for v in root.iter("View") for c in v if c.tag == "Choices"}
    assert views["mode-ASSAULT"].get("whenLabelValue") == "ASSAULT"
    assert views["mention-entities"].get("whenLabelValue", "").split(",") == scheme.group(
        "entities", "name"
    )
    assert views["value-stances"].get("whenTagName") == "stance"


# ── The card


def head_of(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return found


def test_the_card_names_every_file_and_no_features(tree: Tree, tmp_path: Path) -> None:
    manifest = build(tree, tmp_path / "out")
    head = head_of(front_matter(manifest, "some/where/"))
    assert "features" not in json.dumps(head)
    named = {path for c in head["configs"] for files in c["data_files"] for path in files["path"]}
    wanted = {
        f"some/where/{file.path}"
        for entry in manifest.configs.values()
        for found in entry.splits.values()
        for file in found.files
    }
    assert named == wanted
    assert [c["config_name"] for c in head["configs"] if c.get("default")] == ["documents"]


def test_the_cards_row_counts_are_the_manifests(tree: Tree, tmp_path: Path) -> None:
    manifest = build(tree, tmp_path / "out")
    head = head_of(release_card(manifest))
    for info in head["dataset_info"]:
        counted = {split["name"]: split["num_examples"] for split in info["splits"]}
        entry = manifest.configs[info["config_name"]]
        assert counted == {s: found.rows for s, found in entry.splits.items() if found.files}


def test_the_readme_of_the_repository_is_the_card_of_the_newest_release() -> None:
    folder = built_folder(REPOSITORY)
    head = head_of((REPOSITORY / "README.md").read_text(encoding="utf-8"))
    assert {c["config_name"] for c in head["configs"]} == set(CONFIGS)
    for config in head["configs"]:
        assert config["version"] == read_manifest(folder).version
        for files in config["data_files"]:
            assert all((REPOSITORY / path).is_file() for path in files["path"])


def test_a_card_cites_the_version_in_lines_that_people_can_read(tree: Tree, tmp_path: Path) -> None:
    manifest = build(tree, tmp_path / "out", version="0.3.0")
    text = release_card(manifest)
    assert "\n  citation: |\n    @misc{dateline-0.3.0,\n" in text
    assert "SHA-256" not in text.split("---\n")[1]
    citation = cited(manifest, "ab" * 32)
    for info in head_of(front_matter(manifest, "", citation))["dataset_info"]:
        assert info["citation"] == bibtex(citation)


def test_a_release_makes_the_files_that_cite_it(tree: Tree) -> None:
    results = [f"benchmarks/results/{name}.json" for name in ("baselines", "style")]
    for name in ("README.md", "annotations/agreement.json", *results):
        (tree.root / name).parent.mkdir(parents=True, exist_ok=True)
        (tree.root / name).write_bytes((REPOSITORY / name).read_bytes())
    build(tree, tree.releases / "0.3.0", version="0.3.0")
    build(tree, tree.releases / "0.4.0", version="0.4.0")
    (tree.releases / "dois.yaml").write_text("0.3.0: 10.5281/zenodo.3\n0.4.0: 10.5281/zenodo.4\n")
    made: dict[str, str] = {}
    for name, text in expected(Tree(tree.root), pages(Tree(tree.root))):
        made[name] = text
        if name == "README.md":
            break  # the rest needs a whole repository
    assert yaml.safe_load(made["CITATION.cff"])["doi"] == "10.5281/zenodo.4"
    related = json.loads(made[".zenodo.json"])["related_identifiers"]
    assert [one["identifier"] for one in related] == ["10.5281/zenodo.3"]
    assert "10.5281/zenodo.4" in head_of(made["README.md"])["dataset_info"][0]["citation"]
