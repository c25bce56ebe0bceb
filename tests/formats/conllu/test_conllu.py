"""CoNLL-U with entities in MISC, as it should be and as it comes."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_folder
from dateline.derived import Article
from dateline.errors import DataError, UsageError
from dateline.formats.conllu import FORMAT
from dateline.formats.conllu.escapes import (
    escape_space,
    pairs_of,
    plain,
    quoted,
    title,
    titled,
    unescape_space,
)
from dateline.formats.items import to_document
from dateline.formats.native import to_standoff
from dateline.formats.registry import Known
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from dateline.formats.tags import INSIDE
from dateline.formats.texts import LINE_ENDS, MARK
from dateline.records import Argument, Foreign, Span
from marks import adds_up, bare, read_as, reasons, round_trip, through
from strategies import SCHEME, articles, law

KNOWN = Known(SCHEME, {}.__getitem__)
HEAD = "# newdoc id = olm\n# global.Entity = eid-etype-head-other\n"


def row(number: object, form: str, misc: str = "_") -> str:
    return f"{number}\t{form}" + "\t_" * 7 + f"\t{misc}\n"


def rows(*words: str) -> str:
    """A sentence: each word with what MISC says after a blank, if anything."""
    pairs = [word.partition(" ") for word in words]
    return "".join(row(n, form, misc or "_") for n, (form, _, misc) in enumerate(pairs, 1)) + "\n"


def read(raw: str | bytes, encoding: str = "utf-8") -> list[StandOff]:
    return read_as(FORMAT, "file.conllu", raw, KNOWN, encoding)


def only(raw: str | bytes) -> StandOff:
    (found,) = read(raw)
    return found


def words(found: StandOff) -> list[tuple[str, str]]:
    """Each span's label with its words."""
    return [
        (mark.label, "…".join(found.text[s.start : s.end] for s in mark.spans))
        for mark in found.marks
        if mark.kind in ("span", "event")
    ]


def file(standoff: StandOff) -> str:
    ((_, raw),) = FORMAT.write([standoff], SCHEME)
    return raw.decode()


# ── Texts


def test_white_space_stands_in_misc() -> None:
    raw = HEAD + rows(
        r"“ SpaceAfter=No|SpacesBefore=\s\t", "Olm SpaceAfter=No", r"” SpacesAfter=\s\s", "."
    )
    assert only(raw + rows("Yes")).text == " \t“Olm”  .\nYes"
    assert (
        only(HEAD + rows(r"a SpacesAfter=\n\n") + rows(r"b SpacesAfter=\p\\")).text == "a\n\nb|\\"
    )


def test_paragraphs_where_a_file_has_them() -> None:
    plain_ = rows("Olm") + rows("closed") + rows("it")
    assert only(plain_).text == "Olm\nclosed\nit"
    some = f"# newpar\n{rows('Olm')}{rows('closed')}# newpar id = 2\n{rows('it')}"
    assert only(some).text == "Olm closed\nit"


def test_tokens_of_several_words_and_empty_nodes() -> None:
    raw = HEAD + (
        row("1-2", "Olm's", "SpaceAfter=No")
        + row(1, "Olm", "Entity=(e1-place-1)")
        + row(2, "'s", "SpaceAfter=No")
        + row(3, ",")
        + row("3.1", "gone", "Entity=(e2-person-1)(e3-x-1")
        + row("4-5", "del", "_")
        + row(4, "de")
        + row(5, "el", "Entity=(e4-y-1")
        + row(6, "mar", "Entity=e4)e3)")
    )
    found = only(raw)
    assert found.text == "Olm's, del mar"
    assert words(found) == [("person", ""), ("place", "Olm"), ("x", "del mar"), ("y", "del mar")]
    assert "a mention without words, on a node that is empty" in reasons(found)


def test_several_articles_in_one_file_and_what_they_say_of_themselves() -> None:
    more = (
        "# meta::title = Olm closes\n# meta::sourceURL = olm.example/1\n"
        "# meta::dateCreated = 2026-03-04\n# meta::dateCollected = 2026-05-06\n"
        "# meta::genre = news\n# s_type = decl\n"
    )
    one, two, three = read(
        f"# newdoc id = a\n{more}{rows('Olm')}# newdoc\n{rows('x')}#newdoc id=c\n{rows('y')}"
    )
    assert (one.doc_id, two.doc_id, three.doc_id) == ("a", "file-2", "c")
    assert one.meta == {
        "title": "Olm closes",
        "source": "olm.example/1",
        "published": "2026-03-04",
    }
    assert reasons(one) == [
        f"a comment that is not read: {name}"
        for name in ("meta::dateCollected", "meta::genre", "s_type")
    ]


