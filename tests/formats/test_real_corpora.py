"""The figures of corpora that nobody here made, as docs/exchange.md tells them."""

from __future__ import annotations

import pytest

import real_corpora
from conftest import REPOSITORY, shared_folder
from dateline.formats.table import PAGE
from dateline.tree import Tree


def test_the_page_tells_what_imports_of_real_corpora_give() -> None:
    """After a change: `python tests/real_corpora.py`."""
    shared = shared_folder()
    real = shared / "real" if shared else None
    if real is None or not all((real / c.folder).is_dir() for c in real_corpora.CORPORA):
        pytest.skip("the corpora are not here: set DATELINE_SHARED to a folder with real/")
    page = (REPOSITORY / PAGE).read_text("utf-8")
    assert real_corpora.filled(page, real, Tree(REPOSITORY)) == page


def test_the_page_has_a_column_for_each_corpus() -> None:
    page = (REPOSITORY / PAGE).read_text("utf-8")
    block = real_corpora.BLOCK.search(page)
    assert block is not None
    heads = block[0].splitlines()[1]
    assert [head.strip() for head in heads.strip("|").split("|")][1:] == [
        corpus.title for corpus in real_corpora.CORPORA
    ]
