"""Spans against nervaluate, seqeval and scikit-learn; the other layers by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.derived import Article
from dateline.records import AUTHOR, Argument, Attribution, Document, Source, Span, Stance
from dateline.scoring.counts import Key
from dateline.scoring.layers import attributions
from dateline.scoring.sides import PARTS, Sides, part_of
from scored import WORDS, document, happenings, mentions, over, replace, scored, sides
from strategies import SCHEME, articles, documents, law

LABELS = ("PERSON", "ORG", "GPE")
Spans = list[tuple[int, int, str]]


@st.composite
def flat(draw: st.DrawFn) -> tuple[list[Spans], list[Spans]]:
    """Gold and predicted spans of some texts: each touches at most one of the other side."""
    gold: list[Spans] = []
    predicted: list[Spans] = []
    for _ in range(draw(st.integers(1, 3))):
        gold.append([])
        predicted.append([])
        for slot in range(draw(st.integers(0, 5))):
            for side in (gold, predicted):
                if draw(st.integers(0, 3)):
                    start = draw(st.integers(0, 2))
                    end = draw(st.integers(4, 6))
                    label = draw(st.sampled_from(LABELS))
                    side[-1].append((10 * slot + start, 10 * slot + end, label))
    return gold, predicted


def figures(gold: list[Spans], predicted: list[Spans]):
    from dateline.scoring.scores import Predicted, score

    text = "x" * 60
    pairs = [
        (
            over(document(text, entities=mentions(a)), text),
            [Predicted(document(text, entities=mentions(b)))],
        )
        for a, b in zip(gold, predicted, strict=True)
    ]
    return score(pairs, len(pairs), SCHEME, resamples=1, slices=False)


@given(flat())
@law(100)
def test_spans_are_scored_as_by_nervaluate(both: tuple[list[Spans], list[Spans]]) -> None:
    nervaluate = pytest.importorskip("nervaluate")
    sides = [
        [[{"label": name, "start": s, "end": e - 1} for s, e, name in spans] for spans in side]
        for side in both
    ]
    theirs = nervaluate.Evaluator(*sides, tags=list(LABELS), loader="dict").evaluate()["overall"]
    ours = figures(*both)
    names = {"strict": "exact", "exact": "span", "partial": "partial", "ent_type": "overlap"}
    for their, our in names.items():
        line = ours.line("entities", our)
        found = (line.precision or 0, line.recall or 0, line.f1 or 0)
        wanted = theirs[their]
        assert found == pytest.approx((wanted.precision, wanted.recall, wanted.f1)), their


@given(flat())
@law(100)
def test_exact_spans_are_scored_as_by_seqeval(both: tuple[list[Spans], list[Spans]]) -> None:
    seqeval = pytest.importorskip("seqeval.metrics")

    def tags(spans: Spans) -> list[str]:
        found = ["O"] * 60
        for start, end, label in spans:
            found[start:end] = [f"B-{label}"] + [f"I-{label}"] * (end - start - 1)
        return found

    gold, predicted = ([tags(spans) for spans in side] for side in both)
    ours = figures(*both)
    more = {"zero_division": 0}
    micro = seqeval.f1_score(gold, predicted, **more)
    assert (ours.figure("entities", "exact") or 0) == pytest.approx(micro)
    if any(spans for side in both for spans in side):
        macro = seqeval.f1_score(gold, predicted, average="macro", **more)
        assert ours.figure("entities", "exact", "macro") == pytest.approx(macro)


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from((*LABELS, "")))))
@law(100)
def test_labels_are_scored_as_by_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    """Each span has a gold label, and a predicted one or none."""
    metrics = pytest.importorskip("sklearn.metrics")
    gold = [(10 * i, 10 * i + 5, a) for i, (a, _) in enumerate(pairs)]
    predicted = [(10 * i, 10 * i + 5, b) for i, (_, b) in enumerate(pairs) if b]
    text = "x" * 10 * (len(pairs) + 1)
    doc = document(text, entities=mentions(predicted))
    found = scored(over(document(text, entities=mentions(gold)), text), doc)
    if not pairs:
        assert found.figure("entities", "exact") is None
        return
    used = sorted({label for pair in pairs for label in pair if label})
    truth, said = zip(*pairs, strict=True)
    for average, name in (("micro", ""), ("macro", "macro")):
        wanted = metrics.f1_score(truth, said, labels=used, average=average, zero_division=0)
        assert found.figure("entities", "exact", name) == pytest.approx(wanted)


VALUES = ("favor", "against", "neutral", "mixed")


@given(st.lists(st.tuples(st.sampled_from(VALUES), st.sampled_from(VALUES)), min_size=1))
@law(100)
def test_stance_values_are_scored_as_by_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    """On given expressions and targets it is the classification of SemEval-2016 Task 6."""
    metrics = pytest.importorskip("sklearn.metrics")
    text = "x" * 10 * (len(pairs) + 1)
    targets = mentions([(0, 3, "ORG")])

    def doc(side: int) -> Document:
        each = [
            stance(f"S{i}", 10 * i + 5, 10 * i + 9, pair[side], AUTHOR, "T1")
            for i, pair in enumerate(pairs, 0)
        ]
        return document(text, entities=targets, stances=each)

    found = scored(over(doc(0), text), doc(1))
    truth, said = zip(*pairs, strict=True)
    used = sorted({*truth, *said})
    macro = metrics.f1_score(truth, said, labels=used, average="macro", zero_division=0)
    assert found.figure("stances", "value", "macro") == pytest.approx(macro)
    main = [label for label in ("favor", "against") if label in used]
    if main:
        each = metrics.f1_score(truth, said, labels=main, average="macro", zero_division=0)
        name = "macro of favor and against"
        assert found.figure("stances", "value", name) == pytest.approx(each)


def stance(key: str, start: int, end: int, value: str, holder: str, target: str) -> Stance:
    more = {"attitude": "judging", "explicit": "yes"}
    return Stance(id=key, start=start, end=end, value=value, holder=holder, target=target, **more)


# ── Entities and triggers by hand


def test_touching_spans_have_half_the_credit_and_a_gold_item_is_found_once() -> None:
    gold = over(document(entities=mentions([(0, 7, "ORG"), (14, 24, "GPE")])))
    said = document(entities=mentions([(0, 3, "ORG"), (4, 7, "ORG"), (14, 24, "ORG")]))
    found = scored(gold, said)
    sums = {measure: found.line("entities", measure) for measure in MEASURES}
    assert {m: (x.right, x.predicted, x.gold) for m, x in sums.items()} == {
        "exact": (0, 3, 2),
        "span": (1, 3, 2),
        "overlap": (1, 3, 2),
        "partial": (1.5, 3, 2),
    }


MEASURES = ("exact", "span", "overlap", "partial")


def test_names_and_values_leave_nominals_out_and_keep_what_says_nothing() -> None:
    one, two = mentions([(0, 3, "ORG"), (4, 7, "ORG")])
    gold = over(document(entities=[one, replace(two, mention="nominal")]))
    said = document(entities=[replace(one, mention=None), replace(two, mention="nominal")])
    line = scored(gold, said).line("entities", "exact", part="names and values")
    assert (line.right, line.predicted, line.gold) == (1, 1, 1)


def test_no_value_makes_a_trigger_better() -> None:
    gold = over(document(events=happenings([(0, 3, "AID")])))
    said = document(events=happenings([(0, 3, "AID")], certainty="possible"))
    found = scored(gold, said)
    assert found.figure("triggers", "exact") == 1
    assert found.figure("triggers", "exact and certainty") == 0
    assert found.figure("triggers", "exact and polarity") == 1


# ── Arguments


def with_arguments(spans: list[tuple[int, int, str]], *arguments: Argument) -> Document:
    people = mentions([(4, 7, "ORG"), (8, 13, "ORG"), (20, 24, "ORG")], ["C1", "C1", None])
    return document(entities=people, events=happenings(spans, arguments=list(arguments)))


def measured(gold: Document, said: Document) -> dict[str, float]:
    found = scored(over(gold), said)
    names = ("identified", "classified", "identified anywhere", "classified anywhere")
    return {name: found.figure("arguments", name) for name in (*names, "classified, coreferent")}


def test_arguments_with_the_trigger_right_and_regardless() -> None:
    gold = with_arguments([(0, 3, "AID")], Argument("actor", "T1"))
    elsewhere = with_arguments([(15, 19, "AID")], Argument("actor", "T1"))
    assert measured(gold, elsewhere) == {
        "identified": 0,
        "classified": 0,
        "identified anywhere": 1,
        "classified anywhere": 1,
        "classified, coreferent": 0,
    }
    role = with_arguments([(0, 3, "AID")], Argument("recipient", "T1"))
    assert measured(gold, role) == {
        "identified": 1,
        "classified": 0,
        "identified anywhere": 1,
        "classified anywhere": 0,
        "classified, coreferent": 0,
    }
    other = with_arguments([(0, 3, "AID")], Argument("actor", "T2"))
    assert measured(gold, other)["classified"] == 0
    assert measured(gold, other)["classified, coreferent"] == 1
    label = with_arguments([(0, 3, "AGREE")], Argument("actor", "T1"))
    assert set(measured(gold, label).values()) == {0}


def test_a_reference_to_nothing_is_never_right() -> None:
    gold = with_arguments([(0, 3, "AID")], Argument("actor", "T9"))
    assert measured(gold, gold)["classified"] == 0
    said = with_arguments([(0, 3, "AID")], Argument("actor", "T8"))
    assert scored(over(gold), said).line("arguments", "classified").predicted == 1


# ── Attributions


def said_by(key: str, source: Span | None, cue: Span | None, *content: Span) -> Attribution:
    return Attribution(
        id=key,
        source=None if source is None else Source(source.start, source.end, []),
        cue=cue,
        content=list(content),
        quote="indirect",
        source_form="unnamed",
        polarity="positive",
    )


def test_parts_of_an_attribution_by_hand() -> None:
    ours = said_by("A1", Span(0, 3), Span(4, 7), Span(8, 14))  # one | two | three .
    theirs = said_by("A7", Span(0, 7), Span(4, 7), Span(8, 13))
    line = scored(over(document(attributions=[ours])), document(attributions=[theirs])).line
    assert line("attributions", "found").f1 == 1
    assert line("attributions", "exact").f1 == 0
    assert [line("attributions", "exact", part).f1 for part in PARTS] == [0, 1, 0]
    tokens = [line("attributions", "tokens", part) for part in PARTS]
    assert [(x.right, x.predicted, x.gold) for x in tokens] == [(1, 2, 1), (1, 1, 1), (1, 1, 2)]


def test_without_a_cue_the_contents_have_to_touch() -> None:
    ours = said_by("A1", None, None, Span(8, 13))
    cue = said_by("A1", Span(0, 3), Span(4, 7), Span(8, 13))
    gold = over(document(attributions=[ours]))
    found = scored(gold, document(attributions=[cue]))
    assert found.figure("attributions", "found") == 1
    assert found.figure("attributions", "exact", "content") == 1
    assert found.figure("attributions", "exact", "source") == 0, "one is predicted, none is there"
    apart = said_by("A1", None, None, Span(20, 24))
    assert scored(gold, document(attributions=[apart])).figure("attributions", "found") == 0


def test_contents_are_the_same_characters_however_they_are_cut() -> None:
    gold = over(document(attributions=[said_by("A1", None, None, Span(8, 19))]))
    cut = document(attributions=[said_by("A1", None, None, Span(14, 19), Span(8, 14))])
    assert scored(gold, cut).figure("attributions", "exact") == 1


def token_sums(article: Article, said: Document, part: str) -> tuple[int, int, int]:
    """Token overlap anew, by sets and for attributions that are alone in their text."""
    (ours,), (theirs,) = article.attributions, said.attributions

    def tokens(item: Attribution) -> set[int]:
        points = {i for start, end in part_of(item, part) for i in range(start, end)}
        spans = enumerate(article.units.tokens)
        return {n for n, (start, end) in spans if points & set(range(start, end))}

    a, b = tokens(ours), tokens(theirs)
    pair = {i for s in ours.content for i in range(s.start, s.end)} & {
        i for s in theirs.content for i in range(s.start, s.end)
    }
    if ours.cue and theirs.cue:
        pair = set(range(ours.cue.start, ours.cue.end)) & set(
            range(theirs.cue.start, theirs.cue.end)
        )
    return len(a & b) if pair else 0, len(b), len(a)


@given(st.data())
@law(40)
def test_token_overlap_is_that_of_sets(data: st.DataObject) -> None:
    article = data.draw(articles().filter(lambda a: len(a.attributions) > 0))
    assert article.text is not None
    other = data.draw(documents(article.text).filter(lambda d: len(d.attributions) > 0))
    gold = replace(article.labels, attributions=article.attributions[:1])
    said = replace(other, attributions=other.attributions[:1])
    both = Sides(
        Article(article.meta, article.text, gold), Article(article.meta, article.text, said)
    )
    found = dict(attributions(both, SCHEME))
    for part in PARTS:
        cells = found[Key("attributions", "tokens", part)]
        sums = token_sums(both.gold, said, part)
        assert (cells.right, cells.predicted, cells.gold) == sums


# ── Stances


def test_a_stance_needs_its_target_and_its_holder_may_be_any_mention() -> None:
    people = mentions([(0, 3, "ORG"), (4, 7, "ORG"), (8, 13, "ORG")], ["C1", "C1", None])
    gold = over(document(entities=people, stances=[stance("S1", 15, 19, "favor", "T1", "T3")]))

    def found(**change: object) -> dict[str, float]:
        one = replace(gold.stances[0], **change)
        scores = scored(gold, document(entities=people, stances=[one]))
        return {m: scores.figure("stances", m) for m in ("found", "value", "holder", "exact")}

    assert found() == {"found": 1, "value": 1, "holder": 1, "exact": 1}
    assert found(holder="T2") == {"found": 1, "value": 1, "holder": 1, "exact": 1}
    assert found(holder=AUTHOR) == {"found": 1, "value": 1, "holder": 0, "exact": 0}
    assert found(value="against") == {"found": 1, "value": 0, "holder": 1, "exact": 0}
    assert found(end=24) == {"found": 1, "value": 1, "holder": 1, "exact": 0}
    assert found(target="T2") == {"found": 0, "value": 0, "holder": 0, "exact": 0}


def test_an_unknown_value_is_in_the_mean_over_values() -> None:
    people = mentions([(0, 3, "ORG")])
    each = [
        stance("S1", 15, 19, "favor", AUTHOR, "T1"),
        stance("S2", 20, 24, "favor", AUTHOR, "T1"),
    ]
    gold = over(document(entities=people, stances=each))
    said = document(entities=people, stances=[each[0], replace(each[1], value="maybe")])
    found = scored(gold, said)
    assert found.figure("stances", "value", "maybe") == 0
    assert found.figure("stances", "value", "macro") == pytest.approx((2 / 3 + 0) / 2)


def test_twins_at_one_place_are_told_apart() -> None:
    """Two stances of one expression and target: each finds the one of its value."""
    people = mentions([(0, 3, "ORG")])
    each = [
        stance("S1", 15, 19, "favor", AUTHOR, "T1"),
        stance("S2", 15, 19, "against", AUTHOR, "T1"),
    ]
    gold = over(document(entities=people, stances=each))
    for order in (each, each[::-1]):
        found = scored(gold, document(entities=people, stances=order))
        assert found.figure("stances", "exact") == found.figure("stances", "value") == 1
    one = scored(gold, document(entities=people, stances=each[1:]))
    assert one.line("stances", "value").precision == 1


def test_the_helper_text_has_the_words_that_the_cases_name() -> None:
    assert [WORDS[a:b] for a, b in ((0, 3), (4, 7), (8, 13), (15, 19), (20, 24))] == [
        "one",
        "two",
        "three",
        "four",
        "five",
    ]
    assert sides(document(), document()).units["stances"] == ([], [])
