"""`dateline.score`: a system's labels, wherever they lie and in any form, against gold ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.formats.mapping import read_mapping
from dateline.formats.predicted import Aside, Shelf, brought_labels, unheld
from dateline.formats.registry import Known, find_format
from dateline.formats.texts import read_bytes
from dateline.records import Document, decode
from dateline.scheme import read_scheme
from dateline.scoring.scores import LAYERS, Predicted, Scores
from dateline.scoring.scores import score as score_pairs
from dateline.scoring.slices import names_in
from dateline.scoring.tally import RESAMPLES, SEED
from dateline.targets import Target, built_target, find_target
from dateline.tree import find_root

__all__ = ["Gold", "Labels", "score"]

Gold = str | Path | Iterable[Article]
"""A version (`tree` is what `dateline build` made), a built folder, a corpus tree, or articles."""

Labels = str | Path | Iterable[Article | Document]
"""A version, a built folder, a corpus tree, label files, files of a format, or labels in memory."""


def score(
    gold: Gold,
    predicted: Labels,
    *,
    against: Labels | None = None,
    split: str | None = None,
    layers: Sequence[str] | None = None,
    form: str | None = None,
    mapping: str | None = None,
    slices: bool = True,
    mistakes: int = 20,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    root: str | Path | None = None,
) -> Scores:
    """Score predicted labels against gold ones, with intervals; two systems side by side.

    Every gold article counts: one without predictions is all missed. Predictions for other articles
    are left out and counted; what no document can hold counts as wrong. Both are in `notes`. The
    external articles of a version are left out.

    Parameters
    ----------
    gold : what is right: a version, a built folder, a corpus tree, or articles.
    predicted : what a system gave: one of these, a folder or file of label files (JSON), files of
        the format `form`, or documents; in any order.
    against : another system, to compare with.
    split : train, validation or test of a version; None for all. With it, names are told apart that
        the training articles have and do not have.
    layers : some of entities, triggers, arguments, attributions, stances, coreference, links.
    form, mapping : how `predicted` and `against` are read: as `dateline import` does.
    slices : whether parts of the data are scored too (outlet, quote, nesting, …).
    mistakes : how many of each layer and kind are kept with their sentences.
    resamples, seed : of the bootstrap and of the randomisation test.
    root : the corpus tree, for names of versions and for the scheme; None finds it.

    Returns
    -------
    Scores: `lines` (each with F1, interval, precision, recall and sums), `figure(layer, measure)`
    for one F1, `mistakes`, `notes`; printed, it is the table of `dateline score`.

    Raises
    ------
    UsageError : no such target, split, layer or format.
    DataError : labels of another text or of another version of the scheme, an id or an article
        twice, files that cannot be read, nothing to score.
    """
    wanted = list(LAYERS) if layers is None else list(dict.fromkeys(layers))
    for name in wanted or [""]:
        if name not in LAYERS:
            raise UsageError("layers", f"some of {', '.join(LAYERS)}", repr(name))
    for name, least, value in (("mistakes", 0, mistakes), ("resamples", 1, resamples)):
        if value < least:
            raise UsageError(name, f"{least} or more", str(value))
    target = _target(gold, root)
    known = [name for name in target.splits if name != "external"]
    if split is not None and split not in known:
        raise UsageError("split", f"one of {', '.join(known)}", repr(split))
    chosen = [split] if split else known
    articles = sum(target.splits[name] for name in chosen)
    if not articles:
        raise DataError(target.name, "one article or more to score", "none")
    with ExitStack() as stack:
        shelves = [
            stack.enter_context(Shelf(_documents(labels, target, form, mapping, root, stack), name))
            for labels, name in ((predicted, "PRED"), (against, "the other PRED"))
            if labels is not None
        ]

        def pairs() -> Iterator[tuple[Article, list[Predicted]]]:
            for name, article in target.each():
                if name in chosen:
                    yield article, [_taken(shelf, article, target) for shelf in shelves]

        found = score_pairs(
            pairs(),
            articles,
            target.scheme,
            wanted=wanted,
            seen=_names(target) if split and split != "train" else None,
            slices=slices,
            most=mistakes,
            resamples=resamples,
            seed=seed,
        )
        for shelf, name in zip(shelves, ("", "the other system: "), strict=False):
            if beside := shelf.rest():
                said = f"{beside} articles" if beside > 1 else "1 article"
                found.notes.append(f"{name}labels of {said} beside the scored ones were left out")
    return found


def _target(gold: Gold, root: str | Path | None) -> Target:
    if isinstance(gold, str | Path):
        return find_target(str(gold), root)
    articles = list(gold)
    seen: set[str] = set()
    for article in articles:
        if not isinstance(article, Article):
            raise UsageError("gold", "a version, a path or articles", type(article).__name__)
        if article.doc_id in seen:
            raise DataError("gold", "each article once", f"{article.doc_id} twice")
        seen.add(article.doc_id)
    scheme = read_scheme(find_root(root))
    return Target("gold", scheme, {"all": len(articles)}, lambda: (("all", a) for a in articles))


def _taken(shelf: Shelf, article: Article, target: Target) -> Predicted:
    document = shelf.take(article.doc_id)
    if document is None:
        return Predicted(None)
    return Predicted(document, unheld(document, article.labels, target.scheme))


def _names(target: Target) -> frozenset[str] | None:
    """The names of the training articles, for what a system may have seen."""
    if not target.splits.get("train"):
        return None
    each = (article for split, article in target.each() if split == "train")
    return frozenset(name for article in each for name in names_in(article))


def _documents(
    labels: Labels,
    target: Target,
    form: str | None,
    mapping: str | None,
    root: str | Path | None,
    stack: ExitStack,
) -> Iterator[Document]:
    """The labels of a system, whatever form they are in; what is no target is an error at once."""
    if not isinstance(labels, str | Path):
        return _in_memory(labels)
    path = Path(labels)
    if form is not None:
        if not path.exists():
            raise UsageError(str(labels), f"files of the format {form}", "no such path")
        return _imported(path, target, form, mapping, stack.enter_context(Aside()))
    if mapping is not None:
        raise UsageError("mapping", "a format, whose labels it maps (--from)", "none")
    built = built_target(str(labels), find_root(root)) is not None
    if built or (path / "schema" / "scheme.yaml").is_file():
        return (article.labels for _, article in find_target(str(labels), root).each())
    files = [path] if path.is_file() else sorted(path.glob("*.json"))
    if not files:
        expected = "a version, a built folder, a corpus tree, or label files (else say --from)"
        raise UsageError(str(labels), expected, "none of these")
    return (decode(read_bytes(file, str(file)), Document, str(file)) for file in files)


def _in_memory(labels: Iterable[Article | Document]) -> Iterator[Document]:
    for one in labels:
        if not isinstance(one, Article | Document):
            raise UsageError("predicted", "articles, documents or a path", type(one).__name__)
        yield one.labels if isinstance(one, Article) else one


def _imported(
    path: Path, target: Target, form: str, mapping: str | None, texts: Aside
) -> Iterator[Document]:
    found = find_format(form)
    chosen = mapping or found.mapping
    rules = read_mapping(chosen, target.scheme) if chosen is not None else None
    for _, article in target.each():
        if article.text is not None:
            texts.put(article.doc_id, article.text.encode())

    def text_of(doc_id: str) -> str | None:
        raw = texts.get(doc_id)
        return None if raw is None else raw.decode()

    def required(doc_id: str) -> str:
        text = text_of(doc_id)
        if text is None:
            raise DataError(doc_id, "an article of GOLD with its text", "none")
        return text

    standoffs = found.read(path, Known(target.scheme, required))
    wanted: Callable[[str], str | None] = text_of
    return brought_labels(standoffs, target.scheme, wanted, rules)
