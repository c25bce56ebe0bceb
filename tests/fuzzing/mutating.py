"""Changes to files: what keeps the form is tried as often as what breaks it."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree import ElementTree

import msgspec

from fuzzing.cutting import Files

__all__ = ["Mutator"]

LARGEST = 6_000
NUMBERS = ["-1", "0", "1", "2", "007", "999", "2147483648", "4294967296", "18446744073709551616"]
NUMBERS += ["1e999", "NaN", "-0", "0.5", "٣", "½"]
NUMBERS += ["9" * 25, "9" * 5_000, "--1", "1_0", "+1"]
WORDS = ["", " ", "\t", "\n", "\r", "\r\n", "\ufeff", "\u2028", "\x85", "\x00", "\x1c", "e\u0301"]
WORDS += [
    "👩🏽‍🚀",
    "\u202e",
    "../x",
    "/etc/passwd",
    "C:\\x",
    "a/b",
    "*",
    "_",
    "-",
    "O",
    "|",
    "[1]",
    "\\",
]
WORDS += ["AUTHOR", "PERSON", "GPE", "CLUSTER", "ATTRIBUTION", "STANCE", "foreign-", "member", "on"]
WORDS += ["&#0;", "&lt;", "&x;", "%n", "{}", "${x}", "nan", "true", "null", "\ud800", "x" * 1_000]
_TOKEN = re.compile(r"[\w-]+|[^\w\s]|\s+")
_SCALARS = [
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**63,
    2**70,
    1.5,
    1e308,
    float("nan"),
    float("inf"),
    "",
]
_PREFIX = re.compile(rb"xmlns:([\w.-]+)=[\"']([^\"']*)[\"']")
_CANNOT = (ValueError, RecursionError, zlib.error, EOFError, OSError, TypeError, OverflowError)
_CANNOT += (tarfile.TarError, zipfile.BadZipFile, RuntimeError, KeyError, AttributeError)
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
Change = Callable[[bytes], bytes | None]


class Mutator:
    """Makes one input of another, by a source of chance.

    `seeds` are the inputs that pieces are taken from; `raw` changes bytes as a fuzzer sees fit.
    """

    def __init__(self, seeds: Sequence[Files], raw: Change | None = None) -> None:
        self.chance = random.Random(0)
        self._pieces: dict[str, list[str]] = {}
        for files in seeds:
            for name, content in files.items():
                text = content.decode("utf-8", "ignore")
                self._pieces.setdefault(name, []).extend(text.split("\n")[:60])
        tokens = {
            t for lines in self._pieces.values() for line in lines for t in _TOKEN.findall(line)
        }
        self._tokens = sorted(token for token in tokens if len(token) < 40)[:4_000] or ["x"]
        self.seeds = seeds
        self.raw = raw or self._flipped
        self._names = list(self._pieces)

    def __call__(self, files: Files, seed: int) -> Files:
        """An input made of another by one to four changes."""
        self.chance.seed(seed)
        files = dict(files) or {self._names[0]: b""}
        for _ in range(self.chance.choice([1, 1, 1, 2, 2, 4])):
            if self.chance.random() < 0.04:
                self._shuffle(files)
                continue
            name = self.chance.choice(list(files))
            most = max(LARGEST, len(files[name]) + 500)
            files[name] = self._changed(name, files[name])[:most]
        return files

    def _shuffle(self, files: Files) -> None:
        """Drop a file, add one, or give one what another has."""
        one, other = self.chance.choice(list(files)), self.chance.choice(self._names)
        kind = self.chance.randrange(3)
        if kind == 0 and len(files) > 1:
            del files[one]
        elif kind == 1:
            files[other] = files[one]
        else:
            files[other] = "\n".join(self.chance.choices(self._pieces[other], k=5)).encode()

    def _changed(self, name: str, raw: bytes) -> bytes:
        structured = [self._json, self._json_line, self._xml, self._deflated, self._archive]
        binary = raw[:1] in (b"x", b"P", b"\x1f") or b"\0" in raw[:600]
        if self.chance.random() < (0.9 if binary else 0.5):
            self.chance.shuffle(structured)
            for change in structured:
                try:
                    new = change(raw)
                except _CANNOT:
                    continue
                if new is not None:
                    return new
        if self.chance.random() < 0.15:
            return self.raw(raw)
        text = raw.decode("utf-8", "ignore")
        change = self.chance.choice([self._line, self._line, self._token, self._token, self._whole])
        return change(name, text).encode("utf-8", "ignore")

    # ── Bytes and words

    def _flipped(self, raw: bytes) -> bytes:
        data = bytearray(raw)
        for _ in range(self.chance.choice([1, 1, 2, 8])):
            at = self.chance.randrange(len(data) + 1)
            kind = self.chance.randrange(4)
            if kind == 0 and at < len(data):
                data[at] ^= 1 << self.chance.randrange(8)
            elif kind == 1:
                data[at:at] = self.chance.randbytes(self.chance.choice([1, 2, 8]))
            elif kind == 2:
                del data[at : at + self.chance.choice([1, 2, 30])]
            else:
                other = self.chance.randrange(len(data) + 1)
                data[at:at] = data[other : other + self.chance.choice([1, 4, 60])]
        return bytes(data)

    def _word(self) -> str:
        known = self.chance.choice([NUMBERS, WORDS, self._tokens, self._tokens])
        return self.chance.choice(known)

    def _token(self, _: str, text: str) -> str:
        """One word replaced, doubled, put in, taken out; a number made a little other."""
        at = self.chance.randrange(len(text) + 1)
        match = _TOKEN.search(text, at)
        if match is None:
            return text + self._word()
        start, end = match.span()
        token = match.group()
        kind = self.chance.randrange(6)
        if token.isascii() and token.isdigit() and len(token) < 9 and kind < 4:
            new = str(max(0, int(token) + self.chance.choice([-1, 1, -2, 2, 10, -10, 1_000])))
        elif kind == 0:
            new = token * self.chance.choice([2, 2, 3, 500])
        elif kind == 1:
            new = ""
        elif kind == 2:
            new = token + self._word()
        else:
            new = self._word()
        return text[:start] + new + text[end:]

    def _line(self, name: str, text: str) -> str:
        """Lines put in, taken out, doubled, swapped; a column of one in place of another's."""
        lines = text.split("\n")
        at, other = self.chance.randrange(len(lines)), self.chance.randrange(len(lines))
        kind = self.chance.randrange(8)
        pieces = self._pieces.get(name) or [""]
        if kind == 0:
            lines.insert(at, self.chance.choice(pieces))
        elif kind == 1:
            del lines[at : at + self.chance.choice([1, 1, 3])]
        elif kind == 2:
            lines[at:at] = [lines[other]] * self.chance.choice([1, 1, 2, 60])
        elif kind == 3:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 4:
            lines.insert(at, self.chance.choice(["", " ", "#", "\t"]))
        else:
            sign = self.chance.choice(["\t", "\t", " ", "|", ";", ",", ":", "="])
            mine, theirs = lines[at].split(sign), self.chance.choice([lines[other], *pieces[:1]])
            column = self.chance.randrange(len(mine))
            given = self.chance.choice([*theirs.split(sign)[:8], self._word(), mine[column] + "|x"])
            mine[column : column + self.chance.choice([0, 1, 1, 1, 2])] = [given]
            lines[at] = sign.join(mine)
        return "\n".join(lines)

    def _whole(self, _: str, text: str) -> str:
        kind = self.chance.randrange(6)
        if kind == 0:
            return text.replace("\n", self.chance.choice(["\r\n", "\r", "\n\n", " "]))
        if kind == 1:
            return "\ufeff" + text
        at = self.chance.randrange(len(text) + 1)
        if kind == 2:
            return text[:at]
        if kind == 3:
            return text[at:]
        if kind == 4:
            piece = text[at : at + self.chance.choice([1, 2, 20, 200])]
            return text[:at] + piece * self.chance.choice([2, 10, 60]) + text[at:]
        deep = self.chance.choice(["[", '{"a":', "<a>", "(", "\\", '"', "  "])
        return text[:at] + deep * self.chance.choice([2, 50, 1_200]) + text[at:]

    # ── Trees

    def _json(self, raw: bytes) -> bytes | None:
        return self._json_text(raw.decode("utf-8"))

    def _json_line(self, raw: bytes) -> bytes | None:
        lines = raw.decode("utf-8").split("\n")
        at = self.chance.randrange(len(lines))
        new = self._json_text(lines[at])
        if new is None:
            return None
        lines[at] = new.decode()
        return "\n".join(lines).encode()

    def _json_text(self, text: str) -> bytes | None:
        tree = json.loads(text)
        if not isinstance(tree, dict | list) or not tree:
            return None
        new = json.dumps(self._tree(tree), ensure_ascii=self.chance.random() < 0.5)
        return new.encode("utf-8", "ignore")

    def _deflated(self, raw: bytes) -> bytes | None:
        """MessagePack, as it is or deflated."""
        if raw[:1] in (b"{", b"[", b"<"):
            return None
        if raw[:2] == b"\x1f\x8b":
            return gzip.compress(self._flipped(gzip.decompress(raw)), 1)
        try:
            inner, pack = zlib.decompress(raw), zlib.compress
        except zlib.error:
            inner, pack = raw, bytes
        if self.chance.random() < 0.2:
            return pack(self._flipped(inner)) if pack is not bytes else None
        tree = msgspec.msgpack.decode(inner)
        if not isinstance(tree, dict | list):
            return None
        return pack(msgspec.msgpack.encode(self._tree(tree)))

    def _tree(self, tree: Any) -> Any:
        """A tree with one node changed."""
        places: list[tuple[Any, Any]] = []
        stack = [tree]
        while stack:
            node = stack.pop()
            keys = list(node) if isinstance(node, dict) else range(len(node))
            for key in keys:
                places.append((node, key))
                if isinstance(node[key], dict | list):
                    stack.append(node[key])
        if not places:
            return self._value()
        node, key = self.chance.choice(places)
        other, place = self.chance.choice(places)
        kind = self.chance.randrange(8)
        if kind == 0:
            del node[key]
        elif kind == 1:
            node[key] = self._value()
        elif kind == 2:
            copy = json.loads(json.dumps(other[place], default=str))
            node[key] = copy
        elif kind == 3 and isinstance(node, dict):
            node[self._word()] = node.pop(key)
        elif kind == 3:
            node[key:key] = [node[key]] * self.chance.choice([1, 2, 60])
        elif kind == 4:
            for _ in range(self.chance.choice([1, 1, 30, 400])):
                node[key] = [node[key]] if self.chance.random() < 0.7 else {"a": node[key]}
        else:
            node[key] = self._near(node[key])
        return tree

    def _near(self, value: Any) -> Any:
        """A value of the same type, if it may be."""
        if isinstance(value, bool) or value is None:
            return self._value()
        if isinstance(value, int | float):
            return self.chance.choice(
                [value - 1, value + 1, -value, value * 1_000, str(value), value]
            )
        if isinstance(value, bytes):
            return self._inner(value) or self._flipped(value)
        if isinstance(value, str) and value[:1] in ("{", "[") and self.chance.random() < 0.7:
            try:
                new = self._json_text(value)
            except _CANNOT:
                new = None
            if new is not None:
                return new.decode("utf-8", "ignore")
        if isinstance(value, str):
            return self._token("", value) if self.chance.random() < 0.6 else self._word()
        return self._value()

    def _inner(self, value: bytes) -> bytes | None:
        """MessagePack inside MessagePack, changed."""
        try:
            tree = msgspec.msgpack.decode(value)
            if isinstance(tree, dict | list):
                return msgspec.msgpack.encode(self._tree(tree))
        except _CANNOT:
            pass
        return None

    def _value(self) -> Any:
        kind = self.chance.randrange(4)
        if kind == 0:
            return self._word()
        return (
            self.chance.choice([[], {}, [[]], *_SCALARS])
            if kind == 1
            else self.chance.choice(_SCALARS)
        )

    def _archive(self, raw: bytes) -> bytes | None:
        """An archive whose members have other names, kinds, contents, an order, a number."""
        if raw[:2] == b"PK":
            made = self._members([(i.orig_filename, r) for i, r in _unzipped(raw)])
            new = io.BytesIO()
            with zipfile.ZipFile(new, "w", self.chance.choice([0, 8, 8, 8, 12])) as archive:
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
            return gzip.compress(self._flipped(plain), 1) if packed else None
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
                        "size": self._word()[:20],
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
            inner = self._archive(content) if content[:2] in (b"PK", b"\x1f\x8b") else b""
            files[at] = name, inner or self._flipped(content)
        else:
            files += [(f"{n}", b"") for n in range(self.chance.choice([3, 250]))]
        return files

    def _xml(self, raw: bytes) -> bytes | None:
        """An XML tree with one element or attribute changed; now and then with a declaration."""
        if b"<" not in raw[:200]:
            return None
        for prefix, uri in _PREFIX.findall(raw[:20_000]):
            if not re.fullmatch(rb"ns\d+|xml", prefix):
                ElementTree.register_namespace(prefix.decode(), uri.decode())
        try:
            root = ElementTree.fromstring(raw)
        except ElementTree.ParseError:
            return None
        parents = {child: parent for parent in root.iter() for child in parent}
        every = list(root.iter())
        node, other = self.chance.choice(every), self.chance.choice(every)
        kind = self.chance.randrange(9)
        if kind < 4 and node.attrib:
            key = self.chance.choice(list(node.attrib))
            pool = [*other.attrib.values(), *node.attrib.values(), self._word()]
            near = self._token("", node.attrib[key])
            node.attrib[key] = self.chance.choice([near, near, *pool, "_".join(pool[:2])])
            if self.chance.random() < 0.2:
                del node.attrib[key]
        elif kind == 4 and node in parents:
            parents[node].remove(node)
        elif kind == 5 and node in parents and node is not other:
            at = self.chance.randrange(len(parents[node]) + 1)
            for _ in range(self.chance.choice([1, 1, 2, 40])):
                parents[node].insert(at, node)
        elif kind == 6:
            node.tag = other.tag
        elif kind == 7:
            node.attrib[self.chance.choice(["id", "begin", "end", "sofa", "type", "x"])] = (
                self._word()
            )
        else:
            node.text = self._word()
        new = ElementTree.tostring(root, "utf-8")[: LARGEST * 2]
        if self.chance.random() < 0.05:
            entity = '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z SYSTEM "file:///etc/passwd">]>'
            bomb = "<!DOCTYPE a [" + "".join(
                f'<!ENTITY e{n} "{f"&e{n - 1};" * 9 or "x"}">' for n in range(1, 9)
            )
            kinds = [entity, bomb + "]>", '<!DOCTYPE a SYSTEM "file:///etc/passwd">']
            body = new.replace(b"?>", b"?>" + self.chance.choice(kinds).encode(), 1)
            return body.replace(b">", b">&x;&z;&e8;", self.chance.choice([0, 3]))
        return new


def _unzipped(raw: bytes) -> list[tuple[zipfile.ZipInfo, bytes]]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return [(info, archive.read(info)) for info in archive.infolist()]
