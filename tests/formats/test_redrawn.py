"""What tools give back, as marks: unchanged, changed, and anything at all."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dateline.formats.drawn import Graph, Link, Node, drawn
from dateline.formats.redrawn import redrawn
from dateline.formats.standoff import StandOff, ordered
from dateline.formats.tokens import cut
from dateline.records import Foreign, Span
from marks import standoffs
from strategies import SCHEME, Draw, law, texts

_LABELS = ["GPE", "COERCE", "STANCE", "CLUSTER", "Town", "actor"]


@st.composite
def graphs(draw: Draw, given_: Graph, length: int) -> Graph:
    """A graph that has some of another's nodes and links, and some of its own."""
    own = st.builds(
        lambda start, size, label: Node(start, min(length, start + size), label),
        st.integers(0, max(0, length - 1)),
        st.integers(1, 9),
        st.sampled_from(_LABELS),
    )
    known = st.sampled_from([*given_.nodes]) if given_.nodes else own
    nodes = draw(st.lists(own | known, max_size=8))
    links = [link for link in given_.links if {link.head, link.child} <= {*nodes}]
    if nodes:
        node = st.sampled_from(nodes)
        links += draw(st.lists(st.builds(Link, node, node, st.sampled_from(_LABELS)), max_size=6))
    return Graph({node: {} for node in nodes}, {link: {} for link in links})


@given(standoffs())
@law(100)
def test_what_nobody_changed_is_as_it_was(standoff: StandOff) -> None:
    length = len(standoff.text)
    graph = drawn(standoff.marks, length)
    assert redrawn(standoff.marks, graph, length, SCHEME) == ordered(standoff.marks)
    bare = Graph(graph.nodes)
    assert redrawn(standoff.marks, bare, length, SCHEME, linked=False) == ordered(standoff.marks)


@given(st.data(), standoffs(), st.booleans())
@law(300)
def test_whatever_is_there_now_is_what_the_marks_say(
    data: st.DataObject, standoff: StandOff, linked: bool
) -> None:
    length = len(standoff.text)
    found = data.draw(graphs(drawn(standoff.marks, length), length))
    marks = redrawn(standoff.marks, found, length, SCHEME, linked=linked)
    assert len({mark.id for mark in marks}) == len(marks)
    assert drawn(marks, length).nodes.keys() == found.nodes.keys()
    again = redrawn(marks, drawn(marks, length), length, SCHEME)
    assert again == marks
    if linked:
        plain = redrawn([], found, length, SCHEME)
        apart = {
            link for link in found.links if link.label != "CLUSTER" and link.head != link.child
        }
        assert apart <= drawn(plain, length).links.keys()


def test_many_nodes_on_few_words_take_one_look_each() -> None:
    """Each in turn would take hours."""
    many = 40_000
    marks = [Foreign(f"T{n}", "span", f"a{n}", [Span(0, 3)]) for n in range(many)]
    found = Graph({Node(0, 3, f"b{n}"): {} for n in range(many)})
    assert len(redrawn(marks, found, 3, SCHEME)) == many
    town = Node(0, 3, "GPE")
    shut = Node(1, 3, "COERCE")
    links = {Link(shut, town, f"r{n}"): {} for n in range(many)}
    (_, event) = redrawn([], Graph({town: {}, shut: {}}, links), 3, SCHEME)
    assert len(event.args) == many
    nodes = [Node(n, n + 1, "GPE") for n in range(many)]
    chain = {Link(two, one, "CLUSTER"): {} for one, two in pairwise(nodes)}
    every = Graph({node: {} for node in nodes}, chain)
    made = redrawn([], every, many, SCHEME)
    assert len(made[-1].args) == many
    apart = Graph(every.nodes, dict(list(chain.items())[::2]))
    assert len(redrawn(made, apart, many, SCHEME)) == many + many // 2


@given(st.data(), texts())
@law(150)
def test_tokens_give_back_the_text_and_every_span_has_some(data: st.DataObject, text: str) -> None:
    at = st.integers(0, len(text))
    pairs = data.draw(st.lists(st.tuples(at, at), max_size=5))
    spans = [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]
    pieces = cut(text, spans)
    assert "".join(text[t.start : t.end] + " " * t.blank for t in pieces.tokens) == text
    assert all(start in pieces.first and end in pieces.last for start, end in spans)
    assert all(t.start < t.end for t in pieces.tokens)


def test_tokens_as_spacy_has_white_space() -> None:
    text = " Olm  closed\n\nits harbour"
    words = [text[t.start : t.end] for t in cut(text, [(6, 9)]).tokens]
    assert words == [" ", "Olm", " ", "clo", "sed", "\n\n", "its", "harbour"]
