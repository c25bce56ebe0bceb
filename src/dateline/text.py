"""Article texts and their units: reading them strictly, sentences, tokens, and spans on tokens.

A text is UTF-8, LF only, NFC, without BOM or NUL; its file ends with one LF that is not part of it.
Sentences: each line apart, then `sentencex`, edges trimmed. Tokens: one pattern, below, applied
within each sentence, so that every token lies in one sentence and every visible character in one
token. Both are versioned (`SENTENCES`, `TOKENS`): a change of either changes released rows.
"""

from __future__ import annotations

import bisect
import hashlib
import importlib.metadata
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import regex

from dateline.errors import DataError

__all__ = [
    "SENTENCES",
    "SHINGLE",
    "TOKENS",
    "Segmentation",
    "TextFault",
    "digest",
    "normalise",
    "parse_text",
    "place",
    "segment",
    "shingles",
    "text_faults",
    "tokenize",
    "words",
]

SENTENCES = "lines + sentencex " + importlib.metadata.version("sentencex")
TOKENS = "dateline-tokens 1"

_ABBREVIATIONS = (
    "Adm|Brig|Capt|Col|Cmdr|Cpl|Dr|Gen|Gov|Hon|Jr|Lt|Maj|Mr|Mrs|Ms|Mt|Pres|Prof|Rep|Rev|Sen|Sgt|Sr|"
    "St|vs|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec"
)

_RULES = rf"""
    (?:https?://|www\.)[^\s<>"“”]*[\w/]                   # an address
  | [\w.+-]+@\w[\w-]*(?:\.\w[\w-]*)+                      # a mail address
  | (?:\p{{L}}\.){{2,}}                                   # U.S., a.m.
  | (?:{_ABBREVIATIONS})\.(?=\s)                          # Col. Dorev
  | \p{{Nd}}+(?:[.,:]\p{{Nd}}+)+                          # 1,200  3.5  10:30
  | [\p{{L}}\p{{M}}]+(?=n['’]t\b)                         # did|n't
  | (?<=[\p{{L}}\p{{M}}])n['’]t\b
  | ['’](?:s|re|ve|ll|d|m)\b                              # the ministry|'s
  | [\p{{L}}\p{{M}}\p{{N}}_]+(?:['’](?!(?:s|re|ve|ll|d|m|t)\b)[\p{{L}}\p{{M}}]+)*   # O'Hen
  | \.{{2,}} | -{{2,}}                                    # dots, dashes
  | \X                                                    # one visible character
"""
_PLAIN = r"[ ]?[A-Za-z]+(?=[ ,])"  # most words, with the blank before: no rule says otherwise
_TOKEN = regex.compile(f"{_PLAIN} | {_RULES}", regex.VERBOSE | regex.VERSION1)
_WORD = regex.compile(r"\w+")
_BLANK = regex.compile(r"[\s--[\x00-\x7f]]", regex.VERSION1)

SHINGLE = 8
"""The words of a run whose hash `shingles` gives."""


class TextFault(NamedTuple):
    """Why bytes cannot be an article's text.

    `kind` is one of encoding, cr, bom, nul, nfc, control, bidi, empty; `place` is `line L, column
    C` (code points, from 1), or `byte N` where there is no text yet.
    """

    kind: str
    place: str
    expected: str
    found: str


_UNWANTED = regex.compile(
    r"(?P<nul>\0)|(?P<cr>\r)|(?P<bidi>[\u202a-\u202e\u2066-\u2069])"
    r"|(?P<control>[\p{Cc}--[\t\n\r\0]])",
    regex.VERSION1,
)
_WANTED = {
    "nul": "text without NUL",
    "cr": "lines that end with LF alone",
    "bidi": "no character that overrides the direction of writing",
    "control": "no control character",
}


def text_faults(raw: bytes) -> Iterator[TextFault]:
    """Each kind of fault of an article's text once, at its first place."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{raw[error.start]:02x}"
        yield TextFault("encoding", f"byte {error.start}", "UTF-8", found)
        return
    if text.startswith("\ufeff"):
        yield TextFault("bom", place(text, 0), "no byte order mark", "U+FEFF")
    seen: set[str] = set()
    for match in _UNWANTED.finditer(text):
        kind = str(match.lastgroup)
        if kind not in seen:
            seen.add(kind)
            names = {"nul": "NUL", "cr": "a carriage return"}
            found = names.get(kind, f"U+{ord(match.group()):04X}")
            yield TextFault(kind, place(text, match.start()), _WANTED[kind], found)
    if not text.strip():
        found = "nothing but white space" if text else "nothing"
        yield TextFault("empty", "line 1, column 1", "a text", found)
    if not unicodedata.is_normalized("NFC", text):
        at = _first_difference(text, unicodedata.normalize("NFC", text))
        names_ = " ".join(f"U+{ord(c):04X}" for c in text[at : at + 2])
        expected = "text in Unicode normal form C"
        yield TextFault("nfc", place(text, at), expected, names_)


def parse_text(raw: bytes, where: str) -> str:
    """An article's text from the bytes of its file; trailing line ends are not part of it.

    Raises
    ------
    DataError : CRLF, BOM, NUL, another control character, not UTF-8, not NFC, or empty; with line
        and column.
    """
    for fault in text_faults(raw):
        raise DataError(f"{where} {fault.place}", fault.expected, fault.found)
    return raw.decode("utf-8").rstrip("\n")


def normalise(raw: bytes, where: str) -> str:
    """A user's copy of a text with LF line ends, NFC, no BOM, no trailing newlines.

    Raises
    ------
    DataError : not UTF-8, a NUL, or empty: what no rewriting can mend.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte 0x{raw[error.start]:02x}"
        raise DataError(f"{where} byte {error.start}", "UTF-8", found) from None
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return parse_text(text.rstrip("\n").encode(), where)


