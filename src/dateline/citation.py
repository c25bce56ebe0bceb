"""How to cite a version: BibTeX, APA 7 and CSL-JSON, with its date, digest and DOI.

`corpus/releases/` holds what no version can say of itself: `SHA256SUMS` the digest of each frozen
version's manifest, written once; `dois.yaml` the DOI of each version that has one, given when it
may be.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from dateline.decoding import from_yaml
from dateline.errors import DataError, UsageError
from dateline.manifest import (
    ANCHORS,
    Manifest,
    anchors,
    built_folder,
    manifest_digest,
    read_manifest,
)
from dateline.tree import find_root

__all__ = [
    "ABSTRACT",
    "FORMATS",
    "KEYWORDS",
    "Citation",
    "apa",
    "bibtex",
    "check_doi",
    "citation_of",
    "cite",
    "cited",
    "csl_json",
    "dois",
]

ABSTRACT = (
    "News articles on conflict and diplomacy, annotated with entities, events, attribution and "
    "stance, with the Python package that builds, checks, labels, versions and loads them. The "
    "open articles are set in an invented region; texts and labels that a language model wrote are "
    "marked as such."
)
KEYWORDS = ("corpus", "named entities", "events", "attribution", "stance", "news")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;.()\[\]-]+")


class Citation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a citation of one version says.

    `released` is an ISO date, None for a version that is not frozen. `digest` is the SHA-256 of its
    manifest, None where it cannot be told (a file cannot hold a digest that depends on it).
    """

    version: str
    title: str = "Dateline: an annotated corpus of conflict and diplomacy news"
    authors: str = "The Dateline contributors"
    released: str | None = None
    provisional: bool = False
    digest: str | None = None
    doi: str | None = None
    url: str | None = None
    licence: str = "CC-BY-4.0"

    @property
    def link(self) -> str | None:
        """Where to find it: the DOI as a URL, else the URL."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    @property
    def note(self) -> str:
        """The version in words, what it stands for, and its digest."""
        parts = [f"Version {self.version}"]
        if self.provisional:
            parts.append("provisional: it may be rebuilt until it is frozen")
        if self.digest:
            parts.append(f"manifest SHA-256 {self.digest}")
        return "; ".join(parts)


# ── Formats

_TEX = {
    "\\": r"\textbackslash{}",
    # An escaped brace still counts as one for BibTeX, and would have to have its fellow.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


def _line(text: str) -> str:
    """Text on one line: control characters and line ends become single spaces."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(shown.split())


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in _line(text))


def bibtex(citation: Citation) -> str:
    """A BibTeX entry, for classic styles and for biblatex.

    `@misc`, since a classic style knows no `@dataset`. Such styles print `howpublished` and `note`
    and know no `version`, so that the note says the version too. `doi` and `url` are verbatim.
    """
    fields = {
        "title": f"{{{_tex(citation.title)}}}",
        "author": f"{{{_tex(citation.authors)}}}",
    }
    if citation.released:
        fields["year"] = citation.released[:4]
    fields["version"] = _tex(citation.version)
    fields["howpublished"] = "Data set"
    if citation.doi:
        fields["doi"] = citation.doi
    if citation.link:
        fields["url"] = quote(_line(citation.link), safe=":/?#[]@!$&'()*+,;=%-._~")
    fields["license"] = _tex(citation.licence)
    fields["note"] = _tex(citation.note)
    key = re.sub(r"[^A-Za-z0-9.-]", "-", f"dateline-{citation.version}")
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
    if citation.released:  # the month by its macro, which styles write out in their language
        lines.insert(3, f"  month = {_MONTHS[int(citation.released[5:7]) - 1]}")
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"


def apa(citation: Citation) -> str:
    """A reference in the style of APA 7 for data sets; without a date it says "n.d."."""
    year = citation.released[:4] if citation.released else "n.d."
    state = ", provisional" if citation.provisional else ""
    parts = [
        f"{_line(citation.authors)}. ({year}). {_line(citation.title)} "
        f"(Version {_line(citation.version)}{state}) [Data set]."
    ]
    if citation.digest:
        parts.append(f"Manifest SHA-256 {citation.digest}.")
    if citation.link:
        parts.append(_line(citation.link))
    return " ".join(parts) + "\n"


