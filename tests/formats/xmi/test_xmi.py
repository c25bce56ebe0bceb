from __future__ import annotations

import re
import warnings
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from cas_files import NAMED, TEXT, TYPES, cas, marks, place, read, read_all, reasons, system
from hypothesis import given
from hypothesis import strategies as st

from conftest import REPOSITORY
from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.formats.items import to_document
from dateline.formats.native import to_standoff
from dateline.formats.registry import Known
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from dateline.formats.xmi import FORMAT
from dateline.formats.xmi.marking import MADE_ANEW
from dateline.formats.xmi.offsets import Units
from dateline.formats.xmi.reading import standoffs_of
from dateline.formats.xmi.types import read_types
from dateline.records import Argument, Foreign, Span
from dateline.tree import Tree
from strategies import SCHEME, articles, law

cassis = pytest.importorskip("cassis")
KNOWN = Known(SCHEME, {}.__getitem__)


def span(words: str, text: str = TEXT) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def files(standoff: StandOff) -> dict[str, str]:
    return {name: raw.decode() for name, raw in FORMAT.write([standoff], SCHEME)}


def back(written: dict[str, str]) -> StandOff:
    shapes = read_types(written["TypeSystem.xml"].encode(), "TypeSystem.xml")
    (found,) = standoffs_of(written["olm-1.xmi"].encode(), shapes, "olm-1")
    return found


OLM = f'<ner:NamedEntity xmi:id="10" {place("Olm")} value="Town" identifier="x:17"/>'
ITS = f'<ner:NamedEntity xmi:id="11" {place("its")} value="Town"/>'
TAMSIN = f'<ner:NamedEntity xmi:id="12" {place("Tamsin Orlem")} value="Person"/>'


# ── What a CAS means


def test_spans_slots_and_relations() -> None:
    found = marks(
        OLM,
        TAMSIN,
        f'<custom:Shut xmi:id="20" {place("closed")} how="at once" value="Closing" who="21 22"/>',
        '<custom:ShutWhoLink xmi:id="21" role="by" target="10"/>',
        '<custom:ShutWhoLink xmi:id="22" target="12"/>',
        f'<custom:Lives xmi:id="30" {place("Tamsin Orlem")} Governor="10" Dependent="12"'
        ' sure="true"/>',
        f'<custom:Mood xmi:id="40" {place("said")} mood="calm"><words>one two</words>'
        "<words>three</words></custom:Mood>",
    )
    assert found["10"] == Foreign("10", "span", "Town", [span("Olm")], [], {"identifier": "x:17"})
    assert found["20"] == Foreign(
        "20",
        "event",
        "Closing",
        [span("closed")],
        [Argument("by", "10"), Argument("who", "12")],
        {"how": "at once", "layer": "Shut"},
    )
    assert found["30"].spans == []
    assert found["30"].args == [Argument("Governor", "10"), Argument("Dependent", "12")]
    assert (found["30"].label, found["30"].attributes) == ("Lives", {"sure": "true"})
    assert found["40"].label == "Mood"
    assert found["40"].attributes == {"mood": "calm", "words": "one two\nthree"}


def test_chains_are_groups_of_the_entities_on_their_words() -> None:
    found = marks(
        OLM,
        f'<coref:CoreferenceLink xmi:id="50" {place("Olm")} next="51" referenceType="nam"/>',
        f'<coref:CoreferenceLink xmi:id="51" {place("its")} next="52" referenceType="pro"/>',
        f'<coref:CoreferenceLink xmi:id="52" {place("harbour")} referenceRelation="odd"/>',
        '<coref:CoreferenceChain xmi:id="59" sofa="1" first="50"/>',
    )
    group = found["59"]
    assert (group.kind, group.label, group.attributes) == ("group", "Coreference", {"kb": "x:17"})
    assert [a.ref for a in group.args] == ["10", "51", "52"]
    assert found["10"].attributes == {"referenceType": "nam"}
    assert (found["51"].label, found["51"].spans) == ("pro", [span("its")])
    assert found["52"].attributes == {"referenceRelation": "odd"}


