"""Level 5: what articles say together; each check where it speaks, and where it must not."""

from __future__ import annotations

import tracemalloc
import weakref
from collections.abc import Iterator
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import TEXT, external, found, made, named, told
from dateline.checks.corpus import Labelled, check_corpus, check_dates
from dateline.checks.dates import is_date
from dateline.checks.suite import validate
from dateline.derived import Article
from dateline.records import Provenance, canonical
from dateline.tree import Tree
from strategies import SCHEME, WHERE, articles, law

TOGETHER = ("DL501", "DL503", "DL504", "DL505", "DL509")  # what takes more than one article


def test_a_small_sound_corpus_has_only_empty_layers(tree: Tree) -> None:
    corpus = [
        Labelled(
            tree.split(tree.meta(doc_id)),
            tree.where(tree.adjudicated_path(doc_id)),
            tree.where(tree.meta_path(doc_id)),
            tree.article(doc_id),
        )
        for doc_id in tree.labelled()
    ]
    assert {i.code for i in check_corpus(corpus, tree.scheme)} <= {"DL510"}


@given(articles())
@law()
def test_one_article_alone_agrees_with_itself(article: Article) -> None:
    assert found([Labelled("train", WHERE, "meta.json", article)], *TOGETHER) == []


def test_nothing_at_all_is_no_corpus() -> None:
    assert list(check_corpus([], SCHEME)) == []


class TestNames:
    def test_the_one_use_of_another_type_is_shown(self) -> None:
        corpus = [named("a", *["GPE"] * 6), named("b", "GPE", "ORG", "GPE", "GPE")]
        (incident,) = found(corpus, "DL501")
        assert incident.path == "annotations/adjudicated/b.json $.entities[1].type"
        assert (incident.expected, incident.found) == ("GPE, as in 9 of 10", "ORG")
        assert (incident.span, incident.doc_id) == ((6, 11), "b")
        assert incident.severity == "warning"

    @pytest.mark.parametrize(
        "corpus",
        [
            [named("a", "GPE", "GPE", "GPE"), named("b", "ORG")],  # four uses
            [named("a", "GPE", "GPE", "GPE", "GPE", "ORG")],  # one article
            [named("a", *["GPE"] * 7), named("b", "ORG", "ORG")],  # 78 %: two senses
            [named("a", *["GPE"] * 5), named("b", *["GPE"] * 5)],
        ],
    )
    def test_too_little_to_tell(self, corpus: list[Labelled]) -> None:
        assert found(corpus, "DL501") == []

    def test_four_of_five_is_enough_and_case_does_not_matter(self) -> None:
        loud = made("b", "ORLEM", names=[(0, 5, "ORG")])
        (incident,) = found([named("a", *["GPE"] * 4), loud], "DL501")
        assert incident.expected == "GPE, as in 4 of 5"

    def test_values_and_pronouns_are_no_names(self) -> None:
        other = made("b", "Orlem", labels=[(0, 5, "ORG")])
        assert found([named("a", *["GPE"] * 9), other], "DL501") == []

    def test_only_a_few_places_are_kept_and_the_rest_counted(self) -> None:
        corpus = [named("a", *["GPE"] * 40), named("b", *["ORG"] * 8)]
        outliers = found(corpus, "DL501")
        assert len(outliers) == 5
        assert {i.found for i in outliers} == {"ORG (and 3 more like it)"}

    def test_external_labels_without_words_say_nothing(self) -> None:
        away = external(made("b", None, names=[(0, 5, "ORG")]))
        assert found([named("a", *["GPE"] * 9), away], "DL501") == []


class TestStorylines:
    def test_a_storyline_in_two_splits_is_shown_in_the_later_one(self) -> None:
        corpus = [
            made("a-3", split="test", storyline="ferry"),
            made("a-2", split="test", storyline="ferry"),
            made("a-1", split="train", storyline="ferry"),
            made("b-1", split="validation", storyline="dam"),
        ]
        (incident,) = found(corpus, "DL503")
        assert incident.path == "corpus/articles/a-2.json $.storyline"
        assert incident.expected == "ferry in one split (train has 1 of its articles)"
        assert (incident.found, incident.doc_id) == ("2 in test", "a-2")

    def test_a_row_of_a_release_is_named_as_one(self) -> None:
        corpus = [
            made(s, split=s, storyline="ferry", parquet=True) for s in ("train", "validation")
        ]
        (incident,) = found(corpus, "DL503")
        assert incident.path == "documents/validation.parquet row 7 storyline"

    def test_no_storyline_is_not_a_storyline(self) -> None:
        assert found([made("a"), made("b", split="test")], "DL503") == []


