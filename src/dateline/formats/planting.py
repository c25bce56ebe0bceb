"""Making a corpus tree of one's own from imported articles, so that every command works on it."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import yaml

from dateline.checks.dates import is_date
from dateline.errors import DataError, UsageError
from dateline.files import staged_folder
from dateline.formats.bringing import bring
from dateline.formats.mapping import Facts, Mapping, Party
from dateline.formats.report import Reason, Report
from dateline.formats.standoff import StandOff
from dateline.ingest import slug
from dateline.records import GENRES, Annotator, ArticleMeta, canonical, is_doc_id
from dateline.text import digest
from dateline.tree import Tree
from dateline.world import SPLITS, Storyline

__all__ = ["REPORT", "UNDATED", "plant"]

REPORT = "import.json"
"""Where the report of an import lies in its tree."""

UNDATED = "1900-01-01"
"""The day of articles whose source gives none, since every article has one."""

_UNSAID = {
    "outlet": "not stated",
    "published": UNDATED,
    "genre": "spot",
    "language": "en",
    "licence": "not stated",
}
_TITLE = 120


def plant(
    standoffs: Iterable[StandOff],
    out: Path,
    tree: Tree,
    report: Report,
    *,
    mapping: Mapping | None = None,
    annotator: Annotator | None = None,
    facts: Facts | None = None,
    split: str = "train",
    finish: Callable[[Tree], None] = lambda _: None,
) -> None:
    """Write articles and their labels as a tree of their own into the folder `out`.

    Parameters
    ----------
    tree : the tree whose scheme and guidelines the new one takes.
    annotator : who made the labels; by default whom the mapping names, else an entry of the kind
        `rule` that stands for somebody unknown.
    facts : what is known of all articles; it comes before what the mapping says, and after what
        the files do.
    split : of articles whose source does not say.
    finish : called with the new tree before it takes its place.

    Raises
    ------
    UsageError : `out` is there and not empty; an annotator's id or a day that cannot be.
    DataError : the first file that cannot be read, or not one article; nothing is written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError("--out", "a new or empty folder", str(out))
    if split not in SPLITS:
        raise UsageError("--split", f"one of {', '.join(SPLITS)}", repr(split))
    maker = _maker(report.format, mapping, annotator)
    author = (mapping and mapping.author) or _unknown_author()
    if not is_doc_id(maker.id):
        raise UsageError("--annotator", "an id, [a-z0-9][a-z0-9-]{0,79}", repr(maker.id))
    given = _facts(facts or Facts(), mapping)
    makers = {maker.id: maker, author.id: author}
    name = mapping.name if mapping is not None and mapping.annotator else report.format
    stories: dict[str, Storyline] = {}
    with staged_folder(out.resolve(), "import") as folder:
        new = Tree(folder)
        shutil.copytree(tree.root / "schema", folder / "schema")
        for place in (new.articles, new.adjudicated, folder / "corpus" / "world" / "storylines"):
            place.mkdir(parents=True)
        for ready, brought in bring(
            standoffs,
            tree.scheme,
            report,
            mapping=mapping,
            annotator=Annotator(maker.id, maker.kind),
            known=lambda kb: not kb.startswith("dl:"),  # of another world than the new tree's
        ):
            document = brought.document
            if document.annotator.id not in makers:
                makers[document.annotator.id] = _stranger(document.annotator)
            story = _story(ready, name, split)
            stories.setdefault(story.id, story)
            meta = _meta(ready, given, story.id, author.id, report)
            new.text_path(meta.doc_id).write_text(f"{ready.text}\n", "utf-8", newline="\n")
            new.meta_path(meta.doc_id).write_bytes(canonical(meta))
            new.adjudicated_path(meta.doc_id).write_bytes(canonical(document))
        if not report.articles:
            raise DataError(str(out), "one article or more", "none")
        for story in stories.values():
            path = folder / "corpus" / "world" / "storylines" / f"{story.id}.yaml"
            path.write_bytes(_yaml(msgspec.to_builtins(story)))
        (folder / "annotations" / "annotators.yaml").write_bytes(
            _yaml({key: _entry(makers[key]) for key in makers})
        )
        (folder / REPORT).write_text(f"{report.json()}\n", "utf-8")
        finish(new)


def _yaml(plain: Any) -> bytes:
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True).encode()


def _entry(person: Party) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(person)
    return {k: v for k, v in plain.items() if k != "id" and v is not None}


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def _maker(format: str, mapping: Mapping | None, annotator: Annotator | None) -> Party:
    """Who made the labels, as an entry of `annotators.yaml`."""
    if annotator is not None:
        return Party(
            id=annotator.id,
            kind=annotator.kind,
            does=f"made the labels that were brought in from {format}",
            instructions="not recorded",
            since=_today(),
        )
    if mapping is not None and mapping.annotator is not None:
        return mapping.annotator
    return Party(
        id=f"{format}-import",
        kind="rule",
        does=(
            f"stands for whoever made the labels that were brought in from {format}, which the "
            "files do not say; its kind claims no human: enter who it was"
        ),
        instructions="not recorded",
        since=_today(),
    )


def _stranger(annotator: Annotator) -> Party:
    """An entry for an annotator whom the files name."""
    return Party(
        id=annotator.id,
        kind=annotator.kind,
        does="made the labels, as the imported files say",
        instructions="not recorded",
        since=_today(),
    )


def _unknown_author() -> Party:
    return Party(
        id="unknown-author",
        kind="rule",
        does="stands for whoever wrote the texts, which the files do not say; it claims no human",
        instructions="none",
        since=_today(),
    )


def _facts(facts: Facts, mapping: Mapping | None) -> dict[str, str]:
    """What is known of all articles: what is given first, then what the mapping says."""
    if facts.published is not None and not is_date(facts.published):
        raise UsageError("--published", "a date as YYYY-MM-DD", repr(facts.published))
    found: dict[str, str] = {}
    for known in (mapping.article if mapping is not None else Facts(), facts):
        found |= {k: v for k, v in msgspec.to_builtins(known).items() if v is not None}
    return found


def _story(standoff: StandOff, name: str, split: str) -> Storyline:
    """The storyline that an article goes into: one a split, since no more is known."""
    mine = standoff.meta.get("split", split)
    mine = mine if mine in SPLITS else split
    about = f"{name}, imported: {mine}"
    return Storyline(id=f"{slug(name)}-{mine}", title=about, split=mine)  # type: ignore[arg-type]


def _meta(
    standoff: StandOff, given: dict[str, str], story: str, author: str, report: Report
) -> ArticleMeta:
    """The metadata of an article: what its file says, then what is given, then what is unsaid."""
    said = {k: v for k, v in standoff.meta.items() if k in Facts.__struct_fields__ and v.strip()}
    for key, good in (("published", is_date), ("genre", GENRES.__contains__)):
        if key in said and not good(said[key]):
            reason = f"a {key} that cannot be: {said.pop(key)!r}"
            report.mended.setdefault(reason, Reason()).add(standoff.doc_id)
    first = next(line.strip() for line in standoff.text.split("\n") if line.strip())
    unsaid = _UNSAID | {"title": first[:_TITLE], "source": f"{report.format} import"}
    for key, value in unsaid.items():
        if key not in said and key not in given:
            report.assumed[key] = "each article's first line" if key == "title" else value
    more = {"doc_id": standoff.doc_id, "tier": "open", "storyline": story, "author": author}
    more["text_sha256"] = digest(standoff.text)
    return msgspec.convert(unsaid | given | said | more, ArticleMeta)
