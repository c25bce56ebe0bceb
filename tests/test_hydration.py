"""External texts come in by their hash alone."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from conftest import REPOSITORY, TINY, shared_folder
from dateline.errors import DataError, UsageError
from dateline.hydration import hydrate
from dateline.ingest import add_articles
from dateline.tree import Tree, cached_text


@pytest.fixture
def bare(tree: Tree, own_cache: Path) -> Tree:
    """A tree whose external text was not hydrated."""
    for path in (own_cache / "texts").iterdir():
        path.unlink()
    return tree


RAW = (TINY / "away-1.txt").read_bytes()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(RAW, id="as it is"),
        pytest.param(RAW.rstrip(b"\n"), id="no newline at the end"),
        pytest.param(RAW + b"\n\n", id="more newlines"),
        pytest.param(RAW.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(b"\xef\xbb\xbf" + RAW, id="BOM"),
    ],
)
def test_a_copy_is_matched(bare: Tree, tmp_path: Path, raw: bytes) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_bytes(raw)
    ((_, meta),) = hydrate(bare, [copy])
    assert meta.doc_id == "away-1"
    assert bare.text(meta) == RAW.decode().rstrip("\n")


LONG = " ".join(f"Word{n}" for n in range(1, 41)) + ".\n"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("Word30", "word30", "it differs in capitals, punctuation, spacing or length alone"),
        ("Word30", "Word3O", "it first differs at its word 30"),
        ("Word5", "Wörd5", "it first differs within its first 8 words"),
    ],
)
def test_a_text_with_one_change_is_refused_and_its_place_told(
    bare: Tree, tmp_path: Path, own_cache: Path, old: str, new: str, place: str
) -> None:
    text = tmp_path / "long.txt"
    text.write_text(LONG)
    given = bare.meta("away-1")
    add_articles(bare, [text], msgspec.structs.replace(given, doc_id="", text_sha256=""))
    for path in (own_cache / "texts").iterdir():
        path.unlink()
    text.write_text(LONG.replace(f"{old} ", f"{new} "))
    with pytest.raises(DataError) as caught:
        hydrate(Tree(bare.root), [text])
    assert "It resembles long" in str(caught.value)
    assert place in str(caught.value)
    assert list((own_cache / "texts").iterdir()) == []


def test_all_or_none(bare: Tree, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Quite another text.\n")
    with pytest.raises(DataError, match=r"other.txt: expected the text of .* \(away-1\), got SHA"):
        hydrate(bare, [TINY / "away-1.txt", other])
    assert cached_text(bare.meta("away-1")) is None


@pytest.mark.parametrize(
    ("raw", "message"),
    [(b"\xff\xfe", "expected UTF-8"), (b"a\0b", "without NUL"), (b"", "expected a text")],
)
def test_what_is_no_text(bare: Tree, tmp_path: Path, raw: bytes, message: str) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(raw)
    with pytest.raises(DataError, match=message):
        hydrate(bare, [bad])


def test_a_missing_file(bare: Tree, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.txt: expected a readable file"):
        hydrate(bare, [tmp_path / "absent.txt"])


def test_a_cached_text_that_was_changed_is_not_trusted(tree: Tree, own_cache: Path) -> None:
    (path,) = (own_cache / "texts").iterdir()
    path.write_text("Something else.\n")
    with pytest.raises(DataError, match="Hydrate it again"):
        tree.article("away-1")


def test_the_seed_text(tmp_path: Path) -> None:
    """The first external article: accepted as it is, refused with one character changed."""
    shared = shared_folder()
    if shared is None or not (shared / "seed").is_dir():
        pytest.skip("the seed text is not here: set DATELINE_SHARED to a folder with seed/")
    seed = shared / "seed" / "afghanistan-2021-08-12.txt"
    ((_, meta),) = hydrate(Tree(REPOSITORY), [seed])
    assert meta.doc_id == "afghanistan-2021-08-12"
    text = seed.read_text(encoding="utf-8")
    changed = tmp_path / "changed.txt"
    for at in range(0, len(text), 211):
        other = "x" if text[at] != "x" else "y"
        changed.write_text(text[:at] + other + text[at + 1 :], encoding="utf-8")
        with pytest.raises(DataError, match="It resembles afghanistan-2021-08-12"):
            hydrate(Tree(REPOSITORY), [changed])
