"""Send articles to Label Studio as tasks: one project a purpose, each article once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.commands import Root
from dateline.commands.studio import Key, Url, connected, counted

if TYPE_CHECKING:
    from dateline.records import ArticleMeta, Document
    from dateline.studio.projects import Purpose
    from dateline.studio.tasks import Outgoing
    from dateline.tree import Tree


def run(
    docs: Annotated[
        list[str] | None,
        typer.Argument(metavar="DOC...", help="Articles; by default all whose texts are here."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Fill in labels: adjudicated, an annotator's, gazetteer, spacy:PIPELINE, or the "
            "folder of a trained baseline.",
        ),
    ] = None,
    annotator: Annotated[
        str | None, typer.Option(help="A project of one annotator's own, for independent passes.")
    ] = None,
    layer: Annotated[
        str | None,
        typer.Option(help="entities|events|attributions|stances: a project of one layer."),
    ] = None,
    fill: Annotated[
        bool, typer.Option("--fill", help="With --layer: fill in that layer too, if --from has it.")
    ] = False,
    adjudicate: Annotated[
        str | None,
        typer.Option(
            metavar="A,B", help="A project to adjudicate these annotators' passes; one is reviewed."
        ),
    ] = None,
    training: Annotated[
        bool, typer.Option("--training", help="A training round over adjudicated articles.")
    ] = False,
    batch: Annotated[int, typer.Option(min=1, max=5000, help="Tasks a request.")] = 500,
    url: Url = None,
    key: Key = None,
    root: Root = None,
) -> None:
    from dateline.studio.projects import ensure
    from dateline.studio.push import Spool, push
    from dateline.tree import Tree, find_root

    tree = Tree(find_root(root))
    tree.require_sources()
    purpose = _purpose(tree, annotator, layer, adjudicate, training)
    if layer is not None and source is None and annotator in tree.pass_annotators():
        source = annotator  # the layers below are the annotator's own
    if purpose.kind == "adjudication":
        outgoing = _adjudication(tree, purpose, docs or [], str(adjudicate).split(","))
    else:
        outgoing = _pass(tree, purpose, docs or [], source, fill)
    ready = Spool(outgoing)  # a fault in any of them shows before anything is sent
    server = connected(url, key)
    project = ensure(server, tree, purpose)
    with counted("pushing", len(ready)) as progress:
        report = push(server, project, ready, batch=batch, progress=progress)
    print(f"{project.title}: {server.url}/projects/{project.id}")
    for what, ids in (
        ("new", report.created),
        ("there already", report.unchanged),
        ("brought up to date", report.updated),
        ("begun by somebody, left as they are", report.begun),
        ("there with an earlier text", report.stale),
        ("there in two tasks, of which a person must delete one", report.doubled),
    ):
        if ids:
            shown = f": {', '.join(ids[:5])}{', …' if len(ids) > 5 else ''}"
            print(f"  {len(ids)} {what}{'' if what in ('new', 'there already') else shown}")


def _purpose(
    tree: Tree, annotator: str | None, layer: str | None, adjudicate: str | None, training: bool
) -> Purpose:
    """What the project is for.

    Raises
    ------
    UsageError : options that contradict each other, an unknown layer or annotator.
    """
    from dateline.errors import UsageError
    from dateline.scheme import LAYERS
    from dateline.studio.projects import Purpose

    if layer is not None and layer not in LAYERS:
        raise UsageError("--layer", f"one of {', '.join(LAYERS)}", repr(layer))
    if annotator is not None and annotator not in tree.annotators:
        hint = "Enter who it is first; see docs/annotators.md."
        known = f"an id of annotations/annotators.yaml ({', '.join(tree.annotators)})"
        raise UsageError("--annotator", known, repr(annotator), hint)
    if adjudicate is not None:
        names = adjudicate.split(",")
        if layer is not None or training or len(set(names)) < len(names):
            expected = "annotators, each once, A,B, and neither --layer nor --training"
            raise UsageError("--adjudicate", expected, repr(adjudicate))
        for name in names:
            if name not in tree.pass_annotators():
                known = ", ".join(tree.pass_annotators()) or "none yet"
                raise UsageError("--adjudicate", f"ids with passes ({known})", repr(name))
        return Purpose("adjudication", annotator, None)
    return Purpose("training" if training else "pass", annotator, layer)


def _pass(
    tree: Tree, purpose: Purpose, docs: list[str], source: str | None, fill: bool
) -> Iterator[Outgoing]:
    """Tasks for passes or a training round, with the labels of `source` up to the layer."""
    from dateline.errors import DataError
    from dateline.studio.projects import guidelines_digest
    from dateline.studio.sources import labels_from
    from dateline.studio.tasks import below, task_of

    digest = guidelines_digest(tree)
    model = _model(tree, source)
    if purpose.kind == "training":
        for doc_id in docs:
            if doc_id not in tree.labelled():
                raise DataError(doc_id, "adjudicated labels to train on", "none")
        docs = docs or tree.labelled()
    for meta, text, doc in labels_from(tree, source, docs, model):
        shown = doc if doc is None or fill else below(doc, purpose.layer)
        name = (source or "").replace(":", "-")
        if model is not None and doc is not None:
            name = doc.annotator.id
        predictions = {} if shown is None else {name: shown}
        yield task_of(meta, text, tree.scheme, purpose, predictions, digest)


def _model(tree: Tree, source: str | None) -> Callable[[ArticleMeta, str], Document] | None:
    """What labels texts, where `source` is the folder of a trained baseline."""
    from pathlib import Path

    from dateline.baselines.storing import is_model

    if source is None or source in ("adjudicated", "gazetteer", *tree.pass_annotators()):
        return None
    if not is_model(Path(source)):
        return None
    from dateline.baselines.predicting import predict
    from dateline.baselines.storing import read_model

    model = read_model(Path(source), tree.scheme)
    return lambda meta, text: predict(model, meta, text, tree.scheme)


def _adjudication(
    tree: Tree, purpose: Purpose, docs: list[str], names: list[str]
) -> Iterator[Outgoing]:
    """Tasks with each pass as a prediction, and the list of cases in which they differ."""
    from dateline.agreement.adjudication import disagreement, require_sound
    from dateline.agreement.sheet import sheet
    from dateline.errors import DataError
    from dateline.studio.projects import guidelines_digest
    from dateline.studio.tasks import task_of

    digest = guidelines_digest(tree)
    for doc_id, text, _, passes in tree.passes(docs, names):
        if len(passes) < len(names):
            if docs:
                missing = ", ".join(name for name in names if name not in passes)
                raise DataError(doc_id, f"passes of {', '.join(names)}", f"none of {missing}")
            continue
        require_sound(tree, doc_id, text, passes)
        cases = None
        if len(names) == 2:
            lines = sheet(disagreement(passes, names, doc_id), text).split("\n")[2:]
            cases = "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines)
        yield task_of(tree.meta(doc_id), text, tree.scheme, purpose, passes, digest, cases)
