"""Adding raw articles: all or none, and only what is plain text."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from dateline.errors import DataError, DatelineError, UsageError
from dateline.ingest import add_articles, slug
from dateline.records import ArticleMeta
from dateline.tree import Tree


def meta(**changes: str | None) -> ArticleMeta:
    given: dict[str, str | None] = {
        "doc_id": "",
        "tier": "open",
        "published": "2026-03-09",
        "storyline": "mill",
        "language": "en",
        "licence": "CC-BY-4.0",
        "text_sha256": "",
    }
    return ArticleMeta(**{**given, **changes})  # type: ignore[arg-type]


def snapshot(root: Path) -> dict[str, str]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def written(folder: Path, raw: bytes, name: str = "raw.txt") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def test_an_open_article_is_stored_with_its_hash(tree: Tree, tmp_path: Path) -> None:
    path = written(tmp_path, "Tövin falls\nThe rest.\n\n".encode(), "Tövin Falls (2).txt")
    (added,) = add_articles(tree, [path], meta())
    assert added.doc_id == "tovin-falls-2"
    fresh = Tree(tree.root)
    assert fresh.text(fresh.meta("tovin-falls-2")) == "Tövin falls\nThe rest."
    assert fresh.split(fresh.meta("tovin-falls-2")) == "train"
    assert fresh.text_path("tovin-falls-2").read_bytes().endswith(b"The rest.\n")


def test_an_external_article_leaves_no_word_in_the_tree(tree: Tree, tmp_path: Path) -> None:
    words = b"Nothing of this peculiar sentence may be found in the tree afterwards.\n"
    before = snapshot(tree.root)
    add_articles(tree, [written(tmp_path, words)], meta(tier="external", storyline=None))
    new = set(snapshot(tree.root)) - set(before)
    assert {Path(path).name for path in new} == {"raw.json", "raw.shingles"}
    assert not any(b"peculiar" in Path(path).read_bytes() for path in new)
    assert Tree(tree.root).text(Tree(tree.root).meta("raw")) == words.decode().strip()


BAD = {
    "CRLF": (b"One\r\ntwo\n", "line 1, column 4: expected lines that end with LF alone"),
    "a lone CR": (b"One\rtwo\n", "line 1, column 4: expected lines that end with LF alone"),
    "BOM": (b"\xef\xbb\xbfOne\n", "line 1, column 1: expected no byte order mark"),
    "NUL": (b"One\nt\0wo\n", "line 2, column 2: expected text without NUL"),
    "not UTF-8": (b"caf\xe9\n", "byte 3: expected UTF-8, got byte 0xe9"),
    "not NFC": ("cafe\u0301\n".encode(), "line 1, column 4: expected text in Unicode normal form"),
    "empty": (b"", "expected a text, got nothing"),
    "white space": (b" \n\n", "expected a text, got nothing but white space"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_texts_are_refused_with_their_place(tree: Tree, tmp_path: Path, kind: str) -> None:
    raw, message = BAD[kind]
    good = written(tmp_path, b"A good text.\n", "good.txt")
    before = snapshot(tree.root)
    with pytest.raises(DataError) as caught:
        add_articles(tree, [good, written(tmp_path, raw)], meta())
    assert message in str(caught.value)
    assert caught.value.exit_code == 1
    assert snapshot(tree.root) == before


@pytest.mark.parametrize("kind", ["CRLF", "a lone CR", "BOM", "not NFC"])
def test_what_can_be_mended_is_mended_on_request(tree: Tree, tmp_path: Path, kind: str) -> None:
    (added,) = add_articles(tree, [written(tmp_path, BAD[kind][0])], meta(), rewrite=True)
    text = Tree(tree.root).text(added)
    assert text in ("One\ntwo", "One", "café")


@pytest.mark.parametrize("kind", ["NUL", "not UTF-8", "empty"])
def test_what_cannot_be_mended_is_refused(tree: Tree, tmp_path: Path, kind: str) -> None:
    with pytest.raises(DataError):
        add_articles(tree, [written(tmp_path, BAD[kind][0])], meta(), rewrite=True)


@pytest.mark.parametrize("doc_id", ["../x", "a/b", "a.b", "A", "", "-a", "é"])
def test_an_id_is_no_path(tree: Tree, tmp_path: Path, doc_id: str) -> None:
    path = written(tmp_path, b"Text.\n")
    before = snapshot(tmp_path)
    with pytest.raises(UsageError, match="document id") as caught:
        add_articles(tree, [path], meta(), doc_id=doc_id)
    assert caught.value.exit_code == 2
    assert snapshot(tmp_path) == before


def test_ids_and_texts_come_once(tree: Tree, tmp_path: Path) -> None:
    path = written(tmp_path, b"Text.\n")
    with pytest.raises(DataError, match="one that is not taken, got mill-1"):
        add_articles(tree, [path], meta(), doc_id="mill-1")
    same = written(tmp_path, tree.text_path("mill-1").read_bytes())
    with pytest.raises(DataError, match="not in the corpus, got that of mill-1"):
        add_articles(tree, [same], meta())
    twice = written(tmp_path, b"Text two.\n", "x.txt"), written(tmp_path, b"Text 3.\n", "X.txt")
    with pytest.raises(DataError, match="one that is not taken"):
        add_articles(tree, list(twice), meta())


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "20260309", "2026-3-9", ""])
def test_dates(tree: Tree, tmp_path: Path, day: str) -> None:
    with pytest.raises(UsageError, match="a date as YYYY-MM-DD"):
        add_articles(tree, [written(tmp_path, b"Text.\n")], meta(published=day))


def test_a_storyline_gets_its_split_once(tree: Tree, tmp_path: Path) -> None:
    one = written(tmp_path, b"One.\n", "one.txt")
    two = written(tmp_path, b"Two.\n", "two.txt")
    with pytest.raises(UsageError, match=r"(?s)a storyline of the tree .* got ferry.*--split"):
        add_articles(tree, [one], meta(storyline="ferry"))
    add_articles(tree, [one], meta(storyline="ferry"), new_split="test")
    tree = Tree(tree.root)
    assert tree.split(tree.meta("one")) == "test"
    with pytest.raises(UsageError, match="test, that of ferry, for good"):
        add_articles(tree, [two], meta(storyline="ferry"), new_split="train")
    with pytest.raises(UsageError, match="one of train, validation, test"):
        add_articles(tree, [two], meta(storyline="port"), new_split="dev")
    with pytest.raises(UsageError, match="--storyline"):
        add_articles(tree, [two], meta(storyline="../port"), new_split="test")


def test_nothing_is_added_to_an_installed_wheel(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dateline.tree._CARRIED", tree.root)
    with pytest.raises(DatelineError, match="read-only"):
        add_articles(tree, [written(tmp_path, b"Text.\n")], meta())


def test_slug() -> None:
    assert slug("Ärger am Fluß – Teil 2") == "arger-am-flu-teil-2"
    assert len(slug("x" * 200)) == 80
