"""Archives to start from."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping

from fuzzing.cutting import Files

__all__ = ["archive_seeds"]


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