def digest(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def shingles(text: str) -> list[str]:
    """Hashes of the text's 8-word shingles (lower case, words only), in order of appearance.

    Each is the first 16 hex digits of a SHA-256; they let a check see foreign wording in a text
    without holding it.
    """
    found = _WORD.findall(text.lower())
    runs = (" ".join(found[i : i + SHINGLE]) for i in range(len(found) - SHINGLE + 1))
    return [hashlib.sha256(run.encode()).hexdigest()[:16] for run in runs]


def words(text: str) -> list[tuple[int, int]]:
    """Offsets of the words that shingles are made of: letters, digits and underscores."""
    return [match.span() for match in _WORD.finditer(text)]


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Token offsets within `text[start:end]`; white space at an edge belongs to no token."""
    stop = len(text) if end is None else end
    spans = []
    for match in _TOKEN.finditer(text, start, stop):
        first, last = match.span()
        if text[first] == " ":
            first += 1
            if first == last:
                continue
        if text[first].isspace() or text[last - 1].isspace():
            if last - first == 1:
                continue
            first, last = _trimmed(text, first, last)
        if first < last:
            spans.append((first, last))
    return spans


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its edges; a blank may carry a combining accent."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _sentences(text: str) -> list[tuple[int, int]]:
    import sentencex

    found = []
    offset = 0
    for line in text.split("\n"):
        if line.strip():
            plain = _BLANK.sub(" ", line)  # a no-break space before a full stop is fatal to it
            for boundary in sentencex.get_sentence_boundaries("en", plain):
                start, end = _trimmed(line, boundary["start_index"], boundary["end_index"])
                if start < end:
                    found.append((offset + start, offset + end))
        offset += len(line) + 1
    return found


class HasSpan(Protocol):
    """Anything with code-point offsets."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True)
class Segmentation:
    """Sentences and tokens of one text, as code-point offsets.

    `first_token[i]` is the number of the first token of sentence `i`; one more entry closes it.
    """

    sentences: Sequence[tuple[int, int]]
    tokens: Sequence[tuple[int, int]]
    first_token: Sequence[int]
    _token_ends: list[int] = field(repr=False, compare=False)
    _token_starts: list[int] = field(repr=False, compare=False)
    _sentence_starts: list[int] = field(repr=False, compare=False)

    def sentence_of(self, offset: int) -> int:
        """The number of the sentence that holds `offset` (the one before, between sentences)."""
        return max(0, bisect.bisect_right(self._sentence_starts, offset) - 1)

    def tokens_of(self, start: int, end: int) -> tuple[int, int]:
        """Half-open range of the tokens that `[start, end)` touches, also where it cuts one."""
        first = bisect.bisect_right(self._token_ends, start)
        return first, max(first, bisect.bisect_left(self._token_starts, end))

    def sentence_tokens(self, sentence: int) -> tuple[int, int]:
        """Half-open range of the tokens of a sentence."""
        return self.first_token[sentence], self.first_token[sentence + 1]

    def in_sentence(self, start: int, end: int) -> tuple[int, int, int]:
        """(sentence, first token, end token) of a span; tokens counted from the sentence's first.

        A span belongs to the sentence in which it starts and is cut where that sentence ends.
        """
        sentence = self.sentence_of(start)
        low, high = self.sentence_tokens(sentence)
        first, last = self.tokens_of(start, end)
        return sentence, min(first, high) - low, min(last, high) - low


def segment(text: str) -> Segmentation:
    """Sentences and tokens of `text`; the same text always gives the same."""
    sentences = _sentences(text)
    tokens: list[tuple[int, int]] = []
    first_token = [0]
    for start, end in sentences:
        tokens.extend(tokenize(text, start, end))
        first_token.append(len(tokens))
    return Segmentation(
        sentences,
        tokens,
        first_token,
        [end for _, end in tokens],
        [start for start, _ in tokens],
        [start for start, _ in sentences],
    )


def place(text: str, at: int) -> str:
    """`line L, column C` of an offset, both from 1, in code points."""
    line = text.count("\n", 0, at)
    return f"line {line + 1}, column {at - (text.rfind(chr(10), 0, at) + 1) + 1}"


def _first_difference(a: str, b: str) -> int:
    pairs = zip(a, b, strict=False)
    return next((i for i, (x, y) in enumerate(pairs) if x != y), min(len(a), len(b)))
