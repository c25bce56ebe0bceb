"""Projects as other tools hand them out: archives, unpacked for the time that they are read.

What is unpacked lies in a new folder of its own that goes away afterwards, whatever happens. An
archive that has anything wrong is refused whole: names that lead elsewhere or collide, links and
devices, more than the bounds allow. Sizes are counted while reading; what a header says of them is
not believed. An archive inside the archive becomes a folder of its name, within the same bounds.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import re
import stat
import struct
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dateline.errors import DataError, DatelineError
from dateline.files import no_room
from dateline.formats.texts import LARGEST

__all__ = ["BOUNDS", "Bounds", "unpacked"]

_ZIP, _TAR, _TGZ, _GZ = ".zip", ".tar", ".tgz", ".gz"
_ENDINGS = {".zip": _ZIP, ".tar": _TAR, ".tar.gz": _TGZ, ".tgz": _TGZ, ".gz": _GZ}
_BROKEN = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, OverflowError, RuntimeError),  # RuntimeError: recursion, and what is unsupported
)
_CHUNK = 1 << 16
_HEADER = 1 << 24  # the most that is read at once: a table of contents, a long name
_DEEPEST, _LONGEST = 40, 240
_GLOBAL = 64  # a tar's headers for all members, which are copied for each
_NO_NAME = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]|^[A-Za-z]:")


@dataclass(frozen=True)
class Bounds:
    """How much an archive may hold.

    Parameters
    ----------
    members : files and folders, those of inner archives included.
    one, total : bytes of one file, and of all.
    ratio : times the archive's own size that all may come to; `free` bytes are allowed anyway.
    """

    members: int = 100_000
    one: int = LARGEST
    total: int = 2_000_000_000
    ratio: int = 200
    free: int = LARGEST


BOUNDS = Bounds()


@contextlib.contextmanager
def unpacked(path: Path, bounds: Bounds = BOUNDS) -> Iterator[Path]:
    """The folder that an archive unpacks to, or the file that a `.gz` holds; else the path itself.

    Archives are known by their endings: .zip, .tar, .tar.gz, .tgz, .gz. A folder that holds all the
    rest is left out. Errors raised while it is in use name the archive, not the passing folder.

    Raises
    ------
    DataError : no archive of its kind, or one that is refused.
    """
    kind = _kind(path.name)
    if kind is None or not path.is_file():
        yield path
        return
    try:
        passing = tempfile.TemporaryDirectory(prefix="dateline-")
    except OSError as error:
        raise no_room(tempfile.gettempdir(), error) from None
    with passing as name:
        try:
            yield _Unpacking(Path(name), path, bounds).all(kind)
        except DatelineError as error:
            raise _told(error, name, path) from None


def _kind(name: str) -> str | None:
    """What kind of archive a name is that of; hidden files are none."""
    lower = name.lower()
    if lower.startswith("."):
        return None
    return next((kind for end, kind in _ENDINGS.items() if lower.endswith(end)), None)


def _stem(name: str) -> str:
    """A name without the ending that says what kind of archive it is."""
    lower = name.lower()
    return name[: -len(next(end for end in _ENDINGS if lower.endswith(end)))]


def _told(error: DatelineError, folder: str, path: Path) -> DatelineError:
    """The error with the archive's name where the passing folder's was."""
    inside = re.compile(rf"{re.escape(folder)}[/\\]all(?:[/\\])?")

    def told(words: str) -> str:
        return inside.sub(lambda _: f"{path}/", words).removesuffix("/")

    return type(error)(told(error.where), error.expected, told(error.found), error.hint)


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Bounded(io.BufferedReader):
    """A file of which no more is read at once than any honest header needs."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = _HEADER + 1
        if size > _HEADER + 1:
            raise ValueError(f"a header of more than {_HEADER} bytes")
        return super().read(size)


