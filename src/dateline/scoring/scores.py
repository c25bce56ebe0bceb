"""The scores of a system, or of two side by side, over any number of articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from dateline.derived import Article
from dateline.errors import DataError
from dateline.records import Document
from dateline.scheme import Scheme
from dateline.scoring import layers
from dateline.scoring.coreference import MEASURES, coreference
from dateline.scoring.counts import Cells, Counts, Key
from dateline.scoring.links import Across, links
from dateline.scoring.mistakes import Mistakes
from dateline.scoring.slices import sliced
from dateline.scoring.tally import RESAMPLES, SEED, Comparison, Tally

__all__ = ["LAYERS", "Line", "Predicted", "Scores", "score"]

Counting = Callable[[Article, Article, Scheme], Counts]
LAYERS: dict[str, Counting] = {
    "entities": layers.entities,
    "triggers": layers.events,
    "arguments": layers.arguments,
    "attributions": layers.attributions,
    "stances": layers.stances,
    "coreference": coreference,
    "links": links,
}
"""What is scored, by the names of its layers."""

_MACRO = "macro"
_OTHER = "not in the scheme"


class Predicted(msgspec.Struct, frozen=True):
    """A system's labels of one article; None where it has none for it.

    `wrong` counts, by layer, what it predicted that no document can hold (a label that the scheme
    does not have, words outside the text): each counts as a wrong item.
    """

    labels: Document | None
    wrong: dict[str, int] = {}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One score, as it is printed: see `Figure`. `p` is that of a comparison."""

    layer: str
    measure: str
    label: str
    part: str
    f1: float | None
    low: float | None
    high: float | None
    precision: float | None
    recall: float | None
    right: float | None
    predicted: float | None
    found: float | None
    gold: float | None
    other: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    p: float | None = None


@dataclass(frozen=True)
class Scores:
    """All figures, the mistakes of the (first) system, and what has to be said beside them."""

    articles: int
    lines: list[Line]
    mistakes: Mistakes
    notes: list[str]
    resamples: int
    seed: int

    def figure(self, layer: str, measure: str, label: str = "", part: str = "") -> float | None:
        """One F1."""
        wanted = (layer, measure, label, part)
        each = ((x.f1, (x.layer, x.measure, x.label, x.part)) for x in self.lines)
        return next((f1 for f1, key in each if key == wanted), None)