def test_wikidata_items_are_links_of_clusters() -> None:
    entity = OLM.replace("x:17", "http://www.wikidata.org/entity/Q42")
    link = f'<coref:CoreferenceLink xmi:id="50" {place("Olm")}/>'
    chain = '<coref:CoreferenceChain xmi:id="59" sofa="1" first="50"/>'
    assert marks(entity, link, chain)["59"].attributes == {"kb": "wd:Q42"}


def test_structures_without_words_are_notes() -> None:
    found = marks(
        OLM,
        f'<custom:Noted xmi:id="20" {place("closed")} facts="21 21"/>',
        '<custom:Fact xmi:id="21" about="10"/>',
    )
    assert found["20"].args == [Argument("facts", "21"), Argument("facts", "21")]
    assert (found["21"].kind, found["21"].args) == ("note", [Argument("about", "10")])


def test_arrays_and_lists_of_their_own() -> None:
    shared = [
        f'<custom:Noted xmi:id="20" {place("closed")} facts="70"/>',
        '<cas:FSArray xmi:id="70" elements="10 12"/>',
    ]
    assert [a.ref for a in marks(OLM, TAMSIN, *shared)["20"].args] == ["10", "12"]
    shared[1] = '<cas:NonEmptyFSList xmi:id="70" head="10" tail="71"/>'
    ring = '<cas:NonEmptyFSList xmi:id="71" head="12" tail="70"/>'
    assert [a.ref for a in marks(OLM, TAMSIN, *shared, ring)["20"].args] == ["10", "12"]


def test_tokens_and_metadata_are_counted_and_not_marks() -> None:
    found = read(
        f'<segmentation:Token xmi:id="2" {place("Olm")}/>',
        f'<segmentation:Token xmi:id="3" {place("closed")}/>',
        f'<metadata:DocumentMetaData xmi:id="4" {place(TEXT)} documentTitle="Harbours"'
        ' language="en" documentId="olm.txt"/>',
    )
    assert found.marks == []
    assert found.meta == {"title": "Harbours", "language": "en"}
    assert [(n.reason, n.where) for n in found.notices] == [
        (MADE_ANEW, "olm.xmi: 1 DocumentMetaData, 2 Token")
    ]


def test_a_title_that_is_the_files_name_is_none() -> None:
    meta = f'<metadata:DocumentMetaData xmi:id="4" {place(TEXT)} documentTitle="olm.txt"'
    assert read(f'{meta} documentId="olm.txt" language="x-unspecified"/>').meta == {}


def test_a_token_that_something_refers_to_is_a_mark() -> None:
    found = read(
        f'<segmentation:Token xmi:id="2" {place("Olm")}/>',
        f'<segmentation:Token xmi:id="3" {place("its")}/>',
        '<custom:Fact xmi:id="21" about="2"/>',
    )
    assert [(mark.id, mark.label) for mark in found.marks] == [("2", "Token"), ("21", "Fact")]


# ── Files as they come


def test_offsets_count_utf16_code_units() -> None:
    text = "\U0001f6a2 Olm \U00010348 its"
    olm = '<ner:NamedEntity xmi:id="10" sofa="1" begin="3" end="6" value="Town"/>'
    odd = '<ner:NamedEntity xmi:id="11" sofa="1" begin="8" end="8" value="Half"/>'
    its = '<ner:NamedEntity xmi:id="12" sofa="1" begin="10" end="13" value="Town"/>'
    far = '<ner:NamedEntity xmi:id="13" sofa="1" begin="-2" end="99" value="Far"/>'
    found = {key: mark.spans[0] for key, mark in marks(olm, odd, its, far, text=text).items()}
    assert text[found["10"].start : found["10"].end] == "Olm"
    assert text[found["12"].start : found["12"].end] == "its"
    assert found["11"] == Span(text.index("\U00010348"), text.index("\U00010348") + 1)
    assert found["13"] == Span(-2, 97)


@given(st.text(st.sampled_from("a\u00e9\U0001f6a2\U00010348"), max_size=9))
@law(100)
def test_units_and_points_are_each_others_way_back(text: str) -> None:
    units = Units(text)
    for at in range(-1, len(text) + 3):
        wanted = at if at < 0 else len(text[:at].encode("utf-16-le")) // 2 + max(0, at - len(text))
        assert units.to_units(at) == wanted
        assert units.to_points(wanted) == units.to_points(wanted, last=True) == at


