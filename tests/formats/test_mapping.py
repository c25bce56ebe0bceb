"""Mappings: what their rules do, what they refuse, and that the package's own fit the scheme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dateline.errors import DataError, UsageError
from dateline.formats.applying import apply
from dateline.formats.deriving import mention, quote
from dateline.formats.items import to_document
from dateline.formats.mapping import Mapping, mapping_names, read_mapping, target_of
from dateline.formats.standoff import StandOff
from dateline.records import Argument, Foreign, Span
from strategies import SCHEME

TEXT = "Olm closed its harbour. Ships left Olm, and its mayor wept."
HEAD = "name: harbour\ntitle: Harbour labels\nsource: [made for a test]\n"


@pytest.fixture
def written(tmp_path: Path):
    def write(rules: str, head: str = HEAD) -> Mapping:
        path = tmp_path / "harbour.yaml"
        path.write_text(f"{head}rules:\n{rules}")
        return read_mapping(str(path), SCHEME)

    return write


def span(key: str, label: str, words: str, nth: int = 1, **attributes: str) -> Foreign:
    at = -1
    for _ in range(nth):
        at = TEXT.index(words, at + 1)
    return Foreign(key, "span", label, [Span(at, at + len(words))], [], attributes)


def event(key: str, label: str, words: str, *args: tuple[str, str], **attributes: str) -> Foreign:
    (place,) = span(key, label, words).spans
    return Foreign(key, "event", label, [place], [Argument(*a) for a in args], attributes)


def link(key: str, label: str, *refs: str, **attributes: str) -> Foreign:
    args = [Argument(f"Arg{n}", ref) for n, ref in enumerate(refs, 1)]
    return Foreign(key, "relation", label, [], args, attributes)


def mapped(mapping: Mapping, *marks: Foreign) -> dict[str, Foreign]:
    standoff = StandOff(doc_id="olm-1", text=TEXT, marks=list(marks))
    return {mark.id: mark for mark in apply(mapping, standoff, SCHEME).standoff.marks}


def test_the_first_rule_that_fits_holds(written) -> None:
    mapping = written(
        "- {kind: span, label: [Town, City], when: {sure: {at_least: 0.5}}, to: GPE}\n"
        "- {kind: span, label: Town, when: {of: [sea, lake]}, to: LOC}\n"
        "- {kind: span, label: Town, when: {of: {holds: dock}}, to: FAC}\n"
        "- {kind: span, label: Town}\n"
        "- {kind: span, label: '*', to: ORG}\n"
    )
    cases = [
        (span("a", "City", "Olm", sure="0.5"), "GPE"),
        (span("a", "Town", "Olm", sure="0.4", of="sea"), "LOC"),
        (span("a", "Town", "Olm", sure="very", of="a dockyard"), "FAC"),
        (span("a", "Town", "Olm", of="air"), "Town"),
        (span("a", "GPE", "Olm"), "ORG"),
        (event("a", "GPE", "closed"), "GPE"),
    ]
    for mark, label in cases:
        assert mapped(mapping, mark)["a"].label == label


def test_what_no_rule_fits_is_not_taken_for_ours(written) -> None:
    mapping = written("- {kind: span, label: Town, to: GPE}\n")
    marks = mapped(mapping, span("a", "GPE", "Olm"), event("b", "COERCE", "closed"))
    assert [mark.label for mark in marks.values()] == ["foreign-GPE", "foreign-COERCE"]
    standoff = StandOff(doc_id="olm-1", text=TEXT, marks=[span("a", "GPE", "Olm")])
    document = to_document(apply(mapping, standoff, SCHEME).standoff, SCHEME).document
    assert (document.entities, [mark.label for mark in document.foreign]) == ([], ["GPE"])


def test_names_values_and_modes(written) -> None:
    mapping = written(
        "- kind: event\n  label: Shut\n  to: COERCE/restrict\n  set: {certainty: possible}\n"
        "  attributes: {when: {to: time, values: {soon: future}}, doubt: unsure}\n"
        "  roles: {By: actor, What: [recipient, artifact, place]}\n"
        "- {kind: span, label: Town, to: GPE}\n- {kind: span, label: Dock, to: FAC}\n"
    )
    shut = event("e", "Shut", "closed", ("By", "a"), ("What", "b"), ("What", "z"), ("So", "a"))
    said = {"when": "soon", "doubt": "much", "odd": "x"}
    shut = Foreign(shut.id, shut.kind, shut.label, shut.spans, shut.args, said)
    marks = mapped(mapping, span("a", "Town", "Olm"), span("b", "Dock", "its harbour"), shut)
    assert [(a.role, a.ref) for a in marks["e"].args] == [
        ("actor", "a"),
        ("artifact", "b"),
        ("recipient", "z"),
        ("So", "a"),
    ]
    assert marks["e"].attributes == {
        "time": "future",
        "unsure": "much",
        "odd": "x",
        "certainty": "possible",
        "mode": "restrict",
    }


def test_links_become_clusters(written) -> None:
    mapping = written(
        "- {kind: relation, label: Same, to: cluster}\n- {kind: span, label: Town, to: GPE}\n"
    )
    towns = [span("a", "Town", "Olm"), span("b", "Town", "its"), span("c", "Town", "Olm", 2)]
    towns.append(span("d", "Town", "its", 2))
    links = [link("1", "Same", "a", "b"), link("2", "Same", "c", "b"), link("3", "Same", "d", "x")]
    links.append(link("4", "Same", "b", "a", sure="0.9"))
    standoff = StandOff(doc_id="olm-1", text=TEXT, marks=[*towns, *links])
    found = apply(mapping, standoff, SCHEME)
    (group,) = [mark for mark in found.standoff.marks if mark.kind == "group"]
    assert [argument.ref for argument in group.args] == ["a", "b", "c"]
    assert found.joined == {"1": group.id, "2": group.id, "4": group.id}
    kept = [mark.id for mark in found.standoff.marks if mark.kind == "relation"]
    assert kept == ["4", "3"], "one that leads nowhere, and one with something to say"
    brought = to_document(found.standoff, SCHEME)
    clusters = [entity.cluster for entity in brought.document.entities]
    assert sorted(map(str, clusters)) == ["C1", "C1", "C1", "None"]


@pytest.mark.parametrize(
    ("words", "nth", "kind"),
    [
        ("Olm", 1, "name"),
        ("Olm", 2, "name"),
        ("its", 1, "pronoun"),
        ("its mayor", 1, "nominal"),
        ("Ships", 1, "name"),
    ],
)
def test_how_a_mention_refers_is_told_by_its_words(words: str, nth: int, kind: str) -> None:
    (place,) = span("a", "x", words, nth).spans
    assert mention(TEXT, place) == kind


def test_a_first_word_that_stands_elsewhere_in_small_letters_is_no_name() -> None:
    text = "Ships left. No ships came."
    assert mention(text, Span(0, 5)) == "nominal"
    assert mention("The Olm garrison left", Span(0, 16)) == "nominal"
    assert mention("the University of Olm", Span(0, 21)) == "name"
    assert mention("...", Span(0, 3)) == "name"


def test_what_a_quotation_is_is_told_by_its_marks() -> None:
    text = 'He said "no" and "never" again'
    whole, second, some = Span(8, 12), Span(17, 24), Span(3, 12)
    assert quote(text, [whole, second]) == "direct"
    assert quote(text, [some]) == quote(text, [whole, Span(25, 30)]) == "mixed"
    assert quote(text, [Span(25, 30)]) == quote(text, []) == "indirect"


def test_attributions_of_parc3() -> None:
    mapping = read_mapping("parc3", SCHEME)
    text = 'Olm said "no" twice.'
    marks = [
        Foreign("a", "span", "Source", [Span(0, 3)]),
        Foreign("b", "span", "Cue", [Span(4, 8)]),
        Foreign("c", "span", "Content", [Span(9, 13)]),
        link("r", "Attribution", "a", "b", "c"),
    ]
    roles = [Argument(role, ref) for role, ref in (("Source", "a"), ("Cue", "b"), ("Content", "c"))]
    marks[3] = Foreign("r", "relation", "Attribution", [], roles)
    standoff = StandOff(doc_id="olm-1", text=text, marks=marks)
    brought = to_document(apply(mapping, standoff, SCHEME).standoff, SCHEME)
    (item,) = brought.document.attributions
    assert (item.quote, item.source_form, item.cue) == ("direct", "named", Span(4, 8))
    assert brought.left == []


# ── Files


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("- {kind: span, label: x, to: TOWN}\n", r"rules\[0\]\.to: expected a label of the scheme"),
        ("- {kind: event, label: x, to: ASSAULT/shouting}\n", r"rules\[0\]\.to"),
        ("- {kind: relation, label: x, to: GPE}\n", "what a relation can be"),
        ("- {kind: thing, label: x}\n", "documented form"),
        ("- {kind: span, label: x, when: {a: {at_most: 3}}}\n", "documented form"),
        ("- {kind: span, colour: red}\n", "documented form"),
        ("- [", "readable YAML"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(written, rules: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        written(rules)


def test_a_mapping_that_is_not_there() -> None:
    with pytest.raises(UsageError, match=f"one of {', '.join(mapping_names())}"):
        read_mapping("no-such", SCHEME)


INVENTORIES = {"ontonotes": "ontonotes", "ace2005": "ace", "conll2003": "conll", "plover": "plover"}


@pytest.mark.parametrize("name", mapping_names())
def test_a_mapping_of_the_package_says_what_the_scheme_says(name: str) -> None:
    """Each label is among those that the scheme names for its target, whole or for a mode."""
    mapping = read_mapping(name, SCHEME)
    assert mapping.name == name
    assert mapping.source
    assert all(mapping.source)
    for rule in mapping.rules:
        if name not in INVENTORIES or rule.to in (None, "cluster"):
            continue
        found = target_of(rule.to or "", SCHEME)
        assert found is not None
        kind, label, mode = found
        layer = SCHEME.layers["entities" if kind == "span" else "events"]
        term = layer.labels[label].modes[mode] if mode else layer.labels[label]
        known = re.split(r";\s*", term.maps[INVENTORIES[name]])
        assert set(rule.labels()) & set(known), (rule.labels(), known)
        for roles in rule.roles.values():
            for role in [roles] if isinstance(roles, str) else roles:
                assert role in SCHEME.roles()
        for value in rule.set:
            assert value in layer.attributes


def test_every_type_that_has_a_counterpart_in_ontonotes_is_mapped() -> None:
    targets = {rule.to for rule in read_mapping("ontonotes", SCHEME).rules}
    for label, term in SCHEME.layers["entities"].labels.items():
        assert (label in targets) == ("ontonotes" in term.maps)


def test_rules_ask_for_words(written) -> None:
    mapping = written(
        "- {kind: span, label: Place, words: [its  harbour, '%', a.m.], to: FAC}\n"
        "- {kind: span, label: Place, exactly: [The olm], to: GPE}\n"
    )
    marks = [
        span("T1", "Place", "closed its harbour"),
        span("T2", "Place", "Olm"),
        span("T3", "Place", "its harbou"),
        span("T4", "Place", "left Olm"),
    ]
    found = apply(mapping, StandOff(doc_id="olm", text=TEXT, marks=marks), SCHEME).standoff.marks
    assert [mark.label for mark in found] == ["FAC", "GPE", "Place", "Place"]
    for text, fits in (("9%", True), ("9 a.m.", True), ("9 a.m", False), ("an olm", False)):
        mark = Foreign("T1", "span", "Place", [Span(0, len(text))])
        (one,) = apply(mapping, StandOff(doc_id="x", text=text, marks=[mark]), SCHEME)[0].marks
        assert (one.label == "FAC") is fits
    mark = Foreign("T1", "span", "Place", [Span(-4, 99), Span(3, 1)])
    apply(mapping, StandOff(doc_id="x", text="Olm", marks=[mark]), SCHEME)


def test_a_rule_says_why_a_mark_stays_foreign(written) -> None:
    mapping = written(
        "- {kind: span, when: {trust: {below: 0.5}}, why: hardly trusted}\n"
        "- {kind: span, when: {odd: {}}, why: odd}\n"
        "- {kind: span, label: Place, to: GPE}\n"
    )
    marks = [
        span("T1", "Place", "Olm", trust="0.49"),
        span("T2", "Place", "Olm", trust="0.5"),
        span("T3", "Place", "Olm", 2, odd=""),
        span("T4", "Place", "harbour", trust="little"),
    ]
    mapped = apply(mapping, StandOff(doc_id="olm", text=TEXT, marks=marks), SCHEME)
    assert mapped.reasons == {"T1": "hardly trusted", "T3": "odd"}
    assert [mark.label for mark in mapped.standoff.marks] == ["Place", "GPE", "Place", "GPE"]
    with pytest.raises(DataError, match=r"rules\[0\]\.why: expected none beside `to`"):
        written("- {kind: span, to: GPE, why: because}\n")
