"""spaCy's DocBin, as it is written for training, and as it comes from anybody."""

from __future__ import annotations

import struct
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import DataError, UsageError
from dateline.formats.docbin import FORMAT, packed
from dateline.formats.items import to_document
from dateline.formats.registry import Known
from dateline.formats.standoff import StandOff
from dateline.formats.table import sample
from dateline.records import Argument, Foreign, Span
from marks import adds_up, reasons
from strategies import SCHEME, law

spacy = pytest.importorskip("spacy", reason="spaCy is not installed: pip install 'dateline[ml]'")

KNOWN = Known(SCHEME, {}.__getitem__)
TEXT = "Olm closed its harbour, said Tamsin Orlem."


@pytest.fixture(scope="module")
def nlp() -> Any:
    return spacy.blank("en")


def written(*standoffs: StandOff) -> bytes:
    ((name, raw),) = FORMAT.write(standoffs, SCHEME)
    assert name == "articles.spacy"
    return raw


def saved(*docs: Any, **options: Any) -> bytes:
    from spacy.tokens import DocBin

    raw: bytes = DocBin(docs=docs, **options).to_bytes()
    return raw


def opened(raw: bytes, nlp: Any) -> list[Any]:
    from spacy.tokens import DocBin

    return list(DocBin().from_bytes(raw).get_docs(nlp.vocab))


def read(folder: Path, raw: bytes) -> list[StandOff]:
    (folder / "all.spacy").write_bytes(raw)
    return list(FORMAT.read(folder, KNOWN))


def contents(raw: bytes) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.msgpack.decode(zlib.decompress(raw))
    return found


def container(said: object) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(said))


# ── What spaCy makes of it


def test_what_spacy_reads(nlp: Any) -> None:
    (doc,) = opened(written(sample()), nlp)
    assert doc.text == sample().text
    assert {e.text: (e.label_, e.kb_id_, e.id_) for e in doc.ents} == {
        "Olm": ("GPE", "wd:Q42", "T1")
    }
    groups = {name: [(s.text, s.label_, s.id_) for s in group] for name, group in doc.spans.items()}
    assert set(groups) == {
        "sc",
        "triggers",
        "sources",
        "contents",
        "attributions",
        "stances",
        "foreign",
    }
    assert ("its", "GPE", "T5") in groups["sc"]
    assert ("its harbour", "FAC", "T2") in groups["sc"]
    assert groups["triggers"][0] == ("closed", "COERCE", "E1")
    assert [text for text, _, _ in groups["contents"]] == ['"A scandal"', '"and a crime."']
    assert [sentence.text[:3] for sentence in doc.sents] == ["Olm", '"A ']


def test_a_span_that_cuts_a_word_cuts_the_token(nlp: Any) -> None:
    from spacy.training import Example

    text = "The meetingin Olm\n\nended.  Orlem left."
    spans = {"E1": ("meeting", "MEET"), "T1": ("Olm", "GPE"), "T2": ("Orlem", "PERSON")}
    marks = [
        Foreign(key, "span", label, [Span(text.index(word), text.index(word) + len(word))])
        for key, (word, label) in spans.items()
    ]
    (doc,) = opened(written(StandOff(doc_id="olm-1", text=text, marks=marks)), nlp)
    assert doc.text == text
    words = [token.text for token in doc]
    assert words[:4] == ["The", "meeting", "in", "Olm"]
    assert "\n\n" in words
    example = Example(nlp.make_doc(text), doc)
    assert "B-GPE" in "".join(str(tag) for tag in example.get_aligned_ner()).replace("U-", "B-")


def test_names_and_values_are_flat_entities(nlp: Any) -> None:
    text = "The mayor of Olm and Hinot Olm left on 3 May."

    def mark(key: str, words: str, label: str, mention: str | None) -> Foreign:
        start = text.index(words)
        said = {"mention": mention} if mention else {}
        return Foreign(key, "span", label, [Span(start, start + len(words))], [], said)

    marks = [
        mark("T1", "The mayor of Olm", "PERSON", "nominal"),
        mark("T2", "Olm", "GPE", "name"),
        mark("T3", "Hinot Olm", "ORG", "name"),
        mark("T4", "Hinot", "GPE", "name"),
        mark("T5", "3 May", "DATE", None),
    ]
    (doc,) = opened(written(StandOff(doc_id="olm-1", text=text, marks=marks)), nlp)
    assert [(e.text, e.label_) for e in doc.ents] == [
        ("Olm", "GPE"),
        ("Hinot Olm", "ORG"),
        ("3 May", "DATE"),
    ]
    assert len(doc.spans["sc"]) == 5


