"""What holds of every format: reading what is written gives exactly what the format keeps."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given

from conftest import REPOSITORY
from dateline.derived import Article
from dateline.errors import UsageError
from dateline.formats import format_names
from dateline.formats.native import to_standoff
from dateline.formats.registry import find_format, formats_written
from dateline.formats.standoff import StandOff, ordered
from dateline.formats.table import PAGE, carried_table, sample, stale_page
from dateline.generated.markers import BLOCK
from dateline.tree import Tree
from marks import round_trip, standoffs
from strategies import SCHEME, articles, law

FORMATS = [find_format(name) for name in formats_written()]
every_format = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)


def test_formats_are_found_by_their_names() -> None:
    assert {"brat", "quoted"} <= set(format_names())
    for name in format_names():
        form = find_format(name)
        assert form.name == name
        assert form.title
        assert (form.write is None) == (form.kept is None)
    with pytest.raises(UsageError, match="Did you mean brat"):
        find_format("brta")


@pytest.fixture(scope="module")
def corpus() -> list[StandOff]:
    tree = Tree(REPOSITORY)
    found = [tree.article(doc_id) for doc_id in tree.labelled()]
    return [to_standoff(article, SCHEME) for article in found if article.meta.tier == "open"]


@every_format
def test_the_corpus_survives(form, corpus: list[StandOff], tmp_path: Path) -> None:
    assert len(corpus) > 100
    assert round_trip(form, corpus, tmp_path) == [form.kept(one, SCHEME) for one in corpus]


@every_format
def test_every_document_survives(form) -> None:
    @given(articles())
    @law(60)
    def holds(article: Article) -> None:
        given_ = to_standoff(article, SCHEME)
        with tempfile.TemporaryDirectory() as folder:
            assert round_trip(form, [given_], Path(folder)) == [form.kept(given_, SCHEME)]

    holds()


@every_format
def test_any_marks_survive_as_far_as_they_are_kept(form) -> None:
    @given(standoffs())
    @law(80)
    def holds(standoff: StandOff) -> None:
        with tempfile.TemporaryDirectory() as folder:
            assert round_trip(form, [standoff], Path(folder)) == [form.kept(standoff, SCHEME)]

    holds()


@every_format
def test_what_is_kept_is_kept_again(form) -> None:
    once = form.kept(sample(), SCHEME)
    assert form.kept(once, SCHEME) == once
    assert once.marks == ordered(once.marks)


@every_format
def test_a_name_that_is_no_id_becomes_no_path(form) -> None:
    from dateline.errors import DataError

    stray = StandOff(doc_id="../stray", text="Olm.", annotator=sample().annotator)
    with pytest.raises(DataError, match="doc_id"):
        list(form.write([stray], SCHEME))


def test_the_page_says_what_each_format_carries() -> None:
    page = (REPOSITORY / PAGE).read_text("utf-8")
    block = next(match for match in BLOCK.finditer(page) if match["name"] == "carried")
    assert carried_table(SCHEME) in block[0]
    assert stale_page(Tree(REPOSITORY)) == {}
    for name in format_names():
        assert f"`{name}`" in page
