"""Figures that cannot be counted from a release's rows, kept beside them when it is made.

`figures.json` in the release folder holds them: how the texts are written, how large the world is,
how far the passes agree, and where misprints stand. Without it they are counted from the tree.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from dateline.decoding import from_yaml
from dateline.errors import DataError
from dateline.style import Style, style
from dateline.tree import Tree

__all__ = [
    "FIGURES",
    "Agreed",
    "Agreement",
    "Frozen",
    "counted_frozen",
    "frozen_figures",
    "read_frozen",
]

FIGURES = "figures.json"
AGREE = (
    "dateline agree --annotators llm-a,llm-b --worst 0 --format json --out "
    "annotations/agreement.json"
)
"""What makes the report of agreement that is frozen."""


class Styles(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Texts beside real news: measures by corpus, ours first, and how the others were measured."""

    command: str
    machine: str
    corpora: dict[str, Style]


class Agreed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A coefficient with its 95 % interval, and what was aimed at before measuring."""

    layer: str
    measure: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    aim: float | None = None

    @property
    def name(self) -> str:
        return f"{self.measure}, {self.label}" if self.label else self.measure

    @property
    def met(self) -> bool:
        """Whether there was an aim, and it was reached."""
        return self.aim is not None and self.value is not None and self.value >= self.aim


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Agreement between passes; `annotators` with the number of articles each labelled."""

    annotators: dict[str, int]
    articles: int
    resamples: int
    rows: list[Agreed]


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `figures.json` holds. `misprints` counts them by article."""

    format: int = 1
    style: Styles
    world: dict[str, int]
    agreement: Agreement
    misprints: dict[str, int]


def frozen_figures(tree: Tree) -> bytes:
    """The bytes of `figures.json` for a release of the tree; the same from every clone.

    Raises
    ------
    DataError : a report that the figures come from is missing or of another form.
    """
    return msgspec.json.format(msgspec.json.encode(counted_frozen(tree)), indent=1) + b"\n"


def read_frozen(folder: Path) -> Frozen | None:
    """The figures beside a release's rows; None where it was made without them.

    Raises
    ------
    DataError : they are not of this form.
    """
    path = folder / FIGURES
    return _read(path, Frozen, path.as_posix(), "a release") if path.is_file() else None


def counted_frozen(tree: Tree) -> Frozen:
    """The same figures, counted from the tree as it is."""
    return Frozen(
        style=_style(tree),
        world=_world(tree),
        agreement=_agreement(tree),
        misprints=_misprints(tree),
    )


Read = TypeVar("Read")


def _read(path: Path, kind: type[Read], where: str, made_by: str) -> Read:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError:
        raise DataError(where, f"the figures of {made_by}", "no readable file") from None
    except msgspec.DecodeError as error:
        raise DataError(where, f"figures as {made_by} writes them", str(error)) from None


def _style(tree: Tree) -> Styles:
    """Our texts measured, beside those of benchmarks/results/style.json."""
    path = tree.root / "benchmarks" / "results" / "style.json"
    kept = _read(path, _Kept, tree.where(path), "`benchmarks/run style`")
    metas = (tree.meta(doc_id) for doc_id in tree.doc_ids())
    mine = style(tree.text(meta) or "" for meta in metas if meta.tier == "open")
    return Styles(
        command=kept.command, machine=kept.machine, corpora={"Dateline": mine, **kept.corpora}
    )


class _Kept(msgspec.Struct):
    """What benchmarks/style.py keeps."""

    command: str
    machine: str
    corpora: dict[str, Style]


def _world(tree: Tree) -> dict[str, int]:
    kinds = ("states", "groups", "persons", "places", "laws", "outlets", "storylines")
    counts = {kind: len(getattr(tree.world, kind)) for kind in kinds}
    events = [event for story in tree.world.storylines.values() for event in story.events]
    counts["events that happened"] = sum(event.happened for event in events)
    counts["false reports"] = sum(not event.happened for event in events)
    return counts


class _Figure(msgspec.Struct):
    layer: str
    measure: str
    label: str
    value: float | None
    low: float | None
    high: float | None


class _Report(msgspec.Struct):
    """What `dateline agree --format json` writes, as far as it is shown here."""

    annotators: dict[str, int]
    articles: int
    resamples: int
    figures: list[_Figure]


SHOWN: tuple[tuple[str, str, str, float | None], ...] = (
    ("entities", "exact span and type", "", 0.85),
    ("entities", "exact span and type", "names and values", None),
    ("entities", "exact span and type", "nominals", None),
    ("entities", "exact span and type", "pronouns", None),
    ("entities", "type kappa", "", None),
    ("entities", "coreference links", "", None),
    ("events", "exact span", "", 0.75),
    ("events", "type kappa", "", 0.80),
    ("events", "mode kappa", "", None),
    ("events", "polarity kappa", "", None),
    ("events", "certainty kappa", "", None),
    ("events", "time kappa", "", None),
    ("events", "coreference links", "", None),
    ("arguments", "all", "", 0.65),
    ("arguments", "of matched triggers", "", None),
    ("attributions", "token kappa", "", 0.75),
    ("attributions", "exact", "source", 0.75),
    ("attributions", "exact", "cue", 0.70),
    ("attributions", "exact", "content", 0.65),
    ("attributions", "quote kappa", "", None),
    ("stances", "exact expression", "", None),
    ("stances", "expression, target and holder", "", None),
    ("stances", "value kappa", "", 0.70),
)
"""The figures of agreement that the datasheet shows, with what was aimed at before measuring."""


def _agreement(tree: Tree) -> Agreement:
    path = tree.root / "annotations" / "agreement.json"
    report = _read(path, _Report, tree.where(path), f"`{AGREE}`")
    found = {(f.layer, f.measure, f.label): f for f in report.figures}
    rows = []
    for layer, measure, label, aim in SHOWN:
        figure = found.get((layer, measure, label))
        if figure is None:
            missing = f"{layer}: {measure} {label}".strip()
            raise DataError(tree.where(path), f"the figure {missing}", "none", f"Run: {AGREE}")
        rows.append(Agreed(**msgspec.structs.asdict(figure), aim=aim))
    return Agreement(
        annotators=report.annotators,
        articles=report.articles,
        resamples=report.resamples,
        rows=rows,
    )


class _Misprint(msgspec.Struct, forbid_unknown_fields=True):
    printed: str
    meant: str


def _misprints(tree: Tree) -> dict[str, int]:
    """Misprints by article; none where the tree lists none."""
    path = tree.root / "corpus" / "misprints.yaml"
    if not path.is_file():
        return {}
    shape = "misprints by article, each printed and meant"
    listed = from_yaml(path.read_bytes(), dict[str, list[_Misprint]], tree.where(path), shape)
    return {doc_id: len(found) for doc_id, found in sorted(listed.items())}
