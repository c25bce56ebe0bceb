"""The manifest of a built folder: what it holds, what it was made from and with.

`<folder>/manifest.json` is the record; `inputs.sha256` lists every input file with its digest, in
the form that `sha256sum --check` reads; `digests/<config>-<split>.parquet` has a digest a row.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import msgspec

from dateline.errors import DataError, UsageError

__all__ = [
    "ANCHORS",
    "ConfigEntry",
    "FileEntry",
    "Manifest",
    "SplitEntry",
    "anchors",
    "built_folder",
    "encode_manifest",
    "manifest_digest",
    "read_manifest",
    "releases_in",
    "sha256_of",
]

FORMAT = 1
NAME = "manifest.json"
ANCHORS = "SHA256SUMS"
_ANCHOR = re.compile(rf"(?P<digest>[0-9a-f]{{64}})  (?P<version>\d+\.\d+\.\d+)/{NAME}")


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A Parquet file, by its path below the folder."""

    path: str
    rows: int
    bytes: int
    sha256: str


class SplitEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A split of a config. `logical_sha256` hashes the row digests in order."""

    rows: int
    logical_sha256: str
    files: list[FileEntry]


class ConfigEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A config: its Arrow schema as text, its label tables by column, its splits."""

    arrow_schema: list[str]
    labels: dict[str, list[str]]
    splits: dict[str, SplitEntry]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that is needed to prove a folder unchanged, and to make it again.

    `released` is the date on which the version was frozen, None before. `previous` is the SHA-256
    of the manifest of the release before. `not_in_tags` counts, by
    split, the names and values that the flat BIO tags of `entities` cannot show.
    """

    format: int
    version: str
    provisional: bool
    released: str | None = None
    scheme: str
    package: str
    pyarrow: str
    sentences: str
    tokens: str
    inputs_sha256: str
    previous: str | None
    articles: dict[str, int]
    not_in_tags: dict[str, int]
    configs: dict[str, ConfigEntry]


def anchors(releases: Path) -> dict[str, str]:
    """The digest that each frozen version's manifest had when it was frozen.

    They stand in `SHA256SUMS` beside the release folders, in the form that `sha256sum --check`
    reads, and are written once: whatever is proved is proved by these, never by the folder itself.

    Raises
    ------
    DataError : a line of another form, or a version twice.
    """
    path = releases / ANCHORS
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        match = _ANCHOR.fullmatch(line)
        if match is None or match["version"] in found:
            expected = f"'<SHA-256>  <version>/{NAME}', each version once"
            raise DataError(f"corpus/releases/{ANCHORS} line {number}", expected, repr(line))
        found[match["version"]] = match["digest"]
    return found


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest's bytes; its own digest is the SHA-256 of these."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a built folder.

    Raises
    ------
    DataError : there is none, or it is not of this form.
    """
    path = folder / NAME
    try:
        raw = path.read_bytes()
    except OSError:
        raise DataError(str(path), "the manifest of a built folder", "no readable file") from None
    try:
        return msgspec.json.decode(raw, type=Manifest)
    except (msgspec.DecodeError, RecursionError) as error:
        raise DataError(str(path), f"a manifest of format {FORMAT}", str(error)) from None


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest_digest(folder: Path) -> str:
    """SHA-256 of a folder's manifest, in hex: the version's own digest."""
    return sha256_of(folder / NAME)


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def releases_in(folder: Path) -> list[str]:
    """The versions below `corpus/releases`, oldest first."""
    found = [p.parent.name for p in folder.glob(f"*/{NAME}")]
    return sorted((v for v in found if v.replace(".", "").isdigit()), key=_key)


def built_folder(root: Path, version: str | None = None) -> Path:
    """The folder of a version: `tree` (what `dateline build` made), or a release; None: the newest.

    Raises
    ------
    UsageError : there is no such version here; says which there are and how to get another.
    """
    releases = root / "corpus" / "releases"
    known = releases_in(releases)
    if version == "tree":
        if not (root / "build" / NAME).is_file():
            raise UsageError("version 'tree'", "a build of the tree", "none", "Run: dateline build")
        return root / "build"
    if version is None:
        if not known:
            raise UsageError(str(releases), "a release", "none", "Run: dateline build")
        return releases / known[-1]
    if version not in known:
        raise UsageError(
            "version",
            f"tree or one of {', '.join(known) or 'no releases'}",
            repr(version),
            "A wheel carries the releases that fit in 50 MB, the newest first; "
            "a clone of the repository has every one, under corpus/releases/.",
        )
    return releases / version