def test_line_ends_and_escapes_move_offsets() -> None:
    text = "Olm &amp; its&#13;&#10;&lt;harbour&gt;&#9;\u201cshut\u201d"
    raw = "Olm & its\r\n<harbour>\t\u201cshut\u201d"
    start = raw.index("harbour")
    shut = f'<ner:NamedEntity xmi:id="1x" sofa="1" begin="{start}" end="{start + 7}" value="FAC"/>'
    found = read(shut, text=text)
    assert found.text == raw.replace("\r\n", "\n")
    assert (
        found.text[slice(found.marks[0].spans[0].start, found.marks[0].spans[0].end)] == "harbour"
    )
    assert reasons(found) == ["line ends other than LF"]


def test_characters_that_xml_has_not_are_blanks() -> None:
    head = '<?xml version="1.1" encoding="UTF-8"?>'
    found = read(OLM, text="Olm&#1;its&#xFFFE;x&#x1F6A2;", head=head)
    assert found.text == "Olm its x\U0001f6a2"
    assert "references to characters that XML has not, now blanks" in reasons(found)


def test_a_view_is_a_text_of_its_own() -> None:
    second = (
        '<cas:Sofa xmi:id="6" sofaNum="2" sofaID="Translation" sofaString="Olm schloss."/>'
        '<ner:NamedEntity xmi:id="60" sofa="6" begin="0" end="3" value="Town"/>'
        '<cas:Sofa xmi:id="7" sofaNum="3" sofaID="Scan" sofaURI="file:///etc/passwd"/>'
    )
    one, two = read_all(OLM, second)
    assert (one.doc_id, [mark.id for mark in one.marks]) == ("olm", ["10"])
    assert (two.doc_id, two.text, [m.id for m in two.marks]) == (
        "olm-Translation",
        "Olm schloss.",
        ["60"],
    )
    assert reasons(one) == ["a view without a text"]


def test_oddities_are_named_and_kept() -> None:
    found = read(
        OLM,
        OLM.replace("Town", "Other"),
        f'<custom:Unheard xmi:id="30" {place("said")} of="x"/>',
        f'<ner:NamedEntity xmi:id="31" {place("said")} value="A" colour="red"/>',
        '<ner:NamedEntity xmi:id="32" sofa="1" begin="first" end="7" value="B"/>',
        f'<custom:Shut xmi:id="33" {place("closed")} who="99"/>',
        '<custom:ShutWhoLink xmi:id="34" target="10"/>',
        f'<coref:CoreferenceLink xmi:id="50" {place("Olm")} next="50"/>',
        '<coref:CoreferenceChain xmi:id="51" sofa="1" first="50"/>',
        f'<ner:NamedEntity {place("its")} value="No id"/>',
    )
    by_label = {mark.label: mark for mark in found.marks}
    assert by_label["Unheard"].attributes == {"of": "x"}
    assert by_label["A"].attributes == {"colour": "red"}
    assert by_label["B"].spans == []
    assert by_label["Shut"].args == [Argument("who", "99")]
    assert {"Town", "Other", "Coreference", "No id"} <= by_label.keys()
    assert sorted(set(reasons(found))) == [
        "a feature that the type system does not have",
        "a link in two chains",
        "a link that nothing has",
        "a reference to nothing",
        "a type that the type system does not have",
        "an id that stands twice, and is now another",
        "no id",
        "offsets that are no numbers",
    ]
    ids = [mark.id for mark in found.marks]
    assert len(set(ids)) == len(ids) == 8


def test_folders_and_type_systems(tmp_path: Path) -> None:
    (tmp_path / "b" / ".hidden").mkdir(parents=True)
    (tmp_path / "b" / ".hidden" / "x.xmi").write_text("no")
    (tmp_path / "b" / "two.xmi").write_text(cas(OLM))
    (tmp_path / "one.xmi").write_text(cas(TAMSIN))
    with pytest.raises(DataError, match=r"expected a TypeSystem\.xml beside it"):
        list(FORMAT.read(tmp_path, KNOWN))
    (tmp_path / "typesystem.XML").write_bytes(TYPES)
    assert [one.doc_id for one in FORMAT.read(tmp_path, KNOWN)] == ["b/two", "one"]
    (tmp_path / "b" / "TypeSystem.xml").write_bytes(system(NAMED))
    assert [one.doc_id for one in FORMAT.read(tmp_path / "b" / "two.xmi", KNOWN)] == ["two"]
    for name in ("typesystem.XML", "nowhere"):
        with pytest.raises(UsageError, match="expected a folder"):
            list(FORMAT.read(tmp_path / name, KNOWN))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="expected a folder with"):
        list(FORMAT.read(tmp_path / "empty", KNOWN))


