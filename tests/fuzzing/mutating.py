"""Changes to files: what keeps the form is tried as often as what breaks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fuzzing.cutting import Files
from fuzzing.packing import Archives
from fuzzing.trees import Trees
from fuzzing.words import TOKEN

__all__ = ["Mutator"]

LARGEST = 6_000
Change = Callable[[bytes], bytes | None]


class Mutator(Trees, Archives):
    """Makes one input of another, by a source of chance.

    `seeds` are the inputs that pieces are taken from; `raw` changes bytes as a fuzzer sees fit.
    """

    def __init__(self, seeds: Sequence[Files], raw: Change | None = None) -> None:
        self._pieces: dict[str, list[str]] = {}
        for files in seeds:
            for name, content in files.items():
                text = content.decode("utf-8", "ignore")
                self._pieces.setdefault(name, []).extend(text.split("\n")[:60])
        tokens = {
            t for lines in self._pieces.values() for line in lines for t in TOKEN.findall(line)
        }
        super().__init__(sorted(token for token in tokens if len(token) < 40)[:4_000])
        self.seeds = seeds
        self.raw = raw or self.flipped
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
        structured = [self.json, self.json_line, self.xml, self.deflated, self.archive]
        binary = raw[:1] in (b"x", b"P", b"\x1f") or b"\0" in raw[:600]
        if self.chance.random() < (0.9 if binary else 0.5):
            self.chance.shuffle(structured)
            for change in structured:
                try:
                    new = change(raw)
                except Exception:  # another form than it looked like
                    continue
                if new is not None:
                    return new
        if self.chance.random() < 0.15:
            return self.raw(raw)
        text = raw.decode("utf-8", "ignore")
        kind = self.chance.randrange(5)
        if kind < 2:
            new = self._line(name, text)
        else:
            new = self.token(text) if kind < 4 else self._whole(text)
        return new.encode("utf-8", "ignore")

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
            given = self.chance.choice([*theirs.split(sign)[:8], self.word(), mine[column] + "|x"])
            mine[column : column + self.chance.choice([0, 1, 1, 1, 2])] = [given]
            lines[at] = sign.join(mine)
        return "\n".join(lines)

    def _whole(self, text: str) -> str:
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
