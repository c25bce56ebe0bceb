"""The catalogue of codes: complete, explained, and what incidents take from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dateline
from dateline.checks.catalogue import CATALOGUE, incident

PACKAGE = Path(dateline.__file__).parent


def codes_in(path: Path) -> set[str]:
    return set(re.findall(r"DL\d{3}", path.read_text(encoding="utf-8")))


def test_the_catalogue_holds_the_codes_that_checks_raise_and_no_others() -> None:
    catalogue = PACKAGE / "checks" / "catalogue.py"
    raised = {
        code for path in PACKAGE.rglob("*.py") if path != catalogue for code in codes_in(path)
    }
    assert codes_in(PACKAGE / "checks" / "document.py") <= set(CATALOGUE)
    assert raised == set(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_says_what_why_and_how_to_mend(code: str) -> None:
    entry = CATALOGUE[code]
    assert re.fullmatch(r"DL[1-6]\d\d", code)
    assert entry.title[0].islower()
    assert not entry.title.endswith(".")
    assert all(re.fullmatch(r"[A-Z`].{10,}\.", words) for words in (entry.why, entry.mend))


def test_no_two_codes_are_the_same() -> None:
    assert list(CATALOGUE) == sorted(CATALOGUE)
    assert len({entry.title for entry in CATALOGUE.values()}) == len(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_an_incident_takes_title_and_severity_from_its_code(code: str) -> None:
    found = incident(code, "d.json $.scheme", "1.0", "0.9", (3, 5))
    assert (found.code, found.message) == (code, CATALOGUE[code].title)
    assert found.severity == CATALOGUE[code].severity
    assert str(found) == f"d.json $.scheme: {code} expected 1.0, got 0.9"
    assert found.span == (3, 5)


def test_a_missing_wanted_role_is_only_a_warning() -> None:
    assert CATALOGUE["DL404"].severity == "warning"
    assert CATALOGUE["DL401"].severity == "error"