def test_what_has_no_text_is_refused() -> None:
    bare = re.sub("<cas:Sofa.*?/>", "", cas(OLM))
    shapes = read_types(TYPES, "t")
    with pytest.raises(DataError, match="expected a text"):
        list(standoffs_of(bare.encode(), shapes, "olm"))
    with pytest.raises(DataError, match="expected the element XMI"):
        list(standoffs_of(b"<other/>", shapes, "olm"))


# ── Dateline's own labels


def test_what_is_written_loads_in_cassis() -> None:
    """Its words, values and references are ours, with astral characters before them."""
    text = "\U0001f6a2" + sample().text
    moved = [
        msgspec.structs.replace(m, spans=[Span(s.start + 1, s.end + 1) for s in m.spans])
        for m in sample().marks
    ]
    given_ = msgspec.structs.replace(sample(), text=text, marks=moved)
    written = files(given_)
    types = cassis.load_typesystem(BytesIO(written["TypeSystem.xml"].encode()))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = cassis.load_cas_from_xmi(BytesIO(written["olm-1.xmi"].encode()), typesystem=types)
    assert found.sofa_string == text
    named = found.select("de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity")
    assert sorted((n.get_covered_text(), n.value) for n in named) == [
        ("Olm", "GPE"),
        ("its", "GPE"),
        ("its harbour", "FAC"),
        ("she", "PERSON"),
        ("the mayor", "PERSON"),
    ]
    assert {n.identifier for n in named if n.get_covered_text() in ("Olm", "its")} == {
        "http://www.wikidata.org/entity/Q42"
    }
    (event,) = [e for e in found.select("webanno.custom.DatelineEvent") if e.value == "COERCE"]
    assert [(a.role, a.target.get_covered_text()) for a in event.arguments.elements] == [
        ("actor", "Olm"),
        ("topic", "scandal"),
        ("witness", "the mayor"),
    ]
    (relation,) = found.select("webanno.custom.DatelineRelation")
    assert relation.Governor.get_covered_text() == "Olm"
    chains = found.select("de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceChain")
    walked = []
    for chain in chains:
        link, words = chain.first, []
        while link is not None:
            words.append(link.get_covered_text())
            link = link.next
        walked.append(words)
    assert ["Olm", "its"] in walked


def test_what_cassis_writes_anew_is_read_the_same() -> None:
    written = files(sample())
    types = cassis.load_typesystem(BytesIO(written["TypeSystem.xml"].encode()))
    again = cassis.load_cas_from_xmi(BytesIO(written["olm-1.xmi"].encode()), typesystem=types)
    written["olm-1.xmi"] = again.to_xmi()
    written["TypeSystem.xml"] = types.to_xml()
    assert back(written) == FORMAT.kept(sample(), SCHEME)


def test_the_type_system_is_one_of_layers() -> None:
    """What INCEpTION asks of a type to take it as a layer: see docs/exchange.md."""
    types = cassis.load_typesystem(BytesIO(files(sample())["TypeSystem.xml"].encode()))
    for one in types.get_types():
        if not one.name.startswith("webanno.custom."):
            continue
        refers = [f for f in one.all_features if f.name not in ("sofa", "begin", "end")]
        refers = [f for f in refers if not types.is_primitive(f.rangeType)]
        if one.name.endswith("Link"):
            assert one.supertype.name == "uima.cas.TOP"
            assert [f.name for f in one.features] == ["role", "target"]
        elif one.name.endswith("Relation"):
            assert [f.name for f in refers] == ["Governor", "Dependent"]
            assert refers[0].rangeType == refers[1].rangeType
        else:
            assert one.supertype.name == "uima.tcas.Annotation"
            assert {f.elementType.name for f in refers} <= {f"{one.name}ArgumentsLink"}


