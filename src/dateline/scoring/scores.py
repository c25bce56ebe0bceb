"""The scores of a system, or of two side by side, over any number of articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from dateline.derived import Article
from dateline.errors import DataError
from dateline.records import Document
from dateline.scheme import Scheme
from dateline.scoring import layers
from dateline.scoring.coreference import coreference
from dateline.scoring.counts import Cells, Counts, Key
from dateline.scoring.lines import LABELLED, Line, across_line, lines_of
from dateline.scoring.links import Across, links
from dateline.scoring.mistakes import Mistakes
from dateline.scoring.sides import MAIN, Sides
from dateline.scoring.slices import UNPLACED, sliced
from dateline.scoring.sound import held
from dateline.scoring.tally import RESAMPLES, SEED, Comparison, Tally

__all__ = ["LAYERS", "Predicted", "Scores", "score"]

Counting = Callable[[Sides, Scheme], Counts]
LAYERS: dict[str, Counting] = {
    "entities": layers.entities,
    "triggers": layers.triggers,
    "arguments": layers.arguments,
    "attributions": layers.attributions,
    "stances": layers.stances,
    "coreference": coreference,
    "links": links,
}
"""What is scored, by the names of its layers."""

_ACROSS = ("entities", "events")


class Predicted(msgspec.Struct, frozen=True):
    """A system's labels of one article; None where it has none for it.

    `wrong` counts, by layer, what it predicted that no document can hold (a label that the scheme
    does not have, words outside the text): each counts as a wrong item. Under other names it counts
    what was left out and is only told: `clusters`, and `attributes` without which an item stands.
    """

    labels: Document | None
    wrong: dict[str, int] = {}


@dataclass(frozen=True)
class Scores:
    """All figures, the mistakes of the (first) system, and what has to be said beside them.

    As a string it is the report of `dateline score`.
    """

    articles: int
    lines: list[Line]
    mistakes: Mistakes
    notes: list[str]
    resamples: int
    seed: int

    def line(self, layer: str, measure: str, label: str = "", part: str = "") -> Line:
        """One score with its interval.

        Raises
        ------
        KeyError : there is no such score.
        """
        wanted = (layer, measure, label, part)
        for line in self.lines:
            if (line.layer, line.measure, line.label, line.part) == wanted:
                return line
        raise KeyError(wanted)

    def figure(self, layer: str, measure: str, label: str = "", part: str = "") -> float | None:
        """One F1; None where there is none."""
        try:
            return self.line(layer, measure, label, part).f1
        except KeyError:
            return None

    def __str__(self) -> str:
        from dateline.scoring.report import text

        return "\n".join(text(self, labels=False, parts=False, mistakes=0))


class _System:
    """What is remembered of one system beside its sums."""

    def __init__(self, wanted: Sequence[str], most: int) -> None:
        self.missing = 0
        self.empty = set(wanted)
        self.asked: set[str] = set()
        self.wrong: Counter[str] = Counter()
        self.mistakes = Mistakes(most)
        self.across = {layer: Across() for layer in _ACROSS}

    def notes(self, name: str, articles: int) -> list[str]:
        """What has to be said of it."""
        found = []
        if self.missing:
            found.append(
                f"{name}{self.missing} of {articles} articles have no predictions: all is missed"
            )
        if empty := self.empty & self.asked:
            found.append(f"{name}nothing was predicted of: {', '.join(sorted(empty))}")
        wrong = {layer: n for layer, n in sorted(self.wrong.items()) if layer in LAYERS and n}
        if wrong:
            each = ", ".join(f"{layer} {count}" for layer, count in wrong.items())
            found.append(f"{name}what no document can hold counts as wrong: {each}")
        if clusters := self.wrong["clusters"]:
            found.append(f"{name}{clusters} clusters that no document can hold were left out")
        if attributes := self.wrong["attributes"]:
            found.append(
                f"{name}{attributes} values that the scheme does not have were left out: "
                "its defaults stand there"
            )
        return found


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
    slices : whether parts of the data are scored too.
    most : how many mistakes of each layer and kind are kept in full.

    Raises
    ------
    DataError : labels of another text, or made under another version of the scheme; an id twice;
        more or fewer articles than were said.
    """
    tally: Tally | None = None
    comparison: Comparison | None = None
    systems: list[_System] = []
    count = 0
    main = [layer for layer in MAIN if layer in wanted]
    for gold, each in pairs:
        count += 1
        if tally is None:
            systems = [_System(wanted, most) for _ in each]
            if len(each) == 2:
                comparison = Comparison(articles, seed=seed, resamples=resamples)
                tally = comparison.first
            else:
                tally = Tally(articles, seed=seed, resamples=resamples)
        if count > articles:
            break
        counts: list[dict[Key, Cells]] = []
        for system, predicted in zip(systems, each, strict=True):
            article, unheld = held(gold, predicted.labels)
            wrong = unheld + Counter(predicted.wrong)
            sides = Sides(gold, article)
            found = _counts(sides, wrong, scheme, wanted, seen, slices)
            counts.append(found)
            system.missing += predicted.labels is None
            system.wrong += wrong
            if system.empty:
                system.empty -= {key.layer for key, cells in found.items() if cells.predicted}
                system.asked |= {key.layer for key, cells in found.items() if cells.gold}
            if system is systems[0]:
                system.mistakes.add(sides, main)
            if "links" in wanted:
                for layer, across in system.across.items():
                    across.add(sides, layer)
        if comparison is not None:
            comparison.add(counts[0], counts[1])
        else:
            tally.add(counts[0])
    if tally is None or count != articles:
        raise DataError("gold", f"{max(1, articles)} articles", str(count))
    lines = lines_of([layer for layer in LAYERS if layer in wanted], tally, comparison)
    if "links" in wanted:
        for layer in _ACROSS:
            second = systems[1].across[layer] if comparison is not None else None
            lines.append(across_line(layer, systems[0].across[layer], second))
    notes = [
        note
        for system, name in zip(systems, ("", "the other system: "), strict=False)
        for note in system.notes(name, articles)
    ]
    return Scores(articles, lines, systems[0].mistakes, notes, resamples, seed)


def _counts(
    sides: Sides,
    wrong: Counter[str],
    scheme: Scheme,
    wanted: Sequence[str],
    seen: frozenset[str] | None,
    slices: bool,
) -> dict[Key, Cells]:
    """All counts of one article, `wrong` among what was predicted."""
    found: dict[Key, Cells] = {}
    for layer in wanted:
        found.update(LAYERS[layer](sides, scheme))
    for layer in wanted:
        lost = wrong[layer]
        if not lost:
            continue
        for key, cells in list(found.items()):
            # Of an attribution that no document can hold, its content is one that is wrong.
            content = layer == "attributions" and key.label == "content"
            if key.layer == layer and (not key.label or content):
                found[key] = cells._replace(predicted=cells.predicted + lost)
        if layer in LABELLED:  # a label without a right item, in the macro average too
            found[Key(layer, LABELLED[layer], UNPLACED)] = Cells(0, lost, 0, 0)
    if slices:
        found.update(
            (key, cells) for key, cells in sliced(sides, seen, wrong) if key.layer in wanted
        )
    return found