def test_it_trains(nlp: Any, tmp_path: Path) -> None:
    from spacy.training import Example

    docs = opened(written(sample()), nlp)
    pipe = spacy.blank("en")
    pipe.add_pipe("ner")
    examples = [Example(pipe.make_doc(doc.text), doc) for doc in docs]
    pipe.initialize(lambda: examples)
    assert "GPE" in pipe.get_pipe("ner").labels
    assert pipe.update(examples)["ner"] > 0


# ── What others have


def test_entities_groups_clusters_and_categories(nlp: Any, tmp_path: Path) -> None:
    from spacy.tokens import Span as Words

    doc = nlp(TEXT)
    doc.set_ents([Words(doc, 0, 1, label="TOWN", kb_id="Q42"), Words(doc, 6, 8, label="PERSON")])
    doc.spans["sc"] = [Words(doc, 0, 1, label="TOWN"), Words(doc, 0, 4, label="DEED", span_id="x")]
    doc.spans["ours"] = [Words(doc, 2, 4, label="FAC"), Words(doc, 2, 3)]
    doc.spans["coref_clusters_1"] = [Words(doc, 0, 1), Words(doc, 2, 3)]
    doc.cats = {"PORT": 0.5}
    doc.user_data["page"] = 3
    (found,) = read(tmp_path, saved(doc, store_user_data=True))
    assert (found.doc_id, found.text, found.notices) == ("all-1", TEXT, [])
    marks = {(m.kind, m.label): m for m in found.marks}
    assert marks["span", "TOWN"].attributes == {"kb": "Q42"}
    assert marks["span", "PERSON"].spans == [Span(29, 41)]
    assert marks["span", "DEED"].attributes == {"id": "x"}
    assert marks["span", "FAC"].attributes == {"group": "ours"}
    assert marks["span", "ours"].spans == [Span(11, 14)]
    cluster = marks["group", "coref_clusters"]
    members = [m for m in found.marks if m.label == "coref_clusters_1"]
    assert cluster.args == [Argument("member", m.id) for m in members]
    assert marks["note", "cats"].attributes == {"PORT": "0.5"}
    assert marks["note", "user_data"].attributes == {"page": "3"}
    assert to_document(found, SCHEME).items


def test_entities_side_by_side_and_without_a_beginning(nlp: Any, tmp_path: Path) -> None:
    from spacy.tokens import Doc

    tags = ["B-X", "I-X", "B-X", "B-Y", "I-Y", "O", "O", "B-X", "I-X"]
    doc = Doc(nlp.vocab, words=[*TEXT.split(), "a", "b"], ents=tags)
    (found,) = read(tmp_path, saved(doc, attrs=["ENT_IOB", "ENT_TYPE"]))
    words = [(m.label, found.text[m.spans[0].start : m.spans[0].end]) for m in found.marks]
    assert words == [("X", "Olm closed"), ("X", "its"), ("Y", "harbour, said"), ("X", "a b")]
    said = contents(saved(doc, attrs=["ENT_IOB", "ENT_TYPE"]))
    said["tokens"] = said["tokens"].replace(b"\3" + b"\0" * 7, b"\1" + b"\0" * 7)
    (found,) = read(tmp_path, container(said))
    words = [(m.label, found.text[m.spans[0].start : m.spans[0].end]) for m in found.marks]
    assert words == [("X", "Olm closed its"), ("Y", "harbour, said"), ("X", "a b")]


