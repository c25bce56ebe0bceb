"""Two versions side by side: releases, the tree, copies, bad ones too; and the reports."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from conftest import REPOSITORY
from dateline.agreement.dropped import dropped
from dateline.cli import app
from dateline.errors import DataError, UsageError
from dateline.records import canonical
from dateline.releases.build import build
from dateline.releases.difference import rows
from dateline.releases.difference.changes import ArticleChange, Summary
from dateline.releases.difference.diff import Diff, summary
from dateline.releases.difference.reports import html, text
from dateline.releases.difference.reports.sample import sampled
from dateline.releases.difference.sides import find_side
from dateline.tree import Tree

replace = msgspec.structs.replace


def differing(tree: Tree, a: object, b: object) -> tuple[list[ArticleChange], Summary]:
    diff = Diff(find_side(str(a), tree), find_side(str(b), tree))
    return list(diff), summary(diff)


@pytest.fixture
def built(tree: Tree) -> Path:
    build(tree, tree.root / "build")
    return tree.root / "build"


def edit(tree: Tree, doc_id: str, **changes: Any) -> None:
    """Change fields of an article's first event in the tree."""
    doc = tree.article(doc_id).labels
    events = [replace(doc.events[0], **changes), *doc.events[1:]]
    tree.adjudicated_path(doc_id).write_bytes(canonical(replace(doc, events=events)))


def everything(folder: Path, config: str = "documents") -> pa.Table:
    return pa.concat_tables(pq.read_table(p) for p in sorted(folder.glob(f"{config}/*.parquet")))


