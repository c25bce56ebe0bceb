"""What the import of corpora that nobody here made gives, and what the suite finds in them.

The figures stand in docs/exchange.md between `<!-- measured: corpora -->` and its end. They need
the corpora (`DATELINE_SHARED`, a folder with `real/`); `python tests/real_corpora.py` writes them
anew, and tests/formats/test_real_corpora.py compares. A corpus more is a line of `CORPORA`, and one
of `WHOSE` for each thing that no other corpus has.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from dateline.checks.duplicates import Duplicates
from dateline.checks.labelled import Labelled
from dateline.checks.suite import validate
from dateline.formats.mapping import read_mapping
from dateline.formats.planting import plant
from dateline.formats.registry import Known, find_format
from dateline.formats.report import Reason, Report
from dateline.generated.guidelines import table
from dateline.tree import Tree

BLOCK = re.compile(r"(<!-- measured: corpora -->\n).*?(<!-- /measured -->)", re.S)


class Corpus(NamedTuple):
    """A corpus: its column's head, the format that reads it, its folder below `real/`."""

    title: str
    format: str
    folder: str
    mapping: str | None = None


CORPORA = [
    Corpus("re3d", "re3d", "re3d"),
    Corpus("PLOVER records", "plover", "plover"),
    Corpus("GUM", "gum", "gum"),
]

FAULT, TERMS, OPEN, NONE = "the corpus", "other terms", "left open", "nobody"
WHOSE = {
    # Read and kept as foreign
    "trusted less than .5": NONE,
    "another type on the same words is trusted more": FAULT,
    "a label that the scheme does not have": TERMS,
    "a deed, and no device": TERMS,
    "an article, and no number": TERMS,
    "which kind of place the words do not tell": OPEN,
    "whether a person or a body acts the words do not tell": OPEN,
    "no holder": NONE,
    "no target": NONE,
    "no words": FAULT,
    "links of no cluster": NONE,
    "words in fragments": TERMS,
    # Put right, or worth a look
    "offsets that are not those of the words, which stand nearby": FAULT,
    "words that do not stand in the text as the file has them": FAULT,
    "words that the text writes with other quotes, hyphens or white space": FAULT,
    "offsets that take in white space beside the words": FAULT,
    "words of an actor that do not stand in the text": FAULT,
    "words of a place that do not stand in the text": FAULT,
    "markup with a bracket that has no other half": FAULT,
    "a type that is not the one in the record's id": FAULT,
    "a source, target or place of another form": FAULT,
    "a text with nothing in it": NONE,
    "lines of comment, which are left out": TERMS,
    # Kept beside their items
    "attribute: an attribute that the scheme does not have there": TERMS,
    "attribute: a value that the scheme does not have": TERMS,
    "argument: a role that the scheme does not have there": TERMS,
    "argument: a reference to what is no item": NONE,
    "argument: a member of another type than the most": FAULT,
    # The suite
    "DL404": OPEN,
    "DL415": FAULT,
    "DL501": NONE,
    "DL505": NONE,
    "DL509": NONE,
    "DL510": NONE,
    "DL504": FAULT,
}
"""Whose fault a finding is: the corpus's; or nobody's (its own answer, or what follows from one
above); or the label is left open, or told in terms that the scheme does not have."""


class Column(NamedTuple):
    """The figures of one corpus: the report, and the suite's findings by code."""

    report: Report
    codes: Counter[str]
    titles: dict[str, str]
    alike: int


def measured(corpus: Corpus, real: Path, tree: Tree, out: Path) -> Column:
    """Import a corpus into the folder `out`, and validate what came of it."""
    form = find_format(corpus.format)
    name = corpus.mapping or form.mapping
    mapping = read_mapping(name, tree.scheme) if name else None
    report = Report(format=form.name, mapping=mapping.name if mapping else None)
    known = Known(tree.scheme, lambda doc_id: "")
    plant(form.read(real / corpus.folder, known), out, tree, report, mapping=mapping)
    found = list(validate(out, workers=1))
    codes = Counter(f"{incident.code} {incident.severity}" for incident in found)
    titles = {incident.code: incident.message for incident in found}
    return Column(report, codes, titles, _alike(Tree(out)))


