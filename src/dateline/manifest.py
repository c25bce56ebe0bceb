"""The manifest of a built folder: what it holds, what it was made from and with.

`<folder>/manifest.json` is the record; `scheme.yaml` says what the labels mean; `inputs.sha256`
lists every input file with its digest, in the form that `sha256sum --check` reads;
`digests/<config>-<split>.parquet` has a digest a row.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from dateline.errors import DataError, UsageError

__all__ = [
    "ANCHORS",
    "NAME",
    "ConfigEntry",
    "FileEntry",
    "Manifest",
    "SplitEntry",
    "anchors",
    "built_folder",
    "encode_manifest",
    "is_frozen",
    "manifest_digest",
    "read_manifest",
    "releases_in",
    "seal",
    "sha256_of",
    "version_key",
]

FORMAT = 2
NAME = "manifest.json"
ANCHORS = "SHA256SUMS"
_LARGEST = 64 << 20  # bytes; ten million articles need about a tenth
_VERSION = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}")
_ANCHOR = re.compile(rf"(?P<digest>[0-9a-f]{{64}})  (?P<version>{_VERSION.pattern})/{NAME}")


Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A Parquet file, by its path below the folder."""

    path: str
    rows: Count
    bytes: Count
    sha256: str


class SplitEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A split of a config. `logical_sha256` hashes the row digests in order."""

    rows: Count
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
    of the manifest of the release before. `files` has the SHA-256 of every file beside the Parquet.
    `not_in_tags` counts, by split, the names and values that the flat BIO tags of `entities`
    cannot show.
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
    files: dict[str, str] = {}

    def parquet(self) -> Iterator[FileEntry]:
        """Every Parquet file of rows, in order."""
        for config in self.configs.values():
            for split in config.splits.values():
                yield from split.files


def seal(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest of a folder that is complete otherwise, and return it."""
    rows = {file.path for file in manifest.parquet()}
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    files = {
        name: sha256_of(path)
        for name, path in found.items()
        if path.is_file() and name not in rows and name != NAME
    }
    sealed = msgspec.structs.replace(manifest, files=files)
    (folder / NAME).write_bytes(encode_manifest(sealed))
    return sealed


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
    DataError : there is none, it is not of this form, or it names a file that is not below the
        folder: whatever reads by a manifest reads nothing else.
    """
    path = folder / NAME
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError:
        raise DataError(str(path), "the manifest of a built folder", "no readable file") from None
    if len(raw) > _LARGEST:
        raise DataError(str(path), f"a manifest of at most {_LARGEST >> 20} MB", "a larger file")
    shape = f"a manifest of format {FORMAT} or earlier"
    try:
        found = msgspec.json.decode(raw, type=Manifest)
    except (ValueError, RecursionError) as error:
        raise DataError(str(path), shape, str(error)) from None
    if not 1 <= found.format <= FORMAT:
        raise DataError(f"{path} $.format", shape, str(found.format), "Is dateline up to date?")
    for name in _named(found):
        if not _is_below(name):
            raise DataError(str(path), "names of files below its folder", repr(name))
    return found


def _named(manifest: Manifest) -> Iterator[str]:
    """Everything in a manifest that is, or is made into, the path of a file."""
    yield manifest.version
    yield from manifest.files
    yield from (file.path for file in manifest.parquet())
    for config, entry in manifest.configs.items():
        yield from (f"{config}-{split}" for split in entry.splits)


def _is_below(name: str) -> bool:
    parts = name.split("/")
    return name.isprintable() and not {"", ".", ".."} & set(parts) and not {":", "\\"} & set(name)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest_digest(folder: Path) -> str:
    """SHA-256 of a folder's manifest, in hex: the version's own digest."""
    return sha256_of(folder / NAME)


def is_frozen(folder: Path) -> bool:
    """Whether a release folder is one whose manifest was written down, and still the same."""
    try:
        return anchors(folder.parent).get(folder.name) == manifest_digest(folder)
    except (DataError, OSError):
        return False


def version_key(version: str) -> tuple[int, ...]:
    """By this versions are in order."""
    return tuple(int(part) for part in version.split("."))


def releases_in(folder: Path) -> list[str]:
    """The versions below `corpus/releases`, oldest first."""
    found = [p.parent.name for p in folder.glob(f"*/{NAME}")]
    return sorted((v for v in found if _VERSION.fullmatch(v)), key=version_key)


def built_folder(root: Path, version: str | None = None) -> Path:
    """The folder of a version: `tree` (what `dateline build` made), or a release.

    None is the newest release; in a tree that has none yet, what `dateline build` made.

    Raises
    ------
    UsageError : there is no such version here; says which there are and how to get another.
    """
    releases = root / "corpus" / "releases"
    known = releases_in(releases)
    if version is None and not known and (root / "build" / NAME).is_file():
        version = "tree"
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