# ── Brackets


def test_nested_crossing_and_in_pieces() -> None:
    found = only(
        HEAD
        + rows(
            "a Entity=(e1-A-1(e2-B-1",
            "b Entity=(e3-C-1)e2)",
            "c Entity=(e4-D-1[1/2])",
            "d Entity=(e5[1/2]-E-1)",
            "e Entity=e1)(e6-F-1",
            "f Entity=(e5[2/2]-E-1",
            "g Entity=e6)e5[2/2])",
        )
    )
    assert words(found) == [
        *(("A", "a b c d e"), ("B", "a b"), ("C", "b"), ("D", "c"), ("E", "d…f g"), ("F", "e f g")),
    ]
    assert found.notices == []


def test_fields_by_the_order_that_the_file_names() -> None:
    raw = "# global.Entity = GRP-etype-infstat-link-identity\n" + rows(
        "Olm Entity=(7-place-new-coref-Olm_%28town%29",
        "Bay Entity=7)",
        "it Entity=(7-place-giv:act-ana)",
        "rain Entity=(8-substance)",
        "Orlem Entity=(9-person-new-sgl-T._Orlem-Hinot)",
    )
    found = only(raw)
    marks = {mark.id: mark for mark in found.marks}
    assert marks["T1"].attributes == {"infstat": "new", "link": "coref"}
    assert marks["7"] == Foreign(
        *("7", "group", "CLUSTER", []),
        [Argument("member", "T1"), Argument("member", "T2")],
        {"name": "Olm (town)"},
    )
    assert marks["9"].attributes == {"name": "T. Orlem-Hinot"}, "the last field takes the rest"
    assert "8" not in marks, "one mention and no name: no group"


def test_other_pairs_are_attributes() -> None:
    found = only(HEAD + rows("Olm Entity=(e1-place-2-gstype:spec,note:a%2Cb,bare)"))
    (mark,) = found.marks
    assert mark.attributes == {"head": "2", "gstype": "spec", "note": "a,b", "bare": "true"}


def test_brackets_without_a_header() -> None:
    found = only(rows("Olm Entity=(place(place)", "x Entity=place)", "y Entity=(e1-place)"))
    assert words(found) == [("place", "Olm x"), ("place", "Olm"), ("place", "y")]
    assert [mark.kind for mark in found.marks] == ["span"] * 3, "a type is no entity's id"


def test_older_closing_brackets_repeat_the_fields() -> None:
    raw = "# global.Entity = entity-GRP-link\n" + rows(
        "a Entity=(place-1-coref", "b Entity=place-1)"
    )
    assert words(only(raw)) == [("place", "a b")]
    assert reasons(only(raw)) == []


def test_what_is_amiss_with_brackets_is_named() -> None:
    found = only(
        HEAD
        + rows(
            "a Entity=e9)", "b Entity=(e1-A-1", "c Entity=(e2[2/2]-B-1)", "d Entity=(e3-C-1)loose"
        )
    )
    assert words(found) == [("A", "b"), ("B", "c"), ("C", "d")]
    assert sorted(reasons(found)) == [
        "a bracket that closes nothing, left out",
        "a bracket that is not closed: a mention of its first word",
        "a piece of a mention without those before it, taken as a mention",
        "words between no brackets, left out",
    ]


def test_bridging_and_split_antecedents_are_relations() -> None:
    found = only(
        HEAD
        + rows(
            "a Entity=(e1-A-1)",
            "b Entity=(e2-B-1)",
            "they Entity=(e3-C-1)|SplitAnte=e1<e3,e2<e3",
            "their Entity=(e3-C-1)",
            "door Entity=(e4-D-1)|Bridge=e3<e4:part,e1<e4",
            "x Bridge=?",
        )
    )
    relations = [mark for mark in found.marks if mark.kind == "relation"]
    told = {
        (mark.label, mark.attributes.get("relation"), *(f"{a.role} {a.ref}" for a in mark.args))
        for mark in relations
    }
    assert told == {
        ("SplitAnte", None, "antecedent T1", "antecedent T2", "anaphor T3"),
        ("Bridge", "part", "antecedent e3", "anaphor T5"),
        ("Bridge", None, "antecedent T1", "anaphor T5"),
    }
    assert reasons(found) == ["a link that cannot be read, left out"]


