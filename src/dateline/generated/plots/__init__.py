"""The figures of the datasheet, drawn from what README.md and DATASHEET.md are counted from."""

from __future__ import annotations

import datetime

from dateline.generated.plots.agreement import agreement
from dateline.generated.plots.labels import labels_by_outlet, labels_by_split
from dateline.generated.plots.lengths import lengths
from dateline.generated.plots.look import Plot
from dateline.generated.plots.storylines import Told, storylines
from dateline.generated.source import Source

__all__ = ["Plot", "plots"]


def plots(source: Source) -> list[Plot]:
    """All figures, not drawn yet: their words and data need no package that draws.

    Raises
    ------
    DataError : the source has no frozen figures.
    """
    tokens: dict[str, list[int]] = {}
    for split, article in source.open:
        tokens.setdefault(split, []).append(len(article.units.tokens))
    told = (
        Told(
            split,
            article.meta.storyline,
            article.meta.outlet or "unknown",
            datetime.date.fromisoformat(article.meta.published),
        )
        for split, article in source.open
        if article.meta.storyline and article.meta.published
    )
    return [
        labels_by_split(source.by_split, source.name),
        *labels_by_outlet(source.by_outlet, source.name),
        lengths({split: tokens.get(split, []) for split in source.by_split}, source.name),
        storylines(told, source.name),
        agreement(source.kept.agreement, source.name),
    ]