def test_all_attributes_unknown_blanks_and_no_tokens(nlp: Any, tmp_path: Path) -> None:
    from spacy.tokens import Doc

    bare = Doc(nlp.vocab, words=["Olm", "closed"])
    tagged = Doc(nlp.vocab, words=["Olm"], tags=["NNP"], deps=["ROOT"], heads=[0])
    found = read(tmp_path, saved(Doc(nlp.vocab, words=[]), bare, tagged, nlp("Hinot.")))
    assert [one.text for one in found] == ["Olm closed ", "Olm ", "Hinot."]
    assert [one.doc_id for one in found] == ["all-2", "all-3", "all-4"]
    assert reasons(found[0]) == [
        "TAG, DEP of the tokens, which are not read",
        "a document without tokens",
    ]


def test_ours_through_the_hands_of_others(nlp: Any, tmp_path: Path) -> None:
    """A group changed and saved again; what it says wins over what stands beside."""
    from spacy.tokens import Span as Words

    (doc,) = opened(written(sample()), nlp)
    raw = saved(doc, store_user_data=True)
    assert read(tmp_path, raw) == [FORMAT.kept(sample(), SCHEME)]
    spans = [span for span in doc.spans["sc"] if span.id_ != "T5"]
    fac = next(span for span in spans if span.id_ == "T2")
    rest = [span for span in spans if span is not fac]
    doc.spans["sc"] = [*rest, Words(doc, fac.start, fac.end, label="LOC")]
    (found,) = read(tmp_path, saved(doc, store_user_data=True))
    marks = {mark.id: mark for mark in found.marks}
    assert (marks["T2"].label, marks["T2"].attributes) == ("LOC", {"mention": "nominal"})
    assert "T5" not in marks
    assert marks["C1"].args == [Argument("member", "T1")]
    (found,) = read(tmp_path, saved(doc, store_user_data=False))
    assert (found.doc_id, found.annotator) == ("all-1", None)
    assert {mark.kind for mark in found.marks} == {"span", "event"}


def test_without_spacy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = written(sample())
    for name in [name for name in sys.modules if name.partition(".")[0] == "spacy"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UsageError, match="the package spacy, got none\n  pip install"):
        written(sample())
    with pytest.raises(UsageError, match="the package spacy"):
        read(tmp_path, raw)
    assert FORMAT.kept(sample(), SCHEME).text, "the tables of the docs are made without it"


# ── Files that want to do harm


def test_nothing_of_a_file_goes_through_spacys_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spacy.tokens import Doc, DocBin

    raw = written(sample())

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(DocBin, "from_bytes", never)
    monkeypatch.setattr("srsly.msgpack_loads", never)
    monkeypatch.setattr("spacy.tokens.Doc", never)
    monkeypatch.setattr("pickle.loads", never)
    assert read(tmp_path, raw) == [FORMAT.kept(sample(), SCHEME)]
    assert Doc is not None


def test_what_expands_too_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zlib.compress(b"\0" * 200_000_000)
    with pytest.raises(DataError, match=r"expected at most \d+ bytes when it is expanded"):
        read(tmp_path, bomb)
    raw = written(sample())
    with pytest.raises(DataError, match="got one that is cut off"):
        read(tmp_path, raw[:-9])
    for junk in (b"", b"no DocBin", b"\x78\x9c"):
        with pytest.raises(DataError, match=r"all\.spacy: expected a DocBin of spaCy 3"):
            read(tmp_path, junk)
    monkeypatch.setattr(packed, "EXPANDED", 100)
    with pytest.raises(DataError, match="at most 100 bytes"):
        read(tmp_path, raw)


def test_numbers_that_lead_nowhere(nlp: Any, tmp_path: Path) -> None:
    from spacy.tokens import Span as Words

    doc = nlp(TEXT)
    doc.spans["sc"] = [Words(doc, 3, 5, label="GPE")]
    said = contents(saved(doc))
    place = struct.pack(">ll", 3, 5)
    for first, last in ((-5, 1), (0, 10**9), (1, 0), (2**31 - 1, -(2**31))):
        groups = [said["span_groups"][0].replace(place, struct.pack(">ll", first, last))]
        (found,) = read(tmp_path, container(said | {"span_groups": groups}))
        assert (found.marks, reasons(found)) == ([], ["a span outside the tokens"])
    lengths = [b"", b"\xff" * 4, b"\x7f" + b"\0" * 3, b"\0", b"\xff\xff\xff\x7f" * 3]
    for raw in lengths:
        with pytest.raises(DataError):
            read(tmp_path, container(said | {"lengths": raw}))
    with pytest.raises(DataError, match="the words of its tokens among the strings"):
        read(tmp_path, container(said | {"strings": ["Olm"]}))
    for attrs in ([], [65, 65], [66], ["ORTH"], [10**9, 65], list(range(200)), None):
        with pytest.raises(DataError):
            read(tmp_path, container(said | {"attrs": attrs}))