def test_what_is_changed_in_the_other_tool_wins() -> None:
    """A type, a link, a member and a fragment changed; an event, a role and a mention removed."""
    page = files(sample())
    xmi = page["olm-1.xmi"]
    (key,) = re.findall(r'<custom:DatelineEvent xmi:id="(\d+)"[^>]*mark="E3"', xmi)
    xmi = re.sub(f'<custom:DatelineEvent xmi:id="{key}"[^>]*/>\n', "", xmi)
    xmi = re.sub(r'<custom:DatelineMention [^>]*mark="T4"[^>]*/>\n', "", xmi)
    xmi = re.sub(r'<custom:DatelineSpan [^>]*fragment="2"[^>]*/>\n', "", xmi)
    xmi = xmi.replace('value="FAC"', 'value="LOC"', 1).replace("entity/Q42", "entity/Q7")
    (slots,) = re.findall(r'mark="E1"[^>]*arguments="([^"]*)"', xmi)
    xmi = xmi.replace(f'arguments="{slots}"', f'arguments="{slots.split()[0]}"')
    found = {mark.id: mark for mark in back(page | {"olm-1.xmi": xmi}).marks}
    assert (found["T2"].label, found["T2"].attributes) == ("LOC", {"mention": "nominal"})
    assert found["C1"].attributes == {"name": "Olm", "kb": "wd:Q7"}
    assert found["E1"].args == [Argument("actor", "T1")]
    assert "E3" not in found
    assert "T4" not in found
    assert len(found["T7"].spans) == 1
    (she,) = [mark for mark in found.values() if mark.label == "PERSON" and mark.id != "T3"]
    assert found["A1"].args[-1] == Argument("ref", she.id)


def test_the_corpus_is_the_same_in_cassis() -> None:
    tree = Tree(REPOSITORY)
    name = next(n for n in tree.labelled() if tree.article(n).meta.tier == "open")
    standoff = to_standoff(tree.article(name), SCHEME)
    written = {n: raw.decode() for n, raw in FORMAT.write([standoff], SCHEME)}
    types = cassis.load_typesystem(BytesIO(written["TypeSystem.xml"].encode()))
    page = written[f"{name}.xmi"]
    found = cassis.load_cas_from_xmi(BytesIO(page.encode()), typesystem=types)
    events = found.select("webanno.custom.DatelineEvent")
    wanted = {m.id: m.spans[0] for m in standoff.marks if m.kind == "event"}
    assert events
    assert all((e.begin, e.end) == (wanted[e.mark].start, wanted[e.mark].end) for e in events)


@given(articles())
@law(40)
def test_documents_survive_a_rewriting_by_cassis(article: Article) -> None:
    standoff = to_standoff(article, SCHEME)
    written = {name: raw.decode() for name, raw in FORMAT.write([standoff], SCHEME)}
    types = cassis.load_typesystem(BytesIO(written["TypeSystem.xml"].encode()))
    page = written[f"{standoff.doc_id}.xmi"].encode()
    again = cassis.load_cas_from_xmi(BytesIO(page), typesystem=types).to_xmi()
    shapes = read_types(types.to_xml().encode(), "t")
    (found,) = standoffs_of(again.encode(), shapes, standoff.doc_id)
    assert found == FORMAT.kept(standoff, SCHEME)


def test_an_attribution_drawn_in_the_other_tool_needs_no_aside() -> None:
    types = files(sample())["TypeSystem.xml"].encode()
    slot = "custom:DatelineAttributionArgumentsLink"
    found = read(
        f'<custom:DatelineSpan xmi:id="3" {place("Olm closed its harbour")} value="CONTENT"/>',
        f'<custom:DatelineSpan xmi:id="4" {place("Tamsin Orlem")} value="SOURCE"/>',
        f'<{slot} xmi:id="5" role="source" target="4"/>',
        f'<{slot} xmi:id="6" role="content" target="3"/>',
        f'<custom:DatelineAttribution xmi:id="7" {place("said")} value="ATTRIBUTION"'
        ' quote="indirect" source_form="named" arguments="5 6"/>',
        types=types,
    )
    (item,) = to_document(found, SCHEME).document.attributions
    assert (item.id, item.cue) == ("A1", span("said"))