def written(table: pa.Table, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    return path


def test_a_tree_does_not_differ_from_its_build(tree: Tree, built: Path) -> None:
    for a, b in ((built, "tree"), ("tree", built), (built, built), ("tree", "tree")):
        changes, found = differing(tree, a, b)
        assert changes == []
        assert found.empty
        assert found.articles["same"] == 4


def test_an_edit_of_the_tree_is_the_difference_to_its_build(tree: Tree, built: Path) -> None:
    edit(tree, "mill-1", certainty="probable")
    (article,), found = differing(tree, built, "tree")
    assert (article.doc_id, article.kind, article.split) == ("mill-1", "changed", "train")
    (change,) = article.changes
    assert (change.field, change.before, change.after) == ("certainty", "certain", "probable")
    assert found.counts == {"events": {"changed": {"ASSAULT": 1}}}
    assert found.fields == {"events": {"certainty": 1}}
    other = tree.root / "other"
    build(tree, other)
    assert differing(tree, built, other)[0] == [article], "built, it is the same difference"


def test_articles_come_and_go(tree: Tree, built: Path) -> None:
    tree.adjudicated_path("toll-1").unlink()
    (article,), found = differing(tree, built, "tree")
    assert (article.doc_id, article.kind) == ("toll-1", "withdrawn")
    assert found.articles["withdrawn"] == 1
    assert found.counts["articles"] == {"withdrawn": {"validation": 1}}
    assert found.labels["withdrawn"]["entities"] > 0
    assert "entities" not in found.counts, "labels of a withdrawn article are counted apart"
    (article,), found = differing(tree, "tree", built)
    assert (article.kind, found.labels["added"]) == (
        "added",
        differing(tree, built, "tree")[1].labels["withdrawn"],
    )


def test_an_article_in_another_split(tree: Tree, built: Path) -> None:
    copy = tree.root / "copy"
    table = everything(built)
    written(table.filter(pc.field("doc_id") != "mill-1"), copy / "test-0.parquet")
    written(table.filter(pc.field("doc_id") == "mill-1"), copy / "documents/validation/0.parquet")
    changes, found = differing(tree, built, copy)
    moved = {c.doc_id: (c.changes[0].before, c.changes[0].after) for c in changes}
    assert moved == {"mill-1": ("train", "validation"), "toll-1": ("validation", "test")}
    assert found.articles["moved"] == 2
    assert found.notes == [
        f"{copy} has no articles of the split external: 1 of the other side not compared"
    ]


def test_a_copy_of_one_split_or_of_no_known_one(tree: Tree, built: Path) -> None:
    (train,) = (built / "documents").glob("train-*.parquet")
    changes, found = differing(tree, built, train)
    assert changes == []
    assert found.articles["same"] == 1
    assert len(found.notes) == 3
    nameless = written(everything(built), tree.root / "x.parquet")
    changes, found = differing(tree, built, nameless)
    assert changes == []
    assert found.articles["same"] == 3
    edit(tree, "mill-1", polarity="negative")
    assert [c.doc_id for c in differing(tree, nameless, "tree")[0]] == ["mill-1"]


def test_a_copy_of_other_types_without_names_and_in_another_order(tree: Tree, built: Path) -> None:
    table = everything(built)
    table = table.take(pa.array([2, 0, 1])).replace_schema_metadata(None)
    wide = table.schema.set(0, pa.field("doc_id", pa.large_string()))
    copy = written(table.cast(wide), tree.root / "copy" / "test.parquet")
    changes, found = differing(tree, built, copy)
    assert {c.kind for a in changes for c in a.changes} == {"moved"}, "all are said to be in test"
    assert any("no names of labels in test.parquet" in note for note in found.notes)
    assert found.schema == []


def test_labels_by_name_whatever_their_numbers(tree: Tree, built: Path) -> None:
    """A copy with its label table turned round, and its numbers with it, means the same."""
    table = everything(built)
    info = json.loads(table.schema.metadata[b"huggingface"])
    names = info["info"]["features"]["status"]["names"]
    info["info"]["features"]["status"]["names"] = names[::-1]
    at = table.schema.get_field_index("status")
    turned = pc.subtract(pa.scalar(len(names) - 1), table["status"])
    table = table.set_column(at, table.schema.field("status"), turned)
    table = table.replace_schema_metadata({"huggingface": json.dumps(info)})
    copy = written(table, tree.root / "copy.parquet")
    changes, found = differing(tree, built, copy)
    assert changes == []
    assert [(c.column, c.kind) for c in found.schema] == [("status", "labels changed")]
    wrong = everything(built).replace_schema_metadata({"huggingface": json.dumps(info)})
    changes, _ = differing(tree, built, written(wrong, tree.root / "wrong.parquet"))
    assert {c.changes[0].field for c in changes} == {"status"}, "numbers kept, names turned"


def test_a_column_that_is_gone_is_said_once(tree: Tree, built: Path) -> None:
    copy = written(everything(built).drop_columns(["title"]), tree.root / "copy.parquet")
    changes, found = differing(tree, built, copy)
    assert changes == []
    assert [(c.column, c.kind) for c in found.schema] == [("title", "column removed")]


def many(table: pa.Table, count: int) -> pa.Table:
    """The rows repeated under ids in no order."""
    one = pa.concat_tables([table] * (count // len(table) + 1)).slice(0, count)
    ids = pa.array([f"made-{i * 7919 % count:05d}" for i in range(count)])
    return one.set_column(0, one.schema.field(0), ids).combine_chunks()


def test_rows_in_no_order_are_sorted_aside(
    tree: Tree, built: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rows, "_PART", 100_000)
    monkeypatch.setattr(rows, "_RUNS", 3)
    monkeypatch.setattr(rows, "_BATCH", 8)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    table = many(everything(built), 600)
    one = written(table, tree.root / "one" / "a.parquet")
    parts = tree.root / "parts"
    for number in range(6):
        written(table.slice(number * 100, 100).sort_by("doc_id"), parts / f"{number}.parquet")
    assert [row.doc_id for row in find_side(str(one), tree).rows()] == sorted(table[0].to_pylist())
    changes, found = differing(tree, one, parts)
    assert changes == []
    assert found.articles["same"] == 600
    assert [p for p in tmp_path.iterdir() if p.name.startswith("dateline-")] == []


def test_an_article_twice_is_refused(tree: Tree, built: Path) -> None:
    table = everything(built)
    for n, rows_of in enumerate(([table, table.slice(0, 1)], [table.slice(1), table.slice(1)])):
        copy = tree.root / f"copy-{n}"
        for number, part in enumerate(rows_of):
            written(part, copy / f"{number}.parquet")
        with pytest.raises(DataError, match=r"every article once, got .* twice"):
            differing(tree, built, copy)


def test_what_is_no_side(tree: Tree, built: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="tree, a release"):
        find_side("9.9.9", tree)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="an article a row"):
        find_side(str(tmp_path / "empty"), tree)
    (events,) = (built / "events").glob("train-*.parquet")
    with pytest.raises(DataError, match=r"no column tier"):
        find_side(str(events), tree)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 no Parquet")
    with pytest.raises(DataError, match="readable Parquet"):
        find_side(str(broken), tree)
    next((built / "documents").glob("train-*.parquet")).unlink()
    with pytest.raises(DataError, match="readable Parquet"):
        find_side(str(built), tree)


def test_a_dropped_label_has_the_reason_of_its_decision() -> None:
    tree = Tree(REPOSITORY)
    found = {doc_id: dropped(tree, doc_id) for doc_id in tree.labelled()[:60]}
    reasons = [trace for places in found.values() for trace in places.values()]
    assert any((x.decision or "").startswith("presence: ") for x in reasons), "by a case"
    assert {x.kind for x in reasons} == {"model"}


def test_an_amendment_gives_its_reason(tree: Tree) -> None:
    """With no pass at hand the cases are not known, and amendments are."""
    path = tree.decisions_path("mill-1")
    path.parent.mkdir(parents=True)
    path.write_text(
        "doc mill-1\npasses ana=00 ben=00\nby cleo human\n"
        'amend stance "terror group"@5 drop   its name in that country\n'
        'amend event "Shelling"@1 type=AID   of another kind\n'
    )
    stance = tree.article("mill-1").stances[1]
    ((place, trace),) = dropped(tree, "mill-1").items()
    assert place == ("stances", stance.start, stance.end)
    assert (trace.decision, trace.reason) == ("drop", "its name in that country")
    assert (trace.by, trace.kind) == ("cleo", "human")
    assert dropped(tree, "toll-1") == {}, "nobody has decided anything"


def test_the_tree_against_the_first_release() -> None:
    tree = Tree(REPOSITORY)
    diff = Diff(find_side("0.1.0", tree), find_side("tree", tree), lambda d: dropped(tree, d))
    changes = [change for article in diff for change in article.changes]
    found = summary(diff)
    assert found.articles["withdrawn"] == found.articles["moved"] == found.articles["text"] == 0
    assert found.articles["added"] > 100
    labels = [change for change in changes if change.layer != "articles"]
    assert all(change.sentence or change.was is None for change in labels if change.now)
    assert any(change.reason for change in labels if change.kind == "removed")
    assert any(change.reason for change in labels if change.kind == "changed")


def run(*arguments: str, root: Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["diff", *arguments, "--root", str(root)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_the_command(tree: Tree, built: Path, tmp_path: Path) -> None:
    code, said = run(str(built), "tree", "--exit-code", root=tree.root)
    assert (code, "no difference by meaning" in said) == (0, True)
    edit(tree, "mill-1", type="COERCE", mode="restrict")
    code, said = run(str(built), "tree", root=tree.root)
    assert code == 0
    assert "│ [Shelling] near Dorrek mill" in said
    assert "retyped: ASSAULT/heavy-weapons → COERCE/restrict" in said
    assert run(str(built), "tree", "--exit-code", root=tree.root)[0] == 1
    code, said = run(str(built), "tree", "--format", "json", root=tree.root)
    read = json.loads(said)
    assert read["articles"][0]["changes"][0]["kind"] == "retyped"
    assert read["summary"]["counts"] == {"events": {"retyped": {"COERCE": 1}}}
    page = tmp_path / "page.html"
    run(str(built), "tree", "--format", "html", "--out", str(page), root=tree.root)
    assert "<mark>Shelling</mark> near Dorrek mill" in page.read_text(encoding="utf-8")


def test_a_failure_leaves_the_file_as_it_was(tree: Tree, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "diff.json"
    out.write_text("before")
    table = everything(built)
    copy = written(pa.concat_tables([table, table]), tree.root / "copy.parquet")
    done = CliRunner().invoke(
        app,
        [
            "diff",
            str(copy),
            "tree",
            "--format",
            "json",
            "--out",
            str(out),
            "--root",
            str(tree.root),
        ],
    )
    assert isinstance(done.exception, DataError)
    assert out.read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["diff.json", "tree"]


@pytest.mark.parametrize("limit", [0, 1, 5, 12, 1000])
def test_what_is_not_shown_is_counted(limit: int) -> None:
    tree = Tree(REPOSITORY)
    sample = sampled(Diff(find_side("0.1.0", tree), find_side("tree", tree)), limit)
    whole = [
        a for a in Diff(find_side("0.1.0", tree), find_side("tree", tree)) if a.kind == "changed"
    ]
    shown = sum(len(article.changes) for article in sample.articles)
    assert shown <= limit
    assert shown + sample.hidden_changes == sum(len(article.changes) for article in whole)
    assert len(sample.articles) + sample.hidden_articles == len(whole)
    assert shown == min(limit, shown + sample.hidden_changes)
    lines = "\n".join(text(sample))
    assert ("not shown here" in lines) == bool(sample.hidden_changes)
    assert re.search(r"<script|https?://", html(sample)) is None


def test_a_page_escapes_what_it_quotes(tree: Tree, built: Path) -> None:
    copy = tree.root / "copy"
    shutil.copytree(built, copy)
    doc = tree.meta("mill-1")
    tree.meta_path("mill-1").write_bytes(canonical(replace(doc, outlet="<b>x</b>")))
    page = html(sampled(Diff(find_side(str(copy), tree), find_side("tree", tree)), 10))
    assert "&lt;b&gt;x" in page
    assert "<b>x" not in page