@pytest.mark.parametrize("key", ["NER", "Entity", "ne"])
def test_tags_in_misc(key: str) -> None:
    found = only(
        rows(f"Port {key}=B-GPE", f"Olm {key}=I-GPE", f"met {key}=O", "x")
        + rows(f"Hinot {key}=I-GPE|SpaceAfter=No", ".")
    )
    assert words(found) == [("GPE", "Port Olm"), ("GPE", "Hinot")]
    assert reasons(found) == [INSIDE]


# ── Files as they come


def test_line_ends_a_bom_and_another_encoding() -> None:
    raw = HEAD + rows("Café Entity=(e1-FAC-1)", "Olm")
    found = only(("\ufeff" + raw).replace("\n", "\r\n"))
    assert (found.text, found.marks) == (only(raw).text, only(raw).marks)
    assert reasons(found) == [MARK, LINE_ENDS]
    (latin,) = read(raw.encode("latin-1"), "latin-1")
    assert latin == only(raw)
    with pytest.raises(DataError, match="--encoding latin-1"):
        read(raw.encode("latin-1"))
    composed = only(HEAD + rows("Cafe\u0301", "Olm Entity=(e1-GPE-1)"))
    assert words(composed) == [("GPE", "Olm")]


def test_empty_files_and_files_of_another_form() -> None:
    for empty in ("", "\n\n", "# newdoc id = a\n\n"):
        assert (only(empty).text, only(empty).marks) == ("", [])
    with pytest.raises(DataError, match=r"file\.conllu line 1: expected ten columns"):
        read("Olm closed its harbour.\nNobody came.\n")


def test_rows_that_are_broken_are_named() -> None:
    blanks = "2 Olm " + "_ " * 7 + "Entity=(e1-GPE-1)\n"
    found = only(row(1, "In") + blanks + "3\there\nnot a row\n" + row(4, ".") + "\n")
    assert found.text == "In Olm here ."
    assert words(found) == [("GPE", "Olm")]
    assert reasons(found) == [
        "a row of other than ten columns",
        "a line that is no word of CoNLL-U, left out",
    ]


def test_what_is_not_read_is_named_once() -> None:
    syntax = "1\tOlm\tOlm\tPROPN\t_\t_\t0\troot\t_\tGloss=x|Gloss=y\n"
    found = only(f"# text = Sarn\n{syntax}\n{syntax}\n")
    assert sorted(reasons(found)) == [
        "a key of MISC that is not read: Gloss",
        "a key that stands twice at a word: the first counts",
        "a sentence whose words are not those of its text",
        "lemmas, tags and trees, which are not read",
    ]


def test_folders_files_and_what_is_neither(tmp_path: Path) -> None:
    (tmp_path / "b" / ".hidden").mkdir(parents=True)
    (tmp_path / "b" / ".hidden" / "x.conllu").write_text("no")
    (tmp_path / "b" / "two.conllu").write_text(rows("Olm"))
    (tmp_path / "notes.txt").write_text("no")
    assert [one.doc_id for one in FORMAT.read(tmp_path, KNOWN)] == ["b/two"]
    with pytest.raises(UsageError, match="expected a folder, or a file"):
        list(FORMAT.read(tmp_path / "nowhere", KNOWN))


# ── Dateline's own labels


def test_what_is_written() -> None:
    lines = file(sample()).split("\n")
    assert lines[:5] == [
        "# newdoc id = olm-1",
        "# global.Entity = eid-etype-head-other-identity",
        "# meta::title = Olm",
        "# meta::licence = CC-BY-4.0",
        "# sent_id = olm-1-1",
    ]
    assert "Entity=(C1-GPE-1-id:T1,kb:wd%3AQ42,mention:name,confidence:0.7-Olm)" in lines[-1:][
        0
    ] + "".join(lines)
    assert (
        '# dateline = {"on":"E1","args":[["actor","T1"],["topic","E2"],["witness","T3"]]}' in lines
    )
    assert any(line.startswith('# dateline = {"id":"A1","kind":"event"') for line in lines)


def test_an_entity_that_cuts_a_token() -> None:
    mark = Foreign("T1", "span", "GPE", [Span(0, 3)])
    standoff = StandOff(doc_id="olm-1", text="Olmin spring", marks=[mark])
    raw = file(standoff)
    assert "id:T1,cut:0.2.5" in raw
    assert only(raw) == standoff
    moved = only(raw.replace("\tOlmin\t", "\tOlm\t").replace("= Olmin", "= Olm"))
    assert words(moved) == [("GPE", "Olm")]
    assert reasons(moved) == ["words that were changed: an exact place in them no longer holds"]


