"""Score predicted labels against gold ones, in the measures of the field, with intervals.

GOLD is a version (`tree` is what `dateline build` made), a built folder or a corpus tree. PRED is
one of these, a folder or file of Dateline's label files, or files of any FORMAT that `dateline
import` reads (--from). Every gold article of the split counts: one that PRED does not have is all
missed. What PRED has beside is left out and counted; what no document can hold counts as wrong.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.commands import Root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dateline.derived import Article
    from dateline.formats.predicted import Labels, Shelf
    from dateline.scheme import Scheme
    from dateline.scoring.scores import Predicted
    from dateline.targets import Target


def run(
    gold: Annotated[str, typer.Argument(metavar="GOLD", help="What is right.")],
    pred: Annotated[str, typer.Argument(metavar="PRED", help="What a system predicted.")],
    against: Annotated[
        str | None, typer.Option(metavar="PRED", help="Another system, to compare with.")
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="train, validation or test; by default all.")
    ] = None,
    layers: Annotated[
        str | None, typer.Option(help="Layers to score, joined by commas; by default all.")
    ] = None,
    form: Annotated[
        str | None, typer.Option("--from", metavar="FORMAT", help="The form of PRED.")
    ] = None,
    mapping: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="How its labels become Dateline's.")
    ] = None,
    format: Annotated[str, typer.Option(help="text, json or html.")] = "text",
    out: Annotated[Path | None, typer.Option(help="A file to write to.")] = None,
    labels: Annotated[bool, typer.Option("--labels", help="In text: every label too.")] = False,
    parts: Annotated[
        bool, typer.Option("--parts", help="In text: parts of the data too (outlet, quote, …).")
    ] = False,
    mistakes: Annotated[
        int, typer.Option(help="How many mistakes of each layer and kind to list.", min=0)
    ] = 0,
    resamples: Annotated[
        int, typer.Option(help="Draws of the bootstrap.", min=1, max=100_000)
    ] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.", min=0)] = 20261123,
    root: Root = None,
) -> None:
    from contextlib import ExitStack

    from dateline.errors import UsageError
    from dateline.files import Staged
    from dateline.scoring.report import html, json, text
    from dateline.scoring.scores import LAYERS, score
    from dateline.targets import find_target

    if format not in ("text", "json", "html"):
        raise UsageError("--format", "text, json or html", repr(format))
    wanted = [name.strip() for name in layers.split(",")] if layers else list(LAYERS)
    for name in wanted:
        if name not in LAYERS:
            raise UsageError("--layers", f"some of {', '.join(LAYERS)}", repr(name))
    target = find_target(gold, root)
    known = [name for name in target.splits if name != "external"]
    if split is not None and split not in known:
        raise UsageError("--split", f"one of {', '.join(known)}", repr(split))
    chosen = [split] if split else known
    articles = sum(target.splits[name] for name in chosen)
    with ExitStack() as stack:
        shelves = [
            stack.enter_context(_shelf(named, target, form, mapping, root))
            for named in (pred, against)
            if named is not None
        ]

        def pairs() -> Iterator[tuple[Article, list[Predicted]]]:
            for name, article in target.each():
                if name in chosen:
                    yield article, [_taken(shelf, article.doc_id) for shelf in shelves]

        found = score(
            pairs(),
            articles,
            target.scheme,
            wanted=wanted,
            seen=_names(target) if split and split != "train" else None,
            most=mistakes if format == "text" else max(mistakes, 20),
            resamples=resamples,
            seed=seed,
        )
        for shelf, name in zip(shelves, ("", "the other system: "), strict=False):
            if beside := shelf.rest():
                found.notes.append(f"{name}{beside} articles beside the scored ones were left out")
    title = f"{pred} against {gold}{f', {split}' if split else ''}"
    if format == "text":
        report = "\n".join((title, *text(found, labels=labels, parts=parts, mistakes=mistakes)))
    else:
        report = json(found) if format == "json" else html(found, title)
    if out is None:
        print(report.rstrip("\n"))
        return
    with Staged() as staged:
        staged.write(out, f"{report.rstrip()}\n".encode())
    print(f"scores of {articles} articles written to {out}")


def _taken(shelf: Shelf, doc_id: str) -> Predicted:
    from dateline.scoring.scores import Predicted

    labels = shelf.take(doc_id)
    return Predicted(None) if labels is None else Predicted(labels.document, labels.wrong)


def _names(target: Target) -> frozenset[str] | None:
    """The names of the training articles, for what a system may have seen."""
    from dateline.scoring.slices import names_in

    if not target.splits.get("train"):
        return None
    each = (article for split, article in target.each() if split == "train")
    return frozenset(name for article in each for name in names_in(article))


def _shelf(
    named: str, target: Target, form: str | None, mapping: str | None, root: Path | None
) -> Shelf:
    """The labels of a system, whatever form they are in."""
    from dateline.errors import UsageError
    from dateline.formats.predicted import Labels, Shelf
    from dateline.targets import built_target, find_target
    from dateline.tree import find_root

    if form is not None:
        return Shelf(_imported(named, target, form, mapping), named)
    path = Path(named)
    built = built_target(named, find_root(root)) is not None
    if built or (path / "schema" / "scheme.yaml").is_file():
        each = find_target(named, root).each()
        return Shelf(((a.doc_id, Labels(a.labels)) for _, a in each), named)
    files = [path] if path.is_file() else sorted(path.glob("*.json"))
    if not files:
        expected = "a version, a built folder, a corpus tree, or label files (else say --from)"
        raise UsageError(named, expected, "none of these")
    return Shelf(_decoded(files), named)


def _decoded(files: list[Path]) -> Iterator[tuple[str, Labels]]:
    from dateline.formats.predicted import Labels
    from dateline.formats.texts import read_bytes
    from dateline.records import Document, decode

    for path in files:
        document = decode(read_bytes(path, str(path)), Document, str(path))
        yield document.doc_id, Labels(document)


def _imported(
    named: str, target: Target, form: str, mapping: str | None
) -> Iterator[tuple[str, Labels]]:
    from dateline.errors import DataError
    from dateline.formats.mapping import read_mapping
    from dateline.formats.predicted import brought_labels
    from dateline.formats.registry import Known, find_format
    from dateline.formats.report import Report

    found = find_format(form)
    texts = {article.doc_id: article.text for _, article in target.each()}

    def text_of(doc_id: str) -> str:
        text = texts.get(doc_id)
        if text is None:
            raise DataError(doc_id, "an article of GOLD with its text", "none")
        return text

    scheme: Scheme = target.scheme
    chosen = mapping or found.mapping
    rules = read_mapping(chosen, scheme) if chosen is not None else None
    report = Report(format=form)
    standoffs = found.read(Path(named), Known(scheme, text_of))
    wanted: Callable[[str], str | None] = texts.get
    yield from brought_labels(standoffs, scheme, report, wanted, rules)
