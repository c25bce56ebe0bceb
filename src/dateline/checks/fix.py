"""What `dateline validate --fix` mends: only what needs no judgement, and only what was found."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterable
from pathlib import Path

import msgspec
import regex

from dateline.checks.incident import Incident
from dateline.errors import DatelineError
from dateline.records import (
    ArticleMeta,
    Attribution,
    Document,
    Item,
    Source,
    Span,
    canonical,
    decode,
)
from dateline.text import digest
from dateline.tree import Tree

__all__ = ["diff", "fixes", "trimmed"]

_CHARACTER = regex.compile(r"\X")
_GENERATED = {"DL212", "DL606"}


def fixes(tree: Tree, incidents: Iterable[Incident]) -> dict[Path, bytes]:
    """The files that can be mended, by path, with their new contents; nothing is written.

    DL303 moves the edges of spans off white space, DL202 writes a file in canonical form (as any
    other mend of it does), DL212 and DL606 make generated files anew. A file that cannot be read as
    a record, labels of another text, and files outside the tree are left as they are.
    """
    found: dict[Path, bytes] = {}
    codes: dict[str, set[str]] = {}
    for incident in incidents:
        codes.setdefault(incident.file, set()).add(incident.code)
    for name, here in codes.items():
        path = tree.root / name
        if here & {"DL202", "DL303"} and (new := _rewritten(tree, path, "DL303" in here)):
            found[path] = new
    stale = {name for name, here in codes.items() if here & _GENERATED}
    return found | (_generated(tree, stale) if stale else {})


def _rewritten(tree: Tree, path: Path, edges: bool) -> bytes | None:
    """A record's file in canonical form, with the edges of its spans moved where that is asked."""
    try:
        before = path.read_bytes()
        record: Document | ArticleMeta
        if path.parent == tree.articles:
            record = decode(before, ArticleMeta, str(path))
        elif path.is_relative_to(tree.root / "annotations"):
            record = decode(before, Document, str(path))
            text = tree.text(tree.meta(record.doc_id)) if edges else None
            if text is not None and digest(text) == record.text_sha256:
                record = _moved(record, text)
        else:
            return None
    except (DatelineError, OSError):
        return None
    after = canonical(record)
    return after if after != before else None


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """`[start, end)` without the white space at its edges; as it is where nothing would be left.

    Whole visible characters decide: a blank that carries an accent stays, with its accent.
    """
    if not 0 <= start < end <= len(text):
        return start, end
    characters = _CHARACTER.findall(text[start:end])
    seen = [i for i, character in enumerate(characters) if not character.isspace()]
    if not seen:
        return start, end
    before = sum(map(len, characters[: seen[0]]))
    after = sum(map(len, characters[seen[-1] + 1 :]))
    return start + before, end - after


def _moved(doc: Document, text: str) -> Document:
    """The labels with every span trimmed."""

    def move(part: Item | Span | Source) -> Item | Span | Source:
        if isinstance(part, Attribution):
            return msgspec.structs.replace(
                part,
                source=part.source and move(part.source),
                cue=part.cue and move(part.cue),
                content=[move(span) for span in part.content],
            )
        start, end = trimmed(text, part.start, part.end)
        return msgspec.structs.replace(part, start=start, end=end)

    return msgspec.structs.replace(
        doc,
        entities=[move(entity) for entity in doc.entities],
        events=[move(event) for event in doc.events],
        attributions=[move(attribution) for attribution in doc.attributions],
        stances=[move(stance) for stance in doc.stances],
    )


def _generated(tree: Tree, names: set[str]) -> dict[Path, bytes]:
    """The generated files of these names, as they should be; none where that cannot be told."""
    try:
        from dateline.generated.files import stale

        fresh = stale(tree)
    except Exception:  # whatever is wrong with a scheme or release is reported by its own check
        return {}
    return {tree.root / name: raw for name, raw in fresh.items() if name in names}


def diff(before: bytes, after: bytes, name: str) -> str:
    """A unified diff of two contents of a file; empty where they are the same."""
    old, new = (io.StringIO(raw.decode("utf-8", "replace")).readlines() for raw in (before, after))
    lines = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