class TestCoverage:
    def test_a_label_that_one_split_has_and_another_lacks(self) -> None:
        corpus = [
            named("a", *["GPE"] * 20, events=["AID"] * 20, quotes=["direct"], stances=["mixed"]),
            named("b", "ORG", split="test", quotes=["direct"] * 25, stances=["mixed"] * 20),
            named("c", "GPE", split="validation", events=["AID"], quotes=["direct"]),
        ]
        assert told(found(corpus, "DL505")) == [
            ("corpus validation", "some of stance mixed (test has 20)", "none"),
            ("corpus test", "some of entity type GPE (train has 20)", "none"),
            ("corpus test", "some of event type AID (train has 20)", "none"),
        ]

    def test_few_elsewhere_and_external_articles_do_not_count(self) -> None:
        few = [named("a", *["GPE"] * 19), named("b", split="test")]
        assert found(few, "DL505") == []
        away = [named("a", *["GPE"] * 30), external(named("b"))]
        assert found(away, "DL505") == []


class TestProvenance:
    def test_an_open_article_without_any(self) -> None:
        nothing = dict.fromkeys(("author", "source", "outlet", "genre", "title"))
        bare = made(licence=" ", published="4 March 2026", **nothing)
        incidents = found([bare], "DL506")
        assert [i.place for i in incidents] == [
            *("$.author", "$.source", "$.licence", "$.outlet", "$.genre", "$.title"),
            "$.published",
        ]
        assert {i.file for i in incidents} == {"corpus/articles/varn-1.json"}
        assert [i.found for i in incidents] == [
            *("none", "none", "' '", "none", "none", "none", "'4 March 2026'")
        ]
        assert {i.severity for i in incidents} == {"error"}

    def test_an_external_one_needs_source_and_licence(self) -> None:
        nothing = dict.fromkeys(("author", "source", "outlet", "genre", "title"))
        bare = external(made(licence="", **nothing))
        assert [i.place for i in found([bare], "DL506")] == ["$.source", "$.licence"]

    def test_a_whole_one(self) -> None:
        assert found([made(), external(made())], "DL506") == []

    @pytest.mark.parametrize("text", ["2026-02-30", "20260304", "2026-W10-3", "2026-3-4", ""])
    def test_no_date(self, text: str) -> None:
        assert not is_date(text)

    @given(st.dates())
    def test_every_day_is_a_date(self, day: date) -> None:
        assert is_date(str(day))


class TestLayers:
    def test_empty_layers_but_stances(self) -> None:
        full = made("a", names=[(0, 6, "GPE")], events=["CONSULT"], quotes=["indirect"])
        assert told(found([full, made("b")], "DL510")) == [
            (f"annotations/adjudicated/b.json $.{layer}", "at least one", "none")
            for layer in ("entities", "events", "attributions")
        ]


def even(number: int, *, names: int) -> Labelled:
    """Four sentences with so many entities."""
    text = "\n".join([TEXT] * 4)
    return made(f"varn-{number}", text, names=[(0, 6, "GPE")] * names)


class TestRates:
    @pytest.mark.parametrize("odd", [2, 40])
    def test_far_fewer_or_more_than_elsewhere(self, odd: int) -> None:
        usual = [even(i, names=12 + i % 3) for i in range(24)]
        (incident,) = found([*usual, even(99, names=odd)], "DL509")
        assert incident.path == "annotations/adjudicated/varn-99.json $.entities"
        assert incident.expected == "1.50 to 5.00 entities a sentence"
        assert incident.found == f"{odd / 4:.2f}"

    def test_a_small_corpus_has_no_usual_range(self) -> None:
        odd = even(99, names=90)
        assert found([*(even(i, names=9 + i % 3) for i in range(18)), odd], "DL509") == []
        assert len(found([*(even(i, names=9 + i % 3) for i in range(19)), odd], "DL509")) == 1

    def test_equal_rates_are_no_range(self) -> None:
        usual = [even(i, names=12) for i in range(24)]
        assert found([*usual, even(99, names=13)], "DL509") == []

    def test_articles_without_text_have_no_rate(self) -> None:
        usual = [even(i, names=12 + i % 3) for i in range(24)]
        away = external(made("away", None, names=[(0, 6, "GPE")] * 90))
        assert found([*usual, away], "DL509") == []


def dated(*mentions: str, kind: str = "DATE") -> list[tuple[str, tuple[int, int] | None, str]]:
    text, spans = "", []
    for mention in mentions:
        spans.append((len(text), len(text) + len(mention), kind))
        text += f"{mention}; "
    article = made(text=text, labels=spans).article
    return [(i.path, i.span, i.found) for i in check_dates(article, WHERE)]


