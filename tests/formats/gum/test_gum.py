"""GUM's files: both, either alone, and the corpus itself where it is at hand."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from gum_files import CONLLU, NAME, TSV, row
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import dateline
from conftest import shared_folder
from dateline.cli import app
from dateline.errors import DataError, UsageError
from dateline.formats.gum import FORMAT
from dateline.formats.registry import Known
from dateline.formats.standoff import StandOff
from dateline.studio.sources import labels_from
from dateline.tree import Tree
from running import run
from strategies import SCHEME, law

KNOWN = Known(SCHEME, {}.__getitem__)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind, raw in (("tsv", TSV), ("conllu", CONLLU)):
        (tmp_path / "gum" / kind).mkdir(parents=True)
        (tmp_path / "gum" / kind / f"{NAME}.{kind}").write_text(raw, "utf-8")
    return tmp_path / "gum"


def spans(found: StandOff) -> list[tuple[str, str]]:
    marks = (mark for mark in found.marks if mark.kind == "span")
    return sorted((m.label, found.text[m.spans[0].start : m.spans[0].end]) for m in marks)


def test_the_annotations_stand_in_the_text_as_printed(folder: Path) -> None:
    (found,) = FORMAT.read(folder, KNOWN)
    assert found.text == "Mayor Orlem shut Olm's port.\nShe likes ships."
    assert spans(found) == [
        ("object", "ships"),
        ("person", "Mayor Orlem"),
        ("person", "She"),
        ("place", "Olm's"),
        ("place", "Olm's port"),
    ]
    assert found.meta == {
        "title": "Port shut",
        "published": "2026-03-04",
        "source": "https://example.org/olm",
        "outlet": "Wikinews",
        "licence": "CC-BY-2.5 (text), CC-BY-4.0 (annotations)",
        "language": "en",
        "split": "train",
    }
    links = [(m.label, [a.ref for a in m.args]) for m in found.marks if m.kind == "relation"]
    assert links == [("ana", ["2-1", "1-1[1]"]), ("bridge:def", ["2-3[5]", "1-4[2]"])]
    named = {m.id: m.attributes.get("identity") for m in found.marks}
    assert (named["1-1[1]"], named["1-4[3]"], named["1-4[2]"]) == (
        "Tamsin Orlem (mayor)",
        "Olm",
        None,
    ), "a link that stands for one of two stacked entities is that one's"
    assert [notice.reason for notice in found.notices] == ["lines of comment, which are left out"]


def test_each_half_is_read_alone(folder: Path) -> None:
    (both,) = FORMAT.read(folder, KNOWN)
    (bare,) = FORMAT.read(folder / "tsv", KNOWN)
    assert bare.text == "Mayor Orlem shut Olm 's port .\nShe likes ships ."
    assert "published" not in bare.meta
    assert bare.meta["outlet"] == "Wikinews"
    (other,) = FORMAT.read(folder / "conllu" / f"{NAME}.conllu", KNOWN)
    assert (other.text, spans(other), other.meta) == (both.text, spans(both), both.meta)
    groups = {m.attributes.get("name"): m.args for m in other.marks if m.kind == "group"}
    assert {name: len(args) for name, args in groups.items()} == {
        "Tamsin Orlem (mayor)": 2,
        "Olm": 1,
    }
    (bridge,) = (mark for mark in other.marks if mark.kind == "relation")
    assert bridge.label == "Bridge"


def test_an_import_makes_clusters_under_the_names_of_wikipedia(
    folder: Path, tmp_path: Path, tree: Tree
) -> None:
    out = tmp_path / "mine"
    result = CliRunner().invoke(
        app, ["import", "gum", str(folder), "--out", str(out), "--root", str(tree.root)]
    )
    assert result.exit_code == 0, result.output
    new = Tree(out)
    doc = new.article("gum-news-olm").labels
    assert [(e.type, e.mention) for e in doc.entities] == [
        ("PERSON", "name"),
        ("GPE", "name"),
        ("PERSON", "pronoun"),
    ]
    assert [cluster.name for cluster in doc.clusters.values()] == ["Tamsin Orlem (mayor)", "Olm"]
    assert doc.entities[0].cluster == doc.entities[2].cluster is not None
    assert (doc.annotator.id, doc.annotator.kind) == ("gum", "human")
    report = json.loads((out / "import.json").read_text())
    kept = sum(found["count"] for found in report["foreign"].values())
    assert sum(report["marks"].values()) == report["items"] + report["parts"] + kept == 7


def test_other_words_in_the_two_files(folder: Path) -> None:
    path = folder / "conllu" / f"{NAME}.conllu"
    path.write_text(CONLLU.replace("ships", "boats"), "utf-8")
    (found,) = FORMAT.read(folder, KNOWN)
    assert found.text.endswith("She likes ships .")
    assert "differ" in found.notices[-1].reason
    assert found.meta["title"] == "Port shut"


def test_what_is_not_gum(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a folder with GUM's"):
        list(FORMAT.read(tmp_path, KNOWN))
    with pytest.raises(UsageError, match=r"a folder, or a \.tsv or \.conllu file"):
        list(FORMAT.read(tmp_path / "x.txt", KNOWN))
    (tmp_path / "a.conllu").write_text("words\n")
    with pytest.raises(DataError, match=r"a\.conllu line 1: expected ten columns"):
        list(FORMAT.read(tmp_path, KNOWN))
    (tmp_path / "a.conllu").write_text("1\tOlm" + "\t_" * 7 + "\tEntity=9)a\n")
    (found,) = FORMAT.read(tmp_path, KNOWN)
    assert (found.text, found.marks) == ("Olm", [])
    assert "a bracket that closes nothing, left out" in {n.reason for n in found.notices}


MISC = st.sampled_from(["_", "SpaceAfter=No", "Bridge=1<2", "SplitAnte=1<2,<"]) | st.text(
    "()12-ab|", max_size=12
).map("Entity=".__add__)
ROWS = st.tuples(
    st.sampled_from(["1", "2", "1-2", "1.1"]), st.sampled_from(["Olm", " ", "\x00"]), MISC
)
LINES = ROWS.map(lambda r: row(*r)) | st.sampled_from(
    ["\n", "# text = Olm Olm\n", "# newpar\n", "# global.Entity = eid-etype\n", "x\n", "# meta::\n"]
)


@given(st.lists(LINES, max_size=8).map("".join) | st.text())
@law(150)
def test_anything_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: str) -> None:
    path = tmp_path_factory.mktemp("gum") / "GUM_x.conllu"
    path.write_bytes(raw.encode("utf-8", "surrogatepass"))
    try:
        list(FORMAT.read(path, KNOWN))
    except DataError:
        return


def test_a_conllu_file_of_several_documents(tmp_path: Path) -> None:
    other = CONLLU.replace(NAME, "GUM_interview_hinot").replace("genre = news", "genre = interview")
    (tmp_path / "en_gum-ud-train.conllu").write_text(CONLLU + other, "utf-8")
    one, two = FORMAT.read(tmp_path, KNOWN)
    assert (one.doc_id, two.doc_id) == (NAME, "GUM_interview_hinot")
    assert (one.text, spans(one)) == (two.text, spans(two))
    assert ("genre" in one.meta, two.meta["genre"]) == (False, "interview")


# ── The corpus


@pytest.fixture
def corpus() -> Path:
    shared = shared_folder()
    folder = shared / "real" / "gum" if shared else None
    if folder is None or not folder.is_dir():
        pytest.skip("GUM is not here: set DATELINE_SHARED to a folder with real/gum")
    return folder


def test_every_entity_and_link_of_the_files_is_read(corpus: Path) -> None:
    for found in FORMAT.read(corpus, KNOWN):
        seen: set[tuple[str, str]] = set()
        types: Counter[str] = Counter()
        for line in (corpus / "tsv" / f"{found.doc_id}.tsv").read_text("utf-8").splitlines():
            cells = line.split("\t")
            if not line or line.startswith("#"):
                continue
            for value in cells[3].split("|"):
                label, _, number = value.rstrip("]").partition("[")
                if label != "_":
                    seen.add((label, number or cells[0]))
            types.update(value for value in cells[8].split("|") if value != "_")
        assert Counter(m.label for m in found.marks if m.kind == "relation") == types
        assert Counter(m.label for m in found.marks if m.kind == "span") == Counter(
            label for label, _ in seen
        )


def test_the_texts_are_those_of_the_conllu_files(corpus: Path) -> None:
    for found in FORMAT.read(corpus, KNOWN):
        raw = (corpus / "conllu" / f"{found.doc_id}.conllu").read_text("utf-8")
        sentences = re.findall(r"^# text = (.*)$", raw, re.M)
        assert found.text.replace("\n", " ") == " ".join(sentences)
        assert found.text.count("\n") == raw.count("\n# newpar\n") - 1


def test_links_join_what_the_conllu_files_group(corpus: Path) -> None:
    bare = {found.doc_id: found for found in FORMAT.read(corpus / "conllu", KNOWN)}
    apart: Counter[tuple[str, bool]] = Counter()
    for found in FORMAT.read(corpus, KNOWN):
        other = bare[found.doc_id]
        assert spans(found) == spans(other)
        place = {m.id: (m.label, m.spans[0].start, m.spans[0].end) for m in found.marks if m.spans}
        there = {m.id: (m.label, m.spans[0].start, m.spans[0].end) for m in other.marks if m.spans}
        group = {there[a.ref]: m.id for m in other.marks if m.kind == "group" for a in m.args}
        for mark in found.marks:
            if mark.kind == "relation":
                one, two = (group.get(place[a.ref]) for a in mark.args)
                apart[mark.label.partition(":")[0], one is not None and one == two] += 1
    assert {label for label, same in apart if not same} <= {"bridge", "coref"}
    assert ("bridge", True) not in apart
    assert apart["coref", False] <= 1, "one link of the corpus crosses its groups"


def test_the_corpus_in_one_go(corpus: Path, tmp_path: Path, tree: Tree) -> None:
    out = tmp_path / "gum"

    run("import", "gum", corpus, "--out", out, "--root", tree.root)
    assert "0 errors" in run("validate", out)
    new = Tree(out)
    assert len(dateline.load("documents", "train", root=out)) == 10
    assert new.split(new.meta("gum-news-nasa")) == "test"
    assert len(list(labels_from(new, "adjudicated", []))) == 12
    run("export", "webanno", "--root", out, "--out", tmp_path / "out")
    assert len(list((tmp_path / "out").glob("*.tsv"))) == 12
    report = json.loads((out / "import.json").read_text())
    kept = sum(found["count"] for found in report["foreign"].values())
    assert sum(report["marks"].values()) == report["items"] + report["parts"] + kept
