"""`CITATION.cff` and `.zenodo.json`: what hosts and archives read of the newest release."""

from __future__ import annotations

import html
import json
from typing import Any

import yaml

from dateline.citation import ABSTRACT, KEYWORDS, Citation

__all__ = ["citation_file", "zenodo_metadata"]


def citation_file(citation: Citation) -> str:
    """The Citation File Format 1.2.0, of a data set.

    There is no `preferred-citation`: that is for another work to be cited in its place.
    """
    found: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use Dateline, please cite the version that you used.",
        "type": "dataset",
        "title": citation.title,
        "abstract": ABSTRACT,
        "authors": [{"name": citation.authors}],
        "version": citation.version,
    }
    if citation.released:
        found["date-released"] = citation.released
    if citation.doi:
        found["doi"] = citation.doi
    identifiers = []
    if citation.doi:
        about = f"The DOI of version {citation.version}."
        identifiers.append({"type": "doi", "value": citation.doi, "description": about})
    if citation.digest:
        about = f"SHA-256 of the manifest of version {citation.version}: `dateline verify`."
        value = f"sha256:{citation.digest}"
        identifiers.append({"type": "other", "value": value, "description": about})
    if identifiers:
        found["identifiers"] = identifiers
    if citation.url:
        found["url"] = citation.url
    found["license"] = citation.licence
    found["keywords"] = list(KEYWORDS)
    return yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=100)


def zenodo_metadata(citation: Citation, before: str | None = None) -> str:
    """Deposit metadata as Zenodo's REST API documents them.

    `before` is the DOI of the version before. Zenodo takes the day of upload for a missing
    `publication_date`, and registers a DOI where there is no `doi`.
    """
    found: dict[str, Any] = {
        "title": citation.title,
        "upload_type": "dataset",
        "version": citation.version,
    }
    if citation.released:
        found["publication_date"] = citation.released
    if citation.doi:
        found["doi"] = citation.doi
    found |= {
        "creators": [{"name": citation.authors}],
        "description": f"<p>{html.escape(ABSTRACT)}</p>",  # read as HTML
        "access_right": "open",
        "license": citation.licence.lower(),
        "keywords": list(KEYWORDS),
        "language": "eng",
        "notes": html.escape(citation.note),
    }
    related = []
    if before:
        related.append({"identifier": before, "relation": "isNewVersionOf"})
    if citation.url:
        related.append({"identifier": citation.url, "relation": "isIdenticalTo"})
    if related:
        found["related_identifiers"] = [{**one, "resource_type": "dataset"} for one in related]
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