class TestDates:
    @pytest.mark.parametrize(
        "mention",
        [
            *("30 February", "June 31", "31 November 2024", "2023-02-30", "29 February 2023"),
            *("Feb. 30", "31st of June", "April 31, 2024", "the 31st of Sept.", "SEPTEMBER 31st"),
            *("February 29, 1900", "32 March", "0 May", "2024-13-01", "June the 31st"),
            *("30 to 31 June", "Friday, 31 April", "June 31,2024", "29\u00a0February\u00a02023"),
            *("20 February to 31 April", "on 5 March or 30 Feb"),
        ],
    )
    def test_days_that_no_calendar_has(self, mention: str) -> None:
        ((path, span, _),) = dated(mention)
        assert (path, span) == (f"{WHERE} $.entities[0]", (0, len(mention)))

    @pytest.mark.parametrize(
        "mention",
        [
            *("29 February", "29 February 2024", "February 29, 2000", "31 May", "December 31st"),
            *("2024-02-29", "June 2031", "May 68", "May 00", "Tuesday"),
            *("March 10:30", "20 February 30 March", "31 days", "the 1990s", "June 1-5"),
            *("the second of June", "1,031 June", "2024-02-300", "3 June and 31 July", "mid-June"),
            *("31 Octobers", "Sept. 30", "31 August, 2 September", "30 June 31 people"),
        ],
    )
    def test_days_that_some_calendar_has(self, mention: str) -> None:
        assert dated(mention) == []

    def test_each_mention_once_with_its_place(self) -> None:
        assert dated("5 March", "30 February or 31 June", "31 April") == [
            (f"{WHERE} $.entities[1]", (9, 31), "'30 February'"),
            (f"{WHERE} $.entities[2]", (33, 41), "'31 April'"),
        ]

    def test_only_dates_and_only_with_a_text(self) -> None:
        assert dated("30 February", kind="EVENT") == []
        away = made(text=None, labels=[(0, 11, "DATE")]).article
        assert list(check_dates(away, WHERE)) == []

    def test_it_is_a_warning_of_level_4(self) -> None:
        article = made(text="30 February", labels=[(0, 11, "DATE")]).article
        (incident,) = check_dates(article, WHERE)
        assert (incident.code, incident.level, incident.severity) == ("DL413", 4, "warning")

    @given(st.dates())
    def test_no_real_day_is_reported(self, day: date) -> None:
        month, short = f"{day:%B}", f"{day:%b}"
        n, year = day.day, f"{day.year:04}"
        forms = (f"{n} {month} {year}", f"{month} {n}, {year}", f"{short}. {n}", f"{day}")
        assert dated(*forms) == []


def generated(many: int, size: int, kept: list[weakref.ref[Article]]) -> Iterator[Labelled]:
    """Articles with a text of their own of a little over `size` characters."""
    template = named("orlem-1", "GPE", "ORG", "GPE", storyline="ferry").article
    for number in range(many):
        text = f"Orlem Orlem Orlem saw ferry number {number} leave {'x' * size}"
        meta = msgspec.structs.replace(template.meta, doc_id=f"orlem-{number}")
        labels = msgspec.structs.replace(template.labels, doc_id=meta.doc_id)
        article = Article(meta, text, labels)
        kept.append(weakref.ref(article))
        where = f"annotations/adjudicated/{meta.doc_id}.json"
        yield Labelled("train", where, f"corpus/articles/{meta.doc_id}.json", article)


def test_articles_are_let_go() -> None:
    refs: list[weakref.ref[Article]] = []
    most = 0
    for incident in check_corpus(generated(20_000, 10, refs), SCHEME):
        if len(refs) % 1_000 == 0 and incident.place == "$.events":
            most = max(most, sum(ref() is not None for ref in refs))
    assert len(refs) == 20_000
    assert 1 <= most <= 2


def test_memory_does_not_grow_with_the_texts() -> None:
    """What is kept of an article is a sketch, three rates, its id and the paths of its files."""
    many, size = 4_000, 8_000
    sum(1 for _ in check_corpus(generated(1, size, []), SCHEME))  # imports and caches
    tracemalloc.start()
    try:
        sum(1 for _ in check_corpus(generated(many, size, []), SCHEME))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < many * 2_000


def test_the_passes_that_labels_name_are_there(tree: Tree) -> None:
    path = tree.adjudicated_path("mill-1")
    doc = tree.article("mill-1").labels
    traced = msgspec.structs.replace(
        doc, provenance={doc.events[0].id: Provenance(passes=["llm-t", "../gone"])}
    )
    path.write_bytes(canonical(traced))
    kept = tree.pass_path("llm-t", "mill-1")
    kept.parent.mkdir(parents=True)
    kept.write_bytes(canonical(doc))
    found = [i for i in validate(tree.root) if i.code == "DL507"]
    assert [(i.found, i.path.endswith("$.provenance")) for i in found] == [("'../gone'", True)]