def test_lists_that_are_too_short_or_none(nlp: Any, tmp_path: Path) -> None:
    said = contents(saved(nlp(TEXT), nlp(TEXT)))
    for key in ("cats", "flags", "span_groups", "user_data"):
        for value in ([], None, [None, None]):
            found = read(tmp_path, container(said | {key: value}))
            assert [one.text for one in found] == [TEXT] * 2
        with pytest.raises(DataError):
            read(tmp_path, container(said | {key: 7}))
    odd = {"span_groups": [[], b"\xc1"], "user_data": [7, b"\x93"], "cats": [[], {}]}
    for key, value in odd.items():
        try:
            assert reasons(read(tmp_path, container(said | {key: value}))[0])
        except DataError as error:
            assert "document" in error.where


def test_arrays_and_classes_in_user_data_are_data(nlp: Any, tmp_path: Path) -> None:
    """srsly would make arrays of these, of any type that is named."""
    doc = nlp(TEXT)
    said = contents(saved(doc, store_user_data=True))
    tricks: list[Any] = [
        {b"nd": True, b"type": "|O", b"kind": b"", b"shape": [9**9], b"data": b"\0" * 8},
        {b"complex": True, b"data": "__import__('os')"},
        msgspec.msgpack.Ext(1, b"\x80\x04cos\nsystem\n"),
        {("._.", "page", None, None): 3},
    ]
    for trick in tricks:
        raw = msgspec.msgpack.encode({"a": trick} if not isinstance(trick, dict) else trick)
        (found,) = read(tmp_path, container(said | {"user_data": [raw]}))
        assert found.text == TEXT
        assert reasons(found) or {m.label for m in found.marks} == {"user_data"}


def test_deep_and_wide_values(nlp: Any, tmp_path: Path) -> None:
    said = contents(saved(nlp(TEXT)))
    deep = b"\x91" * 100_000 + b"\xc0"
    for key in ("cats", "flags", "user_data", "span_groups"):
        raw = msgspec.msgpack.encode(said | {key: msgspec.Raw(b"\x91" + deep)})
        with pytest.raises(DataError):
            read(tmp_path, zlib.compress(raw))
    wide = {"cats": msgspec.Raw(b"\xdd\xff\xff\xff\xff" + b"\x80" * 9)}
    with pytest.raises(DataError):
        read(tmp_path, zlib.compress(msgspec.msgpack.encode(said | wide)))


@given(
    st.recursive(
        st.none() | st.integers(-9, 2**63) | st.text() | st.binary(),
        lambda v: (
            st.lists(v, max_size=20)
            | st.dictionaries(st.text() | st.integers(0, 9), v, max_size=20)
        ),
    )
)
@law(200)
def test_walking_finds_the_values_that_are_there(value: Any) -> None:
    raw = msgspec.msgpack.encode([value, "end", value])
    found = [msgspec.msgpack.decode(one) for one in packed.elements(raw, "x")]
    assert found == [value, "end", value]


_RAW: list[bytes] = []


@given(st.data())
@law(300)
def test_whatever_a_file_holds_there_is_no_other_error(data: st.DataObject) -> None:
    if not _RAW:
        _RAW.append(zlib.decompress(written(sample(), StandOff(doc_id="olm-2", text=TEXT))))
    raw = bytearray(_RAW[0])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        if data.draw(st.booleans()):
            raw[at] = data.draw(st.integers(0, 255))
        else:
            raw[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    with tempfile.TemporaryDirectory() as name:
        try:
            found = read(Path(name), zlib.compress(bytes(raw)))
        except DataError:
            return
    for one in found:
        if one.text:
            adds_up(one)
