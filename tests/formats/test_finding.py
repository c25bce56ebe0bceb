"""The files below a folder, for every format alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from dateline.errors import DataError, UsageError
from dateline.formats.finding import below, ends_in, files_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "labels"
    (place / "b" / "c").mkdir(parents=True)
    (place / ".git").mkdir()
    (place / "folder.txt").mkdir()
    for name in ("b.txt", "b/c/a.TXT", "b/x.md", "a.txt", ".a.txt", ".git/a.txt"):
        (place / name).write_text("Olm\n")
    return place


def test_they_are_sorted_in_all_folders_without_the_hidden_ones(folder: Path) -> None:
    assert below(folder, ends_in([".txt"])) == ["a.txt", "b.txt", "b/c/a.TXT"]
    assert below(folder, {"x.md"}.__contains__) == ["b/x.md"]
    assert list(files_of(folder, [".md"])) == [("b/x.md", folder / "b" / "x.md")]


def test_a_link_leads_nowhere_else(folder: Path, tmp_path: Path) -> None:
    (folder / "b" / "here.md").symlink_to(folder / "a.txt")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (folder / "away.md").symlink_to(tmp_path, target_is_directory=True)
    assert below(folder, ends_in([".md"])) == ["b/here.md", "b/x.md"]
    (tmp_path / "secret.md").write_text("Hinot\n")
    (folder / "b" / "z.md").symlink_to(tmp_path / "secret.md")
    assert below(folder, ends_in([".txt"])) == ["a.txt", "b.txt", "b/c/a.TXT"]
    with pytest.raises(DataError, match=r"b/z\.md: expected a file of the folder"):
        below(folder, ends_in([".md"]))


@pytest.mark.parametrize("target", ["nothing.md", "circle.md"])
def test_a_link_to_nothing_is_refused(folder: Path, target: str) -> None:
    (folder / "circle.md").symlink_to(folder / target)
    with pytest.raises(DataError, match=r"circle\.md: expected a file of the folder"):
        below(folder, ends_in([".md"]))


def test_a_folder_that_is_itself_a_link_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    (folder / "in.md").symlink_to(folder / "b" / "x.md")
    assert below(tmp_path / "link", ends_in([".md"])) == ["b/x.md", "in.md"]


def test_one_file_or_what_is_wrong(folder: Path, tmp_path: Path) -> None:
    assert list(files_of(folder / "a.txt", [".txt"])) == [("a.txt", folder / "a.txt")]
    assert list(files_of(folder / "a.txt", [".md"], any_alone=True)) == [
        ("a.txt", folder / "a.txt")
    ]
    with pytest.raises(UsageError, match=r"a file that ends in \.md, got a\.txt"):
        list(files_of(folder / "a.txt", [".md"]))
    with pytest.raises(UsageError, match=r"a folder, or a file, got nothing"):
        list(files_of(tmp_path / "none", [".md"], any_alone=True))
    with pytest.raises(DataError, match=r"a folder with files that end in \.a, \.b, got none"):
        list(files_of(folder, {".b", ".a"}))