def csl_json(citation: Citation) -> str:
    """CSL-JSON, which reference managers and pandoc read: a list of one item."""
    item: dict[str, Any] = {
        "id": f"dateline-{citation.version}",
        "type": "dataset",
        "title": citation.title,
        "author": [{"literal": citation.authors}],
    }
    if citation.released:
        item["issued"] = {"date-parts": [[int(part) for part in citation.released.split("-")]]}
    item["version"] = citation.version
    if citation.doi:
        item["DOI"] = citation.doi
    if citation.link:
        item["URL"] = citation.link
    item["note"] = citation.note
    return json.dumps([item], indent=2, ensure_ascii=False) + "\n"


def _plain_json(citation: Citation) -> str:
    fields = {**msgspec.structs.asdict(citation), "note": citation.note}
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"


FORMATS = {"bibtex": bibtex, "apa": apa, "csl": csl_json, "json": _plain_json}
"""The formats by name; `json` has the fields of `Citation` as they are."""


# ── Where the facts lie


def check_doi(doi: str, where: str) -> str:
    """A DOI of the usual form, as it is (10.5281/zenodo.1234, without a resolver before it).

    Raises
    ------
    DataError : another form.
    """
    if not _DOI.fullmatch(doi):
        raise DataError(where, "a DOI as 10.5281/zenodo.1234", repr(doi))
    return doi


def dois(releases: Path) -> dict[str, str]:
    """The DOI of each version that has one, from `dois.yaml`; empty without that file.

    Raises
    ------
    DataError : the file is no mapping of versions to DOIs, or two versions have the same one.
    """
    path = releases / "dois.yaml"
    if not path.is_file():
        return {}
    where = f"corpus/releases/{path.name}"
    found: dict[str, str] = from_yaml(
        path.read_bytes(), dict[str, str] | None, where, "a mapping of versions to DOIs"
    )
    of: dict[str, str] = {}
    for version, doi in (found or {}).items():
        other = of.setdefault(check_doi(doi, f"{where} {version}").lower(), version)
        if other != version:
            raise DataError(f"{where} {version}", "a DOI of its own", f"that of {other}")
    return found or {}


def cited(manifest: Manifest, digest: str | None = None, doi: str | None = None) -> Citation:
    """The citation of the version that a manifest describes.

    Raises
    ------
    DataError : its `released` is no date.
    """
    if manifest.released is not None:
        try:
            date.fromisoformat(manifest.released)
        except ValueError:
            where = f"the manifest of {manifest.version} $.released"
            raise DataError(where, "a date as 2026-11-30", repr(manifest.released)) from None
    return Citation(
        version=manifest.version,
        released=manifest.released,
        provisional=manifest.provisional,
        digest=digest,
        doi=doi,
    )


def citation_of(root: Path, version: str | None = None) -> Citation:
    """The citation of a version of a corpus tree, with its anchored digest and its DOI.

    Raises
    ------
    UsageError : there is no such version.
    DataError : its manifest is not the one that was frozen; a file beside it is at fault.
    """
    folder = built_folder(root, version)
    manifest = read_manifest(folder)
    releases = root / "corpus" / "releases"
    digest = manifest_digest(folder)
    anchor = anchors(releases).get(manifest.version)
    if anchor not in (None, digest):
        raise DataError(
            f"corpus/releases/{manifest.version}/manifest.json",
            f"SHA-256 {anchor}, as in corpus/releases/{ANCHORS}",
            digest,
            "The copy is not the version that was frozen; take it anew from the repository.",
        )
    return cited(manifest, digest, dois(releases).get(manifest.version))


def cite(
    version: str | None = None, *, format: str = "bibtex", root: str | Path | None = None
) -> str:
    """How to cite a version, the newest by default.

    Parameters
    ----------
    version : a release as "0.1.0", or "tree" for what `dateline build` made.
    format : bibtex, apa, csl (CSL-JSON) or json (the fields as they are).
    root : the corpus tree; None finds it.

    Raises
    ------
    UsageError : no such version or format, with those that there are.
    DataError : the version's manifest is not the one that was frozen.
    """
    if format not in FORMATS:
        raise UsageError("format", f"one of {', '.join(FORMATS)}", repr(format))
    return FORMATS[format](citation_of(find_root(root), version))
