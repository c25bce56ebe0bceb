"""Label articles with a baseline, from their plain texts, and score what it predicted.

MODEL is a folder made by `dateline baseline train`, or spacy:PIPELINE for an installed spaCy
pipeline as it is (entities alone). --out keeps the predicted documents as label files, which
`dateline score` takes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.commands import Root
from dateline.commands.baseline import split_of, target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dateline.derived import Article
    from dateline.records import Document
    from dateline.scheme import Scheme
    from dateline.scoring.scores import Predicted


def run(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A folder, or spacy:PIPELINE.")],
    version: Annotated[
        str | None,
        typer.Option(help="A version, a built folder or a corpus tree; by default the newest."),
    ] = None,
    split: Annotated[str, typer.Option(help="The split to label.")] = "test",
    format: Annotated[str, typer.Option(help="text, json or html.")] = "text",
    labels: Annotated[bool, typer.Option("--labels", help="In text: every label too.")] = False,
    mistakes: Annotated[
        int, typer.Option(help="How many mistakes of each layer and kind to list.", min=0)
    ] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A folder for the predicted documents.")
    ] = None,
    root: Root = None,
) -> None:
    from dateline.errors import UsageError
    from dateline.files import Staged
    from dateline.records import canonical
    from dateline.scoring.report import html, json, text
    from dateline.scoring.scores import Predicted, score
    from dateline.scoring.slices import names_in

    if format not in ("text", "json", "html"):
        raise UsageError("--format", "text, json or html", repr(format))
    target = target_of(version, root)
    wanted = split_of(target, split)
    label = _labeller(model, target.scheme)
    articles: list[Article] = []
    seen: set[str] = set()
    for name, article in target.each():
        if name == wanted and article.text is not None:
            articles.append(article)
        elif name == "train" and wanted != "train":
            seen.update(names_in(article))
    if not articles:
        raise UsageError("--split", "articles whose texts are here", f"none of {wanted}")
    documents = [label(article) for article in articles]
    if out is not None:
        with Staged() as staged:
            for document in documents:
                staged.write(out / f"{document.doc_id}.json", canonical(document))

    def pairs() -> Iterator[tuple[Article, Sequence[Predicted]]]:
        for article, document in zip(articles, documents, strict=True):
            yield article, [Predicted(document)]

    found = score(
        pairs(),
        len(articles),
        target.scheme,
        seen=frozenset(seen) if seen else None,
        most=mistakes if format == "text" else max(mistakes, 20),
    )
    title = f"{model} against {target.name}, {split}"
    if format == "text":
        print("\n".join((title, *text(found, labels=labels, parts=False, mistakes=mistakes))))
    else:
        print((json(found) if format == "json" else html(found, title)).rstrip("\n"))


def _labeller(model: str, scheme: Scheme) -> Callable[[Article], Document]:
    """What labels an article's text; its own labels are not looked at."""
    if model.startswith("spacy:"):
        from dateline.baselines.zeroshot import ZeroShot

        ready = ZeroShot(model.removeprefix("spacy:"), scheme)
        return lambda article: ready.predict(article.meta, article.text or "")
    from dateline.baselines.predicting import predict
    from dateline.baselines.storing import read_model

    trained = read_model(Path(model), scheme)
    return lambda article: predict(trained, article.meta, article.text or "", scheme)