def score(
    pairs: Iterable[tuple[Article, Sequence[Predicted]]],
    articles: int,
    scheme: Scheme,
    *,
    wanted: Sequence[str] = tuple(LAYERS),
    seen: frozenset[str] | None = None,
    slices: bool = True,
    most: int = 20,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Scores:
    """Score predicted labels against gold ones, article by article, in memory that does not grow.

    Parameters
    ----------
    pairs : gold articles with the labels of one system, or of two that are to be compared; exactly
        `articles` of them. A gold article without predictions counts as one in which nothing was
        found.
    wanted : layers of `LAYERS`.
    seen : the names of the training data in lower case, for the slices of seen and unseen names.
    most : how many mistakes of each layer and kind are kept in full.

    Raises
    ------
    DataError : labels of another text, or made under another version of the scheme.
    """
    tally: Tally | None = None
    comparison: Comparison | None = None
    kept = Mistakes(most)
    across = {"entities": Across(), "events": Across()}
    missing: list[int] = []
    empty: list[set[str]] = []  # the layers of which each system predicted nothing
    for gold, systems in pairs:
        counts: list[dict[Key, Cells]] = []
        missing = missing or [0 for _ in systems]
        empty = empty or [set(wanted) for _ in systems]
        for number, predicted in enumerate(systems):
            if predicted.labels is None:
                missing[number] += 1
            article = _article(gold, predicted.labels)
            found = _counts(
                gold, article, predicted, scheme, wanted, seen if slices else None, slices
            )
            counts.append(found)
            empty[number] -= {key.layer for key, cells in found.items() if cells.predicted}
            if number == 0:
                kept.add(gold, article)
                across["entities"].add(gold.entities, article.entities, (gold, article))
                across["events"].add(gold.events, article.events, (gold, article))
        if tally is None:
            if len(counts) == 2:
                comparison = Comparison(articles, seed=seed, resamples=resamples)
                tally = comparison.first
            else:
                tally = Tally(articles, seed=seed, resamples=resamples)
        if comparison is not None:
            comparison.add(counts[0], counts[1])
        else:
            tally.add(counts[0])
    if tally is None:
        raise DataError("gold", "one article or more", "none")
    lines = [_line(group, tally, comparison) for group in _groups(tally)]
    if "links" in wanted:
        lines += [_across(label, one) for label, one in across.items()]
    return Scores(articles, lines, kept, _notes(missing, empty, articles), resamples, seed)


def _article(gold: Article, labels: Document | None) -> Article:
    """The predicted labels over the gold article's text."""
    if labels is None:
        nothing: dict[str, object] = {
            name: [] for name in ("entities", "events", "attributions", "stances")
        }
        labels = msgspec.structs.replace(gold.labels, clusters={}, **nothing)
    if labels.text_sha256 != gold.labels.text_sha256:
        expected = f"labels of the same text, SHA-256 {gold.labels.text_sha256}"
        raise DataError(gold.doc_id, expected, labels.text_sha256)
    if labels.scheme != gold.labels.scheme:
        expected = f"labels of the scheme {gold.labels.scheme}"
        raise DataError(gold.doc_id, expected, labels.scheme)
    made = Article(gold.meta, gold.text, labels)
    vars(made)["units"] = gold.units  # the same text: segmented once
    return made


def _counts(
    gold: Article,
    article: Article,
    predicted: Predicted,
    scheme: Scheme,
    wanted: Sequence[str],
    seen: frozenset[str] | None,
    slices: bool,
) -> dict[Key, Cells]:
    found: dict[Key, Cells] = {}
    for layer in wanted:
        found.update(LAYERS[layer](gold, article, scheme))
    if slices:
        found.update(
            (key, cells) for key, cells in sliced(gold, article, seen) if key.layer in wanted
        )
    if not predicted.wrong:
        return found
    for key, cells in list(found.items()):
        if not key.label and not key.part and key.layer in predicted.wrong:
            found[key] = cells._replace(predicted=cells.predicted + predicted.wrong[key.layer])
    for layer, count in predicted.wrong.items():
        if Key(layer, "exact") in found:  # a label without a right item, in the macro average too
            found[Key(layer, "exact", _OTHER)] = Cells(0, count, 0, 0)
    return found


Group = tuple[Key, list[Key]]


def _groups(tally: Tally) -> list[Group]:
    """Each score to print: its key, and the keys whose F1 it is the mean of."""
    found: list[Group] = []
    labelled: dict[tuple[str, str], list[Key]] = {}
    for key in tally.keys:
        if key.label:
            labelled.setdefault((key.layer, key.measure), []).append(key)
    done = set()
    for key in sorted(tally.keys, key=lambda k: (list(LAYERS).index(k.layer), k.part != "")):
        among = labelled.get((key.layer, key.measure), [])
        if key.label and not key.part and (key.layer, key.measure) not in done:
            done.add((key.layer, key.measure))
            if key.layer in ("entities", "triggers", "arguments", "stances"):
                found.append((Key(key.layer, key.measure, _MACRO), among))
            if key.layer == "stances":
                main = [k for k in among if k.label in ("favor", "against")]
                found.append((Key(key.layer, key.measure, "macro of favor and against"), main))
        found.append((key, [key]))
    if any(key.layer == "coreference" for key in tally.keys):
        for label in ("entities", "events"):
            every = [Key("coreference", name, label) for name in MEASURES]
            found.append((Key("coreference", "conll", label), every))
    return found


def _line(group: Group, tally: Tally, comparison: Comparison | None) -> Line:
    key, keys = group
    figure = tally.figure(key) if keys == [key] else tally.macro(keys)
    cells = figure.cells or (None, None, None, None)
    line = Line(
        layer=key.layer,
        measure=key.measure,
        label=key.label,
        part=key.part,
        f1=figure.f1,
        low=figure.low,
        high=figure.high,
        precision=figure.precision,
        recall=figure.recall,
        right=cells[0],
        predicted=cells[1],
        found=cells[2],
        gold=cells[3],
    )
    if comparison is None:
        return line
    other = comparison.second.macro(keys)
    apart, p = comparison.difference(keys)
    return msgspec.structs.replace(
        line,
        other=other.f1,
        difference=apart.f1,
        difference_low=apart.low,
        difference_high=apart.high,
        p=p,
    )


def _across(label: str, across: Across) -> Line:
    cells = across.cells()
    precision = cells.right / cells.predicted if cells.predicted else None
    recall = cells.found / cells.gold if cells.gold else None
    figure = _harmonic(precision, recall)
    return Line(
        layer="links",
        measure="across articles, b_cubed",
        label=label,
        part="",
        f1=figure,
        low=None,
        high=None,
        precision=precision,
        recall=recall,
        right=cells.right,
        predicted=cells.predicted,
        found=cells.found,
        gold=cells.gold,
    )


def _harmonic(precision: float | None, recall: float | None) -> float | None:
    if precision is None and recall is None:
        return None
    a, b = precision or 0.0, recall or 0.0
    return 2 * a * b / (a + b) if a + b else 0.0


def _notes(missing: list[int], empty: list[set[str]], articles: int) -> list[str]:
    found = []
    for count, layers_, name in zip(missing, empty, ("", "the other system: "), strict=False):
        if count:
            found.append(f"{name}{count} of {articles} articles have no predictions: all is missed")
        if layers_:
            found.append(f"{name}nothing was predicted of: {', '.join(sorted(layers_))}")
    return found
