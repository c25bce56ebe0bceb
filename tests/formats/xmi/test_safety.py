"""XML that means harm, or nothing at all: a clear error, at once, and nothing is fetched."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

import msgspec
import pytest
from cas_files import TEXT, TYPES, cas, feature, kind, place, system
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import DataError
from dateline.formats.registry import Known
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from dateline.formats.xmi import FORMAT
from dateline.formats.xmi.reading import standoffs_of
from dateline.formats.xmi.types import read_types
from dateline.formats.xmi.xml import MOST_ELEMENTS
from marks import adds_up
from strategies import SCHEME, law

pytest.importorskip("cassis")
SHAPES = read_types(TYPES, "TypeSystem.xml")
OLM = f'<ner:NamedEntity xmi:id="10" {place("Olm")} value="Town"/>'
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def read(raw: bytes) -> list[StandOff]:
    return list(standoffs_of(raw, SHAPES, "olm"))


def refused(raw: bytes, match: str) -> None:
    with pytest.raises(DataError, match=match):
        read(raw)


# ── Entities and external references

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
    "a file": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
    "external": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "public": '<!DOCTYPE x PUBLIC "-//x//y" "file:///etc/passwd">',
    "parameters": '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    "after a comment": "<!-- <x> --><?pi?>\n<!DOCTYPE\nx>",
}
ENCODED = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252")


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
@pytest.mark.parametrize("encoding", ENCODED)
def test_a_document_type_is_refused_in_whatever_encoding(doctype: str, encoding: str) -> None:
    plain = "utf-8" if "utf-8" in encoding else encoding
    for head in (f'<?xml version="1.0" encoding="{plain}"?>', ""):
        page = cas(OLM, head=head + doctype).encode(encoding)
        refused(page, "expected XML without a document type")
        with pytest.raises(DataError, match="expected XML without a document type"):
            read_types((head + doctype + "<typeSystemDescription/>").encode(encoding), "t")


@pytest.mark.parametrize(
    "name", ["utf-7", "utf-32", "cp037", "utf-16", "base64", "zlib", "no-such"]
)
def test_an_encoding_that_may_hide_something_is_refused(name: str) -> None:
    page = cas(OLM, head=f'<?xml version="1.0" encoding="{name}"?>')
    refused(page.encode(), "expected XML in UTF-8")
    if name.startswith("utf-32"):
        refused(page.encode(name), "expected XML in UTF-8")


@pytest.mark.parametrize("encoding", ENCODED)
def test_the_encodings_that_are_read(encoding: str) -> None:
    text = "Olm caf\u00e9" if encoding in ("latin-1", "cp1252") else "Olm \U0001f6a2"
    head = "" if "utf" in encoding else f'<?xml version="1.0" encoding="{encoding}"?>'
    (found,) = read(cas(OLM, text=text, head=head).encode(encoding))
    assert found.text == text


def test_an_entity_without_a_document_type_and_an_xinclude() -> None:
    refused(cas(OLM, text="&olm;").encode(), "undefined entity")
    include = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    refused(cas(OLM, include).encode(), "without external references")
    schema = '<?xml-stylesheet href="file:///etc/passwd"?>'
    (found,) = read(cas(OLM, head=DECLARATION + schema).encode())
    assert found.text == TEXT


# ── Too much

DEEP = {
    "elements": cas("<custom:Mood>" * 100_000),
    "words": cas('<custom:Mood xmi:id="2"><words><words>x</words></words></custom:Mood>'),
    "open": "<a>" * 200_000,
}


@pytest.mark.parametrize("page", DEEP.values(), ids=DEEP)
def test_deep_elements(page: str) -> None:
    refused(page.encode(), "expected")


def test_too_many_elements_and_attributes() -> None:
    refused(("<a/>" * (MOST_ELEMENTS + 1)).encode(), "expected at most")
    refused(f"<a {'b=' * 4_000_001}".encode(), "expected at most")
    many = " ".join(f'a{n}="{n}"' for n in range(100_000))
    (found,) = read(cas(OLM.replace("value=", f"{many} value=")).encode())
    assert len(found.marks[0].attributes) == 100_000


def test_shared_arrays_and_texts_do_not_multiply() -> None:
    hosts = [f'<custom:Noted xmi:id="h{n}" {place("Olm")} facts="70"/>' for n in range(3000)]
    shared = f'<cas:FSArray xmi:id="70" elements="{"10 " * 3000}"/>'
    refused(cas(OLM, shared, *hosts).encode(), "references")
    moods = [f'<custom:Mood xmi:id="m{n}" {place("Olm")} words="71"/>' for n in range(3000)]
    words = f'<cas:StringArray xmi:id="71">{"<elements>shut</elements>" * 3000}</cas:StringArray>'
    refused(cas(words, *moods).encode(), "references")


def test_many_of_everything_is_read_once() -> None:
    """Each of these takes hours where a look at one is a look at all."""
    number = 20_000
    same = [
        f'<coref:CoreferenceLink xmi:id="l{n}" {place("Olm")} next="l{n + 1}"/>'
        for n in range(number)
    ]
    heads = [
        f'<coref:CoreferenceChain xmi:id="c{n}" sofa="1" first="l{n}"/>' for n in range(number)
    ]
    twice = [f'<ner:NamedEntity xmi:id="7" {place("Olm")} value="v{n}"/>' for n in range(number)]
    ours = [
        f'<custom:DatelineMention xmi:id="o{n}" {place("Olm")} mark="T1" value="x"/>'
        for n in range(number)
    ]
    (found,) = read(cas(*same, *heads, *twice).encode())
    assert len({mark.id for mark in found.marks}) == len(found.marks) == 2 * number
    types = read_types(dict(FORMAT.write([sample()], SCHEME))["TypeSystem.xml"], "t")
    (found,) = standoffs_of(cas(*twice, *ours).encode(), types, "olm")
    assert len({mark.id for mark in found.marks}) == number


def test_memory_is_a_small_multiple_of_the_file() -> None:
    text = "Olm \U0001f6a2 " * 300_000
    page = cas(OLM, text=text).encode()
    tracemalloc.start()
    read(page)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * len(page)


# ── Type systems

CHAIN = [kind("a.T0")] + [kind(f"a.T{n}", above=f"a.T{n - 1}") for n in range(1, 3000)]
WIDE = [kind("a.T", *(feature(f"f{n}") for n in range(3000)))]
FALL = [kind("a.T", *(feature(f"f{n}") for n in range(900)))] + [
    kind(f"a.U{n}", above="a.T") for n in range(900)
]
WRONG = {
    "no XML": b"a",
    "nothing": b"",
    "another root": b"<a/>",
    "a lost supertype": system(kind("a.B", above="a.A")),
    "a lost range": system(kind("a.A", feature("f", "a.Lost"))),
    "a ring": system(kind("a.A", above="a.B"), kind("a.B", above="a.A")),
    "itself": system(kind("a.A", above="a.A")),
    "no name": system("<typeDescription/>"),
    "redefined": system(kind("uima.tcas.Annotation", feature("other"))),
    "a feature redefined": system(kind("a.A", feature("f"), feature("f", "uima.cas.Integer"))),
    "no boolean": system(
        kind(
            "a.A",
            feature("f").replace(
                "</f", "<multipleReferencesAllowed>x</multipleReferencesAllowed></f"
            ),
        )
    ),
    "deep": system(*CHAIN),
    "wide": system(*WIDE),
    "handed down": system(*FALL),
    "nested": b"<typeSystemDescription>" + b"<types>" * 5000,
}


@pytest.mark.parametrize("raw", WRONG.values(), ids=WRONG)
def test_a_type_system_that_is_none(raw: bytes) -> None:
    with pytest.raises(DataError):
        read_types(raw, "TypeSystem.xml")


@pytest.mark.parametrize("name", ["self", "type", "class", "def", "__init__", "a b", "x;import os"])
def test_odd_names_of_features_are_names(name: str) -> None:
    """cassis makes classes of types; ours never does of others' names."""
    types = read_types(system(kind("webanno.custom.Odd", feature(name))), "t")
    if " " in name or ";" in name:
        return
    page = cas(f'<custom:Odd xmi:id="3" {place("Olm")} {name}="x"/>')
    (found,) = standoffs_of(page.encode(), types, "olm")
    assert found.marks[0].attributes == {name: "x"}


