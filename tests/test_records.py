"""Records and their canonical JSON: one way to write, one kind of error on reading."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.derived import Article
from dateline.errors import DataError
from dateline.records import (
    ArticleMeta,
    Attribution,
    Cluster,
    Document,
    Entity,
    Event,
    Source,
    Span,
    Stance,
    canonical,
    decode,
    duplicate_key,
    in_order,
    is_doc_id,
    item_spans,
    items,
)
from strategies import META, articles, law

ENTITY = b'{"id": "T1", "start": 0, "end": 3, "type": "GPE", "mention": "name"}'
ATTRIBUTION = (
    b'{"id": "A1", "source": null, "cue": {"start": 4, "end": 8}, '
    b'"content": [{"start": 9, "end": 12}, {"start": 14, "end": 15}], '
    b'"quote": "direct", "source_form": "implicit", "polarity": "positive"}'
)
DOCUMENT = b"""{
 "doc_id": "olm-1",
 "scheme": "1.0",
 "text_sha256": "00ff",
 "annotator": {"id": "llm-t", "kind": "model"},
 "status": "silver",
 "entities": [
  %s
 ],
 "clusters": {
  "C1": {"name": "Olm \xc3\xa9", "kb": "NIL"},
  "C2": {}
 },
 "events": [],
 "attributions": [
  %s
 ],
 "stances": []
}
""" % (ENTITY, ATTRIBUTION)


def refused(raw: bytes, kind: type[Document] | type[ArticleMeta] = Document) -> DataError:
    with pytest.raises(DataError) as caught:
        decode(raw, kind, "d.json")
    error = caught.value
    assert error.where.startswith("d.json")
    assert error.expected
    assert error.found
    return error


def test_the_canonical_form_has_one_item_a_line() -> None:
    doc = decode(DOCUMENT, Document, "d.json")
    assert doc.clusters == {"C1": Cluster("Olm é", "NIL"), "C2": Cluster()}
    assert doc.attributions[0].cue == Span(4, 8)
    assert doc.attributions[0].content == [Span(9, 12), Span(14, 15)]
    assert canonical(doc) == DOCUMENT


def test_the_canonical_form_of_metadata_leaves_out_what_is_absent() -> None:
    raw = canonical(META)
    assert list(json.loads(raw)) == [
        *("doc_id", "tier", "published", "language", "licence", "text_sha256"),
    ]
    assert raw.startswith(b'{\n "doc_id": "orlem-1",\n "tier": "open",\n')
    assert decode(raw, ArticleMeta, "m.json") == META


@given(articles())
@law(100)
def test_what_is_written_is_read_back_in_order(article: Article) -> None:
    raw = canonical(article.labels)
    again = decode(raw, Document, "d.json")
    assert again == in_order(article.labels)
    assert canonical(again) == raw
    assert in_order(again) == again


@given(articles())
@law()
def test_every_item_stands_on_a_line_of_its_own(article: Article) -> None:
    lines = canonical(article.labels).decode().split("\n")
    alone = [json.loads(line.strip().rstrip(",")) for line in lines if line.startswith('  {"id"')]
    labels = in_order(article.labels)
    listed = [*(item for _, _, item in items(labels)), *labels.foreign]
    assert alone == [json.loads(msgspec.json.encode(item)) for item in listed]


@given(articles())
@law()
def test_the_order_of_items_and_clusters_leaves_no_trace(article: Article) -> None:
    doc = article.labels
    turned = msgspec.structs.replace(
        doc,
        entities=doc.entities[::-1],
        events=doc.events[::-1],
        attributions=doc.attributions[::-1],
        stances=doc.stances[::-1],
        clusters=dict(reversed(doc.clusters.items())),
        provenance=dict(reversed(doc.provenance.items())),
    )
    assert canonical(turned) == canonical(doc)


def test_order_is_by_start_then_the_longest_then_the_number() -> None:
    def entity(id: str, start: int, end: int) -> Entity:
        return Entity(id=id, start=start, end=end, type="GPE", mention="name")

    doc = decode(DOCUMENT, Document, "d.json")
    given = [entity("T10", 4, 6), entity("T9", 4, 6), entity("T1", 4, 9), entity("T2", 0, 1)]
    ordered = in_order(
        msgspec.structs.replace(
            doc, entities=given, clusters={"C10": Cluster(), "C9": Cluster(), "C1": Cluster()}
        )
    )
    assert [e.id for e in ordered.entities] == ["T2", "T1", "T9", "T10"]
    assert list(ordered.clusters) == ["C1", "C9", "C10"]


@pytest.mark.parametrize(
    ("before", "after", "where", "expected", "found"),
    [
        (b'"start": 0', b'"start": 0.0', "$.entities[0].start", "int", "float"),
        (b'"start": 0', b'"start": 1.5', "$.entities[0].start", "int", "float"),
        (b'"start": 0', b'"start": "0"', "$.entities[0].start", "int", "str"),
        (b'"start": 0', b'"start": true', "$.entities[0].start", "int", "bool"),
        (b'"end": 15', b'"end": null', "$.attributions[0].content[1].end", "int", "null"),
        (b'"source": null', b'"source": []', "$.attributions[0].source", "object | null", "array"),
        (b'"quote": "direct"', b'"quote": 1', "$.attributions[0].quote", "str", "int"),
        (b'"name": "Olm', b'"nam": "Olm', "$.clusters[...]", "only the documented keys", "`nam`"),
        (b'"stances"', b'"stance"', "$", "only the documented keys", "`stance`"),
        (b'"id": "llm-t", ', b"", "$.annotator", "the key `id`", "none"),
        (b' "status": "silver",\n', b"", "$", "the key `status`", "none"),
        (b'"silver"', b'"bronze"', "$.status", "a value of the documented form", "'bronze'"),
        (b'"C2"', b'"C1"', "", "every key once in its object", "'C1' twice"),
        (b'"end": 8', b'"start": 4', "$.attributions[0].cue", "the key `end`", "none"),
        (b'"start": 4', b'"end": 4, "start": 4', "", "every key once in its object", "'end' twice"),
        (b'"type"', b'"i\\u0064": "T1", "type"', "", "every key once in its object", "'id' twice"),
        (b"\xc3\xa9", b"\xe9", "", "JSON in UTF-8", "byte 0xe9"),
        (b'"C2"', b'"\xed\xa0\x80"', "", "JSON in UTF-8", "byte 0xed"),
        (b"Olm", b"\\ud800", "", "readable JSON", "malformed"),
        (b"[]", b"[", "", "readable JSON", "malformed"),
        (b"]\n}\n", b"]\n", "", "readable JSON", "truncated"),
        (b"{\n ", b"\xef\xbb\xbf{\n ", "", "readable JSON", "malformed"),
    ],
)
def test_a_fault_is_named_with_its_place(
    before: bytes, after: bytes, where: str, expected: str, found: str
) -> None:
    assert before in DOCUMENT
    error = refused(DOCUMENT.replace(before, after, 1))
    assert error.where == f"d.json {where}".rstrip()
    assert error.expected == expected
    assert found in error.found


@pytest.mark.parametrize("raw", [b"", b" \n", b"{", DOCUMENT[:-3], DOCUMENT + b"x", b"nul"])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    assert refused(raw).expected == "readable JSON"


@pytest.mark.parametrize("raw", [b"[]", b"null", b"7", b'"a"', b"[" * 100_000])
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    error = refused(raw)
    assert (error.where, error.expected) == ("d.json $", "object")


@pytest.mark.parametrize("opening", [b'{"entities": ', b'{"clusters": {"C1": ', b'{"x": '])
@pytest.mark.parametrize("closing", [b"", b"]" * 100_000])
def test_deep_nesting_is_refused(opening: bytes, closing: bytes) -> None:
    refused(opening + b"[" * 100_000 + closing)


@given(st.binary() | st.text().map(str.encode))
@law(150)
def test_random_bytes_give_no_other_error(raw: bytes) -> None:
    refused(raw)
    refused(raw, ArticleMeta)


@given(
    articles(),
    st.integers(0, 10**6),
    st.integers(0, 6),
    st.binary(max_size=4)
    | st.sampled_from([b"{", b"[", b'"', b"1e5", b"null", b"\\", b",", b"9" * 40]),
)
@law(150)
def test_a_damaged_file_is_refused_or_read_and_never_anything_else(
    article: Article, at: int, cut: int, put: bytes
) -> None:
    raw = canonical(article.labels)
    at %= len(raw)
    damaged = raw[:at] + put + raw[at + cut :]
    try:
        doc = decode(damaged, Document, "d.json")
    except DataError as error:
        assert error.where.startswith("d.json")
    else:
        assert decode(canonical(doc), Document, "d.json") == in_order(doc)


@pytest.mark.parametrize(
    ("raw", "twice"),
    [
        (b'{"a": 1, "a": 2}', "a"),
        (b'[{"x": {"b": 1, "c": 2, "b": 1}}]', "b"),
        (b'{"a": {"a": 1}, "b": {"a": 1}}', None),
        (b"[1, 2]", None),
    ],
)
def test_duplicate_key(raw: bytes, twice: str | None) -> None:
    assert duplicate_key(raw) == twice


def test_items_come_with_their_layer_and_their_spans_with_their_path() -> None:
    doc = decode(DOCUMENT, Document, "d.json")
    event = Event(
        id="E1", start=4, end=8, type="AID", polarity="p", certainty="c", time="t", arguments=[]
    )
    stance = Stance(
        id="S1", start=1, end=2, holder="T1", target="E1", value="v", attitude="a", explicit="e"
    )
    doc = msgspec.structs.replace(doc, events=[event], stances=[stance])
    found = [(layer, position, item.id) for layer, position, item in items(doc)]
    assert found == [
        ("entities", 0, "T1"),
        ("events", 0, "E1"),
        ("attributions", 0, "A1"),
        ("stances", 0, "S1"),
    ]
    assert item_spans(event) == [("", Span(4, 8))]
    attribution: Attribution = msgspec.structs.replace(
        doc.attributions[0], source=Source(0, 3, ["T1"])
    )
    assert item_spans(attribution) == [
        (".source", Source(0, 3, ["T1"])),
        (".cue", Span(4, 8)),
        (".content[0]", Span(9, 12)),
        (".content[1]", Span(14, 15)),
    ]


@pytest.mark.parametrize("key", ["a", "0", "olm-ferry-12", "a" * 80])
def test_a_document_id(key: str) -> None:
    assert is_doc_id(key)


@pytest.mark.parametrize("key", ["", "-a", "A", "a_b", "a.b", "../a", "a/b", "é", "a\n", "a" * 81])
def test_no_document_id(key: str) -> None:
    assert not is_doc_id(key)
