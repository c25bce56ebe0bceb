"""Archives are unpacked while they are read; one with anything wrong leaves nothing behind."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dateline.cli import app
from dateline.errors import DataError
from dateline.formats.archives import BOUNDS, Bounds, unpacked
from dateline.formats.brat import FORMAT
from dateline.formats.registry import Known
from dateline.tree import Tree
from strategies import SCHEME

TEXT = b"Olm closed its harbour.\n"
ANN = b"T1\tGPE 0 3\tOlm\nE1\tCOERCE:T2\nT2\tCOERCE 4 10\tclosed\n"
FILES = [("olm.txt", TEXT), ("olm.ann", ANN)]
Made = Iterable[tuple[str, bytes]]


def zipped(files: Made, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        for name, content in files:
            info = zipfile.ZipInfo("x")
            info.filename, info.compress_type = name, method
            archive.writestr(info, content)
    return raw.getvalue()


def tarred(files: Made, kind: bytes = tarfile.REGTYPE, **more: object) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.type, info.size = kind, len(content) if kind == tarfile.REGTYPE else 0
            for key, value in more.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return raw.getvalue()


def tgz(files: Made) -> bytes:
    return gzip.compress(tarred(files))


@pytest.fixture(autouse=True)
def passing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterable[Path]:
    """Where archives are unpacked: empty again after every test."""
    place = tmp_path / "passing"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place
    assert list(place.iterdir()) == []


@pytest.fixture
def outside(tmp_path: Path) -> Iterable[Path]:
    """A folder around everything, in which nothing else may appear."""
    place = tmp_path / "around" / "in"
    place.mkdir(parents=True)
    yield place
    assert list(place.parent.iterdir()) == [place]


def contents(path: Path, bounds: Bounds = BOUNDS) -> dict[str, bytes]:
    with unpacked(path, bounds) as place:
        if place.is_file():
            return {place.name: place.read_bytes()}
        found = {p.relative_to(place).as_posix(): p for p in place.rglob("*") if p.is_file()}
        return {name: path.read_bytes() for name, path in sorted(found.items())}


def refused(path: Path, raw: bytes, message: str, bounds: Bounds = BOUNDS) -> None:
    path.write_bytes(raw)
    with pytest.raises(DataError, match=message) as caught:
        contents(path, bounds)
    assert str(caught.value).startswith(str(path))


MAKERS = {"a.zip": zipped, "a.ZIP": zipped, "a.tar": tarred, "a.tar.gz": tgz, "a.tgz": tgz}
every_kind = pytest.mark.parametrize(("name", "make"), MAKERS.items(), ids=MAKERS)
Make = Callable[[Made], bytes]


@every_kind
def test_what_goes_in_comes_out(outside: Path, name: str, make: Make) -> None:
    path = outside / name
    files = [("b/olm.ann", ANN), ("b/olm.txt", TEXT), ("./b/c/é.txt", b""), ("d.txt", b"Orlem.")]
    path.write_bytes(make(files))
    expected = {name.removeprefix("./"): raw for name, raw in files}
    assert contents(path) == dict(sorted(expected.items()))


def test_a_folder_that_holds_all_the_rest_is_left_out(outside: Path) -> None:
    more = [("__MACOSX/p/._olm.txt", b"\0"), ("__MACOSX/._p.zip", b"\0"), (".DS_Store", b"\0")]
    path = outside / "p.zip"
    path.write_bytes(zipped([("p/", b""), *((f"p/{name}", raw) for name, raw in FILES), *more]))
    assert contents(path) == dict(sorted(FILES))


def test_a_file_alone_in_gz_and_what_is_no_archive(outside: Path) -> None:
    (outside / "olm.txt.gz").write_bytes(gzip.compress(TEXT) + gzip.compress(TEXT))
    assert contents(outside / "olm.txt.gz") == {"olm.txt": TEXT + TEXT}
    (outside / "olm.txt").write_bytes(TEXT)
    (outside / "folder.zip").mkdir()
    for name in ("olm.txt", "folder.zip", "nothing.zip", ".zip"):
        with unpacked(outside / name) as place:
            assert place == outside / name


def test_archives_inside_become_folders(outside: Path) -> None:
    """As in a project of INCEpTION: one archive for each annotator of each document."""
    inner = {"ana": [("ana.xmi", b"<a/>"), ("TypeSystem.xml", b"<t/>")], "ben": [("b.xmi", b"")]}
    files = [(f"annotation/olm.txt/{who}.zip", zipped(made)) for who, made in inner.items()]
    files += [("source/olm.txt", TEXT), ("kb/olm.ttl.gz", gzip.compress(b"ttl"))]
    (outside / "p.zip").write_bytes(zipped(files))
    assert contents(outside / "p.zip") == {
        "annotation/olm.txt/ana/TypeSystem.xml": b"<t/>",
        "annotation/olm.txt/ana/ana.xmi": b"<a/>",
        "annotation/olm.txt/ben/b.xmi": b"",
        "kb/olm.ttl": b"ttl",
        "source/olm.txt": TEXT,
    }


NAMES = {
    "above": "../stray.txt",
    "above, further in": "a/../../stray.txt",
    "absolute": "/tmp/stray.txt",
    "a drive": "C:/stray.txt",
    "a drive's folder": "c:stray.txt",
    "backslashes": "..\\stray.txt",
    "a line end": "a\nb.txt",
    "an escape": "a\x1b[2Jb.txt",
}


@pytest.mark.parametrize("stray", NAMES.values(), ids=NAMES)
@every_kind
def test_names_that_lead_elsewhere(outside: Path, name: str, make: Make, stray: str) -> None:
    refused(outside / name, make([*FILES, (stray, TEXT)]), "expected a name that stays inside")
    inside = zipped([("in.zip", make([(stray, TEXT)]) if make is zipped else zipped(FILES))])
    if make is zipped:
        refused(outside / name, inside, "expected a name that stays inside")


COLLIDING = {
    "twice": ["a.txt", "a.txt"],
    "a letter twice": ["a", "a"],
    "capitals": ["a/Olm.txt", "a/olm.txt"],
    "capitals of folders": ["A/olm.txt", "a/orlem.txt"],
    "sharp s": ["strasse", "straße"],
    "composed or not": ["\u00e9.txt", "e\u0301.txt"],
    "a file and a folder": ["a", "a/b"],
    "a folder and a file": ["a/b", "a"],
    "a dot": ["a/b", "a/./b"],
}


@pytest.mark.parametrize("names", COLLIDING.values(), ids=COLLIDING)
@pytest.mark.filterwarnings("ignore:Duplicate name")
@every_kind
def test_names_that_collide(outside: Path, name: str, make: Make, names: list[str]) -> None:
    raw = make([(one, TEXT) for one in names])
    refused(outside / name, raw, "expected each name once")


def test_an_inner_archive_does_not_write_over_a_file(outside: Path) -> None:
    for inner in (("a.zip", zipped(FILES)), ("a/olm.txt.gz", gzip.compress(b"else"))):
        files = [("a/olm.txt", b"first"), inner]
        for order in (files, files[::-1]):
            refused(outside / "p.zip", zipped(order), "expected each name once")


def test_no_archive_two_levels_down(outside: Path) -> None:
    raw = zipped([("b.zip", zipped([("c.tgz", tgz(FILES))]))])
    refused(outside / "p.zip", raw, r"p\.zip: b/c\.tgz: expected no archive inside an archive")


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFDIR])
def test_links_and_devices_in_a_zip(outside: Path, mode: int) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = (mode | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    refused(outside / "p.zip", raw.getvalue(), "link: expected files and folders alone")


KINDS = [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]


@pytest.mark.parametrize("kind", [*KINDS, tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE, b"?"])
def test_links_and_devices_in_a_tar(outside: Path, kind: bytes) -> None:
    raw = tarred([("link", b"")], kind, linkname="../../etc/passwd")
    refused(outside / "p.tar", raw, "link: expected files and folders alone")


def test_names_that_are_no_utf_8(outside: Path) -> None:
    raw = zipped([("o\u00e9\u00e9.txt", TEXT)]).replace("\u00e9\u00e9".encode(), b"\xe9\xe9()")
    refused(outside / "p.zip", raw, "expected names in UTF-8")
    plain = bytearray(zipped([("olm\x7f.txt", TEXT)]).replace(b"olm\x7f", b"olm\xe9"))
    refused(outside / "p.zip", bytes(plain), "expected names in UTF-8")
    raw_tar = io.BytesIO()
    with tarfile.open(
        fileobj=raw_tar, mode="w", format=tarfile.GNU_FORMAT, encoding="latin-1"
    ) as archive:
        archive.addfile(tarfile.TarInfo("\u00e9.txt"))
    refused(outside / "p.tar", raw_tar.getvalue(), "expected names in UTF-8")


def test_names_that_are_too_long_or_too_deep(outside: Path) -> None:
    for stray in ("a/" * 50 + "b", "a" * 300):
        for name, make in (("p.zip", zipped), ("p.tar", tarred)):
            refused(outside / name, make([(stray, b"")]), "expected a name of at most 40 folders")


# ── Bombs


SMALL = Bounds(members=10, one=1_000, total=5_000, ratio=3, free=2_000)


@every_kind
def test_a_file_of_more_than_one_may_be(outside: Path, name: str, make: Make) -> None:
    raw = make([("a", b"x" * 1_001)])
    bounds = Bounds(one=1_000)
    refused(outside / name, raw, r"a: expected a file of at most 1000 bytes", bounds)
    assert contents_of(outside / name, make([("a", b"x" * 1_000)]), bounds) == 1


def contents_of(path: Path, raw: bytes, bounds: Bounds) -> int:
    path.write_bytes(raw)
    return len(contents(path, bounds))


def test_all_files_together(outside: Path) -> None:
    path = outside / "p.zip"
    files = [(str(n), b"x" * 900) for n in range(6)]
    refused(path, zipped(files), "expected at most 2[0-9]{3} bytes unpacked", SMALL)
    assert contents_of(path, zipped(files[:2]), SMALL) == 2, (
        "small ones may be as dense as they are"
    )
    raw = zipped(files, zipfile.ZIP_STORED)
    refused(path, raw, "expected at most 5000 bytes unpacked", SMALL)
    assert contents_of(path, raw[:], Bounds(ratio=1, free=0)) == 6


def test_inner_archives_draw_on_the_same_bounds(outside: Path) -> None:
    inner = zipped([("a", bytes(900)), ("b", bytes(900))])
    refused(outside / "p.zip", zipped([("1.zip", inner), ("2.zip", inner)]), "unpacked", SMALL)
    empty = zipped([(str(n), b"") for n in range(6)])
    roomy = Bounds(members=10)
    raw = zipped([("1.zip", empty), ("2.zip", empty)])
    refused(outside / "p.zip", raw, "expected at most 10 files and folders", roomy)


@every_kind
def test_too_many_files(outside: Path, name: str, make: Make) -> None:
    raw = make([(str(n), b"") for n in range(11)])
    refused(outside / name, raw, "expected at most 10 files and folders", Bounds(members=10))
    assert contents_of(outside / name, make([(str(n), b"") for n in range(10)]), BOUNDS) == 10


@pytest.mark.parametrize("name", ["a.gz", "a.tgz", "a.tar.gz"])
def test_what_unpacks_without_end(outside: Path, name: str) -> None:
    raw = gzip.compress(bytes(1_000_000))
    bounds = Bounds(one=10_000, free=20_000)
    refused(outside / name, raw, "expected (a file of )?at most [0-9]+ bytes", bounds)


def test_what_a_header_says_of_sizes_is_not_believed(outside: Path) -> None:
    """A member that says it has 10 bytes and has a million; and the other way round."""
    path, honest = outside / "p.zip", zipped([("a", bytes(1_000_000))])
    size = struct.pack("<I", 1_000_000)
    refused(path, honest.replace(size, struct.pack("<I", 10)), "expected a zip archive", SMALL)
    assert honest.count(size) == 2
    vast = zipped([("a", b"x")], zipfile.ZIP_STORED)
    at = vast.index(b"PK\1\2") + 24
    vast = vast[:at] + struct.pack("<I", 0xFFFFFFF0) + vast[at + 4 :]
    refused(path, vast, "expected 4294967280 bytes, as the archive says, got 1")


def test_members_that_share_their_bytes_are_counted_each(outside: Path) -> None:
    """The table of contents names the same bytes a hundred times under other names."""
    raw = zipped([(f"{n:03}", bytes(60_000) if n == 0 else b"") for n in range(100)])
    first = raw.index(b"PK\1\2")
    entry = raw[first : first + 46]
    table = b"".join(entry + b"000" for _ in range(100))
    end = raw.rindex(b"PK\5\6")
    shared = raw[:first] + table + raw[end:]
    refused(outside / "p.zip", shared, "each name once|unpacked", Bounds(total=1_000_000))


def test_long_headers_are_not_read_whole(outside: Path) -> None:
    """A tar's long name of 100 MB, and a zip that says its table has 4 GB."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 100_000_000
    refused(outside / "p.tar", info.tobuf() + bytes(10_240), "expected a tar archive")
    raw = bytearray(zipped(FILES))
    at = raw.rindex(b"PK\5\6") + 12
    raw[at : at + 8] = struct.pack("<II", 0xFFFFFFF0, 0)
    refused(outside / "p.zip", bytes(raw), "expected a zip archive")