# ── Anything

PIECES = [
    OLM,
    f'<coref:CoreferenceLink xmi:id="5" {place("Olm")} next="6"/>',
    '<coref:CoreferenceChain xmi:id="6" sofa="1" first="5"/>',
    f'<custom:Shut xmi:id="7" {place("closed")} who="8 9 x"/>',
    '<custom:ShutWhoLink xmi:id="8" role="a" target="7"/>',
    '<custom:Lives xmi:id="9" sofa="1" begin="4" end="2" Governor="10" Dependent="9"/>',
    '<custom:Fact xmi:id="10" about="10"/>',
    '<cas:FSArray xmi:id="11" elements="11 10 5"/>',
    '<cas:NonEmptyFSList xmi:id="12" head="12" tail="12"/>',
    '<custom:Noted xmi:id="13" sofa="9" begin="0" end="999999999999" facts="11 12"/>',
    '<cas:Sofa xmi:id="9" sofaNum="z" sofaID="" sofaString="Olm."/>',
    '<plain:X xmi:id="14" Y="1"/>',
    "<custom:Mood/>",
    '<custom:Mood xmi:id="15" sofa="1" begin="0" end="3"><words>a</words><odd/></custom:Mood>',
    "text",
    "<!-- x -->",
    "<![CDATA[<!]]>",
]
OURS = [
    "Mention",
    "Span",
    "Event",
    "Attribution",
    "Stance",
    "OtherEvent",
    "Remark",
    "Cluster",
    "Kept",
    "Article",
    "Relation",
    "SpanRelation",
]
SAID = {
    "mark": ["T1", "E1", "C1", "", "10"],
    "value": ["PERSON", "ATTRIBUTION", "CONTENT", "CLUSTER", ""],
    "fragment": ["2", "x", "0"],
    "aside": [
        "{",
        "[]",
        "[" * 9999,
        '{"args":[["a","T1"]]}',
        '{"roles":["a","b"]}',
        '{"members":["T1","T1"],"kb":"x","seen":[]}',
        '{"mark":{"id":"T1","kind":"odd","label":"x"}}',
        '{"attributes":{"a":"b","mention":"name"}}',
        '{"args":[[1]]}',
    ],
    "kb": ["wd:Q1"],
    "Governor": ["10", "20", "x"],
    "Dependent": ["21", ""],
    "arguments": ["8", "20 21"],
}


