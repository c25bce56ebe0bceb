"""`CITATION.cff` against its schema, and `.zenodo.json` against what its API documents."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import yaml

from conftest import REPOSITORY
from dateline.citation import Citation, citation_of
from dateline.generated.citing import citation_file, zenodo_metadata
from test_citation import DIGEST, FULL, HOSTILE

CASES = [
    FULL,
    Citation(version="0.1.0", provisional=True),
    Citation(version="0.2.0", digest=DIGEST, url="https://example.org/dateline"),
    *(Citation(version="0.2.0", title=text, authors=text) for text in HOSTILE),
]


@pytest.fixture(scope="module")
def cff() -> jsonschema.Draft7Validator:
    """The schema of the Citation File Format 1.2.0, as a package carries it."""
    folder = files("check_jsonschema.builtin_schemas.vendor")
    schema = json.loads(folder.joinpath("citation-file-format.json").read_text(encoding="utf-8"))
    assert schema["$id"].endswith("/1.2.0/schema.json")
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


def test_the_repositorys_file_is_valid(cff: jsonschema.Draft7Validator) -> None:
    found = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))
    cff.validate(found)
    assert found["type"] == "dataset"
    assert found["identifiers"][-1]["value"] == f"sha256:{citation_of(REPOSITORY).digest}"


@pytest.mark.parametrize("citation", CASES)
def test_every_citation_file_is_valid(citation: Citation, cff: jsonschema.Draft7Validator) -> None:
    found = yaml.safe_load(citation_file(citation))
    cff.validate(found)
    assert found["title"] == citation.title
    assert found["authors"] == [{"name": citation.authors}]
    assert found.get("doi") == citation.doi
    assert found.get("date-released") == citation.released
    others = [i["value"] for i in found.get("identifiers", []) if i["type"] == "other"]
    assert others == ([f"sha256:{citation.digest}"] if citation.digest else [])


def test_the_schema_would_refuse_what_is_wrong(cff: jsonschema.Draft7Validator) -> None:
    found = yaml.safe_load(citation_file(FULL))
    for change in ({"doi": "https://doi.org/10.1/a"}, {"type": "data"}, {"date-released": "2026"}):
        assert not cff.is_valid(found | change), change


ZENODO = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "upload_type", "creators", "description", "access_right", "license"],
    "properties": {
        "title": {"type": "string"},
        "upload_type": {"const": "dataset"},
        "version": {"type": "string"},
        "publication_date": {"type": "string", "format": "date"},
        "doi": {"type": "string", "pattern": r"^10\.\d{4,9}/\S+$"},
        "creators": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}},
                "additionalProperties": False,
            },
        },
        "description": {"type": "string", "minLength": 1},
        "access_right": {"enum": ["open", "embargoed", "restricted", "closed"]},
        "license": {"const": "cc-by-4.0"},
        "keywords": {"type": "array", "items": {"type": "string"}},
        "language": {"type": "string", "pattern": "^[a-z]{3}$"},
        "notes": {"type": "string"},
        "related_identifiers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["identifier", "relation"],
                "properties": {
                    "identifier": {"type": "string"},
                    "relation": {"enum": ["isNewVersionOf", "isIdenticalTo"]},
                    "resource_type": {"const": "dataset"},
                },
                "additionalProperties": False,
            },
        },
    },
}
"""What the deposit API (https://developers.zenodo.org/#representation) says of the keys we use."""


@pytest.mark.parametrize("citation", CASES)
@pytest.mark.parametrize("before", [None, "10.5281/zenodo.1"])
def test_deposit_metadata_is_as_documented(citation: Citation, before: str | None) -> None:
    found: dict[str, Any] = json.loads(zenodo_metadata(citation, before))
    checker = jsonschema.FormatChecker()
    jsonschema.validate(found, ZENODO, format_checker=checker)
    assert found["version"] == citation.version
    related = {r["relation"]: r["identifier"] for r in found.get("related_identifiers", [])}
    assert related.get("isNewVersionOf") == before
    assert (citation.digest or "Version") in found["notes"]


def test_the_repositorys_deposit_metadata_is_of_the_newest_release() -> None:
    found = json.loads((REPOSITORY / ".zenodo.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, ZENODO)
    assert found["version"] == citation_of(REPOSITORY).version
