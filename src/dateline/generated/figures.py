"""The tables of README.md and DATASHEET.md, from a release or from the tree: Markdown by name."""

from __future__ import annotations

from collections import Counter

from dateline.generated.frozen import AGREE, Agreement, Styles
from dateline.generated.guidelines import table
from dateline.generated.source import Articles, Source
from dateline.scheme import Scheme
from dateline.stats import COUNTED, Figures
from dateline.style import MEASURES
from dateline.views import flat_mentions

__all__ = ["counted_blocks", "datasheet_blocks"]


def _shares(counts: dict[str, int]) -> str:
    whole = sum(counts.values()) or 1
    return ", ".join(f"{name} {count} ({count / whole:.0%})" for name, count in counts.items())


def _rows(first: str, rows: dict[str, dict[str, int]], total: dict[str, int] | None = None) -> str:
    shown = [(k, *(str(c.get(n, 0)) for n in COUNTED)) for k, c in rows.items()]
    if total is not None:
        shown.append(("**all**", *(f"**{total[n]}**" for n in COUNTED)))
    return table((first, *COUNTED), shown)


def _by_type(found: Figures) -> str:
    return table(
        ("layer", "labels"),
        (
            ("entities", _shares(found.entity_types)),
            ("mentions", _shares(found.mentions)),
            ("events", _shares(found.event_types)),
            ("roles", _shares(found.roles)),
            ("attributions: quotation", _shares(found.quotes)),
            ("attributions: source", _shares(found.source_forms)),
            ("stances", _shares(found.stance_values)),
        ),
    )


def counted_blocks(source: Source) -> dict[str, str]:
    """The blocks that are counted from rows alone; each says of which version."""
    found = source.counts
    total = {name: found.total(name) for name in COUNTED}
    makers = f"Labels by maker: {_shares(found.makers)}. Status: {_shares(found.status)}."
    return {
        "figures": f"{_rows('split', found.by_split, total)}\n\n{source.said}",
        "by-outlet": f"{_rows('outlet', found.by_outlet)}\n\n{source.said}",
        "by-type": f"{_by_type(found)}\n\n{source.said}",
        "makers": f"{makers} {source.said}",
    }


def datasheet_blocks(source: Source) -> dict[str, str]:
    """All tables of the datasheet: those counted from rows, and those of what was frozen.

    Raises
    ------
    DataError : nothing was frozen.
    """
    frozen = source.kept
    return {
        **counted_blocks(source),
        "shape": f"{_shape(source.articles, source.scheme)}\n\n{source.said}",
        "style": _style(frozen.style),
        "world": table(
            ("in corpus/world", "number"), ((k, str(n)) for k, n in frozen.world.items())
        ),
        "agreement": _agreement(frozen.agreement),
    }


def _share(part: int, whole: int) -> str:
    return f"{part / max(1, whole):.1%}"


def _shape(articles: Articles, scheme: Scheme) -> str:
    """Attributions beside those of PolNeAR (Newell et al. 2018, as published)."""
    opened = [article for split, article in articles if split != "external"]
    attributions = [a for _, article in articles for a in article.attributions]
    size = len(attributions)
    quotes = Counter(a.quote for a in attributions)
    said = sum(
        article.surface(a.cue) == "said"
        for article in opened
        for a in article.attributions
        if a.cue is not None
    )
    nested = sum(outer is not None for _, a in articles for outer in a.nested_in.values())
    values = set(scheme.group("entities", "value"))
    flat = [e for a in opened for e in a.entities if e.mention == "name" or e.type in values]
    lost = len(flat) - sum(len(flat_mentions(article, scheme)) for article in opened)
    of_open = sum(len(article.attributions) for article in opened)
    tokens = sum(len(article.units.tokens) for article in opened)
    per_100 = 100 * len(flat) / max(1, tokens)
    return table(
        ("measure", "Dateline", "PolNeAR"),
        (
            (
                "attributions without source",
                _share(sum(a.source is None for a in attributions), size),
                "7.3%",
            ),
            (
                "attributions with several fragments",
                _share(sum(len(a.content) > 1 for a in attributions), size),
                "15.4%",
            ),
            ("attributions inside another", _share(nested, size), ""),
            ('cue "said"', _share(said, of_open), "20%"),
            ("indirect", _share(quotes["indirect"], size), "73%"),
            ("direct", _share(quotes["direct"], size), "17%"),
            ("mixed", _share(quotes["mixed"], size), "10%"),
            ("names and values, of 100 tokens", f"{per_100:.1f}", ""),
            ("names and values that BIO tags cannot show", str(lost), ""),
        ),
    )


def _style(found: Styles) -> str:
    """Texts beside real news."""
    rows = []
    for name, said in MEASURES.items():
        values = [getattr(column, name) for column in found.corpora.values()]
        rows.append((said, *("" if value is None else f"{value:,}" for value in values)))
    said = f"Dateline: all open articles. The others by `{found.command}` ({found.machine})."
    return f"{table(('measure', *found.corpora), rows)}\n\n{said}"


def _agreement(found: Agreement) -> str:
    rows = []
    for row in found.rows:
        spread = "" if row.low is None else f"{row.low:.2f} to {row.high:.2f}"
        value = "undefined" if row.value is None else f"{row.value:.3f}"
        aim = "" if row.aim is None else f"{row.aim:.2f}".removeprefix("0")
        rows.append((row.layer, row.name, value, spread, aim))
    aims = [row for row in found.rows if row.aim is not None]
    said = (
        f"{' and '.join(found.annotators)} on {found.articles} articles; 95 % intervals by "
        f"{found.resamples} resamples of articles. Aims that were reached: "
        f"{sum(row.met for row in aims)} of {len(aims)}. All figures are in "
        f"`annotations/agreement.json`, made by `{AGREE}`."
    )
    head = ("layer", "measure", "agreement", "95 % interval", "aim")
    return f"{table(head, rows)}\n\n{said}"