@st.composite
def ours(draw: st.DrawFn) -> str:
    said = draw(
        st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in SAID.items()})
    )
    more = " ".join(f'{k}="{v.replace(chr(34), "&quot;")}"' for k, v in said.items())
    key, layer = draw(st.integers(18, 24)), draw(st.sampled_from(OURS))
    words = draw(st.sampled_from(["Olm", "closed", "its"]))
    return f'<custom:Dateline{layer} xmi:id="{key}" {place(words)} {more}/>'


OWN_SHAPES = read_types(dict(FORMAT.write([sample()], SCHEME))["TypeSystem.xml"], "t")


@given(st.lists(st.sampled_from(PIECES) | ours(), max_size=9), st.booleans())
@law(300)
def test_whatever_a_file_says_there_is_no_other_error(pieces: list[str], mine: bool) -> None:
    types = OWN_SHAPES | SHAPES if mine else SHAPES
    try:
        found = list(standoffs_of(cas(*pieces).encode(), types, "olm-1"))
    except DataError:
        return
    for number, one in enumerate(found):
        adds_up(one)
        named = msgspec.structs.replace(one, doc_id=f"olm-{number}", notices=[])
        written = dict(FORMAT.write([named], SCHEME))
        shapes = read_types(written["TypeSystem.xml"], "t")
        again = list(standoffs_of(written[f"olm-{number}.xmi"], shapes, f"olm-{number}"))
        assert again == [FORMAT.kept(named, SCHEME)]


@given(st.data())
@law(200)
def test_any_bytes(data: st.DataObject) -> None:
    page = bytearray(data.draw(st.sampled_from([cas(*PIECES[:14]).encode(), TYPES])))
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(page)))
        page[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    for raw in (bytes(page), data.draw(st.binary(max_size=60))):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (("a.xmi", raw), ("typesystem.xml", TYPES)):
                Path(folder, name).write_bytes(content)
            with contextlib.suppress(DataError):
                list(FORMAT.read(Path(folder), Known(SCHEME, {}.__getitem__)))
        with contextlib.suppress(DataError):
            read_types(raw, "t")


def test_without_cassis_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['cassis'] = None\n"
        "from dateline.formats.xmi.types import cassis\n"
        "from dateline.errors import UsageError\n"
        "try: cassis()\nexcept UsageError as error: print(error)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'dateline[cas]'" in ran.stdout
