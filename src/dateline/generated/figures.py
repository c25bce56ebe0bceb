"""The figures that README.md and DATASHEET.md show, counted from a release or from the tree."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec

from dateline.derived import Article
from dateline.errors import DataError
from dateline.generated.guidelines import table
from dateline.loading import articles_in
from dateline.manifest import read_manifest
from dateline.scheme import Scheme
from dateline.stats import COUNTED, Figures, figures
from dateline.style import MEASURES, Style, style
from dateline.tree import Tree
from dateline.views import flat_mentions

__all__ = ["AIMS", "release_blocks", "tree_blocks"]


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


Articles = list[tuple[str, Article]]


def release_blocks(folder: Path) -> dict[str, str]:
    """Blocks of Markdown by name, counted from a built folder; each says of which version."""
    manifest = read_manifest(folder)
    standing = ", provisional" if manifest.provisional else ""
    said = f"Counted by `dateline stats {manifest.version}` (release {manifest.version}{standing})."
    return _counted(list(articles_in(folder)), said)


def tree_blocks(tree: Tree) -> dict[str, str]:
    """Blocks of Markdown by name, counted from the labelled articles of the tree itself."""
    said = "Counted from the tree (`dateline build`, then `dateline stats tree`)."
    articles = [_without_foreign_words(split, a) for split, a in tree.labelled_articles()]
    return {
        **_counted(articles, said),
        "shape": f"{_shape(articles, tree.scheme)}\n\n{said}",
        "style": _style(tree),
        "world": _world(tree),
        "agreement": _agreement(tree),
    }


def _without_foreign_words(split: str, article: Article) -> tuple[str, Article]:
    """As a release has it: an external article without its text, hydrated here or not."""
    return split, Article(
        article.meta, None if split == "external" else article.text, article.labels
    )


def _counted(articles: Articles, said: str) -> dict[str, str]:
    found = figures(articles)
    total = {name: found.total(name) for name in COUNTED}
    makers = f"Labels by maker: {_shares(found.makers)}. Status: {_shares(found.status)}."
    return {
        "figures": f"{_rows('split', found.by_split, total)}\n\n{said}",
        "by-outlet": f"{_rows('outlet', found.by_outlet)}\n\n{said}",
        "by-type": f"{_by_type(found)}\n\n{said}",
        "makers": f"{makers} {said}",
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


def _style(tree: Tree) -> str:
    """Texts beside real news, whose measures are kept in benchmarks/results/style.json."""
    path = tree.root / "benchmarks" / "results" / "style.json"
    where = tree.where(path)
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
    except OSError:
        raise DataError(
            where, "the results of `benchmarks/run style`", "no readable file"
        ) from None
    except msgspec.DecodeError as error:
        raise DataError(where, "results of `benchmarks/run style`", str(error)) from None
    metas = (tree.meta(doc_id) for doc_id in tree.doc_ids())
    mine = style(tree.text(meta) or "" for meta in metas if meta.tier == "open")
    columns = {"Dateline": mine, **kept.corpora}
    rows = []
    for name, said in MEASURES.items():
        values = [getattr(column, name) for column in columns.values()]
        rows.append((said, *("" if value is None else f"{value:,}" for value in values)))
    said = (
        f"Dateline: all open articles of the tree. The others by `{kept.command}` ({kept.machine})."
    )
    return f"{table(('measure', *columns), rows)}\n\n{said}"


class _Kept(msgspec.Struct):
    """What benchmarks/style.py keeps."""

    command: str
    machine: str
    corpora: dict[str, Style]


def _world(tree: Tree) -> str:
    world = tree.world
    kinds = ("states", "groups", "persons", "places", "laws", "outlets", "storylines")
    counts = [(kind, str(len(getattr(world, kind)))) for kind in kinds]
    events = [event for story in world.storylines.values() for event in story.events]
    counts.append(("events that happened", str(sum(event.happened for event in events))))
    counts.append(("false reports", str(sum(not event.happened for event in events))))
    return table(("in corpus/world", "number"), counts)


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


AIMS = (
    ("entities", "exact span and type", "", ".85"),
    ("entities", "exact span and type", "names and values", ""),
    ("entities", "exact span and type", "nominals", ""),
    ("entities", "exact span and type", "pronouns", ""),
    ("entities", "type kappa", "", ""),
    ("entities", "coreference links", "", ""),
    ("events", "exact span", "", ".75"),
    ("events", "type kappa", "", ".80"),
    ("events", "mode kappa", "", ""),
    ("events", "polarity kappa", "", ""),
    ("events", "certainty kappa", "", ""),
    ("events", "time kappa", "", ""),
    ("events", "coreference links", "", ""),
    ("arguments", "all", "", ".65"),
    ("arguments", "of matched triggers", "", ""),
    ("attributions", "token kappa", "", ".75"),
    ("attributions", "exact", "source", ".75"),
    ("attributions", "exact", "cue", ".70"),
    ("attributions", "exact", "content", ".65"),
    ("attributions", "quote kappa", "", ""),
    ("stances", "exact expression", "", ""),
    ("stances", "expression, target and holder", "", ""),
    ("stances", "value kappa", "", ".70"),
)
"""The figures of agreement that the datasheet shows, with what was aimed at before measuring."""


def _agreement(tree: Tree) -> str:
    path = tree.root / "annotations" / "agreement.json"
    where = tree.where(path)
    names = "--annotators llm-a,llm-b --worst 0"
    command = f"dateline agree {names} --format json --out annotations/agreement.json"
    try:
        report = msgspec.json.decode(path.read_bytes(), type=_Report)
    except OSError:
        raise DataError(where, f"the report of `{command}`", "no readable file") from None
    except msgspec.DecodeError as error:
        raise DataError(where, f"the report of `{command}`", str(error)) from None
    found = {(f.layer, f.measure, f.label): f for f in report.figures}
    rows = []
    for layer, measure, label, aim in AIMS:
        figure = found[layer, measure, label]
        name = f"{measure}, {label}" if label else measure
        spread = "" if figure.low is None else f"{figure.low:.2f} to {figure.high:.2f}"
        value = "undefined" if figure.value is None else f"{figure.value:.3f}"
        rows.append((layer, name, value, spread, aim))
    who = " and ".join(report.annotators)
    said = (
        f"{who} on {report.articles} articles; 95 % intervals by {report.resamples} resamples of "
        f"articles. All figures are in `{where}`, made by `{command}`."
    )
    head = ("layer", "measure", "agreement", "95 % interval", "aim")
    return f"{table(head, rows)}\n\n{said}"
