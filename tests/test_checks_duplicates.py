"""Near-duplicates across splits, and wording of others in open texts."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import external, found, made, named
from dateline.checks.corpus import Labelled
from dateline.text import shingles
from strategies import law, texts

SPLITS = ("train", "validation", "test")


def prose(seed: int, words: int = 200) -> list[str]:
    """Words of which no five in a row stand in the prose of another seed."""
    chance = random.Random(seed)
    return [f"word{chance.randrange(400)}" for _ in range(words)]


def article(doc_id: str, words: list[str], split: str, **more: str) -> Labelled:
    return made(doc_id, " ".join(words), split, **more)


def jaccard(a: list[str], b: list[str]) -> float:
    one, other = ({tuple(w[i : i + 5]) for i in range(len(w) - 4)} for w in (a, b))
    return len(one & other) / len(one | other)


class TestNearDuplicates:
    @pytest.mark.parametrize("seed", range(8))
    def test_nearly_the_same_text_is_found_in_the_later_split(self, seed: int) -> None:
        words = prose(seed)
        edited = [*words[:90], "inserted", *words[91:]]
        corpus = [article("late", edited, "test"), article("early", words, "validation")]
        (incident,) = found(corpus, "DL504")
        assert incident.path == "corpus/articles/late.txt"
        assert incident.doc_id == "late"
        assert incident.found.endswith("with early in validation")
        assert incident.severity == "error"
        assert abs(float(incident.found.split()[1]) - jaccard(words, edited)) < 0.12

    @pytest.mark.parametrize("seed", range(8))
    def test_a_quoted_statement_in_both_is_no_duplicate(self, seed: int) -> None:
        statement = prose(99, 120)
        one, other = ([*prose(s, 80), *statement] for s in (seed, seed + 50))
        assert 0.3 < jaccard(one, other) < 0.5
        assert found([article("a", one, "train"), article("b", other, "test")], "DL504") == []

    def test_copies_in_one_split_are_no_leak(self) -> None:
        words = prose(1)
        assert found([article("a", words, "test"), article("b", words, "test")], "DL504") == []

    def test_each_pair_once(self) -> None:
        words = prose(1)
        corpus = [article(f"{s}-{n}", words, s) for n in range(2) for s in SPLITS]
        pairs = [(i.doc_id, i.found.split()[3]) for i in found(corpus, "DL504")]
        assert len(pairs) == len(set(pairs)) == 12
        assert all(SPLITS.index(a[:-2]) > SPLITS.index(b[:-2]) for a, b in pairs)

    def test_texts_too_short_or_not_at_hand_are_like_nothing(self) -> None:
        corpus = [made(s, "Four words, no more", s) for s in SPLITS]
        assert found(corpus, "DL504") == []
        assert found([made(s, None, s) for s in SPLITS], "DL504") == []

    def test_case_and_punctuation_do_not_tell_texts_apart(self) -> None:
        corpus = [
            made("a", "The Orlem ferry sank off Varn.", "train"),
            made("b", "“The Orlem FERRY sank; off Varn”", "test", parquet=True),
        ]
        (incident,) = found(corpus, "DL504")
        assert incident.path == "documents/test.parquet row 7 text"
        assert incident.found == "about 1.00 with a in train"

    @given(texts(max_words=40))
    @law(30)
    def test_the_same_text_is_always_found(self, text: str) -> None:
        corpus = [made("a", f"one two three four five {text}", split) for split in SPLITS[:2]]
        assert len(found(corpus, "DL504")) == 1


POOL = [prose(1), [*prose(1)[:150], *prose(2, 20)], [*prose(1)[:190], "end"], prose(3)]


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[list[Labelled], list[Labelled]]:
    """A small corpus of which some texts are alike, in two orders."""
    corpus = []
    for number in range(draw(st.integers(0, 8))):
        words, split = draw(st.sampled_from(POOL)), draw(st.sampled_from(SPLITS))
        storyline = draw(st.sampled_from([None, "ferry", "dam"]))
        events = draw(st.sampled_from([[], ["AID"], ["ASSAULT"] * 20]))
        text = " ".join(words)
        corpus.append(made(f"a-{number}", text, split, storyline=storyline, events=events))
    return corpus, draw(st.permutations(corpus))


@given(shuffled())
@law()
def test_the_order_of_articles_does_not_matter(orders: tuple[list[Labelled], ...]) -> None:
    one, other = (set(found(corpus, "DL503", "DL504", "DL505")) for corpus in orders)
    assert one == other


THEIRS = "Officials of the harbour board told reporters late on Monday that no ferry would sail."
FOREIGN = dict.fromkeys(shingles(THEIRS), "harbour-1")


class TestWording:
    def test_a_run_is_found_where_it_begins(self) -> None:
        ours = "A quiet week\nIn Varn, BOARD told reporters – late on Monday that no ferry ran."
        (incident,) = found([made(text=ours)], "DL508", foreign=FOREIGN)
        assert incident.path == "corpus/articles/varn-1.txt line 2, column 10"
        assert incident.found == "9 words of harbour-1"
        assert incident.span is not None
        start, end = incident.span
        assert ours[start:end] == "BOARD told reporters – late on Monday that no ferry"
        assert (incident.severity, incident.doc_id) == ("error", "varn-1")

    def test_two_runs_are_two_findings_with_their_sources(self) -> None:
        more = "the price of salt in Tessel rose again"
        ours = f"{more}. {THEIRS} And then, {more}."
        foreign = FOREIGN | dict.fromkeys(shingles(more), "salt-2")
        incidents = found([made(text=ours, parquet=True)], "DL508", foreign=foreign)
        assert [(i.path, i.found) for i in incidents] == [
            ("documents/train.parquet row 7 text line 1, column 1", "8 words of salt-2"),
            ("documents/train.parquet row 7 text line 1, column 41", "15 words of harbour-1"),
            ("documents/train.parquet row 7 text line 1, column 138", "8 words of salt-2"),
        ]

    def test_the_words_themselves_are_not_told(self) -> None:
        (incident,) = found([made(text=THEIRS)], "DL508", foreign=FOREIGN)
        assert not set(THEIRS.lower().split()) & set(str(incident).lower().split()) - {"of"}

    @pytest.mark.parametrize(
        "labelled",
        [
            made(text="Officials of the harbour board told reporters nothing."),  # seven words
            external(made(text=THEIRS)),
            made(text=None),
            named("a", "GPE"),
        ],
    )
    def test_no_run(self, labelled: Labelled) -> None:
        assert found([labelled], "DL508", foreign=FOREIGN) == []

    def test_nothing_foreign_is_known(self) -> None:
        assert found([made(text=THEIRS)], "DL508") == []

    @given(texts(), texts())
    @law()
    def test_the_place_is_that_of_the_shingles(self, before: str, after: str) -> None:
        ours = f"{before}\n{THEIRS}\n{after}"
        (incident,) = found([made(text=ours)], "DL508", foreign=FOREIGN)
        assert incident.span == (len(before) + 1, len(before) + len(THEIRS))
        lines = ours.split("\n")
        assert incident.place == f"line {lines.index(THEIRS) + 1}, column 1"
