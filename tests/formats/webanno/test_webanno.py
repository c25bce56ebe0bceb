"""WebAnno TSV files, as they should be and as they come."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.formats.applying import apply
from dateline.formats.items import to_document
from dateline.formats.mapping import Mapping, Rule
from dateline.formats.registry import Known
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from dateline.formats.webanno import FORMAT
from dateline.formats.webanno.escapes import escaped, parts, suffixed, unescaped
from dateline.formats.webanno.reading import marks_of
from dateline.records import Argument, Foreign, Span
from marks import bare, reasons, round_trip, through
from strategies import SCHEME, articles, law, texts

KNOWN = Known(SCHEME, {}.__getitem__)
ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
LINK = "de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceLink"
HEAD = "#FORMAT=WebAnno TSV 3.2\n"


def read(layers: str, body: str, head: str = HEAD) -> StandOff:
    return marks_of(f"{head}{layers}\n\n{body}", "olm", "olm.tsv")


def written(standoff: StandOff) -> str:
    return dict(FORMAT.write([standoff], SCHEME))[f"{standoff.doc_id}.tsv"].decode()


def words(found: StandOff) -> list[tuple[str, list[str]]]:
    return [(m.label, [found.text[s.start : s.end] for s in m.spans]) for m in found.marks]


def by_label(found: StandOff) -> dict[str, Foreign]:
    return {mark.label: mark for mark in found.marks}


# ── What the cells mean


def test_layers_of_spans_stacked_nested_and_over_several_tokens() -> None:
    found = read(
        f"#T_SP={ENTITY}|identifier|value\n#T_SP=webanno.custom.Mood|\n#T_SP=webanno.custom.Pos|tag",
        "#Text=Port of Olm shut .\n"
        "1-1\t0-4\tPort\t*[1]\tFAC[1]\t_\tNN\t\n"
        "1-2\t5-7\tof\t*[1]\tFAC[1]\t_\tIN\t\n"
        "1-3\t8-11\tOlm\t*[1]|http://x\\_y[2]\tFAC[1]|GPE[2]\t_\tNN\t\n"
        "1-4\t12-16\tshut\t_\t_\t*\tVB\t\n"
        "1-5\t17-18\t.\t_\t_\t_\t_\t\n",
    )
    assert found.text == "Port of Olm shut ."
    marks = by_label(found)
    assert marks["FAC"].spans == [Span(0, 11)]
    assert marks["FAC"].id == "1-1[1]"
    assert marks["GPE"].attributes == {"identifier": "http://x_y"}
    assert marks["Mood"].spans == [Span(12, 16)]
    assert [m.attributes["tag"] for m in found.marks if m.label == "Pos"] == [
        "NN",
        "IN",
        "NN",
        "VB",
    ]
    assert found.notices == []


def test_pieces_of_tokens_and_words_of_no_width() -> None:
    found = read(
        "#T_SP=webanno.custom.Part|value",
        "#Text=harbourside Olm\n"
        "1-1\t0-11\tharbourside\t_\t\n1-1.1\t0-7\tharbour\ta[1]\t\n1-1.2\t7-11\tside\tb[2]\t\n"
        "1-1.3\t7-7\t\tc\t\n1-2\t12-15\tOlm\tb[2]\t\n",
    )
    assert words(found) == [("a", ["harbour"]), ("b", ["side Olm"]), ("c", [""])]


def test_slots_make_events() -> None:
    found = read(
        "#T_SP=webanno.custom.Lu|value\n"
        "#T_SP=webanno.custom.Frame|FE|ROLE_webanno.custom.Frame:Roles_webanno.custom.FrameRolesLink"
        "|webanno.custom.Lu",
        "#Text=Olm sold old boats .\n"
        "1-1\t0-3\tOlm\tseller\t_\t_\t_\t\n"
        "1-2\t4-8\tsold\t_\ttrade\tby;of\\;all;*\t1-1;1-3[4];1-9\t\n"
        "1-3\t9-12\told\tgoods[4]\t_\t_\t_\t\n1-4\t13-18\tboats\tgoods[4]\tidle\t_\t*\t\n"
        "1-5\t19-20\t.\t_\t_\t_\t_\t\n",
    )
    trade, idle = (mark for mark in found.marks if mark.kind == "event")
    assert trade.attributes == {"FE": "trade"}
    assert trade.args == [
        Argument("by", "1-1"),
        Argument("of;all", "1-3[4]"),
        Argument("", "1-9"),
    ]
    assert (idle.attributes, idle.args) == ({"FE": "idle"}, [])
    assert reasons(found) == ["a reference to nothing"]


SEVERAL = (
    f"#T_SP={ENTITY}|value\n#T_CH={LINK}|referenceRelation|referenceType\n"
    f"#T_RL=webanno.custom.Same|kind|BT_{ENTITY}",
    "#Text=Olm saw it and Hinot saw her .\n"
    "1-1\t0-3\tOlm\tGPE\tcoref->1-1\tnam[1]\tsame\t1-3\t\n1-2\t4-7\tsaw\t_\t_\t_\t_\t_\t\n"
    "1-3\t8-10\tit\tGPE\t*->1-2\tGPE[1]\tsame|odd\t1-7|1-1\t\n1-4\t11-14\tand\t_\t_\t_\t_\t_\t\n"
    "1-5\t15-20\tHinot\t_\t*->2-1\tnam[2]\t_\t_\t\n1-6\t21-24\tsaw\t_\t_\t_\t_\t_\t\n"
    "1-7\t25-28\ther\tGPE\t*->2-2\tpro[2]\t_\t_\t\n1-8\t29-30\t.\t_\t_\t_\t_\t_\t\n",
)


def test_chains_are_groups_of_what_they_stand_on() -> None:
    first, second = (mark for mark in read(*SEVERAL).marks if mark.kind == "group")
    assert first.label == "CLUSTER"
    assert [argument.ref for argument in first.args] == ["1-1", "1-3"]
    assert first.attributes == {"referenceType 1": "nam", "referenceRelation 1": "coref"}
    found = read(*SEVERAL)
    named = {mark.id: mark for mark in found.marks}
    members = [named[argument.ref] for argument in second.args]
    assert [found.text[m.spans[0].start : m.spans[0].end] for m in members] == ["Hinot", "her"]


def test_chained_relations_become_one_cluster() -> None:
    found = read(*SEVERAL)
    links = [mark for mark in found.marks if mark.kind == "relation"]
    assert [(m.label, [a.ref for a in m.args]) for m in links] == [
        ("Same", ["1-3", "1-1"]),
        ("Same", ["1-7", "1-3"]),
        ("Same", ["1-1", "1-3"]),
    ]
    rules = [Rule(kind="relation", label="Same", when={"kind": "same"}, to="cluster")]
    mapping = Mapping(name="m", title="m", source=["m"], rules=rules)
    groups = [m for m in apply(mapping, found, SCHEME).standoff.marks if m.kind == "group"]
    assert ["1-1", "1-3", "1-7"] in [[a.ref for a in group.args] for group in groups]


@pytest.mark.parametrize(
    "value", ["a|b", "[3]", "x->1-2", "_", "*", "a;b\\", "t\tn\nx", "\\_", "->"]
)
def test_what_is_reserved_is_escaped(value: str) -> None:
    assert unescaped(escaped(value)) == value
    stack = f"{escaped(value)}[7]|{escaped(value)}[8]"
    assert [suffixed(one) for one in parts(stack)] == [(escaped(value), "7"), (escaped(value), "8")]


@given(st.text(max_size=20))
@law(200)
def test_every_value_is_escaped(value: str) -> None:
    assert unescaped(escaped(value)) == value
    assert parts(escaped(value)) == [escaped(value)]
    assert suffixed(escaped(value))[1] is None


# ── Offsets and texts


@pytest.mark.parametrize(("begin", "end"), [(6, 9), (5, 8)], ids=["UTF-16", "code points"])
def test_astral_characters_count_as_the_words_tell(begin: int, end: int) -> None:
    wide = end - 8
    found = read(
        "#T_SP=webanno.custom.Part|value",
        f"#Text=I 🙂 , Olm !\n1-1\t0-1\tI\t_\t\n1-2\t2-{3 + wide}\t🙂\tsmile\t\n"
        f"1-3\t{4 + wide}-{5 + wide}\t,\t_\t\n1-4\t{begin + 1}-{end + 1}\tOlm\tplace\t\n"
        f"1-5\t{end + 2}-{end + 3}\t!\t_\t\n\n"
        f"#Text=Olm\n2-1\t{end + 4}-{end + 7}\tOlm\tagain\t\n",
    )
    assert words(found) == [("smile", ["🙂"]), ("place", ["Olm"]), ("again", ["Olm"])]
    assert found.text == "I 🙂 , Olm !\nOlm"
    assert found.notices == []


def test_offsets_between_sentences_say_what_stands_there() -> None:
    body = (
        "#Text=Olm .\n1-1\t2-5\tOlm\t\n1-2\t6-7\t.\t\n\n"
        "#Text=One\n#Text=two\n2-1\t7-10\tOne\t\n2-2\t11-14\ttwo\t\n\n"
        "#Text=End\n3-1\t17-20\tEnd\t\n"
    )
    assert read("", body).text == "  Olm .One\ntwo\n  End"


def test_a_written_file_has_the_text_as_other_programs_put_it_together() -> None:
    text = "Olm 🙂 closed.  It rained.\n\n\tHinot\\n left. \nEnd"
    raw = written(StandOff(doc_id="olm-1", text=text))
    joined, at = "", 0
    for block in raw[raw.index("#Text") :].split("\n\n"):  # as INCEpTION reads it
        lines = [line[6:] for line in block.splitlines() if line.startswith("#Text=")]
        rows = [line for line in block.splitlines() if not line.startswith("#")]
        begin = int(rows[0].split("\t")[1].partition("-")[0])
        if at > begin:
            joined = joined[:-1]
        joined += "".join(line.replace("\\t", "\t").replace("\\\\", "\\") + "\n" for line in lines)
        at = len(joined.encode("utf-16-le")) // 2
    assert joined == text + "\n"


def test_other_line_ends_a_mark_and_latin_1(tmp_path: Path) -> None:
    raw = f"{HEAD}#T_SP=webanno.custom.Part|value\n\n\n#Text=Zoë\n1-1\t0-3\tZoë\tname\t\n"
    (tmp_path / "a.tsv").write_bytes(b"\xef\xbb\xbf" + raw.replace("\n", "\r\n").encode())
    (found,) = FORMAT.read(tmp_path, KNOWN)
    assert words(found) == [("name", ["Zoë"])]
    (tmp_path / "a.tsv").write_bytes(raw.encode("latin-1"))
    (found,) = FORMAT.read(tmp_path, Known(SCHEME, {}.__getitem__, "latin-1"))
    assert words(found) == [("name", ["Zoë"])]
    with pytest.raises(DataError, match=r"a\.tsv byte"):
        list(FORMAT.read(tmp_path, KNOWN))


def test_escapes_of_older_versions() -> None:
    body = "#Text=a\\\\b\\tc \\u00e9\n1-1\t0-5\tx\tname\t\n"
    assert read("#T_SP=x.Y|value", body).text == "a\\b\tc é"


def test_words_elsewhere_than_their_offsets_say() -> None:
    body = "#Text=Olm closed it\n1-1\t0-4\tOlm\ta\t\n1-2\t5-9\tclosed\tb\t\n1-3\t90-99\tgone\tc\t\n"
    found = read("#T_SP=x.Y|value", body)
    assert words(found)[:2] == [("a", ["Olm"]), ("b", ["closed"])]
    assert reasons(found) == ["words that are not those at the offsets"]


# ── Files as they come


def test_what_is_no_such_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("one\ttwo\n")
    with pytest.raises(DataError, match=r"a\.tsv line 1: expected #FORMAT=WebAnno TSV 3"):
        list(FORMAT.read(tmp_path, KNOWN))
    with pytest.raises(DataError, match="line 2: expected a token"):
        read("", "", HEAD + "words\nand more\n")
    with pytest.raises(UsageError, match=r"a folder, or a file that ends in \.tsv"):
        list(FORMAT.read(tmp_path / "none.txt", KNOWN))
    (tmp_path / "more").mkdir()
    with pytest.raises(DataError, match=r"a folder with files that end in \.tsv"):
        list(FORMAT.read(tmp_path / "more", KNOWN))


def test_an_empty_file_and_one_without_annotations() -> None:
    assert marks_of("", "olm", "olm.tsv").text == ""
    assert read("", "#Text=Olm\n1-1\t0-3\tOlm\t\n") == StandOff(doc_id="olm", text="Olm")
    assert marks_of(HEAD, "olm", "olm.tsv").text == ""


def test_what_cannot_be_taken_is_named() -> None:
    found = read(
        "#T_SP=x.Y|value",
        "#Sentence.id=s1\n#Text=Olm shut it\nnone of it\n"
        "1-1\t0-3\tOlm\n1-2\t4-8\tshut\tb\tmore\t\n1-3\t9-11\tit\t_\t\n",
    )
    assert words(found) == [("b", ["shut"])]
    assert reasons(found) == [
        "cells that no column is for",
        "a line of no known form",
        "lines of comment, which are left out",
    ]


def test_offsets_that_cannot_be_take_no_memory() -> None:
    body = "#Text=Olm\n1-1\t999999999-999999999\tOlm\ta\t\n\n#Text=No\n2-1\t1-2\tNo\tb\t\n"
    found = read("#T_SP=x.Y|value", body)
    assert found.text == "Olm\nNo"
    assert reasons(found).count("offsets of a sentence that cannot be") == 2


def test_crafted_stacks_take_time_in_proportion() -> None:
    stack = "|".join(["a"] * 30_000)
    links = "|".join(f"*->{n}-1" for n in range(1, 30_000))
    layers = f"#T_SP=x.Y|value\n#T_CH={LINK}|referenceRelation|referenceType"
    found = read(layers, f"#Text=Olm\n1-1\t0-3\tOlm\t{stack}\t{links}\t_\t\n")
    assert len(found.marks) == 30_000 + 29_999
    assert len({mark.id for mark in found.marks}) == len(found.marks)


# ── What is written, and what is changed in between


def test_the_layers_are_those_that_inception_ships_and_ours(tmp_path: Path) -> None:
    files = dict(FORMAT.write([sample()], SCHEME))
    raw = files["olm-1.tsv"].decode()
    assert raw.startswith(f"#FORMAT=WebAnno TSV 3.3\n#T_SP={ENTITY}|identifier|value\n")
    assert f"#T_CH={LINK}|referenceRelation|referenceType\n" in raw
    assert "1-1\t0-3\tOlm\thttp://www.wikidata.org/entity/Q42[3]\tGPE[3]\t" in raw
    root = ET.fromstring(files["TypeSystem.xml"].decode())
    space = "{http://uima.apache.org/resourceSpecifier}"
    described = {
        str(one.findtext(f"{space}name")): {
            str(f.findtext(f"{space}name")) for f in one.iter(f"{space}featureDescription")
        }
        for one in root.iter(f"{space}typeDescription")
    }
    layers = [line[6:].split("|") for line in raw.splitlines() if line.startswith("#T_")]
    for name, *columns in layers:
        if name == LINK:
            continue
        plain = {c for c in columns if not c.startswith(("ROLE_", "BT_", "uima."))}
        assert plain <= described[name], "each column is a feature of a layer that can be made"


def test_a_change_made_elsewhere_wins() -> None:
    raw = written(sample())
    found = marks_of(raw.replace("GPE[3]", "LOC[3]"), "olm-1", "olm-1.tsv")
    marks = {mark.id: mark for mark in found.marks}
    assert marks["T1"].label == "LOC"
    assert marks["T1"].attributes == {"mention": "name", "confidence": "0.7"}
    assert marks["E1"].args == sample().marks[5].args
    gone = raw.replace("actor;topic;witness[16]", "actor;topic[16]")
    gone = gone.replace("1-1[3];2-3[19];1-6[9]", "1-1[3];2-3[19]")
    marks = {mark.id: mark for mark in marks_of(gone, "olm-1", "olm-1.tsv").marks}
    assert [a.role for a in marks["E1"].args] == ["actor", "topic"]


def test_what_is_added_elsewhere_needs_no_id() -> None:
    found = read(
        f"#T_SP={ENTITY}|identifier|value\n#T_SP=webanno.custom.DatelineMention|id|mention|more|sector\n"
        "#T_SP=webanno.custom.DatelineWords|id|label|more\n"
        "#T_SP=webanno.custom.DatelineAttribution|id|more|polarity|quote|"
        "ROLE_webanno.custom.DatelineAttribution:roles_webanno.custom.DatelineAttributionRolesLink|"
        "uima.tcas.Annotation|source_form|source_kind",
        "#Text=No , she said , never\n"
        "1-1\t0-2\tNo\t_\t_\t_\t_\t_\t_\t*[1]\tCONTENT[1]\t*[1]\t_\t_\t_\t_\t_\t_\t_\t_\t\n"
        "1-2\t3-4\t,\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t\n"
        "1-3\t5-8\tshe\t*[2]\tPERSON[2]\t*[3]\tpronoun[3]\t*[3]\t*[3]\t*[4]\tSOURCE[4]\t*[4]"
        "\t_\t_\t_\t_\t_\t_\t_\t_\t\n"
        "1-4\t9-13\tsaid\t_\t_\t_\t_\t_\t_\t_\t_\t_\t*\t*\tpositive\tdirect\t"
        "source;content;content;ref\t1-3[4];1-1[1];1-6[5];1-3[2]\tpronoun\tperson\t\n"
        "1-5\t14-15\t,\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t\n"
        "1-6\t16-21\tnever\t_\t_\t_\t_\t_\t_\t*[5]\tCONTENT[5]\t*[5]\t_\t_\t_\t_\t_\t_\t_\t_\t\n",
    )
    brought = to_document(found, SCHEME)
    (item,) = brought.document.attributions
    assert item.content == [Span(0, 2), Span(16, 21)]
    assert item.source is not None
    assert [brought.document.entities[0].id] == item.source.refs
    assert brought.document.entities[0].mention == "pronoun"
    assert brought.left == []


def test_an_id_that_stands_twice_is_another() -> None:
    layer = "#T_SP=webanno.custom.DatelineEvent|id|value"
    found = read(layer, "#Text=a b\n1-1\t0-1\ta\tE1\tAID\t\n1-2\t2-3\tb\tE1\tAID\t\n")
    assert [mark.id for mark in found.marks] == ["E1", "1-2"]
    assert reasons(found) == ["an id that stands twice, and is now another"]


@given(articles())
@law(40)
def test_documents_come_back_with_their_items(article: Article) -> None:
    def change(standoff: StandOff) -> StandOff:
        return marks_of(written(standoff), standoff.doc_id, "x.tsv")

    assert through(article, change) == bare(article.labels)


def test_several_articles_in_folders(tmp_path: Path) -> None:
    first = sample()
    second = msgspec.structs.replace(first, doc_id="olm-2")
    assert round_trip(FORMAT, [first, second], tmp_path) == [
        FORMAT.kept(one, SCHEME) for one in (first, second)
    ]
    (tmp_path / "deeper").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "olm-1.tsv").rename(tmp_path / "deeper" / "Olm.TSV")
    (tmp_path / "olm-2.tsv").rename(tmp_path / ".hidden" / "olm-2.tsv")
    assert [one.doc_id for one in FORMAT.read(tmp_path, KNOWN)] == ["deeper/Olm"]


# ── Anything at all


def _only_clear_errors(raw: str) -> None:
    try:
        found = marks_of(raw, "olm", "olm.tsv")
    except DataError:
        return
    assert len({mark.id for mark in found.marks}) == len(found.marks)
    to_document(found, SCHEME)


@given(st.text())
@law(100)
def test_any_text_is_read_or_refused(raw: str) -> None:
    _only_clear_errors(raw)
    _only_clear_errors(HEAD + raw)


CELL = st.sampled_from(
    [
        "_",
        "*",
        "a",
        "a[1]",
        "a[1]|b[2]",
        "*->1-1",
        "*->1-1|x->2-1",
        "1-1[1_2]",
        "1-2",
        "r;s[1]",
        "1-1[1];1-2[2]",
        "_[1]",
        "a\\",
        "\\|",
        "[",
        "]",
        "a[999999999]",
        "1-1->1-1",
        "1-1[1-2]",
        '{"args":[["a","b"]]}',
        "",
    ]
) | st.text("_*[]|;->\\1a", max_size=6)
LAYERS = st.sampled_from(
    [
        f"#T_SP={ENTITY}|value",
        "#T_SP=webanno.custom.DatelineWords|id|label|more",
        "#T_SP=webanno.custom.DatelineForeign|mark",
        "#T_SP=webanno.custom.DatelineCluster|id|label",
        "#T_SP=webanno.custom.DatelineMention|id|mention|more",
        "#T_SP=webanno.custom.DatelineAttribution|ROLE_a:roles_b|uima.tcas.Annotation|id|more",
        f"#T_CH={LINK}|referenceRelation|referenceType",
        f"#T_RL=webanno.custom.DatelineRelation|id|BT_{ENTITY}",
        "#T_SP=x|",
        "#T_XX=|||",
        "#T_SP=",
    ]
)
ROW = st.tuples(
    st.sampled_from(["1-1", "1-2", "1-1.1", "2-1", "x"]),
    st.sampled_from(["0-3", "4-7", "3-0", "99-100", "0-0", "a-b"]),
    st.sampled_from(["Olm", "", "x"]),
    st.lists(CELL, max_size=9),
).map(lambda row: "\t".join([*row[:3], *row[3], ""]))
LINES = st.lists(ROW | st.sampled_from(["#Text=Olm shut", "", "#Text=\\", "#x", "🙂"]), max_size=10)


@given(st.lists(LAYERS, max_size=5), LINES)
@law(200)
def test_any_cells_are_read_or_refused(layers: list[str], lines: list[str]) -> None:
    _only_clear_errors(HEAD + "\n".join([*layers, "", "", "#Text=Olm shut it", *lines]))


@given(texts())
@law(60)
def test_any_text_comes_back(text: str) -> None:
    standoff = StandOff(doc_id="olm-1", text=text)
    assert marks_of(written(standoff), "olm-1", "olm-1.tsv") == standoff
