"""Incidents as SARIF 2.1.0, which editors and code forges show beside the lines."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

import msgspec

from dateline.checks.catalogue import CATALOGUE, LEVELS, Code
from dateline.checks.incident import Incident
from dateline.checks.locate import Place, places
from dateline.checks.reports.words import TextOf, visible

__all__ = ["sarif_report"]

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_INDEX = {code: index for index, code in enumerate(CATALOGUE)}


def sarif_report(incidents: Sequence[Incident], root: Path, text_of: TextOf) -> str:  # noqa: ARG001
    """One run; its rules are the whole catalogue, so that their numbers do not depend on findings.

    Addresses are relative to `ROOT`, which is not resolved: the file is the same on every machine.
    """
    found = places(root, incidents)
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "dateline",
                        "version": version("dateline"),
                        "rules": [_rule(code, entry) for code, entry in CATALOGUE.items()],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {
                    "ROOT": {"description": {"text": "The corpus tree, or the folder checked."}}
                },
                "results": [_result(i, place) for i, place in zip(incidents, found, strict=True)],
            }
        ],
    }
    return msgspec.json.format(msgspec.json.encode(log), indent=1).decode() + "\n"


def _rule(code: str, entry: Code) -> dict[str, Any]:
    words = re.findall(r"\w+", entry.title)
    level = int(code[2])
    return {
        "id": code,
        "name": "".join(word[0].upper() + word[1:] for word in words),
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": entry.why},
        "help": {"text": entry.mend},
        "defaultConfiguration": {"level": entry.severity},
        "properties": {"level": level, "tags": [LEVELS[level]]},
    }


def _result(incident: Incident, place: Place | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(incident.file)}
    if place is not None:
        physical["region"] = _region(place)
    location: dict[str, Any] = {"physicalLocation": physical}
    if incident.place:
        location["logicalLocations"] = [{"fullyQualifiedName": visible(incident.place)}]
    expected, found = visible(incident.expected), visible(incident.found)
    properties = {"doc_id": incident.doc_id, "span": incident.span}
    return {
        "ruleId": incident.code,
        "ruleIndex": _INDEX[incident.code],
        "level": incident.severity,
        "message": {"text": f"{incident.message}: expected {expected}, got {found}"},
        "locations": [location],
        "properties": {name: value for name, value in properties.items() if value is not None},
    }


def _artifact(file: str) -> dict[str, str]:
    if PurePath(file).is_absolute():
        return {"uri": PurePath(file).as_uri()}
    return {"uri": quote(os.fsencode(file)), "uriBaseId": "ROOT"}


def _region(place: Place) -> dict[str, int]:
    line, column, end_line, end_column = place
    region = {"startLine": line, "startColumn": column}
    if (end_line, end_column) > (line, column):
        region |= {"endLine": end_line, "endColumn": end_column}
    return region
