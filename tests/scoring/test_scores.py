"""Laws of every score, over any labels that may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dateline.derived import Article
from dateline.errors import DataError
from dateline.records import AUTHOR, Argument, Document, items
from dateline.scoring.counts import Cells, Key
from dateline.scoring.scores import LAYERS, Predicted, Scores, score
from dateline.scoring.sides import MAIN, Sides
from scored import document, happenings, mentions, over, replace, scored
from strategies import META, SCHEME, articles, documents, law

EXACT = [
    ("entities", "exact"),
    ("entities", "span"),
    ("triggers", "exact"),
    ("triggers", "span"),
    ("arguments", "identified"),
    ("arguments", "classified"),
    ("arguments", "identified anywhere"),
    ("arguments", "classified anywhere"),
    ("attributions", "exact"),
    ("stances", "exact"),
]
"""Measures of items that are right or wrong each by itself."""

PIECES = ("entities", "events", "attributions", "stances")

BOTH = articles().flatmap(lambda a: st.tuples(st.just(a), documents(a.text or "")))
"""An article and other labels of its text."""


def exact(scores: Scores) -> dict[tuple[str, str], float]:
    """The exact scores, and the macro averages of the two that have one."""
    found = {key: scores.figure(*key) or 0.0 for key in EXACT}
    for layer, measure in (
        ("entities", "exact"),
        ("triggers", "exact"),
        ("arguments", "classified"),
    ):
        found[layer, "macro"] = scores.figure(layer, measure, "macro") or 0.0
    return found


def sums(scores: Scores) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """All that a report tells, but for intervals."""
    return {
        (x.layer, x.measure, x.label, x.part): (x.f1, x.right, x.predicted, x.found, x.gold)
        for x in scores.lines
    }


def same(one: Scores, two: Scores) -> bool:
    a, b = sums(one), sums(two)
    return a.keys() == b.keys() and all(
        (x is None and y is None) or x == pytest.approx(y)
        for key in a
        for x, y in zip(a[key], b[key], strict=True)
    )


@given(articles())
@law()
def test_a_perfect_copy_scores_1_and_no_labels_0(gold: Article) -> None:
    for line in scored(gold, gold.labels).lines:
        assert line.f1 is None or line.f1 == pytest.approx(1), line
    for line in scored(gold, None).lines:
        assert line.f1 is None or line.f1 == 0, line


@given(articles(), documents("nothing is here"))
@law(20)
def test_labels_over_gold_that_has_none_score_0(_: Article, said: Document) -> None:
    nothing = replace(said, entities=[], clusters={}, events=[], attributions=[], stances=[])
    gold = Article(META, "nothing is here", nothing)
    for line in scored(gold, said).lines:
        assert line.f1 is None or line.f1 == 0, line


BY_GOLD = ("classified, coreferent", "holder", "exact", "conll")
"""What is asked of the gold clusters is not alike in both directions (of stances)."""


@given(BOTH)
@law()
def test_exchanging_the_sides_exchanges_precision_and_recall(
    both: tuple[Article, Document],
) -> None:
    gold, said = both
    there = scored(gold, said, slices=False)
    back = scored(Article(gold.meta, gold.text, said), gold.labels, slices=False)
    for line in there.lines:
        if line.layer in ("stances", "arguments") and line.measure in BY_GOLD:
            continue
        other = back.line(line.layer, line.measure, line.label, line.part)
        assert (line.precision, line.recall) == pytest.approx((other.recall, other.precision)), line


@given(BOTH, st.randoms())
@law()
def test_neither_order_nor_names_of_ids_matter(both: tuple[Article, Document], choose) -> None:
    gold, said = both
    found = scored(gold, said)
    mixed = replace(
        said, **{x: choose.sample(getattr(said, x), len(getattr(said, x))) for x in PIECES}
    )
    assert same(scored(gold, mixed), found)
    assert same(scored(gold, renamed(said)), found)
    assert same(scored(Article(gold.meta, gold.text, renamed(gold.labels)), said), found)


def renamed(doc: Document) -> Document:
    """The same labels under other ids, and other names of clusters that sort the other way."""
    ids = {item.id: f"{item.id[0]}{900 - int(item.id[1:])}" for _, _, item in items(doc)} | {
        AUTHOR: AUTHOR
    }
    names = {key: f"C{900 - int(key[1:])}" for key in doc.clusters}

    def cluster(item: Any) -> Any:
        return replace(item, id=ids[item.id], cluster=names.get(item.cluster))

    return replace(
        doc,
        entities=[cluster(x) for x in doc.entities],
        clusters={names[key]: value for key, value in doc.clusters.items()},
        events=[
            replace(cluster(x), arguments=[Argument(a.role, ids[a.ref]) for a in x.arguments])
            for x in doc.events
        ],
        attributions=[
            replace(
                x,
                id=ids[x.id],
                source=x.source and replace(x.source, refs=[ids[ref] for ref in x.source.refs]),
            )
            for x in doc.attributions
        ],
        stances=[
            replace(x, id=ids[x.id], holder=ids[x.holder], target=ids[x.target])
            for x in doc.stances
        ],
    )


def mixed(gold: Document, said: Document) -> Document:
    """Labels of which some are right: half of the gold ones among others."""
    other = renamed(said)
    taken = {x.id for _, _, x in items(gold)}
    joined = {
        layer: [
            *getattr(gold, layer)[::2],
            *(x for x in getattr(other, layer) if x.id not in taken),
        ]
        for layer in PIECES
    }
    clusters = gold.clusters | {k: v for k, v in other.clusters.items() if k not in gold.clusters}
    return replace(other, clusters=clusters, **joined)


def right_at(sides: Sides, layer: str) -> list[int]:
    return [n for n, right in enumerate(sides.right[layer][1]) if right]


@given(BOTH, st.data())
@law(120)
def test_no_exact_score_rises_when_a_right_item_goes(
    both: tuple[Article, Document], data: st.DataObject
) -> None:
    gold = both[0]
    said = mixed(gold.labels, both[1])
    sides = Sides(gold, Article(gold.meta, gold.text, said))
    before = exact(scored(gold, said))
    layer = data.draw(st.sampled_from(PIECES))
    name = "triggers" if layer == "events" else layer
    units, flags = sides.units[name][1], sides.right[name][1]
    keys = [unit.key for unit in units]  # of two copies one is wrong, and better gone
    right = [u for u, flag in zip(units, flags, strict=True) if flag and keys.count(u.key) == 1]
    if not right:
        return
    gone = data.draw(st.sampled_from(right))
    less = replace(said, **{layer: [x for x in getattr(said, layer) if x is not gone.item]})
    after = exact(scored(gold, less))
    here = sum(x.span == gone.span for x in units)
    for key, value in after.items():
        if layer == "events" and key[0] == "arguments":
            continue  # they go with their event, wrong ones too
        if key == (name, "span") and here > 1:
            continue  # another item takes its place
        assert value <= before[key] + 1e-12, key


@given(BOTH, st.data())
@law(120)
def test_no_exact_score_rises_when_a_right_argument_goes(
    both: tuple[Article, Document], data: st.DataObject
) -> None:
    gold = both[0]
    said = mixed(gold.labels, both[1])
    sides = Sides(gold, Article(gold.meta, gold.text, said))
    each = [(event, number) for event in said.events for number in range(len(event.arguments))]
    flags, keys = sides.right["arguments"][1], [u.key for u in sides.units["arguments"][1]]
    right = [
        where
        for where, flag, key in zip(each, flags, keys, strict=True)
        if flag and keys.count(key) == 1
    ]
    if not right:
        return
    event, number = data.draw(st.sampled_from(right))
    kept = [a for n, a in enumerate(event.arguments) if n != number]
    events = [replace(x, arguments=kept) if x is event else x for x in said.events]
    before, after = exact(scored(gold, said)), exact(scored(gold, replace(said, events=events)))
    for key, value in after.items():
        if key[1] in MAIN.values() or key[1] == "macro":
            assert value <= before[key] + 1e-12, key


@given(BOTH)
@law(120)
def test_no_exact_score_rises_when_a_wrong_item_comes(both: tuple[Article, Document]) -> None:
    gold, said = both
    assert gold.text is not None
    end = len(gold.text)
    # Where a gold item takes the whole text, its span would be found.
    assume(all((x.start, x.end) != (0, end) for x in (*gold.entities, *gold.events)))
    before = exact(scored(gold, said))
    wrong = {
        "entities": mentions([(0, end, "NO SUCH TYPE")])[0],
        "events": happenings([(0, end, "NO SUCH TYPE")], arguments=[Argument("actor", "T777")])[0],
    }
    for layer, item in wrong.items():
        more = [*getattr(said, layer), replace(item, id="X1")]
        after = exact(scored(gold, replace(said, **{layer: more})))
        assert all(after[key] <= before[key] + 1e-12 for key in after), layer


@given(BOTH, st.sampled_from(PIECES))
@law(120)
def test_no_main_score_rises_when_an_item_is_there_twice(
    both: tuple[Article, Document], layer: str
) -> None:
    gold = both[0]
    said = mixed(gold.labels, both[1])
    before = scored(gold, said, slices=False)
    twice = [*getattr(said, layer)]
    if not twice:
        return
    name = "triggers" if layer == "events" else layer
    keys = [unit.key for unit in Sides(gold, gold).units[name][0]]
    assume(len(keys) == len(set(keys)))  # where gold has two alike, a copy may be right
    twice.append(replace(twice[0], id="X1"))
    after = scored(gold, replace(said, **{layer: twice}), slices=False)
    for name, measure in MAIN.items():
        if (layer, name) != ("events", "arguments"):  # a copy's arguments may be another event's
            one, two = (x.figure(name, measure) or 0.0 for x in (before, after))
            assert two <= one + 1e-12, name


@given(st.lists(BOTH, min_size=1, max_size=3))
@law(20)
def test_counts_are_the_sums_over_articles(each: list[tuple[Article, Document]]) -> None:
    pairs = [(gold, [Predicted(said)]) for gold, said in each]
    whole = score(pairs, len(pairs), SCHEME, resamples=1)
    parts = [score([pair], 1, SCHEME, resamples=1) for pair in pairs]
    for line in whole.lines:
        if line.right is None or line.measure.startswith("across"):
            continue
        key = Key(line.layer, line.measure, line.label, line.part)
        each_cells = [sums(part).get(tuple(key), (None, 0, 0, 0, 0))[1:] for part in parts]
        total = Cells(*(sum(column) for column in zip(*each_cells, strict=True)))
        assert (line.right, line.predicted, line.found, line.gold) == pytest.approx(tuple(total))


def test_labels_come_after_the_whole_and_the_most_frequent_first() -> None:
    spans = [(0, 3, "GPE"), (4, 7, "ORG"), (8, 13, "ORG"), (15, 19, "LAW")]
    gold = over(document(entities=mentions(spans)))
    lines = [x for x in scored(gold, gold.labels).lines if x.layer == "entities"]
    assert [(x.measure, x.label or x.part) for x in lines if not x.part or " and " in x.part][
        :6
    ] == [
        ("exact", ""),
        ("exact", "names and values"),
        ("exact", "macro"),
        ("exact", "ORG"),
        ("exact", "GPE"),
        ("exact", "LAW"),
    ]


# ── What falls short


def test_what_no_document_can_hold_is_wrong_in_every_average() -> None:
    gold = over(document(entities=mentions([(0, 3, "ORG")])))
    plain = scored(gold, gold.labels)
    found = score([(gold, [Predicted(gold.labels, {"entities": 1})])], 1, SCHEME, resamples=3)
    for measure in ("exact", "span", "overlap", "partial"):
        assert found.line("entities", measure).precision == 0.5
    assert found.figure("entities", "exact", "macro") == 0.5
    assert found.figure("entities", "exact", part="names and values") == pytest.approx(2 / 3)
    assert found.figure("triggers", "exact") == plain.figure("triggers", "exact")
    assert "what no document can hold counts as wrong: entities 1" in found.notes
    for kind in ("outlet", "genre", "sentence", "quote", "nesting"):
        parts = [x for x in found.lines if x.layer == "entities" and x.part.startswith(f"{kind}:")]
        assert sum(x.predicted for x in parts) == 2


def test_a_missing_layer_is_noted() -> None:
    gold = over(document(entities=mentions([(0, 3, "ORG")]), events=happenings([(4, 7, "AID")])))
    found = scored(
        gold, document(entities=mentions([(0, 3, "ORG")])), wanted=["entities", "triggers"]
    )
    assert found.notes == ["nothing was predicted of: triggers"]
    assert found.figure("triggers", "exact") == 0
    assert {line.layer for line in found.lines} == {"entities", "triggers"}


def test_an_article_without_predictions_is_all_missed_and_noted() -> None:
    gold = over(document(entities=mentions([(0, 3, "ORG")])))
    pairs: list = [(gold, [Predicted(gold.labels)]), (gold, [Predicted(None)])]
    found = score(pairs, 2, SCHEME, resamples=3)
    assert found.line("entities", "exact").recall == 0.5
    assert "1 of 2 articles have no predictions: all is missed" in found.notes


@pytest.mark.parametrize("said", [0, 2])
def test_the_number_of_articles_has_to_be_the_one_that_was_said(said: int) -> None:
    gold = over(document())
    with pytest.raises(DataError, match="articles"):
        score([(gold, [Predicted(None)])], said, SCHEME, resamples=3)


def test_two_systems_are_told_apart_and_so_are_their_notes() -> None:
    spans = [(0, 3, "ORG"), (4, 7, "GPE")]
    gold = over(document(entities=mentions(spans), events=happenings([(8, 13, "AID")])))
    found = scored(gold, gold.labels, document(entities=mentions([(0, 3, "LAW")])))
    line = found.line("entities", "exact")
    assert (line.f1, line.other, line.difference) == (1, 0, 1)
    assert found.line("entities", "exact", "LAW").other == 0
    macro = found.line("entities", "exact", "macro")
    assert (macro.f1, macro.other) == (1, 0), "a label of the other system alone is in its mean"
    assert found.notes == ["the other system: nothing was predicted of: triggers"]


def test_every_layer_has_scores() -> None:
    gold = over(document())
    assert {line.layer for line in scored(gold, gold.labels).lines} == set(LAYERS)
    assert set(MAIN) < set(LAYERS)
    assert isinstance(str(scored(gold, None)), str)
    assert right_at(Sides(gold, gold), "entities") == []
    check: Callable[..., Scores] = scored
    with pytest.raises(KeyError):
        check(gold, None).line("entities", "no such measure")
