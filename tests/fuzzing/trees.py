"""Trees with one node changed: JSON, MessagePack, XML."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from typing import Any
from xml.etree import ElementTree

import msgspec

from fuzzing.words import CANNOT, Words

__all__ = ["Trees"]

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


class Trees(Words):
    """Changes to what can be read as a tree; None for what cannot."""

    def json(self, raw: bytes) -> bytes | None:
        return self._json_text(raw.decode("utf-8"))

    def json_line(self, raw: bytes) -> bytes | None:
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

    def deflated(self, raw: bytes) -> bytes | None:
        """MessagePack, as it is or deflated."""
        if raw[:1] in (b"{", b"[", b"<"):
            return None
        if raw[:2] == b"\x1f\x8b":
            return gzip.compress(self.flipped(gzip.decompress(raw)), 1)
        try:
            inner, pack = zlib.decompress(raw), zlib.compress
        except zlib.error:
            inner, pack = raw, bytes
        if self.chance.random() < 0.2:
            return pack(self.flipped(inner)) if pack is not bytes else None
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
            node[self.word()] = node.pop(key)
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
            return self._inner(value) or self.flipped(value)
        if isinstance(value, str) and value[:1] in ("{", "[") and self.chance.random() < 0.7:
            try:
                new = self._json_text(value)
            except CANNOT:
                new = None
            if new is not None:
                return new.decode("utf-8", "ignore")
        if isinstance(value, str):
            return self.token(value) if self.chance.random() < 0.6 else self.word()
        return self._value()

    def _inner(self, value: bytes) -> bytes | None:
        """MessagePack inside MessagePack, changed."""
        try:
            tree = msgspec.msgpack.decode(value)
            if isinstance(tree, dict | list):
                return msgspec.msgpack.encode(self._tree(tree))
        except CANNOT:
            pass
        return None

    def _value(self) -> Any:
        kind = self.chance.randrange(4)
        if kind == 0:
            return self.word()
        return (
            self.chance.choice([[], {}, [[]], *_SCALARS])
            if kind == 1
            else self.chance.choice(_SCALARS)
        )

    def xml(self, raw: bytes) -> bytes | None:
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
            pool = [*other.attrib.values(), *node.attrib.values(), self.word()]
            near = self.token(node.attrib[key])
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
                self.word()
            )
        else:
            node.text = self.word()
        new = ElementTree.tostring(root, "utf-8")[:60_000]
        if self.chance.random() < 0.05:
            entity = '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z SYSTEM "file:///etc/passwd">]>'
            bomb = "<!DOCTYPE a [" + "".join(
                f'<!ENTITY e{n} "{f"&e{n - 1};" * 9 or "x"}">' for n in range(1, 9)
            )
            kinds = [entity, bomb + "]>", '<!DOCTYPE a SYSTEM "file:///etc/passwd">']
            body = new.replace(b"?>", b"?>" + self.chance.choice(kinds).encode(), 1)
            return body.replace(b">", b">&x;&z;&e8;", self.chance.choice([0, 3]))
        return new