def test_what_is_changed_in_the_brackets_wins_over_our_comments() -> None:
    """A type, a member, a mention and the words of an attribution changed."""
    raw = file(sample())
    raw = raw.replace("-FAC-", "-LOC-").replace("(C3-ACCUSE", "(e77-ACCUSE", 1)
    raw = re.sub(r"\(C1-GPE-1-id:T5[^)]*\)", "", raw).replace("Entity=\n", "_\n")
    raw = raw.replace("\tadded\t", "\twrote\t").replace("she added", "she wrote")
    found = only(raw)
    marks = {mark.id: mark for mark in found.marks}
    assert marks["T2"].label == "LOC"
    assert "T5" not in marks
    assert [a.ref for a in marks["C1"].args] == ["T1"], "it has a name, and so stays a group"
    assert "C3" not in marks
    assert marks["A1"].spans == [Span(*re.search("wrote", found.text).span())]
    assert "words that are not those at the offsets" in reasons(found)


ASIDES = [
    *("{}", "[]", "no JSON", '{"id": 3}', '{"id": "x", "spans": [[1]]}', '{"id": "x", "args": 5}'),
    *('{"id": "x", "spans": [[1, 99999999999999999999]]}', '{"on": "T1", "id": "T2"}', "[" * 9999),
    *('{"id": "x", "kind": "span", "label": "a", "spans": [[-9, 2], [5, 1]]}', '{"id": "T1"}'),
    *(
        '{"on": "nothing"}',
        '{"text": "x"}',
        '{"on": "T1", "args": [["a", "T1"]]}',
        '{"id": "\\ud800"}',
    ),
]


@pytest.mark.parametrize("aside", ASIDES)
def test_comments_under_our_name_that_are_not_ours(aside: str) -> None:
    found = only(HEAD + f"# dateline = {aside}\n" + rows("Olm Entity=(e1-GPE-1-id:T1)"))
    ids = [mark.id for mark in found.marks]
    assert len(set(ids)) == len(ids) >= 1
    to_document(found, SCHEME)


def test_ids_that_stand_twice() -> None:
    found = only(HEAD + rows(*["Olm Entity=(e1-GPE-1-id:T1)"] * 3))
    assert [mark.id for mark in found.marks] == ["T1", "T1~1", "T1~2", "e1"]


@given(articles())
@law(60)
def test_documents_come_back_through_conllu(article: Article) -> None:
    def there_and_back(standoff: StandOff) -> StandOff:
        return msgspec.structs.replace(only(file(standoff)), meta=standoff.meta)

    assert through(article, there_and_back) == bare(through(article))


@given(st.text())
@law(200)
def test_what_is_escaped_comes_back(text: str) -> None:
    assert plain(quoted(text)) == text
    assert title(titled(text)) == text
    assert unescape_space(escape_space(text)) == text
    assert not set(quoted(text) + titled(text)) & set("-,:()|=[] \t\n")
    assert list(pairs_of(f"{quoted(text)}:{quoted(text)}")) == [(text, text)]


def test_a_validator_finds_no_fault_but_that_trees_are_missing() -> None:
    """Level 1 as it is; level 2 and all of coreference with a flat tree put in."""
    pytest.importorskip("udtools")
    from udtools.validator import Validator

    first, second = (Validator("en", level, check_coref=True, output=None) for level in (1, 2))

    @given(articles())
    @law(30)
    def holds(article: Article) -> None:
        raw = file(to_standoff(article, SCHEME))
        tree = re.sub(r"^(1(?:\t[^\t]*){5})\t_\t_\t", r"\1\t0\troot\t", raw, flags=re.M)
        tree = re.sub(r"^(\d+(?:\t[^\t]*){5})\t_\t_\t", r"\1\t1\tdep\t", tree, flags=re.M)
        allowed = {"unknown-upos", "spurious-entity-type", "ill-nested-entities-warning"}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.conllu"
            for checks, text in ((first, raw), (second, tree)):
                path.write_text(text, "utf-8", newline="\n")
                found = checks.validate_files([str(path)]).error_tracker
                assert {incident.testid for incident in found} <= allowed

    holds()


