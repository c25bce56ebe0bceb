"""Answers of the server on disk: whole, or known to be cut; and what is read of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dateline.errors import DataError
from dateline.studio.snapshots import kept, read_page, read_snapshot, snapshots

PAGES = [b'{"users":[{"id":3,"email":"a@b.example"}]}', b'{"tasks":[{"id":1},\n{"id":2}]}', b"[]"]


def saved(folder: Path, pages: list[bytes] = PAGES) -> Path:
    assert [page for page, _ in kept(iter(pages), folder, "full")] == pages
    (path,) = snapshots(folder)
    return path


def test_answers_are_kept_as_they_came(tmp_path: Path) -> None:
    path = saved(tmp_path / "snapshots")
    assert [json.loads(page) for page in read_snapshot(path)] == [json.loads(p) for p in PAGES]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.name.endswith("-full.jsonl.gz")


def test_an_answer_is_on_disk_before_it_is_used(tmp_path: Path) -> None:
    pages = kept(iter(PAGES), tmp_path, "full")
    next(pages)
    (part,) = tmp_path.glob("*.part")
    with pytest.raises(EOFError), gzip.open(part) as file:
        assert file.readline().rstrip() == PAGES[0]
        file.read()
    pages.close()


def test_nothing_asked_leaves_nothing(tmp_path: Path) -> None:
    assert list(kept(iter(()), tmp_path, "changed")) == []
    assert list(tmp_path.iterdir()) == []


def test_a_failure_of_the_server_is_raised_and_what_came_stays(tmp_path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield PAGES[0]
        raise DataError("server", "an answer", "none")

    pages = kept(failing(), tmp_path, "full")
    assert next(pages)[0] == PAGES[0]
    with pytest.raises(DataError, match="an answer"):
        next(pages)
    assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
    assert snapshots(tmp_path) == []


def test_a_snapshot_cut_anywhere_gives_no_answer_at_all(tmp_path: Path) -> None:
    path = saved(tmp_path)
    raw = path.read_bytes()
    for length in range(len(raw)):
        path.write_bytes(raw[:length])
        with pytest.raises(DataError, match="a whole snapshot"):
            next(read_snapshot(path))


def test_a_damaged_snapshot_gives_no_answer_at_all(tmp_path: Path) -> None:
    path = saved(tmp_path)
    raw = path.read_bytes()
    for at in range(10, len(raw)):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :])
        try:
            found = list(read_snapshot(path))
        except DataError:
            continue
        assert found == [page.replace(b"\n", b" ") for page in PAGES]


@pytest.mark.parametrize("raw", [b"", b"no gzip", b"\x1f\x8b"])
def test_what_is_no_snapshot_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(raw)
    for wrong in (path, tmp_path / "gone.gz", tmp_path):
        with pytest.raises(DataError, match="a whole snapshot"):
            list(read_snapshot(wrong))


def test_pages_are_listings_exports_or_accounts() -> None:
    assert read_page(PAGES[0], "x").users == {3: "a@b.example"}
    assert read_page(PAGES[1], "x").tasks == [{"id": 1}, {"id": 2}]
    assert read_page(b'[{"id": 1}]', "x").tasks == [{"id": 1}]


@pytest.mark.parametrize("length", range(len(PAGES[1])))
def test_an_answer_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises(DataError, match=r"server answer 2: expected a whole answer in JSON"):
        read_page(PAGES[1][:length], "server answer 2")


@pytest.mark.parametrize(
    "raw",
    [
        b'{"tasks":["\xff"]}',
        b"[" * 100_000,
        b'{"users":[{"id":"x"}]}',
        b'{"users":5}',
        b'{"tasks":{}}',
        b'{"detail":"no"}',
        b"null",
        b"[" + b"9" * 5000 + b"]",
    ],
)
def test_an_answer_of_another_form_is_refused(raw: bytes) -> None:
    with pytest.raises(DataError):
        read_page(raw, "x")


def test_one_bad_task_does_not_hide_the_others() -> None:
    page = read_page(b'{"tasks":[{"id":1,"data":"\\ud83d"},{"id":2,"x":NaN},{"id":3}]}', "x")
    assert [task["id"] for task in page.tasks] == [1, 2, 3]
