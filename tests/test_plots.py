"""The datasheet's plots: what they say, that they read in light and dark, and what is stale."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from broken import release
from conftest import REPOSITORY
from dateline import drawing
from dateline.commands.generate import run
from dateline.errors import UsageError
from dateline.generated.files import pages, stale
from dateline.generated.frozen import Agreed, Agreement
from dateline.generated.plots import Plot, plots
from dateline.generated.plots.agreement import agreement
from dateline.generated.plots.labels import PARTS, shares
from dateline.generated.plots.lengths import lengths
from dateline.generated.plots.look import DARK, INK, SHADE, STRONGEST
from dateline.generated.plots.storylines import Told, storylines
from dateline.generated.source import of_release
from dateline.tree import Tree

FIGURES = sorted((REPOSITORY / "docs" / "figures").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
GROUNDS = {"light": "#ffffff", "dark": "#0d1117"}


def brightness(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((brightness(one), brightness(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mixed(colour: str, ground: str, opacity: float) -> str:
    parts = zip(
        *((int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in (colour, ground)), strict=True
    )
    return "#" + "".join(f"{round(a * opacity + b * (1 - opacity)):02x}" for a, b in parts)


def test_inks_stand_out_on_both_grounds() -> None:
    for light, dark in DARK.items():
        wanted = 7 if light == INK else 3
        assert contrast(light, GROUNDS["light"]) >= wanted, light
        assert contrast(dark, GROUNDS["dark"]) >= wanted, dark
    for ink, ground in ((INK, GROUNDS["light"]), (DARK[INK], GROUNDS["dark"])):
        assert contrast(ink, mixed(SHADE, ground, STRONGEST)) >= 4.5


# ── The committed figures


def test_every_figure_is_in_the_datasheet_in_words() -> None:
    page = (REPOSITORY / "DATASHEET.md").read_text(encoding="utf-8")
    shown = {path: words for words, path in re.findall(r"!\[(.*)\]\((docs/figures/.*)\)", page)}
    assert sorted(shown) == [path.relative_to(REPOSITORY).as_posix() for path in FIGURES]
    for words in shown.values():
        assert len(re.findall(r"\d+", words)) >= 4, words


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_a_figure_reads_in_light_and_dark(path: Path) -> None:
    root = Xml.parse(path).getroot()
    said = f"{root.findtext(f'{SVG}title')} {root.findtext(f'{SVG}desc')}"
    assert re.search(r"Dateline, (release \d|the tree)", said)
    assert "by a language model" in said
    assert float(root.get("width", "")) <= 900
    style = root.findtext(f"{SVG}style") or ""
    assert style.startswith("@media (prefers-color-scheme: dark)")
    used = {e.get(name) for e in root.iter() for name in ("fill", "stroke")}
    colours = {colour for colour in used if colour not in (None, "none", "transparent", SHADE)}
    assert colours <= set(DARK), "an ink that stays as it is on a dark ground"
    texts = [e for e in root.iter(f"{SVG}text") if "".join(e.itertext()).strip()]
    assert all(e.get("fill") == INK for e in texts)
    assert min(float((e.get("font-size") or "0").removesuffix("px")) for e in texts) >= 11
    assert not [e for e in root.iter(f"{SVG}rect") if e.get("fill") not in (None, "none")]


# ── From plain data


def told(storyline: str, outlet: str, day: int, split: str = "train") -> Told:
    return Told(split, storyline, outlet, date(2025, 1, day))


def test_storylines_count_days_from_their_first_article() -> None:
    later = [told("b", "x", 20, "test"), told("b", "y", 31, "test"), told("b", "x", 22, "test")]
    made = storylines([*later, told("a", "x", 9)], "release 9.9.9")
    assert [row["storyline"] for row in made.data["calendar"]] == ["a", "b"]
    assert {(c["storyline"], c["outlet"], c["days"]) for c in made.data["cells"]} == {
        ("a", "x", "0"),
        ("b", "x", "0, 2"),
        ("b", "y", "11"),
    }
    assert "2 storylines (train 1, validation 0, test 1) from 2025-01-09 to 2025-01-31" in (
        made.message
    )


def test_lengths_are_binned_and_summed_up() -> None:
    made = lengths({"train": [99, 100, 149], "test": [210]}, "release 9.9.9")
    assert [(row["from"], row["articles"]) for row in made.data["train"]] == [(51, 1), (101, 2)]
    assert made.message == (
        "4 open articles of 99 to 210 tokens, the median 124 (by split: train 100, test 210)."
    )


def agreed(**changed: Any) -> Agreed:
    fields = {"layer": "events", "measure": "kappa", "label": "", "value": 0.9, "aim": 0.8}
    return Agreed(**{**fields, "low": 0.8, "high": 1.0, **changed})


def test_agreement_says_which_aims_were_missed() -> None:
    rows = [agreed(), agreed(label="x", value=0.7), agreed(label="y", value=None)]
    found = Agreement(annotators={"a": 3, "b": 3}, articles=3, resamples=9, rows=rows)
    made = agreement(found, "release 9.9.9")
    assert "2 figures from 0.700 (events, kappa, x) to 0.900 (events, kappa)" in made.message
    assert "1 of 3 aims were reached" in made.message
    assert [row["shown"] for row in made.data["events"]] == [".900", ".700"]
    assert ">.700<" in made.svg()


def test_shares_are_of_their_group(tree: Tree) -> None:
    release(tree, "0.1.0")
    source = of_release(tree.releases / "0.1.0", tree.scheme)
    for part in PARTS:
        for name, of in shares(source.by_split, part).items():
            counted = getattr(source.by_split[name], part)
            assert sum(of.values()) == pytest.approx(1 if counted else 0)
            assert {label for label, share in of.items() if share} == set(counted)


# ── Fresh and stale


@pytest.fixture
def figure(tree: Tree) -> tuple[Path, Plot]:
    """A figure of a tree with a release, as generated."""
    release(tree, "0.1.0")
    made = pages(tree)
    assert made is not None
    plot = next(plot for plot in plots(made.datasheet) if plot.name == "lengths")
    return tree.root / plot.path, plot


def test_other_bytes_of_the_same_drawing_are_fresh(figure: tuple[Path, Plot], tree: Tree) -> None:
    path, _ = figure
    drawn = path.read_text().replace('stroke-miterlimit="10" ', "")
    assert drawn != path.read_text()
    path.write_text(drawn)
    assert stale(tree, drawn=True) == {}


def test_a_figure_that_is_gone_cut_off_or_of_other_data_is_stale(
    figure: tuple[Path, Plot], tree: Tree
) -> None:
    path, plot = figure
    fresh = path.read_bytes()
    other = dataclasses.replace(plot, source="release 9.9.9").svg().encode()
    for raw in (fresh[:-20], other, b"\xff", None):
        path.unlink() if raw is None else path.write_bytes(raw)
        assert stale(tree) == {plot.path: fresh}


def test_another_drawing_of_the_same_data_is_stale_where_that_is_asked(
    figure: tuple[Path, Plot], tree: Tree
) -> None:
    path, plot = figure
    fresh = path.read_bytes()
    wider = dataclasses.replace(plot, draw=lambda alt: plot.draw(alt).properties(spacing=40))
    path.write_text(wider.svg())
    assert stale(tree) == {}
    assert stale(tree, drawn=True) == {plot.path: fresh}


def test_without_the_packages_that_draw_figures_are_left_out_and_it_is_said(
    figure: tuple[Path, Plot],
    tree: Tree,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, plot = figure
    path.unlink()
    monkeypatch.setattr(drawing, "_PACKAGES", ("altair", "no_such_package"))
    assert stale(tree, drawn=True) == {}
    run(check=True, root=tree.root)
    assert "docs/figures/*.svg: not checked" in capsys.readouterr().out
    with pytest.raises(UsageError, match=r"no no_such_package\n  pip install 'dateline\[plots\]'"):
        plot.svg()
