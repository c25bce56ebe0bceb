"""What an error says, and which exit code it means."""

from __future__ import annotations

import pickle

import pytest

import dateline
from dateline.errors import DataError, DatelineError, UsageError


def test_one_line_names_place_expectation_and_finding() -> None:
    error = DataError("d1.json $.events[3].ref", "the id of an entity", "'T99'")
    assert str(error) == "d1.json $.events[3].ref: expected the id of an entity, got 'T99'"


def test_a_hint_stands_on_a_line_of_its_own() -> None:
    error = DataError("d1.json", "a file", "none", "Near it: d2.")
    assert str(error).split("\n") == ["d1.json: expected a file, got none", "  Near it: d2."]


def test_a_long_finding_is_cut() -> None:
    exact, long = DataError("x", "y", "a" * 200), DataError("x", "y", "a" * 201)
    assert exact.found == "a" * 200
    assert long.found == "a" * 199 + "…"
    assert str(long).endswith("a…")


@pytest.mark.parametrize(("kind", "code"), [(DataError, 1), (UsageError, 2), (DatelineError, 1)])
def test_exit_codes(kind: type[DatelineError], code: int) -> None:
    assert kind("x", "y", "z").exit_code == code
    assert issubclass(kind, DatelineError)


@pytest.mark.parametrize("kind", [DataError, UsageError])
def test_an_error_survives_the_way_out_of_a_worker_process(kind: type[DatelineError]) -> None:
    error = kind("d1.json $", "an object", "b" * 300, "Look there.")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error)
    assert (again.where, again.expected, again.hint) == ("d1.json $", "an object", "Look there.")


def test_the_package_offers_the_errors() -> None:
    assert dateline.DataError is DataError
    assert dateline.UsageError is UsageError
    assert dateline.DatelineError is DatelineError