PIECES = [
    *(HEAD, row(1, "Olm"), row(2, "x", "Entity=(e1-A-1"), row(3, "y", "Entity=e1)"), "\n"),
    *(
        row("1-2", "ab"),
        row("1.1", "z", "Entity=(e1[1/2]-A-1)"),
        row(4, "w", "Entity=(e1[2/2]-A-1)"),
    ),
    *(row(5, "v", "NER=B-A"), row(6, "u", "Bridge=e1<e2|SplitAnte=e1<e1,e2<e1"), "1\t", "\t_", "#"),
    *(row(1, "t", r"SpacesAfter=\u{d800}\u{3000}\x"), "# newdoc\n", "# text = Olm\n", "# newpar\n"),
    *(
        row(2, "s", "Entity=(e1-A-1-id:T1,cut:-5.0.1,kb:x,kind:event-N_%zz%ff)"),
        "\r",
        "\ufeff",
        "\0",
    ),
    *("# global.Entity = identity-other-other\n", "# global.Entity = -\n"),
    *(f"# dateline = {aside}\n" for aside in ASIDES if len(aside) < 999),
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5)).map("".join) | st.binary())
@law(400)
def test_whatever_a_file_holds_there_is_no_other_error(raw: str | bytes) -> None:
    try:
        found = read(raw.encode(errors="replace") if isinstance(raw, str) else raw)
    except DataError:
        return
    for one in found:
        if not one.text:
            continue
        adds_up(one)
        named = msgspec.structs.replace(one, doc_id="olm-1", notices=[])
        again = only(file(named))
        assert again.marks == FORMAT.kept(named, SCHEME).marks
        assert again.text == named.text


LONG = {
    "brackets": "1\tx" + "\t_" * 8 + "Entity=" + "(e-A-1" * 100_000,
    "closing": row(1, "x", "Entity=" + ")" * 400_000),
    "names": row(1, "x", "Entity=" + "a" * 800_000),
    "blanks": "# a" + " " * 800_000 + "b c\n",
    "keys": row(1, "x", "|".join(f"k{n}" for n in range(100_000))),
    "comment": "# a = x" + " " * 800_000 + "b\n",
    "ids": "".join(row(1, "x", "Entity=(e1-A-1-id:T1)") for _ in range(20_000)),
    "pieces": row(1, "x", "Entity=" + "(e1[1/2]-A-1)" * 50_000),
    "covered": row("1-9999999", "x") + "".join(row(n, "x") for n in range(1, 20_000)),
    "links": row(1, "x", "Bridge=" + "<" * 400_000),
    "percent": row(1, "x", "Entity=(e1-A-1-" + "%f" * 400_000 + ")"),
}


@pytest.mark.parametrize("raw", LONG.values(), ids=LONG)
def test_long_lines_take_one_look(raw: str) -> None:
    """To look at each character twice over would take hours."""
    assert only(HEAD + row(1, "Olm") + raw).text.startswith("Olm")


# ── A corpus that nobody here made


def test_gum(tmp_path: Path) -> None:
    shared = shared_folder()
    folder = shared / "real" / "gum" / "conllu" if shared else None
    if folder is None or not folder.is_dir():
        pytest.skip("GUM is not here: set DATELINE_SHARED to a folder with real/gum")
    found = list(FORMAT.read(folder, KNOWN))
    files = sorted(folder.glob("*.conllu"))
    assert len(found) == len(files)
    for one, path in zip(found, files, strict=True):
        raw = path.read_text("utf-8")
        opened = re.findall(
            r"\((\d+)-([a-z]+)-([^()|\s]*)", "".join(re.findall(r"Entity=\S+", raw))
        )
        said = re.findall(r"^# text = (.*)$", raw, re.M)
        assert one.text.replace("\n", " ") == " ".join(said)
        assert one.text.count("\n") + 1 == len(re.findall(r"^# newpar$", raw, re.M))
        kinds = Counter(mark.kind for mark in one.marks)
        assert kinds["span"] == len(opened)
        assert Counter(m.label for m in one.marks if m.kind == "span") == Counter(
            label for _, label, _ in opened
        )
        times = Counter(eid for eid, _, _ in opened)
        named = {eid: rest.split("-")[5] for eid, _, rest in opened if rest.count("-") == 5}
        groups = {mark.id: mark for mark in one.marks if mark.kind == "group"}
        assert set(groups) == {eid for eid in times if times[eid] > 1} | set(named)
        assert {key: len(mark.args) for key, mark in groups.items()} == {
            k: times[k] for k in groups
        }
        assert sum("name" in mark.attributes for mark in groups.values()) == len(named)
        links = re.findall(r"Bridge=([^|\s]+)", raw)
        split = re.findall(r"SplitAnte=([^|\s]+)", raw)
        assert kinds["relation"] == sum(link.count("<") for link in links) + len(split)
        assert set(one.meta) == {"title", "published", "source"}
    named_ = [
        msgspec.structs.replace(one, doc_id=one.doc_id.lower().replace("_", "-")) for one in found
    ]
    assert round_trip(FORMAT, named_, tmp_path) == [FORMAT.kept(one, SCHEME) for one in named_]