def _alike(tree: Tree) -> int:
    """Pairs of articles that the suite would call near-duplicates if each were another split's."""
    duplicates = Duplicates()
    for doc_id in tree.doc_ids():
        article = tree.article(doc_id)
        where = tree.where(tree.meta_path(doc_id))
        duplicates.add(Labelled(split=doc_id, where=where, meta_where=where, article=article))
    return sum(1 for _ in duplicates.incidents())


def tables(columns: dict[str, Column]) -> str:
    """The figures of corpora as Markdown."""
    heads = list(columns)
    reports = [column.report for column in columns.values()]

    def row(title: str, counts: Iterable[int], *more: str) -> tuple[str, ...]:
        return title, *(f"{count:,}" if count else "–" for count in counts), *more

    def kept(report: Report) -> int:
        return sum(reason.count for reason in report.foreign.values())

    made = [row("articles", [r.articles for r in reports])]
    for kind in ("span", "event", "relation", "group", "note"):
        made.append(row(f"marks read: {kind}", [r.marks.get(kind, 0) for r in reports]))
    made.append(row("… that are items now", [r.items for r in reports]))
    made.append(row("… that are parts of items", [r.parts for r in reports]))
    made.append(row("… kept as foreign", [kept(r) for r in reports]))
    for layer in ("entities", "clusters", "events", "attributions", "stances"):
        made.append(row(f"made: {layer}", [r.made.get(layer, 0) for r in reports]))

    found = []
    for title, field in (
        ("foreign", "foreign"),
        ("beside", "beside"),
        ("notice", "mended"),
        ("no article", "skipped"),
    ):
        given: list[dict[str, Reason]] = [getattr(report, field) for report in reports]
        for reason in _by_size(given):
            counts = [r[reason].count if reason in r else 0 for r in given]
            found.append(row(f"{title}: {reason}", counts, WHOSE[reason]))
    codes = sorted({code for column in columns.values() for code in column.codes})
    titles = {k: v for column in columns.values() for k, v in column.titles.items()}
    for code in codes:
        name, severity = code.split()
        counts = [column.codes[code] for column in columns.values()]
        found.append(row(f"{severity} {name}: {titles[name]}", counts, WHOSE[name]))
    alike = [column.alike for column in columns.values()]
    found.append(row("pairs of articles that are nearly the same", alike, WHOSE["DL504"]))
    return (
        f"{table(('what an import makes', *heads), made)}\n\n"
        f"{table(('what was found', *heads, 'whose doing'), found)}"
    )


def _by_size(given: list[dict[str, Reason]]) -> list[str]:
    total: Counter[str] = Counter()
    for reasons in given:
        total.update({reason: found.count for reason, found in reasons.items()})
    return [reason for reason, _ in total.most_common()]


def filled(page: str, real: Path, tree: Tree) -> str:
    """The page on exchange with the figures of all corpora."""
    columns = {}
    with tempfile.TemporaryDirectory() as folder:
        for corpus in CORPORA:
            columns[corpus.title] = measured(corpus, real, tree, Path(folder) / corpus.format)
    new, count = BLOCK.subn(lambda m: f"{m[1]}{tables(columns)}\n{m[2]}", page)
    assert count == 1, "docs/exchange.md has no place for the figures, or two"
    return new


if __name__ == "__main__":
    from conftest import REPOSITORY, shared_folder
    from dateline.formats.table import PAGE

    shared = shared_folder()
    if shared is None:
        sys.exit("the corpora are not here: set DATELINE_SHARED to a folder with real/")
    path = REPOSITORY / PAGE
    path.write_text(filled(path.read_text("utf-8"), shared / "real", Tree(REPOSITORY)), "utf-8")
