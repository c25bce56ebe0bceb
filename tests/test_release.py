"""Releasing: what is refused changes nothing, and what is released tells the truth."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import yaml

import dateline
from broken import copy_article, edit, relabel, rewrite_parquet
from dateline.checks import suite
from dateline.checks.verifying import verify
from dateline.errors import DataError, DatelineError, DatelineWarning, UsageError
from dateline.files import Staged, locked
from dateline.generated.files import stale
from dateline.manifest import (
    anchors,
    encode_manifest,
    manifest_digest,
    read_manifest,
)
from dateline.releases import release as releasing
from dateline.releases.build import build
from dateline.releases.telling import GENERATED
from dateline.tree import Tree
from released import FIRST, SECOND, commit, enter, everything, freeze, git
from test_cli import dateline as run
from test_cli import in_process

Change = Callable[[Tree], object]


def refused(tree: Tree, version: str, day: str, error: type[DatelineError], words: str) -> None:
    """A release is refused in these words, and not one byte of the tree or of Git has changed."""
    before = everything(tree.root)
    with pytest.raises(error) as caught:
        freeze(tree, version, day)
    assert words in str(caught.value)
    assert everything(tree.root) == before


# ── What is refused


def an_unknown_label(tree: Tree) -> None:
    path = tree.adjudicated_path("mill-1")
    path.write_text(path.read_text().replace('"ASSAULT"', '"PARADE"', 1))
    commit(tree)


def a_change_that_is_not_committed(tree: Tree) -> None:
    path = tree.adjudicated_path("mill-1")
    path.write_text(path.read_text().replace('"JRN"', '"MED"', 1))


def a_file_that_git_does_not_know(tree: Tree) -> None:
    (tree.root / "corpus" / "world" / "notes.txt").write_text("Ask Ben.\n")


def a_file_named_like_a_generated_one(tree: Tree) -> None:
    (tree.root / "README.md.orig").write_text("An old one.\n")


def labels_that_git_was_told_to_ignore(tree: Tree) -> None:
    name = tree.where(tree.adjudicated_path("toll-1"))
    (tree.root / ".git" / "info" / "exclude").write_text(f"{name}\n")
    git(tree.root, "rm", "--quiet", "--cached", name)
    git(tree.root, "commit", "--quiet", "--message", "Forgotten")
    assert git(tree.root, "status", "--porcelain") == ""


def no_git(tree: Tree) -> None:
    shutil.rmtree(tree.root / ".git")


def nothing_new(tree: Tree) -> None:
    git(tree.root, "revert", "--no-edit", "HEAD")
    enter(tree)
    commit(tree)


def an_article_more(tree: Tree) -> None:
    copy_article(tree, "mill-1", "mill-2", "mill")
    commit(tree)


def an_article_less(tree: Tree) -> None:
    for folder in ("corpus/articles", "annotations/adjudicated"):
        for path in (tree.root / folder).glob("away-1.*"):
            path.unlink()
    commit(tree)


def no_entry(tree: Tree) -> None:
    edit(tree.root / "CHANGELOG.md", "### In the tree, not yet released\n\n", "")
    commit(tree)


def an_empty_entry(tree: Tree) -> None:
    edit(tree.root / "CHANGELOG.md", "released\n\n- Because somebody asked.\n", "released\n")
    commit(tree)


def no_changelog(tree: Tree) -> None:
    (tree.root / "CHANGELOG.md").unlink()
    commit(tree)


def a_provisional_version(tree: Tree) -> None:
    build(tree, tree.releases / "0.1.1", version="0.1.1", workers=1)
    commit(tree)


def a_frozen_version_that_is_gone(tree: Tree) -> None:
    shutil.rmtree(tree.releases / "0.1.0")


def a_frozen_version_that_was_changed(tree: Tree) -> None:
    path = tree.releases / "0.1.0" / "README.md"
    path.write_text(path.read_text() + "Better.\n")


def a_frozen_version_that_was_rebuilt(tree: Tree) -> None:
    shutil.rmtree(tree.releases / "0.1.0")
    build(tree, tree.root / "aside", version="0.1.0", workers=1)
    (tree.root / "aside").rename(tree.releases / "0.1.0")


def a_datasheet_without_its_blocks(tree: Tree) -> None:
    (tree.root / "DATASHEET.md").write_text("# A datasheet of its own\n")
    commit(tree)


def no_report_of_agreement(tree: Tree) -> None:
    (tree.root / "annotations" / "agreement.json").unlink()
    commit(tree)


def nothing(_: Tree) -> None:
    pass


REFUSALS: list[tuple[Change, str, type[DatelineError], str]] = [
    (an_unknown_label, "0.1.1", DataError, "adjudicated/mill-1.json"),
    (an_unknown_label, "0.1.1", DataError, "expected a tree without errors, got 1 of them"),
    (
        a_change_that_is_not_committed,
        "0.1.1",
        UsageError,
        "everything committed, got changes to annotations/adjudicated/mill-1.json",
    ),
    (a_file_that_git_does_not_know, "0.1.1", UsageError, "changes to corpus/world/notes.txt"),
    (a_file_named_like_a_generated_one, "0.1.1", UsageError, "changes to README.md.orig"),
    (
        labels_that_git_was_told_to_ignore,
        "0.1.1",
        UsageError,
        "changes to annotations/adjudicated/toll-1.json",
    ),
    (no_git, "0.1.1", UsageError, "expected a Git repository with commits, got fatal: not a git"),
    (nothing, "0.1.0", UsageError, f"one that does not exist, got 0.1.0 of {FIRST}"),
    (nothing, "0.0.9", UsageError, "expected 0.1.1 (PATCH: 1 change of entities), got 0.0.9"),
    (nothing, "0.1.2", UsageError, "expected 0.1.1 (PATCH: 1 change of entities), got 0.1.2"),
    (nothing, "0.3.0", UsageError, "expected 0.1.1"),
    (nothing, "2.0.0", UsageError, "expected 0.1.1"),
    (an_article_more, "0.1.1", UsageError, "expected 0.2.0 (MINOR: 1 article added; PATCH"),
    (an_article_less, "0.1.1", UsageError, "expected 0.2.0 (MAJOR: 1 article withdrawn; PATCH"),
    (nothing_new, "0.1.1", UsageError, "something that differs from 0.1.0, got nothing"),
    (no_entry, "0.1.1", DataError, "CHANGELOG.md: expected '### In the tree, not yet released'"),
    (an_empty_entry, "0.1.1", DataError, "released: expected lines on what changed and why"),
    (no_changelog, "0.1.1", DataError, "CHANGELOG.md: expected a readable file"),
    (a_provisional_version, "0.2.0", UsageError, "First: dateline release 0.1.1"),
    (a_frozen_version_that_is_gone, "0.1.0", DataError, "git restore corpus/releases/0.1.0"),
    (a_frozen_version_that_is_gone, "0.1.1", DataError, "releases/0.1.0/manifest.json"),
    (a_frozen_version_that_was_changed, "0.1.1", DataError, "corpus/releases/0.1.0/README.md"),
    (a_frozen_version_that_was_rebuilt, "0.1.0", DataError, "It is frozen. To have it back"),
    (a_frozen_version_that_was_rebuilt, "0.1.1", DataError, "0.1.0/manifest.json"),
    (a_datasheet_without_its_blocks, "0.1.1", DataError, "DATASHEET.md: DL212 expected the block"),
    (no_report_of_agreement, "0.1.1", DataError, "annotations/agreement.json"),
]


@pytest.mark.parametrize(
    ("change", "version", "error", "words"),
    REFUSALS,
    ids=[f"{change.__name__}-{version}-{n}" for n, (change, version, *_) in enumerate(REFUSALS)],
)
def test_a_refusal_says_why_and_changes_nothing(
    ready: Tree,
    monkeypatch: pytest.MonkeyPatch,
    change: Change,
    version: str,
    error: type[DatelineError],
    words: str,
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(ready.root.parent))
    change(ready)
    refused(Tree(ready.root), version, SECOND, error, words)


@pytest.mark.parametrize(
    "version",
    ["1.0", "v0.2.0", "0.2.0 ", " 0.2.0", "0.2.0\n", "0.2.0-rc1", "00.2.0", "", "tree", "0.2.٠"],
)
def test_a_version_is_three_numbers(ready: Tree, version: str) -> None:
    refused(ready, version, SECOND, UsageError, "expected MAJOR.MINOR.PATCH, got")


@pytest.mark.parametrize("version", ["../x", "/tmp/x", "0.1.0/../0.1.1", ".", "..", "a\0b"])
def test_a_version_is_no_path(unreleased: Tree, version: str) -> None:
    """Also where there is no version yet from which the rule could tell the number."""
    refused(unreleased, version, FIRST, UsageError, "expected MAJOR.MINOR.PATCH, got")


@pytest.mark.parametrize("day", ["2026-02-30", "24.12.2026", "tomorrow", "", "2026-12-24T00:00"])
def test_a_date_is_a_day(ready: Tree, day: str) -> None:
    refused(ready, "0.1.1", day, UsageError, "--date: expected a date as 2026-11-30, got")


def test_no_version_is_older_than_the_one_before(ready: Tree) -> None:
    words = f"--date: expected {FIRST} or later, as 0.1.0 was released then, got 2026-11-29"
    refused(ready, "0.1.1", "2026-11-29", UsageError, words)


def test_without_what_draws_figures(ready: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "can_draw", lambda: False)
    refused(ready, "0.1.1", SECOND, UsageError, "pip install 'dateline[plots]'")


def test_without_git_on_the_machine(ready: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    refused(ready, "0.1.1", SECOND, UsageError, "expected Git, to know what is committed, got none")


def test_while_another_release_is_at_work(ready: Tree) -> None:
    with locked(ready.releases, "release"):
        refused(ready, "0.1.1", SECOND, DataError, "expected no other release at work here")


def test_a_frozen_version_is_not_built_over(frozen: Tree) -> None:
    folder = frozen.releases / "0.1.0"
    for there in (True, False):
        if not there:
            shutil.rmtree(folder)
        before = everything(frozen.root)
        with pytest.raises(UsageError, match="expected a folder of no frozen version, got one"):
            build(frozen, folder, version="0.1.0", workers=1)
        assert everything(frozen.root) == before


def test_the_command_says_what_is_wrong_and_exits_with_2(ready: Tree) -> None:
    done = in_process("release", "0.3.0", "--date", SECOND, "--root", ready.root)
    assert done.returncode == 2
    assert done.stderr.startswith("error: version: expected 0.1.1 (PATCH: 1 change of entities)")
    assert done.stdout == ""


# ── A new version


def written(tree: Tree) -> set[str]:
    """The files that are not as they were committed."""
    lines = git(tree.root, "status", "--porcelain", "--untracked-files=all").splitlines()
    return {line[3:] for line in lines}


def sound(tree: Tree, version: str) -> None:
    """Nothing is left to do: all is valid, fresh, proved, and from the release alone."""
    assert not [str(found) for found in suite.validate(tree.root, severity="error", workers=1)]
    assert stale(tree, drawn=True) == {}
    assert verify(version, root=tree.root, rows=True).holds
    assert not list(tree.root.rglob(".*.*.staged-*"))
    assert all(name.startswith(GENERATED) for name in written(tree))


def test_the_first_version(unreleased_once: Path, tmp_path: Path) -> None:
    """With the figures drawn, by the command."""
    shutil.copytree(unreleased_once, tmp_path / "tree")
    tree = Tree(tmp_path / "tree")
    said = run("release", "0.1.0", "--date", FIRST, "--root", tree.root)
    manifest = read_manifest(tree.releases / "0.1.0")
    assert (manifest.version, manifest.provisional, manifest.released, manifest.previous) == (
        "0.1.0",
        False,
        FIRST,
        None,
    )
    digest = manifest_digest(tree.releases / "0.1.0")
    assert anchors(tree.releases) == {"0.1.0": digest}
    changelog = (tree.root / "CHANGELOG.md").read_text()
    assert f"### 0.1.0 ({FIRST})\n\n- Because somebody asked.\n\n<!-- generated" in changelog
    assert digest in changelog
    assert digest in (tree.root / "CITATION.cff").read_text()
    assert json.loads((tree.root / ".zenodo.json").read_text())["publication_date"] == FIRST
    assert "it is the first version" in said
    assert digest in said
    assert "docs/figures/lengths.svg" in said
    assert not (tree.releases / "errata.yaml").exists()
    sound(tree, "0.1.0")
    words = f"one that does not exist, got 0.1.0 of {FIRST}"
    refused(commit(tree), "0.1.0", SECOND, UsageError, words)


def test_a_corrected_label_makes_a_patch_and_an_erratum(ready: Tree) -> None:
    frozen = everything(ready.releases / "0.1.0")
    made = freeze(ready, "0.1.1", SECOND)
    tree = Tree(ready.root)
    assert made.why == ["PATCH: 1 change of entities"]
    assert set(made.written) == {name for name in written(tree) if "/0.1.1/" not in name}
    sound(tree, "0.1.1")
    assert everything(tree.releases / "0.1.0") == frozen, "the version before stays as it was"
    assert read_manifest(made.folder).previous == anchors(tree.releases)["0.1.0"]
    assert yaml.safe_load((tree.releases / "errata.yaml").read_text()) == [
        {
            "version": "0.1.0",
            "state": "erroneous",
            "since": SECOND,
            "text": "1 correction of labels and fields in 1 article: `dateline diff 0.1.0 0.1.1`.",
            "corrected_in": "0.1.1",
        }
    ]
    changelog = (tree.root / "CHANGELOG.md").read_text()
    assert changelog.index(f"### 0.1.1 ({SECOND})") < changelog.index(f"### 0.1.0 ({FIRST})")
    assert "- PATCH: 1 change of entities\n" in changelog
    assert "not yet released" not in changelog
    assert changelog.endswith("## Package\n\n### 9.9.9\n\n- Faster.\n")


@pytest.mark.parametrize("more", [{}, {"split": "train"}, {"streaming": True}, {"format": "arrow"}])
def test_a_corrected_version_warns_once_a_load(ready: Tree, more: dict[str, str]) -> None:
    freeze(ready, "0.1.1", SECOND)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        dateline.load("events", version="0.1.1", root=ready.root, **more)
        assert not [w for w in caught if w.category is DatelineWarning]
        for times in (1, 2):
            dateline.load("events", version="0.1.0", root=ready.root, **more)
            mine = [w for w in caught if w.category is DatelineWarning]
            assert len(mine) == times
    assert str(mine[0].message) == (
        f"Dateline 0.1.0 is erroneous (since {SECOND}): 1 correction of labels and fields in 1 "
        "article: `dateline diff 0.1.0 0.1.1`. Corrected in 0.1.1."
    )
    assert mine[0].filename == __file__, "it points to who loads"


def test_a_larger_step_is_allowed(ready: Tree) -> None:
    assert freeze(ready, "1.0.0", SECOND).why == ["PATCH: 1 change of entities"]
    sound(Tree(ready.root), "1.0.0")


def test_an_added_article_makes_a_minor_version_and_no_erratum(frozen: Tree) -> None:
    copy_article(frozen, "mill-1", "mill-2", "mill")
    enter(frozen)
    tree = commit(frozen)
    assert freeze(tree, "0.2.0", SECOND).why == ["MINOR: 1 article added"]
    assert not (tree.releases / "errata.yaml").exists()
    sound(Tree(tree.root), "0.2.0")


def test_a_withdrawn_article_while_major_is_0(frozen: Tree) -> None:
    an_article_less(frozen)
    enter(frozen)
    tree = commit(frozen)
    made = freeze(tree, "0.2.0", SECOND)
    assert made.why[0] == "MAJOR: 1 article withdrawn"
    assert "while MAJOR is 0" in made.why[-1]
    assert "in 1 article:" in (tree.releases / "errata.yaml").read_text()
    sound(Tree(tree.root), "0.2.0")


def test_one_version_after_the_other(ready: Tree) -> None:
    """Errata add up, the chain goes on, the changelog has the newest first."""
    freeze(ready, "0.1.1", SECOND)
    tree = commit(ready)
    relabel(tree, "mill-1", lambda doc: msgspec.structs.replace(doc, stances=[]))
    enter(tree)
    tree = commit(tree)
    freeze(tree, "0.1.2", "2027-01-02")
    tree = Tree(tree.root)
    sound(tree, "0.1.2")
    errata = yaml.safe_load((tree.releases / "errata.yaml").read_text())
    assert [(one["version"], one["corrected_in"]) for one in errata] == [
        ("0.1.0", "0.1.1"),
        ("0.1.1", "0.1.2"),
    ]
    assert list(anchors(tree.releases)) == ["0.1.0", "0.1.1", "0.1.2"]
    changelog = (tree.root / "CHANGELOG.md").read_text()
    places = [changelog.index(f"### 0.1.{patch} (") for patch in (2, 1, 0)]
    assert places == sorted(places)


# ── A provisional version


def provisional(tree: Tree) -> Tree:
    """0.1.0 as it was built before versions could be frozen, committed."""
    folder = tree.releases / "0.1.0"
    build(tree, folder, version="0.1.0", workers=1)
    for name in ("scheme.yaml", "croissant.json"):
        (folder / name).unlink()
    old = msgspec.structs.replace(read_manifest(folder), format=1, files={})
    (folder / "manifest.json").write_bytes(encode_manifest(old))
    heading = "### 0.1.0 (provisional: it may be rebuilt until it is frozen)"
    path = tree.root / "CHANGELOG.md"
    path.write_text(path.read_text().replace("### In the tree, not yet released", heading))
    enter(tree)
    return commit(tree)


def with_a_label_more(tree: Tree) -> Tree:
    """The scheme with a value inserted before others, and what is generated from it; committed."""
    path = tree.root / "schema" / "scheme.yaml"
    text = path.read_text()
    at = text.index("          against:\n            definition: The holder opposes")
    new = (
        "          wary:\n"
        "            definition: The holder doubts the target.\n"
        '            example: "The abbot [[doubted]] the census."\n'
        "            maps:\n"
        "              departs: none of the others has it\n"
        '            colour: "#edbfe0"\n'
        '            hotkey: "shift+w"\n\n'
    )
    path.write_text(text[:at] + new + text[at:])
    return generated(Tree(tree.root))


def generated(tree: Tree) -> Tree:
    """What `dateline generate` writes, and all of it committed."""
    with Staged() as staged:
        for name, raw in stale(tree).items():
            staged.write(tree.root / name, raw)
    return commit(tree)


def test_a_provisional_version_is_frozen_with_the_rows_and_the_scheme_that_it_had(
    unreleased: Tree,
) -> None:
    scheme = (unreleased.root / "schema" / "scheme.yaml").read_bytes()
    tree = with_a_label_more(provisional(unreleased))
    assert (tree.root / "schema" / "scheme.yaml").read_bytes() != scheme
    folder = tree.releases / "0.1.0"
    before, manifest = everything(folder), read_manifest(folder)
    made = freeze(tree, "0.1.0", FIRST)
    assert made.why == ["it is the provisional version, with the rows that it had"]
    after = everything(folder)
    changed = {name for name in after if before.get(name, b"") != after[name]}
    assert changed == {"README.md", "manifest.json", "scheme.yaml", "croissant.json"}
    assert after["scheme.yaml"] == scheme
    new = read_manifest(folder)
    assert new.configs == manifest.configs
    assert (new.provisional, new.released, new.format) == (False, FIRST, 2)
    assert "provisional" not in (folder / "README.md").read_text()
    changelog = (tree.root / "CHANGELOG.md").read_text()
    assert "provisional" not in changelog
    assert changelog.count("Because somebody asked") == 2, "what waits goes on waiting"
    sound(Tree(tree.root), "0.1.0")


def test_a_scheme_that_no_commit_has(unreleased: Tree) -> None:
    tree = with_a_label_more(provisional(unreleased))
    clone = tree.root.parent / "shallow"
    git(tree.root, "clone", "--quiet", "--depth=1", tree.root.as_uri(), str(clone))
    refused(Tree(clone), "0.1.0", FIRST, DataError, "In a shallow clone: git fetch --unshallow")


def test_a_provisional_version_whose_rows_were_changed(unreleased: Tree) -> None:
    tree = provisional(unreleased)
    (path,) = (tree.releases / "0.1.0" / "events").glob("train*")
    rewrite_parquet(path, lambda table: table.slice(1))
    refused(commit(tree), "0.1.0", FIRST, DataError, f"{tree.where(path)}: expected SHA-256")


def test_a_provisional_version_under_another_name(unreleased: Tree) -> None:
    tree = provisional(unreleased)
    (tree.releases / "0.1.0").rename(tree.releases / "0.2.0")
    edit(tree.root / "CHANGELOG.md", "### 0.1.0 (prov", "### 0.2.0 (prov")
    words = "0.2.0/manifest.json $.version: expected 0.2.0, got 0.1.0"
    refused(commit(tree), "0.2.0", FIRST, DataError, words)


def test_a_provisional_version_keeps_to_the_rule_as_well(ready: Tree) -> None:
    """Nobody gets around the rule by building first."""
    for version in ("0.1.1", "0.3.0"):
        build(ready, ready.releases / version, version=version, workers=1)
    edit(ready.root / "CHANGELOG.md", "In the tree, not yet released", "0.3.0 (provisional)")
    tree = commit(ready)
    words = "expected a frozen version before it, got 0.1.1, provisional\n  First: dateline release"
    refused(tree, "0.3.0", SECOND, UsageError, words)
    shutil.rmtree(tree.releases / "0.1.1")
    tree = commit(tree)
    words = "expected 0.1.1 (PATCH: 1 change of entities), got 0.3.0"
    refused(tree, "0.3.0", SECOND, UsageError, words)
    (tree.releases / "0.3.0").rename(tree.releases / "0.2.0")
    build(tree, tree.releases / "0.2.0", version="0.2.0", workers=1)
    edit(tree.root / "CHANGELOG.md", "0.3.0 (provisional)", "0.2.0 (provisional)")
    tree = commit(tree)
    made = freeze(tree, "0.2.0", SECOND)
    assert made.why[1:] == ["PATCH: 1 change of entities"]
    assert "0.1.0" in (tree.releases / "errata.yaml").read_text()
    assert verify("0.2.0", root=tree.root, rows=True).holds


def test_nothing_is_frozen_behind_a_later_version(ready: Tree) -> None:
    build(ready, ready.releases / "0.0.1", version="0.0.1", workers=1)
    edit(ready.root / "CHANGELOG.md", "In the tree, not yet released", "0.0.1 (provisional)")
    words = "version: expected one after 0.1.0, which is frozen, got 0.0.1"
    refused(commit(ready), "0.0.1", SECOND, UsageError, words)


# ── Errata


@pytest.mark.parametrize("state", ["deprecated", "erroneous"])
def test_errata_by_hand(frozen: Tree, state: str) -> None:
    (frozen.releases / "errata.yaml").write_text(
        f"- {{version: 0.1.0, state: {state}, since: 2026-12-02, text: Use another.}}\n"
        f"- {{version: 0.1.0, state: erroneous, since: 2026-12-03, text: 'E1 is no assault.'}}\n"
    )
    with pytest.warns(DatelineWarning) as caught:
        dateline.load("events", root=frozen.root)
    assert [str(one.message) for one in caught] == [
        f"Dateline 0.1.0 is {state} (since 2026-12-02): Use another.",
        "Dateline 0.1.0 is erroneous (since 2026-12-03): E1 is no assault.",
    ]
    with pytest.warns(DatelineWarning, match="Use another"):
        dateline.document("mill-1", "0.1.0", root=frozen.root)
    assert not list(suite.validate(frozen.root, severity="error", workers=1))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("version: 0.1.0, state: wrong", "'wrong'"),
        ("version: 0.3.0, state: erroneous", "expected one of 0.1.0, got 0.3.0"),
        ("version: 0.1.0, state: erroneous, corrected_in: 0.9.0", "corrected_in"),
        ("version: 0.1.0, state: erroneous, sinse: x", "sinse"),
        ("version: 0.1, state: erroneous", "version"),
    ],
)
def test_errata_at_fault_are_named_and_stop_a_release(ready: Tree, line: str, words: str) -> None:
    path = ready.releases / "errata.yaml"
    path.write_text(f"- {{{line}, since: 2026-12-02, text: Use another.}}\n")
    found = [i for i in suite.validate(ready.root, workers=1) if i.code == "DL609"]
    assert len(found) == 1
    assert "corpus/releases/errata.yaml" in str(found[0])
    assert words in str(found[0])
    refused(commit(ready), "0.1.1", SECOND, DataError, "DL609")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("- {version: 0.1.0, state: erroneous, since: 2026-02-30, text: x}\n", "day is out of"),
        ("version: 0.1.0\n", "errata of the documented form"),
        ("- [\n", "errata.yaml"),
        ("\0", "errata.yaml"),
    ],
)
def test_an_errata_file_of_another_form(frozen: Tree, raw: str, words: str) -> None:
    (frozen.releases / "errata.yaml").write_text(raw)
    found = [i for i in suite.validate(frozen.root, workers=1) if i.code == "DL609"]
    assert len(found) == 1
    assert words in str(found[0])
