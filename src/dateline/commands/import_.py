"""Bring in labels of another form: a corpus tree of your own, ready for every other command.

PATH is a file or folder of that FORMAT, or an archive of such (.zip, .tar, .tar.gz, .tgz, .gz). DIR
becomes a tree with the articles, their labels, who made them, and a build: `validate DIR`, `stats
--root DIR` and the rest work on it. What the scheme has no place for is kept, and the report says
what, why and where. With --labels DIR gets label files alone, for articles of the tree that you are
in (always so for quoted).
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.commands import AsJson, Root, is_json
from dateline.formats import format_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dateline.formats.mapping import Mapping
    from dateline.formats.registry import Known
    from dateline.formats.report import Report
    from dateline.formats.standoff import StandOff
    from dateline.records import Annotator
    from dateline.tree import Tree


def run(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=f"{', '.join(format_names())}.")],
    files: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write to.")],
    mapping: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="How foreign labels become Dateline's."),
    ] = None,
    annotator: Annotated[
        str | None,
        typer.Option(metavar="ID=KIND", help="Who made the labels: human, model or rule."),
    ] = None,
    labels: Annotated[
        bool, typer.Option("--labels", help="Write `<doc>.json` files alone.")
    ] = False,
    published: Annotated[str | None, typer.Option(help="The articles' day, YYYY-MM-DD.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Who published them.")] = None,
    genre: Annotated[str | None, typer.Option(help="spot, press-statement, …")] = None,
    language: Annotated[str | None, typer.Option(help="BCP 47 tag.")] = None,
    source: Annotated[str | None, typer.Option(help="Where they are from.")] = None,
    licence: Annotated[str | None, typer.Option(help="The licence of the texts.")] = None,
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "train",
    encoding: Annotated[str, typer.Option(help="Of plain files.")] = "utf-8",
    format: AsJson = "text",
    root: Root = None,
) -> None:
    from dateline.errors import UsageError
    from dateline.formats.archives import unpacked
    from dateline.formats.mapping import Facts, read_mapping
    from dateline.formats.planting import plant
    from dateline.formats.registry import find_format
    from dateline.formats.report import Report
    from dateline.records import GENRES
    from dateline.releases.build import build
    from dateline.tree import Tree, find_root

    as_json = is_json(format)
    found = find_format(form)
    tree = Tree(find_root(root))
    known = _known(tree, encoding)
    if form == "quoted":
        with ExitStack() as stack:
            _quoted([stack.enter_context(unpacked(path)) for path in files], out, tree, known)
        return
    if genre is not None and genre not in GENRES:
        raise UsageError("--genre", f"one of {', '.join(GENRES)}", repr(genre))
    chosen = mapping or found.mapping
    rules = read_mapping(chosen, tree.scheme) if chosen is not None else None
    maker = _maker(annotator)
    report = Report(format=form, mapping=rules.name if rules else None)
    with ExitStack() as stack:
        paths = [stack.enter_context(unpacked(path)) for path in files]
        read = _counted(standoff for path in paths for standoff in found.read(path, known))
        if labels:
            _labels(read, out, tree, report, rules, maker)
        else:
            facts = Facts(
                published=published,
                outlet=outlet,
                genre=genre,  # type: ignore[arg-type]
                language=language,
                source=source,
                licence=licence,
            )
            plant(
                read,
                out,
                tree,
                report,
                mapping=rules,
                annotator=maker,
                facts=facts,
                split=split,
                finish=lambda new: (build(new, new.root / "build"), None)[1],
            )
    if as_json:
        print(report.json())
        return
    for line in report.text():
        print(line)
    print(f"written to {out}")


def _known(tree: Tree, encoding: str) -> Known:
    """What reading may ask of the tree."""
    from dateline.errors import DataError
    from dateline.formats.registry import Known

    def text_of(doc_id: str) -> str:
        text = tree.text(tree.meta(doc_id))
        if text is None:
            raise DataError(doc_id, "its text in your cache", "none", "dateline hydrate FILE")
        return text

    return Known(tree.scheme, text_of, encoding)


def _maker(annotator: str | None) -> Annotator | None:
    from dateline.errors import UsageError
    from dateline.records import KINDS, Annotator, is_doc_id

    if annotator is None:
        return None
    name, _, kind = annotator.partition("=")
    if kind not in KINDS or not is_doc_id(name):
        expected = "an id and its kind, ID=human, ID=model or ID=rule"
        raise UsageError("--annotator", expected, repr(annotator))
    return Annotator(name, kind)  # type: ignore[arg-type]


def _counted(standoffs: Iterable[StandOff]) -> Iterable[StandOff]:
    """The articles, counted on a terminal while they are read."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.completed} articles"), TimeElapsedColumn()
    console = Console(stderr=True)
    quiet = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("articles", total=None)
        for standoff in standoffs:
            bar.advance(task)
            yield standoff


def _labels(
    read: Iterable[StandOff],
    out: Path,
    tree: Tree,
    report: Report,
    rules: Mapping | None,
    maker: Annotator | None,
) -> None:
    """Label files for articles that the tree has, with the same texts."""
    from dateline.errors import DataError
    from dateline.files import Staged
    from dateline.formats.bringing import bring
    from dateline.records import Annotator, canonical

    if maker is None and rules is not None and rules.annotator is not None:
        maker = Annotator(rules.annotator.id, rules.annotator.kind)
    with Staged() as staged:
        for ready, brought in bring(read, tree.scheme, report, mapping=rules, annotator=maker):
            document = brought.document
            wanted = tree.meta(ready.doc_id).text_sha256
            if document.text_sha256 != wanted:
                expected = f"the text of the tree's article, SHA-256 {wanted}"
                raise DataError(ready.doc_id, expected, document.text_sha256)
            staged.write(out / f"{ready.doc_id}.json", canonical(document))


def _quoted(files: list[Path], out: Path, tree: Tree, known: Known) -> None:
    """Label files from the quoted form, which is refused where anything is wrong with it."""
    from dateline.checks.document import check_article
    from dateline.derived import Article
    from dateline.errors import DataError
    from dateline.files import Staged
    from dateline.formats.finding import files_of
    from dateline.formats.quoted import ENDINGS, read_quoted
    from dateline.records import canonical

    faults = 0
    with Staged() as staged:
        paths = [q for p in files for _, q in files_of(p, ENDINGS, any_alone=True)]
        for path in paths:
            labels, text = read_quoted(path, known)
            article = Article(tree.meta(labels.doc_id), text, labels)
            for found in check_article(article, tree.scheme, str(path)):
                print(f"{found.severity}: {found}")
                faults += found.severity == "error"
            staged.write(out / f"{labels.doc_id}.json", canonical(labels))
        if faults:
            raise DataError(
                "import", "labels without errors", f"{faults} errors", "Nothing was written."
            )
    print(f"{len(paths)} documents written to {out}")
