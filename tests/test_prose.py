"""README.md and DATASHEET.md: every figure of the corpus in their sentences is generated."""

from __future__ import annotations

import re

import pytest

from conftest import REPOSITORY
from dateline.generated.markers import BLOCK, NUMBER

PAGES = ("README.md", "DATASHEET.md")
WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    "seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|"
    "thousand|dozen"
)
FIGURE = re.compile(rf"\d|(?i:\b(?:{WORDS})\b)")

NO_PROSE = (
    re.compile(r"\A---\n.*?\n---\n", re.S),  # the card
    BLOCK,
    NUMBER,
    re.compile(r"^```.*?^```", re.S | re.M),
    re.compile(r"`[^`]+`"),
    re.compile(r"!?\[[^\]]*\]\([^)]*\)"),
)

ALLOWED = (
    # Names of things that have a digit in them.
    r"CC BY 4\.0",
    r"SHA-256",
    r"UTF-8",
    r"\bF1\b",
    r"PLOVER 2\b",
    r"Python 3\.\d+",
    r"scheme\.yaml`?, version \d+\.\d+|, version \d+\.\d+",
    r"re3d",
    # Years and days.
    r"\b\d{1,2} [A-Z][a-z]+ 20\d\d\b",
    r"\b[A-Z][a-z]+ 20\d\d\b",
    r"64\(12\), 2021",
    # Where to read in a page.
    r"^## \d\.",
    r"\(sections 3 and 4\)",
    r"seven sections",
    r"Two comparisons",
    # Other corpora, as published.
    r"a corpus of 1,008 US news articles",
    # Rules, and what the scheme and the work are by design.
    r"four layers|all four",
    r"run of 12 words",
    r"No two articles",
    r"on two sides",
    r"two copies of one reader",
    r"two passes into one answer",
    r"Exit codes: 0 fine, 1 the data falls short, 2 wrong use",
)


def unexplained(text: str) -> list[str]:
    """Lines of prose with a figure that is neither generated, code, a link nor allowed."""
    for pattern in NO_PROSE:
        text = pattern.sub(" ", text)
    for phrase in ALLOWED:
        text = re.sub(phrase, " ", text, flags=re.M)
    return [line for line in text.splitlines() if FIGURE.search(line)]


@pytest.mark.parametrize("name", PAGES)
def test_no_figure_is_written_by_hand(name: str) -> None:
    assert unexplained((REPOSITORY / name).read_text(encoding="utf-8")) == []


def test_nothing_is_allowed_in_vain() -> None:
    """An allowance that no page needs could let a figure through."""
    texts = "\n".join((REPOSITORY / page).read_text(encoding="utf-8") for page in PAGES)
    for pattern in NO_PROSE:
        texts = pattern.sub(" ", texts)
    assert [phrase for phrase in ALLOWED if not re.search(phrase, texts, re.M)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("There are 24 storylines.", 1),
        ("Eight articles have misprints.", 1),
        ("About 7% of them.", 1),
        ("There are <!-- n: storylines -->24<!-- /n --> storylines.", 0),
        ("<!-- generated: figures -->\n| 24 |\n<!-- /generated -->\n", 0),
        ("`[:60]`, [part 2](page.md#4-two), SHA-256.", 0),
        ("There are 24 storylines, `[:60]` and SHA-256.", 1),
    ],
)
def test_what_counts_as_written_by_hand(text: str, found: int) -> None:
    assert len(unexplained(text)) == found
