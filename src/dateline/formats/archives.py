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
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from dateline.errors import DataError, DatelineError
from dateline.files import no_room
from dateline.formats.members import BOUNDS, Bounds, Members, Parts, Source, make_folder

__all__ = ["BOUNDS", "Bounds", "unpacked"]

_ZIP, _TAR, _TGZ, _GZ = ".zip", ".tar", ".tgz", ".gz"
_ENDINGS = {".zip": _ZIP, ".tar": _TAR, ".tar.gz": _TGZ, ".tgz": _TGZ, ".gz": _GZ}
_BROKEN = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, OverflowError, RuntimeError),  # RuntimeError: recursion, and what is unsupported
)
_ZIP_HEADER, _TAR_HEADER = 1 << 24, 1 << 15  # the most that is read at once: contents, long names
_FOR_ALL = 64  # a tar's headers for all members, which are copied for each
_DIGITS = re.compile(rb"[0-9]{64}")


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


class _Raw(io.BufferedReader):
    """The file of an archive; while `headers` are read, of no more than any honest one needs.

    `tarfile` looks for numbers in them in a time that grows with the square of a row of digits.
    """

    def __init__(self, path: Path, most: int) -> None:
        super().__init__(io.FileIO(path))
        self.most = most
        self.headers = True

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.headers:
            return super().read(size)
        wanted = self.most + 1 if size is None or size < 0 else size
        found = super().read(wanted) if wanted <= self.most + 1 else b""
        if wanted > self.most + 1 or (self.most == _TAR_HEADER and _DIGITS.search(found)):
            raise ValueError("a header that is too long")
        return found


class _Unpacking:
    """Puts the members of one archive, and of those inside it, below one folder."""

    def __init__(self, place: Path, path: Path, bounds: Bounds) -> None:
        self.path = path
        self.aside = place / "aside"
        self.members = Members(path, place / "all", bounds)
        self._inner: list[tuple[Path, Parts, str]] = []
        self._where: Parts = ()  # the inner archive that is being unpacked

    def all(self, kind: str) -> Path:
        """Unpack everything; the folder, or the file, that an importer is to read."""
        folder = self.members.folder
        make_folder(folder)
        make_folder(self.aside)
        self._expand(self.path, kind, (self.path.name,))
        for archive, parts, own in self._inner:
            self._where = parts
            self._expand(archive, own, parts)
            archive.unlink()
        seen = [p for p in folder.iterdir() if p.name[0] != "." and p.name != "__MACOSX"]
        if not seen:
            raise DataError(str(self.path), "an archive with files in it", "an empty one")
        return seen[0] if len(seen) == 1 and (kind == _GZ or seen[0].is_dir()) else folder

    def _expand(self, archive: Path, kind: str, name: Parts) -> None:
        """Unpack one archive, an inner one in a folder of its own name."""
        own = (*name[:-1], _stem(name[-1]))
        below = own if self._where else ()
        try:
            if kind == _GZ:
                with gzip.open(archive) as source:
                    self._file(own, source)
            elif kind == _ZIP:
                self._zip(archive, below)
            elif kind == _TAR:
                self._tar(archive, below)
            else:
                tar = self.aside / "tar"
                with gzip.open(archive) as source:
                    self.members.copy(source, tar, below, self.members.allowed)
                self._tar(tar, below)
                tar.unlink()
        except UnicodeError:
            self.members.fail(self._where, "names in UTF-8", "others")
        except _BROKEN as error:
            expected = f"a {kind.removeprefix('.')} archive that can be read"
            self.members.fail(self._where, expected, str(error) or type(error).__name__)

    def _zip(self, path: Path, below: Parts) -> None:
        fail = self.members.fail
        with (
            _Raw(path, _ZIP_HEADER) as raw,
            zipfile.ZipFile(raw, metadata_encoding="utf-8") as archive,
        ):
            for info in archive.infolist():
                name = info.orig_filename
                parts = self.members.parts(name, below)
                mode = stat.S_IFMT(info.external_attr >> 16)
                folder = name.endswith("/")
                if mode not in (0, stat.S_IFDIR if folder else stat.S_IFREG):
                    fail(parts, "files and folders alone", "a link or a device")
                if info.flag_bits & 0x1:
                    fail(parts, "files without a password", "one that needs it")
                if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    fail(parts, "files stored or deflated", f"method {info.compress_type}")
                if folder:
                    self.members.take_folder(parts)
                    continue
                with archive.open(info) as source:
                    size = self._file(parts, source)
                if size != info.file_size:
                    fail(parts, f"{info.file_size} bytes, as the archive says", str(size))

    def _tar(self, path: Path, below: Parts) -> None:
        fail = self.members.fail
        with (
            _Raw(path, _TAR_HEADER) as raw,
            tarfile.open(fileobj=raw, mode="r:", encoding="utf-8", errors="strict") as archive,
        ):
            while (info := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined]
                if len(archive.pax_headers) > _FOR_ALL:
                    fail(below, f"at most {_FOR_ALL} headers for all files", "more")
                parts = self.members.parts(info.name, below)
                if info.isdir():
                    self.members.take_folder(parts)
                    continue
                if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or info.issparse():
                    fail(parts, "files and folders alone", "a link, a device or holes")
                source = archive.extractfile(info)
                assert source is not None, "a regular file"
                raw.headers = False
                self._file(parts, source)
                raw.headers = True
            raw.seek(archive.offset)
            if raw.read(512) != bytes(512):  # which would else pass for the end
                found = "a broken header or an early end"
                fail(below, "a tar archive that can be read", found)

    def _file(self, parts: Parts, source: Source) -> int:
        """A file, or an archive that is to be unpacked later; its size."""
        if not parts:
            self.members.fail(parts, "a file with a name", "none")
        kind = _kind(parts[-1])
        if kind is None:
            return self.members.take_file(parts, source)
        if self._where:
            self.members.fail(parts, "no archive inside an archive inside an archive", parts[-1])
        if kind != _GZ:
            self.members.claim((*parts[:-1], _stem(parts[-1])), folder=True)
        target = self.aside / str(len(self._inner))
        self._inner.append((target, parts, kind))
        return self.members.copy(source, target, parts)