def test_rows_of_digits_in_headers_cost_no_time(outside: Path) -> None:
    """Looking for a number in them would take as long as the square of their length."""
    body = b"9" * 30_000
    info = tarfile.TarInfo("././@PaxHeader")
    info.type, info.size = tarfile.XHDTYPE, len(body)
    block = info.tobuf() + body.ljust(30_208, b"\0")
    refused(outside / "p.tar", block * 1_000, "expected a tar archive that can be read")


def test_folders_are_counted_too(outside: Path) -> None:
    raw = zipped([(f"{n}/b/c/d", b"") for n in range(3)])
    refused(outside / "p.zip", raw, "expected at most 10 files", Bounds(members=10))


def test_headers_for_all_files_are_few(outside: Path) -> None:
    raw = io.BytesIO()
    headers = {f"k{n}": "v" for n in range(1_000)}
    with tarfile.open(
        fileobj=raw, mode="w", format=tarfile.PAX_FORMAT, pax_headers=headers
    ) as archive:
        archive.addfile(tarfile.TarInfo("a"))
    refused(outside / "p.tar", raw.getvalue(), "expected at most 64 headers for all files")


def test_headers_that_lead_to_headers(outside: Path) -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 2
    block = info.tobuf() + b"a\0" + bytes(510)
    refused(outside / "p.tar", block * 5_000, "expected a tar archive that can be read")


