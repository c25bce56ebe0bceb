"""Archives: those to start from, and others made of them."""

from __future__ import annotations

import gzip
import io
import tarfile
import warnings
import zipfile
from collections.abc import Mapping

from fuzzing.cutting import Files
from fuzzing.words import Words

__all__ = ["Archives", "archive_seeds"]

_PATHS = [
    "../x",
    "/x",
    "C:/x",
    "a\\..\\x",
    "a/../b",
    "A",
    "a",
    "a/b",
    ".",
    "",
    "a//b",
    "a/./b",
    "b.zip",
]
_PATHS += [
    "x.gz",
    "c.tar",
    "n" * 200,
    "d/" * 45 + "x",
    "é",
    "e\u0301",
    "x/",
    ".hidden",
    "con",
    "a\nb",
]
_MODES = [0o100644, 0o100644, 0o120777, 0o040755, 0o020666, 0o010666, 0, 0o177777]
_TYPES = [b"0", b"0", b"5", b"1", b"2", b"3", b"6", b"7", b"L", b"K", b"x", b"g", b"S", b"\0", b"?"]


def _zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = method, 0o100644 << 16
            archive.writestr(info, content)
    return raw.getvalue()


def _tarred(files: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT, **more: object) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=form) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for key, value in more.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return raw.getvalue().rstrip(b"\0") + bytes(1_024)


def archive_seeds() -> list[Files]:
    """Each kind of archive; with archives inside, long names, links, and what is dense."""
    plain = {"p/olm.txt": b"Olm closed its harbour.\n", "p/olm.ann": b"T1\tGPE 0 3\tOlm\n"}
    long = {"n" * 150 + "/\u00e9.txt": b"x", "b": b""}
    inner = {"annotation/olm.txt/ana.zip": _zipped(plain), "source/olm.gz": gzip.compress(b"x")}
    zips = [
        *(_zipped(plain), _zipped(plain, zipfile.ZIP_STORED), _zipped(inner), _zipped(long)),
        *(_zipped(inner, zipfile.ZIP_STORED), _zipped({"a": bytes(150_000)}), _zipped({})),
        _zipped(plain, zipfile.ZIP_BZIP2),
    ]
    tars = [
        *(_tarred(plain), _tarred(plain, tarfile.GNU_FORMAT), _tarred(inner), _tarred({})),
        *(_tarred(long), _tarred(long, tarfile.GNU_FORMAT), _tarred(long | {"c" * 240: b"x"})),
        _tarred({"a": b""}, type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        _tarred({"a": b""}, type=tarfile.GNUTYPE_SPARSE),
        _tarred({"a": b"x"}, pax_headers={"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}),
        _tarred({"a": b"x"}, pax_headers={"path": "../x", "size": "99999999999", "mtime": "nan"}),
    ]
    seeds = [{"a.zip": raw} for raw in zips] + [{"b.tar": raw} for raw in tars]
    seeds += [{"c.tgz": gzip.compress(raw, 1)} for raw in tars[:5]]
    return [*seeds, {"d.txt.gz": gzip.compress(b"Olm.") * 2}]


class Archives(Words):
    """Changes to archives, by their members; None for what is none."""

    def archive(self, raw: bytes) -> bytes | None:
        """An archive whose members have other names, kinds, contents, an order, a number."""
        if raw[:2] == b"PK":
            made = self._members([(i.orig_filename, r) for i, r in _unzipped(raw)])
            new = io.BytesIO()
            method = self.chance.choice([0, 8, 8, 8, 12])
            with warnings.catch_warnings(), zipfile.ZipFile(new, "w", method) as archive:
                warnings.simplefilter("ignore")  # of names that stand twice
                for name, content in made:
                    info = zipfile.ZipInfo("x")
                    info.filename, info.compress_type = name, archive.compression
                    info.external_attr = (
                        self.chance.choice(_MODES[: self.chance.choice([2, 8])]) << 16
                    )
                    archive.writestr(info, content)
            return new.getvalue()
        packed = raw[:2] == b"\x1f\x8b"
        plain = gzip.decompress(raw) if packed else raw
        if plain[257:262] != b"ustar":
            return gzip.compress(self.flipped(plain), 1) if packed else None
        new = io.BytesIO()
        with tarfile.open(fileobj=io.BytesIO(plain)) as old:
            files = [(m.name, old.extractfile(m).read() if m.isreg() else b"") for m in old]
        form = self.chance.choice([0, 1, 2])
        with tarfile.open(fileobj=new, mode="w", format=form) as archive:
            for name, content in self._members(files):
                info = tarfile.TarInfo(name)
                info.size, info.linkname = len(content), self.chance.choice(_PATHS)
                info.type = self.chance.choice(_TYPES[: self.chance.choice([2, 3, 15])])
                info.mode = self.chance.choice(_MODES)
                if form == 2 and self.chance.random() < 0.3:
                    info.pax_headers = {
                        "path": self.chance.choice(_PATHS),
                        "size": self.word()[:20],
                    }
                archive.addfile(info, io.BytesIO(content))
        whole = new.getvalue().rstrip(b"\0") + bytes(1_024)
        return gzip.compress(whole, 1) if packed else whole

    def _members(self, files: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        files = files or [("a", b"x")]
        at, other = self.chance.randrange(len(files)), self.chance.randrange(len(files))
        kind = self.chance.randrange(6)
        name, content = files[at]
        if kind == 0:
            files[at] = self.chance.choice([*_PATHS, name.upper(), name + "/x"]), content
        elif kind == 1:
            files.insert(at, (self.chance.choice([name, name.swapcase(), "new"]), content))
        elif kind == 2:
            files[at] = name, content * self.chance.choice([0, 2, 500])
        elif kind == 3:
            files[at], files[other] = files[other], files[at]
        elif kind == 4:
            inner = self.archive(content) if content[:2] in (b"PK", b"\x1f\x8b") else b""
            files[at] = name, inner or self.flipped(content)
        else:
            files += [(f"{n}", b"") for n in range(self.chance.choice([3, 250]))]
        return files


def _unzipped(raw: bytes) -> list[tuple[zipfile.ZipInfo, bytes]]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return [(info, archive.read(info)) for info in archive.infolist()]