class _Unpacking:
    """Puts the members of one archive, and of those inside it, below one folder."""

    def __init__(self, place: Path, path: Path, bounds: Bounds) -> None:
        self.path = path
        self.folder = place / "all"
        self.aside = place / "aside"
        self.bounds = bounds
        self.left = min(bounds.total, max(bounds.free, bounds.ratio * path.stat().st_size))
        self.allowed = self.left
        self.members = 0
        self._known: dict[str, tuple[str, bool]] = {}  # folded: the path itself, is it a folder
        self._inner: list[tuple[Path, tuple[str, ...], str]] = []
        self._where: tuple[str, ...] = ()  # the inner archive that is being unpacked

    def all(self, kind: str) -> Path:
        """Unpack everything; the folder, or the file, that an importer is to read."""
        try:
            self.folder.mkdir()
            self.aside.mkdir()
        except OSError as error:
            raise no_room(str(self.folder), error) from None
        self._expand(self.path, kind, self.path.name, ())
        for archive, parts, own in self._inner:
            self._where = parts
            self._expand(archive, own, parts[-1], parts[:-1])
            archive.unlink()
        seen = [p for p in self.folder.iterdir() if p.name[0] != "." and p.name != "__MACOSX"]
        if not seen:
            raise DataError(str(self.path), "an archive with files in it", "an empty one")
        return seen[0] if len(seen) == 1 and (kind == _GZ or seen[0].is_dir()) else self.folder

    def _fail(self, parts: tuple[str, ...] | str, expected: str, found: str) -> None:
        inside = parts if isinstance(parts, str) else "/".join(parts)
        where = f"{self.path}: {inside}" if inside else str(self.path)
        raise DataError(where, expected, found)

    def _expand(self, archive: Path, kind: str, name: str, base: tuple[str, ...]) -> None:
        """Unpack one archive below `base`, in a folder of its own name if it is an inner one."""
        inner = archive is not self.path
        below = (*base, _stem(name)) if inner else ()
        try:
            if kind == _GZ:
                with gzip.open(archive) as source:
                    self._file((*base, _stem(name)), source)
            elif kind == _ZIP:
                self._zip(archive, below)
            elif kind == _TAR:
                self._tar(archive, below)
            else:
                tar = self.aside / "tar"
                with gzip.open(archive) as source:
                    self._copy(source, tar, base, self.allowed)
                self._tar(tar, below)
                tar.unlink()
        except UnicodeError:
            self._fail(self._where, "names in UTF-8", "others")
        except _BROKEN as error:
            expected = f"a {kind.removeprefix('.')} archive that can be read"
            self._fail(self._where, expected, str(error) or type(error).__name__)

    def _zip(self, path: Path, below: tuple[str, ...]) -> None:
        with (
            _Bounded(io.FileIO(path)) as raw,
            zipfile.ZipFile(raw, metadata_encoding="utf-8") as archive,
        ):
            for info in archive.infolist():
                name = info.orig_filename
                parts = self._parts(name, below)
                mode = stat.S_IFMT(info.external_attr >> 16)
                folder = name.endswith("/")
                if mode not in (0, stat.S_IFDIR if folder else stat.S_IFREG):
                    self._fail(parts, "files and folders alone", "a link or a device")
                if info.flag_bits & 0x1:
                    self._fail(parts, "files without a password", "one that needs it")
                if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    self._fail(parts, "files stored or deflated", f"method {info.compress_type}")
                if folder:
                    self._folder(parts)
                else:
                    with archive.open(info) as source:
                        size = self._file(parts, source)
                    if size != info.file_size:
                        self._fail(parts, f"{info.file_size} bytes, as the archive says", str(size))

    def _tar(self, path: Path, below: tuple[str, ...]) -> None:
        with (
            _Bounded(io.FileIO(path)) as raw,
            tarfile.open(fileobj=raw, mode="r:", encoding="utf-8", errors="strict") as archive,
        ):
            while (info := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined]
                if len(archive.pax_headers) > _GLOBAL:
                    self._fail(below, f"at most {_GLOBAL} headers for all files", "more")
                parts = self._parts(info.name, below)
                if info.isdir():
                    self._folder(parts)
                    continue
                if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or info.issparse():
                    self._fail(parts, "files and folders alone", "a link, a device or holes")
                source = archive.extractfile(info)
                assert source is not None, "a regular file"
                self._file(parts, source)
            raw.seek(archive.offset)
            if raw.read(512) != bytes(512):  # a broken header would else pass for the end
                self._fail(
                    below, "a tar archive that can be read", "a broken header or an early end"
                )

    # ── Names

    def _parts(self, name: str, below: tuple[str, ...]) -> tuple[str, ...]:
        """The parts of a member's name; it must lead to a place below the folder."""
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        shown = f"{self.path}: {'/'.join((*below, ''))}{name.encode('utf-8', 'replace').decode()!r}"
        if name.startswith("/") or _NO_NAME.search(name) or ".." in parts:
            raise DataError(shown, "a name that stays inside, with / alone", "another")
        if len(parts) + len(below) > _DEEPEST or any(len(p.encode()) > _LONGEST for p in parts):
            limits = f"{_DEEPEST} folders and {_LONGEST} bytes a name"
            raise DataError(shown[:300], f"at most {limits}", "more")
        return below + parts

    def _claim(self, parts: tuple[str, ...], folder: bool) -> None:
        """Take a name; each may be there once, however it is spelt."""
        self.members += 1
        if self.members > self.bounds.members:
            self._fail("", f"at most {self.bounds.members} files", "more")
        for length in range(1, len(parts) + 1):
            name = "/".join(parts[:length])
            is_folder = folder or length < len(parts)
            key = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
            known = self._known.get(key)
            if known is None:
                self._known[key] = name, is_folder
            elif known != (name, is_folder) or not is_folder:
                self._fail(parts, "each name once, small letters and capitals alike", known[0])

    def _folder(self, parts: tuple[str, ...]) -> None:
        self._claim(parts, folder=True)
        self._made(self.folder.joinpath(*parts))

    def _made(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise no_room(str(folder), error) from None

    def _file(self, parts: tuple[str, ...], source: _Source) -> int:
        """A file, or an archive that is to be unpacked later; its size."""
        if not parts:
            self._fail(parts, "a file with a name", "none")
        own = _kind(parts[-1])
        if own is not None and self._where:
            self._fail(parts, "no archive inside an archive inside an archive", parts[-1])
        if own is not None:
            target = self.aside / str(len(self._inner))
            if own != _GZ:
                self._claim((*parts[:-1], _stem(parts[-1])), folder=True)
            self._inner.append((target, parts, own))
        else:
            self._claim(parts, folder=False)
            target = self.folder.joinpath(*parts)
            self._made(target.parent)
        return self._copy(source, target, parts, self.bounds.one)

    def _copy(self, source: _Source, target: Path, parts: tuple[str, ...], most: int) -> int:
        """Write what a member holds, and count it."""
        size = 0
        with contextlib.ExitStack() as stack:
            try:
                out = stack.enter_context(target.open("xb"))
            except OSError as error:
                raise no_room(str(target), error) from None
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                self.left -= len(chunk)
                if size > most:
                    self._fail(parts, f"a file of at most {self.bounds.one} bytes", "more")
                if self.left < 0:
                    self._fail("", f"at most {self.allowed} bytes unpacked", "more")
                try:
                    out.write(chunk)
                except OSError as error:
                    raise no_room(str(target), error) from None
        return size