# ── Broken ones


@every_kind
def test_broken_archives(outside: Path, name: str, make: Make) -> None:
    raw = make([(f"{n}.txt", TEXT * 50) for n in range(9)])
    for broken in (
        b"",
        b"PK",
        b"Olm closed its harbour.",
        raw[: len(raw) // 2],
        raw[10:],
        b"\0" * 9,
    ):
        refused(outside / name, broken, "expected an? (zip|tgz|tar) archive that can be read")
    refused(outside / name, make([]), "expected an archive with files in it")


def test_a_broken_header_in_a_tar_is_not_taken_for_its_end(outside: Path) -> None:
    raw = bytearray(tarred(FILES))
    raw[1024 + 10] ^= 0xFF
    refused(outside / "p.tar", bytes(raw), "got a broken header")


def test_a_changed_byte_is_seen(outside: Path) -> None:
    raw = bytearray(zipped(FILES, zipfile.ZIP_STORED))
    raw[raw.index(TEXT)] ^= 1
    refused(outside / "p.zip", bytes(raw), "expected a zip archive that can be read")


def test_passwords_and_strange_methods(outside: Path) -> None:
    raw = bytearray(zipped(FILES))
    at = raw.index(b"PK\1\2") + 8
    raw[at] |= 1
    refused(outside / "p.zip", bytes(raw), r"olm\.txt: expected files without a password")
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        refused(outside / "p.zip", zipped(FILES, method), "expected files stored or deflated")


def test_errors_of_the_reader_name_the_archive(outside: Path) -> None:
    known = Known(SCHEME, str)
    (outside / "p.zip").write_bytes(zipped([("readme.md", b"")]))
    with (
        pytest.raises(DataError, match=r"in/p\.zip: expected a folder with \.txt") as caught,
        unpacked(outside / "p.zip") as place,
    ):
        list(FORMAT.read(place, known))
    assert "passing" not in str(caught.value)


def test_it_goes_away_whatever_happens(outside: Path, passing: Path) -> None:
    (outside / "p.zip").write_bytes(zipped(FILES))
    with pytest.raises(KeyboardInterrupt), unpacked(outside / "p.zip") as place:
        assert place.is_relative_to(passing)
        raise KeyboardInterrupt


def test_no_room_is_told(outside: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (outside / "p.zip").write_bytes(zipped(FILES))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="expected room and leave to write"):
        contents(outside / "p.zip")


# ── The command


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_a_project_is_imported_from_its_archive(outside: Path, tree: Tree) -> None:
    for name, make in MAKERS.items():
        (outside / name).write_bytes(make([(f"p/{one}", raw) for one, raw in FILES]))
        said = run("import", "brat", outside / name, "--out", outside / "mine", "--root", tree.root)
        assert "brat: 1 article" in said
        article = Tree(outside / "mine").article("olm")
        assert [entity.type for entity in article.entities] == ["GPE"]
        (outside / "mine").rename(outside / f"mine-{name}")


def test_a_stray_project_writes_nothing(outside: Path, tree: Tree) -> None:
    (outside / "p.zip").write_bytes(zipped([*FILES, ("../stray.txt", TEXT)]))
    with pytest.raises(DataError, match=r"p\.zip"):
        run("import", "brat", outside / "p.zip", "--out", outside / "mine", "--root", tree.root)
    assert [path.name for path in outside.iterdir()] == ["p.zip"]


def test_quoted_labels_in_an_archive(outside: Path, tree: Tree) -> None:
    run("export", "quoted", "mill-1", "toll-1", "--root", tree.root, "--out", outside / "q")
    files = [(path.name, path.read_bytes()) for path in sorted((outside / "q").iterdir())]
    (outside / "q.zip").write_bytes(zipped(files))
    said = run("import", "quoted", outside / "q.zip", "--out", outside / "l", "--root", tree.root)
    assert "2 documents written" in said
